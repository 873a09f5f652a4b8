"""What a bulletin says: three figures, short sections, one map, one table, in both languages. Pure but for outlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, cast

from gridcommons.kit.dates import day_words, moment_text
from gridcommons.kit.disclosure import THRESHOLD
from gridcommons.kit.words import Words
from gridcommons.outlook.bulletins.picture import Place, map_svg
from gridcommons.outlook.deciding.beside import Painted
from gridcommons.outlook.deciding.morning import Change, Morning
from gridcommons.outlook.deciding.words import (
    NOTHING_NEW,
    both,
    capacity_words,
    change_words,
    changed_words,
    colour_words,
    due_words,
    figure_words,
    news_words,
    plain_warning_words,
    signal_words,
    unknown_words,
    week_words,
)
from gridcommons.outlook.periods import ZONE
from gridcommons.territory.queries import map_of

MOST_WARNINGS: Final = 3
MOST_WORDS: Final = 300
"""In English; read at 150 words a minute that is two minutes."""
MOST_SIGNS: Final = 600
"""In Chinese; read at 300 signs a minute that is two minutes."""
_STEPS: Final = 5
_HEADS: Final = {
    "reported": Words("昨日上报", "Reported yesterday"), "done": Words("昨日办结", "Settled yesterday"),
}  # fmt: skip
_FAMILY: Final = "Noto Sans CJK SC, Noto Sans SC, sans-serif"


@dataclass(frozen=True)
class Told:
    """One of the three figures."""

    label: Words
    value: Words
    note: Words


@dataclass(frozen=True)
class Section:
    """A heading with its sentences."""

    title: Words
    lines: tuple[Words, ...]


@dataclass(frozen=True)
class Map:
    """The drawing, what it shows, and its key."""

    title: Words
    svg: str
    alt: Words
    key: Words


@dataclass(frozen=True)
class Table:
    """The areas below, by name."""

    title: Words
    heads: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True)
class Sheet:
    """A whole bulletin. `prose` is what a leader reads; map and table are looked at."""

    title: Words
    about: Words
    synthetic: bool
    figures: tuple[Told, ...]
    sections: tuple[Section, ...]
    map: Map | None
    table: Table

    def as_dict(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @property
    def prose(self) -> tuple[Words, ...]:
        """All sentences and figures."""
        said = [self.title, self.about]
        said += [words for one in self.figures for words in (one.label, one.value, one.note)]
        return (*said, *(words for one in self.sections for words in (one.title, *one.lines)))


def sheet_of(found: Morning, *, synthetic: bool) -> Sheet:
    """The bulletin of a morning that was read plain: it is handed on."""
    if found.is_exact:
        raise ValueError("a bulletin is made of figures that everybody may read")
    found = _of_shown_counts(found)
    name, day = found.area.name, day_words(found.day, this_year=0)
    return Sheet(
        title=Words(f"{name.zh}每日简报", f"Daily bulletin, {name.en}"), about=_about(found, day), synthetic=synthetic,
        figures=_figures(found), sections=_sections(found), map=_map(found), table=_table(found),
    )  # fmt: skip


def _of_shown_counts(found: Morning) -> Morning:
    """A morning without warnings about fewer than five.

    Whoever knows the method and the days before would learn from one which of the hidden numbers it is.
    """
    held = found.warnings
    shown = None if held is None else tuple(one for one in held if one.facts.count >= THRESHOLD)
    return replace(found, warnings=shown)


def _about(found: Morning, day: Words) -> Words:
    if found.as_of is None:
        return Words(f"{day.zh}。数字尚未统计。", f"{day.en}. Figures are not counted yet.")
    zh, en = (moment_text(found.as_of, tongue, zone=ZONE, now=found.as_of) for tongue in ("zh", "en"))
    return Words(f"{day.zh}。事项只计公开事项，截至{zh}。", f"{day.en}. Public cases as of {en}.")


def _figures(found: Morning) -> tuple[Told, ...]:
    """Reported and settled yesterday, and what is open now."""
    by_key = {one.key: one for one in found.changes}
    told = [_yesterday(by_key.get(key), label) for key, label in _HEADS.items()]
    held = found.is_counted
    overdue = figure_words(found.week.now.get("overdue") if held else None)
    told.append(
        Told(Words("未办结", "Open now"), figure_words(found.week.now.get("open") if held else None),
             Words(f"其中超期{overdue.zh}", f"overdue: {overdue.en}"))
    )  # fmt: skip
    return tuple(told)


def _yesterday(one: Change | None, label: Words) -> Told:
    if one is None:
        return Told(label, figure_words(None), Words("昨日数字尚未统计", "yesterday is not counted yet"))
    before = figure_words(one.before)
    note = Words(f"前一天{before.zh}", f"day before: {before.en}")
    return Told(label, figure_words(one.now), note)


def _sections(found: Morning) -> tuple[Section, ...]:
    changed = (NOTHING_NEW,) if found.is_quiet and found.changes else (
        *news_words(found), _further(found), signal_words(found),
    )  # fmt: skip
    parts = [Section(Words("昨日以来", "Since yesterday"), changed)]
    if found.warnings is not None:
        parts.append(Section(Words("预警", "Warnings"), _warnings(found)))
    if found.colours is not None:
        lines = (colour_words(found.colours), *due_words(found))
        parts.append(Section(Words("五色与待办", "Colours and what is due"), lines))
    parts.append(Section(Words("力量", "Capacity"), capacity_words(found)))
    if unknown := unknown_words(found):
        parts.append(Section(Words("不知道的", "What is not known"), unknown))
    return tuple(parts)


def _further(found: Morning) -> Words:
    """What changed beside the figures at the head."""
    rest = [change_words(one) for one in found.changes if one.key not in {"reported", "done"}]
    if not rest:
        return changed_words(found)
    return Words(f"{'，'.join(one.zh for one in rest)}。", f"{', '.join(one.en for one in rest).capitalize()}.")


def _warnings(found: Morning) -> tuple[Words, ...]:
    held = found.warnings or ()
    if not held:
        return (Words("没有涉及5件（例）及以上的预警。", "No warning about five or more."),)
    said = [Words(f"{one.zh}。", f"{one.en}.") for one in map(plain_warning_words, held[:MOST_WARNINGS])]
    if (rest := len(held) - MOST_WARNINGS) > 0:
        said.append(Words(f"另有{rest}条，见预警页。", f"{rest} more on the page of warnings."))
    return tuple(said)


def _map(found: Morning) -> Map | None:
    features = cast(Sequence[Mapping[str, Any]], map_of([one.code for one in found.children])["features"])
    name, title = found.area.name, Words("地图", "Map")
    if found.colours is not None:
        stands = {one.area.code: one for one in found.colours}
        places = [
            Place(one["geometry"], _name(one), held.letter or "?", held.colour)
            for one in features
            if (held := stands.get(one["properties"]["code"])) is not None
        ]
        key = Words(
            "字母、颜色和图案表示级别；灰色斜线为未知。", "Letter, colour and pattern are the level; grey is unknown."
        )
        alt = Words(f"{name.zh}各地五色图", f"Map of the areas of {name.en} by colour")
    else:
        places, key = _by_reports(found, features)
        alt = Words(f"{name.zh}各地一周上报数地图", f"Map of the areas of {name.en} by reports of a week")
    svg = map_svg(places, _FAMILY)
    return Map(title, svg, alt, key) if svg else None


def _by_reports(found: Morning, features: Sequence[Mapping[str, Any]]) -> tuple[list[Place], Words]:
    """Places on the neutral ramp by what was reported in the closed week; hatched where that is not shown."""
    figures = {code: held["reported"].value for code, held in found.week.below.items()}
    top = max((value for value in figures.values() if value), default=1)
    places = []
    for one in features:
        value = figures.get(one["properties"]["code"])
        step = 0 if value is None else min(_STEPS, 1 + value * _STEPS // (top + 1))
        places.append(Place(one["geometry"], _name(one), "" if value is None else f"{value:,}", step=step))
    return places, Words(
        "数字为上一整周上报数，越深越多；斜线为不显示。没有五色图方案生效。",
        "Numbers are reports of last week, the darker the more; hatched: not shown. No scheme of colours is in force.",
    )


def _name(feature: Mapping[str, Any]) -> str:
    return str(feature["properties"]["name_zh"])


def _level(one: Painted | None) -> Words:
    return Words(f"{one.letter} {one.name.zh}", f"{one.letter} {one.name.en}") if one else both("–")


def _table(found: Morning) -> Table:
    stands = {one.area.code: one for one in found.colours or ()}
    heads = [
        Words("区域", "Area"),
        Words("上周上报", "Reported, last week"),
        Words("未办结", "Open"),
        Words("超期", "Overdue"),
    ]
    if found.colours is not None:
        heads.insert(1, Words("级别", "Level"))
    rows = []
    for one in found.children:
        if one.code in found.week.absent:
            continue
        held = found.week.below[one.code]
        row = [one.name, *(figure_words(held[key]) for key in ("reported", "open", "overdue"))]
        if found.colours is not None:
            level = stands.get(one.code)
            row.insert(1, _level(level))
        rows.append(tuple(row))
    title = Words("各地", "The areas")
    if found.closed is not None:
        week = week_words(found.closed, found.day)
        title = Words(f"各地（上周：{week.zh}）", f"The areas (last week: {week.en})")
    return Table(title, tuple(heads), tuple(rows) if found.as_of else ())
