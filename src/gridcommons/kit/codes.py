"""Area codes: text, hierarchical by prefix, the widths given by a scheme that is data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gridcommons.kit.errors import refusal_kind, refuse

SHAPE = refusal_kind(
    "area.shape",
    status=400,
    zh="“{code}”不是有效的区划代码：长度应为{widths}位数字。",
    en="“{code}” is no area code: it must be digits, {widths} of them.",
)
CODES_USED_UP = refusal_kind(
    "area.codes_used_up",
    status=409,
    zh="“{parent}”下的编号已用完（最多{most}个），请先调整上级区划。",
    en="All {most} codes below “{parent}” are used up; divide the area above it first.",
)


@dataclass(frozen=True)
class Level:
    """One level of a scheme: its key and the width of its codes in characters."""

    key: str
    width: int


@dataclass(frozen=True)
class Scheme:
    """A code scheme: levels from the top down, each code a prefix of the codes below it."""

    key: str
    levels: tuple[Level, ...]

    def level_of(self, code: str) -> Level:
        """The level of a code, by its width; refuses a code of no level or with other signs than digits."""
        for level in self.levels:
            if len(code) == level.width and code.isascii() and code.isdigit():
                return level
        raise refuse(SHAPE, code=code[:40], widths="/".join(str(level.width) for level in self.levels))

    def width(self, key: str) -> int:
        """The width of the codes of a level."""
        return next(level.width for level in self.levels if level.key == key)

    def ancestors(self, code: str) -> list[str]:
        """The possible codes above, from the top down; levels may be missing in fact."""
        return [code[: level.width] for level in self.levels if level.width < len(code)]

    def cut(self, code: str, key: str) -> str:
        """The code of the area of level `key` that holds `code` (itself if it is of that level)."""
        return code[: self.width(key)]

    def above_all(self, codes: Iterable[str]) -> str:
        """The code of the lowest area that holds all of these; empty where they have none in common."""
        held = sorted(set(codes))
        first, last = (held[0], held[-1]) if held else ("", "")
        pairs = enumerate(zip(first, last, strict=False))
        shared = first[: next((at for at, (one, other) in pairs if one != other), min(len(first), len(last)))]
        return next((shared[: level.width] for level in reversed(self.levels) if level.width <= len(shared)), "")

    def depth_at_least(self, code: str, key: str) -> bool:
        """Whether a code lies at level `key` or below it."""
        return len(code) >= self.width(key)


CHINA = Scheme(
    key="cn",
    levels=(
        Level("province", 2),
        Level("city", 4),
        Level("county", 6),
        Level("township", 9),
        Level("village", 12),
        Level("grid", 15),
        Level("microgrid", 18),
    ),
)


def within(code: str, included: Sequence[str], excluded: Sequence[str] = ()) -> bool:
    """Whether a code lies below one of the included prefixes and below none of the excluded ones."""
    return code.startswith(tuple(included)) and not code.startswith(tuple(excluded))


def free_codes(parent: str, used: set[str], *, digits: int = 3) -> Iterator[str]:
    """Codes below `parent` never used so far, lowest first; refuses when all (999) are spent."""
    most = 10**digits - 1
    for serial in range(1, most + 1):
        code = f"{parent}{serial:0{digits}d}"
        if code not in used:
            yield code
    raise refuse(CODES_USED_UP, parent=parent, most=most)
