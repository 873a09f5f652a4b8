"""Colours of areas for those who work with them: what waits for a signature, what is due, why, and the history."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.outlook.painting.actions import make_anew, refuse_colour, sign
from gridcommons.outlook.painting.asking import UNKNOWN
from gridcommons.outlook.painting.days import PUBLIC_LEVELS, days_shown, stands_on
from gridcommons.outlook.painting.package_lines import package_for
from gridcommons.outlook.painting.queries import SIGN, AreaNow, area_now, areas_now, history, readings_of
from gridcommons.outlook.painting.renewed import Ended, ended_area, formers_of, goes_on_as
from gridcommons.outlook.painting.rules import REASON_LENGTH, STEPS, State
from gridcommons.outlook.rules import require_staff
from gridcommons.territory.queries import area_on, trail
from gridcommons.web.case_words import name_of
from gridcommons.web.colour_words import (
    LEGEND,
    ColourRow,
    area_links,
    colour_sketch,
    day_rows_of,
    features_of,
    former_links,
    history_rows,
    letter_of,
    map_level,
    parts_of,
    rows_of,
    state_pill,
)
from gridcommons.web.map_files import map_addresses
from gridcommons.web.office.areas import trail_of
from gridcommons.web.office.colour_grids import grid_addresses
from gridcommons.web.office.reaching import area_asked, may
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import say
from gridcommons.web.public.asking import page_number
from gridcommons.web.public.colour_files import day_asked
from gridcommons.web.staff import asked, frame, language, signed_in, today

_PAGE: Final = "office-colour"
_STEPS: Final = 20
_SIGN: Final = Sure(
    Words("颜色从现在起生效，有效期满后待复核。", "The colour stands from now; after its days it is due for review."),
    Words(
        "公众立即可以看到颜色和签字的机构；工作人员还能看到您的姓名和理由。",
        "Everybody sees the colour and your office at once; members of staff also see your name.",
    ),
    Words(
        "签字不能撤回；理由公开，请不要写人名和电话。",
        "It cannot be taken back. Your reason is public: name nobody in it.",
    ),
    Words("签字生效", "Sign it"),
)  # fmt: skip
_REFUSE: Final = Sure(
    Words(
        "不签字：这一片停留在不需签字的最高一级。",
        "It is not signed: the area stands at the highest level that needs no signature.",
    ),
    Words("理由公开，请不要写人名和电话。", "Your reason is public: name nobody in it."),
    Words("读数更高时会再次提请。", "A higher reading is proposed anew."),
    Words("不予签字", "Do not sign"),
)  # fmt: skip
_ANEW: Final = Sure(
    Words(
        "从这一天起按更正后的数据重算；原来的读数保留。",
        "Days from this one on are read anew; the former stay on record.",
    ),
    Words("不另行通知。", "Nobody is told by a notice."),
    Words("不能撤回；再次更正后可以再算。", "It cannot be taken back, but done again after another correction."),
    Words("确认重算", "Read them anew"),
)  # fmt: skip


@signed_in
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """What waits for a signature, what is due for review, and how all areas stand."""
    code, house = area_asked(request), asked(request)
    area = area_on(code, today(request))
    shown, schemes = areas_now(code, viewer=house.viewer, at=house.now)
    rows = rows_of(shown, _PAGE, house.now)
    level, now = map_level(shown), today(request)
    mapped = level in PUBLIC_LEVELS
    day = day_asked(code, level, request.GET["day"], now) if request.GET.get("day") and mapped else now
    stood = list(stands_on(code, level, day, house.now).values()) if day != now else None
    features = features_of(shown if stood is None else stood, _PAGE, language(), level)
    name = say(Words(f"{area.name_zh}五色图", f"Colours of areas in {say(name_of(area), 'en')}"), language())
    context = {
        "area": area, "name": name_of(area), "trail": trail_of(trail(code), "", today(request)),
        "rows": _wanted(request, rows), "waiting": [row for row in rows if row.now.proposal], "total": len(rows),
        "tabs": _tabs(request, rows), "schemes": schemes, "sketch": colour_sketch(features, name), "legend": LEGEND,
        "areas_url": f"{reverse('office-colours-map')}?area={code}", "staff": True,
        "may_sign": may(request, SIGN, code), "may_ask": may(request, "colour.ask_scheme", code),
        "day": day, "days": days_shown(code, level, now) if mapped else [], "today": now,
        "stood": None if stood is None else day_rows_of(stood, _PAGE),
        **(map_addresses(code, level, day, now, _PAGE) if features and mapped else {}),
        **(grid_addresses(request, code) if features and mapped else {}),
    }  # fmt: skip
    return render(request, "office/colours.html", frame(request) | context)


_TABS: Final = (
    ("", Words("全部", "All")),
    ("waiting", Words("待签字", "To sign")),
    ("review", Words("待复核", "Review due")),
    ("high", Words("橙和红", "Orange and red")),
    ("unknown", Words("未知", "Unknown")),
)


def _in_tab(row: ColourRow, tab: str) -> bool:
    state = row.now.standing.state
    return {
        "waiting": bool(row.now.standing.proposal) and state is not State.REVIEW, "review": state is State.REVIEW,
        "high": row.letter in {"D", "E"}, "unknown": state is State.UNKNOWN,
    }.get(tab, True)  # fmt: skip


def _wanted(request: HttpRequest, rows: list[ColourRow]) -> list[ColourRow]:
    return [row for row in rows if _in_tab(row, request.GET.get("tab", ""))]


def _tabs(request: HttpRequest, rows: list[ColourRow]) -> list[tuple[Words, str, bool]]:
    wish, area = request.GET.get("tab", ""), request.GET.get("area", "")
    beside = f"&area={area}" if area else ""
    counted = [(key, words, sum(_in_tab(row, key) for row in rows)) for key, words in _TABS]
    return [
        (Words(f"{words.zh} {n}", f"{words.en} {n}"), f"?tab={key}{beside}", key == wish) for key, words, n in counted
    ]


@signed_in
@require_safe
def as_map(request: HttpRequest) -> JsonResponse:
    """The outlines with their colours, for the browser's map."""
    code, house = area_asked(request), asked(request)
    shown, _schemes = areas_now(code, viewer=house.viewer, at=house.now)
    features = features_of(shown, _PAGE, language(), map_level(shown))
    answer = JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")
    answer["Cache-Control"] = "private, max-age=30"
    return answer


@signed_in
@require_safe
def single(request: HttpRequest, code: str) -> HttpResponse:
    """One area: its colour and why, the proposal with the forms to sign or refuse it, its history and readings."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    if onward := goes_on_as(code):
        return redirect(_PAGE, onward)
    ended = ended_area(code)
    return _past(request, ended) if ended is not None else _page(request, code)


def _past(request: HttpRequest, ended: Ended) -> HttpResponse:
    """An area that ended: how it stood and what was read of it, and which areas its ground lies in."""
    house, number, code = asked(request), page_number(request), ended.area.code
    steps, total = history(code, most=_STEPS, skip=(number - 1) * _STEPS)
    context = {
        "name": name_of(ended.area), "since": ended.since, "became": area_links(ended.became, _PAGE), "staff": True,
        "steps": history_rows(steps), "more": total > number * _STEPS, "older": number + 1,
        "readings": [(one, STEPS[one.step]) for one in readings_of(code, viewer=house.viewer, at=house.now)],
    }  # fmt: skip
    return render(request, "office/colour_past.html", frame(request) | context)


def _page(
    request: HttpRequest, code: str, *, reason: str = "", asks: str = "", refusal: Refusal | None = None
) -> HttpResponse:
    house = asked(request)
    area = area_on(code, today(request))
    now = area_now(code, viewer=house.viewer, at=house.now)
    number = page_number(request)
    steps, total = history(code, most=_STEPS, skip=(number - 1) * _STEPS)
    package = package_for(code, now.scheme.key, now.standing.level, house.now)
    context = {
        "now": now, "area": area, "name": name_of(area), "letter": letter_of(now.colour),
        "pill": state_pill(now.standing.state), "trail": trail_of(trail(code), "", today(request)),
        "steps": history_rows(steps), "more": total > number * _STEPS, "older": number + 1, "staff": True,
        "readings": [(one, STEPS[one.step]) for one in readings_of(code, viewer=house.viewer, at=house.now)],
        "package": package, "parts": parts_of(package) if package else [],
        "may_sign": may(request, SIGN, code), "sure_sign": _SIGN, "sure_refuse": _REFUSE, "sure_anew": _ANEW,
        "ask_sign": Words("签字", "sign"), "ask_refuse": Words("不签字", "not sign"),
        "ask_anew": Words("按更正的数据重算", "read anew from corrected figures"), "reason": reason, "asks": asks,
        "most": REASON_LENGTH, "proposal_letter": _proposal_letter(now), "step": STEPS[now.step],
        "formers": former_links(formers_of(code), _PAGE),
        "problems": [one.words() for one in refusal.reasons] if refusal else [],
    }  # fmt: skip
    status = refusal.status if refusal else 200
    return render(request, "office/colour.html", frame(request) | context, status=status)


def _proposal_letter(now: AreaNow) -> str:
    found = next((one for one in now.scheme.levels if one.key == now.standing.proposal), None)
    return letter_of(found.colour) if found else ""


@signed_in
@require_POST
def decide(request: HttpRequest, code: str, answer: str) -> HttpResponse:
    """Sign what is proposed, or not, once that was confirmed; the reason stays in the form until it is done."""
    house, reason = asked(request), request.POST.get("reason", "")
    require_staff(house.viewer, house.now)
    if answer not in {"sign", "refuse"}:
        raise refuse(UNKNOWN)
    if SURE not in request.POST:
        return _page(request, code, reason=reason, asks=answer)
    try:
        reading, shown = _id(request.POST.get("reading", "")), request.POST.get("shown", "")
        if answer == "sign":
            sign(reading_id=reading, shown=shown, reason=reason, by=house.viewer, at=house.now)
            messages.info(request, _("Signed. The colour stands and everybody can see it."))
        else:
            refuse_colour(reading_id=reading, shown=shown, reason=reason, by=house.viewer, at=house.now)
            messages.info(request, _("Not signed. Your reason is kept beside the colour."))
    except Refusal as refusal:
        return _page(request, code, reason=reason, asks=answer, refusal=refusal)
    return redirect(_PAGE, code)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise refuse(UNKNOWN) from error


@signed_in
@require_POST
def anew(request: HttpRequest, code: str) -> HttpResponse:
    """Read an area anew from a day on because figures were corrected, once that was confirmed."""
    house, reason = asked(request), request.POST.get("reason", "")
    require_staff(house.viewer, house.now)
    if SURE not in request.POST:
        return _page(request, code, reason=reason, asks="anew")
    try:
        now = area_now(code, viewer=house.viewer, at=house.now)
        first = _day(request.POST.get("first", ""))
        make_anew(area_code=code, scheme_id=now.in_force, first=first, reason=reason, by=house.viewer, at=house.now)
    except Refusal as refusal:
        return _page(request, code, reason=reason, asks="anew", refusal=refusal)
    messages.info(request, _("Read anew. The former readings stay in the list below."))
    return redirect(_PAGE, code)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise refuse(UNKNOWN) from error
