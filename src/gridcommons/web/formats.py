"""How distances in time, durations and figures are written for people, in Chinese and English. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from gridcommons.kit.dates import is_chinese
from gridcommons.kit.numbers import little

SUPPRESSED: Final = "<5"
MISSING: Final = "—"
MINUS: Final = "−"

_HOUR: Final = 60


@dataclass(frozen=True)
class _Unit:
    """A unit of relative time: its length and its words."""

    length: timedelta
    zh: str
    en: str


_UNITS: Final = (
    _Unit(timedelta(days=365), "年", "year"),
    _Unit(timedelta(days=30), "个月", "month"),
    _Unit(timedelta(days=1), "天", "day"),
    _Unit(timedelta(hours=1), "小时", "hour"),
    _Unit(timedelta(minutes=1), "分钟", "minute"),
)


def relative_text(at: datetime, language: str, *, now: datetime) -> str:
    """The distance of an aware moment from `now`, in its largest whole unit: `3小时前`, `in 2 days`."""
    distance = abs(at - now)
    for unit in _UNITS:
        count = distance // unit.length
        if count:
            return _distance_text(count, unit, language, is_past=at < now)
    return "刚刚" if is_chinese(language) else "just now"


def _distance_text(count: int, unit: _Unit, language: str, *, is_past: bool) -> str:
    if is_chinese(language):
        return f"{count}{unit.zh}{'前' if is_past else '后'}"
    words = f"{count} {unit.en}{'' if count == 1 else 's'}"
    return f"{words} ago" if is_past else f"in {words}"


def minutes_text(minutes: int, language: str) -> str:
    """A duration in minutes as `3小时20分` or `3 h 20 min`; refuses (ValueError) a negative one."""
    if minutes < 0:
        raise ValueError("a duration is not negative; say what is over instead")
    hours, rest = divmod(minutes, _HOUR)
    if is_chinese(language):
        if not hours:
            return f"{rest}分钟"
        return f"{hours}小时{rest}分" if rest else f"{hours}小时"
    parts = [f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest or not hours)
    return " ".join(parts)


def days_text(minutes: int, language: str, *, per_day: int, working: bool) -> str:
    """A duration in the unit of a promise: `2个工作日3小时`, `2 working days 3 h`; below a day as `minutes_text`.

    `per_day`: minutes of one day. From a day on, minutes beside hours would be a precision that nobody promised.
    """
    days, rest = divmod(minutes, per_day)
    if not days:
        return minutes_text(minutes, language)
    hours = rest // _HOUR
    if is_chinese(language):
        return f"{days}{'个工作日' if working else '天'}" + (f"{hours}小时" if hours else "")
    unit = f"{'working ' if working else ''}day{'' if days == 1 else 's'}"
    return f"{days} {unit}" + (f" {hours} h" if hours else "")


def figure_text(value: int | float | Decimal | str | None) -> str:
    """A figure with thousands marked and at most one decimal; `—` for none, text (such as `<5`) as it is."""
    if value is None:
        return MISSING
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        raise TypeError("a yes or no is not a figure")
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}".removesuffix(".0")
    return text.replace("-", MINUS)


def change_text(change: int | float | Decimal) -> str:
    """A change with its sign: `+12`, `−3`, `±0`."""
    text = figure_text(change)
    if text.strip(MINUS) == "0":
        return "±0"
    return text if text.startswith(MINUS) else f"+{text}"


def share_text(part: int | float, whole: int | float, language: str) -> str:
    """A share in whole per cent, rounded down so that 100 % is said only of all; `—` of nothing."""
    if not whole:
        return MISSING
    few = little(part, whole)
    return few.in_language(language) if few else f"{int(part * 100 // whole)}%"
