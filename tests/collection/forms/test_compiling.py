"""A workbook becomes an XForm, or is refused with one clear line; what is known is shown before it is asked."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import pytest

from collection.xlsforms import EN, HOUSEHOLD, OUTCOME, ZH, ask, basics, workbook
from gridcommons.collection.asking import as_rows, of_rows
from gridcommons.collection.forms.compiling import Compiled, compile_form, compiled_here
from gridcommons.collection.forms.rules import MOST_BYTES
from gridcommons.kit.errors import Refusal

pytestmark = pytest.mark.usefixtures("real_child")


def _made(content: bytes) -> Compiled:
    return compiled_here(content, key="basics", version="9")


def _bind(made: Compiled, path: str) -> str:
    found = re.search(rf'<bind nodeset="/data/{path}"[^>]*>', made.xform.decode())
    assert found, path
    return found[0]


def test_a_child_process_compiles_the_same_bytes_as_this_one() -> None:
    content = basics()
    made = compile_form(content, key="basics", version="9")
    assert made == _made(content)
    assert made.version == "1"
    assert b'id="basics" version="1"' in made.xform
    assert made.lists_households


def test_questions_keep_their_words_choices_and_places() -> None:
    made = _made(basics())
    by_path = {question.path: question for question in made.questions}
    assert by_path["outcome"].means == "visit.outcome"
    assert [choice.key for choice in by_path["outcome"].choices] == ["done", "not_home", "declined", "appointment"]
    assert (by_path["size"].label.zh, by_path["size"].label.en) == ("几口人？", "How many live here?")
    assert by_path["more/photo"].kind == "image"
    assert by_path["people/years"].repeat == "people"
    assert of_rows(as_rows(made.questions)) == made.questions


def test_what_is_known_is_shown_and_asked_only_where_it_is_unknown_or_wrong() -> None:
    made = _made(basics())
    text = made.xform.decode()
    assert re.search(r"'households'\)/root.item\[name= /data/household \]/household_size", _bind(made, "size_known"))
    assert "/data/size_known  != ''" in _bind(made, "size_still")
    assert "required" in _bind(made, "size_still")
    relevant = _bind(made, "size")
    assert "/data/outcome  = 'done'" in relevant
    assert "/data/size_known  = '' or  /data/size_still  = 'no'" in relevant
    assert '已登记为：<output value=" /data/size_known "/>' in text
    assert 'On record: <output value=" /data/fuel_known_en "/>' in text
    assert "household_size" in text
    assert "dwelling_gas_zh" in _bind(made, "fuel_known_zh")


def test_a_form_in_one_language_stands_in_for_the_other() -> None:
    survey = [{"type": "text", "name": "words", "label": "说什么"}]
    made = compiled_here(workbook(survey, ()), key="one", version="1")
    assert made.questions[0].label.en == "说什么"


REFUSED = {
    "a start time": ([ask("start", "begun")], "form.watches_worker"),
    "a background position": ([ask("start-geopoint", "where")], "form.watches_worker"),
    "the phone": ([ask("deviceid", "phone")], "form.watches_worker"),
    "a position of nobody's": ([ask("geopoint", "where", "哪里", "Where")], "form.place_of_what"),
    "a sound": ([ask("audio", "said", "录音", "Recording")], "form.foreign_type"),
    "a dialect": ([ask("kobomatrix x", "grid", "表", "Table")], "form.foreign_type"),
    "a fact without a household": ([ask("integer", "n", "几", "N", fact="household.size")], "form.no_household"),
    "a fact of nobody": ([HOUSEHOLD, ask("text", "n", "几", "N", fact="size")], "form.bad_fact"),
    "a fact in a repeat": (
        [HOUSEHOLD, ask("begin repeat", "r", "组", "R"), ask("text", "n", "几", "N", fact="household.size"),
         {"type": "end repeat"}],
        "form.fact_in_repeat",
    ),
    "another list called household": (
        [ask("select_one_from_file others.csv", "household", "户", "H"),
         ask("select_one_from_file households.csv", "which", "户", "H")],
        "form.no_household",
    ),
    "an unknown meaning": ([ask("text", "n", "几", "N", means="case.colour")], "form.bad_meaning"),
    "an ending of another kind": (
        [ask("select_one yes", "n", "几", "N", means="visit.outcome")], "form.bad_outcome",
    ),
    "a name twice": ([ask("text", "n", "几", "N"), ask("text", "n", "几", "N")], "form.twice"),
    "a name that the program adds": (
        [HOUSEHOLD, ask("text", "n_still", "几", "N"), ask("text", "n", "几", "N", fact="household.size")],
        "form.twice",
    ),
    "a list that is not there": ([ask("select_one nothing", "n", "几", "N")], "form.broken"),
    "a group without an end": ([ask("begin group", "g", "组", "G"), ask("text", "n", "几", "N")], "form.broken"),
    "an end without a group": ([ask("text", "n", "几", "N"), {"type": "end group"}], "form.broken"),
    "a wrong expression": ([ask("text", "n", "几", "N", relevant="${nobody} = 1")], "form.broken"),
    "a name that is none": ([ask("text", "1 n", "几", "N")], "form.broken"),
    "no question": ([{"name": "x", ZH: "几", EN: "N"}], "form.broken"),
}  # fmt: skip


@pytest.mark.parametrize("how", REFUSED)
def test_what_may_not_be_asked_is_refused_with_one_line(how: str) -> None:
    survey, code = REFUSED[how]
    content = workbook(survey, ({"list_name": "yes", "name": "yes", ZH: "是", EN: "yes"},))
    with pytest.raises(Refusal) as refused:
        _made(content)
    assert refused.value.code == code
    for text in refused.value.words().as_dict().values():
        assert "\n" not in text
        assert "Traceback" not in text


def _zip(**parts: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "form.not_a_workbook"),
        (b"type,name,label\ntext,a,b", "form.not_a_workbook"),
        (_zip(**{"one.xml": basics()[:100], "two.xlsx": basics()}), "form.not_a_workbook"),
        (b"x" * (MOST_BYTES + 1), "form.too_large"),
        (_zip(**{"xl/workbook.xml": b"0" * 40_000_000}), "form.too_large"),
        (_zip(**{"xl/workbook.xml": b"<workbook/>"}), "form.broken"),
        (basics()[:-200], "form.not_a_workbook"),
    ],
    ids=["nothing", "csv", "zip of forms", "too large", "bomb", "no workbook inside", "cut off"],
)
def test_what_is_no_workbook_is_refused_whichever_process_reads_it(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        _made(content)
    assert refused.value.code == code


def test_a_refusal_comes_back_from_the_child_with_its_rows() -> None:
    survey = [OUTCOME, ask("start", "begun"), ask("audio", "said", "录音", "Recording")]
    with pytest.raises(Refusal) as refused:
        compile_form(workbook(survey), key="x", version="1")
    assert [reason.code for reason in refused.value.reasons] == ["form.watches_worker", "form.foreign_type"]
    assert "Row 3" in refused.value.words().en
    assert "第4行" in refused.value.words().zh
