"""Reads of the room: the bulletins of an area, one of them, its file. Open to all staff: small figures are hidden."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.kit.errors import refusal_kind, refuse, sentence_of
from gridcommons.kit.words import Words
from gridcommons.outlook.bulletins.actions import LEVELS
from gridcommons.outlook.bulletins.fonts import NO_FONT
from gridcommons.outlook.bulletins.models import Bulletin, Receiver
from gridcommons.outlook.cube import months_of
from gridcommons.outlook.models import Block
from gridcommons.outlook.rules import require_staff
from gridcommons.territory.queries import below

PAGE: Final = 30
TONGUES: Final = ("zh", "en")

UNKNOWN = refusal_kind(
    "bulletins.unknown",
    status=404,
    zh="没有找到这份简报，请从清单中选择。",
    en="There is no such bulletin. Choose one from the list.",
)


@dataclass(frozen=True)
class BulletinFacts:
    """A bulletin in a list. `current`: no later one of its day corrects it. `size`: of its PDF by language."""

    id: UUID
    area_code: str
    day: date
    number: int
    made_at: datetime
    by_program: bool
    current: bool
    has_pdf: bool
    sha256: str


@dataclass(frozen=True)
class BulletinPage:
    """One bulletin whole: its sheet as it is kept, the hashes of its files, why there are none."""

    facts: BulletinFacts
    sheet: dict[str, Any]
    hashes: dict[str, str]
    no_pdf: Words | None


def listed(*, area_code: str, viewer: Viewer, at: datetime, first: int = 0) -> tuple[list[BulletinFacts], int]:
    """The bulletins of an area, the latest first, and how many there are."""
    require_staff(viewer, at)
    rows = Bulletin.objects.filter(area_code=area_code).defer("pdf_zh", "pdf_en", "sheet")
    page = list(rows.order_by("-day", "-number")[first : first + PAGE])
    return [_facts(row, _last_number(row)) for row in page], rows.count()


def _last_number(row: Bulletin) -> int:
    rows = Bulletin.objects.filter(area_code=row.area_code, day=row.day).order_by("-number")
    return rows.values_list("number", flat=True)[0]


def _facts(row: Bulletin, last: int) -> BulletinFacts:
    return BulletinFacts(
        row.pk, row.area_code, row.day, row.number, row.made_at, row.made_by.startswith("program:"),
        row.number == last, not row.no_pdf, row.sha256,
    )  # fmt: skip


def bulletin(*, bulletin_id: UUID, viewer: Viewer, at: datetime) -> BulletinPage:
    """One bulletin, exactly as it was made."""
    require_staff(viewer, at)
    row = Bulletin.objects.filter(pk=bulletin_id).defer("pdf_zh", "pdf_en").first()
    if row is None:
        raise refuse(UNKNOWN)
    why = Words(*sentence_of(NO_FONT)) if row.no_pdf else None
    return BulletinPage(
        _facts(row, _last_number(row)), row.sheet, {"zh": row.pdf_zh_sha256, "en": row.pdf_en_sha256}, why
    )


def bulletin_pdf(*, bulletin_id: UUID, tongue: str, viewer: Viewer, at: datetime) -> tuple[bytes, str]:
    """The file of a bulletin in a language and the name it bears; refuses one that is none."""
    require_staff(viewer, at)
    row = Bulletin.objects.filter(pk=bulletin_id).defer("sheet").first()
    if row is None or tongue not in TONGUES:
        raise refuse(UNKNOWN)
    if row.no_pdf:
        raise refuse(NO_FONT)
    data = bytes(row.pdf_zh if tongue == "zh" else row.pdf_en)
    return data, f"bulletin-{row.area_code}-{row.day}-{row.number}-{tongue}.pdf"


def areas_with_counts(day: date) -> list[str]:
    """The provinces, cities and counties of which anything was counted of late: of them a bulletin can be made."""
    months = months_of([day, day - timedelta(days=28)])
    counted = set(Block.objects.filter(month__in=months).values_list("area_code", flat=True).distinct().order_by())
    standing = {one.code for level in LEVELS for one in below("", level)}
    return sorted(counted & standing, key=lambda code: (len(code), code))


def follows(*, area_code: str, viewer: Viewer, at: datetime) -> bool:
    """Whether a member of staff is told of an area's bulletins."""
    require_staff(viewer, at)
    return Receiver.objects.filter(area_code=area_code, party=viewer.key).exists()


@dataclass(frozen=True)
class Fresh:
    """A bulletin of the last days with those who asked to be told of it."""

    id: UUID
    area_code: str
    day: date
    receivers: tuple[str, ...]


def fresh_bulletins(at: datetime) -> list[Fresh]:
    """The bulletins of the last two days that somebody asked for, the last of each day; made since they asked."""
    held: dict[str, list[Receiver]] = {}
    for row in Receiver.objects.order_by("party"):
        held.setdefault(row.area_code, []).append(row)
    rows = Bulletin.objects.filter(area_code__in=held, made_at__gt=at - timedelta(days=2), made_at__lte=at)
    last = rows.defer("pdf_zh", "pdf_en", "sheet").order_by("area_code", "day", "-number").distinct("area_code", "day")
    return [
        Fresh(one.pk, one.area_code, one.day,
              tuple(row.party for row in held[one.area_code] if row.since <= one.made_at))
        for one in last
    ]  # fmt: skip
