"""Forms in use and minutes of a week: each page says which of them it counts, and the pages add up to one another."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from collection.workbooks import xlsform
from gridcommons.collection.forms.actions import Draft, close_form, draft_form, publish_form
from gridcommons.kit.words import Words
from load.admitting import NOW, ROWS, SETUP, Admitting, admitting
from town import AT, COUNTY, Town
from web.office_town import client_of, stop_clock, text_of

TODAY = AT.date()


@pytest.fixture(scope="module")
def standing_desk(standing_town: Town) -> Admitting:
    return Admitting({**standing_town.cast, **admitting().cast})


@pytest.fixture
def desk(standing_desk: Admitting, db: None, monkeypatch: pytest.MonkeyPatch) -> Admitting:
    stop_clock(monkeypatch)
    return standing_desk


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
