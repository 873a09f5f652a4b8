"""Mediation: both consent by themselves, talk, agree, keep it; no mediator with an interest; destroyed in time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from gridcommons.access.scope import viewing
from gridcommons.cases.mediation.actions import (
    agree,
    ask_for_another,
    close,
    consent,
    draft,
    enter,
    forget,
    hand_over,
    invite,
    open_mediation,
    record_kept,
    record_paper,
    remind,
    request_mediation,
    set_meeting,
    step_back,
    take_on,
    tally,
    tell_kept,
)
from gridcommons.cases.mediation.keys import holder
from gridcommons.cases.mediation.models import Mediation, Meeting, Promise, Side
from gridcommons.cases.mediation.opening import NewMediation
from gridcommons.cases.mediation.policy import policy
from gridcommons.cases.mediation.queries import mediation_page, mediations, own_mediation, posted_figures
from gridcommons.cases.mediation.rules import Promised
from gridcommons.cases.mediation.tasks import JOB
from gridcommons.cases.models import Case
from gridcommons.kit.errors import Refusal
from gridcommons.matters.queries import current
from gridcommons.notices.queries import inbox
from gridcommons.people.contacts import Contact
from quiet_town import NAMES, OWN_B, PHONES, TOLD, Quiet, dispute, granted, joined, office, requested, talking
from town import AT, COUNTY, TOWNSHIP
from web.office_town import report, to_dispatched

LATER = AT + timedelta(days=1)
TEXT = "甲方于约定日期前拆除越界院墙，乙方补偿人工费300元。"
PROMISES = (Promised(date(2026, 11, 20), "a", "拆除越界院墙"), Promised(date(2026, 11, 25), "b", "支付300元"))


def _agreed(quiet: Quiet) -> tuple[object, str, str]:
    row, one, other = talking(quiet, LATER)
    draft(mediation_id=row, text=TEXT, promises=PROMISES, by=quiet.mediator, at=LATER)
    for code in (one, other):
        agree(mediation_id=row, version=1, by=holder(code), at=LATER)
    return row, one, other


def _page(quiet: Quiet, row: object) -> object:
    return mediation_page(mediation_id=row, viewer=quiet.mediator, at=LATER)


def test_from_the_request_to_a_kept_agreement(quiet: Quiet) -> None:
    row, one, other = _agreed(quiet)
    page = _page(quiet, row)
    assert (page.state, page.agreement, page.words) == ("agreed", TEXT, TOLD)
    assert page.court_until == LATER + timedelta(days=30)
    assert [side.name for side in page.sides] == list(NAMES)
    first, second = page.promises
    tell_kept(mediation_id=row, promise_id=first.id, kept=True, by=holder(other), at=LATER)
    record_kept(mediation_id=row, promise_id=second.id, kept=True, by=quiet.mediator, at=LATER)
    close(mediation_id=row, outcome="performed", by=quiet.mediator, at=LATER)
    own = own_mediation(code=one, viewer=holder(one), at=LATER)
    assert (own.state, own.outcome, [p.kept for p in own.promises]) == ("closed", "performed", [True, True])


def test_it_opens_only_when_both_consent_by_themselves(quiet: Quiet) -> None:
    made = requested(quiet)
    take_on(mediation_id=made.id, declared=True, by=quiet.mediator, at=LATER)
    consent(mediation_id=made.id, wants=True, by=holder(made.code), at=LATER)
    assert _page(quiet, made.id).state == "invited"
    with pytest.raises(Refusal) as refused:
        draft(mediation_id=made.id, text=TEXT, promises=(), by=quiet.mediator, at=LATER)
    assert refused.value.code == "mediation.wrong_state"
    with pytest.raises(Refusal):
        consent(mediation_id=made.id, wants=True, by=quiet.mediator, at=LATER)
    consent(mediation_id=made.id, wants=True, by=holder(joined(quiet, made)), at=LATER)
    assert _page(quiet, made.id).state == "talking"


def test_an_invitation_is_exchanged_once_and_opens_nothing_by_itself(quiet: Quiet) -> None:
    made = requested(quiet)
    take_on(mediation_id=made.id, declared=True, by=quiet.mediator, at=LATER)
    code = invite(mediation_id=made.id, letter="b", by=quiet.mediator, at=LATER).code
    with pytest.raises(Refusal):
        own_mediation(code=code, viewer=holder(code), at=LATER)
    enter(code=code, own_code=OWN_B, by=holder(code, OWN_B), at=LATER)
    for again in (lambda: enter(code=code, own_code="XXXX", by=holder(code, "XXXX"), at=LATER),
                  lambda: own_mediation(code=code, viewer=holder(code), at=LATER),
                  lambda: consent(mediation_id=made.id, wants=True, by=holder(code), at=LATER)):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            again()
        assert refused.value.code == "mediation.unknown"
    assert own_mediation(code=OWN_B, viewer=holder(OWN_B), at=LATER).me == "b"


def test_consent_on_paper_needs_a_second_person_and_is_undone_by_code(quiet: Quiet) -> None:
    made = requested(quiet)
    take_on(mediation_id=made.id, declared=True, by=quiet.mediator, at=LATER)
    facts = {"mediation_id": made.id, "letter": "b", "about": "consent", "by": quiet.mediator, "at": LATER}
    with pytest.raises(Refusal, match="in the presence of a second person"):
        record_paper(**facts, present=" ")
    record_paper(**facts, present="甲方和村民代表")
    consent(mediation_id=made.id, wants=True, by=holder(made.code), at=LATER)
    assert _page(quiet, made.id).state == "talking"
    consent(mediation_id=made.id, wants=False, by=holder(joined(quiet, made)), at=LATER)
    page = _page(quiet, made.id)
    assert (page.state, page.outcome, page.sides[1].consent) == ("closed", "withdrawn", "withdrawn")


def test_declining_ends_it_without_more(quiet: Quiet) -> None:
    made = requested(quiet)
    take_on(mediation_id=made.id, declared=True, by=quiet.mediator, at=LATER)
    consent(mediation_id=made.id, wants=False, by=holder(joined(quiet, made)), at=LATER)
    assert _page(quiet, made.id).outcome == "no_consent"


def test_a_changed_text_has_to_be_agreed_to_anew(quiet: Quiet) -> None:
    row, one, other = talking(quiet, LATER)
    draft(mediation_id=row, text=TEXT, promises=PROMISES, by=quiet.mediator, at=LATER)
    agree(mediation_id=row, version=1, by=holder(one), at=LATER)
    draft(mediation_id=row, text=TEXT + "乙方改为补偿500元。", promises=PROMISES[:1], by=quiet.mediator, at=LATER)
    with pytest.raises(Refusal, match="text of the agreement was changed"):
        agree(mediation_id=row, version=1, by=holder(other), at=LATER)
    agree(mediation_id=row, version=2, by=holder(other), at=LATER)
    page = _page(quiet, row)
    assert (page.state, [side.has_agreed for side in page.sides]) == ("talking", [False, True])
    assert len(page.promises) == 1


def test_the_mediator_declares_and_the_rest_of_the_office_sees_it_no_more(quiet: Quiet) -> None:
    made = requested(quiet)
    assert mediations(ended=False, viewer=quiet.other_mediator, at=LATER).total == 1
    with pytest.raises(Refusal) as refused:
        take_on(mediation_id=made.id, declared=False, by=quiet.mediator, at=LATER)
    assert refused.value.code == "mediation.not_declared"
    take_on(mediation_id=made.id, declared=True, by=quiet.mediator, at=LATER)
    assert mediations(ended=False, viewer=quiet.other_mediator, at=LATER).total == 0
    with pytest.raises(Refusal):
        mediation_page(mediation_id=made.id, viewer=quiet.other_mediator, at=LATER)


def test_a_party_gets_another_mediator_for_the_asking(quiet: Quiet) -> None:
    row, one, _other = talking(quiet, LATER)
    ask_for_another(mediation_id=row, by=holder(one), at=LATER)
    assert mediations(ended=False, viewer=quiet.mediator, at=LATER).total == 0
    take_on(mediation_id=row, declared=True, by=quiet.other_mediator, at=LATER)
    page = mediation_page(mediation_id=row, viewer=quiet.other_mediator, at=LATER)
    assert (page.state, [side.consent for side in page.sides]) == ("invited", ["", ""])


def test_a_mediator_who_stands_back_sees_it_no_more(quiet: Quiet) -> None:
    row, _one, _other = talking(quiet, LATER)
    step_back(mediation_id=row, by=quiet.mediator, at=LATER)
    remind(today=LATER.date(), by=JOB, at=LATER)
    assert mediations(ended=False, viewer=quiet.mediator, at=LATER).total == 0
    assert mediations(ended=False, viewer=quiet.other_mediator, at=LATER).total == 1


def test_only_the_parties_agree_and_tell(quiet: Quiet) -> None:
    row, _one, _other = _agreed(quiet)
    promise = _page(quiet, row).promises[0].id
    for viewer in (quiet.mediator, quiet.resident, quiet.public):
        with pytest.raises(Refusal):
            tell_kept(mediation_id=row, promise_id=promise, kept=True, by=viewer, at=LATER)


def test_an_outcome_fits_how_things_stand(quiet: Quiet) -> None:
    row, _one, _other = talking(quiet, LATER)
    with pytest.raises(Refusal) as refused:
        close(mediation_id=row, outcome="performed", by=quiet.mediator, at=LATER)
    assert refused.value.code == "mediation.bad_outcome"


def test_names_contacts_and_notes_go_to_whom_they_belong(quiet: Quiet) -> None:
    row, one, other = talking(quiet, LATER)
    set_meeting(
        mediation_id=row, when=LATER, where="村委会二楼", note="甲方血压高，慢慢谈", by=quiet.mediator, at=LATER
    )
    seen = str(own_mediation(code=one, viewer=holder(one), at=LATER))
    assert "村委会二楼" in seen
    assert NAMES[1] in seen
    assert "血压" not in seen
    assert not [phone for phone in PHONES if phone in seen]
    assert TOLD not in str(own_mediation(code=other, viewer=holder(other), at=LATER)), "the other's words are not shown"
    assert _page(quiet, row).sides[1].contact.phone == PHONES[1]


def test_what_is_missing_is_said_at_once(quiet: Quiet) -> None:
    new = NewMediation("politics", "", (Contact(), Contact(name="乙")))
    with pytest.raises(Refusal) as refused:
        request_mediation(new=new, by=quiet.public, at=AT)
    codes = [reason.code for reason in refused.value.reasons]
    assert codes == ["mediation.no_subject", "mediation.no_place", "mediation.no_name"]


def test_a_dispute_is_handed_over_and_the_case_says_no_more(quiet: Quiet) -> None:
    case = report(quiet.town, matter_key="dispute_mediation", text="隔壁吵架")
    to_dispatched(quiet.town, case.case_id)
    from gridcommons.cases.actions import accept
    from gridcommons.cases.actions import close as close_case

    accept(case_id=case.case_id, by=quiet.handler, at=LATER)
    with pytest.raises(Refusal) as refused:
        hand_over(case_id=case.case_id, new=dispute(), told=False, by=quiet.handler, at=LATER)
    assert refused.value.code == "mediation.not_told"
    made = hand_over(case_id=case.case_id, new=dispute(), told=True, by=quiet.handler, at=LATER)
    assert mediations(ended=False, viewer=quiet.mediator, at=LATER).total == 1
    was_handler = granted(quiet.handler, "mediator", TOWNSHIP, "mediation")
    assert mediations(ended=False, viewer=was_handler, at=LATER).total == 0, "who handled the case never mediates it"
    close_case(case_id=case.case_id, check="已转调解", by=quiet.second_supervisor, at=LATER)
    with viewing(quiet.supervisor, LATER):
        found = Case.objects.get(pk=case.case_id)
        assert found.state == "closed"
        assert str(made.pk) not in str(list(Case.objects.filter(pk=case.case_id).values()))


def test_another_matter_is_not_handed_over(quiet: Quiet) -> None:
    case = report(quiet.town)
    to_dispatched(quiet.town, case.case_id)
    with pytest.raises(Refusal) as refused:
        hand_over(case_id=case.case_id, new=dispute(), told=True, by=quiet.handler, at=LATER)
    assert refused.value.code == "mediation.wrong_matter"


def test_a_mediator_opens_at_the_desk_for_their_own_office_alone(quiet: Quiet) -> None:
    own, other = office(TOWNSHIP, "mediation").id, office(COUNTY, "mediation").id
    made = open_mediation(new=dispute(), office_id=own, declared=True, by=quiet.mediator, at=AT)
    assert _page(quiet, made.pk).state == "invited"
    with pytest.raises(Refusal):
        open_mediation(new=dispute(), office_id=other, declared=True, by=quiet.mediator, at=AT)
    with pytest.raises(Refusal):
        open_mediation(new=dispute(), office_id=own, declared=False, by=quiet.mediator, at=AT)


def test_reminders_are_neutral_and_come_once(quiet: Quiet) -> None:
    _agreed(quiet)
    due = date(2026, 11, 20)
    assert len(remind(today=due, by=JOB, at=LATER)) == 1
    assert remind(today=due, by=JOB, at=LATER) == []
    told = inbox(viewer=quiet.mediator, language="zh-hans", at=LATER)
    assert "您承接的一件调解到了约定的回访日期。" in [one.text for one in told]
    assert not [one for one in told for word in (*NAMES, TOLD, "邻里") if word in one.text]


def test_everything_is_destroyed_in_time(quiet: Quiet) -> None:
    row, _one, _other = _agreed(quiet)
    close(mediation_id=row, outcome="not_performed", by=quiet.mediator, at=LATER)
    declined = requested(quiet)
    consent(mediation_id=declined.id, wants=False, by=holder(declined.code), at=LATER)
    assert tally(today=date(2027, 1, 1), by=JOB, at=LATER) > 0
    assert {one.mark for one in posted_figures(COUNTY)} == {"few", "withheld"}
    assert forget(by=JOB, at=LATER + policy().kept_untalked) == 1
    assert forget(by=JOB, at=LATER + policy().kept) == 1
    with viewing(JOB, LATER):
        for model in (Mediation, Side, Meeting, Promise):
            assert not model.objects.exists()


def test_what_ended_early_is_counted_though_its_words_are_gone(quiet: Quiet) -> None:
    for _n in range(12):
        made = requested(quiet)
        consent(mediation_id=made.id, wants=False, by=holder(made.code), at=LATER)
    due = LATER + policy().kept_untalked
    assert forget(by=JOB, at=due) == 12
    assert forget(by=JOB, at=due) == 0
    with viewing(JOB, due):
        assert not Side.objects.exists()
        left = list(Mediation.objects.all())
        assert [(row.parties, row.words_sealed, row.mediator) for row in left] == [
            (["program:mediation"], None, "")
        ] * 12
    assert mediations(ended=True, viewer=quiet.mediator, at=due).total == 0
    after = datetime(2027, 1, 1, 4, tzinfo=UTC)
    assert tally(today=after.date(), by=JOB, at=after) > 0
    assert {one.about: one.n for one in posted_figures(COUNTY)}["all"] == 12
    forget(by=JOB, at=after)
    with viewing(JOB, after):
        assert not Mediation.objects.exists(), "with the quarter posted nothing of them stays"


def test_the_minutes_of_a_mediation_are_those_of_the_list() -> None:
    assert sum(policy().minutes.values()) == 128


def test_the_list_of_matters_says_the_same_minutes(quiet: Quiet) -> None:
    assert {current().get(key).minutes for key in policy().matters} == {sum(policy().minutes.values())}
