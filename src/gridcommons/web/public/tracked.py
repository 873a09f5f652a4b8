"""A case as its reporter reads it: life line, clock, what comes next, who looked. Shared by code and by account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from gridcommons.access.entries import Entry
from gridcommons.cases.queries import CasePage, StepLine
from gridcommons.cases.transitions import PROGRAM, packaged
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.matters.rules import judge_report
from gridcommons.territory.queries import trail
from gridcommons.web.case_clock import minutes_between, promise_of
from gridcommons.web.case_why import why_it_stands_so
from gridcommons.web.case_words import moved_to, sent_to
from gridcommons.web.pieces import Clock, Status, Step, Stretch
from gridcommons.web.program_words import told
from gridcommons.web.public.asking import ZONE
from gridcommons.web.public.looks import looks_shown, office_words
from gridcommons.web.public.matters import first_route
from gridcommons.web.public.wording import DONE, name_of

REPORTER: Final = Words("反映人", "the reporter")
_ROLE_OF: Final = {
    "reporter": "resident", "finder": "worker", "filer": "office", "dispatcher": "office", "handler": "department",
    "verifier": "verifier", "coordinator": "office",
}  # fmt: skip
_NEXT: Final = {
    "reported": ("file", "office"),
    "filed": ("dispatch", "office"),
    "returned": ("dispatch", "office"),
    "reopened": ("dispatch", "office"),
    "review": ("dispatch", "office"),
    "parked": ("dispatch", "office"),
    "dispatched": ("accept", "department"),
    "handling": ("feed_back", "department"),
    "rework": ("feed_back", "department"),
    "handled": ("close", "verifier"),
    "closed": ("confirm", "resident"),
}
_SAID_NEXT: Final = {
    "reported": Words("监督中心核实并立案", "the supervision office checks and files it"),
    "filed": Words("派遣到责任单位", "it is sent to the office in charge"),
    "returned": Words("重新派遣到另一个单位", "it is sent to another office"),
    "reopened": Words("按您的意见重新派遣", "it is sent out again, as you asked"),
    "review": Words("重新派遣办理", "it is sent out again"),
    "parked": Words("到复核日期重新派遣", "on the date of its review it is sent out again"),
    "dispatched": Words("责任单位接收", "the office in charge takes it on"),
    "handling": Words("责任单位处置并反馈", "the office in charge handles it and reports back"),
    "rework": Words("责任单位返工", "the office in charge does it again"),
    "handled": Words("由没有参与处置的人核查", "someone not involved checks it"),
    "closed": Words("请您确认，或要求重办", "you confirm that it is settled, or reopen it"),
}
_STANDS: Final = {
    "handled": Words("等待核查", "waiting for the check"),
    "closed": Words("等待反映人确认", "waiting for the reporter's word"),
    "parked": Words("挂账", "parked"),
    "merged": Words("与另一件一起办理", "joined with another case"),
}
_TONES: Final = {
    "parked": ("parked", "clock-pause"), "merged": ("parked", "git-merge"),
    "handled": ("parked", "clock-pause"), "closed": ("done", "checks"), "confirmed": ("done", "circle-check"),
    "settled": ("done", "circle-check"), "void": ("plain", "ban"),
}  # fmt: skip


def state_words(state: str) -> Words:
    """The name of a state of a case."""
    return packaged().states[state].words


def status_of(state: str, *, late: bool = False) -> Status:
    """A state as a pill."""
    tone, icon = _TONES.get(state, ("late", "urgent") if late else ("now", "progress"))
    return Status(state_words(state), tone, "circle-dot" if icon == "progress" else icon)


def life_line(page: CasePage) -> list[Step]:
    """The steps taken, and the one to come."""
    steps = [_step(line, last=line is page.steps[-1] and page.state not in _NEXT) for line in page.steps]
    return [*steps, *_coming(page)]


def _step(line: StepLine, *, last: bool) -> Step:
    who = REPORTER if line.office is None and line.duty != PROGRAM else packaged().duties[line.duty].words
    did = DONE.get(line.action) or packaged().action(line.action).words
    if line.to_office is not None:
        did = sent_to(did, Words(line.to_office.name_zh, line.to_office.name_en), line.action)
    if line.until is not None and line.action in {"grant_extension", "park"}:
        did = moved_to(did, line)
    return Step(
        did=did, who=who, office=office_words(line.office), role=_ROLE_OF.get(line.duty, "program"),
        at=line.at, note=told(line.note), private=line.private, state="now" if last else "done",
    )  # fmt: skip


def _coming(page: CasePage) -> Iterable[Step]:
    """What happens next, and who has to do it."""
    if page.state not in _NEXT:
        return
    action, role = _NEXT[page.state]
    offices = {"department": page.handler, "office": page.supervision, "verifier": page.supervision}
    who = REPORTER if role == "resident" else office_words(offices.get(role)) if action != "dispatch" else ""
    yield Step(did=_SAID_NEXT[page.state], who=who or Words("派遣中心", "the dispatcher"), role=role, state="next")


def clock_face(page: CasePage, now: datetime) -> Clock | None:
    """The clock of a case with its stands, the last stretch telling whether it stands now; None before it was filed."""
    states = packaged().states
    used = page.clock.used_minutes
    if page.clock.due_at is None and not used:
        return None
    waits = _waits(page, states)
    found = [_parked(page, one, states) for one in _stands(page.steps, page.ended_at or now)]
    parked = [one for one in found if one.minutes or (waits and one is found[-1])]
    spent = Stretch("used", used)
    runs = states[page.state].clock == "runs" or waits
    return Clock(
        used + page.clock.left_minutes, (spent, *parked) if waits else (*parked, spent), page.clock.due_at,
        running=runs, passed=runs and page.clock.overdue,
        promise=promise_of(page.matter, extra=1 if page.apart.first_due_at else 0),
    )  # fmt: skip


def _waits(page: CasePage, states: Any) -> bool:
    return bool(states[page.state].clock == "stands" and not states[page.state].end)


def _stands(steps: Sequence[StepLine], now: datetime) -> list[tuple[str, datetime, datetime]]:
    """The stretches in which the clock stood: the state, from when, until when."""
    ends = [*(step.at for step in steps[1:]), now]
    return [(step.to_state, step.at, max(end, step.at)) for step, end in zip(steps, ends, strict=True)]


def _parked(page: CasePage, stretch: tuple[str, datetime, datetime], states: Any) -> Stretch:
    state, since, until = stretch
    if states[state].clock != "stands":
        return Stretch("parked", 0)
    return Stretch("parked", minutes_between(page.matter, since, until), _STANDS.get(state, ""))


@dataclass(frozen=True)
class Doors:
    """Where the buttons of a case page lead: by code and by account they differ."""

    confirm: str
    reopen: str
    still_fine: str
    still_wrong: str
    photo: str
    """Address of a photo up to its id, with a slash at the end."""


def case_context(page: CasePage, *, now: datetime, looks: Sequence[Entry], doors: Doors) -> dict[str, Any]:
    """What the page of one's own case shows."""
    catalogue = current()
    above = trail(page.area_code)
    may = {action.key for action in page.may}
    return {
        "page": page,
        "status": status_of(page.state, late=page.clock.overdue),
        "steps": life_line(page),
        "clock": clock_face(page, now),
        "next": _SAID_NEXT.get(page.state),
        "file_by": page.file_by if page.state == "reported" else None,
        "place": name_of(above[-1]) if above else page.area_code,
        "above": [name_of(area) for area in above[-3:-1]],
        "handler": office_words(page.handler),
        "supervision": page.supervision,
        "reach": page.supervision or "12345",
        "may_confirm": bool({"confirm", "agree"} & may),
        "may_reopen": bool({"reopen", "leave"} & may),
        "asks": {"still_fine", "still_wrong"} <= may,
        "lead": page.apart.lead,
        "lead_status": status_of(page.apart.lead.state) if page.apart.lead else None,
        "why_so": why_it_stands_so(page, now),
        "looks": looks_shown(looks, at=page.area_code),
        "doors": doors,
        "verdict": judge_report(
            catalogue=catalogue, on=page.reported_at.astimezone(ZONE).date(), matter_key=page.matter.key
        ).verdict,
        "routing": first_route(page.matter, catalogue, {area.level for area in above}),
    }
