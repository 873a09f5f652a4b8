"""Formulas as data, periods, and what is never shown: few people's work, its cover, small numbers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.outlook.indicators.formulas import Formulas, formulas, parse_formulas
from gridcommons.outlook.indicators.rules import MEASURES, Figure, Sums, Table, Why, change, figures, why
from gridcommons.outlook.indicators.tally import Counted, Mark, add_up, digest_of
from gridcommons.outlook.indicators.terms import KINDS, lately, require_begun, term_of, term_on, terms_over
from gridcommons.outlook.rules import Chain
from tianmen import MONTH

RATE = formulas().get("closing_rate")


def sums(due: int, closed: int, hands: int) -> Sums:
    made = Sums()
    made.add({"due": due, "closed": closed}, {"due": hands} if hands else {})
    return made


def table(**parts: tuple[int, int, int]) -> Table:
    """Parts by name: due, closed, how many people."""
    whole = Sums()
    whole.add(
        {"due": sum(p[0] for p in parts.values()), "closed": sum(p[1] for p in parts.values())},
        {"due": min(5, sum(p[2] for p in parts.values()))},
    )
    return Table(whole, {name: sums(*part) for name, part in parts.items()})


def seen(one: Table, *, exact: bool = True) -> tuple[Why, dict[str, Why]]:
    own, parts = figures(RATE, [one], (), Chain(("33",), tuple(one.parts), exact))
    return own.why, {name: figure.why for name, figure in parts.items()}


def test_every_formula_has_its_golden_example_an_owner_and_known_measures() -> None:
    rules = formulas()
    assert rules.owner.zh
    for one in rules.indicators.values():
        assert str(one.reckon(one.golden)) == one.gives
        assert {term.removeprefix("-") for term in (*one.over, *one.under)} <= MEASURES.keys()
        assert one.rests_on in {*MEASURES, ""}
        assert one.rule.zh
        assert one.rule.en
    measured = [one.key for one in rules.indicators.values() if not one.rests_on]
    assert measured == ["accepted", "filed", "net_filed", "public_report_rate", "component_share"], "numbers of matters"


def test_both_rates_stand_over_what_is_due() -> None:
    for key in ("closing_rate", "on_time_closing_rate", "handling_rate", "on_time_handling_rate", "overdue_rate"):
        assert formulas().get(key).under == ("due",), "the trap: on-time closing over what was closed"
    assert formulas().get("on_time_dispatch_rate").over == ("dispatched_on_time",)
    assert formulas().get("accurate_dispatch_rate").over == ("dispatched", "-dispatched_back")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('gives = "93.72"', 'gives = "93.73"'), ('unit = "percent"', 'unit = "stars"'),
        ('key = "filed"', 'key = "accepted"'),
        ('version = "2026.1"', ""), ("[[indicators]]", "[[indicators"),
        ('dispatch_within = "2h"', 'dispatch_within = "soon"'),
    ],
)  # fmt: skip
def test_an_unsound_file_is_refused(old: str, new: str) -> None:
    from importlib.resources import files

    text = files("gridcommons.outlook.indicators").joinpath("data/indicators.toml").read_text(encoding="utf-8")
    assert isinstance(parse_formulas(text), Formulas)
    with pytest.raises(Refusal):
        parse_formulas(text.replace(old, new, 1))


def test_nothing_that_rests_on_fewer_than_five_people_is_shown_to_anybody() -> None:
    one = table(a=(40, 36, 4), b=(60, 50, 5), c=(80, 70, 5))
    assert seen(one) == (Why.SHOWN, {"a": Why.FEW_PEOPLE, "b": Why.COVERS_PEOPLE, "c": Why.SHOWN})
    assert seen(table(a=(9, 9, 1))) == (Why.FEW_PEOPLE, {"a": Why.FEW_PEOPLE})
    assert seen(table(a=(9, 5, 0), b=(40, 30, 5)))[1]["a"] is Why.FEW_PEOPLE, "nobody's work is fewer than five's"
    assert seen(table(a=(0, 0, 0), b=(40, 30, 5)))[1] == {"a": Why.NOTHING, "b": Why.SHOWN}


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), min_size=1, max_size=6))
def test_a_hidden_part_is_never_the_only_unknown_of_a_sum(parts: list[tuple[int, int]]) -> None:
    made = table(**{f"p{i}": (due, due, hands if due else 0) for i, (due, hands) in enumerate(parts)})
    own, found = seen(made)
    few = [key for key, why_ in found.items() if why_ is Why.FEW_PEOPLE]
    covers = [key for key, why_ in found.items() if why_ is Why.COVERS_PEOPLE]
    if own is Why.SHOWN and few:
        full = [key for key, part in made.parts.items() if part.hands.get("due", 0) >= 5 and part.counts["due"]]
        assert covers or not full, "a part of five people or more is hidden with it"


def test_what_a_table_above_hides_stays_hidden_below() -> None:
    above = table(a=(40, 36, 4), b=(60, 50, 5), c=(80, 70, 5))
    below = Table(above.parts["b"], {"x": sums(30, 20, 5), "y": sums(30, 30, 5)})
    own, parts = figures(RATE, [above, below], ("b",), Chain(("33", "b"), ("x", "y"), is_exact=True))
    assert own.why is Why.COVERS_PEOPLE
    assert sorted(f.why for f in parts.values()) == [Why.COVERS_PEOPLE, Why.SHOWN], "both together would be the whole"
    assert own.value is None
    assert own.over is None


def test_a_quarter_counts_the_fewest_people_of_any_of_its_months() -> None:
    whole = Sums()
    whole.add({"due": 50}, {"due": 5})
    whole.add({"due": 3}, {"due": 1})
    assert whole.hands["due"] == 1
    whole = Sums()
    whole.add({"due": 50}, {"due": 5})
    whole.add({"due": 3}, {})
    assert whole.hands["due"] == 0


def test_small_numbers_are_hidden_from_whoever_may_not_read_the_cases() -> None:
    one = table(a=(40, 38, 5), b=(60, 50, 5), c=(80, 60, 5))
    assert seen(one, exact=True)[1]["a"] is Why.SHOWN
    assert seen(one, exact=False)[1]["a"] is Why.COVERS, "two are not closed"


@pytest.mark.parametrize("key", formulas().indicators)
def test_less_than_five_is_said_of_a_count_and_of_no_rate(key: str) -> None:
    one = formulas().get(key)
    measures = {term.removeprefix("-") for term in (*one.over, *one.under, *filter(None, [one.rests_on]))}
    few = Sums()
    few.add(dict.fromkeys(measures, 3), dict.fromkeys(measures, 5))
    own, _parts = figures(one, [Table(few, {})], (), Chain(("33",), (), is_exact=False))
    if one.unit != "count":
        assert own.why in {Why.COVERS, Why.NOTHING}
    elif len(one.over) == 1:
        assert own.why is Why.SMALL


@pytest.mark.parametrize("way", list(Why))
def test_every_figure_says_why(way: Why) -> None:
    figure = Figure(way, Decimal("93.72"), 911, 972) if way is Why.SHOWN else Figure(way)
    card = why(RATE, figure, term=MONTH, rules=formulas())
    assert card.because
    if way is Why.SHOWN:
        assert "911" in card.because[0].words.zh
        assert card.version == formulas().version


def test_a_change_needs_both_figures() -> None:
    one = table(a=(40, 20, 5))
    shown, _parts = figures(RATE, [one], (), Chain(("33",), ("a",), is_exact=True))
    hidden, _parts = figures(RATE, [table(a=(4, 4, 1))], (), Chain(("33",), ("a",), is_exact=True))
    assert change(shown, shown) == 0
    assert change(shown, hidden) is None


def test_cells_hold_numbers_alone_and_never_more_than_five_people() -> None:
    marks = tuple(Mark("due", 1, "office", frozenset({f"user:{i}"})) for i in range(9))
    cells = add_up([Counted("331123", "roads", "page", True, marks)], {"331123": (("33", ""), ("331123", "33"))})
    assert {(one.area_code, one.axis, one.key) for one in cells} == {
        (area, axis, key) for area in ("33", "331123")
        for axis, key in (("all", ""), ("matter", "roads"), ("source", "page"), ("public", ""), ("office", "office"))
    }  # fmt: skip
    assert {one.hands["due"] for one in cells} == {5}
    assert all("user" not in repr(one) for one in cells)
    assert digest_of(cells) == digest_of(cells[::-1])


@pytest.mark.parametrize("kind", KINDS)
def test_periods_follow_each_other_without_a_gap(kind: str) -> None:
    term = term_on(kind, date(2026, 11, 2))  # type: ignore[arg-type]
    assert term_of(term.key) == term
    assert term.after().before() == term
    assert term.after().first == term.last + timedelta(days=1)
    assert term.year_before().last < term.first
    assert [one.key for one in lately(term, 3)][-1] == term.key
    assert term.words.zh
    assert len(term.parts) == {"week": 1, "month": 1, "quarter": 3, "year": 12}[kind]


@pytest.mark.parametrize("text", ["", "2026-13", "2026-W54", "2026-Q5", "1999", "abc", "2026-11-02", "２０２６"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        term_of(text)
    assert refused.value.code == "indicators.no_term"


def test_a_period_to_come_is_refused() -> None:
    with pytest.raises(Refusal):
        require_begun(term_of("2027-01"), date(2026, 11, 2))
    assert [one.key for one in terms_over(date(2026, 10, 31), date(2026, 11, 2))] == [
        "2026-W44", "2026-W45", "2026-10", "2026-11",
    ]  # fmt: skip
