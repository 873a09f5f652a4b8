"""How a form stands for whoever sent it: what counts now; of what was put away under a shield, their own last words.

An answer that were missing, or another one than of any form, would tell whoever serves a grid who is under threat. What
another hand changed in such a form is not theirs to read. Called inside the look of `queries.own_submission`.
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
from gridcommons.collection.inbox.rules import UNKNOWN
from gridcommons.kit.errors import refuse

_ALL: Final = Scope(pattern="^")


@dataclass(frozen=True)
class OwnPaper:
    """What stands now of a form that one sent: under which instance id, its bytes, its state."""

    id: UUID
    instance_id: str
    xml: str
    received_at: datetime
    state: str


def sent_by(instance_id: str, viewer: Viewer) -> Submission:
    """What the viewer sent under an id, wherever it lies; refuses what they did not send."""
    with scoped(_ALL):
        row = Submission.objects.filter(instance_id=instance_id, by_key=viewer.key).first()
    if row is None:
        raise refuse(UNKNOWN)
    return row


def counting_now(sent: Submission, viewer: Viewer) -> OwnPaper:
    """What counts now of the chain of what the viewer sent, as far as they see it; refuses where nothing is kept."""
    with scoped(_ALL):
        chain = list(Submission.objects.filter(root=sent.root).order_by("received_at", "id"))
    last = _last(chain)
    if Submission.objects.filter(pk=last.pk).exists():
        found = _told(last, last.instance_id)
    else:
        found = _own_last_words([row for row in chain if row.by_key == viewer.key], last.instance_id)
    if found is None:
        raise refuse(UNKNOWN)
    return found


def _last(chain: Sequence[Submission]) -> Submission:
    """The one that counts; where none does, since all were set aside, the last of them."""
    now = [row for row in chain if not row.replaced_by] or list(chain)
    return ([row for row in now if row.state != "aside"] or now)[-1]


def _own_last_words(own: Sequence[Submission], instance_id: str) -> OwnPaper | None:
    """Under the id of what counts, so that a correction of theirs finds it."""
    row = own[-1]
    with scoped(_ALL):
        return _told(row, instance_id, row.by_key)


def _told(row: Submission, instance_id: str, by_key: str = "") -> OwnPaper | None:
    """The last paper of a submission; `by_key`: that this hand wrote, not what it set aside of another's."""
    said, former = b"", b""
    for paper in Paper.objects.filter(submission=row).order_by("number"):
        content = bytes(paper.content)
        if not by_key or (paper.by_key == by_key and content != former):
            said = content
        former = content
    if not said:
        return None
    return OwnPaper(row.pk, instance_id, said.decode("utf-8", "replace"), row.received_at, row.state)


def answers_to_own(submission_id: UUID) -> Mapping[str, Any] | None:
    """The answers of such a form, for the entry of the look: whoever lives there can read who looked."""
    with scoped(_ALL):
        return Answered.objects.filter(submission_id=submission_id).values_list("values", flat=True).first()
