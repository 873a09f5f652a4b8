"""The demo as somebody lives in it: rooms that hold something, inboxes that were read, listeners that have heard."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from gridcommons.access.identify import account
from gridcommons.access.scope import viewing
from gridcommons.cases.partners.queries import counts
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.notices.actions import mark_all_read
from gridcommons.rehearsal.phones import Phone
from gridcommons.rehearsal.rooms import JOB, Room, Stage, fill_rooms
from gridcommons.rehearsal.rooms_of_admission import ROOMS as ADMISSION
from gridcommons.rehearsal.rooms_of_areas import ROOMS as AREAS
from gridcommons.rehearsal.rooms_of_cautions import ROOMS as CAUTIONS
from gridcommons.rehearsal.rooms_of_colours import ROOMS as COLOURS
from gridcommons.rehearsal.rooms_of_forms import ROOMS as FORMS
from gridcommons.rehearsal.rooms_of_mornings import ROOMS as MORNINGS
from gridcommons.rehearsal.rooms_of_outlook import ROOMS as OUTLOOK
from gridcommons.rehearsal.rooms_of_people import ROOMS as PEOPLE
from gridcommons.rehearsal.rooms_of_two import ROOMS as TWO
from gridcommons.rehearsal.rooms_of_visits import ROOMS as VISITS
from gridcommons.rehearsal.rooms_of_work import ROOMS as WORK
from gridcommons.rehearsal.story import count_figures

ROOMS: Final[tuple[Room, ...]] = (
    *WORK, *ADMISSION, *VISITS, *PEOPLE, *FORMS, *TWO, *OUTLOOK, *COLOURS, *CAUTIONS, *AREAS, *MORNINGS,
)  # fmt: skip
"""Areas come last: what is renamed then was called otherwise while the others were filled."""
UNREAD: Final = timedelta(days=1)
"""So far back notices stay new: a desk of the county town gets some seventy a day."""
_PATIENCE: Final = 60.0
_PAUSE: Final = 0.5

UNHEARD = refusal_kind(
    "rehearsal.unheard",
    status=409,
    zh="程序在{seconds}秒内没有处理完新派遣的事项，系统对接无法演示；请确认程序正在运行，然后再填充一次。",
    en="The program did not hear of the new dispatches within {seconds} seconds, so the link cannot be shown; see that "
    "it runs, then fill the demo once more.",
)


def live_in(
    county: str, staff: Iterable[str], *, url: str, since: date, progress: Callable[[Words, int, int], None]
) -> list[str]:  # fmt: skip
    """Fill the empty rooms of a county whose program runs at `url`, and read the inboxes of `staff`; returns which.

    What rooms do lies in days gone by: the figures from `since` on are counted anew, also where a room broke off.
    """
    stage = Stage(county, datetime.now(UTC), wait_till_heard, lambda key: Phone(url, key))
    read_inboxes(staff, stage.now - UNREAD)
    try:
        return fill_rooms(stage, ROOMS, progress)
    finally:
        count_figures(since, datetime.now(UTC), progress)


def read_inboxes(staff: Iterable[str], at: datetime) -> int:
    """Each of these read at that moment what they had got by then; returns how many notices that were."""
    return sum(mark_all_read(by=account(name), at=at) for name in staff)


def wait_till_heard(cases: Sequence[UUID]) -> datetime:
    """Wait until the program's own listener has lined these cases up for the links; refuses after a minute."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        now = datetime.now(UTC)
        with viewing(JOB, now):
            lined_up = sum(number for _link, _state, number, _since in counts())
            if lined_up >= len(cases):
                return now
        time.sleep(_PAUSE)
    raise refuse(UNHEARD, seconds=int(_PATIENCE))
