"""The ledger for auditors: entries of their areas, counts by day, checks in the background, proofs to take along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.book.actions import ask_check as ask_for_check
from gridcommons.access.book.queries import (
    LedgerLine,
    accounts_at,
    by_day,
    check_of,
    checks,
    counted_size,
    ledger_page,
    open_offices_in,
)
from gridcommons.access.book.rules import MOST_CHECKED, Asked
from gridcommons.access.entries import Entry
from gridcommons.access.finer import words_of
from gridcommons.access.naming import deed_names, deed_words
from gridcommons.access.queries import Standing, latest_checkpoint, standings
from gridcommons.access.rules import auditors
from gridcommons.cases.beyond.queries import case_key
from gridcommons.kit.dates import day_text
from gridcommons.kit.digits import code_or_none, is_digits
from gridcommons.kit.errors import Refusal
from gridcommons.kit.ids import as_uuid
from gridcommons.kit.words import Words
from gridcommons.outlook.rules import require_staff
from gridcommons.territory.queries import names_of
from gridcommons.web.case_words import listed, office_name
from gridcommons.web.office.choosing import own_places
from gridcommons.web.pieces import say
from gridcommons.web.staff import ZONE, asked, frame, language, require_can, signed_in, today

_DAYS: Final = 28
_DIGITS: Final = 18
_KINDS: Final = {
    "case": Words("办件", "work on cases"), "look": Words("查看", "looks"), "glass": Words("应急查看", "break-glass"),
    "handout": Words("导出", "exports"), "access": Words("机构与授权", "offices and grants"),
}  # fmt: skip
_LINES: Final = {
    "case": ("case",), "look": ("look",), "two": ("glass", "handout"),
}  # fmt: skip
"""What stands in the chart as a line of its own."""
_BY_TWO: Final = Words("双人确认", "by two persons")
_OTHER: Final = Words("其他", "other")


def _require(request: HttpRequest) -> None:
    house = asked(request)
    require_staff(house.viewer, house.now)
    require_can(house.viewer, "look.ledger", house.now)


def _number(text: str) -> int | None:
    return int(text) if is_digits(text) and len(text) <= _DIGITS else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _asked(request: HttpRequest) -> Asked:
    """What the address asks for; a case is found by its number where the auditor may know it."""
    get, house = request.GET, asked(request)
    office, area, day = as_uuid(get.get("office", "")), get.get("area", "").strip(), _day(get.get("day", ""))
    since = datetime.combine(day, time(), ZONE) if day else None
    until = since + timedelta(days=1) if since else None
    subject, number = "", get.get("case", "").strip().upper()[:20]
    if number:
        found = case_key(number=number, viewer=house.viewer, at=house.now)
        subject, since = found.key, max(since, found.since) if since else found.since
    return Asked(
        what=get.get("what", "")[:60], area_code=code_or_none(area),
        office_accounts=accounts_at(office) if office else None, subject=subject, since=since, until=until,
        before=_number(get.get("before", "")),
    )  # fmt: skip


@signed_in
@require_safe
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """A page of the ledger, with the counts and the ways to check it."""
    _require(request)
    house, problem, status = asked(request), "", 200
    try:
        wanted = _asked(request)
    except Refusal as refusal:
        problem, status, wanted = say(refusal.words(), language()), refusal.status, Asked(before=0)
    page = ledger_page(asked=wanted, viewer=house.viewer, at=house.now)
    last = today(request)
    first = last - timedelta(days=_DAYS - 1)
    codes = sorted({code for grant in auditors(house.viewer, house.now) for code in grant.areas_now})
    heads, rows = _chart(by_day(house.viewer, house.now, first, last), first, last)
    context = {
        "page": page, "lines": _shown(page.lines), "problem": problem, "checkpoint": latest_checkpoint(),
        "on_url": _with(request, before=page.on) if page.on else "", "top_url": _with(request, before=None),
        "from_top": "before" not in request.GET, "whats": _whats(),
        "offices": [(str(one.id), office_name(one)) for one in open_offices_in(codes)],
        "places": own_places(codes, last, wanted.area_code, language()),
        "filtered": any(request.GET.get(key) for key in ("what", "office", "area", "day", "case")),
        "chart_heads": heads, "chart_rows": rows, "waiting": max(0, page.size - counted_size()),
        "checks": checks(), "most": MOST_CHECKED, "suggest": max(0, page.size - 10_000),
    }  # fmt: skip
    return render(request, "office/ledger.html", frame(request) | context, status=status)


def _whats() -> list[tuple[str, Words]]:
    return [*_KINDS.items(), *deed_names().items()]


def _with(request: HttpRequest, **changes: object) -> str:
    query = request.GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value is not None:
            query[key] = str(value)
    return f"?{query.urlencode()}"


def _shown(lines: Sequence[LedgerLine]) -> list[dict[str, Any]]:
    """Entries in words: offices and duties, never a name."""
    served = standings(Entry(x.id, x.what, x.by, x.purpose, x.at, x.area_code, ()) for x in lines)
    names = names_of({line.area_code for line in lines if line.area_code})
    return [
        {
            "line": line, "what": deed_words(line.what), "purpose": words_of(line.purpose),
            "who": _who(line, served.get(line.id)),
            "place": names[line.area_code].name if line.area_code in names else line.area_code,
        }
        for line in lines
    ]  # fmt: skip


def _who(line: LedgerLine, standing: Standing | None) -> Words | str:
    if line.by.startswith("program:"):
        return Words("程序", "the program")
    if standing is None:
        return Words("居民或公众", "a resident or the public")
    office = office_name(standing.office)
    return listed([office, standing.role]) if isinstance(office, Words) else standing.role


def _chart(counts: Iterable[tuple[date, str, int]], first: date, last: date) -> tuple[list[Words], list[list[object]]]:
    """Heads and rows of the chart: a day, then a figure for each kind."""
    line_of = {kind: line for line, kinds in _LINES.items() for kind in kinds}
    table: defaultdict[date, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for day, what, n in counts:
        table[day][line_of.get(what.split(".")[0], "")] += n
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    heads = [Words("日期", "Day"), _KINDS["case"], _KINDS["look"], _BY_TWO, _OTHER]
    rows: list[list[object]] = [
        [day_text(day, language(), this_year=last.year), *(table[day][line] for line in (*_LINES, ""))] for day in days
    ]
    return heads, rows


@signed_in
@require_POST
def ask_check(request: HttpRequest) -> HttpResponse:
    """Have a range verified, or one entry proved, by a job."""
    _require(request)
    house, post = asked(request), request.POST
    kind = "proof" if post.get("entry") else "check"
    first = _number(post.get("entry", "") or post.get("first", ""))
    last = first + 1 if kind == "proof" and first is not None else _number(post.get("last", ""))
    first, last = (-1, 0) if first is None or last is None else (first, last)
    made = ask_for_check(first=first, last=last, kind=kind, by=house.viewer, at=house.now)
    messages.info(request, _("Asked for. The result appears on this page within a minute or so."))
    return redirect("office-ledger-result", made.pk)


@signed_in
@require_safe
@never_cache
def check(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """One check with its result; while it waits the page asks again by itself."""
    _require(request)
    row = check_of(check_id)
    if row is None:
        raise Http404
    refused = row.result.get("refused")
    context = {
        "check": row, "result": row.result, "refused": Words(**refused) if refused else "",
        "again": reverse("office-ledger-result", args=[check_id]),
    }  # fmt: skip
    return render(request, "office/ledger_check.html", frame(request) | context)


@signed_in
@require_safe
def proof(request: HttpRequest, check_id: UUID) -> JsonResponse:
    """The proof of one entry, as `gridcommons ledger prove --check` reads it."""
    _require(request)
    row = check_of(check_id)
    if row is None or row.kind != "proof" or row.state != "done":
        raise Http404
    answer = JsonResponse(row.result, json_dumps_params={"indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="entry-{row.first}-proof.json"'
    return answer
