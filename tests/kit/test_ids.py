"""Ids sort by when they were made, also within one millisecond and when the clock goes back."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from gridcommons.kit.ids import as_uuid, uuid7


def test_ids_are_of_version_7_and_carry_their_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert before <= made.int >> 80
    assert uuid7(1_700_000_000_123).int >> 80 == 1_700_000_000_123


def test_the_order_of_making_stands_within_a_millisecond() -> None:
    made = [uuid7() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_a_clock_that_stands_still_or_goes_back_does_not_turn_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    first, now = uuid7(), time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now - 3_000_000_000)
    made = [first, *(uuid7() for _ in range(5_000))]
    assert made == sorted(made)


def test_threads_never_make_one_twice() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = [one for many in pool.map(lambda _: [uuid7() for _ in range(2_000)], range(8)) for one in many]
    assert len({one.int >> 62 for one in made}) == len(made), "the part before the random bits is unique in a process"


def test_ids_of_past_records_differ_within_their_millisecond() -> None:
    assert len({uuid7(1_700_000_000_123) for _ in range(1_000)}) == 1_000


def test_a_text_is_read_as_an_id_or_as_none() -> None:
    one = uuid7()
    assert (as_uuid(str(one)), as_uuid(one.hex)) == (one, one)
    assert [as_uuid(text) for text in (None, "", "1", f"{one}x", "户")] == [None] * 5
