"""Reading a submission: its latest paper against its version's questions, then what it causes. Called inside a deed."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from gridcommons.access.identify import viewer_of
from gridcommons.access.rules import Viewer
from gridcommons.cases.storing import read
from gridcommons.collection.forms.queries import one_version
from gridcommons.collection.inbox.models import Attachment, Paper, Submission
from gridcommons.collection.inbox.papers import Values, answers_of, tree_of
from gridcommons.collection.inbox.rules import limits
from gridcommons.collection.intake import Caused, Understood, cause
from gridcommons.kit.errors import require_none


def understood(held: Submission, by: Viewer, at: datetime) -> tuple[Values, Caused]:
    """The answers and what they caused; refuses with everything that is wrong, so that one repair is enough.

    One that a later submission corrected causes nothing any more: the later one does.
    """
    version = one_version(held.version_id)
    paper = Paper.objects.filter(submission=held).order_by("-number").first()
    answers = answers_of(tree_of(bytes(paper.content) if paper else b""), version.questions)
    require_none(tuple(answers.faults))
    if held.replaced_by:
        return answers.values, Caused(case_id=held.case_id, told=held.told)
    found = Understood(
        submission_id=held.pk, root=held.root, version=version, at=answers.at,
        worker=viewer_of(UUID(held.by_key.removeprefix("user:"))), received_at=held.received_at,
        pictures=partial(_picture, held.pk), case_id=_case_of(held), waived=frozenset(held.waived),
        late_days=limits().late_days,
    )  # fmt: skip
    return answers.values, cause(found, by=by, at=at)


def _case_of(held: Submission) -> UUID | None:
    """The case that this submission, or one that it corrects, has led to already."""
    return Submission.objects.filter(root=held.root, case_id__isnull=False).values_list("case_id", flat=True).first()


def _picture(submission_id: UUID, name: str) -> bytes | None:
    path = Attachment.objects.filter(submission_id=submission_id, name=name).values_list("path", flat=True).first()
    return read(path) if path else None
