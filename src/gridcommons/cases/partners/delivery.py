"""A round of the room: what is due goes out link by link, what came in is understood. One failure stops no other.

Between claim and record no row is locked. A webhook goes at least once under one id and the same bytes; a request of
Open311 is never posted blindly again. A link that does not answer costs one wait a round and is then left alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Final

import structlog

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.partners import actions
from gridcommons.cases.partners.acting import live_links, terms_of, viewer_on
from gridcommons.cases.partners.calling import Caller
from gridcommons.cases.partners.keeping import api_key, key_id, own_secret
from gridcommons.cases.partners.models import Arrival, Health, Link, Pairing, Picture, Sending
from gridcommons.cases.partners.outgoing import due_heads, due_polls
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.rules import Heard, Outcome, State
from gridcommons.cases.partners.taking import due_pictures, fetched
from gridcommons.cases.partners.ways import Door, Parcel, asked_open311, post_open311, post_webhook
from gridcommons.kit.errors import Refusal, code_of

_MOST: Final = 200
_log = structlog.get_logger()


@dataclass
class Round:
    """One round: who runs it, when, how others are called. `moment` is the clock of signatures."""

    caller: Caller
    by: Viewer
    at: datetime
    noise: Callable[[], float]
    moment: Callable[[], datetime] = lambda: datetime.now(UTC)
    begun: float = field(default_factory=time.monotonic)

    def run(self) -> int:
        """Hand over what is due; returns how many events were tried."""
        with viewing(self.by, self.at):
            gone = Sending.objects.filter(
                state=State.SENDING.value, claimed_at__lte=self.at - policy().lost
            ).exists()  # fmt: skip
            links = [link for link in live_links(self.at) if link.way != "export"]
            turns = dict(Health.objects.values_list("link", "last_try_at"))
        if gone:
            actions.lose(by=self.by, at=self.at)
        first = datetime.min.replace(tzinfo=UTC)
        return sum(self._over(link) for link in sorted(links, key=lambda one: turns.get(one.pk) or first))

    def _over(self, link: Link) -> int:
        """What is due over one link, till it fails or the round has lasted long enough."""
        tried = 0
        while tried < _MOST and time.monotonic() - self.begun < policy().call.round_seconds:
            with viewing(self.by, self.at):
                health = Health.objects.get(pk=link.pk)
                shut = health.shut_until is not None and health.shut_until > self.at
                head = None if shut else due_heads(link, self.at).first()
            if head is None or (tried and health.failures):
                return tried
            tried += 1
            try:
                self._hand_over(link, head)
            except Exception as error:  # noqa: BLE001 - what nobody foresaw ends the turn of this link alone
                _log.error("partner.fault", link=link.key, error=code_of(error))
                return tried
        return tried

    def _hand_over(self, link: Link, head: Sending) -> None:
        viewer = viewer_on(link, self.at)
        parcel = actions.claim(sending_id=head.pk, by=viewer, at=self.at)
        if parcel is None:
            return
        outcome = self._try(link, parcel)
        try:
            actions.record(sending_id=head.pk, outcome=outcome, noise=self.noise(), by=viewer, at=self.at)
        except Refusal as refusal:  # the link was ended while they thought: what it said is void
            _log.warning("partner.void", link=link.key, code=refusal.code)

    def _try(self, link: Link, parcel: Parcel) -> Outcome:
        try:
            post = post_open311 if link.way == "open311" else post_webhook
            return post(parcel, door_of(link), self.caller, self.moment())
        except Exception as error:  # noqa: BLE001 - what nobody foresaw is kept with the event, and others go on
            _log.error("partner.fault", link=link.key, error=code_of(error))
            kind = "stuck" if link.way == "open311" else "later"
            return Outcome(kind, "uncertain" if link.way == "open311" else "unforeseen", shut=True)

    def poll(self, most: int = 50) -> int:
        """Ask departments' Open311 how their requests stand, link by link in turn; returns how many were asked."""
        asked, left_alone = 0, set[object]()
        for row in self._due(most):
            if asked == most or time.monotonic() - self.begun >= policy().call.round_seconds:
                break
            if row.link_id in left_alone:
                continue
            asked += 1
            if not self._ask(row):
                left_alone.add(row.link_id)
        return asked

    def pictures(self, most: int = 20) -> int:
        """Fetch the pictures that systems named, none of a link that was silent this round; returns how many."""
        with viewing(self.by, self.at):
            rows = due_pictures(self.at, most)
        silent = set[object]()
        for row in rows:
            if row.link_id in silent or time.monotonic() - self.begun >= policy().call.round_seconds:
                continue
            data, reason = self._fetched(row)
            silent |= {row.link_id} if reason in {"timeout", "unreachable"} else set()
            try:
                actions.fetch_photo(
                    link_id=row.link_id, picture_id=row.pk, data=data, reason=reason, noise=self.noise(),
                    by=viewer_on(row.link, self.at), at=self.at,
                )  # fmt: skip
            except Exception as error:  # noqa: BLE001 - the link was ended meanwhile, or what nobody foresaw
                _log.error("partner.picture", link=row.link.key, code=code_of(error))
        return len(rows)

    def _fetched(self, row: Picture) -> tuple[bytes, str]:
        try:
            return fetched(row, self.caller)
        except Exception as error:  # noqa: BLE001 - what nobody foresaw is kept with the picture, and others go on
            _log.error("partner.fault", link=row.link.key, error=code_of(error))
            return b"", "unforeseen"

    def _due(self, most: int) -> Iterator[Pairing]:
        """What is due over links in force that are not left alone: one of each link, then the next of each."""
        with viewing(self.by, self.at):
            shut = set(Health.objects.filter(shut_until__gt=self.at).values_list("link", flat=True))
            links = [link for link in live_links(self.at) if link.way == "open311" and link.pk not in shut]
            lines = [list(due_polls(link, self.at)[:most]) for link in links]
        first = sorted((line for line in lines if line), key=lambda line: line[0].next_poll_at or self.at)
        return (row for turn in zip_longest(*first) for row in turn if row is not None)

    def _ask(self, row: Pairing) -> bool:
        """Ask about one request and note what came of it; whether its link may be asked on."""
        try:
            said, outcome = asked_open311(row.remote_id, row.token, door_of(row.link), self.caller)
            self._note(row, said, outcome)
        except Exception as error:  # noqa: BLE001 - what nobody foresaw is told of the link, and others go on
            _log.error("partner.fault", link=row.link.key, error=code_of(error))
            outcome = Outcome("later", "unforeseen", shut=True)
            self._note(row, {}, outcome)
        return not outcome.shut

    def _note(self, row: Pairing, said: Mapping[str, str], outcome: Outcome) -> None:
        try:
            actions.poll(
                link_id=row.link_id, pairing_id=row.pk, row=said, outcome=outcome, next_at=self.at + policy().poll,
                by=viewer_on(row.link, self.at), at=self.at,
            )  # fmt: skip
        except Refusal as refusal:  # the link was ended while they thought
            _log.info("partner.poll", link=row.link.key, code=refusal.code)


def understand_new(by: Viewer, at: datetime, most: int = _MOST) -> int:
    """Understand what came in, in the order in which it came; returns how much."""
    with viewing(by, at):
        new = Arrival.objects.filter(state=Heard.NEW.value).select_related("link").order_by("got_at", "id")
        rows = list(new[:most])
    for row in rows:
        try:
            actions.understand(arrival_id=row.pk, by=viewer_on(row.link, at), at=at)
        except Exception as error:  # noqa: BLE001 - one that is let through would hold up all that came in after it
            _log.error("partner.understand", link=row.link.key, code=code_of(error))
    return len(rows)


def door_of(link: Link) -> Door:
    """Where a link leads, with what opens it."""
    terms = terms_of(link)
    if link.way == "open311":
        return Door(terms.url, terms.form, api_key(link.pk).encode(), updates=terms.mapping.updates)
    return Door(terms.url, terms.form, own_secret(link.pk, link.key_number), key_id(link))
