"""Writes over what lies in the inbox and waits for somebody: emptied by hand, decided on, gone over once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.collection.inbox.combing import Combed, go_over
from gridcommons.collection.inbox.lapsing import Lapsed, Pressed, let_lapse, press_desks
from gridcommons.collection.inbox.rules import NO_REASON
from gridcommons.collection.inbox.unemptied import Emptied, area_of, drop_all, try_again
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.errors import refuse
from gridcommons.people.facts.erasing import steady

_REASON = 300


def _of_submission(facts: Mapping[str, Any]) -> Place:
    """Where it lies; what the viewer cannot see is not found."""
    return Place(area_of(facts["submission_id"]), personal=True)


def _of_forms(result: Emptied | Pressed | Combed, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"submission:{one}" for one in result.rows)


def _of_lapsed(result: Lapsed, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (*(f"submission:{one}" for one in result.rows), *result.undone)


@deed("inbox.empty", on=_of_submission, subjects=_of_forms)
def empty(*, submission_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Emptied:
    """Empty a form of what was erased that broke the program before; where it breaks once more, it goes on waiting."""
    steady()
    return try_again(submission_id, at)


@deed("inbox.drop", on=_of_submission, subjects=_of_forms, keeps=("reason",))
def drop(*, submission_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Emptied:
    """Delete all answers of a form that cannot be emptied; that it came and the visit that it led to stay."""
    if not clean_text(reason, limit=_REASON):
        raise refuse(NO_REASON)
    steady()
    return drop_all(submission_id, at)


@deed("inbox.press", subjects=_of_forms)
def press(*, by: Viewer, at: datetime, purpose: str = "operation") -> Pressed:
    """Tell desks, once, which forms they have held too long; returns which."""
    return press_desks(at)


@deed("inbox.lapse", subjects=_of_lapsed)
def lapse(*, by: Viewer, at: datetime, purpose: str = "operation") -> Lapsed:
    """Let go what nobody decided on though its desk was told: not taken, its content deleted, that it came kept."""
    steady()
    return let_lapse(at)


@deed("inbox.comb", subjects=_of_forms)
def comb(*, by: Viewer, at: datetime, purpose: str = "operation") -> Combed:
    """Go over the forms of the next homes of which something was erased, for copies that lie there from before."""
    steady()
    return go_over(at)
