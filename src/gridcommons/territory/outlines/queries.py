"""Reads of outlines: drafts of the viewer's areas, what they change, what was found. No person in any of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

import shapely
from django.db.models import F, Model, Q, QuerySet

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import lying_in, viewing
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words
from gridcommons.territory.models import Area
from gridcommons.territory.outlines import refusals as say
from gridcommons.territory.outlines.holding import outlines_to_hold
from gridcommons.territory.outlines.models import (
    KINDS,
    UNDER_WAY,
    Draft,
    DraftFinding,
    DraftOutline,
    FormerOutline,
    Sent,
)
from gridcommons.territory.outlines.touching import Elsewhere, all_elsewhere
from gridcommons.territory.queries import shapes_of

T = TypeVar("T", bound=Model)
PAGE: Final = 30
_FAILED_SHOWN: Final = timedelta(days=14)
_DEED: Final = "outlines.hand_in"
_MOST_SHOWN: Final = 400
"""Outlines in one drawing: more cannot be told apart, and would weigh more than a page may."""


@dataclass(frozen=True)
class DraftFacts:
    """A draft as pages need it. `open`: findings that nobody has decided yet."""

    id: UUID
    area_code: str
    name: str
    source: str
    system: str
    synthetic: bool
    state: str
    offset_metres: int | None
    counts: Mapping[str, int]
    steps: tuple[tuple[str, str, datetime], ...]
    authority: str
    said: str
    open: int = 0


@dataclass(frozen=True)
class OutlineRow:
    """What one area would get."""

    code: str
    kind: str
    before: float | None
    after: float
    change: float | None


@dataclass(frozen=True)
class FindingRow:
    """One finding and its answer."""

    place: int
    kind: str
    codes: tuple[str, ...]
    square_metres: float
    lon: float
    lat: float
    is_open: bool
    answer: str


@dataclass(frozen=True)
class Drawing:
    """Outlines before and after of the areas that change most, and where something was found."""

    before: Mapping[str, shapely.Geometry]
    after: Mapping[str, shapely.Geometry]
    marks: tuple[FindingRow, ...]
    left_out: int


def _facts(draft: Draft, undecided: int = 0) -> DraftFacts:
    done = (
        ("draft", draft.handed_in_by, draft.handed_in_at), ("adopted", draft.adopted_by, draft.adopted_at),
        ("dropped", draft.dropped_by, draft.dropped_at), ("put_back", draft.put_back_by, draft.put_back_at),
    )  # fmt: skip
    return DraftFacts(
        draft.pk, draft.area_code, draft.name, draft.source, draft.system, draft.synthetic, draft.state,
        draft.offset_metres, draft.counts, tuple((state, by, at) for state, by, at in done if at is not None),
        draft.authority, draft.said, undecided,
    )  # fmt: skip


def _within(viewer: Viewer, at: datetime, rows: QuerySet[T]) -> QuerySet[T]:
    """The rows of the areas that the viewer hands layers in for: those of others are not there."""
    if viewer.everywhere:
        return rows
    own = Q(pk__in=())
    for role, grant in viewer.roles_at(at):
        if grant is not None and _DEED in role.deeds:
            own |= lying_in("area_code", grant.areas_now, grant.left_out_now)
    return rows.filter(own)


def _draft(draft_id: UUID, viewer: Viewer, at: datetime) -> Draft:
    draft = _within(viewer, at, Draft.objects.all()).filter(pk=draft_id).first()
    if draft is None:
        raise refuse(say.UNKNOWN_DRAFT)
    return draft


def draft_facts(draft_id: UUID, viewer: Viewer, at: datetime) -> DraftFacts:
    """One draft; refuses what does not lie in the viewer's areas as if it were not there."""
    with viewing(viewer, at):
        draft = _draft(draft_id, viewer, at)
        return _facts(draft, draft.findings.filter(is_open=True, answer="").count())


def drafts(viewer: Viewer, at: datetime, *, state: str = "", first: int = 0) -> tuple[list[DraftFacts], int]:
    """The drafts of the viewer's areas, newest first, a page of them, and how many there are."""
    with viewing(viewer, at):
        rows = _within(viewer, at, Draft.objects.all())
        rows = rows.filter(state=state) if state else rows
        page = rows.order_by("-handed_in_at", "id")[first : first + PAGE]
        return [_facts(draft) for draft in page], rows.count()


@dataclass(frozen=True)
class SentFacts:
    """A file on its way to become a draft. `ahead`: how many files are read before it. `refused`: why it failed."""

    id: UUID
    area_code: str
    name: str
    source: str
    system: str
    synthetic: bool
    size: int
    stage: str
    tries: int
    refused: Words
    handed_in_by: str
    handed_in_at: datetime
    ahead: int

    @property
    def under_way(self) -> bool:
        """Whether the job has still to do with it."""
        return self.stage in UNDER_WAY


def sent_facts(sent_id: UUID, viewer: Viewer, at: datetime) -> SentFacts | None:
    """A file of the viewer's areas that did not become a draft, or not yet; None where there is none."""
    with viewing(viewer, at):
        row = _within(viewer, at, Sent.objects.all()).exclude(stage="done").filter(pk=sent_id).first()
        return None if row is None else _sent(row)


def sent_layers(viewer: Viewer, at: datetime) -> list[SentFacts]:
    """The files of the viewer's areas that are under way or failed in the last days, newest first."""
    with viewing(viewer, at):
        rows = _within(viewer, at, Sent.objects.all())
        shown = rows.filter(Q(stage__in=UNDER_WAY) | Q(stage="failed", ended_at__gt=at - _FAILED_SHOWN))
        return [_sent(row) for row in shown.order_by("-handed_in_at", "id")[:PAGE]]


def _sent(row: Sent) -> SentFacts:
    before = Q(handed_in_at__lt=row.handed_in_at) | Q(handed_in_at=row.handed_in_at, id__lt=row.pk)
    waits = row.stage == "waiting"
    ahead = Sent.objects.filter(before, stage__in=UNDER_WAY).count() if waits else 0
    return SentFacts(
        row.pk, row.area_code, row.name, row.source, row.system, row.synthetic, row.size, row.stage, row.tries,
        Words(row.refused.get("zh", ""), row.refused.get("en", "")), row.handed_in_by, row.handed_in_at, ahead,
    )  # fmt: skip


def outline_rows(
    draft_id: UUID, viewer: Viewer, at: datetime, *, kind: str = "", words: str = "", first: int = 0,
    most: int | None = PAGE,
) -> tuple[list[OutlineRow], int]:  # fmt: skip
    """What the areas of a draft would get, those that change most first; `words`: in a code or name."""
    with viewing(viewer, at):
        rows = DraftOutline.objects.filter(draft=_draft(draft_id, viewer, at))
        rows = rows.filter(kind=kind) if kind in KINDS else rows
        if words:
            named = Area.objects.filter(Q(name_zh__icontains=words) | Q(name_en__icontains=words)).values("code")
            rows = rows.filter(Q(code__startswith=words) | Q(code__in=named))
        ordered = rows.order_by(F("change").desc(nulls_last=True), "code")
        page = ordered.values_list("code", "kind", "before", "after", "change")
        last = None if most is None else first + most
        return [OutlineRow(*row) for row in page[first:last]], rows.count()


def findings(
    draft_id: UUID, viewer: Viewer, at: datetime, *, only_open: bool = False, first: int = 0, most: int | None = PAGE
) -> tuple[list[FindingRow], int]:
    """What was found in a layer: what a person has to decide first, then the largest."""
    with viewing(viewer, at):
        rows = DraftFinding.objects.filter(draft=_draft(draft_id, viewer, at))
        rows = rows.filter(is_open=True) if only_open else rows
        last = None if most is None else first + most
        page = rows.order_by("-is_open", "-square_metres", "place").defer("piece")[first:last]
        return [_finding(row) for row in page], rows.count()


def _finding(row: DraftFinding) -> FindingRow:
    return FindingRow(
        row.place, row.kind, tuple(row.codes), row.square_metres, row.lon, row.lat, row.is_open, row.answer
    )  # fmt: skip


def drawing_of(draft_id: UUID, viewer: Viewer, at: datetime, *, code: str = "") -> Drawing:
    """Outlines before and after: of one area, else of those that change most; and the findings that lie among them."""
    with viewing(viewer, at):
        draft = _draft(draft_id, viewer, at)
        rows = draft.outlines.exclude(kind__in=["unknown", "left_out"])
        shown = rows.filter(code=code) if code else rows.exclude(kind="same")
        picked = dict(
            shown.order_by(F("change").desc(nulls_last=True), "code").values_list("code", "shape")[:_MOST_SHOWN]
        )
        found = draft.findings.filter(codes__overlap=list(picked)) if picked else draft.findings.none()
        marks = tuple(
            _finding(row) for row in found.order_by("-is_open", "-square_metres").defer("piece")[:_MOST_SHOWN]
        )
        before = former_of(draft) if draft.adopted_at else shapes_of(picked)
        return Drawing(
            {c: shape for c, shape in before.items() if c in picked},
            {c: shapely.from_wkb(bytes(shape)) for c, shape in picked.items()}, marks,
            max(0, shown.count() - len(picked)),
        )  # fmt: skip


def former_of(draft: Draft) -> dict[str, shapely.Geometry]:
    """The outlines that an adopted draft replaced."""
    rows = FormerOutline.objects.filter(draft_id=draft.pk).values_list("code", "shape")
    return {code: shapely.from_wkb(bytes(shape)) for code, shape in rows if shape}


def lacking(draft_id: UUID, viewer: Viewer, at: datetime, day: date, most: int = 50) -> tuple[list[str], int]:
    """Areas that stand, of the levels of a layer and within its area, which the layer does not hold."""
    with viewing(viewer, at):
        draft = _draft(draft_id, viewer, at)
        codes = draft.outlines.values("code")
        known = Area.objects.filter(code__in=codes).values("level")
        standing = Area.objects.filter(level__in=known, code__startswith=draft.area_code, valid_from__lte=day)
        rows = standing.exclude(valid_to__lte=day).exclude(code__in=codes).order_by("code")
        return list(rows.values_list("code", flat=True)[:most]), rows.count()


def elsewhere(draft_id: UUID, viewer: Viewer, at: datetime) -> list[Elsewhere] | None:
    """How much open work lies in another grid by its point; None where a layer holds no grids."""
    with viewing(viewer, at):
        after = outlines_to_hold(_draft(draft_id, viewer, at))
        grids = set(Area.objects.filter(code__in=list(after), level="grid").values_list("code", flat=True))
        before = shapes_of(grids)
    if not grids:
        return None
    return all_elsewhere(before, {code: shape for code, shape in after.items() if code in grids})


@dataclass(frozen=True)
class Former:
    """An outline that an area had: until when, from which source, and by which draft it was replaced."""

    draft_id: UUID
    source: str
    synthetic: bool
    drawn_at: datetime | None
    replaced_at: datetime


def former_outlines(code: str) -> list[Former]:
    """The outlines that an area had before, newest first; of public borders anybody may know."""
    rows = FormerOutline.objects.filter(code=code).order_by("-replaced_at")
    return [Former(row.draft_id, row.source, row.synthetic, row.drawn_at, row.replaced_at) for row in rows]
