"""Whoever has to answer an objection to a campaign is told of it, and told no more once nothing waits."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from collection.campaign_town import (
    CITY,
    COUNTING,
    COUNTY,
    LAST,
    PROVINCE,
    Campaigning,
    browser,
    campaigning,
)
from gridcommons.access.rules import PUBLIC, Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.collection.campaigns import actions
from gridcommons.collection.campaigns.models import Campaign, Objection
from gridcommons.collection.campaigns.waiting import wait_by_campaign, wait_here
from gridcommons.notices.models import Notice
from gridcommons.notices.queries import inbox
from town import VILLAGE, Town
from web.office_town import client_of, text_of

WORDS = "不愿被上门，晚上家里没有人。"


@pytest.fixture
def stage(town: Town, monkeypatch: pytest.MonkeyPatch) -> Campaigning:
    return campaigning(town, monkeypatch)


def object_to(row: Campaign, at: datetime, text: str = WORDS) -> None:
    actions.object_to(campaign_id=row.pk, village_code=VILLAGE, subject="home", text=text, by=PUBLIC, at=at)


def answer(stage: Campaigning, one: Objection, *, alike: bool = False) -> None:
    by = stage.officers[PROVINCE]
    given = {"decision": "kept", "answer": "可以谢绝，不用说理由。", "alike": alike}
    actions.answer_objection(objection_id=one.pk, by=by, at=stage.now, **given)


def told(stage: Campaigning, who: Viewer) -> list[str]:
    return [one.text for one in inbox(viewer=who, language="en", at=stage.now) if "objects" in one.text]


def number_of(who: Viewer, page: str = "/office/more") -> str:
    """The number beside the way to the campaigns on the page of all pages; empty without one."""
    found = re.search(r'href="/office/campaigns">[^<]*</a>(?: <span class="gc-count gc-num">(\d+)</span>)?', text_of(
        browser(who).get(page)
    ))  # fmt: skip
    assert found is not None
    return found[1] or ""


def test_the_office_is_told_names_nobody_and_others_are_not(stage: Campaigning) -> None:
    row, office = stage.announced(), stage.officers[PROVINCE]
    assert (told(stage, office), number_of(office)) == ([], "")
    object_to(row, stage.now)
    (notice,) = told(stage, office)
    assert f"“{row.name_en}”" in notice
    with scoped(Scope("^")):
        (kept,) = Notice.objects.filter(text_key="campaign.objected")
    assert (kept.to, kept.channel, kept.about) == (office.key, "inside", f"campaign:{row.pk}")
    assert kept.facts == {"campaign": str(row.pk), "title_zh": row.name_zh, "title_en": row.name_en}
    assert not any(word in str(kept.facts) for word in (VILLAGE, WORDS))
    others = (stage.officers[CITY], stage.officers[COUNTY], stage.second, stage.town.worker, stage.town.resident)
    assert [told(stage, one) for one in others] == [[]] * 5
    assert [wait_here(one, stage.now) for one in (office, *others)] == [1, 0, 0, 0, 0, 0]
    desk = browser(office)
    assert f"/office/campaigns/{row.pk}" in desk.post(
        f"/office/notices/{kept.pk}/read", {"open": "1"}
    ).headers["Location"]  # fmt: skip


def test_the_number_leads_to_the_campaign_that_waits(stage: Campaigning) -> None:
    row, office = stage.announced(), stage.officers[PROVINCE]
    for text in (WORDS, "问得太多。"):
        object_to(row, stage.now, text)
    assert number_of(office) == "2"
    assert wait_by_campaign(office, stage.now) == {row.pk: 2}
    assert "2 objections to answer" in text_of(browser(office).get("/office/campaigns"))
    assert "2条异议待答复" in text_of(browser(office, "zh-hans").get("/office/campaigns"))
    elsewhere = browser(stage.officers[COUNTY]).get("/office/campaigns")
    assert row.name_en in text_of(elsewhere)
    assert "to answer" not in text_of(elsewhere), "of other offices it is not asked"
    assert number_of(stage.officers[COUNTY]) == ""
    assert "to answer" not in text_of(client_of(stage.town, "stranger", "en").get("/office/campaigns"))


def test_told_once_however_many_object_and_no_more_once_nothing_waits(stage: Campaigning) -> None:
    row, office = stage.announced(), stage.officers[PROVINCE]
    for text in (WORDS, WORDS, "问得太多。"):
        object_to(row, stage.now, text)
    assert len(told(stage, office)) == 1
    first, _same, other = row.objections.order_by("number")
    answer(stage, first, alike=True)
    assert (len(told(stage, office)), number_of(office)) == (1, "1"), "one still waits"
    answer(stage, other)
    assert (told(stage, office), number_of(office)) == ([], "")
    object_to(row, stage.now, "又有一条。")
    assert (len(told(stage, office)), number_of(office)) == (1, "1")


def test_of_what_runs_it_is_told_too_and_of_what_is_over_no_more(stage: Campaigning) -> None:
    row, office = stage.started(), stage.officers[PROVINCE]
    object_to(row, stage.now)
    assert (len(told(stage, office)), number_of(office)) == (1, "1")
    actions.end(campaign_id=row.pk, reason="提前完成", by=office, at=stage.now)
    assert (told(stage, office), number_of(office)) == ([], "")


@pytest.mark.parametrize("how", ["withdrawn", "its days are over"])
def test_a_campaign_taken_back_or_over_asks_nobody(stage: Campaigning, how: str) -> None:
    row, office = stage.announced() if how == "withdrawn" else stage.started(), stage.officers[PROVINCE]
    object_to(row, stage.now)
    if how == "withdrawn":
        actions.withdraw(campaign_id=row.pk, reason="不再需要", by=office, at=stage.now)
    else:
        stage.at(LAST + timedelta(days=1))
        assert len(actions.lapse(by=COUNTING, at=stage.now)) == 1
    assert (told(stage, office), number_of(office)) == ([], "")
