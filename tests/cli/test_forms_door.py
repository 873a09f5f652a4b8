"""`gridcommons forms check` as an engineer meets it: JSON lines, exit codes, one line for what is no form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collection.workbooks import xlsform
from gridcommons.cli.main import run

EXAMPLES = Path("src/gridcommons/collection/data/examples")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_seven_of_the_nineteen_questions_of_the_example_are_known(capsys: pytest.CaptureFixture[str]) -> None:
    form = str(EXAMPLES / "household_safety_visit.xlsx")
    assert run(["forms", "check", form, "--known", str(EXAMPLES / "known.csv")]) == 0
    said = capsys.readouterr()
    found = lines(said.out)
    assert [one["name"] for one in found if one["rule"] == "known"] == [
        "household_size", "phone", "gas_kind", "tenure", "needs_care", "floor", "year_built",
    ]  # fmt: skip
    assert all(set(one) == {"rule", "row", "name", "message"} for one in found)
    assert said.err.startswith("19 questions, 7 of them known already")
    assert {one["rule"] for one in found} == {"known"}


def test_a_text_without_a_limit_is_told_and_fails_no_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "f.xlsx").write_bytes(xlsform(("text", "remark", "还有要说的吗？", "Anything else?")))
    assert run(["forms", "check", str(tmp_path / "f.xlsx")]) == 0
    (found,) = lines(capsys.readouterr().out)
    assert (found["rule"], found["row"]) == ("no_limit", 2)
    assert "2000 signs" in str(found["message"])


def test_a_form_that_asks_religion_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for label, name in (("您的宗教信仰？", "habit"), ("您平时的习惯？", "religion")):
        (tmp_path / "f.xlsx").write_bytes(xlsform(("text", name, label, "Your habits?")))
        assert run(["forms", "check", str(tmp_path / "f.xlsx")]) == 1
        found, noted = lines(capsys.readouterr().out)
        assert (found["rule"], found["row"], found["name"]) == ("barred", 2, name)
        assert noted["rule"] == "no_limit", "told beside it; by itself no form fails with it"


def test_bad_input_is_one_line_and_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "f.xlsx").write_bytes(xlsform(("text", "said", "说", "Said")))
    (tmp_path / "keys.csv").write_text("name\nhousehold.size\n", encoding="utf-8")
    (tmp_path / "none.xlsx").write_bytes(b"not a workbook")
    for wrong in (
        [str(tmp_path / "gone.xlsx")], [str(tmp_path / "none.xlsx")], [str(tmp_path)],
        [str(tmp_path / "f.xlsx"), "--known", str(tmp_path / "keys.csv")],
        [str(tmp_path / "f.xlsx"), "--known", str(tmp_path / "gone.csv")],
    ):  # fmt: skip
        assert run(["forms", "check", *wrong]) == 2
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
