"""Forms that are held and nobody decides on: their desk is told once; long after that they are not taken and go.

How long is policy (`data/inbox.toml`). Called inside deeds. What waits to be emptied has a clock of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from gridcommons.access.queries import keys_serving
from gridcommons.collection.inbox.forgetting import delete_words
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.inbox.rules import LAPSED, limits
from gridcommons.collection.inbox.undoing import answer_objections, give_back_former, take_back
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.dates import day_text
from gridcommons.notices.outbox import enqueue
from gridcommons.territory.succession import ZONE, area_now

_MOST: Final = 500
"""So many at once: the rest with the next run."""
_LEVELS: Final = ("grid", "village", "township")
_BY: Final = "program:inbox"
_REPAIR, _TEXT = "inbox.correct", "inbox.pressing"


@dataclass(frozen=True)
class Pressed:
    """The forms of which their desks were told that they are held too long."""

    rows: tuple[UUID, ...]


@dataclass(frozen=True)
class Lapsed:
    """The forms that were not taken, and what some of them had caused and whom that answers, as the ledger names it."""

    rows: tuple[UUID, ...]
    undone: tuple[str, ...]


def _held(before: datetime) -> QuerySet[Submission]:
    """What is held since before a moment, without a break and without a correction by hand."""
    held = Submission.objects.select_for_update().filter(state="held", forgotten=False, empty_by__isnull=True)
    return held.filter(held_at__lt=before).order_by("held_at", "id")


def press_desks(at: datetime) -> Pressed:
    """Tell the desks of forms held too long, each desk in one notice and of each form once."""
    rows = list(_held(at - timedelta(days=limits().press_days)).filter(pressed_at__isnull=True)[:_MOST])
    number = defaultdict[str, int](int)
    for row in rows:
        number[area_now(row.area_code, row.pk) if row.area_code else ""] += 1
    day = local_day(at, ZONE) + timedelta(days=limits().lapse_days)
    for key, (area, n) in _told(number, at):
        facts = {"n": str(n), "until": day_text(day, "zh-hans", this_year=day.year)}
        enqueue(
            to=key, channel="inside", text_key=_TEXT, facts=facts, language="zh-hans", area_code=area, at=at,
        )  # fmt: skip
    Submission.objects.filter(pk__in=[row.pk for row in rows]).update(pressed_at=at)
    return Pressed(tuple(row.pk for row in rows))


def _told(number: dict[str, int], at: datetime) -> Iterator[tuple[str, tuple[str, int]]]:
    """By account of the desks that repair forms there the area of its notice and how many of them it is told of."""
    found = defaultdict[str, list[tuple[str, int]]](list)
    for area, n in number.items():
        above = {CHINA.cut(area, level) for level in _LEVELS if CHINA.depth_at_least(area, level)} if area else set()
        keys = {key for several in keys_serving(above, _REPAIR, at).values() for key in several}
        for key in keys:
            found[key].append((CHINA.cut(area, "township"), n))
    for key, several in sorted(found.items()):
        yield key, (several[0][0], sum(n for _area, n in several))


def let_lapse(at: datetime) -> Lapsed:
    """Let those go that nobody decided on in the time after their desk was told."""
    told = at - timedelta(days=limits().lapse_days)
    rows = list(_held(told).filter(pressed_at__lte=told)[:_MOST])
    undone = tuple(key for row in rows for key in _lapsed(row, at))
    delete_words([row.pk for row in rows])
    return Lapsed(tuple(row.pk for row in rows), undone)


def _lapsed(row: Submission, at: datetime) -> tuple[str, ...]:
    """It counts for nothing, and what it was to correct counts once more.

    Returns what it had caused before, and the objections to it that this answers.
    """
    undone = (*take_back(row, at), *give_back_former(row, at))
    row.state, row.settled_at, row.told, row.reasons, row.parties = "aside", at, 0, [], []
    row.notes, row.forgotten = sorted({*row.notes, LAPSED}), True
    row.save(update_fields=["state", "settled_at", "told", "reasons", "parties", "notes", "forgotten"])
    return (*undone, *answer_objections(row, "", _BY, at))
