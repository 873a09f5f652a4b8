"""Rooms of areas: a plan carried out and one in draft, a layer that waits for the second person, a foreign scheme."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any, Final

import shapely
from shapely import affinity

from gridcommons.access.identify import program
from gridcommons.cases.codes import ZONE
from gridcommons.kit.clock import local_day
from gridcommons.kit.words import Words
from gridcommons.rehearsal.rooms import Room, Stage, texts
from gridcommons.territory.cutting import Outline
from gridcommons.territory.outlines import actions as outlines
from gridcommons.territory.outlines.preparing import prepare
from gridcommons.territory.outlines.queries import drafts
from gridcommons.territory.queries import below, shapes_of
from gridcommons.territory.reorganising import actions as plans
from gridcommons.territory.reorganising.outlines import cut_outline
from gridcommons.territory.reorganising.queries import free_codes_below, plans_within
from gridcommons.territory.reorganising.rules import Change, Target
from gridcommons.territory.schemes import actions as schemes
from gridcommons.territory.schemes.queries import areas_of, loaded_schemes
from gridcommons.territory.schemes.reading import Fields, read_edition
from gridcommons.territory.schemes.rules import scheme_of

_AHEAD: Final = timedelta(days=35)
_SHIFT: Final = 0.00012
"""Degrees by which a survey differs from what is drawn: about ten metres."""
_SECTIONS: Final = 6
_CONFIRMED: Final = 3


def _rename(stage: Stage) -> None:
    """The next grid of the village gets an old name; one officer plans it, the other adopts it."""
    said, first, second = texts()["plan_kept"], stage.who("county"), stage.who("county2")
    grid = next(one for one in below(stage.village, "grid") if one.code != stage.grid)
    title = said["title"].format(grid=grid.name_zh)
    planned = plans.draft_plan(
        area_code=stage.village, title=title, on_day=local_day(stage.now, ZONE), reason=said["reason"], by=first,
        at=stage.ago(minutes=50),
    )  # fmt: skip
    change = Change("rename", (grid.code,), (Target(grid.code, stage.said(said["name"])),))
    plan: dict[str, Any] = {"plan_id": planned.pk}
    plans.add_lines(changes=[change], by=first, at=stage.ago(minutes=48), **plan)
    plans.propose_plan(by=first, at=stage.ago(minutes=45), **plan)
    plans.review_plan(by=second, at=stage.ago(minutes=20), **plan)
    plans.adopt_plan(authority=said["authority"], by=second, at=stage.now, **plan)


def _divide(stage: Stage) -> None:
    """The worker's own grid is to be divided: a draft that can be read with its preview."""
    said, first = texts()["plan_draft"], stage.who("county")
    plan = plans.draft_plan(
        area_code=stage.village, title=stage.said(said["title"]), on_day=local_day(stage.now + _AHEAD, ZONE),
        reason=said["reason"], by=first, at=stage.ago(minutes=30),
    )  # fmt: skip
    whole = shapes_of([stage.grid])[stage.grid]
    pieces = cut_outline(whole, _middle(whole), 2)
    codes = free_codes_below(stage.village, "grid", len(pieces), plan.pk)
    into = tuple(
        Target(code, stage.said(said[side]), round(piece.area / whole.area, 6), outline=shapely.to_wkb(piece))
        for code, side, piece in zip(codes, ("west", "east"), pieces, strict=True)
    )
    change = Change("split", (stage.grid,), into)
    plans.add_lines(plan_id=plan.pk, changes=[change], by=first, at=stage.ago(minutes=28))


def _middle(whole: Outline) -> str:
    """A line from south to north through an outline, as somebody types it in."""
    west, south, east, north = whole.bounds
    return f"{(west + east) / 2:.6f},{south - 0.001:.6f} {(west + east) / 2:.6f},{north + 0.001:.6f}"


def _plans(stage: Stage) -> None:
    _rename(stage)
    _divide(stage)


def _layer(stage: Stage) -> None:
    """The outlines of the village as somebody surveyed them: here and there some metres off what is drawn."""
    said = texts()["layer"]
    drawn = shapes_of(grid.code for grid in below(stage.village, "grid"))
    surveyed = {code: _surveyed(shape, place) for place, (code, shape) in enumerate(sorted(drawn.items()))}
    raw = json.dumps({"type": "FeatureCollection", "features": [_feature(*one) for one in surveyed.items()]}).encode()
    prepared = prepare(
        raw, name=stage.said(said["name"]), declared="EPSG:4490", code_field="code",
        day=local_day(stage.now, ZONE), under=stage.county,
    )  # fmt: skip
    outlines.hand_in(
        area_code=stage.township, prepared=prepared, source=stage.said(said["source"]), synthetic=True,
        by=stage.who("county"), at=stage.ago(minutes=40),
    )  # fmt: skip


def _surveyed(shape: Any, place: int) -> Any:
    """Every other outline a little to the east, so that pieces are left over and doubled between them."""
    return affinity.translate(shape, xoff=_SHIFT) if place % 2 else shape


def _feature(code: str, shape: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"code": code}, "geometry": shapely.geometry.mapping(shape)}


def _scheme(stage: Stage) -> None:
    """A company's service areas: the program loads them, an officer confirms some of the ties that it proposes."""
    said = dict(texts()["scheme"])
    file, officer = said.pop("file"), stage.who("county")
    edition = read_edition(
        _sections(stage), file=file, scheme=scheme_of(said, "rooms.toml"), declared="",
        fields=Fields(name_en="name_en", parent="parent", level="level", stands_for="here"), known={},
    )  # fmt: skip
    since = local_day(stage.ago(days=20), ZONE)
    schemes.load_edition(edition=edition, since=since, whole=True, by=program("schemes"), at=stage.ago(days=2))
    ties = [row.tie for row in areas_of(said["key"], level="section")[0] if row.tie is not None]
    for tie in ties[:_CONFIRMED]:
        schemes.confirm_tie(tie_id=tie.id, by=officer, at=stage.ago(days=1))


def _sections(stage: Stage) -> bytes:
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(["code", "name", "name_en", "parent", "level", "here"])
    rows.writerow(["GD01", "城区供电所", "Town supply station", "", "station", ""])
    for number, area in enumerate(below(stage.county, "township")[:_SECTIONS], start=1):
        place = area.name_zh.removesuffix("街道").removesuffix("镇").removesuffix("乡")
        english = f"{area.name_en.rsplit(' ', 1)[0]} service area"
        rows.writerow([f"GD01-{number:02}", f"{place}片区", english, "GD01", "section", area.code])
    return out.getvalue().encode()


def _has_plans(stage: Stage) -> bool:
    return plans_within([stage.village])[1] > 0


def _has_layers(stage: Stage) -> bool:
    return drafts(stage.who("county"), stage.now)[1] > 0


ROOMS: Final = (
    Room(Words("区划调整方案", "plans of areas"), _has_plans, _plans),
    Room(Words("边界图层", "layers of outlines"), _has_layers, _layer),
    Room(Words("外部编码体系", "schemes of others"), lambda _stage: bool(loaded_schemes()), _scheme),
)
