"""Reading the catalogue's files: every fault is found and named, and all of them are in one refusal."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

from gridcommons.kit.errors import Reason, refusal_kind
from gridcommons.kit.words import Words
from gridcommons.matters.matter import (
    CALENDAR_DAY_MINUTES,
    WORKING_DAY_MINUTES,
    Barrier,
    Clock,
    Deadline,
    Department,
    Group,
    Kind,
    Matter,
    MatterClass,
    Near,
    Place,
    Route,
    Verify,
)

UNREADABLE = refusal_kind(
    "matter.file_unreadable",
    status=400,
    zh="文件 {where} 无法读取：{detail}。",
    en="The file {where} cannot be read: {detail}.",
)
MISSING = refusal_kind(
    "matter.entry_incomplete",
    status=400,
    zh="“{where}”缺少“{item}”（须有中文和英文）。",
    en="“{where}” lacks “{item}” (texts are needed in Chinese and English).",
)
WRONG = refusal_kind(
    "matter.entry_wrong",
    status=400,
    zh="“{where}”的“{item}”填写有误：{detail}。",
    en="“{item}” of “{where}” is wrong: {detail}.",
)
UNKNOWN_ITEM = refusal_kind(
    "matter.entry_unknown",
    status=400,
    zh="“{where}”中有不认识的项目“{item}”。",
    en="“{where}” holds an unknown item “{item}”.",
)

KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,49}")
MOST_MINUTES: Final = 480
_NEAREST, _FARTHEST = 10, 5_000
_SPAN: Final = re.compile(r"([1-9][0-9]{0,3})([mhd])")
_LEVELS: Final = ("county", "township", "village", "grid")
_ITEMS: Final = (
    "key name description keywords class kind legal_basis purpose owner minutes clock file_within handle_within routes "
    "settle_on_spot public place verify icon valid_from review_date since_version way call_first near_public "
    "near_staff related"
)
_MATTER_ITEMS: Final = frozenset(_ITEMS.split())

Choice = TypeVar("Choice", bound=StrEnum)
Built = TypeVar("Built")
Table = dict[str, Any]


@dataclass
class Faults:
    """What was found wrong so far, in the order of reading."""

    found: list[Reason] = field(default_factory=list)

    def add(self, code: str, **facts: str) -> None:
        """Note one fault."""
        self.found.append(Reason(code, tuple(facts.items())))


@dataclass
class Entry:
    """One table of a file: takes its items one by one, and notes each that is missing or wrong with where it stands."""

    where: str
    raw: Table
    faults: Faults

    def words(self, item: str) -> Words:
        """A text in both languages."""
        value = self.raw.get(item)
        pair = value if isinstance(value, dict) else {}
        zh, en = pair.get("zh"), pair.get("en")
        if not (_filled(zh) and _filled(en)):
            self.faults.add(MISSING, where=self.where, item=item)
            return Words(zh="", en="")
        return Words(zh=str(zh).strip(), en=str(en).strip())

    def words_or_none(self, item: str) -> Words | None:
        """A text that may be absent, but not half there."""
        return self.words(item) if item in self.raw else None

    def text(self, item: str) -> str:
        """A word or key."""
        value = self.raw.get(item)
        if not _filled(value):
            self.faults.add(MISSING, where=self.where, item=item)
            return ""
        return str(value).strip()

    def phrases(self, item: str, language: str) -> tuple[str, ...]:
        """A list of search words in one language."""
        value = self.raw.get(item)
        listed = value.get(language) if isinstance(value, dict) else None
        if not isinstance(listed, list) or not listed or not all(_filled(word) for word in listed):
            self.faults.add(MISSING, where=self.where, item=f"{item}.{language}")
            return ()
        return tuple(word.strip() for word in listed)

    def choice(self, item: str, of: type[Choice]) -> Choice:
        """One of a closed set."""
        value = self.raw.get(item)
        try:
            return of(str(value))
        except ValueError:
            self._wrong(item, value, " / ".join(of))
            return next(iter(of))

    def one_of(self, item: str, allowed: Sequence[str]) -> str:
        """One of a list of words."""
        value = self.raw.get(item)
        if str(value) not in allowed:
            self._wrong(item, value, " / ".join(allowed))
        return str(value)

    def flag(self, item: str) -> bool:
        """True or false, said outright: silence is no answer."""
        value = self.raw.get(item)
        if not isinstance(value, bool):
            self._wrong(item, value, "true / false")
        return value is True

    def day(self, item: str) -> date:
        """A calendar day."""
        value = self.raw.get(item)
        if type(value) is not date:
            self._wrong(item, value, "YYYY-MM-DD")
            return date.max
        return value

    def minutes(self, item: str) -> int:
        """A worker's minutes, 1 to 480."""
        value = self.raw.get(item)
        if type(value) is not int or not 1 <= value <= MOST_MINUTES:
            self._wrong(item, value, f"1-{MOST_MINUTES}")
            return 1
        return value

    def span(self, item: str, clock: Clock) -> int:
        """A span such as "30m", "4h" or "5d", in minutes of the clock; a working day has 480."""
        parts = _SPAN.fullmatch(str(self.raw.get(item)))
        if parts is None:
            self._wrong(item, self.raw.get(item), "30m / 4h / 5d")
            return 1
        day = WORKING_DAY_MINUTES if clock is Clock.WORKING else CALENDAR_DAY_MINUTES
        return int(parts[1]) * {"m": 1, "h": 60, "d": day}[parts[2]]

    def tables(self, item: str) -> list[Table]:
        """A list of tables, at least one."""
        value = self.raw.get(item)
        if not isinstance(value, list) or not value or not all(isinstance(row, dict) for row in value):
            self.faults.add(MISSING, where=self.where, item=item)
            return []
        return value

    def metres(self, item: str, otherwise: int = 0) -> int:
        """A distance of 10 m to 5 km; `otherwise` where it may be left out."""
        value = self.raw.get(item, otherwise or None)
        if type(value) is not int or not _NEAREST <= value <= _FARTHEST:
            self._wrong(item, value, f"{_NEAREST}-{_FARTHEST}")
            return _NEAREST
        return value

    def keys(self, item: str) -> tuple[str, ...]:
        """A list of keys that may be absent."""
        value = self.raw.get(item, [])
        if not isinstance(value, list) or not all(_filled(key) for key in value):
            self._wrong(item, value, "[key, ...]")
            return ()
        return tuple(value)

    def table(self, item: str) -> Entry:
        """A table inside this one; what is missing in it is noted under its own name."""
        value = self.raw.get(item)
        return Entry(f"{self.where}: {item}", value if isinstance(value, dict) else {}, self.faults)

    def only(self, known: frozenset[str]) -> None:
        """Note every item that nobody reads: a misspelt one would be lost without a word."""
        for item in sorted(set(self.raw) - known):
            self.faults.add(UNKNOWN_ITEM, where=self.where, item=item)

    def _wrong(self, item: str, value: object, allowed: str) -> None:
        if value is None:
            self.faults.add(MISSING, where=self.where, item=item)
        else:
            self.faults.add(WRONG, where=self.where, item=item, detail=f"{str(value)[:40]} ({allowed})")


def read_table(path: Path, faults: Faults) -> Table:
    """A TOML file as a table; an unreadable one is a fault and an empty table."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        detail = error.strerror if isinstance(error, OSError) else str(error)
        faults.add(UNREADABLE, where=path.name, detail=detail or "?")
        return {}


def read_entries(raw: Table, item: str, where: str, faults: Faults, build: Callable[[Entry], Built]) -> list[Built]:
    """Each table of a list, built; named by its key in every fault."""
    rows = Entry(where, raw, faults).tables(item)
    return [build(Entry(f"{where}: {row.get('key', number)}", row, faults)) for number, row in enumerate(rows, 1)]


def department(entry: Entry) -> Department:
    """A department or territory office."""
    entry.only(frozenset({"key", "name", "kind", "level", "remit"}))
    return Department(
        key=entry.text("key"),
        name=entry.words("name"),
        kind=entry.one_of("kind", ("department", "territory")),
        level=entry.one_of("level", _LEVELS),
        remit=entry.words("remit"),
    )


def barrier(entry: Entry, source: Words | None = None) -> Barrier:
    """An entry of the negative list, or (with the source given) of vitality."""
    entry.only(frozenset({"key", "name", "reason", "source", "way", "words", "subjects"}))
    has_subjects = "subjects" in entry.raw
    return Barrier(
        key=entry.text("key"),
        name=entry.words("name"),
        reason=entry.words("reason"),
        source=source or entry.words("source"),
        way=entry.words("way"),
        words_zh=entry.phrases("words", "zh"),
        words_en=entry.phrases("words", "en"),
        subjects_zh=entry.phrases("subjects", "zh") if has_subjects else (),
        subjects_en=entry.phrases("subjects", "en") if has_subjects else (),
    )


def group(entry: Entry) -> Group:
    """The shelf a file's matters stand on."""
    entry.only(frozenset({"key", "name"}))
    return Group(key=entry.text("key"), name=entry.words("name"))


def near(entry: Entry) -> tuple[Place, Near]:
    """How near reports count as perhaps the same where a matter lies so."""
    entry.only(frozenset({"key", "public", "staff"}))
    return entry.choice("key", Place), Near(entry.metres("public"), entry.metres("staff"))


def matter(entry: Entry, shelf: Group, nearness: Mapping[Place, Near]) -> Matter:
    """A matter with everything that charter 1 asks of it; `nearness`: by place, where it names none of its own."""
    entry.only(_MATTER_ITEMS)
    place = entry.choice("place", Place)
    usual = nearness.get(place, Near(_NEAREST, _NEAREST))
    return Matter(
        key=entry.text("key"),
        group=shelf,
        name=entry.words("name"),
        description=entry.words("description"),
        keywords_zh=entry.phrases("keywords", "zh"),
        keywords_en=entry.phrases("keywords", "en"),
        matter_class=entry.choice("class", MatterClass),
        kind=entry.choice("kind", Kind),
        legal_basis=entry.words("legal_basis"),
        purpose=entry.words("purpose"),
        owner=entry.text("owner"),
        minutes=entry.minutes("minutes"),
        deadline=_deadline(entry),
        routes=tuple(_route(Entry(entry.where, row, entry.faults)) for row in entry.tables("routes")),
        settle_on_spot=entry.flag("settle_on_spot"),
        public=entry.flag("public"),
        place=place,
        verify=entry.choice("verify", Verify),
        icon=entry.text("icon"),
        valid_from=entry.day("valid_from"),
        review_date=entry.day("review_date"),
        since_version=entry.text("since_version"),
        near=Near(entry.metres("near_public", usual.public), entry.metres("near_staff", usual.staff)),
        related=entry.keys("related"),
        way=entry.words_or_none("way"),
        call_first=entry.words_or_none("call_first"),
    )


def _deadline(entry: Entry) -> Deadline:
    clock = entry.choice("clock", Clock)
    return Deadline(
        clock=clock,
        file_minutes=entry.span("file_within", clock),
        handle_minutes=entry.span("handle_within", clock),
    )


def _route(entry: Entry) -> Route:
    entry.only(frozenset({"level", "office", "note"}))
    return Route(
        level=entry.one_of("level", _LEVELS),
        office=entry.text("office"),
        note=entry.words_or_none("note"),
    )


def _filled(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
