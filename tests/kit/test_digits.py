"""Digits as they come from outside: signs that only look like digits, and numbers without end, are none."""

from __future__ import annotations

import pytest

from gridcommons.kit.digits import as_page, code_or_none, is_digits, whole

ODD = ["", " 1", "-1", "+1", "1.0", "²", "١٢", "１２", "一", "0x1", "1_000", "1e3"]


@pytest.mark.parametrize("text", ODD)
def test_what_only_looks_like_digits_is_none(text: str) -> None:
    assert not is_digits(text)
    assert whole(text, digits=5, otherwise=7) == 7
    assert as_page(text) == 1
    assert code_or_none(text) == ""


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("99999", 99999), ("100000", 0), ("9" * 5000, 0)])
def test_a_whole_number_is_read_as_far_as_its_digits_go(text: str, number: int) -> None:
    assert whole(text, digits=5) == number


@pytest.mark.parametrize(("text", "page"), [("0", 1), ("1", 1), ("12", 12), ("9999", 9999), ("10000", 1)])
def test_a_page_is_a_number_from_one(text: str, page: int) -> None:
    assert as_page(text) == page


def test_a_code_stays_as_it_is() -> None:
    assert code_or_none("331123001") == "331123001"
