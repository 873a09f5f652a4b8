"""Who looked at me: one list for reports, person and home; by day and reader, the single entries behind each line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gridcommons.access.entries import Entry, Span
from gridcommons.cases.codes import ZONE
from gridcommons.cases.queries import PAGE, QueueRow, my_cases
from gridcommons.kit.clock import local_day
from gridcommons.kit.digits import as_page
from gridcommons.kit.sheets import Cell
from gridcommons.kit.words import Words
from gridcommons.notices.unread import how_many_new
from gridcommons.people.rights.queries import looks_at_me
from gridcommons.web.csv_answer import csv_answer
from gridcommons.web.csv_heads import heads
from gridcommons.web.pieces import Look, Text, Thing, say
from gridcommons.web.public.asking import asked, language
from gridcommons.web.public.looks import OwnCase, looks_shown

LINES_SHOWN: Final = 15
MONTH: Final = timedelta(days=30)
_MOST: Final = 1_000
_MOST_OF_PROGRAM: Final = 100
"""Of the program's own reading so much is shown; all of it is in the list to take along."""


@dataclass(frozen=True)
class Seen:
    """One thing that was seen, how often, and at which of the reader's own cases."""

    what: Text
    times: int
    things: tuple[Thing, ...]


@dataclass(frozen=True)
class Line:
    """All looks of one reader for one purpose on one day, the first one last."""

    office: Text
    role: Text
    purpose: Text
    why: Text
    seen: tuple[Seen, ...]
    looks: tuple[Look, ...]

    @property
    def first(self) -> datetime:
        """The moment of the first look."""
        return self.looks[-1].at

    @property
    def last(self) -> datetime:
        """The moment of the last look."""
        return self.looks[0].at

    @property
    def is_offline(self) -> bool:
        """Whether one of them was made on a phone without a network."""
        return any(one.offline for one in self.looks)

    @property
    def question_url(self) -> str:
        """Where these looks can be questioned; empty where they lie nowhere."""
        return next((one.question_url for one in self.looks if one.question_url), "")


@dataclass(frozen=True)
class Reader:
    """Who looked in a time, for what, on how many days; `key` names them in the address of the page."""

    key: str
    office: Text
    role: Text
    purposes: tuple[Text, ...]
    days: int
    last: datetime


def reader_key(look: Look) -> str:
    """An office and role as the address of a page has it."""
    return f"{_zh(look.office)}·{_zh(look.role)}".strip("·")


def _zh(text: Text) -> str:
    return say(text, "zh-hans") if text else ""


def by_day(looks: Sequence[Look]) -> list[tuple[date, list[Line]]]:
    """Looks, newest first, as lines under their days."""
    days: defaultdict[date, defaultdict[tuple[str, ...], list[Look]]]
    days = defaultdict(lambda: defaultdict(list))
    for one in looks:
        key = (reader_key(one), _zh(one.purpose), _zh(one.why))
        days[local_day(one.at, ZONE)][key].append(one)
    return [(day, [_line(several) for several in lines.values()]) for day, lines in days.items()]


def _line(looks: Sequence[Look]) -> Line:
    seen: defaultdict[str, list[Look]] = defaultdict(list)
    for one in looks:
        seen[_zh(one.what)].append(one)
    things = tuple(
        Seen(each[0].what, len(each), tuple(dict.fromkeys(thing for one in each for thing in one.things)))
        for each in seen.values()
    )
    first = looks[0]
    return Line(first.office, first.role, first.purpose, first.why, things, tuple(looks))


def readers(looks: Iterable[Look], since: datetime | None = None) -> list[Reader]:
    """Who looked since a moment, the last one first."""
    found: defaultdict[str, list[Look]] = defaultdict(list)
    for one in looks:
        if since is None or one.at >= since:
            found[reader_key(one)].append(one)
    return [_reader(key, several) for key, several in found.items()]


def _reader(key: str, looks: Sequence[Look]) -> Reader:
    purposes = {_zh(one.purpose): one.purpose for one in looks}
    days = {local_day(one.at, ZONE) for one in looks}
    return Reader(key, looks[0].office, looks[0].role, tuple(purposes.values()), len(days), looks[0].at)


def unread_of(request: HttpRequest) -> int | str:
    """How many notices are new, for the tab; nothing where none is."""
    house = asked(request)
    return how_many_new(viewer=house.viewer, at=house.now) or ""


def own_cases(request: HttpRequest) -> dict[str, OwnCase]:
    """The account's own cases by their key in the ledger: number and matter, with the page."""
    return {f"case:{row.id}": OwnCase(_thing(row), row.area_code) for row in own_rows(request)}


def _thing(row: QueueRow) -> Thing:
    name = row.matter.name
    said = Words(f"{row.number} {name.zh}", f"{row.number} {name.en}")
    return Thing(said, reverse("resident-case", args=[row.id]))


def own_rows(request: HttpRequest) -> Iterator[QueueRow]:
    """All that this account reported, newest first."""
    house, first = asked(request), 0
    while (held := my_cases(viewer=house.viewer, at=house.now, first=first)).rows:
        yield from held.rows
        first += PAGE
        if first >= held.total:
            return


def _entries(request: HttpRequest, span: Span) -> list[Entry]:
    house = asked(request)
    return looks_at_me(viewer=house.viewer, at=house.now, span=span, most=_MOST)


def all_looks(request: HttpRequest) -> list[Look]:
    """Every look, for the person to take along. Read up to a moment at a time, so none is read twice."""
    found: dict[UUID, Entry] = {}
    before: datetime | None = None
    while entries := [one for one in _entries(request, Span(before=before)) if one.id not in found]:
        found |= {one.id: one for one in entries}
        before = entries[-1].at + timedelta(microseconds=1)  # what was seen in the same moment is not lost
    return looks_shown(list(found.values()), own_cases(request))


def last_month(request: HttpRequest) -> Mapping[str, Any]:
    """What a resident wants to know first: who looked in the last thirty days, for what, on how many days."""
    shown = looks_shown(_entries(request, Span(by="people")), own_cases(request))
    return {"readers": readers(shown, asked(request).now - MONTH), "any_looks": bool(shown)}


def _before(request: HttpRequest) -> datetime | None:
    """The end of what is shown, where somebody reads further back: a day, or a moment of a day of very many looks."""
    try:
        said = datetime.fromisoformat(request.GET.get("before", ""))
        return (said if said.tzinfo else said.replace(tzinfo=ZONE)).astimezone(ZONE)
    except (ValueError, OverflowError):
        return None


def _older(first: datetime, last: datetime) -> datetime:
    """Where to read on below these looks: from the whole day of the last one, or inside it where that is the only day.

    What was seen in the same moment as the last one is read again rather than lost.
    """
    day = datetime.combine(local_day(last, ZONE) + timedelta(days=1), time(), ZONE)
    within = last + timedelta(microseconds=1) if last < first else last
    return day if day <= first else within.astimezone(ZONE)


def _way_on(older: datetime, who: str) -> str:
    """The address of the looks before, of the same reader."""
    return urlencode({"before": older.isoformat()} | ({"who": who} if who else {}))


@never_cache
@require_safe
@login_required
def looks(request: HttpRequest) -> HttpResponse:
    """Who looked: the last thirty days in short, then day by day."""
    before, who = _before(request), request.GET.get("who", "")
    own = own_cases(request)
    shown = looks_shown(_entries(request, Span(before=before, by="people")), own)
    wanted = [one for one in shown if not who or reader_key(one) == who]
    lines = [(day, line) for day, several in by_day(wanted) for line in several]
    page = Paginator(lines, LINES_SHOWN).get_page(as_page(request.GET.get("page", "")))
    older = _older(shown[0].at, shown[-1].at) if len(shown) == _MOST else None
    by_program = looks_shown(_entries(request, Span(since=older, before=before, by="program")), own)
    context = {
        "page": page, "who": who, "before": before, "all_readers": readers(shown), "n": len(wanted),
        "readers": readers(shown, asked(request).now - MONTH) if before is None else [],
        "by_program": by_program[:_MOST_OF_PROGRAM], "n_by_program": len(by_program),
        "is_more": len(by_program) == _MOST, "unread_count": unread_of(request),
        "older": _way_on(older, who) if older and not page.has_next() else "",
    }  # fmt: skip
    return render(request, "resident/looks.html", context)


@never_cache
@require_safe
@login_required
def looks_csv(request: HttpRequest) -> HttpResponse:
    """Every single entry of the same list, to take along."""
    tongue = language()
    rows: list[tuple[Cell, ...]] = [tuple(heads(("at", "office", "role", "purpose", "what", "cases"), tongue))]
    for look in all_looks(request):
        words = (say(text, tongue) for text in (look.office, look.role, look.purpose, look.what))
        cases = "; ".join(say(thing.words, tongue) for thing in look.things)
        rows.append((look.at, *words, cases))
    return csv_answer(rows, "who-looked.csv")
