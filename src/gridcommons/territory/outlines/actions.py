"""Writes of outlines: a layer from being handed in to adopted, dropped or put back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import PurePath
from typing import Any, Final
from uuid import UUID

import shapely
from django.db import connection, transaction

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refuse, worded
from gridcommons.kit.words import Words
from gridcommons.territory.drawn import keep_outlines, renew_ground
from gridcommons.territory.layerfile import opening
from gridcommons.territory.layers import some
from gridcommons.territory.models import Area, Boundary
from gridcommons.territory.outlines import refusals as say
from gridcommons.territory.outlines.holding import outlines_to_hold
from gridcommons.territory.outlines.models import (
    UNDER_WAY,
    Draft,
    DraftFinding,
    DraftOutline,
    FormerOutline,
    Sent,
)
from gridcommons.territory.outlines.preparing import Prepared
from gridcommons.territory.outlines.rules import MOST_SENT, MOST_TRIES, answers_for
from gridcommons.territory.outlines.storing import remove, store
from gridcommons.territory.succession import ZONE
from gridcommons.territory.systems import system_of

WORDS: Final[Mapping[str, Words]] = {
    "draft": Words("待看，待批准", "waiting to be adopted"),
    "adopted": Words("已采用", "adopted"),
    "dropped": Words("已放弃", "dropped"),
    "put_back": Words("已恢复原边界", "put back"),
}
_TEXT, _REASON, _FIELD, _BATCH = 200, 500, 60, 2_000
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


def _of_sent(facts: Mapping[str, Any]) -> Place:
    code = Sent.objects.filter(pk=facts["sent_id"]).values_list("area_code", flat=True).first()
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
    said = _text(source, say.NO_SOURCE)
    return _kept(Draft(area_code=area_code, source=said, synthetic=synthetic, handed_in_by=by.key, handed_in_at=at),
                 prepared)  # fmt: skip


def _kept(draft: Draft, prepared: Prepared) -> Draft:
    """The draft with all that was read of its layer; refuses what lies in another area."""
    outside = [row.code for row in prepared.rows if not row.code.startswith(draft.area_code)]
    if outside:
        raise refuse(say.OUTSIDE, area=draft.area_code, which=some(outside))
    found = prepared.layer.offset
    draft.name, draft.digest, draft.system = prepared.name, prepared.digest, prepared.layer.system
    draft.state, draft.counts = "draft", _counts(prepared)
    draft.offset_metres = min(found.metres, 2_000_000) if found else None
    draft.save(force_insert=True)
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


@deed("outlines.send", on=_of_area, keeps=("area_code", "source", "synthetic"))
def send(
    *, area_code: str, raw: bytes, name: str, declared: str, code_field: str, source: str, synthetic: bool, by: Viewer,
    at: datetime, purpose: str = "administration",
) -> Sent:  # fmt: skip
    """Keep the file of a large layer for the job to read; refuses at once what can be known without reading it."""
    system, said = system_of(declared), _text(source, say.NO_SOURCE)
    opening(raw, name)
    if Sent.objects.filter(area_code=area_code, stage__in=UNDER_WAY).count() >= MOST_SENT:
        raise refuse(say.BUSY, most=MOST_SENT)
    row = Sent(
        area_code=area_code, name=PurePath(name).name[:_TEXT], digest=hashlib.sha256(raw).hexdigest(), size=len(raw),
        source=said, system=system, code_field=code_field[:_FIELD], synthetic=synthetic, handed_in_by=by.key,
        handed_in_at=at,
    )  # fmt: skip
    row.path = store(raw, row.pk)
    row.save(force_insert=True)
    return row


def _under_way(sent_id: UUID) -> Sent:
    """The file's row, locked; refuses one that was read or given up."""
    row = Sent.objects.select_for_update().get(pk=sent_id)
    if row.stage not in UNDER_WAY:
        raise refuse(say.NOT_UNDER_WAY)
    return row


def _end(row: Sent, stage: str, at: datetime) -> Sent:
    """The file goes once it is sure that nobody has to read it again."""
    transaction.on_commit(partial(remove, row.path))
    row.stage, row.path, row.ended_at = stage, "", at
    row.save()
    return row


@deed("outlines.reach", on=_of_sent, keeps=("stage",))
def reach(*, sent_id: UUID, stage: str, by: Viewer, at: datetime, purpose: str = "operation") -> Sent:
    """Note how far the job is with a file; refuses to begin what was cut off too often."""
    row = _under_way(sent_id)
    if stage == "reading":
        if row.tries >= MOST_TRIES:
            raise refuse(say.CUT_OFF, most=MOST_TRIES)
        row.tries += 1
    row.stage = stage
    row.save(update_fields=["stage", "tries"])
    return row


@deed("outlines.keep", on=_of_sent)
def keep(*, sent_id: UUID, prepared: Prepared, by: Viewer, at: datetime, purpose: str = "operation") -> Draft:
    """Keep what was read of a file as a draft of whoever sent it: that person cannot adopt it either."""
    row = _end(_under_way(sent_id), "done", at)
    return _kept(
        Draft(
            id=row.pk, area_code=row.area_code, source=row.source, synthetic=row.synthetic,
            handed_in_by=row.handed_in_by, handed_in_at=row.handed_in_at,
        ),
        prepared,
    )  # fmt: skip


@deed("outlines.fail", on=_of_sent)
def fail(
    *, sent_id: UUID, refused: Mapping[str, str], by: Viewer, at: datetime, purpose: str = "operation"
) -> Sent:  # fmt: skip
    """Note by which sentence a file could not be read."""
    row = _under_way(sent_id)
    row.refused = dict(refused)
    return _end(row, "failed", at)


@deed("outlines.give_up", on=_of_sent)
def give_up(*, sent_id: UUID, by: Viewer, at: datetime, purpose: str = "administration") -> Sent:
    """Give up a file that is under way; it is removed."""
    return _end(_under_way(sent_id), "given_up", at)


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
    renew_ground()
    sources: dict[tuple[str, str, bool], dict[str, shapely.Geometry]] = {}
    for row in (row for row in former if row.shape):
        sources.setdefault((row.crs, row.source, row.synthetic), {})[row.code] = shapely.from_wkb(bytes(row.shape))
    for (crs, source, synthetic), shapes in sources.items():
        # Drawn anew by this deed: every kept index and map sees by the day that it is out of date.
        keep_outlines(shapes, crs=crs, source=source, synthetic=synthetic, at=at)
    draft.state, draft.said, draft.put_back_by, draft.put_back_at = "put_back", text, by.key, at
    draft.save()
    return draft
