"""The form linter rule by rule, and what it must leave alone."""

from __future__ import annotations

import pytest

from gridcommons.kit.words import Words
from gridcommons.matters.linting.knowing import KnownFact, asks_again, known_by_key
from gridcommons.matters.linting.minutes import minutes_of
from gridcommons.matters.linting.policy import linting_policy
from gridcommons.matters.linting.question import Choice, Question
from gridcommons.matters.linting.rules import lint

KNOWN = known_by_key(
    [
        KnownFact("household.size", Words("家庭常住人口数", "household size")),
        KnownFact("dwelling.gas", Words("燃气种类", "kind of gas")),
        KnownFact("person.lives_alone", Words("独居", "lives alone")),
    ]
)
_MARKS = tuple(Choice(mark, {"zh": mark, "en": mark}) for mark in "123")


def ask(name: str, zh: str, en: str = "Something plain", kind: str = "text", **more: object) -> Question:
    """A question that says how long its answer may be."""
    said = {"constraint": "string-length(.) <= 500"} | more
    return Question(name, 2, kind, {"zh": zh, "en": en}, **said)  # type: ignore[arg-type]


def met(question: Question) -> list[str]:
    return [one.rule for one in lint([question], known=KNOWN)]


@pytest.mark.parametrize(
    "question",
    [
        ask("exit_clear", "楼道通畅吗？", "Are the stairs clear?"),
        ask("hazard_photo", "请拍下隐患", "A picture of the hazard", "image"),
        ask("place_of_hazard", "隐患在哪里？", "Where is the hazard?", "geopoint"),
        ask("shop_name", "单位名称", "Name of the shop"),
        ask("remark", "还有要说的吗？", "Anything else?"),
        ask("road", "民族路几号？", "Number on Minority Road?"),
        ask("level", "打几分？", "How good?", "select_one", choices=_MARKS),
    ],
    ids=lambda one: one.name,
)  # fmt: skip
def test_plain_questions_pass(question: Question) -> None:
    assert met(question) == []


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        (ask("at", "", "", "start-geopoint"), "proof"), (ask("watch", "", "", "audit"), "proof"),
        (ask("sound", "", "", "background-audio"), "proof"), (ask("device", "", "", "deviceid"), "proof"),
        (ask("sign_in", "请到门口签到", "Sign in at the door"), "proof"),
        (ask("picture", "请与住户合影", "A picture with the household", "image"), "proof"),
        (ask("place", "您的位置", "Your location", "geopoint"), "proof"),
        (ask("door", "扫一下门上的码", "Scan the qr code at the door", "barcode"), "proof"),
        (Question("somewhere", 2, "geopoint"), "proof"),
        (ask("photo", "隐患照片", "The hazard", "image", required=True), "capture"),
        (ask("begin", "", "", "start"), "trace"),
        (ask("who", "举报人姓名", "Who said so?"), "person_named"),
        (ask("xingming", "怎么称呼", "How to call"), "person_named"),
        (ask("field_7", "其他情况", "Further"), "opaque"), (ask("kind", "类别3", "Kind"), "opaque"),
        (ask("kind_of", "哪一类", "Which", "select_one", choices=(Choice("a", {"zh": "A", "en": "A"}),)), "opaque"),
        (ask("town", "哪里", "Where", "select_one_from_file", list_name="people.csv"), "opaque"),
        (Question("said", 2, "text", {"zh": "说"}), "translation"),
        (ask("size_now", "家庭常住人口数？", "How many"), "known"), (ask("householdSize", "人数", "Number"), "known"),
        (ask("size", "几人", "Size", fact="household.size"), "known"),
        (ask("size", "几人", "Size", fact="household.sise"), "fact_unknown"),
        (ask("alone", "一个人住吗", "Alone", fact="person.lives_alone"), "fact_of_a_person"),
        (ask("by_oneself", "老人是否独居？", "Does the old person live by themselves"), "fact_of_a_person"),
        (ask("gas", "您家使用燃气是哪种", "Gas"), "known"),
    ],
)  # fmt: skip
def test_each_rule_is_met(question: Question, rule: str) -> None:
    assert rule in met(question)


LIMITS = {
    "": True, ". != ''": True, "string-length(.) >= 3": True, "string-length(${other}) <= 5": True,
    "string-length(.) <= 2001": True, "string-length( . )<=2000": False, ". != '' and string-length(.) < 80": False,
    "regex(., '^[0-9]{11}$')": False,
}  # fmt: skip
"""What a text is held against on the phone, and whether that leaves it without a limit."""


@pytest.mark.parametrize("constraint", LIMITS)
def test_a_text_without_a_limit_is_noted_and_passes(constraint: str) -> None:
    (*found,) = lint([ask("remark", "还有要说的吗？", "Anything else?", constraint=constraint)], known={})
    assert [one.rule for one in found] == ["no_limit"] * LIMITS[constraint]
    assert not any(one.refuses for one in found)
    assert all("2000" in one.message.zh and "2000" in one.message.en for one in found)


@pytest.mark.parametrize(
    "question", [ask("floor", "几楼", kind="integer", constraint=""), ask("size", "几人", fact="x.y", constraint="")]
)
def test_what_is_no_text_or_a_fact_needs_no_limit_of_signs(question: Question) -> None:
    assert "no_limit" not in met(question)


def test_a_list_of_the_program_itself_may_be_read() -> None:
    assert met(ask("home", "哪一户", "Which home", "select_one_from_file", list_name="households.csv")) == []


def test_what_asks_again_is_told_from_what_is_confirmed() -> None:
    again, marked = ask("householdSize", "几人", "Number"), ask("size", "几人", "Number", fact="household.size")
    assert asks_again([again, marked], KNOWN) == [(again, "household.size")]


def test_minutes_are_the_sum_of_the_seconds_of_the_policy() -> None:
    seconds = linting_policy().seconds
    text, marked = ask("said", "说", "Say"), ask("size", "几", "Size", fact="household.size")
    repeated = ask("each", "每", "Each", inside=("repeat:r",))
    total = seconds["text"] + seconds["known"] + seconds["text"] * seconds["repeats"]
    assert minutes_of([text, marked, repeated], KNOWN, linting_policy()) == pytest.approx(total / 60, abs=0.1)
    assert minutes_of([Question("g", 2, "begin_group"), Question("c", 3, "calculate")], KNOWN, linting_policy()) == 0


def test_a_long_form_is_told_so() -> None:
    many = [ask(f"thing_{'abcdefghij'[n // 10]}{n}", "说", "Say") for n in range(31)]
    assert [one.row for one in lint(many, known={}) if one.rule == "too_long"] == [1]
