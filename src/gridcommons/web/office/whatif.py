"""What if: two scenarios of an epidemic side by side, from what is assumed. Nothing is kept, nothing follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.outlook.bordering import households_of
from gridcommons.outlook.deciding.estimating import Estimate, estimated
from gridcommons.outlook.deciding.handed import cases_found
from gridcommons.outlook.rules import is_local, require_staff
from gridcommons.outlook.simulation import Bands, what_if
from gridcommons.outlook.supposing import Supposed, assumptions, book, levers_said
from gridcommons.territory.queries import AreaFacts, area_on, children, trail
from gridcommons.web.case_words import name_of
from gridcommons.web.csv_answer import csv_answer
from gridcommons.web.office.areas import trail_of
from gridcommons.web.office.choosing import widest_area
from gridcommons.web.office.whatif_form import AGAIN, DISEASE, RUNS, SCENARIOS, SEED, WhatIfForm, chosen_preset
from gridcommons.web.office.whatif_picture import HEADS, MEASURES, csv_rows, lines, panels
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, frame, language, signed_in, today

MOST_AREAS: Final = 60
_NAMES: Final = {"a": Words("情景甲", "Scenario A"), "b": Words("情景乙", "Scenario B")}
_BY_HAND: Final = Words("由填写人设定", "given by the officer")

NOT_HERE = refusal_kind(
    "whatif.not_here",
    status=400,
    zh="推演做到乡镇为止：再往下人数太少，结果只剩偶然。请选择县或乡镇。",
    en="A what-if goes down to townships: below, people are so few that only chance is left. Choose a county or "
    "township.",
)


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponseRedirect:
    """The what-if of the area of the viewer's widest grant, or of its township."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    code = widest_area(house.viewer, house.now)
    return redirect("office-whatif-area", CHINA.cut(code, "township") if _is_low(code) else code)


def _is_low(code: str) -> bool:
    return CHINA.depth_at_least(code, "village")


def _areas(request: HttpRequest, code: str) -> tuple[AreaFacts, list[AreaFacts]]:
    """The area of the page and those reckoned with: the parts of a large one, a township by itself."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    CHINA.level_of(code)
    if _is_low(code):
        raise refuse(NOT_HERE)
    area = area_on(code, today(request))
    parts = [] if area.level == "township" else children(code, today(request))
    return area, parts if 0 < len(parts) <= MOST_AREAS else [area]


def _estimate(request: HttpRequest, areas: Sequence[AreaFacts]) -> Estimate | None:
    """R(t) of the area from the cases handed in, by the generation interval of the disease chosen."""
    disease = chosen_preset(request.GET).disease
    codes = [one.code for one in areas]
    return estimated(codes, today(request), disease.interval, disease.interval_sd, asked(request).now)


def _form(request: HttpRequest, code: str, areas: Sequence[AreaFacts], estimate: Estimate | None = None) -> WhatIfForm:
    """The form; cases handed in over the last infectious spell stand in it to begin with."""
    homes = households_of([one.code for one in areas], today(request))
    people = {code: round(count * book().persons_per_home.value) for code, count in homes.items()}
    people |= {one.code: one.residents for one in areas if one.residents}
    data = request.GET if "days" in request.GET else None
    house, spell = asked(request), round(chosen_preset(data).disease.infectious_days)
    exact = is_local(house.viewer, code, house.now)
    cases = cases_found([one.code for one in areas], today(request), spell, house.now, is_exact=exact)
    return WhatIfForm(data, areas=areas, people=people, cases=cases, tongue=language(), estimate=estimate)


@dataclass(frozen=True)
class _Made:
    """What came of it."""

    scenarios: list[Bands]
    supposed: Supposed


def _made(form: WhatIfForm) -> _Made:
    days = form.cleaned_data["days"]
    chosen = tuple(form.levers(one) for one in SCENARIOS)
    return _Made(what_if(form.started(), form.disease, chosen, days=days, runs=RUNS, seed=SEED), _supposed(form, days))


def _supposed(form: WhatIfForm, days: int) -> Supposed:
    per_home = book().persons_per_home
    start = Words(
        "第0天的传染者：各区域填写的病例除以被发现的比例；另有相应人数已感染、尚未传染",
        "Infectious on day 0: the cases filled in for each area, divided by the share found; with them as many are "
        "exposed as fits the spells",
    )
    people = Words(
        f"人口：页面先给出登记的居民人数，没有的用户数乘以{per_home.value:g}（{per_home.source.zh}）；可以改",
        "People: the residents on record to start with, or households counted times "
        f"{per_home.value:g} ({per_home.source.en}); to be changed at will",
    )
    source = form.preset.source if form.is_as_shipped else _BY_HAND
    used = tuple(key for key in book().levers if any(form.cleaned_data[f"{one}_{key}"] for one in _moved(form, key)))
    return Supposed(form.disease, source, form.away, start, people, days, RUNS, SEED, used)


def _moved(form: WhatIfForm, key: str) -> list[str]:
    """The scenarios in which a lever counts: who is protected matters only where somebody is vaccinated."""
    return [one for one in SCENARIOS if key != "protected" or form.cleaned_data[f"{one}_vaccinated"]]


@signed_in
@require_safe
def area(request: HttpRequest, code: str) -> HttpResponse:
    """The form, and once cases are given the two pictures under everything that was assumed."""
    return _page(request, code)


def _page(request: HttpRequest, code: str) -> HttpResponse:
    place, areas = _areas(request, code)
    estimate = _estimate(request, areas)
    form = _form(request, code, areas, estimate)
    context: dict[str, Any] = {
        "area": place, "name": name_of(place), "trail": trail_of(trail(code), "", today(request), "office-whatif-area"),
        "form": form, "groups": _groups(form), "book": book(), "estimate": estimate, "query": request.GET.urlencode(),
    }  # fmt: skip
    status = 200
    if form.is_bound and not form.is_valid():
        status = 400
    elif form.is_bound and AGAIN in request.GET:
        pass  # figures were put into the form, nothing is to be reckoned yet
    elif form.is_bound and not form.has_cases:
        context["empty"] = True
    elif form.is_bound:
        try:
            context |= _shown(form, areas)
        except Refusal as refusal:
            context["problem"], status = say(refusal.words(), language()), refusal.status
    return render(request, "office/whatif.html", frame(request) | context, status=status)


def _groups(form: WhatIfForm) -> dict[str, Any]:
    """The fields as the form lays them out."""
    rows = [
        (name_of(one), form[f"people_{one.code}"], form[f"cases_{one.code}"])
        for one in form.areas
    ]  # fmt: skip
    keys = ("since", *book().levers)
    return {
        "rows": rows,
        "disease": [form[key] for key in DISEASE],
        "sizes": [form["away"], form["days"]],
        "scenarios": [(_NAMES[one], [form[f"{one}_{key}"] for key in keys]) for one in SCENARIOS],
        "is_open": not form.is_bound or bool(form.errors) or AGAIN in form.data,
    }  # fmt: skip


def _cell_heads() -> list[Words]:
    """What each cell of the table by area is, where its heads are out of sight."""
    found, care = Words("发现病例", "Cases found"), Words("最多在院", "Most in care")
    return [
        Words(f"{measure.zh}，{_NAMES[one].zh}", f"{measure.en}, {_NAMES[one].en}")
        for measure in (found, care) for one in SCENARIOS
    ]  # fmt: skip


def _shown(form: WhatIfForm, areas: Sequence[AreaFacts]) -> dict[str, Any]:
    made = _made(form)
    said = [levers_said(form.levers(one), form.disease) for one in SCENARIOS]
    whole = Words("合计", "All together")
    return {
        "made": True, "assumed": assumptions(made.supposed),
        "pictures": [
            (words, list(zip([_NAMES[one] for one in SCENARIOS], said, panels(made.scenarios, key), strict=True)))
            for key, words in MEASURES.items() if key != "infected"
        ],
        "heads": [_NAMES[one] for one in SCENARIOS],
        "lines": [
            (line.name, list(zip(_cell_heads(), line.cells, strict=True)))
            for line in lines(made.scenarios, [name_of(one) for one in areas], whole)
        ],
    }  # fmt: skip


@signed_in
@require_safe
def as_csv(request: HttpRequest, code: str) -> HttpResponse:
    """All bands of both scenarios by area and day, the assumptions above them."""
    _place, areas = _areas(request, code)
    form, tongue = _form(request, code, areas), language()
    if not form.is_bound or not form.is_valid() or not form.has_cases:
        return _page(request, code)  # which says what is missing
    made = _made(form)
    told = [(one.code, say(name_of(one), tongue)) for one in areas] + [("", say(Words("合计", "all together"), tongue))]
    assumed = [[say(one.words, tongue), say(one.source, tongue)] for one in assumptions(made.supposed)]
    assumed += [[say(_NAMES[one], tongue), *(say(w, tongue) for w in levers_said(form.levers(one), form.disease))]
                for one in SCENARIOS]  # fmt: skip
    rows = [*assumed, [], [say(head, tongue) for head in HEADS], *csv_rows(made.scenarios, SCENARIOS, told, tongue)]
    return csv_answer(rows, f"what-if-{code}.csv")
