"""Admission from the proposal to the list: who may do what, what is refused, what each decision changes."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from gridcommons.access.scope import viewing
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.load.admission.actions import amend, decide, review, withdraw
from gridcommons.load.admission.models import Proposal, Review
from gridcommons.load.admission.queries import entry_of, history_of, is_form_admitted
from gridcommons.matters.actions import admit, publish
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.matters.linting.knowing import KnownFact
from gridcommons.matters.queries import current, require_taken
from gridcommons.matters.rules import require_admitted
from load.admitting import ENTRY, NOW, UNTIL, Admitting, admitting
from town import GRID, OTHER_TOWNSHIP, TOWNSHIP, Town

TODAY = NOW.date()
LATER = NOW + timedelta(hours=1)


@pytest.fixture(scope="module")
def standing_desk(standing_town: Town) -> Admitting:
    assert standing_town
    return admitting()


@pytest.fixture
def desk(standing_desk: Admitting, db: None) -> Admitting:
    return standing_desk


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def test_a_matter_comes_into_the_list_by_three_reviews_and_a_decision(desk: Admitting) -> None:
    proposal = desk.propose()
    assert "fire_lanes" not in current()
    decided = desk.decide(desk.reviewed(proposal))
    matter = current().get("fire_lanes")
    assert (matter.name.zh, matter.review_date, matter.group.key) == ("消防通道检查", UNTIL, "county_own")
    assert require_admitted(matter_key="fire_lanes", on=TODAY, catalogue=current()).key == "fire_lanes"
    assert decided.verdict["answer"] == "yes"
    assert [step.what for step in entry_of(proposal.pk).steps] == [
        "proposed", "law:agrees", "staff_council:agrees", "data_protection:agrees", "admit",
    ]  # fmt: skip
    assert [one.proposal.pk for one in history_of("fire_lanes")] == [proposal.pk]


def test_nobody_decides_before_all_three_desks(desk: Admitting) -> None:
    proposal = desk.propose()
    review(proposal_id=proposal.pk, desk="law", answer="agrees", by=desk.law, at=NOW)
    with pytest.raises(Refusal) as refused:
        desk.decide(proposal)
    assert code_of(refused) == ["admission.reviews_missing"]
    assert "staff council, data protection" in str(refused.value)


def test_an_objection_holds_until_the_next_edition(desk: Admitting) -> None:
    proposal = desk.propose()
    for one in ("law", "data_protection"):
        review(proposal_id=proposal.pk, desk=one, answer="agrees", by=desk.cast[one], at=NOW)
    with pytest.raises(Refusal) as refused:
        review(proposal_id=proposal.pk, desk="staff_council", answer="objects", by=desk.staff_council, at=NOW)
    assert code_of(refused) == ["admission.no_reason"]
    review(proposal_id=proposal.pk, desk="staff_council", answer="objects", said="太多", by=desk.staff_council, at=NOW)
    with pytest.raises(Refusal) as refused:
        desk.decide(proposal)
    assert code_of(refused) == ["admission.objected"]
    amend(proposal_id=proposal.pk, per_year=50, reason="减半", by=desk.colleague, at=LATER)
    with pytest.raises(Refusal) as refused:
        desk.decide(proposal)
    assert code_of(refused) == ["admission.reviews_missing"]
    desk.decide(desk.reviewed(proposal))
    assert Proposal.objects.get(pk=proposal.pk).per_year == 50


def test_who_is_too_near_neither_reviews_nor_decides(desk: Admitting) -> None:
    proposal = desk.propose()
    for one, desk_name, code in (
        ("own_law", "law", "admission.same_office"), ("staff_council", "law", "admission.desk_not_held"),
        ("law", "data_protection", "admission.desk_not_held"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            review(proposal_id=proposal.pk, desk=desk_name, answer="agrees", by=desk.cast[one], at=NOW)
        assert code_of(refused) == [code]
    review(proposal_id=proposal.pk, desk="law", answer="agrees", by=desk.law, at=NOW)
    with pytest.raises(Refusal) as refused:
        review(proposal_id=proposal.pk, desk="law", answer="agrees", by=desk.second_law, at=NOW)
    assert code_of(refused) == ["admission.reviewed_already"]
    with pytest.raises(Refusal) as refused:
        desk.decide(proposal, by=desk.own_decider)
    assert "admission.same_office" in code_of(refused)


def test_others_may_not_propose_review_or_decide(desk: Admitting, town: Town) -> None:
    proposal = desk.propose()
    for stranger in (town.stranger, town.public, town.worker, town.county_officer, desk.law):
        with pytest.raises(Refusal) as refused:
            decide(proposal_id=proposal.pk, answer="refuse", reason="无", by=stranger, at=NOW)
        assert refused.value.status in (403, 404)
    for stranger in (town.stranger, town.public, town.county_officer, desk.decider):
        with pytest.raises(Refusal) as refused:
            amend(proposal_id=proposal.pk, per_year=1, reason="无", by=stranger, at=NOW)
        assert refused.value.status in (403, 404)
    with pytest.raises(Refusal) as refused:
        withdraw(proposal_id=proposal.pk, reason="无", by=desk.other_officer, at=NOW)
    assert refused.value.code == "admission.unknown"
    with pytest.raises(Refusal) as refused:
        review(proposal_id=uuid4(), desk="law", answer="agrees", by=desk.law, at=NOW)
    assert refused.value.code == "admission.unknown"


def test_a_trial_holds_in_one_township_to_its_day_then_everywhere(desk: Admitting) -> None:
    proposal = desk.reviewed(desk.propose())
    for until in (None, TODAY, TODAY + timedelta(days=181)):
        with pytest.raises(Refusal) as refused:
            desk.decide(proposal, "pilot", until, pilot_area=OTHER_TOWNSHIP)
        assert code_of(refused) == ["admission.no_end"]
    with pytest.raises(Refusal) as refused:
        desk.decide(proposal, "pilot", date(2027, 1, 31), pilot_area="331100001")
    assert code_of(refused) == ["admission.pilot_area"]
    desk.decide(proposal, "pilot", date(2027, 1, 31), pilot_area=OTHER_TOWNSHIP)
    matter = current().get("fire_lanes")
    assert matter.review_date == date(2027, 1, 31)
    require_taken(matter, OTHER_TOWNSHIP, TODAY)
    with pytest.raises(Refusal):
        require_taken(matter, TOWNSHIP, TODAY)
    desk.decide(proposal, "admit", UNTIL, at=NOW + timedelta(days=30))
    require_taken(current().get("fire_lanes"), TOWNSHIP, TODAY + timedelta(days=31))


def test_what_ends_takes_nothing_new_and_stays_in_the_list(desk: Admitting) -> None:
    proposal = desk.reviewed(desk.propose())
    desk.decide(proposal)
    later = NOW + timedelta(days=20)
    with pytest.raises(Refusal) as refused:
        desk.decide(proposal, "end", None, at=later)
    assert code_of(refused) == ["admission.no_reason"]
    desk.decide(proposal, "end", None, reason="不再需要", at=later)
    with pytest.raises(Refusal) as refused:
        require_admitted(matter_key="fire_lanes", on=later.date(), catalogue=current())
    assert code_of(refused) == ["matter.retired"]
    assert Proposal.objects.get(pk=proposal.pk).state == "ended"


def test_refusing_needs_its_reasons_and_leaves_the_list_alone(desk: Admitting) -> None:
    proposal, before = desk.propose(), current().version
    with pytest.raises(Refusal) as refused:
        desk.decide(proposal, "refuse", None)
    assert code_of(refused) == ["admission.no_reason"]
    desk.decide(proposal, "refuse", None, reason="已有同类事项")
    assert current().version == before
    assert entry_of(proposal.pk).steps[-1].said == "已有同类事项"
    with pytest.raises(Refusal) as refused:
        desk.decide(proposal, "admit")
    assert "admission.not_now" in code_of(refused)


def test_a_withdrawn_proposal_keeps_its_reasons(desk: Admitting) -> None:
    proposal = desk.propose()
    withdraw(proposal_id=proposal.pk, reason="改为宣传", by=desk.colleague, at=LATER)
    assert [(step.what, step.said) for step in entry_of(proposal.pk).steps] == [
        ("proposed", "去年有三起火灾受阻"), ("withdraw", "改为宣传"),
    ]  # fmt: skip
    desk.propose()


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"owner": "nobody"}, "matter.department_unknown"),
        ({"purpose": {"zh": "", "en": ""}}, "matter.entry_incomplete"),
        ({"name": {"zh": "登记宗教信仰", "en": "Check"}}, "matter.word_barred"),
        ({"name": {"zh": "广场舞", "en": "Square dance"}}, "matter.vitality_admitted"),
        ({"review_date": "2026-11-01"}, "matter.dates_wrong"),
        ({"minutes": 0}, "matter.entry_wrong"), ({"place": "home", "public": True}, "matter.home_public"),
    ],
)  # fmt: skip
def test_a_matter_that_the_list_would_refuse_is_refused(desk: Admitting, entry: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        desk.propose(**entry)
    assert code in code_of(refused), code_of(refused)


def test_a_key_is_used_once(desk: Admitting) -> None:
    desk.propose()
    for key in ("fire_lanes", "contact_data"):
        with pytest.raises(Refusal) as refused:
            desk.propose(key=key)
        assert code_of(refused) == ["admission.taken"]


def test_a_form_is_kept_whole_and_may_be_used_once_admitted(desk: Admitting) -> None:
    proposal = desk.propose_form()
    kept = Proposal.objects.get(pk=proposal.pk)
    assert bytes(kept.workbook).startswith(b"PK")
    assert [one["name"] for one in kept.questions] == ["stairs_lit", "remark"]
    assert kept.minutes > 0
    assert not is_form_admitted("fire_visit", GRID, TODAY)
    desk.decide(desk.reviewed(proposal))
    assert is_form_admitted("fire_visit", GRID, TODAY)
    assert not is_form_admitted("fire_visit", GRID, UNTIL + timedelta(days=1))
    assert not is_form_admitted("fire_visit", "330102001001001", TODAY)


def test_a_form_needs_an_admitted_matter_behind_it(desk: Admitting) -> None:
    for key in ("no_such_matter", "fire_lanes"):
        with pytest.raises(Refusal) as refused:
            desk.propose_form(matter_key=key)
        assert code_of(refused) == ["admission.no_matter"]


def test_a_form_that_asks_what_is_known_is_amended_before_it_is_admitted(desk: Admitting) -> None:
    known = [KnownFact("household.size", Words("家庭常住人口数", "household size"))]
    row = ("integer", "household_size", "几口人？", "How many?")
    proposal = desk.reviewed(desk.propose_form(row, known=known))
    with pytest.raises(Refusal) as refused:
        desk.decide(proposal)
    assert code_of(refused) == ["admission.asks_again"]
    marked = desk.propose_form((*row, "", "household.size"), known=known, key="marked")
    desk.decide(desk.reviewed(marked))


def test_nothing_enters_or_leaves_the_list_beside_admission(desk: Admitting, town: Town) -> None:
    desk.decide(desk.reviewed(desk.propose()))
    with pytest.raises(Refusal) as refused:
        publish(catalogue=shipped_catalogue(), by=town.county_officer, at=LATER)
    assert code_of(refused) == ["matter.admission_only"]
    for nobody in (town.county_officer, desk.officer, town.stranger):
        with pytest.raises(Refusal) as refused:
            admit(admitted_key="other", entry=ENTRY, by=nobody, at=LATER)
        assert refused.value.status == 403


def test_the_database_forbids_what_the_rules_forbid(desk: Admitting) -> None:
    proposal = desk.reviewed(desk.propose())
    changes: tuple[dict[str, object], ...] = (
        {"state": "admitted", "until": None}, {"state": "withdrawn"}, {"state": "loved"},
    )  # fmt: skip
    for change in changes:
        rows = Proposal.objects.filter(pk=proposal.pk)
        with pytest.raises(IntegrityError), viewing(desk.decider, NOW, deed="admission.decide"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), viewing(desk.decider, NOW, deed="admission.decide"), transaction.atomic():
        Review.objects.filter(proposal=proposal).update(answer="objects")
