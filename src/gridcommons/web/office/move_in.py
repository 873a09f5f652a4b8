"""Spreadsheets of a county in the browser: sent in, checked with an error sheet to take away, carried out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.cases.findings import GRADES, Grade
from gridcommons.cases.founding.actions import carry_out, check_again, drop_sheets, send_sheet, stop
from gridcommons.cases.founding.books import MOST_BYTES, require_readable
from gridcommons.cases.founding.books import Sent as SentFile
from gridcommons.cases.founding.checked import Checked, unpacked
from gridcommons.cases.founding.faults import TOO_LARGE
from gridcommons.cases.founding.items import STATUSES
from gridcommons.cases.founding.queries import STAGES, MoveFacts, move_facts, sent_sheets, sheets_found
from gridcommons.cases.founding.sealing import BOOK, LINES, SUMMARY
from gridcommons.cases.founding.sheets import kinds
from gridcommons.cases.founding.templates import template
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.web.csv_answer import CSV
from gridcommons.web.office.county import county_frame, own_county
from gridcommons.web.pieces import Status, say
from gridcommons.web.polling import is_polled, poll_answer
from gridcommons.web.staff import asked, language, signed_in

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MEGABYTE: Final = 1_000_000
NOTHING_FOUND = refusal_kind(
    "web.nothing_found",
    status=404,
    zh="没有错误表：表格还没有检查完，或没有发现问题。",
    en="There is no error sheet: the sheets are not checked yet, or nothing was found in them.",
)
_BOX: Final = "moving"
"""The part of the page that asks again by itself."""
_TONES: Final = {
    "waiting": ("plain", "hourglass"), "checking": ("now", "search"), "checked": ("done", "circle-check"),
    "to_carry": ("plain", "hourglass"), "carrying": ("now", "tool"), "done": ("done", "circle-check"),
    "failed": ("late", "alert-triangle"),
}  # fmt: skip


@dataclass(frozen=True)
class Tally:
    """One kind of sheet and how its rows stand."""

    name: Words
    counts: Sequence[tuple[Words, int]]


@signed_in
@require_safe
@never_cache
def move_in(request: HttpRequest) -> HttpResponse:
    """What waits, how far its check or carrying out is, what was found in it, and what would be done."""
    house, county = asked(request), own_county(request)
    move = move_facts(house.viewer)
    mark = _mark(move) if move is not None and move.under_way else None
    if (told := poll_answer(request, _BOX, mark)) is not None:
        return told
    polled = is_polled(request, _BOX)  # the box alone is asked for, which shows no sheet
    context = county_frame(request, "office-move-in") | {
        "waiting": [] if polled else sent_sheets(viewer=house.viewer, at=house.now), "kinds": kinds(), "move": move,
        "box": _BOX, "most": MOST_BYTES // _MEGABYTE,
    }  # fmt: skip
    if move is not None:
        again = f"{reverse('office-move-in')}?was={mark or ''}"
        context |= {"status": Status(STAGES[move.stage], *_TONES[move.stage]), "again": again, "county_code": county}
        found = [] if polled else sheets_found(viewer=house.viewer, part=SUMMARY, at=house.now)
        context |= _checked(unpacked(found[0])) if found else {}
    return render(request, "office/move_in.html", context)


def _mark(move: MoveFacts) -> str:
    """What changes whenever the page has something new to say."""
    return f"{move.stage}.{move.turn}.{move.tries}.{move.done}.{move.total}.{move.ahead}"


def _checked(checked: Checked) -> dict[str, object]:
    counted = checked.counts or {}
    tallies = [
        Tally(kind.name, [(STATUSES[s], n) for s, n in counted[kind.key].items() if n])
        for kind in kinds()
        if any(counted.get(kind.key, {}).values())
    ]
    return {
        "checked": checked, "found": [(one, GRADES[cast(Grade, one.grade)]) for one in checked.told],
        "tallies": tallies, "other": checked.found - checked.faults,
    }  # fmt: skip


@signed_in
@require_POST
def send(request: HttpRequest) -> HttpResponseRedirect:
    """Keep the files sent for the job to read; what can be seen at once to be none is said and not kept."""
    county, house = own_county(request), asked(request)
    for one in request.FILES.getlist("sheets"):
        name = (one.name or "sheet").rpartition("/")[2]
        try:
            if (one.size or 0) > MOST_BYTES:
                size = (one.size or 0) // _MEGABYTE
                raise refuse(TOO_LARGE, file=name, size=size, most=MOST_BYTES // _MEGABYTE)
            content = one.read()
            require_readable(SentFile(name, content))
            send_sheet(county_code=county, name=name, content=content, by=house.viewer, at=house.now)
        except Refusal as refusal:
            messages.error(request, say(refusal.words(), language()))
    return redirect("office-move-in")


def _asked_for(request: HttpRequest, deed: Callable[..., object], said: str = "") -> HttpResponseRedirect:
    """Do what the officer asks for; what is refused is said on the page, where things may have moved on."""
    house, county = asked(request), own_county(request)
    try:
        deed(county_code=county, by=house.viewer, at=house.now)
    except Refusal as refusal:
        messages.error(request, say(refusal.words(), language()))
    else:
        if said:
            messages.info(request, said)
    return redirect("office-move-in")


@signed_in
@require_POST
def drop(request: HttpRequest) -> HttpResponseRedirect:
    """Drop what waits."""
    return _asked_for(request, drop_sheets, _("The sheets were dropped. Nothing else was changed."))


@signed_in
@require_POST
def check(request: HttpRequest) -> HttpResponseRedirect:
    """Have what waits checked again."""
    return _asked_for(request, check_again)


@signed_in
@require_POST
def go(request: HttpRequest) -> HttpResponseRedirect:
    """Have the plan carried out as the officer; what stands already is left."""
    return _asked_for(request, carry_out)


@signed_in
@require_POST
def halt(request: HttpRequest) -> HttpResponseRedirect:
    """Stop the carrying out after the step under way."""
    return _asked_for(request, stop, _("It stops after the step under way. What was written stands; the rest waits."))


@signed_in
@require_safe
@never_cache
def errors_book(request: HttpRequest) -> HttpResponse:
    """The officer's own sheets with the faulty cells coloured."""
    return _file(_part(request, BOOK), "errors.xlsx", _XLSX)


@signed_in
@require_safe
@never_cache
def errors_csv(request: HttpRequest) -> HttpResponse:
    """All findings as CSV."""
    return _file(_part(request, LINES), "errors.csv", CSV)


def _part(request: HttpRequest, part: str) -> bytes:
    """What the check left to take away; refuses where nothing was found, or nothing was checked yet."""
    own_county(request)
    house = asked(request)
    for content in sheets_found(viewer=house.viewer, part=part, at=house.now):
        return content
    raise refuse(NOTHING_FOUND)


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
