"""The file of a backup is held against its manifest before anything is done with it."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gridcommons import __version__
from gridcommons.cli.backup import MANIFEST, Manifest, check_backup, unpack
from gridcommons.cli.restore import differences
from gridcommons.kit.errors import Refusal

MEMBERS = {"database.dump": b"PGDMP" * 3000, "media/2026/a photo.jpg": b"\xff\xd8 light", "lake/day.parquet": b"PAR1"}


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    file = tmp_path / "kept apart" / "monday.tar"
    file.parent.mkdir()
    manifest = Manifest(__version__, "2026-11-02T01:00:00+00:00", 18)
    manifest.members = {name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in MEMBERS.items()}
    with tarfile.open(file, "w") as tar:
        for name, data in {**MEMBERS, MANIFEST: manifest.as_json()}.items():
            about = tarfile.TarInfo(name)
            about.size = len(data)
            tar.addfile(about, io.BytesIO(data))
    return file


def _rewrite(file: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """Write the tar anew with its members changed or left out."""
    with tarfile.open(file) as tar:
        members = [(m.name, tar.extractfile(m).read()) for m in tar]  # type: ignore[union-attr]
    with tarfile.open(file, "w") as tar:
        for name, content in members:
            changed = change(name, content)
            if changed is not None:
                about = tarfile.TarInfo(name)
                about.size = len(changed)
                tar.addfile(about, io.BytesIO(changed))


def _said(manifest: bytes, **changes: object) -> bytes:
    return json.dumps({**json.loads(manifest), **changes}).encode()


DAMAGES: dict[str, Callable[[str, bytes], bytes | None]] = {
    "a changed photo": lambda name, content: content[:-1] + b"!" if name.startswith("media") else content,
    "a missing photo": lambda name, content: None if name.startswith("media") else content,
    "a changed dump": lambda name, content: content[:-1] if name == "database.dump" else content,
    "no manifest": lambda name, content: None if name == MANIFEST else content,
    "a broken manifest": lambda name, content: b"{" if name == MANIFEST else content,
    "members as a list": lambda name, content: _said(content, members=[]) if name == MANIFEST else content,
    "a version that is a number": lambda name, content: _said(content, version=5) if name == MANIFEST else content,
    "tables as a list": lambda name, content: _said(content, tables=[]) if name == MANIFEST else content,
    "no checkpoint": lambda name, content: _said(content, ledger=[]) if name == MANIFEST else content,
    "a size without end": lambda name, content: (
        _said(content, members={"x": [float("inf"), ""]}) if name == MANIFEST else content
    ),
    "a manifest that never ends": lambda name, content: b"[" * 100_000 if name == MANIFEST else content,
    "a manifest that is a list": lambda name, content: b"[]" if name == MANIFEST else content,
    "a manifest of something else": lambda name, content: b'{"a": 1}' if name == MANIFEST else content,
}


@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_backup_is_refused(how: str, backup: Path) -> None:
    _rewrite(backup, DAMAGES[how])
    with pytest.raises(Refusal) as refused:
        check_backup(backup)
    assert refused.value.code == "backup.not_sound"


def test_a_backup_that_was_only_packed_anew_is_taken(backup: Path) -> None:
    _rewrite(backup, lambda _name, content: content)
    assert check_backup(backup).members.keys() == MEMBERS.keys()


def test_a_path_out_of_the_folder_is_refused(backup: Path) -> None:
    evil = b"owned"

    def change(name: str, content: bytes) -> bytes:
        if name != MANIFEST:
            return content
        manifest = Manifest.from_json(content)
        manifest.members["media/../../secrets/web"] = (len(evil), "0" * 64)
        return manifest.as_json()

    _rewrite(backup, change)
    with tarfile.open(backup, "a") as tar:
        about = tarfile.TarInfo("media/../../secrets/web")
        about.size = len(evil)
        tar.addfile(about, io.BytesIO(evil))
    with pytest.raises(Refusal, match=r"media/\.\./\.\./secrets/web"):
        check_backup(backup)


def test_a_link_in_a_backup_is_refused(backup: Path) -> None:
    with tarfile.open(backup, "a") as tar:
        link = tarfile.TarInfo("media/link")
        link.type, link.linkname = tarfile.SYMTYPE, "../keys"
        tar.addfile(link)
    with pytest.raises(Refusal, match="plain file"):
        check_backup(backup)


def test_a_truncated_or_foreign_file_is_refused(backup: Path, tmp_path: Path) -> None:
    short, foreign = tmp_path / "short.tar", tmp_path / "foreign.tar"
    short.write_bytes(backup.read_bytes()[:15_500])
    foreign.write_text("hello")
    for file in (short, foreign, tmp_path / "missing.tar"):
        with pytest.raises(Refusal) as refused:
            check_backup(file)
        assert refused.value.code == "backup.not_sound"


def test_a_backup_of_a_newer_version_is_refused(backup: Path) -> None:
    def newer(name: str, content: bytes) -> bytes:
        return _said(content, version="99.0.0") if name == MANIFEST else content

    _rewrite(backup, newer)
    with pytest.raises(Refusal) as refused:
        check_backup(backup)
    assert refused.value.code == "backup.newer"


def test_one_folder_or_one_file_is_unpacked(backup: Path, tmp_path: Path) -> None:
    unpack(backup, "media", tmp_path / "media")
    unpack(backup, "database.dump", tmp_path / "dump")
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*.jpg"))] == [
        "media/2026/a photo.jpg"
    ]
    assert (tmp_path / "dump").read_bytes() == MEMBERS["database.dump"]
    assert (tmp_path / "dump").stat().st_mode & 0o777 == 0o600


def test_differing_tables_are_named_with_both_numbers() -> None:
    assert differences({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 5, "d": 4}) == ["b 2 -> 5", "c 3 -> 0", "d 0 -> 4"]
