"""How a colour comes to stand: at once by the rule, by a named officer's signature, or not for want of one. Pure.

- Levels that need no signature stand at once, up and down, as the rules read them.
- Orange and red are proposals. Until a named officer signs, the area stands at the highest level that needs none.
- A signature holds for the days of the scheme. After that the colour is due for review: it stays, marked so, and does
  not turn green by itself. What is due for review always has a proposal: the reading, or what was signed where a
  higher reading was refused.
- A refusal with its reason holds as long as a signature. A higher reading is a new proposal. To refuse a higher level
  refuses nothing that was signed.
- Lowering to a level that needs a signature is a proposal too; lowering to one that needs none stands at once.
- Grey interrupts and forgets nothing: what was signed or refused goes on when figures come back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from gridcommons.kit.errors import Reason, Refusal, refusal_kind, refuse, worded
from gridcommons.kit.words import Words
from gridcommons.outlook.colours.scheme import GREY, Level, Scheme

REASON_LENGTH: Final = 300
STEPS: Final = {
    "first": Words("首次读数", "first reading"),
    "up": Words("升级：当日即升", "raised: at once"),
    "down": Words("降级：满规定天数后降一级", "lowered: after the days of the rule"),
    "same": Words("未变", "as before"),
}

NOTHING_PROPOSED = refusal_kind(
    "colour.nothing_proposed",
    status=409,
    zh="这里没有等待签字的颜色，或读数已经更新。请打开最新的一条再决定；您写的理由没有丢失。",
    en="No colour waits for a signature here, or it was read anew meanwhile. Open the latest one and decide on that; "
    "what you wrote is kept in the form.",
)
NO_REASON = refusal_kind(
    "colour.no_reason",
    status=400,
    zh="请写明理由，公众和上级都能看到是谁、凭什么决定的。",
    en="Give a reason: everybody may see who decided, and on what grounds.",
)
PERSON_IN_REASON = refusal_kind(
    "colour.person_in_reason",
    status=422,
    zh="理由里不能有人名、电话或证件号，请改写后再提交。",
    en="The reason must hold no person, phone or document number; write it otherwise.",
)


class State(StrEnum):
    """Why an area stands as it does."""

    RULE = "rule"
    WAITING = "waiting"
    SIGNED = "signed"
    REVIEW = "review"
    REFUSED = "refused"
    UNKNOWN = "unknown"


STATE_WORDS: Final = {
    State.RULE: Words("按规则生效", "stands by the rule"),
    State.WAITING: Words("待签字", "waits for a signature"),
    State.SIGNED: Words("已签字", "signed"),
    State.REVIEW: Words("待复核", "review due"),
    State.REFUSED: Words("未予签字", "not signed"),
    State.UNKNOWN: Words("未知", "unknown"),
}


@dataclass(frozen=True)
class Standing:
    """How an area stands. `proposal`: the level that waits for a signature, empty where none does.

    `signed`, `until`: what an officer signed, and the day on which that is due for review. `refused`, `refused_until`:
    what an officer did not sign, and until when that holds.
    """

    level: str = GREY
    state: State = State.UNKNOWN
    proposal: str = ""
    signed: str = ""
    until: date | None = None
    refused: str = ""
    refused_until: date | None = None


def needs_signature(level: Level) -> bool:
    """Whether a level is a proposal until an officer signs: orange and red always, others where the scheme says."""
    return level.signed


def level_of(scheme: Scheme, key: str) -> Level | None:
    """A level of a scheme by its key; None for grey."""
    return next((one for one in scheme.levels if one.key == key), None)


def _place(scheme: Scheme, key: str) -> int:
    return next((n for n, one in enumerate(scheme.levels) if one.key == key), -1)


def _unsigned_below(scheme: Scheme, key: str) -> str:
    """The highest level below one that needs no signature; grey where there is none."""
    lower = [one.key for one in scheme.levels[: _place(scheme, key)] if not needs_signature(one)]
    return lower[-1] if lower else GREY


def read_on(scheme: Scheme, before: Standing, level: str, day: date) -> Standing:
    """How an area stands after what the rules read of it on a day (`level`, or grey)."""
    found = level_of(scheme, level)
    if found is None:
        return replace(before, level=GREY, state=State.UNKNOWN, proposal="")
    if not needs_signature(found):
        return Standing(level, State.RULE)
    if before.signed and before.until is not None:
        return _with_signature(scheme, before, level, day)
    if _is_refused(scheme, before, level, day):
        return replace(before, level=_unsigned_below(scheme, level), state=State.REFUSED, proposal="")
    return Standing(_unsigned_below(scheme, level), State.WAITING, proposal=level)


def _with_signature(scheme: Scheme, before: Standing, level: str, day: date) -> Standing:
    """What was signed stands; another reading is proposed beside it, and once it has run out it is itself again."""
    lapsed = before.until is not None and day >= before.until
    higher = _is_above(scheme, level, before.signed)
    refused = _is_refused(scheme, before, level, day) and higher == _is_above(scheme, before.refused, before.signed)
    if lapsed:
        proposal = before.signed if refused and higher else level
    else:
        proposal = "" if refused or level == before.signed else level
    state = State.REVIEW if lapsed else State.SIGNED
    return replace(before, level=before.signed, state=state, proposal=proposal)


def _is_above(scheme: Scheme, one: str, other: str) -> bool:
    return _place(scheme, one) > _place(scheme, other)


def _is_refused(scheme: Scheme, before: Standing, level: str, day: date) -> bool:
    held = before.refused_until is not None and day < before.refused_until
    return held and not _is_above(scheme, level, before.refused)


def by_today(scheme: Scheme, now: Standing, level: str, day: date) -> Standing:
    """How an area stands on a day on which it was not read yet: a signature or a refusal may have run out meanwhile."""
    return read_on(scheme, now, level, day)


def sign(scheme: Scheme, before: Standing, day: date) -> Standing:
    """How an area stands once an officer signed what was proposed; refuses where nothing was.

    A higher level that was refused stays refused until its own day.
    """
    _require_proposal(before)
    made = Standing(before.proposal, State.SIGNED, signed=before.proposal, until=day + timedelta(scheme.valid_days))
    if _is_refused_above(scheme, before, day):
        return replace(made, refused=before.refused, refused_until=before.refused_until)
    return made


def _is_refused_above(scheme: Scheme, before: Standing, day: date) -> bool:
    """Whether a level above what is proposed was refused and still is."""
    held = before.refused_until is not None and day < before.refused_until
    return held and _is_above(scheme, before.refused, before.proposal)


def refuse_to_sign(scheme: Scheme, before: Standing, day: date) -> Standing:
    """How an area stands once an officer did not sign what was proposed; refuses where nothing was.

    What was signed before and still holds stays; where it is due for review and a higher level was refused, it is
    itself what waits. Otherwise what was due for review stands no longer. A refusal of a higher level that still holds
    keeps its own day.
    """
    _require_proposal(before)
    until = day + timedelta(scheme.valid_days)
    higher = bool(before.signed) and _is_above(scheme, before.proposal, before.signed)
    if before.state is State.SIGNED or higher:
        proposal = before.signed if before.state is State.REVIEW else ""
        return replace(before, proposal=proposal, refused=before.proposal, refused_until=until)
    made = Standing(_unsigned_below(scheme, before.proposal), State.REFUSED)
    if _is_refused_above(scheme, before, day):
        return replace(made, refused=before.refused, refused_until=before.refused_until)
    return replace(made, refused=before.proposal, refused_until=until)


def _require_proposal(before: Standing) -> None:
    if not before.proposal:
        raise refuse(NOTHING_PROPOSED)


def step_of(scheme: Scheme, before: str, now: str) -> str:
    """Which way a reading went from the level that stood by the rules: first, up, down or same."""
    if not before:
        return "first"
    was, is_ = _place(scheme, before), _place(scheme, now)
    return "up" if is_ > was else "down" if is_ < was else "same"


# --- Schemes and packages: two persons, published a day before they hold -------------------------------------------

AHEAD: Final = timedelta(hours=24)
"""A rule is public so long before it holds, without exception (charter 6)."""
MOST_DAYS: Final = 30

NOT_WAITING = refusal_kind(
    "colour.not_waiting",
    status=409,
    zh="这一项没有在等待第二人确认：可能已经确认、撤下或被新的取代。请刷新后再看。",
    en="This does not wait for a second person: it was confirmed, taken down or replaced. Load the page anew.",
)
WAITS_ALREADY = refusal_kind(
    "colour.waits_already",
    status=409,
    zh="同一区域、同一级别已有一项在等待第二人确认。请先确认或撤下那一项。",
    en="One for the same area and level waits for its second person already. Confirm or take that one down first.",
)
TOO_LONG = refusal_kind(
    "colour.package_too_long",
    status=400,
    zh="措施最多公布{most}天，您写的是{days}天。请缩短；到期前可以另报一份。",
    en="A package holds for {most} days at most, this one for {days}. Shorten it; another one can follow it.",
)
BACKWARDS = refusal_kind(
    "colour.package_backwards",
    status=400,
    zh="最后一天早于第一天，或第一天已经过去。请改正日期。",
    en="The last day lies before the first one, or the first one is over. Correct the days.",
)
NEVER_ASKED = refusal_kind(
    "colour.never_asked",
    status=422,
    zh="“{what_zh}”永远不得要求出示通行码（住家、工作、照护、食品、法院、投诉、投票）。请从措施中去掉。",
    en="“{what_en}” may never ask for a pass (home, work, care, food, court, complaint, vote). Take it out.",
)
NO_LEVEL = refusal_kind(
    "colour.no_level",
    status=400,
    zh="方案“{scheme}”没有“{level}”这一级，或区域没有这一级的下级。请重新选择。",
    en="The scheme “{scheme}” has no level “{level}”, or the area has no areas of that kind below. Choose again.",
)


def span_reasons(first: date, last: date, today: date) -> tuple[Reason, ...]:
    """What is wrong with the days of a package; empty where nothing is."""
    if last < first or first < today:
        return (Reason(BACKWARDS),)
    days = (last - first).days + 1
    return (worded(TOO_LONG, most=MOST_DAYS, days=days),) if days > MOST_DAYS else ()


def require_span(first: date, last: date, today: date) -> None:
    """Refuse a package whose days cannot be."""
    if reasons := span_reasons(first, last, today):
        raise Refusal(reasons)
