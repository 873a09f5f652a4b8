"""A place by its name: which village, community or township a text names, and when that is uncertain."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.territory.queries import AreaFacts, area_on, below, grid_locator, names_of

NamesOf = Callable[[AreaFacts], list[str]]
_SHOWN: Final = 8
_SURE: Final = 3
"""A Chinese name of fewer signs (上村) stands in too many other words to be believed alone."""
_ENDINGS: Final = {"村民委员会": "村", "村委会": "村", "居民委员会": "社区", "社区居委会": "社区", "居委会": "社区"}
_KIND_SIGNS: Final = ("街道", "社区", "村", "镇", "乡", "县")

UNCERTAIN = refusal_kind(
    "open311.place_uncertain",
    status=400,
    zh="还不能确定是哪个村、社区。请用括号中的代码作为address_id，或给出经纬度：{candidates}。",
    en="It is not certain which village or community is meant. "
    "Send the code in brackets as address_id, or coordinates: {candidates_en}.",
)
UNNAMED = refusal_kind(
    "open311.place_unnamed",
    status=400,
    zh="地址中没有认得出的村、社区名称。请写上村、社区和乡镇的名称，或给出经纬度。",
    en="The address names no village or community known here. "
    "Name the village or community and its township, or send coordinates.",
)


@dataclass(frozen=True)
class Naming:
    """Areas that a text names: `sure` in full and fitting together, `perhaps` in part or in contradiction."""

    sure: tuple[AreaFacts, ...]
    perhaps: tuple[AreaFacts, ...] = ()


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    area: AreaFacts

    def inside(self, other: _Span) -> bool:
        """Whether this is a part of a longer name."""
        longer = other.end - other.start > self.end - self.start
        return longer and other.start <= self.start and self.end <= other.end

    @property
    def is_long(self) -> bool:
        """Whether the name is long enough to be believed without its township."""
        return self.end - self.start >= _SURE


def find_place(text: str, day: date) -> str:
    """The code of the one village, community or township that a text names; else refuses, naming candidates."""
    naming = named_in(text, _served())
    sure = [area for area in naming.sure if _lives(area.code, day)]
    if len(sure) == 1:
        return sure[0].code
    candidates = sure or [area for area in naming.perhaps if _lives(area.code, day)]
    if not candidates:
        raise refuse(UNNAMED)
    parents = names_of(area.parent_code for area in candidates)
    raise refuse(
        UNCERTAIN, candidates=_shown(candidates, parents, "zh"), candidates_en=_shown(candidates, parents, "en")
    )


def _shown(areas: Sequence[AreaFacts], parents: dict[str, AreaFacts], language: str) -> str:
    def line(area: AreaFacts) -> str:
        above = parents.get(area.parent_code)
        if language == "zh":
            return f"{above.name_zh if above else ''}{area.name_zh}（{area.code}）"
        return f"{area.name_en}{f', {above.name_en}' if above else ''} ({area.code})"

    mark, end = ("、", "等") if language == "zh" else ("; ", " and others")
    return mark.join(map(line, areas[:_SHOWN])) + (end if len(areas) > _SHOWN else "")


def _served() -> list[AreaFacts]:
    """Townships and villages of the counties whose grids are drawn (of all, where none is), and every county."""
    drawn = sorted({str(code)[:6] for code in grid_locator().codes if code})
    rows = [area for county in drawn or [""] for level in ("township", "village") for area in below(county, level)]
    return [*below("", "county"), *rows]


def _lives(code: str, day: date) -> bool:
    try:
        area_on(code, day)
    except Refusal:
        return False
    return True


def named_in(text: str, areas: Iterable[AreaFacts]) -> Naming:
    """The villages a text names, else the townships; of two names that overlap the longer counts."""
    areas = list(areas)
    chinese = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    english = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    spans = [*_found(chinese, areas, _full_names), *_english(english, areas)]
    hits = [span for span in spans if not any(span.inside(other) for other in spans)]
    villages, townships, counties = (_of_level(level, hits) for level in ("village", "township", "county"))
    townships = _inside(townships, counties) if counties else townships
    fitting = _inside(villages, townships or counties) if townships or counties else villages
    believed = [area for area in fitting if townships or any(s.area == area and s.is_long for s in hits)]
    if believed or not villages:
        sure = tuple(believed or townships)
        return Naming(sure, () if sure else _in_part(chinese, areas))
    return Naming((), (*villages, *townships))


def _of_level(level: str, spans: Iterable[_Span]) -> list[AreaFacts]:
    return list(dict.fromkeys(span.area for span in spans if span.area.level == level))


def _inside(areas: Iterable[AreaFacts], above: Iterable[AreaFacts]) -> list[AreaFacts]:
    codes = tuple(area.code for area in above)
    return [area for area in areas if area.code.startswith(codes)]


def _full_names(area: AreaFacts) -> list[str]:
    """The name as it is listed, and as people write it: 东红村委会 is 东红村."""
    names = [area.name_zh]
    names += [area.name_zh.removesuffix(end) + said for end, said in _ENDINGS.items() if area.name_zh.endswith(end)][:1]
    return names


def _stems(area: AreaFacts) -> list[str]:
    stems = [name.removesuffix(sign) for name in _full_names(area) for sign in _KIND_SIGNS if name.endswith(sign)]
    return [stem for stem in stems if len(stem) > 1]


def _in_part(text: str, areas: Iterable[AreaFacts]) -> tuple[AreaFacts, ...]:
    spans = _found(text, [area for area in areas if area.level != "county"], _stems)
    found = dict.fromkeys(s.area for s in spans if not any(s.inside(other) for other in spans))
    return tuple(sorted(found, key=lambda area: (-len(area.code), area.code)))


def _found(text: str, areas: Iterable[AreaFacts], names: NamesOf) -> list[_Span]:
    return [_Span(at, at + len(name), area) for area in areas for name in names(area) for at in _positions(name, text)]


def _positions(name: str, text: str) -> Iterator[int]:
    at = text.find(name)
    while at >= 0:
        yield at
        at = text.find(name, at + 1)


def _english(text: str, areas: Iterable[AreaFacts]) -> list[_Span]:
    """English names as whole words; their positions are apart from those in the Chinese text."""
    apart = 1_000_000
    return [
        _Span(apart + at, apart + at + len(name), area)
        for area in areas
        if (name := area.name_en.casefold()) != area.name_zh
        for at in _positions(name, text)
        if not (text[at - 1 : at].isalnum() or text[at + len(name) : at + len(name) + 1].isalnum())
    ]
