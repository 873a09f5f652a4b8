"""What a form asks, as plain values: questions with their choices, the fact each stands for, what it means. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from gridcommons.kit.words import Words

HOUSEHOLDS: Final = "households.csv"
"""The list of the device's own households, which a form chooses from."""
KINDS: Final[Mapping[str, Words]] = {
    "visit": Words("走访", "a visit"),
    "household": Words("住户信息", "facts of a household"),
    "hazard": Words("隐患", "a hazard"),
    "request": Words("诉求、需要", "a need or a request"),
}
"""What a form is for, and so what it causes: `intake.CAUSES` has a line for each."""
MEANINGS: Final = frozenset({
    "visit.outcome", "visit.day", "visit.wanted_at", "visit.no_more", "case.text", "case.place", "case.photo",
    "case.address", "case.matter",
})  # fmt: skip
"""What the column `means` may say of a question. `visit.wanted_at`: when the household asks to be called on;
`visit.no_more`: whether it wants no further visit of this kind (yes)."""
OUTCOMES: Final[Mapping[str, Words]] = {
    "done": Words("已见面", "met"),
    "not_home": Words("不在家", "not at home"),
    "declined": Words("谢绝", "declined"),
    "appointment": Words("已约时间", "an appointment"),
}
KNOWN, STILL = "_known", "_still"
"""Endings of the two lines that the compiler puts before a question whose answer may be known."""


@dataclass(frozen=True)
class Choice:
    """One thing to choose, by its key."""

    key: str
    label: Words


@dataclass(frozen=True)
class Question:
    """One question. `path`: where its answer stands, from the root; `repeat`: path of the repeat it stands in.

    `within`: the paths of all repeats around it, the outermost first.
    """

    name: str
    path: str
    kind: str
    label: Words
    hint: Words
    choices: tuple[Choice, ...] = ()
    fact: str = ""
    means: str = ""
    repeat: str = ""
    required: bool = False
    row: int = 0
    within: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """The column of the list of households that holds what is known."""
        return column_of(self.fact)

    @property
    def is_shown(self) -> bool:
        """Whether what is known is shown and confirmed: facts of a household or its dwelling, not of a person."""
        return self.fact.partition(".")[0] in {"household", "dwelling"}


def column_of(fact: str) -> str:
    """A fact key as the name of a column: no dots in a path of XML."""
    return fact.replace(".", "_")


def as_rows(questions: Iterable[Question]) -> list[dict[str, Any]]:
    """Questions as JSON values."""
    return [asdict(question) for question in questions]


def of_rows(rows: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    """Questions from JSON values."""
    return tuple(_question(row) for row in rows)


def _question(row: Mapping[str, Any]) -> Question:
    words = {name: Words(**row[name]) for name in ("label", "hint")}
    choices = tuple(Choice(one["key"], Words(**one["label"])) for one in row["choices"])
    within = tuple(row.get("within", ()))
    return Question(**{**row, **words, "choices": choices, "within": within})
