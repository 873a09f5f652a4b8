"""Reads of concerns: words for the office that reads them (a look), digests, the answer for who holds a code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count

from gridcommons.access.deeds import look
from gridcommons.access.queries import OfficeFacts, offices
from gridcommons.access.rules import Place, Viewer
from gridcommons.access.scope import lying_in, viewing
from gridcommons.cases.codes import ZONE, digest_of
from gridcommons.cases.concerns.actions import UNKNOWN
from gridcommons.cases.concerns.models import Concern, Digest, DigestLine, Wish
from gridcommons.cases.concerns.rules import shown_of, week_of
from gridcommons.kit.clock import local_day
from gridcommons.kit.disclosure import Shown, exact
from gridcommons.kit.errors import refuse
from gridcommons.kit.lineage import in_force

PAGE: Final = 50


@dataclass(frozen=True)
class DigestFacts:
    """A digest as everybody may see it; hidden figures are hidden here already."""

    id: UUID
    township_code: str
    week: date
    total: Shown
    subjects: Mapping[str, Shown]
    villages: Mapping[str, Mapping[str, Shown]]
    gathered_at: datetime
    due_at: datetime
    summary: str
    answer: str
    answered_at: datetime | None
    office: OfficeFacts | None

    def is_late(self, at: datetime) -> bool:
        """Whether the answer is owed since before a moment, or came after its day."""
        return (self.answered_at or at) > self.due_at


@dataclass(frozen=True)
class Said:
    """What somebody said, as the office reads it: masked, in no order of time."""

    id: UUID
    village_code: str
    subject: str
    text: str
    aside: str


@dataclass(frozen=True)
class Week:
    """The words of one week: one page, how many there are in all, and how many by subject."""

    rows: tuple[Said, ...]
    total: int
    subjects: Mapping[str, int]


def digests(
    *, area_code: str = "", unanswered: bool = False, first: int = 0, most: int = PAGE, week: date | None = None
) -> list[DigestFacts]:
    """Digests of an area, the newest week first; public."""
    rows = Digest.objects.filter(lying_in("township_code", [area_code])) if area_code else Digest.objects.all()
    if unanswered:
        rows = rows.filter(answered_at__isnull=True)
    if week is not None:
        rows = rows.filter(week=week)
    return _all(rows.order_by("-week", "township_code")[first : first + most])


def digest_of_week(*, township_code: str, week: date) -> DigestFacts:
    """The digest made under exactly this code; refuses (`concern.unknown`) a week without one."""
    found = _exactly(township_code, week)
    if found is None:
        raise refuse(UNKNOWN)
    return found


def _exactly(township_code: str, week: date) -> DigestFacts | None:
    found = _all(Digest.objects.filter(township_code=township_code, week=week))
    return found[0] if found else None


def digests_of_week(*, township_code: str, week: date) -> list[DigestFacts]:
    """All digests of a week that belong to a township today, its own in front; of a merged one there are several."""
    held = in_force()
    codes = {township_code, *held.sources(held.follow(township_code) or township_code)}
    found = _all(Digest.objects.filter(township_code__in=codes, week=week))
    return sorted(found, key=lambda one: (one.township_code != township_code, one.township_code))


def _all(rows: Any) -> list[DigestFacts]:
    listed = list(rows)
    known = offices([row.office_id for row in listed])
    return [_facts(row, known.get(row.office_id) if row.office_id else None) for row in listed]


def _facts(row: Digest, office: OfficeFacts | None) -> DigestFacts:
    figures = row.figures
    return DigestFacts(
        row.pk, row.township_code, row.week, shown_of(figures["total"]),
        {key: shown_of(one) for key, one in figures["subjects"].items()},
        {key: {code: shown_of(n) for code, n in rows.items()} for key, rows in figures["villages"].items()},
        row.gathered_at, row.due_at, row.summary, row.answer, row.answered_at, office,
    )  # fmt: skip


def lines_of(*, digest: DigestFacts, viewer: Viewer, at: datetime) -> Mapping[str, Mapping[str, Shown]]:
    """Figures by subject and village as the viewer may see them: exact within the township's own scope."""
    with viewing(viewer, at):
        rows = list(DigestLine.objects.filter(digest_id=digest.id).values_list("subject", "village_code", "n"))
    if not rows:
        return digest.villages
    table: dict[str, dict[str, Shown]] = {}
    for subject, village, n in rows:
        table.setdefault(subject, {})[village] = exact(n)
    return table


def _there(facts: Mapping[str, Any]) -> Place:
    return Place(str(facts["township_code"]), personal=True)


def _subjects(week: Week, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The week that was read; a row of it says nothing about anybody and is not named."""
    return (f"concerns:{facts['township_code']}:{facts['week']}",)


@look("look.concerns", on=_there, subjects=_subjects)
def words_of_week(
    *, township_code: str, week: date, subject: str = "", first: int = 0, most: int = PAGE, viewer: Viewer,
    at: datetime, purpose: str = "service",
) -> Week:  # fmt: skip
    """What was said in a township in a week, for the office that answers; by subject, in no order of time."""
    rows = Concern.objects.filter(township_code__in=in_force().known_as(township_code), week=week)
    subjects = dict(rows.values_list("subject").annotate(n=Count("id")))
    if subject:
        rows = rows.filter(subject=subject)
    page = rows.order_by("subject", "village_code", "id")[first : first + most]
    said = tuple(Said(c.pk, c.village_code, c.subject, c.text, c.aside) for c in page)
    return Week(said, rows.count(), subjects)


def this_week(at: datetime) -> date:
    """The Monday of the week of a moment."""
    return week_of(local_day(at, ZONE))


def _of_code(facts: Mapping[str, Any]) -> Place:
    row = Wish.objects.filter(code_digest=digest_of(facts["code"])).values_list("parties", flat=True).first()
    if row is None:
        raise refuse(UNKNOWN)
    return Place(parties=frozenset(row), personal=True)


def _no_subject(_answer: Any, _facts_: Mapping[str, Any]) -> tuple[str, ...]:
    """Nothing: an entry would only tell that somebody came back for an answer."""
    return ()


@dataclass(frozen=True)
class Waited:
    """What a code opens: the township and the week, and the digest once it is gathered."""

    township_code: str
    week: date
    digest: DigestFacts | None


@look("look.own_concern", on=_of_code, subjects=_no_subject)
def own_wish(*, code: str, viewer: Viewer, at: datetime, purpose: str = "own_case") -> Waited:
    """The answer that somebody asked for, or that it is still owed."""
    wish = Wish.objects.get(code_digest=digest_of(code))
    return Waited(wish.township_code, wish.week, _exactly(wish.township_code, wish.week))
