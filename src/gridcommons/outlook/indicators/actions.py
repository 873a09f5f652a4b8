"""The one write of the room: the cells of weeks and months, posted by the parts above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Viewer
from gridcommons.outlook.indicators.formulas import formulas
from gridcommons.outlook.indicators.models import Cell, CountedTerm
from gridcommons.outlook.indicators.tally import Total, digest_of

_BATCH: Final = 500


@deed("indicators.post")
def post_cells(
    *, terms: Mapping[str, Sequence[Total]], by: Viewer, at: datetime, purpose: str = "operation"
) -> list[CountedTerm]:
    """Replace all cells of these weeks and months; what comes out as it was leaves every row as it is.

    Returns the periods whose counts changed.
    """
    changed = []
    for term, cells in sorted(terms.items()):
        row = CountedTerm.objects.select_for_update().filter(pk=term).first() or CountedTerm(term=term, changed_at=at)
        digest, version = digest_of(cells), formulas().version
        if (row.digest, row.version) != (digest, version):
            row.digest, row.version, row.changed_at = digest, version, at
            _write(term, cells)
            changed.append(row)
        row.counted_at = at
        row.save()
    return changed


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
