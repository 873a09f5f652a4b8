"""What stands in one cell, read as what its column means. Pure; what is repaired is said, what is unsure is refused."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any, Final

from gridcommons.cases import cell_faults as faults
from gridcommons.cases.codes import ZONE
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.digits import is_digits
from gridcommons.kit.errors import Reason, Refusal, worded
from gridcommons.kit.words import Words
from gridcommons.people.identity import normalise_email

Raw = str | int | float | bool | date | datetime | time | None
LONGEST: Final[Mapping[str, int]] = {"name": 100, "person": 50, "login": 60, "phone": 30}
LONGEST_TEXT: Final = 4_000
EXACT_DIGITS: Final = 15
"""A spreadsheet keeps fifteen digits of a number and loses the rest."""
EXCEL_DAYS: Final = (20_000, 80_000)
"""Serial days of spreadsheets from 1954 to 2119: numbers in a column of dates."""
YEARS: Final = (1950, 2119)
"""The years that a sheet can mean; what lies beyond is a slip, and no calendar reckons with it."""
_EPOCH: Final = date(1899, 12, 30)
_SHOWN: Final = 40
_OFFERED: Final = 12
_MONTHS: Final = 12
_NOON: Final = 12
_NO_HOUR: Final = 24
_NEAR: Final = 0.6
SCIENTIFIC: Final = re.compile(r"(\d(?:\.(\d+))?)[eE]\+?(\d{1,3})")
_FULL_DAY: Final = re.compile(r"(\d{4})\s*(?:[-/.年]\s*)(\d{1,2})\s*(?:[-/.月]\s*)(\d{1,2})\s*日?")
_PLAIN_DAY: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TURNED_DAY: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_SHORT_DAY: Final = re.compile(r"(\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_TIME: Final = re.compile(
    r"(凌晨|早上|上午|下午|晚上)?\s*(\d{1,2})[:时点](\d{1,2})?分?(?::(\d{1,2}))?秒?(?:\.\d+)?\s*([AaPp][Mm])?"
)
_OFFSET: Final = re.compile(r"\s*(?:[Zz]|([+-])(\d{2}):?(\d{2}))$")
_BEFORE_NOON: Final = frozenset({"凌晨", "早上", "上午", "am"})
_AFTER_NOON: Final = frozenset({"下午", "晚上", "pm"})
_MOBILE: Final = re.compile(r"1\d{10}")
_LANDLINE: Final = re.compile(r"0\d{2,3}-?\d{7,8}(?:-\d{1,6})?|[2-9]\d{6,7}|[48]00-?\d{3}-?\d{4}|1\d{2,5}")
_LOST_ZERO: Final = re.compile(r"[2-9]\d{1,2}-?\d{7,8}")
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
_UNITS: Final[Mapping[str, str]] = {
    "天": "d", "日": "d", "个工作日": "d", "工作日": "d", "d": "d", "day": "d", "days": "d", "workingdays": "d",
    "workingday": "d", "小时": "h", "个小时": "h", "工作小时": "h", "h": "h", "hour": "h", "hours": "h",
    "分钟": "m", "分": "m", "m": "m", "min": "m", "minutes": "m",
}  # fmt: skip
_SPAN: Final = re.compile(r"([1-9]\d{0,3})([^\d]+)")
_HOURS: Final = re.compile(r"(\d{1,2}):(\d{2})\s*[-~–—至到]+\s*(\d{1,2}):(\d{2})")

DIGITS_WIDE: Final = Words("全角数字改为半角", "full-width digits")
ZEROS_BACK: Final = Words("补回丢失的前导0", "its leading zeros were put back")
ZEROS_OFF: Final = Words("去掉补齐的0", "padding zeros were taken off")
BLANKS_OUT: Final = Words("去掉空格和符号", "blanks and signs were taken out")
WHOLE_AGAIN: Final = Words(
    "从缩写的数字还原，只有一个代码相符", "made whole from a shortened number; one code alone fits"
)
FROM_PARENT: Final = Words("接在上级代码之后", "put after its parent's code")
FROM_SERIAL: Final = Words("由表格的日期序号换算", "from the spreadsheet's serial number of the day")
DAY_FIRST: Final = Words("只有一种读法", "only one reading is possible")
CASE_EVENED: Final = Words("改为小写", "in small letters")
UNIT_OFF: Final = Words("去掉单位", "its unit was taken off")


@dataclass(frozen=True)
class Choice:
    """One of a closed list: its key, its words, and other words by which people name it."""

    key: str
    words: Words
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a cell says; None with its fault where it cannot be read; `notes`: what was repaired or is to be known."""

    value: Any = None
    fault: Reason | None = None
    notes: tuple[Reason, ...] = ()

    def noting(self, *more: Reason) -> Reading:
        """The same with more notes."""
        return replace(self, notes=(*self.notes, *more))


def wrong(code: str, /, **facts: object) -> Reading:
    """A reading that is a fault."""
    return Reading(fault=Reason(code, tuple((key, str(value)[:200]) for key, value in facts.items())))


def repaired(before: object, after: object, why: Words) -> Reason:
    """What was read otherwise than it stands."""
    said = {"before": str(before)[:_SHOWN], "after": str(after)[:_SHOWN]}
    return Reason(faults.REPAIRED, (*said.items(), *worded("founding.repaired", why=why).facts))


def even(text: str) -> str:
    """A word in its one form for comparing: half width, small letters, without blanks, brackets and signs."""
    half = unicodedata.normalize("NFKC", text).casefold()
    half = re.sub(r"[(（\[【].*?[)）\]】]", "", half)
    return "".join(sign for sign in half if sign.isalnum())


def plain(raw: Raw) -> str:
    """The text of a cell as a person sees it."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 10**EXACT_DIGITS:
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.isoformat(sep=" ", timespec="minutes") if raw.time() != time() else raw.date().isoformat()
    return str(raw).strip()


def text_of(raw: Raw, longest: int = LONGEST_TEXT) -> Reading:
    """Words, made safe to store."""
    text = plain(raw)
    if len(text) > longest:
        return wrong(faults.TOO_LONG, most=longest, length=len(text))
    return Reading(clean_text(text, limit=longest))


def looks_like_phone(text: str) -> bool:
    """Whether a text is a telephone and nothing else."""
    digits = re.sub(r"[\s\-+()（）]", "", unicodedata.normalize("NFKC", text))
    return bool(re.fullmatch(r"(?:86)?1[3-9]\d{9}|10\d{9}|0\d{9,11}", digits))


# --- Days and moments -----------------------------------------------------------------------------------------------


def day_of(raw: Raw, epoch: date = _EPOCH) -> Reading:
    """A day, however it is written, as long as only one reading is possible. `epoch`: day 0 of serial numbers."""
    read = moment_of(raw, epoch)
    return replace(read, value=read.value.date()) if isinstance(read.value, datetime) else read


def moment_of(raw: Raw, epoch: date = _EPOCH, zone: tzinfo = ZONE) -> Reading:
    """A day with its time (midnight where none is given), as clocks in `zone` show it; refused of a year far off."""
    read = _moment_of(raw, epoch)
    if isinstance(read.value, datetime | date):
        if fault := year_fault(read.value, raw):
            return Reading(fault=fault)
        if isinstance(read.value, datetime) and read.value.tzinfo is not None:
            return replace(read, value=read.value.astimezone(zone).replace(tzinfo=None))
    return read


def year_fault(at: date, raw: object) -> Reason | None:
    """What is wrong with a year that no sheet can mean, said of the cell as it stands; None where it is one."""
    if YEARS[0] <= at.year <= YEARS[1]:
        return None
    return wrong(faults.YEAR_FAR, value=str(raw)[:_SHOWN], first=YEARS[0], last=YEARS[1]).fault


def _moment_of(raw: Raw, epoch: date) -> Reading:
    if isinstance(raw, datetime):
        return Reading(raw)
    if isinstance(raw, date):
        return Reading(datetime.combine(raw, time()))
    text = unicodedata.normalize("NFKC", plain(raw)).strip()
    if not text:
        return Reading()
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and EXCEL_DAYS[0] <= float(text) <= EXCEL_DAYS[1]:
        at = datetime.combine(epoch, time()) + timedelta(days=float(text))
        at = (at + timedelta(milliseconds=500)).replace(microsecond=0)
        return Reading(at, notes=(repaired(text, at.date().isoformat(), FROM_SERIAL),))
    day_text, clock = _parted(text)
    read = _day_in(day_text, text)
    if read.fault is not None or clock is None:
        return read if clock is not None else wrong(faults.DAY_SHAPE, value=text[:_SHOWN])
    return replace(read, value=datetime.combine(read.value, clock))


def _parted(text: str) -> tuple[str, time | None]:
    """The day and the time of a text; midnight where there is none, None where the time is none."""
    found = re.search(
        r"(?<=\d|日|号)[\sT]*(?:星期.|周.|\(.*?\))?[\sT]*((?:凌晨|早上|上午|下午|晚上)?\s*\d{1,2}[:时点].*)$", text
    )
    if found is None:
        return re.sub(r"(星期|周)[一二三四五六日天]$", "", text).strip(), time()
    return text[: found.start()].strip(), _time_in(found[1].strip())


def _time_in(text: str) -> time | None:
    """The time of a text, with its offset from UTC where it names one; None where it is none."""
    offset = _OFFSET.search(text)
    parts = _TIME.fullmatch(text[: offset.start()] if offset else text)
    if parts is None:
        return None
    noon, hour, minute, second, half = parts.groups()
    number = _hour(int(hour), {noon or "", (half or "").lower()})
    try:
        return time(number, int(minute or 0), int(second or 0), tzinfo=_zone_of(offset) if offset else None)
    except ValueError:
        return None


def _hour(number: int, said: Set[str]) -> int:
    """The hour of the day; twelve before noon is midnight. 24, which no clock shows, where the words contradict it."""
    if said & _BEFORE_NOON:
        return number % _NOON if number <= _NOON else _NO_HOUR
    if number == _NOON and "晚上" in said:
        return _NO_HOUR
    return number + _NOON if said & _AFTER_NOON and number < _NOON else number


def _zone_of(offset: re.Match[str]) -> tzinfo:
    sign, hours, minutes = offset.groups()
    away = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return timezone(-away if sign == "-" else away)


def _day_in(text: str, whole: str) -> Reading:
    for shape in (_FULL_DAY, _PLAIN_DAY):
        if parts := shape.fullmatch(text):
            return _day(whole, int(parts[1]), int(parts[2]), int(parts[3]))
    if parts := _TURNED_DAY.fullmatch(text):
        first, second, year = int(parts[1]), int(parts[2]), int(parts[3])
        if (first > _MONTHS) != (second > _MONTHS):
            read = _day(whole, year, min(first, second), max(first, second))
            return read.noting(repaired(whole, read.value, DAY_FIRST)) if read.fault is None else read
        return wrong(faults.DAY_UNSURE, value=whole[:_SHOWN])
    if _SHORT_DAY.fullmatch(text):
        return wrong(faults.DAY_UNSURE, value=whole[:_SHOWN])
    return wrong(faults.DAY_SHAPE, value=whole[:_SHOWN])


def _day(whole: str, year: int, month: int, day: int) -> Reading:
    try:
        return Reading(date(year, month, day))
    except ValueError:
        return wrong(faults.DAY_SHAPE, value=whole[:_SHOWN])


# --- Other kinds ----------------------------------------------------------------------------------------------------


def phone_of(raw: Raw) -> Reading:
    """A telephone; a landline that lost its first nought to the spreadsheet gets it back."""
    shown = plain(raw)
    text = re.sub(r"[\s()（）]", "", unicodedata.normalize("NFKC", shown)).replace("—", "-").removeprefix("+86")
    if SCIENTIFIC.fullmatch(text):
        return wrong(faults.DIGITS_LOST, value=shown[:_SHOWN])
    if not text or _MOBILE.fullmatch(text.replace("-", "")):
        return Reading(text.replace("-", ""))
    if _LANDLINE.fullmatch(text):
        return Reading(text)
    if _LOST_ZERO.fullmatch(text):
        return Reading(f"0{text}", notes=(repaired(shown, f"0{text}", ZEROS_BACK),))
    return wrong(faults.PHONE_SHAPE, value=shown[:_SHOWN])


def login_of(raw: Raw) -> Reading:
    """A login name in small letters."""
    text = unicodedata.normalize("NFKC", plain(raw))
    if not _LOGIN.fullmatch(text.lower()):
        return wrong(faults.LOGIN_SHAPE, value=text[:_SHOWN]) if text else Reading("")
    return Reading(text.lower(), notes=(repaired(text, text.lower(), CASE_EVENED),) if text != text.lower() else ())


def email_of(raw: Raw) -> Reading:
    """An address of e-mail."""
    text = plain(raw)
    try:
        return Reading(normalise_email(text) if text else "")
    except Refusal:
        return wrong(faults.EMAIL_SHAPE, value=text[:_SHOWN])


def count_of(raw: Raw) -> Reading:
    """A whole number from nought on; a unit behind it comes off."""
    shown = plain(raw)
    text = unicodedata.normalize("NFKC", shown).replace(",", "")
    bare = re.sub(r"(户|人|个)$", "", text).strip()
    if not bare:
        return Reading()
    if not (is_digits(bare) and len(bare) < len("10000000")):
        return wrong(faults.NUMBER_SHAPE, value=shown[:_SHOWN])
    return Reading(int(bare), notes=(repaired(shown, bare, UNIT_OFF),) if bare != text else ())


def span_of(raw: Raw) -> Reading:
    """A limit such as 3d, 4h or 30m."""
    text = unicodedata.normalize("NFKC", plain(raw)).lower().replace(" ", "")
    if not text:
        return Reading("")
    parts = _SPAN.fullmatch(text)
    unit = _UNITS.get(parts[2]) if parts else None
    return Reading(f"{parts[1]}{unit}") if parts and unit else wrong(faults.SPAN_SHAPE, value=text[:_SHOWN])


def hours_of(raw: Raw) -> Reading:
    """Office hours as a pair of texts such as ("08:30", "12:00")."""
    text = unicodedata.normalize("NFKC", plain(raw))
    parts = _HOURS.fullmatch(text.strip())
    if not text:
        return Reading()
    if parts is None:
        return wrong(faults.HOURS_SHAPE, value=text[:_SHOWN])
    try:
        first, last = time(int(parts[1]), int(parts[2])), time(int(parts[3]), int(parts[4]))
    except ValueError:
        return wrong(faults.HOURS_SHAPE, value=text[:_SHOWN])
    return Reading((f"{first:%H:%M}", f"{last:%H:%M}")) if first < last else wrong(faults.HOURS_SHAPE, value=text)


@lru_cache(maxsize=64)
def _named(listed: tuple[Choice, ...]) -> dict[str, Choice]:
    """Choices by every word that names them, in its one form; their own words and keys go before aliases."""
    words = [(word, one) for one in reversed(listed) for word in (*one.aliases, one.words.zh, one.words.en, one.key)]
    named = {even(word): one for word, one in words}
    return named | {one.key.casefold(): one for one in listed} | {one.words.zh.casefold(): one for one in listed}


def choice_of(raw: Raw, choices: Iterable[Choice]) -> Reading:
    """The key of one of a closed list, by its words in either language, its key or an alias."""
    text = plain(raw)
    if not text:
        return Reading("")
    listed = tuple(choices)
    named = _named(listed)
    found = named.get(text.casefold()) or named.get(even(text))
    if found is not None:
        return Reading(found.key)
    near = difflib.get_close_matches(even(text), list(named), n=1, cutoff=_NEAR)
    if near:
        return _wrong_words(worded(faults.NOT_CHOICE_NEAR, near=named[near[0]].words), text)
    return _wrong_words(worded(faults.NOT_CHOICE, options=options_of(listed)), text)


def _wrong_words(reason: Reason, text: str) -> Reading:
    return Reading(fault=Reason(reason.code, (("value", text[:_SHOWN]), *reason.facts)))


def options_of(listed: Sequence[Choice]) -> Words:
    """The choices in words, as far as a sentence holds them."""
    shown, more = listed[:_OFFERED], len(listed) > _OFFERED
    return Words(
        "、".join(one.words.zh for one in shown) + ("……" if more else ""),
        ", ".join(one.words.en for one in shown) + (" ..." if more else ""),
    )


def departments_of(raw: Raw, choices: Iterable[Choice]) -> Reading:
    """Departments in order, separated by arrows."""
    listed, keys = list(choices), []
    for part in re.split(r"[>＞→\n]|->", plain(raw)):
        read = choice_of(part.strip(), listed)
        if read.fault is not None:
            return read
        keys += [read.value] if read.value else []
    return Reading(tuple(keys))


def words_of(raw: Raw, kind: str, heading: Words) -> Reading:
    """A name, a person or plain words; a telephone that slipped into a column of names is told."""
    text = plain(raw)
    if kind in {"name", "person"} and looks_like_phone(text):
        return Reading(fault=worded(faults.PHONE_HERE, heading=heading))
    return text_of(raw, LONGEST.get(kind, LONGEST_TEXT))


SIMPLE: Final[Mapping[str, Callable[[Raw], Reading]]] = {
    "phone": phone_of, "login": login_of, "email": email_of, "count": count_of, "span": span_of, "hours": hours_of,
}  # fmt: skip
