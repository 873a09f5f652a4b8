"""Reads of finding: the cases that hold certain words, as far as the viewer may see them; kept searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.deeds import look
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import codes_read
from gridcommons.cases.finding.models import Saved
from gridcommons.cases.finding.rules import TOO_SHORT, Mark, Wish, Word, plain, score
from gridcommons.cases.finding.walking import TOWNSHIP, Found, Search, walk
from gridcommons.cases.models import Case
from gridcommons.cases.pages import PAGE, QueueRow
from gridcommons.cases.showing import rows_of
from gridcommons.kit.errors import refuse
from gridcommons.matters.queries import current

BEST_OF: Final = 200
"""The best of so many newest hits are shown when the best are wanted first: no more are read."""


@dataclass(frozen=True)
class Hit:
    """A case that was found, with its address."""

    row: QueueRow
    address: str


@dataclass(frozen=True)
class FoundPage:
    """Hits and where to go on: `until` None when that is all there is.

    `is_bounded`: fewer than a page, because the walk stopped at `until` after as many lines as one search may pass.
    """

    hits: tuple[Hit, ...]
    until: Mark | None
    is_bounded: bool


def _subjects(page: FoundPage, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The cases shown and those who reported them: a look at what was found is a look they can read."""
    return _about([hit.row.id for hit in page.hits])


def _about(ids: Sequence[UUID]) -> tuple[str, ...]:
    parties = {p for held in Case.objects.filter(pk__in=ids).values_list("parties", flat=True) for p in held}
    return (*(f"case:{one}" for one in ids), *sorted(p for p in parties if not p.startswith("office:")))


@look("look.found", subjects=_subjects)
def found_cases(
    *, wish: Wish, viewer: Viewer, at: datetime, after: Mark | None = None, most: int = PAGE, best: bool = False,
    purpose: str = "service",
) -> FoundPage:  # fmt: skip
    """The cases that hold all words of a wish, newest first after a place, or the best of the newest; at most `most`.

    Refuses words of single signs alone. A whole number alone is answered with its case. What was asked for is written
    nowhere; the cases shown are.
    """
    if not wish.asked.is_findable:
        raise refuse(TOO_SHORT)
    if (one := _numbered(wish)) is not None:
        return FoundPage(_hits([one], at), None, is_bounded=False)
    search = Search(wish, _matters(wish.asked.words))
    found = walk(search, scopes_of(viewer, at), after=after, most=BEST_OF if best else most)
    if not best:
        return _page([hit.case_id for hit in found.hits], found, most, at)
    words = {c.pk: f"{c.text}\n{c.address}" for c in Case.objects.filter(pk__in=[hit.case_id for hit in found.hits])}
    order = {pk: score(text, wish.asked.present) for pk, text in words.items()}
    best_first = sorted((hit.case_id for hit in found.hits if hit.case_id in order), key=lambda pk: -order[pk])
    return _page(best_first[:most], found, BEST_OF, at)


def _numbered(wish: Wish) -> UUID | None:
    """The case whose whole number is all that was asked for: however old it is, no list has to be walked."""
    if wish != Wish(wish.asked) or len(wish.asked.words) != 1:
        return None
    number = wish.asked.words[0].text.upper()
    return Case.objects.filter(number=number).values_list("pk", flat=True).first()


def _page(ids: Sequence[UUID], found: Found, most: int, at: datetime) -> FoundPage:
    return FoundPage(_hits(ids, at), found.until, found.until is not None and len(found.hits) < most)


def scopes_of(viewer: Viewer, at: datetime) -> list[str]:
    """The lists that a viewer's posts reach: their townships and their offices. It opens nothing: the walls do."""
    areas = {f"area:{code[:TOWNSHIP]}" for code in codes_read(viewer, at)}
    return [*sorted(areas), *sorted(viewer.office_keys_at(at))]


def _matters(words: Sequence[Word]) -> dict[Word, list[str]]:
    """By word, the matters whose Chinese or English name holds it."""
    names = {matter.key: (plain(matter.name.zh), plain(matter.name.en)) for matter in current()}
    named = ((word, [key for key, both in names.items() if any(word.text in name for name in both)]) for word in words)
    return {word: keys for word, keys in named if word.is_pair}


def _hits(ids: Sequence[UUID], at: datetime) -> tuple[Hit, ...]:
    cases = {case.pk: case for case in Case.objects.filter(pk__in=ids)}
    listed = [cases[pk] for pk in ids if pk in cases]
    return tuple(Hit(row, case.address) for row, case in zip(rows_of(listed, at), listed, strict=True))


def _contact_subjects(hits: tuple[Hit, ...], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return _about([hit.row.id for hit in hits])


@look("look.found", subjects=_contact_subjects)
def cases_of_contacts(
    *, contacts: Sequence[UUID], viewer: Viewer, at: datetime, purpose: str = "service"
) -> tuple[Hit, ...]:
    """The newest cases reported with one of these contacts, as far as the viewer may see them."""
    rows = Case.objects.filter(contact__in=contacts).order_by("-reported_at", "id")
    return _hits(list(rows.values_list("pk", flat=True)[:PAGE]), at)


@dataclass(frozen=True)
class Kept:
    """A search that somebody keeps."""

    id: UUID
    name: str
    query: str


@look("look.own_searches", subjects=lambda _found, facts: (facts["viewer"].key,))
def own_searches(*, viewer: Viewer, at: datetime, purpose: str = "service") -> tuple[Kept, ...]:
    """The searches that the viewer keeps, by name."""
    rows = Saved.objects.filter(owner=viewer.key).order_by("name")
    return tuple(Kept(row.pk, row.name, row.query) for row in rows)
