"""The options of `gridcommons detect`, by the method that reads them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import typer

_MOST: Final = 0.5
_LEAST: Final = 1e-12
_FAR: Final = 1e9


class Transform(StrEnum):
    """How CUSUM makes counts nearly normal."""

    STANDARD = "standard"
    ROSSI = "rossi"
    ANSCOMBE = "anscombe"


class Rule(StrEnum):
    """From what Bayes takes its bound."""

    PREDICTIVE = "predictive"
    NEGBIN = "negbin"
    RKI = "rki"


Alpha = Annotated[
    float | None,
    typer.Option(min=0, max=_MOST, help="Nominal share of false alarms, by method; cusum and glr have none."),
]
Baseline = Annotated[
    int | None, typer.Option(min=3, help="Dates of the baseline: ears 7, bayes 6, cusum and glr all before the first.")
]
MinSigma = Annotated[
    float | None,
    typer.Option("--min-sigma", min=0, max=_FAR, help="ears: floor of the standard deviation, 0; ears-t 0.5."),
]
OutlierAlpha = Annotated[
    float | None, typer.Option(min=_LEAST, max=_MOST, help="ears-t: which earlier signals weigh less, 0.05.")
]
Decay = Annotated[float | None, typer.Option(min=0, max=_FAR, help="ears-t: how fast they lose weight, 4.")]
SameWeekday = Annotated[bool | None, typer.Option(help="ears-t: days are compared with the same weekday, as a rule.")]
Calibrated = Annotated[bool | None, typer.Option(help="ears-t: widened until alpha holds; not as published.")]
LowMean = Annotated[
    float | None, typer.Option(min=0, max=_FAR, help="default: Bayes where the mean of 28 days is below, 5.")
]
YearsBack = Annotated[int | None, typer.Option(min=0, help="Earlier years to compare with: bayes 0, farrington 5.")]
HalfWindow = Annotated[
    int | None, typer.Option(min=1, help="Dates either side of that of an earlier year: bayes 6, farrington 3.")
]
Current = Annotated[bool | None, typer.Option(help="bayes: compare with the dates just before, as a rule.")]
RuleOption = Annotated[Rule | None, typer.Option(help="bayes: what the bound is, predictive.")]
TransformOption = Annotated[Transform | None, typer.Option(help="cusum: standard.")]
K = Annotated[float | None, typer.Option("--k", min=0, max=_FAR, help="cusum: taken off at every date, 1.04.")]
H = Annotated[float | None, typer.Option("--h", min=0, max=_FAR, help="cusum: the limit of the sum, 2.26.")]
Threshold = Annotated[float | None, typer.Option(min=_LEAST, max=_FAR, help="glr: of the likelihood ratio, 5.")]
Harmonics = Annotated[int | None, typer.Option(min=0, max=10, help="glr: waves in a year, 1.")]
Trend = Annotated[bool | None, typer.Option(help="glr: a trend over the years, as a rule.")]
