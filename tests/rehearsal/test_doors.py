"""Where the invented dwellings stand."""

from __future__ import annotations

import numpy as np
import shapely

from gridcommons.people.homes.rules import NewHome
from gridcommons.rehearsal.doors import doors_in, placed

BENT = shapely.Polygon(
    [(119.0, 28.0), (119.02, 28.0), (119.02, 28.001), (119.001, 28.001), (119.001, 28.01), (119, 28.01)]
)
GRID, OTHER = "331123001201001", "331123001201002"


def test_every_door_stands_inside_and_neighbours_in_a_road_lie_beside_each_other() -> None:
    homes = [NewHome(GRID, f"{road}{number}号") for number in range(1, 41) for road in ("北巷", "南路")]
    made = placed(homes, {GRID: BENT}, seed=1)
    points = {home.address: shapely.Point(home.lon or 0, home.lat or 0) for home in made}
    assert all(BENT.contains(point) for point in points.values())
    assert len(set(points.values())) == len(homes)
    north = [points[f"北巷{number}号"].x for number in range(1, 41)]
    assert north == sorted(north), "in order of their numbers"
    south = [points[f"南路{number}号"].x for number in range(1, 41)]
    assert max(north) <= min(south) or max(south) <= min(north), "roads do not lie through each other"


def test_the_same_seed_gives_the_same_doors_and_without_an_outline_there_is_none() -> None:
    homes = [NewHome(GRID, "北巷1号"), NewHome(OTHER, "北巷2号")]
    first, again = placed(homes, {GRID: BENT}, seed=1), placed(homes, {GRID: BENT}, seed=1)
    assert first == again
    assert (first[1].lon, first[1].lat) == (None, None)
    assert placed(homes, {GRID: BENT}, seed=2)[0] != first[0]


def test_as_many_doors_as_are_asked_for_also_in_a_sliver() -> None:
    sliver = shapely.Polygon([(0, 0), (1, 1), (1, 1.02), (0, 0.02)])
    assert len(doors_in(sliver, 50, np.random.default_rng(1))) == 50
