"""The mapping and its score: computed from the files, honest about what it does not know."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from gridcommons.rehearsal.extract import load_extract
from gridcommons.rehearsal.mapping import NO_MATTER, Kind, Mapping, load_mapping, read_mapping
from gridcommons.rehearsal.score import gold_key, load_gold, score_mapping, score_of
from gridcommons.rehearsal.texts import load_texts

ROOT = Path(__file__).resolve().parents[2]
HEAD = 'matters = ["roads"]\ndepartments = ["grid"]\n[chicago.matters]\n[chicago.departments]\n'


def emptied(mapping: Mapping) -> Mapping:
    return replace(mapping, rules=())


@pytest.mark.parametrize(
    ("kind", "matter"),
    [
        (Kind("Street Condition", "Pothole"), "roads"),
        (Kind("NOISE - RESIDENTIAL", "loud music"), "noise"),
        (Kind("Taxi Complaint", "Driver Complaint"), "public_transport_taxis"),
        (Kind("Water System", "Dirty Water (WE)"), "water_quality"),
        (Kind("UNSANITARY CONDITION", "MOLD"), "housing_repairs"),
        (Kind("UNSANITARY CONDITION", "PESTS"), "pests_rodents"),
        (Kind("SCRIE", "TAC Report", agency="DOF"), NO_MATTER),
        (Kind("Something never heard of"), None),
    ],
)
def test_a_kind_is_mapped_by_the_first_rule_that_fits(kind: Kind, matter: str | None) -> None:
    assert load_mapping().matter_of(kind) == matter


def test_every_kind_of_half_a_is_mapped() -> None:
    assert [r.kind for r in load_extract().requests if r.half == "a" and r.matter is None] == []


def test_the_extract_carries_what_the_mapping_answers() -> None:
    mapping = load_mapping()
    assert [r.id for r in load_extract().requests if r.matter != mapping.matter_of(r.kind)] == []


def test_every_label_set_by_hand_is_a_known_matter_and_every_kind_of_half_b_has_one() -> None:
    gold = load_gold()
    kinds = Counter(gold_key(r.kind) for r in load_extract().requests if r.half == "b")
    assert set(gold) == set(kinds)
    assert set(gold.values()) <= load_mapping().matters | {NO_MATTER}


def test_the_score_on_half_b_is_computed_from_the_files_and_above_its_floor() -> None:
    score = score_mapping()
    gold, mapping = load_gold(), load_mapping()
    half_b = [r.kind for r in load_extract().requests if r.half == "b"]
    right = sum(gold[gold_key(kind)] == mapping.matter_of(kind) for kind in half_b)
    assert score.rows == len(half_b) == 466
    assert score.accuracy == right / 466
    assert sum(score.confusion.values()) == 466 - right
    assert score.coverage > 0.85
    assert score.accuracy > 0.80 > 2 * score.baseline


def test_a_mapping_without_rules_scores_nothing() -> None:
    score = score_of(emptied(load_mapping()), load_extract().requests, load_gold())
    assert (score.coverage, score.accuracy, score.precision) == (0.0, 0.0, 0.0)


def test_one_wrong_label_lowers_the_score_by_its_rows() -> None:
    requests, mapping = load_extract().requests, load_mapping()
    gold = load_gold()
    key = ("Request Large Bulky Item Collection", "Request Large Bulky Item Collection", "Sidewalk")
    spoiled = score_of(mapping, requests, {**gold, key: "roads"})
    assert round((score_mapping().accuracy - spoiled.accuracy) * 466) == 29
    assert spoiled.confusion["roads", "bulky_waste"] == 29


def test_the_tool_prints_the_score_in_one_line() -> None:
    command = [sys.executable, str(ROOT / "tools" / "extract_requests.py"), "score"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT / "src")})
    assert done.stdout == score_mapping().line() + "\n"
    assert f"accuracy {score_mapping().accuracy:.1%}" in done.stdout


@pytest.mark.parametrize(
    "rule",
    [
        '[[new_york]]\nmatter = "unheard"\ntype = ["a"]\n',
        '[[new_york]]\nmatter = "roads"\n',
        '[[new_york]]\nmatter = "roads"\ncolour = ["red"]\n',
    ],
)
def test_a_rule_with_an_unknown_matter_or_condition_or_without_any_is_an_error(rule: str) -> None:
    with pytest.raises(ValueError, match=r"keys outside|no condition or unknown"):
        read_mapping(HEAD + rule)


def test_rules_match_whole_words_only() -> None:
    mapping = read_mapping(HEAD + '[[new_york]]\nmatter = "roads"\ntype_word = ["root"]\n')
    assert mapping.matter_of(Kind("Root/Sidewalk")) == "roads"
    assert mapping.matter_of(Kind("Rooted")) is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_matter_the_mapping_can_answer_has_at_least_four_texts(language: str) -> None:
    mapping, texts = load_mapping(), load_texts()
    answers = {rule.matter for rule in mapping.rules} | set(mapping.chain_matters.values())
    counts: Counter[str] = Counter()
    for family in texts.families:
        counts[family.matter] += len(family.texts[language])
        assert len(set(family.texts[language])) == len(family.texts[language]) >= 3
    assert {matter for matter in answers - {NO_MATTER} if counts[matter] < 4} == set()
    assert set(counts) <= mapping.matters


def test_each_matter_ends_with_a_family_for_the_rest() -> None:
    last = {family.matter: family for family in load_texts().families}
    assert [matter for matter, family in last.items() if family.words] == []


def test_chinese_texts_are_chinese_and_english_texts_are_not() -> None:
    for family in load_texts().families:
        assert all(any("\u4e00" <= sign <= "\u9fff" for sign in text) for text in family.texts["zh"])
        assert all(text.isascii() for text in family.texts["en"])
        assert not any(sign.isdigit() for text in (*family.texts["zh"], *family.texts["en"]) for sign in text)
