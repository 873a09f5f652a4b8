"""Whole numbers and codes in digits, as they come in addresses, forms and headers. Pure."""

from __future__ import annotations

PAGE_DIGITS = 4
"""Digits of a page number that is still looked for."""


def is_digits(text: str) -> bool:
    """Whether a text is nothing but the digits 0 to 9: a code, or a number that `int` reads as it looks."""
    return text.isascii() and text.isdigit()


def whole(text: str, *, digits: int, otherwise: int = 0) -> int:
    """The whole number that a text of at most so many digits is; `otherwise` for every other text.

    The bound keeps numbers out that no column holds, and those that take long to be read.
    """
    return int(text) if is_digits(text) and len(text) <= digits else otherwise


def as_page(text: str) -> int:
    """The page that an address asks for, from 1; the first for what is none."""
    return max(1, whole(text, digits=PAGE_DIGITS, otherwise=1))


def code_or_none(text: str) -> str:
    """A code of digits as it is; nothing for every other text."""
    return text if is_digits(text) else ""
