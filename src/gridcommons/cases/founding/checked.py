"""What the check found in an officer's sheets, as it is kept for the page: counts and the worst lines. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from gridcommons.cases.findings import Finding, sorted_by_place
from gridcommons.cases.founding.plan import Plan
from gridcommons.kit.words import Words

SHOWN: Final = 60
NOTHING: Final = Words("", "")


@dataclass(frozen=True)
class Told:
    """One finding in words: its grade, the sheet (or file) and row it lies in, the heading, the value."""

    grade: str
    sheet: str
    row: int
    heading: Words
    value: str
    said: Words


@dataclass(frozen=True)
class Checked:
    """What the check found. `counts`: rows by kind of sheet and status; `refused`: why it went no further."""

    found: int = 0
    faults: int = 0
    is_done: bool = False
    counts: Mapping[str, Mapping[str, int]] | None = None
    told: tuple[Told, ...] = ()
    refused: Words = NOTHING

    @property
    def more(self) -> int:
        """How many findings stand in the error sheet alone."""
        return self.found - len(self.told)

    def packed(self) -> bytes:
        """As bytes, to be sealed."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()


def checked_of(plan: Plan) -> Checked:
    """What is kept of a plan; faults come first."""
    found = sorted_by_place(plan.findings.found)
    found.sort(key=lambda one: one.grade != "fault")
    return Checked(
        found=len(found), faults=len(plan.findings.faults), is_done=plan.asked.is_done(), counts=plan.asked.counts(),
        told=tuple(_told(one) for one in found[:SHOWN]),
    )  # fmt: skip


def _told(one: Finding) -> Told:
    return Told(
        one.grade, one.spot.sheet or one.spot.file, one.spot.row, one.heading, one.value, one.reason.words()
    )  # fmt: skip


def unpacked(raw: bytes) -> Checked:
    """What `packed` gave."""
    held = json.loads(raw)
    told = tuple(
        Told(**one | {"heading": Words(**one["heading"]), "said": Words(**one["said"])}) for one in held["told"]
    )
    return Checked(**held | {"told": told, "refused": Words(**held["refused"])})
