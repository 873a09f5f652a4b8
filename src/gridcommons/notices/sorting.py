"""What is done with a notice that is due, and the fields that a decision sets."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.notices.models import Notice
from gridcommons.notices.policy import packaged_policy
from gridcommons.notices.ready import Ready
from gridcommons.notices.rules import Decision, State, Wish, decide

WAY: Final = ["state", "failure", "next_at", "handed_at", "delivered_at", "channel"]
"""The fields that `put` may set."""


def decided(notice: Notice, wish: Wish, moment: datetime, ways: frozenset[str]) -> Decision:
    """What is done with a due notice; an uncertain one is only asked about, at any hour, in its time."""
    policy = packaged_policy()
    if not ways:
        return Decision(State.FAILED, "channel_off")
    decision = decide(
        created_at=notice.created_at, at=moment, text_key=notice.text_key, wish=wish, policy=policy,
        zone=WorkingCalendar.load().zone,
    )  # fmt: skip
    if notice.state == State.UNCERTAIN:
        over = decision.state is State.EXPIRED
        return Decision(State.UNCERTAIN, notice.failure) if over else Decision(State.WAITING)
    return decision


def ready_of(notice: Notice, wish: Wish, at: datetime) -> Ready:
    """A notice as delivery takes it."""
    return Ready(
        notice.pk, notice.to, State(notice.state), wish.language or notice.language, notice.private or wish.neutral,
        notice.text_key in packaged_policy().urgent, wish, notice.message, at,
    )  # fmt: skip


def put(notice: Notice, decision: Decision, at: datetime) -> None:
    """The fields of a notice that a decision sets."""
    notice.state, notice.failure, notice.next_at = decision.state, decision.reason, decision.until
    if decision.state in {State.HANDED, State.DELIVERED}:
        notice.handed_at = notice.handed_at or at
    if decision.state is State.DELIVERED:
        notice.delivered_at = at
