"""Photos of a case kept and added, and words, places and photos forgotten when their time has come."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction

from gridcommons.access.rules import Viewer
from gridcommons.cases.casting import person_of
from gridcommons.cases.filing import MOST_PHOTOS, PHOTO_BYTES, PHOTO_PIXELS
from gridcommons.cases.models import CHECKED, SYSTEMS, UNCHECKED, Case, Part, Photo, Step
from gridcommons.cases.photos import Photo as Rewritten
from gridcommons.cases.photos import reencode
from gridcommons.cases.publishing import blank
from gridcommons.cases.storing import remove, store
from gridcommons.kit.errors import refusal_kind, refuse

WORDS_LIFE: Final = timedelta(days=2 * 365)
"""How long after the end of a case its words, places, photos and persons are kept (`Retention.CASE_LIFE`)."""
PHOTO_TOO_LATE = refusal_kind(
    "case.photo_too_late",
    status=409,
    zh="这件事已经结束，不能再添加照片。",
    en="This case has ended; no photo can be added any more.",
)
NOT_TO_CHECK = refusal_kind(
    "case.photo_not_to_check",
    status=409,
    zh="这张图片已经处理过或不存在。请刷新页面。",
    en="This picture was dealt with already, or there is none. Load the page again.",
)
CASE_FULL = refusal_kind(
    "case.photos_full",
    status=409,
    zh="这件事已有{most}张照片，不能再添加。",
    en="This case holds {most} photos already; no more can be added.",
)


def add(case_id: UUID, data: bytes, by: Viewer, at: datetime, *, by_reporter: bool = False) -> Photo:
    """Write a photo anew and keep it with an open case; called inside its deed."""
    case = _with_room(case_id)
    picture = reencode(data, max_bytes=PHOTO_BYTES, max_pixels=PHOTO_PIXELS)
    return keep_photo(case, picture, person_of(by), "reporter" if by_reporter else "staff", at)


def _with_room(case_id: UUID) -> Case:
    """The case, locked, if another photo may be kept with it."""
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.ended_at is not None:
        raise refuse(PHOTO_TOO_LATE)
    if case.photos.count() >= MOST_PHOTOS * 3:
        raise refuse(CASE_FULL, most=MOST_PHOTOS * 3)
    return case


def take_in(case_id: UUID, data: bytes, by_key: str, most: int, at: datetime) -> tuple[Photo, bool]:
    """A picture that a department's system sent, unchecked, and whether it is new to the case.

    `most`: pictures of such systems with one case. Called inside its deed.
    """
    case = Case.objects.select_for_update().get(pk=case_id)
    if len(data) <= PHOTO_BYTES and (known := _held(case, hashlib.sha256(data).digest())):
        return known, False
    picture = reencode(data, max_bytes=PHOTO_BYTES, max_pixels=PHOTO_PIXELS)
    if known := _held(case, bytes.fromhex(picture.sha256)):
        return known, False
    if case.photos.filter(duty__in=SYSTEMS).count() >= most:
        raise refuse(CASE_FULL, most=most)
    return keep_photo(_with_room(case_id), picture, by_key, UNCHECKED, at), True


def _held(case: Case, sha256: bytes) -> Photo | None:
    return case.photos.filter(sha256=sha256).first()


def check(case_id: UUID, photo_id: UUID, *, is_good: bool) -> Photo:
    """Let the reporter see a picture of a department's system, or remove it; called inside its deed."""
    photo = Photo.objects.select_for_update().filter(pk=photo_id, case_id=case_id, duty=UNCHECKED).first()
    if photo is None:
        raise refuse(NOT_TO_CHECK)
    if is_good:
        photo.duty = CHECKED
        photo.save(update_fields=["duty"])
        return photo
    path = photo.path
    Photo.objects.filter(pk=photo.pk).delete()
    if not Photo.objects.filter(path=path).exists():
        transaction.on_commit(partial(remove, path))
    return photo


def keep_photo(case: Case, picture: Rewritten, by_key: str, duty: str, at: datetime) -> Photo:
    """Store a photo that was written anew, and its row."""
    path = store(picture.jpeg_bytes, picture.sha256)
    return Photo.objects.create(
        case=case, sha256=bytes.fromhex(picture.sha256), path=path, width=picture.width, height=picture.height, at=at,
        by_key=by_key, duty=duty,
    )  # fmt: skip


def forget(most: int, at: datetime) -> list[Case]:
    """Empty what may no longer be kept of cases that ended long ago; called inside its deed."""
    old = Case.objects.filter(ended_at__lte=at - WORDS_LIFE).exclude(text="").order_by("ended_at")
    cases = list(old.select_for_update(skip_locked=True)[:most])
    for case in cases:
        case.text, case.body, case.address, case.lon, case.lat, case.contact_id = "", "", "", None, None, None
        case.parties = [party for party in case.parties if party.startswith("office:")]
    Case.objects.bulk_update(cases, ["text", "body", "address", "lon", "lat", "contact", "parties"])
    Step.objects.filter(case__in=cases).exclude(note="").update(note="")
    Part.objects.filter(case__in=cases).update(text="")
    photos = Photo.objects.filter(case__in=cases)
    paths = set(photos.values_list("path", flat=True))
    photos.delete()
    paths -= set(Photo.objects.filter(path__in=paths).values_list("path", flat=True))
    blank([case.number for case in cases])
    for path in paths:
        transaction.on_commit(partial(remove, path))
    return cases
