"""Daily counts handed in by a health office: a file checked line by line, handed in, withdrawn again; what is known."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.outlook.reported.actions import hand_in, withdraw
from gridcommons.outlook.reported.checking import REASON_LENGTH, Checked, check
from gridcommons.outlook.reported.listing import ReportedCount, listing
from gridcommons.outlook.reported.queries import PAGE, areas_of, hand_ins, known
from gridcommons.outlook.reported.queries import hand_in as hand_in_page
from gridcommons.outlook.reported.sheets import MOST_LINES, text_of
from gridcommons.territory.queries import AreaFacts, below, names_of
from gridcommons.web.csv_answer import csv_answer
from gridcommons.web.office.own_area import area_asked
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import say
from gridcommons.web.public.asking import page_number
from gridcommons.web.staff import asked, frame, language, signed_in, today

_LATELY: Final = 56
_SHOWN: Final = 8
_WITHDRAW: Final = Sure(
    Words(
        "这次上报的数不再算数；如果更正过以前的数，以前的数重新有效。",
        "Its figures count no longer; what they had corrected stands again.",
    ),
    Words(
        "不另行通知。预警和图表在下次计算时按新的数重算。",
        "No notice is sent. Warnings follow when they are next reckoned.",
    ),
    Words(
        "记录保留，不能恢复；需要时可以把同一份文件再次上报。",
        "The record stays. It cannot be undone, but the same file may be handed in again.",
    ),
    Words("确认撤回", "Withdraw it"),
)  # fmt: skip


@signed_in
@require_safe
@never_cache
def counts(request: HttpRequest) -> HttpResponse:
    """What was handed in, what is known of the last weeks, and the form."""
    return _page(request)


def _own(request: HttpRequest) -> str:
    """The area asked for among those that the viewer hands counts in for."""
    house = asked(request)
    own = areas_of(house.viewer, house.now)
    return area_asked(request, own, own[0])


def _chosen(request: HttpRequest) -> ReportedCount:
    wish = request.POST.get("indicator", "") or request.GET.get("indicator", "")
    return listing().of.get(wish, next(iter(listing().of.values())))


def _page(
    request: HttpRequest, *, text: str = "", reason: str = "", name: str = "", checked: Checked | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:  # fmt: skip
    house, own, one = asked(request), _own(request), _chosen(request)
    held = names_of(areas_of(house.viewer, house.now))
    number = page_number(request)
    rows, total = hand_ins(viewer=house.viewer, at=house.now, first=(number - 1) * PAGE)
    areas = names_of(row.area_code for row in rows)
    faults = checked.faults if checked else ()
    context = {
        "area": held[own], "areas": list(held.values()), "one": one, "all": listing().of.values(),
        "owner": listing().owner, "rows": [(row, areas[row.area_code]) for row in rows], "total": total,
        "page": Paginator(range(total), PAGE).get_page(number), "text": text, "reason": reason, "name": name,
        "checked": checked, "faults": [reason.words() for reason in faults], "most": MOST_LINES,
        "changes": _changes(checked), "reason_length": REASON_LENGTH,
        "problems": [one.words() for one in refusal.reasons] if refusal else [], "tabs": _tabs(one, own),
        "lacks_reason": bool(refusal and checked and checked.changed and not reason.strip()),
    } | _lately(one, held[own], today(request))  # fmt: skip
    status = refusal.status if refusal else 400 if faults else 200
    return render(request, "office/counts.html", frame(request) | context, status=status)


def _tabs(one: ReportedCount, own: str) -> list[tuple[Words, str, bool]]:
    """Of which count the page shows what is known."""
    return [(each.name, f"?area={own}&indicator={each.key}#known", each == one) for each in listing().of.values()]


def _changes(checked: Checked | None) -> list[tuple[AreaFacts, Any]]:
    if checked is None:
        return []
    areas = names_of(change.area_code for change in checked.changes)
    return [(areas[change.area_code], change) for change in checked.changes]


def _lately(one: ReportedCount, area: AreaFacts, day: date) -> dict[str, object]:
    """What is known of the area and its parts over the last days, for the table below the form.

    Today is not over: what is missing of it is no gap.
    """
    parts = [area, *(found for level in one.levels for found in below(area.code, level) if found.code != area.code)]
    fitting = [part for part in parts if part.level in one.levels]
    first, codes = day - timedelta(days=_SHOWN - 1), [part.code for part in fitting]
    told, over = known(one.key, codes, first, day), known(one.key, codes, first, day - timedelta(days=1))
    lines = [
        (part, [None if np.isnan(count) else int(count) for count in told.counts[row]])
        for row, part in enumerate(fitting)
    ]
    return {"days": told.days, "lines": lines, "notes": over.notes, "anything": not np.isnan(told.counts).all()}


@signed_in
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Check a file and say what it would do; hand it in once that was read."""
    house, own, post = asked(request), _own(request), request.POST
    said: dict[str, Any] = {"reason": post.get("reason", ""), "name": post.get("name", "")[:80]}
    text, one = post.get("text", ""), _chosen(request)
    try:
        upload = request.FILES.get("file")
        if upload is not None:
            text, said["name"] = text_of(upload.read()), (upload.name or "").rpartition("/")[2][:80]
        if SURE not in post:
            found = check(area_code=own, indicator=one.key, text=text, at=house.now)
            return _page(request, text=text, checked=found, **said)
        made = hand_in(area_code=own, indicator=one.key, text=text, by=house.viewer, at=house.now, **said)
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        return _page(request, text=text, checked=_again(own, one, text, request), refusal=refusal, **said)
    messages.info(
        request,
        _("Handed in: %(fresh)s new figures, %(changed)s corrections.")
        % {"fresh": made.fresh, "changed": made.changed},
    )  # fmt: skip
    return redirect("office-count", made.pk)


def _again(own: str, one: ReportedCount, text: str, request: HttpRequest) -> Checked | None:
    """What the lines would do, shown again where they were refused for another reason; None where they cannot be."""
    try:
        return check(area_code=own, indicator=one.key, text=text, at=asked(request).now)
    except Refusal:
        return None


@signed_in
@require_safe
@never_cache
def one(request: HttpRequest, hand_in_id: UUID) -> HttpResponse:
    """One hand-in with its figures."""
    return _one(request, hand_in_id)


def _one(request: HttpRequest, hand_in_id: UUID, *, ask: bool = False, refusal: Refusal | None = None) -> HttpResponse:
    house, number = asked(request), page_number(request)
    row, figures = hand_in_page(
        hand_in_id=hand_in_id, viewer=house.viewer, at=house.now, first=(number - 1) * PAGE
    )  # fmt: skip
    context = {
        "row": row, "figures": figures, "area": names_of([row.area_code])[row.area_code], "sure": _WITHDRAW,
        "page": Paginator(range(row.fresh + row.changed), PAGE).get_page(number), "open": ask,
        "ask": Words("撤回这次上报", "withdraw this hand-in"), "why": request.POST.get("why", ""),
        "problems": [one.words() for one in refusal.reasons] if refusal else [], "reason_length": REASON_LENGTH,
    }  # fmt: skip
    status = refusal.status if refusal else 200
    return render(request, "office/count.html", frame(request) | context, status=status)


@signed_in
@require_POST
def take_back(request: HttpRequest, hand_in_id: UUID) -> HttpResponse:
    """Withdraw a hand-in, once that was read."""
    house = asked(request)
    if SURE not in request.POST:
        return _one(request, hand_in_id, ask=True)
    try:
        withdraw(hand_in_id=hand_in_id, why=request.POST.get("why", ""), by=house.viewer, at=house.now)
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        return _one(request, hand_in_id, ask=True, refusal=refusal)
    messages.info(request, _("Withdrawn. What stood before stands again."))
    return redirect("office-count", hand_in_id)


@signed_in
@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """What is known of the last eight weeks of the area and its parts, a line for each area and day, with its as-of."""
    own, chosen, tongue = _own(request), _chosen(request), language()
    day = today(request)
    areas = {area.code: area for level in chosen.levels for area in below(own, level)}
    told = known(chosen.key, list(areas), day - timedelta(days=_LATELY - 1), day)
    heads = [
        say(words, tongue)
        for words in (
            Words("代码", "code"), Words("区域", "area"), Words("日期", "date"), chosen.name,
            Words("其中输入", "of these infected elsewhere"), Words("上报日", "handed in on"),
        )
    ]  # fmt: skip
    rows = [
        (
            code, say(areas[code].name, tongue), told.days[at].isoformat(), int(told.counts[row, at]),
            None if told.imported is None or np.isnan(told.imported[row, at]) else int(told.imported[row, at]),
            str(told.as_of[row, at]),
        )
        for row, code in enumerate(told.codes)
        for at in np.flatnonzero(~np.isnan(told.counts[row]))
    ]  # fmt: skip
    return csv_answer([heads, *rows], f"counts-{chosen.key}-{own}.csv")
