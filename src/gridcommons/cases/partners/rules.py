"""Pure rules of the room: who may agree to a link, what an answer means, when it is tried again, what a status asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from gridcommons.access.pairs import NO_OFFICE, SAME_LINE, SAME_OFFICE, SAME_PERSON, Hand
from gridcommons.cases.partners.policy import policy
from gridcommons.kit.errors import Reason, refusal_kind
from gridcommons.kit.words import Words

EVENTS: Final[Mapping[str, Words]] = {
    "case.dispatched": Words("派给本单位", "sent to the office"),
    "case.changed": Words("有变化", "changed"),
    "case.withdrawn": Words("已转走", "taken away"),
    "case.ended": Words("已办结", "ended"),
    "link.test": Words("测试消息", "test message"),
}
"""Kinds of events that go out, as both sides name them."""
WITHOUT_CASE: Final = frozenset({"case.withdrawn", "link.test"})
"""Events that say nothing of a case but its number."""
HELD: Final = frozenset({"dispatched", "handling", "handled", "rework", "parked"})
"""States in which a case is with the office in charge."""
_CLOCKS_APART: Final = timedelta(minutes=5)

RECEIVES = refusal_kind(
    "partner.receives",
    status=403,
    zh="第二确认人不能是接收数据的单位的人，请由别的单位的人确认。",
    en="The second person may not serve the office that gets the data; somebody of another office has to confirm.",
)
NOT_NOW = refusal_kind(
    "partner.not_now",
    status=409,
    zh="对接现在不能这样办：{state_zh}。",
    en="This cannot be done with the link now: {state_en}.",
)
LINK_STATES: Final[Mapping[str, Words]] = {
    "waiting": Words("待第二人确认", "waits for a second person"),
    "live": Words("运行中", "in force"),
    "paused": Words("已暂停：所属机构已随区划撤并", "paused: its office ended when areas were redrawn"),
    "ended": Words("已停用", "ended"),
}


class State(StrEnum):
    """Where something that goes out stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    STUCK = "stuck"
    PASSED = "passed"
    GIVEN_UP = "given_up"
    BY_HAND = "by_hand"


OVER: Final = (State.SENT, State.PASSED, State.GIVEN_UP, State.BY_HAND)
"""What holds nothing up any more."""


class Heard(StrEnum):
    """Where something that came in stands."""

    NEW = "new"
    DONE = "done"
    UNCHANGED = "unchanged"
    LOOK = "look"
    ASIDE = "aside"


class Seen(StrEnum):
    """Where a picture stands: on its way, told of, given out, in a file, taken in, given up, or before a person."""

    WAITING = "waiting"
    TOLD = "told"
    FETCHED = "fetched"
    FILED = "filed"
    TAKEN = "taken"
    STUCK = "stuck"
    OVER = "over"


@dataclass(frozen=True)
class Outcome:
    """What came of a try: `sent`, `later` (by itself) or `stuck` (a person has to). `shut`: it concerns the link.

    `remote_id`, `token`: what the case is called over there. `wait`: how long they ask to wait.
    """

    kind: str
    reason: str = ""
    code: str = ""
    shut: bool = False
    remote_id: str = ""
    token: str = ""
    wait: timedelta | None = None


@dataclass(frozen=True)
class Next:
    """What becomes of something after a try."""

    state: State
    reason: str
    next_at: datetime | None = None


def after_try(outcome: Outcome, tries: int, at: datetime, noise: float) -> Next:
    """Where it stands after its `tries`-th try; `noise` in [0, 1) keeps many from coming back at one moment."""
    if outcome.kind == "sent":
        return Next(State.SENT, "")
    if outcome.kind == "passed":
        return Next(State.PASSED, outcome.reason)
    pauses = policy().pauses
    if outcome.kind == "stuck" or tries > len(pauses):
        return Next(State.STUCK, outcome.reason)
    pause = pauses[tries - 1] * (1 + policy().jitter * (2 * noise - 1))
    return Next(State.WAITING, outcome.reason, at + max(pause, outcome.wait or pause))


def shut_until(failures: int, at: datetime) -> datetime | None:
    """Until when a link that failed so often in a row is left alone; None while it may go on."""
    beyond = failures - policy().failures
    return None if beyond < 0 else at + policy().shut[min(beyond, len(policy().shut) - 1)]


def missing_second(asker: Hand, second: Hand, receivers: Collection[UUID]) -> tuple[Reason, ...]:
    """Why somebody may not be the second person to a link. Who asks may serve no office: a county officer has none."""
    reasons = [Reason(SAME_PERSON)] if asker.user_id == second.user_id else []
    reasons += [] if second.offices else [Reason(NO_OFFICE)]
    reasons += [Reason(RECEIVES)] if second.offices & set(receivers) else []
    if asker.offices & second.offices:
        reasons.append(Reason(SAME_OFFICE))
    elif asker.lines & second.lines:
        reasons.append(Reason(SAME_LINE))
    return tuple(reasons)


def unless_state(found: str, *wanted: str) -> tuple[Reason, ...]:
    """Why a link cannot be dealt with in its state."""
    said = LINK_STATES[found]
    return () if found in wanted else (Reason(NOT_NOW, (("state_zh", said.zh), ("state_en", said.en))),)


def event_words(event: str) -> Words:
    """What an event tells: a thing of another kind is dispatched, changes and ends as a case does."""
    return EVENTS.get(event) or EVENTS[f"case.{event.partition('.')[2]}"]


def says_nothing(event: str) -> bool:
    """Whether an event says nothing of a thing but its number."""
    return event in WITHOUT_CASE or event.endswith(".withdrawn")


def event_for(*, mine: bool, was_there: bool, fresh: bool, ended: bool) -> str:
    """What a link is told of a step. `mine`: the case is with its office; `was_there`: it went over before and was not
    taken away since; `fresh`: the step sent it to an office."""
    if not mine:
        return "case.withdrawn" if was_there else ""
    if ended:
        return "case.ended" if was_there else ""
    return "case.dispatched" if fresh or not was_there else "case.changed"


@dataclass(frozen=True)
class Standing:
    """How the case of an incoming status stands. `last_at`: the moment of the newest status that was used.

    `since`: when it was last given to the office, or back to it as rework.
    """

    state: str
    last_at: datetime | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class Understood:
    """What to do about a status: the steps to take in order, or why not. `look`: a person has to look at it."""

    steps: tuple[str, ...] = ()
    reason: str = ""
    look: bool = False


_STEPS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("accept", "dispatched"): ("accept",),
    ("send_back", "dispatched"): ("send_back",),
    ("send_back", "handling"): ("send_back",),
    ("feed_back", "dispatched"): ("accept", "feed_back"),
    ("feed_back", "handling"): ("feed_back",),
    ("feed_back", "rework"): ("feed_back",),
}
_THERE: Final[Mapping[str, frozenset[str]]] = {
    "accept": frozenset({"handling", "handled", "rework", "closed", "confirmed"}),
    "send_back": frozenset({"returned"}),
    "feed_back": frozenset({"handled", "closed", "confirmed"}),
}
"""By step, the states in which a case stands there already."""


def understand(
    *, step: str | None, words: str, said_at: datetime, now: datetime, standing: Standing, acts: tuple[str, ...]
) -> Understood:
    """What a status asks for: nothing older than what was heard counts, nothing is done that the link may not."""
    if step is None or said_at > now + _CLOCKS_APART:
        return Understood(reason="unknown_status" if step is None else "future", look=True)
    late = _too_late(said_at, standing)
    if late:
        return Understood(reason=late, look=late == "before")
    if step == "nothing" or standing.state in _THERE[step]:
        return Understood(reason="" if step == "nothing" else "known")
    steps = _STEPS.get((step, standing.state), ())
    hindered = _hindered(steps, words, acts)
    return Understood(reason=hindered, look=True) if hindered else Understood(steps)


def _too_late(said_at: datetime, standing: Standing) -> str:
    """Whether a status is from before what was heard, or from before the office had the case this time."""
    if standing.last_at is not None and said_at < standing.last_at:
        return "older"
    return "before" if standing.since is not None and said_at < standing.since - _CLOCKS_APART else ""


def _hindered(steps: tuple[str, ...], words: str, acts: tuple[str, ...]) -> str:
    """Why steps cannot be taken by a system; nothing where they can."""
    if not steps:
        return "contradicts"
    if not set(steps) <= set(acts):
        return "asks_person"
    return "" if words or steps == ("accept",) else "no_words"
