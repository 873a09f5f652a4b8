"""Zones and null tables kept in a folder, so that a run by day does what takes time by night.

The greatest score of a scan without clusters hardly depends on the very expectations. A table is used again for the
same areas, places, k, durations, model and theta, where the expected total lies in the same step of a tenth and the
shares of areas and of lags lie within a tenth of those it was made for.
"""

from __future__ import annotations

import hashlib
import json
import math
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gridcommons.outlook.scanning.null import Margins, Null, replicated, replicated_by_size
from gridcommons.outlook.scanning.scores import Design, Places
from gridcommons.outlook.scanning.sizes import FIRST
from gridcommons.outlook.scanning.zones import nearest

Floats = npt.NDArray[np.float64]

_VERSION: Final = 1
_PLAIN: Final = ()
_BY_SIZE: Final = ("by size", FIRST)
"""What more a table is for: of the plain scan, or of classes that begin at the same size."""
_STEP: Final = math.log(1.1)
_NEAR_ENOUGH: Final = 0.1
_NAME: Final = 24


def kept_nearest(folder: Path, mark: str, points: Floats, k: int, ranks: npt.NDArray[np.intp]) -> tuple[Places, bool]:
    """The k nearest areas, read from the folder where they are of this very geography; and whether they were read.

    mark: the fingerprint of areas, places and k. points, ranks: as for `nearest`.
    """
    file = folder / f"zones-{mark[:_NAME]}.npz"
    held = _read(file, mark)
    shape = (len(points), min(k, len(points)))
    if held is not None and held["near"].shape == shape:
        return held["near"].astype(np.int32, copy=False), True
    near = nearest(points, k, ranks)
    _write(file, mark, {"near": near})
    return near, False


def kept_null(
    folder: Path, geography: str, design: Design, replicates: int, seed: int, margins: Margins | None = None
) -> tuple[Null, bool]:
    """The null distribution, read from the folder where a table near enough has as many replicates; and whether it was.

    geography: the fingerprint of areas, places and k. Else it is drawn and kept there.
    """

    def made() -> Floats:
        return replicated(design, replicates, seed, margins=margins).maxima

    maxima, read = _kept(folder, geography, design, replicates, made, _PLAIN)
    return Null(maxima), read


def kept_by_size(
    folder: Path, geography: str, design: Design, replicates: int, seed: int, margins: Margins | None = None
) -> tuple[Floats, bool]:
    """The greatest scores of each size class, (replicates, classes), read or made as for `kept_null`."""

    def made() -> Floats:
        return replicated_by_size(design, replicates, seed, margins=margins)

    return _kept(folder, geography, design, replicates, made, _BY_SIZE)


def _kept(
    folder: Path, geography: str, design: Design, replicates: int, made: Callable[[], Floats], what: Sequence[object]
) -> tuple[Floats, bool]:
    """Maxima of a table near enough with as many replicates, else made and kept; and whether they were read."""
    total = round(math.log(max(float(design.expected.sum()), 1e-9)) / _STEP)
    profile = _profile(design)
    for near_by in (total, total - 1, total + 1):
        mark = _mark(geography, design, near_by, what)
        held = _read(_file(folder, mark), mark)
        if held is not None and len(held["maxima"]) >= replicates and _is_near(profile, held):
            return held["maxima"], True
    maxima = made()
    mark = _mark(geography, design, total, what)
    _write(_file(folder, mark), mark, {"maxima": maxima, **profile})
    return maxima, False


def _file(folder: Path, mark: str) -> Path:
    return folder / f"null-{hashlib.sha256(mark.encode()).hexdigest()[:_NAME]}.npz"


def _mark(geography: str, design: Design, total: int, what: Sequence[object]) -> str:
    """What a table is for, in words of a machine: the key of the table, compared whole."""
    _areas, k, durations = design.size
    study = round(math.log(design.total) / _STEP) if design.total else None
    theta = None if design.theta is None else f"{design.theta:.3g}"
    key = [_VERSION, geography, k, durations, design.model.value, theta, total, study, *what]
    return json.dumps(key)


def _profile(design: Design) -> dict[str, Floats]:
    """Shares of areas and of lags in what is expected."""
    whole = design.expected.sum() or 1.0
    return {"by_area": design.expected.sum(axis=1) / whole, "by_lag": design.expected.sum(axis=0) / whole}


def _is_near(profile: Mapping[str, Floats], held: Mapping[str, Any]) -> bool:
    """Whether the shares differ, by total variation, no more than a tenth."""
    return all(
        held[name].shape == shares.shape and float(np.abs(held[name] - shares).sum()) / 2 <= _NEAR_ENOUGH
        for name, shares in profile.items()
    )


def _read(file: Path, mark: str) -> dict[str, Any] | None:
    """The arrays of a file with this mark whose content is what was written; None for anything else."""
    try:
        with np.load(file, allow_pickle=False) as held:
            if str(held["mark"]) != mark:
                return None
            arrays = {name: held[name] for name in held.files if name not in {"mark", "sha256"}}
            return arrays if str(held["sha256"]) == _digest(mark, arrays) else None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _write(file: Path, mark: str, arrays: dict[str, Any]) -> None:
    """Write beside and put in place whole: a run that is ended leaves no half file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f".{file.name}.half")
    try:
        with half.open("wb") as out:
            np.savez(out, mark=np.array(mark), sha256=np.array(_digest(mark, arrays)), **arrays)
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)


def _digest(mark: str, arrays: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(mark.encode())
    for name in sorted(arrays):
        digest.update(f"{name} {arrays[name].dtype.str} {arrays[name].shape}\n".encode())
        digest.update(np.ascontiguousarray(arrays[name]).data)
    return digest.hexdigest()
