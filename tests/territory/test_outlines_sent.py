"""Files of large layers: kept, read by the job, given up, failed with their sentence, taken up again after a cut."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import TestCase, override_settings
from shapely import box
from shapely.geometry import mapping

from gridcommons.access.identify import program
from gridcommons.access.scope import viewing
from gridcommons.kit.errors import Refusal
from gridcommons.territory.layerfile import opening
from gridcommons.territory.outlines import taking_up
from gridcommons.territory.outlines.actions import adopt, give_up, send
from gridcommons.territory.outlines.models import Draft, Sent
from gridcommons.territory.outlines.queries import draft_facts, outline_rows, sent_facts, sent_layers
from gridcommons.territory.outlines.storing import stored_before
from gridcommons.territory.outlines.taking_up import read_next, sweep
from redrawn_town import NEXT_COUNTY, member, redraw
from town import AT, COUNTY, GRID, NEXT_GRID, Town
from zipped import zipped

LATER, FAR_OFF = AT + timedelta(hours=1), AT + timedelta(days=4000)
JOB = program("reading of layers")
MOVED = {GRID: box(119.26, 28.58, 119.272, 28.60), NEXT_GRID: box(119.272, 28.58, 119.30, 28.60)}
MIXED = {GRID: MOVED[GRID], NEXT_GRID: box(5e5, 3e6, 6e5, 4e6)}


@pytest.fixture
def media(tmp_path: Path) -> Iterator[Path]:
    """A media folder of this test alone."""
    with override_settings(MEDIA_ROOT=tmp_path / "media"):
        yield tmp_path / "media"


@pytest.fixture
def town(standing_town: Town, db: None, media: Path) -> Town:
    return redraw(standing_town)


def geojson(shapes: Mapping[str, Any]) -> bytes:
    rows = [{"type": "Feature", "properties": {"code": c}, "geometry": mapping(s)} for c, s in shapes.items()]
    return json.dumps({"type": "FeatureCollection", "features": rows}).encode()


def sent(town: Town, shapes: Mapping[str, Any] = MOVED, *, at: datetime = AT, **other: Any) -> UUID:
    facts = {
        "area_code": COUNTY, "raw": geojson(shapes), "name": "grids.geojson", "declared": "EPSG:4490",
        "code_field": "code", "source": "县测绘院2026年实测", "synthetic": False,
    }  # fmt: skip
    return send(**facts | other, by=town.county_officer, at=at).pk


def work() -> int:
    """One turn of the job, with what it does after its transactions."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return read_next(by=JOB, now=lambda: LATER)


def files() -> list[str]:
    return list(stored_before(FAR_OFF))


def refused(code: str, deed: Any) -> None:
    with pytest.raises(Refusal) as why:
        deed()
    assert why.value.code == code


def test_a_sent_file_becomes_the_draft_of_whoever_sent_it(town: Town) -> None:
    one = sent(town)
    assert len(files()) == 1
    facts = sent_facts(one, town.county_officer, LATER)
    assert facts is not None
    assert (facts.stage, facts.under_way, facts.ahead) == ("waiting", True, 0)
    assert work() == 1
    assert files() == []
    assert sent_facts(one, town.county_officer, LATER) is None
    draft = draft_facts(one, town.county_officer, LATER)
    assert (draft.state, draft.name, draft.source) == ("draft", "grids.geojson", "县测绘院2026年实测")
    assert draft.steps[0] == ("draft", town.county_officer.key, AT)
    assert {row.code for row in outline_rows(one, town.county_officer, LATER)[0]} == set(MOVED)
    facts = {"draft_id": one, "authority": "县政府〔2026〕12号", "at": LATER}
    refused("outlines.same_person", lambda: adopt(**facts, by=town.county_officer))
    assert adopt(**facts, by=town.second_officer).state == "adopted"
    assert work() == 0


def test_the_one_that_waits_longest_is_read_first(town: Town) -> None:
    first, second = sent(town), sent(town, at=AT + timedelta(minutes=1))
    facts = sent_facts(second, town.county_officer, LATER)
    assert facts is not None
    assert facts.ahead == 1
    work()
    assert Draft.objects.filter(pk=first).exists()
    assert [row.id for row in sent_layers(town.county_officer, LATER)] == [second]


def test_stages_are_seen_while_it_is_read(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    one, seen = sent(town), list[str]()
    real = taking_up.prepare

    def watched(*given: Any, tell: Any, **facts: Any) -> Any:
        def told(done: int, total: int) -> None:
            tell(done, total)
            seen.append(Sent.objects.get(pk=one).stage)

        seen.append(Sent.objects.get(pk=one).stage)
        return real(*given, tell=told, **facts)

    monkeypatch.setattr(taking_up, "prepare", watched)
    work()
    assert seen[:2] == ["reading", "mending"]


def test_what_cannot_be_used_fails_with_the_same_sentence(town: Town) -> None:
    one = sent(town, MIXED)
    work()
    facts = sent_facts(one, town.county_officer, LATER)
    assert facts is not None
    assert facts.stage == "failed"
    assert facts.refused.zh.startswith("同一图层里混用了不同的坐标系")
    assert facts.refused.en.startswith("The layer mixes coordinate systems")
    assert (files(), Draft.objects.count()) == ([], 0)
    assert [row.id for row in sent_layers(town.county_officer, LATER)] == [one]
    assert sent_layers(town.county_officer, LATER + timedelta(days=15)) == []


def test_what_is_given_up_is_removed_and_not_read(town: Town) -> None:
    one = sent(town)
    with TestCase.captureOnCommitCallbacks(execute=True):
        give_up(sent_id=one, by=town.second_officer, at=LATER)
    assert (files(), work()) == ([], 0)
    refused("outlines.not_under_way", lambda: give_up(sent_id=one, by=town.second_officer, at=LATER))
    assert not Draft.objects.exists()


def test_one_given_up_while_it_is_read_leaves_no_draft(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    one, real = sent(town), taking_up.prepare

    def meanwhile(*given: Any, **facts: Any) -> Any:
        made = real(*given, **facts)
        give_up(sent_id=one, by=town.county_officer, at=LATER)
        return made

    monkeypatch.setattr(taking_up, "prepare", meanwhile)
    assert work() == 0
    assert Sent.objects.get(pk=one).stage == "given_up"
    assert not Draft.objects.exists()


def test_what_takes_the_job_down_each_time_is_not_tried_for_ever(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    one = sent(town)
    behind = sent(town, at=AT + timedelta(minutes=1))
    real = taking_up.prepare

    def out_of_memory(*_given: Any, **_facts: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(taking_up, "prepare", out_of_memory)
    for _time in range(3):
        with pytest.raises(MemoryError):
            work()
    monkeypatch.setattr(taking_up, "prepare", real)
    assert work() == 1
    row = Sent.objects.get(pk=one)
    assert (row.stage, row.tries) == ("failed", 3)
    assert "gridcommons areas draw" in row.refused["en"]
    work()
    assert Draft.objects.filter(pk=behind).exists()


def test_a_file_that_is_gone_is_told(town: Town) -> None:
    one = sent(town)
    sweep(at=FAR_OFF)
    assert len(files()) == 1
    (settings.MEDIA_ROOT / files()[0]).unlink()
    work()
    assert Sent.objects.get(pk=one).refused["zh"].startswith("保存的图层文件已不在")


def test_files_that_no_row_names_are_swept(town: Town) -> None:
    with transaction.atomic():
        sent(town)
        transaction.set_rollback(True)
    assert (len(files()), sweep(at=LATER - timedelta(days=4000)), sweep(at=FAR_OFF), files()) == (1, 0, 1, [])


def test_no_more_than_five_of_an_area_wait(town: Town) -> None:
    for _one in range(5):
        sent(town)
    refused("outlines.busy", lambda: sent(town))
    work()
    assert sent(town)


AT_ONCE: dict[str, tuple[str, dict[str, Any]]] = {
    "undeclared": ("boundaries.no_system", {"declared": ""}),
    "no source": ("outlines.no_source", {"source": " "}),
    "another county": ("access.not_there", {"area_code": NEXT_COUNTY}),
    "nonsense": ("boundaries.unreadable", {"raw": b"\x00\xff\x01" * 1000}),
    "no table": ("boundaries.unreadable", {"raw": b"code\n331123\n" * 1000}),
    "a shapefile": ("boundaries.other_format", {"raw": zipped(("a.shp", b"x"), ("a.dbf", b"x"))}),
    "two layers": ("boundaries.several_layers", {"raw": zipped(("a.json", b"{}"), ("b.json", b"{}"))}),
    "none": ("boundaries.unreadable", {"raw": zipped(("a.txt", b"x"))}),
}


@pytest.mark.parametrize("how", AT_ONCE)
def test_what_can_be_known_at_once_is_refused_at_once(town: Town, how: str) -> None:
    code, given = AT_ONCE[how]
    refused(code, lambda: sent(town, **given))
    assert (files(), Sent.objects.count()) == ([], 0)


def test_an_opening_is_no_longer_than_asked_for() -> None:
    bomb = zipped(("a.geojson", b"{" + b" " * 5_000_000))
    assert len(bomb) < 50_000
    assert len(opening(bomb, "a.zip", 1000)) == 1000
    assert opening(geojson(MOVED), "a.geojson", 9) == b'{"type": '
    for cut in range(8, 14):  # a sign of several bytes may be cut at the end
        assert opening("代码,名称\n331123,遂昌县\n".encode("gb18030"), "a.csv", cut)
        assert opening("代码,名称\n331123,遂昌县\n".encode(), "a.csv", cut)


def test_an_officer_of_another_county_finds_nothing(town: Town) -> None:
    one, other = sent(town), member("neighbour_officer", "county_officer", NEXT_COUNTY)
    assert sent_facts(one, other, LATER) is None
    assert sent_layers(other, LATER) == []
    refused("access.not_there", lambda: give_up(sent_id=one, by=other, at=LATER))
    refused("access.no_deed", lambda: give_up(sent_id=one, by=town.supervisor, at=LATER))


def test_the_database_wants_a_file_while_and_only_while_it_is_under_way(town: Town) -> None:
    one = sent(town)
    with viewing(town.county_officer, AT, deed="outlines.give_up"):
        for change in ({"stage": "given_up", "ended_at": AT}, {"path": ""}, {"ended_at": AT}, {"stage": "x"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Sent.objects.filter(pk=one).update(**change)
