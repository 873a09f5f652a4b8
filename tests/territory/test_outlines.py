"""Layers handed in, adopted by a second person and put back; who sees them; what else they must not touch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import shapely
from django.db import IntegrityError, transaction
from shapely import box
from shapely.geometry import mapping

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.models import Case
from gridcommons.kit.errors import Refusal
from gridcommons.territory.models import Area, Boundary
from gridcommons.territory.outlines.actions import adopt, decide, drop, hand_in, put_back
from gridcommons.territory.outlines.models import Draft
from gridcommons.territory.outlines.preparing import area_over, prepare
from gridcommons.territory.outlines.queries import (
    draft_facts,
    drafts,
    elsewhere,
    findings,
    former_outlines,
    lacking,
    outline_rows,
)
from gridcommons.territory.queries import grid_at, is_synthetic, map_of, maps_edition
from gridcommons.territory.systems import wgs_to_gcj
from redrawn_town import NEXT_COUNTY, SECOND_GRID, member, redraw
from town import AT, COUNTY, FAR, FAR_GRID, GRID, HERE, NEXT_GRID, Town
from web.office_town import report

LATER, STILL_LATER = AT + timedelta(hours=1), AT + timedelta(hours=2)
DAY = AT.date()
MOVED = {GRID: box(119.26, 28.58, 119.272, 28.60), NEXT_GRID: box(119.272, 28.58, 119.30, 28.60)}
"""The border between the two grids a good way west: most of the first grid goes to the second."""


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return redraw(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None) -> Town:
    return standing_more_town


def geojson(shapes: Mapping[str, Any], **more: Any) -> bytes:
    rows = [{"type": "Feature", "properties": {"code": c}, "geometry": mapping(s)} for c, s in shapes.items()]
    return json.dumps({"type": "FeatureCollection", "features": rows, **more}, ensure_ascii=False).encode()


def handed(
    town: Town, shapes: Mapping[str, Any] = MOVED, *, by: Viewer | None = None, at: Any = AT
) -> UUID:  # fmt: skip
    facts = {"source": "县测绘院2026年实测", "synthetic": False}
    made = prepared(shapes)
    return hand_in(area_code=COUNTY, prepared=made, **facts, by=by or town.county_officer, at=at).pk


def adopted(town: Town, shapes: Mapping[str, Any] = MOVED, at: Any = LATER) -> UUID:
    draft = handed(town, shapes, at=at - timedelta(minutes=1))
    adopt(draft_id=draft, authority="县政府〔2026〕12号", by=town.second_officer, at=at)
    return draft


def refused(code: str, deed: Any) -> None:
    with pytest.raises(Refusal) as why:
        deed()
    assert why.value.code == code


def test_nothing_holds_before_a_second_officer_adopts(town: Town) -> None:
    before = grid_at(119.275, 28.59)
    draft = handed(town)
    assert (before, grid_at(119.275, 28.59)) == (GRID, GRID)
    here = {"draft_id": draft, "authority": "县政府〔2026〕12号"}
    refused("outlines.same_person", lambda: adopt(**here, by=town.county_officer, at=LATER))
    refused("outlines.no_authority", lambda: adopt(**here | {"authority": " "}, by=town.second_officer, at=LATER))
    adopt(**here, by=town.second_officer, at=LATER)
    assert grid_at(119.275, 28.59) == NEXT_GRID
    refused("outlines.not_now", lambda: adopt(**here, by=town.second_officer, at=LATER))


def test_the_database_itself_wants_two_persons(town: Town) -> None:
    draft = handed(town)
    with viewing(town.county_officer, AT, deed="outlines.adopt"):
        row = Draft.objects.get(pk=draft)
        row.state, row.authority, row.adopted_by, row.adopted_at = "adopted", "x", row.handed_in_by, AT
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_maps_points_and_the_index_follow_and_records_keep_their_codes(town: Town) -> None:
    case = report(town)
    mark = maps_edition()
    assert is_synthetic([GRID])
    adopted(town)
    assert maps_edition() != mark
    assert not is_synthetic([GRID])
    said = {one["properties"]["code"]: one["properties"]["synthetic"] for one in map_of([GRID, FAR_GRID])["features"]}
    assert said == {GRID: False, FAR_GRID: True}
    area = Area.objects.get(pk=GRID)
    assert area.lon is not None
    assert 119.26 < area.lon < 119.272
    with viewing(town.supervisor, LATER):
        assert Case.objects.get(pk=case.case_id).area_code == GRID
    assert report(town, lon=119.275, at=LATER).case_id != case.case_id
    assert grid_at(*HERE) == GRID


def test_a_township_outline_changes_the_maps_too(town: Town) -> None:
    mark = maps_edition()
    adopted(town, {COUNTY: box(119.2, 28.5, 119.4, 28.7)})
    assert maps_edition() != mark


def test_former_outlines_are_kept_with_dates_and_come_back(town: Town) -> None:
    held = Boundary.objects.get(pk=GRID)
    draft = adopted(town)
    [former] = former_outlines(GRID)
    assert (former.source, former.synthetic, former.drawn_at, former.replaced_at) == (
        "test",
        True,
        held.drawn_at,
        LATER,
    )
    back = {"draft_id": draft, "at": STILL_LATER}
    refused("outlines.no_reason", lambda: put_back(**back, reason="", by=town.county_officer))
    refused("outlines.same_person", lambda: put_back(**back, reason="有误", by=town.second_officer))
    put_back(**back, reason="有误", by=town.county_officer)
    assert grid_at(119.275, 28.59) == GRID
    again = Boundary.objects.get(pk=GRID)
    assert shapely.equals(shapely.from_wkb(bytes(again.shape)), shapely.from_wkb(bytes(held.shape)))
    assert (again.source, again.synthetic) == ("test", True)
    refused("outlines.not_now", lambda: put_back(**back, reason="有误", by=town.county_officer))


def test_an_area_that_had_no_outline_has_none_again(town: Town) -> None:
    draft = adopted(town, {COUNTY: box(119.2, 28.5, 119.4, 28.7)})
    assert Boundary.objects.filter(pk=COUNTY).exists()
    put_back(draft_id=draft, reason="有误", by=town.county_officer, at=STILL_LATER)
    assert not Boundary.objects.filter(pk=COUNTY).exists()
    assert Area.objects.get(pk=COUNTY).lon is None


def test_what_was_drawn_anew_meanwhile_is_not_written_over(town: Town) -> None:
    early = handed(town)
    first = adopted(town)
    refused("outlines.stale", lambda: adopt(draft_id=early, authority="x", by=town.second_officer, at=STILL_LATER))
    second = adopted(town, {GRID: box(119.26, 28.58, 119.265, 28.60)}, at=STILL_LATER)
    late = STILL_LATER + timedelta(hours=1)
    refused("outlines.redrawn_since", lambda: put_back(draft_id=first, reason="x", by=town.county_officer, at=late))
    put_back(draft_id=second, reason="x", by=town.county_officer, at=late)


def test_what_a_person_has_to_decide_stops_the_layer_until_decided(town: Town) -> None:
    both = {GRID: box(119.26, 28.58, 119.285, 28.60), NEXT_GRID: box(119.28, 28.58, 119.30, 28.60)}
    draft = handed(town, both)
    here = {"draft_id": draft, "by": town.second_officer, "at": LATER}
    [found], total = findings(draft, town.county_officer, LATER)
    assert (found.kind, found.codes, found.is_open, total) == ("overlap_large", (GRID, NEXT_GRID), True, 1)
    refused("outlines.open_findings", lambda: adopt(**here, authority="x"))
    refused("outlines.no_answer", lambda: decide(**here, place=found.place, answer=FAR_GRID))
    refused("outlines.no_answer", lambda: decide(**here, place=99, answer=GRID))
    decide(**here, place=found.place, answer=NEXT_GRID)
    adopt(**here, authority="x")
    assert grid_at(119.2825, 28.59) == NEXT_GRID


def test_what_is_left_out_keeps_its_outline(town: Town) -> None:
    bow = shapely.Polygon([(119.34, 28.58), (119.36, 28.60), (119.36, 28.58), (119.34, 28.60)])
    draft = handed(town, {**MOVED, FAR_GRID: bow})
    [found], _total = findings(draft, town.county_officer, LATER, only_open=True)
    assert found.kind == "crossing_large"
    here = {"draft_id": draft, "by": town.second_officer, "at": LATER}
    decide(**here, place=found.place, answer="leave_out")
    adopt(**here, authority="x")
    assert grid_at(*FAR) == FAR_GRID
    assert Boundary.objects.get(pk=FAR_GRID).source == "test"


def test_the_preview_counts_open_cases_elsewhere_unknown_codes_and_areas_that_lack(town: Town) -> None:
    for lon in (119.275, 119.276, 119.277, 119.278, 119.279, HERE[0]):
        report(town, lon=lon)
    draft = handed(town, {**MOVED, f"{GRID[:-3]}777": box(119.40, 28.58, 119.42, 28.60)})
    viewer = town.county_officer
    found = elsewhere(draft, viewer, LATER)
    assert found is not None
    assert [one.n for one in found] == [5]
    rows, total = outline_rows(draft, viewer, LATER)
    assert {row.code: row.kind for row in rows} == {GRID: "changed", NEXT_GRID: "changed", f"{GRID[:-3]}777": "unknown"}
    assert total == 3
    assert [row.change for row in rows if row.code == GRID] == [pytest.approx(0.4, abs=1e-3)]
    missing, n = lacking(draft, viewer, LATER, DAY)
    assert (sorted(missing), n) == (sorted([SECOND_GRID, FAR_GRID]), 2)


@pytest.mark.parametrize("name", ["supervisor", "worker", "handler", "auditor", "stranger", "resident", "public"])
def test_strangers_neither_hand_in_nor_adopt(town: Town, name: str) -> None:
    draft, who = handed(town), getattr(town, name)
    for deed in (
        lambda: handed(town, by=who), lambda: adopt(draft_id=draft, authority="x", by=who, at=LATER),
        lambda: drop(draft_id=draft, reason="x", by=who, at=LATER),
        lambda: decide(draft_id=draft, place=1, answer=GRID, by=who, at=LATER),
        lambda: put_back(draft_id=draft, reason="x", by=who, at=LATER),
    ):  # fmt: skip
        with pytest.raises(Refusal):
            deed()
    assert draft_facts(draft, town.county_officer, LATER).state == "draft"


def test_another_county_neither_finds_nor_touches_a_layer(town: Town) -> None:
    draft = handed(town)
    other = member("neighbour_officer", "county_officer", NEXT_COUNTY)
    assert drafts(other, LATER) == ([], 0)
    for read in (draft_facts, outline_rows, findings):
        refused("outlines.unknown_draft", lambda read=read: read(draft, other, LATER))
    refused("access.not_there", lambda: adopt(draft_id=draft, authority="x", by=other, at=LATER))
    with pytest.raises(Refusal):
        handed(town, by=other)
    assert drafts(town.second_officer, LATER)[1] == 1


def test_a_dropped_layer_stays_to_be_read(town: Town) -> None:
    draft = handed(town)
    refused("outlines.no_reason", lambda: drop(draft_id=draft, reason=" ", by=town.county_officer, at=LATER))
    drop(draft_id=draft, reason="重测", by=town.county_officer, at=LATER)
    facts = draft_facts(draft, town.second_officer, LATER)
    assert (facts.state, facts.said, [state for state, _by, _at in facts.steps]) == (
        "dropped", "重测", ["draft", "dropped"],
    )  # fmt: skip


def prepared(shapes: Mapping[str, Any], declared: str = "EPSG:4490") -> Any:
    return prepare(geojson(shapes), name="l.geojson", declared=declared, code_field="code", day=DAY, under=COUNTY)


def test_codes_of_elsewhere_unknown_ones_and_lost_zeros_are_refused(town: Town) -> None:
    square = box(119.26, 28.58, 119.28, 28.60)
    refused("outlines.outside", lambda: prepared({"331124100": square}))
    refused("outlines.none_known", lambda: prepared({f"{COUNTY}999": square}))
    refused("boundaries.spoiled_code", lambda: prepared({"3.31123E+14": square}))
    refused("boundaries.no_system", lambda: prepared({GRID: square}, ""))
    with pytest.raises(Refusal) as lost:
        prepare(geojson({"31123": square}), name="l", declared="WGS84", code_field="code", day=DAY, under="031123")
    assert lost.value.code == "outlines.lost_zeros"


def test_a_layer_of_another_system_is_found_out_by_what_stands(town: Town) -> None:
    standing = {GRID: box(119.26, 28.58, 119.28, 28.60), NEXT_GRID: box(119.28, 28.58, 119.30, 28.60)}
    shifted = {code: shapely.transform(shape, wgs_to_gcj) for code, shape in standing.items()}
    refused("boundaries.shifted", lambda: prepared(shifted))
    assert {row.kind for row in prepared(shifted, "GCJ-02").rows} <= {"same", "changed"}
    assert area_over([GRID, NEXT_GRID], DAY) == GRID[:12]
