"""Writes of matters: publishing an edition of the catalogue."""

from __future__ import annotations

from datetime import datetime

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Viewer
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.models import Edition
from gridcommons.matters.queries import as_document


@deed("matters.publish")
def publish(*, catalogue: Catalogue, by: Viewer, at: datetime, purpose: str = "administration") -> Edition:
    """Publish an edition, whole and by its hash; publishing the same again changes nothing."""
    edition, _made = Edition.objects.get_or_create(
        digest=catalogue.version,
        defaults={"content": as_document(catalogue), "published_at": at, "published_by": by.key},
    )
    return edition
