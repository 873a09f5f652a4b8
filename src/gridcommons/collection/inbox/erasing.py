"""Answers that say what was erased by right are emptied: in what was sent, in its corrections, in what was understood.

So is what a phone only showed as known, and what an office wrote beside these forms: no machine can tell which words of
a remark say it once more. That a form came, under which id, and what it caused beside stays, so that a phone's count is
right and corrections find it. Called inside deeds: by the erasure for what is stored, by reading and holding for what
comes late or is read again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from gridcommons.collection.forms.queries import one_version
from gridcommons.collection.inbox.blanking import Homes, Out, emptied_chain, is_same
from gridcommons.collection.inbox.mentioning import ids_named
from gridcommons.collection.inbox.models import Answered, Mention, Paper, Submission
from gridcommons.collection.inbox.papers import Values
from gridcommons.collection.inbox.recalling import Gone
from gridcommons.collection.inbox.understanding import Meant, gone_of
from gridcommons.collection.inbox.unemptied import keep_from_all, out_by, want_more
from gridcommons.people.facts.erasing import Going, noted_of
from gridcommons.people.homes.places import households_in, known_homes

__all__ = ["empty_all", "empty_what_goes", "is_same", "without_erased"]

_UNASKED: Final = (
    Q(submission__state__in=("held", "aside"))
    | Q(submission__state="received") & ~Q(submission__replaced_by="")
    | Q(submission__empty_by__isnull=False)
)  # fmt: skip
_FRESH: Final = Q(state="received", settled_at__isnull=True) & ~Q(replaced_by="")
"""What was corrected before it was read: few, and of no home is it noted yet that they name it."""


@dataclass
class Emptied:
    """How many forms were emptied, and those that broke the program: they wait for a person, unread by anybody."""

    number: int = 0
    left: list[Submission] = field(default_factory=list)


def empty_all(going: Sequence[Going], at: datetime) -> Emptied:
    """Empty the answers that say what goes, in every form of their chains about that home.

    What waits to be read and asked is emptied when it is read: the fact that it tells is then refused.
    """
    wanted: defaultdict[str, Out] = defaultdict(Out)
    said = {one for thing in going for one in thing.said_in}
    roots = dict(Submission.objects.filter(pk__in=said).values_list("pk", "root"))
    for thing in going:
        for pk in thing.said_in & roots.keys():
            _want(wanted[roots[pk]].said, thing)
    for root, thing in (*_read(going), *_not_read(going)):
        _want(wanted[root].said if thing.whole else wanted[root].shown, thing)
    chains: defaultdict[str, list[Submission]] = defaultdict(list)
    for row in Submission.objects.select_for_update().filter(root__in=wanted, forgotten=False).order_by("id"):
        chains[row.root].append(row)
    done = Emptied()
    for root, rows in chains.items():
        values, left = _tried(rows, wanted[root], at)
        done.number += len(values)
        done.left += left
    return done


def _tried(rows: Sequence[Submission], out: Out, at: datetime) -> tuple[dict[UUID, Values], list[Submission]]:
    """Empty a chain: what those forms say now that said it, and those that wait, of this too, for they broke."""
    waiting, open_ = [row for row in rows if row.empty_by], [row for row in rows if not row.empty_by]
    want_more(waiting, out)
    try:
        with transaction.atomic():
            return emptied_chain(open_, out, at), waiting
    except Exception as fault:  # noqa: BLE001 - it must stop neither whoever had it erased nor the other forms
        for row in open_:
            row.refresh_from_db()  # what was rolled back
        keep_from_all(open_, out, fault, at)
        return {}, [*waiting, *open_]


def _want(homes: Homes, thing: Going) -> None:
    homes[thing.key] = homes.get(thing.key, frozenset()) | _homes_of(thing)


def _homes_of(thing: Going) -> frozenset[UUID]:
    """The households in whose forms it is said. Of single persons forms say nothing."""
    if thing.subject_kind == "household":
        return frozenset({thing.subject_id})
    return frozenset(households_in([thing.subject_id]) if thing.subject_kind == "dwelling" else ())


def _read(going: Sequence[Going]) -> Iterable[tuple[str, Going]]:
    """Forms that were read, are about one of the homes and ask what goes: by root of the chain.

    Also those of which no fact is left, or that never told one: they show what was known.
    """
    for thing in going:
        homes = [one.hex for one in _homes_of(thing)]
        about = Answered.objects.filter(household__in=homes, submission__forgotten=False)
        versions = {one for one in about.values_list("submission__version_id", flat=True) if _asks(one, thing.key)}
        roots = about.filter(submission__version_id__in=versions).values_list("submission__root", flat=True)
        yield from ((root, thing) for root in roots.distinct())


def _not_read(going: Sequence[Going]) -> Iterable[tuple[str, Going]]:
    """Forms that nobody could read or that none will ask, name the household and ask what goes: by root of the chain.

    Those are held, set aside, or were corrected before they were read.
    """
    fresh = _fresh() if going else {}
    for thing in going:
        homes = _homes_of(thing)
        noted = Mention.objects.filter(_UNASKED, household_id__in=homes, submission__forgotten=False)
        named = set(noted.values_list("submission__root", "submission__version_id"))
        named |= {form for form, text in fresh.items() if any(one.hex in text for one in homes)}
        yield from ((root, thing) for root, version in named if _asks(version, thing.key))


def _fresh() -> dict[tuple[str, UUID], str]:
    """By root and version what stands in papers that were corrected before they were read, in one spelling of ids."""
    texts = defaultdict[tuple[str, UUID], str](str)
    papers = Paper.objects.filter(submission__in=Submission.objects.filter(_FRESH, forgotten=False))
    for root, version, content in papers.values_list("submission__root", "submission__version_id", "content"):
        said = bytes(content)
        texts[root, version] += said.decode("utf-8", "replace").lower().replace("-", "")
        texts[root, version] += " ".join(one.hex for one in ids_named(said))
    return texts


def _asks(version_id: UUID, key: str) -> bool:
    return any(asked.fact == key for asked in one_version(version_id).questions)


def without_erased(done: Sequence[Meant], at: datetime) -> list[Meant]:
    """The same without the answers that were not taken since what they say had been erased; their papers too.

    One that breaks the program is understood all the same, and its answers are kept when it is emptied.
    """
    emptied, waiting = dict[UUID, Values](), set[UUID]()
    for one in done:
        if one.gone is not None:
            values, left = _emptied_up_to(one.row, one.gone, at)
            emptied |= values
            waiting |= {row.pk for row in left}
    return [
        replace(one, values=emptied.get(one.row.pk, one.values), waits=one.row.pk in waiting) for one in done
    ]  # fmt: skip


def empty_what_goes(row: Submission, at: datetime) -> bool:
    """Empty a form that nobody asks any more of what had been erased before; False where it waits for a person.

    One that breaks the program even in finding out what goes waits if it names a home of which anything was erased.
    """
    if row.forgotten:
        return True
    try:
        with transaction.atomic():
            gone = gone_of(row, at)
    except Exception as fault:  # noqa: BLE001 - it must not stop the others
        if _names_erased(row):
            keep_from_all([row], Out(), fault, at)
            return False
        return True
    return gone is None or not _emptied_up_to(row, gone, at)[1]


def _names_erased(row: Submission) -> bool:
    papers = Paper.objects.filter(submission=row).values_list("content", flat=True)
    named = {one for content in papers for one in ids_named(bytes(content))}
    return bool(noted_of(known_homes(named) if named else ()))


def _emptied_up_to(row: Submission, gone: Gone, at: datetime) -> tuple[dict[UUID, Values], list[Submission]]:
    """Empty a form, and what it corrects as well, read or not; what corrected it later is asked for itself."""
    rows = Submission.objects.select_for_update().filter(root=row.root, id__lte=row.pk, forgotten=False).order_by("id")
    return _tried(list(rows), out_by(gone), at)
