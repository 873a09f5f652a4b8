"""A hotline's file in the browser: sent in with its mapping, read, taken over; and its rows to be placed by hand."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.cases.findings import GRADES, sorted_by_place
from gridcommons.cases.hotline.actions import drop_file, place_row, send_file, set_aside
from gridcommons.cases.hotline.carrying_out import carry_out, read_file
from gridcommons.cases.hotline.entries import GROUPS, OUTCOMES, WHAT, Reading
from gridcommons.cases.hotline.faults import OTHER_COUNTY
from gridcommons.cases.hotline.lines import MOST_BYTES, lines_of, require_modest
from gridcommons.cases.hotline.mapping import Scheme, read_scheme
from gridcommons.cases.hotline.queries import imports, mapping_used, past_of, to_place, waiting_file
from gridcommons.cases.hotline.report import error_book, error_csv
from gridcommons.cases.hotline.samples import sample_mapping
from gridcommons.cases.hotline.waiting import waiting
from gridcommons.cases.pages import PAGE
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refusal_kind, refuse, sentence_of
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.territory.queries import below, names_of
from gridcommons.web.csv_answer import CSV
from gridcommons.web.office.clerk import clerk_frame
from gridcommons.web.office.county import own_county
from gridcommons.web.pieces import say
from gridcommons.web.public.asking import page_number
from gridcommons.web.staff import asked, language, require_can, signed_in

SENDS: Final = "hotline.send"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN: Final = 60
_FEW: Final = 12
_MEGABYTE: Final = 1_000_000
NOTHING_SENT = refusal_kind(
    "web.no_hotline_file",
    status=400,
    zh="没有等待导入的文件：请先上传。",
    en="No file waits here: send one in first.",
)
NO_MAPPING = refusal_kind(
    "web.no_hotline_mapping",
    status=400,
    zh="请一并选择对照表；以前导入过的，可以沿用上次的对照表。",
    en="Choose the mapping as well; once a file was taken over, its mapping can be used again.",
)


def _reading(request: HttpRequest) -> Reading:
    """What the file that waits asks for; refuses when none waits."""
    house = asked(request)
    own_county(request, SENDS)
    waiting = waiting_file(viewer=house.viewer, at=house.now)
    if waiting is None:
        raise refuse(NOTHING_SENT)
    return read_file(waiting.content, read_scheme(waiting.mapping), house.now)


@signed_in
@require_safe
@never_cache
def hotline(request: HttpRequest) -> HttpResponse:
    """What waits and what would be done with it; what was taken over before, and the hotline's past in figures."""
    house, county = asked(request), own_county(request, SENDS)
    area, past = names_of([county]).get(county), past_of(county)
    catalogue = current()
    context = clerk_frame(request, "hotline") | {
        "county": area.name if area else Words(county, county), "most": MOST_BYTES // _MEGABYTE,
        "runs": imports(county), "has_mapping": bool(mapping_used(county)), "outcomes": OUTCOMES,
        "past": [(catalogue.get(one.matter_key).name, one) for one in past if one.matter_key in catalogue][:_FEW],
        "past_rows": sum(one.rows for one in past),
    }  # fmt: skip
    waiting = waiting_file(viewer=house.viewer, at=house.now)
    if waiting is not None:
        context["waiting"] = waiting
        try:
            context |= _read(read_file(waiting.content, read_scheme(waiting.mapping), house.now))
        except Refusal as refusal:
            context["refused"] = [reason.words() for reason in refusal.reasons]
    return render(request, "office/hotline.html", context)


def _read(reading: Reading) -> dict[str, Any]:
    counts = reading.counts()
    found = sorted_by_place(reading.findings.found)
    found.sort(key=lambda one: one.grade != "fault")
    changed = [one for one in reading.entries if one.status == "changed"]
    return {
        "reading": reading, "rows": counts["rows"], "ways": [(words, counts[way]) for way, words in OUTCOMES.items()],
        "fresh": counts.get("new", 0), "same": counts.get("same", 0), "changed_n": len(changed),
        "changed": [(one, [GROUPS[key] for key in one.changed]) for one in changed[:_FEW]],
        "unmapped": [
            (WHAT[what], value, n) for what, tally in reading.unmapped.items() for value, n in tally.most_common(_FEW)
        ],
        "found": [(one, GRADES[one.grade], one.reason.words()) for one in found[:_SHOWN]],
        "more": max(0, len(found) - _SHOWN), "to_do": len(reading.to_do()),
    }  # fmt: skip


@signed_in
@require_POST
def send(request: HttpRequest) -> HttpResponseRedirect:
    """Keep a file with its mapping; one that cannot be read is said at once and not kept."""
    house, county = asked(request), own_county(request, SENDS)
    try:
        upload, scheme = request.FILES.get("file"), _scheme(request, county)
        if upload is None:
            raise refuse(NOTHING_SENT)
        require_modest(upload.size or 0)
        content = upload.read()
        lines_of(content, scheme)
        name = (upload.name or "calls.csv").rpartition("/")[2]
        send_file(
            county_code=county, name=name, content=content, mapping=scheme.text, by=house.viewer, at=house.now
        )  # fmt: skip
    except Refusal as refusal:
        for reason in refusal.reasons:
            messages.error(request, say(reason.words(), language()))
    return redirect("office-hotline")


def _scheme(request: HttpRequest, county: str) -> Scheme:
    """The mapping that was sent along, else the one used last; it must be this county's."""
    upload = request.FILES.get("mapping")
    text: bytes | str = upload.read(MOST_BYTES) if upload is not None else mapping_used(county)
    if not text:
        raise refuse(NO_MAPPING)
    scheme = read_scheme(text)
    if scheme.today().county != county:
        raise refuse(OTHER_COUNTY, county=scheme.county)
    return scheme


@signed_in
@require_POST
def drop(request: HttpRequest) -> HttpResponseRedirect:
    """Drop what waits."""
    house = asked(request)
    drop_file(county_code=own_county(request, SENDS), by=house.viewer, at=house.now)
    messages.info(request, _("The file was dropped. Nothing else was changed."))
    return redirect("office-hotline")


@signed_in
@require_POST
def go(request: HttpRequest) -> HttpResponseRedirect:
    """Take the file over as the officer, and drop it; what stands already is left."""
    house, reading = asked(request), _reading(request)
    rows = carry_out(reading, by=house.viewer, at=house.now)
    drop_file(county_code=own_county(request, SENDS), by=house.viewer, at=house.now)
    said = _("Taken over: %(n)s rows.") % {"n": rows} if rows else _("Nothing to change: all of this stands already.")
    messages.info(request, said)
    return redirect("office-hotline")


@signed_in
@require_safe
@never_cache
def errors_book(request: HttpRequest) -> HttpResponse:
    """All findings as a workbook."""
    return _file(error_book(_reading(request)), "errors.xlsx", _XLSX)


@signed_in
@require_safe
@never_cache
def errors_csv(request: HttpRequest) -> HttpResponse:
    """All findings as CSV."""
    return _file(error_csv(_reading(request)).encode(), "errors.csv", CSV)


@signed_in
@require_safe
def sample(request: HttpRequest) -> HttpResponse:
    """A mapping to begin with."""
    own_county(request, SENDS)
    return _file(sample_mapping().encode(), "mapping.toml", "application/toml")


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    answer["Cache-Control"] = "no-store"
    return answer


# --- To be placed by hand -------------------------------------------------------------------------------------------


@signed_in
@require_safe
@never_cache
def by_hand(request: HttpRequest) -> HttpResponse:
    """The rows that this desk has to place, oldest first."""
    house = asked(request)
    require_can(house.viewer, "look.unplaced", house.now)
    number = page_number(request)
    found = to_place(viewer=house.viewer, at=house.now, first=(number - 1) * PAGE)
    catalogue, areas = current(), names_of(row.area_code for row in found.rows)
    rows = [
        (row, catalogue.get(row.matter_key).name if row.matter_key in catalogue else row.matter_key,
         areas[row.area_code].name if row.area_code in areas else row.area_code, _why(row.why), _menu(row.area_code))
        for row in found.rows
    ]  # fmt: skip
    page = Paginator(range(found.total), PAGE).get_page(number)
    context = clerk_frame(request, "by-hand") | {
        "rows": rows, "total": found.total, "page": page, "reasons": waiting().aside.items(),
    }  # fmt: skip
    return render(request, "office/by_hand.html", context)


_UNSURE: Final = Words("不能确定在哪里。", "It is not certain where it is.")


def _why(code: str) -> Words:
    """Why a row could not be placed, without the facts of its own."""
    zh, en = sentence_of(code)
    return _UNSURE if "{" in zh else Words(zh, en)


def _menu(code: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The villages below an area, by township."""
    tongue = language()
    villages = below(code, "village")
    if CHINA.depth_at_least(code, "township"):
        return [("", [(one.code, say(one.name, tongue)) for one in villages])]
    towns = {one.code: say(one.name, tongue) for one in below(code, "township")}
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in villages:
        groups.setdefault(towns.get(one.parent_code, ""), []).append((one.code, say(one.name, tongue)))
    return list(groups.items())


@signed_in
@require_POST
def place(request: HttpRequest, unplaced_id: UUID) -> HttpResponseRedirect:
    """Say where one lies; it becomes a case there."""
    house = asked(request)
    try:
        case = place_row(
            unplaced_id=unplaced_id, area_code=request.POST.get("area", "")[:20], by=house.viewer, at=house.now
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.error(request, say(refusal.words(), language()))
    else:
        messages.info(request, _("Placed: it is case %(number)s now.") % {"number": case.number})
    return redirect("office-by-hand")


@signed_in
@require_POST
def aside(request: HttpRequest, unplaced_id: UUID) -> HttpResponseRedirect:
    """Say why one becomes no case here."""
    house = asked(request)
    try:
        set_aside(unplaced_id=unplaced_id, why=request.POST.get("why", "")[:20], by=house.viewer, at=house.now)
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.error(request, say(refusal.words(), language()))
    else:
        messages.info(request, _("Set aside: it becomes no case here."))
    return redirect("office-by-hand")
