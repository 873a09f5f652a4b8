"""Writes of the room: releases made, and withdrawn by two."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.disclosure import THRESHOLD, Shown
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.outlook.painting.asking import clean_reason, confirmed_by, office_of_officer, user_of
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.releases.counting import REPORTS, sheets_of
from gridcommons.outlook.releases.early import early_of
from gridcommons.outlook.releases.files import dataset, written
from gridcommons.outlook.releases.listing import releasable
from gridcommons.outlook.releases.models import Release, ReleaseFile
from gridcommons.outlook.releases.reckoning import Sheet, Told, corrected, first_told, gives_away, told_of
from gridcommons.outlook.releases.redrawn import is_redrawn

UNKNOWN = refusal_kind(
    "releases.unknown", status=404, zh="没有这一天的公开数据或这个文件，请从清单中选择。",
    en="There is no release of this day, or no such file. Choose one from the list.",
)  # fmt: skip
WITHDRAWN = refusal_kind(
    "releases.withdrawn", status=410, zh="{day}的公开数据已于{at}撤回，不再提供。原因：{why_zh}",
    en="The open data of {day} were withdrawn on {at} and are given out no more. Reason: {why_en}",
)  # fmt: skip
NOT_WAITING = refusal_kind(
    "releases.not_waiting", status=409, zh="这份公开数据已撤回，或没有待确认的撤回申请。",
    en="This release is withdrawn already, or nobody asked to withdraw it.",
)  # fmt: skip


def _there(facts: Mapping[str, Any]) -> Place:
    return Place(facts["area_code"])


def _of_release(facts: Mapping[str, Any]) -> Place:
    return Place(_row(facts["release_id"]).area_code)


def _row(release_id: UUID) -> Release:
    row = Release.objects.filter(pk=release_id).first()
    if row is None:
        raise refuse(UNKNOWN)
    return row


@deed("release.make", on=_there, keeps=("day",))
def make_release(*, area_code: str, day: date, by: Viewer, at: datetime, purpose: str = "operation") -> Release | None:
    """Release a county's day, or correct what is out; None where nothing changed that may be told.

    A day whose release was withdrawn is not released again, nor one before areas there were reorganised.
    """
    if is_redrawn(area_code, day, local_day(at, ZONE)):
        return None
    former = Release.objects.filter(area_code=area_code, day=day).order_by("-revision").first()
    if former is not None and former.withdrawn_at is not None:
        return None
    before = {name: told_of(kept) for name, kept in former.basis.items()} if former else {}
    threshold = former.threshold if former else THRESHOLD
    told, held = _told(before, sheets_of(area_code, day, at), threshold, early_of(area_code, day, at, threshold))
    basis = {name: one.as_dict() for name, one in told.items()}
    if former is not None and (basis, held) == (former.basis, former.held_back):
        return None
    row = Release.objects.create(
        area_code=area_code, day=day, revision=former.revision + 1 if former else 1, scheme=releasable().version,
        threshold=threshold, held_back=held, basis=basis, made_at=at,
    )  # fmt: skip
    files = written(dataset(told, area_code, day, at, threshold, held), day)
    ReleaseFile.objects.bulk_create(
        ReleaseFile(release=row, name=one.name, media=one.media, body=one.body, sha256=one.sha256) for one in files
    )
    return row


def _told(
    before: Mapping[str, Told], sheets: Mapping[str, Sheet], threshold: int, early: Mapping[str, Shown]
) -> tuple[dict[str, Told], int]:
    """How each sheet leaves, and how many are held back: as they are now, or at all beside what was told before."""
    told, held = {name: one for name, one in before.items() if name not in sheets}, 0
    known = releasable().listed
    for name, sheet in sheets.items():
        former, own = before.get(name), known if name == REPORTS else frozenset[str]()
        found = corrected(former, sheet, threshold, own) if former else first_told(sheet, threshold, own)
        if found and name in early and gives_away(found, early[name], threshold):
            found = None
        held += found is None
        if (leaves := found or former) is not None:
            told[name] = leaves
    return told, held


@deed("release.ask_withdrawal", on=_of_release)
def ask_withdrawal(*, release_id: UUID, why: str, by: Viewer, at: datetime, purpose: str = "overview") -> Release:
    """Ask to withdraw a release; it stays out until a second person confirms."""
    row, said = _row(release_id), clean_reason(why)
    if row.withdrawn_at is not None:
        raise refuse(NOT_WAITING)
    office = office_of_officer(by, "release.ask_withdrawal", row.area_code, at)
    row.asked_at, row.asked_by, row.asked_office, row.asked_why = at, user_of(by), office.id, said
    row.save()
    return row


@deed("release.confirm_withdrawal", on=_of_release)
def confirm_withdrawal(*, release_id: UUID, by: Viewer, at: datetime, purpose: str = "oversight") -> Release:
    """Withdraw a release as the second person, of another office and line, with every earlier one of that day.

    Its files are given out no more; it stays listed with the reason.
    """
    row = _row(release_id)
    if row.withdrawn_at is not None or row.asked_by is None or row.asked_office is None:
        raise refuse(NOT_WAITING)
    office = confirmed_by(row.asked_by, row.asked_office, by, "release.confirm_withdrawal", at)
    Release.objects.filter(area_code=row.area_code, day=row.day, withdrawn_at__isnull=True).update(
        asked_at=row.asked_at, asked_by=row.asked_by, asked_office=row.asked_office, asked_why=row.asked_why,
        withdrawn_at=at, withdrawn_by=user_of(by), withdrawn_office=office, withdrawn_why=row.asked_why,
    )  # fmt: skip
    row.refresh_from_db()
    return row
