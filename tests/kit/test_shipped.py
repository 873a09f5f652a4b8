"""Files that ship with the program: read once, by one function, with one kind of error."""

from __future__ import annotations

import pytest

from gridcommons.access.glass.rules import limits as glass_limits
from gridcommons.cases.mediation.policy import policy as mediation_policy
from gridcommons.kit import shipped as shipping
from gridcommons.kit.errors import Refusal
from gridcommons.kit.shipped import Raw, shipped, understood
from house.sources import written

READER = "from importlib.resources import files"


def _days(raw: Raw) -> int:
    return int(raw["limits"]["days"])


def test_a_file_is_read_once() -> None:
    assert glass_limits() is glass_limits()
    assert mediation_policy() is mediation_policy()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[limits]\nhours = 3", "days.toml: days?"), ("[limits]\ndays = \"many\"", "many"), ("[limits", "days.toml"),
        ("limits = 3", "days.toml"), ("", "days.toml: limits?"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_refusal_that_names_file_and_fault(
    monkeypatch: pytest.MonkeyPatch, text: str, what: str
) -> None:
    monkeypatch.setattr(shipping, "shipped_text", lambda package, name: text)
    with pytest.raises(Refusal) as refused:
        shipped(f"gridcommons.{abs(hash(text))}", "days.toml", _days)
    assert refused.value.code == "shipped.unsound"
    assert what in refused.value.words().en


def test_a_file_handed_in_is_refused_by_the_code_of_its_kind() -> None:
    with pytest.raises(Refusal) as refused:
        understood("", _days, "case.limits_unsound")
    assert "limits?" in refused.value.words().en


OF_A_FOLDER = {"gridcommons.notices.texts", "gridcommons.rehearsal.mapping"}
"""They read or name a whole folder of files."""


def test_nobody_else_reads_such_a_file_by_hand() -> None:
    by_hand = {one.name for one in written() if {"import tomllib", READER} <= set(one.text.splitlines())}
    assert by_hand == {"gridcommons.kit.shipped", *OF_A_FOLDER}
