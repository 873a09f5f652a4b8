"""What was settled meanwhile is not held: only what waits to be understood can be."""

from __future__ import annotations

import pytest

from collection.campaign_town import Campaigning, campaigning, homes
from gridcommons.access.identify import program
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.inbox.actions import hold
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.inbox.rules import FAULT
from gridcommons.kit.errors import Reason, Refusal
from town import GRID, Town


@pytest.fixture
def stage(town: Town, monkeypatch: pytest.MonkeyPatch) -> Campaigning:
    return campaigning(town, monkeypatch)


def test_what_was_understood_meanwhile_is_not_held(stage: Campaigning) -> None:
    stage.call(homes(stage.town, GRID, 1)[0], "done")
    with scoped(Scope("^")):
        submission = Submission.objects.get()
    reasons = (Reason(FAULT, (("what", "late"),)),)
    with pytest.raises(Refusal):
        hold(submission_id=submission.pk, reasons=reasons, by=program("inbox"), at=stage.now)
    with scoped(Scope("^")):
        submission.refresh_from_db()
    assert (submission.state, submission.reasons) == ("understood", [])
