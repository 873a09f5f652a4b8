"""Figures of the situation page as tiles, cells, chart and rows: from `Shown`, so that nothing hidden gets in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.urls import reverse

from gridcommons.kit.dates import day_text, is_chinese
from gridcommons.kit.disclosure import Mark, Shown
from gridcommons.kit.numbers import little, percent
from gridcommons.kit.verdict import Verdict
from gridcommons.kit.words import Words
from gridcommons.matters.matter import Matter, MatterClass
from gridcommons.outlook.periods import BY_DAY, Asked
from gridcommons.outlook.rules import share, why_hidden
from gridcommons.outlook.situation import Figures, Situation
from gridcommons.web.case_words import LEVELS, name_of
from gridcommons.web.formats import SUPPRESSED, figure_text
from gridcommons.web.office.reached import reached_tile
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


def speaks(found: Sequence[Shown]) -> bool:
    """Whether figures say something together: one above nought is shown, or nothing is hidden."""
    return any(one.value for one in found) or all(one.is_exact for one in found)


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


def period_words(asked: Asked) -> Words:
    """A period as a denominator says it."""
    only = Words("（只计工作日）", ", working days only") if asked.working else Words("", "")
    if asked.key == "week":
        return Words(f"本周以来{only.zh}", f"this week{only.en}")
    days = "day" if asked.length == 1 else "days"
    return Words(f"{asked.length}天内{only.zh}", f"in {asked.length} {days}{only.en}")


def against_words(asked: Asked) -> Words:
    """What a change is a change against."""
    if asked.against == "year":
        return Words("较上年同期", "against the same days a year before")
    if asked.key == "week":
        return Words("较上周同期", "against the same days of last week")
    return Words(f"较此前{asked.length}天", f"against the {asked.length} days before")


_SOON: Final = Words("首次统计后显示", "shown after the first count")
_UNCOUNTED: Final[Mapping[Words, Words]] = {
    Words("上报", "Reported"): _SOON, Words("办结", "Closed or settled"): _SOON, Words("未办结", "Open now"): _SOON,
    Words("已超期", "Overdue now"): _SOON,
}  # fmt: skip


def tiles(page: Situation, urls: Mapping[str, str], at: datetime) -> list[Tile]:
    """The five tiles; `urls`: where each leads for viewers who may read the cases."""
    if page.as_of is None:
        return [Tile(label, None, of, at, uncounted=True) for label, of in _UNCOUNTED.items()]
    now, since, during = page.now, against_words(page.asked), period_words(page.asked)
    opened, among = cell_text(now["open"]), _among(page)
    words = {
        "reported": (
            Words("上报", "Reported"),
            Words(f"{during.zh}，{among.zh}", f"{during.en}, {among.en}"),
        ),
        "done": (Words("办结", "Closed or settled"), _dealt_with(page)),
        "open": (Words("未办结", "Open now"), Words(f"现有全部，{among.zh}", f"all that has not ended, {among.en}")),
        "overdue": (Words("已超期", "Overdue now"), Words(f"{opened}件未办结之中", f"of {opened} open")),
    }
    if page.now["parked"].value != 0:
        apart = Words(f"不计入{opened}件未办结", f"counted apart from {opened} open")
        words["parked"] = (Words("挂账", "Parked now"), apart)
    made = [
        _tile(*words[key], now[key], page.before.get(key), since=since, url=urls.get(key, ""), as_of=page.as_of or at)
        for key in words
    ]
    served = len([part for part in page.children if part.code not in page.absent])
    homes = page.households.number if page.households else None
    reached = [reached_tile(page.visited, served, homes)] if page.visited else []
    return [*made[:2], _share_tile(page, since, page.as_of or at), *made[2:], *reached]


def _among(page: Situation) -> Words:
    """Among how many: households where they are known, else grids, else the areas below."""
    homes, parts = page.households, len(page.children)
    if homes:
        number, many = figure_text(homes.number), "s" if homes.number > 1 else ""
        if homes.as_of:
            return Words(f"共{number}户（住户登记）", f"among {number} registered household{many}")
        return Words(f"共{number}户（区划资料所载）", f"among {number} household{many}, as stated for the area")
    if page.grids:
        few = "s" if page.grids > 1 else ""
        return Words(f"共{figure_text(page.grids)}个网格", f"in {figure_text(page.grids)} grid{few}")
    return Words(f"下辖{parts}地，尚无网格", f"in {parts} areas without grids")


def _dealt_with(page: Situation) -> Words:
    """What the closings are a part of: the closings and what is still open; a case closed twice counts twice in both.

    What was reported in the period would be no whole: cases of before are closed in it too.
    """
    done, still, during = page.now["done"].value, page.now["open"].value, period_words(page.asked)
    if done is None or still is None:
        return Words(f"{during.zh}办结与现未办结之中", f"of all closed {during.en} or still open")
    whole = figure_text(done + still)
    return Words(f"{during.zh}办结与现未办结共{whole}件", f"of {whole} closed {during.en} or still open")


@dataclass(frozen=True)
class Board:
    """The tiles with a figure, and the names of those without: fewer than five, and covers of such ones."""

    tiles: list[Tile]
    few: list[Words | str]
    withheld: list[Words | str]
    why: Verdict | None


def board(page: Situation, urls: Mapping[str, str], at: datetime) -> Board:
    """The tiles, those without a figure told together; one hidden for a reason of its own says it itself."""
    made = tiles(page, urls, at)
    few = [one.label for one in made if one.suppressed]
    withheld = [one.label for one in made if one.withheld and one.hidden is None]
    why = why_hidden(Mark.FEW if few else Mark.WITHHELD) if few or withheld else None
    return Board([one for one in made if one.hidden or not (one.suppressed or one.withheld)], few, withheld, why)


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
    """How many of those closed in the period were closed within their time; hidden where either part is.

    The national rate is another sum, of what was due: it has the name, and the page of figures that this tile leads to.
    """
    label, closed = Words("期限内办结", "Closed within their time"), page.now["closed"]
    during = period_words(page.asked)
    of = Words(
        f"{during.zh}结案的{cell_text(closed)}件之中；国标“按期结案率”见统计指标",
        f"of {cell_text(closed)} closed {during.en}; the national on-time closing rate stands among the indicators",
    )
    url = reverse("office-indicators-area", args=[page.area.code])
    now = share(closed, page.now["late"])
    if now is None:
        return Tile(label, None, of, as_of, withheld=True, url=url, because=why_hidden(Mark.WITHHELD))
    before = share(page.before["closed"], page.before["late"]) if "closed" in page.before else None
    change = percent(*now) - percent(*before) if now[1] and before and before[1] else None
    points = Words(f"个百分点，{since.zh}", f"points {since.en}")
    return Tile(
        label, percent(*now) if now[1] else None, of, as_of, unit="%", change=change, since=points, url=url,
        said=little(*now),
    )  # fmt: skip


@dataclass(frozen=True)
class Change:
    """What happened since yesterday's midnight in one line: today so far, yesterday, the period, and where.

    `places`: areas below in the order of their names, `more`: how many further ones are not named in the line,
    `unplaced`: what lies in none of them; all of them of today and yesterday together.
    """

    label: Words
    today: str
    yesterday: str
    period: str
    places: tuple[tuple[Words, str, str], ...] = ()
    more: int = 0
    unplaced: str = ""

    @property
    def is_marked(self) -> bool:
        """Whether a sign stands in it in the place of a figure that may not be told."""
        said = {self.today, self.yesterday, self.period, self.unplaced, *(text for _name, _url, text in self.places)}
        return bool(said & {_HIDDEN, SUPPRESSED})


_LATELY: Final = {
    "reported": Words("新上报", "newly reported"), "done": Words("办结", "closed or settled"),
    "turned_late": Words("转为超期", "became overdue"), "reopened": Words("要求重办", "reopened"),
}  # fmt: skip
_MOST_PLACES: Final = 8


def changes(page: Situation, query: str) -> list[Change]:
    """What happened of late; nothing where no figure of it may be shown."""
    spans = (page.today, page.yesterday, page.now)
    if page.as_of is None or not speaks([span[m] for span in spans for m in _LATELY]):
        return []
    found = []
    for measure, label in _LATELY.items():
        places, unplaced = _places(page, measure, query), page.lately_unplaced.get(measure)
        today, yesterday, period = (cell_text(span[measure]) for span in spans)
        more = max(0, len(places) - _MOST_PLACES)
        left = cell_text(unplaced) if unplaced else ""
        found.append(Change(label, today, yesterday, period, tuple(places[:_MOST_PLACES]), more, left))
    return found


def _places(page: Situation, measure: str, query: str) -> list[tuple[Words, str, str]]:
    """The areas below where it happened, with their number where it may be told; never in the order of the number."""
    url = f"?{query}" if query else ""
    shown = [(part, page.lately[part.code][measure]) for part in page.children]
    return [
        (name_of(part), reverse("office-area", args=[part.code]) + url, cell_text(one))
        for part, one in shown
        if one.value or one.mark is Mark.FEW
    ]


def in_none_of(page: Situation) -> Words:
    """What is filed under the area and under none of those below it, in words."""
    below = LEVELS[page.children[0].level]
    return Words(f"未分到{below.zh}", f"In no {below.en.lower()}")


def daily_rows(page: Situation, language: str) -> list[tuple[object, ...]]:
    """The rows of the chart: day, reported, closed or settled; a hidden figure is a gap; gaps alone are no chart."""
    if not speaks([shown for figures in page.daily.values() for shown in figures.values()]):
        return []
    if page.as_of is None:
        return []
    last, by_month = max(page.daily), page.asked.length > BY_DAY
    return [
        (_point_text(day, last, language, by_month=by_month), *(_point(figures[m]) for m in ("reported", "done")))
        for day, figures in page.daily.items()
    ]


def _point_text(day: date, last: date, language: str, *, by_month: bool) -> str:
    if not by_month:
        return day_text(day, language, this_year=last.year)
    return f"{day.year}年{day.month}月" if is_chinese(language) else f"{day.year}-{day.month:02}"


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

    @property
    def cells(self) -> tuple[Cell, Cell]:
        """Its figures in the order of the columns."""
        return (self.reported, self.done)


def matter_rows(
    found: Mapping[str, Figures], matters: Mapping[str, Matter], url: str
) -> tuple[list[MatterRow], list[Words]]:
    """What was reported by matter, the most first, and the names of those without a figure. `url`: empty for none."""
    silent = [key for key in sorted(found) if not any(shown.is_exact for shown in found[key].values())]
    spoken = {key: found[key] for key in found if key not in silent}
    return _matter_rows(spoken, matters, url), [matters[key].name for key in silent if key in matters]


def _matter_rows(found: Mapping[str, Figures], matters: Mapping[str, Matter], url: str) -> list[MatterRow]:
    keys = sorted(found, key=lambda key: (-(found[key]["reported"].value or 0), key))
    reported, done = (cells([found[key][measure] for key in keys]) for measure in ("reported", "done"))
    return [
        MatterRow(matters[k].name, CLASSES[matters[k].matter_class], r, d, f"{url}{k}" if url else "")
        for k, r, d in zip(keys, reported, done, strict=True)
        if k in matters
    ]
