"""Campaigns for offices: the list, one being written with what it takes, one with picture, objections and days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.cases.orders.rules import serves
from gridcommons.collection.campaigns import actions
from gridcommons.collection.campaigns.disclosing import OUTCOMES
from gridcommons.collection.campaigns.planning import earliest_day, matter_for, weigh
from gridcommons.collection.campaigns.policy import policy
from gridcommons.collection.campaigns.queries import (
    CampaignFacts,
    ObjectionFacts,
    campaign_for,
    campaigns_for,
    heard_of,
    may_on,
    objections_to,
    steps_of,
)
from gridcommons.collection.campaigns.refusals import UNKNOWN
from gridcommons.collection.campaigns.rules import (
    ANSWERS,
    COUNTED_STATES,
    OVER_STATES,
    against_approval,
    against_start,
    clean_plan,
    wording,
)
from gridcommons.collection.campaigns.waiting import wait_by_campaign
from gridcommons.collection.fitting import Fit
from gridcommons.collection.selecting import chosen_words
from gridcommons.kit.digits import as_page
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.matters.queries import matter_name
from gridcommons.people.facts.keys import fact_keys
from gridcommons.territory.queries import names_of
from gridcommons.web.campaign_words import (
    ASKS,
    DONE,
    ENDED,
    HEARD_WORDS,
    SURE,
    life_of,
    objected,
    status_of,
)
from gridcommons.web.case_words import name_of
from gridcommons.web.csv_answer import csv_answer
from gridcommons.web.office.calling import in_two_steps, own_area, problems_of
from gridcommons.web.office.campaign_forms import (
    AnswerForm,
    CampaignForm,
    ReasonForm,
    ReturnForm,
    SilenceForm,
    written_of,
)
from gridcommons.web.office.campaign_picture import own_days, picture_context, picture_rows, url_of
from gridcommons.web.office.sure import SURE as YES
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, can, frame, language, signed_in, today

PAGE: Final = 20
"""So many campaigns that are over stand on a page."""
_WITH_REASON: Final = frozenset({"stop", "resume", "end", "withdraw", "unapprove"})


@signed_in
@require_safe
@never_cache
def campaigns(request: HttpRequest) -> HttpResponse:
    """The campaigns that touch the viewer's areas."""
    house = asked(request)
    waiting = wait_by_campaign(house.viewer, house.now)
    rows = [
        (one, status_of(one.state), matter_name(one.matter_key), waiting.get(one.id, 0))
        for one in campaigns_for(viewer=house.viewer, at=house.now)
    ]
    over = [row for row in rows if row[0].state in OVER_STATES]
    context = {
        "rows": [row for row in rows if row not in over],
        "over": Paginator(over, PAGE).get_page(as_page(request.GET.get("page", ""))) if over else None,
        "writes": can(house.viewer, "campaign.draft", house.now),
    }
    return render(request, "office/campaigns.html", frame(request) | context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def write(request: HttpRequest) -> HttpResponse:
    """Write a campaign: what it takes is shown first, then the draft is kept."""
    area, own = own_area(request, "campaign.draft")
    form = CampaignForm(request.POST or None, area=area, day=today(request))
    context = {"area": names_of([area])[area], "own": own, "policy": policy()}
    return in_two_steps(request, form, context, _checked, "office/campaign_new.html")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def amend(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Change a draft, in the same two steps as it was written."""
    facts = _one(request, campaign_id)
    if "amend" not in may_on(facts, asked(request).viewer, asked(request).now):
        raise refuse(UNKNOWN)
    form = CampaignForm(request.POST or None, area=facts.area.code, day=today(request), initial=written_of(facts))
    context = {"area": facts.area, "own": [], "policy": policy(), "amends": facts}
    return in_two_steps(request, form, context, _checked, "office/campaign_new.html")


def _checked(request: HttpRequest, form: CampaignForm, context: dict[str, Any]) -> HttpResponse | None:
    house = asked(request)
    if not form.is_valid():
        return None
    plan, before = form.plan(), context.get("amends")
    by: dict[str, Any] = {"plan": plan, "by": house.viewer, "at": house.now}
    if YES in request.POST:
        made = actions.amend(campaign_id=before.id, **by) if before else actions.draft(**by)
        messages.info(request, _("The draft is kept. Put up its notice when it is ready."))
        return redirect("office-campaign", made.pk)
    plan = clean_plan(plan)
    found: Fit = weigh(plan, matter_for(plan, today(request)), today(request))
    context |= {"fit": found, "verdict": found.verdict, "who": chosen_words(plan.choice, fact_keys())}
    return None


def _one(request: HttpRequest, campaign_id: UUID) -> CampaignFacts:
    house = asked(request)
    return campaign_for(campaign_id=campaign_id, viewer=house.viewer, at=house.now)


@signed_in
@require_safe
@never_cache
def campaign(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """One campaign."""
    return _shown(request, _one(request, campaign_id))


@signed_in
@require_safe
@never_cache
def table(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """The picture of an area as a table: what the page shows, and nothing more."""
    facts = _one(request, campaign_id)
    if facts.state not in COUNTED_STATES:
        raise refuse(UNKNOWN)
    area, rows = picture_rows(request, facts)
    return csv_answer(rows, f"campaign-{area}-{today(request)}.csv")


def _shown(
    request: HttpRequest, facts: CampaignFacts, *, problems: Sequence[str] = (), step: str = "", status: int = 200,
    answering: UUID | None = None,
) -> HttpResponse:  # fmt: skip
    house, data = asked(request), request.POST if request.method == "POST" else None
    may = may_on(facts, house.viewer, house.now)
    own = facts.area.code in serves(house.viewer, "campaign.answer_objection", house.now)
    said = objections_to(facts.id)
    waiting = sum(one.answered_at is None for one in said)
    context = {
        "facts": facts, "status": status_of(facts.state), "matter": matter_name(facts.matter_key), "problems": problems,
        "who": chosen_words(facts.choice, fact_keys()), "life": life_of(steps_of(facts.id), facts), "may": may,
        "objections": _objections(said, data, answering) if own else [],
        "answered": [(one, _subject(one), ANSWERS.get(one.decision, "")) for one in said] if not own else [],
        "objected": objected(said), "own": own, "waits": _waits(request, facts, waiting) if "start" in may else [],
        **_second(request, facts, may, waiting),
        **_heard(request, facts),
        "reasons": {
            one: ReasonForm(data if step == one else None, prefix=one) for one in sorted(may & _WITH_REASON)
        },
        **own_days(request, facts), "outcome_names": [ENDED[name] for name in OUTCOMES],
        "sure": SURE, "asks": ASKS, "step": step, "policy": policy(),
        "earliest": earliest_day(facts.area.code, today(request)) if facts.state == "draft" else None,
        **(picture_context(request, facts, data if step in {"explain", "confirm"} else None, step)
           if facts.state in COUNTED_STATES else {}),
    }  # fmt: skip
    status = status if status != HTTPStatus.OK else context.pop("status_of_picture", status)
    return render(request, "office/campaign.html", frame(request) | context, status=status)


def _waits(request: HttpRequest, facts: CampaignFacts, waiting: int) -> list[Words]:
    """What stands between it and its start."""
    found = against_start(
        today=today(request), notice_until=facts.notice_until, open_objections=waiting, is_approved=facts.approved,
        first=facts.first, last=facts.last,
    )  # fmt: skip
    return [reason.words() for reason in found]


def _second(request: HttpRequest, facts: CampaignFacts, may: frozenset[str], waiting: int) -> dict[str, Any]:
    """What the second person judges by: the objections' words, and what stands between it and their confirmation."""
    found = against_approval(today=today(request), notice_until=facts.notice_until, open_objections=waiting)
    return {
        "second": bool(may & {"approve", "unapprove"}), "unready": [reason.words() for reason in found],
        "notice_left": max(0, (facts.notice_until - today(request)).days) if facts.notice_until else None,
    }  # fmt: skip


def _heard(request: HttpRequest, facts: CampaignFacts) -> dict[str, Any]:
    """Who has taken note of the last step, where that is asked of anybody the viewer serves."""
    found = heard_of(facts, asked(request).viewer, asked(request).now)
    if found is None or not (found.parts or found.mine):
        return {}
    return {"heard": found, "heard_words": HEARD_WORDS[found.action]}


def _subject(one: ObjectionFacts) -> Words | str:
    return policy().subjects.get(one.subject, one.subject)


def _objections(said: Sequence[ObjectionFacts], data: Any, answering: UUID | None) -> list[dict[str, Any]]:
    """What waits first: objections of one subject and wording together, with one form; then each that was answered."""
    found: dict[tuple[str, str], list[ObjectionFacts]] = {}
    for one in said:
        key = (one.subject, wording(one.text)) if one.answered_at is None else ("", str(one.id))
        found.setdefault(key, []).append(one)
    groups = sorted(found.values(), key=lambda group: group[0].answered_at is not None)
    return [
        {
            "one": group[0], "subject": _subject(group[0]), "alike": group[1:],
            "decision": ANSWERS.get(group[0].decision, ""),
            "form": AnswerForm(
                data if answering == group[0].id else None, prefix=f"o{group[0].number}", alike=len(group) > 1,
                initial={name: getattr(group[0], name) for name in ("decision", "answer", "other")},
            ),
        }
        for group in groups
    ]  # fmt: skip


# --- Steps ----------------------------------------------------------------------------------------------------------

_Deed = Callable[..., object]
_PLAIN: Final[Mapping[str, _Deed]] = {
    "announce": actions.announce, "approve": actions.approve, "unapprove": actions.unapprove,
    "start": actions.start, "stop": actions.stop,
    "resume": actions.resume, "end": actions.end, "withdraw": actions.withdraw,
}  # fmt: skip


@signed_in
@require_POST
def do(request: HttpRequest, campaign_id: UUID, step: str) -> HttpResponse:
    """Take one step; what cannot be taken back is asked about first."""
    facts, house = _one(request, campaign_id), asked(request)
    if step not in _PLAIN:
        raise refuse(UNKNOWN)
    form = ReasonForm(request.POST, prefix=step) if step in _WITH_REASON else None
    if (step in SURE and YES not in request.POST) or (form is not None and not form.is_valid()):
        return _shown(request, facts, step=step, status=400)
    more = {"reason": form.cleaned_data["reason"]} if form is not None else {}
    try:
        _PLAIN[step](campaign_id=campaign_id, by=house.viewer, at=house.now, **more)
    except Refusal as refusal:
        return _shown(request, facts, problems=problems_of(refusal), step=step, status=refusal.status)
    messages.info(request, say(DONE[step], language()))
    return redirect("office-campaign", campaign_id)


@signed_in
@require_POST
def answer(request: HttpRequest, campaign_id: UUID, objection_id: UUID) -> HttpResponse:
    """Answer an objection."""
    facts, house = _one(request, campaign_id), asked(request)
    found = next((one for one in objections_to(campaign_id) if one.id == objection_id), None)
    if found is None:
        raise refuse(UNKNOWN)
    alike = any(
        one.id != found.id and one.answered_at is None and one.subject == found.subject
        and wording(one.text) == wording(found.text) for one in objections_to(campaign_id)
    )  # fmt: skip
    form = AnswerForm(request.POST, prefix=f"o{found.number}", alike=alike)
    if not form.is_valid():
        return _shown(request, facts, status=400, answering=objection_id)
    try:
        actions.answer_objection(objection_id=objection_id, by=house.viewer, at=house.now, **form.cleaned_data)
    except Refusal as refusal:
        return _shown(request, facts, problems=problems_of(refusal), status=refusal.status, answering=objection_id)
    messages.info(request, _("Answered. It stands on the public page."))
    return redirect("office-campaign", campaign_id)


@signed_in
@require_POST
def hear(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Take note of a change for the own area."""
    facts, house = _one(request, campaign_id), asked(request)
    try:
        actions.hear(campaign_id=facts.id, area_code=request.POST.get("at", ""), by=house.viewer, at=house.now)
    except Refusal as refusal:
        return _shown(request, facts, problems=problems_of(refusal), status=refusal.status)
    messages.info(request, _("Noted."))
    return redirect("office-campaign", campaign_id)


@signed_in
@require_POST
def days(request: HttpRequest, campaign_id: UUID, step: str) -> HttpResponse:
    """Explain a grid's silent day, or confirm a day of the own area."""
    facts, area = _one(request, campaign_id), request.POST.get("at", "")
    if step not in {"explain", "confirm"}:
        raise refuse(UNKNOWN)
    try:
        if not _day_said(request, facts, area, step):
            return _shown(request, facts, step=step, status=400)
    except Refusal as refusal:
        return _shown(request, facts, problems=problems_of(refusal), step=step, status=refusal.status)
    messages.info(request, _("Noted.") if step == "explain" else _("Confirmed."))
    return redirect(url_of(facts, area))


def _day_said(request: HttpRequest, facts: CampaignFacts, area: str, step: str) -> bool:
    """Whether the form could be read, and then the deed is done."""
    house = asked(request)
    by: dict[str, Any] = {"campaign_id": facts.id, "by": house.viewer, "at": house.now}
    if step == "confirm":
        form = ReturnForm(request.POST, day=today(request), prefix="return")
        if form.is_valid():
            actions.confirm_day(area_code=area, **form.cleaned_data, **by)
        return form.is_valid()
    names = names_of([request.POST.get("silence-area", "")])
    grids = [(code, name_of(one)) for code, one in names.items() if one.level == "grid"]
    silence = SilenceForm(request.POST, grids=grids, day=today(request), prefix="silence")
    if silence.is_valid():
        given = silence.cleaned_data
        actions.explain(area_code=given["area"], day=given["day"], reason=given["reason"], **by)
    return silence.is_valid()
