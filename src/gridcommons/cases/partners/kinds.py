"""Kinds of things that links carry, each with fields of its own: a table that the part of a thing fills at start.

The room knows cases. A part above registers another kind, lines up its events by `actions.post`, and needs no change
here: what the room asks of a thing it asks through its kind. Pure: no table is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.cases.partners.policy import Field, policy

CASE: Final = "case"


@dataclass(frozen=True)
class Standing:
    """How a thing stands for links: number, entry of the list of matters, office, whether it is there, or over."""

    number: str
    matter: str
    office: UUID | None
    is_held: bool
    is_over: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind. `fields`: what may leave, one by one. `sample`: one of nobody, to show a mapping by.

    `standing`: how one stands, in the sight at work; None where it is not seen. `values`: what leaves of one, by a
    look of its own part that is given the id, the link's key, its terms, its viewer and the moment.
    """

    key: str
    fields: Mapping[str, Field]
    sample: Mapping[str, Any]
    standing: Callable[[UUID], Standing | None]
    values: Callable[[UUID, str, Any, Viewer, datetime], dict[str, Any]]


KINDS: Final[dict[str, Kind]] = {}


def carries(kind: Kind) -> Kind:
    """Register a kind under a key that stays. Each has a number: without it nothing could be told apart."""
    if kind.key in KINDS:
        raise ValueError(f"{kind.key} is carried already")
    if "number" not in kind.fields or kind.fields.keys() != kind.sample.keys():
        raise ValueError(f"{kind.key}: a number, and a sample of each field")
    KINDS[kind.key] = kind
    return kind


def fields_of(kind: str) -> Mapping[str, Field]:
    """The fields of a kind that may leave."""
    return policy().fields if kind == CASE else KINDS[kind].fields
