"""What a form caused is taken back when it is set aside: its visit counts no more, what it said is withdrawn.

As a correction takes back what it no longer says: both stay as history, what they had overtaken is in force again, the
day of the visit is laid into the lake anew, and a link that was told of the visit is told that there is none. A case
that it led to has a life of its own and stays. Whoever objected is answered by it. Called inside the deed that sets it
aside.
"""

from __future__ import annotations

from datetime import datetime

from gridcommons.access.scope import over_all_areas
from gridcommons.collection.inbox.erasing import empty_what_goes
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.visits.writing import take_back as take_visit_back
from gridcommons.people.facts.standing import take_back as take_facts_back
from gridcommons.people.rights.finishing import uphold


def undo(held: Submission, at: datetime) -> tuple[str, ...]:
    """Take back what it caused, wherever the home lies; returns whom and what that concerns, as the ledger names it.

    What had been erased goes out of it, for nobody will read it any more.
    """
    with over_all_areas():
        empty_what_goes(held, at)
    return take_back(held, at)


def take_back(held: Submission, at: datetime) -> tuple[str, ...]:
    """The same of one whose words nobody will come to again."""
    with over_all_areas():
        said = take_facts_back(held.pk, at)
        visits = take_visit_back(held.root, held.pk)
    about = [f"{kind}:{subject}" for kind, subject in sorted(said)]
    return (*about, *(key for one in visits for key in (f"visit:{one.id}", f"chain:{one.chain}")))


def answer_objections(held: Submission, reason: str, by: str, at: datetime) -> tuple[str, ...]:
    """Whoever objected to it is right and told so with the reason, wherever they live by now; whose these were."""
    with over_all_areas():
        return uphold(f"submission:{held.pk}", reason, by, at)
