"""What somebody stumbles over in the first week: signs for figures, nothing counted yet, words of the program."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from cases.higher import JOB, raise_town
from cases.partners.partner_town import WHY
from cases.reports.report_town import MORNING, counted
from gridcommons.access.actions import open_office
from gridcommons.access.identify import program
from gridcommons.access.queries import office_at
from gridcommons.cases.actions import raise_case
from gridcommons.cases.calling import call_each, due_now
from gridcommons.cases.founding import taking
from gridcommons.cases.limits import LATE
from gridcommons.cases.partners.models import Link
from gridcommons.cases.reports.models import Schedule
from gridcommons.kit.words import Words
from gridcommons.outlook.indicators.formulas import formulas
from gridcommons.outlook.indicators.queries import board, plain_board
from gridcommons.outlook.indicators.rules import Figure, Why
from gridcommons.rehearsal import employing, ground, province
from gridcommons.territory.queries import names_of
from gridcommons.territory.reorganising import switching
from gridcommons.web.indicator_words import USUAL, first_shown, marks_in
from gridcommons.web.program_words import in_both, of_both, told
from tianmen import MONTH
from town import AT, COUNTY, VILLAGE, Town
from web.office_town import client_of, count, report, stop_clock, text_of, to_dispatched

PAGES = [("county_officer", f"/office/figures/{COUNTY}?"), ("public", "/figures?")]
KINDS = ("week", "month", "quarter", "year")
NOT_YET = "尚未统计"


@pytest.fixture
def town(standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch)
    return standing_town


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "address"), PAGES)
def test_a_kind_alone_is_the_running_period(town: Town, kind: str, name: str, address: str) -> None:
    assert client_of(town, name).get(f"{address}period={kind}").status_code == 200


def test_the_short_address_keeps_its_period(town: Town) -> None:
    answer = client_of(town, "county_officer").get("/office/figures?period=quarter", follow=True)
    assert answer.status_code == 200
    assert "2026年第4季度" in text_of(answer)


@pytest.mark.parametrize("wish", ["x", "2026-13", "2031-01", "months", "2026-W99"])
@pytest.mark.parametrize(("name", "address"), PAGES)
def test_a_wrong_period_is_named_on_a_page_that_helps(town: Town, wish: str, name: str, address: str) -> None:
    answer = client_of(town, name, "en").get(f"{address}period={wish}")
    text = text_of(answer)
    assert answer.status_code == 400
    assert "Shown here instead: October 2026" in text
    assert 'aria-label="Kind of period"' in text


def test_a_file_of_a_wrong_period_is_none(town: Town) -> None:
    for address in (
        f"/office/figures/{COUNTY}.csv?period=x",
        f"/office/figures/{COUNTY}.xlsx?period=2031",
        "/figures?period=x&form=csv",
    ):
        answer = client_of(town, "county_officer").get(address)
        assert (answer.status_code, "csv" in answer["Content-Type"]) == (400, False), address


def test_a_page_opens_on_an_indicator_that_has_a_figure(town: Town) -> None:
    counted()
    page, told_ones = (
        board(code=COUNTY, term=MONTH, viewer=town.county_officer, at=MORNING),
        formulas().indicators.values(),
    )
    assert first_shown(page, told_ones) == USUAL
    parts = {"a": {USUAL: Figure(Why.SMALL), "accepted": page.own["accepted"]}}
    assert first_shown(replace(page, rows=parts), told_ones) == "accepted", "of the usual one no part can be shown"
    hidden = replace(page, own={**page.own, USUAL: Figure(Why.COVERS)})
    assert first_shown(hidden, told_ones) == "accepted"
    nothing = {key: Figure(Why.COVERS) for key in page.own}
    assert first_shown(replace(page, own=nothing), told_ones) == USUAL
    assert [words.zh[:3] for words in marks_in(replace(page, own=nothing, rows={}))] == ["“…”"]
    assert marks_in(replace(page, rows={}, own={USUAL: page.own[USUAL]})) == []


def test_signs_are_explained_above_the_table_and_lead_to_the_rule(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    counted()
    stop_clock(monkeypatch, MORNING)
    hidden = marks_in(replace(plain_board(code=COUNTY, term=MONTH, at=MORNING), own={USUAL: Figure(Why.COVERS)}))
    monkeypatch.setattr("gridcommons.web.office.indicators.marks_in", lambda _page: hidden)
    text = text_of(client_of(town, "county_officer", "en").get(f"/office/figures/{COUNTY}?period={MONTH.key}"))
    assert "“…”: not shown" in text
    assert -1 < text.find("/about/privacy#small") < text.index("gc-indicator-table")
    assert "Filed counts on the day of filing" in text
    assert 'id="small"' in text_of(client_of(town, "public").get("/about/privacy"))


def test_nothing_counted_is_no_nought(town: Town) -> None:
    report(town)
    life, home = (client_of(town, "county_officer").get(f"/office/{page}/{COUNTY}") for page in ("areas/life", "area"))
    assert NOT_YET in text_of(life)
    assert text_of(home).count(NOT_YET) > 4
    assert not re.search(r'class="gc-tile-value[^"]*"><span class="gc-num">0', text_of(home))
    count()
    for page in ("areas/life", "area"):
        assert NOT_YET not in text_of(client_of(town, "county_officer").get(f"/office/{page}/{COUNTY}"))
    assert "几个数不必相等" in text_of(client_of(town, "county_officer").get(f"/office/areas/life/{COUNTY}"))


def test_why_a_case_was_raised_is_read_in_either_language(standing_town: Town, db: None) -> None:
    town = raise_town(standing_town)
    made = report(town)
    to_dispatched(town, made.case_id)
    at = AT + timedelta(days=12)
    assert call_each(raise_case, due_now("raise", by=JOB, at=at), by=JOB, at=at) == 1
    for tongue, mine, other in (("zh-hans", LATE.zh, LATE.en), ("en", LATE.en, LATE.zh)):
        text = text_of(client_of(town, "dispatcher", tongue).get(f"/office/case/{made.case_id}"))
        assert mine in text
        assert other not in text


@pytest.mark.parametrize(
    "text",
    [taking.REASON, taking.ISSUER, employing.REASON, ground.DRAWN, ground.OWN_ISSUER, ground.FIGURES, province.ISSUER,
     province.SURVEYED, province.JOINED, switching._SOURCE, "first officer", "command line"],
)  # fmt: skip
def test_what_the_program_writes_into_rows_is_known_in_both_languages(text: str) -> None:
    words = told(text)
    assert isinstance(words, Words)
    assert words.en == text
    assert re.search(r"[\u4e00-\u9fff]", words.zh)


def test_what_people_wrote_stays_as_it_is() -> None:
    assert told("路灯不亮") == "路灯不亮"
    assert told("原系统 123") == Words("原系统 123", "former system 123")
    assert of_both(in_both(Words("问" * 400, "why " * 200), 500)) == Words("问" * 250, ("why " * 200)[:249])
    assert of_both("只有一行") == "只有一行"


def test_a_place_and_its_committee_are_one_line(town: Town) -> None:
    village = names_of([VILLAGE])[VILLAGE]
    open_office(
        key=f"{VILLAGE}:committee", area_code=VILLAGE, kind="committee", side="command", name_zh=village.name_zh,
        name_en=village.name_en, phone="10012340000", by=program("test"), at=AT,
    )  # fmt: skip
    text = text_of(client_of(town, "supervisor").get(f"/office/search?q={village.name_zh}"))
    named = text[text.index('class="gc-named"') :]
    assert named.count(f">{village.name_zh}<") == 1
    assert "10012340000" in named


LINES = {
    "office": "", "name": "城管业务系统", "way": "webhook", "url": "https://partner.example.org/in", "form": "json",
    "fields": ["matter", "state"], "acts": [], "mapping": "", "reason": WHY,
    "columns_field": ["number", ""], "columns_name": ["caseNo", ""],
    "codes_field": ["matter", "matter"], "codes_ours": ["street_lamps", "*"], "codes_theirs": ["0203", "0999"],
    "statuses_word": ["已办结", ""], "statuses_step": ["feed_back", ""],
}  # fmt: skip


def test_a_link_is_mapped_by_lines(town: Town) -> None:
    officer = client_of(town, "county_officer", "en")
    form = LINES | {"office": str(office_at(COUNTY, "urban_management").id)}
    more = text_of(officer.post("/office/partners/new", form | {"more": "codes"}))
    assert (more.count('name="codes_theirs"'), more.count('value="0203"'), Link.objects.count()) == (7, 1, 0)
    assert "This field is required" not in text_of(officer.post("/office/partners/new", {"more": "columns"}))
    for wrong in ({"codes_theirs": ["", "0999"]}, {"columns_field": ["", ""]}, {"codes_ours": ["*", "*"]}):
        assert officer.post("/office/partners/new", form | wrong).status_code == 400, wrong
    assert officer.post("/office/partners/new", form).status_code == 302
    made = Link.objects.get()
    page = text_of(officer.get(f"/office/partners/{made.pk}/edit"))
    for cell in (
        'value="caseNo"',
        'value="0203"',
        'value="0999"',
        'value="已办结"',
        '<option value="feed_back" selected>',
    ):
        assert cell in page, cell
    assert (
        officer.post(
            f"/office/partners/{made.pk}/edit", form | {"mapping": '{"columns": {"number": "no"}}'}
        ).status_code
        == 302
    )
    assert 'value="no"' in text_of(officer.get(f"/office/partners/{made.pk}/edit"))


def test_receivers_are_chosen_by_name_and_office(town: Town) -> None:
    officer = client_of(town, "county_officer")
    page = text_of(officer.get("/office/reports/new"))
    offered = re.findall(r'<option value="([^"]+\(dispatcher\))">', page)
    assert len(offered) == 1
    sent = {
        "name": "月报", "area": COUNTY, "kind": "month", "hour": "6", "form": "xlsx", "language": "zh-hans",
        "receivers": [offered[0], "", "supervisor"],
    }  # fmt: skip
    more = text_of(officer.post("/office/reports/new", sent | {"more": "1"}))
    assert (more.count('name="receivers"'), Schedule.objects.count()) == (6, 0)
    assert officer.post("/office/reports/new", sent).status_code == 302
    keys = {town.dispatcher.key, town.supervisor.key}
    assert set(Schedule.objects.get().receivers) == keys


def test_a_rename_shows_the_present_name(town: Town) -> None:
    officer = client_of(town, "county_officer")
    made = officer.post("/office/areas", {"area": COUNTY, "title": "更名", "day": "2026-12-01"})
    text = text_of(officer.get(f"{made['Location']}/add/rename?of={VILLAGE}"))
    name = names_of([VILLAGE])[VILLAGE].name_zh
    assert f"现名： <strong>{name}</strong>" in text
    assert f'value="{name}"' in text


def test_every_role_can_be_jumped_to(town: Town) -> None:
    text = text_of(client_of(town, "public").get("/about/roles"))
    jump = text[text.index("gc-jump") : text.index("</nav>", text.index("gc-jump"))]
    targets = re.findall(r'href="#(\w+)"', jump)
    assert len(targets) > 10
    assert all(f'id="{one}"' in text for one in targets)


@pytest.mark.parametrize(
    ("name", "page"),
    [("county_officer", "/office/areas"), ("county_officer", "/office/areas/schemes"), ("auditor", "/office/ledger")],
)
def test_commands_stand_apart_for_the_machines_keeper(town: Town, name: str, page: str) -> None:
    text = text_of(client_of(town, name).get(page))
    apart = re.sub(r'<details class="gc-keeper">.*?</details>', "", text, flags=re.DOTALL)
    assert "供系统管理员" in text
    assert re.search(r"gridcommons [a-z]+ ", text)
    assert not re.search(r"gridcommons [a-z]+ ", apart)
