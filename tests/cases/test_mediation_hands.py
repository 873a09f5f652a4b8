"""Mediation that changes hands: what the next mediator may not read, and a code made anew that nobody can hide."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.mediation.actions import (
    agree,
    ask_for_another,
    consent,
    draft,
    set_meeting,
    step_back,
    take_on,
)
from gridcommons.cases.mediation.keys import holder
from gridcommons.cases.mediation.models import Meeting
from gridcommons.cases.mediation.queries import Page, mediation_page, own_mediation
from gridcommons.cases.mediation.rules import Promised
from gridcommons.cases.mediation.tasks import JOB, remember
from quiet_town import NAMES, PHONES, TOLD, Quiet, joined, quieten, requested
from town import AT, Town

LATER = AT + timedelta(days=1)
NOTE, TEXT = "甲方私下说愿让步两千", "甲方拆除越界院墙，乙方补偿人工费三百元。"
PROMISES = (Promised(date(2026, 11, 20), "a", "拆除越界院墙"),)


@pytest.fixture
def quiet(town: Town) -> Quiet:
    return quieten(town)


def talking(quiet: Quiet) -> tuple[UUID, str, str]:
    """A mediation with a note and a text to which the first party agreed; both parties' codes."""
    made = requested(quiet)
    take_on(mediation_id=made.id, declared=True, by=quiet.mediator, at=LATER)
    other = joined(quiet, made)
    for code in (made.code, other):
        consent(mediation_id=made.id, wants=True, by=holder(code), at=LATER)
    set_meeting(mediation_id=made.id, when=LATER, where="调解室", note=NOTE, by=quiet.mediator, at=LATER)
    draft(mediation_id=made.id, text=TEXT, promises=PROMISES, by=quiet.mediator, at=LATER)
    agree(mediation_id=made.id, version=1, by=holder(made.code), at=LATER)
    return made.id, made.code, other


def page_of(row: UUID, viewer: Viewer) -> Page:
    """The mediation as somebody of the office reads it."""
    return mediation_page(mediation_id=row, viewer=viewer, at=LATER)


def given_back(quiet: Quiet, row: UUID, how: str, by: str) -> None:
    """Handed back by a party's wish or by the mediator's own."""
    if how == "asked":
        ask_for_another(mediation_id=row, by=holder(by), at=LATER)
    else:
        step_back(mediation_id=row, by=quiet.mediator, at=LATER)
        remember(int(LATER.timestamp()))


@pytest.mark.parametrize("how", ["asked", "stood back"])
def test_what_waits_shows_the_office_names_and_kind_alone(quiet: Quiet, how: str) -> None:
    row, _one, other = talking(quiet)
    given_back(quiet, row, how, other)
    page = page_of(row, quiet.other_mediator)
    assert ([side.name for side in page.sides], page.subject) == (list(NAMES), "neighbours")
    assert (page.version, page.meetings, page.promises, page.words) == (0, (), (), "")
    assert not [secret for secret in (NOTE, TEXT, TOLD, *PHONES, PROMISES[0].what) if secret in str(page)]


def test_a_fresh_one_shows_neither_words_nor_contacts_before_it_is_taken_on(quiet: Quiet) -> None:
    made = requested(quiet)
    seen = str(page_of(made.id, quiet.mediator))
    assert not [secret for secret in (TOLD, *PHONES) if secret in seen]
    take_on(mediation_id=made.id, declared=True, by=quiet.mediator, at=LATER)
    seen = str(page_of(made.id, quiet.mediator))
    assert TOLD in seen
    assert PHONES[1] in seen


def test_the_next_mediator_never_reads_the_notes_of_the_one_before(quiet: Quiet) -> None:
    row, _one, other = talking(quiet)
    assert [one.note for one in page_of(row, quiet.mediator).meetings] == [NOTE]
    given_back(quiet, row, "asked", other)
    take_on(mediation_id=row, declared=True, by=quiet.other_mediator, at=LATER)
    page = page_of(row, quiet.other_mediator)
    assert [(one.place, one.note) for one in page.meetings] == [("调解室", "")]
    with viewing(JOB, LATER):
        assert not Meeting.objects.exclude(note_sealed=None).exists(), "what nobody may read is not kept"


def test_a_yes_under_one_mediator_is_no_yes_under_the_next(quiet: Quiet) -> None:
    row, one, other = talking(quiet)
    given_back(quiet, row, "asked", other)
    take_on(mediation_id=row, declared=True, by=quiet.other_mediator, at=LATER)
    for code in (one, other):
        consent(mediation_id=row, wants=True, by=holder(code), at=LATER)
    agree(mediation_id=row, version=1, by=holder(other), at=LATER)
    assert page_of(row, quiet.other_mediator).state == "talking"
    assert [side.has_agreed for side in own_mediation(code=one, viewer=holder(one), at=LATER).sides] == [False, True]
