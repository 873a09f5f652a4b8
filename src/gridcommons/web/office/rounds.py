"""Visits that come again, for offices: the rules, a new one with what it takes, one ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.cases.orders.rules import serves
from gridcommons.collection.carrying_forms import require_form
from gridcommons.collection.rounds import actions
from gridcommons.collection.rounds.planning import weigh
from gridcommons.collection.rounds.policy import policy
from gridcommons.collection.rounds.queries import RoundFacts, rounds_for
from gridcommons.collection.rounds.rules import UNKNOWN, clean_rule, needs_consent, require_rule
from gridcommons.collection.selecting import chosen_words
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.matters.queries import current, matter_name
from gridcommons.people.facts.keys import fact_keys
from gridcommons.territory.queries import names_of
from gridcommons.web.campaign_words import round_status
from gridcommons.web.office.calling import in_two_steps, own_area
from gridcommons.web.office.campaign_forms import ReasonForm, RoundForm
from gridcommons.web.office.sure import SURE as YES
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, can, frame, language, signed_in, today


@signed_in
@require_safe
@never_cache
def rounds(request: HttpRequest) -> HttpResponse:
    """The rules that touch the viewer's areas."""
    return _listed(request)


def _listed(request: HttpRequest, *, ending: UUID | None = None, problem: str = "", status: int = 200) -> HttpResponse:
    house = asked(request)
    own = serves(house.viewer, "round.end", house.now)
    data = request.POST if ending else None
    found = rounds_for(viewer=house.viewer, at=house.now)
    rows = [
        {
            "one": one, "matter": matter_name(one.matter_key), "who": chosen_words(one.choice, fact_keys()),
            "form": _ends(one, own, ending, data) if not one.is_over(today(request)) else None,
            "status": round_status(one, today(request)),
        }
        for one in found
    ]  # fmt: skip
    context = {"rows": rows, "writes": can(house.viewer, "round.begin", house.now), "problem": problem}
    return render(request, "office/rounds.html", frame(request) | context, status=status)


def _ends(one: RoundFacts, own: frozenset[str], ending: UUID | None, data: Any) -> ReasonForm | None:
    if one.area.code not in own:
        return None
    return ReasonForm(data if one.id == ending else None, prefix=f"r{one.id.hex[-6:]}")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Write a rule: what it takes is shown first, then it begins."""
    area, own = own_area(request, "round.begin")
    form = RoundForm(request.POST or None, area=area, day=today(request))
    context = {"area": names_of([area])[area], "own": own, "policy": policy()}
    return in_two_steps(request, form, context, _checked, "office/round_new.html")


def _checked(request: HttpRequest, form: RoundForm, context: dict[str, Any]) -> HttpResponse | None:
    house = asked(request)
    if not form.is_valid():
        return None
    rule = form.rule()
    if YES in request.POST:
        actions.begin(rule=rule, by=house.viewer, at=house.now)
        messages.info(request, _("It has begun. Households appear in the lists of the day when they are due."))
        return redirect("office-rounds")
    rule = clean_rule(rule)
    matter = require_rule(rule, current(), fact_keys(), policy(), today(request))
    require_form(rule.form_key, rule.matter_key, rule.area_code, today(request))
    found = weigh(rule, matter, today(request))
    context |= {
        "fit": found, "verdict": found.verdict, "who": chosen_words(rule.choice, fact_keys()),
        "by_consent": needs_consent(matter),
    }  # fmt: skip
    return None


@signed_in
@require_POST
def end(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """End one with a reason."""
    house, form = asked(request), ReasonForm(request.POST, prefix=f"r{round_id.hex[-6:]}")
    if round_id not in {one.id for one in rounds_for(viewer=house.viewer, at=house.now)}:
        raise refuse(UNKNOWN)
    if not form.is_valid():
        return _listed(request, ending=round_id, status=400)
    try:
        actions.end(round_id=round_id, reason=form.cleaned_data["reason"], by=house.viewer, at=house.now)
    except Refusal as refusal:
        return _listed(request, ending=round_id, problem=say(refusal.words(), language()), status=refusal.status)
    messages.info(request, _("Ended. Nothing of it is due any more."))
    return redirect("office-rounds")
