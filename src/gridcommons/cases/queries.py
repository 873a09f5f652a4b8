"""Reads of cases: the page of one case, queues, a worker's list; each a look, naming what it showed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models.expressions import Combinable

from gridcommons.access.deeds import look
from gridcommons.access.entries import Entry, entries_about
from gridcommons.access.rules import Place, Viewer
from gridcommons.access.scope import lying_in
from gridcommons.cases.codes import digest_of, track_key
from gridcommons.cases.finding_same import Same, Spot, same_among_cases
from gridcommons.cases.lateness import URGENT
from gridcommons.cases.models import UNCHECKED, Case, Photo, PublicCase, PublicStep
from gridcommons.cases.pages import (
    APART_STATES,
    OPEN_STATES,
    PAGE,
    CasePage,
    ChecksHeld,
    Filter,
    PhotoLine,
    QueuePage,
    QueueRow,
    StepLine,
    ToCheck,
)
from gridcommons.cases.showing import filtered, page_of, rows_of, to_check
from gridcommons.cases.stepping import UNKNOWN, place_of
from gridcommons.kit.errors import refuse
from gridcommons.territory.succession import area_now

__all__ = [
    "APART_STATES", "OPEN_STATES", "PAGE", "CasePage", "ChecksHeld", "Filter", "PhotoLine", "QueuePage", "QueueRow",
    "StepLine", "ToCheck",
]  # fmt: skip


Box = tuple[float, float, float, float]


def _of_case(facts: Mapping[str, Any]) -> Place:
    return place_of(Case.objects.filter(pk=facts["case_id"]))


def _of_code(facts: Mapping[str, Any]) -> Place:
    return place_of(Case.objects.filter(track_digest=digest_of(facts["code"])))


def _page_subjects(page: CasePage, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    parties = Case.objects.values_list("parties", flat=True).get(pk=page.id)
    return (f"case:{page.id}", *(party for party in parties if not party.startswith("office:")))


def _queue_subjects(page: QueuePage, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The cases shown and those who reported them: a look at a list is a look they can read."""
    return _subjects_of([row.id for row in page.rows])


def _subjects_of(ids: Sequence[UUID]) -> tuple[str, ...]:
    parties = {p for held in Case.objects.filter(pk__in=ids).values_list("parties", flat=True) for p in held}
    return (*(f"case:{i}" for i in ids), *sorted(p for p in parties if not p.startswith("office:")))


@look("look.case", on=_of_case, subjects=_page_subjects)
def case_page(*, case_id: UUID, viewer: Viewer, at: datetime, purpose: str) -> CasePage:
    """One case for those who work on it."""
    return page_of(Case.objects.get(pk=case_id), viewer, at)


@look("look.own_case", on=_of_code, subjects=_page_subjects)
def tracked_case(*, code: str, viewer: Viewer, at: datetime, purpose: str = "own_case") -> CasePage:
    """One case for whoever holds its tracking code; the viewer must carry the code's key as a party."""
    return page_of(Case.objects.get(track_digest=digest_of(code)), viewer, at)


@look("look.own_case", on=_of_case, subjects=_page_subjects)
def own_case(*, case_id: UUID, viewer: Viewer, at: datetime, purpose: str = "own_case") -> CasePage:
    """One case for the account that reported it."""
    return page_of(Case.objects.get(pk=case_id), viewer, at)


def with_code(viewer: Viewer, code: str) -> Viewer:
    """The viewer, holding a tracking code."""
    return Viewer(
        key=viewer.key, user_id=viewer.user_id, grants=viewer.grants, parties=viewer.parties | {track_key(code)},
        everywhere=viewer.everywhere, name=viewer.name,
    )  # fmt: skip


_ORDERS: Final[Mapping[str, Sequence[Combinable | str]]] = {
    "due": URGENT,
    "new": ("-reported_at",),
    "old": ("reported_at",),
}


@look("look.queue", subjects=_queue_subjects)
def queue(
    *, wanted: Filter, viewer: Viewer, at: datetime, first: int = 0, most: int = PAGE, order: str = "due",
    purpose: str = "service",
) -> QueuePage:  # fmt: skip
    """The cases a viewer may work on, filtered, the most urgent first, at most `most`; rows of others are not there."""
    rows = filtered(wanted, viewer, at)
    ordering = _ORDERS.get(order, _ORDERS["due"])
    page = rows.order_by(*ordering, "id")[first : first + most]
    return QueuePage(rows_of(page, at), rows.count(), first)


def _phone_subjects(found: ChecksHeld, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return _subjects_of([one.row.id for one in found.rows if one.row.id in found.news])


@look("look.queue", subjects=_phone_subjects)
def cases_to_check(
    *, news: Callable[[Sequence[ToCheck]], Collection[UUID]], viewer: Viewer, at: datetime, most: int,
    purpose: str = "verification",
) -> ChecksHeld:  # fmt: skip
    """The cases that a viewer may check on the spot, whole, for a day without a network; the most urgent first.

    `news`: says of which of them the phone is told something that it had not today: the entry names these.
    """
    rows = filtered(Filter(states=("handled",), to_do=True), viewer, at)
    found = to_check(rows.order_by(*_ORDERS["due"], "id")[:most], at)
    return ChecksHeld(found, frozenset(news(found)), rows.count())


@look("look.own_case", subjects=_queue_subjects)
def my_cases(*, viewer: Viewer, at: datetime, first: int = 0, purpose: str = "own_case") -> QueuePage:
    """The cases that an account reported, newest first."""
    rows = Case.objects.filter(parties__contains=[viewer.key]) if viewer.user_id else Case.objects.none()
    page = rows.order_by("-reported_at", "id")[first : first + PAGE]
    return QueuePage(rows_of(page, at), rows.count(), first)


def _same_subjects(found: tuple[Same, ...], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return _subjects_of([one.id for one in found if one.id is not None])


@look("look.queue", subjects=_same_subjects)
def likely_same(
    *, spot: Spot, but: UUID | None = None, viewer: Viewer, at: datetime, purpose: str = "service"
) -> tuple[Same, ...]:
    """Open cases the viewer may see that are perhaps the same as a report, the likest first; `but`: not this one."""
    return same_among_cases(spot, but=but)


def _looks_subjects(_entries: list[Entry], facts: Mapping[str, Any]) -> tuple[str, ...]:
    parties = Case.objects.values_list("parties", flat=True).get(pk=facts["case_id"])
    return (f"case:{facts['case_id']}", *(party for party in parties if not party.startswith("office:")))


@look("look.case", on=_of_case, subjects=_looks_subjects)
def looks_at_case(*, case_id: UUID, viewer: Viewer, at: datetime, purpose: str) -> list[Entry]:
    """Who looked at a case, newest first, as far as the viewer's own scope reaches."""
    return entries_about(f"case:{case_id}")


def _photo_subjects(photo: Photo, facts: Mapping[str, Any]) -> tuple[str, ...]:
    parties = Case.objects.values_list("parties", flat=True).get(pk=facts["case_id"])
    return (f"photo:{photo.pk}", f"case:{photo.case_id}", *(p for p in parties if not p.startswith("office:")))


@look("look.case", on=_of_case, subjects=_photo_subjects)
def photo_of(*, case_id: UUID, photo_id: UUID, viewer: Viewer, at: datetime, purpose: str) -> Photo:
    """One photo of a case for those who work on it."""
    return _photo(case_id, photo_id)


@look("look.own_case", on=_of_case, subjects=_photo_subjects)
def own_photo(*, case_id: UUID, photo_id: UUID, viewer: Viewer, at: datetime, purpose: str = "own_case") -> Photo:
    """One photo of a case for its reporter; a system's picture only after somebody of the office looked at it."""
    found = _photo(case_id, photo_id)
    if found.duty == UNCHECKED:
        raise refuse(UNKNOWN)
    return found


def _photo(case_id: UUID, photo_id: UUID) -> Photo:
    found = Photo.objects.filter(pk=photo_id, case_id=case_id).first()
    if found is None:
        raise refuse(UNKNOWN)
    return found


def public_cases(
    *,
    codes: tuple[str, ...] = (),
    matter_keys: tuple[str, ...] = (),
    first: datetime | None = None,
    last: datetime | None = None,
    states: tuple[str, ...] = (),
    area_code: str = "",
    ended_from: datetime | None = None,
    box: Box | None = None,
    limit: int = 1_000,
    offset: int = 0,
) -> list[PublicCase]:
    """What is public of the cases of public matters, newest first; no person and no exact place is in it.

    `box`: west, south, east, north in degrees (WGS 84), of the place as it is public.
    """
    rows = PublicCase.objects.all()
    if codes:
        return _today(rows.filter(number__in=codes)[:limit])
    for name, value in (
        ("matter_key__in", matter_keys), ("reported_at__gte", first), ("reported_at__lte", last), ("state__in", states),
        ("ended_at__gte", ended_from), ("lon__range", box and (box[0], box[2])),
        ("lat__range", box and (box[1], box[3])),
    ):  # fmt: skip
        if value:
            rows = rows.filter(**{name: value})
    rows = rows.filter(lying_in("area_code", [area_code])) if area_code else rows
    return _today(rows.order_by("-reported_at", "number")[offset : offset + limit])


def public_steps(
    *,
    numbers: tuple[str, ...] = (),
    matter_keys: tuple[str, ...] = (),
    first: datetime | None = None,
    last: datetime | None = None,
    area_code: str = "",
    limit: int = 1_000,
    offset: int = 0,
) -> list[PublicStep]:
    """How public cases stood after their steps, the newest first; only of cases that are public still."""
    cases = PublicCase.objects.filter(matter_key__in=matter_keys)
    cases = cases.filter(lying_in("area_code", [area_code])) if area_code else cases
    rows = PublicStep.objects.filter(number__in=cases.values("number"))
    for name, value in (("number__in", numbers), ("at__gte", first), ("at__lte", last)):
        if value:
            rows = rows.filter(**{name: value})
    return list(rows.order_by("-at", "-id")[offset : offset + limit])


def _today(rows: Iterable[PublicCase]) -> list[PublicCase]:
    """Public rows with the codes that their areas have now, for reading only."""
    found = list(rows)
    for row in found:
        row.area_code = area_now(row.area_code)
    return found
