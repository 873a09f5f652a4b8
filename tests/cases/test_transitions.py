from dataclasses import replace
from importlib.resources import files

import pytest

from gridcommons.cases.transitions import faults, packaged, parse_transitions, transitions_table, transitions_text
from gridcommons.kit.errors import Refusal

TABLE = packaged()
TEXT = files("gridcommons.cases").joinpath("data/transitions.toml").read_text(encoding="utf-8")

# The seven steps as the manual tells them: action, from, to, who.
MANUAL = [
    ("report", "new", "reported", "finder reporter"),
    ("settle", "reported", "settled", "finder"),
    ("file", "reported", "filed", "filer"),
    ("void", "reported", "void", "filer"),
    ("dispatch", "filed returned reopened review", "dispatched", "dispatcher"),
    ("accept", "dispatched", "handling", "handler"),
    ("send_back", "dispatched handling", "returned", "handler"),
    ("pass_on", "handling", "returned", "handler"),
    ("feed_back", "handling rework", "handled", "handler"),
    ("rework", "handled", "rework", "verifier"),
    ("close", "handled", "closed", "verifier"),
    ("attempt", "handled", "same", "verifier"),
    (
        "late_check",
        "reported filed returned dispatched handling handled rework closed confirmed reopened void settled parked "
        "review merged",
        "same",
        "program",
    ),
    ("confirm", "closed", "confirmed", "reporter"),
    ("reopen", "closed", "reopened", "reporter"),
    ("merge", "reported filed", "merged", "filer"),
    ("unmerge", "merged", "before", "filer"),
    ("lead_ended", "merged", "same", "program"),
    ("lead_goes_on", "merged", "same", "program"),
    ("agree", "merged", "same", "reporter"),
    ("leave", "merged", "before", "reporter"),
    ("ask_extension", "handling rework", "same", "handler"),
    ("grant_extension", "handling rework", "same", "dispatcher coordinator"),
    ("refuse_extension", "handling rework", "same", "dispatcher coordinator"),
    ("park", "filed returned reopened review dispatched handling rework", "parked", "dispatcher coordinator"),
    ("unpark", "parked", "review", "dispatcher coordinator"),
    ("review_due", "parked", "review", "program"),
    ("raise", "filed returned reopened review dispatched handling rework", "same", "program"),
    ("lower", "filed returned reopened review dispatched handling handled rework parked merged", "same", "program"),
    ("press", "reported", "same", "program"),
    ("appoint", "filed returned reopened review dispatched handling rework", "dispatched", "coordinator"),
    ("ask_level", "dispatched handling rework", "same", "handler"),
    ("involve", "dispatched handling rework", "same", "dispatcher coordinator"),
    ("contribute", "dispatched handling handled rework", "same", "handler"),
    ("part_over", "closed", "same", "program"),
    ("entrust", "filed returned reopened review", "dispatched", "dispatcher"),
    ("name_body", "handling rework", "same", "handler"),
    ("ask_still", "closed confirmed", "same", "program"),
    ("still_fine", "closed confirmed", "same", "reporter"),
    ("still_wrong", "closed confirmed", "reopened", "reporter"),
]


def test_the_table_is_the_seven_steps_of_the_manual() -> None:
    rows = [(row.key, " ".join(row.sources), row.target, " ".join(row.by)) for row in TABLE.actions.values()]
    assert rows == MANUAL


def test_the_ends_are_closed_confirmed_void_and_settled() -> None:
    assert {key for key, state in TABLE.states.items() if state.end} == {"closed", "confirmed", "void", "settled"}


def test_every_pair_of_the_four_office_duties_and_the_finder_is_kept_apart() -> None:
    pairs = {apart.pair for apart in TABLE.persons_apart}
    four = ["filer", "dispatcher", "handler", "verifier"]
    assert {frozenset({one, other}) for one in four for other in four if one != other} <= pairs
    assert {frozenset({"finder", "filer"}), frozenset({"finder", "verifier"})} <= pairs


def test_only_settling_on_the_spot_is_ever_excepted() -> None:
    assert {key for apart in (*TABLE.persons_apart, *TABLE.offices_apart) for key in apart.excepted} == {"settle"}
    assert TABLE.actions["settle"].flag == "settle_on_the_spot"


def test_everything_that_gives_a_no_asks_for_a_reason() -> None:
    asking = {row.key for row in TABLE.actions.values() if "reason" in row.needs}
    assert asking == {
        "void", "send_back", "rework", "reopen", "unmerge", "leave", "ask_extension", "refuse_extension", "park",
        "ask_level", "entrust", "still_wrong",
    }  # fmt: skip


def test_what_is_bound_cannot_be_given_back_and_a_body_is_named_first() -> None:
    assert {key for key, row in TABLE.actions.items() if row.unless == "bound"} == {"send_back", "pass_on"}
    assert TABLE.actions["feed_back"].unless == "unnamed"
    assert TABLE.actions["dispatch"].unless == TABLE.actions["entrust"].unless == "level_decides"


def test_the_program_takes_only_steps_that_are_nobody_s_duty() -> None:
    own = {key for key, row in TABLE.actions.items() if "program" in row.by}
    assert own == {
        "lead_ended",
        "lead_goes_on",
        "review_due",
        "raise",
        "lower",
        "press",
        "part_over",
        "ask_still",
        "late_check",
    }
    assert all(TABLE.actions[key].by == ("program",) and not TABLE.actions[key].holds for key in own)


# what is put in place of what in the file; the words that the refusal must hold
FAULTS = [
    ('to = "filed"', 'to = "filled"', "file: filled?"),
    (
        'by = ["verifier"]\nfrom = ["handled"]\nto = "closed"',
        'by = ["boss"]\nfrom = ["handled"]\nto = "closed"',
        "boss?",
    ),
    ('needs = ["check"]', 'needs = ["stamp"]', "close: stamp?"),
    ('from = ["handled"]\nto = "rework"', 'from = ["rework"]\nto = "rework"', "rework is never reached"),
    ('from = ["handled"]\nto = "closed"', 'from = ["handled"]\nto = "handled"', "handled leads to no end"),
    ('flag = "in_time"', 'flag = "some_day"', "reopen: some_day?"),
    ('unless = "unnamed"', 'unless = "nameless"', "feed_back: nameless?"),
    ('same_office = "raised"', 'same_office = "above"', "appoint: above?"),
    (
        'by = ["program"]\nfrom = ["merged"]\nto = "same"',
        'by = ["filer"]\nfrom = ["merged"]\nto = "same"',
        "records nobody",
    ),
    (
        'by = ["program"]\nfrom = ["closed", "confirmed"]\nto = "same"',
        'by = ["program"]\nfrom = ["closed", "confirmed"]\nto = "filed"',
        "leaves the end",
    ),
    (
        'from = ["filed", "returned", "reopened", "review"]',
        'from = ["filed", "returned", "reopened", "review", "void"]',
        "leaves the end void",
    ),
    ('holds = ["verifier"]', "holds = []", "rework records nobody"),
    ('duties = ["filer", "dispatcher"]', 'duties = ["filer", "king"]', "king?"),
    ('duties = ["filer", "dispatcher"]', 'duties = ["filer"]', "is no pair"),
    ('except = ["settle"]', 'except = ["hurry"]', "hurry?"),
    ('clock = "stands"', 'clock = "sleeps"', "sleeps?"),
    ('key = "confirm"', 'key = "reopen"', "reopen twice"),
    ('version = "2026.2"', "", "version?"),
    ('version = "2026.2"', "version = = 1", "line"),
]


@pytest.mark.parametrize(("old", "new", "word"), FAULTS)
def test_an_unsound_table_is_refused_with_what_is_wrong(old: str, new: str, word: str) -> None:
    assert old in TEXT
    with pytest.raises(Refusal) as caught:
        parse_transitions(TEXT.replace(old, new, 1))
    assert caught.value.code == "case.table_unsound"
    assert word in caught.value.words().en
    assert word in caught.value.words().zh


def test_the_packaged_table_has_no_fault_and_a_lonely_state_is_one() -> None:
    assert faults(TABLE) == []
    lonely = replace(TABLE.states["filed"], key="lost", end=False)
    assert faults(replace(TABLE, states={**TABLE.states, "lost": lonely})) == [
        "lost is never reached",
        "lost leads to no end",
    ]


def test_a_strange_action_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        TABLE.action("approve")
    assert (caught.value.code, caught.value.status) == ("case.unknown_action", 404)


def test_the_manual_prints_every_row_and_every_separation_in_both_languages() -> None:
    assert len(transitions_table()) == len(TABLE.actions)
    for language in ("zh-hans", "en"):
        text = transitions_text(language)
        assert all(row.words.in_language(language) in text for row in TABLE.actions.values())
        assert text.count("\n- ") == len(TABLE.persons_apart) + len(TABLE.offices_apart)
    assert "- handler – verifier\n" in transitions_text("en")
    assert "- 发现人 – 处置人 (除 当场处置)\n" in transitions_text("zh")
