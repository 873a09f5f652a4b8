"""`gridcommons detect`: which counts of a series are higher than its own past lets expect."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gridcommons.cli.detect_farrington import (
    Bound,
    ExcludeWeeks,
    Limit,
    Power,
    SeasonLevels,
    TrendThreshold,
    WeightsThreshold,
    limit_of,
    power_of,
)
from gridcommons.cli.detect_options import (
    Alpha,
    Baseline,
    Calibrated,
    Current,
    Decay,
    H,
    HalfWindow,
    Harmonics,
    K,
    LowMean,
    MinSigma,
    OutlierAlpha,
    RuleOption,
    SameWeekday,
    Threshold,
    TransformOption,
    Trend,
    YearsBack,
)
from gridcommons.cli.speech import complain
from gridcommons.cli.tables import read_rows, require_written, write_rows
from gridcommons.kit.dates import day_text
from gridcommons.kit.errors import refusal_kind, refuse

if TYPE_CHECKING:
    from gridcommons.outlook.detectors.bounds import Bounds
    from gridcommons.outlook.detectors.series import Series

COLUMNS: Final = ("date", "count", "expected", "upper", "alarm")
_FEWEST: Final = 2
_GENERAL: Final = frozenset({"alpha", "baseline"})
"""Options that stand for every method on the command line, whether it has a use for them or not."""

OUTSIDE = refusal_kind(
    "detect.first_outside",
    status=400,
    zh="从{first}起没有可以判断的日期：数据自{begin}至{end}；先学习后判断的方法还须有两个日期在其之前。",
    en="Nothing can be judged from {first} on: the counts run from {begin} to {end}, and a method that learns first "
    "needs two dates before it.",
)
NO_ALPHA = refusal_kind(
    "detect.no_alpha",
    status=400,
    zh="--alpha 为零就永远不会报警：请给出大于0、不超过0.5的数。",
    en="With --alpha 0 there would never be an alarm: give a number above 0 and up to 0.5.",
)
NONE_JUDGED = refusal_kind(
    "detect.none_judged",
    status=400,
    zh="没有一个日期可以判断：已知的日期有{known}个，方法“{method}”需要更长的既往数据。请给出更早的数据，或缩短基线。",
    en="No date can be judged: {known} dates are known, and the method “{method}” needs a longer past. "
    "Give earlier counts, or a shorter baseline.",
)


def detect(
    input_: Annotated[str, typer.Option("--input", help="CSV or Parquet: date,count; - for standard input.")],
    out: Annotated[str, typer.Option(help="CSV or Parquet, a row for each judged date; - for standard output.")],
    method: Annotated[
        str, typer.Option(help="default, ears-c1, ears-c2, ears-c3, ears-t, cusum, glr, bayes, farrington.")
    ] = "default",
    column: Annotated[str, typer.Option(help="The column with the counts.")] = "count",
    first: Annotated[str | None, typer.Option(help="The first date to judge; cusum and glr learn before it.")] = None,
    since: Annotated[str | None, typer.Option(help="The area has had its present borders since that date.")] = None,
    alpha: Alpha = None, baseline: Baseline = None, min_sigma: MinSigma = None, outlier_alpha: OutlierAlpha = None,
    decay: Decay = None, same_weekday: SameWeekday = None, calibrated: Calibrated = None, low_mean: LowMean = None,
    years_back: YearsBack = None, half_window: HalfWindow = None, current: Current = None, rule: RuleOption = None,
    transform: TransformOption = None, k: K = None, h: H = None, threshold: Threshold = None,
    harmonics: Harmonics = None, trend: Trend = None, season_levels: SeasonLevels = None,
    weights_threshold: WeightsThreshold = None, exclude_weeks: ExcludeWeeks = None,
    trend_threshold: TrendThreshold = None, limit: Limit = None, power: Power = None, bound: Bound = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No line on what was done; warnings stay.")] = False,
) -> None:  # fmt: skip
    """Alarms where a count is above the bound that its own past gives.

    Example: gridcommons detect --method ears-t --input cases.csv --column cases --out alarms.csv
    """
    options: dict[str, object] = {
        "alpha": alpha, "baseline": baseline, "min_sigma": min_sigma, "outlier_alpha": outlier_alpha, "decay": decay,
        "same_weekday": same_weekday, "calibrated": calibrated, "low_mean": low_mean, "years_back": years_back,
        "half_window": half_window, "current": current, "rule": rule and rule.value,
        "transform": transform and transform.value, "k": k, "h": h, "threshold": threshold, "harmonics": harmonics,
        "trend": trend, "season_levels": season_levels, "weights_threshold": weights_threshold,
        "exclude_weeks": exclude_weeks, "trend_threshold": trend_threshold,
        "limit": None if limit is None else limit_of(limit), "power": None if power is None else power_of(power),
        "bound": bound,
    }  # fmt: skip
    given = {name: value for name, value in options.items() if value is not None}
    _detect(input_, out, method, column, first, since, given, quiet=quiet)


def _detect(
    source: str, out: str, method: str, column: str, first: str | None, since: str | None, given: dict[str, object], *,
    quiet: bool,
) -> None:  # fmt: skip
    require_written(out)
    series = _series(source, column, since)
    bounds = _judged(series, method, first, _usable(method, given))
    _warn(series, bounds)
    write_rows(out, COLUMNS, _rows(series, bounds))
    if not quiet:
        judged, alarms = int(bounds.judged.sum()), int(bounds.alarm.sum())
        complain(f"判断了{judged}个日期，报警{alarms}次。", f"{judged} dates judged, {alarms} alarms.")


def _series(name: str, column: str, since: str | None) -> Series:
    """The series of a table; what lies before its area had its present borders is unknown."""
    import numpy as np

    from gridcommons.outlook.detectors.series import Series, day_of, series_of

    series = series_of((row["date"], row[column]) for row in read_rows(name, ("date", column)))
    if since is None:
        return series
    at = series.at(day_of(since))
    return Series(series.dates[at:], np.array(series.counts[at:]), series.cadence)


def _usable(method: str, given: dict[str, object]) -> dict[str, object]:
    """The options that were given; one for all methods that this one has no use for is named and left out."""
    from gridcommons.outlook.detectors.methods import method_of

    idle = sorted(_GENERAL & given.keys() - method_of(method).options)
    for name in idle:
        complain(
            f"方法“{method}”不用 --{name}，未予采用。", f"The method “{method}” has no use for --{name}: left out."
        )
    if given.get("alpha") == 0:
        raise refuse(NO_ALPHA)
    return {name: value for name, value in given.items() if name not in idle}


def _judged(series: Series, method: str, first: str | None, options: Mapping[str, object]) -> Bounds:
    """The bounds of the one series; refuses where no date can be judged."""
    import numpy as np

    from gridcommons.outlook.detectors.methods import detect as judge
    from gridcommons.outlook.detectors.methods import method_of
    from gridcommons.outlook.detectors.series import day_of

    start = None if first is None else series.at(day_of(first))
    least = _FEWEST if method_of(method).learns else 0
    if start is not None and not least <= start < len(series.dates):
        begin, end = (series.dates[0], series.dates[-1]) if series.dates else ("-", "-")
        raise refuse(OUTSIDE, first=first, begin=begin, end=end)
    known = int((~np.isnan(series.counts)).sum())
    if known > _FEWEST:
        bounds = judge(
            method, series.counts[None], cadence=series.cadence, first=start, options=options, days=series.dates
        )
        if bounds.judged.any():
            return bounds
    raise refuse(NONE_JUDGED, known=known, method=method)


def _warn(series: Series, bounds: Bounds) -> None:
    """Say on standard error what is not known or stands on a rule, whether quiet or not."""
    import numpy as np

    judged = np.flatnonzero(bounds.judged[0])
    begin = series.dates[judged[0]]
    if judged[0]:
        complain(
            f"前{judged[0]}个日期用作既往，不作判断；结果自{_zh(begin)}起。",
            f"The first {judged[0]} dates serve as the past and are not judged; the result begins on {_en(begin)}.",
        )
    if series.unknown:
        many, day = len(series.unknown), series.unknown[0]
        complain(
            f"有{many}个日期缺失或没有数字，第一个是{_zh(day)}：按未知处理，不当作零，不进基线，也不作判断。",
            f"{many} dates are missing or empty, the first is {_en(day)}: unknown, not nought, they are in no baseline "
            "and are not judged.",
        )
    left = len(series.dates) - int(judged[0]) - judged.size - sum(day > begin for day in series.unknown)
    if left:
        complain(
            f"另有{left}个日期因基线不足或毫无变化而不作判断。",
            f"{left} more dates are not judged: too little of their baseline is known, or it does not vary.",
        )
    if flat := int(bounds.flat.sum()):
        complain(
            f"有{flat}个日期的既往数字毫无变化、全为零，或不足一年，其上限按手册中的替代规则得出。",
            f"On {flat} dates the past did not vary, was all nought or shorter than a year: their bound stands on the "
            "rule that the manual gives for it.",
        )


def _zh(day: date) -> str:
    return day_text(day, "zh", this_year=0)


def _en(day: date) -> str:
    return day_text(day, "en", this_year=0)


def _rows(series: Series, bounds: Bounds) -> Iterator[tuple[object, ...]]:
    """A row for each judged date."""
    columns = zip(series.dates, series.counts, bounds.expected[0], bounds.upper[0], bounds.alarm[0], strict=True)
    for judged, (day, count, expected, upper, alarm) in zip(bounds.judged[0], columns, strict=True):
        if judged:
            yield day.isoformat(), int(count), _digits(expected), _digits(upper), int(alarm)


def _digits(value: float) -> str:
    """A number with all its digits; nothing where there is none."""
    return "" if math.isnan(value) else repr(float(value))


def attach(app: typer.Typer) -> None:
    """Add the command."""
    app.command("detect")(detect)
