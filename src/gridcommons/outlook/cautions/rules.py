"""How a warning stands, how long it may hold, and what its words must be. Pure."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.codes import CHINA
from gridcommons.kit.dates import MONTHS_EN
from gridcommons.kit.errors import Reason, refusal_kind, refuse, require_none, worded
from gridcommons.kit.masking import mask
from gridcommons.kit.words import Words
from gridcommons.outlook.cautions.templates import PARTS, Said
from gridcommons.outlook.leaving import require_harmless
from gridcommons.outlook.periods import ZONE

_WRITTEN: Final = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日", re.ASCII)
_WRITTEN_EN: Final = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS_EN)})[a-z]* (\d{{4}})\b", re.ASCII)
LEVELS: Final = ("county", "township")
LENGTHS: Final = {"event": 60, "headline": 120, "description": 1_000, "instruction": 1_000}
KEPT: Final = timedelta(days=90)
"""So long after its end a warning stays on the public page, shown as over."""

UNKNOWN = refusal_kind(
    "caution.unknown",
    status=404,
    zh="没有这条公众预警。请从清单中选择。",
    en="There is no such public warning. Choose one from the list.",
)
NO_GROUND = refusal_kind(
    "caution.no_ground",
    status=409,
    zh="依据已不成立：颜色须是已签字、未到期的橙色或红色，异常须已判断属实且未被更正。请回到清单重新选择。",
    en="What it rests on does not hold: a colour must be orange or red, signed and not due for review, an alarm judged "
    "true and not taken away by a correction. Choose again from the list.",
)
WRONG_TEMPLATE = refusal_kind(
    "caution.wrong_template",
    status=400,
    zh="样本“{template_zh}”不能用于这个依据。请换一个样本。",
    en="The template “{template_en}” does not go with what this rests on. Choose another one.",
)
WRONG_AREA = refusal_kind(
    "caution.wrong_area",
    status=400,
    zh="公众预警只发给一个县，或同一县内的乡镇（街道）。请重新选择区域。",
    en="A public warning is for one county, or for townships of one county. Choose the area again.",
)
NOT_SAID = refusal_kind(
    "caution.not_said",
    status=400,
    zh="“{part_zh}”要用中文和英文都写明。",
    en="Say the {part_en} in Chinese and in English.",
)
PERSON_SAID = refusal_kind(
    "caution.person_said",
    status=422,
    zh="“{part_zh}”里不能有人名、电话或证件号，请改写后再提交。",
    en="The {part_en} must hold no person, phone or document number; write it otherwise.",
)
BAD_DAYS = refusal_kind(
    "caution.bad_days",
    status=400,
    zh="最后一天最早是今天，最晚是{latest}。请改正日期。",
    en="The last day is today at the earliest and {latest} at the latest. Correct it.",
)
OTHER_DAY = refusal_kind(
    "caution.other_day",
    status=422,
    zh="文字里写的是{named}，预警的最后一天是{last}：请改正其中一个。",
    en="The words name {named}, and the last day on which it holds is {last}: correct one of them.",
)
NOT_WAITING = refusal_kind(
    "caution.not_waiting",
    status=409,
    zh="这条预警没有在等待第二人签发：可能已经签发或撤下。请刷新后再看。",
    en="This warning does not wait for a second person: it was issued or taken down. Load the page anew.",
)
NOT_IN_FORCE = refusal_kind(
    "caution.not_in_force",
    status=409,
    zh="只有生效中的预警可以更新或解除；已到期、已解除、已更新或已有一份在等待签发的不行。",
    en="Only a warning in force is updated or called off: none that is over, was followed already, or has one waiting.",
)
WAITS_ALREADY = refusal_kind(
    "caution.waits_already",
    status=409,
    zh="同一依据已有一条预警在等待签发或生效中。请到清单中更新那一条。",
    en="A warning on the same ground waits or is in force already. Update that one from the list.",
)


class State(StrEnum):
    """How a message stands."""

    WAITING = "waiting"
    DROPPED = "dropped"
    DECLINED = "declined"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    UPDATED = "updated"
    CANCELLED = "cancelled"


STATE_WORDS: Final = {
    State.WAITING: Words("待第二人签发", "waits for its second person"),
    State.DROPPED: Words("已撤下，未签发", "taken down, never issued"),
    State.DECLINED: Words("第二人未予签发", "not issued by its second person"),
    State.IN_FORCE: Words("生效中", "in force"),
    State.EXPIRED: Words("已到期", "expired"),
    State.UPDATED: Words("已被更新", "updated by a later one"),
    State.CANCELLED: Words("已解除", "called off"),
}


def end_of(last: date) -> datetime:
    """The end of the last local day: from then on a warning holds no more."""
    return datetime.combine(last + timedelta(days=1), time(), tzinfo=ZONE)


def last_day(expires: datetime) -> date:
    """The last local day on which a warning holds."""
    return (expires.astimezone(ZONE) - timedelta(seconds=1)).date()


def require_days(last: date, today: date, most: int, until: date | None) -> None:
    """Refuse a last day that is over, too far off, or on or after the day on which a colour is due for review."""
    latest = today + timedelta(days=most - 1)
    latest = latest if until is None else min(latest, until - timedelta(days=1))
    if not today <= last <= latest:
        raise refuse(BAD_DAYS, latest=latest)


def require_area(codes: Sequence[str]) -> str:
    """The area of a warning: the one named, or the county that holds all townships named; refuses any other."""
    if not codes or any(CHINA.level_of(code).key not in LEVELS for code in codes):
        raise refuse(WRONG_AREA)
    counties = {CHINA.cut(code, "county") for code in codes}
    if len(counties) > 1 or (len(codes) > 1 and counties & set(codes)):
        raise refuse(WRONG_AREA)
    return codes[0] if len(codes) == 1 else counties.pop()


def clean_said(said: Said) -> Said:
    """The words in order; refuses with everything that is not said in both languages, names a person or is no text."""
    texts = {
        key: Words(*(clean_text(text, limit=LENGTHS[key]) for text in getattr(said, key).as_dict().values()))
        for key in PARTS
    }
    faults: list[Reason] = []
    for key, words in texts.items():
        pair = words.as_dict().values()
        if not all(pair):
            faults.append(worded(NOT_SAID, part=PARTS[key]))
        elif any(mask(text).findings for text in pair):
            faults.append(worded(PERSON_SAID, part=PARTS[key]))
    require_none(tuple(faults))
    require_harmless(text for words in texts.values() for text in words.as_dict().values())
    return Said(**texts)


def require_last_named(said: Said, last: date, today: date) -> None:
    """Refuse words that name a day to come and not the last one: a draft whose day was changed in the form alone."""
    for tongue in ("zh", "en"):
        text = " ".join(getattr(said, key).as_dict()[tongue] for key in PARTS)
        named = sorted(day for day in _named(text) if day >= today)
        if named and last not in named:
            raise refuse(OTHER_DAY, named=named[0], last=last)


def _named(text: str) -> Iterator[date]:
    """The days that a text names with their year; what is no day is none."""
    found = [(int(y), int(m), int(d)) for y, m, d in _WRITTEN.findall(text)]
    found += [(int(y), MONTHS_EN.index(m) + 1, int(d)) for d, m, y in _WRITTEN_EN.findall(text)]
    for year, month, day in found:
        with contextlib.suppress(ValueError):
            yield date(year, month, day)


def called_off(said: Said, why: Words) -> Said:
    """The words of a cancellation: the same event, called off, and why."""
    return Said(
        said.event,
        Words(f"解除：{said.headline.zh}", f"Called off: {said.headline.en}"),
        why,
        Words(
            "恢复正常；已公布的其他措施以其本身的期限为准。",
            "Go on as usual; other published measures hold by their own days.",
        ),
    )  # fmt: skip


def state_of(
    *, issued: bool, dropped: bool, declined: bool, kind: str, follower: str, expires: datetime, at: datetime
) -> State:  # fmt: skip
    """How a message stands. `follower`: the kind of the issued message that follows it; empty where none does."""
    if not issued:
        return State.DECLINED if declined else State.DROPPED if dropped else State.WAITING
    if kind == "Cancel" or follower == "Cancel":
        return State.CANCELLED
    if follower:
        return State.UPDATED
    return State.EXPIRED if expires <= at else State.IN_FORCE
