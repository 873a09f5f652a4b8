"""Counts of signals posted down: by township and kind, nothing of few workers, nothing but numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from gridcommons.access.identify import program
from gridcommons.collection.signals.actions import send as send_signal
from gridcommons.collection.signals.posting import post_days
from gridcommons.collection.signals.rules import Said
from gridcommons.kit.disclosure import Mark
from gridcommons.outlook.deciding.actions import SignalCount, post_signals
from gridcommons.outlook.deciding.models import SignalDay
from gridcommons.outlook.deciding.morning import morning, signal_count
from gridcommons.outlook.deciding.queries import signals_counted_until, signals_of
from gridcommons.workforce.actions import add_worker, assign
from town import AT, COUNTY, FAR_GRID, GRID, OTHER_TOWNSHIP, TOWNSHIP, Town

JOB = program("test")
TODAY = AT.date()
LATER = AT + timedelta(hours=2)


@pytest.fixture
def town(standing_town: Town, db: None) -> Town:
    return standing_town


def count_of(code: str, workers: int | None, **kinds: int) -> SignalCount:
    return SignalCount(code, TODAY, workers, kinds)


def employ(town: Town, grid: str, number: int) -> None:
    """So many people with a post in a grid."""
    began = TODAY - timedelta(days=20)
    for _each in range(number):
        worker = add_worker(name="测试员", employment="employed", by=JOB, at=AT - timedelta(days=30))
        assign(worker_id=worker.pk, grid_code=grid, post="full_time", since=began, by=JOB, at=AT - timedelta(days=20))


def sent(town: Town, kind: str = "medicine") -> None:
    said = Said(GRID, kind, "few", "村口药店", "退烧药卖空")
    send_signal(said=said, by=town.supervisor, at=AT)


def test_nothing_is_posted_where_few_workers_serve(town: Town) -> None:
    employ(town, GRID, 4)
    sent(town)
    assert post_days(by=JOB, at=LATER) > 0
    here = signals_of([TOWNSHIP, COUNTY], TODAY, TODAY)
    assert [(one.told, one.kinds, one.workers) for one in here.values()] == [(False, {}, None)] * 2


def test_from_five_on_the_count_is_told_and_only_the_count(town: Town) -> None:
    employ(town, GRID, 5)
    sent(town)
    sent(town)
    post_days(by=JOB, at=LATER)
    row = SignalDay.objects.get(area_code=COUNTY, day=TODAY)
    assert (row.told, row.kinds, row.workers) == (True, {"medicine": 2}, 5)
    assert not {"text", "place", "note", "source"} & {one.name for one in SignalDay._meta.get_fields()}
    assert "退烧药" not in str(SignalDay.objects.values())


def test_a_township_of_few_beside_one_of_many_cannot_be_had_by_subtraction(town: Town) -> None:
    employ(town, GRID, 9)
    employ(town, FAR_GRID, 2)
    post_days(by=JOB, at=LATER)
    told = {row.area_code: row.told for row in SignalDay.objects.filter(day=TODAY)}
    assert told == {COUNTY: True, TOWNSHIP: False, OTHER_TOWNSHIP: False}


def test_a_second_time_changes_nothing_and_no_day_stays_unsaid(town: Town) -> None:
    employ(town, GRID, 6)
    assert post_days(by=JOB, at=LATER, back=3) == 4 * 3
    assert post_days(by=JOB, at=LATER + timedelta(minutes=30), back=3) == 0
    assert signals_counted_until(TODAY) == TODAY
    assert signals_of([COUNTY], TODAY, TODAY)[COUNTY].count == 0


def test_what_was_never_counted_is_no_nought(town: Town) -> None:
    assert signals_of([COUNTY], TODAY, TODAY) == {}
    assert signals_counted_until(TODAY) is None
    assert signal_count(None, is_exact=True) is None


def test_the_table_itself_refuses_a_figure_about_few(town: Town) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        post_signals(counts=[count_of(COUNTY, 4, medicine=1)], by=JOB, at=AT)


def test_small_counts_are_hidden_from_whoever_does_not_serve_there(town: Town) -> None:
    post_signals(counts=[count_of(COUNTY, 12, medicine=2), count_of(TOWNSHIP, None)], by=JOB, at=AT)
    tomorrow = AT + timedelta(days=1)
    above = morning(code=COUNTY, viewer=town.county_officer, at=tomorrow)
    shown = signal_count(above.signals[COUNTY], is_exact=above.is_exact)
    assert shown is not None
    assert shown.mark is Mark.FEW
    hidden = signal_count(above.signals[TOWNSHIP], is_exact=True)
    assert hidden is not None
    assert hidden.mark is Mark.WITHHELD
    assert above.workers == 12
    assert morning(code=TOWNSHIP, viewer=town.supervisor, at=tomorrow).workers is None


def test_a_plain_morning_is_plain_for_everybody(town: Town) -> None:
    own = morning(code=TOWNSHIP, viewer=town.supervisor, at=AT)
    assert own.is_exact
    assert not morning(code=TOWNSHIP, viewer=town.supervisor, at=AT, plain=True).is_exact
    assert replace(own, signals={}).workers is None
