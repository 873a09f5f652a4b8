"""Rules of telling people: when a message may go out, what comes after a try, and the words for both. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from gridcommons.kit.words import Words

DAY_MINUTES: Final = 24 * 60
CHANNELS: Final = ("inside", "email", "sms")
CHOICES: Final = ("", "inside", "email", "sms", "none")
"""What a person may choose: nothing (what they left decides), one channel, or to be told nothing."""


class State(StrEnum):
    """Where a notice is on its way."""

    WAITING = "waiting"
    HELD = "held"
    SENDING = "sending"
    HANDED = "handed"
    DELIVERED = "delivered"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    EXPIRED = "expired"
    UNWANTED = "unwanted"


ON_THE_WAY: Final = (State.WAITING, State.HELD, State.UNCERTAIN)
"""States in which something is still to be done at `next_at`."""
STUCK: Final = (State.FAILED, State.UNCERTAIN)
"""States out of which an officer may have it tried again; what arrived or was handed over is never sent twice."""

STATES: Final[Mapping[State, Words]] = {
    State.WAITING: Words("待发送", "waiting"),
    State.HELD: Words("静默时段，早上发出", "held until the morning"),
    State.SENDING: Words("正在发送", "being sent"),
    State.HANDED: Words("已交付通道", "handed over"),
    State.DELIVERED: Words("已送达", "delivered"),
    State.UNCERTAIN: Words("不确定是否送达", "uncertain"),
    State.FAILED: Words("未能送达", "failed"),
    State.EXPIRED: Words("过期未发", "expired"),
    State.UNWANTED: Words("对方不接收", "not wanted"),
}

REASONS: Final[Mapping[str, Words]] = {
    "unsubscribed": Words("对方已退订", "has unsubscribed"),
    "chose_none": Words("对方选择不接收消息", "chose to be told nothing"),
    "chose_inside": Words("对方选择只在平台上查看", "chose to be told in the program only"),
    "no_address": Words("没有留下该渠道可用的联系方式", "left no address for this channel"),
    "contact_gone": Words("联系方式已按期删除", "the contact was deleted in time"),
    "bad_address": Words("地址或号码无效", "the address or number cannot be one"),
    "refused": Words("对方服务器拒收这个地址", "the other side refuses this address"),
    "unsupported": Words("对方服务器不支持这种地址", "the other side cannot handle such an address"),
    "channel_off": Words("没有设置短信或邮件通道", "no channel is set up for SMS or e-mail"),
    "channel_config": Words("通道设置有误", "the settings of the channel are wrong"),
    "unreachable": Words("连不上通道服务器", "the channel's server cannot be reached"),
    "tls_missing": Words("通道服务器没有提供加密连接", "the channel's server offers no encryption"),
    "login_refused": Words("通道服务器拒绝登录", "the channel's server refuses our login"),
    "busy": Words("对方要求稍后再试", "the other side asks to try later"),
    "timeout": Words("对方没有按时应答", "the other side did not answer in time"),
    "bad_answer": Words("通道的应答无法理解", "the channel's answer makes no sense"),
    "lost": Words("发送途中程序中断", "the program stopped while sending"),
    "reported_failed": Words("运营商回执：未送达", "the carrier reports that it did not arrive"),
    "too_many_tries": Words("多次尝试均未成功", "every try failed"),
    "too_late": Words("超过有效时间", "its time has passed"),
    "fault": Words("程序出错", "a fault of the program"),
}
"""Why a notice is where it is, in plain words, by key."""


def reason_words(key: str) -> Words:
    """A reason in words; one that is no key is said as it stands."""
    return REASONS.get(key, Words(key, key))


@dataclass(frozen=True)
class Policy:
    """How notices go out, as `data/delivery.toml` says: minutes of the local day, pauses, limits."""

    edition: str
    owner: Words
    quiet: tuple[int, int]
    offers: tuple[tuple[int, int], ...]
    urgent: frozenset[str]
    rest_days: frozenset[date]
    pauses: tuple[timedelta, ...]
    jitter: float
    expires: timedelta
    lost: timedelta
    sms_limit: int
    fact_limit: int
    digest_limit: int
    stop_words: frozenset[str]
    start_words: frozenset[str]


@dataclass(frozen=True)
class Wish:
    """How a person wants to be told. Empty parts leave it to the program; equal hours of `quiet`: at any hour.

    `safe`: somebody may read over their shoulder: neutral words, and nothing leaves the program.
    """

    channel: str = ""
    language: str = ""
    neutral: bool = False
    quiet: tuple[int, int] | None = None
    unsubscribed: bool = False

    @property
    def safe(self) -> bool:
        """Whether nothing may leave the program and no word may tell what it is about."""
        return self.neutral and self.channel == "inside"

    def over(self, below: Wish) -> Wish:
        """This wish where it says something, else the other; the careful choice of the two wins."""
        return Wish(
            channel=self.channel or below.channel, language=self.language or below.language,
            neutral=self.neutral or below.neutral, quiet=self.quiet or below.quiet,
            unsubscribed=self.unsubscribed,
        )  # fmt: skip


@dataclass(frozen=True)
class Message:
    """What is handed to a channel: one text to one address. `link`: where it can be stopped without a login."""

    id: UUID
    channel: str
    address: str
    subject: str
    text: str
    language: str
    at: datetime
    link: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one try. `code`: the other side's answer; `shut`: nothing else can go this way now."""

    state: State
    code: str = ""
    reason: str = ""
    shut: bool = False
    wait: timedelta | None = None


@dataclass(frozen=True)
class Decision:
    """What is to be done with a notice now: `WAITING` means to send it; `until`: when it comes up again."""

    state: State
    reason: str = ""
    until: datetime | None = None


def decide(
    *, created_at: datetime, at: datetime, text_key: str, wish: Wish, policy: Policy, zone: ZoneInfo
) -> Decision:
    """Whether a notice that is due goes out now, is held, or never goes out."""
    if wish.unsubscribed:
        return Decision(State.UNWANTED, "unsubscribed")
    if wish.channel in {"none", "inside"}:
        return Decision(State.UNWANTED, f"chose_{wish.channel}")
    if at - created_at > policy.expires:
        return Decision(State.EXPIRED, "too_late")
    until = None if text_key in policy.urgent else quiet_until(at, wish, policy, zone)
    return Decision(State.HELD, until=until) if until else Decision(State.WAITING)


def quiet_until(at: datetime, wish: Wish, policy: Policy, zone: ZoneInfo) -> datetime | None:
    """The end of the quiet hours that a moment lies in, by the person's own hours or the house's; None outside them."""
    start, end = wish.quiet or policy.quiet
    local = at.astimezone(zone)
    free = _after_quiet(local, start, end)
    while free.date() in policy.rest_days:
        free = _after_quiet(datetime.combine(free.date() + timedelta(days=1), time(), zone), start, end)
    return None if free == local else free


def _after_quiet(local: datetime, start: int, end: int) -> datetime:
    """The first moment from a local one on that lies outside the hours; they may go over midnight."""
    minute = local.hour * 60 + local.minute
    over_midnight = start > end
    inside = (minute >= start or minute < end) if over_midnight else start <= minute < end
    if not inside:
        return local
    day = local.date() + timedelta(days=1 if over_midnight and minute >= start else 0)
    return datetime.combine(day, time(end // 60, end % 60), local.tzinfo)


def after_try(outcome: Outcome, *, tries: int, at: datetime, noise: float, policy: Policy) -> Decision:
    """Where a notice stands after its `tries`-th try; `noise` from 0 to 1 spreads the next ones."""
    if outcome.state not in {State.WAITING, State.UNCERTAIN}:
        return Decision(outcome.state, outcome.reason)
    if tries > len(policy.pauses):
        last = State.UNCERTAIN if outcome.state is State.UNCERTAIN else State.FAILED
        return Decision(last, outcome.reason or "too_many_tries")
    pause = policy.pauses[max(tries, 1) - 1] * (1 + policy.jitter * noise)
    return Decision(outcome.state, outcome.reason, at + max(pause, outcome.wait or timedelta()))


RECEIPTS: Final[Mapping[str, State]] = {"delivered": State.DELIVERED, "failed": State.FAILED}


def after_receipt(now: State, told: str) -> State | None:
    """Where a notice that was tried stands after a receipt; None where the receipt changes nothing.

    What arrived stays arrived, and what ended without having been handed over cannot arrive.
    """
    ended = {State.DELIVERED, State.FAILED, State.EXPIRED, State.UNWANTED}
    return None if now in ended else RECEIPTS.get(told)


def minute_of(text: str) -> int:
    """The minute of the day of `HH:MM`; refuses (ValueError) anything else."""
    moment = time.fromisoformat(text)
    if moment.tzinfo is not None or moment.second or moment.microsecond:
        raise ValueError(f"no time of day: {text[:20]!r}")
    return moment.hour * 60 + moment.minute


def clock_text(minute: int) -> str:
    """A minute of the day as `HH:MM`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def way_for(wish: Wish, *, phone: str, email: str, ways: frozenset[str]) -> tuple[str, str]:
    """Channel and address of a message, or an empty channel and the key of the reason why there is none.

    The chosen channel alone where one was chosen; else SMS before e-mail, as far as they are set up.
    """
    left = {"sms": phone, "email": email}
    wanted = [wish.channel] if wish.channel else ["sms", "email"]
    with_address = [(channel, left.get(channel, "")) for channel in wanted if left.get(channel)]
    found = [pair for pair in with_address if pair[0] in ways]
    if found:
        return found[0]
    return "", "channel_off" if with_address else "no_address"
