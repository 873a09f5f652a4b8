"""Figures of the situation page as tiles, cells, chart and rows: from `Shown`, so that nothing hidden gets in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gridcommons.kit.disclosure import Mark, Shown
from gridcommons.kit.words import Words
from gridcommons.matters.matter import Matter, MatterClass
from gridcommons.outlook.rules import share, why_hidden
from gridcommons.outlook.situation import Figures, Situation
from gridcommons.web.formats import SUPPRESSED, day_text, figure_text
from gridcommons.web.pieces import Bar, Tile, bars

_HIDDEN: Final = "…"
CLASSES: Final = {
    MatterClass.ORDER: Words("秩序", "order"),
    MatterClass.CONVENIENCE: Words("便民", "convenience"),
}


def cell_text(shown: Shown) -> str:
    """A figure in a table: itself, `<5`, or an ellipsis where it would give a neighbour away."""
    if shown.mark is Mark.FEW:
        return SUPPRESSED
    return _HIDDEN if shown.value is None else figure_text(shown.value)


@dataclass(frozen=True)
class Cell:
    """A figure of a table with its bar, which a hidden figure does not have."""

    text: str
    value: int | None
    bars: tuple[Bar, ...] = ()


def cells(column: Sequence[Shown]) -> list[Cell]:
    """A column of figures, their bars against the largest one shown."""
    most = max((shown.value for shown in column if shown.value is not None), default=0)
    return [
        Cell(cell_text(one), one.value, bars([("used", one.value), ("left", most - one.value)]) if one.value else ())
        for one in column
    ]


def tiles(page: Situation, urls: Mapping[str, str], at: datetime) -> list[Tile]:
    """The five tiles; `urls`: where each leads for viewers who may read the cases."""
    now, since = page.now, Words(f"较此前{page.period}天", f"against the {page.period} days before")
    period = Words(f"{page.period}天内{_among(page).zh}", f"in {page.period} days{_among(page).en}")
    reported, opened = cell_text(now["reported"]), cell_text(now["open"])
    words = {
        "reported": (Words("上报", "Reported"), period),
        "open": (
            Words("未办结", "Open now"),
            Words(f"未结束的全部事项{_among(page).zh}", f"all not ended{_among(page).en}"),
        ),
        "overdue": (Words("已超期", "Overdue now"), Words(f"{opened}件未办结之中", f"of {opened} open")),
        "back": (Words("退回或重办", "Sent back or reopened"), Words(f"对{reported}件上报", f"to {reported} reported")),
    }
    made = [
        _tile(*words[key], now[key], page.before.get(key), since=since, url=urls.get(key, ""), as_of=page.as_of or at)
        for key in words
    ]
    return [*made[:2], _share_tile(page, since, page.as_of or at), *made[2:]]


def _among(page: Situation) -> Words:
    """Among how many, where it is known."""
    homes = page.area.households
    if not homes:
        return Words("", "")
    return Words(f"，共{figure_text(homes)}户", f", among {figure_text(homes)} households")


def _tile(
    label: Words, of: Words, shown: Shown, before: Shown | None, *, since: Words, url: str, as_of: datetime
) -> Tile:
    if shown.value is None:
        return Tile(
            label, None, of, as_of, suppressed=shown.mark is Mark.FEW, withheld=shown.mark is Mark.WITHHELD, url=url,
            because=why_hidden(shown.mark),
        )  # fmt: skip
    change = shown.value - before.value if before is not None and before.value is not None else None
    return Tile(label, shown.value, of, as_of, change=change, since=since, url=url)


def _share_tile(page: Situation, since: Words, as_of: datetime) -> Tile:
    """Closed on time, of all closed; hidden where either part is."""
    label, closed = Words("按期结案率", "Closed on time"), page.now["closed"]
    of = Words(f"{cell_text(closed)}件结案之中", f"of {cell_text(closed)} closed")
    now = share(closed, page.now["late"])
    if now is None:
        return Tile(label, None, of, as_of, withheld=True, because=why_hidden(Mark.WITHHELD))
    before = share(page.before["closed"], page.before["late"]) if "closed" in page.before else None
    change = percent(now) - percent(before) if now[1] and before and before[1] else None
    points = Words(f"个百分点，{since.zh}", f"points {since.en}")
    return Tile(label, percent(now) if now[1] else None, of, as_of, unit="%", change=change, since=points)


def percent(part: tuple[int, int]) -> int:
    """A share in whole per cent, rounded down so that 100 is said only of all; 0 of nothing."""
    return part[0] * 100 // part[1] if part[1] else 0


@dataclass(frozen=True)
class Change:
    """What happened today so far and yesterday, in one line."""

    label: Words
    today: str
    yesterday: str


def changes(page: Situation) -> list[Change]:
    """What changed since yesterday."""
    labels = {
        "reported": Words("上报", "reported"), "done": Words("结案或当场处置", "closed or settled on the spot"),
        "back": Words("退回或重办", "sent back or reopened"),
    }  # fmt: skip
    return [Change(label, cell_text(page.today[m]), cell_text(page.yesterday[m])) for m, label in labels.items()]


def daily_rows(page: Situation, language: str) -> list[tuple[object, ...]]:
    """The rows of the chart: day, reported, closed or settled; what is hidden is a gap in the line."""
    year = max(page.daily).year
    return [
        (day_text(day, language, this_year=year), *(_point(figures[m]) for m in ("reported", "done")))
        for day, figures in page.daily.items()
    ]


def _point(shown: Shown) -> int | str:
    return cell_text(shown) if shown.value is None else shown.value


@dataclass(frozen=True)
class MatterRow:
    """One matter of an area: name, class, what was reported and done, and where its cases stand."""

    name: Words
    group: Words
    reported: Cell
    done: Cell
    url: str = ""


def matter_rows(found: Mapping[str, Figures], matters: Mapping[str, Matter], url: str) -> list[MatterRow]:
    """What was reported by matter, the most first; equal and hidden ones by name. `url`: a prefix, empty for none."""
    keys = sorted(found, key=lambda key: (-(found[key]["reported"].value or 0), key))
    reported, done = (cells([found[key][measure] for key in keys]) for measure in ("reported", "done"))
    return [
        MatterRow(matters[k].name, CLASSES[matters[k].matter_class], r, d, f"{url}{k}" if url else "")
        for k, r, d in zip(keys, reported, done, strict=True)
        if k in matters
    ]
