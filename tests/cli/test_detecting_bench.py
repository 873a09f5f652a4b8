"""What the benchmark of the detectors compares is the same thing on both sides."""

from __future__ import annotations

import numpy as np
import pytest

from gridcommons.cli.bench import known_benches
from gridcommons.cli.benches import detecting


def test_ours_and_the_loop_of_the_peer_give_the_same_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detecting, "SHARE", 3)
    row = detecting._beside_the_peer(detecting.town_counts(300, 60))
    assert row.peer_or_limit == "pandas rolling"
    assert float(row.note.split("at most ")[1].split(";")[0]) < 1e-9
    assert row.ours > 0
    assert row.other > 0


def test_the_false_alarms_of_every_scenario_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detecting, "_NULL_SERIES", 3)
    monkeypatch.setattr(detecting, "_NULL_DAYS", 90)
    rows = list(detecting._false_alarms())
    assert [row.note.split(":")[0] for row in rows][:3] == ["rare", "low", "low-overdispersed"]
    assert {row.other for row in rows} == {2.5}


def test_the_towns_have_few_and_many_cases_and_gaps() -> None:
    counts = detecting.town_counts(200)
    assert counts.shape == (200, detecting.DAYS)
    means = np.nanmean(counts, axis=1)
    assert means.min() < 0.5
    assert means.max() > 10
    assert 0 < np.isnan(counts).mean() < 0.01
    assert not known_benches()["detect"].database
