"""A new mediation: who it is between, which office is asked, who is kept from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.access.queries import OfficeFacts
from gridcommons.cases.codes import ZONE, digest_of
from gridcommons.cases.mediation.desks import serving
from gridcommons.cases.mediation.keys import CLOCK, DRAWER, new_label, side_key
from gridcommons.cases.mediation.models import Mediation, Side
from gridcommons.cases.mediation.policy import policy
from gridcommons.cases.mediation.rules import LETTERS, NO_OFFICE, missing
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.ids import uuid7
from gridcommons.people.contacts import Contact
from gridcommons.territory.queries import area_on

TEXT_LIMIT: Final = 4_000
SHORT: Final = 500


@dataclass(frozen=True)
class NewMediation:
    """What is known at the start: kind, place, words, and the two parties, how each is called and reached."""

    subject: str
    area_code: str
    parties: tuple[Contact, Contact]
    words: str = ""


@dataclass(frozen=True)
class Start:
    """How it starts: in which state, with which mediator, who is kept away, which codes are already held."""

    state: str
    at: datetime
    office: OfficeFacts
    mediator: str = ""
    barred: frozenset[str] = frozenset()
    codes: dict[str, str] = field(default_factory=dict)


def checked(new: NewMediation, at: datetime) -> str:
    """The place of a new mediation as a sound code; refuses with all that is missing."""
    names = all(one.name.strip() for one in new.parties)
    if reasons := missing(subject=new.subject in policy().subjects, place=bool(new.area_code), names=names):
        raise Refusal(reasons)
    return area_on(new.area_code, local_day(at, ZONE)).code


def office_for(area_code: str, at: datetime, barred: Iterable[str] = ()) -> OfficeFacts:
    """The nearest office with a mediator who may take it on; refuses where there is none."""
    found = serving(at).desk_for(area_code, barred)
    if found is None:
        raise refuse(NO_OFFICE)
    return found


def begin(new: NewMediation, start: Start) -> Mediation:
    """Write a mediation with its two sides."""
    row = uuid7()
    owner = start.mediator or start.office.party
    made = Mediation(
        id=row, label=new_label(), subject=new.subject, area_code=new.area_code, state=start.state,
        office_id=start.office.id, mediator=start.mediator, declared_at=start.at if start.mediator else None,
        parties=[owner, *map(side_key, start.codes.values()), CLOCK], barred=sorted(start.barred), opened_at=start.at,
        moved_at=start.at,
        words_sealed=DRAWER.shut(clean_text(new.words, limit=TEXT_LIMIT), row, "words"),
    )  # fmt: skip
    made.save(force_insert=True)
    Side.objects.bulk_create(_sides(made.pk, new.parties, start))
    return made


def _sides(row: UUID, parties: Sequence[Contact], start: Start) -> list[Side]:
    return [_side(row, letter, who, start) for letter, who in zip(LETTERS, parties, strict=True)]


def _side(row: UUID, letter: str, who: Contact, start: Start) -> Side:
    one, code = uuid7(), start.codes.get(letter, "")
    reach = Contact(phone=who.phone, email=who.email)
    return Side(
        id=one, mediation_id=row, letter=letter, name_sealed=DRAWER.shut(who.name.strip()[:100], one, "name"),
        contact_sealed=DRAWER.shut_contact(reach, one), code_digest=digest_of(code) if code else None,
        entered_at=start.at if code else None,
    )  # fmt: skip
