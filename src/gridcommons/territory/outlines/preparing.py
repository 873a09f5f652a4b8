"""A layer before it is kept: read, held against the areas and outlines that stand, converted, mended, compared."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile
from pathlib import PurePath

import numpy as np
import shapely

from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refuse
from gridcommons.territory.layers import Layer, Tell, read_layer, settled, some
from gridcommons.territory.mending import square_metres
from gridcommons.territory.models import Area
from gridcommons.territory.outlines import refusals as say
from gridcommons.territory.outlines.rules import kind_of
from gridcommons.territory.queries import shapes_of


@dataclass(frozen=True)
class Compared:
    """What one area of a layer would get. `change`: share of the present outline that comes or goes; None if none."""

    code: str
    kind: str
    raw: shapely.Geometry
    shape: shapely.Geometry | None
    before: float | None
    after: float
    change: float | None


@dataclass(frozen=True)
class Prepared:
    """A layer ready to be kept as a draft."""

    name: str
    digest: str
    layer: Layer
    rows: tuple[Compared, ...] = field(repr=False)

    def codes(self, *kinds: str) -> list[str]:
        """The codes of these kinds."""
        return [row.code for row in self.rows if row.kind in kinds]


def prepare(
    raw: bytes, *, name: str, declared: str, code_field: str, day: date, under: str = "", tell: Tell | None = None
) -> Prepared:
    """Read a layer for what lies `under` an area (everywhere without); refuses what cannot be used, with its places.

    `tell`: how many outlines of how many are mended; the first word of it says that the file is read.
    """
    read = read_layer(raw, file=name, code_field=code_field or "code")
    _require_inside(read.shapes, under)
    known = _standing(read.shapes, day)
    _require_known(list(read.shapes), known)
    drawn = shapes_of(known)
    layer = settled(read, declared=declared, known=drawn, tell=tell)
    return Prepared(
        PurePath(name).name[:200], hashlib.sha256(raw).hexdigest(), layer, tuple(_compared(layer, known, drawn))
    )  # fmt: skip


def area_over(codes: Iterable[str], day: date) -> str:
    """The smallest standing area that holds all known ones of these codes; refuses codes that share none."""
    known = sorted(_standing(codes, day))
    ends = zip(known[0], known[-1], strict=False) if known else ()
    shared = "".join(one for one, _other in takewhile(lambda pair: pair[0] == pair[1], ends))
    above = [shared[: level.width] for level in CHINA.levels if level.width <= len(shared)]
    held = _standing(above, day)
    if not held:
        raise refuse(say.NONE_KNOWN, which=some(sorted(codes)))
    return max(held, key=len)


def _standing(codes: Iterable[str], day: date) -> set[str]:
    rows = Area.objects.filter(code__in=set(codes), valid_from__lte=day).exclude(valid_to__lte=day)
    return set(rows.values_list("code", flat=True))


def _require_inside(codes: Iterable[str], under: str) -> None:
    outside = [code for code in codes if not code.startswith(under)]
    padded = [code for code in outside if f"0{code}".startswith(under)] if under else []
    if padded:
        raise refuse(say.LOST_ZEROS, which=some(padded))
    if outside:
        raise refuse(say.OUTSIDE, area=under, which=some(outside))


def _require_known(codes: list[str], known: set[str]) -> None:
    unknown = [code for code in codes if code not in known]
    padded = set(Area.objects.filter(code__in=[f"0{code}" for code in unknown]).values_list("code", flat=True))
    if padded:
        raise refuse(say.LOST_ZEROS, which=some([code for code in unknown if f"0{code}" in padded]))
    if not known:
        raise refuse(say.NONE_KNOWN, which=some(codes))


def _compared(layer: Layer, known: set[str], drawn: Mapping[str, shapely.Geometry]) -> Iterable[Compared]:
    whole = layer.whole
    both = [code for code in whole.shapes if code in drawn]
    new, old = (np.array([shapes[code] for code in both], dtype=object) for shapes in (whole.shapes, drawn))
    apart = dict(zip(both, _share(old, new), strict=True)) if both else {}
    for code, raw in layer.raw.items():
        shape = whole.shapes.get(code)
        change = apart.get(code)
        before = square_metres(drawn[code]) if code in drawn else None
        kind = kind_of(known=code in known, is_drawn=shape is not None, change=change)
        yield Compared(code, kind, raw, shape, before, whole.after.get(code, 0.0), change)


def _share(old: np.ndarray, new: np.ndarray) -> list[float]:
    """The share of each old outline's area that comes or goes."""
    sound = [shapely.make_valid(shape) for shape in old]
    off = shapely.area(shapely.symmetric_difference(sound, new))
    return [float(one) for one in off / np.maximum(shapely.area(sound), 1e-15)]
