"""The indicators that everybody may see: of public matters, by area and period, small numbers and few people hidden."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gridcommons.kit.codes import CHINA
from gridcommons.kit.words import Words
from gridcommons.outlook.indicators.formulas import formulas
from gridcommons.outlook.indicators.queries import Board, public_board
from gridcommons.outlook.indicators.sheets import HEADS, figure_rows
from gridcommons.outlook.indicators.standing import stand_of
from gridcommons.outlook.indicators.terms import KIND_WORDS, KINDS, Term, term_on, term_wished
from gridcommons.territory.queries import served
from gridcommons.web.csv_answer import csv_answer
from gridcommons.web.indicator_words import USUAL, first_shown, lines, marks_in, term_or_usual, trend_rows, value_words
from gridcommons.web.pieces import Trail, TrailArea, say
from gridcommons.web.public.asking import asked, language, today
from gridcommons.web.public.wording import LEVELS, name_of


def _url(code: str, term: Term, show: str = "") -> str:
    return f"{reverse('public-indicators')}?area={code}&period={term.key}" + (f"&show={show}" if show else "")


@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    """The public figures of an area; as CSV with `form=csv`."""
    here = served()
    code = request.GET.get("area", "") or (here.code if here else "33")
    CHINA.level_of(code)
    told = [one for one in formulas().indicators.values() if one.public]
    term, wrong = term_or_usual(request.GET.get("period", ""), today(request))
    page, show = _opened(code, term, request.GET.get("show", ""), asked(request).now)
    if request.GET.get("form") == "csv":
        if wrong:
            term_wished(request.GET.get("period", ""), today(request))  # a file of another period would mislead
        rows = figure_rows(page, told, language())
        return csv_answer([[say(h, language()) for h in HEADS], *rows], f"figures-{code}-{term.key}.csv", keep=True)
    urls = {one.key: f"{_url(code, term, one.key)}#course" for one in told}
    chosen = formulas().get(show)
    day = min(term.last, today(request))
    kinds = [(KIND_WORDS[kind], _url(code, term_on(kind, day), show), kind == term.kind) for kind in KINDS]
    after = term.after()
    context = {
        "page": page, "name": name_of(page.area), "term": term.words, "show": chosen,
        "trail": Trail(areas=tuple(
            TrailArea(LEVELS[one.level], name_of(one), _url(one.code, term, show)) for one in page.trail
        )),
        "lines": lines(page, told, urls, show), "course": trend_rows(page, language()), "kinds": kinds,
        "before": (term.before().words, _url(code, term.before(), show)),
        "after": (after.words, _url(code, after, show)) if after.first <= today(request) else None,
        "parts": [
            (name_of(one), _url(one.code, term, show), value_words(chosen, page.rows[one.code][show]))
            for one in page.children if one.code in page.rows and CHINA.level_of(one.code).key != "grid"
        ],
        "heads": (Words("时期", "Period"), chosen.name), "csv_url": f"{_url(code, term)}&form=csv",
        "stand": stand_of(term, asked(request).now),
        "marks": marks_in(page), "wrong": wrong,
    }  # fmt: skip
    return render(request, "public/indicators.html", context, status=400 if wrong else 200)


def _opened(code: str, term: Term, wish: str, at: datetime) -> tuple[Board, str]:
    """The figures, and the indicator whose course is shown: as asked for, else one that has a figure."""
    told = [one for one in formulas().indicators.values() if one.public]
    if wish in {one.key for one in told}:
        return public_board(code=code, term=term, show=wish, at=at), wish
    page = public_board(code=code, term=term, show=USUAL, at=at)
    show = first_shown(page, told)
    return (page if show == USUAL else public_board(code=code, term=term, show=show, at=at)), show
