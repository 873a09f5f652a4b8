"""What links hear of visits: one recorded, corrected or taken back, told once and in order after it was committed."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from gridcommons.access.hearing import Told, listens
from gridcommons.access.rules import Viewer
from gridcommons.cases.partners.actions import post
from gridcommons.cases.partners.outgoing import carried, concerned
from gridcommons.collection.visits.carried import VISIT


def heard(told: Told, by: Viewer, at: datetime) -> None:
    """Line up what the links concerned have to be told of; nothing is written where there are none."""
    chain = told.subject("chain")
    if chain is not None and concerned(chain, at, VISIT):
        post(case_id=chain, what=told.what, who=told.by, heard=told.seq, kind=VISIT, by=by, at=at)


listens("visits", {"visit.record": heard, "inbox.set_aside": heard}, awake=partial(carried, kind=VISIT))
