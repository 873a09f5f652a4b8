"""Exports with personal data: asked for from a queue, confirmed by a second person, taken once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.access.handout import actions
from gridcommons.access.handout.queries import PAGE, HandoutLine, handouts
from gridcommons.access.handout.rules import STATES, limits
from gridcommons.access.rules import Viewer
from gridcommons.cases.beyond.queries import KIND, PIECE, bound_of, exported_cases, filter_of
from gridcommons.cases.queries import QueuePage
from gridcommons.kit.errors import Refusal
from gridcommons.kit.sheets import BOM, csv_text
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.territory.queries import names_of
from gridcommons.web.case_words import listed, office_name, state_words
from gridcommons.web.csv_answer import CSV
from gridcommons.web.csv_heads import heads
from gridcommons.web.office.export import HEADS, line_of
from gridcommons.web.office.queue import read_filter
from gridcommons.web.office.rows import shown_rows
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import Status, say
from gridcommons.web.public.asking import page_number
from gridcommons.web.staff import ZONE, asked, can, frame, language, purpose_of, require_can, signed_in

_LOOK: Final = "look.handouts"
_TONES: Final = {
    "waiting": ("now", "hourglass"), "ready": ("now", "download"), "taken": ("done", "circle-check"),
    "lapsed": ("plain", "clock"), "declined": ("plain", "ban"),
}  # fmt: skip
CONFIRMS: Final = Sure(
    Words(
        "申请人可以下载一次这份清单，内有报告人写的原话。",
        "The one who asked can take the list once, with the words of those who reported.",
    ),
    Words("报告人、县级管理员和审计员会收到通知。", "Those who reported, county officers and auditors are told."),
    Words("下载以后不能收回。", "Once taken it cannot be called back."),
    Words("确认导出", "Confirm the export"),
)


@signed_in
@require_safe
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """Exports that concern the viewer."""
    house, number = asked(request), page_number(request)
    found = handouts(
        viewer=house.viewer, at=house.now, first=(number - 1) * PAGE, most=PAGE + 1, purpose=purpose_of(request, _LOOK)
    )
    context = {
        "rows": [_row(line) for line in found[:PAGE]], "more": number + 1 if len(found) > PAGE else 0,
        "less": number - 1, "may_ask": can(house.viewer, "handout.ask", house.now), "limits": limits(),
    }  # fmt: skip
    return render(request, "office/handout_list.html", frame(request) | context)


def _row(line: HandoutLine) -> dict[str, Any]:
    tone, icon = _TONES[line.state]
    return {
        "line": line, "handout": line.handout, "status": Status(STATES[line.state], tone, icon),
        "office": office_name(line.office), "what": what_of(line.handout.bound),
    }  # fmt: skip


def what_of(bound: dict[str, Any]) -> Words:
    """The filter of an export in words."""
    wanted, parts = filter_of(bound, datetime.now(ZONE)), list[Words]()
    if wanted.states:
        parts.append(listed(state_words(state) for state in wanted.states))
    matter = next((m.name for m in current() if m.key == wanted.matter_key), None)
    parts += [matter] if matter else []
    area = names_of([wanted.area_code]).get(wanted.area_code)
    parts += [area.name] if area else []
    parts += [Words(f"含“{wanted.words}”", f"with “{wanted.words}”")] if wanted.words else []
    return listed(parts) if parts else Words("所见的全部事项", "all cases in sight")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """The form of a request, bound to the filter of the queue it came from."""
    house = asked(request)
    require_can(house.viewer, "handout.ask", house.now)
    wanted, order = read_filter(request)
    bound, problem, status = bound_of(wanted, order), "", 200
    if request.method == "POST":
        try:
            made = actions.ask(
                kind=KIND, bound=bound, reason=request.POST.get("reason", ""), by=house.viewer, at=house.now,
                purpose=purpose_of(request, "handout.ask"),
            )  # fmt: skip
        except Refusal as refusal:
            problem, status = say(refusal.words(), language()), refusal.status
        else:
            messages.info(request, _("Asked. A second person of another office has been told and has to confirm."))
            return redirect("office-handout", made.pk)
    context = {
        "what": what_of(bound), "problem": problem, "limits": limits(), "query": request.GET.urlencode(),
        "typed": request.POST.get("reason", ""),
    }  # fmt: skip
    return render(request, "office/handout_ask.html", frame(request) | context, status=status)


@signed_in
@require_safe
@never_cache
def one(request: HttpRequest, handout_id: UUID) -> HttpResponse:
    """One export and what the viewer may do with it."""
    return _shown(request, handout_id)


def _shown(
    request: HttpRequest, handout_id: UUID, problem: str = "", status: int = 200, asks: str = ""
) -> HttpResponse:
    house = asked(request)
    line = handouts(viewer=house.viewer, at=house.now, only=handout_id, purpose=purpose_of(request, _LOOK))[0]
    confirms = can(house.viewer, "handout.confirm", house.now)
    context = _row(line) | {
        "may_confirm": confirms and line.state == "waiting" and not line.mine, "sure": CONFIRMS, "asks": asks,
        "may_take": line.mine and line.state == "ready", "problem": problem,
        "may_end": line.state in {"waiting", "ready"} and (line.mine or (confirms and line.state == "waiting")),
    }  # fmt: skip
    return render(request, "office/handout.html", frame(request) | context, status=status)


@signed_in
@require_POST
def act(request: HttpRequest, handout_id: UUID, action: str) -> HttpResponse | StreamingHttpResponse:
    """Confirm, take back or decline, or take it: the taking is the download, and there is one."""
    house = asked(request)
    if action == "confirm" and SURE not in request.POST:
        return _shown(request, handout_id, status=400, asks=action)
    purpose = purpose_of(request, f"handout.{action}")
    try:
        if action == "confirm":
            actions.confirm(handout_id=handout_id, by=house.viewer, at=house.now, purpose=purpose)
        elif action == "end":
            actions.end(handout_id=handout_id, by=house.viewer, at=house.now, purpose=purpose)
        else:
            return _taken(request, handout_id, purpose)
    except Refusal as refusal:
        if refusal.code == actions.UNKNOWN:
            raise
        return _shown(request, handout_id, say(refusal.words(), language()), refusal.status)
    messages.info(request, _("Done. It stands in the ledger, and those concerned are told."))
    return redirect("office-handout", handout_id)


def _taken(request: HttpRequest, handout_id: UUID, purpose: str) -> StreamingHttpResponse:
    house = asked(request)
    row = actions.take(handout_id=handout_id, by=house.viewer, at=house.now, purpose=purpose)
    first = exported_cases(handout_id=handout_id, viewer=house.viewer, at=house.now, purpose=purpose)
    lines = _texts(handout_id, row.number, house.viewer, house.now, purpose, first)
    answer = StreamingHttpResponse(lines, content_type=CSV)
    answer["Content-Disposition"] = f'attachment; filename="{row.number}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _texts(
    handout_id: UUID, number: str, viewer: Viewer, at: datetime, purpose: str, page: QueuePage
) -> Iterator[str]:  # fmt: skip
    """The lines, a piece at a time; each carries the number of the export, so that a copy tells where it came from."""
    tongue, seen = language(), set[UUID]()
    yield BOM + csv_text([heads((*HEADS, "words", "export_number"), tongue)])
    while page.rows:
        new = [row for row in page.rows if row.id not in seen]
        seen.update(row.id for row in new)
        shown = shown_rows(new, at)
        lines = zip(new, shown, strict=True)
        yield csv_text([(*line_of(row, line, tongue), row.text, number) for row, line in lines], zone=ZONE)
        first = page.first + PIECE
        if first >= page.total:
            return
        page = exported_cases(handout_id=handout_id, viewer=viewer, at=at, first=first, purpose=purpose)
