"""Days and moments as people read them, in Chinese and English. Pure: the present is an argument."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import Final

from gridcommons.kit.words import Words

_DAYS_ZH: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_DAYS_EN: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def is_chinese(language: str) -> bool:
    """Whether a language tag asks for Chinese."""
    return language.lower().startswith("zh")


def day_text(day: date, language: str, *, this_year: int) -> str:
    """A day as `11月22日 周日` or `Sun 22 Nov`; the year is said when it is not `this_year`."""
    if is_chinese(language):
        year = "" if day.year == this_year else f"{day.year}年"
        return f"{year}{day.month}月{day.day}日 {_DAYS_ZH[day.weekday()]}"
    year = "" if day.year == this_year else f" {day.year}"
    return f"{_DAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]}{year}"


def day_words(day: date, *, this_year: int) -> Words:
    """The same in both languages."""
    return Words(day_text(day, "zh", this_year=this_year), day_text(day, "en", this_year=this_year))


def moment_text(at: datetime, language: str, *, zone: tzinfo, now: datetime) -> str:
    """An aware moment as `11月22日 周日 14:05` or `Sun 22 Nov 14:05` in `zone`; the year only when it is not now's."""
    local = at.astimezone(zone)
    return f"{day_text(local.date(), language, this_year=now.astimezone(zone).year)} {local:%H:%M}"
