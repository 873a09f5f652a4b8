"""What may be said of a warning, how small figures are shown, and the measured share of false ones. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.masking import mask
from gridcommons.kit.words import Words

WORD_LENGTH: Final = 200
CLASSES: Final = (0, 1, 5, 10, 20, 50, 100, 200, 500, 1_000)
"""Where the classes begin by which figures are shown to those who read no cases of an area (charter 4)."""
ENOUGH_ANSWERS: Final = 5
SCAN, SCAN_GRID = "scan", "scan_grid"
SCANS: Final = frozenset({SCAN, SCAN_GRID})

UNKNOWN_WARNING = refusal_kind(
    "warning.unknown",
    status=404,
    zh="没有这条预警。请从预警清单中选择。",
    en="There is no such warning. Choose one from the list.",
)
NO_VERDICT = refusal_kind(
    "warning.no_verdict",
    status=400,
    zh="请选择：属实、误报或已知。",
    en="Choose one: true, false or known.",
)
PERSON_IN_WORD = refusal_kind(
    "warning.person_in_word",
    status=422,
    zh="说明里不能有人名、电话或证件号，请改写后再提交。",
    en="The words must hold no person, phone or document number; write them otherwise.",
)
VERDICT_WORDS: Final[Mapping[str, Words]] = {
    "true": Words("属实", "true"), "false": Words("误报", "false"), "known": Words("已知", "known already"),
}  # fmt: skip


def clean_word(text: str) -> str:
    """A word that all staff read; refuses one that names a person."""
    said = clean_text(text, limit=WORD_LENGTH).strip()
    if mask(said).findings:
        raise refuse(PERSON_IN_WORD)
    return said


@dataclass(frozen=True)
class Answers:
    """How many warnings of a kind were judged, by verdict."""

    true: int = 0
    false: int = 0
    known: int = 0

    @property
    def answered(self) -> int:
        """Those that say something of the method: known ones do not."""
        return self.true + self.false

    @property
    def false_share(self) -> float | None:
        """The measured share of false ones; None where too few were judged to say."""
        return self.false / self.answered if self.answered >= ENOUGH_ANSWERS else None


def answers_of(verdicts: Iterable[str]) -> Answers:
    """Counted up."""
    said = list(verdicts)
    return Answers(said.count("true"), said.count("false"), said.count("known"))


def scan_of(centre: str) -> str:
    """Which scan found a cluster, by the code of its centre: over townships or over grids."""
    return SCAN_GRID if CHINA.depth_at_least(centre, "grid") else SCAN


def p_class(p: float) -> str:
    """The class of a chance as it leaves: the least of 0.001, 0.01, 0.05 that holds it; empty above."""
    return next((name for name in ("0.001", "0.01", "0.05") if p <= float(name)), "")


def begin_of(value: float) -> float:
    """Where the class of a figure begins: all that those are handed who see classes; none (below 0) stays none."""
    return float(max(one for one in CLASSES if one <= round(value))) if value >= 0 else value


def figure_text(value: float, *, exact: bool) -> str:
    """A figure as it may be shown: as it is, or by its class; a dash for none."""
    if value < 0:
        return "–"
    if exact:
        return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
    begin = int(begin_of(value))
    after = next((one for one in CLASSES if one > begin), 0)
    if begin == 0:
        return "0"
    return f"{begin:,}–{after - 1:,}" if after else f"≥{begin:,}"
