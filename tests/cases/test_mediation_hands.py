"""Mediation that changes hands: what the next mediator may not read, and a code made anew that nobody can hide."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from gridcommons.access.identify import program
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.mediation.actions import (
    agree,
    ask_for_another,
    consent,
    draft,
    enter,
    invite,
    record_paper,
    set_meeting,
    step_back,
    take_on,
)
from gridcommons.cases.mediation.keys import holder
from gridcommons.cases.mediation.models import Meeting
from gridcommons.cases.mediation.queries import Page, is_invitation, mediation_page, own_mediation
from gridcommons.cases.mediation.rules import Promised
from gridcommons.cases.mediation.tasks import JOB, remember
from gridcommons.kit.errors import Refusal
from gridcommons.notices.models import Notice
from gridcommons.people.models import ReporterContact
from gridcommons.web.mediation_words import agreed_words, consent_words
from quiet_town import NAMES, PHONES, TOLD, Quiet, joined, requested
from quiet_town import talking as both_talking
from town import AT

LATER = AT + timedelta(days=1)
NOTE, TEXT = "甲方私下说愿让步两千", "甲方拆除越界院墙，乙方补偿人工费三百元。"
PROMISES = (Promised(date(2026, 11, 20), "a", "拆除越界院墙"),)


def talking(quiet: Quiet) -> tuple[UUID, str, str]:
    """A mediation with a note and a text to which the first party agreed; both parties' codes."""
    row, one, other = both_talking(quiet, LATER)
    set_meeting(mediation_id=row, when=LATER, where="调解室", note=NOTE, by=quiet.mediator, at=LATER)
    draft(mediation_id=row, text=TEXT, promises=PROMISES, by=quiet.mediator, at=LATER)
    agree(mediation_id=row, version=1, by=holder(one), at=LATER)
    return row, one, other


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


def played(quiet: Quiet, row: UUID, letter: str, own: str) -> None:
    """The mediator makes a party's code anew and enters with it in the party's stead."""
    code = invite(mediation_id=row, letter=letter, by=quiet.mediator, at=LATER).code
    enter(code=code, own_code=own, by=holder(code, own), at=LATER)


def test_a_code_made_anew_voids_what_was_said_by_the_one_before(quiet: Quiet) -> None:
    row, _one, other = talking(quiet)
    agree_again = {"mediation_id": row, "version": 1, "by": holder("CCCC-CCCC-CCCC"), "at": LATER}
    played(quiet, row, "a", "CCCC-CCCC-CCCC")
    page = own_mediation(code=other, viewer=holder(other), at=LATER)
    first = page.sides[0]
    assert (page.state, first.consent, first.has_agreed, first.replaced_at) == ("invited", "", False, LATER)
    assert page.sides[1].consent == "given", "of the other side nothing is void"
    with pytest.raises(Refusal) as refused:
        agree(**agree_again)
    assert refused.value.code == "mediation.wrong_state"
    consent(mediation_id=row, wants=True, by=holder("CCCC-CCCC-CCCC"), at=LATER)
    agree(**agree_again)
    first = own_mediation(code=other, viewer=holder(other), at=LATER).sides[0]
    assert consent_words(first).zh == "同意调解（凭调解员换发的查询码）"
    assert agreed_words(first).en == "agrees to the text (by a code that the mediator made anew)"


@pytest.mark.parametrize("read", [own_mediation, is_invitation])
def test_the_code_before_says_that_it_was_replaced(quiet: Quiet, read: object) -> None:
    row, one, _other = talking(quiet)
    played(quiet, row, "a", "CCCC-CCCC-CCCC")
    with pytest.raises(Refusal) as refused:
        read(code=one, viewer=holder(one), at=LATER)
    assert refused.value.code == "mediation.replaced"
    assert "11月" in refused.value.words().zh
    with pytest.raises(Refusal) as refused:
        read(code="ZZZZ-ZZZZ-ZZZZ", viewer=holder("ZZZZ-ZZZZ-ZZZZ"), at=LATER)
    assert refused.value.code == "mediation.unknown"


def test_the_party_is_told_in_neutral_words_where_it_left_a_contact(quiet: Quiet) -> None:
    row, _one, _other = talking(quiet)
    with viewing(program("notices"), LATER):
        assert not Notice.objects.filter(text_key="mediation.replaced").exists(), "a first invitation replaces nothing"
    invite(mediation_id=row, letter="b", by=quiet.mediator, at=LATER)
    with viewing(program("notices"), LATER):
        (told,) = Notice.objects.filter(text_key="mediation.replaced")
        assert (told.channel, told.private, told.facts, told.area_code) == ("sms", True, {}, "")
        kept = ReporterContact.objects.get(pk=told.to.removeprefix("contact:"))
        assert (kept.area_code, kept.parties, kept.forget_at) == ("", [], LATER + timedelta(days=30))
    for viewer in (quiet.mediator, quiet.other_mediator, quiet.county_officer, quiet.supervisor):
        with viewing(viewer, LATER):
            assert not Notice.objects.filter(text_key="mediation.replaced").exists()
            assert not ReporterContact.objects.filter(pk=kept.pk).exists()


def test_an_agreement_of_both_is_undone_by_no_code(quiet: Quiet) -> None:
    row, one, other = talking(quiet)
    agree(mediation_id=row, version=1, by=holder(other), at=LATER)
    at = LATER + timedelta(days=1)
    invite(mediation_id=row, letter="b", by=quiet.mediator, at=at)
    page = own_mediation(code=one, viewer=holder(one), at=at)
    assert (page.state, page.sides[1].has_agreed, page.sides[1].replaced_at) == ("agreed", True, at)
    assert agreed_words(page.sides[1]).zh == "同意文本（本人凭查询码）"


def test_a_consent_on_paper_stands_when_the_party_first_gets_a_code(quiet: Quiet) -> None:
    made = requested(quiet)
    take_on(mediation_id=made.id, declared=True, by=quiet.mediator, at=LATER)
    record_paper(mediation_id=made.id, letter="b", about="consent", present="村民代表", by=quiet.mediator, at=LATER)
    joined(quiet, made)
    side = page_of(made.id, quiet.mediator).sides[1]
    assert (side.consent, side.consent_how, side.replaced_at) == ("given", "paper", None)
