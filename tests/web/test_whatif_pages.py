"""The what-if page: its assumptions stand above its pictures, both sides start alike, nonsense is said at its field."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from gridcommons.access.models import LedgerEntry
from gridcommons.outlook.reported.actions import hand_in
from outlook.reported.counts_town import health_officer, sheet
from town import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town
from web.office_town import LATER, client_of, stop_clock, text_of

PAGE = f"/office/whatif/{COUNTY}"
GIVEN = (
    "disease=influenza&r_low=1.4&r_high=1.9&latent_days=1.6&infectious_days=2&found=30&care=2&care_days=6&away=20&days=40"
    f"&people_{TOWNSHIP}=31000&cases_{TOWNSHIP}=12&people_{OTHER_TOWNSHIP}=9000&cases_{OTHER_TOWNSHIP}=0"
    "&a_fewer_contacts=0&a_isolated_by=&a_vaccinated=0&a_protected=60&a_since=0"
    "&b_fewer_contacts=40&b_isolated_by=2&b_vaccinated=0&b_protected=60&b_since=3"
)
OFFICES = ("supervisor", "dispatcher", "handler", "worker", "county_officer", "auditor")
OUTSIDE = ("public", "resident", "neighbour", "stranger")


@pytest.fixture
def town(standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch)
    return standing_town


@pytest.mark.parametrize("name", OFFICES)
def test_all_staff_may_reckon(town: Town, name: str) -> None:
    answer = client_of(town, name, "en").get(f"{PAGE}?{GIVEN}")
    assert answer.status_code == 200
    assert "Scenario B" in text_of(answer)


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("address", ["/office/whatif", PAGE, f"{PAGE}.csv?{GIVEN}"])
def test_the_stranger_must_not(town: Town, name: str, address: str) -> None:
    answer = client_of(town, name).get(address)
    assert answer.status_code == 403
    assert not {"gc-bands", "scenario,area", "gc-table"} & set(text_of(answer).replace('"', " ").split())


def test_what_is_assumed_stands_above_the_pictures_with_its_sources(town: Town) -> None:
    text = text_of(client_of(town, "county_officer").get(f"{PAGE}?{GIVEN}"))
    assert text.index("假设") < text.index("gc-band-outer")
    assert "R在1.4到1.9之间" in text
    assert "由填写人设定" in text  # the figures of the disease were changed, so its papers are not named for them
    assert "Biggerstaff" not in text[text.index("gc-assumed") : text.index("gc-sides")]
    assert "从第3天起少40%的接触" in text
    assert text.count("gc-band-outer") == 4
    assert "不是预测" in text


def test_the_papers_are_named_for_their_own_figures(town: Town) -> None:
    given = GIVEN.replace("r_low=1.4&r_high=1.9", "r_low=1.1&r_high=1.6").replace("care=2&", "care=1&")
    assumed = text_of(client_of(town, "county_officer", "en").get(f"{PAGE}?{given}"))
    assert "Biggerstaff" in assumed[assumed.index("gc-assumed") : assumed.index("gc-sides")]


def test_the_same_address_gives_the_same_figures_and_nothing_is_kept(town: Town) -> None:
    client = client_of(town, "county_officer")
    before = LedgerEntry.objects.count()
    first, second = (text_of(client.get(f"{PAGE}?{GIVEN}")) for _each in range(2))
    assert (
        first[first.index("gc-sides") : first.index("<form")]
        == second[second.index("gc-sides") : second.index("<form")]
    )
    assert LedgerEntry.objects.count() == before


def test_the_file_holds_every_band_and_the_assumptions(town: Town) -> None:
    answer = client_of(town, "county_officer", "en").get(f"{PAGE}.csv?{GIVEN}")
    lines = text_of(answer).splitlines()
    assert answer["Content-Type"].startswith("text/csv")
    head = next(n for n, line in enumerate(lines) if line.startswith("scenario,area"))
    assert len(lines) - head - 1 == 2 * 3 * 3 * 40  # scenarios x measures x areas and the whole x days
    assert any("R between 1.4 and 1.9" in line for line in lines[:head])


@pytest.mark.parametrize(
    ("change", "says"),
    [("r_high=1.9>r_high=1", "upper bound is below"), ("days=40>days=4000", "too high: 180"),
     ("found=30>found=x", "not a number"), ("a_fewer_contacts=0>a_fewer_contacts=140", "too high"),
     (f"people_{TOWNSHIP}=31000>people_{TOWNSHIP}=", "missing"),
     (f"people_{TOWNSHIP}=31000>people_{TOWNSHIP}=0", "too low"),
     ("disease=influenza>disease=plague", "not on this list")],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_field(town: Town, change: str, says: str) -> None:
    before, after = change.split(">")
    answer = client_of(town, "county_officer", "en").get(f"{PAGE}?{GIVEN.replace(before, after, 1)}")
    text = text_of(answer)
    assert (answer.status_code, says in text, "gc-band-outer" in text) == (400, True, False)


def test_more_cases_than_people_is_refused_in_one_sentence(town: Town) -> None:
    given = GIVEN.replace(f"cases_{TOWNSHIP}=12", f"cases_{TOWNSHIP}=40000")
    answer = client_of(town, "county_officer", "en").get(f"{PAGE}?{given}")
    assert answer.status_code == 400
    assert "no more than the population" in text_of(answer)


def test_without_a_case_the_page_teaches_what_is_missing(town: Town) -> None:
    given = GIVEN.replace(f"cases_{TOWNSHIP}=12", f"cases_{TOWNSHIP}=0")
    text = text_of(client_of(town, "county_officer", "en").get(f"{PAGE}?{given}"))
    assert "Nothing to reckon with yet" in text


def test_figures_of_another_disease_are_put_into_the_form(town: Town) -> None:
    given = GIVEN.replace("disease=influenza", "disease=covid-2020")
    text = text_of(client_of(town, "county_officer", "en").get(f"{PAGE}?{given}&again=1"))
    assert 'value="3.9"' in text
    assert 'value="31000"' in text
    assert "gc-band-outer" not in text


@pytest.mark.parametrize(
    ("code", "status"), [(VILLAGE, 400), ("abc", 400), ("339999", 404), (TOWNSHIP, 200), ("33", 200)]
)
def test_only_where_there_are_people_enough(town: Town, code: str, status: int) -> None:
    assert client_of(town, "county_officer").get(f"/office/whatif/{code}").status_code == status
    assert client_of(town, "worker").get("/office/whatif", follow=True).status_code == 200


def handed(town: Town, daily: int, days: int = 35) -> None:
    """Cases of the last weeks, handed in for both townships; rising by a case a week."""
    first = LATER.date() - timedelta(days=days)
    each = [(first + timedelta(days=n), daily + n // 7 if daily else 0) for n in range(days)]
    rows = [f"{code},{day},{count}," for day, count in each for code in (TOWNSHIP, OTHER_TOWNSHIP)]
    hand_in(area_code=COUNTY, indicator="cases", text=sheet(*rows), by=health_officer(), at=LATER)


def test_r_is_offered_from_the_cases_handed_in_and_can_be_taken(town: Town) -> None:
    handed(town, 6)
    client = client_of(town, "county_officer", "en")
    text = text_of(client.get(PAGE))
    found = re.search(r"R was (\d\.\d\d) to (\d\.\d\d) in the seven days", text)
    assert found is not None
    low, high = map(float, found.groups())
    assert 0.7 < low < 1.1 < high < 1.6
    taken = text_of(client.get(f"{PAGE}?{GIVEN}&again=r"))
    assert f'value="{low:.2f}"' in taken
    assert 'value="31000"' in taken
    assert 'name="cases_331123001" value="20"' in text.replace("\n", " ") or 'value="20"' in text  # two days of ten


def test_of_too_few_cases_no_r_is_told(town: Town) -> None:
    handed(town, 0)
    assert "R cannot be estimated" in text_of(client_of(town, "county_officer", "en").get(PAGE))


def test_levers_are_told_with_their_sources(town: Town) -> None:
    text = text_of(client_of(town, "county_officer", "en").get(f"{PAGE}?{GIVEN}"))
    assumed = text[text.index("gc-assumed") : text.index("gc-sides")]
    assert "Hellewell" in assumed
    assert "Halloran" not in assumed  # nobody is vaccinated in either scenario
