"""The morning page and the bulletins: what they say, to whom, what they say uncounted, and who must not."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from pypdf import PdfReader

from gridcommons.access.identify import program
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.bulletins.actions import make_bulletin
from gridcommons.outlook.bulletins.fonts import chinese_font
from gridcommons.outlook.bulletins.making import digest
from gridcommons.outlook.bulletins.models import Bulletin
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town
from web.office_town import client_of, count, employ, report, stop_clock, text_of

MORNING = AT + timedelta(days=1)
OFFICES = ("supervisor", "dispatcher", "handler", "worker", "county_officer", "auditor")
OUTSIDE = ("public", "resident", "neighbour", "stranger")
PROGRAM = program("test")


@pytest.fixture(scope="module")
def standing_counted(standing_town: Town) -> Town:
    employ(standing_town)
    for _each in range(6):
        report(standing_town)
    count(MORNING)
    return standing_town


@pytest.fixture
def town(standing_counted: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch, MORNING)
    return standing_counted


@pytest.fixture
def made(town: Town) -> Bulletin:
    return make_bulletin(area_code=COUNTY, synthetic=True, by=PROGRAM, at=MORNING)


@pytest.mark.parametrize("name", OFFICES)
@pytest.mark.parametrize("tongue", ["zh-hans", "en"])
def test_all_staff_read_the_morning(town: Town, name: str, tongue: str) -> None:
    text = text_of(client_of(town, name, tongue).get(f"/office/today/{COUNTY}"))
    assert ("昨日以来" if tongue == "zh-hans" else "Since yesterday") in text
    assert ("没有生效的五色图方案" if tongue == "zh-hans" else "No scheme of colours is in force") in text


def test_it_says_what_was_reported_yesterday_with_a_card_for_each_figure(town: Town) -> None:
    text = text_of(client_of(town, "county_officer", "en").get(f"/office/today/{COUNTY}"))
    tiles = text[text.index("gc-tiles") :]
    assert ">6<" in tiles.replace("\n", "").replace(" ", "")
    assert tiles.count("gc-because") >= 4
    assert "nothing was counted" not in text


def test_before_anything_was_counted_it_says_so_and_shows_no_nought(
    standing_town: Town, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_clock(monkeypatch, AT + timedelta(days=200))
    text = text_of(client_of(town, "county_officer", "en").get(f"/office/today/{COUNTY}"))
    assert "Yesterday is not counted yet" in text
    assert "gc-tiles" not in text


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize(
    "address", ["/office/today", f"/office/today/{COUNTY}", "/office/bulletins", f"/office/bulletins/{COUNTY}"]
)
def test_the_stranger_must_not(town: Town, name: str, address: str) -> None:
    assert client_of(town, name).get(address).status_code == 403


@pytest.mark.parametrize("name", OUTSIDE)
def test_the_stranger_must_not_read_a_bulletin_nor_its_file(town: Town, made: Bulletin, name: str) -> None:
    client = client_of(town, name)
    for address in (f"/office/bulletin/{made.pk}", f"/office/bulletin/{made.pk}/zh.pdf"):
        answer = client.get(address)
        assert answer.status_code == 403
        assert "gc-bulletin" not in text_of(answer)
    assert client.post(f"/office/bulletins/{COUNTY}/make").status_code == 403


@pytest.mark.parametrize("name", [name for name in OFFICES if name != "county_officer"])
def test_only_the_countys_officer_has_one_made(town: Town, name: str) -> None:
    before = Bulletin.objects.count()
    assert client_of(town, name).post(f"/office/bulletins/{COUNTY}/make").status_code == 403
    assert Bulletin.objects.count() == before
    assert "/make" not in text_of(client_of(town, name).get(f"/office/bulletins/{COUNTY}"))


def test_the_officer_makes_one_and_the_same_again_is_no_new_one(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(town, "county_officer", "en")
    answer = client.post(f"/office/bulletins/{COUNTY}/make", follow=True)
    text = text_of(answer)
    assert answer.status_code == 200
    assert "Daily bulletin, " in text
    assert "What is not known" in text
    stop_clock(monkeypatch, MORNING + timedelta(minutes=1))
    assert "Nothing has changed" in text_of(client.post(f"/office/bulletins/{COUNTY}/make", follow=True))
    assert Bulletin.objects.count() == 1


def test_its_pdf_is_what_was_kept_and_says_the_same(town: Town, made: Bulletin) -> None:
    try:
        chinese_font()
    except Refusal:
        pytest.skip("this machine has no Chinese font")
    answer = client_of(town, "handler").get(f"/office/bulletin/{made.pk}/zh.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content == bytes(made.pdf_zh)
    assert (made.sha256, made.pdf_zh_sha256) == (digest(made.sheet), sha256(answer.content).hexdigest())
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert "遂昌县每日简报" in text
    assert "不知道的" in text
    assert client_of(town, "handler").get(f"/office/bulletin/{made.pk}/fr.pdf").status_code == 404


def test_a_machine_without_a_font_keeps_the_page_and_says_why(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridcommons.outlook.bulletins.fonts._PLACES", ("/nowhere",))
    one = make_bulletin(area_code=COUNTY, synthetic=True, by=PROGRAM, at=MORNING + timedelta(hours=1))
    client = client_of(town, "handler", "en")
    assert "no font that sets Chinese" in text_of(client.get(f"/office/bulletin/{one.pk}"))
    assert client.get(f"/office/bulletin/{one.pk}/en.pdf").status_code == 503


def test_a_later_one_of_the_day_takes_the_place_of_the_former(town: Town, made: Bulletin) -> None:
    with scoped(Scope("^")):
        report(town, at=MORNING - timedelta(hours=3))
    count(MORNING + timedelta(minutes=10))
    later = make_bulletin(area_code=COUNTY, synthetic=True, by=PROGRAM, at=MORNING + timedelta(minutes=20))
    assert (later.number, later.sha256 != made.sha256) == (2, True)
    client = client_of(town, "auditor", "en")
    assert "takes the place of this one" in text_of(client.get(f"/office/bulletin/{made.pk}"))
    assert "replaced by a later one" in text_of(client.get(f"/office/bulletins/{COUNTY}"))


@pytest.mark.parametrize(
    ("address", "status"),
    [("/office/today/abc", 400), ("/office/today/339999", 404), (f"/office/today/{VILLAGE}", 200),
     (f"/office/today/{OTHER_TOWNSHIP}", 200), ("/office/bulletins/abc", 400), (f"/office/bulletins/{TOWNSHIP}", 200),
     (f"/office/bulletins/{COUNTY}?page=x", 200),
     ("/office/bulletin/019a0000-0000-7000-8000-000000000000", 404)],
)  # fmt: skip
def test_nonsense_is_answered_plainly(town: Town, address: str, status: int) -> None:
    answer = client_of(town, "county_officer").get(address)
    assert (answer.status_code, "Traceback" in text_of(answer)) == (status, False)


def test_of_a_township_no_bulletin_is_made(town: Town) -> None:
    assert client_of(town, "county_officer").post(f"/office/bulletins/{TOWNSHIP}/make").status_code == 400
