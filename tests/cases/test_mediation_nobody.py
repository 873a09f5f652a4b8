"""A mediation that nobody can take on or goes on with: refused, handed back, moved a level up, or ended and told."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from gridcommons.access.identify import program
from gridcommons.access.joining.actions import leave
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import accept
from gridcommons.cases.mediation.actions import (
    agree,
    ask_for_another,
    close,
    consent,
    draft,
    forget,
    hand_over,
    record_kept,
    remind,
    take_on,
)
from gridcommons.cases.mediation.keys import holder
from gridcommons.cases.mediation.models import Mediation, Promise, Side
from gridcommons.cases.mediation.policy import policy
from gridcommons.cases.mediation.queries import mediation_page, mediations, own_mediation
from gridcommons.cases.mediation.rules import Promised
from gridcommons.cases.mediation.tasks import JOB
from gridcommons.cases.models import Case
from gridcommons.kit.errors import Refusal
from gridcommons.notices.models import Notice
from quiet_town import Quiet, dispute, independent, requested, talking
from town import AT, COUNTY
from web.office_town import report, to_dispatched

DUE = date(2026, 11, 20)
PROMISES = (Promised(DUE, "a", "拆除越界院墙"),)


def gone(*who: Viewer) -> None:
    for one in who:
        assert one.user_id is not None
        leave(user_id=one.user_id, reason="离职", by=program("test"), at=AT)


def job(at: datetime = AT) -> int:
    return len(remind(today=at.date(), by=JOB, at=at))


def on_desk(viewer: Viewer, at: datetime = AT) -> int:
    return mediations(ended=False, viewer=viewer, at=at).total


def told(to: str, at: datetime = AT) -> list[str]:
    with viewing(program("test"), at):
        rows = Notice.objects.filter(to__startswith=to, text_key__startswith="mediation.").order_by("created_at")
        return list(rows.values_list("text_key", flat=True))


def agreed(quiet: Quiet) -> tuple[UUID, str]:
    row, one, other = talking(quiet, AT)
    draft(mediation_id=row, text="拆除越界院墙", promises=PROMISES, by=quiet.mediator, at=AT)
    for code in (one, other):
        agree(mediation_id=row, version=1, by=holder(code), at=AT)
    return row, one


def test_where_nobody_mediates_it_is_refused_and_nothing_is_kept(quiet: Quiet) -> None:
    gone(quiet.mediator, quiet.other_mediator)
    with pytest.raises(Refusal) as no:
        requested(quiet)
    assert (no.value.code, "12348" in no.value.words().zh) == ("mediation.no_office", True)
    later = AT + timedelta(days=1)
    case = report(quiet.town, matter_key="dispute_mediation", text="隔壁吵架")
    to_dispatched(quiet.town, case.case_id)
    accept(case_id=case.case_id, by=quiet.handler, at=later)
    with pytest.raises(Refusal) as handed:
        hand_over(case_id=case.case_id, new=dispute(), told=True, by=quiet.handler, at=later)
    assert handed.value.code == "mediation.no_office"
    with viewing(JOB, AT):
        assert not Side.objects.exists()
    with viewing(quiet.supervisor, later):
        assert Case.objects.get(pk=case.case_id).state == "handling", "the case stays in hand"


def test_it_goes_to_the_county_where_the_township_has_nobody(quiet: Quiet) -> None:
    county = independent("county_mediator", "mediator", COUNTY, "mediation")
    gone(quiet.mediator, quiet.other_mediator)
    requested(quiet)
    assert (on_desk(county), told(county.key)) == (1, ["mediation.to_take"])


def test_a_request_whose_mediators_leave_moves_up(quiet: Quiet) -> None:
    requested(quiet)
    county = independent("county_mediator", "mediator", COUNTY, "mediation")
    assert (job(), on_desk(county)) == (0, 0)
    gone(quiet.mediator, quiet.other_mediator)
    assert (job(), job()) == (1, 0), "once"
    assert (on_desk(county), told(county.key)) == (1, ["mediation.to_take"])


def test_when_every_mediator_was_objected_to_it_ends_and_both_parties_are_told(quiet: Quiet) -> None:
    row, one, other = talking(quiet, AT)
    ask_for_another(mediation_id=row, by=holder(one), at=AT)
    take_on(mediation_id=row, declared=True, by=quiet.other_mediator, at=AT)
    ask_for_another(mediation_id=row, by=holder(one), at=AT)
    for code in (one, other):
        page = own_mediation(code=code, viewer=holder(code), at=AT)
        assert (page.state, page.outcome) == ("closed", "not_taken")
    assert told("contact:") == ["mediation.ended"] * 2
    assert [mediations(ended=True, viewer=v, at=AT).total for v in (quiet.mediator, quiet.other_mediator)] == [0, 0]
    assert forget(by=JOB, at=AT + policy().kept) == 1


def test_what_a_leaving_mediator_had_goes_back_and_consent_is_asked_anew(quiet: Quiet) -> None:
    row, one, _other = talking(quiet, AT)
    gone(quiet.mediator)
    assert (on_desk(quiet.other_mediator), job()) == (0, 1)
    assert (on_desk(quiet.other_mediator), told(quiet.other_mediator.key)[-1]) == (1, "mediation.to_take")
    take_on(mediation_id=row, declared=True, by=quiet.other_mediator, at=AT)
    page = own_mediation(code=one, viewer=holder(one), at=AT)
    assert (page.state, [side.consent for side in page.sides]) == ("invited", ["", ""])


def test_an_agreement_stays_agreed_and_another_mediator_follows_it_up(quiet: Quiet) -> None:
    row, one = agreed(quiet)
    with pytest.raises(Refusal):
        take_on(mediation_id=row, declared=True, by=quiet.mediator, at=AT)
    gone(quiet.mediator)
    due = AT + (DUE - AT.date())
    job(due)
    assert "mediation.due" not in told(quiet.mediator.key, due), "nobody is reminded who is gone"
    waiting = mediation_page(mediation_id=row, viewer=quiet.other_mediator, at=due)
    assert (waiting.state, waiting.agreement, waiting.promises) == ("agreed", "", ()), "before the declaration"
    take_on(mediation_id=row, declared=True, by=quiet.other_mediator, at=due)
    job(due)
    assert "mediation.due" in told(quiet.other_mediator.key, due)
    with viewing(JOB, due):
        promise = Promise.objects.get().pk
    record_kept(mediation_id=row, promise_id=promise, kept=True, by=quiet.other_mediator, at=due)
    close(mediation_id=row, outcome="performed", by=quiet.other_mediator, at=due)
    assert own_mediation(code=one, viewer=holder(one), at=due).outcome == "performed"


def test_what_nobody_took_on_ends_by_its_term_and_is_destroyed(quiet: Quiet) -> None:
    made = requested(quiet)
    ends = AT + policy().waiting
    assert job(ends - timedelta(hours=1)) == 0
    assert job(ends) == 1
    page = own_mediation(code=made.code, viewer=holder(made.code), at=ends)
    assert (page.state, page.outcome) == ("closed", "not_taken")
    assert sorted(told("contact:", ends)) == ["mediation.ended", "mediation.not_taken"], "who has a code looks by it"
    assert forget(by=JOB, at=ends + policy().kept_untalked) == 1
    with viewing(JOB, ends):
        assert not Side.objects.exists()


def test_what_stands_without_a_step_ends_but_not_before_its_last_promised_day(quiet: Quiet) -> None:
    row, _one = agreed(quiet)
    gone(quiet.mediator, quiet.other_mediator)
    job()
    last = datetime(2026, 11, 20, 4, tzinfo=AT.tzinfo)
    assert job(AT + policy().quiet) == 0
    ends = last + policy().quiet
    assert job(ends) == 1
    with viewing(JOB, ends):
        assert Mediation.objects.get(pk=row).outcome == "not_ended"
    assert told("contact:", ends) == ["mediation.ended"] * 2


def test_a_step_puts_the_end_off(quiet: Quiet) -> None:
    row, one, _other = talking(quiet, AT)
    later = AT + timedelta(days=300)
    consent(mediation_id=row, wants=True, by=holder(one), at=later)
    assert job(AT + policy().quiet) == 0
    assert job(later + policy().quiet) == 1
    with viewing(JOB, later):
        assert Mediation.objects.get(pk=row).outcome == "not_ended"
