"""Chains: requests that several offices worked on in turn, as facts; and their conversion from Chicago's notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from gridcommons.rehearsal.convert import CHANNELS, Gate, ranks
from gridcommons.rehearsal.mapping import Mapping

STEP_KINDS: Final = ("opened", "follow_on_created", "follow_on_closed", "closed")
CLOSED_NEVER_CREATED: Final = "follow_on.closed_never_created"
CREATED_NEVER_CLOSED: Final = "follow_on.created_never_closed"


@dataclass(frozen=True)
class Step:
    """One dated fact of a chain: opened, follow_on_created, follow_on_closed or closed; hours since it was opened."""

    kind: str
    department: str
    hours: float
    work: str


@dataclass(frozen=True)
class Chain:
    """One request that several offices worked on in turn; place and time as in `Request`."""

    id: int
    complaint_type: str
    matter: str
    day: int
    weekday: int
    minute: int
    channel: str
    x: float | None
    y: float | None
    steps: tuple[Step, ...]
    dirt: tuple[str, ...]

    @property
    def hours_to_close(self) -> float:
        """Hours from opening to the last step."""
        return self.steps[-1].hours


def read_chain(raw: dict[str, Any]) -> Chain:
    """A chain from its packaged JSON object."""
    steps = tuple(Step(**step) for step in raw["steps"])
    return Chain(**{**raw, "steps": steps, "dirt": tuple(raw["dirt"])})


def write_chain(chain: Chain) -> dict[str, Any]:
    """The packaged JSON object of a chain."""
    return asdict(chain)


def convert_chains(documents: Sequence[dict[str, Any]], mapping: Mapping) -> tuple[tuple[Chain, ...], Gate]:
    """Chains and gate counts of Chicago's published requests with notes; a KeyError names an unmapped word.

    Notes that are no step of the routing (submission forms, inspectors' outcomes) are left out.
    """
    east = ranks([document["long"] for document in documents])
    north = ranks([document["lat"] for document in documents])
    first = min(_opened(document) for document in documents).date()
    chains = tuple(
        _convert(serial, document, mapping, first.toordinal(), (x, y))
        for serial, (document, x, y) in enumerate(zip(documents, east, north, strict=True), 1)
    )
    repairs = Counter(name for chain in chains for name in chain.dirt)
    repaired = sum(bool(chain.dirt) for chain in chains)
    return chains, Gate(len(chains), len(chains) - repaired, repaired, 0, dict(sorted(repairs.items())))


def _opened(document: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(document["requested_datetime"])


def _convert(
    serial: int, document: dict[str, Any], mapping: Mapping, first: int, place: tuple[float | None, float | None]
) -> Chain:
    opened = _opened(document)
    steps = tuple(
        _step(note, opened, document["agency_responsible"], mapping.chain_departments)
        for note in document["notes"]
        if note["type"] in STEP_KINDS
    )
    return Chain(
        id=serial,
        complaint_type=document["service_name"],
        matter=mapping.chain_matters[document["service_name"].lower()],
        day=opened.toordinal() - first,
        weekday=opened.weekday(),
        minute=opened.hour * 60 + opened.minute,
        channel=CHANNELS.get(document["extended_attributes"].get("channel", ""), "unknown"),
        x=place[0],
        y=place[1],
        steps=steps,
        dirt=_dirt(steps),
    )


def _step(note: dict[str, Any], opened: datetime, office: str, departments: Table[str, str]) -> Step:
    work = note.get("extended_attributes", {})
    responsible = work.get("agency_responsible", office)
    hours = (datetime.fromisoformat(note["datetime"]) - opened).total_seconds() / 3600
    return Step(note["type"], departments[responsible.lower()], round(hours, 4), work.get("service_name", ""))


def _dirt(steps: Sequence[Step]) -> tuple[str, ...]:
    created = {(step.department, step.work) for step in steps if step.kind == "follow_on_created"}
    closed = {(step.department, step.work) for step in steps if step.kind == "follow_on_closed"}
    names = {CLOSED_NEVER_CREATED: closed - created, CREATED_NEVER_CLOSED: created - closed}
    return tuple(name for name, cases in names.items() if cases)
