"""The check sign of a citizen number (GB 11643), by ISO 7064 MOD 11-2."""

from __future__ import annotations

from typing import Final

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_SIGNS: Final = "10X98765432"


def check_sign(digits: str) -> str:
    """The check sign (0 to 9 or X) of 17 digits."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return _CHECK_SIGNS[total % 11]
