"""Every deed of notices on their way, done once: for the test that each leaves exactly one entry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from gridcommons.access.identify import program
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.cases.queries import with_code
from gridcommons.kit.words import Words
from gridcommons.notices import actions
from gridcommons.notices.models import Notice
from gridcommons.notices.rules import Decision, Outcome, State, Wish
from gridcommons.notices.signing import Link, holding, index_of, message_key
from town import AT, COUNTY, Town

JOB = program("notices")
MESSAGE = UUID(int=9)


def _mine(code: str, town: Town) -> tuple[list[Notice], Viewer]:
    holder = with_code(town.public, code)
    with scoped(Scope("^")):
        rows = [one for one in Notice.objects.exclude(channel="inside") if one.to.startswith("contact:")]
    return rows, holder


def deeds_of_notices(do: Callable[..., Any], town: Town, code: str) -> None:
    """Sorting, claiming, recording, losing, receipts, stops, wishes, wording, counting."""
    rows, holder = _mine(code, town)
    first, to = rows[0], rows[-1].to
    job: dict[str, Any] = {"by": JOB, "at": AT}
    do("notices.sort", lambda: actions.sort_out(ways=frozenset({"sms"}), **job))
    do("notices.claim", lambda: actions.claim(ids=[first.pk], message=MESSAGE, channel="sms", **job))
    facts: dict[str, Any] = {
        "ids": [first.pk],
        "message": MESSAGE,
        "outcome": Outcome(State.HANDED, "202"),
        "noise": 0.0,
    }
    do("notices.record", lambda: actions.record(**facts, **job))
    signed = holding(town.public, frozenset({message_key(MESSAGE)}))
    do("notices.receipt", lambda: actions.take_receipt(message=MESSAGE, told="delivered", by=signed, at=AT))
    later = Decision(State.WAITING, "unreachable", AT)
    do("notices.lay_aside", lambda: actions.lay_aside(ids=[rows[-1].pk], decision=later, **job))
    do("notices.lose", lambda: actions.lose(by=JOB, at=AT + timedelta(hours=1)))
    do("notices.count", lambda: actions.count_deliveries(**job))
    officer = {"by": town.county_officer, "at": AT}
    stuck = {"channel": "sms", "state": "failed", "reason": "busy"}
    do("notices.ask_retry", lambda: actions.ask_retry(**stuck, **officer))
    do("notices.retry", lambda: actions.retry_asked(**job))
    do("notices.remember", lambda: actions.remember_texts(**job))
    words = {"text_key": "case.filed", "area_code": COUNTY}
    said = Words("已立案：{number}", "Filed: {number}")
    do("notices.word", lambda: actions.word(**words, words=said, reason="short", **officer))
    do("notices.unword", lambda: actions.unword(**words, **officer))
    do("notices.wish", lambda: actions.set_wish(to=to, wish=Wish(neutral=True), by=holder, at=AT))
    link = Link(to, index_of("10012345678"))
    reader = {"by": holding(town.public, link.parties), "at": AT}
    do("notices.stop", lambda: actions.stop(index=link.index, to=to, how="link", **reader))
    do("notices.resume", lambda: actions.resume(index=link.index, to=to, **reader))
    own = {"by": town.resident, "at": AT + timedelta(minutes=1)}
    do("notices.read_all", lambda: actions.mark_all_read(**own))
    do("notices.unread", lambda: actions.mark_unread(read_at=own["at"], **own))
