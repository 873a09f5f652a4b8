"""What a life line comes to in a period: the rules for what is not simple, each as a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from gridcommons.cases.measuring.minutes import minutes, parse_minutes
from gridcommons.cases.measuring.rules import Did, Frame, Life, measured
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.errors import Refusal
from gridcommons.kit.span import parse_span
from gridcommons.outlook.indicators.formulas import formulas
from gridcommons.outlook.indicators.tally import Mark
from gridcommons.outlook.indicators.terms import term_of
from tianmen import TO_HANDLING, day, done, walked

OCTOBER, NOVEMBER, DECEMBER = (term_of(key) for key in ("2026-10", "2026-11", "2026-12"))
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
LATE = datetime(2027, 3, 1, tzinfo=day(1).tzinfo)


def life(*ways: tuple[str, str, timedelta], start: datetime | None = None, **more: object) -> Life:
    """A case reported on Monday 12 October at nine, five working days to handle it, two working days to file it."""
    start = start or day(12)
    steps = tuple(
        Did(action, state, at, by, f"office-{duty}", "office-handler" if kind else "", duty)
        for action, state, at, by, duty, kind in walked(1, start, *ways)
    )
    facts: dict[str, object] = {
        "source": "public", "order": False, "component": False, "minutes": 20, "clock": "working",
        "limit": parse_span("5d"), "extra": 0, "file_by": start + 2 * _DAY, "desk": "desk", "steps": steps,
    }  # fmt: skip
    return Life(**facts | more)  # type: ignore[arg-type]


def marks(one: Life, term: object = OCTOBER, now: datetime = LATE) -> list[Mark]:
    frame = Frame(
        term.starts, min(term.ends, now), WorkingCalendar.packaged(), formulas(), minutes().recording  # type: ignore[attr-defined]
    )  # fmt: skip
    return list(measured(one, frame))


def counts(one: Life, term: object = OCTOBER, now: datetime = LATE) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for mark in marks(one, term, now):
        found[mark.measure] += mark.n
    return found


def some(found: Mapping[str, int], *names: str) -> tuple[int, ...]:
    return tuple(found.get(name, 0) for name in names)


DUE = ("due", "handled", "handled_on_time", "closed", "closed_on_time", "extended")


@pytest.mark.parametrize(
    ("ways", "wanted"),
    [
        pytest.param((*TO_HANDLING, *done(3 * _HOUR)), (1, 1, 1, 1, 1, 0), id="closed in time"),
        pytest.param((*TO_HANDLING, *done(15 * _DAY)), (1, 1, 0, 1, 0, 0), id="closed late"),
        pytest.param((*TO_HANDLING, ("feed_back", "handled", 3 * _HOUR)), (1, 1, 1, 0, 0, 0), id="not checked"),
        pytest.param((*TO_HANDLING, *done(3 * _HOUR, 20 * _DAY)), (1, 1, 1, 0, 0, 0), id="checked in november"),
        pytest.param(
            (*TO_HANDLING, ("feed_back", "handled", 3 * _HOUR), ("rework", "rework", 4 * _HOUR)),
            (1, 0, 0, 0, 0, 0),
            id="in rework",
        ),
        pytest.param(TO_HANDLING, (1, 0, 0, 0, 0, 0), id="nothing came"),
        pytest.param((*TO_HANDLING, ("park", "parked", 10 * _DAY)), (0, 0, 0, 0, 0, 0), id="parked"),
        pytest.param((*TO_HANDLING[:2], ("merge", "merged", _HOUR)), (0, 0, 0, 0, 0, 0), id="joined"),
        pytest.param((TO_HANDLING[0], ("void", "void", _HOUR)), (0, 0, 0, 0, 0, 0), id="not filed"),
        pytest.param((TO_HANDLING[0], ("settle", "settled", _HOUR)), (0, 0, 0, 0, 0, 0), id="settled on the spot"),
    ],
)
def test_what_is_due_and_what_became_of_it(
    ways: tuple[tuple[str, str, timedelta], ...], wanted: tuple[int, ...]
) -> None:
    assert some(counts(life(*ways)), *DUE) == wanted


def test_a_deadline_that_has_not_come_is_not_due() -> None:
    one = life(*TO_HANDLING)
    assert counts(one, now=day(15))["due"] == 0
    assert counts(one, now=day(30))["due"] == 1
    assert counts(one, NOVEMBER)["due"] == 0


def test_a_period_stays_as_it_was_whatever_happens_later() -> None:
    closed = (*TO_HANDLING, *done(15 * _DAY))
    again = (*closed, ("reopen", "reopened", 40 * _DAY), ("dispatch", "dispatched", 40.1 * _DAY))
    assert counts(life(*closed)) == counts(life(*again))


def test_what_is_reopened_is_due_once_more_and_with_nothing_left_at_once() -> None:
    closed = (*TO_HANDLING, *done(3 * _HOUR))
    again = (*closed, ("reopen", "reopened", 30 * _DAY), ("dispatch", "dispatched", 30.1 * _DAY))
    assert some(counts(life(*again)), *DUE) == (1, 1, 1, 1, 1, 0)
    assert some(counts(life(*again), NOVEMBER), *DUE) == (1, 0, 0, 0, 0, 0)
    late = (*TO_HANDLING, *done(15 * _DAY), ("reopen", "reopened", 60 * _DAY))
    assert some(counts(life(*late), DECEMBER), *DUE) == (1, 0, 0, 0, 0, 0)
    assert counts(life(*again), NOVEMBER)["filed"] == 0, "it is not filed again"


def test_an_end_of_parking_makes_due_again() -> None:
    parked = (*TO_HANDLING, ("park", "parked", 10 * _DAY), ("unpark", "review", 40 * _DAY))
    assert some(counts(life(*parked)), "due", "filed", "filed_parked") == (0, 1, 1)
    assert counts(life(*parked), NOVEMBER)["due"] == 1


def test_more_time_moves_the_deadline_and_is_told() -> None:
    ways = (*TO_HANDLING, ("grant_extension", "handling", 2 * _DAY), *done(9 * _DAY))
    assert some(counts(life(*ways, extra=2_400)), *DUE) == (1, 1, 1, 1, 1, 1)
    assert some(counts(life(*TO_HANDLING, *done(9 * _DAY), extra=2_400)), *DUE) == (1, 1, 0, 1, 0, 0)


def test_a_double_that_was_filed_was_filed_wrongly() -> None:
    joined = counts(life(*TO_HANDLING[:2], ("merge", "merged", _HOUR)))
    assert some(joined, "accepted", "filed", "filed_void") == (1, 1, 1)
    assert some(counts(life(*TO_HANDLING[:1], ("merge", "merged", _HOUR))), "accepted", "filed", "filed_void") == (
        1,
        0,
        0,
    )


def test_what_a_former_system_did_has_no_time_and_no_hands() -> None:
    at = day(12)
    steps = [
        Did("report", "reported", at, "former:x", duty="reporter"),
        Did("file", "filed", at, "former:filer", duty="filer"),
        Did("dispatch", "dispatched", at, "former:dispatcher", to_office="office-handler", duty="dispatcher"),
    ]  # fmt: skip
    one = life(*TO_HANDLING, steps=(*steps,), source="")
    found = counts(one)
    assert some(found, "accepted", "filed", "due", "filed_timed", "to_verify", "to_dispatch", "closed_timed") == (
        1, 1, 1, 0, 0, 0, 0,
    )  # fmt: skip
    assert (found["filed_public"], found["filed_patrol"]) == (0, 0)
    assert not any(mark.hands for mark in marks(one))


def test_dispatch_is_counted_at_every_return() -> None:
    ways = (
        *TO_HANDLING[:3], ("send_back", "returned", 3 * _HOUR), ("dispatch", "dispatched", 26 * _HOUR),
        ("accept", "handling", 27 * _HOUR),
    )  # fmt: skip
    names = ("to_dispatch", "dispatched", "dispatched_on_time", "dispatched_back")
    assert some(counts(life(*ways)), *names) == (2, 2, 1, 1)
    assert some(counts(life(*TO_HANDLING[:2], ("merge", "merged", _HOUR))), *names) == (0, 0, 0, 0)
    assert some(counts(life(*TO_HANDLING[:2])), *names) == (1, 0, 0, 0)


def test_a_check_is_due_a_working_day_after_the_feedback() -> None:
    names = ("to_check", "checked_on_time", "checked", "reworked")
    back = (*TO_HANDLING, ("feed_back", "handled", 3 * _HOUR))
    assert some(counts(life(*back, ("close", "closed", 5 * _HOUR))), *names) == (1, 1, 1, 0)
    assert some(counts(life(*back, ("rework", "rework", 4 * _DAY))), *names) == (1, 0, 1, 1)


def test_times_are_working_and_by_the_calendar_without_parking() -> None:
    ways = (*TO_HANDLING, ("park", "parked", 3 * _HOUR), ("unpark", "review", 27 * _HOUR), *done(29 * _HOUR))
    found = counts(life(*ways))
    assert found["acceptance_minutes"] == 30
    assert found["handling_span_minutes"] == 270
    assert 0 < found["handling_minutes"] < 270
    assert found["closed_timed"] == 1


def test_minutes_are_those_of_the_list_and_of_the_declared_table() -> None:
    found = counts(life(*TO_HANDLING))
    assert some(found, "minutes_convenience", "minutes_order", "minutes") == (20, 0, 1)
    assert found["recording_convenience"] == sum(minutes().recording[step[0]] for step in TO_HANDLING)
    assert counts(life(*TO_HANDLING, order=True))["minutes_order"] == 20


def test_only_the_program_and_reporters_have_no_hands() -> None:
    by_duty = {mark.measure: mark.hands for mark in marks(life(*TO_HANDLING, *done(3 * _HOUR)))}
    assert by_duty["due"] == {"user:handler-1"}
    assert by_duty["filed"] == {"user:filer-1"}
    assert by_duty["to_check"] == {"user:verifier-1"}
    assert by_duty["accepted"] == frozenset()


@pytest.mark.parametrize("wrong", ["", "version = 1", "[recording]\nfly = 3", "[recording]\nfile = 600"])
def test_an_unsound_table_of_minutes_is_refused(wrong: str) -> None:
    head = 'version = "1"\nowner_zh = "甲"\nowner_en = "A"\n' if "recording" in wrong else ""
    with pytest.raises(Refusal) as refused:
        parse_minutes(head + wrong)
    assert refused.value.code == "measuring.minutes_unsound"
