"""All that a form said is deleted; that it came, on which day, and how it ended stays. Called inside deeds."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from gridcommons.collection.inbox.models import Answered, Attachment, Mention, Paper, Remark, Unemptied

_WORDS: Final = (Paper, Attachment, Answered, Remark, Mention, Unemptied)


def delete_words(submission_ids: Collection[UUID]) -> None:
    """Delete papers, pictures, answers, remarks and whom they name, and that any of these waits to be emptied."""
    for table in _WORDS:
        table.objects.filter(submission__in=submission_ids).delete()
