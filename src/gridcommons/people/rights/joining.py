"""What one person in two rows asked and nobody has answered: it lies with the row that stays, and back when they part.

Whose key an account holds is not changed: it holds those of all rows of its person. Called inside the deeds of joining.
"""

from __future__ import annotations

from uuid import UUID

from gridcommons.people.homes import places
from gridcommons.people.rights.models import Request
from gridcommons.people.rights.registry import Changed, Joining, desk_of
from gridcommons.people.rights.telling import lies_elsewhere
from gridcommons.territory.succession import area_now


def join(joining: Joining) -> list[Changed]:
    """Open requests of the row that goes lie where the person lies who stays; those about a form with its desk.

    If either is under a shield they lie nowhere, as the shield puts them away.
    """
    here, gone = places.person(joining.kept).area_code, places.person(joining.gone)
    if not (here and gone.area_code):
        return []
    whose = [gone.pk, *places.doubles_of(gone.pk)]
    rows = Request.objects.filter(person_id__in=whose, state="open").exclude(area_code__in=["", here])
    moving = [row for row in rows.order_by("made_at", "id") if not desk_of(row.thing)]
    changed: list[Changed] = [{"id": str(row.pk), "before": row.area_code, "after": here} for row in moving]
    keys = [row.pk for row in moving]
    rows.filter(pk__in=keys).update(area_code=here)
    lies_elsewhere(Request.objects.filter(pk__in=keys).order_by("made_at", "id"))
    return changed


def part(joining: Joining, changed: list[Changed]) -> int | None:
    """They lie with their own row again, answered meanwhile or not; what was deleted in its time needs no place."""
    if not changed or places.head_of(joining.gone) != joining.gone:  # the rows themselves cannot be parted
        return 0
    area = places.person(joining.gone).area_code
    rows = Request.objects.filter(pk__in=[one["id"] for one in changed]).exclude(area_code="")
    for one in changed if area else ():
        stands = area_now(one["before"], UUID(one["id"])) == area_now(area, UUID(one["id"]))
        rows.filter(pk=one["id"]).update(area_code=one["before"] if stands else area)
    lies_elsewhere(rows.order_by("made_at", "id") if area else ())
    return 0
