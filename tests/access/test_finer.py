"""Finer purposes: a part of the purpose that grants name, for the looks listed with it and for no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gridcommons.access.deeds import REGISTRY
from gridcommons.access.finer import FINER, general, words_of
from gridcommons.access.roles import PURPOSES
from gridcommons.access.rules import GrantFacts, Place, Viewer, missing
from town import AT, GRID

HERE = Place(GRID, personal=True)


def worker(*purposes: str) -> Viewer:
    grant = GrantFacts("grid_worker", (GRID,), (), frozenset(purposes), AT, None)
    return Viewer("user:w", None, (grant,))


def may(viewer: Viewer, look: str, purpose: str) -> bool:
    return not missing(viewer, deed=look, place=HERE, purpose=purpose, at=AT)


@pytest.mark.parametrize("purpose", FINER)
def test_a_part_opens_only_what_its_whole_opens_and_only_its_own_looks(purpose: str) -> None:
    part, viewer, narrow = FINER[purpose], worker("service", "verification"), worker("verification")
    for look in ("look.household", "look.facts", "look.addresses", "look.case", "look.reporter"):
        assert may(viewer, look, purpose) == (look in part.looks), look
        assert not may(narrow, look, purpose), look
    gone = replace(viewer, grants=())
    assert not any(may(gone, look, purpose) for look in part.looks - {"look.on_phone", "look.own_submission"})


def test_parts_are_no_purposes_of_their_own_and_their_looks_exist() -> None:
    import gridcommons.web.urls  # noqa: F401 - with every page every look is there

    assert not FINER.keys() & PURPOSES.keys()
    assert {part.of for part in FINER.values()} <= PURPOSES.keys()
    assert {look for part in FINER.values() for look in part.looks} <= REGISTRY.keys()
    assert (general("visit", "look.pack"), general("visit", "look.case")) == ("service", "visit")
    assert (words_of("visit").en, words_of("service"), words_of("?").zh) == ("visit homes", PURPOSES["service"], "?")


def test_what_looks_gather_are_the_four_known_ones() -> None:
    root = Path(__file__).parents[2] / "src" / "gridcommons"
    found = [path.name for path in root.rglob("*.py") for _one in range(path.read_text("utf-8").count("gathers=True)"))]
    assert found == ["queries.py"] * 4, "a look that gathers alone says whom it showed: each is tried by name"
