"""New Mexico's 32 counties of 1986-1989, the reference of the scans, as arrays and as files of the command line."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gridcommons.outlook.scanning.baselines import population_based
from gridcommons.outlook.scanning.scores import Design, Model
from gridcommons.outlook.scanning.zones import nearest, positions

Floats = npt.NDArray[np.float64]
TOP = {Model.EB_POISSON: "scan_eb_poisson_NM_top25.csv", Model.PB_POISSON: "scan_pb_poisson_NM_top25.csv"}


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV."""
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class NewMexico:
    """Counts, population, expectations: (counties, years); zones: the reference's, as sets of positions."""

    names: tuple[str, ...]
    counts: Floats
    population: Floats
    expected: Floats
    near: npt.NDArray[np.int32]
    zones: tuple[frozenset[int], ...]
    folder: Path

    @property
    def late(self) -> Floats:
        """Counts by lag."""
        return self.counts[:, ::-1].copy()

    def design(self, model: Model) -> Design:
        """The design of a reference file."""
        if model is Model.EB_POISSON:
            return Design(model, self.near, self.expected[:, ::-1].copy())
        expected = population_based(self.population, self.counts.sum())
        return Design(model, self.near, expected[:, ::-1].copy(), total=self.counts.sum())

    def best(self, model: Model) -> list[tuple[frozenset[int], int, float, float]]:
        """The reference's 25 best windows: counties, years, score, relative risk."""
        return [
            (
                self.zones[int(row["zone"]) - 1],
                int(row["duration"]),
                float(row["score"]),
                float(row.get("relrisk") or row["relrisk_in"]),
            )
            for row in rows(self.folder / TOP[model])
        ]


def new_mexico(shared: Path) -> NewMexico:
    """Read it from the folder of reference data."""
    folder = shared / "outlook"
    tables = [_by_county(folder / f"nm_{name}_1986_1989.csv") for name in ("counts", "population", "eb_baselines")]
    names = tuple(tables[0])
    counts, population, expected = (np.array([table[name] for name in names]) for table in tables)
    seats = {row["county"]: (float(row["seat_long"]), float(row["seat_lat"])) for row in rows(folder / "NM_geo.csv")}
    x, y = np.array([seats[name] for name in names]).T
    zones = tuple(frozenset(int(n) - 1 for n in row["members"].split()) for row in rows(folder / "nm_zones_k15.csv"))
    near = nearest(positions(x, y, degrees=True), 15)
    return NewMexico(names, counts, population, expected, near, zones, folder)


def _by_county(path: Path) -> dict[str, list[float]]:
    table = rows(path)
    return {name: [float(row[name]) for row in table] for name in table[0] if name != "year"}


def written(shared: Path, target: Path) -> Path:
    """The same as tables of the command line: cases, areas, population, baseline; returns their folder."""
    folder = shared / "outlook"
    seats = [f"{row['county']},{row['seat_long']},{row['seat_lat']}" for row in rows(folder / "NM_geo.csv")]
    (target / "areas.csv").write_text("\n".join(["area,x,y", *seats, ""]))
    for name, column, file in (
        ("counts", "count", "cases"),
        ("population", "population", "population"),
        ("eb_baselines", "expected", "baseline"),
    ):  # fmt: skip
        lines = [
            f"{county},{row['year']}-01-01,{value}"
            for row in rows(folder / f"nm_{name}_1986_1989.csv")
            for county, value in row.items()
            if county != "year"
        ]
        (target / f"{file}.csv").write_text("\n".join([f"area,date,{column}", *lines, ""]))
    return target
