"""The benchmark's peer is the same method written plainly: an oracle for the batched one."""

from __future__ import annotations

import numpy as np
import pytest

from gridcommons.cli.bench import known_benches
from gridcommons.cli.benches import farrington as measured
from gridcommons.outlook.detectors.farrington import Options, farrington


@pytest.mark.parametrize("options", [Options(), Options(season_levels=10, trend_threshold=1)])
def test_the_plain_peer_finds_the_same_bounds(options: Options) -> None:
    counts = measured.towns(12)
    said = farrington(counts, days=measured.DAYS, steps=[measured.WEEKS - 1], options=options)
    row = measured._beside_the_peer(counts, 1e-4, said.upper[:, -1], options)
    assert float(row.note.split("at most ")[1].split()[0]) < 1e-5
    assert row.ratio > 0
    assert np.isfinite(said.upper[:, -1]).all()


def test_it_stands_in_the_table_of_benchmarks_and_needs_no_database() -> None:
    assert not known_benches()["farrington"].database
