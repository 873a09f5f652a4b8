"""The indicators as data, and the one function that reckons them from counts. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, Final, Literal, get_args

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.shipped import shipped_text, understood
from gridcommons.kit.span import Span, parse_span
from gridcommons.kit.words import Words

Unit = Literal["percent", "count", "minutes"]
Shelf = Literal["cases", "minutes"]
Counts = Mapping[str, int]
_CENT: Final = Decimal("0.01")
_TENTH: Final = Decimal("0.1")
_PERCENT: Final = 100
CLOCKS: Final = ("", "working", "calendar")

UNSOUND = refusal_kind(
    "indicators.unsound",
    status=400,
    zh="指标文件有误：{what}。请改正后重新发布。",
    en="The file of indicators is unsound: {what}. Correct it and publish it again.",
)
UNKNOWN = refusal_kind(
    "indicators.unknown",
    status=404,
    zh="没有“{key}”这个指标。请从指标清单中选择。",
    en="There is no indicator “{key}”. Choose one from the list.",
)


@dataclass(frozen=True)
class Indicator:
    """One indicator: signed measures over and under the line, and what is to be known of it.

    Without `under` it is a count or a sum. `clock`: in which time a limit or a mean is reckoned.
    """

    key: str
    name: Words
    over: tuple[str, ...]
    under: tuple[str, ...]
    unit: Unit
    clock: str
    shelf: Shelf
    rule: Words
    source: Words
    rests_on: str
    public: bool
    golden: Mapping[str, int]
    gives: str

    def numerator(self, counts: Counts) -> int:
        """What stands over the line."""
        return total(self.over, counts)

    def denominator(self, counts: Counts) -> int:
        """What stands under it; nought for a count, which has no line."""
        return total(self.under, counts)

    def reckon(self, counts: Counts) -> Decimal | None:
        """Its value: per cent to two decimals, a mean to one, a half up; None where nothing stands under the line."""
        return value_of(self, self.numerator(counts), self.denominator(counts))


def value_of(indicator: Indicator, over: int, under: int) -> Decimal | None:
    """The value of an indicator from its two sums."""
    if not indicator.under:
        return Decimal(over)
    if under <= 0:
        return None
    if indicator.unit == "percent":
        return (Decimal(_PERCENT * over) / under).quantize(_CENT, ROUND_HALF_UP)
    return (Decimal(over) / under).quantize(_TENTH, ROUND_HALF_UP)


def total(terms: Sequence[str], counts: Counts) -> int:
    """The sum of signed measures; one that was never counted is nought."""
    return sum(-counts.get(term[1:], 0) if term.startswith("-") else counts.get(term, 0) for term in terms)


def measures_of(terms: Sequence[str]) -> tuple[str, ...]:
    """The measures of a row of terms without their signs."""
    return tuple(term.removeprefix("-") for term in terms)


@dataclass(frozen=True)
class Formulas:
    """One edition of all indicators, with what the measures need: sources, components, limits of the two desks."""

    version: str
    owner: Words
    indicators: Mapping[str, Indicator]
    patrol: frozenset[str]
    public: frozenset[str]
    components: frozenset[str]
    dispatch_within: Span
    check_within: Span

    def get(self, key: str) -> Indicator:
        """One indicator; refuses an unknown key."""
        if key not in self.indicators:
            raise refuse(UNKNOWN, key=key[:40])
        return self.indicators[key]

    def on(self, shelf: Shelf) -> tuple[Indicator, ...]:
        """The indicators of a shelf, in the order of the file."""
        return tuple(one for one in self.indicators.values() if one.shelf == shelf)

    def source_of(self, channel: str) -> str:
        """Patrol, public, or nothing for a channel whose source is not known."""
        return "patrol" if channel in self.patrol else "public" if channel in self.public else ""


@cache
def formulas() -> Formulas:
    """The indicators that ship with the program."""
    return parse_formulas(shipped_text("gridcommons.outlook.indicators", "indicators.toml"))


def parse_formulas(text: str) -> Formulas:
    """Indicators from TOML text; refuses (`indicators.unsound`) what cannot be read, or misses its golden example."""
    found = understood(text, _read, UNSOUND)
    for one in found.indicators.values():
        if str(one.reckon(one.golden)) != one.gives:
            raise refuse(UNSOUND, what=f"{one.key}: {one.reckon(one.golden)} != {one.gives}")
    return found


def _read(raw: dict[str, Any]) -> Formulas:
    rows = [_indicator(row) for row in raw["indicators"]]
    if len({row.key for row in rows}) < len(rows):
        raise ValueError("a key stands twice")
    return Formulas(
        version=raw["version"],
        owner=Words(raw["owner_zh"], raw["owner_en"]),
        indicators={row.key: row for row in rows},
        patrol=frozenset(raw["sources"]["patrol"]),
        public=frozenset(raw["sources"]["public"]),
        components=frozenset(raw["components"]["matters"]),
        dispatch_within=parse_span(raw["limits"]["dispatch_within"]),
        check_within=parse_span(raw["limits"]["check_within"]),
    )


def _indicator(row: dict[str, Any]) -> Indicator:
    made = Indicator(
        key=row["key"], name=_words(row["name"]), over=tuple(row["over"]), under=tuple(row.get("under", ())),
        unit=row["unit"], clock=row.get("clock", ""), shelf=row.get("shelf", "cases"), rule=_words(row["rule"]),
        source=_words(row["source"]), rests_on=row["rests_on"], public=row.get("public", False),
        golden=row["golden"]["counts"], gives=row["golden"]["gives"],
    )  # fmt: skip
    if made.unit not in get_args(Unit) or made.shelf not in get_args(Shelf) or made.clock not in CLOCKS:
        raise ValueError(f"{made.key}: unit, shelf or clock?")
    if not made.over or (made.unit == "percent" and not made.under):
        raise ValueError(f"{made.key}: over? under?")
    return made


def _words(row: dict[str, str]) -> Words:
    return Words(zh=row["zh"], en=row["en"])
