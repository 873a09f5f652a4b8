"""Charter 2 asked in other words: what the linter finds, and what it must leave alone, measured on the shipped forms.

The phrases of FOUND_UNSEEN were written after the list (by the same hand, so some share its words) and none of them was
put into it afterwards; keep it so, or the figure means nothing. Measured when written: 22 of 30 found, no false alarm
in the shipped forms. What no list finds is for the three desks that read every form.
"""

from __future__ import annotations

import pytest

from gridcommons.collection.forms.shipping import ShippedForm, shipped_forms
from gridcommons.collection.known import facts_known
from gridcommons.collection.xlsform import read_xlsform
from gridcommons.matters.barred import barred_list
from gridcommons.matters.linting.knowing import known_by_key
from gridcommons.matters.linting.otherwise import asked_otherwise, asks_for
from gridcommons.matters.linting.question import Choice, Question
from gridcommons.matters.linting.rules import lint

FOUND = [
    ("您信什么？", "religion"), ("What do you believe in?", "religion"), ("您家平时拜哪路神仙？", "religion"),
    ("老人信不信这些？", "religion"), ("Which god do they turn to?", "religion"), ("您吃不吃猪肉？", "religion"),
    ("How often do you pray?", "religion"), ("Does your family believe in anything?", "religion"),
    ("您上次投了谁？", "politics"), ("您支持哪个党？", "politics"), ("Who did you vote for?", "politics"),
    ("What do you think of the government?", "politics"), ("您有没有参加过游行？", "politics"),
    ("您有没有罢过工？", "trade_union"), ("Have you ever been on strike?", "trade_union"),
    ("喜欢男的还是女的？", "sexual_life"), ("Who do you sleep with?", "sexual_life"),
    ("您家去过北京反映情况吗？", "petitions"), ("How many times have you complained?", "petitions"),
    ("您是哪个族的？", "ethnicity"), ("Where are you really from?", "ethnicity"),
    ("What language do you speak at home?", "ethnicity"), ("请按个手印", "biometrics"),
    ("Press your thumb here", "biometrics"), ("邻居怎么评价他？", "social_standing"),
    ("Is this household on a blacklist?", "social_standing"), ("您是哪国人？", "immigration"),
    ("Are they here legally?", "immigration"), ("家里有人坐过牢吗？", "watch_lists"),
    ("Has anybody been in prison?", "watch_lists"), ("Has he ever been arrested?", "watch_lists"),
]  # fmt: skip
FOUND_UNSEEN = [
    "您心里信的是哪一路？", "您拜不拜菩萨？", "初一十五您去庙里吗？", "Is there a shrine at home?",
    "Do you say grace before meals?", "您家信的是什么？", "孩子跟着您信什么？", "What does your family believe in?",
    "你们村信哪个神？", "您信的是老天爷吗？", "您选谁当主任？", "上次选举您投给谁了？", "Which side are you on?",
    "您怎么看待政府的做法？", "Whom would you vote for?", "您参加过上街的集会吗？",
    "Have you joined a strike lately?", "您组织工友讨薪过吗？", "Do you like boys or girls?", "您和老公还同床吗？",
    "您去省里反映过几回？", "Have you ever made trouble at the office?", "他是什么族的人？",
    "What is your mother tongue?", "您祖籍哪里？", "请对着镜头眨眼", "这家人名声好不好？",
    "Which country are your tenants from?", "他以前犯过事没有？", "Did he have trouble with the police?",
]  # fmt: skip
INNOCENT = [
    "您的微信什么时候方便联系？", "手机信号怎么样？", "信箱坏了吗？", "您信任网格员吗？", "您相信谁能帮忙调解？",
    "家里有几口人？", "党群服务中心的无障碍坡道通畅吗？", "楼道有没有堆放杂物？", "清明上山烧香烧纸吗？注意防火",
    "您希望哪天上门？", "选哪种取暖方式？", "需要哪种语言的翻译？", "您参加过消防演练吗？", "有没有参加居民会议？",
    "租客什么时候搬来的？", "什么时候搬入？", "家里有没有人需要照护？", "老人一个人住吗？", "您对上次的处理满意吗？",
    "Do you believe the alarm works?", "Which party is responsible for repairs?", "Where do the children sleep?",
    "Are you happy with the answer?", "Which language should the letter be in?", "How many people sleep here?",
    "Do you use gas bottles?", "Where do you come from on your way to work?",
    "Is the temple gate blocked by parked cars?", "Did you take part in the fire drill?", "When did you move in?",
    "Is the strike plate of the lock loose?", "Has anybody taken care of the lamp?", "Are the stairs well lit?",
    "Did somebody look at the gas hose?",
]  # fmt: skip


@pytest.mark.parametrize(("text", "theme"), FOUND)
def test_what_is_asked_in_other_words_is_found(text: str, theme: str) -> None:
    found = asks_for(text)
    assert found is not None
    assert found.theme == theme


def test_so_much_is_found_of_what_the_list_was_not_written_for() -> None:
    assert sum(asks_for(text) is not None for text in FOUND_UNSEEN) >= 22


@pytest.mark.parametrize("text", INNOCENT)
def test_what_sounds_like_it_passes(text: str) -> None:
    assert asks_for(text) is None


def found_in_form(form: ShippedForm) -> list[str]:
    read = read_xlsform(form.workbook())
    found = lint(read.questions, known=known_by_key(facts_known()), head=read.head)
    return [f"{one.row} {one.name} {one.message.en}" for one in found if one.rule in ("barred", "opaque")]


@pytest.mark.parametrize("form", shipped_forms(), ids=lambda one: one.key)
def test_no_shipped_form_is_falsely_refused(form: ShippedForm) -> None:
    assert found_in_form(form) == []


def test_the_subjects_are_those_of_the_charter() -> None:
    themes = {theme.key for theme in barred_list().themes if not theme.only_in}
    assert {one.theme for one in asked_otherwise().asked} == themes


def ask(zh: str, en: str, *choices: tuple[str, str]) -> list[str]:
    made = tuple(Choice(name, {"zh": label, "en": label}) for name, label in choices)
    row = Question("answer_given", 2, "select_one", {"zh": zh, "en": en}, choices=made)
    return [one.rule for one in lint([row], known={}) if one.refuses]


@pytest.mark.parametrize(
    ("question", "choices", "expected"),
    [
        (("您信什么？", "What do you believe in?"), (("1", "3"), ("2", "4")), ["barred", "opaque"]),
        (("属于哪一类？", "Which kind is it?"), (("1", "1"), ("2", "2")), ["opaque"]),
        (("家里几口人？", "How many people?"), (("1", "3"), ("2", "4")), ["opaque"]),
        (("家里几口人？", "How many people?"), (("1", "1"), ("2", "2")), []),
        (("打几分？", "How good?"), (("1", "1"), ("2", "2"), ("3", "3")), []),
        (("在几楼？", "Which floor?"), (("one", "1"), ("two", "2")), []),
        (("属于哪一类？", "Which kind is it?"), (("1", "明火"), ("2", "用电")), []),
    ],
)  # fmt: skip
def test_bare_numbers_are_answers_only_to_what_asks_for_a_number(
    question: tuple[str, str], choices: tuple[tuple[str, str], ...], expected: list[str]
) -> None:
    assert ask(*question, *choices) == expected
