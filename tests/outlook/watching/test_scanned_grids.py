"""Clusters of grids from what is counted there: found at night, told to who reads the cases there, to nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gridcommons.kit.errors import Refusal
from gridcommons.outlook.actions import Count, post_counts
from gridcommons.outlook.painting.inputs import standing_clusters
from gridcommons.outlook.watching import grid_scans
from gridcommons.outlook.watching.grid_scans import watch_grid_clusters
from gridcommons.outlook.watching.models import Cluster
from gridcommons.outlook.watching.queries import WarningFacts, Wish, history, warnings
from gridcommons.outlook.watching.scans import watch_clusters
from gridcommons.outlook.watching.tasks import watch_by_night
from gridcommons.territory.actions import NewArea, load_areas
from gridcommons.territory.queries import AreaFacts
from gridcommons.web.warning_words import title_of
from outlook.watching.watch_town import JOB, TODAY, YESTERDAY, quiet
from town import AT, COUNTY, TOWNSHIP, VILLAGE, Town
from web.office_town import client_of, stop_clock, text_of

NOW = AT + timedelta(hours=6)
GRIDS = [f"{VILLAGE}{n:03}" for n in range(101, 125)]
INJECTED = {4, 5, 6}


@pytest.fixture
def gridded(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A village of twenty-four grids in a row, a kilometre apart."""
    areas = [NewArea(code, "grid", f"第{n}网格", VILLAGE, f"grid {n}") for n, code in enumerate(GRIDS)]
    load_areas(areas=areas, issuer="test", valid_from=TODAY.replace(year=2023), by=JOB, at=AT)
    read = grid_scans.below

    def below(code: str, level: str) -> list[AreaFacts]:
        rows = read(code, level)
        placed = [replace(row, lon=119.0 + int(row.code[-3:]) / 100, lat=28.5) for row in rows if row.code in GRIDS]
        return placed if level == "grid" else rows

    monkeypatch.setattr(grid_scans, "below", below)
    return town


def counted(more: int) -> None:
    """Pests over eight weeks; in three neighbours the last three days hold `more`."""
    days = [TODAY - timedelta(days=n) for n in range(56, 0, -1)]
    posted = []
    for n, code in enumerate(GRIDS):
        counts = quiet(n, 0.4, 56)
        for back in (1, 2, 3):
            counts[-back] += more if n in INJECTED else 0
        posted += [Count(code, day, "pests_rodents", "reported", k) for day, k in zip(days, counts, strict=True) if k]
    post_counts(counts=posted, days=days, measures=["reported"], by=JOB, at=AT)


def told(town: Town, name: str) -> list[WarningFacts]:
    rows = warnings(wish=Wish(COUNTY, state="all"), viewer=getattr(town, name), at=NOW, day=TODAY)
    return [row for row in rows if row.method == "scan_grid"]


def test_a_cluster_of_grids_is_found_and_told_to_who_reads_the_cases_there(
    gridded: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted(more=8)
    run = watch_grid_clusters(kept=tmp_path, by=JOB, at=NOW)
    assert run.method == "scan_grid"
    cluster = Cluster.objects.get(indicator="pests")
    assert set(cluster.areas) == {GRIDS[n] for n in INJECTED}
    assert (cluster.start, cluster.end) == (YESTERDAY - timedelta(days=2), YESTERDAY)
    [row] = [one for one in told(gridded, "supervisor") if one.indicator.key == "pests"]
    assert row.exact
    assert "in 3 grids near one another" in title_of(row).en
    assert "附近3个网格" in title_of(row).zh
    stop_clock(monkeypatch, NOW)
    page = text_of(client_of(gridded, "supervisor", "en").get(f"/office/warnings/{TOWNSHIP}"))
    assert "3 grids near one another" in page


@pytest.mark.parametrize("name", ["county_officer", "auditor", "far_supervisor", "next_worker", "handler"])
def test_nobody_else_hears_of_it_in_a_list_a_page_or_a_colour(
    gridded: Town, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted(more=8)
    watch_grid_clusters(kept=None, by=JOB, at=NOW)
    assert told(gridded, name) == []
    thread = Cluster.objects.get(indicator="pests").thread
    with pytest.raises(Refusal, match="no such warning"):
        history(thread=thread, viewer=getattr(gridded, name), at=NOW)
    stop_clock(monkeypatch, NOW)
    client = client_of(gridded, name, "en")
    assert "grids near one another" not in text_of(client.get(f"/office/warnings/{COUNTY}?state=all"))
    assert client.get(f"/office/warnings/one?thread={thread}").status_code == 404
    assert standing_clusters([TOWNSHIP], YESTERDAY, TODAY) == []


def test_the_scan_of_townships_leaves_it_alone_and_a_correction_lifts_it(gridded: Town) -> None:
    counted(more=8)
    watch_grid_clusters(kept=None, by=JOB, at=NOW)
    number = Cluster.objects.count()
    watch_clusters(kept=None, by=JOB, at=NOW + timedelta(hours=1))
    assert Cluster.objects.filter(until__isnull=True, stands=True).count() == number
    counted(more=0)
    watch_grid_clusters(kept=None, by=JOB, at=NOW + timedelta(hours=2))
    assert not Cluster.objects.filter(until__isnull=True, stands=True).exists()


def test_where_nothing_happens_or_nothing_is_counted_nothing_is_told(gridded: Town) -> None:
    empty = watch_grid_clusters(kept=None, by=JOB, at=NOW)
    assert (empty.judged, empty.alarms) == (0, 0)
    assert any("Fewer than three grids" in note["en"] for note in empty.notes)
    counted(more=0)
    assert watch_grid_clusters(kept=None, by=JOB, at=NOW).alarms == 0
    assert watch_by_night(int(NOW.timestamp())) == 0
