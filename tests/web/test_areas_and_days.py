"""An area that is not the reader's is not found, and a last day before the first is told beside the last day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache

from collection.campaign_town import FIRST, FORM, PROVINCE, TODAY, Campaigning, browser, campaigning, publish_calls
from gridcommons.collection.campaigns.models import Campaign
from gridcommons.collection.rounds.models import Round
from town import COUNTY, GRID, NEXT_GRID, TOWNSHIP, VILLAGE, Town
from web.office_town import client_of, text_of

HOMES = ("/office/homes", "/office/homes/doubles", "/office/homes/wrong-grids", "/office/homes/regrid/choose")


@pytest.fixture
def stage(town: Town, monkeypatch: pytest.MonkeyPatch) -> Campaigning:
    cache.clear()
    return campaigning(town, monkeypatch)


@pytest.mark.parametrize("page", HOMES)
@pytest.mark.parametrize("area", ["331123999", "nonsense", "33", "%E7%BD%91"])
def test_an_area_that_is_not_ones_own_is_not_found(page: str, area: str, stage: Campaigning) -> None:
    answer = client_of(stage.town, "supervisor", "en").get(f"{page}?area={area}")
    assert answer.status_code == 404
    assert "There is no such area, or it is not yours to see." in text_of(answer)


def test_ones_own_area_is_shown_and_none_asked_is_the_first(stage: Campaigning) -> None:
    desk = client_of(stage.town, "supervisor")
    for page in HOMES:
        own = TOWNSHIP if page.endswith("wrong-grids") else NEXT_GRID
        assert desk.get(page).status_code == desk.get(f"{page}?area={own}").status_code == 200
    assert client_of(stage.town, "worker").get(f"/office/homes?area={NEXT_GRID}").status_code == 404
    assert client_of(stage.town, "worker").get(f"/office/homes?area={GRID}").status_code == 200


def test_a_picture_of_single_grids_says_by_its_status_that_it_is_not_shown(stage: Campaigning) -> None:
    row = stage.started()
    above = browser(stage.officers[PROVINCE])
    page = f"/office/campaigns/{row.pk}"
    assert above.get(page).status_code == 200
    hidden = above.get(f"{page}?area={VILLAGE}")
    assert (hidden.status_code, "levels above see numbers" in text_of(hidden)) == (403, True)
    assert browser(stage.officers[TOWNSHIP]).get(f"{page}?area=3301").status_code == 404


def test_a_campaigns_last_day_before_its_first_is_told_beside_it(stage: Campaigning) -> None:
    facts = {
        "form": FORM, "who": "", "households": "", "name_zh": "冬季消防走访", "name_en": "Winter fire visits",
        "purpose_zh": "讲清用火用电安全。", "purpose_en": "Explain fire safety.", "first": str(FIRST),
        "last": str(FIRST - timedelta(days=2)), "sure": "1",
    }  # fmt: skip
    answer = browser(stage.officers[PROVINCE]).post("/office/campaigns/new", facts)
    shown = text_of(answer)
    assert answer.status_code == 400
    assert "lies before the first" in shown.partition('name="last"')[0].rpartition('name="first"')[2]
    assert "It has to begin between" not in shown
    assert Campaign.objects.count() == 0


def test_a_rounds_last_day_before_its_first_is_told_beside_it(stage: Campaigning) -> None:
    publish_calls(COUNTY, "elder_calls", "elder_visits")
    facts = {
        "form": "elder_calls", "who": "household.size|is|1", "households": "60", "name_zh": "独居住户探访",
        "name_en": "Calls on people living alone", "every_days": "30", "first": str(TODAY),
        "last": str(TODAY - timedelta(days=1)), "sure": "1",
    }  # fmt: skip
    answer = browser(stage.officers[COUNTY]).post("/office/campaigns/again/new", facts)
    assert answer.status_code == 400
    assert "lies before the first" in text_of(answer).partition('name="last"')[0].rpartition('name="first"')[2]
    assert Round.objects.count() == 0
