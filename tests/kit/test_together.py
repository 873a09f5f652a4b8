"""Work in groups: whoever comes alone waits for nobody, a crowd gathers, and enough of them wait no longer."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from queue import Queue

import pytest

from gridcommons.kit import together
from gridcommons.kit.together import Together

_AN_HOUR = 3_600.0


class _Work:
    """Work that begins when it is let, and says which groups it was given."""

    def __init__(self) -> None:
        self.groups: Queue[list[int]] = Queue()
        self.let = threading.Semaphore(0)

    def __call__(self, group: Sequence[int]) -> list[int]:
        self.groups.put(list(group))
        assert self.let.acquire(timeout=30)
        return [2 * one for one in group]

    def next(self) -> list[int]:
        return sorted(self.groups.get(timeout=30))


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> _Work:
    """Groups that gather until three have come, however long it takes."""
    monkeypatch.setattr(together, "_GATHERING", _AN_HOUR)
    monkeypatch.setattr(together, "_ENOUGH", 3)
    return _Work()


def _callers(doing: Together[int, int], *items: int) -> tuple[list[threading.Thread], dict[int, int | None]]:
    said: dict[int, int | None] = {}

    def call(item: int) -> None:
        said[item] = doing(item)

    threads = [threading.Thread(target=call, args=(item,), daemon=True) for item in items]
    for thread in threads:
        thread.start()
    return threads, said


def _until_waiting(doing: Together[int, int], number: int) -> None:
    for _attempt in range(3_000):
        if len(doing._waiting) == number:
            return
        threading.Event().wait(0.01)
    raise AssertionError(f"{len(doing._waiting)} wait, not {number}")


def _end(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


def test_one_after_the_other_waits_for_nobody(work: _Work) -> None:
    doing = Together(work, 100)
    for item in (1, 2, 3):
        work.let.release()
        assert doing(item) == 2 * item
        assert work.next() == [item]


def test_a_crowd_gathers_until_there_are_enough(work: _Work) -> None:
    doing = Together(work, 100)
    first, said = _callers(doing, 1)
    assert work.next() == [1]
    crowd, more = _callers(doing, 2)
    _until_waiting(doing, 1)
    work.let.release()
    _end(first)
    assert said == {1: 2}
    assert work.groups.empty()  # 2 came while 1 was at work: it gathers
    rest, others = _callers(doing, 3, 4)
    assert work.next() == [2, 3, 4]
    work.let.release()
    _end([*crowd, *rest])
    assert more | others == {2: 4, 3: 6, 4: 8}


def test_after_a_crowd_whoever_comes_alone_waits_for_nobody_once_the_moment_is_over(
    work: _Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    doing = Together(work, 100)
    first, _said = _callers(doing, 1)
    assert work.next() == [1]
    crowd, _more = _callers(doing, 2, 3, 4)
    _until_waiting(doing, 3)
    monkeypatch.setattr(together, "_GATHERING", 0.01)
    work.let.release()
    assert work.next() == [2, 3, 4]
    work.let.release()
    _end([*first, *crowd])
    work.let.release()
    assert doing(5) == 10  # the last of the crowd's moments passes without anybody else
    assert work.next() == [5]
    monkeypatch.setattr(together, "_GATHERING", _AN_HOUR)
    work.let.release()
    assert doing(6) == 12
    assert work.next() == [6]


def test_no_group_is_larger_than_the_most(work: _Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "_GATHERING", 0.01)
    doing = Together(work, 2)
    first, _said = _callers(doing, 1)
    assert work.next() == [1]
    crowd, _more = _callers(doing, 2, 3, 4)
    _until_waiting(doing, 3)
    for _group in range(3):
        work.let.release()
    assert [len(work.next()), len(work.next())] == [2, 1]
    _end([*first, *crowd])


def test_a_fault_answers_all_of_its_group_and_the_next_goes_on() -> None:
    def fail_once(group: Sequence[int]) -> list[int]:
        if group == [1]:
            raise ValueError(group)
        return list(group)

    doing = Together(fail_once, 10)
    assert doing(1) is None
    assert doing(2) == 2
