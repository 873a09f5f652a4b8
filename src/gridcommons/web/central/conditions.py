"""OData's `$filter` and `$orderby`, as far as ODK Central has them, read into conditions. Pure.

condition  = comparison, not, and, or, in brackets
comparison = operand (eq | ne | lt | le | gt | ge) operand
operand    = __system/submissionDate | __system/updatedAt | __system/reviewState | now() | year(…) … second(…)
             | 'text' | number | 2026-11-27 | 2026-11-27T08:00:00Z | null
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NoReturn

from gridcommons.collection.inbox.sifting import (
    FIELDS,
    UNITS,
    Compared,
    Condition,
    Denied,
    Joined,
    Named,
    Operand,
    Part,
    Plain,
)
from gridcommons.kit.cleaning import is_storable
from gridcommons.kit.errors import refusal_kind, refuse

_LONGEST: Final = 2_000
_DEEPEST: Final = 30
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<moment>\d{4}-\d\d-\d\d(?:T[0-9:.]+(?:Z|[+ -]\d\d:?\d\d)?)?)"
    r"|(?P<number>-?\d{1,15}(?:\.\d{1,15})?)|(?P<word>[$\w][$\w/@.]*)|(?P<sign>[(),]))",
    re.ASCII,
)
_FIELD: Final = re.compile(r"(?:\$root/Submissions/)?__system/(\w+)")
_HOW: Final = frozenset({"eq", "ne", "lt", "le", "gt", "ge"})
_RESERVED: Final = _HOW | {"and", "or", "not"}

UNREADABLE = refusal_kind(
    "central.filter_unreadable",
    status=400,
    zh="$filter在第{at}个字符处读不懂：“{what}”。例如：__system/submissionDate ge 2026-11-01 and "
    "__system/reviewState eq null。",
    en="$filter cannot be read at sign {at}: “{what}”. Example: __system/submissionDate ge 2026-11-01 and "
    "__system/reviewState eq null.",
)
NO_SUCH = refusal_kind(
    "central.filter_unknown",
    status=501,
    zh="这里不能按“{what}”筛选或排序；可用：{known}。",
    en="“{what}” is nothing to filter or sort by here; there are: {known}.",
)
NOT_BY_WORKER = refusal_kind(
    "central.filter_submitter",
    status=501,
    zh="不提供填表人：本系统不按单个工作人员出数（约章第12条），submitterId恒为0。",
    en="Who sent a form is not given: this program draws no figures about single workers (charter 12); submitterId "
    "is 0 throughout.",
)
UNFIT = refusal_kind(
    "central.filter_unfit",
    status=400,
    zh="“{what}”两边的类型不同，不能比较。",
    en="The two sides of “{what}” are of different kinds and cannot be compared.",
)


class _Reader:
    """The words of a condition, read one after the other."""

    def __init__(self, text: str, now: datetime) -> None:
        if len(text) > _LONGEST:
            raise refuse(UNREADABLE, at=_LONGEST, what=text[_LONGEST : _LONGEST + 20])
        self.text, self.now, self.at, self.depth = text, now, 0, 0
        self.tokens = list(_tokens(text))

    def kind(self) -> str:
        """The kind of the word that comes; empty at the end."""
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def word(self) -> str:
        """The word that comes."""
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        """The word that comes, if it is one of these; empty otherwise, and it stays."""
        found = self.word()
        if found not in wanted:
            return ""
        self.at += 1
        return found

    def fail(self) -> NoReturn:
        """Say where it stops making sense."""
        place = self.tokens[self.at][2] if self.at < len(self.tokens) else len(self.text)
        raise refuse(UNREADABLE, at=place + 1, what=self.text[place : place + 20])

    def need(self, word: str) -> None:
        """Pass a word that has to come."""
        if not self.take(word):
            self.fail()


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            raise refuse(UNREADABLE, at=at + 1, what=text[at : at + 20].strip())
        kind = str(found.lastgroup)
        yield kind, found[kind], found.start(kind)
        at = found.end()


def condition_of(text: str, now: datetime) -> Condition:
    """A condition as it was written; refuses what cannot be read, is not there, or compares unlike things."""
    reader = _Reader(text, now)
    found = _any(reader)
    if reader.kind():
        reader.fail()
    return found


def _any(reader: _Reader) -> Condition:
    reader.depth += 1
    if reader.depth > _DEEPEST:
        reader.fail()
    parts = [_every(reader)]
    while reader.take("or"):
        parts.append(_every(reader))
    reader.depth -= 1
    return parts[0] if len(parts) == 1 else Joined(every=False, conditions=tuple(parts))


def _every(reader: _Reader) -> Condition:
    parts = [_one(reader)]
    while reader.take("and"):
        parts.append(_one(reader))
    return parts[0] if len(parts) == 1 else Joined(every=True, conditions=tuple(parts))


def _one(reader: _Reader) -> Condition:
    denials = 0
    while reader.take("not"):
        denials += 1
    if reader.take("("):
        found = _any(reader)
        reader.need(")")
    else:
        found = _comparison(reader)
    return Denied(found) if denials % 2 else found


def _comparison(reader: _Reader) -> Compared:
    began = reader.tokens[reader.at][2] if reader.kind() else len(reader.text)
    left = _operand(reader)
    how = reader.take(*_HOW)
    if not how:
        reader.fail()
    right = _operand(reader)
    found = _fitted(Compared(left, how, right))
    if found is None:
        ended = reader.tokens[reader.at][2] if reader.kind() else len(reader.text)
        raise refuse(UNFIT, what=reader.text[began:ended].strip()[:80])
    return found


def _operand(reader: _Reader) -> Operand:
    kind, word = reader.kind(), reader.word()
    if kind == "text":
        value: datetime | str | float | None = word[1:-1].replace("''", "'")
        if not is_storable(word):
            reader.fail()
    elif kind == "number":
        value = float(word) if "." in word else int(word)
    elif kind == "moment":
        value = moment_of(word) or reader.fail()
    elif word == "null":
        value = None
    elif kind == "word" and word not in _RESERVED:
        return _named(reader)
    else:
        reader.fail()
    reader.at += 1
    return Plain(value)


def _named(reader: _Reader) -> Operand:
    """A field, or a function of one."""
    word = reader.word()
    is_called = reader.at + 1 < len(reader.tokens) and reader.tokens[reader.at + 1][1] == "("
    if not is_called:
        reader.at += 1
        return Named(field_of(word))
    if word not in {"now", *UNITS}:
        raise refuse(NO_SUCH, what=f"{word[:40]}()", known=", ".join(("now()", *(f"{unit}()" for unit in UNITS))))
    reader.at += 2
    if word == "now":
        reader.need(")")
        return Plain(reader.now)
    inner = _operand(reader)
    reader.need(")")
    if _kind(inner) != "moment" or isinstance(inner, Part):
        raise refuse(UNFIT, what=f"{word}(…)")
    return Part(word, inner)


def field_of(word: str) -> str:
    """The name of a field as conditions and orders spell it; refuses every other one."""
    found = _FIELD.fullmatch(word)
    if found and found[1] == "submitterId":
        raise refuse(NOT_BY_WORKER)
    if not found or found[1] not in FIELDS:
        raise refuse(NO_SUCH, what=word[:60], known=", ".join(f"__system/{name}" for name in FIELDS))
    return found[1]


def moment_of(text: str) -> datetime | None:
    """A moment as OData writes it; a day alone begins at midnight UTC. A `+` that an address made a blank is one."""
    try:
        found = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _kind(one: Operand) -> str:
    if isinstance(one, Part):
        return "number"
    if isinstance(one, Named):
        return "text" if one.name == "reviewState" else "moment"
    kinds = ((datetime, "moment"), (str, "text"), (float, "number"), (int, "number"))
    return next((kind for of, kind in kinds if isinstance(one.value, of)), "nothing")


def _fitted(one: Compared) -> Compared | None:
    """The comparison with a moment in quotes made a moment; None where the sides are of different kinds."""
    left, right = _as_moment(one.left, one.right), _as_moment(one.right, one.left)
    kinds = {_kind(left), _kind(right)}
    if "nothing" in kinds:
        if one.how not in {"eq", "ne"}:
            return None
        return Compared(*(_no_text(left, right), one.how, _no_text(right, left)))
    return Compared(left, one.how, right) if len(kinds) == 1 else None


def _as_moment(one: Operand, other: Operand) -> Operand:
    if isinstance(one, Plain) and isinstance(one.value, str) and _kind(other) == "moment":
        return Plain(moment_of(one.value) or one.value)
    return one


def _no_text(one: Operand, other: Operand) -> Operand:
    """No review is kept as no text."""
    return Plain("") if one == Plain(None) and _kind(other) == "text" else one


def order_of(text: str) -> tuple[tuple[str, bool], ...]:
    """The fields to sort by, each with whether it descends; refuses what is none."""
    found = []
    for piece in text.split(","):
        words = piece.split()
        name, way = (words[0] if words else ""), " ".join(words[1:]).lower()
        if way not in {"", "asc", "desc"}:
            raise refuse(NO_SUCH, what=piece.strip()[:60], known="asc, desc")
        found.append((field_of(name), way == "desc"))
    return tuple(dict(found).items())
