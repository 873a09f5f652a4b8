"""What is told of a county before its release: once, by the release's method; corrections, cities, gaps, the job."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gridcommons.access.identify import program
from gridcommons.access.rules import Viewer
from gridcommons.kit.disclosure import FEW, WITHHELD, Shown, exact
from gridcommons.outlook.actions import Count, post_counts
from gridcommons.outlook.deciding.handed import cases_found
from gridcommons.outlook.releases.actions import ask_withdrawal, confirm_withdrawal, make_release
from gridcommons.outlook.releases.models import Release
from gridcommons.outlook.releases.queries import figures_out
from gridcommons.outlook.releases.tasks import release_all
from gridcommons.outlook.releases.telling import last_told
from gridcommons.outlook.reported.actions import hand_in
from gridcommons.territory.queries import names_of
from outlook.painting.painted_town import member, morning
from town import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import client_of, stop_clock, text_of

JOB = program("test")
DAY = date(2026, 11, 3)
NEXT, LEFT = DAY + timedelta(1), DAY + timedelta(3)


@pytest.fixture
def health(standing_town: Town, db: None) -> Viewer:
    return member("health", "health_officer", COUNTY, "health")


def hand(by: Viewer, day: date, here: int, there: int, *, hour: int = 5, later: int = 1, **more: int) -> None:
    rows = {TOWNSHIP: here, OTHER_TOWNSHIP: there} | ({COUNTY: more["whole"]} if "whole" in more else {})
    text = "\n".join(f"{code},{day},{n}" for code, n in rows.items())
    hand_in(area_code=COUNTY, indicator="cases", text=f"area,date,count\n{text}\n", reason="更正", by=by,
            at=morning(day + timedelta(later), hour))  # fmt: skip


def told(on: date, code: str = COUNTY) -> tuple[date, Shown] | None:
    area = names_of([code])[code]
    found = last_told("cases", area, on - timedelta(14), on - timedelta(1), morning(on, 7))
    return (found[0].day, found[0].shown) if found else None


def release(on: date = LEFT) -> Release:
    made = make_release(area_code=COUNTY, day=DAY, by=JOB, at=morning(on, 6))
    assert made is not None
    return made


def counted(day: date) -> None:
    counts = [Count(TOWNSHIP, day, "street_lamps", "reported", 7)]
    post_counts(counts=counts, days=[day], measures=("reported",), by=JOB, at=morning(day + timedelta(1), 3))


def test_a_countys_count_is_told_once_and_a_correction_does_not_move_it(health: Viewer) -> None:
    hand(health, DAY, 40, 3)
    assert told(NEXT) == (DAY, exact(43))
    hand(health, DAY, 44, 3, later=1, hour=15)
    assert told(DAY + timedelta(2)) == (DAY, exact(43)), "until the release it stays as it was first"
    release()
    assert told(LEFT) == (DAY, exact(47))


def test_the_release_takes_a_countys_sum_as_known_and_covers_the_small_one(health: Viewer) -> None:
    hand(health, DAY, 40, 3)
    release()
    cells = {one.code: (one.value, one.mark) for one in figures_out(COUNTY, DAY) if one.measure == "cases"}
    assert cells == {COUNTY: (43, ""), TOWNSHIP: (None, "x"), OTHER_TOWNSHIP: (None, "<5")}


def test_what_the_release_would_hide_of_a_county_is_not_told_before_either(health: Viewer) -> None:
    hand(health, DAY, 4, 4)
    assert told(NEXT) == (DAY, WITHHELD)
    hand(health, NEXT, 2, 0)
    assert told(NEXT + timedelta(1)) == (NEXT, FEW)


def test_a_release_that_would_give_away_what_is_hidden_beside_it_is_held_back(health: Viewer) -> None:
    """Eight were told; the same eight are later found to lie four here and four there."""
    hand(health, DAY, 8, 0)
    assert told(NEXT) == (DAY, exact(8))
    hand(health, DAY, 4, 4, hour=15)
    made = release()
    assert "cases" not in made.basis
    assert made.held_back == 1
    assert told(LEFT) == (DAY, exact(8)), "what was told stays told"
    assert make_release(area_code=COUNTY, day=DAY, by=JOB, at=morning(LEFT + timedelta(1), 6)) is None
    hand(health, DAY, 12, 4, later=4)
    again = release(LEFT + timedelta(2))
    assert (again.held_back, "cases" in again.basis) == (0, True)


def test_the_page_says_what_is_held_back(health: Viewer, standing_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    hand(health, DAY, 8, 0)
    hand(health, DAY, 4, 4, hour=15)
    release()
    stop_clock(monkeypatch, morning(LEFT, 9))
    assert "not told, for they would give a hidden count away" in text_of(
        client_of(standing_town, "public", "en").get(f"/open-data?area={COUNTY}")
    )
    assert "没有公布" in text_of(client_of(standing_town, "public").get(f"/open-data?area={COUNTY}"))


def test_before_all_townships_handed_in_nothing_is_told(health: Viewer) -> None:
    text = f"area,date,count\n{TOWNSHIP},{DAY},40\n"
    hand_in(area_code=COUNTY, indicator="cases", text=text, by=health, at=morning(NEXT, 5))
    assert told(NEXT) is None
    release()
    late = f"area,date,count\n{OTHER_TOWNSHIP},{DAY},3\n"
    hand_in(area_code=COUNTY, indicator="cases", text=late, by=health, at=morning(LEFT, 9))
    assert told(LEFT + timedelta(1)) is None, "40 is out: 43 would give the 3"


def test_a_township_reads_its_released_cell_and_a_city_needs_all_its_counties(health: Viewer) -> None:
    hand(health, DAY, 40, 3)
    assert told(NEXT, TOWNSHIP) is None
    assert told(NEXT, "3311") is None
    release()
    assert told(LEFT, TOWNSHIP) == (DAY, WITHHELD)
    assert told(LEFT, OTHER_TOWNSHIP) == (DAY, FEW)
    assert told(LEFT, "3311") == (DAY, exact(43))


def test_a_withdrawn_day_is_told_by_nobody(health: Viewer) -> None:
    hand(health, DAY, 40, 3)
    made, second = release(), member("second", "second_person", COUNTY, "justice")
    ask_withdrawal(release_id=made.pk, why="重复计数", by=health, at=morning(LEFT, 6))
    confirm_withdrawal(release_id=made.pk, by=second, at=morning(LEFT, 6))
    assert told(LEFT) is None


def test_a_sum_of_days_is_filled_in_only_where_every_day_is_out_and_open(health: Viewer) -> None:
    for n in range(4):
        hand(health, DAY + timedelta(n), 40, 6 if n < 3 else 3)
        counted(DAY + timedelta(n))
    today = DAY + timedelta(6)
    release_all(morning(today, 6))
    asked = ([TOWNSHIP, OTHER_TOWNSHIP], today, 3, morning(today, 7))
    assert cases_found(*asked, is_exact=False) == {}
    assert cases_found([TOWNSHIP], DAY + timedelta(3), 2, morning(today, 7), is_exact=False) == {TOWNSHIP: 80}
    assert cases_found(*asked[:1], DAY + timedelta(4), 4, morning(today, 7), is_exact=True) == {
        TOWNSHIP: 160, OTHER_TOWNSHIP: 21,
    }  # fmt: skip


def test_the_job_goes_on_where_what_lies_in_no_township_came_by_a_correction(health: Viewer) -> None:
    counted(DAY)
    hand(health, DAY, 40, 40, whole=80)
    assert release_all(morning(LEFT, 6)) > 0
    hand(health, DAY, 40, 40, later=4, whole=85)
    assert release_all(morning(LEFT + timedelta(1), 6)) > 0
    last = Release.objects.filter(area_code=COUNTY, day=DAY).latest("revision")
    assert (last.revision, last.held_back) == (2, 1)
    assert release_all(morning(LEFT + timedelta(1), 7)) == 0
