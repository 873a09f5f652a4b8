"""A picture whose submission was not kept: its file goes after a day, and no other does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from collection.field_town import FIRST, HELD, Field, furnish, lived_in, paper
from gridcommons.access.identify import program
from gridcommons.cases.storing import store
from gridcommons.collection.inbox.rules import PICTURES
from gridcommons.collection.inbox.working import sweep_pictures
from public_door import picture
from town import AT, Town
from web.office_town import stop_clock

NOW = datetime.now(UTC)
BY = program("retention")


@pytest.fixture
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("gridcommons.cases.storing.default_storage", FileSystemStorage(tmp_path))
    return tmp_path


@pytest.fixture
def field(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Field]:
    stop_clock(monkeypatch, AT)
    with lived_in(HELD):
        yield furnish(town)


def _files(media: Path) -> set[str]:
    return {str(file.relative_to(media)) for file in media.rglob("*.jpg")}


def test_pictures_that_no_submission_names_go_after_a_day(field: Field, media: Path) -> None:
    sent = paper(household=str(FIRST), outcome="done", size="3", more__photo="a.jpg")
    assert field.post(sent, **{"a.jpg": picture(40, 30).read()}).status_code == 201
    kept = _files(media)
    assert len(kept) == 1
    store(b"nobody's", "ab" * 32, PICTURES)
    assert sweep_pictures(by=BY, at=NOW) == 0, "a submission may still be on its way"
    for file in media.rglob("*.jpg"):
        os.utime(file, ((NOW - timedelta(days=1.1)).timestamp(),) * 2)
    assert sweep_pictures(by=BY, at=NOW) == 1
    assert _files(media) == kept
