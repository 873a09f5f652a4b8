"""English names of Chinese divisions: pinyin of the proper name, and the word for its kind."""

from __future__ import annotations

import re
from typing import Final

from gridcommons.territory.pinyin import sort_key

_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("村村民委员会", "Village"), ("村村委会", "Village"), ("社区居民委员会", "Community"), ("社区居委会", "Community"),
    ("村民委员会", "Village"), ("居民委员会", "Community"), ("居委会", "Community"), ("村委会", "Village"),
    ("畲族自治县", "She Autonomous County"), ("畲族乡", "She Ethnic Township"), ("街道", "Subdistrict"),
    ("社区", "Community"), ("农场", "Farm"), ("林场", "Forest Farm"), ("园区", "Park"), ("省", "Province"),
    ("市", "City"), ("县", "County"), ("区", "District"), ("镇", "Town"), ("乡", "Township"), ("村", "Village"),
)  # fmt: skip
_SHORTER: Final[tuple[tuple[str, str], ...]] = (
    ("村村民委员会", "村"), ("村村委会", "村"), ("村民委员会", "村"), ("村委会", "村"),
    ("社区居民委员会", "社区"), ("社区居委会", "社区"), ("居民委员会", "社区"), ("居委会", "社区"),
)  # fmt: skip
_NAMED_GRID: Final = re.compile(r"(?P<place>.+?(?:社区|村))(?P<own>.+)网格")
_ASIDE: Final = re.compile(r"(?P<name>.+?)（(?P<aside>[^（）]+)）")
_GRID: Final = re.compile(r"(?P<village>.+)第(?P<number>[0-9]+)网格")


def english_name(name: str, reading: str = "") -> str:
    """`妙高街道` -> `Miaogao Subdistrict`, `云峰社区第1网格` -> `Yunfeng Community Grid 1`.

    A grid with a name of its own: `云峰社区溪滨网格` -> `Yunfeng Community Xibin Grid`; what stands in brackets is
    spelt by itself.

    A name of no known kind is spelt as it stands. `reading`: the name's sort key where it is known already.
    """
    grid = _GRID.fullmatch(name)
    if grid is not None:
        return f"{english_name(grid['village'])} Grid {int(grid['number'])}"
    aside = _ASIDE.fullmatch(name)
    if aside is not None:
        return f"{english_name(aside['name'])} ({_spelt(aside['aside'], [])})"
    named = _NAMED_GRID.fullmatch(name)
    if named is not None:
        return f"{english_name(named['place'])} {_spelt(named['own'], [])} Grid"
    for ending, word in _KINDS:
        stem = name.removesuffix(ending)
        if stem and stem != name:
            return f"{_spelt(stem, _reading_of(stem, name, reading))} {word}"
    return _spelt(name, reading.split())


def place_name(name: str) -> str:
    """The place itself where a list names the committee that runs it: `东红村委会` -> `东红村`."""
    for ending, short in _SHORTER:
        stem = name.removesuffix(ending)
        if stem and stem != name:
            return stem + short
    return name


def grid_name(village: str, number: int) -> str:
    """The name of a grid of a village or community: `东红村第1网格`."""
    return f"{place_name(village)}第{number}网格"


def _reading_of(stem: str, name: str, reading: str) -> list[str]:
    """The part of a reading that belongs to the first signs of a name; empty where signs and syllables differ."""
    syllables = reading.split()
    return syllables[: len(stem)] if len(syllables) == len(name) else []


def _spelt(text: str, syllables: list[str]) -> str:
    """One word; a syllable that begins with a vowel is set off by an apostrophe (GB/T 16159: Xi'an)."""
    parts = syllables or sort_key(text).split()
    return "".join(f"'{part}" if place and part[0] in "aeo" else part for place, part in enumerate(parts)).capitalize()
