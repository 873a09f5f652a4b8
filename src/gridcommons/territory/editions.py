"""The difference of two editions of a list of areas: added, retired, renamed, recoded, moved. Pure, on rows.

Codes are compared first. What is in one edition only is held against the other by name, level and parent, from the
top down: the same name under the same parent was recoded, under another parent moved. A name that several such areas
bear says nothing, and the rows stay as retired and added: nobody guesses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gridcommons.kit.codes import CHINA, Scheme
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.shipped import Raw, shipped
from gridcommons.territory.rules import require_distinct

COLUMNS: Final = ("change", "old_code", "old_name", "new_code", "new_name")
KINDS: Final = ("added", "retired", "renamed", "recoded", "moved")
_Key = tuple[str, str]
"""An area above and a name."""
NEEDED: Final = ("code", "level", "name", "parent")

UNKNOWN_FORM = refusal_kind(
    "editions.columns",
    status=400,
    zh="“{file}”缺少这些列：{columns}；也不是已登记的其他区划表格式。",
    en="“{file}” lacks these columns: {columns}; nor is it one of the other forms of lists that are known.",
)
BAD_CHANGE = refusal_kind(
    "editions.change",
    status=400,
    zh="第{line}行的变更“{change}”不存在；可用的是：{known}。",
    en="Line {line} has the unknown change “{change}”; there are: {known}.",
)
BAD_LEVEL = refusal_kind(
    "editions.level",
    status=400,
    zh="“{code}”的级别“{level}”与代码位数不符。",
    en="The level “{level}” of “{code}” does not fit the width of its code.",
)


@dataclass(frozen=True)
class Listed:
    """One area of an edition."""

    code: str
    level: str
    name: str
    parent: str


@dataclass(frozen=True)
class Difference:
    """One row of a difference; the side that there is not is empty."""

    change: str
    old_code: str
    old_name: str
    new_code: str
    new_name: str

    @property
    def row(self) -> tuple[str, ...]:
        """In the order of `COLUMNS`."""
        return (self.change, self.old_code, self.old_name, self.new_code, self.new_name)


@dataclass(frozen=True)
class Form:
    """Where another publisher's list keeps what is needed; `only`: the levels it speaks of."""

    name: str
    code: str
    parent: str
    title: str
    only: tuple[str, ...]


def known_forms() -> tuple[Form, ...]:
    """The other forms of lists that the program knows."""
    return shipped("gridcommons.territory", "forms_of_lists.toml", _forms)


def _forms(raw: Raw) -> tuple[Form, ...]:
    return tuple(Form(**{**one, "only": tuple(one["only"])}) for one in raw["forms"])


def listed(
    rows: Iterable[Mapping[str, object]], file: str, scheme: Scheme = CHINA
) -> tuple[dict[str, Listed], frozenset[str]]:
    """The areas of an edition by code, and the levels it speaks of alone (empty: of all).

    Refuses missing columns, a code that fits no level, and a code given twice.
    """
    found: list[Listed] = []
    only: frozenset[str] = frozenset()
    for row in rows:
        plain, form = _in_our_form(row, file)
        only = frozenset(form.only) if form else only
        found.append(_checked(plain, scheme))
    require_distinct(area.code for area in found)
    return {area.code: area for area in found}, only


def _in_our_form(row: Mapping[str, object], file: str) -> tuple[Mapping[str, object], Form | None]:
    """A row with our columns, and the form of another publisher that it came in."""
    missing = [column for column in NEEDED if column not in row]
    if not missing:
        return row, None
    for form in known_forms():
        if {form.code, form.parent, form.title} <= row.keys():
            plain = {"code": row[form.code], "parent": row[form.parent], "name": row[form.title], "level": ""}
            return plain, form
    raise refuse(UNKNOWN_FORM, file=file, columns=", ".join(missing))


def _checked(row: Mapping[str, object], scheme: Scheme) -> Listed:
    code, level, name, parent = (str(row[column] or "").strip() for column in NEEDED)
    own = scheme.level_of(code).key
    if level not in {"", own}:
        raise refuse(BAD_LEVEL, code=code, level=level[:40])
    return Listed(code, own, name, parent)


def difference(old: Mapping[str, Listed], new: Mapping[str, Listed]) -> list[Difference]:
    """What changed between two editions, by the old code, then the new one.

    An area that kept its code and changed name and parent makes two rows, moved and renamed.
    """
    same = {code: code for code in old if code in new}
    same |= _matched(old, new, same)
    found = [row for code, other in same.items() for row in _turned(old[code], new[other], same)]
    found += [Difference("retired", code, area.name, "", "") for code, area in old.items() if code not in same]
    taken = set(same.values())
    found += [Difference("added", "", "", code, area.name) for code, area in new.items() if code not in taken]
    return sorted(found, key=lambda row: (row.old_code or row.new_code, row.new_code, row.change))


def _matched(old: Mapping[str, Listed], new: Mapping[str, Listed], same: Mapping[str, str]) -> dict[str, str]:
    """Old codes that live on under a new one, from the top down: the only area of a name, the same parent first."""
    found: dict[str, str] = {}
    left = [area for area in old.values() if area.code not in new]
    come = [area for area in new.values() if area.code not in old]
    for level in sorted({len(area.code) for area in left}):
        gone = [area for area in left if len(area.code) == level]
        fresh = [area for area in come if len(area.code) == level]
        known = {**same, **found}
        homes = {area.code: known.get(area.parent, area.parent) for area in gone}
        found |= _pairs(_grouped(gone, homes), _grouped(fresh, {area.code: area.parent for area in fresh}))
        rest = [area for area in gone if area.code not in found]
        free = [area for area in fresh if area.code not in found.values()]
        found |= _pairs(_grouped(rest, {}), _grouped(free, {}))
    return found


def _pairs(gone: Mapping[_Key, list[str]], fresh: Mapping[_Key, list[str]]) -> dict[str, str]:
    """Pairs of codes whose key no other area on either side has."""
    return {codes[0]: fresh[key][0] for key, codes in gone.items() if len(codes) == 1 and len(fresh.get(key, ())) == 1}


def _grouped(areas: Iterable[Listed], above: Mapping[str, str]) -> dict[_Key, list[str]]:
    found: dict[_Key, list[str]] = defaultdict(list)
    for area in areas:
        found[above.get(area.code, ""), area.name].append(area.code)
    return found


def _turned(was: Listed, now: Listed, same: Mapping[str, str]) -> Iterator[Difference]:
    """The rows of an area that is in both editions."""
    facts = (was.code, was.name, now.code, now.name)
    if same.get(was.parent, was.parent) != now.parent:
        yield Difference("moved", *facts)
    elif was.code != now.code:
        yield Difference("recoded", *facts)
    if was.name != now.name and was.code == now.code:
        yield Difference("renamed", *facts)


def read_difference(rows: Iterable[Mapping[str, object]]) -> list[Difference]:
    """The rows of a difference as it was written; refuses an unknown kind of change."""
    found = []
    for line, row in enumerate(rows, start=2):
        change = str(row["change"] or "").strip()
        if change not in KINDS:
            raise refuse(BAD_CHANGE, line=line, change=change[:40], known=", ".join(KINDS))
        found.append(Difference(change, *(str(row[column] or "").strip() for column in COLUMNS[1:])))
    return found
