"""What of an indicator may be shown, and why not; what stands behind a figure. Pure.

Two rules. Nothing that rests on the work of fewer than five people is shown to anybody (charter 12), nor a neighbour by
which it could be had: where a part of a table is hidden for that, the smallest other part is hidden with it. And small
numbers are hidden from whoever may not read the cases (charter 4), by the rules of all figures of the house.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from gridcommons.kit.disclosure import Mark, Shown
from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words
from gridcommons.outlook.indicators.formulas import Formulas, Indicator, measures_of, total, value_of
from gridcommons.outlook.indicators.tally import ENOUGH
from gridcommons.outlook.indicators.terms import Term
from gridcommons.outlook.rules import Chain, why_hidden


class Why(StrEnum):
    """How a figure stands: shown, nothing to divide, few people, their cover, a small number, its cover."""

    SHOWN = "shown"
    NOTHING = "nothing"
    FEW_PEOPLE = "few_people"
    COVERS_PEOPLE = "covers_people"
    SMALL = "small"
    COVERS = "covers"


@dataclass(frozen=True)
class Figure:
    """An indicator as it may be shown: its value with both sums, or why not; nothing hidden is carried along."""

    why: Why
    value: Decimal | None = None
    over: int | None = None
    under: int | None = None

    @property
    def is_shown(self) -> bool:
        """Whether there is a value to show."""
        return self.why is Why.SHOWN


@dataclass
class Sums:
    """The counts of one area, department, matter or source, with how many people's work each rests on."""

    counts: dict[str, int] = field(default_factory=dict)
    hands: dict[str, int] = field(default_factory=dict)

    def add(self, counts: Mapping[str, int], hands: Mapping[str, int]) -> None:
        """Add a month. The people of several months may be others or the same: the fewest of any month are counted.

        So a month that is hidden cannot be had from its quarter.
        """
        for measure, n in counts.items():
            self.counts[measure] = self.counts.get(measure, 0) + n
            self.hands[measure] = min(hands.get(measure, 0), self.hands.get(measure, ENOUGH))


@dataclass(frozen=True)
class Table:
    """A whole and its parts, by key."""

    own: Sums
    parts: Mapping[str, Sums]


def figures(
    indicator: Indicator, tables: Sequence[Table], path: Sequence[str], chain: Chain
) -> tuple[Figure, dict[str, Figure]]:
    """The figure of the last table's whole and those of its parts.

    `tables`: from the top area down, each the table of a part of the one before; `path[i]`: the key in `tables[i]` of
    the part whose table is `tables[i + 1]`. `chain`: the same areas, and whether the viewer sees small numbers.
    """
    hidden_own, hidden = _few_people(indicator, tables, path)
    small = None if chain.is_exact else _small(indicator, tables, chain)
    last = tables[-1]
    own = _figure(indicator, last.own, hidden_own, small[0] if small else ())
    parts = {
        key: _figure(indicator, part, hidden.get(key), small[1][key] if small else ())
        for key, part in last.parts.items()
    }
    return own, parts


def _figure(indicator: Indicator, sums: Sums, hidden: Why | None, small: Sequence[Shown]) -> Figure:
    over, under = indicator.numerator(sums.counts), indicator.denominator(sums.counts)
    value = value_of(indicator, over, under)
    if value is None:
        return Figure(Why.NOTHING)
    if hidden is not None:
        return Figure(hidden)
    if any(one.mark is not Mark.EXACT for one in small):
        return Figure(Why.SMALL if _says_few(indicator, small) else Why.COVERS)
    return Figure(Why.SHOWN, value, over, under if indicator.under else None)


def _says_few(indicator: Indicator, small: Sequence[Shown]) -> bool:
    """Whether `<5` is true of the figure itself: of a count of one sum; no rate and no mean is from 1 to 4 by it."""
    return indicator.unit == "count" and [one.mark for one in small] == [Mark.FEW]


_UNSHOWN: Final = frozenset({Why.FEW_PEOPLE, Why.COVERS_PEOPLE, Why.SMALL, Why.COVERS})


def beside(week: Figure, other: Figure) -> Figure:
    """A figure of a week that makes up a month with others: hidden too where the week before it among them is.

    So never one alone of them is hidden, in no area, as what a week hides is hidden as a whole in the next one. How
    each of the two came to be hidden is not told: with the month one could tell a nought from a one by it.
    """
    why = {week.why, other.why} & _UNSHOWN
    if not why:
        return week
    return Figure(Why.COVERS_PEOPLE if why & {Why.FEW_PEOPLE, Why.COVERS_PEOPLE} else Why.COVERS)


def _base(indicator: Indicator, sums: Sums) -> int:
    """How much of the work there is on which an indicator rests."""
    return sums.counts.get(indicator.rests_on, 0)


def _is_few(indicator: Indicator, sums: Sums) -> bool:
    return _base(indicator, sums) > 0 and sums.hands.get(indicator.rests_on, 0) < ENOUGH


def _few_people(
    indicator: Indicator, tables: Sequence[Table], path: Sequence[str]
) -> tuple[Why | None, dict[str, Why]]:
    """What is hidden for people's sake: of the last whole, and of its parts."""
    if not indicator.rests_on:
        return None, {}
    own = Why.FEW_PEOPLE if _is_few(indicator, tables[0].own) else None
    hidden = _hidden(indicator, tables[0], sealed=own is not None)
    for key, table in zip(path, tables[1:], strict=True):
        own = hidden.get(key)
        hidden = _hidden(indicator, table, sealed=own is not None)
    return own, hidden


def _hidden(indicator: Indicator, table: Table, *, sealed: bool) -> dict[str, Why]:
    """The hidden parts of a table. `sealed`: its whole is hidden, so that not all parts may be shown."""
    found = {key: Why.FEW_PEOPLE for key, part in table.parts.items() if _is_few(indicator, part)}
    if bool(found) == sealed:
        return found
    others = [(_base(indicator, part), key) for key, part in table.parts.items() if key not in found]
    covers = sorted(one for one in others if one[0])
    return found | {key: Why.COVERS_PEOPLE for _n, key in covers[:1]}


def _small(indicator: Indicator, tables: Sequence[Table], chain: Chain) -> tuple[list[Shown], dict[str, list[Shown]]]:
    """The marks of all numbers that a figure tells of, for the last whole and its parts."""
    own: list[Shown] = []
    parts: dict[str, list[Shown]] = {key: [] for key in tables[-1].parts}
    for terms in numbers(indicator):
        laid = [_laid(table, terms) for table in tables]
        whole, below = chain.show(laid)
        own.append(whole)
        for key, shown in below.items():
            parts[key].append(shown)
    return own, parts


def numbers(indicator: Indicator) -> list[tuple[str, ...]]:
    """The sums of cases that a figure tells: over the line, under it, and what lies between. Minutes are no cases."""
    if indicator.unit == "minutes":
        return [indicator.under or (indicator.rests_on,)]
    if not indicator.under:
        return [(term,) for term in measures_of(indicator.over)]
    if any(measure.startswith(("minutes", "recording")) for measure in measures_of(indicator.under)):
        return [(indicator.rests_on,)]
    between = (*indicator.under, *(_turned(term) for term in indicator.over))
    return [indicator.over, indicator.under, between]


def _turned(term: str) -> str:
    return term[1:] if term.startswith("-") else f"-{term}"


def _laid(table: Table, terms: Sequence[str]) -> tuple[dict[str, int], int]:
    """One sum of a table for disclosure control: never below nought, parts never more than the whole."""
    below = {key: max(0, total(terms, part.counts)) for key, part in table.parts.items()}
    return below, max(0, total(terms, table.own.counts), sum(below.values()))


def change(now: Figure, before: Figure) -> Decimal | None:
    """By how much a figure differs from another: points of per cent, or the difference; None where one is hidden."""
    return None if now.value is None or before.value is None else now.value - before.value


_CONTEST: Final = Words(
    "认为数字有误的，可请县监督指挥中心按办理记录重算，或拨打12345。",
    "If the figure seems wrong, ask the supervision centre to recompute it from the life lines, or call 12345.",
)


def why(indicator: Indicator, figure: Figure, *, term: Term, rules: Formulas) -> Verdict:
    """What stands behind a figure, or why it is not shown, as a decision like any other."""
    if figure.why in {Why.SMALL, Why.COVERS}:
        return why_hidden(Mark.FEW if figure.why is Why.SMALL else Mark.WITHHELD)
    yes = figure.is_shown
    answer = Answer.YES if yes else Answer.CANNOT_TELL if figure.why is Why.NOTHING else Answer.NO
    return Verdict(
        answer=answer,
        subject=Words(f"{indicator.name.zh}，{term.words.zh}", f"{indicator.name.en}, {term.words.en}"),
        because=(*_reasons(indicator, figure), Because(indicator.rule, indicator.source)),
        rule=f"indicators.{indicator.key}", version=rules.version, owner=rules.owner, contest=_CONTEST,
    )  # fmt: skip


def _reasons(indicator: Indicator, figure: Figure) -> tuple[Because, ...]:
    if figure.why is Why.NOTHING:
        return (Because(Words("这一时期没有计入分母的事项。", "Nothing stands under the line in this period.")),)
    if figure.why is Why.FEW_PEOPLE:
        said = Words(
            "这个数出自不足5人的工作，显示出来等于评价个人，任何人都看不到。",
            "It rests on the work of fewer than five people: shown, it would judge persons. Nobody sees it.",
        )
        return (Because(said, Words("公约第12条：不跟踪工作人员", "Charter 12: workers are not tracked")),)
    if figure.why is Why.COVERS_PEOPLE:
        said = Words(
            "旁边有一个数出自不足5人的工作；如果这个数也显示，用合计一减就能算出来。",
            "A neighbour's figure rests on the work of fewer than five people, and could be had by subtraction.",
        )
        return (Because(said, Words("公约第12条：不跟踪工作人员", "Charter 12: workers are not tracked")),)
    return (Because(_sum(indicator, figure)),)


def _sum(indicator: Indicator, figure: Figure) -> Words:
    """The sum in words: what over what."""
    over = Words(*(_terms(indicator.over, tongue) for tongue in ("zh", "en")))
    if figure.under is None:
        return Words(f"{over.zh} ＝ {figure.over}", f"{over.en} = {figure.over}")
    under = Words(*(_terms(indicator.under, tongue) for tongue in ("zh", "en")))
    sign = "%" if indicator.unit == "percent" else ""
    return Words(
        f"{over.zh}（{figure.over}）÷ {under.zh}（{figure.under}）＝ {figure.value}{sign or '分钟'}",
        f"{over.en} ({figure.over}) / {under.en} ({figure.under}) = {figure.value}{sign or ' minutes'}",
    )


def _terms(terms: Sequence[str], tongue: str) -> str:
    parts = []
    for place, term in enumerate(terms):
        words = MEASURES[term.removeprefix("-")].in_language(tongue)
        sign = " − " if term.startswith("-") else " + " if place else ""
        parts.append(f"{sign}{words}")
    return "".join(parts)


MEASURES: Final[Mapping[str, Words]] = {
    "accepted": Words("受理", "accepted"), "filed": Words("立案", "filed"),
    "filed_parked": Words("期末挂账", "parked at the end"),
    "filed_public": Words("公众反映立案", "filed from the public"),
    "filed_patrol": Words("巡查发现立案", "filed from patrol"), "filed_components": Words("部件类", "components"),
    "filed_void": Words("作废或并案", "void or joined"), "filed_timed": Words("在本平台立案", "filed here"),
    "filed_on_time": Words("按期立案", "filed in time"), "acceptance_minutes": Words("受理用时", "minutes to filing"),
    "to_verify": Words("应核实", "to be verified"), "verified_on_time": Words("按期核实", "verified in time"),
    "to_dispatch": Words("应派遣", "to be dispatched"), "dispatched": Words("已派遣", "dispatched"),
    "dispatched_on_time": Words("按期派遣", "dispatched in time"), "dispatched_back": Words("被退回", "sent back"),
    "to_check": Words("应核查", "to be checked"), "checked_on_time": Words("按期核查", "checked in time"),
    "checked": Words("核查", "checks"), "reworked": Words("要求返工", "sent into rework"),
    "due": Words("应结案（应处置）", "due"), "closed": Words("结案", "closed"),
    "closed_on_time": Words("按期结案", "closed in time"), "handled": Words("处置", "handled"),
    "handled_on_time": Words("按期处置", "handled in time"), "extended": Words("延期", "given more time"),
    "closed_timed": Words("本期结案", "closed in the period"),
    "handling_minutes": Words("处置用时", "minutes handling"),
    "handling_span_minutes": Words("处置用时（自然时间）", "calendar minutes handling"),
    "minutes": Words("立案或当场处置", "filed or settled"), "minutes_order": Words("秩序类用时", "minutes, order"),
    "minutes_convenience": Words("便民类用时", "minutes, convenience"),
    "recording": Words("录入步骤", "steps recorded"),
    "recording_order": Words("秩序类录入", "recording, order"),
    "recording_convenience": Words("便民类录入", "recording, convenience"),
}  # fmt: skip
"""What each counted measure is called."""
