"""Writes of matters: publishing an edition of the catalogue."""

from __future__ import annotations

from datetime import datetime

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Viewer
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.models import Edition
from gridcommons.matters.queries import as_document, dropped_by

DROPS = refusal_kind(
    "matter.dropped",
    status=409,
    zh="新清单漏掉了仍被事项引用的：{matters}。请保留它们并写明停止日期。",
    en="The new list leaves out matters that cases were made under: {matters}. Keep them and give them an end date.",
)


@deed("matters.publish")
def publish(*, catalogue: Catalogue, by: Viewer, at: datetime, purpose: str = "administration") -> Edition:
    """Publish an edition, whole and by its hash; publishing the same again changes nothing.

    A matter is retired by its end, never left out: cases are made under it.
    """
    if gone := dropped_by(catalogue):
        raise refuse(DROPS, matters=", ".join(gone[:10]))
    edition, _made = Edition.objects.get_or_create(
        digest=catalogue.version,
        defaults={"content": as_document(catalogue), "published_at": at, "published_by": by.key},
    )
    return edition
