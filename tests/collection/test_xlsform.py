"""Workbooks read into questions: today's XLSForm and older spellings, the public samples, and what is none."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC
from pathlib import Path

import pytest

from collection.workbooks import findings, read, xlsform
from gridcommons.collection.workbooks import workbook_of
from gridcommons.collection.xlsform import MOST_BYTES, ReadForm, read_xlsform
from gridcommons.collection.xlsform_types import kind_of, language_of
from gridcommons.kit.errors import Refusal
from gridcommons.kit.sheets import Sheet, workbook
from gridcommons.matters.linting.rules import lint

EXAMPLES = Path("src/gridcommons/collection/data/examples")
SAMPLES = Path("../shared/data/forms")
LIKE_THE_SAMPLES = {
    "older": (
        ("type", "name", "label:english"),
        [
            ("select all that apply from toilets or specify other", "kinds", "What kinds are there?"),
            ("begin loop over toilets", "each", ""), ("integer", "number", "How many?"), ("end loop", "", ""),
        ],
    ),
    "plain": (("type", "name", "label"), [("string", "said", "What?"), ("int", "age_of_house", "How old?")]),
    "pulled": (("type", "name", "label", "calculation"), [("calculate", "fruit", "", "pulldata('fruits', 'a', 'b')")]),
}  # fmt: skip


def sheet(heads: tuple[str, ...], rows: list[tuple[str, ...]], name: str = "survey") -> bytes:
    lists = Sheet(
        "choices", ("list name", "name", "label:english"), [("toilets", "pit", "Pit"), ("toilets", "wc", "WC")]
    )
    return workbook([Sheet(name, heads, rows), lists], zone=UTC)


def test_a_row_becomes_a_question_with_its_languages_fact_and_choices() -> None:
    form = read(
        ("select_one yes_no", "smoke_alarm", "有报警器吗？", "Is there an alarm?", "看上面", "dwelling.alarm", "yes")
    )
    (one,) = form.questions
    assert (one.name, one.row, one.kind, one.fact, one.required) == (
        "smoke_alarm", 2, "select_one", "dwelling.alarm", True,
    )  # fmt: skip
    assert one.labels == {"zh": "有报警器吗？", "en": "Is there an alarm?"}
    assert [(choice.name, choice.labels["zh"]) for choice in one.choices] == [("yes", "是"), ("no", "否")]
    assert form.broken == ()


def test_rows_keep_their_numbers_when_lines_between_are_blank() -> None:
    form = read(("text", "one", "一", "One"), (), ("text", "two", "二", "Two"))
    assert [(one.name, one.row) for one in form.questions] == [("one", 2), ("two", 4)]


@pytest.mark.parametrize(
    ("written", "kind", "name"),
    [
        ("select one from yes_or_no", "select_one", "yes_or_no"), ("select1 a", "select_one", "a"),
        ("select all that apply from t or specify other", "select_multiple", "t"),
        ("select_one_from_file f.csv", "select_one_from_file", "f.csv"), ("rank r", "rank", "r"),
        ("begin loop over t", "begin_repeat", "t"), ("begin group", "begin_group", ""),
        ("end_repeat", "end_repeat", ""),
        ("q picture", "image", ""), ("add dateTime prompt", "", "add dateTime prompt"), ("string", "text", ""),
        ("get device id", "deviceid", ""), ("telepathy", "", "telepathy"),
    ],
)  # fmt: skip
def test_older_spellings_are_one_kind(written: str, kind: str, name: str) -> None:
    if written == "add dateTime prompt":
        kind, name = "datetime", ""
    assert kind_of(written)[:2] == (kind, name)


@pytest.mark.parametrize(
    ("heading", "language"),
    [("Chinese (zh)", "zh"), ("中文", "zh"), ("English", "en"), ("English (en)", "en"), ("Français (fr)", "fr")],
)
def test_languages_of_headings(heading: str, language: str) -> None:
    assert language_of(heading) == language


@pytest.mark.parametrize("kind", LIKE_THE_SAMPLES)
def test_older_dialects_are_read(kind: str) -> None:
    form = read_xlsform(sheet(*LIKE_THE_SAMPLES[kind]))
    assert form.questions
    assert form.broken == ()
    assert any(one.rule in ("translation", "opaque") for one in lint(form.questions, known={}))


@pytest.mark.usefixtures("real_child")
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the public sample forms are not beside this checkout")
def test_all_public_samples_end_in_findings() -> None:
    read_ones: dict[str, ReadForm] = {path.name: read_xlsform(path.read_bytes()) for path in sorted(SAMPLES.iterdir())}
    assert len(read_ones) == 8
    for form in read_ones.values():
        assert [*form.broken, *lint(form.questions, known={}, head=form.head)]
        assert not form.broken


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((("telepathy", "mind", "心", "Mind"),), "Unknown type “telepathy”."),
        ((("text", "two words", "二", "Two"),), "The name “two words” cannot be used"),
        ((("select_one nowhere", "where_to", "哪", "Where"),), "There is no list “nowhere”"),
        ((("text", "same", "一", "One"), ("text", "same", "二", "Two")), "used more than once"),
        ((("begin_group", "open", "组", "Group"), ("text", "said", "一", "One")), "no matching begin or end"),
        ((("text", "said", "一", "One"), ("", "lost", "丢", "Lost")), "This row has no type."),
        ((("text", "said", "一", "One", "", "", "", "${nobody} = 1"),), "does not compile"),
    ],
)  # fmt: skip
def test_what_does_not_hold_together_is_found_at_its_row(rows: tuple[tuple[str, ...], ...], said: str) -> None:
    broken = [one for one in findings(*rows) if one.rule == "broken"]
    assert [one for one in broken if said in one.message.en], broken


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 70_000_000)
    return out.getvalue()


def with_entities() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsform(("text", "a", "b", "c")))) as good, zipfile.ZipFile(out, "w") as packed:
        for name in good.namelist():
            body = good.read(name)
            if name == "xl/workbook.xml":
                body = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + body
            packed.writestr(name, body)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "xlsform.not_a_workbook"), (b"type,name\ntext,a\n", "xlsform.not_a_workbook"),
        (b"PK\x03\x04 cut", "xlsform.not_a_workbook"), (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "xlsform.not_a_workbook"),
        (xlsform(("text", "a", "b", "c"))[:3000], "xlsform.not_a_workbook"),
        (b"x" * (MOST_BYTES + 1), "xlsform.too_large"),
        (bomb(), "xlsform.too_large"), (with_entities(), "xlsform.not_a_workbook"),
        (sheet(("问题", "答案"), [("姓名", "")], "问卷"), "xlsform.foreign"), (xlsform(), "xlsform.empty"),
    ],
    ids=["empty", "csv", "cut-zip", "cut-ole", "cut-book", "large", "bomb", "entities", "foreign", "no-rows"],
)  # fmt: skip
@pytest.mark.usefixtures("real_child")
def test_what_is_no_form_is_one_sentence(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_xlsform(content)
    assert refused.value.code == code
    assert "\n" not in str(refused.value)


def test_the_shipped_example_is_made_from_its_text() -> None:
    shipped = read_xlsform((EXAMPLES / "household_safety_visit.xlsx").read_bytes())
    made = read_xlsform(workbook_of((EXAMPLES / "household_safety_visit.toml").read_text("utf-8")))
    assert (shipped.questions, shipped.title, shipped.version) == (made.questions, made.title, made.version)
    hose = next(one for one in shipped.questions if one.name == "hose_changed")
    assert hose.constraint.startswith(". <= today() and . >= date("), "no hose was changed tomorrow"
    assert {"请选今天或以前、1980年以来的日期。", "Choose today or a day before, not before 1980."} <= set(hose.texts)
