"""`gridcommons smooth`: rates of small areas, steadied by the others or by their neighbours."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gridcommons.cli.speech import complain
from gridcommons.kit.errors import refusal_kind, refuse

if TYPE_CHECKING:
    from gridcommons.outlook.smoothing import Smoothed

COLUMNS: Final = ("area", "raw", "smoothed")
MORE_COLUMNS: Final = (
    "prior_mean",
    "prior_variance",
    "neighbours_used",
    "probability_above",
    "expected",
    "probability",
)
_HUNDRED_THOUSAND: Final = 100_000

NOBODY = refusal_kind(
    "smooth.nobody",
    status=400,
    zh="“{name}”：人口为0却有病例，无法计算发生率：{areas}。",
    en="“{name}”: there are cases but no people, so there is no rate: {areas}.",
)
STRANGERS = refusal_kind(
    "smooth.strangers",
    status=400,
    zh="“{name}”里的相邻区域不在输入中：{areas}。",
    en="Neighbours in “{name}” are not areas of the input: {areas}.",
)


def smooth(
    input_: Annotated[str, typer.Option("--input", help="CSV or Parquet with area, count, population; - for input.")],
    out: Annotated[str, typer.Option(help="CSV or Parquet with area, raw, smoothed; - for standard output.")],
    neighbours: Annotated[str | None, typer.Option(help="Areas that touch: CSV or Parquet with a, b.")] = None,
    cut: Annotated[float | None, typer.Option(help="Also P(rate > cut), in cases per 100,000.", min=0)] = None,
    more: Annotated[bool, typer.Option("--more", help="Also the prior, expected cases and their probability.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No line on what was done.")] = False,
) -> None:
    """Empirical Bayes after Marshall 1991, as spdep's EBest: rates are cases a person.

    Example: gridcommons smooth --input areas.csv --neighbours pairs.csv --out rates.csv
    """
    from gridcommons.cli.tables import require_written, write_rows
    from gridcommons.outlook.smoothing import local_marshall, marshall

    require_written(out)
    areas, count, people = _areas(input_)
    if nobody := [area for area, n, x in zip(areas, count, people, strict=True) if n and not x]:
        raise refuse(NOBODY, name=input_, areas=", ".join(nobody[:5]))
    pairs = _pairs(neighbours, areas) if neighbours else None
    found = marshall(count, people) if pairs is None else local_marshall(count, people, pairs)
    columns = [areas, found.raw.tolist(), found.smoothed.tolist()]
    extra = _extra(found, count, people, cut, more)
    rows = zip(*columns, *extra.values(), strict=True)
    write_rows(out, (*COLUMNS, *extra), ([_cell(one) for one in row] for row in rows))
    _tell(found, people, local=pairs is not None, quiet=quiet)


def _cell(value: object) -> object:
    """What has no value is left empty."""
    return "" if isinstance(value, float) and math.isnan(value) else value


def _areas(name: str) -> tuple[list[str], list[float], list[float]]:
    from gridcommons.cli.daily_counts import TWICE, count_in, figure_in, name_in, rows_of

    held: dict[str, tuple[float, float]] = {}
    for line, row in rows_of(name, ("area", "count", "population")):
        area = name_in(row, "area", name, line)
        if area in held:
            raise refuse(TWICE, name=name, line=line, what=area)
        held[area] = (count_in(row, "count", name, line), figure_in(row, "population", name, line))
    return list(held), [n for n, _x in held.values()], [x for _n, x in held.values()]


def _pairs(name: str, areas: list[str]) -> list[tuple[int, int]]:
    from gridcommons.cli.daily_counts import name_in, rows_of

    place = {area: n for n, area in enumerate(areas)}
    named = [(name_in(row, "a", name, line), name_in(row, "b", name, line)) for line, row in rows_of(name, ("a", "b"))]
    if strangers := sorted({area for pair in named for area in pair} - place.keys()):
        raise refuse(STRANGERS, name=name, areas=", ".join(strangers[:5]))
    return [(place[a], place[b]) for a, b in named]


def _extra(
    found: Smoothed, count: list[float], people: list[float], cut: float | None, more: bool
) -> dict[str, list[object]]:
    """The further columns that were asked for."""
    import numpy as np

    from gridcommons.outlook.smoothing import posterior, probability_map

    held: dict[str, list[object]] = {}
    if more:
        mean, variance = np.broadcast_arrays(found.mean, found.variance, found.raw)[:2]
        held |= {"prior_mean": mean.tolist(), "prior_variance": variance.tolist()}
        held["neighbours_used"] = found.borrowed.astype(int).tolist()
    if cut is not None:
        above = posterior(count, people, found).above(cut / _HUNDRED_THOUSAND)
        held["probability_above"] = np.where(np.asarray(people) > 0, above, np.nan).tolist()
    if more:
        chances = probability_map(count, people)
        held |= {"expected": chances.expected.tolist(), "probability": chances.probability.tolist()}
    return held


def _tell(found: Smoothed, people: list[float], *, local: bool, quiet: bool) -> None:
    """What a reader must know of these rates; each note is told also when the rest is quiet."""
    notes = list(_notes(found, people, local))
    for zh, en in notes:
        complain(zh, en)
    if not notes and not quiet:
        complain(f"写出{len(people)}个区域。", f"{len(people)} areas written.")


def _notes(found: Smoothed, people: list[float], local: bool) -> Iterator[tuple[str, str]]:
    if nobody := people.count(0):
        yield f"{nobody}个区域没有人口：没有发生率，留空。", f"{nobody} areas have no people: no rate, left empty."
    alone = int((~found.borrowed).sum())
    if local and alone:
        yield (
            f"{alone}个区域的有人口邻区不足3个或邻区均无病例，改用全部区域。",
            f"{alone} areas have fewer than 3 neighbours with people, or no case among them: the whole was taken.",
        )
    if not found.variance.any():
        yield (
            "各区域之间看不出差异：一律取总体发生率。",
            "No difference between the areas can be told: each has the common rate.",
        )


def attach(app: typer.Typer) -> None:
    """Add the command."""
    app.command("smooth")(smooth)
