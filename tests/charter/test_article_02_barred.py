"""Charter 2, Barred: no profile of a person is made - and a complaint about a worker is no property of that worker.

The attacks: a table that links complaints to a worker, a list by person, a superior who appoints the reviewer, staff of
another side who join the independent office to read along, words of a complaint that lie readable in a backup.
"""

from __future__ import annotations

import pytest
from django.db import models

from gridcommons.access.actions import grant
from gridcommons.access.identify import viewer_of
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import INDEPENDENT, GrantFacts
from gridcommons.access.walls import house_models
from gridcommons.kit.errors import Refusal
from gridcommons.kit.privacy import Sensitivity
from quiet_town import Quiet, office
from town import AT, COUNTY, TOWNSHIP

QUIET = ("complaints", "mediation")
PERSONS = {"User", "Worker", "Assignment", "Grant", "ReporterContact", "Case"}


def quiet_models() -> list[type[models.Model]]:
    return [model for model in house_models() if model._meta.app_label in QUIET]


def test_no_complaint_and_no_mediation_is_linked_to_a_person_or_a_case() -> None:
    found = quiet_models()
    assert {model.__name__ for model in found} >= {"Complaint", "Mediation", "Side"}
    links = {f.related_model.__name__ for m in found for f in m._meta.get_fields() if isinstance(f.related_model, type)}
    assert links & PERSONS == set()


def test_no_history_outlives_them() -> None:
    assert [model for model in quiet_models() if hasattr(model, "pgh_tracked_model")] == []


def test_all_their_words_lie_sealed() -> None:
    texts = [f for m in quiet_models() for f in m._meta.concrete_fields if isinstance(f, models.TextField)]
    assert texts == [], "what a person writes has no readable column"
    sealed = [
        (model, name) for model in quiet_models() for name, kept in model.privacy.items()  # type: ignore[attr-defined]
        if name.endswith("_sealed") and kept.sensitivity is not Sensitivity.SEALED
    ]  # fmt: skip
    assert sealed == []


@pytest.mark.parametrize("role", ["reviewer", "mediator"])
def test_nobody_in_command_or_supervision_appoints_who_reviews_them(quiet: Quiet, role: str) -> None:
    assert not [one.key for one in ROLES.values() if role in one.may_give]
    kind = "review" if role == "reviewer" else "mediation"
    wanted = GrantFacts(role, (COUNTY,), (), ROLES[role].purposes, AT, None, office(COUNTY, kind).id)
    assert quiet.stranger.user_id is not None
    with pytest.raises(Refusal):
        grant(to=quiet.stranger.user_id, wanted=wanted, by=quiet.county_officer, at=AT)


@pytest.mark.parametrize("role", [key for key, role in ROLES.items() if role.grantable and role.side != INDEPENDENT])
def test_no_role_of_another_side_is_given_at_an_independent_office(quiet: Quiet, role: str) -> None:
    from gridcommons.access.identify import program

    for area, kind in ((COUNTY, "review"), (TOWNSHIP, "mediation")):
        wanted = GrantFacts(role, (area,), (), ROLES[role].purposes, AT, None, office(area, kind).id)
        assert quiet.stranger.user_id is not None
        with pytest.raises(Refusal) as refused:
            grant(to=quiet.stranger.user_id, wanted=wanted, by=program("test"), at=AT)
        assert refused.value.code == "access.other_side"
        assert viewer_of(quiet.stranger.user_id).grants == ()
