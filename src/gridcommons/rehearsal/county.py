"""Building the demo county step by step: areas, outlines, residents, offices, staff. It goes on where it stopped.

Every write is a deed of the part it belongs to. What exists by its code, key or login name is left as it is.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, Literal

from gridcommons.access.identify import program
from gridcommons.access.queries import account_ids
from gridcommons.kit.clock import require_aware
from gridcommons.kit.codes import CHINA
from gridcommons.kit.words import Words
from gridcommons.matters.actions import publish
from gridcommons.matters.queries import is_published
from gridcommons.rehearsal.admitting import put_in_use
from gridcommons.rehearsal.county_report import CountyReport
from gridcommons.rehearsal.employing import employ
from gridcommons.rehearsal.ground import (
    LEVELS,
    count_residents,
    draw_cells,
    load_grids,
    residuals_of_levels,
)
from gridcommons.rehearsal.offices import open_missing
from gridcommons.rehearsal.province import draw_province, load_province
from gridcommons.rehearsal.residents import official_county
from gridcommons.rehearsal.site import Site
from gridcommons.territory.queries import below, count_areas
from gridcommons.workforce.queries import count_by_employment

SUICHANG: Final = "331123"
DEPARTMENT: Final = "department"
STAFF: Final = "staff"
Staff = Literal["few", "all"]
Progress = Callable[[Words, int, int], None]


@dataclass(frozen=True)
class _Step:
    name: Words
    run: Callable[[], dict[str, int]]


def build_county(
    *, county: str = SUICHANG, seed: int = 1, at: datetime, progress: Progress | None = None, staff: Staff = "all"
) -> CountyReport:
    """Build the demo county as far as it is missing; `few` takes on staff for the county and the county town only.

    The same seed gives the same county but for ids. `at` is the moment of all deeds. `progress` hears of each step as
    it begins: its name, how many are done, how many there are (as far as is known before the areas are loaded).
    Refuses a county without official figures, and one that was built with another seed.
    """
    official_county(county)
    site = Site(county, seed, require_aware(at), program("rehearsal"))
    taken: list[tuple[Words, float]] = []
    added: Counter[str] = Counter()
    ground = _ground(site)
    for step in _all(ground, site, staff):
        _tell(progress, step.name, len(taken), len(ground) + len(_employers(site, staff)) + (staff == "all"))
        begun = time.perf_counter()
        added.update(step.run())
        taken.append((step.name, time.perf_counter() - begun))
    _tell(progress, Words("完成", "done"), len(taken), len(taken))
    return _report(site, staff, taken, added)


def _tell(progress: Progress | None, name: Words, done: int, total: int) -> None:
    if progress is not None:
        progress(name, done, total)


def _all(ground: list[_Step], site: Site, staff: Staff) -> Iterator[_Step]:
    """The ground first: who is to be employed where is known when it lies."""
    yield from ground
    for code, name in _employers(site, staff).items():
        yield _Step(Words(f"人员：{name.zh}", f"staff of {name.en}"), partial(_employ, site, code))
    if staff == "all":  # what may be asked is reckoned by who works: with a part of the staff there is no time for it
        yield _Step(Words("表单准入", "admission of forms"), lambda: {"forms": put_in_use(site)})


def _ground(site: Site) -> list[_Step]:
    by, at = site.by, site.at
    return [
        _Step(Words("浙江省区划", "divisions of Zhejiang"), lambda: {"areas": load_province(by=by, at=at)}),
        _Step(Words("县级边界", "outlines of counties"), lambda: {"boundaries": draw_province(by=by, at=at)}),
        _Step(Words("合成居民", "synthetic residents"), lambda: {"areas": load_grids(site.settled, by=by, at=at)}),
        _Step(Words("合成边界", "synthetic outlines"), lambda: {"boundaries": draw_cells(site.settled, by=by, at=at)}),
        _Step(Words("各级人口", "residents by area"), lambda: {"figures": count_residents(site.settled, by=by, at=at)}),
        _Step(Words("事项清单", "list of matters"), lambda: {"editions": _publish(site)}),
        _Step(Words("机构", "offices"), lambda: {"offices": _open(site)}),
    ]


def _publish(site: Site) -> int:
    if is_published(site.catalogue):
        return 0
    publish(catalogue=site.catalogue, by=site.by, at=site.at)
    return 1


def _open(site: Site) -> int:
    return sum(open_missing(code, offices, by=site.by, at=site.at) for code, offices in site.offices.items())


def _employ(site: Site, code: str) -> dict[str, int]:
    return employ(code, site.hires(code), site.settled.names_in, since=site.today, by=site.by, at=site.at)


def _employers(site: Site, staff: Staff) -> dict[str, Words]:
    """Where staff is taken on: the county, and all townships or the first; before the areas are loaded, one place."""
    if not count_areas():
        return {site.county: Words(site.county, site.county)}
    townships = site.townships if staff == "all" else site.townships[:1]
    return {area.code: Words(area.name_zh, area.name_en) for area in (site.city, site.facts, *townships)}


def _report(site: Site, staff: Staff, taken: list[tuple[Words, float]], added: Counter[str]) -> CountyReport:
    employers = (site.city.code, site.county, *(township.code for township in site.townships))
    planned = [hire.username for code in employers for hire in site.hires(code)]
    opened = [office for offices in site.offices.values() for office in offices]
    at_county = {office.key for code in (site.city.code, site.county) for office in site.offices[code]}
    return CountyReport(
        county=site.county,
        name=Words(site.facts.name_zh, site.facts.name_en),
        seed=site.seed,
        staff=staff,
        loaded=dict(sorted(count_areas().items(), key=lambda item: CHINA.width(item[0]))),
        areas={level: len(below(site.county, level)) for level in LEVELS},
        offices=Counter(DEPARTMENT if office.key in at_county else office.kind for office in opened),
        accounts=len(account_ids(planned)),
        workers=count_by_employment(site.county, site.today),
        residuals=(*site.settled.residuals, *residuals_of_levels(site.settled)),
        added=added,
        seconds=tuple(taken),
    )
