"""Texts with numbers in the order in which people count: 2号 before 10号, 1幢2单元 before 1幢11单元."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

DIGITS: Final = 12
_NUMBER: Final = re.compile(r"[0-9]+")


def natural_key(text: str) -> str:
    """A text to sort by: each number filled up with zeros, full-width signs as plain ones."""
    return _NUMBER.sub(lambda found: found[0].zfill(DIGITS), unicodedata.normalize("NFKC", text))
