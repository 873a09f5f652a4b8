"""Nobody gives, or takes back, what they do not hold: each attack by name, and what is allowed beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from gridcommons.access.actions import grant, revoke
from gridcommons.access.identify import program
from gridcommons.access.models import Grant
from gridcommons.access.queries import office_at
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.kit.errors import Refusal
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town

SETUP = program("test")
LATER = AT + timedelta(hours=1)
NOWHERE = UUID(int=7)


def _wanted(role: str = "handler", included: tuple[str, ...] = (TOWNSHIP,), office: UUID | None = None) -> GrantFacts:
    return GrantFacts(role, included, (), ROLES[role].purposes, AT, None, office)


def _officer(town: Town, included: str, excluded: tuple[str, ...] = ()) -> Viewer:
    held = GrantFacts("county_officer", (included,), excluded, ROLES["county_officer"].purposes, AT, None)
    return replace(town.county_officer, grants=(held,))


def _give(town: Town, by: Viewer, wanted: GrantFacts) -> Grant:
    assert town.stranger.user_id is not None
    return grant(to=town.stranger.user_id, wanted=wanted, by=by, at=LATER)


def test_a_grant_for_an_office_of_another_place_is_refused(town: Town) -> None:
    by, county_office = _officer(town, TOWNSHIP), office_at(COUNTY, "urban_management").id
    for areas in ((TOWNSHIP,), ()):
        with pytest.raises(Refusal) as refused:
            _give(town, by, _wanted(included=areas, office=county_office))
        assert refused.value.code == "access.more_than_own"
    assert _give(town, town.county_officer, _wanted(office=county_office)).office_id == county_office


def test_a_grant_without_an_area_is_refused(town: Town) -> None:
    with pytest.raises(Refusal) as refused:
        _give(town, town.county_officer, _wanted(included=()))
    assert refused.value.words().en == "Nobody can grant what they do not hold: a grant without an area."


def test_what_is_excluded_from_the_giver_is_excluded_from_the_gift(town: Town) -> None:
    by = _officer(town, COUNTY, (TOWNSHIP,))
    whole = _wanted("grid_worker", (COUNTY,))
    with pytest.raises(Refusal) as refused:
        _give(town, by, whole)
    assert refused.value.code == "access.more_than_own"
    assert _give(town, by, replace(whole, excluded=(TOWNSHIP,))).excluded == [TOWNSHIP]
    assert _give(town, by, _wanted("grid_worker", (OTHER_TOWNSHIP,))).included == [OTHER_TOWNSHIP]


def test_what_two_grants_hold_together_neither_gives_alone(town: Town) -> None:
    held = _officer(town, TOWNSHIP).grants[0]
    soon = replace(held, valid_to=LATER + timedelta(days=5))
    by = replace(town.county_officer, grants=(soon, replace(held, included=(OTHER_TOWNSHIP,))))
    for wanted in (_wanted(), _wanted(included=(TOWNSHIP, OTHER_TOWNSHIP))):
        with pytest.raises(Refusal) as refused:
            _give(town, by, wanted)
        assert refused.value.code == "access.more_than_own"
    assert _give(town, by, replace(_wanted(), valid_to=LATER + timedelta(days=4))).valid_to is not None


def test_nobody_gives_what_began_before_their_own(town: Town) -> None:
    with pytest.raises(Refusal) as refused:
        _give(town, _officer(town, COUNTY), replace(_wanted(), valid_from=AT - timedelta(days=1)))
    assert refused.value.words().en.endswith(": a beginning earlier than their own.")


def test_a_role_serves_an_office_of_its_own_side(town: Town) -> None:
    with pytest.raises(Refusal) as refused:
        _give(town, SETUP, _wanted("supervisor", office=office_at(TOWNSHIP, "command").id))
    assert refused.value.code == "access.other_side"


def test_an_unknown_account_or_office_is_one_sentence(town: Town) -> None:
    with pytest.raises(Refusal) as refused:
        grant(to=NOWHERE, wanted=_wanted(), by=town.county_officer, at=LATER)
    assert refused.value.code == "access.unknown_account"
    with pytest.raises(Refusal) as refused:
        _give(town, town.county_officer, _wanted(office=NOWHERE))
    assert refused.value.code == "access.unknown_office"


def test_nobody_takes_back_a_role_that_they_may_not_give(town: Town) -> None:
    audit = _give(town, SETUP, _wanted("auditor"))
    with pytest.raises(Refusal) as refused:
        revoke(grant_id=audit.id, reason="away with it", by=town.county_officer, at=LATER)
    assert refused.value.code == "access.more_than_own"
    assert Grant.objects.get(pk=audit.id).revoked_at is None
    handles = _give(town, SETUP, _wanted())
    assert revoke(grant_id=handles.id, reason="moved", by=town.county_officer, at=LATER).revoked_at == LATER


def test_a_grant_over_two_counties_is_taken_back_by_whoever_answers_for_both(town: Town) -> None:
    both = _give(town, SETUP, _wanted(included=(COUNTY, "331124")))
    with pytest.raises(Refusal) as refused:
        revoke(grant_id=both.id, reason="ours", by=town.county_officer, at=LATER)
    assert refused.value.code == "access.not_there"
    assert Grant.objects.get(pk=both.id).revoked_at is None
    assert revoke(grant_id=both.id, reason="over", by=SETUP, at=LATER).revoked_by == SETUP.key
    with pytest.raises(Refusal, match="revoked already"):
        revoke(grant_id=both.id, reason="once more", by=SETUP, at=LATER)
