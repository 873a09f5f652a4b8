"""The tabs of the queue: what needs the viewer now, by their duties, then everything that is theirs to see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from gridcommons.cases.queries import OPEN_STATES, Filter
from gridcommons.cases.transitions import packaged
from gridcommons.cases.waiting import Waiting
from gridcommons.kit.words import Words


@dataclass(frozen=True)
class Tab:
    """One tab: the states it shows; `own`: only of the viewer's offices; `late`: only overdue ones.

    `extension`: only where more time is asked for; `raised`: only what was raised to the viewer's offices.

    `to_do`: without those that the viewer may not work on, having taken part in them.
    """

    key: str
    words: Words
    states: tuple[str, ...] = ()
    own: bool = False
    late: bool = False
    to_do: bool = False
    extension: bool = False
    raised: bool = False

    def count(self, waiting: Waiting) -> int | None:
        """How many stand in it, None where that is not counted."""
        if self.late or self.extension or self.raised:
            return waiting.overdue if self.late else waiting.extension if self.extension else waiting.raised
        if not self.states:
            return None
        found = waiting.in_charge if self.own else waiting.to_do if self.to_do else waiting.states
        return sum(found.get(state, 0) for state in self.states)

    def filter(self, wanted: Filter, at: datetime) -> Filter:
        """The filter of the address within this tab; a state named there counts if the tab has it."""
        named = tuple(state for state in wanted.states if not self.states or state in self.states)
        late = at if self.late else None
        return replace(
            wanted,
            states=named or self.states,
            handled_by_me=self.own,
            overdue_at=late,
            to_do=self.to_do or self.own,
            extension=self.extension,
            raised_to_me=self.raised,
        )


TO_DISPATCH: Final = ("filed", "returned", "reopened", "review")
_EXTENSION: Final = Tab("extension", Words("申请延期", "More time asked"), OPEN_STATES, extension=True)
_BY_DUTY: Final[Mapping[str, Sequence[Tab]]] = {
    "filer": (Tab("file", Words("待立案", "To file"), ("reported",), to_do=True),),
    "dispatcher": (Tab("dispatch", Words("待派遣", "To dispatch"), TO_DISPATCH, to_do=True), _EXTENSION),
    "coordinator": (Tab("raised", Words("提级待指定", "Raised to us"), OPEN_STATES, raised=True), _EXTENSION),
    "handler": (
        Tab("accept", Words("待接收", "To accept"), ("dispatched",), own=True),
        Tab("handle", Words("处置中", "In hand"), ("handling", "rework"), own=True),
        Tab("again", Words("要求重办", "Reopened"), ("reopened",), own=True),
    ),
    "verifier": (Tab("check", Words("待核查", "To check"), ("handled",), to_do=True),),
}
_ALL: Final = (
    Tab("open", Words("全部未办结", "All open"), OPEN_STATES),
    Tab("overdue", Words("已超期", "Overdue"), OPEN_STATES, late=True),
    Tab("parked", Words("挂账", "Parked"), ("parked",)),
    Tab("joined", Words("已并入", "Joined"), ("merged",)),
    Tab("all", Words("全部", "All")),
)
STATES: Final = tuple((state.key, state.words) for state in packaged().states.values() if state.key != "new")


def tabs_for(duties: frozenset[str]) -> tuple[Tab, ...]:
    """The tabs of a viewer: their own work first."""
    own = [tab for duty, tabs in _BY_DUTY.items() if duty in duties for tab in tabs]
    return (*dict.fromkeys(own), *_ALL)


def chosen(tabs: Sequence[Tab], key: str, waiting: Waiting | None = None) -> Tab:
    """The tab named, else the first in which something stands, else the first."""
    named = next((tab for tab in tabs if tab.key == key), None)
    full = [tab for tab in tabs if waiting is not None and tab.count(waiting)]
    return named or (full or tabs)[0]
