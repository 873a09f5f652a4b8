"""What may stand in a plan: every verb, every obstacle; values in, reasons out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import shapely

from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.territory.editions import Difference
from gridcommons.territory.reorganising.from_difference import lines_of
from gridcommons.territory.reorganising.outlines import cut_outline, given_outlines, outlines_of, require_covered
from gridcommons.territory.reorganising.rules import (
    Change,
    Ground,
    Node,
    Outcome,
    Pair,
    Target,
    line_obstacles,
    obstacles,
)
from gridcommons.territory.reorganising.unfolding import unfold

DAY = date(2027, 1, 1)
A, B, V, W, G = "331123001", "331123002", "331123001001", "331123002001", "331123001001001"
_NODES = [
    Node("33", "province", "", "浙江省"), Node("3311", "city", "33", "丽水市"),
    Node("331123", "county", "3311", "遂昌县"), Node("331124", "county", "3311", "松阳县"),
    Node(A, "township", "331123", "甲乡", households=900), Node(B, "township", "331123", "乙乡", households=100),
    Node(V, "village", A, "一村", households=600), Node(f"{A}002", "village", A, "二村", households=300),
    Node(W, "village", B, "一村", households=100), Node(G, "grid", V, "第1网格"),
]  # fmt: skip
GROUND = Ground(DAY, {node.code: node for node in _NODES}, frozenset({"331123009", "331124003"}))
HALVES = (Target("331123003", "东乡", parts=(V,)), Target("331123004", "西乡", parts=(f"{A}002",)))
SPLIT = Change("split", (A,), HALVES)


def codes(*changes: Change, ground: Ground = GROUND) -> list[str]:
    return [reason.code for reason in obstacles(changes, ground)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (Change("move", ("331199001",), (Target("331124001", "甲乡"),)), "areas.not_standing"),
        (Change("move", (A,), (Target("331123009", "甲乡"),)), "areas.code_used"),
        (Change("move", (A,), (Target("331123007", "甲乡"),)), "areas.same_parent"),
        (Change("recode", (A,), (Target("331124001", "甲乡"),)), "areas.other_parent"),
        (Change("recode", (A,), (Target(A, "甲乡"),)), "areas.no_change"),
        (Change("move", (A,), (Target("331124000", "甲乡"),)), "areas.serial_zero"),
        (Change("move", (A,), (Target("33112401", "甲乡"),)), "areas.wrong_level"),
        (Change("move", (A,), (Target("33112400x", "甲乡"),)), "areas.wrong_level"),
        (Change("move", (A,), (Target("440101001", "甲乡"),)), "areas.no_parent"),
        (Change("move", (V,), (Target(f"{A}777", "一村"),)), "areas.same_parent"),
        (Change("rename", (A,), (Target(A, "甲乡"),)), "areas.no_change"),
        (Change("rename", (A,), (Target(A, ""),)), "areas.name_missing"),
        (Change("rename", (A,), (Target(A, "甲\n乡"),)), "areas.name_control"),
        (Change("rename", (A,), (Target(A, "甲" * 101),)), "areas.name_long"),
        (Change("rename", (A,), (Target(A, "北街‹新>村委会"),)), "areas.name_sign"),
        (Change("rename", (A,), (Target(A, "=甲乡"),)), "areas.name_sign"),
        (Change("merge", (A,), (Target(A, "甲乡"),)), "areas.too_few"),
        (Change("merge", (A, A), (Target(A, "甲乡"),)), "areas.too_few"),
        (Change("merge", (A, V), (Target(A, "甲乡"),)), "areas.wrong_level"),
        (Change("split", (A,), HALVES[:1]), "areas.too_few"),
        (Change("split", (A,), (HALVES[0], replace(HALVES[1], parts=()))), "areas.parts_unfit"),
        (Change("split", (A,), (HALVES[0], replace(HALVES[1], parts=(V, f"{A}002")))), "areas.parts_unfit"),
        (Change("split", (A,), (replace(HALVES[0], share=0.6), replace(HALVES[1], share=0.6))), "areas.shares_unfit"),
        (Change("split", (A,), (replace(HALVES[0], share=1.5), HALVES[1])), "areas.shares_unfit"),
        (Change("retire", (A,)), "areas.peopled"),
        (Change("ask", (A,)), "areas.unanswered"),
    ],
)
def test_what_cannot_be_carried_out_is_named(change: Change, code: str) -> None:
    assert code in codes(change)


@pytest.mark.parametrize(
    "name", ["甲·乙（东）乡", "St. Mary's – 3".replace("–", "—"), "ตำบลบ้านใหม่", "№ 5 / 7#", "甲、乙・丙(1)-\ue000〇村"]
)
def test_names_that_official_lists_hold_are_taken(name: str) -> None:
    assert codes(Change("rename", (A,), (Target(A, name),))) == []


def test_what_can_be_carried_out_meets_no_obstacle() -> None:
    move = Change("move", (A,), (Target("331124001", "甲乡"),))
    for change in (SPLIT, move, Change("merge", (A, B), (Target(A, "甲乡"),)), Change("retire", (G,))):
        assert codes(change) == []


def test_an_empty_plan_is_none() -> None:
    assert codes() == ["areas.empty_plan"]


@pytest.mark.parametrize(
    "other",
    [
        Change("move", (V,), (Target(f"{B}002", "一村"),)),
        Change("retire", (G,)),
        Change("merge", (A, B), (Target(B, "乙乡"),)),
        Change("rename", (A,), (Target(A, "丙乡"),)),
        Change("move", (W,), (Target("331123003001", "一村"),)),
    ],
)
def test_two_lines_that_touch_the_same_area_are_refused(other: Change) -> None:
    assert {"areas.overlap", "areas.taken_twice"} & set(codes(SPLIT, other))


def test_a_code_is_given_once_in_a_plan() -> None:
    again = Change("recode", (B,), (Target("331123003", "乙乡"),))
    assert "areas.code_used" in codes(SPLIT, again)


def test_two_lines_on_one_area_that_keeps_its_code_are_no_code_given_twice() -> None:
    first, second = (Change("rename", (A,), (Target(A, name),)) for name in ("丙乡", "丁乡"))
    [reason] = obstacles([first, second], replace(GROUND, names={A: Words("甲乡", "Jia Township")}))
    assert reason.code == "areas.taken_twice"
    assert "“甲乡（331123001）”" in reason.words().zh
    assert "“Jia Township (331123001)”" in reason.words().en
    assert "areas.code_used" in codes(Change("split", (A,), (replace(HALVES[0], code=A), replace(HALVES[1], code=A))))


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "还没有填写名称"), ("甲" * 101, "有101个字，最多100个字"), ("甲\t乡", "看不见的控制字符")],
)
def test_a_name_is_refused_for_what_is_wrong_with_it_and_by_the_name_that_stands(name: str, said: str) -> None:
    ground = replace(GROUND, names={A: Words("甲乡", "Jia Township")})
    [reason] = obstacles([Change("rename", (A,), (Target(A, name),))], ground)
    assert said in reason.words().zh
    assert "甲乡（331123001）" in reason.words().zh


TAKEN = "areas.name_taken"


@pytest.mark.parametrize(
    ("changes", "taken"),
    [
        ([Change("rename", (A,), (Target(A, "乙乡"),))], True),
        ([Change("recode", (A,), (Target("331123007", "乙乡"),))], True),
        ([Change("split", (A,), (replace(HALVES[0], name="乙乡"), HALVES[1]))], True),
        ([Change("split", (A,), (HALVES[0], replace(HALVES[1], name="东乡")))], True),
        ([Change("split", (A,), (replace(HALVES[0], code=A, name="甲乡"), replace(HALVES[1], name="甲乡")))], True),
        ([Change("rename", (c,), (Target(c, "丙乡"),)) for c in (A, B)], True),
        ([Change("move", (V,), (Target(f"{B}002", "一村"),))], True),
        ([Change("rename", (A,), (Target(A, "乙乡"),)), Change("rename", (B,), (Target(B, "甲乡"),))], False),
        ([Change("rename", (A,), (Target(A, "乙乡"),)), Change("rename", (B,), (Target(B, "丙乡"),))], False),
        ([Change("rename", (A,), (Target(A, "乙乡"),)), Change("move", (B,), (Target("331124001", "乙乡"),))], False),
        ([Change("recode", (A,), (Target("331123007", "甲乡"),))], False),
        ([Change("merge", (A, B), (Target("331123007", "乙乡"),))], False),
    ],
)
def test_two_areas_below_one_are_not_called_alike(changes: list[Change], taken: bool) -> None:
    assert (TAKEN in codes(*changes)) is taken
    assert all(reason.code != TAKEN for change in changes for reason in line_obstacles(change, GROUND))


def test_an_area_that_another_plan_has_is_left_alone() -> None:
    assert "areas.pending" in codes(SPLIT, ground=replace(GROUND, pending={V: "另一方案"}))


def test_an_area_made_the_same_day_is_too_young() -> None:
    young = replace(GROUND, nodes={**GROUND.nodes, A: replace(GROUND.nodes[A], since=DAY)})
    assert "areas.too_young" in codes(SPLIT, ground=young)


def test_all_that_stands_in_the_way_is_named_at_once() -> None:
    found = codes(Change("merge", (A,), (Target("33112400", ""),)), Change("ask", (B,)))
    assert {"areas.too_few", "areas.wrong_level", "areas.unanswered"} <= set(found)


def test_a_move_takes_every_area_below_along() -> None:
    done = unfold([Change("move", (A,), (Target("331124001", "新甲乡"),))], GROUND)
    assert [(n.code, n.parent, n.name) for n in done.made] == [
        ("331124001", "331124", "新甲乡"), ("331124001001", "331124001", "一村"),
        ("331124001001001", "331124001001", "第1网格"), ("331124001002", "331124001", "二村"),
    ]  # fmt: skip
    assert done.pairs == (Pair(A, "331124001"),)
    assert len(done.ended) == 4


def test_a_division_reckons_shares_and_figures_by_what_goes_where() -> None:
    done = unfold([SPLIT], GROUND)
    assert [(p.old, p.new, round(p.share, 3), p.primary) for p in done.pairs if not p.whole] == [
        (A, "331123003", 0.667, True), (A, "331123004", 0.333, False),
    ]  # fmt: skip
    assert [n.households for n in done.made if n.level == "township"] == [600, 300]


def test_a_part_may_keep_the_code_and_what_is_in_it() -> None:
    kept = Change("split", (A,), (replace(HALVES[0], code=A), HALVES[1]))
    done = unfold([kept], GROUND)
    assert done.ended == (f"{A}002",)
    assert done.renamed == ((A, "东乡"),)
    assert [(p.old, p.new) for p in done.pairs] == [(A, A), (A, "331123004"), (f"{A}002", "331123004002")]


def test_merging_gives_free_codes_where_they_clash_and_refuses_the_thousandth() -> None:
    merge = Change("merge", (A, B), (Target(A, "甲乡"),))
    done = unfold([merge], GROUND)
    assert (Pair(W, f"{A}003") in done.pairs, done.figures) == (True, ((A, 1_000, None),))
    full = frozenset(f"{A}{n:03d}" for n in range(1, 1_000))
    with pytest.raises(Refusal) as refused:
        unfold([merge], replace(GROUND, used=full))
    assert refused.value.code == "area.codes_used_up"


def test_a_dissolved_area_leaves_no_successor() -> None:
    assert unfold([Change("retire", (G,))], GROUND) == Outcome(ended=(G,))


def test_outlines_are_those_of_what_an_area_is_made_of() -> None:
    drawn = {V: shapely.box(0, 0, 1, 1), f"{A}002": shapely.box(1, 0, 2, 1), G: shapely.box(0, 0, 1, 1)}
    found = outlines_of(unfold([SPLIT], GROUND), drawn, {})
    assert found["331123003001"].equals(drawn[V])
    assert found["331123003"].equals(drawn[V])
    joined = outlines_of(unfold([Change("merge", (V, f"{A}002"), (Target(V, "一村"),))], GROUND), drawn, {})
    assert joined[V].area == pytest.approx(2)


def _cut(*shares: float) -> Change:
    pieces = [
        shapely.to_wkb(shapely.box(left, 0, left + width, 1)) for left, width in zip((0, 0.5), shares, strict=True)
    ]
    parts = (Target(f"{V}002", "甲", 0.5, outline=pieces[0]), Target(f"{V}003", "乙", 0.5, outline=pieces[1]))
    return Change("split", (G,), parts)


def test_parts_have_to_cover_the_grid_that_is_cut() -> None:
    drawn = {G: shapely.box(0, 0, 1, 1)}
    require_covered([_cut(0.5, 0.5)], drawn, 0.005)
    assert set(given_outlines([_cut(0.5, 0.5)])) == {f"{V}002", f"{V}003"}
    for shares in ((0.4, 0.5), (0.6, 0.5), (0.5, 0.7)):
        with pytest.raises(Refusal) as refused:
            require_covered([_cut(*shares)], drawn, 0.005)
        assert refused.value.code == "areas.not_covered"


def test_a_line_cuts_a_grid_from_west_to_east() -> None:
    west, east = cut_outline(shapely.box(0, 0, 1, 1), "0.25,-1 0.25,2", 2)
    assert (west.area, east.area) == pytest.approx((0.25, 0.75))


@pytest.mark.parametrize("line", ["", "1", "0.5,0.5", "0.2,0.2 0.4,0.4", "a,b c,d", "5,5 6,6", "1,2,3 4,5,6"])
def test_a_line_that_does_not_cut_is_refused(line: str) -> None:
    with pytest.raises(Refusal) as refused:
        cut_outline(shapely.box(0, 0, 1, 1), line, 2)
    assert refused.value.code == "areas.line_unfit"


def test_a_difference_becomes_lines_and_what_it_does_not_say_is_asked() -> None:
    rows = [
        Difference("renamed", B, "乙乡", B, "乙镇"), Difference("recoded", A, "甲乡", "331123005", "甲乡"),
        Difference("recoded", V, "一村", "331123005001", "一村"), Difference("retired", W, "一村", "", ""),
        Difference("added", "", "", "331123006", "丙乡"), Difference("renamed", "330101001", "x", "330101001", "y"),
        Difference("moved", "331123002", "乙乡", "331124009", "乙乡"),
    ]  # fmt: skip
    drawn = lines_of(rows, "331123", GROUND)
    assert [change.verb for change in drawn.changes] == ["ask", "recode", "ask", "rename", "ask"]
    assert (drawn.elsewhere, drawn.implied, sorted(drawn.questions)) == (1, 1, [0, 2, 4])
    assert "合并" in drawn.questions[4].zh
