"""A link whose office ends with its area serves the one that took its place; where there is none it is paused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.partners.partner_town import HERE, JOB, WHY, outbox, says, terms
from cases.partners.photo_town import jpeg, photo_terms, photos_of, pictures
from cases.partners.systems import system
from gridcommons.access.queries import find_office, office_at
from gridcommons.access.rules import Scope
from gridcommons.access.scope import on_day, scoped, viewing
from gridcommons.cases.actions import dispatch, file_case
from gridcommons.cases.models import Case
from gridcommons.cases.partners import actions
from gridcommons.cases.partners.acting import live_links, state_of, viewer_for, viewer_on
from gridcommons.cases.partners.calling import Caller
from gridcommons.cases.partners.delivery import Round
from gridcommons.cases.partners.door import PAUSED, Envelope, receive
from gridcommons.cases.partners.keeping import own_secret
from gridcommons.cases.partners.models import Link, Pairing, Picture
from gridcommons.cases.partners.outgoing import concerned
from gridcommons.cases.partners.queries import file_content, link_page
from gridcommons.cases.partners.rules import RECEIVES
from gridcommons.cases.partners.terms import Terms
from gridcommons.kit.errors import Refusal
from gridcommons.notices.models import Notice
from gridcommons.notices.signing import signature
from gridcommons.territory.actions import NewArea, load_areas
from gridcommons.territory.reorganising.rules import Change, Target
from redrawn_town import SETUP, SPLIT, carried_out, member, redraw
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import client_of, report, stop_clock, text_of

LATER = AT + timedelta(hours=3)
HEIR = "331123020"
MERGED = Change("merge", (TOWNSHIP, OTHER_TOWNSHIP), (Target(HEIR, "妙高镇"),))
KIND = "township_government"


@pytest.fixture
def town(standing_town: Town, db: None) -> Town:
    found = redraw(standing_town)
    found.cast["second"] = member("second_hand", "second_person", COUNTY, "county_government")
    return found


@pytest.fixture
def link(town: Town) -> Link:
    """A link of the township's own office, with a case in its hands."""
    office = office_at(TOWNSHIP, KIND)
    made = actions.draft(office_id=office.id, terms=terms(), reason=WHY, by=town.county_officer, at=AT)
    agreed = actions.confirm(link_id=made.pk, edition=1, by=town.second, at=AT)
    _given(town)
    assert [event for event, _state, _reason in outbox(agreed)] == ["case.dispatched"]
    return agreed


def _given(town: Town, area: str = TOWNSHIP, at: timedelta = timedelta(minutes=5)) -> Case:
    case = report(town, at=AT + at).case_id
    supervisor, dispatcher = town.supervisor, town.dispatcher
    if area != TOWNSHIP:
        supervisor = member("supervisor_of_the_heir", "supervisor", area, "supervision")
        dispatcher = member("dispatcher_of_the_heir", "dispatcher", area, "command")
    file_case(case_id=case, by=supervisor, at=AT + at)
    dispatch(case_id=case, to_area=area, to_kind=KIND, by=dispatcher, at=AT + at)
    with viewing(JOB, AT + at):
        assert concerned(case, AT + at)
    actions.post(case_id=case, what="case.dispatch", who="user:x", heard=int(at.total_seconds()), by=JOB, at=AT + at)
    with scoped(Scope("^")):
        return Case.objects.get(pk=case)


def notices(key: str) -> set[str]:
    with scoped(Scope("^")):
        return set(Notice.objects.filter(text_key=key).values_list("to", flat=True))


def test_after_a_merger_it_serves_the_heir_and_what_the_former_office_had_in_hand(town: Town, link: Link) -> None:
    carried_out(town, MERGED, at=AT + timedelta(hours=1))
    new = _given(town, HEIR, timedelta(hours=2))
    with viewing(viewer_on(link, LATER), LATER):
        assert Case.objects.count() == 2
        assert state_of(link) == "live"
    assert [event for event, _state, _reason in outbox(link)] == ["case.dispatched", "case.dispatched"]
    with on_day(LATER):
        page = link_page(link.pk, town.county_officer, LATER)
        assert (page.state, page.heir is not None) == ("live", True)
        assert new.handler_office_id != link.office_id
    assert {town.county_officer.key, town.second.key} <= notices("partner.follows")


def test_after_a_division_it_is_paused_and_both_sides_are_told(town: Town, link: Link) -> None:
    carried_out(town, SPLIT, at=AT + timedelta(hours=1))
    with on_day(LATER):
        assert live_links(LATER) == []
        assert link_page(link.pk, town.county_officer, LATER).state == "paused"
    with viewing(viewer_on(link, LATER), LATER):
        assert Case.objects.count() == 0
    assert {town.county_officer.key, town.second.key} <= notices("partner.paused")
    assert notices("partner.follows") == set()
    with on_day(LATER), pytest.raises(Refusal) as refused:
        receive(_signed(link), b"{}", LATER)
    assert refused.value.code == PAUSED
    actions.end(link_id=link.pk, by=town.county_officer, at=LATER)


@pytest.mark.parametrize(("change", "said"), [(SPLIT, "This link is paused"), (MERGED, "Its office was taken over")])
def test_the_page_of_the_link_says_so(
    town: Town, link: Link, change: Change, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried_out(town, change, at=AT + timedelta(hours=1))
    stop_clock(monkeypatch, LATER)
    page = client_of(town, "county_officer", "en").get(f"/office/partners/{link.pk}")
    assert said in text_of(page)


def _signed(link: Link) -> Envelope:
    path, time = f"/partners/{link.key}/status", int(LATER.timestamp())
    made = signature(own_secret(link.pk, link.key_number), time=time, method="POST", path=path, body=b"{}")
    return Envelope(link.key, path, f"{link.key}.{link.key_number}", str(time), made)


def test_a_link_of_an_office_that_lives_on_is_as_it_was(town: Town, link: Link) -> None:
    recode = Change("recode", (TOWNSHIP,), (Target("331123030", "妙高街道"),))
    carried_out(town, recode, at=AT + timedelta(hours=1))
    with on_day(LATER):
        assert (state_of(link), link_page(link.pk, town.county_officer, LATER).heir) == ("live", None)
    assert notices("partner.paused") | notices("partner.follows") == set()


def agreed_on(town: Town, wanted: Terms) -> Link:
    """A link of the township's own office."""
    office = office_at(TOWNSHIP, KIND)
    made = actions.draft(office_id=office.id, terms=wanted, reason=WHY, by=town.county_officer, at=AT)
    return actions.confirm(link_id=made.pk, edition=1, by=town.second, at=AT)


def test_the_office_that_took_its_place_is_not_the_second_person_to_its_own_data(town: Town, link: Link) -> None:
    carried_out(town, MERGED, at=AT + timedelta(hours=1))
    with on_day(LATER):
        receiver = member("second_of_the_heir", "second_person", HEIR, KIND, since=LATER)
    actions.amend(link_id=link.pk, terms=terms(), reason=WHY, by=town.county_officer, at=LATER)
    assert town.second.key in notices("partner.asked")
    assert receiver.key not in notices("partner.asked"), "who may not agree is not asked to"
    with pytest.raises(Refusal) as refused:
        actions.confirm(link_id=link.pk, edition=2, by=receiver, at=LATER)
    assert RECEIVES in {reason.code for reason in refused.value.reasons}


def test_over_a_paused_link_no_picture_is_fetched_and_others_have_theirs(town: Town) -> None:
    with system() as own:
        link = agreed_on(town, photo_terms(url=f"{own.url}/in"))
        case = _given(town)
        own.pictures |= {f"/{n}.jpg": jpeg(n) for n in range(3)}
        for n in range(2):
            facts = {"number": case.number, "status": "received", "media_url": f"{own.url}/{n}.jpg"}
            says(link, moment=AT + timedelta(minutes=10 + n), **facts)
        carried_out(town, SPLIT, at=AT + timedelta(hours=1))
        other = actions.draft(
            office_id=office_at(COUNTY, "urban_management").id, terms=photo_terms(url=f"{own.url}/in"), reason=WHY,
            by=town.county_officer, at=LATER,
        )  # fmt: skip
        actions.confirm(link_id=other.pk, edition=1, by=town.second, at=LATER)
        with scoped(Scope("^"), deed="test"):
            held = Pairing.objects.create(link=other, case=case, number="X1", since=LATER)
            Picture.objects.create(
                link=other, pairing=held, back=True, state="waiting", address=f"{own.url}/2.jpg", digest="a" * 64,
                at=LATER, changed_at=LATER, next_at=LATER,
            )  # fmt: skip
        for minute in range(2):
            Round(Caller(HERE), JOB, LATER + timedelta(minutes=minute), lambda: 0.5).pictures(most=1)
    assert own.calls == [("/2.jpg", "")]
    assert pictures(link) == [(True, "waiting", "")] * 2
    assert pictures(other) == [(True, "stuck", "partner.not_there")]
    assert photos_of(case.pk) == []


def test_after_a_second_merger_what_the_office_between_had_in_hand_stays_with_the_link(town: Town, link: Link) -> None:
    load_areas(
        areas=[NewArea("331123040", "township", "新镇", COUNTY, "New")], issuer="test",
        valid_from=AT.date() - timedelta(days=900), by=SETUP, at=AT,
    )  # fmt: skip
    carried_out(town, MERGED, at=AT + timedelta(hours=1))
    new = _given(town, HEIR, timedelta(hours=2))
    again = Change("merge", (HEIR, "331123040"), (Target("331123050", "大镇"),))
    carried_out(town, again, at=AT + timedelta(days=1))
    at = AT + timedelta(days=1, hours=1)
    with viewing(viewer_on(link, at), at):
        assert Case.objects.filter(pk=new.pk).exists()
        assert Case.objects.count() == 2
    with viewing(JOB, at):
        assert concerned(new.pk, at)
    actions.post(case_id=new.pk, what="case.park", who="user:x", heard=777, by=JOB, at=at)
    assert [event for event, _state, _reason in outbox(link)] == ["case.dispatched"] * 2 + ["case.changed"]


def test_the_office_that_took_its_place_fetches_the_files(town: Town) -> None:
    link = agreed_on(town, terms("export", ""))
    _given(town)
    carried_out(town, MERGED, at=AT + timedelta(hours=1))
    with on_day(LATER):
        heir = member("handler_of_the_heir", "handler", HEIR, KIND, since=LATER)
        table = actions.make_file(link_id=link.pk, by=viewer_for(link), at=LATER)
        assert find_office(HEIR, KIND) is not None
    row, content = file_content(link_id=link.pk, file_id=table.pk, viewer=heir, at=LATER)
    assert (row.pk, content[:3]) == (table.pk, b"\xef\xbb\xbf")
    with pytest.raises(Refusal):
        file_content(link_id=link.pk, file_id=table.pk, viewer=town.stranger, at=LATER)
