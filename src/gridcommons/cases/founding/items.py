"""What the sheets ask for, as plain values, and how each stands to what is there already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from gridcommons.cases.former import CaseItem, Status
from gridcommons.kit.words import Words

STATUSES: Final[Mapping[str, Words]] = {
    "new": Words("新增", "new"),
    "same": Words("已有，不变", "there already"),
    "changed": Words("更改", "changed"),
}


@dataclass(frozen=True)
class AreaItem:
    """An area to be loaded, or whose figures are to be set."""

    code: str
    level: str
    name: str
    parent: str
    households: int | None = None
    residents: int | None = None
    sort_key: str = ""
    status: Status = "new"


@dataclass(frozen=True)
class OfficeItem:
    """An office to be opened or amended."""

    area: str
    kind: str
    side: str
    name_zh: str
    name_en: str
    phone: str
    status: Status = "new"

    @property
    def key(self) -> str:
        """The key of an office: its area and kind."""
        return f"{self.area}:{self.kind}"


@dataclass(frozen=True)
class MemberItem:
    """An account with its grants as (role, area, key of the office); `missing`: those that it does not hold yet."""

    login: str
    name: str
    grants: tuple[tuple[str, str, str], ...]
    manager: str
    email: str = ""
    status: Status = "new"
    missing: tuple[tuple[str, str, str], ...] = ()
    manager_is_new: bool = False


@dataclass(frozen=True)
class PostItem:
    """A post in a grid."""

    login: str
    name: str
    grid: str
    post: str
    employment: str
    phone: str
    since: date
    status: Status = "new"


@dataclass(frozen=True)
class SwitchItem:
    """A matter to be switched on or off in an area from a day on."""

    matter: str
    area: str
    is_on: bool
    since: date
    reason: str
    status: Status = "new"


@dataclass(frozen=True)
class CalendarItem:
    """What a county's calendar changes: days off and worked with their notes, office hours (none: as they are)."""

    days: Mapping[date, tuple[str, str]]
    hours: tuple[tuple[str, str], ...]
    text: str
    status: Status = "new"


@dataclass
class Asked:
    """All that the sheets ask for."""

    areas: list[AreaItem] = field(default_factory=list)
    offices: list[OfficeItem] = field(default_factory=list)
    staff: list[MemberItem] = field(default_factory=list)
    posts: list[PostItem] = field(default_factory=list)
    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    changes_status: Status = "same"
    switches: list[SwitchItem] = field(default_factory=list)
    cases: list[CaseItem] = field(default_factory=list)
    calendar: CalendarItem | None = None

    def counts(self) -> dict[str, dict[str, int]]:
        """How many of each kind of sheet are new, the same and changed."""
        matters = [*self.switches]
        kinds: dict[str, list[Any]] = {
            "areas": self.areas, "offices": self.offices, "staff": self.staff, "posts": self.posts,
            "matters": matters, "cases": self.cases, "calendar": [self.calendar] if self.calendar else [],
        }  # fmt: skip
        found = {key: {s: sum(one.status == s for one in items) for s in STATUSES} for key, items in kinds.items()}
        if self.changes and self.changes_status != "same":
            found["matters"][self.changes_status] += len(self.changes)
        elif self.changes:
            found["matters"]["same"] += len(self.changes)
        return found

    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return not any(n for kind in self.counts().values() for s, n in kind.items() if s != "same")
