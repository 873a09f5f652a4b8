"""Another version of a scheme: what is in force goes on by its own text, pages open, two put the new one in force."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from gridcommons.access.identify import program
from gridcommons.access.rules import PUBLIC
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.colours.scheme import scheme_text
from gridcommons.outlook.painting import actions
from gridcommons.outlook.painting.models import Package, Reading, SchemeInForce
from gridcommons.outlook.painting.packages import Content, lines_of
from gridcommons.outlook.painting.queries import area_now, history, schemes_near
from outlook.painting.painted_town import DAY, Painted, cases, morning, paint_town, put_in_force, run_job
from town import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import client_of, stop_clock, text_of

LATER = morning(DAY, 12)
OLD = "2025.9"
PAGES = (
    f"/colours?area={COUNTY}", f"/colours/{TOWNSHIP}", f"/office/colours?area={COUNTY}",
    f"/office/colours/area/{TOWNSHIP}", f"/office/colours/rules?area={COUNTY}", f"/office/today/{COUNTY}",
    f"/office/cautions?area={COUNTY}",
)  # fmt: skip


@pytest.fixture
def painted(town: Town, monkeypatch: pytest.MonkeyPatch) -> Painted:
    made = paint_town(town)
    stop_clock(monkeypatch, LATER)
    cast = town.cast | {"health": made.health, "second": made.second}
    return Painted(Town(cast), made.health, made.second, made.far_health, made.in_force)


def rewrite(name: str, version: str, text: str) -> None:
    """Make every scheme in force the one of another time: a version that the program ships no more."""
    change = "UPDATE painting_schemeinforce SET scheme = %s, version = %s, text = %s"
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.deed', 'test', true)")
        cursor.execute(change, [name, version, text])
        cursor.execute("SELECT set_config('app.deed', '', true)")


def former_text() -> str:
    """The text of an older version: another number, another name of yellow, orange from a rate of 60 on."""
    text = scheme_text("default").replace('version = "2026.1"', f'version = "{OLD}"')
    text = text.replace('name = { zh = "中", en = "medium" }', 'name = { zh = "旧中", en = "former medium" }')
    assert OLD in text
    assert "former medium" in text
    return text


def rise(painted: Painted) -> None:
    run_job(morning(DAY - timedelta(1)))
    cases(DAY - timedelta(1), {TOWNSHIP: 44, OTHER_TOWNSHIP: 7}, painted.health, morning(DAY, 8))
    run_job(morning(DAY))


def statuses(painted: Painted) -> dict[str, int]:
    public, staff = Client(), client_of(painted.town, "health", "en")
    return {page: (staff if "office" in page else public).get(page).status_code for page in PAGES}


def test_a_version_that_is_shipped_no_more_goes_on_by_the_text_that_was_kept(painted: Painted) -> None:
    assert SchemeInForce.objects.get().text == scheme_text("default")
    rewrite("default", OLD, former_text())
    rise(painted)
    assert set(Reading.objects.values_list("rule", flat=True)) == {
        f"default@{OLD}/A", f"default@{OLD}/D1", f"default@{OLD}/C1",
    }  # fmt: skip
    assert set(statuses(painted).values()) == {200}
    page = text_of(Client(headers={"accept-language": "en"}).get(f"/colours/{OTHER_TOWNSHIP}"))
    assert "former medium" in page
    now = area_now(TOWNSHIP, viewer=painted.health, at=LATER)
    actions.sign(reading_id=now.reading_id, reason="病例集中", by=painted.health, at=LATER)
    signed = area_now(TOWNSHIP, viewer=PUBLIC, at=LATER, public=True)
    assert (signed.colour, signed.verdict.version) == ("orange", OLD)


def test_the_rules_page_offers_the_shipped_version_and_two_put_it_in_force(
    painted: Painted, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite("default", OLD, former_text())
    rise(painted)
    health, second = client_of(painted.town, "health", "en"), client_of(painted.town, "second", "en")
    page = text_of(health.get(f"/office/colours/rules?area={COUNTY}"))
    assert "ships version 2026.1" in page
    assert "former medium" in page, "the rules in full"
    assert "Ask for the shipped version" not in text_of(second.get(f"/office/colours/rules?area={COUNTY}"))
    offer = re.search(r'href="(/office/colours/rules[^"]+instead_of=[^"#]+)#scheme"', page)
    assert offer is not None
    form = text_of(health.get(offer[1].replace("&amp;", "&")))
    assert f'name="instead_of" value="{painted.in_force.pk}"' in form
    sent = {
        "scheme": "default", "level": "township", "indicator": "cases", "reason": "换用新版本",
        "instead_of": str(painted.in_force.pk),
    }  # fmt: skip
    assert health.post(f"/office/colours/rules/scheme?area={COUNTY}", sent).status_code == 302
    assert "Ask for the shipped version" not in text_of(health.get(f"/office/colours/rules?area={COUNTY}")), "one waits"
    row = SchemeInForce.objects.get(version="2026.1")
    assert second.post(f"/office/colours/rules/scheme/{row.pk}/confirm?area={COUNTY}", {"sure": "1"}).status_code == 302
    assert area_now(OTHER_TOWNSHIP, viewer=PUBLIC, at=LATER, public=True).verdict.version == OLD, "not before its day"

    # Once it holds, pages that tell of the former one go on to open, and call its levels as they were called then.
    cases(DAY, {TOWNSHIP: 0, OTHER_TOWNSHIP: 0}, painted.health, morning(DAY + timedelta(1), 8))
    at = morning(DAY + timedelta(2), 13)
    run_job(at)
    stop_clock(monkeypatch, at)
    assert set(statuses(painted).values()) == {200}
    assert area_now(OTHER_TOWNSHIP, viewer=PUBLIC, at=at, public=True).verdict.version == "2026.1"
    steps, _total = history(OTHER_TOWNSHIP)
    assert [one.name.en for one in steps] == ["medium", "former medium", "low"]
    assert "ships version" not in text_of(health.get(f"/office/colours/rules?area={COUNTY}"))


def test_further_measures_go_on_where_the_shipped_version_is_asked_for(painted: Painted) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.deed', 'test', true)")
        cursor.execute("""UPDATE painting_schemeinforce SET given = '{"completeness": "cases", "icu": "cases"}'""")
        cursor.execute("SELECT set_config('app.deed', '', true)")
    rewrite("default", OLD, former_text())
    health = client_of(painted.town, "health", "en")
    wish = {"scheme": "default", "level": "township", "indicator": "cases", "reason": "换用新版本"}
    sent = {**wish, "instead_of": str(painted.in_force.pk)}
    assert health.post(f"/office/colours/rules/scheme?area={COUNTY}", sent).status_code == 302
    row = SchemeInForce.objects.get(version="2026.1")
    assert row.given == {"completeness": "cases"}, "what the scheme asks for, as it was given before"


def test_a_text_that_was_not_kept_closes_no_page_and_colours_nothing_more(painted: Painted) -> None:
    rise(painted)
    rewrite("default", OLD, "")
    assert set(statuses(painted).values()) == {200}
    said = f"default@{OLD}"
    for page in (f"/colours?area={COUNTY}", f"/colours/{TOWNSHIP}"):
        assert f"{said} was not kept" in text_of(Client(headers={"accept-language": "en"}).get(page))
    health = client_of(painted.town, "health", "en")
    for page in PAGES[2:5]:
        assert f"{said} was not kept" in text_of(health.get(page)), page
    now = area_now(TOWNSHIP, viewer=painted.health, at=LATER)
    with pytest.raises(Refusal, match="shipped no more"):
        actions.sign(reading_id=now.reading_id, reason="同意", by=painted.health, at=LATER)
    with pytest.raises(Refusal, match="shipped no more"):
        actions.paint(scheme_id=painted.in_force.pk, day=DAY, by=program("painting"), at=LATER)
    assert area_now(OTHER_TOWNSHIP, viewer=PUBLIC, at=morning(DAY + timedelta(9)), public=True).colour == "grey"


def test_a_scheme_that_is_shipped_no_more_at_all_shows_unknown_levels_and_opens(painted: Painted) -> None:
    rise(painted)
    one = Content(opens=lines_of("照常 | as usual"))
    wish = {"area_code": COUNTY, "scheme": "default", "level": "C", "content": one, "basis": "办法"}
    days = {"first": DAY, "last": DAY + timedelta(9)}
    actions.ask_package(**wish, **days, by=painted.health, at=LATER)
    rewrite("gone", OLD, "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.deed', 'test', true)")
        cursor.execute("UPDATE painting_package SET scheme = 'gone'")
        cursor.execute("SELECT set_config('app.deed', '', true)")
    assert Package.objects.get().scheme == "gone"
    assert set(statuses(painted).values()) == {200}
    assert area_now(OTHER_TOWNSHIP, viewer=PUBLIC, at=LATER, public=True).colour == "grey"
    with pytest.raises(Refusal):
        actions.ask_package(**{**wish, "scheme": "gone"}, **days, by=painted.health, at=LATER)


def test_a_package_may_be_asked_for_of_a_level_that_only_the_scheme_in_force_has(painted: Painted) -> None:
    text = former_text().replace('key = "E"', 'key = "F"').replace('level = "E"', 'level = "F"')
    rewrite("default", OLD, text)
    rise(painted)
    health = client_of(painted.town, "health", "en")
    assert 'value="default/F"' in text_of(health.get(f"/office/colours/rules?area={COUNTY}"))
    sent = {
        "colour": "default/F", "opens": "照常 | as usual", "closes": "", "support": "", "basis": "办法",
        "first": (DAY + timedelta(1)).isoformat(), "last": (DAY + timedelta(9)).isoformat(),
    }  # fmt: skip
    assert health.post(f"/office/colours/rules/package?area={COUNTY}", sent).status_code == 302
    assert "very high" in text_of(health.get(f"/office/colours/rules?area={COUNTY}"))


def test_rows_from_before_texts_were_kept_get_that_of_their_version_where_it_is_shipped(painted: Painted) -> None:
    put_in_force(painted.health, painted.second, at=LATER, level="county")
    rewrite("default", "2026.1", "")
    keep = import_module("gridcommons.outlook.painting.migrations.0002_scheme_text").keep_texts
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.deed', 'test', true)")
    keep(apps, SimpleNamespace(connection=connection))
    assert {row.text for row in SchemeInForce.objects.all()} == {scheme_text("default")}
    rewrite("default", OLD, "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.deed', 'test', true)")
    keep(apps, SimpleNamespace(connection=connection))
    lines = schemes_near(COUNTY, viewer=painted.health, at=LATER)
    assert {(one.text, one.shipped, one.lost is None) for one in lines} == {("", "2026.1", False)}
