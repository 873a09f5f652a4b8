"""Counts handed in, corrected and withdrawn; what was known of them at each moment; areas that changed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from gridcommons.access.rules import NO_DEED, NOT_THERE, Viewer
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.reported import checking, sheets
from gridcommons.outlook.reported.actions import hand_in, withdraw
from gridcommons.outlook.reported.checking import check
from gridcommons.outlook.reported.models import Figure, HandIn
from gridcommons.outlook.reported.queries import Known, hand_ins, known, last_handed
from gridcommons.outlook.reported.queries import hand_in as one_hand_in
from outlook.reported.counts_town import handed, health_officer, sheet
from town import AT, COUNTY, GRID, OTHER_TOWNSHIP, TOWNSHIP, Town

LATER, LAST = AT + timedelta(hours=2), AT + timedelta(days=1)
FIRST, TODAY = date(2026, 10, 29), date(2026, 11, 2)


@pytest.fixture
def officer(town: Town) -> Viewer:
    assert town
    return health_officer()


def told(indicator: str = "cases", *codes: str, at: datetime | None = None) -> Known:
    return known(indicator, codes or (TOWNSHIP,), FIRST, TODAY, at)


def line(found: Known, row: int = 0) -> list[int | None]:
    return [None if np.isnan(count) else int(count) for count in found.counts[row]]


def refused(code: str, by: Viewer, *lines: str, **more: object) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        handed(by, lines, **more)  # type: ignore[arg-type]
    assert refusal.value.code == code
    return refusal.value


def test_what_is_handed_in_is_known_with_the_day_it_came(officer: Viewer) -> None:
    made = handed(officer, [f"{TOWNSHIP},2026-11-01,4,1", f"{TOWNSHIP},2026-10-30,0,"])
    assert (made.fresh, made.changed, made.same) == (2, 0, 0)
    assert (made.first, made.last) == (date(2026, 10, 30), date(2026, 11, 1))
    found = told()
    assert line(found) == [None, 0, None, 4, None]
    assert found.imported is not None
    assert found.imported[0, 3] == 1
    assert np.isnan(found.imported[0, 1])
    assert str(found.as_of[0, 3]) == "2026-11-02"
    assert np.isnat(found.as_of[0, 0])
    assert any("3" in note.en and "not nought" in note.en for note in found.notes)


def test_a_correction_stands_beside_what_it_corrects(officer: Viewer) -> None:
    handed(officer, [f"{TOWNSHIP},2026-11-01,4,"])
    refused(checking.NO_REASON, officer, f"{TOWNSHIP},2026-11-01,6,", at=LATER)
    made = handed(officer, [f"{TOWNSHIP},2026-11-01,6,"], at=LATER, reason="补报两例")
    assert (made.fresh, made.changed) == (0, 1)
    assert line(told())[3] == 6
    assert line(told(at=AT + timedelta(minutes=1)))[3] == 4
    assert any("corrected" in note.en for note in told().notes)
    assert Figure.objects.count() == 2


def test_withdrawn_the_former_stands_again_and_what_was_known_then_does_not_change(officer: Viewer) -> None:
    handed(officer, [f"{TOWNSHIP},2026-11-01,4,"])
    made = handed(officer, [f"{TOWNSHIP},2026-11-01,6,", f"{TOWNSHIP},2026-10-31,1,"], at=LATER, reason="更正")
    with pytest.raises(Refusal):
        withdraw(hand_in_id=made.pk, why=" ", by=officer, at=LAST)
    withdraw(hand_in_id=made.pk, why="报错了文件", by=officer, at=LAST)
    assert line(told()) == [None, None, None, 4, None]
    assert line(told(at=LATER + timedelta(hours=1))) == [None, None, 1, 6, None]
    with pytest.raises(Refusal) as refusal:
        withdraw(hand_in_id=made.pk, why="再撤回", by=officer, at=LAST)
    assert refusal.value.code == checking.ALREADY_WITHDRAWN
    handed(officer, [f"{TOWNSHIP},2026-11-01,6,"], at=LAST + timedelta(hours=1), reason="重报")
    assert line(told())[3] == 6


def test_the_same_file_again_changes_nothing(officer: Viewer) -> None:
    lines = [f"{TOWNSHIP},2026-11-01,4,", f"{COUNTY},2026-11-01,9,"]
    handed(officer, lines)
    refused(checking.NOTHING_NEW, officer, *lines, at=LATER)
    made = handed(officer, [*lines, f"{COUNTY},2026-10-31,1,"], at=LATER)
    assert (made.fresh, made.changed, made.same) == (1, 0, 2)
    assert Figure.objects.count() == 3


def test_a_file_with_any_fault_writes_nothing_and_names_all(officer: Viewer) -> None:
    refusal = refused(
        sheets.UNKNOWN_AREA, officer, f"{TOWNSHIP},2026-11-01,4,", "妙高镇,2026-11-01,4,", f"{GRID},2026-11-01,1,",
        f"{TOWNSHIP},2026-11-09,1,", f"{TOWNSHIP},2026-10-01,-1,",
    )  # fmt: skip
    assert [dict(one.facts)["line"] for one in refusal.reasons] == ["3", "4", "5", "6"]
    assert not HandIn.objects.exists()
    assert not Figure.objects.exists()


def test_a_dry_run_tells_all_and_writes_nothing(officer: Viewer) -> None:
    handed(officer, [f"{TOWNSHIP},2026-11-01,4,"])
    text = sheet("妙高街道,2026-11-01,5,2", f"{COUNTY},2026-11-01,9,", f"{COUNTY},x,9,")
    found = check(area_code=COUNTY, indicator="cases", text=text, at=LATER)
    assert (len(found.fresh), len(found.changed), found.same) == (1, 1, 0)
    assert (found.changes[0].was, found.changes[0].now, found.changes[0].now_imported) == (4, 5, 2)
    assert [fault.code for fault in found.faults] == [sheets.NO_DAY]
    assert HandIn.objects.count() == 1


def test_a_running_total_that_falls_is_a_correction_on_no_other_day(officer: Viewer) -> None:
    totals = (("28", 10), ("29", 12), ("30", 9), ("31", 11))
    handed(officer, [f"{TOWNSHIP},2026-10-{day},{n}," for day, n in totals], indicator="cases_total")
    found = told("cases_total")
    assert line(found) == [2, None, 2, None, None]
    assert "fell by 3" in found.notes[0].en
    assert np.isnat(found.as_of[0, 1])


def test_totals_that_disagree_with_their_parts_are_both_kept(officer: Viewer) -> None:
    handed(
        officer,
        [f"{COUNTY},2026-11-01,9,", f"{TOWNSHIP},2026-11-01,4,", f"{OTHER_TOWNSHIP},2026-11-01,4,"],
    )
    found = told("cases", COUNTY)
    assert line(found)[3] == 9
    assert "9 on" in found.notes[0].en
    assert "8 by the sum" in found.notes[0].en


def test_only_who_serves_an_area_hands_in_for_it(officer: Viewer, town: Town) -> None:
    near = health_officer(TOWNSHIP)
    refused(NOT_THERE, near, f"{TOWNSHIP},2026-11-01,4,")
    lines = [f"{TOWNSHIP},2026-11-01,4,"]
    refusal = refused(sheets.NOT_SERVED, near, *lines, f"{OTHER_TOWNSHIP},2026-11-01,4,", area_code=TOWNSHIP)
    assert "新路湾" in refusal.reasons[0].words().zh or OTHER_TOWNSHIP in refusal.reasons[0].words().zh
    made = handed(near, lines, area_code=TOWNSHIP)
    for name in ("resident", "stranger", "supervisor", "county_officer", "auditor", "handler", "worker", "public"):
        refused(NO_DEED, getattr(town, name), *lines)
        with pytest.raises(Refusal):
            withdraw(hand_in_id=made.pk, why="试", by=getattr(town, name), at=LATER)
        with pytest.raises(Refusal):
            hand_ins(viewer=getattr(town, name), at=LATER)
    far = health_officer(OTHER_TOWNSHIP)
    assert hand_ins(viewer=far, at=LATER) == ([], 0)
    with pytest.raises(Refusal) as hidden:
        one_hand_in(hand_in_id=made.pk, viewer=far, at=LATER)
    assert hidden.value.code == checking.UNKNOWN_HAND_IN
    assert hand_ins(viewer=officer, at=LATER)[1] == 1
    assert one_hand_in(hand_in_id=made.pk, viewer=officer, at=LATER)[1][0].count == 4


def test_words_that_name_a_person_are_refused(officer: Viewer) -> None:
    handed(officer, [f"{TOWNSHIP},2026-11-01,4,"])
    refused(
        checking.PERSON_IN_REASON, officer, f"{TOWNSHIP},2026-11-01,5,", at=LATER, reason="电话10012345678的病例重复"
    )


def test_the_last_day_handed_in_is_known(officer: Viewer) -> None:
    assert last_handed("cases", [TOWNSHIP]) is None
    made = handed(officer, [f"{TOWNSHIP},2026-10-30,4,"])
    assert last_handed("cases", [TOWNSHIP, COUNTY]) == date(2026, 10, 30)
    withdraw(hand_in_id=made.pk, why="撤回", by=officer, at=LATER)
    assert last_handed("cases", [TOWNSHIP]) is None


def test_an_unknown_count_is_refused(officer: Viewer) -> None:
    with pytest.raises(Refusal):
        hand_in(area_code=COUNTY, indicator="souls", text=sheet(f"{TOWNSHIP},2026-10-30,4,"), by=officer, at=AT)
    with pytest.raises(Refusal):
        told("souls")
