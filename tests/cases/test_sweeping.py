"""A photo whose report failed after it was written: its file goes after a day, and no other does."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import transaction

from gridcommons.access.identify import program
from gridcommons.access.rules import PUBLIC
from gridcommons.access.scope import Scope, scoped
from gridcommons.cases.actions import report_case
from gridcommons.cases.filing import Report
from gridcommons.cases.models import Photo
from gridcommons.cases.storing import store
from gridcommons.cases.sweeping import sweep_photos
from gridcommons.cases.tasks import sweep
from public_door import picture
from town import AT, HERE, Town

NOW = datetime.now(UTC)
BY = program("retention")


@pytest.fixture
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("gridcommons.cases.storing.default_storage", FileSystemStorage(tmp_path))
    return tmp_path


def _report(*photos: bytes) -> None:
    report = Report("street_lamps", "路灯坏了", HERE[0], HERE[1], photos=photos)
    report_case(report=report, channel="page", by=PUBLIC, at=AT)


def _files(media: Path) -> set[str]:
    return {str(file.relative_to(media)) for file in media.rglob("*.jpg")}


def _aged(media: Path, days: float) -> None:
    for file in media.rglob("*.jpg"):
        os.utime(file, ((NOW - timedelta(days=days)).timestamp(),) * 2)


def test_what_a_failed_report_left_behind_goes_after_a_day(town: Town, media: Path) -> None:
    _report(picture(40, 30).read())
    kept = _files(media)
    with transaction.atomic():
        _report(picture(30, 40).read())
        transaction.set_rollback(True)
    with scoped(Scope("^")):
        assert {photo.path for photo in Photo.objects.all()} == kept
    assert len(_files(media)) == 2
    assert sweep_photos(by=BY, at=NOW) == 0, "a report may still be on its way"
    _aged(media, 1.1)
    assert sweep.func(timestamp=int(NOW.timestamp())) == 1
    assert _files(media) == kept


def test_a_picture_that_comes_again_is_young_again(town: Town, media: Path) -> None:
    path = store(b"a picture", "ab" * 32)
    _aged(media, 9)
    assert store(b"a picture", "ab" * 32) == path
    assert sweep_photos(by=BY, at=datetime.now(UTC)) == 0
    _aged(media, 9)
    assert sweep_photos(by=BY, at=NOW) == 1


def test_where_no_photo_was_ever_kept_there_is_nothing_to_sweep(db: None, media: Path) -> None:
    assert sweep_photos(by=BY, at=NOW) == 0
