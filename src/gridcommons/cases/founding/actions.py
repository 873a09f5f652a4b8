"""Writes of founding: sheets sent in and dropped, cases carried over, the calendar laid, a first case tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.db.models import Sum

from gridcommons.access.deeds import deed
from gridcommons.access.queries import office_ids, offices
from gridcommons.access.rules import PUBLIC, Place, Viewer
from gridcommons.cases.actions import report_case
from gridcommons.cases.carried import carry
from gridcommons.cases.filing import Report
from gridcommons.cases.former import CaseItem
from gridcommons.cases.founding.affairs import digest_of, is_carried, older_digest_of
from gridcommons.cases.founding.models import CarriedCase, MoveIn, SentSheet, Trial
from gridcommons.cases.founding.moving.actions import ask_anew, forget_move
from gridcommons.cases.founding.queries import calendar_path
from gridcommons.cases.founding.sealing import sealed
from gridcommons.cases.models import Case
from gridcommons.kit.calendar import parse_calendar
from gridcommons.kit.codes import CHINA, within
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
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

TOO_MANY = refusal_kind(
    "founding.too_many",
    status=409,
    zh="已有{most}个文件在等待：请先办理或清空。",
    en="{most} files wait already: carry them out or drop them first.",
)
TOO_MUCH = refusal_kind(
    "founding.too_much",
    status=413,
    zh="等待的文件合计太大（{size}MB，最多{most}MB）：请先办理或清空，再上传其余的。",
    en="The files that wait are too large together ({size} MB, {most} at most): carry them out or drop them first.",
)
ELSEWHERE = refusal_kind(
    "founding.elsewhere",
    status=400,
    zh="“{code}”不在“{area}”之内。",
    en="“{code}” lies outside “{area}”.",
)


def _at_county(facts: Mapping[str, Any]) -> Place:
    CHINA.level_of(facts["county_code"])
    return Place(facts["county_code"])


@deed("founding.send", on=_at_county)
def send_sheet(
    *, county_code: str, name: str, content: bytes, by: Viewer, at: datetime, purpose: str = "administration"
) -> SentSheet:
    """Keep a file that was sent in, sealed, for its sender alone; one of the same name takes the place of the older."""
    ask_anew(county_code, by, at)
    own = SentSheet.objects.filter(parties__contains=[by.key])
    own.filter(name=name[:_NAME]).delete()
    if own.count() >= MOST_WAITING:
        raise refuse(TOO_MANY, most=MOST_WAITING)
    size = len(content) + (own.aggregate(size=Sum("size"))["size"] or 0)
    if size > MOST_TOGETHER:
        raise refuse(TOO_MUCH, size=size // _MEGABYTE, most=MOST_TOGETHER // _MEGABYTE)
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
    forget_move(by)
    gone, _by_table = SentSheet.objects.filter(parties__contains=[by.key]).delete()
    return gone


@deed("founding.forget", subjects=_nothing)
def forget_sheets(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Delete the sheets whose time is over, and what was found in them; returns how many files."""
    MoveIn.objects.filter(asked_at__lte=at - SENT_LIFE).delete()
    gone, _by_table = SentSheet.objects.filter(at__lte=at - SENT_LIFE).delete()
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
            raise refuse(ELSEWHERE, code=one.area, area=county_code)
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
        raise refuse(ELSEWHERE, code=area_code, area=county_code)
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
