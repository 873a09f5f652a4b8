"""The detectors by name, and one way to run any of them over many series. Pure."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.outlook.detectors import bayes, cusum, ears, glr
from gridcommons.outlook.detectors.bounds import Bounds, Floats, nothing, stacked
from gridcommons.outlook.detectors.choosing import by_default
from gridcommons.outlook.detectors.farrington_method import by_farrington
from gridcommons.outlook.detectors.series import Cadence

BLOCK: Final = 256
"""Series that are judged together: their arrays stay in the processor's cache."""

_OF_THE_SERIES: Final = frozenset({"counts", "days", "first", "per_year", "daily"})

UNKNOWN = refusal_kind(
    "detect.unknown_method",
    status=404,
    zh="没有“{method}”这种方法；现有：{known}。",
    en="There is no method “{method}”; there are: {known}.",
)
NO_OPTION = refusal_kind(
    "detect.no_option",
    status=400,
    zh="方法“{method}”没有这些选项：{options}。",
    en="The method “{method}” has no such options: {options}.",
)


@dataclass(frozen=True)
class Method:
    """A detector: `judge(counts, **options)`; what it needs besides is filled in from the series.

    `learns`: it learns once from the steps before the first judged one, which must then be known.
    """

    judge: Callable[..., Bounds]
    learns: bool = False

    @property
    def options(self) -> frozenset[str]:
        """The options that a caller may give; what the series itself says is not among them."""
        return frozenset(inspect.signature(self.judge).parameters) - _OF_THE_SERIES


def _ears_t(
    counts: Floats, *, daily: bool, same_weekday: bool = True, baseline: int = ears.BASELINE,
    alpha: float = ears.ALPHA_T, outlier_alpha: float = ears.OUTLIER_ALPHA, decay: float = ears.DECAY,
    min_sigma: float = ears.SIGMA_FLOOR, calibrated: bool = False,
) -> Bounds:  # fmt: skip
    """`ears_t` against the same weekday where the steps are days, unless that is not wanted."""
    return ears.ears_t(
        counts, baseline=baseline, alpha=alpha, outlier_alpha=outlier_alpha, decay=decay,
        stride=ears.WEEK if daily and same_weekday else 1, min_sigma=min_sigma, calibrated=calibrated,
    )  # fmt: skip


METHODS: Final[dict[str, Method]] = {
    "ears-c1": Method(ears.c1),
    "ears-c2": Method(ears.c2),
    "ears-c3": Method(ears.c3),
    "ears-t": Method(_ears_t),
    "cusum": Method(cusum.cusum, learns=True),
    "glr": Method(glr.glr, learns=True),
    "bayes": Method(bayes.bayes),
    "farrington": Method(by_farrington),
    "default": Method(by_default),
}
"""Every detector of the program by the name of the command line. A further one is one line here."""


def method_of(name: str) -> Method:
    """The method of a name; refuses (`detect.unknown_method`) one that is not there."""
    if name not in METHODS:
        raise refuse(UNKNOWN, method=name[:40], known=", ".join(METHODS))
    return METHODS[name]


def detect(
    name: str,
    counts: Floats,
    *,
    cadence: Cadence,
    first: int | None = None,
    options: Mapping[str, object] | None = None,
    days: Sequence[date] | None = None,
) -> Bounds:
    """Judge many series by a method.

    counts: shape (series, steps), cases per step, NaN where unknown. first: the first judged step; without it as soon
    as the method can, and for one that learns once, after `learning_steps`. options: of the method, by the names of
    its parameters. days: the date of each step, for methods that compare with the same date of earlier years. Refuses
    (`detect.unknown_method`, `detect.no_option`).
    """
    method = method_of(name)
    given = dict(options or {})
    strange = sorted(given.keys() - method.options)
    if strange:
        raise refuse(NO_OPTION, method=name, options=", ".join(f"--{one.replace('_', '-')}" for one in strange))
    start = first if first is not None else learning_steps(counts.shape[1], cadence, given) if method.learns else 0
    judge = partial(method.judge, **_filled_in(method, cadence, start, days), **given)
    if not counts.size:
        return nothing(counts.shape)
    parts = [judge(counts[at : at + BLOCK]) for at in range(0, len(counts), BLOCK)]
    return stacked(parts).from_step(start)


def _filled_in(method: Method, cadence: Cadence, first: int, days: Sequence[date] | None) -> dict[str, object]:
    """What a method asks of the series itself."""
    known = {"first": first, "per_year": cadence.per_year, "daily": cadence.daily, "days": days}
    asked = inspect.signature(method.judge).parameters
    return {name: value for name, value in known.items() if name in asked}


def learning_steps(steps: int, cadence: Cadence, given: Mapping[str, object]) -> int:
    """From how many steps a method learns where nobody says: a year, or the first half of a shorter series."""
    asked = given.get("baseline")
    return min(asked if isinstance(asked, int) else cadence.per_year, steps // 2)
