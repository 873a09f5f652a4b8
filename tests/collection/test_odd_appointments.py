"""A time that nobody can keep is no appointment: the visit stands, and the grid's phones go on."""

from __future__ import annotations

import pytest
from django.test import Client

from collection.campaign_town import FORM, Campaigning, campaigning, homes
from collection.field_town import HEADERS
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.visits.models import Visit
from town import GRID, Town


@pytest.fixture
def stage(town: Town, monkeypatch: pytest.MonkeyPatch) -> Campaigning:
    return campaigning(town, monkeypatch)


@pytest.mark.parametrize("wanted", ["0001-01-01T00:00:00", "9999-12-31T23:59:59-12:00", "9000-01-01T10:00:00+08:00"])
def test_a_time_out_of_reach_is_noted_and_stops_no_phone(stage: Campaigning, wanted: str) -> None:
    (home,) = homes(stage.town, GRID, 1)
    stage.started()
    stage.call(home, "appointment", wanted=wanted, instance="uuid:far-off")
    with scoped(Scope("^")):
        row = Submission.objects.get(instance_id="uuid:far-off")
        visit = Visit.objects.get(submission_id=row.pk)
    assert (row.state, row.notes) == ("understood", ["no_such_time"])
    assert (visit.kind, visit.outcome, visit.wanted_at) == (FORM, "appointment", None)
    pack = Client().get(f"/openrosa/key/{stage.keys['worker']}/pack", headers=HEADERS)
    assert pack.status_code == 200
