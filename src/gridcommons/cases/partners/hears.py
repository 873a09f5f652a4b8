"""What links hear of: every step of a case that moves it, told once and in order after it was committed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from gridcommons.access.hearing import Told, listens
from gridcommons.access.rules import Viewer
from gridcommons.cases.partners.actions import post
from gridcommons.cases.partners.outgoing import concerned

STEPS: Final = (
    "dispatch", "accept", "send_back", "pass_on", "feed_back", "rework", "close", "confirm", "reopen", "still_wrong",
    "merge", "unmerge", "follow_lead", "grant_extension", "park", "unpark", "review", "raise", "appoint", "entrust",
    "ask_level", "name_body", "void", "add_photo",
)  # fmt: skip


def heard(told: Told, by: Viewer, at: datetime) -> None:
    """Line up what the links concerned have to be told of; nothing is written where there are none."""
    case = told.subject("case")
    if case is not None and concerned(case, at):
        post(case_id=case, what=told.what, who=told.by, heard=told.seq, by=by, at=at)


listens("partners", {f"case.{step}": heard for step in STEPS})
