"""Which home each form of a list is about, so that whoever reads the list tells one form from another.

Called inside looks. What was understood says it; of what nobody could read its last paper does, as far as it goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from gridcommons.collection.asking import Question
from gridcommons.collection.forms.queries import one_version
from gridcommons.collection.inbox.models import Answered, Paper, Submission
from gridcommons.collection.inbox.papers import answers_of, tree_of
from gridcommons.collection.intake import household_chosen
from gridcommons.kit.ids import as_uuid

_UNREAD: Final = ("held", "aside")


def homes_of(rows: Sequence[Submission]) -> dict[UUID, UUID]:
    """By form the home that it chooses, whether there is one or not; without those that choose none."""
    chosen = dict(Answered.objects.filter(submission__in=rows).values_list("submission_id", "household"))
    read = {pk: home for pk, text in chosen.items() if (home := as_uuid(text))}
    unread = [row for row in rows if row.pk not in chosen and row.state in _UNREAD and row.empty_by is None]
    return read | dict(_unread_homes(unread))


def _unread_homes(rows: Sequence[Submission]) -> Iterator[tuple[UUID, UUID]]:
    if not rows:
        return
    papers = dict(Paper.objects.filter(submission__in=rows).order_by("number").values_list("submission_id", "content"))
    questions = {one: one_version(one).questions for one in {row.version_id for row in rows}}
    for row in rows:
        home = home_in(bytes(papers.get(row.pk, b"")), questions[row.version_id])
        if home is not None:
            yield row.pk, home


def home_in(content: bytes, questions: tuple[Question, ...]) -> UUID | None:
    """The home that a paper chooses; None where nobody can tell."""
    try:
        return household_chosen(answers_of(tree_of(content), questions).at, questions)
    except Exception:  # noqa: BLE001 - what broke the program once may break it here, and a list is shown all the same
        return None
