"""When a household is called on again, as a table; which households may be meant; what stands before a start."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from collection.campaign_town import plan
from gridcommons.collection.calling import Call, Made, Series, next_call
from gridcommons.collection.campaigns.disclosing import Counted, Coverage, coverages
from gridcommons.collection.campaigns.policy import policy
from gridcommons.collection.campaigns.rules import against_start, clean_plan, earliest_first, require_plan
from gridcommons.collection.selecting import Choice, against_choice, chosen_words, meets
from gridcommons.kit.disclosure import exact
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.people.facts.keys import fact_keys
from gridcommons.web.campaign_words import share_text

ONE = date(2026, 11, 1)
LAST = ONE + timedelta(days=29)
CAMPAIGN = Series("campaign:1", "f", ONE, LAST, most_calls=3, again=2)
ROUND = Series("round:1", "f", ONE, ONE + timedelta(days=300), most_calls=3, again=2, every=30)
MOMENT = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


def on(day: int, outcome: str, **more: object) -> Made:
    return Made(ONE + timedelta(days=day), outcome, **more)  # type: ignore[arg-type]


def day(n: int) -> date:
    return ONE + timedelta(days=n)


@pytest.mark.parametrize(
    ("made", "wants", "asked_on", "since"),
    [
        ([], None, 0, 0),
        ([], None, 29, 0),
        ([], None, 30, None),
        ([on(0, "done")], None, 1, None),
        ([on(0, "declined")], None, 1, None),
        ([], False, 1, None),
        ([], True, 1, 0),
        ([on(0, "not_home")], None, 1, None),
        ([on(0, "not_home")], None, 2, 2),
        ([on(0, "not_home"), on(2, "not_home")], None, 4, 4),
        ([on(0, "not_home"), on(2, "not_home"), on(4, "not_home")], None, 9, None),
        ([on(0, "appointment", wanted_at=MOMENT)], None, 18, None),
        ([on(0, "appointment", wanted_at=MOMENT)], None, 19, 19),
        ([on(0, "appointment", wanted_at=MOMENT)], None, 25, 19),
        ([on(0, "appointment")], None, 1, 1),
        ([on(0, "appointment", wanted_at=MOMENT), on(19, "not_home")], None, 21, 21),
        ([on(0, "not_home", no_more=True)], None, 5, None),
        ([on(-9, "done")], None, 3, 0),
    ],
)
def test_a_campaign_calls(made: list[Made], wants: bool | None, asked_on: int, since: int | None) -> None:
    found = next_call(CAMPAIGN, made, wants, day(asked_on))
    assert (found.since if found else None) == (None if since is None else day(since))


@pytest.mark.parametrize(
    ("made", "asked_on", "since", "until"),
    [
        ([], 0, 0, 30),
        ([on(3, "done")], 32, None, None),
        ([on(3, "done")], 33, 33, 40),
        ([on(3, "declined")], 20, None, None),
        ([on(3, "declined")], 34, 33, 40),
        ([on(3, "done"), on(33, "not_home")], 35, 35, 40),
        ([on(3, "done"), on(33, "not_home"), on(35, "not_home"), on(37, "not_home")], 45, None, None),
        ([on(3, "done"), on(33, "not_home"), on(35, "not_home"), on(37, "not_home")], 67, 67, 74),
        ([on(3, "done", no_more=True)], 40, None, None),
    ],
)
def test_a_visit_that_comes_again(made: list[Made], asked_on: int, since: int | None, until: int | None) -> None:
    found = next_call(ROUND, made, None, day(asked_on))
    assert found == (None if since is None or until is None else Call(day(since), day(until)))


def test_a_convenience_begins_with_the_households_word() -> None:
    offered = replace(ROUND, by_consent=True)
    assert [next_call(offered, [], wants, day(5)) is not None for wants in (None, False, True)] == [False, False, True]


@pytest.mark.parametrize(
    ("choice", "codes"),
    [
        (Choice(), set()),
        (Choice("dwelling.gas", "is", "bottled"), set()),
        (Choice("household.elders", "at_least", "1"), set()),
        (Choice("household.religion", "is", "yes"), {"matter.barred_name"}),
        (Choice("household.宗教信仰", "is", "有"), {"matter.barred_name"}),
        (Choice("household.ethnicity", "is", "x"), {"matter.barred_name"}),
        (Choice("person.lives_alone", "is", "yes"), {"campaign.bad_choice"}),
        (Choice("household.phone", "is", "1"), {"campaign.bad_choice"}),
        (Choice("household.mood", "is", "1"), {"campaign.bad_choice"}),
        (Choice("dwelling.gas", "is", "solar"), {"campaign.bad_value"}),
        (Choice("dwelling.gas", "at_least", "bottled"), {"campaign.bad_value"}),
        (Choice("household.elders", "at_least", "many"), {"campaign.bad_value"}),
    ],
)
def test_which_households_may_be_meant(choice: Choice, codes: set[str]) -> None:
    assert {one.code for one in against_choice(choice, fact_keys())} == codes


def test_a_choice_means_what_is_known_and_nothing_else() -> None:
    elders = Choice("household.elders", "at_least", "2")
    assert [meets(elders, value) for value in ("", "1", "2", "12", "two")] == [False, False, True, True, False]
    assert chosen_words(elders, fact_keys()).zh.endswith("不少于2的住户")
    assert chosen_words(Choice(), fact_keys()) == Words("范围内全部住户", "all households of the area")


def test_the_first_day_lies_after_the_notice() -> None:
    """Announced today, with 14 days of notice, it begins on the 15th day after; inside an emergency today."""
    today, catalogue = date(2026, 11, 28), shipped_catalogue()
    earliest = earliest_first(today, policy(), in_emergency=False)
    assert earliest == date(2026, 12, 13)
    assert earliest_first(today, policy(), in_emergency=True) == today
    asked = plan(first=earliest, last=earliest + timedelta(days=20))
    require_plan(asked, catalogue, fact_keys(), policy(), today, earliest=earliest)
    early = replace(asked, first=earliest - timedelta(days=1))
    with pytest.raises(Refusal) as refused:
        require_plan(early, catalogue, fact_keys(), policy(), today, earliest=earliest)
    assert [one.code for one in refused.value.reasons] == ["campaign.before_notice_ends"]
    assert "12月13日 周日" in refused.value.words().zh
    assert "Sun 13 Dec" in refused.value.words().en


def test_a_plan_is_refused_with_everything_that_stands_against_it() -> None:
    today, catalogue = date(2026, 11, 2), shipped_catalogue()
    whole = plan(first=today, last=today + timedelta(days=20))
    assert require_plan(whole, catalogue, fact_keys(), policy(), today, earliest=today).key == "home_fire_safety"
    wrong = replace(
        whole, matter_key="choir", last=today + timedelta(days=500), choice=Choice("household.religion", "is", "yes"),
        name=Words("每天到岗拍照打卡，上传位置", "Photos to prove that workers were there"),
    )  # fmt: skip
    with pytest.raises(Refusal) as refused:
        require_plan(wrong, catalogue, fact_keys(), policy(), today, earliest=today)
    codes = [one.code for one in refused.value.reasons]
    assert {"campaign.bad_days", "matter.barred_name"} <= set(codes)
    assert len(codes) == 4, codes
    with pytest.raises(Refusal) as refused:
        clean_plan(replace(whole, purpose=Words("找张三，电话13812345678", "Call 13812345678")))
    assert refused.value.code == "campaign.person"


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, ()),
        ({"notice_until": ONE}, ("campaign.notice_runs",)),
        ({"notice_until": None}, ()),
        ({"open_objections": 2}, ("campaign.unanswered",)),
        ({"is_approved": False}, ("campaign.not_approved",)),
        ({"first": day(1)}, ("campaign.too_early",)),
        ({"first": day(-9), "last": day(-1)}, ("campaign.past",)),
    ],
)
def test_what_stands_before_a_start(changed: dict[str, object], codes: tuple[str, ...]) -> None:
    facts: dict[str, object] = {
        "today": ONE, "notice_until": day(-1), "open_objections": 0, "is_approved": True, "first": ONE, "last": LAST,
    }  # fmt: skip
    assert tuple(one.code for one in against_start(**(facts | changed))) == codes  # type: ignore[arg-type]


def test_a_small_figure_hides_its_neighbour_and_both_have_a_quarter() -> None:
    parts = {"a": Counted(400, 3, by_day=True), "b": Counted(300, 112, by_day=True), "c": Counted(200, 44, by_day=True)}
    whole, found = coverages([(Counted(900, 159, by_day=True), parts)], [], few_meant=False)
    assert whole.reached == 155, "in fives"
    assert (found["a"].reached, found["a"].quarter) == (None, 0)
    assert (found["c"].reached, found["c"].quarter) == (None, 0), "the smallest that covers it"
    assert found["b"].reached == 110
    assert found["b"].share == pytest.approx(110 / 300)


def test_a_share_below_one_per_cent_is_said_as_that() -> None:
    assert share_text(Coverage(exact(1_000), 5)) == Words("不到1%", "under 1%")
    assert share_text(Coverage(exact(1_000), 0)) == Words("0%", "0%")
    assert share_text(Coverage(exact(1_000), 10)) == Words("1%", "1%")
