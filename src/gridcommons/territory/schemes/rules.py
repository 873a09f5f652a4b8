"""Rules on schemes of other issuers: what a scheme must say, where an area belongs, what is wrong with a row. Pure."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words

SIGNS: Final = {"digits": re.compile(r"[0-9]+"), "letters_digits": re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")}
HIERARCHIES: Final = ("prefix", "parent")
_KEY: Final = re.compile(r"[a-z][a-z0-9-]{1,19}")
_LONGEST: Final = 40
_MOST_LEVELS: Final = 12
HOUSE: Final = "cn"
FAULTS: Final[Mapping[str, Words]] = {
    "no_code": Words("没有代码", "no code"),
    "bad_code": Words("代码不合编码体系", "the code does not fit the scheme"),
    "lost_zeros": Words("代码看来丢了前面的零", "the code seems to have lost its leading zero"),
    "doubled": Words("代码重复", "the code is given twice"),
    "no_level": Words("级别未知", "its level is not known"),
    "no_parent": Words("上级不在文件里，也未载入", "the area above is neither in the file nor loaded"),
    "circle": Words("上下级成了环", "it lies below itself"),
    "no_area": Words("没有面，或坐标不完整", "no polygon, or broken coordinates"),
}  # fmt: skip
BAD_SCHEME = refusal_kind(
    "schemes.bad_scheme",
    status=400,
    zh="编码体系文件“{file}”有误：{said}。",
    en="The description of the scheme “{file}” is wrong: {said}.",
)


@dataclass(frozen=True)
class SchemeLevel:
    """A level of a scheme; `width`: of its codes in characters, None where the code does not tell."""

    key: str
    name_zh: str
    name_en: str
    width: int | None = None

    @property
    def name(self) -> Words:
        """Its name in both languages."""
        return Words(self.name_zh, self.name_en)


@dataclass(frozen=True)
class SchemeFacts:
    """A scheme: levels from the top down; `prefix`: each code begins with that of the area above, `parent`: a column.

    `width`: of every code, where all are alike.
    """

    key: str
    name_zh: str
    name_en: str
    issuer_zh: str
    issuer_en: str
    signs: str
    hierarchy: str
    levels: tuple[SchemeLevel, ...]
    width: int | None = None

    @property
    def name(self) -> Words:
        """Its name in both languages."""
        return Words(self.name_zh, self.name_en)

    def level(self, key: str) -> SchemeLevel | None:
        """The level of this key."""
        return next((level for level in self.levels if level.key == key), None)

    def described(self) -> dict[str, Any]:
        """As it is kept; `scheme_of` reads it."""
        return asdict(self)


def read_scheme(text: str, file: str) -> SchemeFacts:
    """A scheme from its description (TOML); refuses one that says too little or contradicts itself."""
    try:
        return scheme_of(tomllib.loads(text), file)
    except tomllib.TOMLDecodeError as error:
        raise refuse(BAD_SCHEME, file=file, said=str(error)[:120]) from error


def scheme_of(held: Mapping[str, Any], file: str) -> SchemeFacts:
    """A scheme from plain values."""
    try:
        levels = tuple(SchemeLevel(**level) for level in held["levels"])
        found = SchemeFacts(**{**held, "levels": levels})
    except (KeyError, TypeError) as error:
        raise refuse(BAD_SCHEME, file=file, said=str(error)[:120]) from error
    wrong = next(_wrong(found), "")
    if wrong:
        raise refuse(BAD_SCHEME, file=file, said=wrong)
    return found


def _wrong(scheme: SchemeFacts) -> Iterator[str]:
    texts = [scheme.name_zh, scheme.name_en, scheme.issuer_zh, scheme.issuer_en]
    texts += [text for level in scheme.levels for text in (level.key, level.name_zh, level.name_en)]
    if not isinstance(scheme.key, str) or not _KEY.fullmatch(scheme.key) or scheme.key == HOUSE:
        yield "key"
    if not all(isinstance(text, str) and text.strip() for text in texts):
        yield "names"
    if scheme.signs not in SIGNS:
        yield "signs"
    if scheme.hierarchy not in HIERARCHIES:
        yield "hierarchy"
    keys, widths = [level.key for level in scheme.levels], [level.width for level in scheme.levels]
    if not keys or len(keys) > _MOST_LEVELS or len(set(keys)) != len(keys):
        yield "levels"
    numbers = [width for width in (*widths, scheme.width) if width is not None]
    sound = all(isinstance(width, int) and 0 < width <= _LONGEST for width in numbers)
    if not sound or (scheme.hierarchy == "prefix" and (None in widths or widths != sorted(set(numbers)))):
        yield "width"


@dataclass(frozen=True)
class Given:
    """An area as a file gives it."""

    row: int
    code: str
    name: str
    name_en: str = ""
    parent: str = ""
    level: str = ""
    stands_for: str = ""


@dataclass(frozen=True)
class Placed:
    """An area with its level and the area above it; empty at the top."""

    given: Given
    level: str
    parent: str


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, counted from 1."""

    row: int
    code: str
    kind: str


def placed(
    rows: Sequence[Given], scheme: SchemeFacts, known: Mapping[str, str]
) -> tuple[list[Placed], list[Fault]]:  # fmt: skip
    """Every area with its level and parent, and what is wrong with the rest; `known`: levels of loaded codes."""
    faults = list(_code_faults(rows, scheme))
    bad = {fault.row for fault in faults}
    good = [row for row in rows if row.row not in bad]
    if scheme.hierarchy == "prefix":
        return [_by_prefix(row, scheme, {*known, *(one.code for one in good)}) for row in good], faults
    found, more = _by_parent(good, scheme, known)
    return found, sorted([*faults, *more], key=lambda fault: fault.row)


def _code_faults(rows: Sequence[Given], scheme: SchemeFacts) -> Iterator[Fault]:
    times = Counter(row.code for row in rows)
    widths = {level.width for level in scheme.levels} if scheme.hierarchy == "prefix" else {scheme.width}
    for row in rows:
        fits = bool(SIGNS[scheme.signs].fullmatch(row.code)) and (None in widths or len(row.code) in widths)
        if not row.code:
            yield Fault(row.row, "", "no_code")
        elif not fits:
            short = scheme.signs == "digits" and row.code.isdigit() and len(row.code) + 1 in widths
            yield Fault(row.row, row.code, "lost_zeros" if short else "bad_code")
        elif times[row.code] > 1:
            yield Fault(row.row, row.code, "doubled")


def _by_prefix(row: Given, scheme: SchemeFacts, there: set[str]) -> Placed:
    level = next(level for level in scheme.levels if level.width == len(row.code))
    above = [row.code[: upper.width] for upper in scheme.levels if (upper.width or 0) < len(row.code)]
    return Placed(row, level.key, next((code for code in reversed(above) if code in there), ""))


def _by_parent(
    rows: Sequence[Given], scheme: SchemeFacts, known: Mapping[str, str]
) -> tuple[list[Placed], list[Fault]]:
    """By the parent column: the level is the one named, else one below that of the area above."""
    keys, held = [level.key for level in scheme.levels], {row.code: row for row in rows}
    depths, found, faults = _depths(held, known, keys), list[Placed](), list[Fault]()
    for row in rows:
        depth = depths[row.code]
        level = row.level or (keys[depth] if 0 <= depth < len(keys) else "")
        if depth == _CIRCLE:
            faults.append(Fault(row.row, row.code, "circle"))
        elif row.parent and row.parent not in held and row.parent not in known:
            faults.append(Fault(row.row, row.code, "no_parent"))
        elif level not in keys:
            faults.append(Fault(row.row, row.code, "no_level"))
        else:
            found.append(Placed(row, level, row.parent))
    return found, faults


_CIRCLE: Final = -2


def _depths(held: Mapping[str, Given], known: Mapping[str, str], keys: Sequence[str]) -> dict[str, int]:
    """How deep each code lies, the top at 0; what lies below itself is marked."""
    depths: dict[str, int] = {}
    for code in held:
        way: dict[str, None] = {}
        at = code
        while at in held and at not in depths and at not in way:
            way[at] = None
            at = held[at].parent
        above = keys.index(known[at]) if at in known and known[at] in keys else depths.get(at, -1)
        if at in way:
            above = _CIRCLE
        for one in reversed(way):
            above = _CIRCLE if above == _CIRCLE else above + 1
            depths[one] = above
    return depths
