"""Ways that would lead a case nowhere, or into the wrong hands, are refused before anything is written."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from gridcommons.access.actions import open_office
from gridcommons.access.identify import program
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import (
    Reported,
    accept,
    close,
    dispatch,
    feed_back,
    file_case,
    reopen,
    report_case,
)
from gridcommons.cases.filing import Report
from gridcommons.cases.models import Case, PublicCase
from gridcommons.cases.queries import Filter, case_page, queue, with_code
from gridcommons.kit.errors import Refusal
from gridcommons.matters import queries as matters
from gridcommons.matters.actions import publish
from gridcommons.matters.catalogue import Catalogue, shipped_catalogue
from gridcommons.territory.actions import NewArea, load_areas
from gridcommons.territory.drawn import renew_ground
from gridcommons.territory.models import Area
from gridcommons.territory.queries import grid_at
from town import AT, COUNTY, GRID, HERE, OTHER_TOWNSHIP, TOWNSHIP, Town

SETUP = program("test")


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def reported(town: Town, name: str = "public", **more: object) -> Reported:
    facts: dict[str, object] = {"matter_key": "street_lamps", "text": "路灯坏了", "lon": HERE[0], "lat": HERE[1]}
    return report_case(report=Report(**(facts | more)), channel="page", by=getattr(town, name), at=AT)  # type: ignore[arg-type]


def test_a_place_that_nobody_serves_takes_no_report(town: Town) -> None:
    """A code is known for the whole province; who would read the report stands in few townships."""
    far = [NewArea("3301", "city", "杭州市", "33", "杭州市"), NewArea("330102", "county", "上城区", "3301", "上城区"),
           NewArea("330102001", "township", "清波街道", "330102", "清波街道")]  # fmt: skip
    load_areas(areas=far, issuer="test", valid_from=AT.date(), by=SETUP, at=AT)
    with pytest.raises(Refusal) as refused:
        reported(town, lon=None, lat=None, area_code="330102001")
    assert refused.value.code == "area.not_served"
    assert "清波街道" in refused.value.words().zh
    with viewing(SETUP, AT):
        assert not Case.objects.exists()


def test_a_dispatcher_who_reports_is_a_resident_and_dispatches_all_the_same(town: Town) -> None:
    made = reported(town, "dispatcher")
    file_case(case_id=made.case_id, by=town.supervisor, at=AT + minutes(1))
    page = case_page(case_id=made.case_id, viewer=town.supervisor, at=AT + minutes(2), purpose="service")
    first = page.steps[0]
    assert (first.duty, first.name, first.office) == ("reporter", "", None)
    dispatch(
        case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT + minutes(2)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("area", "kind", "side"),
    [
        (OTHER_TOWNSHIP, "supervision", ""), (OTHER_TOWNSHIP, "township_government", "command"),
        (TOWNSHIP, "eye", "supervision"),
    ],
)  # fmt: skip
def test_a_case_is_not_dispatched_out_of_its_place_or_side(town: Town, area: str, kind: str, side: str) -> None:
    if side:
        open_office(
            key=f"{area}:{kind}", area_code=area, kind=kind, side=side, name_zh="别处", name_en="Else", by=SETUP, at=AT
        )
    made = reported(town)
    file_case(case_id=made.case_id, by=town.supervisor, at=AT + minutes(1))
    with pytest.raises(Refusal) as refused:
        dispatch(case_id=made.case_id, to_area=area, to_kind=kind, by=town.dispatcher, at=AT + minutes(2))
    assert refused.value.code == "case.office_elsewhere"
    with viewing(town.supervisor, AT):
        assert Case.objects.get().state == "filed"


def test_what_was_said_of_an_end_goes_when_it_was_none(town: Town) -> None:
    made = reported(town)
    file_case(case_id=made.case_id, by=town.supervisor, at=AT + minutes(1))
    dispatch(case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT + minutes(2))
    accept(case_id=made.case_id, by=town.handler, at=AT + minutes(3))
    feed_back(case_id=made.case_id, evidence="灯泡已换", by=town.handler, at=AT + minutes(4))
    close(case_id=made.case_id, check="看过了，灯亮", by=town.worker, at=AT + minutes(5))
    assert PublicCase.objects.get().status_note == "看过了，灯亮"
    reopen(case_id=made.case_id, reason="没有亮", by=with_code(town.public, made.code), at=AT + minutes(6))
    assert PublicCase.objects.get().status_note == ""


def edition(monkeypatch: pytest.MonkeyPatch, version: str, days: int) -> Catalogue:
    """Another edition in which a street lamp takes so many working days."""
    old = shipped_catalogue()
    matter = old.get("street_lamps")
    slower = dataclasses.replace(matter, deadline=dataclasses.replace(matter.deadline, handle_minutes=480 * days))
    rows = {one.key: slower if one.key == matter.key else one for one in old.matters}
    fields = {field.name: getattr(old, field.name) for field in dataclasses.fields(old) if field.init}
    new = Catalogue(**(fields | {"matters": tuple(rows.values()), "version": version, "_matter": rows}))
    monkeypatch.setattr(matters, "shipped_catalogue", lambda: new)
    return new


def test_a_promise_made_is_not_moved_by_a_new_edition(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    made = reported(town)
    due = file_case(case_id=made.case_id, by=town.supervisor, at=AT + minutes(1)).due_at
    publish(catalogue=edition(monkeypatch, "slower", 30), by=town.county_officer, at=AT + minutes(1))
    sent = dispatch(
        case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT + minutes(2)
    )
    assert sent.due_at == due
    (row,) = queue(wanted=Filter(), viewer=town.supervisor, at=AT + minutes(3)).rows
    page = case_page(case_id=made.case_id, viewer=town.supervisor, at=AT + minutes(3), purpose="service")
    assert row.due_at == page.due_at == due
    assert page.matter.deadline == shipped_catalogue().get("street_lamps").deadline
    later = reported(town)
    due_later = file_case(case_id=later.case_id, by=town.supervisor, at=AT + minutes(4)).due_at
    assert due_later is not None
    assert due is not None
    assert due_later > due + timedelta(days=20)


def test_an_edition_that_leaves_a_matter_out_is_not_published(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = edition(monkeypatch, "shorter", 3)
    fewer = tuple(matter for matter in whole.matters if matter.key != "street_lamps")
    fields = {field.name: getattr(whole, field.name) for field in dataclasses.fields(whole) if field.init}
    short = Catalogue(**(fields | {"matters": fewer, "_matter": {matter.key: matter for matter in fewer}}))
    with pytest.raises(Refusal, match="street_lamps"):
        publish(catalogue=short, by=town.county_officer, at=AT)


def test_a_retired_grid_takes_nothing_in_by_position_either(town: Town) -> None:
    assert grid_at(*HERE) == GRID
    with viewing(SETUP, AT, deed="territory.retire"):
        Area.objects.filter(code=GRID).update(valid_to=AT.date())
        renew_ground()
    with pytest.raises(Refusal) as refused:
        reported(town)
    assert refused.value.code == "position.outside"
