"""The folder of keys: private, made on first use, rotated, destroyed for every process at once."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from gridcommons.kit.errors import Refusal
from gridcommons.people.crypto import Context, open_sealed, seal
from gridcommons.people.keyfolder import KeyFolder

HERE = Context("contact", "row-1")


def test_the_first_use_makes_a_private_folder_with_one_key(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "keys"
    ring = KeyFolder(folder).ring()
    assert list(ring.keys) == [ring.active]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(entry.stat().st_mode) for entry in folder.iterdir()} == {0o600}
    assert len(list(folder.iterdir())) == 1


def test_a_second_process_finds_the_same_keys(tmp_path: Path) -> None:
    first, second = KeyFolder(tmp_path / "keys"), KeyFolder(tmp_path / "keys")
    assert first.ring() == second.ring()
    assert first.secret("blind-index") == second.secret("blind-index") != second.secret("pseudonym")


def test_rotation_writes_with_a_new_key_and_still_reads_the_old(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys")
    old = seal("before", keyring=folder.ring(), context=HERE)
    new_id = folder.rotate()
    assert folder.ring().active == new_id
    assert open_sealed(old, keyring=folder.ring(), context=HERE) == "before"


def test_twelve_rotations_keep_the_newest_active(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys")
    made = [folder.rotate() for _ in range(12)]
    assert folder.ring().active == made[-1]
    assert len(folder.ring().keys) == 13


def test_a_destroyed_key_is_gone_for_another_process_too(tmp_path: Path) -> None:
    folder, other = KeyFolder(tmp_path / "keys"), KeyFolder(tmp_path / "keys")
    old_id = folder.ring().active
    blob = seal("secret", keyring=other.ring(), context=HERE)
    folder.rotate()
    folder.destroy(old_id)
    with pytest.raises(Refusal) as caught:
        open_sealed(blob, keyring=other.ring(), context=HERE)
    assert caught.value.code == "contact.key_destroyed"
    assert [entry.stem for entry in (tmp_path / "keys").iterdir()] == [folder.ring().active]


def test_a_lost_folder_leaves_blobs_destroyed_not_damaged(tmp_path: Path) -> None:
    blob = seal("secret", keyring=KeyFolder(tmp_path / "keys").ring(), context=HERE)
    with pytest.raises(Refusal) as caught:
        open_sealed(blob, keyring=KeyFolder(tmp_path / "new").ring(), context=HERE)
    assert caught.value.code == "contact.key_destroyed"


def test_the_key_in_use_and_an_unknown_one_cannot_be_destroyed(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys")
    for key_id, code in ((folder.ring().active, "keys.still_active"), ("../x", "keys.unknown")):
        with pytest.raises(Refusal) as caught:
            folder.destroy(key_id)
        assert caught.value.code == code


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o705])
def test_a_folder_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys").chmod(mode)
    with pytest.raises(Refusal) as caught:
        KeyFolder(tmp_path / "keys")
    assert caught.value.code == "keys.folder_open"
    assert list((tmp_path / "keys").iterdir()) == []


def test_a_key_file_open_to_others_is_refused(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys")
    next((tmp_path / "keys").iterdir()).chmod(0o640)
    with pytest.raises(Refusal) as caught:
        folder.ring()
    assert caught.value.code == "keys.folder_open"


def test_a_damaged_key_file_is_refused(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys")
    next((tmp_path / "keys").iterdir()).write_bytes(b"short")
    with pytest.raises(Refusal) as caught:
        folder.ring()
    assert caught.value.code == "contact.weak_key"


def test_a_secret_has_a_plain_name(tmp_path: Path) -> None:
    with pytest.raises(Refusal):
        KeyFolder(tmp_path / "keys").secret("../outside")
