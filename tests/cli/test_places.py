"""The data folder: private, and agreed on by processes that come at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gridcommons.cli.places import Places, default_data_folder


def test_folders_are_private_and_secrets_too(tmp_path: Path) -> None:
    places = Places(tmp_path / "with space" / "数据").make()
    assert {folder.stat().st_mode & 0o777 for folder in (places.secrets, places.keys, places.media, places.run)} == {
        0o700
    }
    places.secret("web")
    assert (places.secrets / "web").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in places.secrets.iterdir()] == ["web"]


def test_keys_lie_on_a_volume_of_their_own_where_one_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Places(tmp_path / "data").keys == tmp_path / "data" / "keys"
    monkeypatch.setenv("GRIDCOMMONS_KEYS", str(tmp_path / "volume" / "keys"))
    places = Places(tmp_path / "data").make()
    assert places.keys == tmp_path / "volume" / "keys"
    assert places.keys.stat().st_mode & 0o777 == 0o700
    assert not (tmp_path / "data" / "keys").exists()


def test_a_secret_is_made_once_even_by_many_at_once(tmp_path: Path) -> None:
    places = Places(tmp_path).make()
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: places.secret("web"), range(40)))) == 1
    assert places.secret("web") != places.secret("other")


def test_the_data_folder_is_the_named_one_else_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GRIDCOMMONS_DATA", str(tmp_path / "a b"))
    assert default_data_folder() == tmp_path / "a b"
    monkeypatch.delenv("GRIDCOMMONS_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_data_folder() == tmp_path / "gridcommons"
