"""Forms that broke the program while they were emptied of what was erased: kept from everybody, tried again, dropped.

While one waits the wall lets nobody come to its words (`models.WORDS`): no page, table, export, phone, reading or
replay finds any. It is one more of its office's duties, and the program's own: tried every day, and after the working
days in which an office answers a resident all its answers go. That a form came, on which day, and the visit that it
led to stay. Called inside deeds; all forms of a chain of corrections that waited together are emptied together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F

from gridcommons.access.scope import over_all_areas
from gridcommons.collection.forms.queries import one_version
from gridcommons.collection.inbox.blanking import Out, digests, emptied_chain
from gridcommons.collection.inbox.forgetting import delete_words
from gridcommons.collection.inbox.homes import home_in
from gridcommons.collection.inbox.mentioning import note_unread
from gridcommons.collection.inbox.models import Answered, Paper, Submission, Unemptied
from gridcommons.collection.inbox.papers import answers_of, tree_of
from gridcommons.collection.inbox.recalling import Gone
from gridcommons.collection.inbox.rules import DROPPED, FAULT, NOT_TO_EMPTY, UNKNOWN
from gridcommons.collection.inbox.understanding import gone_of
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import code_of, refuse
from gridcommons.kit.ids import as_uuid
from gridcommons.kit.words import Words
from gridcommons.people.rights.finishing import finish
from gridcommons.people.rights.rules import answer_due, answering
from gridcommons.territory.succession import ZONE

_log = structlog.get_logger()
_FAULT_LIMIT: Final = 60
EMPTIED: Final = Words(
    "表单已清空：您要求删除的回答都已删除。", "The form was emptied: all answers that you had erased are gone."
)
ALL_DROPPED: Final = Words(
    "表单没能逐项清空，已删除其中全部回答。",
    "The form could not be emptied answer by answer: all its answers were deleted.",
)


def area_of(submission_id: UUID) -> str:
    """Where a form lies; refuses one that the viewer does not see."""
    area = Submission.objects.filter(pk=submission_id).values_list("area_code", flat=True).first()
    if area is None:
        raise refuse(UNKNOWN)
    return area


def chain_key(row: Submission) -> str:
    """By what a resident's request names a form."""
    return f"submission:{row.pk}"


def keep_from_all(rows: Sequence[Submission], out: Out, fault: Exception, at: datetime) -> None:
    """From now on nobody comes to the words of these forms; the office has the days of an answer to empty them."""
    if not rows:
        return
    note_unread(rows)  # they are found by the homes that they name from now on
    day = answer_due(local_day(at, ZONE), answering().answer_days, WorkingCalendar.load())
    homes, said = dict(_homes_of(rows)), code_of(fault)[:_FAULT_LIMIT]
    Unemptied.objects.bulk_create(
        Unemptied(submission=row, household_id=homes.get(row.pk), out=out.as_dict(), since=at, fault=said)
        for row in rows
    )  # fmt: skip
    for row in rows:
        if row.erased_at is None:
            row.sha256 = digests(bytes(row.sha256))[0]
        row.erased_at, row.empty_by = at, day
        row.save(update_fields=["sha256", "erased_at", "empty_by"])
        _log.error("inbox.erase_fault", submission=str(row.pk), error=said)


def _homes_of(rows: Sequence[Submission]) -> Iterator[tuple[UUID, UUID]]:
    """By form whose home it is about, where that can be told."""
    chosen = dict(Answered.objects.filter(submission__in=rows).values_list("submission_id", "household"))
    for row in rows:
        home = as_uuid(chosen.get(row.pk)) or home_in(_last_paper(row), one_version(row.version_id).questions)
        if home is not None:
            yield row.pk, home


def _last_paper(row: Submission) -> bytes:
    return bytes(Paper.objects.filter(submission=row).order_by("-number").values_list("content", flat=True)[0])


def want_more(rows: Sequence[Submission], out: Out) -> None:
    """These wait already, and are emptied of this as well when they are emptied."""
    for one in Unemptied.objects.filter(submission__in=rows):
        one.out = Out.of_dict(one.out).with_more(out).as_dict() if one.out else {}
        one.save(update_fields=["out"])


@dataclass(frozen=True)
class Emptied:
    """What came of a try: the forms that were tried together, and whether they wait no more."""

    rows: tuple[UUID, ...]
    done: bool


def try_again(submission_id: UUID, at: datetime) -> Emptied:
    """Empty a form, with all of its chain that wait, once more; refuses one that does not wait."""
    with over_all_areas():
        rows = _waiting_with(submission_id)
        try:
            with transaction.atomic():
                _empty(rows, at)
        except Exception as fault:  # noqa: BLE001 - it goes on waiting, and the next one is tried
            said = code_of(fault)[:_FAULT_LIMIT]
            Unemptied.objects.filter(submission__in=rows).update(tries=F("tries") + 1, tried_at=at, fault=said)
            _log.error("inbox.erase_fault", submission=str(submission_id), error=said)
            return Emptied(tuple(row.pk for row in rows), done=False)
        finish(set(map(chain_key, rows)), EMPTIED, at)
        return Emptied(tuple(row.pk for row in rows), done=True)


def _waiting_with(submission_id: UUID) -> list[Submission]:
    """The forms of its chain that wait, the form itself among them."""
    root = Submission.objects.filter(pk=submission_id, empty_by__isnull=False).values_list("root", flat=True).first()
    waiting = Submission.objects.select_for_update().filter(root=root, empty_by__isnull=False).order_by("id")
    rows = list(waiting) if root is not None else []
    if submission_id not in {row.pk for row in rows}:
        raise refuse(NOT_TO_EMPTY)
    return rows


def _empty(rows: Sequence[Submission], at: datetime) -> None:
    emptied_chain(rows, _out_of(rows, at), at)
    for row in rows:
        if row.state == "understood":  # its answers were kept back with its words
            said = answers_of(tree_of(_last_paper(row)), one_version(row.version_id).questions)
            Answered.objects.update_or_create(submission=row, defaults={"values": said.values})
        row.erased_at, row.empty_by = at, None
        if [code for code, _facts in row.reasons] == [FAULT]:  # that it broke is all that held it
            row.state, row.reasons = "received", []
        row.save(update_fields=["erased_at", "empty_by", "state", "reasons"])
    Unemptied.objects.filter(submission__in=rows).delete()


def _out_of(rows: Sequence[Submission], at: datetime) -> Out:
    """What goes out of them: as it was known when they broke, else as it is found now."""
    kept, found = dict(Unemptied.objects.filter(submission__in=rows).values_list("submission_id", "out")), Out()
    for row in rows:
        found = found.with_more(Out.of_dict(kept[row.pk]) if kept.get(row.pk) else out_by(gone_of(row, at)))
    return found


def out_by(gone: Gone | None) -> Out:
    """What goes out of a form about one household."""
    if gone is None:
        return Out()
    home = frozenset({gone.home})
    return Out(dict.fromkeys(gone.said, home), dict.fromkeys(gone.shown, home))


def drop_all(submission_id: UUID, at: datetime) -> Emptied:
    """Delete all answers of a form that waits, with those of its chain; refuses one that does not wait.

    That it came, when, and the visit and the facts that it led to stay: what was read once counts on.
    """
    with over_all_areas():
        rows = _waiting_with(submission_id)
        delete_words([row.pk for row in rows])
        for row in rows:
            if row.state in {"held", "received"}:
                row.notes = sorted({*row.notes, DROPPED})
                row.state, row.settled_at = ("understood", row.settled_at) if row.settled_at else ("aside", at)
            row.empty_by, row.erased_at, row.forgotten, row.reasons, row.parties = None, at, True, [], []
            row.save(update_fields=[
                "state", "notes", "settled_at", "empty_by", "erased_at", "forgotten", "reasons", "parties",
            ])  # fmt: skip
        finish(set(map(chain_key, rows)), ALL_DROPPED, at)
        return Emptied(tuple(row.pk for row in rows), done=True)
