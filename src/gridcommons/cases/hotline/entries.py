"""What becomes of the rows of a hotline's file, as plain values, and the county that they are read against. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

from gridcommons.cases.findings import Findings
from gridcommons.cases.former import CaseItem, Status
from gridcommons.cases.hotline.mapping import Scheme
from gridcommons.cases.hotline.placing import Gazetteer
from gridcommons.kit.words import Words
from gridcommons.matters.catalogue import Catalogue

Outcome = Literal["open", "past", "unplaced", "left", "unmapped", "faulty", "again"]
OUTCOMES: Final[Mapping[Outcome, Words]] = {
    "open": Words("在办，进入办理", "open, enters the machine"),
    "past": Words("已办结，作为历史", "ended, kept as history"),
    "unplaced": Words("待人工选地点", "to be placed by hand"),
    "left": Words("按对照表不带入", "left to the hotline by the mapping"),
    "unmapped": Words("对照表中没有，未带入", "not mapped, left out"),
    "faulty": Words("有错误，未带入", "faulty, left out"),
    "again": Words("文件内重复", "twice in the file"),
}
TAKEN: Final[frozenset[Outcome]] = frozenset({"open", "past", "unplaced"})
WHAT: Final[Mapping[str, Words]] = {
    "type": Words("诉求类型", "type"),
    "state": Words("状态", "state"),
    "agency": Words("承办单位", "agency"),
    "area": Words("地名", "place name"),
}
GROUPS: Final[Mapping[str, Words]] = {
    "reported": Words("来电时间", "moment of the call"),
    "closed": Words("办结时间", "closing time"),
    "state": Words("状态", "state"),
    "type": Words("诉求类型", "type"),
    "place": Words("地点", "place"),
    "agency": Words("承办单位", "agency"),
    "words": Words("诉求内容", "words"),
    "person": Words("来电人", "caller"),
}


@dataclass(frozen=True)
class Known:
    """A row that came before: as what, and its fingerprints."""

    kind: str
    marks: Mapping[str, str]


@dataclass(frozen=True)
class Desk:
    """An office as far as a row needs it."""

    key: str
    area_code: str
    side: str
    name: str


@dataclass(frozen=True)
class Ground:
    """The county as it stands. `known`: which of these digests came before. `key`: of the fingerprints.

    `former`: the codes that the county had before, by which rows may have come.
    """

    now: datetime
    catalogue: Catalogue
    places: Gazetteer
    desks: Mapping[str, Desk]
    known: Callable[[Sequence[bytes]], Mapping[bytes, Known]]
    key: bytes
    former: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One row and what becomes of it. `area`: of a past row as it is counted, of an unplaced one whose desk it is."""

    row: int
    number: str
    digest: bytes
    outcome: Outcome
    marks: Mapping[str, str] = field(default_factory=dict)
    status: Status = "new"
    changed: tuple[str, ...] = ()
    was: str = ""
    matter: str = ""
    area: str = ""
    reported_date: date | None = None
    closed_date: date | None = None
    why: str = ""
    item: CaseItem | None = None


@dataclass
class Reading:
    """All that was understood of a file."""

    scheme: Scheme
    entries: list[Entry] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    unmapped: dict[str, Counter[str]] = field(default_factory=lambda: {key: Counter() for key in WHAT})

    def counts(self) -> dict[str, int]:
        """How many rows go which way, and how those taken stand to what came before."""
        ways = Counter(one.outcome for one in self.entries)
        stand = Counter(str(one.status) for one in self.entries if one.outcome in TAKEN)
        return {"rows": len(self.entries), **{str(way): ways[way] for way in OUTCOMES}, **stand}

    def to_do(self) -> list[Entry]:
        """What an import would write: what is new, and what changed where nothing has begun here yet."""
        taken = [one for one in self.entries if one.outcome in TAKEN]
        return [one for one in taken if one.status == "new" or (one.status == "changed" and one.was != "open")]

    def loose_ends(self) -> int:
        """Rows that were left out although they should not be."""
        return sum(one.outcome in {"unmapped", "faulty"} for one in self.entries)
