"""Where the program keeps its things: the data folder and what lies in it."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

DATA_VARIABLE = "GRIDCOMMONS_DATA"
KEYS_VARIABLE = "GRIDCOMMONS_KEYS"
_PRIVATE = 0o700


def default_data_folder() -> Path:
    """`GRIDCOMMONS_DATA`, else the user's data folder by the XDG rule."""
    named = os.environ.get(DATA_VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "gridcommons"


@dataclass(frozen=True)
class Places:
    """The folders below one data folder."""

    data: Path

    @property
    def secrets(self) -> Path:
        """Passwords and the web secret; mode 0700."""
        return self.data / "secrets"

    @property
    def keys(self) -> Path:
        """Keys for contacts and checkpoints, on a volume of their own where one is named; never in a backup."""
        return Path(os.environ.get(KEYS_VARIABLE) or self.data / "keys")

    @property
    def media(self) -> Path:
        """Photos, written anew before they are kept."""
        return self.data / "media"

    @property
    def notices(self) -> Path:
        """E-mail and SMS of the demo, as files."""
        return self.data / "notices"

    @property
    def lake(self) -> Path:
        """Columnar facts; empty until collection writes any."""
        return self.data / "lake"

    @property
    def run(self) -> Path:
        """Process ids and logs of what is running."""
        return self.data / "run"

    @property
    def demo_mark(self) -> Path:
        """The file that says, from the first filling on, that a demo lies here."""
        return self.data / "demo"

    @property
    def holds_demo(self) -> bool:
        """Whether a demo was ever filled in here, be it only in part."""
        return self.demo_mark.exists() or (self.run / "demo.done").exists()

    @property
    def demo_log(self) -> Path:
        """The log of the filling."""
        return self.run / "demo.log"

    @property
    def demo_broke(self) -> Path:
        """The file that says where a filling broke off, until it went on."""
        return self.run / "demo.broke"

    @property
    def address(self) -> Path:
        """The file that holds the address of the program that ran here last."""
        return self.run / "address"

    def make(self) -> Places:
        """Create all folders, private to the account."""
        self.data.mkdir(parents=True, exist_ok=True)
        for folder in (self.secrets, self.keys, self.media, self.notices, self.lake, self.run):
            folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            folder.chmod(_PRIVATE)
        return self

    def secret(self, name: str) -> str:
        """The secret of that name, made at first use and kept in a file of mode 0600."""
        path = self.secrets / name
        if not path.exists():
            self._write_once(path, secrets.token_urlsafe(32))
        return path.read_text().strip()

    @staticmethod
    def _write_once(path: Path, text: str) -> None:
        """Linked into place whole, so that two processes at once agree on the first one's text."""
        aside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        try:
            path.hardlink_to(aside)
        except FileExistsError:
            pass
        finally:
            aside.unlink()


def here() -> Places:
    """The places of the data folder in force."""
    return Places(default_data_folder())
