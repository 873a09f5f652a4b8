"""What the hotline hears: that a case ended or was taken up again, so that those who follow it are told."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from gridcommons.access.hearing import Told, listens
from gridcommons.access.rules import Viewer
from gridcommons.cases.hotline.actions import tell_followers
from gridcommons.cases.hotline.queries import is_followed


def _tell(told: Told, by: Viewer, at: datetime) -> None:
    """Told a second time, a follower would hear twice: what was heard is heard once."""
    case_id = told.subject("case")
    if case_id is not None and is_followed(case_id):
        tell_followers(case_id=case_id, by=by, at=at)


def _tell_of_lead(told: Told, by: Viewer, at: datetime) -> None:
    """A joined case is brought to where its lead stands more than once after its end; it ended only once."""
    case_id = told.subject("case")
    if case_id is not None and is_followed(case_id):
        tell_followers(case_id=case_id, end=told.at, by=by, at=at)


_ENDS: Final = ("case.close", "case.void", "case.settle", "case.reopen", "case.still_wrong", "case.unmerge")

listens("hotline", dict.fromkeys(_ENDS, _tell) | {"case.follow_lead": _tell_of_lead})
