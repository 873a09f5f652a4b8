"""Who is told what, and when: notices written with each step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from gridcommons.access.queries import OfficeFacts, find_office, offices
from gridcommons.cases.casting import file_by
from gridcommons.cases.codes import ZONE
from gridcommons.cases.models import Case
from gridcommons.kit.codes import CHINA
from gridcommons.kit.dates import moment_text
from gridcommons.matters.matter import Matter
from gridcommons.notices.outbox import enqueue, withdraw
from gridcommons.territory.succession import area_now

_REPORTER: Final = frozenset({"report", "file", "void", "close", "settle"})
_OFFICE: Final[Mapping[str, str]] = {
    "report": "supervision", "file": "command", "send_back": "command", "pass_on": "command", "reopen": "command",
    "feed_back": "supervision", "dispatch": "handler", "rework": "handler",
}  # fmt: skip
_TEXT: Final[Mapping[str, str]] = {
    "report": "case.reported", "file": "case.filed", "void": "case.void", "close": "case.closed",
    "settle": "case.settled", "dispatch": "case.dispatched", "send_back": "case.returned", "pass_on": "case.returned",
    "feed_back": "case.handled", "rework": "case.rework", "reopen": "case.reopened",
}  # fmt: skip
_TO_OFFICE: Final[Mapping[str, str]] = {"report": "case.to_file", "file": "case.to_dispatch"}
"""Where an office is told otherwise than the reporter."""
_UNDATED: Final = ".undated"
"""After the key of a text: the same of a report whose filing is due after the end of the working calendar."""
_TO_ACCOUNT: Final[Mapping[str, str]] = {"case.closed": "case.closed_account"}
"""Where an account, which needs no tracking code, is told otherwise than who left a phone."""


def tell(*, case: Case, action: str, matter: Matter, note: str, due: datetime | None, at: datetime) -> None:
    """Write the notices of a step: to the reporter, and to the office that has to act next."""
    key = _TEXT.get(action)
    if key is None:
        return
    due = file_by(matter, case.reported_at) if action == "report" else due
    undated = _UNDATED if action == "report" and due is None else ""
    facts = {
        "number": case.number, "matter_zh": matter.name.zh, "matter_en": matter.name.en, "note": note[:200],
        "case": str(case.id), **_due(due, at),
    }  # fmt: skip
    if action in _REPORTER:
        _tell_reporter(case, key + undated, facts, at)
    if action == "settle":
        _nothing_to_file(case)
    office = _office_for(case, action)
    if office is not None:
        _inside(office.party, _TO_OFFICE.get(action, key) + undated, facts, _here(case), "zh-hans", at)


def _due(due: datetime | None, now: datetime) -> dict[str, str]:
    """A deadline as pages say it, in both languages."""
    return {f"due_{tongue}": moment_text(due, tongue, zone=ZONE, now=now) if due else "–" for tongue in ("zh", "en")}


def _nothing_to_file(case: Case) -> None:
    """What was settled on the spot needs no filing: the office is not asked for it any more."""
    office = _office_for(case, "report")
    if office is not None:
        withdraw(to=office.party, text_key=_TO_OFFICE["report"], case=str(case.id))


def _tell_reporter(case: Case, key: str, facts: dict[str, str], at: datetime) -> None:
    for party in case.parties:
        if party.startswith("user:"):
            _inside(party, _TO_ACCOUNT.get(key, key), facts, _here(case), case.language, at)
    if case.contact_id is not None:
        enqueue(
            to=f"contact:{case.contact_id}", channel="sms", text_key=key, facts=facts, language=case.language,
            area_code=_here(case), at=at,
        )  # fmt: skip


def _inside(to: str, key: str, facts: dict[str, str], area_code: str, language: str, at: datetime) -> None:
    enqueue(to=to, channel="inside", text_key=key, facts=facts, language=language, area_code=area_code, at=at)


def _office_for(case: Case, action: str) -> OfficeFacts | None:
    kind = _OFFICE.get(action)
    if kind is None or kind == "handler":
        return None if kind is None or case.handler_office_id is None else _party(case)
    return find_office(CHINA.cut(_here(case), "township"), kind)


def _here(case: Case) -> str:
    return area_now(case.area_code, case.pk)


def _party(case: Case) -> OfficeFacts | None:
    return offices([case.handler_office_id]).get(case.handler_office_id) if case.handler_office_id else None
