"""The job that checks and carries out sheets: stopped, overtaken, killed, by changed rights, one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import TestCase

from cases.founding.sheets_of_a_county import AREAS, OFFICES, STAFF, book, own_folder, with_row
from gridcommons.access.actions import revoke
from gridcommons.access.identify import program
from gridcommons.access.models import Grant, LedgerDetail
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped, viewing
from gridcommons.cases.founding import plan, working
from gridcommons.cases.founding.actions import (
    SENT_LIFE,
    carry_out,
    check_again,
    drop_sheets,
    forget_sheets,
    send_sheet,
    stop,
)
from gridcommons.cases.founding.checked import Checked, unpacked
from gridcommons.cases.founding.models import MoveFound, MoveIn, SentSheet
from gridcommons.cases.founding.queries import MoveFacts, move_facts, sent_sheets, sheets_found
from gridcommons.cases.founding.sealing import LINES, SUMMARY
from gridcommons.cases.founding.working import work_next
from gridcommons.kit.errors import Refusal
from gridcommons.territory.queries import all_under
from redrawn_town import member
from town import AT, COUNTY, Town

JOB = program("founding")
NEW = (AREAS[0], ("331123103", "乡", "测试乡", "331123", "", "", ""))
STEPS = {"区划": NEW, "机构": OFFICES}


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from own_folder(tmp_path, monkeypatch)


@pytest.fixture
def town(standing_town: Town, db: None) -> Town:
    return standing_town


def sent(town: Town, name: str = "a.xlsx", **sheets: Any) -> dict[str, Any]:
    facts = {"county_code": COUNTY, "by": town.county_officer, "at": AT}
    send_sheet(name=name, content=book(**(sheets or STEPS)), **facts)
    return facts


def work() -> int:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return work_next(by=JOB, now=lambda: AT)


def facts_of(town: Town) -> MoveFacts:
    found = move_facts(town.county_officer)
    assert found is not None
    return found


def deeds_told() -> list[tuple[str, str]]:
    """Each deed of the ledger with who did it."""
    with scoped(Scope("^")):
        bodies = [json.loads(one) for one in LedgerDetail.objects.values_list("body", flat=True)]
    return [(one["what"], one["by"]) for one in bodies]


def summary(town: Town) -> Checked:
    [raw] = sheets_found(viewer=town.county_officer, part=SUMMARY, at=AT)
    return unpacked(raw)


def test_each_kind_of_sheet_is_told_of_when_it_begins(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    told, real = [], working.reach
    monkeypatch.setattr(working, "reach", lambda **facts: (told.append(facts["doing"].zh), real(**facts)))
    facts = sent(town)
    work()
    carry_out(**facts)
    work()
    assert told[:2] == ["区划", "机构"], "however soon one follows the other"


def test_a_moving_in_goes_from_sent_to_checked_to_done(town: Town) -> None:
    facts = sent(town)
    assert (facts_of(town).stage, facts_of(town).under_way) == ("waiting", True)
    assert (work(), work()) == (1, 0)
    assert facts_of(town).stage == "checked"
    counts = summary(town).counts
    assert counts is not None
    assert counts["areas"]["new"] == 1
    carry_out(**facts)
    assert work() == 1
    move = facts_of(town)
    assert (move.stage, move.done, move.total) == ("done", move.total, move.total)
    assert move.total > 1
    assert "331123103" in all_under(COUNTY)
    assert not sent_sheets(viewer=town.county_officer, at=AT)
    with pytest.raises(Refusal, match="No sheets wait"):
        check_again(**facts)


def test_what_was_written_stands_in_the_ledger_in_the_name_of_the_officer(town: Town) -> None:
    facts = sent(town)
    work()
    carry_out(**facts)
    work()
    actors = dict(deeds_told())
    assert actors["territory.load"] == actors["access.open_offices"] == town.county_officer.key
    assert actors["founding.keep_check"] == actors["founding.end"] == JOB.key


def test_what_is_sent_while_it_is_checked_is_checked_too(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = sent(town, 机构=OFFICES, 人员=with_row(STAFF, 1, 所属机构="没有的局"))
    real = working.understand

    def overtaken(*given: Any, **more: Any) -> plan.Plan:
        monkeypatch.setattr(working, "understand", real)
        sent(town)
        return real(*given, **more)

    monkeypatch.setattr(working, "understand", overtaken)
    assert work() == 1
    assert facts_of(town).stage == "waiting"  # the outdated result was not kept
    with pytest.raises(Refusal, match="not checked yet"):
        carry_out(**facts)
    assert work() == 1
    assert (facts_of(town).stage, facts_of(town).faults) == ("checked", 0)


def test_a_stop_holds_after_the_step_under_way(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = sent(town)
    work()
    carry_out(**facts)
    real = working.take

    def stopped(*given: Any, progress: Any, **more: Any) -> int:
        def tell(doing: Any, done: int, total: int) -> None:
            if done == 1:
                stop(**facts)
            progress(doing, done, total)

        return real(*given, progress=tell, **more)

    monkeypatch.setattr(working, "take", stopped)
    assert work() == 1
    assert facts_of(town).stage == "waiting"
    assert "331123103" in all_under(COUNTY)  # the first step
    monkeypatch.setattr(working, "take", real)
    assert work() == 1
    counts = summary(town).counts
    assert counts is not None
    assert counts["areas"] == {"new": 0, "same": 1, "changed": 0}
    assert counts["offices"]["new"] > 0
    assert len(sent_sheets(viewer=town.county_officer, at=AT)) == 1


def test_rights_that_end_stop_it_before_the_next_step(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = sent(town)
    work()
    carry_out(**facts)
    real = working.take

    def revoked(*given: Any, progress: Any, **more: Any) -> int:
        def tell(doing: Any, done: int, total: int) -> None:
            if done == 1:
                held = Grant.objects.get(user_id=town.county_officer.user_id)
                revoke(grant_id=held.pk, reason="left", by=program("setup"), at=AT)
            progress(doing, done, total)

        return real(*given, progress=tell, **more)

    monkeypatch.setattr(working, "take", revoked)
    assert work() == 1
    move = facts_of(town)
    assert (move.stage, move.written, summary(town).refused.en[:19]) == ("failed", True, "Your rights changed")
    assert not work()


def test_what_breaks_off_too_often_is_not_begun_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = sent(town)
    monkeypatch.setattr(working, "understand", lambda *_given, **_more: 1 / 0)
    for _time in range(3):
        with pytest.raises(ZeroDivisionError):
            work()
    assert facts_of(town).tries == 3
    assert work() == 1
    assert facts_of(town).stage == "failed"
    assert "broke off 3 times without getting on" in summary(town).refused.en
    assert not work()
    monkeypatch.undo()
    check_again(**facts)
    assert (work(), facts_of(town).stage) == (1, "checked")


def test_sheets_that_no_longer_fit_are_not_carried_out(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was sound when it was checked is held against what stands by now."""
    facts = sent(town)
    work()
    carry_out(**facts)
    faulty = plan.understand([plan.Sent("b.xlsx", book(机构=OFFICES, 人员=with_row(STAFF, 1, 所属机构="没有的局")))],
                             county=COUNTY, at=AT)  # fmt: skip
    monkeypatch.setattr(working, "understand", lambda *_given, **_more: faulty)
    work()
    assert "Things have changed since the check, and 1 errors" in summary(town).refused.en
    assert (facts_of(town).stage, facts_of(town).written) == ("failed", False)
    assert summary(town).counts  # what the check had found is kept


def test_two_officers_are_worked_on_one_after_the_other_and_see_their_own(town: Town) -> None:
    other = member("second.officer", "county_officer", COUNTY)
    sent(town, 机构=OFFICES, 人员=with_row(STAFF, 1, 所属机构="没有的局"))
    later = {"county_code": COUNTY, "by": other, "at": AT + timedelta(minutes=1)}
    send_sheet(name="b.xlsx", content=book(区划=NEW), **later)
    held = move_facts(other)
    assert held is not None
    assert held.ahead == 1
    work()
    held = move_facts(other)
    assert held is not None
    assert (held.ahead, held.stage, facts_of(town).stage) == (0, "waiting", "checked")
    assert sheets_found(viewer=other, part=SUMMARY, at=AT) == []
    assert sheets_found(viewer=other, part=LINES, at=AT) == []
    assert len(sheets_found(viewer=town.county_officer, part=LINES, at=AT)) == 1


def left() -> list[int]:
    """How many rows of each kind are kept of all officers."""
    with scoped(Scope("^")):
        return [model.objects.count() for model in (SentSheet, MoveIn, MoveFound)]


FAULTY = {"机构": OFFICES, "人员": with_row(STAFF, 1, 所属机构="没有的局")}


def test_dropped_or_forgotten_sheets_leave_nothing(town: Town) -> None:
    facts = sent(town, **FAULTY)
    work()
    assert left() == [1, 1, 3]
    drop_sheets(**facts)
    assert left() == [0, 0, 0]
    sent(town, **FAULTY)
    work()
    forget_sheets(by=JOB, at=AT + SENT_LIFE)
    assert left() == [0, 0, 0]


def test_what_is_carried_out_leaves_its_counts_alone(town: Town) -> None:
    """The workbook and the lines hold the sheets' words once more: they go with the sheets."""
    noted = ((*NEW[0], "备用"), (*NEW[1], "x"))  # a column that is not read is noted
    facts = sent(town, 区划=noted)
    work()
    assert left() == [1, 1, 3]
    carry_out(**facts)
    work()
    assert left() == [0, 1, 1]
    assert (summary(town).found, summary(town).told) == (0, ())
    assert summary(town).counts
    forget_sheets(by=JOB, at=AT + SENT_LIFE)
    assert left() == [0, 0, 0]


def test_when_a_sheet_is_forgotten_the_others_are_checked_anew(town: Town) -> None:
    facts = sent(town, "a.xlsx", 机构=OFFICES)
    later = AT + timedelta(days=20)
    send_sheet(**facts | {"name": "b.xlsx", "content": book(区划=NEW), "at": later})
    work()
    assert facts_of(town).stage == "checked"
    assert forget_sheets(by=JOB, at=AT + SENT_LIFE) == 1
    assert (facts_of(town).stage, left()) == ("waiting", [1, 1, 0])
    with pytest.raises(Refusal, match="not checked yet"):
        carry_out(**facts)


def test_the_database_keeps_faulty_sheets_from_being_carried(town: Town) -> None:
    sent(town, 机构=OFFICES, 人员=with_row(STAFF, 1, 所属机构="没有的局"))
    work()
    with viewing(JOB, AT, deed="test"):
        row = MoveIn.objects.get()
        assert row.faults
        row.stage = "to_carry"
        with pytest.raises(IntegrityError, match="carried_when_sound"), transaction.atomic():
            row.save()


def test_too_many_cells_are_refused_before_they_fill_the_memory(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "MOST_CELLS", 10)
    sent(town)
    work()
    assert "more than 10 cells together" in summary(town).refused.en
