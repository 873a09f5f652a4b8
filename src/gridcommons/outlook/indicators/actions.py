"""Writes of the room: the cells of weeks and months, posted by the parts above; a recount asked for and done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.outlook.indicators.formulas import formulas
from gridcommons.outlook.indicators.models import Cell, CountedTerm, Recount
from gridcommons.outlook.indicators.recounting import NEVER_COUNTED, RECOUNT_WAITS, clean_reason, require_standing
from gridcommons.outlook.indicators.tally import Total, digest_of
from gridcommons.outlook.indicators.terms import former, standing, term_of
from gridcommons.outlook.periods import ZONE
from gridcommons.territory.queries import area_on

_BATCH: Final = 500


@deed("indicators.post")
def post_cells(
    *, terms: Mapping[str, Sequence[Total]], by: Viewer, at: datetime, purpose: str = "operation"
) -> list[CountedTerm]:
    """Replace all cells of these weeks and months; what comes out as it was leaves every row as it is.

    Of a period that stood as published the former cells stay, under the key of that count. Returns the periods whose
    counts changed.
    """
    changed = []
    for term, cells in sorted(terms.items()):
        row = CountedTerm.objects.select_for_update().filter(pk=term).first() or CountedTerm(term=term, changed_at=at)
        digest, version = digest_of(cells), formulas().version
        if (row.digest, row.version) != (digest, version):
            _keep_former(row, at)
            row.digest, row.version, row.changed_at = digest, version, at
            _write(term, cells)
            changed.append(row)
        row.counted_at = at
        row.save()
    return changed


def _keep_former(row: CountedTerm, at: datetime) -> None:
    """Lay the cells of a period that stood as published under a key of their own."""
    term = term_of(row.term)
    if not row.digest or not standing(term, local_day(at, ZONE)):
        return
    number = CountedTerm.objects.filter(term__startswith=former(term, 0).key[:-1]).count() + 1
    kept = former(term, number).key
    CountedTerm.objects.create(
        term=kept, counted_at=row.counted_at, changed_at=row.changed_at, version=row.version, digest=row.digest
    )
    Cell.objects.filter(term=term.key).update(term=kept)


def _write(term: str, cells: Sequence[Total]) -> None:
    Cell.objects.filter(term=term).delete()
    Cell.objects.bulk_create(
        [
            Cell(
                term=term, area_code=one.area_code, parent_code=one.parent_code, axis=one.axis, key=one.key,
                counts=dict(one.counts), hands=dict(one.hands),
            )
            for one in cells
        ],
        batch_size=_BATCH,
    )  # fmt: skip


def _there(facts: Mapping[str, Any]) -> Place:
    return Place(facts["area_code"])


@deed("indicators.ask_recount", on=_there, keeps=("term",))
def ask_recount(
    *, area_code: str, term: str, reason: str, by: Viewer, at: datetime, purpose: str = "administration"
) -> Recount:
    """Have a period counted anew that stands as published; the reason is shown on its page."""
    reason, wanted, today = clean_reason(reason), term_of(term), local_day(at, ZONE)
    area_on(area_code, today)
    keys = [part.key for part in require_standing(wanted, today)]
    if not CountedTerm.objects.filter(term__in=keys).exists():
        raise refuse(NEVER_COUNTED, term=wanted.key)
    asked, is_new = Recount.objects.get_or_create(
        term=wanted.key, done_at=None,
        defaults={"area_code": area_code, "reason": reason, "asked_at": at, "asked_by": by.key},
    )  # fmt: skip
    if not is_new:
        raise refuse(RECOUNT_WAITS, term=wanted.key)
    return asked


@deed("indicators.finish_recount", keeps=("term",))
def finish_recount(*, recount_id: UUID, term: str, by: Viewer, at: datetime, purpose: str = "operation") -> Recount:
    """Note that a period was counted anew, and whether that changed its figures since it was asked."""
    row = Recount.objects.select_for_update().get(pk=recount_id, term=term)
    held = CountedTerm.objects.filter(term__in=term_of(term).parts, changed_at__gte=row.asked_at)
    row.done_at, row.changed = at, held.exists()
    row.save(update_fields=["done_at", "changed"])
    return row
