"""Reads of the hotline: the county as its rows are read against it, files that wait, an old case for a caller."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db.models import Count, Q

from gridcommons.access.deeds import look
from gridcommons.access.queries import OfficeFacts, offices_in
from gridcommons.access.rules import PUBLIC, Place, Viewer
from gridcommons.cases.codes import ZONE, digest_of, track_key
from gridcommons.cases.hotline.entries import Desk, Ground, Known
from gridcommons.cases.hotline.models import CallRow, Follower, HotlineFile, Import, Unplaced
from gridcommons.cases.hotline.placing import Gazetteer
from gridcommons.cases.hotline.proving import Proof, case_of, is_proven
from gridcommons.cases.hotline.shutting import opened_file, opened_item
from gridcommons.cases.models import Case, PublicCase
from gridcommons.cases.pages import PAGE, CasePage
from gridcommons.cases.showing import page_of
from gridcommons.cases.stepping import place_of
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.people.keys import contact_keys
from gridcommons.territory.queries import all_under, children, grid_locator, trail
from gridcommons.territory.succession import area_now

MARKS_KEY: Final = "hotline-marks"
NOT_TOLD = refusal_kind(
    "hotline.not_told",
    status=404,
    zh="凭这个编号现在不能答复：请核对编号，或请来电人说出查询码，或反映时留下的电话。",
    en="Nothing can be told by this number alone: check it, or ask the caller for the code or the phone they left.",
)


# --- The county, and what came before -------------------------------------------------------------------------------


def ground_of(county: str, at: datetime) -> Ground:
    """The county as it stands: its areas by name, its offices, the list of matters, which rows came before."""
    day = local_day(at, ZONE)
    towns = children(county, day)
    villages = [village for town in towns for village in children(town.code, day)]
    living = {one.code for one in (*towns, *villages)}
    grids = [
        area
        for area in all_under(county).values()
        if area.level == "grid" and not living.isdisjoint(CHINA.ancestors(area.code))
    ]
    names = {area.code: area.name for area in (*towns, *villages, *grids)}
    above = tuple(area.name_zh for area in trail(county))
    return Ground(
        now=at,
        catalogue=current(),
        places=Gazetteer(county, names, {}, _grid_of(), above),
        desks={one.key: _desk(one) for one in offices_in(county)},
        known=_known,
        key=contact_keys().secret(MARKS_KEY),
        former=tuple(code for code in in_force().known_as(county) if code != county),
    )


def _grid_of() -> Callable[[float, float], str]:
    """The grid of a point, by the locator as it stands now: asked for once, not for each row."""
    locator = grid_locator()
    if not locator.polygons:
        return lambda _lon, _lat: ""
    return lambda lon, lat: str(locator.locate(np.array([lon]), np.array([lat]))[0])


def _desk(office: OfficeFacts) -> Desk:
    return Desk(office.key, office.area_code, office.side, office.name_zh)


def _known(digests: Sequence[bytes]) -> dict[bytes, Known]:
    rows = CallRow.objects.filter(digest__in=list(digests)).values_list("digest", "kind", "marks")
    return {bytes(digest): Known(kind, marks) for digest, kind, marks in rows.iterator(2_000)}


def imports(county: str, most: int = 20) -> list[Import]:
    """The files that were taken over in a county, newest first."""
    return list(Import.objects.filter(county_code__in=in_force().known_as(county)).order_by("-at", "-id")[:most])


def mapping_used(county: str) -> str:
    """The mapping of the last file, to be used again; empty before there is one."""
    return next((run.mapping for run in imports(county, most=1)), "")


@dataclass(frozen=True)
class Past:
    """A hotline's history by matter: how many rows, and how many of them name the day of their end."""

    matter_key: str
    rows: int
    ended: int


def past_of(county: str) -> list[Past]:
    """What came as history, counted by matter: a hotline's past and no work of this house."""
    rows = CallRow.objects.filter(county_code__in=in_force().known_as(county), kind="past").values("matter_key")
    counted = rows.annotate(n=Count("digest"), ended=Count("digest", filter=Q(closed_date__isnull=False)))
    return [Past(one["matter_key"], one["n"], one["ended"]) for one in counted.order_by("-n", "matter_key")]


# --- Files that wait ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """A file that waits: its name, size in bytes, its mapping, and when it was sent in."""

    id: UUID
    name: str
    size: int
    mapping: str
    at: datetime
    content: bytes = b""


def _own(facts: Mapping[str, Any]) -> Place:
    return Place(parties=frozenset({facts["viewer"].key}))


def _own_subjects(_found: Waiting | None, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (facts["viewer"].key,)


@look("look.own_hotline_file", on=_own, subjects=_own_subjects)
def waiting_file(*, viewer: Viewer, at: datetime, purpose: str = "own_case") -> Waiting | None:
    """The file that the viewer sent in, opened; None where none waits."""
    row = HotlineFile.objects.filter(parties__contains=[viewer.key]).order_by("-at").first()
    if row is None:
        return None
    return Waiting(row.pk, row.name, row.size, row.mapping, row.at, opened_file(bytes(row.sealed), row.pk))


# --- What is to be placed by hand -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ByHand:
    """A row whose place somebody has to find."""

    id: UUID
    number: str
    area_code: str
    matter_key: str
    reported_at: datetime
    why: str
    text: str
    address: str


@dataclass(frozen=True)
class HandPage:
    """One page of them and how many there are."""

    rows: tuple[ByHand, ...]
    total: int
    first: int


def _hand_subjects(page: HandPage, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"unplaced:{row.id}" for row in page.rows)


@look("look.unplaced", subjects=_hand_subjects)
def to_place(*, viewer: Viewer, at: datetime, first: int = 0, most: int = PAGE, purpose: str = "service") -> HandPage:
    """The rows that the viewer's desk has to place, oldest first; those of others are not there."""
    rows = Unplaced.objects.order_by("reported_at", "id")
    return HandPage(tuple(_by_hand(row) for row in rows[first : first + most]), rows.count(), first)


def _by_hand(row: Unplaced) -> ByHand:
    item = opened_item(bytes(row.sealed), row.pk)
    area = in_force().follow(row.area_code) or row.area_code
    return ByHand(row.pk, item.number, area, row.matter_key, row.reported_at, row.why, item.text, item.address)


# --- A caller asks --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CallerCase:
    """What a caller is told of a case, in public words. `page`: only for whoever proved that it is theirs.

    `by`: what proved it (`code`, `phone`, `follower`), empty where the number alone was given.
    """

    number: str
    matter_key: str
    area_code: str
    state: str
    reported_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    office: Words
    note: str
    by: str = ""
    page: CasePage | None = None


def _of_proof(facts: Mapping[str, Any]) -> Place:
    proof: Proof = facts["proof"]
    case = case_of(proof)
    if case is not None:
        return place_of(Case.objects.filter(pk=case.pk), opened=False)
    return _place_of(_follower(proof.code))


def _place_of(follower: Follower | None) -> Place:
    """A follower stands where the case lies that they follow."""
    if follower is None:
        return Place()
    return Place(area_now(follower.area_code, follower.pk), frozenset(follower.parties), personal=True)


def _follower(code: str) -> Follower | None:
    return Follower.objects.filter(digest=digest_of(code)).first() if code else None


def _caller_subjects(found: CallerCase, facts: Mapping[str, Any]) -> tuple[str, ...]:
    case = case_of(facts["proof"])
    people = [party for party in case.parties if not party.startswith("office:")] if case else []
    return (f"case:{case.pk}", *people) if case else (f"number:{found.number}",)


@look("look.caller_case", on=_of_proof, subjects=_caller_subjects)
def asked_about(*, proof: Proof, viewer: Viewer, at: datetime, purpose: str = "service") -> CallerCase:
    """What a clerk may tell a caller: by code or by number and phone as to its reporter, else what is public."""
    case = case_of(proof)
    if case is not None and (by := is_proven(case, proof, viewer, at)):
        return _told(case, by, at)
    follower = _follower(proof.code)
    number = follower.number if follower else case.number if case else proof.number
    row = PublicCase.objects.filter(pk=number).first() if number else None
    if row is None:
        raise refuse(NOT_TOLD)
    return _public(row, "follower" if follower else "")


def _told(case: Case, by: str, at: datetime) -> CallerCase:
    """The case as its reporter reads it, without the words and the place, which the caller knows."""
    key = next(party for party in case.parties if party.startswith("track:"))
    page = page_of(case, replace(PUBLIC, parties=frozenset({key})), at)
    bare = replace(page, text="", address="", lon=None, lat=None, photos=(), contact_id=None)
    said = [step.note for step in page.steps if step.action in {"close", "void", "settle"} and step.note]
    office = Words(page.handler.name_zh, page.handler.name_en) if page.handler else Words("", "")
    return CallerCase(
        case.number, case.matter_key, page.area_code, case.state, case.reported_at, case.due_at, case.ended_at, office,
        said[-1] if said else "", by, bare,
    )  # fmt: skip


def _public(row: PublicCase, by: str) -> CallerCase:
    return CallerCase(
        row.number, row.matter_key, row.area_code, row.state, row.reported_at, row.due_at, row.ended_at,
        Words(row.office_zh, row.office_en or row.office_zh), row.status_note, by,
    )  # fmt: skip


def _of_follower(facts: Mapping[str, Any]) -> Place:
    return _place_of(_follower(facts["code"]))


def _follower_subjects(_number: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (track_key(facts["code"]),)


@look("look.followed_case", on=_of_follower, subjects=_follower_subjects)
def followed_number(*, code: str, viewer: Viewer, at: datetime, purpose: str = "own_case") -> str:
    """The public number of the case that the holder of a follower's code follows; empty for any other code."""
    follower = _follower(code)
    return follower.number if follower else ""


def is_followed(case_id: UUID) -> bool:
    """Whether somebody follows a case who left a way to tell them."""
    return Follower.objects.filter(case_id=case_id, contact__isnull=False).exists()
