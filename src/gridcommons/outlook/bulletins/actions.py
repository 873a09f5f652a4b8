"""Writes of the room: a bulletin made and kept; who is told of an area's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.outlook.bulletins.making import Made, make
from gridcommons.outlook.bulletins.models import Bulletin, Receiver
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.rules import require_staff
from gridcommons.territory.queries import area_on

LEVELS = ("province", "city", "county")

NO_LEVEL = refusal_kind(
    "bulletins.no_level",
    status=400,
    zh="简报按县、市、省编制；乡镇和村请看“今天”页。",
    en="Bulletins are made for counties, cities and provinces; of townships and villages see the page “Today”.",
)


def _there(facts: Mapping[str, Any]) -> Place:
    return Place(facts["area_code"])


@deed("bulletin.make", on=_there)
def make_bulletin(
    *, area_code: str, synthetic: bool, by: Viewer, at: datetime, purpose: str = "administration"
) -> Bulletin:
    """Make today's bulletin of an area; one that says what the last of the day said is that one."""
    if area_on(area_code, local_day(at, ZONE)).level not in LEVELS:
        raise refuse(NO_LEVEL)
    made = make(area_code=area_code, viewer=by, at=at, synthetic=synthetic)
    rows = Bulletin.objects.filter(area_code=area_code, day=made.day)
    last = rows.defer("pdf_zh", "pdf_en").order_by("-number").first()
    if last is not None and last.sha256 == made.sha256 and last.no_pdf == made.no_pdf:
        return last
    return _kept(area_code, made, last.number + 1 if last else 1, by, at)


def _kept(area_code: str, made: Made, number: int, by: Viewer, at: datetime) -> Bulletin:
    return Bulletin.objects.create(
        area_code=area_code, day=made.day, number=number, made_at=at, made_by=by.key, sheet=made.sheet,
        sha256=made.sha256, pdf_zh=made.pdf.get("zh", b""), pdf_zh_sha256=made.pdf_hash("zh"),
        pdf_en=made.pdf.get("en", b""), pdf_en_sha256=made.pdf_hash("en"), no_pdf=made.no_pdf,
    )  # fmt: skip


@deed("bulletin.follow", keeps=("area_code",))
def follow(*, area_code: str, by: Viewer, at: datetime, purpose: str = "own_case") -> Receiver:
    """Ask to be told of the bulletins of an area: a member of staff for themselves alone, once."""
    require_staff(by, at)
    if area_on(area_code, local_day(at, ZONE)).level not in LEVELS:
        raise refuse(NO_LEVEL)
    row, _new = Receiver.objects.get_or_create(area_code=area_code, party=by.key, defaults={"since": at})
    return row


@deed("bulletin.unfollow", keeps=("area_code",))
def unfollow(*, area_code: str, by: Viewer, at: datetime, purpose: str = "own_case") -> str:
    """Ask no longer."""
    Receiver.objects.filter(area_code=area_code, party=by.key).delete()
    return area_code
