"""The honest figures of an area: of public matters only, each with its denominator, small ones suppressed.

Matters inside homes are not counted here at all, and every case counted stands in the public list. So no difference
between areas, levels or days tells more than that list does; the sign `<5` keeps a page from making much of little.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from gridcommons.kit.clock import local_day
from gridcommons.kit.numbers import little, percent
from gridcommons.kit.words import Words
from gridcommons.matters.catalogue import Catalogue
from gridcommons.outlook.queries import as_of, first_counted, sums_by_matter
from gridcommons.web.pieces import Tile
from gridcommons.web.public.asking import ZONE

LEAST: Final = 5
WINDOW: Final = timedelta(days=30)
_WINDOW: Final = Words("近30天", "in 30 days")


def area_tiles(code: str, *, catalogue: Catalogue, residents: int | None) -> tuple[Tile, ...]:
    """Reported, settled, in time and open, of public matters in the 30 days before the last count."""
    counted = as_of()
    if counted is None:
        return ()
    last, begun = local_day(counted, ZONE), first_counted()
    first = last - WINDOW + timedelta(days=1)
    flows = _public_sums(code, first, last, catalogue)
    stock = _public_sums(code, last, last, catalogue)
    during = _during(begun) if begun and begun > first else _WINDOW
    return (
        _reported(flows, residents, counted, during),
        _settled(flows, stock, counted, during),
        _in_time(flows, counted, during),
        _open(stock, counted),
    )


def _during(begun: date) -> Words:
    """Of which days the figures are, where counting began inside the window: other pages count other days."""
    return Words(f"{begun.month}月{begun.day}日起统计，至今", f"since {begun.day} {begun:%B}, when counting began")


def _public_sums(code: str, first: date, last: date, catalogue: Catalogue) -> Mapping[str, int]:
    """Sums by measure over the public matters."""
    public = {matter.key for matter in catalogue.public()}
    totals: dict[str, int] = {}
    for key, numbers in sums_by_matter(code, first, last).items():
        for measure, n in numbers.items() if key in public else ():
            totals[measure] = totals.get(measure, 0) + n
    return totals


def shown(n: int) -> tuple[int | None, bool]:
    """A count and whether it is suppressed: from one to four it is not shown, none and five or more are."""
    return (None, True) if 0 < n < LEAST else (n, False)


def _tile(label: Words, n: int, denominator: Words, at: datetime, unit: Words | str = "") -> Tile:
    value, suppressed = shown(n)
    return Tile(label, value, denominator, at, unit="" if suppressed else unit, suppressed=suppressed)


def _reported(flows: Mapping[str, int], residents: int | None, at: datetime, during: Words) -> Tile:
    of = (
        Words(f"{during.zh}，常住人口{residents:,}人", f"{during.en}, among {residents:,} residents")
        if residents
        else Words(f"{during.zh}，本区域全部公开事项", f"{during.en}, of all public matters here")
    )
    return _tile(Words("收到的报告", "Reported"), flows.get("reported", 0), of, at, Words("件", "reports"))


def _settled(flows: Mapping[str, int], stock: Mapping[str, int], at: datetime, during: Words) -> Tile:
    """What was settled, of that and what is still open: reports of the same days would be no whole, for older ones end
    in them too.
    """
    settled = flows.get("closed", 0) + flows.get("settled", 0)
    whole, hidden = shown(settled + stock.get("open", 0))
    many = "不足5件" if hidden else f"{whole}件"
    few = "fewer than 5" if hidden else f"{whole}"
    of = Words(f"{during.zh}办结与现仍在办的共{many}", f"of {few} settled {during.en}, or still under way")
    return _tile(Words("已办结", "Settled"), settled, of, at, Words("件", "cases"))


def _in_time(flows: Mapping[str, int], at: datetime, during: Words) -> Tile:
    """The share handled in time; with fewer than five cases it would name single ones."""
    label, closed = Words("按时处置", "Handled in time"), flows.get("closed", 0)
    if closed < LEAST:
        of = Words(f"{during.zh}核查办结的不足5件", f"fewer than 5 were checked and closed {during.en}")
        return Tile(label, None, of, at)
    on_time = min(flows.get("closed_on_time", 0), closed)
    of = Words(f"{during.zh}核查办结{closed}件", f"of {closed} checked and closed {during.en}")
    return Tile(label, percent(on_time, closed), of, at, unit="%", said=little(on_time, closed))


def _open(stock: Mapping[str, int], at: datetime) -> Tile:
    late, hidden = shown(stock.get("overdue", 0))
    over = "不足5件" if hidden else f"{late}件"
    few = "fewer than 5" if hidden else f"{late}"
    of = Words(f"正在办理；其中超期{over}", f"under way; {few} of them overdue")
    return _tile(Words("办理中", "Open now"), stock.get("open", 0), of, at, Words("件", "cases"))
