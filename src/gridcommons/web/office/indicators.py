"""The page of indicators: an area's figures over a period, of all or of one department, matter or source; exports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.queries import office_ids, offices
from gridcommons.kit.cleaning import TOO_LONG
from gridcommons.kit.codes import CHINA
from gridcommons.kit.digits import whole
from gridcommons.kit.errors import Refusal
from gridcommons.kit.sheets import workbook
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.outlook.indicators.actions import ask_recount
from gridcommons.outlook.indicators.formulas import formulas
from gridcommons.outlook.indicators.queries import BYS, Board, board, by_of
from gridcommons.outlook.indicators.recounting import DEED, NO_REASON, PERSON_IN_REASON
from gridcommons.outlook.indicators.rules import Why
from gridcommons.outlook.indicators.sheets import HEADS, figure_rows, part_rows, sheets_of
from gridcommons.outlook.indicators.standing import whole_stand_of
from gridcommons.outlook.indicators.terms import KIND_WORDS, KINDS, Term, term_on, term_wished
from gridcommons.outlook.rules import require_staff
from gridcommons.web.case_words import name_of
from gridcommons.web.csv_answer import csv_answer
from gridcommons.web.indicator_words import (
    USUAL,
    first_shown,
    lines,
    marks_in,
    sum_text,
    term_or_usual,
    trend_rows,
    usual_term,
    value_words,
)
from gridcommons.web.office.areas import trail_of
from gridcommons.web.office.choosing import widest_area
from gridcommons.web.office.routes import CHANNELS
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import say
from gridcommons.web.staff import ZONE, asked, frame, language, signed_in, today

KEPT: Final = ("period", "by", "part", "show", "former")
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BY_WORDS: Final[Mapping[str, Words]] = {
    "area": Words("按区域", "by area"), "office": Words("按部门", "by department"),
    "matter": Words("按事项", "by matter"), "source": Words("按来源", "by source"),
}  # fmt: skip
_DIGITS: Final = 3
_RECOUNT: Final = Sure(
    Words(
        "这一期按现在的事项记录和现在的区域重新统计，所有区域都算；数字如有变化，页面上换成新数字。",
        "The period is counted anew from today's records and by today's areas, for all areas; where figures come out "
        "otherwise, the page shows the new ones.",
    ),
    Words(
        "不另行通知；理由和日期显示在这一期的页面上，申请记入账本。",
        "No notice is sent. Reason and day stand on the page of the period, and your request in the ledger.",
    ),
    Words(
        "不能撤回；原来公布的数字保留，仍可查看。",
        "It cannot be taken back. The former figures are kept and stay readable.",
    ),
    Words("确认申请", "Ask for the recount"),
)
_PARTS: Final[Mapping[str, Words]] = {
    "area": Words("区域", "Area"), "office": Words("部门", "Department"), "matter": Words("事项", "Matter"),
    "source": Words("来源", "Source"),
}  # fmt: skip


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponseRedirect:
    """The indicators of the area of the viewer's widest grant."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    query = _query(request)
    page = reverse("office-indicators-area", args=[widest_area(house.viewer, house.now)])
    return redirect(f"{page}?{query}" if query else page)


def _query(request: HttpRequest, **changes: str) -> str:
    query = QueryDict(mutable=True)
    for key in KEPT:
        if value := changes.get(key, request.GET.get(key, "")):
            query[key] = value[:120]
    return query.urlencode()


def _for_file(request: HttpRequest) -> Term:
    """The period of a file: as the address names it; a file of another period than asked for would mislead."""
    wish = request.GET.get("period", "")
    return term_wished(wish, today(request)) if wish else usual_term(today(request))


def _former(request: HttpRequest) -> int:
    """The number of the former count that the address names; nought for the present one."""
    wish = request.GET.get("former", "")
    return whole(wish, digits=_DIGITS)


def _read(request: HttpRequest, code: str, term: Term, show: str = USUAL) -> Board:
    house, get = asked(request), request.GET
    CHINA.level_of(code)
    by = by_of(get.get("by", ""))
    part = get.get("part", "")[:120] if by != "area" else ""
    return board(
        code=code, term=term, by=by, part=part, show=show, number=_former(request), viewer=house.viewer, at=house.now
    )


def _opened(request: HttpRequest, code: str, term: Term) -> tuple[Board, str]:
    """The figures, and the indicator whose course is shown: as asked for, else one that has a figure."""
    wish = request.GET.get("show", "")
    if wish in formulas().indicators:
        return _read(request, code, term, wish), wish
    page = _read(request, code, term)
    show = first_shown(page, formulas().indicators.values())
    return (page if show == USUAL else _read(request, code, term, show)), show


@signed_in
@require_safe
def area(request: HttpRequest, code: str) -> HttpResponse:
    """The indicators of an area; a period that cannot be shown is named above the usual one."""
    return _page(request, code)


@signed_in
@require_POST
def recount(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a period to be counted anew, once it was read what that does."""
    house, reason = asked(request), request.POST.get("reason", "")
    if SURE not in request.POST:
        return _page(request, code, said=reason, ask=True)
    try:
        ask_recount(area_code=code, term=_for_file(request).key, reason=reason, by=house.viewer, at=house.now)
    except Refusal as refusal:
        if refusal.code not in {NO_REASON, PERSON_IN_REASON, TOO_LONG}:
            raise
        return _page(request, code, said=reason, refusal=refusal)
    messages.info(
        request, _("Asked for. The period is counted anew within a few minutes; this page says when it is done.")
    )
    return redirect(f"{reverse('office-indicators-area', args=[code])}?{_query(request)}")


def _page(
    request: HttpRequest, code: str, *, said: str = "", ask: bool = False, refusal: Refusal | None = None
) -> HttpResponse:
    house = asked(request)
    term, wrong = term_or_usual(request.GET.get("period", ""), today(request))
    page, chosen = _opened(request, code, term)
    show = formulas().get(chosen)
    urls = {key: f"?{_query(request, show=key)}#course" for key in formulas().indicators}
    name = _namer(page)
    context = {
        "page": page, "name": name_of(page.area), "term": page.term.words, "show": show,
        "trail": trail_of(page.trail, _query(request, by="", part=""), today(request), "office-indicators-area"),
        "cases": lines(page, formulas().on("cases"), urls, show.key),
        "minutes": lines(page, formulas().on("minutes"), urls, show.key),
        "kinds": _kinds(request, page.term), "steps": _steps(request, page.term), "bys": _bys(request, page),
        "part": name(page.part) if page.part else "", "whole_url": f"?{_query(request, part='')}",
        "rows": _rows(request, page, show.key), "by_words": _PARTS[page.by],
        "course": trend_rows(page, language()), "heads": (Words("时期", "Period"), show.name),
        "query": _query(request, period=term.key), "reports_url": reverse("office-reports"),
        "marks": marks_in(page), "wrong": wrong, "former": _former(request),
        "stand": whole_stand_of(term, viewer=house.viewer, at=house.now), "now_url": f"?{_query(request, former='')}",
        "may_ask": _may_ask(request, code), "said": said, "sure": _RECOUNT, "open": ask,
        "ask": Words("申请重新统计", "ask for a recount"),
        "problems": [say(reason.words(), language()) for reason in refusal.reasons] if refusal else [],
    }  # fmt: skip
    status = refusal.status if refusal else 400 if wrong else 200
    return render(request, "office/indicators.html", frame(request) | context, status=status)


def _may_ask(request: HttpRequest, code: str) -> bool:
    """Whether the viewer's post has figures of this area counted anew."""
    house = asked(request)
    return any(
        grant is not None and DEED in role.deeds and grant.covers(code)
        for role, grant in house.viewer.roles_at(house.now)
    )


def _kinds(request: HttpRequest, term: Term) -> list[tuple[Words, str, bool]]:
    """The same moment as week, month, quarter and year."""
    day = min(term.last, today(request))
    return [
        (KIND_WORDS[kind], f"?{_query(request, period=term_on(kind, day).key, former='')}", kind == term.kind)
        for kind in KINDS
    ]


def _steps(request: HttpRequest, term: Term) -> dict[str, tuple[Words, str] | None]:
    """The period before and the one after, where it has begun."""
    before, after = term.before(), term.after()
    onward = (
        (after.words, f"?{_query(request, period=after.key, former='')}") if after.first <= today(request) else None
    )
    return {"before": (before.words, f"?{_query(request, period=before.key, former='')}"), "after": onward}


def _bys(request: HttpRequest, page: Board) -> list[tuple[Words, str, bool]]:
    if not page.children:
        return [(BY_WORDS[by], f"?{_query(request, by=by, part='')}", by == page.by) for by in BYS[1:]]
    return [(BY_WORDS[by], f"?{_query(request, by=by, part='')}", by == page.by) for by in BYS]


def _rows(request: HttpRequest, page: Board, show: str) -> list[tuple[Words | str, str, Words, str]]:
    """The parts that have the chosen indicator, areas all of them, in the order of codes, never of the figure."""
    name, one = _namer(page), formulas().get(show)
    found = []
    for part in page.parts:
        if part not in page.rows:
            continue
        figure = page.rows[part][show]
        if page.by != "area" and figure.why is Why.NOTHING:
            continue
        url = (
            f"{reverse('office-indicators-area', args=[part])}?{_query(request)}"
            if page.by == "area"
            else f"?{_query(request, part=part)}"
        )
        found.append((name(part), url, value_words(one, figure), sum_text(figure)))
    return found


def _namer(page: Board) -> Any:
    """What turns the key of a part into its name."""
    if page.by == "area":
        names = {one.code: name_of(one) for one in page.children}
    elif page.by == "office":
        found = offices(office_ids([*page.parts, page.part]).values())
        names = {one.key: Words(one.name_zh, one.name_en or one.name_zh) for one in found.values()}
    elif page.by == "matter":
        names = {matter.key: matter.name for matter in current()}
    else:
        names = dict(CHANNELS)
    return lambda key: names.get(key, key)


@signed_in
@require_safe
def as_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The indicators as CSV, or with `table=parts` those of the parts."""
    page, tongue = _read(request, code, _for_file(request)), language()
    told = list(formulas().indicators.values())
    if request.GET.get("table") == "parts":
        heads = [say(Words("代码", "code"), tongue), say(Words("名称", "name"), tongue)]
        heads += [say(one.name, tongue) for one in told]
        return csv_answer([heads, *part_rows(page, told, _namer(page), tongue)], f"parts-{code}-{page.term.key}.csv")
    heads = [say(head, tongue) for head in HEADS]
    return csv_answer([heads, *figure_rows(page, told, tongue)], f"indicators-{code}-{page.term.key}.csv")


@signed_in
@require_safe
def as_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    """The indicators as a workbook with a sheet about them."""
    page = _read(request, code, _for_file(request))
    told = list(formulas().indicators.values())
    sheets = sheets_of(page, told, _namer(page), language(), synthetic=settings.DEMO)
    return xlsx_answer(workbook(sheets, zone=ZONE), f"indicators-{code}-{page.term.key}.xlsx")


def xlsx_answer(data: bytes, name: str) -> HttpResponse:
    """A workbook as a file of this name."""
    answer = HttpResponse(data, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
