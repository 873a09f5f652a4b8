"""A bulletin as it is made: the morning read plain, its sheet, the files and their hashes. Nothing is stored here."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gridcommons.access.rules import Viewer
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.bulletins.fonts import chinese_font
from gridcommons.outlook.bulletins.sheet import sheet_of
from gridcommons.outlook.bulletins.typesetting import typeset
from gridcommons.outlook.deciding.morning import morning


@dataclass(frozen=True)
class Made:
    """A sheet with its hash and the PDF by language; none, and why, where the machine cannot set Chinese."""

    day: date
    sheet: dict[str, Any]
    sha256: str
    pdf: dict[str, bytes]
    no_pdf: str

    def pdf_hash(self, tongue: str) -> str:
        """The hash of a file; empty where there is none."""
        return hashlib.sha256(self.pdf[tongue]).hexdigest() if tongue in self.pdf else ""


def make(*, area_code: str, viewer: Viewer, at: datetime, synthetic: bool) -> Made:
    """The bulletin of an area at a moment, small figures hidden whoever has it made."""
    found = morning(code=area_code, viewer=viewer, at=at, plain=True)
    sheet = sheet_of(found, synthetic=synthetic)
    kept = json.loads(json.dumps(sheet.as_dict()))
    pdf, why = _files(kept)
    return Made(found.day, kept, digest(kept), pdf, why)


def digest(sheet: dict[str, Any]) -> str:
    """The hash of a sheet, whatever the order in which its keys come back."""
    return hashlib.sha256(json.dumps(sheet, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _files(sheet: dict[str, Any]) -> tuple[dict[str, bytes], str]:
    try:
        font = chinese_font()
    except Refusal as refusal:
        return {}, refusal.code
    return {tongue: typeset(sheet, tongue, font) for tongue in ("zh", "en")}, ""
