"""Writes of outlines: a layer from being handed in to adopted, dropped or put back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import shapely
from django.db import connection

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refuse, worded
from gridcommons.kit.words import Words
from gridcommons.territory.drawn import keep_outlines
from gridcommons.territory.layers import some
from gridcommons.territory.models import Area, Boundary
from gridcommons.territory.outlines import refusals as say
from gridcommons.territory.outlines.holding import outlines_to_hold
from gridcommons.territory.outlines.models import Draft, DraftFinding, DraftOutline, FormerOutline
from gridcommons.territory.outlines.preparing import Prepared
from gridcommons.territory.outlines.rules import answers_for
from gridcommons.territory.succession import ZONE

WORDS: Final[Mapping[str, Words]] = {
    "draft": Words("待看，待批准", "waiting to be adopted"),
    "adopted": Words("已采用", "adopted"),
    "dropped": Words("已放弃", "dropped"),
    "put_back": Words("已恢复原边界", "put back"),
}
_TEXT, _REASON, _BATCH = 200, 500, 2_000
_KEPT: Final = "EPSG:4326"
_PROGRAM: Final = "program:"
_LOCK: Final = 0x6C696E65


def _of_area(facts: Mapping[str, Any]) -> Place:
    CHINA.level_of(facts["area_code"])
    return Place(facts["area_code"])


def _of_draft(facts: Mapping[str, Any]) -> Place:
    code = Draft.objects.filter(pk=facts["draft_id"]).values_list("area_code", flat=True).first()
    if code is None:
        raise refuse(say.UNKNOWN_DRAFT)
    return Place(code)


def _held(draft_id: UUID, state: str) -> Draft:
    """The draft, locked; refuses one in another state."""
    draft = Draft.objects.select_for_update().get(pk=draft_id)
    if draft.state != state:
        raise Refusal((worded(say.NOT_NOW, state=WORDS[draft.state]),))
    return draft


def _one_at_a_time() -> None:
    """Two layers do not take effect at the same moment: each has to see what the other drew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))


def _text(given: str, refusal: str, limit: int = _TEXT) -> str:
    text = clean_text(given, limit=limit)
    if not text:
        raise refuse(refusal)
    return text


@deed("outlines.hand_in", on=_of_area, keeps=("area_code", "source", "synthetic"))
def hand_in(
    *, area_code: str, prepared: Prepared, source: str, synthetic: bool, by: Viewer, at: datetime,
    purpose: str = "administration",
) -> Draft:  # fmt: skip
    """Keep a layer for an area as a draft: nothing holds yet."""
    outside = [row.code for row in prepared.rows if not row.code.startswith(area_code)]
    if outside:
        raise refuse(say.OUTSIDE, area=area_code, which=some(outside))
    found = prepared.layer.offset
    draft = Draft.objects.create(
        area_code=area_code, name=prepared.name, digest=prepared.digest, source=_text(source, say.NO_SOURCE),
        system=prepared.layer.system, synthetic=synthetic, state="draft", counts=_counts(prepared),
        offset_metres=min(found.metres, 2_000_000) if found else None, handed_in_by=by.key, handed_in_at=at,
    )  # fmt: skip
    DraftOutline.objects.bulk_create([
        DraftOutline(
            draft=draft, code=row.code, kind=row.kind, raw=shapely.to_wkb(row.raw), before=row.before, after=row.after,
            shape=b"" if row.shape is None else shapely.to_wkb(row.shape), change=row.change,
        )
        for row in prepared.rows
    ], batch_size=_BATCH)  # fmt: skip
    DraftFinding.objects.bulk_create([
        DraftFinding(
            draft=draft, place=place, kind=one.kind, codes=list(one.codes), square_metres=one.square_metres,
            lon=one.lon, lat=one.lat, is_open=one.open, piece=b"" if one.shape is None else shapely.to_wkb(one.shape),
        )
        for place, one in enumerate(prepared.layer.whole.findings, start=1)
    ], batch_size=_BATCH)  # fmt: skip
    return draft


def _counts(prepared: Prepared) -> dict[str, int]:
    found = {"read": len(prepared.rows), "findings": len(prepared.layer.whole.findings)}
    for row in prepared.rows:
        found[row.kind] = found.get(row.kind, 0) + 1
    return found


@deed("outlines.decide", on=_of_draft, keeps=("place", "answer"))
def decide(
    *, draft_id: UUID, place: int, answer: str, by: Viewer, at: datetime, purpose: str = "administration"
) -> Draft:
    """Decide what the program left to a person: whose a piece is, or whether an outline is taken; empty: undecided."""
    draft = _held(draft_id, "draft")
    row = DraftFinding.objects.filter(draft=draft, place=place, is_open=True).first()
    known = answers_for(row.kind, row.codes) if row else ()
    if row is None or answer not in {"", *known}:
        raise refuse(say.NO_ANSWER, known=", ".join(known) or "–")
    row.answer, row.answered_by, row.answered_at = (answer, by.key, at) if answer else ("", "", None)
    row.save()
    return draft


@deed("outlines.adopt", on=_of_draft, keeps=("authority",))
def adopt(
    *, draft_id: UUID, authority: str, by: Viewer, at: datetime, purpose: str = "administration"
) -> Draft:  # fmt: skip
    """Let the outlines of a draft hold from now on; what they replace is kept. Only a second person may."""
    _one_at_a_time()
    draft = _held(draft_id, "draft")
    if by.key == draft.handed_in_by and not by.key.startswith(_PROGRAM):
        raise refuse(say.SAME_PERSON)
    text = _text(authority, say.NO_AUTHORITY)
    undecided = draft.findings.filter(is_open=True, answer="").count()
    if undecided:
        raise refuse(say.OPEN_FINDINGS, count=undecided)
    shapes = outlines_to_hold(draft)
    if not shapes:
        raise refuse(say.NOTHING_TO_DRAW)
    _require_fresh(draft, shapes, at)
    _keep_former(draft, shapes, at)
    keep_outlines(shapes, crs=_KEPT, source=draft.source, synthetic=draft.synthetic, at=at)
    draft.state, draft.authority, draft.adopted_by, draft.adopted_at = "adopted", text, by.key, at
    draft.save()
    return draft


def _require_fresh(draft: Draft, shapes: Mapping[str, shapely.Geometry], at: datetime) -> None:
    day = local_day(at, ZONE)
    standing = Area.objects.filter(code__in=list(shapes), valid_from__lte=day).exclude(valid_to__lte=day)
    gone = set(shapes) - set(standing.values_list("code", flat=True))
    later = Boundary.objects.filter(area_id__in=list(shapes), drawn_at__gt=draft.handed_in_at)
    if stale := sorted({*gone, *later.values_list("area_id", flat=True)}):
        raise refuse(say.STALE, which=some(stale))


def _keep_former(draft: Draft, shapes: Mapping[str, shapely.Geometry], at: datetime) -> None:
    held = {row.area_id: row for row in Boundary.objects.filter(area_id__in=list(shapes))}
    FormerOutline.objects.bulk_create(
        (_former(draft, code, held.get(code), at) for code in shapes), batch_size=_BATCH
    )  # fmt: skip


def _former(draft: Draft, code: str, row: Boundary | None, at: datetime) -> FormerOutline:
    """The outline that an area had; an empty one says that it had none."""
    if row is None:
        return FormerOutline(draft_id=draft.pk, code=code, shape=b"", synthetic=False, replaced_at=at)
    return FormerOutline(
        draft_id=draft.pk, code=code, shape=row.shape, crs=row.crs, source=row.source, synthetic=row.synthetic,
        drawn_at=row.drawn_at, replaced_at=at,
    )  # fmt: skip


@deed("outlines.drop", on=_of_draft, keeps=("reason",))
def drop(
    *, draft_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "administration"
) -> Draft:  # fmt: skip
    """Give up a draft, with a reason; it stays to be read."""
    draft = _held(draft_id, "draft")
    draft.said = _text(reason, say.NO_REASON, _REASON)
    draft.state, draft.dropped_by, draft.dropped_at = "dropped", by.key, at
    draft.save()
    return draft


@deed("outlines.put_back", on=_of_draft, keeps=("reason",))
def put_back(
    *, draft_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "administration"
) -> Draft:  # fmt: skip
    """Let the outlines hold again that an adopted draft replaced; refuses where one was drawn anew since."""
    _one_at_a_time()
    draft = _held(draft_id, "adopted")
    if by.key == draft.adopted_by and not by.key.startswith(_PROGRAM):
        raise refuse(say.SAME_PERSON)
    text = _text(reason, say.NO_REASON, _REASON)
    former = list(FormerOutline.objects.filter(draft_id=draft.pk))
    codes = [row.code for row in former]
    later = Boundary.objects.filter(area_id__in=codes, drawn_at__gt=draft.adopted_at).values_list("area_id", flat=True)
    if later:
        raise refuse(say.REDRAWN_SINCE, which=some(sorted(later)))
    Boundary.objects.filter(area_id__in=[row.code for row in former if not row.shape]).delete()
    Area.objects.filter(code__in=[row.code for row in former if not row.shape]).update(lon=None, lat=None)
    sources: dict[tuple[str, str, bool], dict[str, shapely.Geometry]] = {}
    for row in (row for row in former if row.shape):
        sources.setdefault((row.crs, row.source, row.synthetic), {})[row.code] = shapely.from_wkb(bytes(row.shape))
    for (crs, source, synthetic), shapes in sources.items():
        # Drawn anew by this deed: every kept index and map sees by the day that it is out of date.
        keep_outlines(shapes, crs=crs, source=source, synthetic=synthetic, at=at)
    draft.state, draft.said, draft.put_back_by, draft.put_back_at = "put_back", text, by.key, at
    draft.save()
    return draft
