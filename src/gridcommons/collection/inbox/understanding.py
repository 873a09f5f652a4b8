"""Reading submissions: the latest paper of each against its version's questions, then what they cause, all at once.

Called inside a deed. Each is asked for itself: what is wrong with one is its refusal and stops no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import Q

from gridcommons.access.identify import viewers_of
from gridcommons.access.rules import Viewer
from gridcommons.cases.storing import read
from gridcommons.collection.forms.queries import VersionFacts, one_version
from gridcommons.collection.inbox.models import Attachment, Paper, Submission
from gridcommons.collection.inbox.papers import Answers, Layout, Values, answers_of, layout_of, tree_of
from gridcommons.collection.inbox.recalling import Gone, gone_from
from gridcommons.collection.inbox.rules import bounds_on, limits
from gridcommons.collection.intake import Caused, Understood, cause
from gridcommons.collection.visits.writing import areas_of_visits
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Refusal, require_none
from gridcommons.territory.succession import ZONE


@dataclass(frozen=True)
class Meant:
    """A submission that was understood: its answers, what they caused, and what of them was erased before."""

    row: Submission
    values: Values
    caused: Caused
    gone: Gone | None = None
    waits: bool = False
    """It broke while it was emptied: its answers are kept when that is done."""


@dataclass(frozen=True)
class _Around:
    """What reading asks of other rows, fetched for all at once. `areas`: of visits whose papers lie in none."""

    papers: Mapping[UUID, bytes]
    versions: Mapping[UUID, VersionFacts]
    layouts: Mapping[UUID, Layout]
    workers: Mapping[UUID, Viewer]
    cases: Mapping[str, UUID]
    chains: Mapping[str, Sequence[UUID]]
    areas: Mapping[str, str]


def understood(held: Sequence[Submission], by: Viewer, at: datetime) -> dict[UUID, Meant | Refusal]:
    """The answers of each and what they caused, or everything that is wrong with it, so that one repair is enough.

    One that a later submission corrected causes nothing any more: the later one does.
    """
    around, found = _around(held), dict[UUID, Meant | Refusal]()
    asked: list[tuple[Submission, Answers]] = []
    said, bounds = dict[UUID, Understood](), bounds_on(local_day(at, ZONE))
    for row in held:
        try:
            # what was read once is not held against what was laid down later
            against = bounds if row.settled_at is None else None
            answers = answers_of(tree_of(around.papers.get(row.pk, b"")), around.layouts[row.version_id], against)
            require_none(tuple(answers.faults))
        except Refusal as refusal:
            found[row.pk] = refusal
            continue
        said[row.pk] = _said(row, answers, around)
        if row.replaced_by:
            found[row.pk] = Meant(row, answers.values, Caused(case_id=row.case_id, told=row.told))
        else:
            asked.append((row, answers))
    caused = cause([said[row.pk] for row, _answers in asked], by=by, at=at) if asked else []
    for (row, answers), outcome in zip(asked, caused, strict=True):
        found[row.pk] = outcome if isinstance(outcome, Refusal) else Meant(row, answers.values, outcome)
    taken = {row.pk: one.erased for (row, _answers), one in zip(asked, caused, strict=True) if isinstance(one, Caused)}
    return _less_erased(found, gone_from([said[pk] for pk in _meant(found)], taken, at))


def _meant(found: Mapping[UUID, Meant | Refusal]) -> list[UUID]:
    return [pk for pk, one in found.items() if isinstance(one, Meant)]


def _less_erased(found: dict[UUID, Meant | Refusal], gone: Mapping[UUID, Gone]) -> dict[UUID, Meant | Refusal]:
    """The same, each with what goes out of it."""
    return {
        pk: replace(one, gone=gone[pk]) if isinstance(one, Meant) and pk in gone else one for pk, one in found.items()
    }


def gone_of(row: Submission, at: datetime) -> Gone | None:
    """What goes out of a form that could not be understood: nobody asks it, and it is kept until somebody decides."""
    around = _around([row])
    answers = answers_of(tree_of(around.papers.get(row.pk, b"")), around.layouts[row.version_id])
    return gone_from([_said(row, answers, around)], {}, at).get(row.pk)


def _around(held: Sequence[Submission]) -> _Around:
    papers = Paper.objects.filter(submission__in=[row.pk for row in held]).order_by("number")
    cases, chains = _chained(held)
    versions = {pk: one_version(pk) for pk in {row.version_id for row in held}}
    return _Around(
        {pk: bytes(content) for pk, content in papers.values_list("submission_id", "content")},
        versions,
        {pk: layout_of(version.questions) for pk, version in versions.items()},
        viewers_of({_user(row) for row in held}),
        cases,
        chains,
        areas_of_visits({row.root for row in held if not row.area_code}),
    )


def _chained(held: Sequence[Submission]) -> tuple[dict[str, UUID], dict[str, list[UUID]]]:
    """By the root of a chain of corrections the one case that any of it led to, and all that belong to it."""
    ids = [row.pk for row in held]
    several = Q(case_id__isnull=False) | ~Q(pk__in=ids)
    rows = Submission.objects.filter(several, root__in={row.root for row in held}).order_by("id")
    cases, chains = dict[str, UUID](), dict[str, list[UUID]]()
    for root, pk, case_id in rows.values_list("root", "pk", "case_id"):
        chains.setdefault(root, []).append(pk)
        if case_id is not None:
            cases[root] = case_id
    for row in held:
        chains.setdefault(row.root, []).append(row.pk)
    return cases, chains


def _user(row: Submission) -> UUID:
    return UUID(row.by_key.removeprefix("user:"))


def _said(row: Submission, answers: Answers, around: _Around) -> Understood:
    return Understood(
        submission_id=row.pk, root=row.root, version=around.versions[row.version_id], at=answers.at,
        worker=around.workers[_user(row)], received_at=row.received_at, pictures=partial(_picture, row.pk),
        area_code=row.area_code or around.areas.get(row.root, ""), was_read=row.settled_at is not None,
        former=tuple(sorted({pk for pk in around.chains.get(row.root, ()) if pk != row.pk})),
        case_id=around.cases.get(row.root), waived=frozenset(row.waived), late_days=limits().late_days,
        grace_days=limits().grace_days,
    )  # fmt: skip


def _picture(submission_id: UUID, name: str) -> bytes | None:
    path = Attachment.objects.filter(submission_id=submission_id, name=name).values_list("path", flat=True).first()
    return read(path) if path else None


def refusals(found: Mapping[UUID, Meant | Refusal]) -> Iterator[tuple[UUID, Refusal]]:
    """What could not be understood, and why."""
    yield from ((pk, outcome) for pk, outcome in found.items() if isinstance(outcome, Refusal))
