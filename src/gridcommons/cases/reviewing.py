"""Whether life lines are whole: each ended case went through every step that its end asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import connection

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.transitions import START, packaged

_ASKED: Final = {
    "closed": ("report", "file", "accept", "feed_back", "close"),
    "confirmed": ("report", "file", "accept", "feed_back", "close", "confirm"),
    "merged": ("report", "merge"),
    "parked": ("report", "file", "park"),
    "settled": ("report", "settle"),
    "void": ("report", "void"),
}
_SENT: Final = frozenset({"dispatch", "appoint", "entrust"})
"""One of these sent it to the office that handled it."""
_LINES: Final = """
SELECT c.number, c.state, array_agg(s.action ORDER BY s.at, s.id), array_agg(s.from_state ORDER BY s.at, s.id),
       array_agg(s.to_state ORDER BY s.at, s.id)
FROM cases_case c JOIN cases_step s ON s.case_id = c.id GROUP BY c.id
"""


@dataclass
class LifeLines:
    """How many cases there are by state, and those whose line has a gap."""

    by_state: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All cases."""
        return sum(self.by_state.values())


def life_lines(*, by: Viewer, at: datetime) -> LifeLines:
    """Check every case's line: each step starts where the last ended, and no step of its end is missing."""
    found = LifeLines()
    with viewing(by, at), connection.cursor() as cursor:
        cursor.execute(_LINES)
        for number, state, actions, sources, targets in cursor.fetchall():
            found.by_state[state] = found.by_state.get(state, 0) + 1
            if not _whole(state, actions, sources, targets):
                found.broken.append(number)
    return found


def _whole(state: str, actions: Iterable[str], sources: list[str], targets: list[str]) -> bool:
    done, machine = list(actions), packaged()
    joined = all(source == target for source, target in zip(sources[1:], targets, strict=False))
    ways = {(row.key, source, target) for row, source, target in machine.ways()}
    taken = zip(done, [START, *sources[1:]], targets, strict=True)
    sent = state not in {"closed", "confirmed"} or not _SENT.isdisjoint(done)
    known = all(way in ways for way in taken)
    return joined and known and sent and targets[-1] == state and set(_ASKED.get(state, ())) <= set(done)
