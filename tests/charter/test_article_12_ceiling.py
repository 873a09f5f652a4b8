"""Charter 12: load has a ceiling, and a new duty that breaks it is refused.

The attacks: a duty too large by itself, two that keep to it alone and pass it together, a trial that grows, an
amendment, a matter dropped that is not there, a form that proves presence under another name.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from collection.workbooks import rules
from gridcommons.kit.errors import Refusal
from gridcommons.load.admission.actions import amend
from gridcommons.load.admission.models import Proposal
from gridcommons.matters.queries import current
from load.admitting import NOW, Admitting, admitting, post_workers
from town import COUNTY, OTHER_TOWNSHIP, Town

FITS = 7_000
"""Times a year for 1,000 households: one such duty fits into the town's week beside the list, two do not."""


@pytest.fixture
def desk(town: Town) -> Admitting:
    assert town
    return admitting()


def over(refused: pytest.ExceptionInfo[Refusal]) -> bool:
    return any(reason.code.startswith("load.over_ceiling") for reason in refused.value.reasons)


def test_a_duty_that_breaks_the_ceiling_is_refused_with_the_sum(desk: Admitting) -> None:
    with pytest.raises(Refusal) as refused:
        desk.propose(per_year=20_000)
    assert over(refused)
    facts = dict(refused.value.reasons[0].facts)
    load, most = (int(facts[name].replace(",", "")) for name in ("load", "most"))
    assert load > most == 6 * 2400 * 0.6
    assert facts["workers"] == "6"
    assert not Proposal.objects.exists()


def test_two_that_each_fit_do_not_come_in_together(desk: Admitting) -> None:
    first, second = desk.propose(per_year=FITS), desk.propose(key="second_lanes", per_year=FITS, by="other_officer")
    for one in (first, second):
        desk.reviewed(one)
    desk.decide(first)
    with pytest.raises(Refusal) as refused:
        desk.decide(second)
    assert over(refused)
    assert "second_lanes" not in current()


def test_it_comes_in_once_another_is_dropped_in_the_same_act(desk: Admitting) -> None:
    first, second = desk.propose(per_year=FITS), desk.propose(key="second_lanes", per_year=FITS)
    desk.decide(desk.reviewed(first))
    with pytest.raises(Refusal) as refused:
        desk.decide(desk.reviewed(second), drops=["no_such_matter"])
    assert refused.value.code == "admission.not_droppable"
    later = NOW + timedelta(days=3)
    decided = desk.decide(second, drops=["fire_lanes"], at=later)
    assert decided.drops == ["fire_lanes"]
    assert current().get("fire_lanes").review_date == later.date() - timedelta(days=1)
    assert "second_lanes" in current()


def test_a_form_is_weighed_and_can_be_dropped_like_a_matter(desk: Admitting) -> None:
    rows = [
        ("text", f"thing_{name}", f"情况{name}？", f"What of {name}?") for name in ("alpha", "beta", "gamma", "delta")
    ]
    form = desk.propose_form(*rows, per_year=100_000)
    desk.decide(desk.reviewed(form))
    with pytest.raises(Refusal) as refused:
        desk.propose(per_year=FITS)
    assert over(refused)
    matter = desk.reviewed(desk.propose(per_year=FITS, drops=["form:fire_visit"]))
    desk.decide(matter)
    assert Proposal.objects.get(pk=form.pk).state == "ended"


def test_a_trial_in_one_township_is_weighed_again_when_it_grows(desk: Admitting) -> None:
    proposal = desk.reviewed(desk.propose(per_year=FITS))
    desk.decide(proposal, "pilot", date(2027, 1, 31), pilot_area=OTHER_TOWNSHIP)
    other = desk.reviewed(desk.propose(key="second_lanes", per_year=5_000))
    desk.decide(other)
    with pytest.raises(Refusal) as refused:
        desk.decide(proposal, "admit")
    assert over(refused)


def test_an_amendment_is_weighed_as_well(desk: Admitting) -> None:
    proposal = desk.propose(per_year=100)
    with pytest.raises(Refusal) as refused:
        amend(proposal_id=proposal.pk, per_year=20_000, reason="更多", by=desk.officer, at=NOW)
    assert over(refused)
    assert Proposal.objects.get(pk=proposal.pk).edition == 1


def test_volunteers_make_no_room(desk: Admitting) -> None:
    """Time that people give freely is not planned: without employed workers nothing is admitted."""
    from gridcommons.load.ceiling.policy import ceiling_policy

    assert ceiling_policy().week_minutes["volunteer"] == 0
    assert ceiling_policy().least_workers >= 5


def test_few_workers_are_held_to_the_ceiling_without_a_figure(town: Town) -> None:
    assert town
    desk = admitting(workers=2)
    with pytest.raises(Refusal) as refused:
        desk.propose(per_year=FITS)
    assert [reason.code for reason in refused.value.reasons] == ["load.over_ceiling_few"]
    assert not any(sign.isdigit() for sign in str(refused.value))
    post_workers(6)
    desk.propose(per_year=FITS)


PROOFS = {
    "start-geopoint": ("start-geopoint", "begun", "", ""),
    "audit": ("audit", "audit", "", ""),
    "device": ("deviceid", "device", "", ""),
    "selfie": ("image", "picture", "请与住户合影", "A picture with the household"),
    "renamed": ("image", "zipai", "照片", "Picture"),
    "position": ("geopoint", "place", "您的位置", "Your location"),
    "unsaid": ("geopoint", "place", "", ""),
    "door": ("barcode", "door", "扫一下门上的码", "Scan the qr code at the door"),
    "text": ("text", "sign", "请在门口签到", "Write the time"),
}


@pytest.mark.parametrize("row", PROOFS.values(), ids=PROOFS)
def test_a_question_that_only_proves_presence_is_refused(row: tuple[str, ...]) -> None:
    assert "proof" in [rule for rule, _row in rules(row)]


def test_the_county_is_weighed_where_the_proposal_says(desk: Admitting) -> None:
    assert Proposal.objects.count() == 0
    assert desk.propose(per_year=FITS).area_code == COUNTY
