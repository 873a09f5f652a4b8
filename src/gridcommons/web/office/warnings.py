"""What stands out among counts: the worklist of warnings, one with its versions, what officers say of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.outlook.rules import require_staff
from gridcommons.outlook.watching.actions import JUDGES, judge_warning
from gridcommons.outlook.watching.completeness import Coming, Complete, Grids, coming, completeness, grids_heard
from gridcommons.outlook.watching.listing import METHODS, watching
from gridcommons.outlook.watching.queries import (
    LATELY,
    PAGE,
    STATES,
    History,
    WarningFacts,
    Wish,
    Worklist,
    history,
    warnings,
    worklist,
)
from gridcommons.outlook.watching.rules import VERDICT_WORDS, WORD_LENGTH, Answers, figure_text
from gridcommons.territory.queries import area_on, trail
from gridcommons.web.case_words import name_of
from gridcommons.web.csv_answer import csv_answer
from gridcommons.web.office.areas import trail_of
from gridcommons.web.office.choosing import widest_area
from gridcommons.web.pieces import say
from gridcommons.web.public.asking import page_number
from gridcommons.web.staff import asked, frame, language, purpose_of, signed_in, today
from gridcommons.web.warning_words import STATE_WORDS, drawing_of, false_words, status_of, title_of, verdict_of

_KEPT: Final = ("indicator", "state")


def _wish(request: HttpRequest, code: str) -> Wish:
    get = request.GET
    indicator, state = get.get("indicator", ""), get.get("state", "")
    return Wish(code, indicator if indicator in watching().of else "", state if state in STATES else "open")


def _query(wish: Wish, **changes: str) -> str:
    query = QueryDict(mutable=True)
    for key in _KEPT:
        if value := changes.get(key, getattr(wish, key)):
            query[key] = value
    return query.urlencode()


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The warnings of the widest area of the viewer's posts."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    return redirect("office-warnings", widest_area(house.viewer, house.now))


@signed_in
@require_safe
@never_cache
def listed(request: HttpRequest, code: str) -> HttpResponse:
    """The worklist of an area: open ones first, the weightiest first."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    CHINA.level_of(code)
    day = today(request)
    area, wish, number = area_on(code, day), _wish(request, code), page_number(request)
    found = worklist(wish=wish, viewer=house.viewer, at=house.now, day=day, first=(number - 1) * PAGE)
    context = {
        "area": area, "name": name_of(area), "wish": wish, "rows": [_row(row, found) for row in found.rows],
        "trail": trail_of(trail(code), _query(wish), day, "office-warnings"), "total": found.total,
        "states": _states(wish, found), "indicators": watching().of.values(), "query": _query(wish),
        "page": Paginator(range(found.total), PAGE).get_page(number), "runs": _runs(found), "days": LATELY,
        "shares": _shares(found), "verdicts": VERDICT_WORDS.items(), "word_length": WORD_LENGTH,
        "here": request.get_full_path(), "known": _known(code, request),
    }  # fmt: skip
    return render(request, "office/warnings.html", frame(request) | context)


def _row(row: WarningFacts, found: Worklist) -> dict[str, Any]:
    answers = found.answers.get((row.indicator.key, row.method), Answers())
    return {
        "row": row, "title": title_of(row), "status": status_of(row), "verdict": verdict_of(row, answers),
        "drawing": drawing_of(row), "place": name_of(row.area), "method": METHODS[row.method],
        "said": VERDICT_WORDS[row.said.verdict] if row.said else "",
        "url": f"{reverse('office-warning')}?thread={row.thread}",
    }  # fmt: skip


def _states(wish: Wish, found: Worklist) -> list[tuple[Words, str, bool]]:
    return [
        (
            Words(f"{words.zh} {found.by_state[state]}", f"{words.en.capitalize()} {found.by_state[state]}"),
            f"?{_query(wish, state=state)}", state == wish.state,
        )
        for state, words in STATE_WORDS.items()
    ]  # fmt: skip


def _runs(found: Worklist) -> list[tuple[Words, Any]]:
    return [(METHODS[method], found.runs[method]) for method in METHODS if method in found.runs]


def _shares(found: Worklist) -> list[tuple[Words, Words, Words]]:
    """The measured share of false ones, by series and method."""
    return [
        (watching().of[key].name, METHODS[method], false_words(answers))
        for (key, method), answers in sorted(found.answers.items())
        if key in watching().of and answers.answered
    ]


def _known(code: str, request: HttpRequest) -> tuple[list[Complete], Grids | None]:
    """How much of yesterday is known, of a county; of no other level."""
    if CHINA.level_of(code).key != "county":
        return [], None
    day = today(request) - timedelta(days=1)
    return completeness(code, day), grids_heard(code, day)


@signed_in
@require_safe
@never_cache
def one(request: HttpRequest) -> HttpResponse:
    """One warning with all its versions and all that was said of it."""
    house = asked(request)
    found = history(thread=request.GET.get("thread", ""), viewer=house.viewer, at=house.now)
    return _one(request, found)


def _one(request: HttpRequest, found: History, refusal: Refusal | None = None) -> HttpResponse:
    house, row = asked(request), found.now
    wish = Wish(row.area.code, row.indicator.key, "all")
    told = worklist(wish=wish, viewer=house.viewer, at=house.now, day=today(request), most=0)
    versions = [
        (one, title_of(one), figure_text(one.bound, exact=one.exact), STATE_WORDS["lifted"]) for one in found.versions
    ]
    context = _row(row, told) | {
        "trail": trail_of(trail(row.area.code), "", today(request), "office-warnings"), "versions": versions,
        "words": [(VERDICT_WORDS[said.verdict], said) for said in found.said], "verdicts": VERDICT_WORDS.items(),
        "word_length": WORD_LENGTH, "here": "", "counts": row.indicator.counts,
        "problems": [reason.words() for reason in refusal.reasons] if refusal else [],
        "word": request.POST.get("word", ""), "areas": [name_of(area) for area in row.areas],
        "coming": _coming(row, request),
    }  # fmt: skip
    return render(request, "office/warning.html", frame(request) | context, status=refusal.status if refusal else 200)


def _coming(row: WarningFacts, request: HttpRequest) -> list[Coming]:
    """What the last days will come to, for those who see the figures of what is handed in."""
    if not row.exact or row.indicator.source != "handed_in":
        return []
    return coming(row.indicator.key, CHINA.cut(row.area.code, "county"), row.area.code, today(request))


@signed_in
@require_POST
def judge(request: HttpRequest) -> HttpResponse:
    """Say of a warning that it was true, false or known already."""
    house, post = asked(request), request.POST
    thread = post.get("thread", "")
    try:
        judge_warning(
            thread=thread, verdict=post.get("verdict", ""), word=post.get("word", ""), by=house.viewer, at=house.now,
            purpose=purpose_of(request, JUDGES),
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        return _one(request, history(thread=thread, viewer=house.viewer, at=house.now), refusal)
    messages.info(request, _("Noted. You may say otherwise at any time; the last word holds."))
    back = post.get("back", "")
    own = back.startswith("/office/warnings/") and "//" not in back[1:]
    return redirect(back if own else f"{reverse('office-warning')}?thread={thread}")


@signed_in
@require_safe
def as_csv(request: HttpRequest, code: str) -> HttpResponse:
    """All warnings of the last days of an area, as the viewer sees them."""
    house, tongue = asked(request), language()
    require_staff(house.viewer, house.now)
    CHINA.level_of(code)
    area_on(code, today(request))
    wish = _wish(request, code)
    rows = warnings(wish=wish, viewer=house.viewer, at=house.now, day=today(request))
    heads = (
        Words("代码", "code"), Words("区域", "area"), Words("指标", "series"), Words("方法", "method"),
        Words("开始", "first day"), Words("日期", "day"), Words("数量", "count"), Words("预期", "expected"),
        Words("界限", "bound"), Words("q值", "q"), Words("p级", "class of p"), Words("状态", "state"),
        Words("说明", "word"), Words("版本", "version"), Words("规则版本", "rules"), Words("计算时间", "as of"),
    )  # fmt: skip
    lines = [_line(row, tongue) for row in rows if wish.state in {"all", row.state}]
    return csv_answer([[say(head, tongue) for head in heads], *lines], f"warnings-{code}.csv")


def _line(row: WarningFacts, tongue: str) -> list[Any]:
    figures = [figure_text(value, exact=row.exact) for value in (row.count, row.expected, row.bound)]
    return [
        row.area.code, say(row.area.name, tongue), say(row.indicator.name, tongue), say(METHODS[row.method], tongue),
        row.start.isoformat(), row.day.isoformat(), *figures, f"{row.q:.3g}" if row.q >= 0 else "", row.p_class,
        say(STATE_WORDS[row.state], tongue), row.said.word if row.said else "", row.version, row.rules, row.as_of,
    ]  # fmt: skip
