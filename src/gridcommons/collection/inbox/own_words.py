"""How a form stands for whoever sent it: their own last words, and whether those of another hand count now.

An answer that were missing, or another one than of any form, would tell whoever serves a grid who is under threat. What
another hand changed in a form that was put away is not theirs to read, and so of no form. Called inside the look of
`queries.own_submission`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.collection.inbox.models import Answered, Paper, Submission
from gridcommons.collection.inbox.rules import LAPSED, NOT_TAKEN, UNKNOWN
from gridcommons.kit.errors import refuse

_ALL: Final = Scope(pattern="^")


@dataclass(frozen=True)
class OwnPaper:
    """One's own last words of a form: under which instance id it counts, their bytes, their state.

    `counts_others`: what counts now was worded by another hand.
    """

    id: UUID
    instance_id: str
    xml: str
    received_at: datetime
    state: str
    counts_others: bool = False


def sent_by(instance_id: str, viewer: Viewer) -> Submission:
    """What the viewer sent under an id, wherever it lies; refuses what they did not send."""
    with scoped(_ALL):
        row = Submission.objects.filter(instance_id=instance_id, by_key=viewer.key).first()
    if row is None:
        raise refuse(UNKNOWN)
    return row


def last_words_of(sent: Submission, viewer: Viewer) -> OwnPaper:
    """The viewer's last words in the chain of what they sent, wherever it lies; refuses where nothing is kept.

    Under the id of what counts, so that a correction of theirs finds it.
    """
    with scoped(_ALL):
        chain = list(Submission.objects.filter(root=sent.root).order_by("received_at", "id"))
        last = _last(chain)
        row = last if last.by_key == viewer.key else _last([one for one in chain if one.by_key == viewer.key])
        said, counts = _words(row, viewer.key), _words(last)
    if not said:
        raise refuse(NOT_TAKEN if LAPSED in last.notes else UNKNOWN)
    others = bool(counts) and counts != said
    return OwnPaper(
        row.pk, last.instance_id, said.decode("utf-8", "replace"), row.received_at, row.state, counts_others=others
    )


def _last(chain: Sequence[Submission]) -> Submission:
    """The one that counts; where none does, since all were set aside, the last of them."""
    now = [row for row in chain if not row.replaced_by] or list(chain)
    return ([row for row in now if row.state != "aside"] or now)[-1]


def _words(row: Submission, by_key: str = "") -> bytes:
    """The last paper of a submission; `by_key`: that this hand wrote, not what it set aside of another's."""
    said, former = b"", b""
    for paper in Paper.objects.filter(submission=row).order_by("number"):
        content = bytes(paper.content)
        if not by_key or (paper.by_key == by_key and content != former):
            said = content
        former = content
    return said


def answers_to_own(submission_id: UUID) -> Mapping[str, Any] | None:
    """The answers of such a form, for the entry of the look: whoever lives there can read who looked."""
    with scoped(_ALL):
        return Answered.objects.filter(submission_id=submission_id).values_list("values", flat=True).first()
