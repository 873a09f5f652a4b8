"""No dead link: whatever the page of all pages and the header offer to a post, that post may open."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from gridcommons.access.actions import add_user, grant, open_office
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts
from town import AT, COUNTY, GRID, TOWNSHIP, Town
from web.office_town import client_of, stop_clock

SETUP = program("test town")
HELD = sorted(key for key, role in ROLES.items() if role.grantable)
AREAS = {"grid_worker": GRID, "supervisor": TOWNSHIP, "dispatcher": TOWNSHIP}
LINK = re.compile(r'<a href="(/[^"#]*)"')


@pytest.fixture
def town(standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch)
    return standing_town


def of_role(town: Town, role: str) -> Client:
    """Somebody who holds this role alone."""
    side, area = ROLES[role].side or "command", AREAS.get(role, COUNTY)
    office = open_office(
        key=f"{area}:of_the_test", area_code=area, kind="of_the_test", side=side, name_zh="某室", name_en="office",
        by=SETUP, at=AT - timedelta(days=20),
    )  # fmt: skip
    user = add_user(username="one", display_name="one", hashed="!", by=SETUP, at=AT - timedelta(days=30)).id
    wanted = GrantFacts(role, (area,), (), ROLES[role].purposes, AT - timedelta(days=10), None, office.id)
    grant(to=user, wanted=wanted, by=SETUP, at=AT - timedelta(days=10))
    return client_of(Town({**town.cast, "one": viewer_of(user)}), "one")


@pytest.mark.parametrize("role", HELD)
def test_every_way_that_is_offered_opens(town: Town, role: str) -> None:
    client = of_role(town, role)
    page = client.get("/office/more")
    assert page.status_code == 200
    ways = {way.split("?")[0] for way in LINK.findall(page.content.decode())} - {"/"}
    assert {way: status for way in sorted(ways) if (status := client.get(way, follow=True).status_code) != 200} == {}


@pytest.mark.parametrize(
    ("role", "campaigns", "admission"),
    [
        ("county_officer", True, False), ("order_officer", True, False), ("second_person", True, False),
        ("supervisor", True, False), ("grid_worker", True, False), ("handler", False, False),
        ("department_officer", False, True), ("law_reviewer", False, True), ("admission_reviewer", False, True),
    ],
)  # fmt: skip
def test_campaigns_and_admission_stand_where_the_manual_says(
    town: Town, role: str, campaigns: bool, admission: bool
) -> None:
    client = of_role(town, role)
    ways = LINK.findall(client.get("/office/more").content.decode())
    assert ("/office/campaigns" in ways, "/office/proposals" in ways) == (campaigns, admission)
    assert (client.get("/office/proposals").status_code == 200) == admission


@pytest.mark.parametrize("role", HELD)
def test_everybody_lands_on_a_page_that_opens(town: Town, role: str) -> None:
    assert of_role(town, role).get("/welcome", follow=True).status_code == 200
