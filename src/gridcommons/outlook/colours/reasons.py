"""Why an area has its colour, in Chinese and English: the rule with its figures, what is not known, what holds it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gridcommons.kit.verdict import Because
from gridcommons.kit.words import Words
from gridcommons.outlook.colours.measures import NEVER, Measures
from gridcommons.outlook.colours.rules import (
    BARE,
    COMPLETENESS,
    FEW_PEOPLE,
    GAP,
    LOWEST,
    OLD,
    UNKNOWN,
    UNSET,
    Readings,
    Standing,
)
from gridcommons.outlook.colours.scheme import GIVEN, MEASURES, Condition, Scheme

_SIGNS: Final = {
    ">=": ("不低于", "at least"),
    ">": ("高于", "above"),
    "<=": ("不高于", "at most"),
    "<": ("低于", "below"),
}


def plain(value: float) -> float | None:
    """A figure; None where it is not known or not to be estimated."""
    return float(value) if math.isfinite(value) else None


def said(value: float) -> str:
    """A figure as it stands in a sentence: at most one decimal, two digits of what is below one."""
    if value and abs(value) < 1:
        return f"{value:.2g}"
    return f"{value:.1f}".removesuffix(".0")


@dataclass(frozen=True)
class Row:
    """One day and area, and everything that was read of it."""

    scheme: Scheme
    known: Measures
    read: Readings
    standing: Standing
    hatched: bool
    day: int
    area: int

    @property
    def grey(self) -> int:
        """The reasons to be unknown, added up."""
        return int(self.read.grey[self.day, self.area])

    @property
    def level(self) -> int:
        """The level that stands."""
        return int(self.standing.level[self.day, self.area])

    @property
    def certain(self) -> int:
        """The level that is certain today."""
        return int(self.read.certain[self.day, self.area])

    def rule(self) -> str:
        """Scheme, version and rule: `default@2026.1/C1`; `-held` where an earlier day's level still stands."""
        if self.grey or self.level == UNSET:
            return f"{self.scheme.label}/grey"
        if self.level > self.certain:
            return f"{self.scheme.label}/{self.scheme.levels[self.level].key}-held"
        place = int(self.read.rule[self.day, self.area])
        key = self.scheme.rules[place].key if place >= 0 else self.scheme.levels[self.certain].key
        return f"{self.scheme.label}/{key}{'-gap' if place == GAP else ''}"

    def because(self) -> tuple[Because, ...]:
        """The reasons in their order, each with the scheme as its source."""
        found = self._of_grey() if self.grey else self._of_colour()
        return tuple(Because(words, self.scheme.source) for words in (*found, *self._besides()))

    def value(self, name: str) -> float:
        """A measure of the day; NaN where it is not known."""
        values = self.known.values.get(name)
        return math.nan if values is None else float(values[self.day, self.area])

    def _of_grey(self) -> Iterator[Words]:
        rule, age = self.scheme.grey, int(self.known.age[self.day, self.area])
        if self.grey & COMPLETENESS:
            now, least = said(self.value("completeness")), said(rule.completeness_below)
            yield (
                Words(
                    f"不知道有多少网格报告（须有{least}%）",
                    f"how many grids reported is not known ({least} % are needed)",
                )
                if math.isnan(self.value("completeness"))
                else Words(
                    f"只有{now}%的网格报告（须有{least}%）", f"only {now} % of grids reported ({least} % are needed)"
                )
            )
        if self.grey & OLD:
            yield (
                Words("从未报告", "nothing was ever reported")
                if age >= NEVER
                else Words(f"最近一次报告已过{age}天", f"the last report is {age} days old")
            )
        if self.grey & FEW_PEOPLE:
            people = said(float(self.known.population[self.area]))
            yield Words(f"人口{people}，太少，发生率没有意义", f"{people} people: too few for a rate")
        if self.grey & BARE:
            yield Words(f"检测太少（{said(self.value('tests'))}）", f"too few tests ({said(self.value('tests'))})")
        if self.grey & UNKNOWN:
            yield self._unknown()
        if self.level != UNSET:
            last = self.scheme.levels[self.level].name
            yield Words(f"此前为“{last.zh}”，数据恢复后从此继续", f"before it was “{last.en}”, from which it goes on")

    def _unknown(self) -> Words:
        missing = int(self.known.missing[self.day, self.area])
        if missing:
            window = self.scheme.window
            return Words(
                f"最近{window}天中有{missing}天没有数据，不足以下结论",
                f"{missing} of the last {window} days are not known, which leaves the level open",
            )
        return Words("必需的数据缺失，不足以下结论", "figures that the scheme needs are missing")

    def _of_colour(self) -> Iterator[Words]:
        if self.level > self.certain:
            yield self._held()
        place = int(self.read.rule[self.day, self.area])
        if place >= 0:
            parts = [self._met(one) for one in self.scheme.rules[place].when]
            yield Words("，且".join(one.zh for one in parts), " and ".join(one.en for one in parts))
        elif place == GAP:
            yield Words(
                "窗口内有缺报日，不视为无病例", "a day of the window is missing, so it is not taken as free of cases"
            )
        elif place == LOWEST:
            yield self._lowest()
        if self.scheme.levels[self.level].signed:
            yield Words("须由具名负责人签字后生效", "a proposal until a named officer signs")

    def _held(self) -> Words:
        run, level = int(self.standing.run[self.day, self.area]), self.scheme.levels[self.level]
        target = self.level - 1 if self.scheme.one_step else int(self.read.possible[self.day, self.area])
        after = max(1, self.scheme.levels[target].after)
        if not run:
            return Words(f"保持“{level.name.zh}”：尚不能排除", f"held at “{level.name.en}”: it cannot be ruled out yet")
        return Words(
            f"保持“{level.name.zh}”：低于此级已{run}天，满{after}天降级",
            f"held at “{level.name.en}”: lower for {run} days, comes down after {after}",
        )

    def _lowest(self) -> Words:
        if self.known.values["cases"][self.day, self.area] == 0:
            kind = Words("本地病例", "local case") if self.scheme.local else Words("病例", "case")
            window = self.scheme.window
            return Words(f"{window}天内没有{kind.zh}", f"no {kind.en} for {window} days")
        return Words("没有一条规则达到更高一级", "no rule for a higher level is met")

    def _met(self, one: Condition) -> Words:
        if one.measure == "rate" and self.scheme.smoothed:
            chance = self.known.chance_at(one.cut, self.day, self.area)
            return Words(
                f"发生率不低于{said(one.cut)}/10万的把握为{said(chance)}",
                f"the rate is at least {said(one.cut)} per 100,000 with probability {said(chance)}",
            )
        zh, en = _SIGNS[one.sign]
        name, value = MEASURES[one.measure], said(self.value(one.measure))
        return Words(f"{name.zh}{value}，{zh}{said(one.cut)}", f"{name.en}: {value}, {en} {said(one.cut)}")

    def _besides(self) -> Iterator[Words]:
        """What is said of every colour: the count inside, a band over a cut, late and missing reports, the unknown."""
        cases, rate = self.value("cases"), self.value("rate")
        window = self.scheme.window
        if math.isfinite(rate):
            yield Words(
                f"{window}天{said(cases)}例，{said(rate)}/10万",
                f"{said(cases)} cases in {window} days, {said(rate)} per 100,000",
            )
        if self.hatched and not self.grey:
            yield Words(
                "未定：误差范围跨过分界，或缺少数据（斜线）", "hatched: the band crosses a cut, or data are missing"
            )
        age, missing = int(self.known.age[self.day, self.area]), int(self.known.missing[self.day, self.area])
        if 0 < age < NEVER and not self.grey & OLD:
            yield Words(f"数据为{age}天前的", f"figures of {age} days ago")
        if missing and not self.grey & UNKNOWN and age < NEVER:
            yield Words(f"窗口内缺{missing}天", f"{missing} days of the window are missing")
        if absent := [MEASURES[name] for name in GIVEN if name in self.scheme.asked and math.isnan(self.value(name))]:
            yield Words(
                f"未提供：{'、'.join(one.zh for one in absent)}", f"not known: {', '.join(one.en for one in absent)}"
            )
