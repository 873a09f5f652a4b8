"""Photos in files: a ZIP beside the table, bounded in size; what has no room in it goes into the next one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from gridcommons.access.rules import Viewer
from gridcommons.cases.models import Photo
from gridcommons.cases.partners.acting import terms_of, viewer_for
from gridcommons.cases.partners.exporting import keep, name_in_zip, name_of, zipped
from gridcommons.cases.partners.models import File, Link, Picture
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.queries import photo_for
from gridcommons.cases.partners.rules import Seen
from gridcommons.cases.storing import size
from gridcommons.kit.errors import Refusal
from gridcommons.kit.ids import uuid7
from gridcommons.kit.sheets import Cell


def waiting_photos(link: Link) -> QuerySet[Picture]:
    """The photos of a link that wait for a file, the oldest first."""
    rows = link.pictures.filter(back=False, state=Seen.WAITING.value).select_related("pairing")
    return rows.order_by("at", "id")


def file_of_photos(link: Link, by: Viewer, at: datetime) -> File | None:
    """The ZIP of what waits, as far as it has room; None where nothing does. Called inside its deed."""
    photos, rows, taken = list[tuple[str, bytes]](), list[tuple[Cell, ...]](), list[Picture]()
    room = policy().photo_rules.file_bytes
    for row in waiting_photos(link):
        if photos and _bytes(row) > room:
            break
        found = _read(link, row, at) if terms_of(link).with_photos else None
        if found is None:
            row.state, row.reason, row.changed_at = Seen.OVER.value, "photo_gone", at
            row.save()
            continue
        photo, content = found
        room -= len(content)
        name = name_in_zip(row.pairing.number, str(photo.pk))
        photos.append((name, content))
        rows.append((name, row.pairing.number, bytes(photo.sha256).hex(), photo.at))
        taken.append(row)
    return _kept(link, photos, rows, taken, by, at) if photos else None


def _bytes(row: Picture) -> int:
    """How much room a photo takes; nothing where it is gone."""
    path = Photo.objects.filter(pk=row.photo).values_list("path", flat=True).first() if row.photo else None
    return (size(path) or 0) if path else 0


def _read(link: Link, row: Picture, at: datetime) -> tuple[Photo, bytes] | None:
    """A photo by a look in the link's own sight; None where it may not or cannot leave any more."""
    if row.photo is None or row.pairing.case_id is None:
        return None
    try:
        return photo_for(
            case_id=row.pairing.case_id, photo_id=row.photo, link=link.key, viewer=viewer_for(link), at=at
        )  # fmt: skip
    except Refusal:
        return None


def _kept(
    link: Link, photos: list[tuple[str, bytes]], rows: list[tuple[Cell, ...]], taken: list[Picture], by: Viewer,
    at: datetime,
) -> File:  # fmt: skip
    pk: UUID = uuid7()
    name = name_of(link.key, pk, "zip", at)
    keep(link.key, name, zipped(photos, rows))
    ids = [row.pk for row in taken]
    Picture.objects.filter(pk__in=ids).update(state=Seen.FILED.value, file=name, reason="", changed_at=at)
    return File.objects.create(id=pk, link=link, name=name, made_at=at, rows=len(photos), made_by=by.key)
