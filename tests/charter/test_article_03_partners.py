"""Charter 3 and 4, Bound and Local: what leaves for a department's system leaves by two, by a list, and is told.

The attacks: one person alone; the receiver as second person; a system that reads another office's cases; a reporter, a
contact or the words of a matter inside a home that slip through; a system that closes, or acts out of its time.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.partners.partner_town import AT, JOB, NOW, WHY, linked, outbox, says, sent_out, state, terms, told
from cases.partners.photo_town import housed, jpeg, photo_terms, photos_of
from glass_town import fresh
from gridcommons.access.actions import grant
from gridcommons.access.identify import program
from gridcommons.access.queries import office_at, who_looked
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.actions import close, dispatch, file_case, report_case
from gridcommons.cases.codes import track_key
from gridcommons.cases.filing import Report
from gridcommons.cases.models import Case
from gridcommons.cases.partners import actions
from gridcommons.cases.partners.acting import viewer_for
from gridcommons.cases.partners.models import Link, Sending
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.queries import case_for, file_content, paper, photo_for
from gridcommons.cases.queries import Filter as Wanted
from gridcommons.cases.queries import case_page, queue, with_code
from gridcommons.kit.errors import Refusal
from gridcommons.people.contacts import Contact
from town import COUNTY, HERE, Town

EVERYTHING = tuple(policy().fields)
WORDS = "灯杆漏电，打我电话13812345678"


@pytest.fixture
def town(standing_more: Town, db: None) -> Town:
    return standing_more


def _codes(caught: pytest.ExceptionInfo[Refusal]) -> set[str]:
    return {reason.code for reason in caught.value.reasons}


def _drafted(town: Town) -> Link:
    office = office_at(COUNTY, "urban_management").id
    return actions.draft(office_id=office, terms=terms(), reason=WHY, by=town.county_officer, at=AT)


def test_nobody_links_alone_and_the_receiver_is_no_second_person(town: Town) -> None:
    link = _drafted(town)
    for name in ("county_officer", "handler", "supervisor", "stranger", "no_office"):
        with pytest.raises(Refusal):
            actions.confirm(link_id=link.pk, edition=1, by=getattr(town, name), at=NOW)
    office = office_at(COUNTY, "urban_management").id
    wanted = GrantFacts("second_person", (COUNTY,), (), ROLES["second_person"].purposes, AT, None, office)
    grant(to=town.other_handler.user_id, wanted=wanted, by=program("test"), at=AT)
    with pytest.raises(Refusal) as refused:
        actions.confirm(link_id=link.pk, edition=1, by=fresh(town.other_handler), at=NOW)
    assert _codes(refused) == {"partner.receives"}
    assert Link.objects.get(pk=link.pk).confirmed_at is None
    sent_out(town)
    assert outbox(link) == [], "before two agree nothing is even lined up"


def test_not_even_the_database_takes_one_person_for_two(town: Town) -> None:
    link = _drafted(town)
    with scoped(Scope("^"), "partner.confirm"), pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.filter(pk=link.pk).update(confirmed_by=link.asked_by_id, confirmed_at=NOW)


def test_no_role_proposes_and_agrees_and_a_system_never_closes() -> None:
    for role in ROLES.values():
        assert not {"partner.draft", "partner.confirm"} <= role.deeds, role.key
    system = ROLES["partner_system"]
    assert {key for key in system.deeds if key.startswith("case.")} == {
        "case.accept",
        "case.send_back",
        "case.feed_back",
    }
    assert (system.grantable, system.by_area, system.duties, system.may_give) == (
        False,
        False,
        {"handler"},
        frozenset(),
    )


def test_a_system_sees_its_offices_cases_and_nothing_else(town: Town) -> None:
    link = linked(town, terms(fields=EVERYTHING))
    other = linked(town, terms(name="住建系统", fields=EVERYTHING), kind="housing_construction")
    made = sent_out(town)
    assert case_for(case_id=made, link=link.key, terms=terms(), viewer=viewer_for(link), at=NOW)["number"]
    with pytest.raises(Refusal) as refused:
        case_for(case_id=made, link=other.key, terms=terms(), viewer=viewer_for(other), at=NOW)
    assert _codes(refused) == {"case.unknown"}
    for look in (
        lambda: queue(wanted=Wanted(), viewer=viewer_for(link), at=NOW),
        lambda: case_page(case_id=made, viewer=viewer_for(link), at=NOW, purpose="service"),
        lambda: close(case_id=made, check="好了", by=viewer_for(link), at=NOW),
    ):
        with pytest.raises(Refusal) as refused:
            look()
        assert _codes(refused) == {"access.no_deed"}


def test_nothing_about_who_reported_is_in_any_field_and_words_are_masked(town: Town) -> None:
    contact = Contact(name="测试甲", phone="10012345678", email="reporter@example.org")
    report = Report("street_lamps", WORDS, *HERE, contact=contact, share_with_handler=True, address="示例路1号")
    made = report_case(report=report, channel="page", by=town.resident, at=AT)
    file_case(case_id=made.case_id, by=town.supervisor, at=AT)
    dispatch(case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT)
    link = linked(town, terms(fields=EVERYTHING))
    values = case_for(
        case_id=made.case_id, link=link.key, terms=terms(fields=EVERYTHING), viewer=viewer_for(link), at=NOW
    )
    said = json.dumps(values, ensure_ascii=False)
    for secret in ("测试甲", "10012345678", "reporter@", "13812345678", str(town.resident.user_id), made.code):
        assert secret not in said, secret
    assert "灯杆漏电" in said
    assert set(case_for(case_id=made.case_id, link="x", terms=terms(fields=()), viewer=viewer_for(link), at=NOW)) == {
        "number"
    }


def test_the_words_of_a_matter_inside_a_home_never_leave(town: Town) -> None:
    link = linked(town, terms(fields=EVERYTHING))
    made = sent_out(town, matter_key="noise", text="楼上夫妻半夜吵架")
    values = case_for(case_id=made, link=link.key, terms=terms(fields=EVERYTHING), viewer=viewer_for(link), at=NOW)
    assert "吵架" not in json.dumps(values, ensure_ascii=False)
    assert not {"text", "note"} & set(values)


def test_whoever_reported_reads_that_it_went_to_the_offices_system(town: Town) -> None:
    made = report_case(report=Report("street_lamps", WORDS, *HERE), channel="page", by=town.public, at=AT)
    file_case(case_id=made.case_id, by=town.supervisor, at=AT)
    dispatch(case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT)
    link = linked(town, terms())
    told(made.case_id, "case.dispatch")
    row = Sending.objects.get(link=link)
    actions.claim(sending_id=row.pk, by=viewer_for(link), at=NOW)
    me = with_code(town.public, made.code)
    entries = who_looked(about=track_key(made.code), viewer=me, at=NOW, by_others=True)
    assert [(entry.what, entry.by) for entry in entries] == [("look.partner_case", f"partner:{link.pk}")]
    text = paper(paper_id=row.pk, viewer=town.handler, at=NOW)
    assert json.loads(text)["event"] == "case.dispatched"
    entries = who_looked(about=track_key(made.code), viewer=me, at=NOW, by_others=True)
    assert {entry.what for entry in entries} == {"look.partner_case", "look.partner_paper"}


def test_whoever_reported_reads_that_a_photo_was_fetched_and_no_other_link_opens_it(town: Town) -> None:
    report = Report("street_lamps", WORDS, *HERE, photos=(jpeg(),))
    made = report_case(report=report, channel="page", by=town.public, at=AT)
    file_case(case_id=made.case_id, by=town.supervisor, at=AT)
    dispatch(case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT)
    link, other = linked(town, photo_terms()), linked(town, photo_terms(name="住建系统"), kind="housing_construction")
    told(made.case_id, "case.dispatch")
    with housed():
        actions.claim(sending_id=Sending.objects.get(link=link).pk, by=viewer_for(link), at=NOW)
    (photo,) = photos_of(made.case_id)
    asked = {"case_id": made.case_id, "photo_id": photo.pk, "at": NOW}
    assert actions.hand_photo(link_id=link.pk, by=viewer_for(link), **asked).content
    assert actions.hand_photo(link_id=other.pk, by=viewer_for(other), **asked).refusal is not None
    for viewer in (viewer_for(other), town.other_handler, town.stranger):
        with pytest.raises(Refusal):
            photo_for(link=link.key, viewer=viewer, **asked)
    me = with_code(town.public, made.code)
    entries = who_looked(about=track_key(made.code), viewer=me, at=NOW, by_others=True)
    assert ("look.partner_photo", f"partner:{link.pk}") in {(entry.what, entry.by) for entry in entries}


@pytest.mark.parametrize("name", ["county_officer", "second", "supervisor", "other_handler", "auditor", "resident"])
def test_contents_and_files_are_read_by_the_receiving_office_alone(name: str, town: Town) -> None:
    link = linked(town, terms("export"))
    made = sent_out(town)
    file = actions.make_file(link_id=link.pk, by=town.handler, at=NOW)
    arrival = says(link, number="x", status="?")
    viewer = getattr(town, name)
    for look in (
        lambda by: file_content(link_id=link.pk, file_id=file.pk, viewer=by, at=NOW),
        lambda by: paper(paper_id=arrival.pk, viewer=by, at=NOW),
    ):
        with pytest.raises(Refusal):
            look(viewer)
        assert look(town.handler)
    with pytest.raises(Refusal):
        actions.make_file(link_id=link.pk, by=viewer, at=NOW)
    assert Case.objects.filter(pk=made).count() == 0, "and no row is seen outside of any sight"


def test_a_system_acts_neither_before_nor_after_its_time(town: Town) -> None:
    link = linked(town, terms())
    made = sent_out(town)
    early = AT - timedelta(seconds=1)
    with pytest.raises(Refusal):
        actions.arrive(link_id=link.pk, raw="{}", event_id="", by=viewer_for(link), at=early)
    ended = actions.end(link_id=link.pk, by=town.county_officer, at=NOW)
    with pytest.raises(Refusal):
        actions.arrive(link_id=link.pk, raw="{}", event_id="", by=viewer_for(ended), at=NOW)
    assert state(made) == "dispatched"
    assert JOB.everywhere
