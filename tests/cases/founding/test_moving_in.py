"""A county moves in with its spreadsheets: all of it, and a second time nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import TestCase

from cases.founding.sheets_of_a_county import (
    AREAS,
    CASES,
    COUNTY,
    OFFICES,
    STAFF,
    Rows,
    book,
    county,
    csv_bytes,
    own_folder,
    with_row,
)
from gridcommons.access.actions import NewMember, add_staff
from gridcommons.access.identify import account, program
from gridcommons.access.joining.actions import set_managers
from gridcommons.access.models import LedgerDetail
from gridcommons.access.queries import offices_in
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import accept, file_case
from gridcommons.cases.founding import actions
from gridcommons.cases.founding.actions import carry_cases
from gridcommons.cases.founding.affairs import older_digest_of
from gridcommons.cases.founding.books import Sent
from gridcommons.cases.founding.plan import Plan, understand
from gridcommons.cases.founding.taking import take
from gridcommons.cases.models import Case
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.errors import Refusal
from gridcommons.matters.actions import publish
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.matters.queries import current, decided
from gridcommons.territory.queries import all_under, below
from gridcommons.workforce.queries import posting

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
BY = program("start")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A data folder of the test's own, so that its calendar is nobody else's."""
    yield from own_folder(tmp_path, monkeypatch)


def plan_of(sent: list[Sent], at: datetime = AT) -> Plan:
    return understand(sent, at=at)


def moved_in(sent: list[Sent], at: datetime = AT) -> int:
    plan = plan_of(sent, at)
    assert [one.reason.words().en for one in plan.findings.faults] == []
    with TestCase.captureOnCommitCallbacks(execute=True):
        return take(plan, by=BY, at=at)


def test_a_county_moves_in_whole(db: None) -> None:
    assert moved_in(county()) > 8
    assert [one.code for one in below("331123", "grid")] == [
        "331123001008001", "331123001008002", "331123102200001",
    ]  # fmt: skip
    assert all_under("331123")["33"].name_zh == "浙江省"
    assert len(offices_in("331123")) == 7
    assert posting("331123001008001", AT.date())[0].name == "丁示例"
    assert current().get("street_lamps").deadline.handle_minutes == 3 * 480
    assert [(one.matter_key, one.area_code, one.is_on) for one in decided("331123")] == [
        ("food_safety", "331123102", False)
    ]
    assert not WorkingCalendar.load().is_working(datetime(2026, 11, 20, tzinfo=UTC).date())
    with viewing(BY, AT):
        cases = {one.external_id: one for one in Case.objects.all()}
    assert {key: one.state for key, one in cases.items()} == {"former:YX-1": "reported", "former:YX-2": "dispatched"}
    assert cases["former:YX-2"].contact_id is not None
    assert account("wg.one").grants[0].included == ("331123001008001",)


def test_the_second_run_changes_nothing(db: None) -> None:
    sent = [Sent("county.xlsx", book(**COUNTY))]
    moved_in(sent)
    again = plan_of(sent)
    assert again.findings.faults == []
    assert again.asked.is_done()
    assert take(again, by=BY, at=AT) == 0


def test_a_run_that_broke_goes_on_where_it_stopped(db: None) -> None:
    plan, seen = plan_of(county()), []

    def broken(words: object, done: int, _total: int) -> None:
        seen.append(words)
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), TestCase.captureOnCommitCallbacks(execute=True):
        take(plan, by=BY, at=AT, progress=broken)
    rest = plan_of(county())
    assert rest.asked.counts()["areas"]["new"] == 0
    assert not rest.asked.is_done()
    moved_in(county())
    assert plan_of(county()).asked.is_done()


def test_file_by_file_does_as_well(db: None) -> None:
    for name, rows in COUNTY.items():
        moved_in([Sent(f"{name}.csv", csv_bytes(rows))])
    rest = {key: n for key, n in plan_of(county()).asked.counts().items() if n["new"] + n["changed"]}
    assert rest == {}


def test_the_shipped_list_gives_real_townships_and_villages(db: None) -> None:
    heading = ("区划代码", "级别", "名称", "从目录取")
    moved_in([Sent("区划.csv", csv_bytes((heading, ("331123", "县", "遂昌县", "是"))))])
    assert len(below("331123", "township")) == 20
    assert len(below("331123", "village")) == 214


def test_what_changed_is_told_apart_from_what_is_new(db: None) -> None:
    moved_in(county())
    standing_phone = offices_in("331123")[0].phone
    areas = with_row(AREAS, 3, 人口="2500")
    offices = with_row(OFFICES, 1, 公开电话="0578-8100009")
    plan = plan_of(county(区划=areas, 机构=offices))
    assert plan.asked.counts()["areas"] == {"new": 0, "same": 7, "changed": 1}, "grids that a village counts too"
    assert plan.asked.counts()["offices"] == {"new": 0, "same": 6, "changed": 1}
    (note,) = [one for one in plan.findings.found if one.reason.code == "founding.office_changes"]
    assert (note.grade, note.value) == ("note", "0578-8100009")
    assert dict(note.reason.facts)["before"] == standing_phone
    moved_in(county(区划=areas, 机构=offices))
    assert offices_in("331123")[0].phone == "0578-8100009"
    assert all_under("331123")["331123001008"].residents == 2500


@pytest.mark.parametrize(("one", "other"), [("[2025]12号", "[2026]12号"), ("1-12", "11-2"), ("A(1)", "A(2)")])
def test_numbers_that_differ_in_a_sign_are_two_cases(db: None, one: str, other: str) -> None:
    first, second = with_row(CASES[:2], 1, 原编号=one), with_row(CASES[:2], 1, 原编号=other)
    moved_in(county(在办事项=[*first, second[1]]))
    assert numbers() == {f"former:{one}", f"former:{other}"}
    moved_in([Sent("在办事项.csv", csv_bytes(with_row(first, 1, 原编号=f" {one} ")))])
    assert len(numbers()) == 2


@pytest.mark.parametrize("other", ["11-2", "112"])
def test_what_was_carried_under_an_older_digest_is_known_and_another_number_is_not_taken_for_it(
    db: None, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    with monkeypatch.context() as before:
        before.setattr(actions, "digest_of", older_digest_of)
        moved_in(county(在办事项=with_row(CASES[:2], 1, 原编号="1-12")))
    again, new = with_row(CASES[:2], 1, 原编号="1-12"), with_row(CASES[:2], 1, 原编号=other)
    moved_in(county(在办事项=again))
    assert numbers() == {"former:1-12"}
    assert plan_of(county(在办事项=again)).asked.is_done()
    moved_in([Sent("在办事项.csv", csv_bytes([*again, new[1]]))])
    assert numbers() == {"former:1-12", f"former:{other}"}


def numbers() -> set[str]:
    with viewing(BY, AT):
        return set(Case.objects.values_list("external_id", flat=True))


@pytest.mark.parametrize(
    ("sheet", "rows", "code"),
    [
        ("区划", with_row(AREAS, 3, 名称="腾飞社区"), "founding.area_renamed"),
        ("人员", with_row(STAFF, 1, 姓名="别的人"), "founding.login_taken"),
    ],
)
def test_what_contradicts_what_stands_is_refused(db: None, sheet: str, rows: Rows, code: str) -> None:
    moved_in(county())
    assert [one.reason.code for one in plan_of(county(**{sheet: rows})).findings.faults] == [code]


def test_a_ring_of_managers_over_two_files_is_refused(db: None) -> None:
    moved_in(county())
    plan = plan_of([Sent("人员.csv", csv_bytes(with_row(STAFF[:2], 1, 直接上级="wg.one")))])
    assert [one.reason.code for one in plan.findings.faults] == ["joining.manager_ring"]
    assert "jd.one → wg.one → jd.one" in plan.findings.faults[0].reason.words().en
    with pytest.raises(Refusal) as refused:
        set_managers(area_code="331123", managers={"jd.one": "wg.one"}, by=BY, at=AT)
    assert refused.value.code == "joining.manager_ring"
    set_managers(area_code="331123", managers={"jd.one": "wg.one", "wg.one": "pq.one"}, by=BY, at=AT)


def test_a_dry_run_writes_nothing(db: None) -> None:
    plan_of(county())
    assert all_under("331123") == {}


def test_a_carried_case_goes_on_by_the_rules_of_separation(db: None) -> None:
    """The former filer and dispatcher are somebody of the former system: who works here may take each duty."""
    moved_in(county())
    with viewing(BY, AT):
        sent, new = Case.objects.get(external_id="former:YX-2"), Case.objects.get(external_id="former:YX-1")
    accept(case_id=sent.pk, by=account("cz.one"), at=AT)
    assert file_case(case_id=new.pk, by=account("jd.one"), at=AT).state == "filed"
    with viewing(account("wg.two"), AT):
        assert not Case.objects.filter(pk=new.pk).exists()


def test_words_and_persons_of_a_carried_case_are_in_no_ledger_row(db: None) -> None:
    moved_in(county())
    with viewing(BY, AT):
        bodies = " ".join(LedgerDetail.objects.values_list("body", flat=True))
    assert "founding.carry" in bodies
    for word in ("灯杆倾斜", "己示例", "10012345678", "丁示例"):
        assert word not in bodies


def test_a_change_that_breaks_the_list_is_refused_in_its_words(db: None) -> None:
    heading = ("事项", "流转顺序")
    plan = plan_of(county(事项=(heading, ("路灯照明", "综合行政执法局"))))
    assert [one.reason.code for one in plan.findings.faults] == ["founding.change_refused"]
    assert "乡镇政府兜底" in plan.findings.faults[0].reason.words().zh


def test_a_county_edition_is_kept_whole_and_can_be_left_again(db: None) -> None:
    moved_in(county())
    mine = current()
    assert mine.base == shipped_catalogue().version
    assert mine.version != mine.base
    publish(catalogue=shipped_catalogue(), by=BY, at=AT + timedelta(hours=1))
    assert current().version == shipped_catalogue().version
    publish(catalogue=mine, by=BY, at=AT + timedelta(hours=2))
    assert current().version == mine.version


def test_an_officer_carries_out_only_their_own_county(db: None) -> None:
    moved_in(county())
    wanted = GrantFacts("county_officer", ("331123",), (), ROLES["county_officer"].purposes, AT, None)
    add_staff(area_code="331123", members=[NewMember("xg.one", "县管", (wanted,))], by=BY, at=AT)
    office = with_row(OFFICES, 1, 所在区划代码="331102")
    plan = understand([Sent("o.xlsx", book(机构=office))], county="331123", at=AT)
    assert [one.reason.code for one in plan.findings.faults] == ["founding.outside"]
    with pytest.raises(Refusal):
        carry_cases(county_code="331102", cases=[], by=account("xg.one"), at=AT)
    with pytest.raises(Refusal):
        carry_cases(county_code="331123", cases=[], by=account("jd.one"), at=AT)
