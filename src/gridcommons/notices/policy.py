"""The policy of delivery, read from its file and checked whole."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.shipped import shipped_text
from gridcommons.kit.words import Words
from gridcommons.notices.rules import Policy, minute_of

BAD_POLICY = refusal_kind(
    "notices.policy",
    status=500,
    zh="通知发送规则文件有误：{what}。请改正后重启。",
    en="The file of delivery rules is wrong: {what}. Correct it and start again.",
)


@cache
def packaged_policy() -> Policy:
    """The rules that came with the program."""
    return parse_policy(shipped_text("gridcommons.notices", "delivery.toml"))


def parse_policy(text: str) -> Policy:
    """Rules of delivery from TOML; refuses a faulty file, naming the fault."""
    try:
        return _policy(tomllib.loads(text))
    except (KeyError, TypeError, ValueError) as error:
        raise refuse(BAD_POLICY, what=f"{type(error).__name__}: {error}"[:200]) from None


def _policy(raw: Mapping[str, Any]) -> Policy:
    quiet, tries, limits, reply = raw["quiet"], raw["tries"], raw["limits"], raw["reply"]
    if not tries["minutes"] or min(tries["minutes"]) <= 0 or not 0 <= tries["jitter"] <= 1:
        raise ValueError("pauses are longer than nought and the jitter lies between 0 and 1")
    return Policy(
        edition=raw["edition"], owner=Words(raw["owner"]["zh"], raw["owner"]["en"]),
        quiet=(minute_of(quiet["from"]), minute_of(quiet["to"])), urgent=frozenset(quiet["urgent"]),
        offers=tuple((minute_of(start), minute_of(end)) for start, end in quiet["offers"]),
        rest_days=frozenset(date.fromisoformat(str(day)) for day in quiet["rest_days"]),
        pauses=tuple(timedelta(minutes=n) for n in tries["minutes"]), jitter=float(tries["jitter"]),
        expires=timedelta(hours=tries["expires_hours"]), lost=timedelta(minutes=tries["lost_minutes"]),
        sms_limit=int(limits["sms"]), fact_limit=int(limits["fact"]), digest_limit=int(limits["digest"]),
        stop_words=frozenset(word.upper() for word in reply["stop"]),
        start_words=frozenset(word.upper() for word in reply["start"]),
    )  # fmt: skip
