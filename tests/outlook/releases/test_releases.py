"""Releases made by the job, corrected and withdrawn by two; their pages, files and feed; who must not."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from xml.etree.ElementTree import fromstring

import pytest

from gridcommons.access.identify import program
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.releases import actions
from gridcommons.outlook.releases.models import Release
from gridcommons.outlook.releases.queries import figures_out, release_file, releases
from gridcommons.outlook.releases.tasks import release_all
from outlook.painting.painted_town import member
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town
from web.office_town import client_of, count, employ, report, stop_clock, text_of

JOB = program("releases")
DUE = AT + timedelta(days=4)
DAY = AT.date()
OFFICE = f"/office/releases?area={COUNTY}"
PAGE = f"/open-data?area={COUNTY}"


@pytest.fixture(scope="module")
def reported_town(standing_town: Town) -> Town:
    employ(standing_town)
    for _each in range(7):
        report(standing_town)
    count(DUE)
    return standing_town


@pytest.fixture
def town(reported_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch, DUE)
    return reported_town


@pytest.fixture
def out(town: Town) -> Release:
    release_all(DUE)
    return Release.objects.get(area_code=COUNTY, day=DAY)


def test_the_job_releases_days_that_waited_long_enough_once(town: Town) -> None:
    assert release_all(AT + timedelta(days=2)) == 0 or not Release.objects.filter(day=DAY).exists()
    assert release_all(DUE) > 0
    assert Release.objects.filter(area_code=COUNTY, day=DAY).count() == 1
    assert release_all(DUE + timedelta(hours=1)) == 0


def test_nought_and_hidden_are_told_apart_and_nothing_is_finer_than_a_town(out: Release) -> None:
    figures = {(one.code, one.measure): one for one in figures_out(COUNTY, DAY)}
    assert {code for code, _measure in figures} == {COUNTY, TOWNSHIP, OTHER_TOWNSHIP}
    assert (figures[COUNTY, "other"].value, figures[COUNTY, "other"].mark) == (7, "")
    assert (figures[OTHER_TOWNSHIP, "other"].value, figures[OTHER_TOWNSHIP, "other"].mark) == (0, "")
    assert figures[COUNTY, "cases"].mark == "-"
    body, media, digest = release_file(COUNTY, DAY, "counts.csv")
    assert (media, digest) == ("text/csv; charset=utf-8", sha256(body).hexdigest())
    assert VILLAGE not in body.decode()


def test_a_correction_that_would_tell_is_held_back_and_one_that_would_not_is_a_new_release(
    town: Town, out: Release
) -> None:
    report(town, lon=119.3505, lat=28.5905)
    count(DUE)
    late = DUE + timedelta(hours=2)
    assert actions.make_release(area_code=COUNTY, day=DAY, by=JOB, at=late) is not None
    held = Release.objects.get(area_code=COUNTY, day=DAY, revision=2)
    assert held.held_back == 1
    assert held.basis["reports"] == out.basis["reports"]
    for _each in range(6):
        report(town, lon=119.3505, lat=28.5905)
    count(DUE)
    told = actions.make_release(area_code=COUNTY, day=DAY, by=JOB, at=late + timedelta(hours=1))
    assert told is not None
    assert told.held_back == 0
    assert next(o.value for o in figures_out(COUNTY, DAY) if (o.code, o.measure) == (COUNTY, "other")) == 14
    assert [one.current for one in releases(COUNTY)[0] if one.day == DAY] == [True, False, False]


def test_two_withdraw_and_what_was_out_stays_listed(town: Town, out: Release) -> None:
    health = member("health", "health_officer", COUNTY, "health")
    second = member("second", "second_person", COUNTY, "justice")
    with pytest.raises(Refusal):
        actions.confirm_withdrawal(release_id=out.pk, by=second, at=DUE)
    actions.ask_withdrawal(release_id=out.pk, why="重复计数", by=health, at=DUE)
    with pytest.raises(Refusal):
        actions.confirm_withdrawal(release_id=out.pk, by=health, at=DUE)
    assert release_file(COUNTY, DAY, "counts.csv")[0]
    actions.confirm_withdrawal(release_id=out.pk, by=second, at=DUE)
    with pytest.raises(Refusal):
        release_file(COUNTY, DAY, "counts.csv")
    listed = next(one for one in releases(COUNTY)[0] if one.day == DAY)
    assert (listed.withdrawn_why, listed.current) == ("重复计数", False)
    assert actions.make_release(area_code=COUNTY, day=DAY, by=JOB, at=DUE) is None
    text = text_of(client_of(town, "public", "en").get(PAGE))
    assert "Withdrawn" in text
    assert "重复计数" in text
    for tongue, words in (("en", "were withdrawn on"), ("zh-hans", "撤回，不再提供")):
        gone = client_of(town, "public", tongue).get(f"/open-data/{DAY}/counts.csv?area={COUNTY}")
        assert gone.status_code == 410
        assert words in text_of(gone)
        assert "重复计数" in text_of(gone)


@pytest.mark.parametrize("name", ["public", "resident", "stranger", "worker", "county_officer", "auditor"])
def test_the_stranger_must_not_release_nor_withdraw(town: Town, out: Release, name: str) -> None:
    by = getattr(town, name)
    for deed in (
        lambda: actions.make_release(area_code=COUNTY, day=DAY, by=by, at=DUE),
        lambda: actions.ask_withdrawal(release_id=out.pk, why="无", by=by, at=DUE),
        lambda: actions.confirm_withdrawal(release_id=out.pk, by=by, at=DUE),
    ):
        with pytest.raises(Refusal):
            deed()
    assert Release.objects.filter(withdrawn_at__isnull=False).count() == 0


@pytest.mark.parametrize("name", ["public", "resident", "stranger", "worker", "county_officer"])
@pytest.mark.parametrize("tongue", ["zh-hans", "en"])
def test_everybody_reads_the_page_in_both_languages(town: Town, out: Release, name: str, tongue: str) -> None:
    text = text_of(client_of(town, name, tongue).get(PAGE))
    assert ("按日发布" if tongue == "zh-hans" else "Releases by day") in text
    assert ("没有数据" if tongue == "zh-hans" else "no data") in text
    assert f"/open-data/{DAY}/counts.geojson" in text or f"/open-data/{DAY}/counts.csv" in text


def test_before_anything_is_out_it_says_so(town: Town) -> None:
    assert "Nothing is released yet" in text_of(client_of(town, "public", "en").get(PAGE))
    assert client_of(town, "public").get(f"/open-data/latest/counts.csv?area={COUNTY}").status_code == 404


def test_files_have_stable_addresses_and_marks_of_their_content(town: Town, out: Release) -> None:
    client = client_of(town, "public")
    for name in ("counts.csv", "counts.csv-metadata.json", "counts.zh.json", "counts.en.json"):
        answer = client.get(f"/open-data/{DAY}/{name}?area={COUNTY}")
        assert answer.status_code == 200, name
        again = client.get(f"/open-data/{DAY}/{name}?area={COUNTY}", headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    cube = json.loads(client.get(f"/open-data/{DAY}/counts.en.json?area={COUNTY}").content)
    assert (cube["class"], cube["version"]) == ("dataset", "2.0")
    assert "x" in cube["extension"]["marks"]
    last = releases(COUNTY)[0][0].day
    latest = client.get(f"/open-data/latest/counts.csv?area={COUNTY}").content
    assert latest == client.get(f"/open-data/{last}/counts.csv?area={COUNTY}").content


@pytest.mark.parametrize("address", ["2026-13-01/counts.csv", "no/counts.csv", "1999-01-01/counts.csv", f"{DAY}/../x"])
def test_what_is_not_out_is_refused_with_a_sentence(town: Town, out: Release, address: str) -> None:
    assert client_of(town, "public").get(f"/open-data/{address}?area={COUNTY}").status_code == 404


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_the_feed_names_every_release(town: Town, out: Release, tongue: str) -> None:
    answer = client_of(town, "public").get(f"/open-data/feed.xml?area={COUNTY}&lang={tongue}")
    root = fromstring(answer.content)
    names = {"a": "http://www.w3.org/2005/Atom"}
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert len(root.findall("a:entry", names)) == releases(COUNTY)[1]
    assert f"urn:uuid:{out.pk}" in [one.text for one in root.findall("a:entry/a:id", names)]
    title = root.findtext("a:title", "", names)
    assert title.startswith("公开数据" if tongue == "zh" else "Open data")


def test_the_office_page_asks_and_confirms(town: Town, out: Release) -> None:
    health = member("asking", "health_officer", COUNTY, "health")
    second = member("confirming", "second_person", COUNTY, "justice")
    both = Town({**town.cast, "asking": health, "confirming": second})
    asking, confirming = client_of(both, "asking", "en"), client_of(both, "confirming", "en")
    assert "Ask to withdraw it" in text_of(asking.get(OFFICE))
    assert asking.post(f"/office/releases/{out.pk}/ask", {"why": ""}).status_code == 400
    asking.post(f"/office/releases/{out.pk}/ask", {"why": "重复计数"})
    assert "/confirm" not in text_of(asking.get(OFFICE))
    assert "/confirm" in text_of(confirming.get(OFFICE))
    confirming.post(f"/office/releases/{out.pk}/confirm")
    assert "Withdrawn" in text_of(asking.get(OFFICE))


@pytest.mark.parametrize("name", ["public", "resident", "neighbour", "stranger"])
def test_the_stranger_must_not_see_the_office_page(town: Town, out: Release, name: str) -> None:
    client = client_of(town, name)
    assert client.get(OFFICE).status_code == 403
    for end in ("ask", "confirm"):
        assert client.post(f"/office/releases/{out.pk}/{end}", {"why": "无"}).status_code == 403
    assert Release.objects.filter(asked_at__isnull=False).count() == 0


@pytest.mark.parametrize(("tongue", "other"), [("zh", "en"), ("en", "zh")])
def test_a_feed_names_the_one_in_the_other_language(town: Town, out: Release, tongue: str, other: str) -> None:
    root = fromstring(client_of(town, "public").get(f"/open-data/feed.xml?area={COUNTY}&lang={tongue}").content)
    links = [one for one in root if one.tag.endswith("link") and one.get("rel") == "alternate"]
    feeds = {one.get("hreflang"): one.get("href") or "" for one in links if one.get("type") == "application/atom+xml"}
    assert list(feeds) == ["en" if other == "en" else "zh-CN"]
    assert feeds.popitem()[1].endswith(f"area={COUNTY}&lang={other}")
    assert any(one.get("type") == "text/html" for one in links)
    page = text_of(client_of(town, "public", "en").get(PAGE))
    assert 'hreflang="en"' in page
    assert 'hreflang="zh-CN"' in page


@pytest.mark.parametrize(("tongue", "named"), [("en", "JSON-stat, Chinese"), ("zh-hans", "JSON-stat（中文）")])
def test_files_of_a_day_are_named_by_their_format(town: Town, out: Release, tongue: str, named: str) -> None:
    text = text_of(client_of(town, "public", tongue).get(PAGE))
    releases = text[text.index("gc-releases") :]
    assert f">{named}</a>" in releases
    assert ">counts.csv</a>" not in releases
