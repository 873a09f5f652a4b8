"""The steps of the map's ramp: as many areas in each as can be, in whole numbers."""

from __future__ import annotations

import pytest

from gridcommons.web.office.areas import edges_of, legend_of


@pytest.mark.parametrize(
    ("values", "edges"),
    [
        ([], ()),
        ([None, None], ()),
        ([0, 0, 0], ()),
        ([7], ()),
        ([0, 0, 0, 0, 9], (0,)),
        ([*range(1, 11)], (2, 4, 6, 8)),
        ([*range(5, 23), 90, 400, None], (8, 12, 16, 20)),
    ],
)
def test_each_step_holds_as_many_areas_as_the_others(values: list[int | None], edges: tuple[int, ...]) -> None:
    found = edges_of([{"properties": {"open": value}} for value in values], "open")
    assert found == edges
    most = max((value for value in values if value is not None), default=0)
    assert len(legend_of(found, most, hidden=False, absent=False)) == len(edges) + 1
