"""Who looked, in words: offices and roles, never a person; what it was about, and where to question it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.urls import reverse

from gridcommons.access.entries import Entry
from gridcommons.access.finer import words_of
from gridcommons.access.queries import OfficeFacts, Standing, standings
from gridcommons.kit.words import Words
from gridcommons.territory.queries import names_of
from gridcommons.web.beyond import reasons_of
from gridcommons.web.partner_words import name_of_partner
from gridcommons.web.pieces import Look, Thing
from gridcommons.web.public.wording import ANY_LOOK, BY_PROGRAM, HOLDER, LOOKS, PROGRAM

MOST_LOOKS: Final = 1_000
"""Looks shown on the page of one case: far more than a case ever sees."""
_PROGRAM: Final = "program:"
_ON_PHONE: Final = "look.on_phone"


@dataclass(frozen=True)
class OwnCase:
    """A case of the reader: what it is called, with its page, and where it lies."""

    thing: Thing
    area_code: str


def office_words(office: OfficeFacts | None) -> Words | str:
    """The name of an office in both languages."""
    return Words(office.name_zh, office.name_en or office.name_zh) if office else ""


def looks_shown(entries: Sequence[Entry], own: Mapping[str, OwnCase] | None = None, *, at: str = "") -> list[Look]:
    """The looks as a list that names offices and roles, never a person.

    `own`: the reader's own cases by their key (`case:<id>`); a look at a list names others as well, which stay unsaid.
    `at`: the area of the one case that all of them were about.
    """
    served = standings(entries)
    held = [[own[key] for key in entry.subjects if key in own] if own else [] for entry in entries]
    pairs = list(zip(entries, held, strict=True))
    places = [entry.area_code or next((case.area_code for case in mine), at) for entry, mine in pairs]
    known = names_of({place for place in places if place})
    why = reasons_of(entries)
    return [
        replace(
            _look(entry, served.get(entry.id), tuple(case.thing for case in mine), place if place in known else ""),
            why=why.get(entry.id, ""),
        )
        for (entry, mine), place in zip(pairs, places, strict=True)
    ]


def _look(entry: Entry, standing: Standing | None, things: tuple[Thing, ...], place: str) -> Look:
    purpose = words_of(entry.purpose)
    if entry.by.startswith(_PROGRAM):
        what = BY_PROGRAM.get(entry.what, BY_PROGRAM[""])
        return Look(at=entry.at, office=PROGRAM, purpose=purpose, what=what, things=things, by_program=True)
    office: Words | str = HOLDER
    role: Words | str = ""
    if partner := name_of_partner(entry.by):
        office = partner
    if standing is not None:
        office, role = office_words(standing.office) or standing.role, standing.role if standing.office else ""
    return Look(
        at=entry.at, office=office, role=role, purpose=purpose, what=LOOKS.get(entry.what, ANY_LOOK), things=things,
        offline=entry.what == _ON_PHONE,
        question_url=f"{reverse('public-area', args=[place])}#complaints" if place else "",
    )  # fmt: skip
