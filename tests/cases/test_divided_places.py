"""A case of a divided grid is found, given, told of and acted on where it lies, not where it was filed."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
import shapely
from django.utils.module_loading import autodiscover_modules

from gridcommons.access.hearing import LISTENERS, Told
from gridcommons.access.identify import program
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import on_day, viewing
from gridcommons.cases.actions import file_case
from gridcommons.cases.beyond.queries import case_key
from gridcommons.cases.finding.queries import found_cases
from gridcommons.cases.finding.rules import Wish, parse
from gridcommons.cases.finding_same import Spot, same_among_cases
from gridcommons.cases.hotline.actions import follow_known, reopen_for
from gridcommons.cases.hotline.models import Follower
from gridcommons.cases.hotline.proving import Proof
from gridcommons.cases.hotline.queries import asked_about
from gridcommons.cases.models import Case, PublicCase
from gridcommons.cases.queries import Filter, case_page, public_cases, queue
from gridcommons.kit.errors import Refusal
from gridcommons.people.contacts import Contact
from gridcommons.people.models import ReporterContact
from gridcommons.territory.reorganising.models import HandOver
from gridcommons.territory.reorganising.rules import Change, Target
from gridcommons.territory.succession import area_now
from redrawn_town import CITY, NEXT_COUNTY, SECOND_VILLAGE, SETUP, carried_out, member, redraw
from territory.test_reorganising import cut
from town import AT, GRID, NEXT_GRID, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town
from web.office_town import report

PART, AWAY = f"{SECOND_VILLAGE}006", f"{OTHER_TOWNSHIP}200006"
LATER = AT + timedelta(hours=2)
HALVES = shapely.box(119.26, 28.58, 119.27, 28.60), shapely.box(119.27, 28.58, 119.28, 28.60)
PARTED = Change(
    "split",
    (GRID,),
    tuple(
        Target(code, name, 0.5, outline=shapely.to_wkb(half))
        for code, name, half in zip((GRID, AWAY), ("第1网格", "第6网格"), HALVES, strict=True)
    ),
)
"""The eastern half of a grid goes to another township; the western one keeps its code."""


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return redraw(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None) -> Town:
    return standing_more_town


@pytest.fixture
def halves(town: Town) -> tuple[UUID, UUID]:
    """A case in the western and one in the eastern half of a grid that was cut and lives on."""
    west, east = report(town, lon=119.265), report(town, lon=119.275)
    carried_out(town, cut(keep=True))
    return west.case_id, east.case_id


@pytest.fixture
def gone(town: Town) -> UUID:
    """A case whose half of the grid went to the other township."""
    east = report(town, lon=119.275, contact=Contact(name="林某", phone="10000000001"))
    carried_out(town, PARTED)
    return east.case_id


@pytest.fixture
def clerk(town: Town) -> Viewer:
    return member("clerk_there", "clerk", OTHER_TOWNSHIP, "supervision")


def found(town: Town, area: str) -> dict[str, set[UUID]]:
    """What the queue and the search find in an area."""
    wish = Wish(asked=parse("路灯"), area_code=area)
    return {
        "queue": {row.id for row in queue(wanted=Filter(area_code=area), viewer=town.supervisor, at=LATER).rows},
        "search": {hit.row.id for hit in found_cases(wish=wish, viewer=town.supervisor, at=LATER).hits},
    }


@pytest.mark.parametrize("kind", ["queue", "search"])
def test_a_filter_by_area_finds_what_is_shown_there(town: Town, halves: tuple[UUID, UUID], kind: str) -> None:
    west, east = halves
    areas = (PART, SECOND_VILLAGE, GRID, VILLAGE, TOWNSHIP)
    assert [found(town, area)[kind] for area in areas] == [{east}, {east}, {west}, {west}, {west, east}]


def test_the_public_list_has_them_where_they_lie(town: Town, halves: tuple[UUID, UUID]) -> None:
    with viewing(town.supervisor, LATER):
        west, east = (Case.objects.get(pk=pk).number for pk in halves)
    with on_day(LATER):
        shown = {area: [row.number for row in public_cases(area_code=area)] for area in (PART, GRID)}
        assert shown == {PART: [east], GRID: [west]}
        assert PublicCase.objects.get(pk=east).area_code == PART


def test_the_same_case_is_looked_for_in_the_township_where_it_lies(town: Town, gone: UUID) -> None:
    supervisor = member("supervisor_there", "supervisor", OTHER_TOWNSHIP, "supervision")
    spot = Spot("street_lamps", "路灯不亮", AWAY, 119.275, 28.59)
    with viewing(supervisor, LATER):
        assert [one.id for one in same_among_cases(spot)] == [gone]


def test_a_place_that_is_corrected_to_a_grid_that_lives_on_holds(town: Town, halves: tuple[UUID, UUID]) -> None:
    _west, east = halves
    file_case(case_id=east, by=town.supervisor, at=LATER, area_code=GRID)
    page = case_page(case_id=east, viewer=town.supervisor, at=LATER, purpose="service")
    assert page.area_code == GRID
    assert found(town, GRID)["queue"] == set(halves)


def test_the_contact_goes_along_with_a_corrected_place(town: Town) -> None:
    made = report(town, lon=119.275, contact=Contact(name="林某", phone="10000000001"))
    carried_out(town, cut(keep=True))
    file_case(case_id=made.case_id, by=town.supervisor, at=LATER, area_code=GRID)
    with viewing(town.supervisor, LATER):
        row = ReporterContact.objects.get()
        assert area_now(row.area_code, row.pk) == GRID


def test_a_clerk_of_where_it_lies_has_it_followed_and_one_of_where_it_was_filed_has_not(
    town: Town, gone: UUID, clerk: Viewer
) -> None:
    facts = {"case_id": gone, "channel": "phone", "contact": Contact(), "language": "zh-hans", "at": LATER}
    with viewing(town.supervisor, AT):
        assert not Case.objects.filter(pk=gone).exists()
    made = follow_known(by=clerk, **facts)  # type: ignore[arg-type]
    assert made.area_code == AWAY
    with pytest.raises(Refusal, match=r"."):
        follow_known(by=member("clerk_here", "clerk", TOWNSHIP, "supervision"), **facts)  # type: ignore[arg-type]
    told = asked_about(proof=Proof(number=made.number, phone="10000000001"), viewer=clerk, at=LATER)
    assert (told.by, told.area_code) == ("phone", AWAY)
    with pytest.raises(Refusal) as refusal:
        reopen_for(proof=Proof(number=made.number, phone="10000000001"), reason="灯还没亮", by=clerk, at=LATER)
    assert not refusal.value.code.startswith("access."), "it is the case's state that stands against it"


def test_the_auditor_of_where_it_lies_comes_from_its_number_to_its_key(town: Town, gone: UUID, clerk: Viewer) -> None:
    with viewing(clerk, LATER):
        number = Case.objects.get(pk=gone).number
    auditor = member("auditor_there", "auditor", OTHER_TOWNSHIP)
    assert case_key(number=number, viewer=auditor, at=LATER).key == f"case:{gone}"


MERGED = Change("merge", (GRID, NEXT_GRID), (Target(f"{VILLAGE}007", "腾龙社区第7网格"),))
AGAIN = Change(
    "split",
    (f"{VILLAGE}007",),
    tuple(
        Target(code, name, 0.5, outline=shapely.to_wkb(half))
        for code, name, half in zip(
            (f"{VILLAGE}007", AWAY),
            ("第7网格", "第6网格"),
            (shapely.box(119.26, 28.58, 119.27, 28.60), shapely.box(119.27, 28.58, 119.30, 28.60)),
            strict=True,
        )
    ),
)
"""What two grids were merged into is divided: all but the west goes to another township."""
NEXT_DAY = AT + timedelta(days=1)


def seen_there(at: datetime) -> set[UUID]:
    """The cases that the other township's supervisors see."""
    with viewing(member("supervisor_there", "supervisor", OTHER_TOWNSHIP, "supervision"), at):
        return set(Case.objects.values_list("pk", flat=True))


def test_a_case_of_a_grid_that_was_merged_is_placed_by_its_point_when_the_heir_is_divided(town: Town) -> None:
    west, middle, east = (report(town, lon=lon) for lon in (119.265, 119.275, 119.285))
    carried_out(town, MERGED)
    carried_out(town, AGAIN, at=NEXT_DAY)
    assert seen_there(NEXT_DAY) == {middle.case_id, east.case_id}
    with viewing(town.supervisor, NEXT_DAY):
        assert set(Case.objects.values_list("pk", flat=True)) == {west.case_id}
    with on_day(NEXT_DAY):
        assert {row.number for row in public_cases(area_code=AWAY)} == {middle.number, east.number}


@pytest.mark.parametrize("keep", [False, True])
def test_a_case_that_stayed_in_the_primary_part_is_placed_when_that_part_is_divided(town: Town, keep: bool) -> None:
    west, middle = report(town, lon=119.262), report(town, lon=119.268)
    carried_out(town, cut(keep=keep))
    first = GRID if keep else f"{VILLAGE}005"
    halves = shapely.box(119.26, 28.58, 119.265, 28.60), shapely.box(119.265, 28.58, 119.27, 28.60)
    parts = [
        Target(code, "分设", 0.5, outline=shapely.to_wkb(half))
        for code, half in zip((first, AWAY), halves, strict=True)
    ]
    carried_out(town, Change("split", (first,), tuple(parts)), at=NEXT_DAY)
    assert seen_there(NEXT_DAY) == {middle.case_id}
    with viewing(town.supervisor, NEXT_DAY):
        assert set(Case.objects.values_list("pk", flat=True)) == {west.case_id}


def test_followers_and_all_contacts_lie_where_the_case_lies(town: Town) -> None:
    made = report(town, lon=119.275, contact=Contact(name="林某", phone="10000000001"))
    follow_known(
        case_id=made.case_id, channel="phone", contact=Contact(phone="10000000002"), language="zh-hans",
        by=member("clerk_here", "clerk", TOWNSHIP, "supervision"), at=AT,
    )  # fmt: skip
    file_case(case_id=made.case_id, by=town.supervisor, at=AT)
    carried_out(town, PARTED)
    for viewer, n in ((member("clerk_there", "clerk", OTHER_TOWNSHIP, "supervision"), 2), (town.supervisor, 0)):
        with viewing(viewer, LATER):
            assert (ReporterContact.objects.count(), Follower.objects.count()) == (n, n // 2)


def test_who_reported_is_told_of_the_new_desk_when_the_part_where_the_case_lies_moves(town: Town, gone: UUID) -> None:
    moved = Change("move", (OTHER_TOWNSHIP,), (Target(f"{NEXT_COUNTY}102", "新路湾镇"),))
    plan = carried_out(town, moved, area=CITY, at=NEXT_DAY, who=("city_officer", "second_city_officer"))
    [way] = HandOver.objects.filter(plan=plan)
    assert way.counts.get("reported") == 1


def test_public_rows_of_areas_divided_before_are_renewed_when_a_plan_is_heard_of(
    town: Town, halves: tuple[UUID, UUID]
) -> None:
    with viewing(SETUP, LATER, deed="case.publish"):
        number = Case.objects.get(pk=halves[1]).number
        PublicCase.objects.filter(pk=number).update(area_code=GRID)  # as an earlier program left it
    autodiscover_modules("hears")
    told = Told(1, "areas.switch", "user:x", LATER, TOWNSHIP, (), {})
    LISTENERS["public"]["areas.switch"](told, program("hearing"), LATER)
    with on_day(LATER):
        assert [row.number for row in public_cases(area_code=PART)] == [number]
