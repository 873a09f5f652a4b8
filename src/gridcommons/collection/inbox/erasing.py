"""Answers that say what was erased by right are emptied: in what was sent, in its corrections, in what was understood.

That a form came, under which id, and what it caused beside stays, so that a phone's count is right and corrections find
it. Called inside deeds: by the erasure for what is stored, by reading for what comes late or is read again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection

from gridcommons.collection.asking import Question
from gridcommons.collection.forms.queries import one_version
from gridcommons.collection.inbox.mending import blanked
from gridcommons.collection.inbox.models import Answered, Paper, Submission
from gridcommons.collection.inbox.papers import BESIDE, Values, answers_of, tree_of
from gridcommons.collection.inbox.understanding import Meant
from gridcommons.people.crypto import blind_index
from gridcommons.people.facts.erasing import Going
from gridcommons.people.homes.places import households_in
from gridcommons.people.keys import fact_keys_folder

_NOT_READ = """
SELECT DISTINCT submission.id FROM inbox_submission AS submission
JOIN inbox_paper AS paper ON paper.submission_id = submission.id
JOIN unnest(%s::text[]) AS home(id) ON position(convert_to(home.id, 'UTF8') IN paper.content) > 0
WHERE submission.state IN ('held', 'aside') AND NOT submission.forgotten AND submission.version_id = ANY(%s::uuid[])
"""


def empty_all(going: Sequence[Going], at: datetime) -> int:
    """Empty the answers that say what goes, in every form of their chains; returns how many forms.

    What was received and not read yet is emptied when it is read: the fact that it tells is then refused.
    """
    keys: dict[str, set[str]] = {}
    said = {one: thing for thing in going for one in thing.said_in}
    roots = dict(Submission.objects.filter(pk__in=said).values_list("pk", "root"))
    for thing in going:
        for pk in thing.said_in & roots.keys():
            keys.setdefault(roots[pk], set()).add(thing.key)
    for root, key in _not_read([thing for thing in going if thing.whole]):
        keys.setdefault(root, set()).add(key)
    rows = Submission.objects.select_for_update().filter(root__in=keys, forgotten=False).order_by("id")
    return sum(_emptied(row, keys[row.root], at) is not None for row in rows)


def _not_read(going: Sequence[Going]) -> Iterable[tuple[str, str]]:
    """Forms that were held or set aside, name the household and ask what goes: by root of the chain, with the key."""
    for thing in going:
        homes = {thing.subject_id} if thing.subject_kind == "household" else households_in([thing.subject_id])
        waiting = Submission.objects.filter(state__in=("held", "aside"), forgotten=False)
        versions = [one for one in waiting.values_list("version_id", flat=True).distinct() if _asks(one, thing.key)]
        with connection.cursor() as cursor:
            cursor.execute(_NOT_READ, [[str(one) for one in homes], versions])
            found = [row[0] for row in cursor.fetchall()]
        yield from ((root, thing.key) for root in waiting.filter(pk__in=found).values_list("root", flat=True))


def _asks(version_id: UUID, key: str) -> bool:
    return any(asked.fact == key for asked in one_version(version_id).questions)


def without_erased(done: Sequence[Meant], at: datetime) -> list[Meant]:
    """The same without the answers that were not taken since what they say had been erased; their papers too.

    What such a form corrects loses them as well, read or not: it causes nothing any more, so that nobody asks it.
    """
    emptied = dict[UUID, Values]()
    for one in done:
        if one.caused.erased:
            rows = Submission.objects.select_for_update().filter(root=one.row.root, forgotten=False).order_by("id")
            said = {row.pk: _emptied(row, one.caused.erased, at) for row in rows}
            emptied |= {pk: values for pk, values in said.items() if values is not None}
    return [replace(one, values=emptied[one.row.pk]) if one.row.pk in emptied else one for one in done]


def _emptied(row: Submission, keys: Collection[str], at: datetime) -> Values | None:
    """Empty the answers of one form to what these keys ask; returns what it says now, None where nothing was said."""
    questions = one_version(row.version_id).questions
    changed, values = _papers_emptied(row, _paths(questions, keys)), Values()
    if not changed:
        return None
    values = answers_of(tree_of(changed[max(changed)]), questions).values
    Answered.objects.filter(submission=row).update(values=values)
    if row.erased_at is None:
        row.sha256 = _digests(bytes(row.sha256))[0]
    row.erased_at = at
    row.save(update_fields=["sha256", "erased_at"])
    return values


def _paths(questions: Iterable[Question], keys: Collection[str]) -> list[str]:
    """The lines of the questions that ask these keys, with those that show what is known."""
    return [f"{asked.path}{end}" for asked in questions if asked.fact in keys for end in ("", *BESIDE)]


def _papers_emptied(row: Submission, paths: Collection[str]) -> Mapping[int, bytes]:
    """All papers of a form by number, as they stand afterwards; nothing where none said anything."""
    found, was_said = dict[int, bytes](), False
    for paper in Paper.objects.filter(submission=row):
        content = bytes(paper.content)
        found[paper.number] = blanked(content, paths)
        if found[paper.number] != content:
            was_said = True
            paper.content = found[paper.number]
            paper.save(update_fields=["content"])
    return found if was_said else {}


def is_same(held: Submission, sha256: bytes) -> bool:
    """Whether bytes with this hash are what was kept under an id, emptied meanwhile or not."""
    return bytes(held.sha256) in ([sha256] if held.erased_at is None else _digests(sha256))


def _digests(sha256: bytes) -> list[bytes]:
    """The hash under each key that was in use, the one in use now first."""
    ring = fact_keys_folder().ring()
    keys = [ring.keys[ring.active], *(key for name, key in ring.keys.items() if name != ring.active)]
    return [blind_index(sha256.hex(), key=key) for key in keys]
