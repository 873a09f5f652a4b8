"""Writes of founding: sheets sent in and dropped, cases carried over, the calendar laid, a first case tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from gridcommons.access.deeds import deed
from gridcommons.access.queries import office_ids, offices
from gridcommons.access.rules import PUBLIC, Place, Viewer
from gridcommons.cases.actions import report_case
from gridcommons.cases.carried import carry
from gridcommons.cases.filing import Report
from gridcommons.cases.former import CaseItem
from gridcommons.cases.founding import refusals as say
from gridcommons.cases.founding.affairs import digest_of, is_carried, older_digest_of
from gridcommons.cases.founding.checked import Checked, unpacked
from gridcommons.cases.founding.models import CARRYING, UNDER_WAY, CarriedCase, MoveIn, SentSheet, Trial
from gridcommons.cases.founding.queries import calendar_path
from gridcommons.cases.founding.sealing import BOOK, LINES, SUMMARY, opened, sealed
from gridcommons.cases.models import Case
from gridcommons.kit.calendar import parse_calendar
from gridcommons.kit.codes import CHINA, within
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.ids import uuid7
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current

SENT_LIFE: Final = timedelta(days=30)
"""How long a sheet that was sent in waits (`Retention.BRIEF`)."""
MOST_WAITING: Final = 30
MOST_TOGETHER: Final = 90_000_000
"""Bytes of all that waits of one officer: it is read in one go."""
_MEGABYTE: Final = 1_000_000
_NAME: Final = 200
MOST_TRIES: Final = 3
"""Sheets whose check or carrying out is cut off so often would take the worker down for ever."""


def _at_county(facts: Mapping[str, Any]) -> Place:
    CHINA.level_of(facts["county_code"])
    return Place(facts["county_code"])


@deed("founding.send", on=_at_county)
def send_sheet(
    *, county_code: str, name: str, content: bytes, by: Viewer, at: datetime, purpose: str = "administration"
) -> SentSheet:
    """Keep a file that was sent in, sealed, for its sender alone; one of the same name takes the place of the older."""
    _ask_anew(county_code, by, at)
    own = SentSheet.objects.filter(parties__contains=[by.key])
    own.filter(name=name[:_NAME]).delete()
    if own.count() >= MOST_WAITING:
        raise refuse(say.TOO_MANY, most=MOST_WAITING)
    size = len(content) + (own.aggregate(size=Sum("size"))["size"] or 0)
    if size > MOST_TOGETHER:
        raise refuse(say.TOO_MUCH, size=size // _MEGABYTE, most=MOST_TOGETHER // _MEGABYTE)
    row = uuid7()
    return SentSheet.objects.create(
        id=row, county_code=county_code, name=name[:_NAME], size=len(content), sealed=sealed(content, row),
        parties=[by.key], at=at,
    )  # fmt: skip


def _nothing(_result: object, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


@deed("founding.drop", on=_at_county, subjects=_nothing)
def drop_sheets(*, county_code: str, by: Viewer, at: datetime, purpose: str = "administration") -> int:
    """Drop what the officer sent in, and what was found in it; returns how many files."""
    _forget_move(by)
    gone, _by_table = SentSheet.objects.filter(parties__contains=[by.key]).delete()
    return gone


@deed("founding.forget", subjects=_nothing)
def forget_sheets(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Delete the sheets whose time is over, and what was found in them; returns how many files.

    What is left of an officer's sheets is checked anew: the check was one of all of them.
    """
    busy = list(MoveIn.objects.filter(stage__in=CARRYING).values_list("by_key", flat=True))
    old = SentSheet.objects.filter(at__lte=at - SENT_LIFE).exclude(parties__overlap=busy)
    whose = {key for parties in old.values_list("parties", flat=True) for key in parties}
    gone, _by_table = old.delete()
    for row in MoveIn.objects.select_for_update().filter(by_key__in=whose):
        if SentSheet.objects.filter(parties__contains=[row.by_key]).exists():
            _begin_anew(row, at)
        else:
            row.delete()
    MoveIn.objects.filter(stage="done", asked_at__lte=at - SENT_LIFE).delete()
    return gone


def _subjects_of_carried(result: list[CarriedCase], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"case:{one.case_id}" for one in result)


@deed("founding.carry", on=_at_county, subjects=_subjects_of_carried)
def carry_cases(
    *, county_code: str, cases: Sequence[CaseItem], by: Viewer, at: datetime, purpose: str = "administration"
) -> list[CarriedCase]:
    """Carry open cases of a former system over; one that was carried before is left as it went on."""
    for one in cases:
        if not within(one.area, (county_code,)):
            raise refuse(say.ELSEWHERE, code=one.area, area=county_code)
    digests = {digest_of(county_code, one.number): one for one in cases}
    there = _numbers_carried([*digests, *(older_digest_of(county_code, one.number) for one in cases)])
    ids = office_ids(one.office_key for one in cases if one.office_key)
    known, catalogue = offices(ids.values()), current()
    made = []
    for digest, one in digests.items():
        if digest in there:
            continue
        if is_carried(county_code, one.number, there):
            _known_anew(digest, older_digest_of(county_code, one.number))
            continue
        office = known.get(ids[one.office_key]) if one.office_key else None
        case = carry(one, office=office, catalogue=catalogue, by=by, at=at)
        made.append(CarriedCase(digest=digest, case=case, at=at))
    return CarriedCase.objects.bulk_create(made)


def _numbers_carried(digests: Sequence[bytes]) -> dict[bytes, str]:
    """The former cases that stand here by these digests, with their numbers as far as the one who carries may read."""
    rows = CarriedCase.objects.filter(digest__in=list(digests)).values_list("digest", "case_id")
    numbers = dict(Case.objects.filter(pk__in=[case for _digest, case in rows]).values_list("pk", "external_id"))
    return {bytes(digest): numbers.get(case, "") for digest, case in rows}


def _known_anew(digest: bytes, older: bytes) -> None:
    """What was carried under the older digest is from now on known by its whole number too."""
    held = CarriedCase.objects.get(digest=older)
    CarriedCase.objects.create(digest=digest, case_id=held.case_id, at=held.at)


@deed("founding.lay_calendar", on=_at_county, subjects=_nothing, keeps=("digest",))
def lay_calendar(
    *, county_code: str, text: str, digest: str, by: Viewer, at: datetime, purpose: str = "administration"
) -> None:
    """Lay the county's own calendar into the data folder, once this is committed; refuses a faulty one."""
    parse_calendar(text)
    transaction.on_commit(partial(_write, calendar_path(), text))


def _write(path: Path, text: str) -> None:
    """Whole or not at all: it is read at any moment."""
    aside = path.with_name(f".{path.name}.new")
    path.parent.mkdir(parents=True, exist_ok=True)
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


@deed("founding.try", on=_at_county, keeps=("area_code", "matter_key"))
def try_case(
    *, county_code: str, area_code: str, matter_key: str, by: Viewer, at: datetime, purpose: str = "administration"
) -> Trial:
    """Report a first case as a resident would, see whether it arrives, and take it back: nothing of it is left."""
    if not within(area_code, (county_code,)):
        raise refuse(say.ELSEWHERE, code=area_code, area=county_code)
    said = _tried(area_code, matter_key, at)
    return Trial.objects.create(
        county_code=county_code, area_code=area_code, matter_key=matter_key, arrived=said is None,
        said_zh=said.zh if said else "", said_en=said.en if said else "", at=at, by_key=by.key,
    )  # fmt: skip


def _tried(area_code: str, matter_key: str, at: datetime) -> Words | None:
    """What refused the report, None where it arrived; either way it is rolled back."""
    said: Words | None = None
    with transaction.atomic():
        try:
            report = Report(matter_key, "试办，将撤回 / a trial, taken back", area_code=area_code)
            report_case(report=report, channel="desk", by=PUBLIC, at=at)
        except Refusal as refusal:
            said = refusal.words()
        transaction.set_rollback(True)
    return said


# --- How far it is ---------------------------------------------------------------------------------------------------


def _of_move(facts: Mapping[str, Any]) -> Place:
    code = MoveIn.objects.filter(pk=facts["move_id"]).values_list("county_code", flat=True).first()
    if code is None:
        raise refuse(say.OVERTAKEN)
    return Place(code)


def _own(by: Viewer) -> MoveIn | None:
    return MoveIn.objects.select_for_update().filter(by_key=by.key).first()


def _require_free(row: MoveIn) -> None:
    """Nobody changes what is being carried out."""
    if row.stage in CARRYING:
        raise refuse(say.UNDER_WAY_NOW)


def _begin_anew(row: MoveIn, at: datetime) -> MoveIn:
    """Nothing of an earlier check holds; what a job is reading now will not be kept."""
    row.written = row.written and row.stage != "done"
    row.stage, row.turn, row.tries, row.asked_at = "waiting", row.turn + 1, 0, at
    row.doing, row.done, row.total, row.faults = {}, 0, 0, 0
    row.checked_at, row.ended_at = None, None
    row.save()
    row.parts_kept.all().delete()
    return row


def _ask_anew(county_code: str, by: Viewer, at: datetime) -> MoveIn:
    """Within a deed: what the officer sent in has changed and is to be checked; refuses while it is carried out."""
    first = {"county_code": county_code, "asked_at": at}
    row, is_new = MoveIn.objects.select_for_update().get_or_create(by_key=by.key, defaults=first)
    if is_new:
        return row
    _require_free(row)
    row.county_code = county_code
    return _begin_anew(row, at)


def _forget_move(by: Viewer) -> None:
    """Within a deed: nothing waits any more; refuses while it is carried out."""
    row = _own(by)
    if row is not None:
        _require_free(row)
        row.delete()


@deed("founding.check", on=_at_county)
def check_again(*, county_code: str, by: Viewer, at: datetime, purpose: str = "administration") -> MoveIn:
    """Have the sheets that wait checked again: what stands in the county may have changed since."""
    if not SentSheet.objects.filter(parties__contains=[by.key]).exists():
        raise refuse(say.NOTHING_SENT)
    return _ask_anew(county_code, by, at)


@deed("founding.go", on=_at_county)
def carry_out(*, county_code: str, by: Viewer, at: datetime, purpose: str = "administration") -> MoveIn:
    """Have the checked sheets carried out as this officer; refuses what has errors or was not checked."""
    row = _own(by)
    if row is None or not SentSheet.objects.filter(parties__contains=[by.key]).exists():
        raise refuse(say.NOTHING_SENT)
    _require_free(row)
    if row.stage != "checked":
        raise refuse(say.NOT_CHECKED)
    if row.faults:
        raise refuse(say.NOT_SOUND, count=f"{row.faults:,}")
    row.stage, row.turn, row.tries, row.asked_at = "to_carry", row.turn + 1, 0, at
    row.save()
    return row


@deed("founding.stop", on=_at_county)
def stop(*, county_code: str, by: Viewer, at: datetime, purpose: str = "administration") -> MoveIn:
    """Stop the carrying out after the step under way: what was written stands, the sheets wait and are checked anew."""
    row = _own(by)
    if row is None or row.stage not in CARRYING:
        raise refuse(say.NOT_STOPPABLE)
    return _begin_anew(row, at)


# --- The job --------------------------------------------------------------------------------------------------------


def _held(move_id: UUID, turn: int, *stages: str) -> MoveIn:
    """The row as the job knows it, locked; refuses one that its officer has changed meanwhile."""
    row = MoveIn.objects.select_for_update().filter(pk=move_id, turn=turn, stage__in=stages).first()
    if row is None:
        raise refuse(say.OVERTAKEN)
    return row


@deed("founding.begin", on=_of_move)
def begin(*, move_id: UUID, turn: int, by: Viewer, at: datetime, purpose: str = "operation") -> MoveIn:
    """Begin, or begin anew what was cut off; refuses what was cut off too often."""
    row = _held(move_id, turn, *UNDER_WAY)
    if row.tries >= MOST_TRIES:
        raise refuse(say.CUT_OFF, most=MOST_TRIES)
    row.tries += 1
    row.stage = "carrying" if row.stage in CARRYING else "checking"
    row.doing, row.done, row.total = {}, 0, 0
    row.save()
    return row


@deed("founding.reach", on=_of_move)
def reach(
    *, move_id: UUID, turn: int, doing: Words, done: int, total: int, by: Viewer, at: datetime,
    purpose: str = "operation",
) -> MoveIn:  # fmt: skip
    """Note how many steps of how many are done, and what is done next."""
    row = _held(move_id, turn, "carrying")
    row.doing, row.done, row.total, row.written = doing.as_dict(), done, total, True
    row.tries = 1 if done else row.tries
    row.save(update_fields=["doing", "done", "total", "written", "tries"])
    return row


@deed("founding.keep_check", on=_of_move)
def keep_check(
    *, move_id: UUID, turn: int, checked: Checked, book: bytes, lines: bytes, by: Viewer, at: datetime,
    purpose: str = "operation",
) -> MoveIn:  # fmt: skip
    """Keep what the check found: for the page, as a workbook and as CSV (both empty where nothing was found)."""
    row = _held(move_id, turn, "checking")
    row.stage, row.faults, row.checked_at = "checked", checked.faults, at
    row.save()
    for part, content in {SUMMARY: checked.packed(), BOOK: book, LINES: lines}.items():
        if content:
            _keep_found(row, part, content)
    return row


def _keep_found(row: MoveIn, part: str, content: bytes) -> None:
    kept = {"sealed": sealed(content, row.pk, part), "county_code": row.county_code, "parties": [row.by_key]}
    row.parts_kept.update_or_create(part=part, defaults=kept)


@deed("founding.end", on=_of_move)
def end(
    *, move_id: UUID, turn: int, refused: Words | None = None, by: Viewer, at: datetime, purpose: str = "operation"
) -> MoveIn:
    """All is carried out and the sheets are dropped; or by which sentence it went no further, and they wait."""
    row = _held(move_id, turn, *UNDER_WAY)
    row.ended_at = at
    if refused is None:
        row.stage, row.done = "done", row.total
        SentSheet.objects.filter(parties__contains=[row.by_key]).delete()
        row.parts_kept.exclude(part=SUMMARY).delete()
        _keep_found(row, SUMMARY, replace(_summary_of(row), found=0, told=()).packed())
    else:
        row.stage = "failed"
        _keep_found(row, SUMMARY, replace(_summary_of(row), refused=refused).packed())
    row.save()
    return row


def _summary_of(row: MoveIn) -> Checked:
    kept = row.parts_kept.filter(part=SUMMARY).first()
    return unpacked(opened(bytes(kept.sealed), row.pk, SUMMARY)) if kept else Checked()
