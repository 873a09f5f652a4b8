"""Which homes papers name: noted once, so that papers about a home are found by one key, whoever wrote them.

What was read and chooses a home is found by that answer (`Answered.household`). Noted here is what that does not tell:
homes named beside it, and those in papers that nobody could read, or that wait for pictures. Called inside deeds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from gridcommons.collection.inbox.models import Mention, Paper, Submission
from gridcommons.collection.inbox.papers import tree_of
from gridcommons.collection.inbox.understanding import Meant
from gridcommons.kit.errors import Refusal
from gridcommons.people.homes.places import known_homes

_ID: Final = re.compile(
    r"(?<![0-9a-f])[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}(?![0-9a-f])", re.I
)
_SIGNS: Final = 32
"""A shorter text holds no id: nearly all answers are passed over without being searched."""


def ids_in(text: str) -> set[UUID]:
    """Everything in a text that has the shape of a home's id, in whatever spelling."""
    return {UUID(found[0]) for found in _ID.finditer(text)} if len(text) >= _SIGNS else set()


def ids_named(content: bytes) -> set[UUID]:
    """The same of a whole paper, as it was sent, in whatever signs."""
    return {one for text in _texts(content) for one in ids_in(text)}


def note_unread(rows: Iterable[Submission]) -> None:
    """Note the homes that all papers of these name, as they were sent and as they were corrected by hand."""
    ids = [row.pk for row in rows]
    papers = list(Paper.objects.filter(submission__in=ids).values_list("submission_id", "content"))
    _note((pk, one) for pk, content in papers for one in ids_named(bytes(content)))


def note_read(done: Sequence[Meant]) -> None:
    """Note the homes that answers name beside the one that they are about."""
    _note(
        (one.row.pk, named)
        for one in done
        for text in _answers(one.values)
        for named in ids_in(text)
        if named != one.caused.household_id
    )  # fmt: skip


def _note(found: Iterable[tuple[UUID, UUID]]) -> None:
    named = set(found)
    homes = known_homes({one for _row, one in named}) if named else set()
    lines = [Mention(submission_id=row, household_id=one) for row, one in sorted(named) if one in homes]
    Mention.objects.bulk_create(lines, ignore_conflicts=True)


def _texts(content: bytes) -> Iterator[str]:
    """Everything that a paper says, what stands in attributes too; one that is no document any more says its bytes."""
    try:
        root = tree_of(content)
    except Refusal:
        yield content.decode("utf-8", "ignore")
        return
    for one in root.iter():
        yield from (one.text or "", one.tail or "", *one.attrib.values())


def _answers(values: Any) -> Iterator[str]:
    """The texts among answers, however deep they stand."""
    if isinstance(values, str):
        yield values
    elif isinstance(values, Mapping):
        for inner in values.values():
            yield from _answers(inner)
    elif isinstance(values, list):
        for inner in values:
            yield from _answers(inner)
