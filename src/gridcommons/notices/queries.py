"""Reads of notices: inboxes, what of a case's notices arrived, wishes, wording, counts of delivery."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from gridcommons.access.deeds import look
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.notices.inboxes import EVERYTHING, Asked, filtered, received_by
from gridcommons.notices.models import Attempt, DeliveryCount, Notice, Preference, Stop, Wording
from gridcommons.notices.rules import State, Wish
from gridcommons.notices.signing import Link
from gridcommons.notices.texts import packaged_texts
from gridcommons.notices.wishes import NOTHING, wish_of
from gridcommons.notices.wording import told, words_of

PAGE = 50


@dataclass(frozen=True)
class Told:
    """A notice as its receiver reads it."""

    id: UUID
    text: str
    at: datetime
    is_read: bool
    facts: Mapping[str, str]
    text_key: str = ""


def _own(_facts: Mapping[str, Any]) -> Place:
    return Place()


def _subjects(told_ones: list[Told], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"notice:{t.id}" for t in told_ones)


@look("look.own_notices", on=_own, subjects=_subjects)
def inbox(
    *, viewer: Viewer, language: str, at: datetime, first: int = 0, most: int = PAGE, asked: Asked = EVERYTHING,
    purpose: str = "own_case",
) -> list[Told]:  # fmt: skip
    """The notices to the viewer and to the offices they serve, newest first, at most `most` from `first` on."""
    received = filtered(Notice.objects.filter(received_by(viewer, at), channel="inside"), asked)
    rows = list(received.order_by("-created_at", "id")[first : first + most])
    kept = words_of(n.edition for n in rows)
    return [Told(n.id, told(n, kept, language), n.created_at, n.read_at is not None, n.facts, n.text_key) for n in rows]


@dataclass(frozen=True)
class Try:
    """One try to hand a notice over."""

    at: datetime
    state: State
    code: str
    reason: str


@dataclass(frozen=True)
class Sent:
    """What became of one notice of a case. `to`: `office:<id>`, or `reporter` for whoever reported; no address."""

    name: Words
    to: str
    channel: str
    state: State
    reason: str
    created_at: datetime
    until: datetime | None
    arrived_at: datetime | None
    read_at: datetime | None
    tries: tuple[Try, ...]


def _about(facts: Mapping[str, Any]) -> Place:
    """Where the notices that the viewer sees lie, with their receivers; nowhere, where none is to be seen."""
    rows = list(Notice.objects.filter(about=facts["about"]).values_list("area_code", "parties"))
    if not rows:
        return Place()
    parties = {party for _area, held in rows for party in held}
    return Place(rows[0][0], frozenset(parties), personal=True)


def _sent_subjects(_sent: list[Sent], facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The case, its notices, and the person who reported it, as far as the viewer's scope reaches to them."""
    rows = list(_of(facts["about"]).values_list("pk", "to"))
    receivers = {to for _pk, to in rows if not to.startswith("office:")}
    held = Preference.objects.filter(to__in=receivers).values_list("parties", flat=True)
    people = receivers | {party for parties in held for party in parties}
    return (facts["about"], *(f"notice:{pk}" for pk, _to in rows), *sorted(people))


def _of(about: str) -> QuerySet[Notice]:
    return Notice.objects.filter(about=about)


@look("look.case_notices", on=_about, subjects=_sent_subjects)
def notices_about(*, about: str, viewer: Viewer, at: datetime, purpose: str) -> list[Sent]:
    """What of the notices about a case arrived, newest first; neither texts nor addresses."""
    rows = list(_of(about).order_by("-created_at", "-id"))
    tries: dict[UUID, list[Try]] = {}
    for one in Attempt.objects.filter(notice__in=rows).order_by("at", "id"):
        tries.setdefault(one.notice_id, []).append(Try(one.at, State(one.state), one.code, one.reason))
    return [_sent(row, tries.get(row.pk, [])) for row in rows]


def _sent(row: Notice, tries: Iterable[Try]) -> Sent:
    name = packaged_texts().get(row.text_key).name
    to = row.to if row.to.startswith("office:") else "reporter"
    return Sent(
        name, to, row.channel, State(row.state), row.failure, row.created_at, row.next_at,
        row.delivered_at or row.handed_at, row.read_at, tuple(tries),
    )  # fmt: skip


def _of_own_wish(facts: Mapping[str, Any]) -> Place:
    return Place(parties=frozenset({facts["to"]}) if facts["to"] == facts["viewer"].key else _parties(facts["to"]))


def _parties(to: str) -> frozenset[str]:
    held = Preference.objects.filter(to=to).values_list("parties", flat=True).first()
    return frozenset(held or ("nobody",))


def _wish_subjects(_wish: Wish, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (facts["to"],)


@look("look.own_wish", on=_of_own_wish, subjects=_wish_subjects)
def own_wish(*, to: str, viewer: Viewer, at: datetime, purpose: str = "own_case") -> Wish:
    """How somebody wants to be told: the viewer's account, or a contact whose case the viewer holds."""
    row = Preference.objects.filter(to=to).first()
    return wish_of(row) if row else NOTHING


def _inside_scope(_facts: Mapping[str, Any]) -> Place:
    return Place(personal=True)


def _contact_subject(_wish: Wish, facts: Mapping[str, Any]) -> tuple[str, ...]:
    to = f"contact:{facts['contact_id']}"
    held = Preference.objects.filter(to=to).values_list("parties", flat=True).first()
    return tuple(dict.fromkeys([to, *(held or ())]))


@look("look.reporter_wish", on=_inside_scope, subjects=_contact_subject)
def wish_of_reporter(*, contact_id: UUID, viewer: Viewer, at: datetime, purpose: str) -> Wish:
    """How a reporter wants to be reached, for whoever may call them: at which hours, and with which care."""
    row = Preference.objects.filter(to=f"contact:{contact_id}").first()
    return wish_of(row) if row else NOTHING


@dataclass(frozen=True)
class LinkState:
    """What a link from a message shows: whether everything is stopped, or this report alone."""

    all_stopped: bool
    this_stopped: bool


def _link_subjects(_state: LinkState, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (facts["link"].to,)


def _of_link(facts: Mapping[str, Any]) -> Place:
    return Place(parties=facts["link"].parties)


@look("look.own_wish", on=_of_link, subjects=_link_subjects)
def link_state(*, link: Link, viewer: Viewer, at: datetime, purpose: str = "own_case") -> LinkState:
    """Where the holder of a link stands."""
    wish = Preference.objects.filter(to=link.to).first()
    stopped = wish is not None and wish.unsubscribed_at is not None
    return LinkState(Stop.objects.filter(index=link.index).exists(), stopped)


@dataclass(frozen=True)
class Standing:
    """How many notices of a channel stand in one state for one reason."""

    channel: str
    state: State
    reason: str
    n: int
    oldest_at: datetime | None
    counted_at: datetime
    retry_asked_at: datetime | None


def standings() -> list[Standing]:
    """Counts of the notices that leave the program, by channel, state and reason; no person is in them."""
    rows = DeliveryCount.objects.order_by("channel", "state", "-n")
    return [
        Standing(row.channel, State(row.state), row.reason, row.n, row.oldest_at, row.counted_at, row.retry_asked_at)
        for row in rows
    ]


@dataclass(frozen=True)
class LocalWording:
    """How a county words a text: since when, why, and until when for one that is over."""

    text_key: str
    words: Words
    version: str
    reason: str
    made_at: datetime
    ended_at: datetime | None


def local_wordings(area_code: str, text_key: str = "") -> list[LocalWording]:
    """The county's own words, newest first; those in force have no end."""
    rows = Wording.objects.filter(area_code__in=in_force().known_as(area_code))
    rows = rows.filter(text_key=text_key) if text_key else rows
    return [
        LocalWording(row.text_key, Words(row.zh, row.en), row.version, row.reason, row.made_at, row.ended_at)
        for row in rows.order_by("-made_at", "version")
    ]
