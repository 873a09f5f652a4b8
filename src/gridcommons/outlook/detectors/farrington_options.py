"""How Farrington's method is run: its options, their defaults and what they may be. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gridcommons.kit.errors import Reason, refusal_kind, require_none, worded
from gridcommons.kit.words import Words
from gridcommons.outlook.detectors.comparable_weeks import WEEKS
from gridcommons.outlook.detectors.thresholds import BOUNDS, POWERS

Rule = tuple[str, object, bool, str, str]
_EVEN: Final = 0.5

BAD_OPTION = refusal_kind(
    "farrington.option",
    status=400,
    zh="Farrington方法的选项{option}不能是{value}：{rule_zh}。",
    en="Farrington's option {option} cannot be {value}: {rule_en}.",
)


@dataclass(frozen=True)
class Options:
    """How the method is run; the defaults are those of the method's reference.

    `years_back`, `half_window` (steps either side of the same date), `season_levels` (1 to as many as fit),
    `weights_threshold` (Anscombe residuals above it weigh less), `left_out` (steps just before the judged one),
    `trend_threshold` (a trend with a p-value below it is kept), `cases` in `periods` (fewer: no bound), `power`
    (2/3, 1/2 or 1) and `bound` (delta, muan, nbPlugin), `alpha` one-sided. `pearson_error`: take the regression's own
    dispersion for the standard errors; the reference takes the mean square of relative residuals, and equal bounds
    need it.
    """

    years_back: int = 5
    half_window: int = 3
    season_levels: int = 1
    weights_threshold: float = 2.58
    left_out: int = 26
    trend_threshold: float = 0.05
    cases: int = 5
    periods: int = 4
    power: float = 2 / 3
    bound: str = "delta"
    alpha: float = 0.01
    pearson_error: bool = False

    @classmethod
    def classic(cls, *, years_back: int = 5, half_window: int = 3, alpha: float = 0.05) -> Options:
        """Farrington 1996: no seasons, every residual above 1 weighs less, the regression's own standard errors.

        Its `alpha` is two-sided; the years are taken as 52 steps by its reference, so give no dates to equal that.
        """
        return cls(
            years_back=years_back, half_window=half_window, weights_threshold=1.0, alpha=alpha / 2, pearson_error=True
        )

    def check(self, per_year: int = WEEKS) -> None:
        """Refuse (`farrington.option`) whatever cannot be, all at once."""
        require_none(tuple(_wrong(*rule) for rule in self._rules(per_year) if not rule[2]))

    def _rules(self, per_year: int) -> tuple[Rule, ...]:
        """Option, value, whether it holds, and what it must be in Chinese and English."""
        seasons = per_year - 2 * self.half_window
        return (
            ("years-back", self.years_back, self.years_back >= 1, "至少为1", "it is at least 1"),
            ("half-window", self.half_window, 0 <= 2 * self.half_window < per_year,
             "窗口须短于一年", "the window is shorter than a year"),
            ("season-levels", self.season_levels, 1 <= self.season_levels <= max(1, seasons),
             "至少为1，且每季至少一步", "it is at least 1, and every season has a step"),
            ("weights-threshold", self.weights_threshold, self.weights_threshold > 0, "须大于0", "it is above 0"),
            ("exclude-weeks", self.left_out, 0 <= self.left_out < per_year * self.years_back,
             "不能把全部历史都略去", "it cannot leave out the whole past"),
            ("trend-threshold", self.trend_threshold, 0 <= self.trend_threshold <= 1,
             "须在0与1之间", "it is from 0 to 1"),
            ("limit", f"{self.cases}:{self.periods}", self.cases >= 0 and self.periods >= 1,
             "例数不小于0，期数至少为1", "cases are from 0 up, periods from 1 up"),
            ("power", f"{self.power:g}", self.power in POWERS, "须为2/3、1/2或1", "it is 2/3, 1/2 or 1"),
            ("bound", self.bound, self.bound in BOUNDS,
             "须为delta、muan或nbPlugin", "it is delta, muan or nbPlugin"),
            ("alpha", f"{self.alpha:g}", 0 < self.alpha <= _EVEN, "须在0与0.5之间", "it is above 0 and at most 0.5"),
        )  # fmt: skip


def _wrong(option: str, value: object, _holds: bool, zh: str, en: str) -> Reason:
    return worded(BAD_OPTION, option=f"--{option}", value=value, rule=Words(zh, en))
