"""Which requests of a plan repeat another one that is still open."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

LOOK_BACK: Final = 200


@dataclass(frozen=True)
class Candidate:
    """What the choice needs to know of a request, in the order of time; filed_at None = never filed as a case."""

    matter: str
    at: datetime
    filed_at: datetime | None
    ends_at: datetime
    may_repeat: bool


def choose_duplicates(candidates: Sequence[Candidate], rate: float, order: Sequence[int]) -> dict[int, int]:
    """Duplicate -> original, by position, trying positions in a given random order until the rate is met.

    An original is the latest earlier case of the same matter that is filed and not yet closed; no original is itself
    a duplicate. Fewer than the rate come out when too few cases are open at once.
    """
    wanted = round(rate * len(candidates))
    by_matter: defaultdict[str, list[int]] = defaultdict(list)
    for place, candidate in enumerate(candidates):
        by_matter[candidate.matter].append(place)
    found: dict[int, int] = {}
    originals: set[int] = set()
    for place in order:
        if len(found) >= wanted:
            break
        if place in originals or not candidates[place].may_repeat:
            continue
        original = _original_of(place, candidates, by_matter[candidates[place].matter], found)
        if original is not None:
            found[place] = original
            originals.add(original)
    return found


def _original_of(
    place: int, candidates: Sequence[Candidate], same_matter: Sequence[int], found: dict[int, int]
) -> int | None:
    at = candidates[place].at
    until = bisect_left(same_matter, place)
    for earlier in reversed(same_matter[max(0, until - LOOK_BACK) : until]):
        filed, ends = candidates[earlier].filed_at, candidates[earlier].ends_at
        if earlier not in found and filed is not None and filed <= at < ends:
            return earlier
    return None
