"""Benchmarks: each measures ours beside a peer or a limit, in the same run.

A module of this package registers functions with `@bench(name)`; each yields rows. Absolute figures
drift with the machine, so a peer is measured in turn with ours and the ratio is what counts.
Benches that write get an empty, migrated scratch database that Django points at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

LIMIT: Final = "limit"


@dataclass(frozen=True)
class Row:
    """One figure: `ours` beside `other`, the figure of the peer or limit that `peer_or_limit` names.

    `more_is_better`: a limit is then a floor, else a ceiling.
    """

    name: str
    ours: float
    peer_or_limit: str
    other: float
    unit: str
    note: str = ""
    more_is_better: bool = False

    @property
    def met(self) -> bool | None:
        """Whether a limit is kept; None beside a peer, who sets none."""
        if self.peer_or_limit != LIMIT:
            return None
        return self.ours >= self.other if self.more_is_better else self.ours <= self.other

    @property
    def ratio(self) -> float:
        """Ours divided by the other."""
        return self.ours / self.other if self.other else float("nan")


@dataclass(frozen=True)
class Bench:
    """A registered benchmark; `database`: it needs the scratch database."""

    name: str
    measure: Callable[[], Iterable[Row]]
    database: bool


BENCHES: Final[dict[str, Bench]] = {}


def bench(name: str, *, database: bool = False) -> Callable[[Callable[[], Iterable[Row]]], Callable[[], Iterable[Row]]]:
    """Register a function that measures and yields rows under a name of the command line."""

    def register(measure: Callable[[], Iterable[Row]]) -> Callable[[], Iterable[Row]]:
        if name in BENCHES:
            raise ValueError(f"benchmark {name!r} is registered twice")
        BENCHES[name] = Bench(name, measure, database)
        return measure

    return register
