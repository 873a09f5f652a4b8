"""A layer of another system than declared is found out by the outlines that are known."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely.affinity import translate

from gridcommons.territory.declared import offset
from gridcommons.territory.geojson import shipped_counties
from gridcommons.territory.systems import BD_09, GCJ_02, gcj_to_bd, gcj_to_wgs, wgs_to_gcj

KNOWN = {code: shape for code, shape in shipped_counties().items() if code.startswith("3311")}


def moved(how: object) -> dict[str, shapely.Geometry]:
    return {code: shapely.transform(shape, how) for code, shape in KNOWN.items()}  # type: ignore[arg-type]


SYSTEMS = {
    "as declared": (lambda points: points, ""),
    "GCJ-02 taken for WGS 84": (wgs_to_gcj, GCJ_02),
    "WGS 84 taken for GCJ-02": (gcj_to_wgs, GCJ_02),
    "BD-09 taken for WGS 84": (lambda points: gcj_to_bd(wgs_to_gcj(points)), BD_09),
    "drawn carelessly": (lambda points: points + 4e-4 * np.sin(points * 9e4), ""),
}


@pytest.mark.parametrize("how", SYSTEMS)
def test_the_shift_is_named(how: str) -> None:
    change, likely = SYSTEMS[how]
    found = offset(moved(change), KNOWN)
    assert found is not None
    assert found.likely == likely
    assert (found.metres > 250) == bool(likely)


def test_another_shift_is_told_but_no_system_is_made_up_for_it() -> None:
    found = offset({code: translate(shape, 0.03, 0.0) for code, shape in KNOWN.items()}, KNOWN)
    assert found is not None
    assert found.likely == ""
    assert found.metres == pytest.approx(2_950, rel=0.03)


def test_where_nothing_is_known_nothing_is_said() -> None:
    assert offset({"331199": shapely.box(119, 28, 120, 29)}, KNOWN) is None
