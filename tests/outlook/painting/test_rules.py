"""How a colour comes to stand, as a table of days; how packages are judged."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.outlook.colours.scheme import GREY, known_schemes, scheme_named
from gridcommons.outlook.painting.packages import Content, lines_of, require_sound
from gridcommons.outlook.painting.rules import (
    Standing,
    State,
    by_today,
    needs_signature,
    read_on,
    refuse_to_sign,
    require_span,
    sign,
    step_of,
)

SCHEME = scheme_named("default")
DAY = date(2026, 11, 2)
ORDER = [one.key for one in SCHEME.levels]


def after(*steps: str) -> Standing:
    """How an area stands after days read one by one: a level, `grey`, `+` signed that day, `-` refused that day."""
    now, day = Standing(), DAY - timedelta(1)
    for step in steps:
        if step == "+":
            now = sign(SCHEME, now, day)
        elif step == "-":
            now = refuse_to_sign(SCHEME, now, day)
        else:
            day += timedelta(1)
            now = read_on(SCHEME, now, step, day)
    return now


@pytest.mark.parametrize(
    ("steps", "level", "state", "proposal"),
    [
        (["A"], "A", "rule", ""),
        (["A", "C"], "C", "rule", ""),
        (["A", "D"], "C", "waiting", "D"),
        (["D"], "C", "waiting", "D"),
        (["D", "+"], "D", "signed", ""),
        (["D", "+", "D", "D"], "D", "signed", ""),
        (["D", "+", "E"], "D", "signed", "E"),
        (["D", "+", "E", "+"], "E", "signed", ""),
        (["D", "+", "E", "-"], "D", "signed", ""),
        (["D", "+", *["D"] * 6], "D", "signed", ""),
        (["D", "+", *["D"] * 7], "D", "review", "D"),
        (["D", "+", *["D"] * 30], "D", "review", "D"),
        (["D", "+", *["D"] * 7, "+"], "D", "signed", ""),
        (["D", "+", *["D"] * 7, "-"], "C", "refused", ""),
        (["D", "+", "C"], "C", "rule", ""),
        (["E", "+", "D"], "E", "signed", "D"),
        (["E", "+", "D", "+"], "D", "signed", ""),
        (["E", "+", *["D"] * 8], "E", "review", "D"),
        (["D", "-"], "C", "refused", ""),
        (["D", "-", "D"], "C", "refused", ""),
        (["D", "-", "E"], "C", "waiting", "E"),
        (["D", "-", *["D"] * 7], "C", "waiting", "D"),
        (["D", "-", "B", "D"], "C", "waiting", "D"),
        (["D", "+", "grey"], "grey", "unknown", ""),
        (["D", "+", "grey", "D"], "D", "signed", ""),
        (["D", "+", *["grey"] * 8, "D"], "D", "review", "D"),
        (["D", "-", "grey", "D"], "C", "refused", ""),
        # Red refused on the fourth day, until the eleventh; the orange beside it runs out on the eighth.
        (["D", "+", "D", "D", "E", "-", "D", "D", "D"], "D", "signed", ""),
        (["D", "+", "D", "D", "E", "-", "D", "D", "D", "D"], "D", "review", "D"),
        (["D", "+", "D", "D", "E", "-", "E", "E", "E", "E"], "D", "review", "D"),
        (["D", "+", "D", "D", "E", "-", *["E"] * 4, "+"], "D", "signed", ""),
        (["D", "+", "D", "D", "E", "-", *["E"] * 4, "+", *["E"] * 2], "D", "signed", ""),
        (["D", "+", "D", "D", "E", "-", *["E"] * 4, "+", *["E"] * 3], "D", "signed", "E"),
        (["D", "+", "D", "D", "E", "-", *["E"] * 4, "-"], "C", "refused", ""),
        (["D", "+", "D", "D", "E", "-", *["E"] * 4, "-", *["E"] * 3], "C", "waiting", "E"),
        (["D", "+", "D", "D", "E", "-", *["D"] * 4, "-", *["D"] * 2], "C", "refused", ""),
        (["D", "+", "D", "D", "E", "-", *["D"] * 4, "-", *["D"] * 3], "C", "waiting", "D"),
        (["D", "+", *["D"] * 6, "E", "-"], "D", "review", "D"),
        (["D", "+", *["D"] * 6, "E", "-", "+"], "D", "signed", ""),
        # Not lowered on the fourth day: red stays until it runs out, and then the reading is asked about again.
        (["E", "+", "D", "D", "D", "-", "D", "D", "D"], "E", "signed", ""),
        (["E", "+", "D", "D", "D", "-", "D", "D", "D", "D"], "E", "review", "D"),
        (["grey"], "grey", "unknown", ""),
        (["grey", "A"], "A", "rule", ""),
    ],
)
def test_what_stands_after_days_and_words(steps: list[str], level: str, state: str, proposal: str) -> None:
    now = after(*steps)
    assert (now.level, now.state.value, now.proposal) == (level, state, proposal)


def test_a_signature_runs_out_by_the_clock_on_a_day_that_was_not_read() -> None:
    now = after("D", "+")
    assert by_today(SCHEME, now, "D", DAY + timedelta(6)).state is State.SIGNED
    late = by_today(SCHEME, now, "D", DAY + timedelta(7))
    assert (late.state, late.level, late.proposal) == (State.REVIEW, "D", "D")
    assert by_today(SCHEME, now, GREY, DAY + timedelta(7)).state is State.UNKNOWN


def test_a_refusal_runs_out_by_the_clock_too() -> None:
    now = after("D", "-")
    assert by_today(SCHEME, now, "D", DAY + timedelta(6)) == now
    late = by_today(SCHEME, now, "D", DAY + timedelta(7))
    assert (late.state, late.level, late.proposal) == (State.WAITING, "C", "D")


def test_refusing_the_highest_refuses_neither_what_was_signed_nor_coming_down_from_it() -> None:
    scheme = scheme_named("ecdc-2021")
    keys = {one.colour: one.key for one in scheme.levels}
    orange, red, dark = keys["orange"], keys["red"], keys["dark-red"]
    now = sign(scheme, read_on(scheme, Standing(), red, DAY), DAY)
    now = refuse_to_sign(scheme, read_on(scheme, now, dark, DAY + timedelta(3)), DAY + timedelta(3))
    assert (now.level, now.state, now.proposal) == (red, State.SIGNED, "")
    assert read_on(scheme, now, red, DAY + timedelta(7)).proposal == red
    assert read_on(scheme, now, orange, DAY + timedelta(4)).proposal == orange


@pytest.mark.parametrize("steps", [["A"], ["grey"], ["D", "+"], ["D", "-"]])
def test_nothing_is_signed_that_was_not_proposed(steps: list[str]) -> None:
    for decide in (sign, refuse_to_sign):
        with pytest.raises(Refusal, match="No colour waits"):
            decide(SCHEME, after(*steps), DAY)


@given(st.lists(st.sampled_from([*ORDER, GREY, "+", "-"]), min_size=1, max_size=40))
def test_whatever_comes_nothing_high_stands_unsigned_and_nothing_is_greener_than_its_reading_for_want_of_a_word(
    steps: list[str],
) -> None:
    now, read, signed, day = Standing(), GREY, set[str](), DAY
    for step in steps:
        if step in "+-":
            if not now.proposal:
                continue
            if step == "+":
                signed.add(now.proposal)
            now = (sign if step == "+" else refuse_to_sign)(SCHEME, now, day)
        else:
            day, read = day + timedelta(1), step
            now = read_on(SCHEME, now, step, day)
        if now.level in {"D", "E"}:
            assert now.level in signed
        if read == GREY:
            assert now.level == GREY
        elif read in {"D", "E"}:
            assert now.level in {"C", "D", "E"}
        else:
            assert now == Standing(read, State.RULE)
        assert read_on(SCHEME, now, read, day) == now, "a second run changes nothing"
        assert now.state is not State.REVIEW or now.proposal, "what is due for review can always be signed or refused"


def test_red_and_orange_are_signed_whatever_a_scheme_says_of_it() -> None:
    for name in known_schemes():
        try:
            scheme = scheme_named(name)
        except Refusal:
            continue
        for one in scheme.levels:
            assert needs_signature(one) == (one.colour in {"orange", "red", "dark-red"}), (name, one.key)
        assert not needs_signature(scheme.levels[0])


def test_which_way_a_reading_went() -> None:
    assert [step_of(SCHEME, *pair) for pair in (("", "A"), ("A", "C"), ("D", "C"), ("B", "B"))] == [
        "first", "up", "down", "same",
    ]  # fmt: skip


def test_days_of_a_package() -> None:
    require_span(DAY, DAY + timedelta(29), DAY)
    for first, last in ((DAY, DAY + timedelta(30)), (DAY, DAY - timedelta(1)), (DAY - timedelta(1), DAY)):
        with pytest.raises(Refusal):
            require_span(first, last, DAY)


def test_a_package_that_closes_comes_with_help_and_says_something() -> None:
    line = (Words("关", "shut"),)
    with pytest.raises(Refusal, match="says nothing of the help"):
        require_sound(Content(closes=line))
    with pytest.raises(Refusal, match="says nothing"):
        require_sound(Content())
    with pytest.raises(Refusal, match="no kind of place"):
        require_sound(Content(opens=line, places=("moon",)))
    require_sound(Content(closes=line, support=line, places=("karaoke",)))


def test_lines_are_read_in_two_languages() -> None:
    assert lines_of("学校照常 | schools\n\n只有中文\n | only English") == (
        Words("学校照常", "schools"), Words("只有中文", "只有中文"), Words("only English", "only English"),
    )  # fmt: skip
