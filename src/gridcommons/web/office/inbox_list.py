"""What came in from the field as a list: by state, form and reason; several let pass or read again at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.queries import display_names
from gridcommons.collection.actions import empty
from gridcommons.collection.asking import Question
from gridcommons.collection.forms.queries import form_called, published_version
from gridcommons.collection.inbox.actions import run_again
from gridcommons.collection.inbox.counting import ToEmpty, counts, counts_by_form, counts_by_reason, to_empty
from gridcommons.collection.inbox.queries import (
    PAGE,
    SubmissionLine,
    Wanted,
    inbox_page,
    submission_page,
)
from gridcommons.collection.inbox.rules import FAULT, LAPSED, NO_CHOICE, NOT_ASKED, STATES, TO_BE_EMPTIED, WRONG_TYPE
from gridcommons.collection.intake import HANDED_OVER, MAY_PASS, NO_AREA, NO_OUTCOME, NO_SUCH_HOUSEHOLD
from gridcommons.collection.sunset import CAME_LATE, FILLED_AFTER
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.people.homes.queries import HouseholdLine
from gridcommons.territory.queries import names_of
from gridcommons.web.office.mending import worded_reason
from gridcommons.web.pieces import Status
from gridcommons.web.public.asking import page_number
from gridcommons.web.staff import asked, can, frame, require_can, signed_in

LOOKS: Final = "look.inbox"
UNEMPTIED: Final = "unemptied"
"""The list of forms that are to be emptied by hand: they stand in no state's list."""
TO_EMPTY: Final = Words("待人工清空", "to be emptied by hand")
_KEPT: Final = ("state", "form", "reason", "q", "page")
_TONES: Final = {
    "received": ("now", "inbox"), "understood": ("done", "circle-check"), "held": ("late", "alert-triangle"),
    "aside": ("parked", "ban"),
}  # fmt: skip
WHY: Final[Mapping[str, Words]] = {
    NO_CHOICE: Words("不在选项里", "none of the choices"),
    WRONG_TYPE: Words("答案类型不符", "an answer of a wrong type"),
    NOT_ASKED: Words("有表单外的内容", "more than the form asks"),
    NO_OUTCOME: Words("没写走访结果", "no outcome of the visit"),
    NO_SUCH_HOUSEHOLD: Words("住户不在登记中", "household not on record"),
    HANDED_OVER: Words("可能已移交", "perhaps handed over"),
    FILLED_AFTER: Words("表单停用后填写", "filled in after the form's end"),
    CAME_LATE: Words("停用后过久才到", "came long after the form's end"),
    NO_AREA: Words("看不出哪个网格", "no grid to be seen"),
    FAULT: Words("程序出错", "the program failed"),
}
"""Why something is held, in few words."""
_OTHER: Final = Words("其他原因", "another reason")

NOT_PLAIN = refusal_kind(
    "inbox.not_plain",
    status=409,
    zh="这份表单不只是因为移交或表单停用而待修复，请打开单独处理。",
    en="This form is not held for a hand-over or the form's end alone: open it and repair it by itself.",
)


@dataclass(frozen=True)
class Row:
    """A submission as the list shows it. `may_pass`: nothing but a hand-over or the form's end holds it.

    `home`: the household that it names, where the reader may read it; `sender`: the name of whoever sent it.
    """

    line: SubmissionLine
    status: Status
    place: Words | str
    form: Words | str
    why: list[Words]
    may_pass: bool
    home: HouseholdLine | None
    sender: str


def status_of(line: SubmissionLine) -> Status:
    """How a submission stands, with its colour and icon."""
    if line.empty_by:
        return Status(TO_EMPTY, "late", "eraser")
    if LAPSED in line.notes:
        return Status(Words("到期未采用", "not taken in time"), "parked", "ban")
    tone, icon = _TONES[line.state]
    return Status(STATES[line.state], tone, icon)


def may_pass(line: SubmissionLine) -> bool:
    """Whether a person may let it pass without changing an answer: a hand-over or a form's end alone holds it."""
    codes = {reason.code for reason in line.reasons}
    return line.state == "held" and bool(codes) and codes <= MAY_PASS


def filter_of(request: HttpRequest) -> str:
    """The list that an address came from, as its query; empty for the whole list."""
    given = {name: request.GET.get(name, "")[:250] for name in _KEPT}
    return urlencode({name: text for name, text in given.items() if text})


def back_to(request: HttpRequest) -> str:
    """The address of that list."""
    return "?".join(part for part in (reverse("office-inbox"), filter_of(request)) if part)


def _names_of_forms(keys: Iterable[str]) -> dict[str, Words]:
    return {key: form_called(key).name for key in keys}


@signed_in
@require_safe
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """What came in, by state, form and id."""
    house = asked(request)
    require_can(house.viewer, LOOKS, house.now)
    state = request.GET.get("state", "")
    wanted = Wanted(
        state if state in STATES else "", request.GET.get("form", "")[:60], request.GET.get("q", "").strip()[:249],
        reason=request.GET.get("reason", "")[:60] if state == "held" else "", waits=state == UNEMPTIED,
    )  # fmt: skip
    number = page_number(request)
    found = inbox_page(wanted=wanted, viewer=house.viewer, at=house.now, purpose="forms", first=(number - 1) * PAGE)
    scope: dict[str, Any] = {"viewer": house.viewer, "at": house.now}
    held, forms = counts(**scope), counts_by_form(state=wanted.state, waits=wanted.waits, **scope)
    reasons = counts_by_reason(form_key=wanted.form_key, **scope) if state == "held" else {}
    names = _names_of_forms({*forms, *(row.form_key for row in found.rows)})
    asks = _asked_by({(row.form_key, row.version) for row in found.rows if row.reasons})
    places, senders = names_of({row.area_code for row in found.rows}), display_names(row.by_key for row in found.rows)
    rows = [
        Row(
            row, status_of(row), places[row.area_code].name if row.area_code in places else "",
            names.get(row.form_key, row.form_key), [worded_reason(one, asks[row.form_key, row.version])
            for one in row.reasons], may_pass(row), found.homes.get(row.id), senders.get(row.by_key, ""),
        )
        for row in found.rows
    ]  # fmt: skip
    context = frame(request) | {
        "rows": rows, "total": found.total, "page": Paginator(range(found.total), PAGE).get_page(number),
        "tabs": _tabs(held, to_empty(**scope), state), "wanted": wanted, "state": state, "unemptied": UNEMPTIED,
        "forms": [(key, names.get(key, key), n) for key, n in forms.items()],
        "reasons": [(code, WHY.get(code, _OTHER), n) for code, n in reasons.items()],
        "filter": filter_of(request), "may_repair": can(house.viewer, "inbox.run_again", house.now),
        "picks": can(house.viewer, "inbox.run_again", house.now) and (wanted.waits or wanted.state == "held"),
        "passable": any(row.may_pass for row in rows),
    }  # fmt: skip
    return render(request, "office/inbox.html", context)


def forms_to_empty(request: HttpRequest) -> ToEmpty | None:
    """What the office has to empty by hand, for its daily pages; nothing where nothing waits, or it is not theirs."""
    house = asked(request)
    if not can(house.viewer, "inbox.empty", house.now):
        return None
    found = to_empty(viewer=house.viewer, at=house.now)
    return found if found.number else None


def _tabs(held: Mapping[str, int], waiting: ToEmpty, state: str) -> list[tuple[str, Words, int]]:
    """The lists by state; before them what is to be emptied by hand, as long as there is any."""
    first = [(UNEMPTIED, TO_EMPTY, waiting.number)] if waiting.number or state == UNEMPTIED else []
    return [*first, *((key, words, held.get(key, 0)) for key, words in STATES.items())]


def _asked_by(versions: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[Question, ...]]:
    """The questions of these versions: a reason names one by its own words."""
    found = {one: published_version(*one) for one in versions}
    return {one: version.questions if version else () for one, version in found.items()}


@signed_in
@require_POST
def several(request: HttpRequest, action: str) -> HttpResponse:
    """Let those picked pass that only a hand-over holds, or have those picked read or emptied again; each is a deed."""
    house = asked(request)
    require_can(house.viewer, "inbox.run_again", house.now)
    done = left = 0
    for text in request.POST.getlist("pick")[:PAGE]:
        try:
            done += _again(request, UUID(text), action)
        except (Refusal, ValueError):
            left += 1
    if done and action == "empty":
        said = ngettext("%(n)s form was emptied.", "%(n)s forms were emptied.", done)
        messages.info(request, said % {"n": done})
    elif done:
        said = ngettext("%(n)s form is read again within seconds.", "%(n)s forms are read again within seconds.", done)
        messages.info(request, said % {"n": done})
    if left or not done:
        messages.warning(request, _("%(n)s could not be done: look at them one by one.") % {"n": left} if left else
                         _("Nothing was picked."))  # fmt: skip
    return redirect(back_to(request))


def _again(request: HttpRequest, submission_id: UUID, action: str) -> int:
    house, waive = asked(request), action == "pass"
    if action == "empty":
        if not empty(submission_id=submission_id, by=house.viewer, at=house.now).done:
            raise refuse(TO_BE_EMPTIED)
        return 1
    if waive:
        page = submission_page(submission_id=submission_id, viewer=house.viewer, at=house.now, purpose="forms")
        if not may_pass(page.line):
            raise refuse(NOT_PLAIN)
    run_again(submission_id=submission_id, waive=waive, by=house.viewer, at=house.now)
    return 1
