"""A visit typed once: told to the system of the office that owns its matter, corrected there too, to nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.module_loading import autodiscover_modules

from cases.partners.partner_town import JOB, deliver, linked, outbox, secret
from cases.partners.partner_town import terms as terms_of
from cases.partners.systems import System, system
from collection.field_town import Field, admit, draft, furnish, paper, read_all
from collection.xlsforms import basics
from gridcommons.access.hearing import LISTENERS, Told
from gridcommons.access.identify import account
from gridcommons.access.models import LedgerDetail
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped, viewing
from gridcommons.cases.partners.acting import viewer_for
from gridcommons.cases.partners.models import Link
from gridcommons.collection.forms.actions import draft_form, publish_form
from gridcommons.collection.inbox.actions import set_aside
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.visits.models import Visit
from gridcommons.collection.visits.queries import number_of, visit_for
from gridcommons.kit.errors import Refusal
from gridcommons.people.homes.actions import regrid
from people.people_town import ADDRESS, FATHER, people_in
from town import AT, GRID, NEXT_GRID, Town
from web.office_town import client_of, stop_clock, text_of

ALL = ("number", "matter", "form", "day", "outcome", "area_code", "minutes", "household")
STRANGERS = ("public", "resident", "stranger", "worker", "supervisor", "handler", "county_officer")


@pytest.fixture(scope="module")
def standing_field(standing_more: Town) -> Field:
    made = furnish(standing_more)
    lamps = draft("lamps", basics(), "visit", "street_lamps")
    admit(lamps)
    form = draft_form(draft=lamps, by=standing_more.county_officer, at=AT)
    publish_form(version_id=form.pk, by=standing_more.county_officer, at=AT)
    return made


@pytest.fixture
def town(standing_field: Field, db: None) -> Town:
    return standing_field.town


@pytest.fixture
def field(standing_field: Field, town: Town, monkeypatch: pytest.MonkeyPatch) -> Field:
    stop_clock(monkeypatch, AT)
    return standing_field


def visit_terms(url: str, **more: Any) -> Any:
    return terms_of(url=f"{url}/in", kind="visit", acts=(), **({"fields": ALL} | more))


def heard(number: int) -> None:
    """What the listener does on the newest visit, as if its deed had been sealed."""
    autodiscover_modules("hears")
    with viewing(JOB, AT):
        row = Visit.objects.get(is_current=True)
        told = Told(number, "visit.record", "program:inbox", AT, row.area_code, (f"chain:{row.chain}",), {})
        LISTENERS["visits"]["visit.record"](told, JOB, AT)


def test_a_visit_goes_over_once_and_its_correction_too(town: Town, field: Field) -> None:
    peopled = people_in(town)
    first = {"household": str(peopled.home), "outcome": "not_home"}
    with system() as own:
        link = linked(town, visit_terms(own.url))
        own.secret = secret(link)
        assert field.post(paper("lamps", instance="uuid:one", **first)).status_code == 201
        read_all()
        heard(1)
        heard(1)
        deliver()
        again = first | {"outcome": "done", "size": "3"}
        assert field.post(paper("lamps", instance="uuid:two", deprecated="uuid:one", **again)).status_code == 201
        read_all()
        heard(2)
        deliver()
        events = list(own.events.values())
    assert outbox(link) == [("visit.dispatched", "sent", ""), ("visit.changed", "sent", "")]
    before, after = (dict(one["visit"]) for one in events)
    assert (before.pop("outcome"), after.pop("outcome")) == ("not_home", "done")
    assert before == after
    assert len(before["household"]) == 32
    for secret_word in (ADDRESS, FATHER, str(peopled.home)):
        assert secret_word not in str(events)
    with scoped(Scope("^")):
        told = [one for one in LedgerDetail.objects.values_list("body", flat=True) if '"look.partner_visit"' in one]
    assert told
    assert all(f"household:{peopled.home}" in one for one in told), "who lives there reads that it went over"


def taken_back(instance: str, number: int) -> None:
    """The office sets the form aside, and the listener hears of it."""
    with scoped(Scope("^")):
        row = Submission.objects.get(instance_id=instance)
        visit = Visit.objects.get(submission_id=row.pk)
    set_aside(submission_id=row.pk, reason="走错门", by=account("supervisor"), at=AT)
    with scoped(Scope("^")):
        body = next(one for one in LedgerDetail.objects.values_list("body", flat=True) if '"inbox.set_aside"' in one)
    assert f"chain:{visit.chain}" in body
    with viewing(JOB, AT):
        told = Told(number, "inbox.set_aside", "user:x", AT, visit.area_code, (f"chain:{visit.chain}",), {})
        LISTENERS["visits"]["inbox.set_aside"](told, JOB, AT)


def _declined(town: Town, field: Field, own: System) -> Link:
    """One visit that was declined, read and heard of by a link to this system, which nothing was delivered to yet."""
    link = linked(town, visit_terms(own.url))
    own.secret = secret(link)
    said = paper("lamps", household=str(people_in(town).home), outcome="declined", instance="uuid:one")
    assert field.post(said).status_code == 201
    read_all()
    heard(1)
    return link


def test_a_visit_that_is_taken_back_is_withdrawn_over_there_too(town: Town, field: Field) -> None:
    with system() as own:
        link = _declined(town, field, own)
        deliver()
        taken_back("uuid:one", 2)
        deliver()
        events = list(own.events.values())
    assert outbox(link) == [("visit.dispatched", "sent", ""), ("visit.withdrawn", "sent", "")]
    assert set(events[1]["visit"]) == {"number"}, "nothing is said of it but its number"


def test_what_still_waits_for_a_link_when_it_is_taken_back_is_not_handed_over(town: Town, field: Field) -> None:
    with system() as own:
        link = _declined(town, field, own)
        taken_back("uuid:one", 2)
        deliver()
        events = list(own.events.values())
    assert outbox(link)[0] == ("visit.dispatched", "passed", "left_office")
    assert "declined" not in str(events)


def test_another_link_knows_the_household_by_another_name(town: Town, field: Field) -> None:
    peopled = people_in(town)
    first, second = (
        linked(town, visit_terms("https://partner.example.org", name=name)) for name in ("甲系统", "乙系统")
    )
    assert field.post(paper("lamps", household=str(peopled.home), outcome="done", size="3")).status_code == 201
    read_all()
    with viewing(JOB, AT):
        chain = Visit.objects.get().chain
    names = []
    for link in (first, second):
        found = visit_for(
            chain=chain, link=link.key, terms=visit_terms("https://a.example.org"), viewer=viewer_for(link), at=AT
        )
        names.append(found["household"])
        assert found["number"] == number_of(chain)
    assert names[0] != names[1]


def test_a_home_put_into_its_right_grid_is_told_there_under_the_same_name(town: Town, field: Field) -> None:
    peopled = people_in(town)
    link = linked(town, visit_terms("https://partner.example.org"))
    assert field.post(paper("lamps", household=str(peopled.home), outcome="done", size="3")).status_code == 201
    read_all()
    with viewing(JOB, AT):
        chain = Visit.objects.get().chain
    asked: dict[str, Any] = {"link": link.key, "terms": visit_terms("https://a.example.org"), "at": AT}
    before = visit_for(chain=chain, viewer=viewer_for(link), **asked)
    facts = {"from_code": GRID, "to_code": NEXT_GRID, "reason": "登记时选错了网格"}
    regrid(household_ids=[peopled.home], **facts, by=town.supervisor, at=AT)
    after = visit_for(chain=chain, viewer=viewer_for(link), **asked)
    assert (before.pop("area_code"), after.pop("area_code")) == (GRID, NEXT_GRID)
    assert before == after


@pytest.mark.parametrize("name", STRANGERS)
def test_nobody_else_takes_a_visit_over_a_link(town: Town, field: Field, name: str) -> None:
    peopled = people_in(town)
    field.post(paper("lamps", household=str(peopled.home), outcome="done", size="3"))
    read_all()
    with viewing(JOB, AT):
        chain = Visit.objects.get().chain
    with pytest.raises(Refusal):
        visit_for(chain=chain, link="x", terms=visit_terms("https://a.example.org"), viewer=getattr(town, name), at=AT)


def test_the_page_proposes_a_link_for_visits(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch, AT)
    officer = client_of(town, "county_officer")
    assert "?of=visit" in text_of(officer.get("/office/partners"))
    page = text_of(officer.get("/office/partners/new?of=visit"))
    assert "走访日期" in page
    assert "问题描述" not in page
    assert "open311" not in page
