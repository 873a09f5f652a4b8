"""Writes of the room: counts handed in, and a hand-in withdrawn. What was handed in is never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.lineage import in_force
from gridcommons.outlook.reported.checking import (
    ALREADY_WITHDRAWN,
    NO_REASON,
    NOTHING_NEW,
    UNKNOWN_HAND_IN,
    WITHDRAWN_WHY,
    check,
    clean_words,
)
from gridcommons.outlook.reported.models import Figure, HandIn

HANDS_IN: Final = "reported.hand_in"
WITHDRAWS: Final = "reported.withdraw"
_NAME_LENGTH: Final = 80
_BATCH: Final = 2_000
_LOCK: Final = 5_120_034


def _there(facts: Mapping[str, Any]) -> Place:
    return Place(facts["area_code"])


@deed("reported.hand_in", on=_there, keeps=("indicator",))
def hand_in(
    *, area_code: str, indicator: str, text: str, reason: str = "", name: str = "", by: Viewer, at: datetime,
    purpose: str = "overview",
) -> HandIn:  # fmt: skip
    """Hand in the daily counts of an area and what lies below it: a CSV `area,date,count[,imported]`.

    Refuses with every fault, named by its line; corrections of figures that stand ask for a reason. What stands already
    is left; the same file a second time is refused and changes nothing.
    """
    with connection.cursor() as cursor:
        # What stands must not change between the check and the writing.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    found = check(area_code=area_code, indicator=indicator, text=text, at=at)
    if found.faults:
        raise Refusal(found.faults)
    if not found.fresh and not found.changed:
        raise refuse(NOTHING_NEW, n=found.same)
    why = clean_words(reason)
    if found.changed and not why:
        raise refuse(NO_REASON, n=len(found.changed))
    rows = [*found.fresh, *(row for row, _change in found.changed)]
    made = HandIn.objects.create(
        indicator=indicator, area_code=area_code, name=clean_words(name[:_NAME_LENGTH]), reason=why,
        fresh=len(found.fresh), changed=len(found.changed), same=found.same, first=min(row.day for row in rows),
        last=max(row.day for row in rows), handed_at=at, handed_by=by.key,
    )  # fmt: skip
    Figure.objects.bulk_create(
        [
            Figure(
                hand_in=made, indicator=indicator, area_code=row.area_code, day=row.day, count=row.count,
                imported=row.imported, as_of=at,
            )
            for row in rows
        ],
        batch_size=_BATCH,
    )  # fmt: skip
    return made


def _of_hand_in(facts: Mapping[str, Any]) -> Place:
    found = HandIn.objects.filter(pk=facts["hand_in_id"]).first()
    if found is None:
        raise refuse(UNKNOWN_HAND_IN)
    return Place(in_force().current(found.area_code))


@deed("reported.withdraw", on=_of_hand_in)
def withdraw(*, hand_in_id: UUID, why: str, by: Viewer, at: datetime, purpose: str = "overview") -> HandIn:
    """Withdraw a hand-in; its figures stay on record, and what stood before them stands again from now on."""
    words = clean_words(why)
    if not words:
        raise refuse(WITHDRAWN_WHY)
    row = HandIn.objects.select_for_update().get(pk=hand_in_id)
    if row.withdrawn_at is not None:
        raise refuse(ALREADY_WITHDRAWN)
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = at, by.key, words
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    return row
