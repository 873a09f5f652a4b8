"""From a source's words for a request to the key of one of our matters: rules as data, the first that fits decides."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

NO_MATTER: Final = "none"
FIELDS: Final = ("type", "descriptor", "location", "agency")
DATA: Final = files("gridcommons.rehearsal") / "data"


@dataclass(frozen=True)
class Kind:
    """What a source says a request is: its own short words, no place and no person."""

    complaint_type: str
    descriptor: str = ""
    location_type: str = ""
    agency: str = ""

    def lowered(self) -> dict[str, str]:
        """The four values by the field names that rules use, lower-cased and trimmed."""
        values = (self.complaint_type, self.descriptor, self.location_type, self.agency)
        return {field: value.strip().lower() for field, value in zip(FIELDS, values, strict=True)}


@dataclass(frozen=True)
class Rule:
    """One line of the mapping: all conditions must fit."""

    matter: str
    equals: tuple[tuple[str, frozenset[str]], ...]
    words: tuple[tuple[str, re.Pattern[str]], ...]

    def fits(self, kind: dict[str, str]) -> bool:
        """Whether every condition holds for lower-cased values by field."""
        return all(kind[field] in allowed for field, allowed in self.equals) and all(
            pattern.search(kind[field]) is not None for field, pattern in self.words
        )


@dataclass(frozen=True)
class Mapping:
    """The whole mapping: keys it may answer with, rules for New York words, tables for the Chicago chains."""

    matters: frozenset[str]
    departments: frozenset[str]
    rules: tuple[Rule, ...]
    chain_matters: dict[str, str]
    chain_departments: dict[str, str]

    def matter_of(self, kind: Kind) -> str | None:
        """The matter key, `none` for what is no matter of a grid, or None where no rule fits."""
        values = kind.lowered()
        return next((rule.matter for rule in self.rules if rule.fits(values)), None)


def _word_pattern(phrases: list[str]) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(phrase) for phrase in phrases) + r")(?!\w)")


def _rule(raw: dict[str, Any]) -> Rule:
    conditions = {name: value for name, value in raw.items() if name != "matter"}
    unknown = set(conditions) - {*FIELDS, *(f"{field}_word" for field in FIELDS)}
    if unknown or not conditions:
        raise ValueError(f"a rule for {raw.get('matter')!r} has no condition or unknown ones: {sorted(unknown)}")
    return Rule(
        matter=raw["matter"],
        equals=tuple((field, frozenset(conditions[field])) for field in FIELDS if field in conditions),
        words=tuple((f, _word_pattern(conditions[f"{f}_word"])) for f in FIELDS if f"{f}_word" in conditions),
    )


def read_mapping(text: str) -> Mapping:
    """A mapping from its TOML text; ValueError names every key that is not in the declared lists."""
    raw = tomllib.loads(text)
    found = Mapping(
        matters=frozenset(raw["matters"]),
        departments=frozenset(raw["departments"]),
        rules=tuple(_rule(rule) for rule in raw["new_york"]),
        chain_matters=dict(raw["chicago"]["matters"]),
        chain_departments=dict(raw["chicago"]["departments"]),
    )
    answers = {rule.matter for rule in found.rules} | set(found.chain_matters.values())
    strangers = (answers - found.matters - {NO_MATTER}) | (set(found.chain_departments.values()) - found.departments)
    if strangers:
        raise ValueError(f"keys outside the declared lists: {sorted(strangers)}")
    return found


@cache
def load_mapping() -> Mapping:
    """The mapping that the package carries."""
    return read_mapping((DATA / "mapping.toml").read_text(encoding="utf-8"))
