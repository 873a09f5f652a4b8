"""`gridcommons scan`: where, and since when, there are more cases than expected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gridcommons.cli.speech import complain
from gridcommons.cli.tables import read_rows, require_written, write_rows
from gridcommons.kit.errors import refusal_kind, refuse

if TYPE_CHECKING:
    from gridcommons.outlook.scanning.null import Null
    from gridcommons.outlook.scanning.reading import Noted
    from gridcommons.outlook.scanning.results import Window
    from gridcommons.outlook.scanning.run import Scan
    from gridcommons.outlook.scanning.study import Study

COLUMNS: Final = ("rank", "areas", "start", "end", "score", "relative_risk", "p")
STOP_BY_SIZE = refusal_kind(
    "scan.stop_by_size",
    status=400,
    zh="--by-size 需要全部模拟才能得知每种大小的分布，不能与 --stop 同用。",
    en="--by-size needs all replicates to know each size's own scores: it does not go with --stop.",
)
_COUNTABLE: Final = 10
"""With fewer replicates than this above a score, a fitted tail tells p better than counting."""


class ModelName(StrEnum):
    """The models of the scan; the same words as `outlook.scanning.scores.Model`, which takes long to import."""

    EB_POISSON = "eb-poisson"
    PB_POISSON = "pb-poisson"
    EB_NEGBIN = "eb-negbin"
    PERMUTATION = "permutation"


class StepName(StrEnum):
    """How far a date lies from the next."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Distance(StrEnum):
    """On what the areas lie."""

    AUTO = "auto"
    PLANE = "plane"
    EARTH = "earth"


_Theta = Annotated[float | None, typer.Option(help="Size of the negative binomial (variance mu + mu^2/theta).")]
_Kept = Annotated[Path | None, typer.Option(help="Folder to keep zones and null tables in and to read them from.")]
_Stop = Annotated[int | None, typer.Option(min=1, help="Draw no more once so many replicates reach the best score.")]
_Gumbel = Annotated[bool, typer.Option("--gumbel", help="Small p from a fitted tail instead of counting.")]
_BySize = Annotated[bool, typer.Option("--by-size", help="p and order of each window among windows of its size.")]
_Apart = Annotated[bool, typer.Option("--apart", help="Windows that share no area; else the best 25 of all.")]
_Step = Annotated[StepName | None, typer.Option(help="Step of the series; else the longest that fits its dates.")]
_Last = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last step, also where none was counted.")]
_Distance = Annotated[Distance, typer.Option(help="auto: degrees where all coordinates may be such.")]


def scan(
    cases: Annotated[str, typer.Option(help="CSV or Parquet: area,date,count; what has no row is 0.")],
    areas: Annotated[str, typer.Option(help="area,x,y: metres, or longitude and latitude.")],
    model: Annotated[ModelName, typer.Option(help="What is expected, and how counts vary.")],
    out: Annotated[str, typer.Option(help="CSV or Parquet with the best windows; - for standard output.")],
    population: Annotated[str | None, typer.Option(help="area,date,population; each holds until the next.")] = None,
    baseline: Annotated[str | None, typer.Option(help="area,date,expected, for the eb models.")] = None,
    neighbours: Annotated[int, typer.Option(min=1, help="Zones of up to so many nearest areas.")] = 200,
    duration: Annotated[int, typer.Option(min=1, help="Windows of up to so many last steps.")] = 14,
    theta: _Theta = None,
    replicates: Annotated[int, typer.Option(min=1, help="Sets drawn for p.")] = 999,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same p.")] = 1,
    kept: _Kept = None,
    stop: _Stop = None,
    gumbel: _Gumbel = False,
    by_size: _BySize = False,
    apart: _Apart = False,
    step: _Step = None,
    last: _Last = None,
    distance: _Distance = Distance.AUTO,
    quiet: Annotated[bool, typer.Option("--quiet", help="No line on what was done; warnings stay.")] = False,
) -> None:
    """The 25 best windows of areas and last steps: score, relative risk, p.

    Example: gridcommons scan --cases c.csv --areas a.csv --model permutation --neighbours 50 --duration 14 --out o.csv

    p = (1 + replicates that reach the score) / (replicates + 1). A window is a question to look into, no finding.
    """
    require_written(out)
    if by_size:
        _require_whole(replicates, stop)
    from gridcommons.outlook.scanning.reading import Noted
    from gridcommons.outlook.scanning.run import Wanted, prepared
    from gridcommons.outlook.scanning.scores import Model

    noted = Noted()
    study = _study((cases, areas, population, baseline), step, last, noted)
    degrees = None if distance is Distance.AUTO else distance is Distance.EARTH
    ready = prepared(study, Wanted(Model(model), neighbours, duration, theta, degrees, kept), noted)
    for words in noted.words:
        complain(words.zh, words.en)
    sizes, null = ready.by_size(replicates, seed) if by_size else ready.all_alike(replicates, seed, stop)
    rows = list(_rows(ready, ready.windows(apart=apart, sizes=sizes), null, gumbel=gumbel))
    write_rows(out, COLUMNS, rows)
    _sum_up(ready, rows, quiet=quiet)


def _require_whole(replicates: int, stop: int | None) -> None:
    """Refuse what does not tell how each size scores by chance, before anything is read."""
    from gridcommons.outlook.scanning.sizes import require_enough

    if stop is not None:
        raise refuse(STOP_BY_SIZE)
    require_enough(replicates)


def _study(
    tables: tuple[str, str, str | None, str | None], step: StepName | None, last: datetime | None, noted: Noted
) -> Study:
    """The tables of cases, areas, population and expectations as arrays over one axis of steps."""
    from gridcommons.outlook.scanning.reading import areas_of, cases_of, figures_of
    from gridcommons.outlook.scanning.steps import Step
    from gridcommons.outlook.scanning.study import axis_for, laid_out

    cases, areas, population, baseline = tables
    known = areas_of(read_rows(areas, ("area", "x", "y")))
    counted = cases_of(read_rows(cases, ("area", "date", "count")), known, noted)
    people, expected = (
        None if name is None else figures_of(read_rows(name, ("area", "date", column)), column, known, noted)
        for name, column in ((population, "population"), (baseline, "expected"))
    )
    axis = axis_for(counted, expected, Step(step) if step else None, last.date() if last else None, noted)
    return laid_out(known, axis, counted, people, expected, noted)


def _rows(ready: Scan, windows: list[Window], null: Null, *, gumbel: bool) -> Iterator[tuple[object, ...]]:
    """The windows as rows: areas by their codes, the first and the last date, p beside the score."""
    axis, codes = ready.study.axis, ready.study.areas.codes
    for rank, window in enumerate(windows, start=1):
        areas = "|".join(sorted(codes[area] for area in window.areas))
        start, end = axis.date(axis.steps - window.duration), axis.date(axis.steps - 1)
        p = null.p(window.worth)
        if gumbel and p * (null.maxima.size + 1) <= _COUNTABLE:
            p = null.tail(window.worth)
        yield rank, areas, start, end, window.score, window.relative_risk, p


def _sum_up(ready: Scan, rows: list[tuple[object, ...]], *, quiet: bool) -> None:
    """What was found, in a line; that nothing stands out is said also where quiet was asked for."""
    cases, expected = int(ready.counts.sum()), float(ready.design.expected.sum())
    if not rows:
        complain(
            f"没有窗口的病例多于应有数（共{cases}例）。", f"No window holds more cases than expected ({cases} in all)."
        )
    elif not quiet:
        areas, k, durations = ready.design.size
        complain(
            f"{areas}个区划，区域至多{k}个，窗口至多{durations}期：{cases}例，应有{expected:.4g}例；"
            f"最佳窗口 p = {rows[0][-1]:.4g}。",
            f"{areas} areas, zones of up to {k}, windows of up to {durations} steps: {cases} cases, {expected:.4g} "
            f"expected; the best window has p = {rows[0][-1]:.4g}.",
        )


def attach(app: typer.Typer) -> None:
    """Add the command."""
    app.command("scan")(scan)
