"""What the program carries may be given on under Apache-2.0: no GPL or AGPL, nothing proprietary, nothing unclear.

Python packages are read from what is installed, over the whole closure of the runtime lock; packages of the built
front end from npm's lock. LGPL and MPL are allowed: they are used as they are and can be replaced.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata

import pytest

from house.sources import ROOT

ALLOWED = frozenset({
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "HPND", "ISC",
    "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PostgreSQL",
    "PSF-2.0", "Python-2.0", "Unlicense", "Zlib",
})  # fmt: skip
CLASSIFIERS = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Python Software Foundation License": "PSF-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
}
REVIEWED = {
    "qrcode": "BSD-3-Clause and MIT by its LICENSE file; the classifier “Other/Proprietary” means the word QR Code, "
    "a trademark of DENSO WAVE",
    "pyxform": "BSD-2-Clause by the LICENSE file that its wheel carries; its metadata are silent",
}
"""Packages whose metadata do not say it clearly: what their licence file says, read by a person."""
REVIEWED_NPM: dict[str, str] = {
    "node_modules/@mapbox/jsonlint-lines-primitives": "MIT by its LICENSE file; package.json of this version is silent",
}


@dataclass(frozen=True)
class Said:
    """What a package's metadata say of its licence."""

    name: str
    expression: str = ""
    field: str = ""
    classifiers: tuple[str, ...] = ()


def canonical(name: str) -> str:
    """A package's name in its one form."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock: str) -> list[str]:
    """The names of a lock file."""
    return [canonical(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)]


def allowed(expression: str) -> bool:
    """Whether an SPDX expression can be met by allowed licences alone; brackets are read as if every part counted."""
    if expression.startswith("(") and expression.endswith(")"):
        expression = expression[1:-1]
    if "(" in expression:
        return all(term in ALLOWED for term in re.findall(r"[A-Za-z0-9.-]+", expression) if term not in {"AND", "OR"})
    ways = [re.split(r"\s+AND\s+", way) for way in re.split(r"\s+OR\s+", expression)]
    return any(all(term in ALLOWED for term in way) for way in ways)


def objection(said: Said) -> str:
    """Why a package may not be carried, empty when it may."""
    if said.name in REVIEWED:
        return ""
    if said.expression:
        return "" if allowed(said.expression) else f"{said.name}: {said.expression}"
    if said.classifiers:
        unclear = [one for one in said.classifiers if CLASSIFIERS.get(one) not in ALLOWED]
        return f"{said.name}: {', '.join(unclear)}" if unclear else ""
    return "" if said.field in ALLOWED else f"{said.name}: {said.field[:40] or 'says nothing'}"


def said_of(name: str) -> Said:
    """What the installed package says."""
    try:
        facts = metadata.distribution(name).metadata
    except metadata.PackageNotFoundError:
        return Said(name, field="is not installed, so nobody can tell")
    classifiers = [c.split("::")[-1].strip() for c in facts.get_all("Classifier", []) if c.startswith("License")]
    return Said(
        name,
        str(facts.get("License-Expression") or ""),
        str(facts.get("License") or ""),
        tuple(c for c in classifiers if c != "OSI Approved"),
    )


def unlocked(names: Iterable[str], lock: Iterable[str]) -> list[str]:
    """What the packages need, here and now, that the lock does not hold."""
    held, found = set(lock), []
    for name in names:
        for line in metadata.requires(name) or []:
            needed, _, marker = line.partition(";")
            if not marker and canonical(re.split(r"[\s\[<>=!~(]", needed.strip(), maxsplit=1)[0]) not in held:
                found.append(f"{name} needs {needed.strip()}")
    return found


def npm_objections(lock: dict[str, object]) -> list[str]:
    """Packages of the front end that are not allowed; tools that only check are no part of what is carried."""
    packages = lock["packages"]
    assert isinstance(packages, dict)
    return [
        f"{name}: {facts.get('license')}"
        for name, facts in packages.items()
        if name and not facts.get("dev") and name not in REVIEWED_NPM and not allowed(facts.get("license") or "?")
    ]


RUNTIME = locked((ROOT / "requirements" / "runtime.txt").read_text("utf-8"))


def test_the_runtime_closure_may_be_carried() -> None:
    assert [said for name in RUNTIME if (said := objection(said_of(name)))] == []


def test_the_runtime_lock_is_the_whole_closure() -> None:
    assert len(RUNTIME) > 20
    assert unlocked(RUNTIME, RUNTIME) == []


def test_reviewed_packages_are_there_and_unclear() -> None:
    assert REVIEWED.keys() <= set(RUNTIME)
    assert all(reason for reason in (*REVIEWED.values(), *REVIEWED_NPM.values()))


def test_the_front_ends_packages_may_be_carried() -> None:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text("utf-8"))
    assert len(lock["packages"]) > 20
    assert npm_objections(lock) == []
    assert REVIEWED_NPM.keys() <= lock["packages"].keys()


@pytest.mark.parametrize(
    "said",
    [
        Said("a", expression="GPL-3.0-or-later"),
        Said("a", expression="AGPL-3.0-only"),
        Said("a", expression="MIT AND GPL-2.0-only"),
        Said("a", expression="LicenseRef-Proprietary"),
        Said("a", expression="(MIT OR Apache-2.0) AND GPL-3.0-only"),
        Said("a", classifiers=("GNU General Public License v3 (GPLv3)",)),
        Said("a", classifiers=("MIT License", "Other/Proprietary License")),
        Said("a", field="Commercial"),
        Said("a"),
        said_of("no-such-package-anywhere"),
    ],
)
def test_a_planted_licence_is_refused(said: Said) -> None:
    assert objection(said)


def test_a_choice_that_can_be_met_is_allowed() -> None:
    assert objection(Said("a", expression="GPL-3.0-only OR MIT")) == ""
    assert objection(Said("a", expression="BSD-3-Clause AND Zlib")) == ""
    assert objection(Said("a", classifiers=("MIT License",))) == ""


def test_a_planted_hole_in_the_lock_is_found() -> None:
    assert unlocked(["django"], ["django"])


def test_a_planted_package_of_the_front_end_is_refused() -> None:
    planted = {"packages": {"": {}, "node_modules/x": {"license": "GPL-3.0"}, "node_modules/y": {}, "z": {"dev": True}}}
    assert len(npm_objections(planted)) == 2
