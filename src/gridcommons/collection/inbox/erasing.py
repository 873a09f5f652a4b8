"""Answers that say what was erased by right are emptied: in what was sent, in its corrections, in what was understood.

So is what a phone only showed as known, and what an office wrote beside these forms: no machine can tell which words of
a remark say it once more. That a form came, under which id, and what it caused beside stays, so that a phone's count is
right and corrections find it. Called inside deeds: by the erasure for what is stored, by reading and holding for what
comes late or is read again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from gridcommons.collection.asking import KNOWN, STILL, Question
from gridcommons.collection.forms.queries import one_version
from gridcommons.collection.inbox.mending import blanked
from gridcommons.collection.inbox.models import Answered, Mention, Paper, Remark, Submission
from gridcommons.collection.inbox.papers import BESIDE, Answers, Values, answers_of, tree_of
from gridcommons.collection.inbox.recalling import Gone
from gridcommons.collection.inbox.understanding import Meant, gone_of
from gridcommons.collection.intake import household_chosen
from gridcommons.kit.errors import code_of
from gridcommons.people.crypto import blind_index
from gridcommons.people.facts.erasing import Going
from gridcommons.people.homes.places import households_in
from gridcommons.people.keys import fact_keys_folder

_log = structlog.get_logger()
Homes = dict[str, frozenset[UUID]]
"""By a key the households of which what it asks goes."""
_SHOWN: Final = (KNOWN, f"{KNOWN}_zh", f"{KNOWN}_en")
_UNASKED: Final = Q(submission__state__in=("held", "aside")) | Q(submission__state="received") & ~Q(
    submission__replaced_by=""
)
_FRESH: Final = Q(state="received", settled_at__isnull=True) & ~Q(replaced_by="")
"""What was corrected before it was read: few, and of no home is it noted yet that they name it."""


@dataclass(frozen=True)
class Out:
    """What goes out of a chain of forms, by key: of which households what it says, and what a phone only showed."""

    said: Homes = field(default_factory=dict)
    shown: Homes = field(default_factory=dict)


def empty_all(going: Sequence[Going], at: datetime) -> int:
    """Empty the answers that say what goes, in every form of their chains about that home; returns how many forms.

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
    return sum(len(_emptied_chain(rows, wanted[root], at)) for root, rows in chains.items())


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
        texts[root, version] += bytes(content).decode("utf-8", "replace").lower().replace("-", "")
    return texts


def _asks(version_id: UUID, key: str) -> bool:
    return any(asked.fact == key for asked in one_version(version_id).questions)


def without_erased(done: Sequence[Meant], at: datetime) -> list[Meant]:
    """The same without the answers that were not taken since what they say had been erased; their papers too."""
    emptied = dict[UUID, Values]()
    for one in done:
        if one.gone is not None:
            emptied |= _emptied_up_to(one.row, one.gone, at)
    return [replace(one, values=emptied[one.row.pk]) if one.row.pk in emptied else one for one in done]


def empty_what_goes(row: Submission, at: datetime) -> None:
    """Empty a form that could not be understood of what had been erased before it was read.

    One that breaks even this is held all the same, and told in the log: it must not stop the others.
    """
    try:
        with transaction.atomic():
            gone = gone_of(row, at)
            if gone is not None:
                _emptied_up_to(row, gone, at)
    except Exception as fault:  # noqa: BLE001 - see above
        _log.error("inbox.erase_fault", submission=str(row.pk), error=code_of(fault))


def _emptied_up_to(row: Submission, gone: Gone, at: datetime) -> dict[UUID, Values]:
    """Empty a form, and what it corrects as well, read or not; what corrected it later is asked for itself."""
    rows = Submission.objects.select_for_update().filter(root=row.root, id__lte=row.pk, forgotten=False).order_by("id")
    home = frozenset({gone.home})
    return _emptied_chain(list(rows), Out(dict.fromkeys(gone.said, home), dict.fromkeys(gone.shown, home)), at)


def _emptied_chain(rows: Sequence[Submission], out: Out, at: datetime) -> dict[UUID, Values]:
    """Empty the forms of one chain, as they came, of what is said of these homes; what those say now that said it.

    What was corrected into a form about one of them is theirs as well. A form that was filled in for them by mistake
    and corrected to another home leaves that other home its answers.
    """
    theirs, found = dict[str, set[str]](), dict[UUID, Values]()
    for row in reversed(rows):
        keys = theirs.setdefault(row.instance_id, set(theirs.get(row.replaced_by, ())))
        values = _emptied(row, keys, out, at)
        if values is not None:
            found[row.pk] = values
    if found:
        _unsay(rows)
    return found


def _unsay(rows: Sequence[Submission]) -> None:
    """Take the words of remarks and of reasons beside these forms; who wrote them, and when, stays."""
    Remark.objects.filter(submission__in=rows).exclude(body="").update(body="")
    Paper.objects.filter(submission__in=rows).exclude(reason="").update(reason="")


def _emptied(row: Submission, keys: set[str], out: Out, at: datetime) -> Values | None:
    """Empty one form of what these keys ask, which grow by those of the homes that it names; what it says now, if less.

    None where nothing was said.
    """
    questions = one_version(row.version_id).questions
    changed, last = False, b""
    for paper in Paper.objects.filter(submission=row).order_by("-number"):
        content = bytes(paper.content)
        said = answers_of(tree_of(content), questions)
        keys |= _keys_of(content, said, questions, out.said)
        shown = _keys_of(content, said, questions, out.shown) - keys
        paper.content = blanked(content, [*_paths(questions, keys), *_only_shown(said, questions, shown)])
        last = last or paper.content
        if paper.content != content:
            changed = True
            paper.save(update_fields=["content"])
    if not changed:
        return None
    values = answers_of(tree_of(last), questions).values
    Answered.objects.filter(submission=row).update(values=values)
    if row.erased_at is None:
        row.sha256 = _digests(bytes(row.sha256))[0]
    row.erased_at = at
    row.save(update_fields=["sha256", "erased_at"])
    return values


def _keys_of(content: bytes, said: Answers, questions: tuple[Question, ...], homes: Homes) -> set[str]:
    return {key for key, several in homes.items() if _is_of(content, said, questions, several)}


def _paths(questions: Iterable[Question], keys: Collection[str]) -> list[str]:
    """The lines of the questions that ask these keys, with those that show what is known."""
    return [f"{asked.path}{end}" for asked in questions if asked.fact in keys for end in ("", *BESIDE)]


def _only_shown(said: Answers, questions: Iterable[Question], keys: Collection[str]) -> list[str]:
    """The lines in which a phone showed what was known of these keys, where nobody confirmed it."""
    asked = [one for one in questions if one.fact in keys]
    unsaid = [one for one in asked if said.at(one.path) or said.at(f"{one.path}{STILL}") != "yes"]
    return [f"{one.path}{end}" for one in unsaid for end in _SHOWN]


def _is_of(content: bytes, said: Answers, questions: tuple[Question, ...], homes: frozenset[UUID]) -> bool:
    """Whether a paper is about one of these households; where it chooses none, whether it names one anywhere."""
    chosen = household_chosen(said.at, questions)
    return chosen in homes if chosen else any(str(one).encode() in content for one in homes)


def is_same(held: Submission, sha256: bytes) -> bool:
    """Whether bytes with this hash are what was kept under an id, emptied meanwhile or not."""
    return bytes(held.sha256) in ([sha256] if held.erased_at is None else _digests(sha256))


def _digests(sha256: bytes) -> list[bytes]:
    """The hash under each key that was in use, the one in use now first."""
    ring = fact_keys_folder().ring()
    keys = [ring.keys[ring.active], *(key for name, key in ring.keys.items() if name != ring.active)]
    return [blind_index(sha256.hex(), key=key) for key in keys]
