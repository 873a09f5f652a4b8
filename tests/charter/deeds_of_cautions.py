"""Every deed of warnings to the public, done once each: a chapter of the diary of article 14."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from charter.deeds_of_figures import Diary
from gridcommons.access.identify import program
from gridcommons.kit.words import Words
from gridcommons.notices.awaited.actions import tell_awaited, tell_declined
from gridcommons.outlook.cautions import actions
from outlook.cautions.warned_town import hand_draft, words
from outlook.painting.painted_town import member
from town import AT, COUNTY


def of_cautions(diary: Diary) -> None:
    """A warning by hand is asked for, taken down, declined, asked for anew, issued, updated and called off by two."""
    health = member("warning", "health_officer", COUNTY, "health")
    second = member("issuing", "second_person", COUNTY, "justice")
    day, do = AT.date(), diary.do

    def issued(number: Any, minutes: int) -> None:
        at = AT + timedelta(minutes=minutes)
        actions.issue_caution(caution_id=number, house="", by=second, at=at)

    draft = hand_draft(day)
    one = do("caution.ask", lambda: actions.ask_caution(draft=draft, by=health, at=AT)).pk
    do("caution.drop", lambda: actions.drop_caution(caution_id=one, why="改写", by=health, at=AT))
    waits = do("caution.ask", lambda: actions.ask_caution(draft=draft, by=health, at=AT)).pk
    do("notices.tell_awaited", lambda: tell_awaited(by=program("awaited"), at=AT))
    no: dict[str, Any] = {"why": "依据不足", "by": second, "at": AT}
    do("caution.decline", lambda: actions.decline_caution(caution_id=waits, **no))
    do("notices.tell_declined", lambda: tell_declined(by=program("awaited"), at=AT))
    two = do("caution.ask", lambda: actions.ask_caution(draft=draft, by=health, at=AT)).pk
    do("caution.issue", lambda: actions.issue_caution(caution_id=two, house="", by=second, at=AT))
    later = {"said": words("改"), "last": day, "by": health, "at": AT + timedelta(minutes=1)}
    three = do("caution.amend", lambda: actions.amend_caution(caution_id=two, **later)).pk
    issued(three, 2)
    end = {"why": Words("合格", "good"), "by": health, "at": AT + timedelta(minutes=3)}
    do("caution.call_off", lambda: actions.call_off_caution(caution_id=three, **end))
