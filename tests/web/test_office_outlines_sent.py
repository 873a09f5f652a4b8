"""The page of a layer whose file is still to be read: it asks again, says why it failed, and ends in the draft."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase, override_settings
from shapely import box

from gridcommons.access.identify import program
from gridcommons.territory.outlines.actions import reach
from gridcommons.territory.outlines.models import Draft, Sent
from gridcommons.territory.outlines.taking_up import read_next
from redrawn_town import NEXT_COUNTY, member, redraw
from town import AT, COUNTY, GRID, NEXT_GRID, Town
from web.office_town import ESCAPED, HTML, client_of, stop_clock, text_of
from web.test_office_outlines import LIST, MOVED, layer, zipped

LATER = AT + timedelta(hours=1)
JOB = program("reading of layers")
POLL = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "reading"}


@pytest.fixture
def town(standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Town]:
    """The town, where every layer is too large to be read at once."""
    stop_clock(monkeypatch, LATER)
    monkeypatch.setattr("gridcommons.web.office.outlines.AT_ONCE", 100)
    with override_settings(MEDIA_ROOT=tmp_path):
        yield redraw(standing_town)


def posted(town: Town, raw: bytes, name: str = "grids.geojson", **given: str) -> Any:
    facts = {"area": COUNTY, "system": "EPSG:4490", "field": "", "source": HTML, "kind": "surveyed", **given}
    client = client_of(town, "county_officer")
    return client.post(LIST, {**facts, "layer": SimpleUploadedFile(name, raw)}, follow=True)


def sent(town: Town, shapes: dict[Any, Any] = MOVED) -> str:
    posted(town, layer(shapes))
    return f"{LIST}/{Sent.objects.get(stage='waiting').pk}"


def work() -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert read_next(by=JOB, now=lambda: LATER) == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_asks_again_until_the_draft_stands_there(town: Town, language: str) -> None:
    page, client = sent(town), client_of(town, "second_officer", language)
    shown = text_of(client.get(page))
    assert HTML not in shown
    assert ESCAPED in shown
    assert 'aria-current="step"' in shown
    assert page in text_of(client.get(LIST))
    [again] = [piece.split('"')[0] for piece in shown.split('hx-get="')[1:] if piece.startswith(page)]
    assert client.get(again, **POLL).status_code == 204
    assert client.get(again).status_code == 200  # without scripts the page is loaded again
    reach(sent_id=Sent.objects.get().pk, stage="reading", by=JOB, at=LATER)
    answer = client.get(again, **POLL)
    assert (answer.status_code, "HX-Refresh" in answer) == (200, False)
    assert 'id="reading"' in text_of(answer)
    work()
    assert client.get(again, **POLL)["HX-Refresh"] == "true"
    ready = text_of(client.get(page))
    assert 'hx-trigger="every' not in ready
    assert 'name="authority"' in ready
    assert 'name="authority"' not in text_of(client_of(town, "county_officer").get(page))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_failure_says_its_sentence_on_the_page_and_in_the_list(town: Town, language: str) -> None:
    page = sent(town, {GRID: MOVED[GRID], NEXT_GRID: box(5e5, 3e6, 6e5, 4e6)})
    client = client_of(town, "county_officer", language)
    work()
    said = "混用了不同的坐标系" if language == "zh-hans" else "The layer mixes coordinate systems"
    assert client.get(page, **POLL)["HX-Refresh"] == "true"
    for path in (page, LIST):
        assert said in text_of(client.get(path)), path
    assert 'value="1"' not in text_of(client.get(page))


def test_a_file_is_given_up_after_it_was_asked_about(town: Town) -> None:
    page, client = sent(town), client_of(town, "county_officer")
    assert 'role="alert"' in text_of(client.post(f"{page}/do/give_up"))
    assert Sent.objects.get().stage == "waiting"
    client.post(f"{page}/do/give_up", {"sure": "1"})
    assert Sent.objects.get().stage == "given_up"
    assert page not in text_of(client.get(LIST))
    assert client.get(page).status_code == 200


def test_giving_up_what_has_become_a_draft_meanwhile_shows_the_draft(town: Town) -> None:
    page, client = sent(town), client_of(town, "county_officer")
    work()
    assert client.post(f"{page}/do/give_up", {"sure": "1"})["Location"] == page
    assert Draft.objects.get().state == "draft"


@pytest.mark.parametrize("name", ["supervisor", "worker", "auditor", "stranger", "public"])
def test_strangers_do_not_come_to_a_file(town: Town, name: str) -> None:
    page, client = sent(town), client_of(town, name)
    assert client.get(page).status_code == 403
    assert client.get(page, **POLL).status_code == 403
    assert client.post(f"{page}/do/give_up", {"sure": "1"}).status_code == 403
    assert Sent.objects.get().stage == "waiting"


def test_an_officer_of_another_county_does_not_find_a_file(town: Town) -> None:
    page = sent(town)
    town.cast["neighbour_officer"] = member("neighbour_officer", "county_officer", NEXT_COUNTY)
    client = client_of(town, "neighbour_officer")
    assert client.get(page).status_code == 404
    assert client.post(f"{page}/do/give_up", {"sure": "1"}).status_code == 404
    assert page not in text_of(client.get(LIST))
    assert Sent.objects.get().stage == "waiting"


def test_what_a_packed_file_unpacks_to_decides(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = zipped(("a.geojson", layer(MOVED, filling="x" * 5_000)))
    monkeypatch.setattr("gridcommons.web.office.outlines.AT_ONCE", 5_000)
    assert len(packed) < 2_000
    posted(town, packed, "a.zip")
    assert Sent.objects.get().size == len(packed)
    monkeypatch.setattr("gridcommons.web.office.outlines.AT_ONCE", 50_000)
    posted(town, packed, "a.zip")
    assert (Sent.objects.count(), Draft.objects.count()) == (1, 1)


REFUSED: dict[str, tuple[bytes, dict[str, str]]] = {
    "no system": (layer(MOVED), {"system": ""}),
    "no source": (layer(MOVED), {"source": " "}),
    "another area": (layer(MOVED), {"area": NEXT_COUNTY}),
    "a shapefile": (zipped(("a.shp", b"x" * 500), ("a.dbf", b"x" * 500)), {}),
    "nonsense": (b"\x00\xff\x01" * 200, {}),
    "too large": (b" " * 20_000_001, {}),
}


@pytest.mark.parametrize("how", REFUSED)
def test_what_is_known_at_once_is_told_at_once(town: Town, how: str) -> None:
    raw, given = REFUSED[how]
    answer = posted(town, raw, **given)
    assert answer.status_code == 200
    assert "gc-message" in text_of(answer)
    assert not Sent.objects.exists()
