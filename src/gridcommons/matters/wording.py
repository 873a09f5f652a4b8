"""The words that the verdicts of this part share: list names, clocks, editions."""

from __future__ import annotations

from typing import Final

from gridcommons.kit.words import Words
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.matter import Clock, Kind, Matter

KIND_NAMES: Final = {
    Kind.MUST_DO: Words(zh="必办清单", en="must-do list"),
    Kind.ASSIST: Words(zh="协助清单", en="assist list"),
    Kind.NOT_FOR_GRID: Words(zh="不进网格清单", en="list of what is not for the grid"),
}
CLOCK_NAMES: Final = {
    Clock.WORKING: Words(zh="工作日历", en="working calendar"),
    Clock.CALENDAR: Words(zh="自然时间，昼夜计算", en="calendar time, day and night"),
}


def edition_of(catalogue: Catalogue, matter: Matter | None = None) -> str:
    """The edition a verdict was made under: list edition and content hash, and the matter's own version."""
    listed = f"{catalogue.edition}+{catalogue.version}"
    return f"{listed} {matter.key}@{matter.since_version}" if matter is not None else listed
