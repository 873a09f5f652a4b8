"""What a resident's wishes do: put right, held back, erased at once; or a request, or a reason with its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.kit.ids import uuid7
from gridcommons.kit.words import Words
from gridcommons.people.crypto import Context, open_sealed, seal
from gridcommons.people.homes import places
from gridcommons.people.homes.rules import person_key
from gridcommons.people.keys import person_keys
from gridcommons.people.rights import finishing, registry
from gridcommons.people.rights.models import PrivateLogin, Request
from gridcommons.people.rights.news import ASKED, TAKEN_BACK
from gridcommons.people.rights.rules import (
    ASKED_ALREADY,
    NO_WORDS,
    NOT_CORRECTED,
    NOT_WAITING,
    NOT_YOURS,
    STANDS_SO,
    TOO_MANY,
    answer_due,
    answering,
)
from gridcommons.people.rights.telling import tell
from gridcommons.people.rights.waiting import deed_needed
from gridcommons.territory.succession import ZONE

_PURPOSE: Final = "request"


@dataclass(frozen=True)
class Answered:
    """What came of a wish. `done`: at once. `against`: what stands against it. `due`: the desk answers by then.

    `waits`: the same was asked before and waits; `instead`: in other words, which stand in place of the former ones.
    `left`: so many forms are still to be emptied, unread by anybody, and are by the day `due`. `what`: the thing, in
    words; None for everything. `by_supervision`: the desk that may take the thing back answers, in the area `desk`.
    """

    done: bool
    changed: int = 0
    against: tuple[registry.Against, ...] = ()
    due: date | None = None
    left: int = 0
    what: Words | None = None
    waits: bool = False
    instead: bool = False
    by_supervision: bool = False
    desk: str = ""


def of_self(facts: Mapping[str, Any]) -> Place:
    """For what only the person, or their guardian, may ask: no area opens it."""
    row = places.person(facts["person_id"])
    return Place(parties=frozenset({person_key(row.pk)}), personal=True)


def asker(person_id: UUID, by: Viewer, at: datetime) -> registry.Asker:
    """Who asks for what."""
    return registry.Asker(person_id, by, at, local_day(at, ZONE), places.doubles_of(person_id))


def hand_over(row: PrivateLogin, user_id: UUID, at: datetime) -> PrivateLogin:
    """The code is used up: the account holds the person's key from now on."""
    row.user_id, row.accepted_at = user_id, at
    row.parties = [*row.parties, f"user:{user_id}"]
    row.save(update_fields=["user", "accepted_at", "parties"])
    return row


def _held(who: registry.Asker, thing: str, *wishes: str) -> registry.Held:
    """The thing asked of, if it is held of the person and the wish is open for it; refuses others."""
    held = (one for _name, several in registry.all_held(who) for one in several)
    found = next((one for one in held if one.key == thing and one.may.intersection(wishes)), None)
    if found is None:
        raise refuse(NOT_YOURS)
    return found


def correct(who: registry.Asker, thing: str, value: str) -> Answered:
    """In force at once where a part takes the person's own word; else a request to the desk."""
    held = _held(who, thing, registry.CORRECT)
    value = clean_text(value, limit=held.longest)
    if not value:
        raise refuse(NOT_CORRECTED)
    changed = sum(duty.correct(who, thing, value) for duty in registry.duties())
    if changed:
        return Answered(done=True, changed=changed, what=held.what)
    if held.value == value:
        raise refuse(STANDS_SO)
    return _asked(who, registry.CORRECT, thing, value)


def object_to(who: registry.Asker, thing: str, words: str) -> Answered:
    """Held back at once; what a law stands against, or an office wrote down of what it did, the desk looks at."""
    held = _held(who, thing, registry.OBJECT, registry.CONTEST)
    if registry.CONTEST in held.may:
        if not words:
            raise refuse(NO_WORDS)
        written = held.stands_in or thing
        return _asked(who, registry.OBJECT, written, words, desk=registry.desk_of(written))
    against = tuple(registry.all_against(who, thing))
    if against:
        return replace(_asked(who, registry.OBJECT, thing, words), against=against)
    return Answered(done=True, changed=hold_back(who, thing), what=held.what)


def allow(who: registry.Asker, thing: str) -> Answered:
    """What holds by the person's own objection is used again."""
    what = _held(who, thing, registry.ALLOW).what
    return Answered(done=True, changed=registry.allow(who, thing), what=what)


def take_back(who: registry.Asker, request_id: UUID) -> Request:
    """What the person asked and nobody has answered is asked no more, and nothing is left of it.

    What is to be erased still is none of these: it is kept from everybody already.
    """
    waiting = Request.objects.select_for_update().filter(person_id__in=who.rows, state="open")
    row = waiting.exclude(kind=registry.ERASE).filter(pk=request_id).first()
    if row is None:
        raise refuse(NOT_WAITING)
    tell(row, TAKEN_BACK, who.at)
    Request.objects.filter(pk=row.pk).delete()
    return row


def hold_back(who: registry.Asker, thing: str) -> int:
    """What was objected to is used by nobody any more; returns how many things changed."""
    return sum(duty.hold_back(who, thing) for duty in registry.duties())


def erase(who: registry.Asker, thing: str) -> Answered:
    """Deleted at once, unless something stands against it."""
    what = _held(who, thing, registry.ERASE).what if thing else None
    against = tuple(registry.all_against(who, thing))
    changed = 0 if against else registry.erase_all(who, thing)
    if who.left:
        return Answered(done=False, changed=changed, due=finishing.wait(who, thing), left=len(who.left), what=what)
    return Answered(done=not against, changed=changed, against=against, what=what)


def _asked(who: registry.Asker, kind: str, thing: str, words: str, *, desk: str = "") -> Answered:
    """A request to the desk, once as long as it is open; with the last day of the answer.

    A correction that waits takes the newer words in place of its own, and its day stays.
    `desk`: the area whose desk it is where that is not the person's own. Who is under threat lies in no area, nor does
    what they ask.
    """
    person = places.person(who.person_id)
    places.lock_persons([person.pk])  # two at once are one after the other
    waiting = Request.objects.filter(person_id__in=who.rows, state="open").order_by("due_date")
    same = waiting.filter(kind=kind, thing=thing).first()
    if same is not None and (not words or kind == registry.CORRECT):
        return _again(same, words, who.at)
    _require_room(list(waiting.exclude(kind=registry.ERASE)), same)  # no desk answers what is to be erased still
    key, due = uuid7(), answer_due(who.today, answering().answer_days, WorkingCalendar.load())
    area = (desk or person.area_code) if person.area_code else ""
    row = Request.objects.create(
        id=key, person_id=person.pk, area_code=area, parties=person.parties, kind=kind, thing=thing,
        words_sealed=_sealed(key, words) if words else None, made_at=who.at, due_date=due,
    )  # fmt: skip
    tell(row, ASKED, who.at)
    return Answered(done=False, due=due, by_supervision=bool(deed_needed(row)), desk=area)


def _sealed(row: UUID, words: str) -> bytes:
    return seal(words, keyring=person_keys().ring(), context=Context(_PURPOSE, f"{row}:words"))


def _again(same: Request, words: str, at: datetime) -> Answered:
    """The same once more: it waits already; other words of a correction stand in place of the former ones."""
    instead = words not in {"", words_of(same)}
    if instead:
        same.words_sealed, same.reworded_at = _sealed(same.pk, words), at
        same.save(update_fields=["words_sealed", "reworded_at"])
    return Answered(done=False, due=same.due_date, waits=True, instead=instead)


def _require_room(waiting: Sequence[Request], same: Request | None) -> None:
    """Refuse an objection that waits already, and more than the desk can be asked at once."""
    if same is not None:
        raise refuse(ASKED_ALREADY, until=same.due_date)
    if len(waiting) >= answering().most_open:
        raise refuse(TOO_MANY, n=len(waiting), until=waiting[0].due_date)


def words_of(row: Request) -> str:
    """What somebody asked for, opened."""
    if not row.words_sealed:
        return ""
    context = Context(_PURPOSE, f"{row.pk}:words")
    return open_sealed(bytes(row.words_sealed), keyring=person_keys().ring(), context=context)
