"""When recurring cases propose a problem: the patterns, read from data and checked for sense."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from gridcommons.kit.disclosure import THRESHOLD
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.shipped import shipped_text
from gridcommons.kit.words import Words

UNSOUND = refusal_kind(
    "problem.patterns_unsound",
    status=400,
    zh="共性问题规则有误：{what}。请改正后重新发布。",
    en="The patterns of problems are unsound: {what}. Correct them and publish them again.",
)

SORTS: Final = ("reopened", "near", "area", "private")
_NUMBERS: Final = ("cases", "days", "metres", "grids")
_HOUSEHOLDS: Final = 2
"""What happens in so many grids is not one household's."""


@dataclass(frozen=True)
class Pattern:
    """One row: at least `cases` cases of a matter in `days` days, within `metres` or in one area of `level`.

    `sort`: reopened, near, area or private (matters that are never public, in at least `grids` grids).
    """

    key: str
    sort: str
    cases: int
    days: int
    metres: int = 0
    level: str = ""
    grids: int = 0


@dataclass(frozen=True)
class Patterns:
    """All that the data say: patterns in order, other measures by matter, causes, bodies, spans and shares."""

    version: str
    owner: Words
    rows: tuple[Pattern, ...]
    by_matter: Mapping[tuple[str, str], Pattern]
    growth: float
    review_days: int
    least_review_days: int
    share: float
    reply_days: int
    causes: Mapping[str, Words]
    bodies: Mapping[str, Words]

    def of(self, key: str, matter_key: str) -> Pattern:
        """The pattern as it holds for a matter."""
        return self.by_matter.get((matter_key, key)) or next(row for row in self.rows if row.key == key)

    @property
    def longest(self) -> int:
        """How many days back any pattern reaches."""
        return max(row.days for row in (*self.rows, *self.by_matter.values()))


@cache
def packaged() -> Patterns:
    """The patterns that came with the program."""
    return read_patterns(shipped_text("gridcommons.cases.problems", "patterns.toml"))


def read_patterns(text: str) -> Patterns:
    """Patterns from TOML; refuses (`problem.patterns_unsound`) what could point at a household or at nothing."""
    try:
        found = _read(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise refuse(UNSOUND, what=str(error)[:200]) from None
    for row in (*found.rows, *found.by_matter.values()):
        _check(row)
    if found.growth <= 1 or not 0 < found.share < 1 or found.review_days < found.least_review_days:
        raise refuse(UNSOUND, what="growth, share or review days")
    return found


def _read(data: Mapping[str, Any]) -> Patterns:
    rows = {row["key"]: Pattern(**row) for row in data["pattern"]}
    changed = {
        (matter, key): replace(rows[key], **values)
        for matter, by_key in data.get("matter", {}).items()
        for key, values in by_key.items()
    }
    review = data["review"]
    return Patterns(
        version=data["version"], owner=Words(data["owner_zh"], data["owner_en"]), rows=tuple(rows.values()),
        by_matter=changed, growth=float(data["proposal"]["growth"]), review_days=review["days"],
        least_review_days=review["least_days"], share=float(review["share"]), reply_days=data["table"]["reply_days"],
        causes=_words(data["causes"]), bodies=_words(data["bodies"]),
    )  # fmt: skip


def _words(rows: Mapping[str, Mapping[str, str]]) -> dict[str, Words]:
    return {key: Words(row["zh"], row["en"]) for key, row in rows.items()}


def _check(row: Pattern) -> None:
    wrong = [name for name in _NUMBERS if not isinstance(getattr(row, name), int) or getattr(row, name) < 0]
    if wrong or row.sort not in SORTS or row.days < 1 or row.cases < 2:  # noqa: PLR2004 - one case is no pattern
        raise refuse(UNSOUND, what=row.key)
    if row.sort == "near" and not row.metres:
        raise refuse(UNSOUND, what=f"{row.key}: metres")
    if row.sort == "area" and row.level not in {"grid", "village", "township"}:
        raise refuse(UNSOUND, what=f"{row.key}: level")
    if row.sort == "private" and (row.level != "township" or row.cases < THRESHOLD or row.grids < _HOUSEHOLDS):
        raise refuse(UNSOUND, what=f"{row.key}: charter 4")
