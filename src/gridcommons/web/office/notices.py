"""The inbox of a member of staff: notices to them and to the offices they serve; what of a case's notices arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.queries import offices
from gridcommons.kit.words import Words
from gridcommons.notices.actions import mark_read
from gridcommons.notices.queries import Sent, Told, notices_about
from gridcommons.notices.rules import STATES, State, reason_words
from gridcommons.outlook.rules import require_staff
from gridcommons.web.case_words import office_name
from gridcommons.web.inbox import UNDO, read_everything, shown, take_back
from gridcommons.web.pieces import Status
from gridcommons.web.staff import asked, can, frame, language, purpose_of, signed_in

_PAGES: Final = {
    "case": "office-case", "problem": "office-problem", "glass": "office-glass-one", "handout": "office-handout",
    "order": "office-order", "schedule": "office-report", "proposal": "office-proposal",
    "caution": "office-caution", "bulletin": "office-bulletin",
    "request": "office-resident-request", "campaign": "office-campaign",
}  # fmt: skip
"""What a notice may be about, and the page that it leads to."""
_AREA_PAGES: Final = {"rules_of": "office-colour-rules", "releases_of": "office-releases"}
"""The same of what stands on a page of an area."""
_LOOK: Final = "look.case_notices"
CHANNELS: Final = {
    "inside": Words("平台内", "in the program"), "email": Words("电子邮件", "e-mail"), "sms": Words("短信", "SMS"),
}  # fmt: skip
_TONES: Final = {
    State.WAITING: ("now", "hourglass"), State.HELD: ("parked", "moon"), State.SENDING: ("now", "send"),
    State.HANDED: ("now", "send"), State.DELIVERED: ("done", "circle-check"), State.UNCERTAIN: ("late", "help-circle"),
    State.FAILED: ("late", "alert-triangle"), State.EXPIRED: ("plain", "clock"), State.UNWANTED: ("plain", "ban"),
}  # fmt: skip


def status_of(state: State) -> Status:
    """A state of delivery as a pill."""
    tone, icon = _TONES[state]
    return Status(STATES[state], tone, icon)


@dataclass(frozen=True)
class Line:
    """One notice: its words, when, whether it was read, and the page it leads to."""

    id: UUID
    text: str
    at: datetime
    is_read: bool
    url: str


def _line(told: Told) -> Line:
    return Line(told.id, told.text, told.at, told.is_read, _url(told.facts))


def _url(facts: Mapping[str, str]) -> str:
    """The page that a notice leads to: of the thing it is about, or the weeks of concerns; none without one."""
    for name, page in _PAGES.items():
        if facts.get(name):
            return reverse(page, args=[UUID(facts[name])])
    if facts.get("colour_of"):
        return reverse("office-colour", args=[facts["colour_of"]])
    for name, page in _AREA_PAGES.items():
        if facts.get(name):
            return f"{reverse(page)}?area={facts[name]}"
    return reverse("office-concerns") if facts.get("digest") else ""


def tabs_of(request: HttpRequest, here: str) -> list[tuple[Words, str, bool]]:
    """The pages around notices that this reader may open, and which of them is here."""
    house = asked(request)
    pages = [("office-notices", Words("收到的通知", "Inbox"), True)]
    officer = can(house.viewer, "notices.ask_retry", house.now)
    pages += [
        ("office-delivery", Words("发送情况", "Delivery"), officer),
        ("office-wordings", Words("通知文本", "Texts"), can(house.viewer, "notices.word", house.now)),
        ("office-questions", Words("复核询问", "Questions of review"), can(house.viewer, "look.questions", house.now)),
    ]
    return [(label, reverse(name), name == here) for name, label, may in pages if may]


@signed_in
@require_safe
@never_cache
def notices(request: HttpRequest) -> HttpResponse:
    """The inbox, newest first, filtered by the address, page by page."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    box = shown(request, house.viewer, language(), house.now, to="office")
    context = {
        "box": box, "lines": [_line(told) for told in box.told], "unread": box.numbers.unread,
        "undo": UNDO in request.session, "tabs": tabs_of(request, "office-notices"),
    }  # fmt: skip
    return render(request, "office/notices.html", frame(request) | context)


@signed_in
@require_POST
def read(request: HttpRequest, notice_id: UUID) -> HttpResponseRedirect:
    """Mark one as read; with `open` in the form, go on to its case."""
    house = asked(request)
    notice = mark_read(notice_id=notice_id, by=house.viewer, at=house.now)
    return redirect((_url(notice.facts) if request.POST.get("open") else "") or "office-notices")


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponseRedirect:
    """Mark everything as read."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    read_everything(request, house.viewer, house.now)
    return redirect("office-notices")


@signed_in
@require_POST
def unread(request: HttpRequest) -> HttpResponseRedirect:
    """Take that back."""
    take_back(request, asked(request).viewer, asked(request).now)
    return redirect("office-notices")


@dataclass(frozen=True)
class SentLine:
    """One notice of a case in words: what, to whom, over which channel, what became of it. No address."""

    sent: Sent
    whom: Words | str
    channel: Words
    status: Status
    reason: Words | None
    tries: Sequence[tuple[datetime, Status, str, Words | None]]


def _sent_lines(told: Sequence[Sent]) -> list[SentLine]:
    ids = {UUID(one.to.removeprefix("office:")) for one in told if one.to.startswith("office:")}
    known = {f"office:{key}": office_name(office) for key, office in offices(ids).items()}
    reporter = Words("报告人", "the reporter")
    return [
        SentLine(
            one, known.get(one.to, reporter), CHANNELS[one.channel], status_of(one.state),
            reason_words(one.reason) if one.reason else None,
            [(t.at, status_of(t.state), t.code, reason_words(t.reason) if t.reason else None) for t in one.tries],
        )
        for one in told
    ]  # fmt: skip


@signed_in
@require_safe
@never_cache
def of_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What of a case's notices arrived."""
    house = asked(request)
    told = notices_about(about=f"case:{case_id}", viewer=house.viewer, at=house.now, purpose=purpose_of(request, _LOOK))
    context = {"lines": _sent_lines(told), "case_url": reverse("office-case", args=[case_id])}
    return render(request, "office/case_notices.html", frame(request) | context)
