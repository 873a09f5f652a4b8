"""Bytes of a text file as signs, whichever of the usual ways they were saved. Pure."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT: Final = 4_096


def decode(content: bytes) -> str | None:
    """UTF-8 with or without its mark, UTF-16 with it, else GB18030, as Chinese spreadsheets save CSV; else None."""
    for encoding in ("utf-16",) if content.startswith(_MARKS) else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def is_no_text(content: bytes) -> bool:
    """Whether bytes are no text at all: they hold noughts, as pictures and programs do."""
    return b"\x00" in content[:_LOOKED_AT] and not content.startswith(_MARKS)


_CELLS: Final = Lock()


@contextmanager
def long_cells(most: int) -> Iterator[None]:
    """Let cells of a CSV be so many signs long meanwhile; one reader at a time: the limit is that of the process."""
    with _CELLS:
        usual = csv.field_size_limit(most)
        try:
            yield
        finally:
            csv.field_size_limit(usual)
