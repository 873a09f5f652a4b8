"""Clusters of townships near one another: found once, told by their township, from what is handed in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from gridcommons.access.rules import Viewer
from gridcommons.outlook.reported.actions import hand_in
from gridcommons.outlook.watching.models import Cluster
from gridcommons.outlook.watching.queries import Wish, history, standing_clusters, warnings
from gridcommons.outlook.watching.scans import watch_clusters
from gridcommons.territory.actions import NewArea, load_areas
from outlook.reported.counts_town import health_officer, sheet
from outlook.watching.watch_town import JOB, TODAY, YESTERDAY, lines, quiet
from town import AT, COUNTY, Town
from web.office_town import client_of, stop_clock, text_of

NOW = AT + timedelta(hours=6)
TOWNS = [f"3311232{n:02}" for n in range(12)]


@pytest.fixture
def officer(town: Town) -> Viewer:
    """A county of twelve townships in a row, and who hands their counts in."""
    assert town
    areas = [NewArea(code, "township", f"第{n}镇", COUNTY, f"{n}") for n, code in enumerate(TOWNS)]
    load_areas(areas=areas, issuer="test", valid_from=TODAY.replace(year=2023), by=JOB, at=AT)
    return health_officer()


@pytest.fixture
def placed(officer: Viewer, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    """They lie ten kilometres apart."""
    from gridcommons.outlook.watching import scans

    read = scans.below

    def below(code: str, level: str) -> list[object]:
        from dataclasses import replace

        rows = read(code, level)
        return [replace(row, lon=119.0 + int(row.code[-2:]) / 10, lat=28.5) for row in rows if row.code in TOWNS]

    monkeypatch.setattr(scans, "below", below)
    return officer


def hand_in_all(by: Viewer, *, more: int) -> None:
    """Eight quiet weeks; in three neighbours the last three days hold `more`."""
    found: list[str] = []
    for n, code in enumerate(TOWNS):
        counts = quiet(n, 4.0, 56)
        for back in (1, 2, 3):
            counts[-back] += more if n in {4, 5, 6} else 0
        found += lines(code, counts)
    hand_in(area_code=COUNTY, indicator="fever", text=sheet(*found), by=by, at=AT)


def test_a_cluster_is_found_with_its_days_and_townships(
    placed: Viewer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in_all(placed, more=9)
    run = watch_clusters(kept=tmp_path, by=JOB, at=NOW)
    cluster = Cluster.objects.get()
    assert cluster.indicator == "fever"
    assert set(cluster.areas) == set(TOWNS[4:7])
    assert (cluster.start, cluster.end) == (YESTERDAY - timedelta(days=2), YESTERDAY)
    assert cluster.p_class in {"0.001", "0.01"}
    assert cluster.radius in {10, 20}
    assert run.alarms == 1
    assert list(tmp_path.glob("null-*.npz"))
    watch_clusters(kept=tmp_path, by=JOB, at=NOW + timedelta(hours=1))
    assert Cluster.objects.count() == 1
    told = standing_clusters(TOWNS, YESTERDAY, TODAY)
    assert {one.area_code for one in told} == set(TOWNS[4:7])
    row = warnings(wish=Wish(COUNTY), viewer=placed, at=NOW, day=TODAY)[0]
    assert row.is_cluster
    assert len(history(thread=row.thread, viewer=placed, at=NOW).versions) == 1
    stop_clock(monkeypatch, NOW)
    client = client_of(Town({"health": placed}), "health", "en")
    for address in (f"/office/warnings/{COUNTY}", f"/office/warnings/one?thread={row.thread}"):
        text = text_of(client.get(address))
        assert "in 3 townships near one another" in text
        assert "By chance alone in at most" in text


def test_where_nothing_happens_no_cluster_is_told(placed: Viewer) -> None:
    hand_in_all(placed, more=0)
    assert watch_clusters(kept=None, by=JOB, at=NOW).alarms == 0


def test_without_neighbours_the_run_says_so(officer: Viewer) -> None:
    run = watch_clusters(kept=None, by=JOB, at=NOW)
    assert run.judged == 0
    assert any("Fewer than three townships" in note["en"] for note in run.notes)
