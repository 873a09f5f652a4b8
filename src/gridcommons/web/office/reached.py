"""The tile of households reached in a whole week: out of how many, by how many calls, and how those ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gridcommons.kit.disclosure import Mark
from gridcommons.kit.words import Words
from gridcommons.outlook.rules import why_few_workers, why_hidden
from gridcommons.outlook.visited import Visited
from gridcommons.web.formats import figure_text
from gridcommons.web.pieces import Tile

_SINCE: Final = Words("较前一周", "against the week before")
_FEW_VISITED: Final = Words("不显示：上门的网格员少", "not shown: few workers visited here")
_ENDED: Final = {
    "not_home": Words("{n}次不在家", "{n} not at home"), "declined": Words("{n}次谢绝", "{n} declined"),
    "appointment": Words("{n}次另约", "{n} to come again"),
}  # fmt: skip


def reached_tile(found: Visited, parts: int, homes: int | None = None) -> Tile:
    """The tile; `parts`: how many areas stand below, for the dot of those that visits came from.

    `homes`: the area's households as the other tiles say them: one page has one number of households.
    """
    reached = found.own["reached"]
    of = _out_of(found, homes if homes and homes >= (reached.value or 0) else None)
    if reached.value is None:
        few = reached.mark is Mark.FEW
        hidden = why_few_workers() if found.few_workers else why_hidden(reached.mark)
        return Tile(
            _label(found), None, of, found.as_of, suppressed=few, withheld=not few, because=hidden,
            hidden=_FEW_VISITED if found.few_workers else None,
        )  # fmt: skip
    change = reached.value - found.before if found.before is not None else None
    return Tile(
        _label(found), reached.value, of, found.as_of, change=change, since=_SINCE, reported=_came(found, parts)
    )


def _label(found: Visited) -> Words:
    """What it is, and of which week: from Monday to Sunday, the last one that is closed."""
    first, last = found.week
    return Words(
        f"一周走访到户（{first.month}月{first.day}日至{last.month}月{last.day}日）",
        f"Homes reached in the week of {first.day} {first:%B}",
    )


def _out_of(found: Visited, told: int | None) -> Words:
    """Of how many households, by how many calls; what is too small to be told of the calls is left out."""
    homes, visits = found.own.get("homes"), found.own["visits"].value
    known = told or (homes.value if homes else None)
    whole = None if known is None else Words(f"共{figure_text(known)}户", f"of {figure_text(known)}")
    calls = list(_calls(found, visits)) if visits else []
    said = [*([whole] if whole else []), *calls] or [Words("住户数未统计", "households not counted yet")]
    return Words("，".join(one.zh for one in said), ", ".join(one.en for one in said))


def _calls(found: Visited, visits: int) -> Iterator[Words]:
    yield Words(f"上门{figure_text(visits)}次", f"in {figure_text(visits)} calls")
    for measure, words in _ENDED.items():
        if number := found.own[measure].value:
            yield Words(words.zh.format(n=figure_text(number)), words.en.format(n=figure_text(number)))


def _came(found: Visited, parts: int) -> tuple[int, int] | None:
    """From how many of the areas below a visit came; nothing where one of them may not be told."""
    shown = [figures["visits"] for figures in found.below.values()]
    if not parts or any(one.mark is Mark.WITHHELD for one in shown):
        return None
    return sum(one.value != 0 for one in shown), parts
