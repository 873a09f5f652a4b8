"""Reads of the room: releases of a county by day, their figures and files. Open to everybody, but for the basis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from gridcommons.kit.errors import Refusal, refuse, worded
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words, apart
from gridcommons.outlook.awaited import Awaited
from gridcommons.outlook.models import PostedDay
from gridcommons.outlook.opening import Figure
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.releases.actions import UNKNOWN, WITHDRAWN
from gridcommons.outlook.releases.files import figures_of
from gridcommons.outlook.releases.listing import releasable
from gridcommons.outlook.releases.models import Release, ReleaseFile
from gridcommons.outlook.releases.reckoning import told_of

PAGE: Final = 30


@dataclass(frozen=True)
class FileFacts:
    """A file of a release in a list."""

    name: str
    sha256: str


@dataclass(frozen=True)
class ReleaseFacts:
    """A release in a list. `current`: no later one corrects it, and it was not withdrawn."""

    id: UUID
    area_code: str
    day: date
    revision: int
    made_at: datetime
    scheme: str
    threshold: int
    held_back: int
    current: bool
    asked_at: datetime | None
    asked_why: str
    withdrawn_at: datetime | None
    withdrawn_why: str
    files: tuple[FileFacts, ...]


def _of(area_code: str) -> QuerySet[Release]:
    """The releases of a county, under whichever code it had when they were made."""
    return Release.objects.filter(area_code__in=in_force().known_as(area_code))


def releases(area_code: str, first: int = 0) -> tuple[list[ReleaseFacts], int]:
    """The releases of a county, the latest day first, corrected and withdrawn ones among them; how many there are."""
    rows = _of(area_code).defer("basis").order_by("-day", "-revision")
    page = list(rows[first : first + PAGE])
    files: dict[UUID, list[FileFacts]] = {}
    found = ReleaseFile.objects.filter(release__in=[row.pk for row in page]).order_by("name")
    for release_id, name, digest in found.values_list("release_id", "name", "sha256"):
        files.setdefault(release_id, []).append(FileFacts(name, digest))
    last: dict[date, int] = {}
    for day, number in _of(area_code).filter(day__in=[row.day for row in page]).values_list("day", "revision"):
        last[day] = max(number, last.get(day, 0))
    return [
        ReleaseFacts(
            row.pk, row.area_code, row.day, row.revision, row.made_at, row.scheme, row.threshold, row.held_back,
            row.withdrawn_at is None and row.revision == last[row.day], row.asked_at, row.asked_why,
            row.withdrawn_at, row.withdrawn_why, tuple(files.get(row.pk, ())),
        )
        for row in page
    ], rows.count()  # fmt: skip


def latest_day(area_code: str) -> date | None:
    """The last day of a county that is out."""
    rows = _of(area_code).filter(withdrawn_at__isnull=True).order_by("-day")
    found: date | None = rows.values_list("day", flat=True).first()
    return found


def _current(area_code: str, day: date) -> Release:
    row = _of(area_code).filter(day=day, withdrawn_at__isnull=True).order_by("-revision").first()
    if row is None:
        raise _gone(area_code, day)
    return row


def _gone(area_code: str, day: date) -> Refusal:
    """Of a day that was withdrawn: when and why; of any other that it is none."""
    row = _of(area_code).filter(day=day, withdrawn_at__isnull=False).defer("basis").first()
    if row is None or row.withdrawn_at is None:
        return refuse(UNKNOWN)
    at = f"{row.withdrawn_at.astimezone(ZONE):%Y-%m-%d %H:%M}"
    return Refusal((worded(WITHDRAWN, day=day, at=at, why=apart(row.withdrawn_why)),))


def release_file(area_code: str, day: date, name: str) -> tuple[bytes, str, str]:
    """A file of the release of a day as it stands: its bytes, media type and hash; refuses one that is not out."""
    row = ReleaseFile.objects.filter(release=_current(area_code, day), name=name).first()
    if row is None:
        raise refuse(UNKNOWN)
    return bytes(row.body), row.media, row.sha256


def figures_out(area_code: str, day: date) -> list[Figure]:
    """The figures of a day as they are out, hidden ones as their mark."""
    row = _current(area_code, day)
    return list(figures_of({name: told_of(kept) for name, kept in row.basis.items()}, day, row.threshold))


def days_due(today: date) -> list[date]:
    """The days that may be out by now and were counted, the first first."""
    listed = releasable()
    span = (today - timedelta(days=listed.again), today - timedelta(days=listed.lag))
    return list(PostedDay.objects.filter(day__range=span).order_by("day").values_list("day", flat=True))


def withdrawals_awaited() -> list[Awaited]:
    """The withdrawals that wait for their second person, of every county."""
    rows = Release.objects.filter(asked_at__isnull=False, withdrawn_at__isnull=True).defer("basis")
    return [
        Awaited(f"release:{row.pk}", row.area_code, "release.confirm_withdrawal",
                Words("撤回公开数据", "the withdrawal of open data"), row.asked_by, row.asked_office)
        for row in rows.order_by("asked_at", "pk")
    ]  # fmt: skip
