"""Pages of layers and schemes: who comes to them, what they offer, what bad files are told, what leaves as a file."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from shapely import box
from shapely.geometry import mapping

from gridcommons.access.scope import viewing
from gridcommons.territory.outlines.actions import hand_in
from gridcommons.territory.outlines.models import Draft
from gridcommons.territory.outlines.preparing import prepare
from gridcommons.territory.outlines.queries import draft_facts
from gridcommons.territory.queries import grid_at
from gridcommons.territory.schemes.actions import load_edition
from gridcommons.territory.schemes.models import Tie
from gridcommons.territory.schemes.reading import Fields, find_scheme, read_edition
from redrawn_town import NEXT_COUNTY, SETUP, member, redraw
from town import AT, COUNTY, GRID, NEXT_GRID, Town
from web.office_town import ESCAPED, HTML, client_of, stop_clock, text_of
from zipped import zipped

LATER = AT + timedelta(hours=1)
LIST = "/office/areas/outlines"
MOVED = {GRID: box(119.26, 28.58, 119.272, 28.60), NEXT_GRID: box(119.272, 28.58, 119.30, 28.60)}
BOTH = {GRID: box(119.26, 28.58, 119.285, 28.60), NEXT_GRID: box(119.28, 28.58, 119.30, 28.60)}


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return redraw(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch, LATER)
    return standing_more_town


def layer(shapes: dict[Any, Any], **more: str) -> bytes:
    rows = [
        {"type": "Feature", "properties": {"code": c, "name": "甲", **more}, "geometry": mapping(s)}
        for c, s in shapes.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": rows}, ensure_ascii=False).encode()


def handed(town: Town, shapes: dict[Any, Any] = MOVED, source: str = HTML) -> str:
    made = prepare(layer(shapes), name=HTML, declared="WGS84", code_field="code", day=AT.date(), under=COUNTY)
    facts = {"area_code": COUNTY, "prepared": made, "source": source, "synthetic": False}
    return f"{LIST}/{hand_in(**facts, by=town.county_officer, at=AT).pk}"


def officer(town: Town, name: str = "county_officer", language: str = "zh-hans") -> Client:
    return client_of(town, name, language)


def sent(town: Town, raw: bytes, name: str = "grids.geojson", **given: str) -> Any:
    facts = {"area": COUNTY, "system": "EPSG:4490", "field": "code", "source": "实测", "kind": "surveyed", **given}
    upload = SimpleUploadedFile(name, raw)
    return officer(town).post(LIST, {**facts, "layer": upload}, follow=True)


def state_of(page: str, town: Town) -> str:
    return draft_facts(UUID(page.rsplit("/", 1)[1]), town.county_officer, LATER).state


@pytest.mark.parametrize("name", ["supervisor", "worker", "handler", "auditor", "stranger", "public"])
def test_only_county_officers_come_to_layers(town: Town, name: str) -> None:
    page = handed(town)
    client = client_of(town, name)
    for path in (LIST, page, f"{page}/areas.csv", f"{page}/findings.csv"):
        assert client.get(path).status_code == 403, path
    for action in ("adopt", "drop", "put_back", "decide"):
        answer = client.post(f"{page}/do/{action}", {"sure": "1", "reason": "x", "authority": "x"})
        assert answer.status_code == 403, action
    assert client.post(LIST, {"area": COUNTY}).status_code == 403
    assert state_of(page, town) == "draft"


def test_an_officer_of_another_county_does_not_find_it(town: Town) -> None:
    page = handed(town)
    town.cast["neighbour_officer"] = member("neighbour_officer", "county_officer", NEXT_COUNTY)
    client = officer(town, "neighbour_officer")
    assert client.get(page).status_code == 404
    assert client.get(f"{page}/areas.csv").status_code == 404
    assert client.post(f"{page}/do/adopt", {"sure": "1", "authority": "x"}).status_code == 404
    assert "grids" not in text_of(client.get(LIST))
    assert officer(town).get(f"{LIST}/{uuid4()}").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_layer_is_looked_at_decided_adopted_and_put_back(town: Town, language: str) -> None:
    page = handed(town, BOTH)
    second = officer(town, "second_officer", language)
    shown = text_of(second.get(page))
    assert HTML not in shown
    assert ESCAPED in shown
    assert 'name="authority"' not in shown
    assert "gc-outline-mark is-open" in shown
    assert second.post(f"{page}/do/decide", {"place": "1", "answer": NEXT_GRID}).status_code == 302
    assert 'name="authority"' in text_of(second.get(page))
    asked = second.post(f"{page}/do/adopt", {"authority": "县政府〔2026〕12号"})
    assert 'role="alert"' in text_of(asked)
    assert state_of(page, town) == "draft"
    second.post(f"{page}/do/adopt", {"authority": "县政府〔2026〕12号", "sure": "1"})
    assert (state_of(page, town), grid_at(119.2825, 28.59)) == ("adopted", NEXT_GRID)
    first = officer(town, language=language)
    assert first.get(page).status_code == 200
    assert first.post(f"{page}/do/put_back", {"reason": "", "sure": "1"}).status_code == 400
    first.post(f"{page}/do/put_back", {"reason": "有误", "sure": "1"})
    assert state_of(page, town) == "put_back"
    assert first.get(page).status_code == 200
    life = text_of(first.get(f"/office/areas/life/{GRID}"))
    assert page in life
    assert page not in text_of(client_of(town, "supervisor", language).get(f"/office/areas/life/{GRID}"))


def test_who_handed_in_sees_no_way_to_adopt_and_is_refused(town: Town) -> None:
    page = handed(town)
    assert 'name="authority"' not in text_of(officer(town).get(page))
    answer = officer(town).post(f"{page}/do/adopt", {"authority": "x", "sure": "1"})
    assert (answer.status_code, state_of(page, town)) == (400, "draft")


def test_a_zip_is_handed_in_by_the_form(town: Town) -> None:
    page = text_of(sent(town, zipped(("a/grids.geojson", layer(MOVED)), ("readme.txt", b"x")), "grids.zip"))
    assert "grids.zip" in page
    with viewing(town.county_officer, LATER):
        [draft] = Draft.objects.all()
    assert (draft.system, draft.synthetic, draft.source) == ("EPSG:4490", False, "实测")


REFUSED: dict[str, tuple[bytes, dict[str, str]]] = {
    "no system": (layer(MOVED), {"system": ""}),
    "an unknown one": (layer(MOVED), {"system": "other", "epsg": "Xian"}),
    "no source": (layer(MOVED), {"source": " "}),
    "another area": (layer(MOVED), {"area": "33"}),
    "another field": (layer(MOVED), {"field": "dm"}),
    "nonsense": (b"\x00\x01", {}),
    "an empty file": (b"", {}),
    "two layers": (zipped(("a.geojson", b"{}"), ("b.json", b"{}")), {}),
    "degrees and metres": (layer({GRID: MOVED[GRID], NEXT_GRID: box(5e5, 3e6, 6e5, 4e6)}), {}),
}


@pytest.mark.parametrize("how", REFUSED)
def test_a_bad_layer_is_told_and_not_kept(town: Town, how: str) -> None:
    raw, given = REFUSED[how]
    answer = sent(town, raw, **given)
    assert answer.status_code == 200
    assert 'role="alert"' in text_of(answer) or "gc-message" in text_of(answer)
    with viewing(town.county_officer, LATER):
        assert not Draft.objects.exists()


def test_what_leaves_as_a_table_holds_every_area_and_finding(town: Town) -> None:
    page = handed(town, BOTH)
    changes, found = (text_of(officer(town).get(f"{page}/{name}.csv")) for name in ("areas", "findings"))
    assert {line.split(",")[0] for line in changes.splitlines()[1:]} == {GRID, NEXT_GRID}
    assert "两处都画到的一块" in found.splitlines()[1]


def scheme(town: Town) -> str:
    rows = [
        ("11", HTML, box(119.2, 28.5, 119.4, 28.7)), ("11110", "b", box(119.261, 28.58, 119.28, 28.60)),
    ]  # fmt: skip
    features = [{"type": "Feature", "properties": {"code": c, "name": n}, "geometry": mapping(s)} for c, n, s in rows]
    raw = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    facts = find_scheme("kr-bjd")
    made = read_edition(raw, file="kr", scheme=facts, declared="WGS84", fields=Fields(), known={})
    load_edition(edition=made, since=AT.date(), whole=False, by=SETUP, at=AT)
    return "/office/areas/schemes/kr-bjd"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_schemes_are_a_list_a_tree_and_a_page_for_each_area(town: Town, language: str) -> None:
    page = scheme(town)
    client = officer(town, language=language)
    assert page in text_of(client.get("/office/areas/schemes"))
    top = text_of(client.get(page))
    assert HTML not in top
    assert ESCAPED in top
    assert "11110" not in top
    for query in ("?under=11", "?level=sigungu", "?q=1111", "?tied=proposed"):
        assert "/area/11110" in text_of(client.get(page + query)), query
    assert "/area/11110" not in text_of(client.get(f"{page}?tied=confirmed"))
    shown = text_of(client.get(f"{page}/area/11110"))
    assert "gc-house-line" in shown
    assert GRID in shown
    assert client.get(f"{page}/area/99").status_code == 404
    assert client.get("/office/areas/schemes/none").status_code == 404


def test_a_tie_is_confirmed_on_its_page_and_then_leaves_with_the_areas(town: Town) -> None:
    page, client = scheme(town), officer(town)
    tie = Tie.objects.get(code="11110")
    areas = f"/office/areas/list/{COUNTY}.csv?scheme=kr-bjd"
    row = next(line for line in text_of(client.get(areas)).splitlines() if line.startswith(GRID))
    assert row.endswith(",")
    assert client.post(f"/office/areas/ties/{tie.pk}/confirm").status_code == 302
    row = next(line for line in text_of(client.get(areas)).splitlines() if line.startswith(GRID))
    assert row.endswith(",11110")
    assert "code_kr-bjd" not in text_of(client.get(f"/office/areas/list/{COUNTY}.csv"))
    assert client.get(f"/office/areas/list/{COUNTY}.csv?scheme=none").status_code == 404
    assert f"{GRID}," in text_of(client.get(f"{page}/areas.csv"))
    assert client.post(f"/office/areas/ties/{tie.pk}/explode").status_code == 404


@pytest.mark.parametrize("name", ["stranger", "resident", "public"])
def test_strangers_do_not_come_to_schemes(town: Town, name: str) -> None:
    page, client = scheme(town), client_of(town, name)
    tie = Tie.objects.get(code="11110")
    for path in (
        "/office/areas/schemes",
        page,
        f"{page}/area/11",
        f"{page}/areas.csv",
        f"/office/areas/list/{GRID}.csv",
    ):
        assert client.get(path).status_code == 403, path
    assert client.post(f"/office/areas/ties/{tie.pk}/confirm").status_code in {403, 404}
    assert client_of(town, "supervisor").post(f"/office/areas/ties/{tie.pk}/confirm").status_code in {403, 404}
    assert Tie.objects.get(pk=tie.pk).confirmed_by == ""


def test_a_finding_has_its_number_on_the_map_and_names_are_joined_as_the_language_does(town: Town) -> None:
    page = handed(town, BOTH)
    text = text_of(officer(town, "second_officer", "en").get(page))
    drawn = text.partition("gc-outline-box")[2].partition("</svg>")[0]
    assert ">1</text>" in drawn.partition("gc-outline-numbers")[2]
    found = text.partition('id="found"')[2].partition("</section>")[0]
    assert 'data-said="Number on the map">1</td>' in found
    assert "、" not in found
