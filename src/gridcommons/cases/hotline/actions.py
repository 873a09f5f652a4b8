"""Writes of the hotline: a call taken, a case followed or reopened for its caller; a file taken over, a row placed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.queries import offices_in
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.actions import reopen, report_case
from gridcommons.cases.codes import ZONE, digest_of, track_key, tracking_code
from gridcommons.cases.filing import Report, area_of
from gridcommons.cases.hotline.entries import Entry, Reading
from gridcommons.cases.hotline.models import CallRow, Follower, HotlineFile, Import, Unplaced
from gridcommons.cases.hotline.proving import Proof, case_of, is_proven
from gridcommons.cases.hotline.shutting import opened_item, shut_file
from gridcommons.cases.hotline.telling import tell_of
from gridcommons.cases.hotline.writing import Rows, carry_item
from gridcommons.cases.models import ENDED, Case
from gridcommons.cases.opening import Reported
from gridcommons.cases.stepping import UNKNOWN, place_of
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA, within
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.ids import uuid7
from gridcommons.kit.lineage import in_force
from gridcommons.matters.queries import current, require_taken
from gridcommons.people.actions import keep_contact
from gridcommons.people.contacts import Contact
from gridcommons.territory.queries import area_on
from gridcommons.territory.succession import area_now

VOICES: Final = ("phone", "desk")
FILE_LIFE: Final = timedelta(days=30)
FOLLOWING_LIFE: Final = timedelta(days=730)
"""As long as the words of the case itself."""
_NAME: Final = 200

NOT_BY_VOICE = refusal_kind(
    "hotline.not_by_voice",
    status=400,
    zh="请选明是电话还是窗口。",
    en="Say whether it came by telephone or at the desk.",
)
NOT_FOLLOWED = refusal_kind(
    "hotline.not_followed",
    status=409,
    zh="这件事不公开或已经有了结果，不能跟进；请按来电人的话另行登记，由立案员决定是否合并。",
    en="This case is not public or has a result already, so it cannot be followed: write the call down by itself, and "
    "the filer decides whether to join them.",
)
NOT_PROVEN = refusal_kind(
    "hotline.not_proven",
    status=403,
    zh="要求重办须由反映人本人提出：请来电人说出查询码，或反映时留下的电话。",
    en="Only the reporter can have it done again: ask the caller for the code, or for the phone they left.",
)
NOT_WAITING = refusal_kind(
    "hotline.not_waiting",
    status=404,
    zh="没有找到这条待落点的工单：可能已由同事办好。",
    en="There is no such row to be placed: a colleague may have placed it already.",
)
TOO_HIGH = refusal_kind(
    "hotline.too_high",
    status=400,
    zh="请选到村、社区或网格。",
    en="Choose a village, a community or a grid.",
)
ELSEWHERE = refusal_kind(
    "hotline.elsewhere",
    status=400,
    zh="“{code}”不在本县之内。",
    en="“{code}” lies outside this county.",
)


# --- By voice -------------------------------------------------------------------------------------------------------


def _of_call(facts: Mapping[str, Any]) -> Place:
    """Written down by whoever serves that very township: a grant of a whole county takes no call (charter 4)."""
    return Place(area_of(facts["report"], facts["at"]), personal=True)


def _subjects_of_call(result: Reported, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"case:{result.case_id}", track_key(result.code))


@deed("hotline.take", on=_of_call, subjects=_subjects_of_call, keeps=("channel",))
def take_call(*, report: Report, channel: str, by: Viewer, at: datetime, purpose: str = "service") -> Reported:
    """Write a report down for a caller: the clerk is its finder, and its reporter is whoever holds the code."""
    if channel not in VOICES:
        raise refuse(NOT_BY_VOICE)
    return report_case(report=report, channel=channel, by=by, at=at, purpose=purpose)


def _of_case(facts: Mapping[str, Any]) -> Place:
    return place_of(Case.objects.filter(pk=facts["case_id"]), opened=False)


@dataclass(frozen=True)
class Followed:
    """What a caller gets who follows a known case: its number, and a code of their own."""

    case_id: UUID
    number: str
    code: str
    area_code: str


def _subjects_of_following(result: Followed, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"case:{result.case_id}", track_key(result.code))


@deed("hotline.follow", on=_of_case, subjects=_subjects_of_following, keeps=("channel",))
def follow_known(
    *, case_id: UUID, channel: str, contact: Contact, language: str, once: bytes = b"", by: Viewer, at: datetime,
    purpose: str = "service",
) -> Followed:  # fmt: skip
    """Let a caller follow a case that is known already; the same sending (`once`) again gets the same code."""
    case = Case.objects.get(pk=case_id)
    if channel not in VOICES:
        raise refuse(NOT_BY_VOICE)
    if not case.public or case.state in (*ENDED, "merged"):
        raise refuse(NOT_FOLLOWED)
    code = tracking_code(once)
    here = area_now(case.area_code, case.pk)
    made = Followed(case.pk, case.number, code, here)
    if Follower.objects.filter(digest=digest_of(code)).exists():
        return made
    parties = [track_key(code)]
    contact_id = None
    if not contact.is_empty:
        contact_id = keep_contact(
            contact=contact, area_code=here, parties=parties, language=language, share_with_handler=False,
            by=by, at=at,
        )  # fmt: skip
    Follower.objects.create(
        case=case, number=case.number, digest=digest_of(code), area_code=here, parties=parties,
        contact_id=contact_id, channel=channel, language=language, at=at,
    )  # fmt: skip
    return made


def _of_proof(facts: Mapping[str, Any]) -> Place:
    case = case_of(facts["proof"])
    if case is None:
        raise refuse(UNKNOWN)
    return place_of(Case.objects.filter(pk=case.pk), opened=False)


def _subjects_of_case(result: Case, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"case:{result.pk}", *(party for party in result.parties if not party.startswith("office:")))


@deed("hotline.reopen", on=_of_proof, subjects=_subjects_of_case)
def reopen_for(*, proof: Proof, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Case:
    """Have a case done again for the caller who proved that it is theirs; the clerk may then not check it."""
    case = case_of(proof)
    if case is None or not is_proven(case, proof, by, at):
        raise refuse(NOT_PROVEN)
    key = next(party for party in case.parties if party.startswith("track:"))
    return reopen(case_id=case.pk, reason=reason, by=replace(by, parties=by.parties | {key}), at=at)


@deed("hotline.tell", on=_of_case)
def tell_followers(
    *, case_id: UUID, end: datetime | None = None, by: Viewer, at: datetime, purpose: str = "operation"
) -> list[Follower]:
    """Tell those who follow a case of its end, and forget their contacts in time; `end`: of that one end alone."""
    case = Case.objects.get(pk=case_id)
    if end is not None and case.ended_at not in {None, end}:
        return []
    followers = list(Follower.objects.filter(case=case, contact__isnull=False))
    for one in followers:
        tell_of(case, one, at)
    return followers


# --- Files ----------------------------------------------------------------------------------------------------------


def _at_county(facts: Mapping[str, Any]) -> Place:
    CHINA.level_of(facts["county_code"])
    return Place(facts["county_code"])


@deed("hotline.send", on=_at_county)
def send_file(
    *, county_code: str, name: str, content: bytes, mapping: str, by: Viewer, at: datetime,
    purpose: str = "administration",
) -> HotlineFile:  # fmt: skip
    """Keep a file with its mapping, sealed, for its sender alone; it takes the place of the one before."""
    HotlineFile.objects.filter(parties__contains=[by.key]).delete()
    row = uuid7()
    return HotlineFile.objects.create(
        id=row, county_code=county_code, name=name[:_NAME], size=len(content), mapping=mapping,
        sealed=shut_file(content, row), parties=[by.key], at=at,
    )  # fmt: skip


def _nothing(_result: object, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


@deed("hotline.drop", on=_at_county, subjects=_nothing)
def drop_file(*, county_code: str, by: Viewer, at: datetime, purpose: str = "administration") -> int:
    """Drop the file that the officer sent in; returns how many there were."""
    gone, _by_table = HotlineFile.objects.filter(parties__contains=[by.key]).delete()
    return gone


@deed("hotline.forget", subjects=_nothing)
def forget(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Delete files whose time is over, and followings of cases whose words are forgotten; returns how many."""
    files, _of = HotlineFile.objects.filter(at__lte=at - FILE_LIFE).delete()
    followings, _of = Follower.objects.filter(case__ended_at__lte=at - FOLLOWING_LIFE).delete()
    return files + followings


@deed("hotline.import", on=_at_county)
def begin_import(
    *, county_code: str, reading: Reading, by: Viewer, at: datetime, purpose: str = "administration"
) -> Import:
    """Record that a file is taken over: by which mapping, and how many rows go which way."""
    scheme = reading.scheme
    if county_code not in in_force().known_as(scheme.county):
        raise refuse(ELSEWHERE, code=scheme.county)
    # How many words of a kind had no entry, not which: a cell may hold a door number or a name, and this row stays.
    unmapped = {kind: len(words) for kind, words in reading.unmapped.items() if words}
    counts: dict[str, Any] = reading.counts() | {"unmapped_words": unmapped}
    return Import.objects.create(
        county_code=county_code, source=scheme.source, name_zh=scheme.name.zh, name_en=scheme.name.en,
        version=scheme.version, mapping=scheme.text, counts=counts, at=at,
    )  # fmt: skip


def _subjects_of_rows(result: list[Case], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"case:{case.pk}" for case in result)


@deed("hotline.take_rows", on=_at_county, subjects=_subjects_of_rows)
def take_rows(
    *, county_code: str, import_id: UUID, entries: Sequence[Entry], by: Viewer, at: datetime,
    purpose: str = "administration",
) -> list[Case]:  # fmt: skip
    """Take some rows of a file over; what came before is left as it went on. Returns the cases that were made."""
    run = Import.objects.get(pk=import_id, county_code__in=in_force().known_as(county_code))
    return Rows(run, {one.key: one for one in offices_in(county_code)}, current(), by, at).take(entries)


def _of_row(facts: Mapping[str, Any]) -> Place:
    row = Unplaced.objects.filter(pk=facts["unplaced_id"]).values_list("area_code", "parties").first()
    if row is None:
        raise refuse(NOT_WAITING)
    return Place(row[0], frozenset(row[1]), personal=True)


@deed("hotline.place", on=_of_row, subjects=_subjects_of_case, keeps=("area_code",))
def place_row(*, unplaced_id: UUID, area_code: str, by: Viewer, at: datetime, purpose: str = "service") -> Case:
    """Say where a row lies; it becomes a case there."""
    row = Unplaced.objects.select_for_update(of=("self",)).select_related("row__last_import").get(pk=unplaced_id)
    day, county = local_day(at, ZONE), row.row.county_code
    if not within(area_code, in_force().spread(county)):
        raise refuse(ELSEWHERE, code=area_code[:20])
    if not CHINA.depth_at_least(area_code, "village"):
        raise refuse(TOO_HIGH)
    item = replace(opened_item(bytes(row.sealed), row.pk), area=area_on(area_code, day).code)
    matter = current().get(item.matter)
    require_taken(matter, item.area, day)
    offices = {one.key: one for one in offices_in(county)}
    case = carry_item(item, row.row.last_import, offices, current(), by, at)
    CallRow.objects.filter(pk=row.row_id).update(kind="open", case=case, area_code=case.area_code)
    row.delete()
    return case
