"""Files of the map of colours: outlines once under their hash, days as a byte an area, and days that are none."""

from __future__ import annotations

import gzip
import json
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from gridcommons.outlook.painting.days import areas_mapped, days_shown, stands_on
from gridcommons.web import map_files
from gridcommons.web.map_files import day_of, outlines_of
from gridcommons.web.tasks import draw_outlines
from outlook.painting.painted_town import DAY, Painted, cases, draw_townships, morning, paint_town, run_job
from town import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import client_of, stop_clock, text_of

LATER = morning(DAY, 12)


@pytest.fixture
def painted(town: Town, monkeypatch: pytest.MonkeyPatch) -> Painted:
    made = paint_town(town)
    draw_townships()
    run_job(morning(DAY - timedelta(1)))
    cases(DAY - timedelta(1), {TOWNSHIP: 44, OTHER_TOWNSHIP: 0}, made.health, morning(DAY, 8))
    run_job(morning(DAY))
    stop_clock(monkeypatch, LATER)
    return Painted(Town(town.cast | {"health": made.health}), made.health, made.second, made.far_health, made.in_force)


def addresses(page: str) -> tuple[str, str]:
    outlines = re.search(r'data-outlines-url="([^"]+)"', page)
    days = re.search(r'data-day-url="([^"]+)"', page)
    assert outlines is not None
    assert days is not None
    return outlines[1], days[1]


def test_the_map_is_drawn_from_outlines_kept_for_good_and_a_byte_an_area(painted: Painted) -> None:
    public = Client(headers={"accept-language": "en"})
    outlines_url, day_url = addresses(text_of(public.get("/colours")))
    outlines = public.get(outlines_url, headers={"accept-encoding": "gzip"})
    assert outlines["Cache-Control"] == "public, max-age=31536000, immutable"
    assert outlines["Content-Encoding"] == "gzip"
    features = json.loads(gzip.decompress(outlines.content))["features"]
    assert json.loads(public.get(outlines_url).content)["features"] == features
    codes = [one["properties"]["code"] for one in features]
    assert codes == sorted(codes)
    signs = public.get(day_url.replace("{day}", DAY.isoformat()))
    assert len(signs.content) == len(codes)
    told = dict(zip(codes, signs.content.decode(), strict=True))
    assert told[TOWNSHIP].upper() == "C"
    assert told[OTHER_TOWNSHIP].upper() == "A"
    same = public.get(day_url.replace("{day}", DAY.isoformat()), headers={"if-none-match": signs["ETag"]})
    assert same.status_code == 304
    assert not same.content


def test_a_past_day_stays_as_it_was_shown(painted: Painted) -> None:
    yesterday = DAY - timedelta(1)
    before = stands_on(COUNTY, "township", yesterday, LATER)
    assert before[TOWNSHIP].colour == "green"
    assert stands_on(COUNTY, "township", DAY, LATER)[TOWNSHIP].colour == "yellow"
    codes = outlines_of(COUNTY, "township").codes
    assert day_of(COUNTY, "township", codes, yesterday, LATER) != day_of(COUNTY, "township", codes, DAY, LATER)
    page = text_of(Client(headers={"accept-language": "en"}).get(f"/colours?day={yesterday}"))
    assert "as it was shown then" in page
    assert stands_on(COUNTY, "township", yesterday - timedelta(3), LATER) == {}


def test_other_days_and_other_outlines_are_refused_with_a_sentence(painted: Painted) -> None:
    public = Client(headers={"accept-language": "en"})
    outlines_url, day_url = addresses(text_of(public.get("/colours")))
    for wrong in (str(DAY + timedelta(1)), "1999-01-01", "yesterday"):
        refused = public.get(day_url.replace("{day}", wrong))
        assert refused.status_code == 404
        assert wrong in text_of(refused)
        assert public.get(f"/colours?day={wrong}").status_code == 404
    digest = outlines_of(COUNTY, "township").digest
    for url in (outlines_url, day_url.replace("{day}", str(DAY))):
        assert public.get(url.replace(digest, "0" * 20)).status_code == 404
        assert public.get(url.replace("township", "grid")).status_code == 404
        assert public.get(url.replace("township", "county")).status_code == 404  # no scheme colours these
    assert days_shown(COUNTY, "township", DAY) == [DAY, DAY - timedelta(1)]


def test_a_page_that_names_who_is_signed_in_is_kept_by_no_device(painted: Painted) -> None:
    assert client_of(painted.town, "health").get("/colours")["Cache-Control"] == "private, no-store"
    assert "no-store" not in Client().get("/colours").get("Cache-Control", "")
    worker = Client().get("/colours/worker.js")
    assert worker["Service-Worker-Allowed"] == "/colours"


def test_the_office_reads_the_same_outlines_and_its_own_pages(painted: Painted) -> None:
    page = text_of(client_of(painted.town, "health", "en").get("/office/colours"))
    outlines_url, _days = addresses(page)
    assert outlines_url == addresses(text_of(Client().get("/colours")))[0]
    assert 'data-page-url="/office/colours/area/{code}"' in page
    assert "data-keep" not in page


def test_the_job_draws_ahead_and_a_broken_file_is_drawn_anew(
    painted: Painted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    map_files._outlines.cache_clear()
    assert areas_mapped(LATER) == [(COUNTY, "township")]
    assert draw_outlines(timestamp=int(LATER.timestamp())) == 1
    file = next((tmp_path / "maps").iterdir())
    whole = file.read_bytes()
    file.write_bytes(whole[:50])
    map_files._outlines.cache_clear()
    assert outlines_of(COUNTY, "township").pressed == whole
    assert file.read_bytes() == whole
    old = tmp_path / "maps" / "33-county-0.json.gz"
    old.write_bytes(whole)
    long_ago = (LATER - timedelta(days=50)).timestamp()
    os.utime(old, (long_ago, long_ago))
    draw_outlines(timestamp=int(LATER.timestamp()))
    assert not old.exists()
    assert file.exists()
    map_files._outlines.cache_clear()


@pytest.mark.parametrize(
    ("tongue", "said"), [("en", "was never loaded on this device"), ("zh-hans", "之前也没有打开过这一页")]
)
def test_a_page_that_is_not_kept_has_one_of_ours(db: None, tongue: str, said: str) -> None:
    client = Client()
    client.cookies["language"] = tongue
    answer = client.get("/colours/offline")
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert "NOT_KEPT" in Client().get("/colours/worker.js").content.decode()
