"""What counts as a number in a file or a form."""

from __future__ import annotations

import pytest

from gridcommons.kit.numbers import decimal_of


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
