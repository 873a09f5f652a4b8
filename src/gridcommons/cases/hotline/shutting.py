"""What lies sealed here: files that wait, and rows that are to be placed by hand."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import asdict
from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.cases.former import CaseItem
from gridcommons.cases.sealing import Drawer

_DRAWER: Final = Drawer("hotline")
_FILE, _ITEM = "file", "item"


def shut_file(content: bytes, row: UUID) -> bytes:
    """A file, packed and sealed for its row."""
    return _DRAWER.shut(base64.b64encode(gzip.compress(content)).decode(), row, _FILE) or b""


def opened_file(blob: bytes, row: UUID) -> bytes:
    """The file inside."""
    return gzip.decompress(base64.b64decode(_DRAWER.read(blob, row, _FILE)))


def shut_item(item: CaseItem, row: UUID) -> bytes:
    """A case to be, sealed for its row."""
    text = json.dumps({**asdict(item), "reported_at": item.reported_at.isoformat()}, ensure_ascii=False)
    return _DRAWER.shut(text, row, _ITEM) or b""


def opened_item(blob: bytes, row: UUID) -> CaseItem:
    """The case inside."""
    raw = json.loads(_DRAWER.read(blob, row, _ITEM))
    return CaseItem(**{**raw, "reported_at": datetime.fromisoformat(raw["reported_at"])})
