"""Discrete Laplace noise, drawn exactly with integers, and what its draws cost. Pure: the source of bits is given.

P(x) is proportional to exp(-|x| / scale) over all integers: the two-sided geometric mechanism of Ghosh, Roughgarden,
Sundararajan (2009). Drawn by comparing uniform integers alone, after Canonne, Kamath and Steinke (2020), algorithms 1
and 2: no floating point, so that no low bits give the true count away (Mironov 2012). Where numbers leave with noise, a
scale is a fraction and an epsilon too, for budgets that are added up must add up.

What it is for: counts below the county for people outside, once in a release. Never for an alarm or an official colour.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import exp
from typing import Final, Protocol

from gridcommons.kit.errors import refusal_kind, refuse

SPAN_DAYS: Final = 14
"""A person counts once within so many days, so that one person moves the counts of a span by one."""

BUDGET_SPENT = refusal_kind(
    "noise.budget_spent", status=409,
    zh="“{purpose}”的隐私预算还剩{left}，不够这次的{asked}：{until}之后再发布。",
    en="The privacy budget of “{purpose}” has {left} left, not the {asked} asked for: publish after {until}.",
)  # fmt: skip


class Bits(Protocol):
    """Where randomness comes from: `random.SystemRandom()` for what leaves, `random.Random(seed)` for trials."""

    def randrange(self, stop: int, /) -> int:
        """A uniform integer from 0 to stop - 1."""


def system() -> Bits:
    """The operating system's source, for every number that leaves."""
    return random.SystemRandom()


def laplace(scale: Fraction, bits: Bits) -> int:
    """One draw of the discrete Laplace distribution; refuses (ValueError) a scale that is not above 0."""
    if scale <= 0:
        raise ValueError("a scale is above 0")
    while True:
        size = _geometric(scale, bits)
        is_negative = bits.randrange(2)
        if size or not is_negative:  # 0 has one sign, not two
            return -size if is_negative else size


def noisy(counts: Iterable[int], epsilon: Fraction, bits: Bits, *, sensitivity: int = 1) -> list[int]:
    """Counts with noise of scale sensitivity / epsilon, each drawn by itself; they may be negative and stay so.

    Cutting at 0 would raise the sum of many small areas; who shows them may say "0 or fewer".
    """
    scale = Fraction(sensitivity) / epsilon
    return [count + laplace(scale, bits) for count in counts]


def spread(epsilon: float) -> tuple[float, float]:
    """Mean size and variance of the noise at an epsilon: 2q / (1 - q^2) and 2q / (1 - q)^2 with q = exp(-epsilon)."""
    q = exp(-epsilon)
    return 2 * q / (1 - q * q), 2 * q / (1 - q) ** 2


def _geometric(scale: Fraction, bits: Bits) -> int:
    """k >= 0 with probability proportional to exp(-k / scale)."""
    numerator, denominator = scale.numerator, scale.denominator
    while True:
        low = bits.randrange(numerator)
        if _exp_minus(low, numerator, bits):
            break
    high = 0
    while _exp_minus(1, 1, bits):
        high += 1
    return (low + numerator * high) // denominator


def _exp_minus(part: int, whole: int, bits: Bits) -> bool:
    """True with probability exp(-part / whole), part <= whole: a falling run of chances breaks at an odd place."""
    k = 1
    while bits.randrange(whole * k) < part:
        k += 1
    return k % 2 == 1


@dataclass(frozen=True)
class Spent:
    """A line of the budget's ledger: on which day how much was spent on what."""

    on: date
    purpose: str
    epsilon: Fraction


@dataclass(frozen=True)
class Budget:
    """How much may be spent on a purpose within any `days` days; what is older counts no longer."""

    purpose: str
    epsilon: Fraction
    days: int = SPAN_DAYS

    def left(self, spent: Sequence[Spent], on: date) -> Fraction:
        """What may still be spent on a day."""
        return self.epsilon - sum((one.epsilon for one in self._counting(spent, on)), Fraction(0))

    def spend(self, spent: Sequence[Spent], epsilon: Fraction, on: date) -> Spent:
        """The line to be added; refuses what is more than is left, naming the day after which it fits.

        Refuses (ValueError) an epsilon that is not above 0.
        """
        if epsilon <= 0:
            raise ValueError("an epsilon is above 0")
        left = self.left(spent, on)
        if epsilon > left:
            raise refuse(BUDGET_SPENT, purpose=self.purpose, left=left, asked=epsilon, until=self._until(spent, on))
        return Spent(on, self.purpose, epsilon)

    def _counting(self, spent: Sequence[Spent], on: date) -> list[Spent]:
        """The lines of the purpose within the span; later ones too, so that no line is slipped in before them."""
        first = on - timedelta(days=self.days - 1)
        return [one for one in spent if one.purpose == self.purpose and one.on >= first]

    def _until(self, spent: Sequence[Spent], on: date) -> date:
        """The day on which the oldest line that counts stops counting."""
        days = [one.on for one in self._counting(spent, on)]
        return min(days, default=on) + timedelta(days=self.days - 1)
