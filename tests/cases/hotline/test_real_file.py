"""A real file of a city's hotline (New York 311): closed before opened, without address, unspecified places."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from cases.hotline.calls import NOW, SETUP
from gridcommons.access.scope import viewing
from gridcommons.cases.hotline.carrying_out import carry_out, read_file
from gridcommons.cases.hotline.entries import Reading
from gridcommons.cases.hotline.mapping import Scheme, read_scheme
from gridcommons.cases.hotline.models import CallRow, Unplaced
from gridcommons.cases.models import Case
from town import Town

MAPPING = Path(__file__).with_name("new_york.toml")


@pytest.fixture(scope="module")
def content(shared: Path) -> bytes:
    return (shared / "requests" / "nyc_311_2018_2019.csv").read_bytes()


def scheme() -> Scheme:
    return read_scheme(MAPPING.read_bytes())


def codes(reading: Reading) -> Counter[str]:
    return Counter(one.reason.code for one in reading.findings.found)


def test_a_real_file_runs_through_and_a_second_time_changes_nothing(town: Town, content: bytes) -> None:
    reading = read_file(content, scheme(), NOW)
    counts = reading.counts()
    assert counts["rows"] == 1_000
    assert counts["faulty"] == 0
    assert sum(counts[way] for way in ("open", "past", "unplaced", "left", "unmapped")) == 1_000
    assert codes(reading)["hotline.closed_open"] >= 10, "ten rows wait there and yet end before they begin"
    assert reading.unmapped["area"]["Unspecified"] > 0
    assert codes(reading)["hotline.point_outside"] > 0
    placed = [one for one in reading.entries if one.item is not None and one.item.lon is not None]
    assert not placed, "the coordinates of another place are not used"
    done = carry_out(reading, by=SETUP, at=NOW)
    assert done == counts["open"] + counts["past"] + counts["unplaced"]
    kinds = Counter(CallRow.objects.values_list("kind", flat=True))
    assert kinds == {way: counts[way] for way in ("open", "past", "unplaced") if counts[way]}
    with viewing(SETUP, NOW):
        assert Case.objects.count() == counts["open"]
        assert Unplaced.objects.count() == counts["unplaced"]
        assert not Case.objects.filter(state="closed").exists(), "what ended there is no work of ours"
    again = read_file(content, scheme(), NOW)
    assert again.to_do() == []
