"""Forms in use and minutes of a week: each page says which of them it counts, and the pages add up to one another."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client

from collection.workbooks import xlsform
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.fitting import Calls, fit
from gridcommons.collection.forms.actions import Draft, close_form, draft_form, publish_form
from gridcommons.collection.rounds.models import Round
from gridcommons.collection.rounds.policy import policy
from gridcommons.kit.words import Words
from gridcommons.load.admission.models import Proposal
from gridcommons.load.admission.weighing import duty_of
from gridcommons.load.ceiling.policy import ceiling_policy
from gridcommons.load.ceiling.standing import ground_of
from load.admitting import NOW, ROWS, SETUP, Admitting
from town import AT, COUNTY
from web import test_admission_pages
from web.office_town import client_of, text_of

TODAY = AT.date()
standing_desk, desk = test_admission_pages.standing_desk, test_admission_pages.desk


def words_of(client: Client, address: str) -> str:
    """A page as it is read, without its tags."""
    client.cookies["language"] = "en"
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", text_of(client.get(address))))


def client(desk: Admitting, name: str) -> Client:
    return client_of(desk, name, "en")  # type: ignore[arg-type]


# --- Forms in use ---------------------------------------------------------------------------------------------------


def test_forms_in_use_are_one_number_in_public_and_in_the_office(desk: Admitting) -> None:
    for key in ("fire_visit", "second_visit"):
        desk.decide(desk.reviewed(desk.propose_form(key=key)))
    name = Words("入户走访", "Home visit")
    draft = Draft("fire_visit", name, "dwellings_rentals", COUNTY, "household", xlsform(*ROWS))
    made = draft_form(draft=draft, by=SETUP, at=NOW + timedelta(hours=2))
    told_alike(desk, admitted=2, in_use=0)
    publish_form(version_id=made.pk, by=SETUP, at=NOW + timedelta(hours=2))
    told_alike(desk, admitted=2, in_use=1)
    close_form(form_id=made.form_id, reason="停用", by=desk.cast["county_officer"], at=NOW + timedelta(hours=3))
    told_alike(desk, admitted=2, in_use=0)


def told_alike(desk: Admitting, *, admitted: int, in_use: int) -> None:
    """Both pages tell both numbers, and neither calls all that may be used a form in use."""
    office = words_of(client(desk, "county_officer"), "/office/forms")
    public = words_of(Client(), "/matters/growth")
    assert f"{admitted} forms admitted or on trial, in use: {in_use}" in office
    assert f"in {admitted} forms admitted or on trial, of which in use: {in_use}" in public
    assert "forms in use" not in public


# --- Minutes of a week ----------------------------------------------------------------------------------------------


def called_on(name: str, first: date, minutes: int) -> Round:
    """Calls on every home of the county each week from a day on."""
    with scoped(Scope("^"), deed="test.round"):
        return Round.objects.create(
            area_code=COUNTY, matter_key="home_fire_safety", edition="-", form_key="fire_calls", name_zh=name,
            name_en=name, every_days=7, first=first, last=date(2027, 6, 30), minutes=minutes, expected=0,
            by_consent=False, begun_by="user:x", begun_at=AT,
        )  # fmt: skip


def numbers(text: str) -> list[int]:
    """The sums of minutes in a sentence."""
    found = re.findall(r"(?:take|together|a week of) (\d[\d,]*)", text)
    return [int(one.replace(",", "")) for one in found]


def sentences(desk: Admitting, proposal: Proposal, name: str = "decider") -> tuple[str, str]:
    """What a proposal's page says of what is admitted, and of calls beside it."""
    page = words_of(client(desk, name), f"/office/proposals/{proposal.pk}")
    admitted = re.search(r"with it, all admitted matters and forms take .*?workers\)", page)
    calls = re.search(r"Calls on homes are not in this sum\..*? a week of [\d,]+\.( That is over the ceiling)?", page)
    return (admitted.group() if admitted else "", calls.group() if calls else "")


def test_a_proposal_says_what_calls_take_beside_it_and_adds_up_to_what_they_say(desk: Admitting) -> None:
    proposal = desk.propose_form(per_year=900)
    assert sentences(desk, proposal)[1] == "", "nothing calls: there is nothing to say"
    row, row_name = called_on("Weekly round", TODAY, 2), Words("Weekly round", "Weekly round")
    admitted, calls = sentences(desk, proposal)
    own, most = numbers(admitted)
    more, both, same = numbers(calls)
    assert "(Weekly round)" in calls
    assert (both, same) == (pytest.approx(own + more, abs=1), most)
    calling = Calls("round", row_name, COUNTY, 2, policy().calls_per_household, 1.0, TODAY, row.last)
    weighed = fit(calling, TODAY, owner=Words("", ""), contest=Words("", ""), without=row.pk)
    theirs = next(one.words.en for one in weighed.verdict.because if "other calls of its days" in one.words.en)
    alone = duty_of(proposal).week_of(ground_of(COUNTY, TODAY).total_households())
    whole = int(re.findall(r"([\d,]+) minutes of work a week of", theirs)[0].replace(",", ""))
    assert whole == pytest.approx(both - alone, abs=2)


def test_the_fullest_week_ahead_is_told_and_that_it_is_over_the_ceiling(desk: Admitting) -> None:
    proposal = desk.propose_form()
    called_on("Small round", TODAY, 1)
    small = numbers(sentences(desk, proposal)[1])[0:1]
    called_on("Great round", TODAY + timedelta(days=30), 60)
    calls = sentences(desk, proposal)[1]
    assert "from Wed 2 Dec (Small round, Great round)" in calls
    assert numbers(calls)[0] > (small or [0])[0]
    assert "That is over the ceiling" in calls


def test_the_ceiling_judges_a_proposal_as_it_did(desk: Admitting) -> None:
    """What is told beside the sum changes no answer: calls come and go, and are judged with what is admitted."""
    called_on("Great round", TODAY, 60)
    decision = desk.decide(desk.reviewed(desk.propose_form()))
    assert decision.answer == "admit"


def test_of_fewer_than_five_workers_no_figure_stands_beside_either(
    desk: Admitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = desk.propose_form()
    called_on("Weekly round", TODAY, 2)
    held = replace(ceiling_policy(), least_workers=99)
    for where in ("gridcommons.collection.fitting", "gridcommons.load.admission.weighing"):
        monkeypatch.setattr(f"{where}.ceiling_policy", lambda: held)
    assert sentences(desk, proposal) == ("", "")
