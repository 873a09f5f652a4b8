"""`gridcommons colours`: the colour of every area and day by a published scheme, with its reasons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gridcommons.cli.speech import complain, language
from gridcommons.kit.errors import refusal_kind, refuse

if TYPE_CHECKING:
    from gridcommons.cli.daily_counts import Row
    from gridcommons.outlook.colours.colouring import Coloured
    from gridcommons.outlook.colours.measures import Counts
    from gridcommons.outlook.colours.scheme import Scheme

COLUMNS: Final = ("area", "date", "colour", "rule", "reasons")
SUMMARY_COLUMNS: Final = ("scheme", "colour", "area_days", "areas")
MOST_DAYS: Final = 3_700
"""Ten years: a mistyped year would else fill the table with grey."""
_FILE: Final = ".toml"

STRANGERS = refusal_kind(
    "colours.strangers",
    status=400,
    zh="“{name}”里的这些区域没有人口，不在区域表中：{areas}。",
    en="These areas of “{name}” are not in the table of areas, so their people are not known: {areas}.",
)
TOO_LONG = refusal_kind(
    "colours.too_long",
    status=400,
    zh="“{name}”从{first}到{last}，超过{most}天，请核对年份。",
    en="“{name}” runs from {first} to {last}, more than {most} days: check the years.",
)
IMPORTED = refusal_kind(
    "colours.imported",
    status=400,
    zh="“{name}”第{line}行：输入病例多于当日病例。",
    en="Line {line} of “{name}”: more imported cases than cases.",
)


def colours(
    counts: Annotated[
        str, typer.Option(help="CSV or Parquet with area, date, count[, imported and further measures].")
    ],
    areas: Annotated[str, typer.Option(help="CSV or Parquet with area, population.")],
    out: Annotated[str, typer.Option(help="CSV or Parquet with colours and reasons; - for standard output.")],
    scheme: Annotated[str, typer.Option(help="Name of a scheme, or a file (.toml).")] = "default",
    other: Annotated[list[str] | None, typer.Option("--try", help="Another scheme or file, for the summary.")] = None,
    summary: Annotated[
        str | None, typer.Option(help="Days and areas by colour, of all schemes, into this file.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No line on what was done.")] = False,
) -> None:
    """The colour of each area on each day. An area's colour is never evidence about a person.

    Example: gridcommons colours --counts cases.csv --areas people.csv --scheme default --out colours.csv
    """
    from gridcommons.cli.tables import require_written, write_rows
    from gridcommons.outlook.colours.colouring import coloured

    for name in filter(None, (out, summary)):
        require_written(name)
    chosen = [_scheme(name) for name in (scheme, *(other or ()))]
    known, notes = _counts(counts, _people(areas))
    found = [coloured(known, one) for one in chosen]
    write_rows(out, COLUMNS, _rows(found[0]))
    if summary:
        write_rows(summary, SUMMARY_COLUMNS, _summary_rows(found))
    lacking = [note for one in chosen for note in _not_given(known, one)]
    for zh, en in (*notes, *lacking, *_notes(known, chosen[0])):
        complain(zh, en)
    if not quiet:
        for one in found:
            _tell(one)


def _scheme(name: str) -> Scheme:
    from gridcommons.cli.tables import NO_FILE
    from gridcommons.outlook.colours.scheme import UNSOUND, scheme_named, scheme_of

    if not name.endswith(_FILE):
        return scheme_named(name)
    try:
        return scheme_of(Path(name).read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise refuse(UNSOUND, what=error) from error
    except OSError as error:
        raise refuse(NO_FILE, name=name, said=error.strerror) from error


def _rows_of(name: str, needed: tuple[str, ...]) -> Iterator[Row]:
    """The rows of a table; refuses columns that charter 2 bars, whatever stands in them."""
    from gridcommons.cli.daily_counts import rows_of
    from gridcommons.matters.barred import check_names

    for at, (line, row) in enumerate(rows_of(name, needed)):
        if at == 0:
            check_names(row.keys(), context="columns", opaque=False)
        yield line, row


def _people(name: str) -> dict[str, float]:
    from gridcommons.cli.daily_counts import TWICE, figure_in, name_in

    held: dict[str, float] = {}
    for line, row in _rows_of(name, ("area", "population")):
        area = name_in(row, "area", name, line)
        if area in held:
            raise refuse(TWICE, name=name, line=line, what=area)
        held[area] = figure_in(row, "population", name, line)
    return held


def _counts(name: str, people: dict[str, float]) -> tuple[Counts, list[tuple[str, str]]]:
    """The counts as arrays, from the first day to the last; notes on areas without any."""
    import numpy as np

    from gridcommons.outlook.colours.measures import Counts
    from gridcommons.outlook.colours.scheme import GIVEN

    held, further = _cells(name, ("imported", *GIVEN))
    if strangers := sorted({area for area, _day in held} - people.keys()):
        raise refuse(STRANGERS, name=name, areas=", ".join(strangers[:5]))
    days = {day for _area, day in held}
    first, last = min(days), max(days)
    if (last - first).days >= MOST_DAYS:
        raise refuse(TOO_LONG, name=name, first=first, last=last, most=MOST_DAYS)
    place = {area: n for n, area in enumerate(people)}
    at = tuple(np.array([((day - first).days, place[area]) for area, day in held]).T)
    arrays = {column: np.full(((last - first).days + 1, len(people)), np.nan) for column in ("count", *further)}
    for number, column in enumerate(arrays):
        arrays[column][at] = [figures[number] for figures in held.values()]
    population = np.array(list(people.values()), dtype=np.float64)
    cases, imported = arrays.pop("count"), arrays.pop("imported", None)
    never = [area for area, n in zip(people, (~np.isnan(cases)).sum(axis=0).tolist(), strict=True) if not n]
    notes = [(f"{len(never)}个区域从未报告，显示为灰色：{'、'.join(never[:5])}。",
              f"{len(never)} areas never reported and are grey: {', '.join(never[:5])}.")] if never else []  # fmt: skip
    return Counts(tuple(people), first, cases, population, imported, arrays), notes


def _cells(name: str, optional: tuple[str, ...]) -> tuple[dict[tuple[str, date], list[float]], list[str]]:
    """The figures of each area and day: the count, then the optional columns that the table has."""
    from gridcommons.cli.daily_counts import TWICE, count_in, day_in, figure_in, name_in

    held: dict[tuple[str, date], list[float]] = {}
    further: list[str] = []
    for line, row in _rows_of(name, ("area", "date", "count")):
        further = further if held else [column for column in optional if column in row]
        key = name_in(row, "area", name, line), day_in(row, name, line)
        if key in held:
            raise refuse(TWICE, name=name, line=line, what=f"{key[0]} {key[1]}")
        figures = [count_in(row, "count", name, line)]
        for column in further:
            empty = row[column] is None or not str(row[column]).strip()
            figures.append(float("nan") if empty else figure_in(row, column, name, line))
        if further[:1] == ["imported"] and figures[1] > figures[0]:
            raise refuse(IMPORTED, name=name, line=line)
        held[key] = figures
    return held, further


def _not_given(known: Counts, scheme: Scheme) -> Iterator[tuple[str, str]]:
    """What the scheme asks for and was not given."""
    from gridcommons.outlook.colours.scheme import GIVEN, MEASURES

    asked = scheme.asked | ({"completeness"} if scheme.grey.completeness_below else frozenset())
    if absent := [MEASURES[one] for one in GIVEN if one in asked and one not in known.given]:
        yield (
            f"未提供（方案“{scheme.key}”要用）：{'、'.join(one.zh for one in absent)}。",
            f"Not given, though “{scheme.key}” asks for it: {', '.join(one.en for one in absent)}.",
        )


def _notes(known: Counts, scheme: Scheme) -> Iterator[tuple[str, str]]:
    """What is odd about the counts: without a word, a missing figure would pass for a good one."""
    import numpy as np

    told = ~np.isnan(known.cases)
    within = np.maximum.accumulate(told, axis=0) & np.maximum.accumulate(told[::-1], axis=0)[::-1]
    if gaps := int((within & ~told).sum()):
        yield (
            f"中间缺{gaps}个区域日：视为未知，不视为0。",
            f"{gaps} area-days between reports are missing: unknown, not 0.",
        )
    if few := int((known.population < max(1.0, scheme.grey.population_below)).sum()):
        yield f"{few}个区域人口太少，显示为灰色。", f"{few} areas have too few people and are grey."


def _rows(found: Coloured) -> Iterator[tuple[str, ...]]:
    tongue, points = language(), ("；" if language().startswith("zh") else "; ")
    days = [day.isoformat() for day in found.days]
    for area, name in enumerate(found.known.areas):
        for row, day in enumerate(days):
            one = found.colour_at(row, area)
            yield name, day, one.colour, one.rule, points.join(each.words.in_language(tongue) for each in one.because)


def _summary_rows(found: list[Coloured]) -> Iterator[tuple[object, ...]]:
    from gridcommons.outlook.colours.colouring import summary

    for one in found:
        counted = summary(one)
        for colour, days in counted.days.items():
            yield one.scheme.label, colour, days, counted.areas[colour]


def _tell(found: Coloured) -> None:
    from gridcommons.outlook.colours.colouring import summary

    counted = summary(found)
    areas, days = len(found.known.areas), len(found.days)
    complain(
        f"{found.scheme.label}：{areas}个区域、{days}天；升{counted.raised}次、降{counted.lowered}次，"
        f"待签{counted.proposals}次，灰色{counted.days['grey']}个区域日。",
        f"{found.scheme.label}: {areas} areas, {days} days; {counted.raised} up, {counted.lowered} down, "
        f"{counted.proposals} to be signed, {counted.days['grey']} area-days grey.",
    )


def attach(app: typer.Typer) -> None:
    """Add the command."""
    app.command("colours")(colours)
