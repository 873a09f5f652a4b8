"""What comes back from below: a returned sum is reckoned when it is read, and who reads it hears of a correction."""

from __future__ import annotations

import pytest

from cases.orders.order_town import DUE, draft, officers
from gridcommons.access.identify import program
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.orders.actions import answer, break_down, send_order, withdraw
from gridcommons.cases.orders.models import Order, OrderPart
from gridcommons.cases.orders.queries import order_page
from gridcommons.cases.orders.rules import Sum
from gridcommons.cases.orders.summing import sums_of
from gridcommons.kit.errors import Refusal
from gridcommons.notices.models import Notice
from town import AT, GRID, NEXT_GRID, TOWNSHIP, VILLAGE, Town


@pytest.fixture
def staff(town: Town) -> dict[str, Viewer]:
    return officers() | {"worker": town.worker, "next_worker": town.next_worker}


@pytest.fixture
def chain(staff: dict[str, Viewer]) -> dict[str, OrderPart]:
    """An order of the county to one township, handed on to its village and by that to two grids."""
    order = send_order(draft=draft(areas=(TOWNSHIP,)), by=staff["county"], at=AT)[0]
    township = OrderPart.objects.get(order=order)
    first = break_down(part_id=township.pk, areas=[VILLAGE], due_date=DUE, by=staff["township"], at=AT)
    village = OrderPart.objects.get(order=first)
    below = break_down(part_id=village.pk, areas=[GRID, NEXT_GRID], due_date=DUE, by=staff["village"], at=AT)
    grids = {part.area_code: part for part in OrderPart.objects.filter(order=below)}
    return {"township": township, "village": village, "worker": grids[GRID], "next_worker": grids[NEXT_GRID]}


def give(chain: dict[str, OrderPart], staff: dict[str, Viewer], who: str, number: int | None = None) -> None:
    answer(part_id=chain[who].pk, number=number, by=staff[who], at=AT)


def whole(chain: dict[str, OrderPart]) -> Sum:
    order = chain["township"].order_id
    return sums_of([order])[order]


def told(viewer: Viewer, *keys: str) -> list[str]:
    with viewing(program("test"), AT):
        rows = Notice.objects.filter(to=viewer.key, text_key__in=keys).order_by("created_at")
        return list(rows.values_list("text_key", flat=True))


def test_a_sum_returned_early_grows_with_those_who_answer_later(
    chain: dict[str, OrderPart], staff: dict[str, Viewer]
) -> None:
    give(chain, staff, "worker", 5)
    give(chain, staff, "village")
    give(chain, staff, "township")
    assert whole(chain) == Sum(1, 1, 5, growing=1)
    assert not whole(chain).is_complete
    page = order_page(order_id=chain["township"].order_id, viewer=staff["county"], at=AT)
    assert (page.sum.waits_for, page.parts[0].below) == (1, Sum(1, 1, 5, growing=1))
    assert told(staff["county"], "order.complete") == [], "a part of a sum is not everybody's answer"
    give(chain, staff, "next_worker", 7)
    assert whole(chain) == Sum(1, 1, 12)
    for name in ("county", "township", "village"):
        assert told(staff[name], "order.complete") == ["order.complete"]


def test_a_correction_below_is_in_every_sum_above_and_its_readers_are_told(
    chain: dict[str, OrderPart], staff: dict[str, Viewer]
) -> None:
    give(chain, staff, "worker", 5)
    give(chain, staff, "next_worker", 7)
    give(chain, staff, "village")
    give(chain, staff, "township")
    give(chain, staff, "worker", 50)
    assert whole(chain).number == 57
    for name in ("county", "township", "village"):
        assert told(staff[name], "order.corrected") == ["order.corrected"]
    give(chain, staff, "worker", 50)
    assert told(staff["county"], "order.corrected") == ["order.corrected"], "the same again is no correction"


def test_a_number_of_ones_own_stays_and_the_correction_goes_no_further(
    chain: dict[str, OrderPart], staff: dict[str, Viewer]
) -> None:
    give(chain, staff, "worker", 5)
    give(chain, staff, "village", 6)
    give(chain, staff, "township")
    give(chain, staff, "worker", 50)
    assert whole(chain).number == 6
    assert told(staff["village"], "order.corrected") == ["order.corrected"]
    assert told(staff["township"], "order.corrected") == []


def test_what_had_come_back_is_kept_when_an_order_below_is_withdrawn(
    chain: dict[str, OrderPart], staff: dict[str, Viewer]
) -> None:
    give(chain, staff, "worker", 5)
    give(chain, staff, "village")
    give(chain, staff, "township")
    below = Order.objects.get(part=chain["village"])
    withdraw(order_id=below.pk, reason="已经够了", by=staff["village"], at=AT)
    assert whole(chain) == Sum(1, 1, 5)


def test_there_is_no_sum_before_anybody_below_answered(chain: dict[str, OrderPart], staff: dict[str, Viewer]) -> None:
    with pytest.raises(Refusal) as no:
        give(chain, staff, "village")
    assert no.value.code == "order.bad_number"
