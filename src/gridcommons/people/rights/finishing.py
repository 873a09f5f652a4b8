"""What ends where a thing lies, not by an answer: a wish that it be erased, an objection to what is set aside since.

What could not be erased at once stands open until it is: the desk empties the thing, or the program deletes it when its
time is over. An objection is met once what it was about counts for nothing. Whoever asked is told. Called inside deeds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q

from gridcommons.kit.addressing import hide_names
from gridcommons.kit.clock import local_day
from gridcommons.kit.words import Words
from gridcommons.people.homes import places
from gridcommons.people.homes.rules import person_key
from gridcommons.people.rights.models import Request
from gridcommons.people.rights.news import ERASED, News, spread
from gridcommons.people.rights.registry import ERASE, OBJECT, Asker
from gridcommons.people.rights.rules import SOMETHING
from gridcommons.people.rights.telling import accounts_of, tell
from gridcommons.territory.succession import ZONE

_BY = "program:inbox"


def wait(who: Asker, thing: str) -> date:
    """Note that these things are to be erased still; of whoever had everything deleted nothing is noted any more.

    Returns the day by which all of it is gone.
    """
    if thing:
        person = places.person(who.person_id)
        asked = Request.objects.filter(person_id__in=who.rows, kind=ERASE, state="open")
        known = set(asked.values_list("thing", flat=True))
        for one in (left for left in who.left if left.thing not in known):
            Request.objects.create(
                person_id=person.pk, area_code=one.desk if person.area_code else "", parties=person.parties, kind=ERASE,
                thing=one.thing, made_at=who.at, due_date=one.until,
            )  # fmt: skip
    return max(one.until for one in who.left)


def finish(things: Collection[str], said: Words, at: datetime) -> int:
    """These things are erased, and each wish for it is done and told, once for all; returns how many wishes."""
    rows = list(Request.objects.select_for_update().filter(kind=ERASE, thing__in=things, state="open"))
    for row in rows:
        row.state, row.answer, row.answered_at, row.answered_by = "done", f"{said.zh} {said.en}", at, _BY
        row.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    if rows:
        _tell(rows, at)
    return len(rows)


def uphold(thing: str, reason: str, by: str, at: datetime) -> tuple[str, ...]:
    """A thing counts for nothing any more: every objection to it is met and told, once for all.

    The reason is their answer, without names and numbers: it was written beside a thing that may be of others too.
    Returns whose they were and which, as the ledger names them.
    """
    said = hide_names(reason).text
    rows = list(Request.objects.select_for_update().filter(kind=OBJECT, thing=thing, state="open"))
    for row in rows:
        row.state, row.answer, row.answered_at, row.answered_by = "done", said, at, by
        row.save(update_fields=["state", "answer", "answered_at", "answered_by"])
        tell(row, row.state, at)
    return tuple(key for row in rows for key in (person_key(row.person_id), f"request:{row.pk}"))


def upheld(things: Collection[str]) -> set[str]:
    """Which of these things somebody was right to object to."""
    return set(Request.objects.filter(kind=OBJECT, thing__in=things, state="done").values_list("thing", flat=True))


def unsay(things: Collection[str]) -> int:
    """Take the reasons out of the answers to objections to these things, as they go beside the things themselves."""
    return Request.objects.filter(kind=OBJECT, thing__in=things, state="done").exclude(answer="").update(answer="")


def _tell(rows: Sequence[Request], at: datetime) -> None:
    """Whoever wished it is told, guardians too, without a word of what it was or where it lay."""
    day = local_day(at, ZONE)
    accounts = {key for person in {row.person_id for row in rows} for key in accounts_of(person, day)}
    asked, due = min(local_day(row.made_at, ZONE) for row in rows), max(row.due_date for row in rows)
    spread(News(ERASED, tuple(sorted(accounts)), SOMETHING, asked, due, "", (), at))


def overdue(today: date) -> Q:
    """Requests whose last day is over. What is to be erased still has one day more, on which the program deletes it."""
    return Q(due_date__lt=today) & ~Q(kind=ERASE, due_date=today - timedelta(days=1))
