"""The room as pages show it: plain values of links, of what goes out and of what came in. No content is in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.cases.partners.models import Arrival, File, Health, Link, Picture, Sending
from gridcommons.cases.partners.rules import Seen
from gridcommons.cases.partners.terms import Terms
from gridcommons.kit.words import Words

MANAGES: Final = frozenset({"partner.draft", "partner.confirm"})
"""Deeds of those who answer for the links of their areas."""
WORKS: Final = frozenset({"partner.by_hand"})
"""Deeds of those who answer for their office's own links."""


@dataclass(frozen=True)
class HealthLine:
    """How a link fares."""

    failures: int = 0
    reason: str = ""
    shut_until: datetime | None = None
    last_try_at: datetime | None = None
    last_ok_at: datetime | None = None


@dataclass(frozen=True)
class LinkLine:
    """A link in a list. `stuck`, `look_at`: what waits for a person; `waiting`: what is on its way."""

    id: UUID
    key: str
    name: str
    office_zh: str
    office_en: str
    way: str
    state: str
    edition: int
    health: HealthLine
    stuck: int
    waiting: int
    look_at: int


@dataclass(frozen=True)
class SendingLine:
    """Something that goes out, without its content."""

    id: UUID
    link: UUID
    link_name: str
    way: str
    case: UUID | None
    case_number: str
    event: str
    made_at: datetime
    state: str
    reason: str
    code: str
    tries: int
    next_at: datetime | None
    ended_at: datetime | None
    receipt: str
    fields: tuple[str, ...]
    said: str


@dataclass(frozen=True)
class ArrivalLine:
    """Something that came in, without its content."""

    id: UUID
    link: UUID
    link_name: str
    case: UUID | None
    case_number: str
    event_id: str
    status: str
    step: str
    got_at: datetime
    state: str
    reason: str
    said: str


@dataclass(frozen=True)
class PictureLine:
    """A photo that nobody fetched, or a picture of theirs that was not taken in; never the picture itself."""

    id: UUID
    link: UUID
    link_name: str
    case: UUID | None
    case_number: str
    back: bool
    state: str
    reason: str
    at: datetime
    may_again: bool


@dataclass(frozen=True)
class PhotoCount:
    """How photos of a case fare over one link: told of, fetched or filed, taken in, stuck."""

    link_name: str
    told: int = 0
    gone: int = 0
    back: int = 0
    stuck: int = 0


@dataclass(frozen=True)
class Crossing:
    """One line of what went out or came back of a case."""

    at: datetime
    out: SendingLine | None = None
    back: ArrivalLine | None = None

    @classmethod
    def of(cls, one: SendingLine | ArrivalLine) -> Crossing:
        """The line of one of both."""
        if isinstance(one, SendingLine):
            return cls(one.ended_at or one.made_at, out=one)
        return cls(one.got_at, back=one)


@dataclass(frozen=True)
class FileLine:
    """A file of a link."""

    id: UUID
    name: str
    made_at: datetime
    rows: int
    fetched_at: datetime | None

    @property
    def of_photos(self) -> bool:
        """Whether it is the ZIP beside a table."""
        return self.name.endswith(".zip")


@dataclass(frozen=True)
class LinkPage:
    """One link as its page shows it."""

    id: UUID
    key: str
    key_number: int
    office_id: UUID
    office_zh: str
    office_en: str
    area_code: str
    terms: Terms
    state: str
    edition: int
    asked_by: UUID
    asked_at: datetime
    reason: str
    confirmed_at: datetime | None
    ended_at: datetime | None
    has_api_key: bool
    health: HealthLine
    sendings: tuple[SendingLine, ...]
    files: tuple[FileLine, ...]
    waiting: int
    heir: Words | None = None
    """The office that took the place of the link's own."""


def health_of(link: Link) -> HealthLine:
    """How a link fares; a link that was never tried fares well."""
    row: Health | None = getattr(link, "health", None)
    if row is None:
        return HealthLine()
    return HealthLine(row.failures, row.reason, row.shut_until, row.last_try_at, row.last_ok_at)


def sending_line(row: Sending) -> SendingLine:
    """A row of the outbox as a value."""
    pairing = row.pairing
    return SendingLine(
        row.pk, row.link_id, row.link.name, row.link.way, pairing.case_id if pairing else None,
        pairing.number if pairing else "", row.event, row.made_at, row.state, row.reason, row.code, row.tries,
        row.next_at, row.ended_at, row.receipt, tuple(row.fields), row.said,
    )  # fmt: skip


def arrival_line(row: Arrival) -> ArrivalLine:
    """A row of the inbox as a value."""
    pairing = row.pairing
    return ArrivalLine(
        row.pk, row.link_id, row.link.name, pairing.case_id if pairing else None, pairing.number if pairing else "",
        row.event_id, row.status, row.step, row.got_at, row.state, row.reason, row.said,
    )  # fmt: skip


def picture_line(row: Picture) -> PictureLine:
    """A picture that is stuck as a value."""
    reason = row.reason if row.state == Seen.STUCK.value else "not_fetched"
    return PictureLine(
        row.pk, row.link_id, row.link.name, row.pairing.case_id, row.pairing.number, row.back, row.state, reason,
        row.changed_at, bool(row.address) or not row.back,
    )  # fmt: skip


def photo_count(name: str, states: Iterable[tuple[bool, str]]) -> PhotoCount:
    """How the photos of a case fare over one link, from direction and state of each."""
    held = list(states)
    gone = {Seen.FETCHED.value, Seen.FILED.value}
    return PhotoCount(
        name, sum(not back and state != Seen.OVER.value for back, state in held),
        sum(not back and state in gone for back, state in held),
        sum(back and state == Seen.TAKEN.value for back, state in held),
        sum(state == Seen.STUCK.value for _back, state in held),
    )  # fmt: skip


def file_line(row: File) -> FileLine:
    """A file as a value."""
    return FileLine(row.pk, row.name, row.made_at, row.rows, row.fetched_at)
