"""Subjects, deadlines and limits of concerns, read from data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words


@dataclass(frozen=True)
class Policy:
    """All that the data say. `asides`: reasons for setting words aside; `counted`: those that stay in the numbers."""

    version: str
    owner: Words
    subjects: Mapping[str, Words]
    asides: Mapping[str, Words]
    counted: frozenset[str]
    text_limit: int
    answer_days: int
    words_days: int
    wish_days: int
    told_days: int
    quote_han: int
    quote_letters: int


def packaged() -> Policy:
    """The policy that came with the program."""
    return shipped("gridcommons.cases.concerns", "concerns.toml", _read)


def _read(data: Raw) -> Policy:
    limits = data["limits"]
    return Policy(
        version=data["version"], owner=Words(data["owner_zh"], data["owner_en"]),
        subjects={key: Words(row["zh"], row["en"]) for key, row in data["subjects"].items()},
        asides={key: Words(row["zh"], row["en"]) for key, row in data["asides"].items()},
        counted=frozenset(key for key, row in data["asides"].items() if row["counted"]),
        text_limit=limits["text"], answer_days=limits["answer_days"], words_days=limits["words_days"],
        wish_days=limits["wish_days"], told_days=limits["told_days"], quote_han=limits["quote_han"],
        quote_letters=limits["quote_letters"],
    )  # fmt: skip
