"""A made-up month of a county with small counts, everything that leaves of it, and the reader who has it all."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest
import shapely
from numpy.random import Generator, default_rng

from gridcommons.access.identify import program
from gridcommons.access.rules import Viewer
from gridcommons.kit.counted import Flags
from gridcommons.kit.dates import day_words
from gridcommons.kit.disclosing import EXACT, FEW, WITHHELD
from gridcommons.kit.subtracting import Known, attack, learned
from gridcommons.outlook.actions import Count, post_counts
from gridcommons.outlook.bulletins.actions import make_bulletin
from gridcommons.outlook.bulletins.models import Bulletin
from gridcommons.outlook.cautions.actions import ask_caution, issue_caution
from gridcommons.outlook.releases.listing import releasable
from gridcommons.outlook.releases.models import Release
from gridcommons.outlook.releases.queries import release_file
from gridcommons.outlook.releases.reckoning import Told, shown, told_of
from gridcommons.outlook.releases.tasks import release_all
from gridcommons.outlook.reported.actions import hand_in
from gridcommons.territory.actions import Figures, NewArea, draw_boundaries, load_areas, set_figures
from outlook.cautions.warned_town import HOUSE, hand_draft
from outlook.painting.painted_town import member, morning, put_in_force, run_job
from town import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import client_of, stop_clock, text_of

JOB = program("test")
FIRST = date(2026, 11, 3)
DAYS = 17
LAST = FIRST + timedelta(DAYS - 1)
CITY, BESIDE = "3311", "331124"
TOWNS = {
    COUNTY: (TOWNSHIP, OTHER_TOWNSHIP, f"{COUNTY}103", f"{COUNTY}104"),
    BESIDE: (f"{BESIDE}001", f"{BESIDE}002"),
}  # fmt: skip
MATTERS = {"hazards": "escape_routes", "needs": "jobs_training", "other": "street_lamps"}
HANDED = ("cases", "fever", "absent")
FILES = ("counts.csv", "counts.zh.json", "counts.en.json", "counts.geojson")
THRESHOLD = 5
SUNDAY = 6
_ENGLISH = re.compile(r"New cases: ([\d,<]+|not shown) on ([^,.]+?)(?:, ([\d,<]+|not shown) the day before)?\.")
_CHINESE = re.compile(r"新增病例：(.+?周.)([\d,<]+|不显示)(?:，前一天([\d,<]+|不显示))?。")
_MEANS = (0.3, 2.0, 4.0, 9.0, 30.0)


@dataclass
class Out:
    """What left. `files`: by county, day and revision, cells of the CSV; `wholes`: what a bulletin said of a day."""

    files: dict[tuple[str, date, int], dict[tuple[str, str], str]] = field(default_factory=dict)
    truth: dict[tuple[str, date, int], dict[str, Told]] = field(default_factory=dict)
    wholes: dict[tuple[str, date], set[str]] = field(default_factory=lambda: defaultdict(set))
    bulletins: list[Bulletin] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    letters: list[str] = field(default_factory=list)
    posted: dict[tuple[str, date, str], int] = field(default_factory=dict)


def furnish(town: Town) -> tuple[Viewer, Viewer, Viewer]:
    """Four townships, a second county with two, a scheme of colours, two who hand in."""
    new = [NewArea(BESIDE, "county", "邻县", CITY, "Beside")]
    new += [NewArea(code, "township", f"新镇{code[-3:]}", code[:6], f"New {code}")
            for codes in TOWNS.values() for code in codes if code not in {TOWNSHIP, OTHER_TOWNSHIP}]  # fmt: skip
    load_areas(areas=new, issuer="test", valid_from=date(2023, 6, 30), by=JOB, at=morning(FIRST))
    places = [code for county, codes in TOWNS.items() for code in (county, *codes)]
    draw_boundaries(
        shapes={code: shapely.box(119 + n / 10, 28.5, 119.1 + n / 10, 28.6) for n, code in enumerate(places)},
        crs="EPSG:4490", source="test", synthetic=True, by=JOB, at=morning(FIRST),
    )  # fmt: skip
    people = {code: 9_000 + 7_000 * n for n, code in enumerate(TOWNS[COUNTY])}
    set_figures(
        figures={code: Figures(n // 3, n) for code, n in people.items()}, source="test", by=JOB, at=morning(FIRST)
    )
    health, second = (member(name, role, COUNTY, kind) for name, role, kind in (
        ("health", "health_officer", "health"), ("second", "second_person", "justice"),
    ))  # fmt: skip
    beside = member("beside", "health_officer", BESIDE, "health")
    put_in_force(health, second, at=morning(FIRST - timedelta(1)))
    return health, second, beside


def warn(health: Viewer, second: Viewer) -> None:
    """A warning to the public, issued by two."""
    at = morning(FIRST, 3)
    row = ask_caution(draft=hand_draft(FIRST + timedelta(9)), by=health, at=at)
    issue_caution(caution_id=row.pk, house=HOUSE, by=second, at=at)


def hand(key: str, county: str, day: date, counts: dict[str, int], by: Viewer, at: datetime) -> None:
    rows = "\n".join(f"{code},{day},{n}" for code, n in counts.items())
    hand_in(area_code=county, indicator=key, text=f"area,date,count\n{rows}\n", reason="更正", by=by, at=at)


def month(town: Town, monkeypatch: pytest.MonkeyPatch, seed: int = 7) -> Out:
    """Every day: counts handed in early or late, with or without the county's; corrections; releases; bulletins."""
    monkeypatch.setattr("gridcommons.outlook.bulletins.fonts._PLACES", ("/nowhere",))
    health, second, beside = furnish(town)
    warn(health, second)
    rng, out = default_rng(seed), Out()
    held: dict[tuple[str, str, date], dict[str, int]] = {}
    for n in range(DAYS):
        today = FIRST + timedelta(n)
        post(rng, out, today - timedelta(1))
        for county, by in ((COUNTY, health), (BESIDE, beside)):
            for key in HANDED:
                handed_today(rng, held, (key, county, today - timedelta(1)), by)
                for back in (1, 5):
                    correct(rng, held, (key, county, today - timedelta(1 + back)), by, morning(today, 5))
        run_job(morning(today, 5))
        release_all(morning(today, 6))
        read_releases(out, today)
        for code in (COUNTY, CITY):
            one = make_bulletin(area_code=code, synthetic=True, by=JOB, at=morning(today, 7))
            out.bulletins.append(one)
            read_bulletin(out, one)
        stop_clock(monkeypatch, morning(today, 9))
        if n % 8 == 7:
            read_pages(town, out, today)
    return out


def post(rng: Generator, out: Out, day: date) -> None:
    """Reports of a day by kind, a week of visits on a Sunday, and what is never told: needs in homes."""
    counts = []
    for towns in TOWNS.values():
        for place, code in enumerate(towns):
            for kind, matter in MATTERS.items():
                made = int(rng.poisson(_MEANS[(place + len(kind)) % 5]))
                counts.append(Count(code, day, matter, "reported", made))
                out.posted[code, day, kind] = made
            counts.append(Count(code, day, "elderly_care", "reported", int(rng.poisson(2))))
    at = morning(day + timedelta(1), 3)
    post_counts(counts=counts, days=[day], measures=("reported", "open", "overdue"), by=JOB, at=at)
    if day.weekday() == SUNDAY:
        towns = [code for codes in TOWNS.values() for code in codes]
        weeks = [
            Count(code, day, "all_visits", "week_reached", int(rng.poisson(_MEANS[place % 5])))
            for place, code in enumerate(towns)
        ]
        told = [*TOWNS, *(code for code in towns if code != f"{BESIDE}002"), f"{BESIDE}001"]
        post_counts(
            counts=weeks, days=[day], measures=("week_reached",), source="weeks", told=told, by=JOB, at=at
        )  # fmt: skip


def handed_today(
    rng: Generator, held: dict[tuple[str, str, date], dict[str, int]], of: tuple[str, str, date], by: Viewer
) -> None:
    """The counts of yesterday: of all townships, often with the county's own, now and then a day or two late."""
    key, county, day = of
    counts = {code: int(rng.poisson(_MEANS[int(rng.integers(5))])) for code in TOWNS[county]}
    held[of] = dict(counts)
    kind = rng.integers(4)
    if kind == 0:
        counts[county] = sum(counts.values())
    if kind == 1:
        counts[county] = sum(counts.values()) + int(rng.integers(0, 9))  # some live in no township
        held[of][county] = counts[county]
    hand(key, county, day, counts, by, morning(day + timedelta(1), 4))


def correct(
    rng: Generator, held: dict[tuple[str, str, date], dict[str, int]], of: tuple[str, str, date], by: Viewer,
    at: datetime,
) -> None:  # fmt: skip
    """One township's count corrected, now and then, and the county's with it where it was handed in."""
    if of not in held or rng.random() > 0.25:
        return
    key, county, day = of
    code = TOWNS[county][int(rng.integers(len(TOWNS[county])))]
    was = held[of][code]
    held[of][code] = max(0, was + int(rng.integers(-4, 7)))
    if held[of][code] == was:
        return
    counts = {code: held[of][code]}
    if county in held[of]:
        held[of][county] += held[of][code] - was
        counts[county] = held[of][county]
    hand(key, county, day, counts, by, at)


def read_releases(out: Out, today: date) -> None:
    """Each release that stands, from its files as they are given out; all formats say the same."""
    for row in Release.objects.filter(day__gte=FIRST - timedelta(1), made_at__gte=morning(today, 5)):
        bodies = {name: release_file(row.area_code, row.day, name)[0].decode() for name in FILES}
        cells = {}
        for line in csv.DictReader(io.StringIO(bodies["counts.csv"])):
            for key in releasable().names:
                if key in line:
                    cells[line["code"], key] = line[f"{key}_mark"] or line[key]
        for name in FILES[1:]:
            read = map_cells if name.endswith("geojson") else json_cells
            assert read(bodies[name]) == cells, name
        place = (row.area_code, row.day, row.revision)
        out.files[place] = cells
        out.truth[place] = {name: told_of(kept) for name, kept in row.basis.items()}


def json_cells(body: str) -> dict[tuple[str, str], str]:
    """The cells of a JSON-stat file of one day."""
    cube = json.loads(body)
    areas, measures = (cube["dimension"][axis]["category"]["index"] for axis in ("area", "measure"))
    names = [(area, key) for area in areas for key in measures]
    return {
        name: cube["status"].get(str(at)) or str(value)
        for at, (name, value) in enumerate(zip(names, cube["value"], strict=True))
    }


def map_cells(body: str) -> dict[tuple[str, str], str]:
    """The cells of a map file."""
    found = {}
    for one in json.loads(body)["features"]:
        said = one["properties"]
        for key in releasable().names:
            if key in said:
                found[said["code"], key] = said[f"{key}_mark"] or str(said[key])
    return found


def read_bulletin(out: Out, one: Bulletin) -> None:
    """What a bulletin says of cases, by day; both languages say the same."""
    text = json.dumps(one.sheet, ensure_ascii=False)
    days = {day_words(FIRST + timedelta(n), this_year=2026): FIRST + timedelta(n) for n in range(-2, DAYS)}
    english = {word.en: day for word, day in days.items()}
    chinese = {word.zh: day for word, day in days.items()}
    told = set()
    for now, day, before in _ENGLISH.findall(text):
        told |= {(english[day], now)} | ({(english[day] - timedelta(1), before)} if before else set())
    same = set()
    for day, now, before in _CHINESE.findall(text):
        same |= {(chinese[day], now)} | ({(chinese[day] - timedelta(1), before)} if before else set())
    assert {(day, said.replace("不显示", "not shown")) for day, said in same} == told
    for day, said in told:
        out.wholes[one.area_code, day].add(said.replace(",", ""))


def read_pages(town: Town, out: Out, today: date) -> None:
    """What everybody may open."""
    for tongue in ("zh-hans", "en"):
        client = client_of(town, "public", tongue)
        for address in (
            "/", f"/?place={TOWNSHIP}", f"/colours?area={COUNTY}", f"/colours/{TOWNSHIP}",
            f"/colours/{OTHER_TOWNSHIP}", f"/warnings?area={COUNTY}", f"/warnings/feed/{COUNTY}/{tongue[:2]}.atom",
            f"/open-data?area={COUNTY}", f"/open-data/feed.xml?area={COUNTY}&lang={tongue[:2]}",
        ):  # fmt: skip
            answer = client.get(address)
            assert answer.status_code == 200, address
            out.pages[f"{today} {tongue} {address}"] = text_of(answer)
        warned = out.pages[f"{today} {tongue} /warnings?area={COUNTY}"]
        for address in set(re.findall(r"/warnings/GC-[\w-]+", warned)):
            out.pages[f"{today} {tongue} {address}.xml"] = text_of(client.get(f"{address}.xml"))
        listed = out.pages[f"{today} {tongue} /colours?area={COUNTY}"]
        for address in set(re.findall(r"/colours/days/[^\"' ]+?/(?={)", listed)):
            out.letters += [text_of(client.get(f"{address}{day}")) for day in (today, today - timedelta(1))]


def mark_of(text: str) -> int:
    return {"<5": FEW, "x": WITHHELD}.get(text, EXACT)


def read_cells(out: Out, place: tuple[str, date, int], name: str) -> Told:
    """A sheet with the marks as the file has them; what it shows is true."""
    told, cells = out.truth[place][name], out.files[place]
    table, marks = told.sheet.table(), told.marks.copy()
    for row, code in enumerate(table.codes):
        for column, key in enumerate(told.sheet.columns):
            text = cells.get((code, key), "-")
            if text != "-":
                marks[row, column] = mark_of(text)
                assert not text.isdigit() or int(text) == table.values[row, column]
    return replace(told, marks=marks)


def beside_wholes(told: Told, wholes: set[str]) -> Told:
    """The same with what was told elsewhere of the county's count, where it is the same count."""
    table, marks = told.sheet.table(), told.marks.copy()
    at = table.codes.index(told.sheet.codes[0])
    value = int(table.values[at, 0])
    for said in wholes:
        if said == str(value):
            marks[at, 0] = EXACT
        elif said == "<5" and 0 < value < THRESHOLD and marks[at, 0] == WITHHELD:
            marks[at, 0] = FEW
    return replace(told, marks=marks)


def bounds(told: Told) -> tuple[Known, Flags]:
    """What the reader knows, and of which hidden cells more than their marks promise to leave open."""
    table, release = told.sheet.table(), shown(told, THRESHOLD)
    known = attack(table, release, with_sums=False)
    return known, learned(table, release, known)


def narrowed(marks: np.ndarray, low: np.ndarray, high: np.ndarray) -> Flags:
    """Hidden cells that several readings together narrow more than the marks promise."""
    few = (low <= 1) & (high >= THRESHOLD - 1)
    return np.asarray((marks != EXACT) & ~np.where(marks == FEW, few, high - low >= THRESHOLD - 2))
