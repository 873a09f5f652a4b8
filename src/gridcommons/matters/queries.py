"""Reads of matters: the catalogue in force, proof that it was published, and what is switched off where."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Max, Q
from django.db.models.functions import Coalesce

from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.matters.adapting import Changes, adapted
from gridcommons.matters.catalogue import Catalogue, shipped_catalogue
from gridcommons.matters.matter import Clock, Deadline, Matter
from gridcommons.matters.models import Edition, Switch
from gridcommons.matters.switching import Decided, off_at, switched_off_reason

UNPUBLISHED = refusal_kind(
    "matter.unpublished",
    status=409,
    zh="事项清单（版本{version}）尚未公布，暂时不能受理。请管理员先公布清单。",
    en="The list of matters (edition {version}) is not published yet, so nothing can be taken. Publish it first.",
)

_WRITTEN: Final[dict[str, str]] = {}
_LATEST: Final = Coalesce("in_force_at", "published_at").desc()


def is_published(catalogue: Catalogue) -> bool:
    """Whether an edition with exactly this content was published."""
    return Edition.objects.filter(digest=catalogue.version).exists()


def is_in_force(catalogue: Catalogue) -> bool:
    """Whether this edition is the one published last."""
    return Edition.objects.order_by(_LATEST).values_list("digest", flat=True).first() == catalogue.version


def latest_moment() -> datetime | None:
    """When an edition was published last; None before the first."""
    last: datetime | None = Edition.objects.aggregate(last=Max(Coalesce("in_force_at", "published_at")))["last"]
    return last


def current() -> Catalogue:
    """The catalogue in force: the shipped one, or what the county made of it; refuses one that was never published."""
    shipped = shipped_catalogue()
    mine = Edition.objects.filter(Q(digest=shipped.version) | Q(base=shipped.version))
    held = mine.order_by(_LATEST).values_list("base", "changes").first()
    if held is None:
        raise refuse(UNPUBLISHED, version=shipped.version)
    return adapted(held[1]) if held[0] else shipped


def changes_in_force() -> Changes:
    """What the county changed in the edition published last, whichever shipped list it was made on."""
    held: Changes | None = Edition.objects.order_by(_LATEST).values_list("changes", flat=True).first()
    return held or {}


def decided(area_code: str = "", matter_key: str = "") -> list[Decided]:
    """The decisions to take matters or no longer, of an area and those above and below it, oldest first."""
    rows = Switch.objects.order_by("since", "at")
    if matter_key:
        rows = rows.filter(matter_key=matter_key)
    found = [
        Decided(row.matter_key, in_force().follow(row.area_code) or row.area_code, row.is_on, row.since, row.reason)
        for row in rows
    ]
    return [one for one in found if one.area_code.startswith(area_code) or area_code.startswith(one.area_code)]


def require_taken(matter: Matter, area_code: str, on: date) -> None:
    """Refuse a matter that is switched off where it lies, saying since when, why, and where to turn."""
    require_taken_in(matter, area_code, (area_code,), on)


def require_taken_in(matter: Matter, area_code: str, areas: Iterable[str], on: date) -> None:
    """The same for several areas within `area_code`, which themselves may have decided otherwise."""
    decisions = decided(area_code, matter.key)
    for code in areas:
        off = off_at(decisions, matter.key, code, on)
        if off is not None:
            raise Refusal((switched_off_reason(matter, current(), off),))


def matter_as_of(edition: str, key: str) -> Matter:
    """A matter with the deadline of the edition that a record was made under: a promise made is not moved."""
    return matters_as_of([(edition, key)])[edition, key]


def matters_as_of(made: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Matter]:
    """The same for many records, by their edition and key; the catalogue in force is asked for once."""
    catalogue = current()
    return {(edition, key): _as_of(catalogue, edition, key) for edition, key in set(made)}


def _as_of(catalogue: Catalogue, edition: str, key: str) -> Matter:
    matter = catalogue.get(key)
    deadline = None if edition == catalogue.version else _deadline_of(edition, key)
    return dataclasses.replace(matter, deadline=deadline) if deadline else matter


@functools.lru_cache(maxsize=10_000)
def _deadline_of(edition: str, key: str) -> Deadline | None:
    """Editions are never changed, so what was read once holds; None where an edition did not know the matter."""
    content = Edition.objects.filter(digest=edition).values_list("content", flat=True).first() or {}
    for matter in content.get("matters", []):
        if matter["key"] == key:
            said = matter["deadline"]
            return Deadline(Clock(said["clock"]), said["file_minutes"], said["handle_minutes"])
    return None


def dropped_by(catalogue: Catalogue) -> list[str]:
    """Keys of the last published edition that a new one no longer knows."""
    content = Edition.objects.order_by(_LATEST).values_list("content", flat=True).first() or {}
    return sorted(matter["key"] for matter in content.get("matters", []) if matter["key"] not in catalogue)


def as_document(catalogue: Catalogue) -> dict[str, Any]:
    """An edition as plain JSON values, for the archive of editions and for open data."""
    if catalogue.version not in _WRITTEN:  # by its content's hash: the same edition is written out once
        _WRITTEN[catalogue.version] = json.dumps(dataclasses.asdict(catalogue), default=str)
    document: dict[str, Any] = json.loads(_WRITTEN[catalogue.version])
    return document


def published_at(catalogue: Catalogue) -> datetime | None:
    """When this edition was published; None if it never was."""
    return Edition.objects.filter(digest=catalogue.version).values_list("published_at", flat=True).first()


def matter_name(key: str) -> Words:
    """The name of a matter, or its key where the list no longer knows it."""
    catalogue = current()
    return catalogue.get(key).name if key in catalogue else Words(key, key)
