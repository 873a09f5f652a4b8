"""What the demo leaves to do for the worker whom it shows: things done and not yet checked, and fresh reports. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from gridcommons.rehearsal.behaviour import CLOSED, HANDLED
from gridcommons.rehearsal.plan import PlannedRequest

REPORTED: Final = "reported"
_TO_CHECK: Final = 4
_NEWS: Final = 2
_ONE_IN: Final = 25
"""At most one of so many requests is left, so that a small replay still closes what it says."""


def left_to_check(plan: Sequence[PlannedRequest], until: datetime) -> Mapping[int, str]:
    """The stage at which the newest plain requests stop, by serial: handled in time, and nobody has checked them."""
    found = _various(one for one in _plain(plan) if _handled_by(one, until))
    return dict.fromkeys((one.serial for one in islice(found, min(_TO_CHECK, len(plan) // _ONE_IN))), HANDLED)


def left_to_file(plan: Sequence[PlannedRequest], until: datetime) -> Mapping[int, str]:
    """The stage at which the newest plain requests stop, by serial: nobody has filed them yet."""
    found = _various(one for one in _plain(plan) if one.at <= until)
    return dict.fromkeys((one.serial for one in islice(found, _NEWS)), REPORTED)


def _various(requests: Iterable[PlannedRequest]) -> Iterator[PlannedRequest]:
    """The first of each matter."""
    seen: set[str] = set()
    for request in requests:
        if request.matter not in seen:
            seen.add(request.matter)
            yield request


def _plain(plan: Sequence[PlannedRequest]) -> Iterator[PlannedRequest]:
    """The requests that go their way alone, newest first: no chain, none that repeats another, closed at the end."""
    repeated = {request.conduct.duplicate_of for request in plan}
    for request in reversed(plan):
        alone = not request.legs and not request.conduct.reopened and request.serial not in repeated
        if alone and request.stages[-1].name == CLOSED:
            yield request


def _handled_by(request: PlannedRequest, until: datetime) -> bool:
    return any(stage.name == HANDLED and stage.at <= until for stage in request.stages)
