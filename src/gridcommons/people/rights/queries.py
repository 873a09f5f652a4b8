"""Reads of rights: what is held of oneself, what was asked and answered, who acts for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from gridcommons.access.deeds import look
from gridcommons.access.entries import ALL_LOOKS, Entry, Span, Spell, looks_at
from gridcommons.access.rules import Place, Viewer
from gridcommons.access.scope import viewing
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words
from gridcommons.people.homes import places
from gridcommons.people.homes.own import Agreed, agreed_by, homes_of
from gridcommons.people.homes.rules import person_key
from gridcommons.people.rights.asking import asker, of_self, words_of
from gridcommons.people.rights.models import FormerPerson, Guardian, PrivateLogin, Request
from gridcommons.people.rights.registry import CORRECT, OBJECT, Held, Meant, all_held, meant
from gridcommons.people.rights.rules import NO_REQUEST, SOMETHING, THINGS
from gridcommons.people.rights.waiting import answerable, deed_needed
from gridcommons.territory.succession import ZONE, area_now

PAGE: Final = 50
PUT_RIGHT: Final = Words("窗口按您的申请更正", "put right by the desk, as you asked")
_MADE: Final = frozenset({"done", "partly"})
"""States of a correction that was made."""
ERASED: Final = "look.erased"
"""What stands in place of what was looked at, once it is erased."""


@dataclass(frozen=True)
class Asked:
    """A request: of which kind and thing, in which words, until when, what came of it.

    `about`: the thing's id; `what`: the thing in words. `desk`: the area whose desk answers. `here`: whether the reader
    sees the person, who may have moved away; `who`: their name, for the desk. `meant`: the thing as the desk reads it.
    `raised_at`: when it went up, since nobody had answered in time. `reworded_at`: when the person took other words.
    `by_supervision`: those answer it who may take the thing back, not the desk. `yours`: the reader may answer it.
    """

    id: UUID
    person_id: UUID
    kind: str
    thing: str
    words: str
    state: str
    answer: str
    made_at: datetime
    due_date: date
    answered_at: datetime | None
    about: str = ""
    desk: str = ""
    here: bool = True
    what: Words = SOMETHING
    raised_at: datetime | None = None
    who: str = ""
    meant: Meant | None = None
    reworded_at: datetime | None = None
    by_supervision: bool = False
    yours: bool = False

    def is_late(self, day: date) -> bool:
        """Whether the last day of the answer is over without one."""
        return self.state == "open" and self.due_date < day


@dataclass(frozen=True)
class Guarding:
    """Who acts for which child, from and until which day."""

    child_id: UUID
    guardian_id: UUID
    since: date
    until: date


@dataclass(frozen=True)
class HeldPage:
    """All that is held of a person, by part, what they asked, what they agreed to, who acts for whom."""

    person_id: UUID
    parts: tuple[tuple[Words, tuple[Held, ...]], ...]
    asked: tuple[Asked, ...]
    consents: tuple[Agreed, ...] = ()
    guardians: tuple[Guarding, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The same as plain values, for the person to take along."""
        return {
            "person": str(self.person_id),
            "held": [_plain(name, one) for name, several in self.parts for one in several],
            "requests": [_plain_request(one) for one in self.asked],
            "consents": [
                {"since": one.since.isoformat(), "at": moment_iso(one.at) if one.at else None, "how": one.how or None}
                for one in self.consents
            ],
            "guardians": [
                {"child": str(one.child_id), "guardian": str(one.guardian_id), "since": one.since.isoformat(),
                 "until": one.until.isoformat()}
                for one in self.guardians
            ],
        }  # fmt: skip


def _plain(part: Words, one: Held) -> dict[str, object]:
    value = one.value.as_dict() if isinstance(one.value, Words) else one.value
    return {
        "part": part.as_dict(), "key": one.key, "what": one.what.as_dict(), "value": value, "code": one.code,
        "shown": one.value is not None, "from": one.source.as_dict(), "since": one.since.isoformat(),
        "until": one.until.isoformat() if one.until else None, "for": one.purpose.as_dict(),
        "held_back": one.held_back, "by_you": one.held_back and one.by_you, "written_down_in": one.stands_in or None,
    }  # fmt: skip


def _plain_request(one: Asked) -> dict[str, object]:
    return {
        "kind": one.kind, "thing": one.thing, "what": one.what.as_dict(), "words": one.words, "state": one.state,
        "answer": one.answer, "made_at": moment_iso(one.made_at), "due": one.due_date.isoformat(),
        "answered_at": moment_iso(one.answered_at) if one.answered_at else None,
        "raised_at": moment_iso(one.raised_at) if one.raised_at else None,
        "reworded_at": moment_iso(one.reworded_at) if one.reworded_at else None,
    }  # fmt: skip


def moment_iso(moment: datetime) -> str:
    """A moment in the time of the house, to the second, with its zone (ISO 8601)."""
    return moment.astimezone(ZONE).isoformat(timespec="seconds")


def persons_of(viewer: Viewer) -> list[UUID]:
    """The persons whose keys a viewer holds, in order: who may read what is held of them."""
    held = sorted(UUID(key.removeprefix("person:")) for key in viewer.parties if key.startswith("person:"))
    return [one for one in held if one not in places.joined_away(held)]


def _own(_result: HeldPage, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (person_key(facts["person_id"]),)


@look("look.held", on=of_self, subjects=_own)
def held_page(*, person_id: UUID, viewer: Viewer, at: datetime, purpose: str = "own_case") -> HeldPage:
    """What is held of oneself or one's child: what, from whom, until when, for what."""
    told = all_held(asker(person_id, viewer, at))
    names = {one.key: one.what for _name, several in told for one in several}
    own = [person_id, *places.doubles_of(person_id)]
    rows = Request.objects.filter(person_id__in=own).order_by("-made_at")
    guards = Guardian.objects.filter(Q(child_id__in=own) | Q(guardian_id__in=own)).order_by("since", "id")
    guarding = tuple(Guarding(one.child_id, one.guardian_id, one.since, one.until) for one in guards)
    asked = tuple(replace(_asked(row), what=names.get(row.thing, _by_kind(row))) for row in rows)
    right = _put_right_on(rows)
    parts = tuple((name, tuple(_as_put_right(one, right) for one in held)) for name, held in told)
    return HeldPage(person_id, parts, asked, agreed_by(own), guarding)


def _put_right_on(rows: Iterable[Request]) -> dict[str, date]:
    """On which day the desk last put a thing right at its person's wish, by the key of the thing."""
    made = ((row.answered_at, row.thing) for row in rows if row.kind == CORRECT and row.state in _MADE)
    return {thing: local_day(at, ZONE) for at, thing in sorted((at, thing) for at, thing in made if at)}


def _as_put_right(one: Held, right: Mapping[str, date]) -> Held:
    """A thing that the desk put right: what stands there now is the desk's, of that day."""
    return replace(one, source=PUT_RIGHT, since=right[one.key]) if one.key in right else one


def _by_kind(row: Request) -> Words:
    return THINGS.get(row.thing.partition(":")[0], SOMETHING)


def _asked(row: Request) -> Asked:
    kind, _colon, about = row.thing.partition(":")
    return Asked(
        row.pk, row.person_id, row.kind, kind, words_of(row), row.state, row.answer, row.made_at, row.due_date,
        row.answered_at, about, area_now(row.area_code, row.pk) if row.area_code else "", what=_by_kind(row),
        raised_at=row.raised_at, reworded_at=row.reworded_at, by_supervision=bool(deed_needed(row)),
    )  # fmt: skip


def _of_account(facts: Mapping[str, Any]) -> Place:
    viewer: Viewer = facts["viewer"]
    return Place(parties=frozenset({viewer.key if viewer.user_id else "nobody"}))


def _entries(found: list[Entry], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"entry:{one.id}" for one in found)


@look("look.looks_at_me", on=_of_account, subjects=_entries)
def looks_at_me(
    *, viewer: Viewer, at: datetime, purpose: str = "own_case", span: Span = ALL_LOOKS, most: int = 1_000
) -> list[Entry]:
    """Who looked at what is the account's or its person's, newest first: reports, the person, the home they lived in.

    One list, whichever of these was looked at; a guardian reads the looks at the child too. Of somebody who had
    everything erased who looked, when and for what: no more of what it was.
    """
    persons = [UUID(key.removeprefix("person:")) for key in viewer.parties if key.startswith("person:")]
    keys = [viewer.key, *sorted(map(person_key, persons))]
    spells = [
        Spell(f"household:{home}", _midnight(since), _midnight(until) if until else None)
        for home, since, until in homes_of(persons)
    ]
    found = looks_at(keys, spells, span=span, most=most)
    former = list(FormerPerson.objects.filter(parties__contains=[viewer.key])) if viewer.user_id else []
    if not former:
        return found
    gone = looks_at([person_key(row.person_id) for row in former], _former_homes(former), span=span, most=most)
    ends = max(row.erased_at for row in former)
    told = {one.id: replace(one, what=ERASED, subjects=()) for one in gone if one.at < ends and one.by != viewer.key}
    told |= {one.id: one for one in found}
    return sorted(told.values(), key=lambda one: (one.at, one.id), reverse=True)[:most]


def _former_homes(former: Sequence[FormerPerson]) -> list[Spell]:
    return [
        Spell(f"household:{home}", _midnight(date.fromisoformat(since)), _end(until, row.erased_at))
        for row in former
        for home, since, until in row.homes
    ]


def _end(until: str, erased_at: datetime) -> datetime:
    return _midnight(date.fromisoformat(until)) if until else erased_at


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def _of_requests(result: tuple[Asked, ...], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(person_key(one.person_id) for one in result))


@look("look.rights_requests", subjects=_of_requests)
def open_requests(
    *, viewer: Viewer, at: datetime, purpose: str = "rights", after: tuple[date, UUID] | None = None
) -> tuple[Asked, ...]:  # fmt: skip
    """What residents of the viewer's townships asked and nobody has answered: a page, the most urgent first.

    `after`: the last day and the id of the last one of the page before.
    """
    rows = Request.objects.filter(state="open").order_by("due_date", "id")
    if after is not None:
        day, last = after
        rows = rows.filter(Q(due_date__gt=day) | Q(due_date=day, pk__gt=last))
    return _for_the_desk(list(rows[:PAGE]), viewer, at)


def _for_the_desk(rows: Sequence[Request], viewer: Viewer, at: datetime) -> tuple[Asked, ...]:
    """Requests with whose they are and what they are about, as far as the desk sees it, and whether it answers them."""
    called = places.named({row.person_id for row in rows})
    mine = Request.objects.filter(answerable(viewer, at), pk__in=[row.pk for row in rows])
    theirs = set(mine.values_list("pk", flat=True))
    found = (_one_for_the_desk(row, *called.get(row.person_id, (None, ""))) for row in rows)
    return tuple(replace(one, yours=one.id in theirs) for one in found)


def _one_for_the_desk(row: Request, head: UUID | None, name: str) -> Asked:
    of_person = row.thing.replace(str(row.person_id), str(head))  # a row that was joined with another stands for nobody
    found = meant(of_person if head else row.thing)
    asked = _asked(row)
    return replace(
        asked, person_id=head or row.person_id, here=head is not None, who=name, meant=found,
        what=found.what if found else asked.what,
    )  # fmt: skip


def _of_one(facts: Mapping[str, Any]) -> Place:
    row = Request.objects.filter(pk=facts["request_id"]).first()
    if row is None:
        raise refuse(NO_REQUEST)
    area = area_now(row.area_code, row.pk) if row.area_code else ""
    return Place(area, frozenset(row.parties), personal=True)


def _subject(result: Asked, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (person_key(result.person_id), f"request:{result.id}")


@look("look.rights_requests", on=_of_one, subjects=_subject)
def one_request(*, request_id: UUID, viewer: Viewer, at: datetime, purpose: str = "rights") -> Asked:
    """One request: whose, about what, how that stands now, what is wanted; answered or not."""
    (found,) = _for_the_desk([Request.objects.get(pk=request_id)], viewer, at)
    return found


def is_objected_to(thing: str, viewer: Viewer, at: datetime) -> bool:
    """Whether an objection to a thing waits within the viewer's scope; no row comes up."""
    with viewing(viewer, at):
        return Request.objects.filter(kind=OBJECT, thing=thing, state="open").exists()


def _of_objections(result: tuple[Asked, ...], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key for one in result for key in (person_key(one.person_id), f"request:{one.id}"))


@look("look.rights_requests", subjects=_of_objections)
def objections_to(*, thing: str, viewer: Viewer, at: datetime, purpose: str = "rights") -> tuple[Asked, ...]:
    """The objections to a thing that wait, for whoever may take it back: in which words, since and until when."""
    rows = Request.objects.filter(kind=OBJECT, thing=thing, state="open").order_by("due_date", "id")
    return _for_the_desk(list(rows), viewer, at)


def count_open(*, viewer: Viewer, at: datetime) -> int:
    """How much of it waits, within the viewer's scope; no row comes up."""
    with viewing(viewer, at):
        return Request.objects.filter(state="open").count()


@dataclass(frozen=True)
class Acting:
    """Who acts for a person: whether a private login is open or waits, and the guardians of a child."""

    login_until: datetime | None
    login_open: bool
    guardians: tuple[tuple[UUID, date], ...]


def _acting(_result: Acting, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (person_key(facts["person_id"]),)


@look("look.acting", on=places.of_person, subjects=_acting)
def acting_for(*, person_id: UUID, viewer: Viewer, at: datetime, purpose: str = "rights") -> Acting:
    """Whether a person has a private login, and who is guardian; for the desk that hands codes out."""
    rows = [person_id, *places.doubles_of(person_id)]
    row = PrivateLogin.objects.filter(person_id__in=rows, ended_at__isnull=True).order_by("accepted_at").first()
    guards = Guardian.objects.filter(child_id__in=rows).values_list("guardian_id", "until")
    waits = row is not None and row.accepted_at is None and row.expires_at > at
    return Acting(row.expires_at if row and waits else None, bool(row and row.accepted_at), tuple(guards))
