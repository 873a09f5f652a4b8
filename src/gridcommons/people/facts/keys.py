"""The list of fact keys: read once from the file that ships with the part. Pure: no Django, no tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words

SUBJECTS: Final = ("dwelling", "household", "person")
TYPES: Final = ("text", "integer", "decimal", "date", "select_one", "select_multiple")
NUMBERS: Final = ("integer", "decimal")


@dataclass(frozen=True)
class FactKey:
    """What may be known: of which kind of subject, in which form, how long it is fresh and kept, and for what.

    `choices`: names with words, for the select types. `limits`: least and most, of numbers alone.
    `kept_by_law`: how long it cannot be erased, by which law. `past`: a day that cannot lie after today.
    """

    key: str
    subject: str
    words: Words
    type: str
    choices: tuple[tuple[str, Words], ...]
    fresh: timedelta
    kept: timedelta
    sealed: bool
    purposes: frozenset[str]
    why: Words
    kept_by_law: timedelta
    law: Words
    limits: tuple[int, int] | None = None
    past: bool = False

    def choice(self, name: str) -> Words:
        """The words of a choice; the name itself where it is none of the list any more."""
        return dict(self.choices).get(name, Words(name, name))


@dataclass(frozen=True)
class FactList:
    """All keys, who answers for them, and how long what was said before is kept."""

    keys: Mapping[str, FactKey]
    owner: Words
    history: timedelta


def fact_list() -> FactList:
    """The list that ships with the program."""
    return shipped("gridcommons.people", "fact_keys.toml", _read)


def fact_keys() -> Mapping[str, FactKey]:
    """All fact keys by key."""
    return fact_list().keys


def _read(raw: Raw) -> FactList:
    found = [_key(one) for one in raw["key"]]
    keys = {one.key: one for one in found}
    if len(keys) != len(found):
        raise ValueError("a key stands twice")
    return FactList(keys, Words(*raw["owner"]), timedelta(days=int(raw["history_days"])))


def _key(raw: Mapping[str, Any]) -> FactKey:
    subject, dot, name = str(raw["key"]).partition(".")
    choices = tuple((str(one), Words(zh, en)) for one, zh, en in raw.get("choices", ()))
    if subject not in SUBJECTS or not dot or not name or raw["type"] not in TYPES:
        raise ValueError(f"{raw['key']}: a subject and a type of the list")
    if bool(choices) != str(raw["type"]).startswith("select"):
        raise ValueError(f"{raw['key']}: choices belong to select types and to no others")
    if raw.get("past", False) and raw["type"] != "date":
        raise ValueError(f"{raw['key']}: only a day lies in the past")
    law = raw.get("law", ("", ""))
    return FactKey(
        raw["key"], subject, Words(raw["zh"], raw["en"]), raw["type"], choices, timedelta(days=raw["expires_days"]),
        timedelta(days=raw["retention_days"]), bool(raw.get("sealed", False)), frozenset(raw["purposes"]),
        Words(*raw["why"]), timedelta(days=raw.get("kept_by_law_days", 0)), Words(*law), _limits(raw),
        bool(raw.get("past", False)),
    )  # fmt: skip


def _limits(raw: Mapping[str, Any]) -> tuple[int, int] | None:
    """The least and the most of a number; every number has both, and nothing else has any."""
    found = [int(raw[name]) for name in ("least", "most") if name in raw]
    if len(found) != (2 if raw["type"] in NUMBERS else 0) or found != sorted(found):
        raise ValueError(f"{raw['key']}: a number has a least and a most, and nothing else has them")
    return (found[0], found[1]) if found else None
