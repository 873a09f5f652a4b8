"""Who is told what, and when: notices written with each step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.access.queries import OfficeFacts, find_office, offices
from gridcommons.cases.casting import file_by
from gridcommons.cases.codes import ZONE
from gridcommons.cases.models import Case
from gridcommons.cases.transitions import packaged
from gridcommons.kit.codes import CHINA
from gridcommons.kit.dates import day_text, moment_text
from gridcommons.matters.matter import Matter
from gridcommons.notices.outbox import enqueue, withdraw
from gridcommons.territory.succession import area_now

REPORTER: Final = "reporter"
ASSISTING: Final = "assisting"
_TOLD: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "report": ((REPORTER, "case.reported"), ("supervision", "case.to_file")),
    "file": ((REPORTER, "case.filed"), ("command", "case.to_dispatch")),
    "void": ((REPORTER, "case.void"),),
    "settle": ((REPORTER, "case.settled"),),
    "dispatch": (("handler", "case.dispatched"),),
    "send_back": (("command", "case.returned"), ("raised", "case.returned")),
    "pass_on": (("command", "case.returned"),),
    "feed_back": (("supervision", "case.handled"), (ASSISTING, "case.part_open")),
    "rework": (("handler", "case.rework"),),
    "late_check": (("supervision", "case.late_check"), ("in_charge", "case.late_check")),
    "close": ((REPORTER, "case.closed"), (ASSISTING, "case.part_over")),
    "reopen": (("command", "case.reopened"), ("handler", "case.reopened_handled"), (ASSISTING, "case.part_again")),
    "merge": ((REPORTER, "case.merged"),),
    "unmerge": ((REPORTER, "case.unmerged"),),
    "lead_ended": ((REPORTER, "case.lead_ended"),),
    "lead_goes_on": ((REPORTER, "case.lead_goes_on"),),
    "leave": (("supervision", "case.left"), ("command", "case.left")),
    "ask_extension": (("steering", "case.extension_asked"),),
    "grant_extension": (("handler", "case.extended"), (REPORTER, "case.extended_reporter")),
    "refuse_extension": (("handler", "case.extension_refused"),),
    "park": (
        ("handler", "case.parked"),
        ("owner", "case.parked_owner"),
        ("raised", "case.parked"),
        (REPORTER, "case.parked_reporter"),
    ),
    "unpark": (("command", "case.unparked"), ("raised", "case.unparked"), (REPORTER, "case.taken_up")),
    "review_due": (("command", "case.review_due"), ("raised", "case.review_due"), (REPORTER, "case.taken_up")),
    "raise": (("raised", "case.raised"), ("command", "case.raised_below"), ("handler", "case.raised_below")),
    "lower": (("command", "case.lowered"),),
    "press": (("supervision", "case.filing_late"), ("named", "case.filing_late_below")),
    "appoint": (("handler", "case.appointed"), ("command", "case.appointed_below")),
    "ask_level": (("raised", "case.asks_level"),),
    "involve": (("named", "case.assists"),),
    "contribute": (("handler", "case.contributed"),),
    "entrust": (("handler", "case.entrusted"),),
    "still_wrong": (("command", "case.reopened"), ("handler", "case.reopened_handled"), (ASSISTING, "case.part_again")),
    "ask_still": ((REPORTER, "case.still"),),
}
"""By step: whom, and by which text. `named`: the office that the step names. `assisting`: those whose part is open.
`steering`: the higher office where it was raised, else the dispatcher's. `in_charge`: who works on it just now."""
_IN_HAND: Final = frozenset({"dispatched", "handling", "rework"})
_UNDATED: Final = ".undated"
"""After the key of a text: the same of a report whose filing is due after the end of the working calendar."""
_TO_ACCOUNT: Final[Mapping[str, str]] = {
    "case.closed": "case.closed_account", "case.still": "case.still_account",
    "case.lead_ended": "case.lead_ended_account",
}  # fmt: skip
"""Where an account, which needs no tracking code, is told otherwise than who left a phone."""


def tell(
    *, case: Case, action: str, matter: Matter, note: str, due: datetime | None, until: datetime | None = None,
    named: OfficeFacts | None = None, at: datetime,
) -> None:  # fmt: skip
    """Write the notices of a step: to the reporter, and to the offices that have to act or to know."""
    if action not in _TOLD:
        return
    due = file_by(matter, case.reported_at) if action == "report" else due
    undated = _UNDATED if action == "report" and due is None else ""
    facts = facts_of_notice(case, matter, note, at) | _moments(due, at, "due") | _moments(until, at, "until")
    if action == "settle":
        _nothing_to_file(case)
    told: set[str] = set()
    for whom, key in _TOLD[action]:
        if whom == REPORTER:
            _tell_reporter(case, key + undated, facts, at)
            continue
        for office in _offices_for(case, whom, named):
            if office.party not in told:
                told.add(office.party)
                tell_office(office.party, key + undated, facts, _here(case), at)


def facts_of_notice(case: Case, matter: Matter, note: str, at: datetime) -> dict[str, str]:
    """What every notice of a case may say: number, matter, a note, the case it was joined with, its review."""
    lead = Case.objects.filter(pk=case.lead_id).values_list("number", flat=True).first() if case.lead_id else None
    state = packaged().states[case.lead_state].words if case.lead_state else None
    day = case.review_date
    return {
        "number": case.number, "matter_zh": matter.name.zh, "matter_en": matter.name.en, "note": note[:200],
        "case": str(case.id), "lead": lead or "–",
        "state_zh": state.zh if state else "–", "state_en": state.en if state else "–",
        "review_zh": day_text(day, "zh", this_year=at.year) if day else "–",
        "review_en": day_text(day, "en", this_year=at.year) if day else "–",
    }  # fmt: skip


def _moments(moment: datetime | None, now: datetime, name: str) -> dict[str, str]:
    """A moment as pages say it, in both languages."""
    return {
        f"{name}_{tongue}": moment_text(moment, tongue, zone=ZONE, now=now) if moment else "–"
        for tongue in ("zh", "en")
    }


def _nothing_to_file(case: Case) -> None:
    """What was settled on the spot needs no filing: the office is not asked for it any more."""
    office = _office_for(case, "supervision")
    if office is not None:
        withdraw(to=office.party, text_key="case.to_file", case=str(case.id))


def _tell_reporter(case: Case, key: str, facts: dict[str, str], at: datetime) -> None:
    for party in case.parties:
        if party.startswith("user:"):
            _inside(party, _TO_ACCOUNT.get(key, key), facts, _here(case), case.language, at)
    if case.contact_id is not None:
        enqueue(
            to=f"contact:{case.contact_id}", channel="sms", text_key=key, facts=facts, language=case.language,
            area_code=_here(case), at=at, private=not case.public,
        )  # fmt: skip


def tell_office(party: str, key: str, facts: dict[str, str], area_code: str, at: datetime) -> None:
    """A notice in the program to an office, by its party key."""
    _inside(party, key, facts, area_code, "zh-hans", at)


def _inside(to: str, key: str, facts: dict[str, str], area_code: str, language: str, at: datetime) -> None:
    enqueue(to=to, channel="inside", text_key=key, facts=facts, language=language, area_code=area_code, at=at)


def _here(case: Case) -> str:
    return area_now(case.area_code, case.pk)


def _offices_for(case: Case, whom: str, named: OfficeFacts | None) -> list[OfficeFacts]:
    """The offices that a step is told to; `named`: the one that the step names."""
    if whom == ASSISTING:
        ids = case.parts.filter(done_at__isnull=True).order_by("named_at", "id").values_list("office_id", flat=True)
        known = offices(ids)
        return [known[one] for one in ids if one in known]
    office = named if whom == "named" else _office_for(case, whom)
    return [office] if office is not None else []


def _office_for(case: Case, whom: str) -> OfficeFacts | None:
    if whom == "steering":
        whom = "raised" if case.raised_office_id else "command"
    if whom in {"supervision", "command"}:
        return find_office(CHINA.cut(_here(case), "township"), whom)
    if whom == "in_charge":
        whom = "handler" if case.state in _IN_HAND else "none"
    ids: dict[str, UUID | None] = {
        "none": None, "handler": case.handler_office_id, "raised": case.raised_office_id, "owner": case.owner_office_id,
    }  # fmt: skip
    office = ids[whom]
    return offices([office]).get(office) if office else None
