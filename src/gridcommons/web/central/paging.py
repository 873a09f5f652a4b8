"""Where a page of a table begins, as the address of the next one says it. Whatever stands there is checked.

The number of all rows is counted with the first page and goes along, so that the pages behind it need not count again.
It is signed for whoever reads, the table and its condition; where one of them is another, it is counted anew.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

from gridcommons.collection.inbox.sifting import After, Mark, Sift
from gridcommons.kit.cleaning import is_storable
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.web.central.conditions import moment_of
from gridcommons.web.front import HouseRequest

_LONGEST: Final = 600
"""Signs of a token that are read: none that was given is longer."""
_MOST: Final = 10**9
_SALT: Final = "central.total"

NO_TOKEN = refusal_kind(
    "central.no_skiptoken",
    status=400,
    zh="$skiptoken不是这里给出的；请从第一页重新开始。",
    en="This $skiptoken was not given here; begin with the first page again.",
)


@dataclass(frozen=True)
class Start:
    """Where a page begins. `until`: when the first page was read; `total`: how many rows there are, if it is known."""

    until: datetime
    total: int | None
    place: list[Any]


def token_of(request: HouseRequest, sift: Sift, total: int | None) -> str:
    """The token of the page that begins where a sift does; `total` goes along where it was asked for."""
    after, until = sift.after, (sift.until or request.now).isoformat()
    if after is None:
        raise ValueError("a page that follows begins behind a row")
    marks = [one.isoformat() if isinstance(one, datetime) else one for one in after.marks]
    seal = "" if total is None else _seal(request, until, total)
    said = json.dumps([until, total, seal, *marks, str(after.id), after.items])
    return urlsafe_b64encode(said.encode()).decode().rstrip("=")


def started(request: HouseRequest) -> Start | None:
    """What the token of an address says; nothing without one. Refuses one that was not given here."""
    token = request.GET.get("$skiptoken", "")[:_LONGEST]
    if not token:
        return None
    try:
        until, total, seal, *place = json.loads(urlsafe_b64decode(f"{token}{'=' * (-len(token) % 4)}"))
        at = moment_of(until) if isinstance(until, str) else None
    except (ValueError, TypeError, Error, RecursionError) as fault:
        raise refuse(NO_TOKEN) from fault
    if at is None or not (total is None or _is_number(total)) or not isinstance(seal, str):
        raise refuse(NO_TOKEN)
    is_known = total is not None and constant_time_compare(seal, _seal(request, until, total))
    return Start(at, total if is_known else None, place)


def _seal(request: HouseRequest, until: str, total: int) -> str:
    """What proves that this many were counted: for this reader, in this table, under this condition."""
    said = json.dumps([request.viewer.key, request.path, request.GET.get("$filter", ""), until, total])
    return salted_hmac(_SALT, said, algorithm="sha256").hexdigest()[:32]


def _is_number(said: Any) -> bool:
    return isinstance(said, int) and not isinstance(said, bool) and 0 <= said < _MOST


def continued(sift: Sift, start: Start) -> Sift:
    """The table from where a token says: behind a row, or from one of its items on where items are wanted."""
    try:
        *marks, row, items = start.place
        after = After(_marks(sift, marks), UUID(row), items)
    except (ValueError, TypeError, AttributeError) as fault:
        raise refuse(NO_TOKEN) from fault
    if not _is_number(items) or (items and not sift.repeat):
        raise refuse(NO_TOKEN)
    return replace(sift, after=after)


def _marks(sift: Sift, said: Sequence[Any]) -> tuple[Mark, ...]:
    return tuple(_mark(name, one) for (name, _down), one in zip(sift.sorting, said, strict=True))


def _mark(name: str, said: Any) -> Mark:
    """A value that rows are sorted by, as a token holds it."""
    if name == "reviewState" and isinstance(said, str) and is_storable(said):
        return said
    if name == "updatedAt" and said is None:
        return None
    at = moment_of(said) if isinstance(said, str) and name != "reviewState" else None
    if at is None:
        raise ValueError(name)
    return at
