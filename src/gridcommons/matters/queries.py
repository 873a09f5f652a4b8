"""Reads of matters: the catalogue in force, and proof that it was published."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.matters.catalogue import Catalogue, shipped_catalogue
from gridcommons.matters.matter import Clock, Deadline, Matter
from gridcommons.matters.models import Edition

UNPUBLISHED = refusal_kind(
    "matter.unpublished",
    status=409,
    zh="事项清单（版本{version}）尚未公布，暂时不能受理。请管理员先公布清单。",
    en="The list of matters (edition {version}) is not published yet, so nothing can be taken. Publish it first.",
)

_WRITTEN: Final[dict[str, str]] = {}


def is_published(catalogue: Catalogue) -> bool:
    """Whether an edition with exactly this content was published."""
    return Edition.objects.filter(digest=catalogue.version).exists()


def current() -> Catalogue:
    """The catalogue in force; refuses to work by one that was never published."""
    catalogue = shipped_catalogue()
    if not is_published(catalogue):
        raise refuse(UNPUBLISHED, version=catalogue.version)
    return catalogue


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
    content = Edition.objects.order_by("-published_at").values_list("content", flat=True).first() or {}
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
