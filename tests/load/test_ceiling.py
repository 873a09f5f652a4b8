"""The ceiling: minutes of a week by worker and grid, what duties take, and the verdict."""

from __future__ import annotations

import dataclasses

import pytest

from gridcommons.kit.words import Words
from gridcommons.load.ceiling.policy import ceiling_policy
from gridcommons.load.ceiling.rules import Duty, Post, budget_of_workers, ceiling_verdict, objections, sums

POLICY = dataclasses.replace(
    ceiling_policy(), share=0.5, week_minutes={"employed": 2400, "part_time": 600, "volunteer": 0}
)
NAME = Words("检查", "Check")
DUTY = Duty("check", NAME, 30, 522)
"""About ten a week for 1,000 households."""


def posts(number: int, grid: str = "33112300100800", employment: str = "employed") -> list[Post]:
    return [Post(f"w{n}", f"{grid}1", "full_time", employment) for n in range(number)]


def test_a_week_is_shared_equally_over_the_grids_a_worker_serves() -> None:
    held = [
        Post("a", "g1", "head", "employed"),
        Post("a", "g2", "full_time", "employed"),
        Post("b", "g1", "mentor", "employed"),
    ]
    assert budget_of_workers(held, POLICY) == {("a", "g1"): 600, ("a", "g2"): 600, ("b", "g1"): 0}


def test_two_posts_in_one_grid_are_one_week() -> None:
    held = [Post("a", "g1", "part_time", "employed"), Post("a", "g1", "full_time", "employed")]
    assert budget_of_workers(held, POLICY) == {("a", "g1"): 1200}


@pytest.mark.parametrize(
    ("employment", "minutes"), [("employed", 1200), ("part_time", 300), ("volunteer", 0), ("?", 0)]
)
def test_a_week_follows_the_kind_of_employment(employment: str, minutes: int) -> None:
    assert list(budget_of_workers([Post("a", "g", "head", employment)], POLICY).values()) == [minutes]


def test_a_duty_takes_its_minutes_as_often_as_it_comes() -> None:
    assert DUTY.week_of(1_000) == pytest.approx(30 * 522 / (365.25 / 7))
    assert DUTY.week_of(0) == 0
    assert Duty("k", NAME, 30, 522, ("331123102",)).reaches("331123102200001")
    assert not Duty("k", NAME, 30, 522, ("331123102",)).reaches("331123001008001")


def test_a_township_that_is_over_is_named_and_one_with_few_workers_is_not_judged_alone() -> None:
    areas = [("331123", Words("县", "County")), ("331123001", Words("甲", "A")), ("331123102", Words("乙", "B"))]
    households = {"331123001008001": 4_000, "331123102200001": 10_000}
    held = [
        *posts(6, "33112300100800"),
        *[dataclasses.replace(p, worker=f"x{p.worker}") for p in posts(4, "33112310220000")],
    ]
    held += [dataclasses.replace(p, worker=f"y{p.worker}") for p in posts(3, "33112300100800")]
    found = sums(areas, households, held, [dataclasses.replace(DUTY, per_year=1044)], POLICY)
    assert [(one.area, one.workers, one.is_over) for one in found] == [
        ("331123", 13, False), ("331123001", 9, False), ("331123102", 4, True),
    ]  # fmt: skip
    assert objections(found, POLICY) == ()
    assert objections(sums(areas, households, held, [dataclasses.replace(DUTY, per_year=9_000)], POLICY), POLICY)[
        0
    ].code


def test_no_figure_about_fewer_than_five_workers_leaves_the_sum() -> None:
    areas = [("331123", Words("县", "County"))]
    found = sums(areas, {"331123001008001": 4_000}, posts(1), [dataclasses.replace(DUTY, per_year=9_000)], POLICY)
    (reason,) = objections(found, POLICY)
    said = reason.words()
    assert not any(sign.isdigit() for sign in said.zh + said.en)
    verdict = ceiling_verdict(found, NAME, DUTY, POLICY)
    assert not verdict.is_yes
    assert f"{found[0].most:.0f}" not in str(verdict.as_dict())


def test_with_no_worker_there_is_no_time() -> None:
    areas = [("331123", Words("县", "County"))]
    assert objections(sums(areas, {"331123001008001": 400}, [], [DUTY], POLICY), POLICY)
