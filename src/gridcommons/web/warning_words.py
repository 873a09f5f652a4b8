"""How warnings are shown: sentences, the Because card, a small drawing of counts, expectation and bound. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10
from typing import Final

from gridcommons.kit.dates import day_text
from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words
from gridcommons.outlook.watching.listing import METHODS, watching
from gridcommons.outlook.watching.queries import WarningFacts
from gridcommons.outlook.watching.rules import SCAN_GRID, VERDICT_WORDS, Answers, figure_text
from gridcommons.web.pieces import Status

STATE_WORDS: Final[Mapping[str, Words]] = {
    "open": Words("待判断", "to be judged"), **VERDICT_WORDS, "lifted": Words("更正后解除", "lifted by a correction"),
    "all": Words("全部", "all"),
}  # fmt: skip
WIDTH, HEIGHT = 280.0, 72.0
_GAP: Final = 0.25
_PERCENT: Final = 100
_LEAST_PERCENT: Final = 0.001


def title_of(row: WarningFacts) -> Words:
    """What stands out, in one sentence."""
    count, expected = (figure_text(value, exact=row.exact) for value in (row.count, row.expected))
    name = row.indicator.name
    if row.is_cluster:
        since = [day_text(row.start, tongue, this_year=row.day.year) for tongue in ("zh", "en")]
        one, many = ("网格", "grids") if row.method == SCAN_GRID else ("乡镇街道", "townships")
        if len(row.areas) <= 1:
            return Words(
                f"{name.zh}：自{since[0]}起本{one}共{count}，预期{expected}",
                f"{name.en}: {count} in this {many.removesuffix('s')} since {since[1]}, {expected} expected",
            )
        return Words(
            f"{name.zh}：自{since[0]}起附近{len(row.areas)}个{one}共{count}，预期{expected}",
            f"{name.en}: {count} in {len(row.areas)} {many} near one another since {since[1]}, {expected} expected",
        )
    said = Words(f"{name.zh}：{count}，预期{expected}", f"{name.en}: {count}, {expected} expected")
    if row.days == 1:
        return said
    since = [day_text(row.start, tongue, this_year=row.day.year) for tongue in ("zh", "en")]
    return Words(
        f"{said.zh}；自{since[0]}起已有{row.days}天超过界限",
        f"{said.en}; above the bound on {row.days} days since {since[1]}",
    )


def status_of(row: WarningFacts) -> Status:
    """The chip of its state."""
    tone = {"open": "now", "true": "late", "lifted": "plain"}.get(row.state, "done")
    return Status(STATE_WORDS[row.state], tone)


def verdict_of(row: WarningFacts, answers: Answers) -> Verdict:
    """Why it stands on the list, as a decision like any other."""
    held = watching()
    return Verdict(
        answer=Answer.YES if row.stands else Answer.NO,
        subject=Words("是否预警", "Does it stand out"),
        because=tuple(Because(words, METHODS[row.method]) for words in _reasons(row, answers)),
        rule=f"outlook.watching.{row.method}",
        version=row.rules,
        owner=held.owner,
        contest=Words(
            "判断为误报并写明理由；误报多的指标和方法会排到后面。",
            "Say that it is false, and why: series and methods that are often false move down the list.",
        ),
    )


def _reasons(row: WarningFacts, answers: Answers) -> list[Words]:
    reasons = [title_of(row)]
    if row.is_cluster:
        reasons.append(
            Words(
                f"偶然出现的机会不超过{row.p_class}；半径约{row.radius}公里。",
                f"By chance alone in at most {row.p_class} of cases; radius about {row.radius} km.",
            )
        )
    else:
        bound = figure_text(row.bound, exact=row.exact)
        reasons.append(Words(f"界限{bound}，已超过。", f"The bound is {bound}, and it is above."))
        if row.q >= 0:
            reasons.append(_few_false(row))
    return [*reasons, false_words(answers), *row.notes]


def _few_false(row: WarningFacts) -> Words:
    """How few alarms are false; those who see classes hear of all that stay, not of those as strong as this one."""
    share = _at_most(row.q)
    if not row.exact:
        return Words(
            f"留下的本县当天预警中，估计误报不超过{share}%。",
            f"Of this county's alarms of the day that stay at most {share} % are expected to be false.",
        )
    return Words(
        f"本县当天同样程度的预警中，估计误报不超过{share}%。",
        f"Of this county's alarms of the day as strong as this at most {share} % are expected to be false.",
    )


def _at_most(share: float) -> str:
    """A share in per cent, rounded up to one digit."""
    percent = max(_LEAST_PERCENT, _PERCENT * share)
    digits = max(0, -floor(log10(percent)))
    return f"{ceil(round(percent * 10**digits, 6)) / 10**digits:g}"


def false_words(answers: Answers) -> Words:
    """The measured share of false ones."""
    if answers.false_share is None:
        return Words(
            f"误报率：已判断{answers.answered}条，太少，还不能说。",
            f"Share of false ones: {answers.answered} were judged, too few to say.",
        )
    share = round(_PERCENT * answers.false_share)
    return Words(
        f"近半年判断{answers.answered}条，误报{answers.false}条（{share}%）。",
        f"Of {answers.answered} judged in the last half year {answers.false} were false ({share} %).",
    )


@dataclass(frozen=True)
class Bar:
    """One step's count: its place and height; `known`: a step without one is left out."""

    x: float
    y: float
    width: float
    height: float
    last: bool


@dataclass(frozen=True)
class Drawing:
    """Counts as bars, what was expected and the bound as lines, the same in a table for who does not see it."""

    bars: tuple[Bar, ...]
    gaps: tuple[tuple[float, float], ...]
    expected: tuple[str, ...]
    bound: tuple[str, ...]
    rows: tuple[tuple[date, str, str, str], ...]
    width: float = WIDTH
    height: float = HEIGHT


def drawing_of(row: WarningFacts) -> Drawing | None:
    """The drawing of an alarm, of what its facts carry: figures, or where their classes begin; None for a cluster."""
    days = [date.fromisoformat(day) for day in row.evidence.get("days", ())]
    if not days:
        return None
    counts, expected, bound = (row.evidence[name] for name in ("counts", "expected", "bound"))
    top = max([value for line in (counts, expected, bound) for value in line if value is not None], default=1.0) or 1.0
    step = WIDTH / len(days)
    bars = tuple(
        Bar(n * step + step * _GAP / 2, _y(value, top), step * (1 - _GAP), HEIGHT - _y(value, top), n == len(days) - 1)
        for n, value in enumerate(counts)
        if value is not None
    )
    gaps = tuple((n * step, step) for n, value in enumerate(counts) if value is None)
    table = tuple(
        (day, _text(row, "counts", n), _text(row, "expected", n), _text(row, "bound", n)) for n, day in enumerate(days)
    )
    return Drawing(bars, gaps, _lines(expected, step, top), _lines(bound, step, top), table)


def _text(row: WarningFacts, name: str, n: int) -> str:
    value = row.evidence[name][n]
    return "–" if value is None else figure_text(value, exact=row.exact)


def _y(value: float, top: float) -> float:
    return HEIGHT - (HEIGHT - 4) * min(value, top) / top


def _lines(values: Sequence[float | None], step: float, top: float) -> tuple[str, ...]:
    """Polylines through the middle of steps, broken where a value is missing."""
    found: list[list[str]] = [[]]
    for n, value in enumerate(values):
        if value is None:
            found.append([])
        else:
            found[-1].append(f"{(n + 0.5) * step:.1f},{_y(value, top):.1f}")
    return tuple(" ".join(points) for points in found if points)
