"""When figures that stand as published may be counted anew, and what is told of the former ones. Pure.

A former figure beside the one that took its place tells of the difference. Whoever may not read the cases sees none
where a difference from 1 to 4 could be had: then every changed figure of that table stays hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.disclosure import THRESHOLD
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.masking import mask
from gridcommons.outlook.indicators.formulas import Indicator, total
from gridcommons.outlook.indicators.rules import Figure, Sums, Table, Why, numbers
from gridcommons.outlook.indicators.terms import Term, standing

REASON_LENGTH: Final = 200
DEED: Final = "indicators.ask_recount"

NO_REASON = refusal_kind(
    "indicators.no_reason",
    status=400,
    zh="请写明为什么要重新统计。理由会显示在这一期的页面上。",
    en="Say why the period is to be counted anew. The reason is shown on its page.",
)
PERSON_IN_REASON = refusal_kind(
    "indicators.person_in_reason",
    status=422,
    zh="理由里不能有人名、电话或证件号，请改写后再提交。",
    en="The reason must hold no person, phone or document number; write it otherwise.",
)
COUNTED_NIGHTLY = refusal_kind(
    "indicators.counted_nightly",
    status=409,
    zh="“{term}”结束还不到一百天，每天夜里都会重新统计，不必申请，请明天再看。",
    en="{term} ended less than a hundred days ago and is counted anew every night. There is no need to ask; look again "
    "tomorrow.",
)
NEVER_COUNTED = refusal_kind(
    "indicators.never_counted",
    status=409,
    zh="“{term}”还没有统计过，没有数字可以重新统计。请选择统计过的统计期。",
    en="{term} was never counted, so there is nothing to count anew. Choose a period that was counted.",
)
RECOUNT_WAITS = refusal_kind(
    "indicators.recount_waits",
    status=409,
    zh="“{term}”已经有人申请重新统计，正在等待，几分钟后请再看本页。",
    en="Somebody has asked already for {term} to be counted anew. Look at its page again in a few minutes.",
)
NO_FORMER = refusal_kind(
    "indicators.no_former",
    status=404,
    zh="没有这一次的旧数字。原来公布的数字列在这一期的页面上，请从那里选择。",
    en="There is no such former count. Those that there are stand on the page of the period; choose one there.",
)


def clean_reason(reason: str) -> str:
    """A reason in order, or a refusal."""
    said = clean_text(reason, limit=REASON_LENGTH)
    if not said:
        raise refuse(NO_REASON)
    if mask(said).findings:
        raise refuse(PERSON_IN_REASON)
    return said


def require_standing(term: Term, today: date) -> tuple[Term, ...]:
    """The weeks or months of a period that are counted anew only if somebody asks; refuses where there is none."""
    found = standing(term, today)
    if not found:
        raise refuse(COUNTED_NIGHTLY, term=term.key)
    return found


def held_back(indicator: Indicator, then: Sequence[Table], now: Sequence[Table]) -> tuple[bool, frozenset[str]]:
    """Of the last table: whether its whole, and which of its parts, would tell of few cases by their difference.

    `then`, `now`: the tables of the same areas from the top down, as formerly counted and as counted now.
    """
    terms = numbers(indicator)
    own = [_differences(terms, one.own, two.own) for one, two in zip(then, now, strict=True)]
    parts = [_parts(terms, one.parts, two.parts) for one, two in zip(then, now, strict=True)]
    tight = [_is_small(own[i]) or any(map(_is_small, parts[i].values())) for i in range(len(own))]
    above = tight[-2] if len(tight) > 1 else _is_small(own[-1])
    return any(own[-1]) and above, frozenset(key for key, by in parts[-1].items() if any(by) and tight[-1])


def _parts(terms: Sequence[tuple[str, ...]], then: Mapping[str, Sums], now: Mapping[str, Sums]) -> dict[str, list[int]]:
    none = Sums()
    return {key: _differences(terms, then.get(key, none), now.get(key, none)) for key in {*then, *now}}


def _differences(terms: Sequence[tuple[str, ...]], then: Sums, now: Sums) -> list[int]:
    return [abs(total(one, now.counts) - total(one, then.counts)) for one in terms]


def _is_small(by: Iterable[int]) -> bool:
    return any(0 < n < THRESHOLD for n in by)


def formerly(then: Figure, now: Figure, *, hidden: bool) -> Figure:
    """A former figure as it may be told today: not where the present one is not, nor where the difference tells."""
    if then.is_shown and (hidden or not (now.is_shown or now.why is Why.NOTHING)):
        return Figure(now.why if now.why in {Why.FEW_PEOPLE, Why.COVERS_PEOPLE} else Why.COVERS)
    return then
