"""How what waits goes out: sorted, its receiver looked up, claimed, handed over, recorded. One failure stops no other.

Between claim and record no row is locked. A letter is sent at least once: after a crash it goes out again under the
same Message-ID. An SMS is never sent again blindly: the gateway is asked what it knows first (ADR 0012).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from gridcommons.access.queries import mail_of
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.kit.errors import Refusal
from gridcommons.kit.ids import uuid7
from gridcommons.notices.actions import claim, lay_aside, lose, record, sort_out
from gridcommons.notices.channels import Channels
from gridcommons.notices.composing import compose
from gridcommons.notices.models import Notice, Stop
from gridcommons.notices.policy import packaged_policy
from gridcommons.notices.ready import Ready
from gridcommons.notices.rules import ON_THE_WAY, Decision, Message, Outcome, State, way_for
from gridcommons.notices.signing import index_of
from gridcommons.people.contacts import Contact
from gridcommons.people.queries import reporter_contact

AT_ONCE: Final = 200
_SOON: Final = timedelta(minutes=1)
_GONE: Final = "people.no_contact"
_log = structlog.get_logger()


@dataclass
class Parcel:
    """Notices that go to one address together: one message."""

    channel: str
    address: str
    language: str
    notices: list[Ready] = field(default_factory=list)

    @property
    def ids(self) -> list[UUID]:
        """Which notices."""
        return [one.id for one in self.notices]

    @property
    def at(self) -> datetime:
        """Its moment: that of the last of them."""
        return max(one.at for one in self.notices)


@dataclass
class Round:
    """One round of delivery: who does it, when, over which channels; and the channels found shut on the way."""

    channels: Channels
    by: Viewer
    at: datetime
    noise: Callable[[], float]
    replaying: bool = False
    shut: dict[str, str] = field(default_factory=dict)

    def run(self, most: int = AT_ONCE) -> int:
        """Deliver what is due; returns how many notices were taken in hand."""
        if self._exist(state=State.SENDING, claimed_at__lte=self.at - packaged_policy().lost):
            lose(by=self.by, at=self.at)
        if not self._exist(state__in=ON_THE_WAY, next_at__lte=self.at):
            return 0
        ways = frozenset(self.channels.ways)
        ready = sort_out(ways=ways, replaying=self.replaying, most=most, by=self.by, at=self.at)
        for parcel in self._parcels(ready):
            self._guarded(parcel)
        return len(ready)

    def _exist(self, **facts: object) -> bool:
        with viewing(self.by, self.at):
            return Notice.objects.filter(**facts).exists()

    def _guarded(self, parcel: Parcel) -> None:
        """Whatever goes wrong with one parcel is kept with it."""
        try:
            self._hand_over(parcel)
        except Exception as error:  # noqa: BLE001 - one that is let through would hold up everybody's notices for good
            _log.error("notice.fault", error=type(error).__name__)
            self._aside(parcel.ids, Decision(State.FAILED, "fault"))

    def _hand_over(self, parcel: Parcel) -> None:
        if parcel.channel in self.shut:
            self._aside(parcel.ids, Decision(State.WAITING, self.shut[parcel.channel], self.at + _SOON))
            return
        first = parcel.notices[0]
        asks = first.state is State.UNCERTAIN
        message = first.message or uuid7()
        claimed = claim(ids=parcel.ids, message=message, channel=parcel.channel, by=self.by, at=parcel.at)
        if not claimed:
            return
        made = compose(
            claimed, parcel.notices, message=message, channel=parcel.channel, address=parcel.address,
            house=self.channels.address, at=parcel.at,
        )  # fmt: skip
        outcome = self._try(made, asks=asks)
        if outcome.shut:
            self.shut[parcel.channel] = outcome.reason
        record(
            ids=[one.pk for one in claimed], message=message, outcome=outcome, noise=self.noise(), by=self.by,
            at=parcel.at,
        )  # fmt: skip

    def _try(self, message: Message, *, asks: bool) -> Outcome:
        way = self.channels.ways[message.channel]
        try:
            return way.ask(message) if asks else way.send(message)
        except Exception as error:  # noqa: BLE001 - a channel that fails in a way nobody foresaw leaves it uncertain
            _log.error("notice.channel_fault", channel=message.channel, error=type(error).__name__)
            return Outcome(State.UNCERTAIN, type(error).__name__[:40], "fault")

    def _aside(self, ids: Sequence[UUID], decision: Decision) -> None:
        lay_aside(ids=list(ids), decision=decision, by=self.by, at=self.at)

    def _parcels(self, ready: Iterable[Ready]) -> list[Parcel]:
        """What goes to whom: each contact opened once, several new notices to one address put together."""
        by_receiver: dict[str, list[Ready]] = defaultdict(list)
        for one in ready:
            by_receiver[one.to].append(one)
        parcels: dict[tuple[object, ...], Parcel] = {}
        for to, held in by_receiver.items():
            contact = self._contact(to, held)
            for one in held if contact is not None else ():
                self._put(one, contact or Contact(), parcels)
        return list(parcels.values())

    def _contact(self, to: str, held: Sequence[Ready]) -> Contact | None:
        """How to reach a receiver: a look by the program; None where nobody can, which is kept with the notices."""
        kind, _colon, key = to.partition(":")
        ids = [one.id for one in held]
        if kind != "contact":
            if mail := mail_of(to):
                return Contact(email=mail)
            self._aside(ids, Decision(State.FAILED, "no_address"))
            return None
        try:
            return reporter_contact(contact_id=UUID(key), viewer=self.by, at=self.at, purpose="operation")
        except Refusal as refusal:
            reason = "contact_gone" if refusal.code in {_GONE, "contact.key_destroyed"} else "fault"
            self._aside(ids, Decision(State.FAILED, reason))
            return None

    def _put(self, one: Ready, contact: Contact, parcels: dict[tuple[object, ...], Parcel]) -> None:
        ways = frozenset(self.channels.ways)
        channel, address = way_for(one.wish, phone=contact.phone, email=contact.email, ways=ways)
        if not channel:
            self._aside([one.id], Decision(State.FAILED, address))
        elif self._stopped(address):
            self._aside([one.id], Decision(State.UNWANTED, "unsubscribed"))
        else:
            alone = one.message or (one.id if one.urgent else None)
            key = (alone, channel, address, one.language)
            parcels.setdefault(key, Parcel(channel, address, one.language)).notices.append(one)

    def _stopped(self, address: str) -> bool:
        with viewing(self.by, self.at):
            return Stop.objects.filter(index=index_of(address)).exists()
