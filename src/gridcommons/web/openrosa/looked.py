"""Looks that a phone made without a network, as it tells of them: a list of rows, each with an id and a day."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeVar

from gridcommons.cases.codes import ZONE
from gridcommons.collection.devices.rules import BAD_LOOKS, MOST_LOOKS, day_said
from gridcommons.collection.inbox.rules import limits
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.web.front import HouseRequest

_MOST_BYTES: Final = 500_000
T = TypeVar("T")


def looks_in(request: HouseRequest, made: Callable[[dict[str, Any], date], T]) -> list[T]:
    """The looks of a body, each made of its row and day; refuses all where one is wrong, so that the phone keeps them.

    A clock that is plainly wrong counts as the day on which it came.
    """
    came = local_day(request.now, ZONE)
    try:
        content = request.read(_MOST_BYTES + 1)
        rows = json.loads(content)["looks"] if len(content) <= _MOST_BYTES else None
        if not isinstance(rows, list) or len(rows) > MOST_LOOKS:
            raise ValueError
        return [made(row, day_said(str(row["at"])[:40], came, limits().late_days)) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise refuse(BAD_LOOKS, most=MOST_LOOKS) from None
