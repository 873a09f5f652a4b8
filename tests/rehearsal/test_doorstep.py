"""What is said at the doors of a rehearsed campaign: by seed, by the form's own rules, in shares that were declared."""

from __future__ import annotations

from collections import Counter
from datetime import date
from xml.etree.ElementTree import fromstring

import pytest

from gridcommons.collection.forms.compiling import compiled_here
from gridcommons.collection.forms.shipping import shipped_form
from gridcommons.collection.inbox.papers import answers_of, tree_of
from gridcommons.kit.ids import uuid7
from gridcommons.rehearsal.doorstep import Blank, address_of, habits, instance_id, said

TODAY = date(2026, 11, 2)
KNOWN = {"household_size": "3", "dwelling_gas": "piped", "dwelling_gas_zh": "管道燃气", "dwelling_gas_en": "piped gas"}
FORM = shipped_form(habits().form)


@pytest.fixture(scope="module")
def compiled() -> object:
    return compiled_here(FORM.workbook(), key=FORM.key, version=FORM.version)


@pytest.fixture(scope="module")
def blank(compiled: object) -> Blank:
    return Blank.of(compiled.xform)  # type: ignore[attr-defined]


def row(**known: str) -> dict[str, str]:
    return {"name": str(uuid7()), "label": "腾龙路1号 · 1", "area": "331123001008001"} | known


def door(blank: Blank, one: dict[str, str], seed: int = 1) -> dict[str, str]:
    return said(blank, one, seed=seed, today=TODAY, how=habits())


def test_every_form_is_one_that_the_program_understands(compiled: object, blank: Blank) -> None:
    for number in range(300):
        found = door(blank, row(**(KNOWN if number % 2 else {})))
        xml = blank.filled(found | {"instanceID": "uuid:1"})
        answers = answers_of(tree_of(xml), compiled.questions)  # type: ignore[attr-defined]
        assert not answers.faults
        root = fromstring(xml)
        assert (root.get("id"), root.findtext("{*}meta/{*}instanceID")) == (FORM.key, "uuid:1")


def test_what_is_known_is_confirmed_or_put_right_and_never_just_asked(blank: Blank) -> None:
    for _number in range(200):
        found = door(blank, row(**KNOWN))
        if found["outcome"] == "done":
            assert found["size_known"] == "3"
            assert found["size_still"] == "yes" if "size" not in found else found["size_still"] == "no"
            assert "rental_still" not in found, "nothing was known of it"
            assert found["rental"] in {"no", "whole", "rooms", "empty"}
        else:
            assert {"size", "size_still", "rental", "gas", "note"}.isdisjoint(found), "a closed door answers nothing"


def test_the_same_seed_says_the_same_and_another_one_something_else(blank: Blank) -> None:
    ones = [row() for _number in range(60)]
    assert [door(blank, one) for one in ones] == [door(blank, one) for one in ones]
    assert [door(blank, one) for one in ones] != [door(blank, one, seed=2) for one in ones]
    assert instance_id(1, TODAY, "f", "h") == instance_id(1, TODAY, "f", "h") != instance_id(2, TODAY, "f", "h")


def test_doors_end_in_the_declared_shares(blank: Blank) -> None:
    ended = Counter(door(blank, row())["outcome"] for _number in range(4_000))
    for outcome, share in habits().outcome.items():
        assert abs(ended[outcome] / 4_000 - share) < 0.03
    assert abs(sum(habits().outcome.values()) - 1) < 1e-9


def test_how_many_live_there_is_said_by_those_who_do(blank: Blank) -> None:
    """Known and right: confirmed; known and wrong: put right; never drawn by chance where it is known to us."""
    for _number in range(60):
        fresh = said(blank, row(), seed=1, today=TODAY, how=habits(), members=6)
        known = said(blank, row(**KNOWN), seed=1, today=TODAY, how=habits(), members=6)
        right = said(blank, row(**KNOWN), seed=1, today=TODAY, how=habits(), members=3)
        if fresh["outcome"] == "done":
            assert fresh["size"] == "6"
        if known["outcome"] == "done":
            assert (known["size_still"], known["size"]) == ("no", "6")
        if right["outcome"] == "done":
            assert right["size_still"] == "yes"
    many = said(blank, row(), seed=4, today=TODAY, how=habits(), members=300)
    assert many.get("size", "40") == "40", "the question takes no more"


def test_the_address_of_a_line_is_told_without_the_number() -> None:
    assert address_of(row()) == "腾龙路1号"
