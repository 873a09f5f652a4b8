"""Codes of areas out of cells: made whole where one reading is possible, refused where digits are lost. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from gridcommons.cases.cell_faults import DIGITS_LOST
from gridcommons.cases.cells import (
    BLANKS_OUT,
    DIGITS_WIDE,
    EXACT_DIGITS,
    FROM_PARENT,
    SCIENTIFIC,
    WHOLE_AGAIN,
    ZEROS_BACK,
    ZEROS_OFF,
    Raw,
    Reading,
    plain,
    repaired,
    wrong,
)
from gridcommons.cases.founding import faults
from gridcommons.kit.codes import CHINA
from gridcommons.kit.digits import is_digits

SHOWN: Final = 40


def digits_of(raw: Raw, known: Collection[str] = ()) -> Reading:
    """The digits of a code as text: half width, no blanks, shortened numbers made whole where one known code fits."""
    text = plain(raw).lstrip("'‘’`")
    if isinstance(raw, int | float) and not isinstance(raw, bool) and len(text.lstrip("-")) > EXACT_DIGITS:
        return wrong(DIGITS_LOST, value=text)
    half = unicodedata.normalize("NFKC", text)
    notes = [repaired(text, half, DIGITS_WIDE)] if half != text else []
    bare = re.sub(r"[\s_‐-]", "", half).removesuffix(".0")
    if bare != half:
        notes.append(repaired(half, bare, BLANKS_OUT))
    if shortened := SCIENTIFIC.fullmatch(bare):
        return _made_whole(bare, shortened, known)
    return Reading(bare, notes=tuple(notes))


def _made_whole(text: str, parts: re.Match[str], known: Collection[str]) -> Reading:
    """A number such as 3.31123001008E+11: exact where all digits stand there, else by the one known code that fits."""
    decimals, length = len(parts[2] or ""), int(parts[3]) + 1
    if decimals + 1 >= length and int(parts[3]) < EXACT_DIGITS:
        code = (parts[1].replace(".", "") + "0" * length)[:length]
        return Reading(code, notes=(repaired(text, code, WHOLE_AGAIN),))
    shown = f"{float(parts[1]):.{decimals}f}E+{int(parts[3]):02d}"
    fitting = [c for c in known if len(c) == length and f"{int(c):.{decimals}E}" == shown]
    if len(fitting) == 1:
        return Reading(fitting[0], notes=(repaired(text, fitting[0], WHOLE_AGAIN),))
    return wrong(DIGITS_LOST, value=text)


def area_code_of(raw: Raw, *, known: Collection[str] = (), level: str = "", parent: str = "") -> Reading:
    """An area code. With its level, padding zeros come off; with its parent, serials are put behind it."""
    read = digits_of(raw, known)
    if read.fault is not None or not read.value:
        return read
    code: str = read.value
    if not is_digits(code):
        return wrong(faults.CODE_SHAPE, value=code[:SHOWN])
    widths = {one.width for one in CHINA.levels}
    if level and len(code) != CHINA.width(level):
        return _fitted(code, read, level, parent)
    if len(code) in widths:
        return _unpadded(code, read, known)
    filled = [c for c in known if c.lstrip("0") == code.lstrip("0") and len(c) in widths]
    if len(filled) == 1:
        return replace(read, value=filled[0]).noting(repaired(code, filled[0], ZEROS_BACK))
    return wrong(DIGITS_LOST if len(code) > max(widths) else faults.CODE_SHAPE, value=code[:SHOWN])


def _fitted(code: str, read: Reading, level: str, parent: str) -> Reading:
    """A code that its level says should be longer or shorter, where only one reading is left."""
    width = CHINA.width(level)
    if level == "grid" and len(code) == width + 1:
        return wrong(faults.SERIAL_FULL, value=code)
    if (
        len(code) in {one.width for one in CHINA.levels}
        and len(code) > width
        and not code[width:].strip("0")
        and code[:width].strip("0")
    ):
        return replace(read, value=code[:width]).noting(repaired(code, code[:width], ZEROS_OFF))
    room = width - len(parent)
    if parent and len(code) <= room:
        whole = f"{parent}{code:0>{room}}"
        return replace(read, value=whole).noting(repaired(code, whole, FROM_PARENT))
    return wrong(faults.CODE_SHAPE, value=code[:SHOWN])


def _unpadded(code: str, read: Reading, known: Collection[str]) -> Reading:
    """Statistical codes carry zeros to twelve digits: 331123000000 is the county where that is the only one known."""
    if code in known or not code.endswith("000"):
        return replace(read, value=code)
    short = [code[: one.width] for one in CHINA.levels if one.width < len(code) and not code[one.width :].strip("0")]
    if short and short[0] in known:
        return replace(read, value=short[0]).noting(repaired(code, short[0], ZEROS_OFF))
    return replace(read, value=code)
