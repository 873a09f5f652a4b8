"""What a resident's wishes do: put right, held back, erased at once; or a request, or a reason with its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.kit.ids import uuid7
from gridcommons.people.crypto import Context, open_sealed, seal
from gridcommons.people.homes import places
from gridcommons.people.homes.rules import person_key
from gridcommons.people.keys import person_keys
from gridcommons.people.rights import registry
from gridcommons.people.rights.models import PrivateLogin, Request
from gridcommons.people.rights.rules import ANSWER_DAYS, NOT_CORRECTED, NOT_YOURS
from gridcommons.territory.succession import ZONE

_PURPOSE: Final = "request"


@dataclass(frozen=True)
class Answered:
    """What came of a wish. `done`: at once. `against`: what stands against it. `due`: the desk answers by then."""

    done: bool
    changed: int = 0
    against: tuple[registry.Against, ...] = ()
    due: date | None = None


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


def _held(who: registry.Asker, thing: str, wish: str) -> registry.Held:
    """The thing asked of, if it is held of the person and the wish is open for it; refuses others."""
    held = (one for _name, several in registry.all_held(who) for one in several)
    found = next((one for one in held if one.key == thing and wish in one.may), None)
    if found is None:
        raise refuse(NOT_YOURS)
    return found


def correct(who: registry.Asker, thing: str, value: str) -> Answered:
    """In force at once where a part takes the person's own word; else a request to the desk."""
    _held(who, thing, registry.CORRECT)
    if not value:
        raise refuse(NOT_CORRECTED)
    changed = sum(duty.correct(who, thing, value) for duty in registry.duties())
    return Answered(done=True, changed=changed) if changed else _asked(who, registry.CORRECT, thing, value)


def object_to(who: registry.Asker, thing: str) -> Answered:
    """Held back at once, unless something stands against it."""
    _held(who, thing, registry.OBJECT)
    against = tuple(registry.all_against(who, thing))
    changed = 0 if against else sum(duty.hold_back(who, thing) for duty in registry.duties())
    return Answered(done=not against, changed=changed, against=against)


def erase(who: registry.Asker, thing: str) -> Answered:
    """Deleted at once, unless something stands against it."""
    if thing:
        _held(who, thing, registry.ERASE)
    against = tuple(registry.all_against(who, thing))
    changed = 0 if against else registry.erase_all(who, thing)
    return Answered(done=not against, changed=changed, against=against)


def _asked(who: registry.Asker, kind: str, thing: str, words: str) -> Answered:
    row, due = uuid7(), who.today + timedelta(days=ANSWER_DAYS)
    person = places.person(who.person_id)
    sealed = seal(words, keyring=person_keys().ring(), context=Context(_PURPOSE, f"{row}:words"))
    Request.objects.create(
        id=row, person_id=person.pk, area_code=person.area_code, parties=person.parties, kind=kind, thing=thing,
        words_sealed=sealed, made_at=who.at, due_date=due,
    )  # fmt: skip
    return Answered(done=False, due=due)


def words_of(row: Request) -> str:
    """What somebody asked for, opened."""
    if not row.words_sealed:
        return ""
    context = Context(_PURPOSE, f"{row.pk}:words")
    return open_sealed(bytes(row.words_sealed), keyring=person_keys().ring(), context=context)
