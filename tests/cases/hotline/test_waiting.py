"""Rows that wait to be placed: their desk is told and told again, they can be set aside, and their words end."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cases.hotline.calls import NOW, SETUP, read, take, with_clerks
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.hotline.actions import forget, place_row, press_unplaced, set_aside
from gridcommons.cases.hotline.models import CallRow, Unplaced
from gridcommons.cases.hotline.queries import to_place
from gridcommons.cases.hotline.waiting import waiting
from gridcommons.kit.errors import Refusal
from gridcommons.notices.models import Notice
from gridcommons.notices.queries import inbox
from town import VILLAGE
from town import Town as PlainTown

PRESSED = NOW + waiting().press


@pytest.fixture
def town(town: PlainTown) -> PlainTown:
    return with_clerks(town)


def told(key: str, at: datetime = NOW) -> list[tuple[str, str]]:
    with viewing(SETUP, at):
        rows = Notice.objects.filter(text_key=key).order_by("to", "created_at")
        return [(row.to, row.facts["n"]) for row in rows]


def job(at: datetime = NOW) -> int:
    return len(press_unplaced(by=SETUP, at=at))


def one_of(town: PlainTown) -> Unplaced:
    with viewing(town.clerk, NOW):
        return Unplaced.objects.order_by("reported_at", "id")[0]


def test_each_desk_hears_once_of_all_that_waits_for_it(town: PlainTown) -> None:
    take(read({"村社区": ""}, {"村社区": ""}, {"乡镇": "新路湾镇", "村社区": ""}, {"乡镇": "", "村社区": ""}))
    assert (job(), job(NOW + timedelta(hours=1))) == (4, 0)
    heard = dict(told("hotline.to_place"))
    assert (heard[town.clerk.key], heard[town.far_clerk.key]) == ("2", "1")
    assert [n for to, n in heard.items() if to.startswith("office:")] == ["1"], "what names no township"
    assert told("hotline.unplaced") == []
    assert "有2条热线工单" in inbox(viewer=town.clerk, language="zh-hans", at=NOW)[0].text


def test_what_still_waits_is_told_again_and_the_county_with_it(town: PlainTown) -> None:
    take(read({"村社区": ""}, {"村社区": "", "诉求地址": "某处"}))
    job()
    place_row(unplaced_id=one_of(town).pk, area_code=VILLAGE, by=town.clerk, at=NOW)
    assert job(PRESSED - timedelta(hours=1)) == 0
    assert (job(PRESSED), job(PRESSED)) == (1, 0)
    assert [n for to, n in told("hotline.to_place", PRESSED) if to == town.clerk.key] == ["2", "1"]
    assert told("hotline.unplaced", PRESSED) == [(town.county_officer.key, "1")]
    assert job(PRESSED + waiting().press) == 1, "as long as it waits"


def test_a_row_that_lies_elsewhere_is_set_aside_and_does_not_come_again(town: PlainTown) -> None:
    rows = {"村社区": "", "诉求地址": "邻县某处"}
    take(read(rows))
    one = {"unplaced_id": one_of(town).pk, "by": town.clerk, "at": NOW}
    with pytest.raises(Refusal) as no:
        set_aside(why="", **one)  # type: ignore[arg-type]
    assert no.value.code == "hotline.no_reason"
    set_aside(why="elsewhere", **one)  # type: ignore[arg-type]
    with viewing(SETUP, NOW):
        assert (Unplaced.objects.count(), CallRow.objects.get().kind) == (0, "aside")
    assert read(rows).to_do() == []
    take(read({**rows, "诉求地址": "改了地址"}))
    assert to_place(viewer=town.clerk, at=NOW).total == 1, "its hotline says something else now"
    with pytest.raises(Refusal) as late:
        set_aside(why="elsewhere", **one)  # type: ignore[arg-type]
    assert late.value.code == "hotline.not_waiting"


@pytest.mark.parametrize("name", ["far_clerk", "resident", "county_officer"])
def test_a_stranger_sets_nothing_aside(town: PlainTown, name: str) -> None:
    take(read({"村社区": ""}))
    row, who = one_of(town), getattr(town, name)
    assert isinstance(who, Viewer)
    with pytest.raises(Refusal) as no:
        set_aside(unplaced_id=row.pk, why="elsewhere", by=who, at=NOW)
    assert no.value.code == "hotline.not_waiting"
    assert one_of(town).pk == row.pk


def test_the_words_of_a_row_that_nobody_placed_end_with_their_time(town: PlainTown) -> None:
    take(read({"村社区": ""}))
    ends = NOW + waiting().kept
    assert forget(by=SETUP, at=ends - timedelta(days=1)) == 0
    assert forget(by=SETUP, at=ends) == 1
    with viewing(SETUP, ends):
        assert (Unplaced.objects.count(), CallRow.objects.get().kind) == (0, "aside")
