"""Campaigns, visits that come again and signals through their pages: written, announced, objected to; strangers."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from collection.campaign_town import (
    COUNTING,
    FIRST,
    FORM,
    LAST,
    PROVINCE,
    SETUP,
    TODAY,
    Campaigning,
    browser,
    campaigning,
    homes,
    one_serves,
    others_call,
    publish_calls,
)
from gridcommons.access.rules import PUBLIC, Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.campaigns import actions
from gridcommons.collection.campaigns.actions import tell
from gridcommons.collection.campaigns.models import AnswerWish, Campaign, Objection
from gridcommons.collection.campaigns.queries import objections_to
from gridcommons.collection.rounds.models import Round
from gridcommons.collection.signals.models import Signal
from gridcommons.collection.visits.models import VisitWish
from gridcommons.notices.models import Notice
from gridcommons.territory.actions import NewArea, load_areas
from stories.test_signal_story import desk
from town import AT, COUNTY, GRID, NEXT_GRID, TOWNSHIP, VILLAGE, Town
from web.office_town import client_of, employ, text_of

OUTSIDE = ("public", "resident", "stranger")
WRITTEN = {
    "form": FORM, "who": "", "households": "", "name_zh": "冬季消防走访", "name_en": "Winter fire visits",
    "purpose_zh": "讲清用火用电安全。", "purpose_en": "Explain fire safety.", "first": str(FIRST), "last": str(LAST),
}  # fmt: skip


@pytest.fixture(autouse=True)
def calm() -> None:
    """Nobody has objected within the hour."""
    cache.clear()


@pytest.fixture
def stage(town: Town, monkeypatch: pytest.MonkeyPatch) -> Campaigning:
    return campaigning(town, monkeypatch)


def test_a_campaign_is_written_with_its_price_announced_and_read_by_everybody(stage: Campaigning) -> None:
    client = browser(stage.officers[PROVINCE])
    assert "A campaign stands on an admitted matter" in text_of(client.get("/office/campaigns"))
    shown = text_of(client.post("/office/campaigns/new", WRITTEN))
    assert "What it takes" in shown
    assert "1,200" in shown
    assert shown.count("as stated for the areas") == 2, "beside the number, and in the sum: the register's may differ"
    assert Campaign.objects.count() == 0
    short = text_of(client.post("/office/campaigns/new", WRITTEN | {"last": str(FIRST + timedelta(days=6))}))
    assert "How it would fit: take" in short
    assert "Keep the draft" not in short
    made = client.post("/office/campaigns/new", WRITTEN | {"sure": "1"})
    assert made.status_code == 302
    row = Campaign.objects.get(last=LAST)
    page = f"/office/campaigns/{row.pk}"
    assert Client().get(f"/campaigns/{row.pk}").status_code == 404, "a draft is nobody else's"
    asked = client.post(f"{page}/do/announce")
    assert asked.status_code == 400
    assert "Put it up" in text_of(asked)
    assert client.post(f"{page}/do/announce", {"sure": "1"}).status_code == 302
    public = text_of(Client().get(f"/campaigns/{row.pk}", headers={"Accept-Language": "en"}))
    assert "Winter fire visits" in public or "冬季消防走访" in public
    assert "Winter fire visits" in text_of(client.get("/campaigns"))
    for read in (public, text_of(client.get(page))):
        assert "Minutes of work a visit" in read or "每次办理用时" in read
        assert "Minutes of work: what" in read or "办理用时：办一件" in read
        assert 'class="gc-quiet gc-num"' not in read, "a line as long as that of the objections has to wrap"
    early = client.post(f"{page}/do/start", {"sure": "1"})
    assert early.status_code == 409
    assert "The public notice runs until" in text_of(early)


def test_the_second_person_takes_their_word_back_before_it_starts(stage: Campaigning) -> None:
    row, second = stage.announced(), browser(stage.second)
    page = f"/office/campaigns/{row.pk}"
    stage.at(row.first - timedelta(days=1), hour=17)
    assert second.post(f"{page}/do/unapprove", {"unapprove-reason": "再想想"}).status_code == 409
    assert second.post(f"{page}/do/approve").status_code == 302
    shown = text_of(second.get(page))
    assert "Take the confirmation back" in shown
    assert "Confirm as the second person" not in shown
    own = browser(stage.officers[PROVINCE])
    assert "Take the confirmation back" not in text_of(own.get(page))
    assert own.post(f"{page}/do/unapprove", {"unapprove-reason": "再想想"}).status_code == 403
    assert second.post(f"{page}/do/unapprove").status_code == 400, "not without a reason"
    assert second.post(f"{page}/do/unapprove", {"unapprove-reason": "负荷还要再看"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.approved_by, row.approved_at) == ("notice", "", None)
    public = text_of(Client().get(f"/campaigns/{row.pk}"))
    assert "负荷还要再看" in public, "everybody reads it in the life line"
    stage.at(row.first)
    assert "second person has not confirmed" in text_of(own.post(f"{page}/do/start", {"sure": "1"}))
    assert second.post(f"{page}/do/approve").status_code == 302
    assert own.post(f"{page}/do/start", {"sure": "1"}).status_code == 302
    assert second.post(f"{page}/do/unapprove", {"unapprove-reason": "太晚"}).status_code == 409


def test_the_second_person_confirms_after_the_notice_with_every_objection_before_them(stage: Campaigning) -> None:
    """Words and answers, how many of each kind, what it takes of the week; not one day, not one answer too early."""
    row, second, own = stage.announced(), browser(stage.second), browser(stage.officers[PROVINCE])
    page, words = f"/office/campaigns/{row.pk}", "白天家里没有人"
    said = {"village_code": VILLAGE, "by": PUBLIC, "at": AT}
    for text, subject in ((words, "time"), ("问得太多", "questions")):
        actions.object_to(campaign_id=row.pk, subject=subject, text=text, **said)
    first, other = objections_to(row.pk)
    shown = text_of(second.get(page))
    assert words in shown
    assert "2 in all: 2 not answered yet" in shown
    assert "14 days, until" in shown
    assert "14 days left" in shown
    assert "minutes of work in all" in shown
    assert "a week in a grid" in shown
    assert "it can be confirmed after that day" in shown
    early = second.post(f"{page}/do/approve")
    assert early.status_code == 409
    assert "anybody may object until then" in text_of(early)
    answer = {"decision": "changed", "answer": "改在傍晚。", "by": stage.officers[PROVINCE]}
    actions.answer_objection(objection_id=first.id, **answer, at=stage.now)
    stage.at(row.first)
    half = second.post(f"{page}/do/approve")
    assert half.status_code == 409
    assert "Objections not answered yet: 1" in text_of(half)
    kept = answer | {"decision": "kept", "answer": "法定必问。"}
    actions.answer_objection(objection_id=other.id, **kept, at=stage.now)
    shown = text_of(second.get(page))
    assert "2 in all: 0 not answered yet; 1 answered: taken up, and changed; 1 answered: nothing is changed" in shown
    assert "改在傍晚" in shown
    assert second.post(f"{page}/do/approve").status_code == 302
    public = text_of(Client().get(f"/campaigns/{row.pk}"))
    assert "共2条：待答复0条；已采纳，相应调整1条；不改变1条" in public
    assert words not in public
    assert own.get(page).status_code == 200
    other_office = text_of(browser(stage.officers[COUNTY]).get(page))
    assert words not in other_office, "offices that answer nothing read no words"


def test_a_first_day_inside_the_notice_is_refused_with_the_earliest_one(stage: Campaigning) -> None:
    client = browser(stage.officers[PROVINCE])
    earliest = "Tue 17 Nov"
    assert f"{earliest} at the earliest" in text_of(client.get("/office/campaigns/new"))
    early = WRITTEN | {"first": str(TODAY + timedelta(days=3))}
    for more in ({}, {"sure": "1"}):
        refused = client.post("/office/campaigns/new", early | more)
        assert refused.status_code == 422
        assert f"can be {earliest} at the earliest" in text_of(refused)
    assert Campaign.objects.count() == 0


def wrong_fields(page: str) -> set[str]:
    """The fields beside which something is told."""
    return set(re.findall(r'id="id_([\w-]+)_error"', page))


def test_every_fault_of_what_was_written_is_told_at_once_each_at_its_field(stage: Campaigning) -> None:
    """Two wrong days, a name too long, a person named, a barred purpose; what was typed and chosen stays."""
    client = browser(stage.officers[PROVINCE])
    blank = text_of(client.get("/office/campaigns/new"))
    assert "maxlength" not in blank, "the browser would cut a text without a word"
    assert "60 characters at most" in blank
    wrong = WRITTEN | {
        "first": str(TODAY - timedelta(days=2)), "last": str(TODAY - timedelta(days=9)), "name_zh": "长" * 5_000,
        "name_en": "Call 13812345678", "purpose_zh": "每天到岗拍照打卡，上传位置", "who": "household.elders|at_least|2",
    }  # fmt: skip
    for more in ({}, {"sure": "1"}):
        answer = client.post("/office/campaigns/new", wrong | more)
        assert answer.status_code == 400
        shown = text_of(answer)
        assert wrong_fields(shown) == {"first", "last", "name_zh", "name_en", "purpose_zh"}
        assert "It has to begin between" in shown
        assert "lies before the first" in shown
        assert "Too long: 60 characters at most, and there are 5000" in shown
        assert "a phone, a document number or a name" in shown
        assert f'value="{wrong["last"]}"' in shown
        assert "长" * 5_000 in shown
        assert re.search(r'<input[^>]*value="fire_calls"[^>]*checked', shown)
        assert '<option value="household.elders|at_least|2" selected>' in shown
    late = WRITTEN | {"first": str(TODAY + timedelta(days=3)), "last": str(FIRST + timedelta(days=800))}
    both = client.post("/office/campaigns/new", late)
    assert both.status_code == 422
    shown = text_of(both)
    assert wrong_fields(shown) == {"first", "last"}
    assert "days at most. Choose an earlier last day" in shown
    assert "and the campaign ends later" in shown
    assert Campaign.objects.count() == 0


def test_which_households_are_meant_is_said_without_a_contradiction(stage: Campaigning) -> None:
    shown = text_of(browser(stage.officers[PROVINCE]).get("/office/campaigns/new"))
    assert "never by what a person is" not in shown
    assert "Never by what is known of one person" in shown
    assert "language to talk in: sign language" in shown


def test_a_draft_that_waited_too_long_is_changed_before_its_notice_goes_up(stage: Campaigning) -> None:
    client = browser(stage.officers[PROVINCE])
    assert client.post("/office/campaigns/new", WRITTEN | {"sure": "1"}).status_code == 302
    row = Campaign.objects.get()
    page = f"/office/campaigns/{row.pk}"
    stage.at(TODAY + timedelta(days=2))
    assert "change the draft first" in text_of(client.get(page))
    late = client.post(f"{page}/do/announce", {"sure": "1"})
    assert late.status_code == 422
    assert "Thu 19 Nov at the earliest" in text_of(late)
    form = text_of(client.get(f"{page}/amend"))
    assert "Winter fire visits" in form
    assert client.post(f"{page}/amend", WRITTEN | {"sure": "1"}).status_code == 422
    better = WRITTEN | {"first": str(FIRST + timedelta(days=2)), "name_en": "Winter visits"}
    assert "What it takes" in text_of(client.post(f"{page}/amend", better))
    assert client.post(f"{page}/amend", better | {"sure": "1"}).status_code == 302
    assert Campaign.objects.get().name_en == "Winter visits"
    assert client.post(f"{page}/do/announce", {"sure": "1"}).status_code == 302
    assert client.get(f"{page}/amend").status_code == 404, "once announced nothing is changed"
    assert browser(stage.officers[COUNTY]).get(f"{page}/amend").status_code == 404


def test_no_nought_stands_for_what_is_not_counted(stage: Campaigning) -> None:
    """Before the first count the page says so; homes added since the last count are in the next one."""
    homes(stage.town, GRID, 6)
    row = stage.started()
    office, page = browser(stage.officers[PROVINCE]), f"/office/campaigns/{row.pk}"
    before = text_of(office.get(page))
    assert "not counted yet; it is counted every two minutes" in before
    assert "counted every two minutes, the households meant with it" in before
    assert "of 0 meant" not in before
    stage.count(row)
    assert "of 6 meant" in text_of(office.get(page))
    homes(stage.town, NEXT_GRID, 5)
    stage.now += timedelta(minutes=30)
    stage.count(row)
    assert "of 11 meant" in text_of(office.get(page))


def test_anybody_objects_without_an_account_and_reads_the_answer(stage: Campaigning) -> None:
    row = stage.announced()
    public = Client()
    public.cookies["language"] = "en"
    empty = public.post(f"/campaigns/{row.pk}", {"village": VILLAGE})
    assert empty.status_code == 400
    words = {"village": VILLAGE, "subject": "time", "text": "晚上不要来，找测试甲10012345678"}
    sent = public.post(f"/campaigns/{row.pk}", words)
    assert (sent.status_code, sent.headers["Location"]) == (302, f"/campaigns/{row.pk}")
    done = text_of(public.get(f"/campaigns/{row.pk}"))
    assert "Your objection has the number" in done
    again = text_of(public.get(f"/campaigns/{row.pk}"))
    assert "Your objection has the number" not in again, "reloading repeats nothing, and says it no more"
    assert Objection.objects.count() == 1
    assert "晚上不要来" not in done
    one = Objection.objects.get()
    assert "10012345678" not in one.text
    office = browser(stage.officers[PROVINCE])
    page = f"/office/campaigns/{row.pk}"
    assert "晚上不要来" in text_of(office.get(page))
    assert "晚上不要来" not in text_of(browser(stage.officers[COUNTY]).get(page)), "read by the office that answers"
    short = office.post(f"{page}/objection/{one.pk}", {"o1-decision": "changed"})
    assert short.status_code == 400
    answer = {"o1-decision": "changed", "o1-answer": "只在白天走访。"}
    assert office.post(f"{page}/objection/{one.pk}", answer).status_code == 302
    assert "只在白天走访。" in text_of(public.get(f"/campaigns/{row.pk}"))
    signed = client_of(stage.town, "resident", "en")
    assert "Your objection has the number" in text_of(signed.post(f"/campaigns/{row.pk}", words, follow=True)), (
        "kept as nobody's"
    )


@pytest.mark.parametrize(
    ("language", "before", "begun"),
    [("en", "before the campaign may start", "The campaign has begun already"),
     ("zh-hans", "开始走访之前，答复会", "走访已经开始，单位照样要答复")],
)  # fmt: skip
def test_the_receipt_promises_an_answer_before_the_start_only_until_then(
    stage: Campaigning, language: str, before: str, begun: str
) -> None:
    said = {"village": VILLAGE, "subject": "time", "text": "晚上不要来。"}
    public = Client(headers={"Accept-Language": language})
    row = stage.announced()
    page = f"/campaigns/{row.pk}"
    early = text_of(public.post(page, said, follow=True))
    assert (before in early, begun in early) == (True, False)
    with scoped(Scope("^"), deed="test.run"):
        Campaign.objects.filter(pk=row.pk).update(
            state="running", approved_by=stage.second.key, approved_at=AT, started_at=AT
        )
    late = text_of(public.post(page, said, follow=True))
    assert (before in late, begun in late) == (False, True)


def test_an_objection_too_long_is_refused_whole_and_one_that_hiding_makes_longer_is_kept_whole(
    stage: Campaigning,
) -> None:
    row, public = stage.announced(), Client(headers={"Accept-Language": "en"})
    said = {"village": VILLAGE, "subject": "time"}
    blank = text_of(public.get(f"/campaigns/{row.pk}")).partition("<textarea")[2].partition(">")[0]
    assert "maxlength" not in blank, "the browser would cut a text without a word"
    assert 'data-most="600"' in blank
    long = public.post(f"/campaigns/{row.pk}", said | {"text": "长" * 601})
    assert long.status_code == 400
    assert "Too long: 600 characters at most, and there are 601" in text_of(long)
    assert "长" * 601 in text_of(long)
    assert Objection.objects.count() == 0
    lines = "天\r\n" * 299 + "白天"
    phones = "13812345678，" * 50
    for text in (lines, phones):
        assert public.post(f"/campaigns/{row.pk}", said | {"text": text}).status_code == 302
    first, second = (one.text for one in Objection.objects.order_by("number"))
    assert first == lines.replace("\r\n", "\n"), "the end of a line is one sign"
    assert "13812345678" not in second
    assert second.count("，") == 50
    assert len(second) > len(phones) > 600 - 12


def test_an_answer_stands_in_both_languages_or_says_which_is_missing(stage: Campaigning) -> None:
    row = stage.announced()
    said = {"campaign_id": row.pk, "village_code": VILLAGE, "by": PUBLIC, "at": AT}
    for text in ("白天家里没有人", "问得太多"):
        actions.object_to(subject="time", text=text, **said)
    first, second = Objection.objects.order_by("number")
    office, page = browser(stage.officers[PROVINCE]), f"/office/campaigns/{row.pk}"
    asked = text_of(office.get(page))
    assert "The same in the other language" in asked
    same = {"o1-decision": "changed", "o1-answer": "改在傍晚。", "o1-other": "晚上也可以。"}
    refused = office.post(f"{page}/objection/{first.pk}", same)
    assert refused.status_code == 400
    assert wrong_fields(text_of(refused)) == {"o1-other"}
    assert "晚上也可以。" in text_of(refused)
    both = same | {"o1-other": "In the evening from now on."}
    assert office.post(f"{page}/objection/{first.pk}", both).status_code == 302
    alone = {"o2-decision": "kept", "o2-answer": "法定必问。"}
    assert office.post(f"{page}/objection/{second.pk}", alone).status_code == 302
    en, zh = (
        text_of(Client(headers={"Accept-Language": tongue}).get(f"/campaigns/{row.pk}")) for tongue in ("en", "zh")
    )
    assert en.index("In the evening from now on.") < en.index("The answer in Chinese") < en.index("改在傍晚。")
    assert zh.index("改在傍晚。") < zh.index("英文答复") < zh.index("In the evening from now on.")
    assert '<span lang="zh-Hans">法定必问。</span>' in en
    assert en.count("Only in Chinese; no English version was given.") == 1
    assert zh.count("只有中文，没有给出英文。") == 1
    answering = text_of(office.get(page))
    assert (
        answering.index("白天家里没有人") < answering.index("In the evening from now on.") < answering.index("问得太多")
    )
    assert "by nobody else" not in answering
    elsewhere = text_of(browser(stage.officers[COUNTY]).get(page))
    assert "What was objected is read by the office that answers and by the second person who confirms" in elsewhere
    assert "白天家里没有人" not in elsewhere


def csv_rows(answer: HttpResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_picture_goes_down_level_by_level_and_days_are_explained(stage: Campaigning) -> None:
    households = homes(stage.town, GRID, 7)
    row = stage.started()
    for one in households[:6]:
        stage.call(one, "done")
    stage.count(row)
    page = f"/office/campaigns/{row.pk}"
    top = text_of(browser(stage.officers[PROVINCE]).get(page))
    assert "How far it has come" in top
    assert f"{page}?area=3311" in top
    county = text_of(browser(stage.officers[COUNTY]).get(f"{page}?area={TOWNSHIP}"))
    assert f"area={VILLAGE}" not in county, "no way to a page that is not theirs to read"
    local = client_of(stage.town, "supervisor", "en")
    village = text_of(local.get(f"{page}?area={VILLAGE}"))
    assert "Tenglong Community Grid 2" in village
    assert "gc-strip" not in village, "no day of the few who serve there"
    assert "days are told where five workers or more made the visits" in village
    said = {"at": VILLAGE, "silence-area": f"{VILLAGE}002", "silence-day": str(row.first), "silence-reason": "off_duty"}
    assert local.post(f"{page}/days/explain", said).status_code == 302
    one_serves(GRID, stage.town.worker)
    own = text_of(client_of(stage.town, "worker", "en").get(f"{page}?area={GRID}"))
    assert "Your own grid: nobody above sees these days." in own
    assert "Visits by day" in own
    assert "Visits by day" not in text_of(local.get(f"{page}?area={GRID}"))
    rows = csv_rows(local.get(f"{page}/picture.csv?area={VILLAGE}"))
    assert [row["code"] for row in rows] == [VILLAGE, GRID, NEXT_GRID]
    assert {(row["day"], row["grids_reported"]) for row in rows} == {("", "")}, "no day of the few who serve there"
    assert browser(stage.officers[PROVINCE]).get(f"{page}/picture.csv?area={VILLAGE}").status_code == 403
    numbers = text_of(browser(stage.officers[PROVINCE]).get(f"{page}?area={VILLAGE}"))
    assert "levels above see numbers" in numbers
    assert "To the picture of your area" in numbers
    assert "Grid 2" not in numbers
    town = browser(stage.officers[TOWNSHIP])
    confirmed = {"at": TOWNSHIP, "return-day": str(row.first), "return-note": "按计划进行"}
    blank = text_of(town.get(f"{page}?area={TOWNSHIP}"))
    assert re.search('<textarea[^>]* name="return-note"[^>]* data-most="600"', blank), "counted, and never cut"
    long = town.post(f"{page}/days/confirm", confirmed | {"return-note": "长" * 601})
    assert (long.status_code, "长" * 601 in text_of(long)) == (400, True)
    assert "Too long: 600 characters at most, and there are 601" in text_of(long)
    assert town.post(f"{page}/days/confirm", confirmed).status_code == 302
    assert "按计划进行" in text_of(browser(stage.officers[COUNTY]).get(f"{page}?area={COUNTY}"))


def test_an_area_of_somebody_else_is_not_found_on_the_page_either(stage: Campaigning) -> None:
    row = stage.started()
    page, local = f"/office/campaigns/{row.pk}", client_of(stage.town, "supervisor", "en")
    for area in ("3311", "331181", f"{PROVINCE}99", "nowhere"):
        assert local.get(f"{page}?area={area}").status_code == 404, area
        assert local.get(f"{page}/picture.csv?area={area}").status_code == 404, area
    assert local.get(page).status_code == 200
    assert local.get(f"{page}?area={VILLAGE}").status_code == 200


def test_areas_of_which_nothing_is_told_stand_together_with_the_reason(stage: Campaigning) -> None:
    """A few stay among the others; many are named in one line, each with its page."""
    homes(stage.town, GRID, 3)
    row = stage.started()
    stage.count(row)
    local, page = client_of(stage.town, "supervisor", "en"), f"/office/campaigns/{row.pk}?area={VILLAGE}"
    assert "too few households or workers" not in text_of(local.get(page))
    more = [NewArea(f"{VILLAGE}0{n}", "grid", f"第{n}网格", VILLAGE, f"grid {n}") for n in (41, 42)]
    load_areas(areas=more, issuer="test", valid_from=date(2023, 6, 30), by=SETUP, at=stage.now)
    stage.now += timedelta(minutes=3)
    stage.count(row)
    shown = text_of(local.get(page))
    assert "4 grids: too few households or workers to be shown" in shown
    assert "a figure about so few would be about persons" in shown
    assert shown.count("not shown") == 2, "the two tiles alone"
    assert all(f"area={one.code}" in shown for one in more)
    assert "4个网格：住户或工作人员太少，不显示" in text_of(client_of(stage.town, "supervisor").get(page))


def test_earlier_days_are_one_click_away(stage: Campaigning) -> None:
    row = stage.started()
    [home] = homes(stage.town, GRID, 1)
    stage.call(home, "done")
    others_call(home)
    stage.at(row.first + timedelta(days=20))
    stage.count(row)
    office, page = browser(stage.officers[PROVINCE]), f"/office/campaigns/{row.pk}?area={PROVINCE}"
    now = text_of(office.get(page))
    assert "1 of 2 grids" not in now
    assert "Later days" not in now
    day = row.first + timedelta(days=6)
    assert f"day={day}" in now, "fourteen days stand on a page"
    before = text_of(office.get(f"{page}&day={day}"))
    assert "Earlier days" not in before
    assert f"day={row.first + timedelta(days=20)}" in before
    rows = csv_rows(office.get(f"/office/campaigns/{row.pk}/picture.csv?area={PROVINCE}&day={row.first}"))
    assert (rows[0]["day"], rows[0]["grids_reported"]) == (str(row.first), "1")


def test_what_is_over_stands_apart(stage: Campaigning) -> None:
    row, other = stage.announced(), stage.announced(area_code=VILLAGE)
    office = browser(stage.officers[PROVINCE])
    assert "that is over" not in text_of(office.get("/office/campaigns"))
    withdraw = {"sure": "1", "withdraw-reason": "不需要了"}
    assert office.post(f"/office/campaigns/{row.pk}/do/withdraw", withdraw).status_code == 302
    shown = text_of(office.get("/office/campaigns"))
    assert shown.index(str(other.pk)) < shown.index("1 campaign that is over") < shown.index(str(row.pk))
    assert str(row.pk) not in text_of(Client().get("/campaigns")), "its notice is taken down"
    with scoped(Scope("^"), deed="test.end"):
        Campaign.objects.filter(pk=row.pk).update(state="ended")
    public = text_of(Client().get("/campaigns", headers={"Accept-Language": "en"}))
    assert public.index(str(other.pk)) < public.index("<details") < public.index(str(row.pk))


@pytest.mark.parametrize("name", OUTSIDE)
def test_the_stranger_must_not(stage: Campaigning, name: str) -> None:
    row = stage.announced()
    client = client_of(stage.town, name)
    page = f"/office/campaigns/{row.pk}"
    for address in ("/office/campaigns", "/office/campaigns/new", page, f"{page}/amend", f"{page}/picture.csv",
                    "/office/campaigns/again",
                    "/office/signals", "/office/campaigns/again/new", "/office/signals/send"):  # fmt: skip
        assert client.get(address).status_code == 403, address
    assert client.post(f"{page}/hear", {"at": COUNTY}).status_code in {403, 404}
    for step in ("announce", "approve", "unapprove", "start", "stop", "resume", "end", "withdraw"):
        answer = client.post(f"{page}/do/{step}", {"sure": "1", f"{step}-reason": "试一试"})
        assert answer.status_code in {403, 404}, step
    assert client.post(f"{page}/days/confirm", {"at": COUNTY}).status_code in {403, 404}
    assert Campaign.objects.get(pk=row.pk).state == "notice"


@pytest.mark.parametrize("name", ["supervisor", "worker", "handler", "county_officer"])
def test_staff_without_the_post_take_no_step(stage: Campaigning, name: str) -> None:
    row = stage.announced()
    client = client_of(stage.town, name)
    page = f"/office/campaigns/{row.pk}"
    assert client.get("/office/campaigns/new").status_code == 403
    for step in ("approve", "start", "withdraw"):
        answer = client.post(f"{page}/do/{step}", {"sure": "1", f"{step}-reason": "试一试"})
        assert answer.status_code == 403, step
    assert Campaign.objects.get(pk=row.pk).state == "notice"


def test_what_is_due_stands_on_the_workers_page_and_a_household_declines(stage: Campaigning) -> None:
    employ(stage.town)
    [first, second] = homes(stage.town, GRID, 2)
    row = stage.started()
    client = client_of(stage.town, "worker", "en")
    today = text_of(client.get("/field/"))
    assert "Fire safety of homes this winter" in today
    assert "北街1号" in today
    assert f"/office/homes/household/{first}" in today
    home = text_of(client.get(f"/office/homes/household/{first}"))
    assert "Record that they decline" in home
    said = {"series": f"campaign:{row.pk}", "how": "paper"}
    assert client.post(f"/office/homes/household/{first}/do/stay-away", said).status_code == 302
    assert "declined; nobody comes" in text_of(client.get(f"/office/homes/household/{first}"))
    today = text_of(client.get("/field/"))
    assert "北街1号" not in today
    assert "北街2号" in today
    assert {due.household_id for due in stage.due()} == {second}
    with scoped(Scope("^")):
        assert VisitWish.objects.get().how == "paper"


def test_a_visit_that_comes_again_is_set_up_with_its_price_and_ended(stage: Campaigning) -> None:
    publish_calls(COUNTY, "elder_calls", "elder_visits")
    client = browser(stage.officers[COUNTY])
    facts = {
        "form": "elder_calls", "who": "household.size|is|1", "households": "60", "name_zh": "独居住户探访",
        "name_en": "Calls on people living alone", "every_days": "30", "first": str(TODAY),
        "last": str(TODAY + timedelta(days=200)),
    }  # fmt: skip
    shown = text_of(client.post("/office/campaigns/again/new", facts))
    assert 'id="load-title" tabindex="-1" autofocus data-answer' in shown, "gone to, however low it stands"
    assert "only households that said they want it" in shown
    assert client.post("/office/campaigns/again/new", facts | {"sure": "1"}).status_code == 302
    row = Round.objects.get()
    assert (row.by_consent, row.expected) == (True, 60)
    assert "Calls on people living alone" in text_of(client.get("/campaigns"))
    often = client.post("/office/campaigns/again/new", facts | {"every_days": "2"})
    assert often.status_code == 400
    barred = client.post("/office/campaigns/again/new", facts | {"who": "household.religion|is|yes"})
    assert barred.status_code == 400
    key = f"r{row.pk.hex[-6:]}-reason"
    assert client.post(f"/office/campaigns/again/{row.pk}/end", {key: "改为电话问候"}).status_code == 302
    assert Round.objects.get().ended_at is not None


def test_a_signal_is_sent_from_the_field_and_judged_at_the_desk(stage: Campaigning) -> None:
    county = desk(COUNTY)
    worker = client_of(stage.town, "worker", "en")
    assert "Send it before you are sure" in text_of(worker.get("/office/signals/send"))
    assert worker.post("/office/signals/send", {"kind": "animals"}).status_code == 400
    facts = {"kind": "animals", "size": "many", "area": GRID, "place": "村口水塘", "text": "鱼都翻白了"}
    assert worker.post("/office/signals/send", facts).status_code == 302
    with scoped(Scope("^")):
        row = Signal.objects.get()
    client = browser(county)
    assert "村口水塘" in text_of(client.get("/office/signals"))
    assert client.post(f"/office/signals/{row.pk}", {"outcome": "passed_on", "note": "转环保"}).status_code == 400
    judged = {"outcome": "known", "note": "昨天已采样"}
    assert client.post(f"/office/signals/{row.pk}", judged).status_code == 302
    assert "昨天已采样" in text_of(client.get(f"/office/signals/{row.pk}"))
    assert client.post(f"/office/signals/{row.pk}", judged).status_code == 200
    assert worker.get(f"/office/signals/{row.pk}").status_code == 403


def test_one_wording_is_answered_once_and_whoever_asked_is_told(stage: Campaigning) -> None:
    """Each keeps its number and its answer; the message names nothing; no area finds whom it goes to."""
    row, public = stage.announced(), Client()
    words = {"village": VILLAGE, "subject": "home", "text": "不愿被上门。"}
    for text in ("不愿被上门。", "不愿被上门！", "晚上来吗？"):
        sent = words | {"text": text, "phone": "10012345678" if "晚上" in text else ""}
        assert public.post(f"/campaigns/{row.pk}", sent).status_code == 302
    bad = public.post(f"/campaigns/{row.pk}", words | {"phone": "12"})
    assert bad.status_code == 400
    assert Objection.objects.count() == 3, "a phone that is none is told before anything is kept"
    office, page = browser(stage.officers[PROVINCE]), f"/office/campaigns/{row.pk}"
    shown = text_of(office.get(page))
    assert "One more says the same" in shown
    first, _second, third = Objection.objects.order_by("number")
    answer = {"o1-decision": "kept", "o1-answer": "可以谢绝，不用说理由。", "o1-alike": "on"}
    assert office.post(f"{page}/objection/{first.pk}", answer).status_code == 302
    assert [one.answer for one in Objection.objects.order_by("number")] == ["可以谢绝，不用说理由。"] * 2 + [""]
    assert tell(by=COUNTING, at=stage.now) == 0, "one still waits"
    alone = {"o3-decision": "kept", "o3-answer": "只在白天。"}
    assert office.post(f"{page}/objection/{third.pk}", alone).status_code == 302
    assert (tell(by=COUNTING, at=stage.now), tell(by=COUNTING, at=stage.now)) == (1, 0)
    with scoped(Scope("^")):
        [told] = Notice.objects.filter(text_key="campaign.answered")
        assert told.facts == {}
        assert AnswerWish.objects.get().told_on is not None
        assert "objection" not in {field.name for field in AnswerWish._meta.get_fields()}
    for area in (PROVINCE, VILLAGE):
        with scoped(Scope(f"^{area}")):
            assert AnswerWish.objects.count() == 0


def test_thousands_from_one_address_are_not_taken(stage: Campaigning) -> None:
    row, public = stage.announced(), Client()
    public.cookies["language"] = "en"
    words = {"village": VILLAGE, "subject": "home", "text": "不愿被上门。"}
    answers = [public.post(f"/campaigns/{row.pk}", words).status_code for _ in range(12)]
    assert answers == [302] * 10 + [429] * 2
    assert Objection.objects.count() == 10
    assert "call 12345" in text_of(public.post(f"/campaigns/{row.pk}", words))
    elsewhere = Client(REMOTE_ADDR="127.0.0.9")
    assert elsewhere.post(f"/campaigns/{row.pk}", words).status_code == 302


def test_a_stop_is_taken_note_of_on_the_page(stage: Campaigning) -> None:
    row = stage.started()
    page = f"/office/campaigns/{row.pk}"
    office, below = browser(stage.officers[PROVINCE]), browser(stage.officers["3311"])
    assert office.post(f"{page}/do/stop", {"stop-reason": "台风"}).status_code == 302
    assert "0 of 1 area below has acknowledged it." in text_of(office.get(page))
    assert "Acknowledge for" in text_of(below.get(page))
    assert below.post(f"{page}/hear", {"at": "3311"}).status_code == 302
    assert "1 of 1 area below has acknowledged it." in text_of(office.get(page))
    strange = browser(stage.officers[COUNTY]).post(f"{page}/hear", {"at": "3311"})
    assert strange.status_code == 403
