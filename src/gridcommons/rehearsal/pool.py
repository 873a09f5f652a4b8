"""The pool a plan draws from: every mapped request of the extract and every chain, and samples of any size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from gridcommons.rehearsal.behaviour import Times
from gridcommons.rehearsal.chains import Chain
from gridcommons.rehearsal.convert import Request
from gridcommons.rehearsal.extract import Extract
from gridcommons.rehearsal.mapping import NO_MATTER

DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Draft:
    """One request before it has a day: hours None = the source never closed it; place None = unknown."""

    origin: int
    source: str
    matter: str
    kind: str
    minute: int
    hours: float | None
    channel: str
    place: tuple[float, float] | None
    chain: Chain | None = None


def pool_of(extract: Extract) -> tuple[Draft, ...]:
    """All requests with a matter, then all chains; a close time dropped as dirt becomes the matter's median."""
    mapped = [request for request in extract.requests if request.matter not in (None, NO_MATTER)]
    medians = _medians(mapped)
    requests = tuple(_of_request(request, medians) for request in mapped)
    return requests + tuple(_of_chain(chain) for chain in extract.chains)


def _medians(requests: Sequence[Request]) -> dict[str, float]:
    hours: dict[str, list[float]] = {"": []}
    for request in requests:
        if request.hours_to_close:  # closed in the second it was created is clerical, no duration
            hours[""].append(request.hours_to_close)
            hours.setdefault(request.matter or "", []).append(request.hours_to_close)
    return {matter: median(values) for matter, values in hours.items() if values}


def _of_request(request: Request, medians: dict[str, float]) -> Draft:
    matter = request.matter or NO_MATTER
    hours = request.hours_to_close
    if request.closed_before_created:
        hours = medians.get(matter, medians.get("", 0.0))
    return Draft(
        origin=request.id,
        source=request.source,
        matter=matter,
        kind=f"{request.kind.complaint_type} {request.kind.descriptor}",
        minute=request.minute,
        hours=hours,
        channel=request.channel,
        place=_place(request.x, request.y),
    )


def _of_chain(chain: Chain) -> Draft:
    return Draft(
        origin=chain.id,
        source="chicago",
        matter=chain.matter,
        kind=chain.complaint_type,
        minute=chain.minute,
        hours=chain.hours_to_close,
        channel=chain.channel,
        place=_place(chain.x, chain.y),
        chain=chain,
    )


def _place(x: float | None, y: float | None) -> tuple[float, float] | None:
    return None if x is None or y is None else (x, y)


def sampled(pool: Sequence[Draft], total: int, rng: np.random.Generator, times: Times) -> tuple[Draft, ...]:
    """`total` drafts: a part of the pool without repetition, or all of it and further ones at new places and times.

    Further ones are requests, never chains; each lies near another real request and near its source's time of day.
    """
    if total <= len(pool):
        chosen = np.sort(rng.permutation(len(pool))[:total])
        return tuple(pool[int(place)] for place in chosen)
    requests = [draft for draft in pool if draft.chain is None] or list(pool)
    extra = total - len(pool)
    picks = rng.integers(0, len(requests), size=(extra, 2))
    shifts = rng.uniform(-1.0, 1.0, size=(extra, 3))
    places = [draft.place for draft in requests]
    further = (
        _moved(requests[int(one)], places[int(other)], shift, times)
        for (one, other), shift in zip(picks, shifts, strict=True)
    )
    return (*pool, *further)


def _moved(draft: Draft, near: tuple[float, float] | None, shift: np.ndarray, times: Times) -> Draft:
    minute = (draft.minute + round(float(shift[2]) * times.minute_jitter)) % DAY_MINUTES
    if near is None:
        return replace(draft, minute=minute, place=None)
    u, v = (min(1.0, max(0.0, near[axis] + float(shift[axis]) * times.place_jitter)) for axis in (0, 1))
    return replace(draft, minute=minute, place=(u, v))
