"""Charter 2, Barred, at the door of forms: a question about who a person is comes in under no name, in no language.

The attacks: another name, pinyin, a word cut by blanks, invisible signs, marks, into two cells or two rows, hidden in a
calculation, a hint, a title or the name of a list; peoples as choices under a neutral name; bare codes.
"""

from __future__ import annotations

import pytest

from collection.workbooks import findings, rules

PLAIN = ("text", "habit", "您平时的习惯？", "Your habits?")
PEOPLES = ("汉", "回", "畲"), ("汉族", "回族", "其他"), ("Han", "Hui", "She"), ("han_zu", "hui_zu", "miao_zu")
ATTACKS = {
    "chinese": ("text", "habit", "您的宗教信仰？", "Your habits?"),
    "english": ("text", "habit", "您平时的习惯？", "What is your religion?"),
    "name": ("text", "religion", "您平时的习惯？", "Your habits?"),
    "pinyin": ("text", "zongjiao_xinyang", "您平时的习惯？", "Your habits?"),
    "pinyin apart": ("text", "min_zu", "您平时的习惯？", "Your habits?"),
    "camel": ("text", "partyMember", "您平时的习惯？", "Your habits?"),
    "blanks": ("text", "habit", "您 的 宗 教 信 仰？", "Your habits?"),
    "dots": ("text", "habit", "宗·教", "Your habits?"),
    "invisible": ("text", "habit", "宗\u200b教信\u2060仰", "Your habits?"),
    "wide letters": ("text", "habit", "您平时的习惯？", "Your ｒｅｌｉｇｉｏｎ?"),
    "bold": ("text", "habit", "您的**宗**教？", "Your habits?"),
    "tags": ("text", "habit", "您的<b>宗</b>教？", "Your habits?"),
    "entities": ("text", "habit", "&#23447;&#25945;", "Your habits?"),
    "reference": ("text", "habit", "宗${habit}教", "Your habits?"),
    "hint": ("text", "habit", "您平时的习惯？", "Your habits?", "例如信教、拜佛"),
    "label and hint": ("text", "habit", "宗", "Your habits?", "教信仰"),
    "calculation": ("calculate", "habit", "", "", "", "", "", "", "concat('宗', '教')"),
    "calculation in pinyin": ("calculate", "habit", "", "", "", "", "", "", "concat('zong', 'jiao')"),
    "relevance": ("text", "habit", "您平时的习惯？", "Your habits?", "", "", "", "${party_member} = 'yes'"),
    "fact": ("text", "habit", "您平时的习惯？", "Your habits?", "", "person.religion"),
    "list": ("select_one minzu", "habit", "您平时的习惯？", "Your habits?"),
    "note": ("note", "about", "请写下政治面貌", "Please tell"),
    "group": ("begin_group", "xinfang", "其他", "Further"),
}


@pytest.mark.parametrize("row", ATTACKS.values(), ids=ATTACKS)
def test_a_barred_question_is_found_however_it_is_written(row: tuple[str, ...]) -> None:
    assert ("barred", 2) in rules(row)


def test_the_same_form_without_it_passes() -> None:
    assert [one for one in findings(PLAIN) if one.refuses] == []


@pytest.mark.parametrize("peoples", PEOPLES, ids=lambda one: one[0])
def test_peoples_as_choices_under_a_neutral_name_are_found(peoples: tuple[str, ...]) -> None:
    choices = [("kinds", f"choice_of_{'abc'[n]}x", people, "Kind") for n, people in enumerate(peoples)]
    assert ("barred", 2) in rules(("select_one kinds", "family", "家庭情况", "Family"), choices=choices)
    named = [("kinds", people.lower(), "一种", "One kind") for people in peoples if people.isascii()]
    assert not named or ("barred", 2) in rules(("select_one kinds", "family", "家庭情况", "Family"), choices=named)


def test_a_word_cut_into_two_rows_is_found() -> None:
    assert ("barred", 3) in rules(("note", "first", "宗", "A"), ("text", "second", "教信仰是什么？", "B"))
    assert ("barred", 3) in rules(("note", "first", "请写民", "A"), ("text", "second", "族", "B"))


def test_a_title_is_read_as_well() -> None:
    assert [(one.rule, one.row) for one in findings(PLAIN, title="信教群众登记") if one.refuses] == [("barred", 1)]


def test_codes_that_nobody_can_read_are_refused() -> None:
    coded = [("kinds", code, "", "") for code in ("a1", "b2", "c3")]
    assert ("opaque", 2) in rules(("select_one kinds", "family", "家庭情况", "Family"), choices=coded)
    assert ("opaque", 2) in rules(("text", "field_7", "其他", "Further"))
    assert ("opaque", 2) in rules(("select_one_from_file kinds.csv", "family", "家庭情况", "Family"))


def test_what_only_sounds_alike_passes() -> None:
    rows = (
        ("text", "street", "民族路几号？", "Number on the road?"),
        ("text", "works", "上次施工会不会影响您？", "Did works disturb you?"),
        ("text", "staff", "您是哪个单位的员工？", "Where do you work?"),
        ("select_one yes_no", "extinguisher", "会不会用灭火器？", "Can you use one?"),
    )  # fmt: skip
    assert [one for one in findings(*rows) if one.refuses] == []
