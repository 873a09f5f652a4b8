"""Every deed of the hotline, done once each: a chapter of the diary of article 14."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from cases.hotline.calls import NOW, csv_of, read, with_clerks
from gridcommons.access.identify import program
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import accept, close, dispatch, feed_back, file_case
from gridcommons.cases.filing import Report
from gridcommons.cases.hotline import actions as hotline
from gridcommons.cases.hotline.models import Unplaced
from gridcommons.cases.hotline.proving import Proof
from gridcommons.people.contacts import Contact
from town import AT, COUNTY, HERE, VILLAGE, Town

SETUP = program("test")


class Diary(Protocol):
    """What tries deeds and watches what they leave."""

    town: Town

    def do(self, key: str, deed: Callable[[], Any], within: tuple[str, ...] = ()) -> Any:
        """Do a deed and see that it left one entry."""


def of_calls(diary: Diary) -> None:
    """A call is taken, followed, closed, told and reopened; a file is sent in, taken over, a row of it placed."""
    town, do = with_clerks(diary.town), diary.do
    clerk, contact = town.clerk, Contact(phone="10012345678")
    call = {"report": Report("street_lamps", "灯", *HERE), "channel": "phone", "by": clerk, "at": AT}
    made = do("hotline.take", lambda: hotline.take_call(**call), within=("case.report",))
    facts: dict[str, Any] = {"case_id": made.case_id, "channel": "phone", "contact": contact, "language": "zh-hans"}
    do("hotline.follow", lambda: hotline.follow_known(**facts, by=clerk, at=AT), within=("people.keep_contact",))
    one: dict[str, Any] = {"case_id": made.case_id, "at": AT}
    file_case(by=town.supervisor, **one)
    dispatch(to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, **one)
    accept(by=town.handler, **one)
    feed_back(evidence="修好了", by=town.handler, **one)
    close(check="看过", by=town.second_supervisor, **one)
    do("hotline.tell", lambda: hotline.tell_followers(**one, by=SETUP))
    proof = Proof(code=made.code)
    again = {"proof": proof, "reason": "又坏了", "by": proof.held_by(clerk), "at": AT}
    do("hotline.reopen", lambda: hotline.reopen_for(**again), within=("case.reopen",))
    _of_files(do, town)


def _of_files(do: Callable[..., Any], town: Town) -> None:
    officer: dict[str, Any] = {"county_code": COUNTY, "by": town.county_officer, "at": NOW}
    rows = ({"来电人": "", "联系电话": ""}, {"乡镇": "", "村社区": "", "来电人": "", "联系电话": ""})
    sent = {"name": "a.csv", "content": csv_of(*rows), "mapping": "x"}
    do("hotline.send", lambda: hotline.send_file(**sent, **officer))
    do("hotline.drop", lambda: hotline.drop_file(**officer))
    reading = read(*rows)
    run = do("hotline.import", lambda: hotline.begin_import(reading=reading, **officer))
    taken = {"import_id": run.pk, "entries": reading.to_do()}
    do("hotline.take_rows", lambda: hotline.take_rows(**taken, **officer))
    with viewing(town.clerk, NOW):
        row = Unplaced.objects.get()
    do("hotline.press", lambda: hotline.press_unplaced(by=SETUP, at=NOW))
    do("hotline.place", lambda: hotline.place_row(unplaced_id=row.pk, area_code=VILLAGE, by=town.clerk, at=NOW))
    other = read({"工单编号": "20261101000000000009", "乡镇": "", "村社区": "", "来电人": "", "联系电话": ""})
    hotline.take_rows(import_id=run.pk, entries=other.to_do(), **officer)
    with viewing(town.clerk, NOW):
        row = Unplaced.objects.get()
    aside = {"unplaced_id": row.pk, "why": "elsewhere", "by": town.clerk, "at": NOW}
    do("hotline.set_aside", lambda: hotline.set_aside(**aside))
    do("hotline.forget", lambda: hotline.forget(by=SETUP, at=NOW + timedelta(days=1)))
