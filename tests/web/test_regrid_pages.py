"""Pages of homes in a wrong grid: found, chosen, looked at, put right; and who must not come to them."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from gridcommons.people.homes.actions import add_home
from gridcommons.people.homes.queries import household_page
from gridcommons.people.homes.rules import NewHome, NewPerson
from people.people_town import ADDRESS, FATHER, Peopled
from town import AT, FAR_GRID, GRID, NEXT_GRID, OTHER_TOWNSHIP, TOWNSHIP
from web.office_town import ESCAPED, HTML, LATER, client_of, refused_whole, stop_clock, text_of

WRONG, NEXT_DOOR, FAR_AWAY, NOWHERE = "北街22号", (119.2905, 28.59), (119.3505, 28.59), (120.5, 28.59)
WHY = "登记时选错了网格"
PAGES = ("/office/homes/wrong-grids", "/office/homes/regrid/choose", f"/office/homes/regrid/choose?area={GRID}")
CHECKED = re.compile(r'name="home" value="([0-9a-f-]{36})" checked')


@pytest.fixture
def peopled(standing_peopled: Peopled, db: None, monkeypatch: pytest.MonkeyPatch) -> Peopled:
    stop_clock(monkeypatch)
    return standing_peopled


def filed(peopled: Peopled, point: tuple[float, float], address: str = WRONG) -> UUID:
    """A home filed under the worker's grid, with a door at a point."""
    new = NewHome(GRID, address, people=(NewPerson("测试界外"),), lon=point[0], lat=point[1])
    return add_home(home=new, by=peopled.worker, at=AT).households[0]


def lies_in(peopled: Peopled, home: UUID) -> str:
    return household_page(household_id=home, viewer=peopled.supervisor, at=LATER).area_code


def wish(*homes: UUID, to: str = NEXT_GRID, **more: str) -> dict[str, object]:
    return {"from": GRID, "to": to, "home": [str(one) for one in homes], "reason": WHY, "sure": "1"} | more


@pytest.mark.parametrize("name", ["worker", "handler", "dispatcher", "county_officer", "auditor", "stranger", "public"])
def test_the_stranger_must_not(name: str, peopled: Peopled) -> None:
    client, home = client_of(peopled.town, name), filed(peopled, NEXT_DOOR)
    for page in (*PAGES, f"/office/homes/regrid?from={GRID}&home={home}"):
        answer = client.get(page)
        assert answer.status_code in {403, 404}, page
        assert WRONG not in text_of(answer)
    for more in ({}, {"sure": ""}, {"step": "look", "sure": ""}):
        answer = client.post("/office/homes/regrid", wish(home, **more))
        assert answer.status_code in {403, 404}
        assert WRONG not in text_of(answer)
    assert lies_in(peopled, home) == GRID


def test_the_desk_of_another_township_comes_to_no_home_of_this_one(peopled: Peopled) -> None:
    client, home = client_of(peopled.town, "far_supervisor"), filed(peopled, FAR_AWAY)
    assert WRONG not in text_of(client.get("/office/homes/wrong-grids"))
    assert WRONG not in text_of(client.get(f"/office/homes/wrong-grids?area={TOWNSHIP}"))
    assert ADDRESS not in text_of(client.get(f"/office/homes/regrid/choose?area={GRID}"))
    assert client.post("/office/homes/regrid", wish(home, to=FAR_GRID)).status_code in {403, 404}
    assert client.get(f"/office/homes/regrid?from={GRID}&home={home}").status_code in {403, 404}
    assert lies_in(peopled, home) == GRID


def test_a_likely_mistake_is_found_and_put_right(peopled: Peopled) -> None:
    desk, home = client_of(peopled.town, "supervisor", "en"), filed(peopled, NEXT_DOOR)
    page = desk.get("/office/homes/wrong-grids").content.decode()
    assert CHECKED.findall(page) == [str(home)]
    assert re.search(r"1,0\d\d m outside", page)
    look = {"step": "look", "from": GRID, "to": NEXT_GRID, "home": str(home)}
    shown = desk.post("/office/homes/regrid", look)
    seen = shown.content.decode()
    assert shown.status_code == 200
    assert f'<option value="{NEXT_GRID}" selected>' in seen
    assert seen.count("gc-area is-here") == 1, "the door is marked on the map"
    assert "Visits made before stay counted in the former grid" in text_of(shown)
    assert lies_in(peopled, home) == GRID, "nothing is done by looking"
    asked = desk.post("/office/homes/regrid", wish(home, sure=""))
    assert (asked.status_code, lies_in(peopled, home)) == (409, GRID)
    done = desk.post("/office/homes/regrid", wish(home), follow=True)
    assert "1 household lies in its right grid now." in text_of(done)
    assert WHY in text_of(done)
    assert "Visits made before stay counted in the grid where they were made" in text_of(done)
    assert lies_in(peopled, home) == NEXT_GRID
    assert WRONG not in text_of(desk.get("/office/homes/wrong-grids"))


def test_several_are_chosen_from_the_list_of_a_grid(peopled: Peopled) -> None:
    desk = client_of(peopled.town, "supervisor", "en")
    listed = text_of(desk.get(f"/office/homes/regrid/choose?area={GRID}&q=北街"))
    assert ADDRESS in listed
    assert FATHER not in listed, "by address alone"
    assert ADDRESS not in text_of(desk.get(f"/office/homes/regrid/choose?area={GRID}&q=南街"))
    other = filed(peopled, NEXT_DOOR)
    shown = desk.post("/office/homes/regrid", {"step": "look", "from": GRID, "home": [str(peopled.home), str(other)]})
    assert "2 dwellings" in text_of(shown)
    assert "4 people who live there" in text_of(shown)
    assert f'<option value="{NEXT_GRID}" selected>' in shown.content.decode(), "proposed by the one that has a point"
    done = desk.post("/office/homes/regrid", wish(peopled.home, other))
    assert done.headers["Location"] == f"/office/homes?area={NEXT_GRID}"
    assert [lies_in(peopled, one) for one in (peopled.home, other)] == [NEXT_GRID, NEXT_GRID]


def test_what_is_wrong_is_said_and_what_was_typed_stays(peopled: Peopled) -> None:
    desk = client_of(peopled.town, "supervisor", "en")
    none = desk.post("/office/homes/regrid", {"step": "look", "from": GRID}, follow=True)
    assert "Choose one household at least" in text_of(none)
    assert none.redirect_chain[0][0].endswith(f"area={GRID}")
    away = desk.post("/office/homes/regrid", wish(peopled.home, to=FAR_GRID, reason=HTML))
    assert away.status_code == 403
    assert "ask the county for a post over both places" in text_of(away)
    assert ESCAPED in away.content.decode()
    blank = desk.post("/office/homes/regrid", wish(peopled.home, reason=" "))
    assert (blank.status_code, "Say why it is put right" in text_of(blank)) == (400, True)
    assert refused_whole(desk.post("/office/homes/regrid", wish(peopled.home, reason="w" * 301)), "w" * 301)
    stale = desk.post("/office/homes/regrid", wish(peopled.next_home))
    assert stale.status_code == 409
    bad = desk.post("/office/homes/regrid", wish(peopled.home, to="<b>"))
    nowhere = desk.post("/office/homes/regrid", wish(peopled.home, to="", reason=HTML))
    assert (nowhere.status_code, "Choose the grid in which these homes lie" in text_of(nowhere)) == (400, True)
    assert "no area code" not in text_of(nowhere)
    assert ESCAPED in nowhere.content.decode()
    assert bad.status_code == 400
    assert lies_in(peopled, peopled.home) == GRID


def test_a_point_in_somebody_elses_grid_or_in_none_is_told_with_the_way_to_go(peopled: Peopled) -> None:
    desk = client_of(peopled.town, "supervisor", "en")
    far, nowhere = filed(peopled, FAR_AWAY, "北街30号"), filed(peopled, NOWHERE, "北街31号")
    page = desk.get("/office/homes/wrong-grids")
    assert CHECKED.findall(page.content.decode()) == []
    assert "That grid lies outside the area you answer for" in text_of(page)
    assert "No grid holds these points" in text_of(page)
    shown = text_of(desk.get(f"/office/homes/regrid?from={GRID}&home={far}"))
    assert "Some of these points lie in" in shown
    assert OTHER_TOWNSHIP not in shown
    assert desk.get(f"/office/homes/regrid?from={GRID}&home={nowhere}").status_code == 200


def test_the_way_there_stands_on_the_home_and_on_the_list_for_the_desk_alone(peopled: Peopled) -> None:
    home = f"/office/homes/household/{peopled.home}"
    desk, worker = (client_of(peopled.town, name, "en") for name in ("supervisor", "worker"))
    assert f"/office/homes/regrid?from={GRID}&amp;home={peopled.home}" in desk.get(home).content.decode()
    assert "/office/homes/wrong-grids" in desk.get("/office/homes").content.decode()
    for page in (home, "/office/homes"):
        assert "/office/homes/regrid" not in worker.get(page).content.decode()
        assert "/office/homes/wrong-grids" not in worker.get(page).content.decode()


def test_in_chinese(peopled: Peopled) -> None:
    desk = client_of(peopled.town, "supervisor")
    filed(peopled, NEXT_DOOR)
    assert "登记错网格的住户" in text_of(desk.get("/office/homes/wrong-grids"))
    assert "哪些住户其实在另一个网格？" in text_of(desk.get(f"/office/homes/regrid/choose?area={GRID}"))
    assert "实际所在的网格" in text_of(desk.get(f"/office/homes/regrid?from={GRID}&home={peopled.home}"))


def test_where_somebody_was_faster_what_was_typed_stays_and_the_rest_is_left(peopled: Peopled) -> None:
    desk, other = client_of(peopled.town, "supervisor", "en"), filed(peopled, NEXT_DOOR)
    desk.post("/office/homes/regrid", wish(other))
    late = desk.post("/office/homes/regrid", wish(peopled.home, other, reason=HTML))
    page = late.content.decode()
    assert late.status_code == 409
    assert "somebody may have just put them right" in text_of(late)
    assert ESCAPED in page, "the reason is not typed twice"
    assert re.findall(r'name="home" value="([^"]*)"', page) == [str(peopled.home)]
    assert lies_in(peopled, peopled.home) == GRID, "asked about once more"
    none = desk.post("/office/homes/regrid", wish(other, reason=HTML))
    assert (none.status_code, ESCAPED in none.content.decode()) == (409, True)
    assert "nothing left to do" in text_of(none)
    assert 'name="sure"' not in none.content.decode().partition("</h1>")[2]
