"""The program's static files where they are replaced under a running program, as an upgrade does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from gridcommons.web.static_files import CHECKED, StaticFiles


@pytest.fixture
def folder(tmp_path: Path) -> Any:
    (tmp_path / CHECKED).mkdir(parents=True)
    (tmp_path / CHECKED / "field.js").write_text("one", encoding="utf-8")
    (tmp_path / "plain.css").write_text("a {}", encoding="utf-8")
    with override_settings(STATICFILES_DIRS=[tmp_path]):
        yield tmp_path


def asked(files: StaticFiles, path: str, **headers: str) -> Any:
    """What is answered; 404 stands for what was handed on."""
    return files(RequestFactory().get(f"/static/{path}", headers=headers))


@pytest.fixture
def files(folder: Path) -> StaticFiles:
    return StaticFiles(lambda _request: HttpResponse(status=404))


def test_a_file_that_grew_is_sent_whole(files: StaticFiles, folder: Path) -> None:
    first = asked(files, f"{CHECKED}field.js")
    assert b"".join(first) == b"one"
    (folder / CHECKED / "field.js").write_text("one and more", encoding="utf-8")
    again = asked(files, f"{CHECKED}field.js")
    assert (b"".join(again), again["Content-Length"]) == (b"one and more", "12")
    assert again["ETag"] != first["ETag"]
    assert asked(files, f"{CHECKED}field.js", If_None_Match=again["ETag"]).status_code == 304


def test_a_part_that_was_added_is_found_and_one_that_went_is_not(files: StaticFiles, folder: Path) -> None:
    assert asked(files, f"{CHECKED}part-two.js").status_code == 404
    (folder / CHECKED / "part-two.js").write_text("two", encoding="utf-8")
    assert b"".join(asked(files, f"{CHECKED}part-two.js")) == b"two"
    (folder / CHECKED / "part-two.js").unlink()
    assert asked(files, f"{CHECKED}part-two.js").status_code == 404


def test_files_that_name_one_another_are_asked_for_anew(files: StaticFiles) -> None:
    assert asked(files, f"{CHECKED}field.js")["Cache-Control"] == "no-cache"
    assert "max-age=60" in asked(files, "plain.css")["Cache-Control"]


@pytest.mark.parametrize("path", ["../pyproject.toml", "built/../../x", "built/%00", "built//field/field.js", "built/"])
def test_nothing_outside_is_answered(files: StaticFiles, path: str) -> None:
    assert asked(files, path).status_code == 404
