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
from gridcommons.collection.inbox.mentioning import note_unread
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.inbox.sending import bring_back
from gridcommons.collection.visits.writing import take_back as take_visit_back
from gridcommons.people.facts.standing import take_back as take_facts_back
from gridcommons.people.rights.finishing import upheld, uphold


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


def give_back_former(held: Submission, at: datetime) -> tuple[str, ...]:
    """What this one was to correct counts once more, unless somebody was right to object to it: then what that was to.

    Returns what that takes back, as the ledger names it.
    """
    undone: tuple[str, ...] = ()
    while not held.replaced_by and (wrong := _objected_rightly(held)):
        for row in wrong:
            undone += (f"submission:{row.pk}", *(take_back if row.empty_by else undo)(row, at))
            bring_back(row)  # what it was to correct waits for this one now
            lay_aside(row, at)
    bring_back(held)
    return undone


def _objected_rightly(held: Submission) -> list[Submission]:
    """What this one was to correct and counts for nothing, as its objectors were told, though it was not set aside."""
    with over_all_areas():
        former = Submission.objects.select_for_update().filter(root=held.root, replaced_by=held.instance_id)
        rows = {f"submission:{row.pk}": row for row in former.exclude(state="aside").order_by("id")}
        right = upheld(rows)
    return [row for thing, row in rows.items() if thing in right]


def lay_aside(row: Submission, at: datetime) -> None:
    """From now on it counts for nothing. One that nobody read is found by the homes that it names from now on."""
    unread = row.state == "received"
    row.state, row.settled_at, row.told = "aside", at, 0
    with over_all_areas():
        if unread:
            note_unread([row])
        row.save(update_fields=["state", "settled_at", "told"])


def answer_objections(held: Submission, reason: str, by: str, at: datetime) -> tuple[str, ...]:
    """Whoever objected to it is right and told so with the reason, wherever they live by now; whose these were."""
    with over_all_areas():
        return uphold(f"submission:{held.pk}", reason, by, at)
