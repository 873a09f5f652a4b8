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
    shown = [value for value in values if value is not None]
    assert len(legend_of(found, shown, hidden=False, absent=False)) == (len(edges) + 1 if shown else 0)


@pytest.mark.parametrize(
    ("shown", "told"),
    [([1_012], ["1,012"]), ([0, 0, 0, 0, 9], ["0", "1–9"]), ([5, 7, 9], ["5", "6–7", "8–9"])],
)
def test_the_classes_begin_at_the_least_figure_of_the_map(shown: list[int], told: list[str]) -> None:
    edges = edges_of([{"properties": {"open": value}} for value in shown], "open")
    assert [words.zh for _step, words in legend_of(edges, shown, hidden=False, absent=False)] == told
