"""Pages and files of colours after a reorganisation: old addresses lead on, past days bring the outlines of then."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import shapely
from django.test import Client
from django.urls import reverse

from gridcommons.territory.actions import draw_boundaries
from gridcommons.territory.reorganising.models import Plan
from gridcommons.territory.reorganising.rules import Change, Target
from outlook.painting.painted_town import (
    DAY,
    SETUP,
    Painted,
    cases,
    draw_townships,
    morning,
    paint_town,
    run_job,
)
from redrawn_town import EAST, SPLIT, WEST, carried_out, redraw
from town import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import client_of, stop_clock, text_of

NEW = "331123077"
RECODE = Change("recode", (TOWNSHIP,), (Target(NEW, "妙高街道"),))
PLAN, LATER = morning(DAY + timedelta(1), 6), morning(DAY + timedelta(1), 12)
TODAY = DAY + timedelta(1)


@pytest.fixture
def painted(town: Town, monkeypatch: pytest.MonkeyPatch) -> Painted:
    made = paint_town(redraw(town))
    draw_townships()
    run_job(morning(DAY - timedelta(1)))
    cases(DAY - timedelta(1), {TOWNSHIP: 44, OTHER_TOWNSHIP: 0}, made.health, morning(DAY, 8))
    run_job(morning(DAY))
    stop_clock(monkeypatch, LATER)
    cast = made.town.cast | {"health": made.health}
    return Painted(Town(cast), made.health, made.second, made.far_health, made.in_force)


def plan(painted: Painted, change: Change) -> Plan:
    return carried_out(painted.town, change, at=PLAN)


def english(painted: Painted, name: str, url: str) -> tuple[int, str]:
    answer = client_of(painted.town, name, "en").get(url)
    return answer.status_code, re.sub(r"\s+", " ", text_of(answer))


def drawn(page: str, day: str) -> dict[str, str]:
    """What the browser's map shows of a day: by code the letter."""
    public = Client(headers={"accept-language": "en"})
    outlines, days = (re.search(rf'data-{one}-url="([^"]+)"', page) for one in ("outlines", "day"))
    assert outlines is not None
    assert days is not None
    codes = [one["properties"]["code"] for one in json.loads(public.get(outlines[1]).content)["features"]]
    answer = public.get(days[1].replace("{day}", day))
    assert answer.status_code == 200
    return dict(zip(codes, answer.content.decode(), strict=True))


def test_the_old_address_of_a_recoded_area_leads_to_its_page_with_the_whole_history(painted: Painted) -> None:
    plan(painted, RECODE)
    for name, stem in (("public", "/colours"), ("health", "/office/colours/area")):
        answer = client_of(painted.town, name, "en").get(f"{stem}/{TOWNSHIP}")
        assert (answer.status_code, answer["Location"]) == (302, f"{stem}/{NEW}")
        status, text = english(painted, name, f"{stem}/{NEW}")
        assert status == 200
        assert "waits for a signature" in text
        assert "It came of areas" not in text
    assert client_of(painted.town, "public").get(reverse("public-area", args=[NEW])).status_code == 200


@pytest.mark.parametrize(("tongue", "said"), [("en", "has not existed since"), ("zh-hans", "不再存在")])
def test_an_area_that_ended_tells_how_it_stood_and_its_parts_lead_there(
    painted: Painted, tongue: str, said: str
) -> None:
    plan(painted, SPLIT)
    for name, stem in (("public", "/colours"), ("health", "/office/colours/area")):
        answer = client_of(painted.town, name, tongue).get(f"{stem}/{TOWNSHIP}")
        assert answer.status_code == 200
        text = text_of(answer)
        assert said in text
        assert f'href="{stem}/{WEST}"' in text
        assert f'href="{stem}/{EAST}"' in text
        part = text_of(client_of(painted.town, name, tongue).get(f"{stem}/{WEST}"))
        assert f'href="{stem}/{TOWNSHIP}"' in part
    _status, text = english(painted, "public", f"/colours/{WEST}")
    assert "the rules have not read it yet" in text
    assert "dividing or merging" in text
    _status, text = english(painted, "health", f"/office/colours/area/{WEST}")
    assert "Proposed by the rules" not in text


def test_the_stranger_must_not_read_the_office_page_of_an_area_that_ended(painted: Painted) -> None:
    plan(painted, SPLIT)
    for name in ("public", "resident", "neighbour", "stranger"):
        assert client_of(painted.town, name).get(f"/office/colours/area/{TOWNSHIP}").status_code == 403
    assert "What the rules read" not in english(painted, "public", f"/colours/{TOWNSHIP}")[1]


def test_an_area_that_never_stood_in_a_colour_is_refused_as_before(painted: Painted) -> None:
    plan(painted, Change("recode", (SPLIT.into[0].parts[0],), (Target(f"{TOWNSHIP}055", "新村"),)))
    status, _text = english(painted, "public", f"/colours/{SPLIT.into[0].parts[0]}")
    assert status in {302, 404, 410}
    assert english(painted, "public", "/colours/331123999")[0] == 404


@pytest.mark.parametrize(("change", "codes"), [(RECODE, {NEW, OTHER_TOWNSHIP}), (SPLIT, {WEST, EAST, OTHER_TOWNSHIP})])
def test_the_map_of_a_day_has_the_outlines_and_colours_of_the_areas_of_that_day(
    painted: Painted, change: Change, codes: set[str]
) -> None:
    before = drawn(english(painted, "public", f"/colours?area={COUNTY}&day={DAY}")[1], str(DAY))
    plan(painted, change)
    if change is SPLIT:
        shapes = {WEST: shapely.box(119.0, 28.5, 119.05, 28.6), EAST: shapely.box(119.05, 28.5, 119.1, 28.6)}
        draw_boundaries(shapes=shapes, crs="EPSG:4490", source="test", synthetic=True, by=SETUP, at=PLAN)
    run_job(morning(TODAY, 9))
    page = text_of(client_of(painted.town, "public", "en").get(f"/colours?area={COUNTY}"))
    assert re.search(rf'value="{DAY}" data-other-areas', page), "the browser loads the page of such a day anew"
    assert not re.search(rf'value="{TODAY}"[^>]*data-other-areas', page)
    now = drawn(page, str(TODAY))
    assert set(now) == codes
    past = text_of(client_of(painted.town, "public", "en").get(f"/colours?area={COUNTY}&day={DAY}"))
    assert drawn(past, str(DAY)) == before
    assert set(before) == {TOWNSHIP, OTHER_TOWNSHIP}
    assert f'href="/colours/{TOWNSHIP}"' in past
    assert re.search(rf'value="{TODAY}" data-other-areas', past)
    days = re.search(r'data-day-url="([^"]+)"', page)
    assert days is not None
    refused = Client().get(days[1].replace("{day}", str(DAY)))
    assert refused.status_code == 404, "a day in another order than that of these outlines is none"
    office = text_of(client_of(painted.town, "health", "en").get(f"/office/colours?area={COUNTY}&day={DAY}"))
    assert f'href="/office/colours/area/{TOWNSHIP}"' in office
