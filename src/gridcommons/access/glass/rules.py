"""Pure rules of break-glass: who may ask, what state a glass is in, who may confirm, end and answer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from gridcommons.access.pairs import Hand, missing_between
from gridcommons.access.rules import BREAK_GLASS, LOCAL_LEVEL, GrantFacts, Viewer, readers
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Reason, refusal_kind
from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words

ROLE: Final = "glass_reader"
WINDOW: Final = timedelta(days=30)
FOR: Final = ("service", "verification")
"""The purposes that a glass may be asked for."""

TOO_WIDE = refusal_kind(
    "glass.too_wide",
    status=400,
    zh="应急查看最大只能到一个乡镇（街道）。请选择乡镇、村（社区）或网格。",
    en="Break-glass opens a township at most. Choose a township, a village or a grid.",
)
NO_REASON = refusal_kind(
    "glass.no_reason",
    status=400,
    zh="请写明为什么现在必须看（至少{least}个字）；不要写人名、电话。",
    en="Say why it has to be read now ({least} signs at least); name no person and no phone.",
)
BAD_PURPOSE = refusal_kind(
    "glass.bad_purpose",
    status=400,
    zh="请选择查看的用途。",
    en="Choose what the reading is for.",
)
BAD_NUMBER = refusal_kind(
    "glass.bad_number",
    status=400,
    zh="事项编号应形如 261102-ABCDEFG。",
    en="The number of a case looks like 261102-ABCDEFG.",
)
NOT_NEEDED = refusal_kind(
    "glass.not_needed",
    status=409,
    zh="这个区域您本来就能查看，不需要应急查看。",
    en="You can read this area by your own grant; nothing has to be broken for it.",
)
ONE_AT_A_TIME = refusal_kind(
    "glass.one_at_a_time",
    status=409,
    zh="您还有一项应急查看没有结束。请先结束它，再申请新的。",
    en="Another reading of yours has not ended. End it before you ask for a new one.",
)
TOO_OFTEN = refusal_kind(
    "glass.too_often",
    status=403,
    zh="30天内最多申请{most}次应急查看。确有需要的，请管理员按程序调整授权。",
    en="At most {most} requests in 30 days. If your work needs more, your grant has to be changed in the open.",
)
PAIR_TOO_OFTEN = refusal_kind(
    "glass.pair_too_often",
    status=403,
    zh="30天内同一人最多为同一申请人确认{most}次，请由别的第二确认人办理。",
    en="The same second person confirms for one asker at most {most} times in 30 days; another one has to.",
)
NOT_WAITING = refusal_kind(
    "glass.not_waiting",
    status=409,
    zh="这项申请已不在等待：{state_zh}。",
    en="This request waits no longer: {state_en}.",
)
NOT_RUNNING = refusal_kind(
    "glass.not_running",
    status=409,
    zh="它已经结束，不用再结束一次。",
    en="It has ended already.",
)
NOT_YOURS = refusal_kind(
    "glass.not_yours",
    status=403,
    zh="只有申请人和确认人可以结束。",
    en="Only the two persons of it can end it.",
)
NOT_OVER = refusal_kind(
    "glass.not_over",
    status=409,
    zh="只有查看过且已结束、尚未答复的，才能写审查意见。",
    en="An answer is written once, after a reading that was confirmed has ended.",
)
NO_ANSWER = refusal_kind(
    "glass.no_answer",
    status=400,
    zh="请写明审查意见（至少{least}个字），并选择“应当”或“不应当”。",
    en="Write the answer ({least} signs at least) and choose whether it was right.",
)
TOOK_PART = refusal_kind(
    "glass.took_part",
    status=403,
    zh="申请人和确认人不能审查自己参与的事。",
    en="Neither of the two persons reviews it.",
)
CALM: Final = {
    "waiting": Words("待第二人确认", "waits for the second person"),
    "lapsed": Words("无人确认，已失效", "lapsed: nobody confirmed in time"),
    "declined": Words("未同意或已撤回", "declined or taken back"),
    "open": Words("查看中", "open now"),
    "over": Words("已结束，待审查", "over, waits for review"),
    "reviewed": Words("已审查", "reviewed"),
}
"""The states of a glass in words."""


@dataclass(frozen=True)
class Limits:
    """The limits that data set, with who answers for them."""

    hours: float
    wait_minutes: float
    most_in_30_days: int
    most_with_one_second: int
    least_reason: int
    review_days: int
    owner: Words
    version: str


def limits() -> Limits:
    """The packaged limits."""
    return shipped("gridcommons.access.glass", "glass.toml", _limits)


def _limits(raw: Raw) -> Limits:
    owner = Words(raw.pop("owner_zh"), raw.pop("owner_en"))
    return Limits(owner=owner, **raw)


@dataclass(frozen=True)
class GlassFacts:
    """One glass as a plain value."""

    id: UUID
    asked_by: UUID
    office_id: UUID
    number: str
    area_code: str
    purpose: str
    reason: str
    asked_at: datetime
    confirmed_by: UUID | None = None
    confirmed_at: datetime | None = None
    valid_to: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    ended_why: str = ""
    reviewed_by: UUID | None = None
    reviewed_at: datetime | None = None
    right: bool | None = None
    answer: str = ""

    @property
    def key(self) -> str:
        """The mark that every entry of the ledger carries that was read through it."""
        return f"glass:{self.id}"

    def state_at(self, at: datetime) -> str:
        """waiting, lapsed, declined, open, over or reviewed."""
        if self.confirmed_at is None:
            waited = at - self.asked_at > timedelta(minutes=limits().wait_minutes)
            return "declined" if self.ended_at else "lapsed" if waited else "waiting"
        if self.reviewed_at is not None:
            return "reviewed"
        return "open" if self.ends_at() > at else "over"

    def ends_at(self) -> datetime:
        """When its reading ends or ended; for one that was never confirmed when the request lapses."""
        if self.valid_to is None:
            return self.asked_at + timedelta(minutes=limits().wait_minutes)
        return min(self.valid_to, self.ended_at) if self.ended_at else self.valid_to

    def as_grant(self) -> GrantFacts | None:
        """What it opens: reading alone, for hours; None while nobody confirmed it."""
        if self.confirmed_at is None:
            return None
        things = frozenset({f"opened:{self.number}"} if self.number else ())
        return GrantFacts(
            ROLE, (self.area_code,), (), frozenset({BREAK_GLASS}), self.confirmed_at, self.ends_at(), things=things,
            glass=str(self.id),
        )  # fmt: skip


def missing_to_ask(
    viewer: Viewer, wanted: GlassFacts, before: Sequence[GlassFacts], at: datetime
) -> tuple[Reason, ...]:
    """Why a glass may not be asked for; `before`: what the same person asked for in the last 30 days."""
    bound = limits()
    reasons = [] if CHINA.depth_at_least(wanted.area_code, LOCAL_LEVEL) else [Reason(TOO_WIDE)]
    if len(wanted.reason) < bound.least_reason:
        reasons.append(Reason(NO_REASON, (("least", str(bound.least_reason)),)))
    if wanted.purpose not in FOR:
        reasons.append(Reason(BAD_PURPOSE))
    if not wanted.number and any(grant.covers(wanted.area_code) for grant in readers(viewer, at)):
        reasons.append(Reason(NOT_NEEDED))
    if any(one.state_at(at) in {"waiting", "open"} for one in before):
        reasons.append(Reason(ONE_AT_A_TIME))
    if len([one for one in before if at - one.asked_at < WINDOW]) >= bound.most_in_30_days:
        reasons.append(Reason(TOO_OFTEN, (("most", str(bound.most_in_30_days)),)))
    return tuple(reasons)


def missing_to_confirm(
    glass: GlassFacts, asker: Hand, second: Hand, before: Sequence[GlassFacts], at: datetime
) -> tuple[Reason, ...]:
    """Why somebody may not be the second person; `before`: what the asker asked for in the last 30 days."""
    reasons = list(missing_between(asker, second))
    state = glass.state_at(at)
    if state != "waiting":
        reasons.append(_no_longer(state))
    most = limits().most_with_one_second
    together = [one for one in before if one.confirmed_by == second.user_id and at - one.asked_at < WINDOW]
    if len(together) >= most:
        reasons.append(Reason(PAIR_TOO_OFTEN, (("most", str(most)),)))
    return tuple(reasons)


def _no_longer(state: str) -> Reason:
    return Reason(NOT_WAITING, (("state_zh", CALM[state].zh), ("state_en", CALM[state].en)))


def missing_to_end(glass: GlassFacts, by: UUID | None, at: datetime, *, may_decline: bool) -> tuple[Reason, ...]:
    """Why somebody may not end it: one of the two may; before it is confirmed also whoever might have confirmed."""
    if glass.state_at(at) not in {"waiting", "open"}:
        return (Reason(NOT_RUNNING),)
    own = by is not None and by in {glass.asked_by, glass.confirmed_by}
    declines = may_decline and glass.confirmed_at is None
    return () if own or declines else (Reason(NOT_YOURS),)


def missing_to_review(glass: GlassFacts, by: UUID | None, answer: str, at: datetime) -> tuple[Reason, ...]:
    """Why an answer may not be written: too early, again, too short, or by one of the two."""
    reasons = [] if glass.state_at(at) == "over" else [Reason(NOT_OVER)]
    if by in {glass.asked_by, glass.confirmed_by}:
        reasons.append(Reason(TOOK_PART))
    if len(answer) < limits().least_reason:
        reasons.append(Reason(NO_ANSWER, (("least", str(limits().least_reason)),)))
    return tuple(reasons)


def review_by(glass: GlassFacts) -> datetime:
    """By when the auditor is to answer."""
    return glass.ends_at() + timedelta(days=limits().review_days)
