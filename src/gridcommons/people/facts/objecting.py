"""Whose an objection is: whoever objected takes it back, and nobody who lives with them or behind the same door.

One whose objector comes to the thing no more (moved out, erased) holds on, and is open to those who live there. Called
inside looks and deeds, whose scope and entry cover it.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gridcommons.access.scope import over_all_areas
from gridcommons.people.facts.models import Fact
from gridcommons.people.facts.rules import OWN
from gridcommons.people.homes.own import homes_of, still_around
from gridcommons.people.homes.places import around
from gridcommons.people.rights.registry import Asker

_PERSON = "person:"


@dataclass(frozen=True)
class Objection:
    """An objection that holds, to whoever reads of it. `mine`: theirs. `others`: by whom else who comes to it still."""

    mine: bool
    others: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether they may take it back: their own, or one that nobody is left to take back."""
        return self.mine or not self.others


def objection_to(row: Fact, asker: Asker) -> Objection | None:
    """The objection to a fact, as it stands to whoever asks; None where it is used."""
    if not row.held_back:
        return None
    others = {one for one in row.objectors if one not in asker.keys}
    there = still_around([UUID(one.removeprefix(_PERSON)) for one in others], row.subject_id, asker.today)
    still = {one for one in others if one == row.given_by or UUID(one.removeprefix(_PERSON)) in there}
    return Objection(len(others) < len(row.objectors), frozenset(still))


def object_to(row: Fact, asker: Asker) -> int:
    """Hold a fact back for whoever asks, and what was said of it before, but for what they said themselves."""
    said = Fact.objects.select_for_update().filter(subject_id=row.subject_id, key=row.key).order_by("pk")
    rows = [one for one in said if one.pk == row.pk or one.source != OWN or one.given_by not in asker.keys]
    for one in rows:
        one.held_back = True
        if not {*one.objectors} & {*asker.keys}:
            one.objectors = sorted({*one.objectors, asker.key})
    Fact.objects.bulk_update(rows, ["held_back", "objectors"])
    return sum(one.pk == row.pk for one in rows)


def take_back(row: Fact, asker: Asker) -> int:
    """Their objection ends: it is used again, and what was said of it before, unless somebody else objects too."""
    found = objection_to(row, asker)
    if found is None or not found.is_open:
        return 0
    said = Fact.objects.select_for_update().filter(subject_id=row.subject_id, key=row.key, held_back=True)
    rows = list(said.order_by("pk"))
    for one in rows:
        one.objectors = sorted(found.others.intersection(one.objectors))
        one.held_back = bool(one.objectors)
    return Fact.objects.bulk_update(rows, ["held_back", "objectors"])


def forget_objector(asker: Asker) -> None:
    """Who had everything erased is named as objector nowhere; what they objected to about their homes stays so."""
    with over_all_areas():
        homes = [home for home, _since, _until in homes_of(asker.rows)]
        rows = Fact.objects.filter(subject_id__in=list(around(homes, asker.today).subjects), held_back=True)
        named = list(rows.filter(objectors__overlap=list(asker.keys)))
        for one in named:
            one.objectors = [key for key in one.objectors if key not in asker.keys]
        Fact.objects.bulk_update(named, ["objectors"])
