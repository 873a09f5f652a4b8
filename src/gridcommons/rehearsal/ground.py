"""The ground below the demo county: its grids as areas, drawn cells for every level below, figures for every area."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from gridcommons.access.rules import Viewer
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.people.population import Residual
from gridcommons.rehearsal.province import CRS, VALID_FROM
from gridcommons.rehearsal.residents import LEVELS_BELOW, Settled
from gridcommons.territory.actions import NewArea, draw_boundaries, load_areas, set_figures
from gridcommons.territory.cells import county_places, make_cells
from gridcommons.territory.geojson import shipped_counties
from gridcommons.territory.names import grid_name
from gridcommons.territory.queries import AreaFacts, below, names_of, outlined
from gridcommons.territory.rules import Figures

OWN_ISSUER: Final = "gridcommons rehearsal"
DRAWN: Final = "drawn by this program"
FIGURES: Final = "invented residents fitted to the official totals of the county"
LEVELS: Final = ("county", *LEVELS_BELOW)

OTHER_SEED = refusal_kind(
    "rehearsal.other_seed",
    status=409,
    zh="“{code}”已用另一个种子建立，不能混用；请用原来的种子，或换一个空的数据文件夹。",
    en="“{code}” was built with another seed and the two cannot be mixed; use that seed, or an empty data folder.",
)


def require_same_seed(settled: Settled) -> None:
    """Refuse to go on with a county whose figures in the database are others than these."""
    for code, facts in names_of(settled.figures).items():
        planned = settled.figures[code]
        if facts.residents is not None and _figures(facts) != planned:
            raise refuse(OTHER_SEED, code=code)


def load_grids(settled: Settled, *, by: Viewer, at: datetime) -> int:
    """Load the grids that are missing, named after their village; returns how many."""
    known = names_of([*settled.grids, *settled.villages])
    missing = [_grid(code, settled.figures[code], known) for code in settled.grids if code not in known]
    return load_areas(areas=missing, issuer=OWN_ISSUER, valid_from=VALID_FROM, by=by, at=at) if missing else 0


def draw_cells(settled: Settled, *, by: Viewer, at: datetime) -> int:
    """Draw the missing cells of townships, villages and grids, marked synthetic; returns how many."""
    codes = [code for code in settled.figures if len(code) > CHINA.width("county")]
    drawn = outlined(codes)
    if drawn.issuperset(codes):
        return 0
    villages: dict[str, list[str]] = {}
    for village in settled.villages:
        villages.setdefault(CHINA.cut(village, "township"), []).append(village)
    households = {village: settled.figures[village].households for village in settled.villages}
    county = shipped_counties()[settled.county.code]
    cells = make_cells(county, county_places(villages, households), settled.population.seed)
    missing = {code: cells[code] for code in codes if code not in drawn}
    return draw_boundaries(shapes=missing, crs=CRS, source=DRAWN, synthetic=True, by=by, at=at)


def count_residents(settled: Settled, *, by: Viewer, at: datetime) -> int:
    """Set the households and residents of the areas that have none yet; returns how many."""
    there = names_of(settled.figures)
    missing = {code: figures for code, figures in settled.figures.items() if there[code].residents is None}
    return set_figures(figures=missing, source=FIGURES, by=by, at=at) if missing else 0


def residuals_of_levels(settled: Settled) -> list[Residual]:
    """The sums of households and residents over each level in the database beside the official totals."""
    official = settled.county.marginals
    households = official.family_households + official.collective_households
    found = []
    for level in LEVELS:
        areas = below(settled.county.code, level)
        found.append(Residual(f"{level}_households", households, sum(area.households or 0 for area in areas)))
        found.append(Residual(f"{level}_residents", official.residents, sum(area.residents or 0 for area in areas)))
    return found


def _grid(code: str, figures: Figures, known: dict[str, AreaFacts]) -> NewArea:
    village = known[CHINA.cut(code, "village")]
    number = int(code[len(village.code) :])
    return NewArea(
        code=code,
        level="grid",
        name=grid_name(village.name_zh, number),
        parent_code=village.code,
        sort_key=f"{village.code} {number:03d}",
        households=figures.households,
        residents=figures.residents,
    )


def _figures(facts: AreaFacts) -> Figures:
    return Figures(facts.households or 0, facts.residents or 0)
