"""The raster over areas kept in a file, so that the next run need not make it: plain arrays, tied to the very areas."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path
from typing import Final

import numpy as np
import shapely

from gridcommons.territory.cutting import Outline
from gridcommons.territory.locating import Locator
from gridcommons.territory.raster import Frame, Raster

_VERSION: Final = "1"
_MARK: Final = "areas"
_FRAME: Final = "frame"


def fingerprint(codes: Sequence[str], polygons: Sequence[Outline]) -> str:
    """A hash over the areas, in the locator's order, and over the version of what the file holds."""
    digest = hashlib.sha256(_VERSION.encode())
    for code, shape in zip(codes, shapely.to_wkb(np.asarray(polygons, dtype=object)), strict=False):
        digest.update(f"{code} {len(shape)}\n".encode())
        digest.update(shape)
    return digest.hexdigest()


def kept_locator(codes: Sequence[str], polygons: Sequence[Outline], file: Path) -> tuple[Locator, bool]:
    """A locator whose raster is read from a file; made and written there if the file is of other areas, or broken.

    Returns the locator and whether the raster was read.
    """
    locator = Locator(codes, polygons)
    mark = fingerprint(locator.codes[:-1].tolist(), locator.polygons)
    held = _read(file, mark)
    if held is not None:
        return Locator(codes, polygons, held), True
    made = locator.raster()
    if made is not None:
        _write(file, mark, made)
    return locator, False


def _read(file: Path, mark: str) -> Raster | None:
    """The raster of the areas with this mark; None for another mark, and for what is no such file."""
    try:
        with np.load(file, allow_pickle=False) as held:
            if str(held[_MARK]) != mark:
                return None
            west, south, across, up, columns, rows = held[_FRAME].tolist()
            frame = Frame(west, south, across, up, int(columns), int(rows))
            arrays = {one.name: held[one.name] for one in fields(Raster) if one.name != _FRAME}
            return Raster(frame=frame, **arrays)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _write(file: Path, mark: str, raster: Raster) -> None:
    """Write beside and put in place whole: a run that is ended leaves no half file."""
    half = file.with_name(f".{file.name}.half")
    arrays = {one.name: getattr(raster, one.name) for one in fields(Raster) if one.name != _FRAME}
    try:
        with half.open("wb") as out:
            np.savez(out, **{_MARK: np.array(mark), _FRAME: np.array(astuple(raster.frame)), **arrays})
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
