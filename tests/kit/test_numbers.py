"""What counts as a number in a file or a form."""

from __future__ import annotations

import pytest

from gridcommons.kit.numbers import decimal_of, little, percent


@pytest.mark.parametrize(
    ("text", "number"),
    [("28.59", 28.59), (" -119 ", -119.0), ("+.5", 0.5), ("1.", 1.0), ("1.1927e2", 119.27), ("0", 0.0)],
)
def test_decimal_numbers_are_read(text: str, number: float) -> None:
    assert decimal_of(text) == number


@pytest.mark.parametrize(
    "text", ["", " ", "x", "nan", "inf", "-Infinity", "2_8.5", "٢٨", "２８", "1,5", "0x1p3", "1e999", "1 2", "--1", "."]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        decimal_of(text)


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(15, 16, 94), (1, 8, 13), (1, 3, 33), (999, 1000, 99), (1, 1000, 1), (0, 7, 0), (7, 7, 100), (0, 0, 0)],
)
def test_a_share_is_rounded_to_the_nearest_but_all_and_none_are_said_of_nothing_else(
    part: int, whole: int, said: int
) -> None:
    assert percent(part, whole) == said


@pytest.mark.parametrize(
    ("part", "whole", "is_little"), [(0, 9, False), (1, 101, True), (1, 100, False), (0, 0, False)]
)
def test_below_one_per_cent_and_above_none_a_share_is_neither_0_nor_1(part: int, whole: int, is_little: bool) -> None:
    said = little(part, whole)
    assert (said is not None) == is_little
    assert said is None or (said.zh, said.en) == ("不到1%", "under 1%")
