"""A workbook from outside opened into rows: sizes asked before it is unpacked, no entities, no traceback. No Django.

Whoever opens one says in their own sentence why it cannot be taken.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any, Final, Literal
from xml.etree.ElementTree import ParseError

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import xls_to_dict, xlsx_to_dict

READERS_THROW: Final = (
    PyXFormError, zipfile.BadZipFile, zlib.error, struct.error, ParseError, KeyError, ValueError, TypeError, IndexError,
    AttributeError, AssertionError, OSError, EOFError, NotImplementedError, RecursionError, OverflowError, RuntimeError,
)  # fmt: skip
"""What the readers throw at files that are damaged; none of it may reach a person as a traceback."""
OLE: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = b"PK\x03\x04"
_BOOK: Final = "xl/workbook.xml"
_MOST_PARTS: Final = 500
_HEAD: Final = 2_000
_LINE: Final = 300


class Unfit(Exception):
    """Why a workbook is not opened: it is none, too large, or broken inside. `said`: the detail, on one line."""

    def __init__(self, why: Literal["none", "large", "broken"], said: str = "") -> None:
        super().__init__(why)
        self.why, self.said = why, said


def open_book(content: bytes, *, most_bytes: int, most_unpacked: int, old: bool = False) -> dict[str, Any]:
    """The sheets of a workbook as rows, with their headings; `old`: one of the format .xls too. Raises `Unfit`."""
    if len(content) > most_bytes:
        raise Unfit("large", f"{len(content)} > {most_bytes} bytes")
    is_old = old and content.startswith(OLE)
    if not is_old:
        _require_modest(content, most_unpacked)
    try:
        return dict((xls_to_dict if is_old else xlsx_to_dict)(BytesIO(content)))
    except READERS_THROW as fault:
        raise Unfit("broken", one_line(fault)) from fault


def _require_modest(content: bytes, most_unpacked: int) -> None:
    """Refuse what is no archive of a workbook, unpacks to more than an honest one, or brings entities of its own."""
    if not content.startswith(_ZIP):
        raise Unfit("none")
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > most_unpacked:
                raise Unfit("large", f"> {most_unpacked} bytes unpacked")
            names = [part.filename for part in parts]
            texts = [name for name in names if name.endswith((".xml", ".rels"))]
            if _BOOK not in names or any(b"<!" in packed.read(name)[:_HEAD] for name in texts):
                raise Unfit("none")
    except READERS_THROW as fault:
        raise Unfit("none") from fault


def one_line(fault: BaseException) -> str:
    """What a library says of a fault, as one line that is no traceback."""
    return " ".join(str(fault).split())[:_LINE] or type(fault).__name__
