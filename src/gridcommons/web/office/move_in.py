"""Spreadsheets of a county in the browser: sent in, checked with an error sheet to take away, carried out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.cases.findings import GRADES, sorted_by_place
from gridcommons.cases.founding.actions import drop_sheets, send_sheet
from gridcommons.cases.founding.books import MOST_BYTES, tables_of
from gridcommons.cases.founding.books import Sent as SentFile
from gridcommons.cases.founding.errorsheet import error_book, error_csv
from gridcommons.cases.founding.faults import TOO_LARGE
from gridcommons.cases.founding.items import STATUSES
from gridcommons.cases.founding.plan import Plan, understand
from gridcommons.cases.founding.queries import opened_sheets, sent_sheets
from gridcommons.cases.founding.sheets import kinds
from gridcommons.cases.founding.taking import take
from gridcommons.cases.founding.templates import template
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.web.csv_answer import CSV
from gridcommons.web.office.county import county_frame, own_county
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, language, signed_in

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN: Final = 60
_MEGABYTE: Final = 1_000_000
NOTHING_SENT = refusal_kind(
    "web.no_sheets_sent",
    status=400,
    zh="没有等待办理的表格：请先上传。",
    en="No sheets wait here: send some in first.",
)
NOT_SOUND = refusal_kind(
    "web.sheets_not_sound",
    status=409,
    zh="表格里还有{count}处错误，没有写入任何内容：请下载错误表，改好后重新上传。",
    en="There are {count} errors, so nothing was written: take the error sheet, mend them, send the sheets again.",
)


@dataclass(frozen=True)
class Tally:
    """One kind of sheet and how its rows stand."""

    name: Words
    counts: Sequence[tuple[Words, int]]


def _plan(request: HttpRequest) -> Plan:
    """The plan of what the officer sent in; refuses when nothing waits."""
    house, county = asked(request), own_county(request)
    sent = opened_sheets(viewer=house.viewer, at=house.now)
    if not sent:
        raise refuse(NOTHING_SENT)
    return understand(sent, county=county, at=house.now)


@signed_in
@require_safe
@never_cache
def move_in(request: HttpRequest) -> HttpResponse:
    """What waits, what the check found in it, and what would be done."""
    house = asked(request)
    context = county_frame(request, "office-move-in")
    waiting = sent_sheets(viewer=house.viewer, at=house.now)
    context |= {"waiting": waiting, "kinds": kinds(), "most": MOST_BYTES // _MEGABYTE}
    if waiting:
        try:
            context |= _checked(_plan(request))
        except Refusal as refusal:
            context["refused"] = refusal.words()
    return render(request, "office/move_in.html", context)


def _checked(plan: Plan) -> dict[str, object]:
    found = sorted_by_place(plan.findings.found)
    found.sort(key=lambda one: one.grade != "fault")
    counted = plan.asked.counts()
    tallies = [
        Tally(kind.name, [(STATUSES[s], n) for s, n in counted[kind.key].items() if n])
        for kind in kinds()
        if any(counted[kind.key].values())
    ]
    return {
        "plan": plan, "found": [(one, GRADES[one.grade], one.reason.words()) for one in found[:_SHOWN]],
        "more": max(0, len(found) - _SHOWN), "faults": len(plan.findings.faults), "tallies": tallies,
        "other": len(found) - len(plan.findings.faults), "is_done": plan.asked.is_done(),
    }  # fmt: skip


@signed_in
@require_POST
def send(request: HttpRequest) -> HttpResponseRedirect:
    """Keep the files sent; one that cannot be opened is said at once and not kept."""
    county, house = own_county(request), asked(request)
    for one in request.FILES.getlist("sheets"):
        name = (one.name or "sheet").rpartition("/")[2]
        try:
            if (one.size or 0) > MOST_BYTES:
                size = (one.size or 0) // _MEGABYTE
                raise refuse(TOO_LARGE, file=name, size=size, most=MOST_BYTES // _MEGABYTE)
            content = one.read()
            tables_of(SentFile(name, content))
            send_sheet(county_code=county, name=name, content=content, by=house.viewer, at=house.now)
        except Refusal as refusal:
            messages.error(request, say(refusal.words(), language()))
    return redirect("office-move-in")


@signed_in
@require_POST
def drop(request: HttpRequest) -> HttpResponseRedirect:
    """Drop what waits."""
    house = asked(request)
    drop_sheets(county_code=own_county(request), by=house.viewer, at=house.now)
    messages.info(request, _("The sheets were dropped. Nothing else was changed."))
    return redirect("office-move-in")


@signed_in
@require_POST
def go(request: HttpRequest) -> HttpResponseRedirect:
    """Carry the plan out as the officer, and drop the sheets; what stands already is left."""
    house, plan = asked(request), _plan(request)
    if not plan.is_sound:
        raise refuse(NOT_SOUND, count=len(plan.findings.faults))
    done = take(plan, by=house.viewer, at=house.now)
    drop_sheets(county_code=own_county(request), by=house.viewer, at=house.now)
    said = _("Done: all rows of the sheets stand now. %(n)s deeds were written into the ledger.")
    messages.info(request, said % {"n": done} if done else _("Nothing to change: all of this stands already."))
    return redirect("office-first-hour")


@signed_in
@require_safe
@never_cache
def errors_book(request: HttpRequest) -> HttpResponse:
    """The officer's own sheets with the faulty cells coloured."""
    return _file(error_book(_plan(request)), "errors.xlsx", _XLSX)


@signed_in
@require_safe
@never_cache
def errors_csv(request: HttpRequest) -> HttpResponse:
    """All findings as CSV."""
    return _file(error_csv(_plan(request)).encode(), "errors.csv", CSV)


@signed_in
@require_safe
def template_file(request: HttpRequest, key: str) -> HttpResponse:
    """An empty sheet."""
    own_county(request)
    kind = next((one for one in kinds() if one.key == key), kinds()[0])
    return _file(template(kind), f"{kind.name.zh}-{kind.key}.xlsx", _XLSX)


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    answer["Cache-Control"] = "no-store"
    return answer
