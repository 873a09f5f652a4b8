"""Warnings of areas that were reorganised: one that goes on is the same thread, one of an area that ended is closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, TypeVar

from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.outlook.watching.models import Alarm, Cluster
from gridcommons.territory.reorganising.queries import Remade, remade

Row = TypeVar("Row", Alarm, Cluster)

CLOSED: Final = Words(
    "这一区域此后已分设、合并或撤销：这条预警只说原来的区域，到此为止；新的区域按自己的数字重新判断。",
    "The area was divided, merged or abolished since: this is of the former area and ends with it. What came of it is "
    "judged by its own figures.",
)


def code_now(code: str) -> str:
    """The code under which an area goes on; its own where it ended."""
    return in_force().follow(code) or code


def code_of(row: Alarm | Cluster) -> str:
    """The area of an alarm, the centre of a cluster, by the code it was found under."""
    return row.centre if isinstance(row, Cluster) else row.area_code


def found_under(rows: Iterable[Row]) -> dict[str, Row]:
    """By the thread under which a run of today finds them again."""
    return {_thread(row): row for row in rows}


def closed_of(rows: Iterable[Alarm | Cluster]) -> set[str]:
    """The threads of those whose area ended, or was made another, after the day that they are of.

    No correction takes these away: of the days on which the areas were others, nothing is known any more.
    """
    held = list(rows)
    made = remade({code_now(code_of(row)) for row in held})
    return {row.thread for row in held if _is_closed(row, made.get(code_now(code_of(row))))}


def _is_closed(row: Alarm | Cluster, made: Remade | None) -> bool:
    ended = not in_force().follow(code_of(row))
    return ended or (made is not None and _day(row) < made.since and row.as_of <= made.at)


def _day(row: Alarm | Cluster) -> date:
    return row.end if isinstance(row, Cluster) else row.day


def _thread(row: Alarm | Cluster) -> str:
    head, code, *tail = row.thread.split("|")
    return "|".join([head, code_now(code), *tail])
