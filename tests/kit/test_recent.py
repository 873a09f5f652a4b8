"""A memory of what was asked for last."""

from __future__ import annotations

from gridcommons.kit.recent import Recent


def test_what_was_asked_for_last_stays_and_the_rest_goes() -> None:
    memory = Recent[int, str](3)
    for number in range(3):
        memory.keep(number, str(number))
    assert memory.get(0) == "0"
    memory.keep(3, "3")
    assert [memory.get(number) for number in range(4)] == ["0", None, "2", "3"]
    memory.keep(2, "two")
    memory.keep(4, "4")
    assert [memory.get(number) for number in range(5)] == [None, None, "two", "3", "4"]
    assert len(memory) == 3
