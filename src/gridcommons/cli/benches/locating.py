"""Points into areas: ours beside geopandas, on a synthetic coverage of a province's 61,000 grids."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from gridcommons.cli.benches import LIMIT, Row, bench

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

GRIDS: Final = 61_000
POINTS: Final = 10_000_000
SHARE: Final = 10
"""The peer is given every tenth point: its rate does not depend on how many there are."""
BOX: Final = (118.0, 27.0, 123.0, 31.2)
PIECES: Final = 5
_BEND: Final = 0.06
_RATE, _BUILD = 2_500_000.0, 10.0


@bench("locate")
def locate_rows() -> Iterable[Row]:
    """Making the index, reading it back, and 10 million points, all in processor time of one thread."""
    import numpy as np

    from gridcommons.territory.indexfile import kept_locator
    from gridcommons.territory.locating import Locator

    polygons = list(coverage(GRIDS))
    codes = [f"{n:015d}" for n in range(len(polygons))]
    rng = np.random.default_rng(2)
    lon, lat = (rng.uniform(BOX[at] - 0.1, BOX[at + 2] + 0.1, POINTS) for at in (0, 1))
    locator = Locator(codes, polygons)
    making, raster = _timed(locator.raster)
    yield Row("locate", making, LIMIT, _BUILD, "s", f"making the index over {len(polygons):,} polygons, once")
    size = sum(array.nbytes for array in vars(raster).values() if isinstance(array, np.ndarray))
    with TemporaryDirectory() as folder:
        kept_locator(codes, polygons, Path(folder) / "index")
        reading, (_again, was_read) = _timed(lambda: kept_locator(codes, polygons, Path(folder) / "index"))
        note = f"reading the kept index of {size / 1e6:.0f} MB, areas compared; read: {was_read}"
        yield Row("locate", reading, "making it", making, "s", note)
    seconds, found = _timed(lambda: locator.locate(lon, lat))
    rate = POINTS / seconds
    yield Row("locate", rate, LIMIT, _RATE, "points/s", f"{POINTS:,} points to codes, one thread", more_is_better=True)
    yield _beside_the_peer(rate, polygons, codes, (lon[::SHARE], lat[::SHARE]), found[::SHARE])


def _beside_the_peer(
    rate: float, polygons: list[Any], codes: list[str], points: tuple[Floats, Floats], ours: npt.NDArray[np.str_]
) -> Row:
    """The same by geopandas, and whether both say the same; several areas on a border count as their smallest code."""
    import geopandas
    import numpy as np

    areas = geopandas.GeoDataFrame({"code": codes}, geometry=polygons, crs="EPSG:4326")
    where = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*points), crs="EPSG:4326")
    _first, _built = _timed(lambda: geopandas.sjoin(where[:10], areas, predicate="intersects"))
    seconds, joined = _timed(lambda: geopandas.sjoin(where, areas, how="left", predicate="intersects"))
    theirs = joined["code"].fillna("").groupby(level=0).min().to_numpy().astype(np.str_)
    apart = int((theirs != ours).sum())
    return Row("locate", rate, "geopandas sjoin", len(where) / seconds, "points/s", f"other answers: {apart}")


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the processor, and what came of it."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def coverage(count: int, seed: int = 1) -> Any:
    """Polygons that cover a box without gaps, about 31 vertices each: Voronoi cells whose edges are bent.

    An edge is bent by a number drawn from its two ends, so that both neighbours bend it alike. The few whose rings
    would cross are left out.
    """
    import numpy as np
    import shapely

    rng = np.random.default_rng(seed)
    seeds = rng.uniform(BOX[:2], BOX[2:], (count, 2))
    frame = shapely.box(*BOX)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=frame))
    rings = shapely.get_exterior_ring(shapely.intersection(cells, frame))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    corners = corners.round(9)
    same = ring[1:] == ring[:-1]
    bent = _bent(corners[:-1][same], corners[1:][same])
    polygons = shapely.polygons(shapely.linearrings(bent.reshape(-1, 2), indices=np.repeat(ring[:-1][same], PIECES)))
    return polygons[shapely.is_valid(polygons)]


def _bent(start: Floats, end: Floats) -> Floats:
    """Each edge in five pieces: shape (edges, 5, 2), its start first, its end left to the next edge."""
    import numpy as np

    back = (start[:, :1] > end[:, :1]) | ((start[:, :1] == end[:, :1]) & (start[:, 1:] > end[:, 1:]))
    low, high = np.where(back, end, start), np.where(back, start, end)
    across = (high - low)[:, ::-1] * [-1, 1]
    on_frame = ((low == high) & np.isin(low, BOX)).any(axis=1, keepdims=True)
    draw = np.abs(np.sin(np.hstack([low, high]) @ [12.9898, 78.233, 37.719, 4.581]) * 43_758.5453)[:, None]
    share = np.arange(1, PIECES) / PIECES
    bend = np.where(on_frame, 0.0, (np.modf(draw * (7.13 + np.arange(1, PIECES)))[0] - 0.5) * 2 * _BEND)
    inner = low[:, None] + (high - low)[:, None] * share[:, None] + across[:, None] * bend[:, :, None]
    inner = np.where(back[:, :, None], inner[:, ::-1], inner)
    return np.concatenate([start[:, None], inner], axis=1)
