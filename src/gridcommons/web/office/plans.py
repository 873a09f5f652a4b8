"""Plans of areas for county officers: the list, a plan with its preview, and every step of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.queries import names_of_accounts
from gridcommons.access.rules import NO_DEED
from gridcommons.kit.dates import day_text
from gridcommons.kit.digits import as_page
from gridcommons.kit.disclosure import alone
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.lineage import in_force
from gridcommons.territory.queries import names_of
from gridcommons.territory.reorganising.actions import (
    WORDS,
    adopt_plan,
    amend_plan,
    draft_plan,
    propose_plan,
    remove_line,
    review_plan,
    send_plan_back,
    withdraw_plan,
)
from gridcommons.territory.reorganising.preview import Preview, preview_of
from gridcommons.territory.reorganising.queries import PAGE, PlanFacts, hand_overs_of, plan_facts, plans_within
from gridcommons.web.case_words import name_of
from gridcommons.web.csv_answer import csv_answer
from gridcommons.web.office.doing import day_of
from gridcommons.web.office.plan_words import (
    became_words,
    before_and_after,
    export_rows,
    hand_over_lines,
    line_words,
    sections,
)
from gridcommons.web.pieces import Status
from gridcommons.web.program_words import of_both
from gridcommons.web.staff import asked, can, frame, language, signed_in, today

DEED: Final = "areas.draft"
_TONES: Final = {
    "draft": ("plain", "circle-dashed"), "proposed": ("now", "send"), "reviewed": ("now", "clipboard-check"),
    "adopted": ("now", "clock"), "in_force": ("done", "circle-check"), "withdrawn": ("done", "ban"),
}  # fmt: skip


def areas_of(request: HttpRequest) -> list[str]:
    """The areas that the viewer plans for; refuses whoever plans for none."""
    house = asked(request)
    if not can(house.viewer, DEED, house.now):
        raise refuse(NO_DEED, deed=DEED)
    grants = (grant for role, grant in house.viewer.roles_at(house.now) if grant is not None and DEED in role.deeds)
    return sorted({code for grant in grants for code in grant.areas_now}, key=lambda code: (len(code), code))


def status_of(state: str) -> Status:
    """The state of a plan as a chip."""
    tone, icon = _TONES[state]
    return Status(WORDS[state], tone, icon)


def held_plan(request: HttpRequest, plan_id: UUID) -> PlanFacts:
    """A plan that the viewer may see: of an area in or above their own; another is not there."""
    areas = areas_of(request)
    plan = plan_facts(plan_id)
    lineage = in_force()
    above = any(code.startswith(lineage.follow(plan.area_code) or plan.area_code) for code in areas)
    if not (above or _lies_in(plan, areas)):
        plan_facts(UUID(int=0))  # what is not theirs does not exist for them
    return plan


def owns(request: HttpRequest, plan: PlanFacts) -> bool:
    """Whether the viewer may act on a plan of this area."""
    return _lies_in(plan, areas_of(request))


def _lies_in(plan: PlanFacts, areas: Sequence[str]) -> bool:
    """Whether the area that a plan is for lies today in one of these."""
    return bool(areas) and in_force().covers(plan.area_code, tuple(areas))


@signed_in
@never_cache
def plans(request: HttpRequest) -> HttpResponse:
    """The list of plans, and the form to begin one."""
    areas_of(request)
    return _begin(request) if request.method == "POST" else listed(request)


def listed(request: HttpRequest, form: str = "", wrong: str = "") -> HttpResponse:
    """The list and its two forms; `form`: the one that was refused, with what was typed, and `wrong`: why."""
    areas = areas_of(request)
    state = request.GET.get("state", "")
    page = request.GET.get("page", "1")
    number = as_page(page)
    rows, total = plans_within(areas, states=[state] if state in WORDS else [], first=(max(1, number) - 1) * PAGE)
    names = names_of([*areas, *(row.area_code for row in rows)])
    pages = Paginator(range(total), PAGE)
    context = {
        "rows": [(row, status_of(row.state), name_of(names[row.area_code])) for row in rows if row.area_code in names],
        "areas": [(code, name_of(names[code])) for code in areas if code in names], "today": today(request),
        "states": [(key, words, key == state) for key, words in WORDS.items()], "state": state,
        "page": pages.get_page(number), "wrong": wrong, "refused": form,
        "begun": request.POST if form == "begin" else {}, "read": request.POST if form == "list" else {},
    }  # fmt: skip
    return render(request, "office/plans.html", frame(request) | context, status=400 if wrong else 200)


def _begin(request: HttpRequest) -> HttpResponse:
    house, given = asked(request), request.POST
    try:
        plan = draft_plan(
            area_code=given.get("area", ""), title=given.get("title", ""), on_day=day_of(given.get("day", "")),
            reason=given.get("reason", ""), by=house.viewer, at=house.now,
        )  # fmt: skip
    except Refusal as refusal:
        return listed(request, "begin", refusal.words().in_language(language()))
    return redirect("office-plan", plan.pk)


@signed_in
@require_safe
@never_cache
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """One plan: its lines, what and whom it touches, the map before and after, and what comes next."""
    return shown(request, held_plan(request, plan_id))


def is_over(facts: PlanFacts) -> bool:
    """Whether nothing can become of a plan any more."""
    return facts.state in {"in_force", "withdrawn"}


def shown(request: HttpRequest, facts: PlanFacts, asks: str = "", wrong: str = "") -> HttpResponse:
    """The page of a plan; `asks`: the step that has to be confirmed; `wrong`: what was refused."""
    house, tongue = asked(request), language()
    kept = {"title": facts.title, "day": str(facts.on_day), "reason": facts.reason}
    amended = {key: request.POST.get(key, "") for key in kept} if asks == "amend" else kept
    preview = None if is_over(facts) else preview_of(plan_id=facts.id, viewer=house.viewer, at=house.now)
    people = names_of_accounts(by for _state, by, _at in facts.steps)
    names = names_of([facts.area_code])
    mine = house.viewer.key in {facts.created_by, *(by for state, by, _at in facts.steps if state == "proposed")}
    context: dict[str, Any] = {
        "plan": facts, "status": status_of(facts.state), "area": name_of(names[facts.area_code]),
        "steps": [(WORDS[state], people.get(by, ""), at) for state, by, at in facts.steps],
        "lines": [line_words(line) for line in facts.lines], "preview": preview, "mine": mine,
        "became": became_words(preview) if preview else [],
        "owns": owns(request, facts), "asks": asks, "wrong": wrong, "amended": amended,
        "sections": sections(preview) if preview else [],
        "obstacles": [reason.words() for reason in preview.obstacles] if preview else [],
        "maps": before_and_after(preview, tongue) if preview else (None, None),
        "handed": hand_over_lines(hand_overs_of(facts.id), lambda n: alone(n).value), "verbs": VERBS,
        "problem": of_both(facts.problem), "today": today(request),
    }  # fmt: skip
    return render(request, "office/plan.html", frame(request) | context, status=400 if wrong else 200)


VERBS: Final = ("split", "merge", "move", "recode", "rename", "retire")
_SURE: Final = frozenset({"adopt", "withdraw"})


@signed_in
@require_POST
def do(request: HttpRequest, plan_id: UUID, action: str) -> HttpResponse:
    """A step of a plan; what cannot be taken back is asked about first."""
    facts, given = held_plan(request, plan_id), request.POST
    if action in _SURE and not given.get("sure"):
        return shown(request, facts, asks=action)
    try:
        _DO[action](request, plan_id)
    except KeyError:
        return redirect("office-plan", plan_id)
    except Refusal as refusal:
        return shown(request, facts, asks=action, wrong=refusal.words().in_language(language()))
    return redirect("office-plan", plan_id)


def _propose(request: HttpRequest, plan_id: UUID) -> None:
    propose_plan(plan_id=plan_id, by=asked(request).viewer, at=asked(request).now)
    messages.success(request, _("The plan is proposed. Another officer now reviews it; you can have it sent back."))


def _review(request: HttpRequest, plan_id: UUID) -> None:
    review_plan(plan_id=plan_id, by=asked(request).viewer, at=asked(request).now)
    messages.success(request, _("The plan is reviewed. It can be adopted now, by the authority that decides on it."))


def _send_back(request: HttpRequest, plan_id: UUID) -> None:
    house = asked(request)
    send_plan_back(plan_id=plan_id, reason=request.POST.get("reason", ""), by=house.viewer, at=house.now)
    messages.success(request, _("The plan is a draft again. Whoever proposed it reads your reason on this page."))


def _adopt(request: HttpRequest, plan_id: UUID) -> None:
    house = asked(request)
    done = adopt_plan(plan_id=plan_id, authority=request.POST.get("authority", ""), by=house.viewer, at=house.now)
    if done.state == "in_force":
        messages.success(request, _("The plan is in force: every office sees its areas as they are now."))
    else:
        told = _("The plan is adopted. It takes force by itself on %(day)s; until then it can be withdrawn.")
        messages.success(request, told % {"day": day_text(done.on_day, language(), this_year=0)})


def _withdraw(request: HttpRequest, plan_id: UUID) -> None:
    house = asked(request)
    withdraw_plan(plan_id=plan_id, reason=request.POST.get("reason", ""), by=house.viewer, at=house.now)
    messages.success(request, _("The plan is withdrawn. Its codes are free again, and nothing changes."))


def _amend(request: HttpRequest, plan_id: UUID) -> None:
    house, given = asked(request), request.POST
    amend_plan(
        plan_id=plan_id, title=given.get("title", ""), on_day=day_of(given.get("day", "")),
        reason=given.get("reason", ""), by=house.viewer, at=house.now,
    )  # fmt: skip
    messages.success(request, _("Title, day and reason are kept."))


def _remove(request: HttpRequest, plan_id: UUID) -> None:
    house, line = asked(request), request.POST.get("line", "")
    known = {str(one.id): one.id for one in plan_facts(plan_id).lines}
    if line in known:
        remove_line(plan_id=plan_id, line_id=known[line], by=house.viewer, at=house.now)


_DO: Final = {
    "propose": _propose, "review": _review, "send_back": _send_back, "adopt": _adopt, "withdraw": _withdraw,
    "amend": _amend, "remove": _remove,
}  # fmt: skip


@signed_in
@require_safe
def plan_csv(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """A plan as CSV: what becomes of every area, by its code."""
    house = asked(request)
    facts = held_plan(request, plan_id)
    # What is over is not reckoned anew among the areas of today: its lines tell what it did.
    preview = Preview() if is_over(facts) else preview_of(plan_id=plan_id, viewer=house.viewer, at=house.now)
    return csv_answer(export_rows(facts, preview, language()), f"plan-{facts.on_day}.csv")


def back_to(plan_id: UUID) -> HttpResponseRedirect:
    """To the page of a plan."""
    return redirect(f"{reverse('office-plan', args=[plan_id])}#lines")
