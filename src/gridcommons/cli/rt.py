"""`gridcommons rt`: the reproduction number of a daily series, window by window."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from gridcommons.cli.speech import complain
from gridcommons.kit.errors import refusal_kind, refuse

if TYPE_CHECKING:
    from gridcommons.outlook.reproduction import Floats, Reproduction

COLUMNS: Final = ("start", "end", "mean", "sd", "lower", "median", "upper")
GROWTH_COLUMNS: Final = ("start", "end", "rate", "lower", "upper", "doubling", "doubling_lower", "doubling_upper")
_TAIL: Final = 0.025
_MOST_LAG: Final = 10_000

NO_INTERVAL = refusal_kind(
    "rt.no_interval",
    status=400,
    zh="请给出代际间隔：用 --si 给文件，或同时用 --si-mean 和 --si-sd，两种只选一种。",
    en="Give the serial interval: a file by --si, or both --si-mean and --si-sd, one of the two ways.",
)
GAP = refusal_kind(
    "rt.gap",
    status=400,
    zh="“{name}”缺{days}天，最早是{day}；没有报告不等于没有病例，请补上（确无病例写0）。",
    en="{days} days are missing in “{name}”, the first {day}; no report is not no case: add them (0 where there was "
    "none).",
)
BAD_LAG = refusal_kind(
    "rt.bad_lag",
    status=400,
    zh="“{name}”的 day 须为0到{most}的整数，各出现一次。",
    en="The days of “{name}” are whole numbers from 0 to {most}, each once.",
)


def rt(
    input_: Annotated[str, typer.Option("--input", help="CSV or Parquet with date, count; - for standard input.")],
    out: Annotated[str, typer.Option(help="CSV or Parquet with R by window; - for standard output.")],
    si: Annotated[str | None, typer.Option(help="Serial interval: CSV or Parquet with day, probability.")] = None,
    si_mean: Annotated[float | None, typer.Option(help="Its mean in days, of a gamma shifted by one day.")] = None,
    si_sd: Annotated[float | None, typer.Option(help="Its standard deviation in days.")] = None,
    window: Annotated[int, typer.Option(help="Days of a window.", min=1)] = 7,
    imported: Annotated[
        str | None, typer.Option(help="Column of the cases infected elsewhere, among the count.")
    ] = None,
    growth: Annotated[str | None, typer.Option(help="Growth and doubling time by window, into this file.")] = None,
    only_estimable: Annotated[
        bool, typer.Option("--only-estimable", help="Leave the figures empty where there are too few cases.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No line on what was done.")] = False,
) -> None:
    """R(t) after Cori 2013, as EpiEstim: mean, sd, 2.5 %, median, 97.5 % of every window.

    Example: gridcommons rt --input cases.csv --si-mean 2.6 --si-sd 1.5 --out r.csv
    """
    from gridcommons.cli.tables import require_written, write_rows
    from gridcommons.outlook.reproduction import reproduction

    for name in filter(None, (out, growth)):
        require_written(name)
    if (si is None) == (si_mean is None) or (si_mean is None) != (si_sd is None):
        raise refuse(NO_INTERVAL)
    first, cases, abroad = _series(input_, imported)
    interval = _interval(si, si_mean, si_sd, len(cases))
    found = reproduction(cases, interval, window=window, imported=abroad)
    grown = list(_growth_rows(first, cases, window)) if growth else []
    written = write_rows(out, COLUMNS, _rows(first, found, only_estimable))
    if growth:
        write_rows(growth, GROWTH_COLUMNS, grown)
    _tell(found, written, quiet)


def _series(name: str, imported: str | None) -> tuple[date, list[float], list[float] | None]:
    """The first day, the counts of all days and the imported ones; refuses doubled and missing days."""
    from gridcommons.cli.daily_counts import TWICE, count_in, day_in, rows_of

    held: dict[date, tuple[float, float]] = {}
    for line, row in rows_of(name, ("date", "count", *([imported] if imported else ()))):
        day = day_in(row, name, line)
        if day in held:
            raise refuse(TWICE, name=name, line=line, what=day)
        held[day] = (count_in(row, "count", name, line), count_in(row, imported, name, line) if imported else 0.0)
    first = min(held)
    days = [first + timedelta(n) for n in range((max(held) - first).days + 1)]
    if missing := [day for day in days if day not in held]:
        raise refuse(GAP, name=name, days=len(missing), day=missing[0])
    abroad = [held[day][1] for day in days] if imported else None
    return first, [held[day][0] for day in days], abroad


def _interval(si: str | None, mean: float | None, sd: float | None, days: int) -> Floats:
    from gridcommons.cli.daily_counts import count_in, figure_in, rows_of
    from gridcommons.outlook.reproduction import given_interval, serial_interval

    if si is None:
        return serial_interval(mean or 0.0, sd or 0.0, days)
    mass: dict[int, float] = {}
    for line, row in rows_of(si, ("day", "probability")):
        lag = count_in(row, "day", si, line)
        if lag in mass or lag > _MOST_LAG:
            raise refuse(BAD_LAG, name=si, most=_MOST_LAG)
        mass[int(lag)] = figure_in(row, "probability", si, line)
    return given_interval([mass.get(lag, 0.0) for lag in range(max(mass) + 1)])


def _spans(first: date, start: Any, end: Any) -> Iterator[tuple[str, str]]:
    for a, b in zip(start.tolist(), end.tolist(), strict=True):
        yield (first + timedelta(a)).isoformat(), (first + timedelta(b)).isoformat()


def _rows(first: date, found: Reproduction, only_estimable: bool) -> Iterator[tuple[object, ...]]:
    columns = (found.mean, found.sd, *(found.quantile(q) for q in (_TAIL, 0.5, 1 - _TAIL)))
    figures = zip(*(column.tolist() for column in columns), strict=True)
    for span, row, told in zip(_spans(first, found.start, found.end), figures, found.estimable.tolist(), strict=True):
        yield (*span, *(row if told or not only_estimable else [""] * len(row)))


def _growth_rows(first: date, cases: list[float], window: int) -> Iterator[tuple[object, ...]]:
    """Growth over the windows that R has: they begin on the second day."""
    import numpy as np

    from gridcommons.outlook.reproduction import growth

    grown = growth(cases[1:], window=window)
    start = np.arange(1, 1 + grown.rate.size)
    columns = (grown.rate, grown.lower, grown.upper, grown.doubling, *grown.doubling_interval)
    figures = zip(*(column.tolist() for column in columns), strict=True)
    for span, row in zip(_spans(first, start, start + window - 1), figures, strict=True):
        yield (*span, *("" if math.isnan(value) else value for value in row))


def _tell(found: Reproduction, written: int, quiet: bool) -> None:
    """How many windows say nothing: told also when the rest is quiet, for their figures look like others."""
    few = int((~found.estimable).sum())
    if few:
        complain(
            f"{written}个窗口中{few}个不足以估计（病例少于11例，或此前没有传染来源），其数值不要采用。",
            f"{few} of {written} windows are not estimable (under 11 cases, or nobody to infect them): do not use "
            "their figures.",
        )
    elif not quiet:
        complain(f"写出{written}个窗口。", f"{written} windows written.")


def attach(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rt")(rt)
