"""Reads of the books: a page of the ledger, counts by day, marks, checks; who holds which grant."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, Sum

from gridcommons.access.book.counting import BY, WHAT
from gridcommons.access.book.models import Check, DayCount, Mark, ReadSoFar, Used
from gridcommons.access.book.rules import SCAN, SOON, UNUSED_AFTER, Asked, before_month, grant_state, is_unused
from gridcommons.access.deeds import look
from gridcommons.access.identify import facts_of
from gridcommons.access.models import Checkpoint, Grant, LedgerEntry, Office, User
from gridcommons.access.queries import OfficeFacts, offices
from gridcommons.access.rules import GrantFacts, Viewer, auditors
from gridcommons.access.scope import lying_in
from gridcommons.kit.codes import CHINA
from gridcommons.kit.lineage import in_force

PAGE: Final = 50


@dataclass(frozen=True)
class LedgerLine:
    """One entry for an auditor: by whom is a key (an account, the program), never a name.

    `things`: how many things it names; `subjects`: which, only where the reader may know (township or below).
    """

    seq: int
    id: UUID
    at: datetime
    what: str
    by: str
    purpose: str
    area_code: str
    things: int
    subjects: tuple[str, ...] = ()
    facts: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class LedgerPage:
    """A page of the ledger, newest first. `on`: the number to go on below, None at the end of what was asked for.

    `searched_to`: down to which number it looked.
    """

    lines: tuple[LedgerLine, ...]
    on: int | None
    searched_to: int
    size: int


def _shown(page: LedgerPage, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"entry:{line.id}" for line in page.lines)


@look("look.ledger", subjects=_shown)
def ledger_page(*, asked: Asked, viewer: Viewer, at: datetime, purpose: str = "audit") -> LedgerPage:
    """A page of the sealed entries of the areas that the viewer audits, found by number, never counted."""
    size = sealed_size()
    top = min(size if asked.before is None else asked.before, _number_at(asked.until, size))
    bottom = max(0, _number_at(asked.since, size) if asked.since else 0)
    floor = max(bottom, top - SCAN)
    rows = _rows(asked, viewer, at, floor, top)
    local = all(grant.is_local for grant in auditors(viewer, at))
    lines = tuple(_line(row, local=local) for row in rows[:PAGE])
    if len(rows) > PAGE:
        return LedgerPage(lines, lines[-1].seq, lines[-1].seq, size)
    return LedgerPage(lines, floor if floor > bottom else None, floor, size)


def sealed_size() -> int:
    """How many entries are sealed."""
    return Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0


def _number_at(moment: datetime | None, size: int) -> int:
    """The first number not before a moment, by halving: numbers are given in the order of time."""
    low, high = 0, size
    while moment is not None and low < high:
        middle = (low + high) // 2
        found = LedgerEntry.objects.filter(seq=middle).values_list("at", flat=True).first()
        low, high = (middle + 1, high) if found is not None and found < moment else (low, middle)
    return low if moment is not None else size


_PAGE_SQL: Final = f"""
SELECT e.seq, e.id, e.at, d.body, d.area_code, {WHAT}, {BY}
FROM access_ledgerentry e JOIN access_ledgerdetail d ON d.entry = e.id
WHERE e.seq >= %(floor)s AND e.seq < %(top)s AND (d.area_code <> '' OR {BY} = ANY(%(staff)s) OR {BY} LIKE 'program:%%')
  AND (%(what)s = '' OR {WHAT} = %(what)s OR starts_with({WHAT}, %(what)s || '.'))
  AND (%(area)s = '' OR d.area_code ~ %(area)s)
  AND (%(office)s::text[] IS NULL OR {BY} = ANY(%(office)s::text[]))
  AND (%(subject)s = '' OR %(subject)s = ANY(d.parties))
ORDER BY e.seq DESC LIMIT {PAGE + 1}
"""  # noqa: S608 - put together from constants


def _rows(asked: Asked, viewer: Viewer, at: datetime, floor: int, top: int) -> list[tuple[Any, ...]]:
    office = list(asked.office_accounts) if asked.office_accounts is not None else None
    with connection.cursor() as cursor:
        cursor.execute(_PAGE_SQL, {
            "floor": floor, "top": top, "staff": staff_of(auditors(viewer, at)), "what": asked.what,
            "area": _filed_in(asked.area_code), "office": office, "subject": asked.subject,
        })  # fmt: skip
        return list(cursor.fetchall())


def _filed_in(code: str) -> str:
    """A pattern of the codes under which entries of an area stand; of one that ended, what was written down there."""
    lineage = in_force()
    return (lineage.reach((code,)).pattern or f"^(?:{'|'.join(lineage.known_as(code))})") if code else ""


def staff_of(grants: Iterable[GrantFacts]) -> list[str]:
    """The keys of the accounts that hold or held a grant in the areas of these grants."""
    return [f"user:{user}" for user in set(Grant.objects.filter(_inside(grants)).values_list("user_id", flat=True))]


def _inside(grants: Iterable[GrantFacts]) -> Q:
    """Grants of which the area, or the office, lies today in the areas of one of these."""
    ways = [
        lying_in(column, grant.areas_now, grant.left_out_now)
        for grant in grants
        for column in ("included__0", "office__area_code")
    ]
    return reduce(or_, ways, Q(pk__in=()))


def accounts_at(office_id: UUID) -> tuple[str, ...]:
    """The keys of the accounts that serve or served an office."""
    return tuple(
        f"user:{user}" for user in set(Grant.objects.filter(office_id=office_id).values_list("user", flat=True))
    )


def _line(row: tuple[Any, ...], *, local: bool) -> LedgerLine:
    seq, entry, at, text, area, what, by = row
    body = json.loads(text)
    subjects = tuple(body["subjects"])
    return LedgerLine(
        seq, entry, at, what, by, body["purpose"], area, len(subjects),
        tuple(s for s in subjects if not s.startswith(("user:", "track:", "contact:"))) if local else (),
        body["facts"] if what == "access.restored" else None,
    )  # fmt: skip


def by_day(viewer: Viewer, at: datetime, first: date, last: date) -> list[tuple[date, str, int]]:
    """Entries by day and kind of deed or look, in the areas that the viewer audits: numbers alone."""
    width = CHINA.width("township")
    inside = [
        lying_in(
            "area_code", [code[:width] for code in grant.areas_now],
            [code for code in grant.left_out_now if len(code) <= width],
        )
        for grant in auditors(viewer, at)
    ]  # fmt: skip
    rows = DayCount.objects.filter(reduce(or_, inside, Q(area_code="")), day__gte=first, day__lte=last)
    found = rows.values_list("day", "what").annotate(total=Sum("n")).order_by("day", "what")
    return [(day, what, total) for day, what, total in found]


def counted_size() -> int:
    """Up to which number the sealed entries are counted."""
    return ReadSoFar.objects.filter(id=1).values_list("size", flat=True).first() or 0


def read_under(mark: str) -> list[tuple[datetime, str, int]]:
    """What was read under a mark (`glass:<id>`, `handout:<id>`): when, by which look, of how many cases."""
    rows = Mark.objects.filter(mark=mark).order_by("seq")[:500]
    return [(row.at, row.what, len(row.cases)) for row in rows]


def untold_marks(limit: int = 200) -> list[tuple[int, str, str, tuple[str, ...]]]:
    """Marked readings that nobody was told of yet: row, mark, look, keys of the cases; oldest first."""
    rows = Mark.objects.filter(told_at__isnull=True).order_by("id")[:limit]
    return [(row.pk, row.mark, row.what, tuple(row.cases)) for row in rows]


def checks(limit: int = 10) -> Sequence[Check]:
    """The checks asked for last."""
    return list(Check.objects.order_by("-asked_at")[:limit])


def check_of(check_id: UUID) -> Check | None:
    """One check."""
    return Check.objects.filter(pk=check_id).first()


def waiting_checks() -> list[Check]:
    """The checks to be done."""
    return list(Check.objects.filter(state="waiting").order_by("asked_at")[:1])


@dataclass(frozen=True)
class GrantFilter:
    """What a list of grants is filtered by; empty parts do not filter. `unused`: of accounts nobody uses."""

    words: str = ""
    role: str = ""
    office_id: UUID | None = None
    area_code: str = ""
    state: str = ""
    user_id: UUID | None = None
    grant_id: UUID | None = None


@dataclass(frozen=True)
class GrantLine:
    """One grant as who gives grants reads it; staff are named here, for they are posted."""

    id: UUID
    user_id: UUID
    username: str
    name: str
    facts: GrantFacts
    office: OfficeFacts | None
    reason: str
    given_by: str
    revoked_by: str
    state: str
    unused: bool


@dataclass(frozen=True)
class GrantPage:
    """A page of grants and how many there are."""

    lines: tuple[GrantLine, ...]
    total: int


def _of_whom(page: GrantPage, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"grant:{line.id}" for line in page.lines)


@look("look.grants", subjects=_of_whom)
def grants(
    *, wanted: GrantFilter, viewer: Viewer, at: datetime, first: int = 0, most: int = PAGE, purpose: str
) -> GrantPage:
    """Who may do what, where, until when, in the areas of the viewer's own grant; by name of the person."""
    rows = Grant.objects.filter(_inside(auditors(viewer, at))).filter(_as_wanted(wanted, at))
    ordered = rows.select_related("user", "office").order_by("user__username", "valid_from", "id")
    return GrantPage(tuple(_grant_lines(ordered[first : first + most], at)), rows.count())


def _as_wanted(wanted: GrantFilter, at: datetime) -> Q:
    found = Q(role=wanted.role) if wanted.role else Q()
    if wanted.words:
        found &= Q(user__username__icontains=wanted.words) | Q(user__display_name__icontains=wanted.words)
    for name, value in (("office_id", wanted.office_id), ("user_id", wanted.user_id), ("pk", wanted.grant_id)):
        found &= Q(**{name: value}) if value else Q()
    if wanted.area_code:
        lineage, code = in_force(), wanted.area_code
        above = [raw for n in range(2, len(code)) for raw in (code[:n], *lineage.origins(code[:n]))]
        found &= Q(included__overlap=above) | lying_in("included__0", [code])
    return found & _in_state(wanted.state, at)


def _in_state(state: str, at: datetime) -> Q:
    """A state as the database asks for it: as `grant_state` and `is_unused` say it, which a test compares."""
    running = Q(valid_from__lte=at, revoked_at__isnull=True) & (Q(valid_to__isnull=True) | Q(valid_to__gt=at))
    used = Used.objects.filter(month__gte=before_month(at.date())).values_list("account", flat=True)
    return {
        "in_force": running,
        "soon": running & Q(valid_to__lte=at + SOON),
        "coming": Q(valid_from__gt=at, revoked_at__isnull=True),
        "ended": Q(revoked_at__isnull=True, valid_to__lte=at),
        "revoked": Q(revoked_at__isnull=False),
        "unused": running
        & Q(valid_from__lt=at - UNUSED_AFTER)
        & ~Q(user_id__in=[key.removeprefix("user:") for key in used] if state == "unused" else ()),
    }.get(state, Q())


def _grant_lines(rows: Iterable[Grant], at: datetime) -> Iterable[GrantLine]:
    listed = list(rows)
    known = offices(row.office_id for row in listed)
    accounts = [f"user:{row.user_id}" for row in listed]
    months = dict(Used.objects.filter(account__in=accounts).values_list("account", "month"))
    for row in listed:
        facts = facts_of(row)
        yield GrantLine(
            row.pk, row.user_id, row.user.username, row.user.display_name, facts,
            known.get(row.office_id) if row.office_id else None, row.reason, row.given_by, row.revoked_by,
            grant_state(facts, at), is_unused(facts, months.get(f"user:{row.user_id}"), at),
        )  # fmt: skip


def names_by_key(keys: Iterable[str]) -> dict[str, str]:
    """The posted names of staff by their keys (`user:<id>`)."""
    ids = {key.removeprefix("user:") for key in keys if key.startswith("user:")}
    return {f"user:{pk}": name for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "display_name")}


def open_offices_in(codes: Iterable[str]) -> list[OfficeFacts]:
    """The open offices of areas and what lies below them, by key."""
    rows = Office.objects.filter(lying_in("area_code", codes), valid_to__isnull=True).order_by("key")
    return list(offices(rows.values_list("pk", flat=True)).values())
