"""What of a draft would hold: its outlines as the answers given so far make them."""

from __future__ import annotations

import shapely

from gridcommons.territory.outlines.models import Draft
from gridcommons.territory.outlines.rules import Answered, settled_shapes


def outlines_to_hold(draft: Draft) -> dict[str, shapely.Geometry]:
    """The outlines that would change, by code, as the answers given so far make them."""
    rows = draft.outlines.filter(kind__in=["changed", "new", "same"]).values_list("code", "kind", "shape")
    read = {code: (kind, shapely.from_wkb(bytes(shape))) for code, kind, shape in rows}
    answered = [
        Answered(one.kind, tuple(one.codes), shapely.from_wkb(bytes(one.piece)) if one.piece else None, one.answer)
        for one in draft.findings.exclude(answer="").order_by("place")
    ]
    before = {code: shape for code, (_kind, shape) in read.items()}
    after = settled_shapes(before, answered)
    return {
        code: shape for code, shape in after.items() if read[code][0] != "same" or shape is not before[code]
    }  # fmt: skip
