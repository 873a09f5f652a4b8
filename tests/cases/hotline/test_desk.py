"""A call taken, a case followed, an old case told and reopened, a row placed: who may, who may not, what is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils.module_loading import autodiscover_modules

from cases.hotline.calls import COUNTY, NOW, clerk_of, read, take, with_clerks
from gridcommons.access.hearing import LISTENERS, Told
from gridcommons.access.rules import PUBLIC, Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import (
    accept,
    ask_still,
    close,
    confirm,
    dispatch,
    feed_back,
    file_case,
    follow_lead,
    merge,
    unmerge,
)
from gridcommons.cases.calling import call_each, due_now
from gridcommons.cases.filing import Report
from gridcommons.cases.hotline.actions import (
    Followed,
    follow_known,
    forget,
    place_row,
    reopen_for,
    take_call,
    tell_followers,
)
from gridcommons.cases.hotline.models import Follower, HotlineFile, Unplaced
from gridcommons.cases.hotline.proving import Proof
from gridcommons.cases.hotline.queries import asked_about, followed_number, to_place
from gridcommons.cases.models import Case
from gridcommons.cases.opening import Reported
from gridcommons.cases.queries import case_page, tracked_case, with_code
from gridcommons.cases.transitions import packaged
from gridcommons.kit.errors import Refusal
from gridcommons.notices.models import Notice
from gridcommons.people.contacts import Contact
from gridcommons.people.models import ReporterContact
from town import AT, FAR, HERE, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town

CALLER = Contact(name="测试丙", phone="10012345670")
STRANGERS = ("public", "resident", "stranger", "supervisor", "dispatcher", "handler", "county_officer", "far_clerk")
LATER = AT + timedelta(hours=3)
JOB = Viewer("program:test", everywhere=True)


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return with_clerks(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None) -> Town:
    return standing_more_town


def call(town: Town, by: str = "clerk", matter: str = "street_lamps", **more: object) -> Reported:
    facts: dict[str, object] = {"lon": HERE[0], "lat": HERE[1], "contact": CALLER} | more
    report = Report(matter, "广场东侧路灯不亮", **facts)  # type: ignore[arg-type]
    return take_call(report=report, channel="phone", by=getattr(town, by), at=AT)


def closed(town: Town, made: Reported) -> Reported:
    file_case(case_id=made.case_id, by=town.supervisor, at=AT)
    facts = {"case_id": made.case_id, "to_area": COUNTY, "to_kind": "urban_management"}
    dispatch(**facts, by=town.dispatcher, at=AT)  # type: ignore[arg-type]
    accept(case_id=made.case_id, by=town.handler, at=AT)
    feed_back(case_id=made.case_id, evidence="已换灯", by=town.handler, at=AT)
    close(case_id=made.case_id, check="到场看过", by=town.second_supervisor, at=LATER)
    return made


def refused(code: str, deed: object) -> None:
    with pytest.raises(Refusal) as told:
        deed()  # type: ignore[operator]
    assert told.value.code == code


def test_the_clerk_is_finder_and_the_caller_reporter(town: Town) -> None:
    made = call(town)
    with viewing(town.supervisor, AT):
        case = Case.objects.get(pk=made.case_id)
        [step] = case.steps.all()
    assert (case.channel, step.duty, step.by_key) == ("phone", "finder", town.clerk.key)
    assert town.clerk.key not in case.parties
    page = tracked_case(code=made.code, viewer=with_code(PUBLIC, made.code), at=AT)
    assert page.mine


def test_who_wrote_a_call_down_neither_files_nor_checks_it(town: Town) -> None:
    made = call(town)
    both = Viewer(
        town.clerk.key, town.clerk.user_id, (*town.clerk.grants, *town.supervisor.grants), name=town.clerk.name
    )
    refused("case.same_person", lambda: file_case(case_id=made.case_id, by=both, at=AT))
    closed_by_both = lambda: close(case_id=made.case_id, check="看过", by=both, at=LATER)  # noqa: E731
    file_case(case_id=made.case_id, by=town.supervisor, at=AT)
    dispatch(case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT)
    accept(case_id=made.case_id, by=town.handler, at=AT)
    feed_back(case_id=made.case_id, evidence="已换灯", by=town.handler, at=AT)
    refused("case.same_person", closed_by_both)


@pytest.mark.parametrize("name", STRANGERS)
def test_nobody_else_takes_a_call_there(town: Town, name: str) -> None:
    code = "access.not_there" if name == "far_clerk" else "access.no_deed"
    refused(code, lambda: call(town, name))


def test_a_clerk_takes_no_call_of_another_township_and_none_by_another_channel(town: Town) -> None:
    refused("access.not_there", lambda: call(town, lon=FAR[0], lat=FAR[1]))
    report = Report("street_lamps", "灯", area_code=VILLAGE)
    refused("hotline.not_by_voice", lambda: take_call(report=report, channel="page", by=town.clerk, at=AT))


def test_a_clerk_of_a_whole_county_takes_calls_by_townships_alone(town: Town) -> None:
    wide = clerk_of("wide", office_area=TOWNSHIP, area=COUNTY)
    report = Report("street_lamps", "灯", area_code=VILLAGE)
    refused("access.not_there", lambda: take_call(report=report, channel="desk", by=wide, at=AT))


def follow(town: Town, made: Reported, by: str = "clerk", once: bytes = b"") -> Followed:
    facts = {"channel": "phone", "contact": CALLER, "language": "zh-hans", "once": once}
    return follow_known(case_id=made.case_id, **facts, by=getattr(town, by), at=LATER)  # type: ignore[arg-type]


def test_a_caller_follows_a_known_case_by_a_code_of_their_own_and_hears_of_its_end(town: Town) -> None:
    made = call(town)
    mine = follow(town, made, once=b"x" * 32)
    assert follow(town, made, once=b"x" * 32).code == mine.code
    assert Case.objects.count() == 0, "nothing is seen outside a scope"
    assert mine.code != made.code
    holder = with_code(PUBLIC, mine.code)
    assert followed_number(code=mine.code, viewer=holder, at=LATER) == made.number
    refused("case.unknown", lambda: tracked_case(code=mine.code, viewer=holder, at=LATER))
    closed(town, made)
    job = Viewer("program:test", everywhere=True)
    assert len(tell_followers(case_id=made.case_id, by=job, at=LATER)) == 1
    with viewing(job, LATER):
        told = Notice.objects.get(text_key="hotline.followed_ended")
        contact = ReporterContact.objects.get(pk=told.to.removeprefix("contact:"))
        assert contact.forget_at is not None
        assert "测试丙" not in str(told.facts)
    assert forget(by=job, at=LATER + timedelta(days=731)) >= 1


def test_a_matter_inside_a_home_and_an_ended_case_are_not_followed(town: Town) -> None:
    home = call(town, matter="dispute_mediation")
    refused("hotline.not_followed", lambda: follow(town, home))
    refused("hotline.not_followed", lambda: follow(town, closed(town, call(town))))
    refused("case.unknown", lambda: follow(town, home, by="far_clerk"))


@pytest.mark.parametrize("proof", ["code", "phone"])
def test_a_caller_who_proves_it_is_told_and_has_it_done_again(town: Town, proof: str) -> None:
    made = closed(town, call(town))
    said = Proof(code=made.code) if proof == "code" else Proof(number=made.number, phone="100-1234-5670")
    by = said.held_by(town.clerk)
    found = asked_about(proof=said, viewer=by, at=LATER)
    assert (found.by, found.state, found.note) == (proof, "closed", "到场看过")
    assert found.page is not None
    assert (found.page.text, found.page.address, found.page.contact_id) == ("", "", None)
    case = reopen_for(proof=said, reason="又不亮了", by=by, at=LATER)
    assert case.state == "reopened"


def test_a_number_alone_or_a_wrong_phone_tells_only_what_is_public(town: Town) -> None:
    made, home = closed(town, call(town)), call(town, matter="dispute_mediation")
    for proof in (Proof(number=made.number), Proof(number=made.number, phone="10099999999")):
        found = asked_about(proof=proof, viewer=town.clerk, at=LATER)
        assert (found.by, found.page, found.state) == ("", None, "closed")
        refused("hotline.not_proven", lambda p=proof: reopen_for(proof=p, reason="又坏了", by=town.clerk, at=LATER))
    for number in (home.number, "261102-NNNNNNN"):
        proof = Proof(number=number)
        refused("hotline.not_told", lambda p=proof: asked_about(proof=p, viewer=town.clerk, at=LATER))
    assert asked_about(proof=Proof(number=home.number, phone=CALLER.phone), viewer=town.clerk, at=LATER).by == "phone"
    far = asked_about(proof=Proof(code=home.code), viewer=Proof(code=home.code).held_by(town.far_clerk), at=LATER)
    assert far.by == "code", "a caller may ask anywhere with the code"


def test_a_clerk_confirms_nothing_for_a_caller(town: Town) -> None:
    made = closed(town, call(town))
    refused("access.not_there", lambda: confirm(case_id=made.case_id, by=town.clerk, at=LATER))


@pytest.mark.parametrize("name", ["resident", "stranger", "dispatcher", "county_officer"])
def test_a_stranger_is_told_of_no_case_and_sees_no_row(town: Town, name: str) -> None:
    made, who = call(town), getattr(town, name)
    refused("access.no_deed", lambda: asked_about(proof=Proof(number=made.number), viewer=who, at=LATER))
    refused("access.no_deed", lambda: to_place(viewer=who, at=LATER))


def test_rows_without_a_place_come_to_the_desk_of_the_township_or_of_the_county(town: Town) -> None:
    take(read({"村社区": ""}, {"乡镇": "", "村社区": "", "诉求地址": "某处"}, {"乡镇": "新路湾镇", "村社区": ""}))
    seen = {name: to_place(viewer=getattr(town, name), at=NOW) for name in ("clerk", "supervisor", "far_clerk")}
    assert {name: page.total for name, page in seen.items()} == {"clerk": 2, "supervisor": 2, "far_clerk": 1}
    lost, near = sorted(seen["clerk"].rows, key=lambda row: row.area_code)
    assert (near.area_code, lost.area_code, lost.address) == (TOWNSHIP, COUNTY, "某处")
    for name, code in (("far_clerk", "hotline.not_waiting"), ("county_officer", "hotline.not_waiting")):
        who = getattr(town, name)
        refused(code, lambda w=who: place_row(unplaced_id=near.id, area_code=VILLAGE, by=w, at=NOW))
    one = {"unplaced_id": lost.id, "by": town.clerk, "at": NOW}
    refused("hotline.too_high", lambda: place_row(area_code=TOWNSHIP, **one))  # type: ignore[arg-type]
    refused("hotline.elsewhere", lambda: place_row(area_code="330102001001", **one))  # type: ignore[arg-type]
    case = place_row(area_code=f"{OTHER_TOWNSHIP}200", **one)  # type: ignore[arg-type]
    assert case_page(case_id=case.pk, viewer=town.far_supervisor, at=NOW, purpose="service").text == lost.text
    refused("hotline.not_waiting", lambda: place_row(area_code=VILLAGE, **one))  # type: ignore[arg-type]
    with viewing(town.clerk, NOW):
        assert Unplaced.objects.count() == 1
    assert read({"村社区": ""}, {"乡镇": "", "村社区": "", "诉求地址": "某处"}).counts()["same"] == 2


def test_nothing_lies_in_the_tables_in_plain_words(town: Town) -> None:
    take(read({"村社区": "", "诉求内容": "张某某家的事", "诉求地址": "广场路9号"}))
    with viewing(Viewer("program:test", everywhere=True), NOW):
        row = Unplaced.objects.get()
        for table in (Unplaced, Follower, HotlineFile):
            assert "广场路" not in str(list(table.objects.values()))
    assert "张某某".encode() not in bytes(row.sealed)


def heard(what: str, case_id: object, at: datetime) -> None:
    """What the listener does on a deed of that moment, sealed or not."""
    autodiscover_modules("hears")
    with viewing(JOB, at):
        LISTENERS["hotline"][what](Told(1, what, JOB.key, at, "", (f"case:{case_id}",), {}), JOB, at)


def test_who_follows_a_joined_case_hears_of_its_end_once_and_is_forgotten_in_time(town: Town) -> None:
    lead, twice = call(town), call(town)
    follow(town, twice)
    merge(case_id=twice.case_id, lead=lead.number, by=town.supervisor, at=LATER)
    closed(town, lead)
    for minutes in (60, 62):  # the lead has ended, then it was confirmed
        at = LATER + timedelta(minutes=minutes)
        assert call_each(follow_lead, due_now("follow", by=JOB, at=at), by=JOB, at=at) == 1
        heard("case.follow_lead", twice.case_id, at)
        if minutes == 60:
            confirm(case_id=lead.case_id, by=with_code(PUBLIC, lead.code), at=at + timedelta(minutes=1))
    with viewing(JOB, at):
        (told,) = Notice.objects.filter(text_key="hotline.followed_ended")
        contact = ReporterContact.objects.get(pk=told.to.removeprefix("contact:"))
        assert contact.forget_at is not None
        assert told.facts["state_zh"] == packaged().states["closed"].words.zh
    unmerge(case_id=twice.case_id, reason="不是同一盏灯", by=town.supervisor, at=at)
    heard("case.unmerge", twice.case_id, at)
    with viewing(JOB, at):
        contact.refresh_from_db()
        assert contact.forget_at is None, "the case goes on by itself"
        assert Notice.objects.filter(text_key="hotline.followed_ended").count() == 1


def test_who_called_is_asked_four_weeks_after_the_end(town: Town) -> None:
    made = closed(town, call(town))
    day = LATER + timedelta(days=29)
    assert due_now("ask", by=JOB, at=day) == [made.case_id]
    assert call_each(ask_still, [made.case_id], by=JOB, at=day) == 1
    with viewing(JOB, day):
        case = Case.objects.get(pk=made.case_id)
        assert Notice.objects.filter(to=f"contact:{case.contact_id}", text_key="case.still").exists()
