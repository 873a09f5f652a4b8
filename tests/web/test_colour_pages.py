"""Pages of colours: signed and refused by an officer, seen by everybody, schemes and packages by two; who must not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from gridcommons.outlook.painting.models import Decision, Package, SchemeInForce
from gridcommons.outlook.painting.queries import area_now
from outlook.painting.painted_town import DAY, Painted, cases, morning, paint_town, run_job
from town import COUNTY, GRID, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import client_of, stop_clock, text_of

OUTSIDE = ("public", "resident", "neighbour", "stranger")
OTHERS = ("worker", "supervisor", "handler", "county_officer", "auditor", "far_health")
LATER = morning(DAY, 12)


@pytest.fixture
def painted(town: Town, monkeypatch: pytest.MonkeyPatch) -> Painted:
    made = paint_town(town)
    run_job(morning(DAY - timedelta(1)))
    cases(DAY - timedelta(1), {TOWNSHIP: 44, OTHER_TOWNSHIP: 3}, made.health, morning(DAY, 8))
    run_job(morning(DAY))
    stop_clock(monkeypatch, LATER)
    cast = town.cast | {"health": made.health, "second": made.second, "far_health": made.far_health}
    return Painted(Town(cast), made.health, made.second, made.far_health, made.in_force)


def waiting(painted: Painted) -> str:
    return str(area_now(TOWNSHIP, viewer=painted.health, at=LATER).reading_id)


def test_an_officer_reads_why_and_signs_after_being_asked_once_more(painted: Painted) -> None:
    client = client_of(painted.town, "health", "en")
    page = text_of(client.get("/office/colours"))
    assert "Waits for a named officer" in page
    assert "You may sign here" in page
    one = text_of(client.get(f"/office/colours/area/{TOWNSHIP}"))
    assert "44 cases in 14 days, 110 per 100,000" in one
    sent = {"reading": waiting(painted), "reason": "两个社区聚集"}
    asked = text_of(client.post(f"/office/colours/area/{TOWNSHIP}/sign", sent))
    assert "Nothing is done yet" in asked
    assert "两个社区聚集" in asked
    assert not Decision.objects.exists()
    missing = client.post(f"/office/colours/area/{TOWNSHIP}/sign", {**sent, "reason": " ", "sure": "1"})
    assert missing.status_code == 400
    assert "Give a reason" in text_of(missing)
    done = client.post(f"/office/colours/area/{TOWNSHIP}/sign", {**sent, "sure": "1"}, follow=True)
    assert "Signed. The colour stands" in text_of(done)
    again = client.post(f"/office/colours/area/{TOWNSHIP}/sign", {**sent, "sure": "1"})
    assert again.status_code == 409
    assert Decision.objects.count() == 1


def test_an_officer_refuses_and_the_area_stands_at_the_highest_that_needs_no_signature(painted: Painted) -> None:
    client = client_of(painted.town, "health", "en")
    sent = {"reading": waiting(painted), "reason": "录入有误，已要求更正", "sure": "1"}
    assert client.post(f"/office/colours/area/{TOWNSHIP}/refuse", sent).status_code == 302
    page = text_of(client_of(painted.town, "public", "en").get(f"/colours/{TOWNSHIP}"))
    assert "C yellow" in page
    assert "was not signed" in page
    assert "health office" in page


@pytest.mark.parametrize("name", OTHERS)
def test_who_must_not_sign_reads_classes_and_has_no_form(painted: Painted, name: str) -> None:
    client = client_of(painted.town, name, "en")
    page = text_of(client.get(f"/office/colours/area/{TOWNSHIP}"))
    assert "Sign it" not in page
    if name != "supervisor":  # who serves the township reads its figures
        assert "44 cases" not in page
        assert "110 per 100,000" not in page
    sent = {"reading": waiting(painted), "reason": "同意", "sure": "1"}
    for answer in ("sign", "refuse"):
        assert client.post(f"/office/colours/area/{TOWNSHIP}/{answer}", sent).status_code == 403
    sent = {"first": DAY.isoformat(), "reason": "更正", "sure": "1"}
    assert client.post(f"/office/colours/area/{TOWNSHIP}/anew", sent).status_code == 403
    assert not Decision.objects.exists()


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize(
    "address",
    ["colours", "colours/map.geojson", "colours/rules", "colours/replay", "colours/cuts", f"colours/area/{TOWNSHIP}"],
)
def test_residents_and_the_public_are_refused_at_the_office(painted: Painted, name: str, address: str) -> None:
    client = client_of(painted.town, name)
    answer = client.get(f"/office/{address}")
    assert answer.status_code == 403
    assert "44例" not in text_of(answer)
    for post in ("colours/rules/scheme", "colours/rules/package", "colours/replay/send"):
        assert client.post(f"/office/{post}", {}).status_code == 403


def test_everybody_sees_counties_and_townships_without_a_figure(painted: Painted) -> None:
    client = client_of(painted.town, "public", "en")
    page = text_of(client.get(f"/colours?area={COUNTY}"))
    assert "no evidence about a person" in page
    assert "nobody may ask for a pass because of it" in page
    assert "proposed:" not in page, "what waits for a signature is not in force"
    single = text_of(client.get(f"/colours/{TOWNSHIP}"))
    assert "cases in 14 days, by class: 20 or more" in single
    low = text_of(client.get(f"/colours/{OTHER_TOWNSHIP}"))
    assert "by class: 1–4" in low
    for said in (page, single, low):
        plain = re.sub(r"<[^>]+>", " ", said)
        assert not re.search(r"\b44\b|\b110\b|\b3 cases|25 per 100,000", plain)
    assert "health" not in re.sub(r"health office|health commission", "", page), "no officer's name in public"
    grid = client.get(f"/colours/{GRID}")
    assert grid.status_code == 404
    assert "Only counties and townships" in text_of(grid)
    found = client.get(f"/colours/map.geojson?area={COUNTY}").json()
    assert {one["properties"]["colour"] for one in found["features"]} <= {"B", "C"}


def test_before_a_scheme_is_in_force_nothing_is_said_to_be_green(town: Town) -> None:
    page = text_of(client_of(town, "public", "en").get(f"/colours?area={COUNTY}"))
    assert "That does not mean green" in page
    assert "A green" not in page
    staff = text_of(client_of(town, "supervisor", "en").get("/office/colours"))
    assert "No scheme of colours is in force" in staff


def test_a_scheme_and_a_package_need_two_persons_of_different_offices(painted: Painted) -> None:
    health, second = client_of(painted.town, "health", "en"), client_of(painted.town, "second", "en")
    rules = f"/office/colours/rules?area={COUNTY}"
    why = "全县一色 | the whole county as one"
    sent = {"scheme": "default", "level": "county", "indicator": "cases", "reason": why}
    assert health.post(f"/office/colours/rules/scheme?area={COUNTY}", sent).status_code == 302
    row = SchemeInForce.objects.get(level="county")
    act = f"/office/colours/rules/scheme/{row.pk}/confirm?area={COUNTY}"
    assert health.post(act, {"sure": "1"}).status_code == 403
    assert "asks=confirm" in second.post(act, {}).headers["Location"]
    assert second.post(act, {"sure": "1"}).status_code == 302
    row.refresh_from_db()
    assert row.holds_from == LATER + timedelta(hours=24), "public a day before it holds"
    assert "published, not yet in force" in text_of(health.get(rules))
    ahead = text_of(client_of(painted.town, "public", "en").get(f"/colours?area={COUNTY}"))
    assert "In force from" in ahead, "public means that everybody reads it, a day before it holds"
    assert "the whole county as one" in ahead
    assert "全县一色" not in ahead, "each reader sees their own language"

    page = text_of(health.get(f"{rules}&template=default-D"))
    assert "medicine and food brought to homes" in page
    package = {
        "colour": "default/C", "opens": "学校照常 | schools as usual", "closes": "棋牌室 | card rooms",
        "support": "补助 | pay", "places": ["karaoke"], "basis": "传染病防治法",
        "first": (DAY + timedelta(1)).isoformat(), "last": (DAY + timedelta(40)).isoformat(),
    }  # fmt: skip
    ask = f"/office/colours/rules/package?area={COUNTY}"
    long = health.post(ask, package)
    assert long.status_code == 400
    assert "30 days at most" in text_of(long)
    assert "schools as usual" in text_of(long), "what was typed is kept"
    home = health.post(ask, {**package, "last": package["first"], "places": ["home"]})
    assert home.status_code == 400, "a home is not even on the list"
    assert health.post(ask, {**package, "last": (DAY + timedelta(30)).isoformat()}).status_code == 302
    made = Package.objects.get()
    confirm = f"/office/colours/rules/package/{made.pk}/confirm?area={COUNTY}"
    assert health.post(confirm, {"sure": "1"}).status_code == 403
    assert second.post(confirm, {"sure": "1"}).status_code == 302
    public = text_of(client_of(painted.town, "public", "en").get(f"/colours?area={COUNTY}"))
    assert "card rooms" in public
    assert "karaoke" in public
    assert health.get("/office/colours/rules/scheme").status_code == 405


def test_a_correction_is_read_anew_with_its_reason_and_the_former_reading_stays(painted: Painted) -> None:
    cases(DAY - timedelta(1), {TOWNSHIP: 4}, painted.health, morning(DAY, 11), reason="多录了一位")
    client = client_of(painted.town, "health", "en")
    sent = {"first": DAY.isoformat(), "reason": "病例数多录一位", "sure": "1"}
    assert client.post(f"/office/colours/area/{TOWNSHIP}/anew", sent).status_code == 302
    now = area_now(TOWNSHIP, viewer=painted.health, at=LATER)
    assert (now.standing.level, now.standing.proposal) == ("B", "")
    page = text_of(client.get(f"/office/colours/area/{TOWNSHIP}"))
    assert "revision 1" in page
    assert "病例数多录一位" in page
