"""What the pieces may hold, and the sums of clocks and drawings."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words
from gridcommons.web.drawing import sketch, step_of
from gridcommons.web.pieces import ROLE_ICONS, Clock, Step, Stretch, Tile, Trail, TrailArea, because_card

AS_OF = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
STRETCHES = st.lists(
    st.builds(Stretch, kind=st.sampled_from(["used", "parked"]), minutes=st.integers(0, 5000)), max_size=8
)


def verdict(**changes: object) -> Verdict:
    facts: dict[str, object] = {
        "answer": Answer.CANNOT_TELL,
        "subject": Words("津贴", "allowance"),
        "because": (Because(Words("缺少日期", "a date is missing"), "law 3"),),
        "rule": "service.old_age",
        "version": "3",
        "owner": Words("民政局", "bureau"),
        "contest": Words("窗口", "any window"),
        "until": AS_OF,
    }
    return Verdict(**{**facts, **changes})  # type: ignore[arg-type]


def test_a_card_reads_the_same_from_a_verdict_and_from_what_the_ledger_kept() -> None:
    for language in ("zh-hans", "en"):
        assert because_card(verdict(), language) == because_card(verdict().as_dict(), language)


def test_a_decision_without_a_reason_is_not_shown() -> None:
    with pytest.raises(ValueError, match="void"):
        because_card(verdict(because=()), "en")


@pytest.mark.parametrize("denominator", ["", "   ", Words("共 4", ""), Words("", "of 4")])
def test_no_tile_without_its_denominator(denominator: Words | str) -> None:
    with pytest.raises(ValueError, match="denominator"):
        Tile("late", 3, denominator, AS_OF)


@pytest.mark.parametrize(("value", "change"), [(3, None), (None, -1)])
def test_a_suppressed_tile_carries_nothing_to_subtract(value: int | None, change: int | None) -> None:
    with pytest.raises(ValueError, match="suppressed"):
        Tile("visits", value, "of 214", AS_OF, change=change, suppressed=True)


@given(st.integers(1, 5000), STRETCHES)
def test_the_bars_of_a_clock_fill_its_width_end_to_end(limit: int, stretches: list[Stretch]) -> None:
    clock = Clock(limit, tuple(stretches))
    bars = clock.bars
    assert sum(bar.width for bar in bars) == pytest.approx(100)
    for left, right in pairwise(bars):
        assert right.start == pytest.approx(left.start + left.width)
    assert any(bar.kind == "over" for bar in bars) == clock.is_late
    assert clock.left == 0 or clock.over == 0


def test_parked_time_uses_nothing_up_and_says_that_the_clock_stands() -> None:
    clock = Clock(480, (Stretch("used", 120), Stretch("parked", 900)))
    assert (clock.used, clock.left, clock.is_parked) == (120, 360, True)


def test_every_role_has_an_icon_and_an_unknown_role_is_an_error() -> None:
    assert all(Step("", "", role=role).icon == icon for role, icon in ROLE_ICONS.items())
    with pytest.raises(KeyError):
        _ = Step("", "", role="spy").icon


def test_the_area_above_is_the_last_but_one_that_may_be_opened() -> None:
    top, here = TrailArea("county", "遂昌", "/c"), TrailArea("township", "妙高", "/t")
    assert Trail((top, here)).above == top
    assert Trail((here,)).above is None
    assert Trail((TrailArea("county", "遂昌"), here)).above is None


SQUARE = [[119.0, 28.0], [119.1, 28.0], [119.1, 28.1], [119.0, 28.1], [119.0, 28.0]]


def feature(kind: str, coordinates: object, **facts: object) -> dict[str, object]:
    return {"type": "Feature", "properties": facts, "geometry": {"type": kind, "coordinates": coordinates}}


def test_a_drawing_keeps_its_proportions_and_its_margin() -> None:
    drawn = sketch([feature("Polygon", [SQUARE], code="1", name="甲")], width=100, height=100, margin=10)
    numbers = [float(number) for number in drawn.shapes[0].path.strip("MZ").replace("L", " ").split()]
    across, down = numbers[0::2], numbers[1::2]
    assert (max(down) - min(down)) == pytest.approx(80, abs=0.2)
    assert (max(across) - min(across)) == pytest.approx(80 * 0.8825, abs=0.2)  # cosine of 28.05 degrees


def test_a_drawing_marks_where_one_is_and_hatches_what_is_missing() -> None:
    parts = [
        feature("Polygon", [SQUARE], code="1", name="甲", value=None),
        feature("MultiPolygon", [[SQUARE]], code="2", name="乙", value=30),
        feature("Point", [119, 28], code="3", name="丙"),
    ]
    drawn = sketch(parts, here="2", value="value", edges=(10, 20))
    assert [(shape.code, shape.step, shape.is_here) for shape in drawn.shapes] == [("1", 0, False), ("2", 3, True)]


def test_a_drawing_of_nothing_is_an_empty_box() -> None:
    assert sketch([]).shapes == ()


@given(st.floats(-1e6, 1e6), st.lists(st.floats(-1e6, 1e6), max_size=4).map(sorted))
def test_a_step_lies_between_one_and_five_and_never_falls_with_the_value(value: float, edges: list[float]) -> None:
    assert 1 <= step_of(value, edges) <= 5
    assert step_of(value, edges) <= step_of(value + 1, edges)
    assert step_of(None, edges) == 0
