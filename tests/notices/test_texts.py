"""Texts and rules of delivery as data: both languages, known blanks alone, a sample for each; a fault is named."""

from __future__ import annotations

from importlib.resources import files

import pytest

from gridcommons.cases.telling import _TO_ACCOUNT, _TOLD
from gridcommons.kit.errors import Refusal
from gridcommons.notices.policy import packaged_policy, parse_policy
from gridcommons.notices.rules import REASONS, STATES, State, Wish, clock_text, minute_of
from gridcommons.notices.texts import packaged_texts, parse_texts, sample_of

DATA = files("gridcommons.notices").joinpath("data")
OWNER = 'owner = { zh = "甲", en = "A" }\n'
GOOD = (
    OWNER + '[texts."a.b"]\nto = "reporter"\nname = { zh = "名", en = "name" }\nfacts = ["n"]\nzh = "有{n}条"\n'
    'en = "There are {n}"\n[samples]\nn = { zh = "3", en = "3" }\n'
)


def test_every_text_that_a_step_tells_is_there_with_its_owner() -> None:
    texts = packaged_texts()
    told = {key for pairs in _TOLD.values() for _whom, key in pairs}
    wanted = {*told, *_TO_ACCOUNT.values(), "case.reported.undated", "case.to_file.undated"}
    assert wanted <= texts.by_key.keys()
    assert not [text.key for text in texts.by_key.values() if not text.owner.zh or "code" in text.facts]


def test_every_text_reads_whole_in_both_languages() -> None:
    for text in packaged_texts().by_key.values():
        for language in ("zh-hans", "en"):
            said = sample_of(text, language)
            assert said.strip()
            assert "{" not in said
            assert "–" not in said or "–" in text.words.in_language(language)


def test_other_words_are_another_version() -> None:
    one = parse_texts([GOOD]).get("a.b")
    assert one.version == parse_texts([GOOD]).get("a.b").version
    assert one.version != parse_texts([GOOD.replace("有{n}条", "共{n}条")]).get("a.b").version


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('facts = ["n"]', "facts = []", "“n” cannot be filled in"),
        ('en = "There are {n}"\n', "", "'en'"),
        ('en = "There are {n}"', 'en = ""', "English"),
        ('zh = "有{n}条"', 'zh = "There are {n}"', "holds no Chinese"),
        ('zh = "有{n}条"', 'zh = "有{n条"', "brace"),
        ('zh = "有{n}条"', 'zh = "<b>有{n}条</b>"', "markup"),
        ('zh = "有{n}条"', 'zh = "有{n}条 https://x"', "No addresses"),
        ('to = "reporter"', 'to = "everybody"', "read by nobody"),
        ('[samples]\nn = { zh = "3", en = "3" }\n', "", "no sample of n"),
        (OWNER, "", "'owner'"),
        ("[samples]", "[samples", "line"),
    ],
)
def test_a_faulty_file_of_texts_is_refused_by_name(old: str, new: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_texts([GOOD.replace(old, new, 1)])
    assert refused.value.code == "notices.bad_texts"
    assert said in str(refused.value)


def test_a_key_stands_once() -> None:
    with pytest.raises(Refusal, match="given twice"):
        parse_texts([GOOD, GOOD])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('from = "21:00"', 'from = "25:00"'), ('from = "21:00"', 'from = "21:00:01"'), ("[tries]", "[retries]"),
        ("minutes = [1, 5, 30, 120, 360]", "minutes = []"), ("jitter = 0.2", "jitter = 7"),
        ("rest_days = []", 'rest_days = ["soon"]'), ("[limits]", "[limits"),
    ],
)  # fmt: skip
def test_a_faulty_file_of_rules_is_refused(old: str, new: str) -> None:
    text = DATA.joinpath("delivery.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(Refusal) as refused:
        parse_policy(text.replace(old, new, 1))
    assert refused.value.code == "notices.policy"


def test_states_and_reasons_have_words_in_both_languages_and_urgent_texts_exist() -> None:
    assert STATES.keys() == set(State)
    assert not [words for words in (*STATES.values(), *REASONS.values()) if not words.zh or not words.en]
    assert packaged_policy().urgent <= packaged_texts().by_key.keys()


def test_a_rest_day_is_told_about_on_the_next() -> None:
    from datetime import timedelta

    from gridcommons.kit.calendar import WorkingCalendar
    from gridcommons.notices.rules import quiet_until
    from town import AT

    zone = WorkingCalendar.load().zone
    text = DATA.joinpath("delivery.toml").read_text(encoding="utf-8")
    resting = parse_policy(text.replace("rest_days = []", 'rest_days = ["2026-11-02", "2026-11-03"]'))
    morning = AT.replace(hour=0)
    assert quiet_until(AT, Wish(), resting, zone) == morning + timedelta(days=2)
    assert quiet_until(AT + timedelta(days=2), Wish(), resting, zone) is None


@pytest.mark.parametrize("text", ["", "x", "24:00", "21:00:01", "21:00+08:00"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        minute_of(text)
    assert clock_text(minute_of("09:30")) == "09:30"
