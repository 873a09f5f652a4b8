"""Reads of founding: the county as it stands, what an officer sent in, which trials arrived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from gridcommons.access.deeds import look
from gridcommons.access.joining.queries import standing_accounts
from gridcommons.access.queries import offices_in
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.codes import ZONE
from gridcommons.cases.founding.books import Sent
from gridcommons.cases.founding.models import CarriedCase, SentSheet, Trial
from gridcommons.cases.founding.sealing import opened
from gridcommons.cases.founding.standing import Standing
from gridcommons.kit.clock import local_day
from gridcommons.matters.adapting import adapted
from gridcommons.matters.queries import changes_in_force, decided, is_published
from gridcommons.territory.queries import all_under
from gridcommons.workforce.queries import standing_posts


def calendar_path() -> Path:
    """Where the county's own calendar lies."""
    return Path(settings.DATA) / "calendar.toml"


def standing(county: str, logins: Iterable[str], at: datetime) -> Standing:
    """A county as it stands, with the accounts of these login names wherever they serve."""
    path = calendar_path()
    changes = changes_in_force()
    return Standing(
        county=county,
        now=at,
        today=local_day(at, ZONE),
        areas=all_under(county),
        offices={one.key: one for one in offices_in(county)},
        accounts=standing_accounts(logins),
        posts=tuple(standing_posts(county)),
        changes=changes,
        is_published=is_published(adapted(changes)),
        switches=tuple(decided(county)),
        carried=frozenset(bytes(digest) for digest in CarriedCase.objects.values_list("digest", flat=True)),
        calendar=path.read_text(encoding="utf-8") if path.exists() else "",
    )


@dataclass(frozen=True)
class SentFacts:
    """A file that waits: its name, size in bytes, and when it was sent in."""

    id: UUID
    name: str
    size: int
    at: datetime


def _own(facts: Mapping[str, Any]) -> Place:
    return Place(parties=frozenset({facts["viewer"].key}))


def _subjects(result: list[Any], facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (facts["viewer"].key,)


@look("look.sent", on=_own, subjects=_subjects)
def sent_sheets(*, viewer: Viewer, at: datetime, purpose: str = "administration") -> list[SentFacts]:
    """The files that the viewer sent in and that wait, oldest first."""
    rows = SentSheet.objects.filter(parties__contains=[viewer.key]).order_by("at", "id")
    return [SentFacts(row.pk, row.name, row.size, row.at) for row in rows.defer("sealed")]


@look("look.sent", on=_own, subjects=_subjects)
def opened_sheets(*, viewer: Viewer, at: datetime, purpose: str = "administration") -> list[Sent]:
    """The files that the viewer sent in, opened."""
    rows = SentSheet.objects.filter(parties__contains=[viewer.key]).order_by("at", "id")
    return [Sent(row.name, opened(bytes(row.sealed), row.pk)) for row in rows]


def trials(county: str) -> list[Trial]:
    """The trials of a first case in a county, newest first."""
    return list(Trial.objects.filter(county_code=county).order_by("-at"))
