"""Files of a link: what waits, written once under the names over there, kept for a week in the data folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings

from gridcommons.cases.codes import ZONE
from gridcommons.cases.partners.terms import FILE_COLUMNS, Terms
from gridcommons.kit.sheets import BOM, Cell, Sheet, csv_text, workbook

TYPES: Final = {
    "csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8",
    "zip": "application/zip", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


def written(bodies: Iterable[str], terms: Terms) -> bytes:
    """The file of these events in the link's format: a column for each field, in the order of the list."""
    rows: list[dict[str, Any]] = [json.loads(body) for body in bodies]
    if terms.form == "json":
        return json.dumps(rows, ensure_ascii=False, indent=1).encode()
    heads = [*FILE_COLUMNS, *(terms.mapping.column(key) for key in terms.fields)]
    cells: list[Sequence[Cell]] = [[row.get(head) for head in heads] for row in rows]
    if terms.form == "xlsx":
        return workbook([Sheet(terms.name, heads, cells)], zone=ZONE)
    return (BOM + csv_text([heads, *cells])).encode()


def name_in_zip(number: str, photo: str) -> str:
    """What a photo is called in the ZIP beside a table: the case's number and signs of the photo's id."""
    return f"{number}-{photo.replace('-', '')[-8:]}.jpg"


def zipped(photos: Iterable[tuple[str, bytes]], rows: Sequence[Sequence[Cell]]) -> bytes:
    """A ZIP of photos, stored as they are, with a table of what is in it."""
    raw = BytesIO()
    with ZipFile(raw, "w", ZIP_STORED) as pack:
        for name, content in photos:
            pack.writestr(ZipInfo(name), content)
        pack.writestr(ZipInfo("photos.csv"), BOM + csv_text([("file", "number", "sha256", "uploaded_at"), *rows]))
    return raw.getvalue()


def name_of(key: str, file: UUID, form: str, at: datetime) -> str:
    """What a file is called: the link, the local time, and signs that come once."""
    return f"{key}-{at.astimezone(ZONE):%Y%m%d-%H%M}-{file.hex[-6:]}.{form}"


def folder(key: str) -> Path:
    """Where the files of a link lie: here a department's own program may fetch them as well."""
    return Path(settings.DATA) / "partners" / key


def keep(key: str, name: str, content: bytes) -> None:
    """Write a file, whole or not at all, readable by the program alone."""
    place = folder(key)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place / f".{name}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place / name)


def kept(key: str, name: str) -> bytes | None:
    """The content of a file; None when it is gone."""
    path = folder(key) / name
    return path.read_bytes() if path.is_file() else None


def remove(key: str, name: str) -> None:
    """Remove a file."""
    (folder(key) / name).unlink(missing_ok=True)
