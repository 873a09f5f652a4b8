"""Pure rules of exports with personal data: who may ask, confirm, take; what state one is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gridcommons.access.pairs import Hand, missing_between
from gridcommons.kit.errors import Reason, refusal_kind
from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words

WINDOW: Final = timedelta(days=30)
_MAKING: Final = timedelta(minutes=15)
"""How long after the taking the content may still be read out: a long file is made in pieces."""

NO_REASON = refusal_kind(
    "handout.no_reason",
    status=400,
    zh="请写明导出的用途和理由（至少{least}个字）；不要写人名、电话。",
    en="Say what the export is for ({least} signs at least); name no person and no phone.",
)
TOO_OFTEN = refusal_kind(
    "handout.too_often",
    status=403,
    zh="30天内最多申请{most}次导出。",
    en="At most {most} exports can be asked for in 30 days.",
)
NOT_READY = refusal_kind(
    "handout.not_ready",
    status=409,
    zh="这份导出现在不能办理：{state_zh}。",
    en="This cannot be done with the export now: {state_en}.",
)
NOT_YOURS = refusal_kind(
    "handout.not_yours",
    status=403,
    zh="只有申请人可以下载，而且只能下载一次。",
    en="Only who asked for it can take it, and only once.",
)
STATES: Final = {
    "waiting": Words("待第二人确认", "waits for the second person"),
    "lapsed": Words("已失效", "lapsed"),
    "declined": Words("未同意或已撤回", "declined or taken back"),
    "ready": Words("可以下载一次", "can be taken once"),
    "taken": Words("已下载", "taken"),
}
"""The states of an export in words."""


@dataclass(frozen=True)
class Limits:
    """The limits that data set, with who answers for them."""

    wait_hours: float
    take_hours: float
    most_in_30_days: int
    least_reason: int
    owner: Words
    version: str


def limits() -> Limits:
    """The packaged limits."""
    return shipped("gridcommons.access.handout", "handout.toml", _limits)


def _limits(raw: Raw) -> Limits:
    owner = Words(raw.pop("owner_zh"), raw.pop("owner_en"))
    return Limits(owner=owner, **raw)


@dataclass(frozen=True)
class HandoutFacts:
    """One export as a plain value. `bound`: the filter that it is bound to."""

    id: UUID
    number: str
    kind: str
    asked_by: UUID
    office_id: UUID
    area_code: str
    reason: str
    asked_at: datetime
    bound: dict[str, Any] = field(default_factory=dict)
    confirmed_by: UUID | None = None
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None
    taken_at: datetime | None = None

    @property
    def key(self) -> str:
        """The mark that every entry of the ledger carries that was read for it."""
        return f"handout:{self.id}"

    def state_at(self, at: datetime) -> str:
        """waiting, lapsed, declined, ready or taken."""
        if self.taken_at is not None:
            return "taken"
        if self.ended_at is not None:
            return "declined"
        return "lapsed" if at >= self.ends_at() else "waiting" if self.confirmed_at is None else "ready"

    def ends_at(self) -> datetime:
        """Until when it waits for the second person, or can be taken."""
        if self.confirmed_at is None:
            return self.asked_at + timedelta(hours=limits().wait_hours)
        return self.confirmed_at + timedelta(hours=limits().take_hours)


def missing_to_ask(wanted: HandoutFacts, before: Sequence[HandoutFacts], at: datetime) -> tuple[Reason, ...]:
    """Why an export may not be asked for; `before`: what the same person asked for."""
    bound = limits()
    reasons = []
    if len(wanted.reason) < bound.least_reason:
        reasons.append(Reason(NO_REASON, (("least", str(bound.least_reason)),)))
    if len([one for one in before if at - one.asked_at < WINDOW]) >= bound.most_in_30_days:
        reasons.append(Reason(TOO_OFTEN, (("most", str(bound.most_in_30_days)),)))
    return tuple(reasons)


def missing_to_confirm(handout: HandoutFacts, asker: Hand, second: Hand, at: datetime) -> tuple[Reason, ...]:
    """Why somebody may not be the second person."""
    return (*missing_between(asker, second), *_unless(handout, "waiting", at))


def missing_to_end(handout: HandoutFacts, by: UUID | None, at: datetime, *, may_decline: bool) -> tuple[Reason, ...]:
    """Why somebody may not take a request back or decline it."""
    own = by is not None and by == handout.asked_by
    state = handout.state_at(at)
    reasons = _unless(handout, state if state in {"waiting", "ready"} else "waiting", at)
    return reasons if own or may_decline else (*reasons, Reason(NOT_YOURS))


def missing_to_take(handout: HandoutFacts, by: UUID | None, at: datetime) -> tuple[Reason, ...]:
    """Why an export cannot be taken."""
    reasons = _unless(handout, "ready", at)
    return reasons if by == handout.asked_by else (*reasons, Reason(NOT_YOURS))


def missing_to_read(handout: HandoutFacts, by: UUID | None, at: datetime) -> tuple[Reason, ...]:
    """Why the content of an export may not be read: it has to have been taken by this person just now."""
    taken = handout.taken_at is not None and handout.taken_at <= at <= handout.taken_at + _MAKING
    return () if taken and by == handout.asked_by else (Reason(NOT_YOURS),)


def _unless(handout: HandoutFacts, state: str, at: datetime) -> tuple[Reason, ...]:
    found = handout.state_at(at)
    said = STATES[found]
    return () if found == state else (Reason(NOT_READY, (("state_zh", said.zh), ("state_en", said.en))),)
