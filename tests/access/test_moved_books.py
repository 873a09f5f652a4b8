"""Who watches over staff, glasses and exports when areas are redrawn: those of the areas of today."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridcommons.access.book.models import DayCount
from gridcommons.access.book.queries import GrantFilter, by_day, grants, open_offices_in, staff_of
from gridcommons.access.glass.actions import ask
from gridcommons.access.glass.queries import glasses
from gridcommons.access.handout.actions import ask as ask_export
from gridcommons.access.handout.queries import handouts
from gridcommons.access.queries import staff_called
from gridcommons.access.rules import GrantFacts, Scope, Viewer
from gridcommons.access.scope import on_day, scoped
from gridcommons.territory.reorganising.rules import Change, Target
from redrawn_town import CITY, MOVED, NEXT_COUNTY, SPLIT, carried_out, member, moved_away, redraw
from town import AT, COUNTY, TOWNSHIP, Town

LATER = AT + timedelta(hours=1)
RECODED = "331199"
REASON = "核对投诉所说的现场情况，急需看原文"


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return redraw(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None) -> Town:
    return standing_more_town


def recoded(town: Town) -> None:
    carried_out(
        town, Change("recode", (COUNTY,), (Target(RECODED, "遂昌区"),)), area=CITY,
        who=("city_officer", "second_city_officer"),
    )  # fmt: skip


def holders_read(auditor: Viewer) -> set[str]:
    """Whose grants an auditor reads."""
    page = grants(wanted=GrantFilter(role="supervisor"), viewer=auditor, at=LATER, purpose="audit")
    return {line.username for line in page.lines}


def test_the_auditor_of_the_new_county_reads_the_moved_staff_and_the_one_of_the_old_does_not(town: Town) -> None:
    old, new = member("aud_old", "auditor", COUNTY), member("aud_new", "auditor", NEXT_COUNTY)
    with on_day(AT):
        assert town.supervisor.key in staff_of(old.grants)
        assert town.supervisor.key not in staff_of(new.grants)
    moved_away(town)
    with on_day(LATER):
        assert town.supervisor.key not in staff_of(old.grants)
        assert town.supervisor.key in staff_of(new.grants)
        assert {one.area_code for one in open_offices_in([NEXT_COUNTY])} >= {MOVED}
        assert MOVED not in {one.area_code for one in open_offices_in([COUNTY])}
        found = {one.name: one.posts for one in staff_called(town.supervisor.name, under=NEXT_COUNTY, at=LATER)}
        assert {area for _role, area, _office in found[town.supervisor.name]} == {MOVED}
        assert town.supervisor.name not in {
            one.name for one in staff_called(town.supervisor.name, under=COUNTY, at=LATER)
        }
    assert "supervisor" not in holders_read(old)
    assert "supervisor" in holders_read(new)


def test_the_days_of_a_moved_township_are_counted_for_its_new_county(town: Town) -> None:
    old, new = member("aud_old", "auditor", COUNTY), member("aud_new", "auditor", NEXT_COUNTY)
    moved_away(town)
    assert _days(old, TOWNSHIP) == 0
    assert _days(new, TOWNSHIP) == 1


def _days(auditor: Viewer, area: str) -> int:
    with scoped(Scope(pattern="^"), deed="test"):
        DayCount.objects.update_or_create(day=AT.date(), what="case.file", area_code=area, defaults={"n": 1})
    with on_day(LATER):
        return sum(n for _day, what, n in by_day(auditor, LATER, AT.date(), AT.date()) if what == "case.file")


def test_what_a_grant_leaves_out_stays_out_when_it_moves(town: Town) -> None:
    auditor = member("aud_all", "auditor", CITY)
    held = auditor.grants[0]
    without = GrantFacts(held.role, held.included, (TOWNSHIP,), held.purposes, held.valid_from, None)
    moved_away(town)
    with on_day(LATER):
        assert without.areas_now == (CITY,)
        assert without.left_out_now == (MOVED,)
        assert town.supervisor.key in staff_of([held])
        assert town.supervisor.key not in staff_of([without])


def test_an_area_that_ended_is_named_in_a_list_of_grants_and_reaches_nothing(town: Town) -> None:
    held = town.supervisor.grants[0]
    carried_out(town, SPLIT)
    with on_day(LATER):
        assert held.areas_now == ()
        assert held.areas_named == (TOWNSHIP,)


def test_a_glass_and_an_export_of_a_recoded_county_are_seen_by_those_who_watch_over_it(town: Town) -> None:
    watching = [member("aud", "auditor", COUNTY), member("second", "second_person", COUNTY)]
    stranger = member("aud_new", "auditor", NEXT_COUNTY)
    recoded(town)
    ask(area_code=f"{RECODED}001", reason=REASON, stated="service", by=town.handler, at=LATER)
    ask_export(kind="cases", bound={}, reason=REASON, by=town.supervisor, at=LATER)
    for viewer in watching:
        purpose = "audit" if viewer is watching[0] else "oversight"
        assert len(glasses(viewer=viewer, at=LATER, purpose=purpose)) == 1
        assert len(handouts(viewer=viewer, at=LATER, purpose=purpose)) == 1
    assert glasses(viewer=stranger, at=LATER, purpose="audit") == []
    assert handouts(viewer=stranger, at=LATER, purpose="audit") == []
