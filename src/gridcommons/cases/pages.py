"""What reads of cases give back: plain frozen values, no rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from gridcommons.access.queries import OfficeFacts
from gridcommons.cases.clocks import ClockState
from gridcommons.cases.transitions import Action
from gridcommons.kit.words import Words
from gridcommons.matters.matter import Matter

PAGE: Final = 30
OPEN_STATES: Final = (
    "reported", "filed", "returned", "dispatched", "handling", "handled", "rework", "reopened", "review"
)  # fmt: skip
"""What somebody has to act on now; what is parked or joined with another case stands apart and is counted apart."""
APART_STATES: Final = ("parked", "merged")


@dataclass(frozen=True)
class StepLine:
    """One line of the life line. `who`: an office for staff; the reporter is never named."""

    action: str
    duty: str
    from_state: str
    to_state: str
    at: datetime
    name: str
    office: OfficeFacts | None
    to_office: OfficeFacts | None
    note: str
    private: bool
    until: datetime | None = None
    before_at: datetime | None = None


@dataclass(frozen=True)
class PartLine:
    """The part of an assisting office, and whether it says that it is done."""

    office: OfficeFacts | None
    text: str
    named_at: datetime
    done_at: datetime | None


@dataclass(frozen=True)
class LeadLine:
    """The case that one is joined with, as far as its viewer may know: a stranger's report shows its state alone."""

    state: str
    ended_at: datetime | None
    number: str = ""
    id: UUID | None = None


@dataclass(frozen=True)
class Apart:
    """What is not simple about a case: its longer time, parking, level, assisting offices, joining, question."""

    extension: str
    wanted_until: datetime | None
    first_due_at: datetime | None
    review_date: date | None
    owner: OfficeFacts | None
    raised_level: str
    raised_to: OfficeFacts | None
    raised_at: datetime | None
    appointed: bool
    ownerless: bool
    body: str
    asked_at: datetime | None
    answer: str
    parts: tuple[PartLine, ...]
    lead: LeadLine | None
    followers: tuple[tuple[UUID, str, str], ...]
    """Cases joined with this one that the viewer may see: id, number, first words."""


@dataclass(frozen=True)
class PhotoLine:
    """One photo of a case. `by_system`: a department's system sent it; `unchecked`: nobody of the office looked yet."""

    id: UUID
    width: int
    height: int
    by_reporter: bool
    by_system: bool = False
    unchecked: bool = False


@dataclass(frozen=True)
class CasePage:
    """All that the page of one case shows to this viewer, and what they may do next."""

    id: UUID
    number: str
    matter: Matter
    state: str
    text: str
    address: str
    language: str
    channel: str
    area_code: str
    lon: float | None
    lat: float | None
    reported_at: datetime
    file_by: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    handler: OfficeFacts | None
    supervision: OfficeFacts | None
    is_late: bool
    clock: ClockState
    steps: tuple[StepLine, ...]
    photos: tuple[PhotoLine, ...]
    may: tuple[Action, ...]
    why_not: tuple[Words, ...]
    """Why a step of the viewer's own duties cannot be taken by them here; only where they may take none."""
    contact_id: UUID | None
    share_with_handler: bool
    mine: bool
    returns: int
    reworks: int
    reopens: int
    apart: Apart
    public: bool
    """Whether it stands on public pages: what was reported of a home never does, whatever it is filed as."""


@dataclass(frozen=True)
class QueueRow:
    """One row of a queue. `matter`: with the deadline it was promised. `file_by`: while nobody has filed it.

    `paused`: its clock stands, so that no moment is due. `review_date`: of what is parked. `marks`: what else is to be
    known of it: `asked` for more time, `raised`, `appointed`.
    """

    id: UUID
    number: str
    matter: Matter
    text: str
    area_code: str
    state: str
    reported_at: datetime
    file_by: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    handler_office_id: UUID | None
    returns: int
    reworks: int
    reopens: int
    limit_minutes: int
    left_minutes: int | None
    is_late: bool
    paused: bool
    review_date: date | None = None
    marks: tuple[str, ...] = ()
    public: bool = True


@dataclass(frozen=True)
class QueuePage:
    """One page of a queue and how many rows there are in all."""

    rows: tuple[QueueRow, ...]
    total: int
    first: int


@dataclass(frozen=True)
class ToCheck:
    """A case that waits for its check, as it goes onto a phone. `seen`: how far it had come, told with the result."""

    row: QueueRow
    address: str
    lon: float | None
    lat: float | None
    handler: OfficeFacts | None
    steps: tuple[StepLine, ...]
    photos: tuple[PhotoLine, ...]
    seen: str


@dataclass(frozen=True)
class ChecksHeld:
    """The cases that go onto a phone. `news`: those of which it did not hold the same already today.

    `total`: how many there are to check, also where the phone is not sent all.
    """

    rows: tuple[ToCheck, ...]
    news: frozenset[UUID]
    total: int


@dataclass(frozen=True)
class Filter:
    """What a queue is filtered by; empty parts do not filter."""

    states: tuple[str, ...] = ()
    matter_key: str = ""
    area_code: str = ""
    words: str = ""
    overdue_at: datetime | None = None
    handled_by_me: bool = False
    mine: bool = False
    raised_to_me: bool = False
    extension: bool = False
    to_do: bool = False
    """Without the cases whose next step the viewer may not take, having taken part in them."""
