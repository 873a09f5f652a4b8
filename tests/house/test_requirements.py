"""Every dependency has a reason, and every lock pins by hash what its `.in` file names."""

from __future__ import annotations

import re

import pytest

from house.sources import ROOT
from house.test_licences import canonical

FOLDER = ROOT / "requirements"
_ENTRY = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)(\[[\w,-]+\])?(?P<bounds>[<>=!~][^#;]*)?(;[^#]*)?\s*(#\s*(?P<why>.*))?$"
)
_PINNED = re.compile(r"^[A-Za-z0-9._-]+==[^\s\\;]+(\s*;[^\\]*)?\s*\\?$")
LEAST_REASON = 5


def wanted(text: str) -> dict[str, tuple[str, str]]:
    """Name -> (bounds, reason) of an `.in` file."""
    found = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith(("#", "-c", "-r")):
            entry = _ENTRY.match(line)
            name = canonical(entry["name"]) if entry else line
            found[name] = ((entry["bounds"] or "").strip(), (entry["why"] or "").strip()) if entry else ("", "")
    return found


def pinned(text: str) -> dict[str, list[str]]:
    """Name -> hashes of a lock; a line that is no pin and no hash is kept under itself, without hashes."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        bare = line.strip()
        if bare.startswith("--hash=sha256:"):
            found[name].append(bare.removeprefix("--hash=sha256:").rstrip(" \\"))
        elif bare and not bare.startswith("#"):
            name = canonical(bare.split("==")[0]) if _PINNED.match(bare) else bare
            found[name] = []
    return found


def faults(entries: str, lock: str) -> list[str]:
    """What is wrong with an `.in` file and its lock."""
    asked, held = wanted(entries), pinned(lock)
    return [
        *(f"{name} has no reason" for name, (_bounds, why) in asked.items() if len(why) < LEAST_REASON),
        *(
            f"{name} has no lower bound"
            for name, (bounds, _why) in asked.items()
            if ">=" not in bounds and "==" not in bounds
        ),
        *(f"{name} is not in the lock" for name in asked if name not in held),
        *(f"{name} is not pinned by hash" for name, hashes in held.items() if not all(map(_is_sha256, hashes or [""]))),
    ]


def _is_sha256(text: str) -> bool:
    return re.fullmatch("[0-9a-f]{64}", text) is not None


@pytest.mark.parametrize("entries", sorted(FOLDER.glob("*.in")), ids=lambda path: path.stem)
def test_every_dependency_has_a_reason_and_a_hashed_lock(entries) -> None:
    assert faults(entries.read_text("utf-8"), entries.with_suffix(".txt").read_text("utf-8")) == []


def test_no_lock_stands_without_its_list() -> None:
    assert (
        {path.stem for path in FOLDER.glob("*.in")}
        == {path.stem for path in FOLDER.glob("*.txt")}
        >= {"runtime", "dev"}
    )


def test_locks_agree_with_one_another() -> None:
    """One version of a package over all locks, so that what is tested is what is served."""
    versions: dict[str, set[str]] = {}
    for path in FOLDER.glob("*.txt"):
        for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s\\;]+)", path.read_text("utf-8"), re.MULTILINE):
            versions.setdefault(canonical(name), set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


_HASH = f"--hash=sha256:{'0' * 64}"


@pytest.mark.parametrize(
    ("entries", "lock"),
    [
        ("django>=5.2", f"django==5.2.1 \\\n    {_HASH}"),
        ("django>=5.2  # why", f"django==5.2.1 \\\n    {_HASH}"),
        ("django  # the framework of the pages", f"django==5.2.1 \\\n    {_HASH}"),
        ("django>=5.2  # the framework of the pages", ""),
        ("django>=5.2  # the framework of the pages", "django==5.2.1"),
        ("django>=5.2  # the framework of the pages", "django==5.2.1 \\\n    --hash=sha256:12"),
        ("django>=5.2  # the framework of the pages", f"django==5.2.1 \\\n    {_HASH}\ndjango-x>=3"),
        ("django>=5.2  # the framework of the pages", f"django==5.2.1 \\\n    {_HASH}\n--index-url elsewhere"),
    ],
)
def test_a_planted_careless_dependency_is_found(entries: str, lock: str) -> None:
    assert faults(entries, lock)


def test_a_careful_dependency_is_no_finding() -> None:
    entries = "# What for.\n-c other.txt\nDjango[x]>=5.2,<6  # the framework of the pages"
    assert faults(entries, f"django==5.2.1 \\\n    {_HASH} \\\n    {_HASH}\n    # via x") == []
