"""The county's own calendar as a file: the packaged one with its own days and office hours. Pure."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from gridcommons.kit.calendar import packaged_text

_LOCAL: Final = "local"
_OWN: Final = {"zh": "本地安排", "en": "local arrangement"}


def calendar_text(days: Mapping[date, tuple[str, str]], hours: tuple[tuple[str, str], ...]) -> str:
    """The whole file: equal days and hours give equal text. `days`: day -> (`off` or `worked`, note)."""
    raw = tomllib.loads(packaged_text())
    if hours:
        raw["hours"] = [list(pair) for pair in hours]
    raw["names"][_LOCAL] = _OWN
    for block in raw["years"]:
        own = {day: what for day, (what, _note) in days.items() if day.year == block["year"]}
        if own:
            _lay(block, own, days)
    return _written(raw)


def _lay(block: dict[str, Any], own: Mapping[date, str], days: Mapping[date, tuple[str, str]]) -> None:
    """The county's word for a day goes before the packaged one."""
    kept = {key: [day for day in listed if day not in own] for key, listed in block["off"].items()}
    block["worked"] = sorted(
        [d for d in block["worked"] if d not in own] + [d for d, w in own.items() if w == "worked"]
    )
    off = sorted(day for day, what in own.items() if what == "off")
    block["off"] = {key: listed for key, listed in kept.items() if listed} | ({_LOCAL: off} if off else {})
    notes = "; ".join(f"{day} {days[day][1]}".strip() for day in sorted(own))
    block["source"] = f"{block['source']}; {_OWN['zh']}: {notes}"[:500]


def _written(raw: Mapping[str, Any]) -> str:
    lines = [f"{key} = {_value(raw[key])}" for key in ("key", "zone", "weekend", "hours", "owner_zh", "owner_en")]
    lines += ["", "[names]", *(f"{key} = {_table(words)}" for key, words in raw["names"].items())]
    for block in raw["years"]:
        lines += ["", "[[years]]", f"year = {block['year']}", f"provisional = {_value(block['provisional'])}"]
        lines += [f"source = {_value(block['source'])}", f"worked = {_days(block['worked'])}", "[years.off]"]
        lines += [f"{key} = {_days(listed)}" for key, listed in block["off"].items()]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _table(words: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{key} = {_value(text)}" for key, text in words.items()) + " }"


def _days(listed: list[date]) -> str:
    return "[" + ", ".join(day.isoformat() for day in listed) + "]"
