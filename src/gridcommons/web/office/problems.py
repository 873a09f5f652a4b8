"""Problems: the list with tabs, filters and export, and the page of one with its table, measures and review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.queries import offices
from gridcommons.cases.problems.actions import NO_SEAT
from gridcommons.cases.problems.moves import MOVES, STATES
from gridcommons.cases.problems.queries import (
    PAGE,
    ProblemFacts,
    ProblemList,
    ProblemPage,
    Wanted,
    problem_page,
    problems,
)
from gridcommons.kit.digits import as_page, code_or_none
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.sheets import Cell
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current, matter_name
from gridcommons.territory.queries import children, names_of
from gridcommons.web.case_words import name_of, office_name, state_words
from gridcommons.web.counted import colon
from gridcommons.web.csv_answer import csv_answer
from gridcommons.web.office.choosing import areas_held
from gridcommons.web.office.problem_forms import DEEDS, INLINE, ORDER, MoveForm, blame, known_move, move_form
from gridcommons.web.pieces import QueueRow, say
from gridcommons.web.problem_words import (
    cause_words,
    cluster_sketch,
    life_steps,
    place_names,
    places_of,
    seat_kind,
    seat_name,
    status_of,
)
from gridcommons.web.staff import ZONE, asked, can, frame, language, signed_in, today

NO_PROBLEMS = refusal_kind(
    "web.no_problems",
    status=403,
    zh="您的岗位不参加共性问题的会商。公开的共性问题在“公开事项”页面上。",
    en="Your post takes no part in problems. What is public of them stands under “Public cases”.",
)
_LOOK: Final = "look.problem"
_LONGEST: Final = 60
_MOST: Final = 5_000
_REVIEW: Final = Words("回头看", "review on")
_ANSWER: Final = Words("待答复", "waits for your answer")
_KEPT: Final = ("tab", "matter", "area", "q")


@dataclass(frozen=True)
class Tab:
    """A tab of the list and what it shows."""

    key: str
    words: Words
    states: tuple[str, ...] = ()
    to_answer: bool = False
    late: bool = False


TABS: Final = (
    *(Tab(key, STATES[key], (key,)) for key in ("proposed", "open", "closed", "settled", "declined")),
    Tab("answer", Words("待我单位答复", "asked of us"), to_answer=True),
    Tab("late", Words("措施逾期", "measures overdue"), ("open",), late=True),
    Tab("all", Words("全部", "all")),
)


def _require(request: HttpRequest) -> None:
    if not can(asked(request).viewer, _LOOK, asked(request).now):
        raise refuse(NO_PROBLEMS)


def _read(request: HttpRequest) -> tuple[Tab, Wanted, int]:
    get = request.GET
    tab = next((one for one in TABS if one.key == get.get("tab")), TABS[-1])
    area, page = get.get("area", ""), get.get("page", "")
    wanted = Wanted(
        states=tab.states, matter_key=get.get("matter", "")[:_LONGEST], number=get.get("q", "").strip()[:_LONGEST],
        area_code=code_or_none(area), to_answer=tab.to_answer, late=tab.late,
    )  # fmt: skip
    number = as_page(page)
    return tab, wanted, (max(1, number) - 1) * PAGE


@signed_in
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The problems of the viewer's areas and tables."""
    _require(request)
    house, (tab, wanted, first) = asked(request), _read(request)
    found = problems(wanted=wanted, viewer=house.viewer, at=house.now, first=first)
    context = {
        "rows": _rows(found), "total": found.total, "tab": tab, "tabs": _tabs(tab, found),
        "page": Paginator(range(found.total), PAGE).get_page(first // PAGE + 1),
        "caption": f"{say(tab.words, language())} · {found.total}",
        "export_url": f"{reverse('office-problems-csv')}?{_query(request)}",
        "matters": [(matter.key, matter.name) for matter in current() if matter.for_grid],
        "areas": _areas(request), "filtered": any(request.GET.get(key) for key in ("matter", "area", "q")),
    }  # fmt: skip
    return render(request, "office/problems.html", frame(request) | context)


def _tabs(here: Tab, found: ProblemList) -> list[tuple[Tab, str, int | None, bool]]:
    """Each tab with its address and, where one state is meant, how many stand in it."""
    return [
        (tab, f"?tab={tab.key}", found.states.get(tab.key, 0) if tab.states == (tab.key,) else None, tab == here)
        for tab in TABS
    ]


def _query(request: HttpRequest) -> str:
    query = QueryDict(mutable=True)
    for key in _KEPT:
        if request.GET.get(key):
            query[key] = request.GET[key]
    return query.urlencode()


def _areas(request: HttpRequest) -> list[tuple[str, Words]]:
    """The viewer's own areas and those directly below the widest."""
    house = asked(request)
    codes = areas_held(house.viewer, house.now)
    areas = [*names_of(codes[:1]).values(), *(children(codes[0], today(request)) if codes else [])]
    return [(area.code, name_of(area)) for area in areas]


def _rows(found: ProblemList) -> list[QueueRow]:
    places = places_of([row.area_code for row in found.rows])
    known = offices([row.owner_id for row in found.rows])
    return [
        QueueRow(
            code=row.number, what=_what(row), url=reverse("office-problem", args=[row.id]), place=places[row.area_code],
            status=status_of(row.state, late=bool(row.late)), private=not row.public,
            with_whom=office_name(known.get(row.owner_id)) if row.owner_id else Words("—", "—"),
            due_at=datetime.combine(row.review_on, time(), ZONE) if row.state == "closed" and row.review_on else None,
            due_for=_ANSWER if row.to_answer else _REVIEW if row.state == "closed" else _progress(row),
        )
        for row in found.rows
    ]  # fmt: skip


def _what(row: ProblemFacts) -> Words:
    name = matter_name(row.matter_key)
    return Words(f"{name.zh}：{row.cases}件", f"{name.en}: {row.cases} case{'' if row.cases == 1 else 's'}")


def _progress(row: ProblemFacts) -> Words:
    if row.state == "settled":
        return Words(f"{row.before}件降到{row.after}件", f"from {row.before} to {row.after}")
    if row.state != "open" or not row.measures:
        return Words("—", "—")
    return Words(f"措施{row.done}/{row.measures}完成", f"{row.done} of {row.measures} measures done")


_HEADS: Final = (
    Words("编号", "number"), Words("事项", "matter"), Words("地点", "place"), Words("状态", "state"),
    Words("事项数", "cases"), Words("牵头单位", "owner"), Words("提出日期", "proposed_on"), Words("措施", "measures"),
    Words("已完成", "done"), Words("逾期", "overdue"), Words("回头看日期", "review_on"), Words("之前", "before"),
    Words("之后", "after"),
)  # fmt: skip


@signed_in
@require_safe
@never_cache
def export(request: HttpRequest) -> HttpResponse:
    """All that the filter finds, as CSV: no words, no case."""
    _require(request)
    house, (_tab, wanted, _first) = asked(request), _read(request)
    found = problems(wanted=wanted, viewer=house.viewer, at=house.now, most=_MOST)
    tongue = language()
    places, known = places_of([row.area_code for row in found.rows]), offices([row.owner_id for row in found.rows])
    lines: list[Sequence[Cell]] = [[say(head, tongue) for head in _HEADS]]
    for row in found.rows:
        owner = say(office_name(known.get(row.owner_id)), tongue) if row.owner_id else ""
        cells = (
            row.number, say(matter_name(row.matter_key), tongue), say(places[row.area_code], tongue),
            say(STATES[row.state], tongue), row.cases, owner, row.proposed_at.astimezone(ZONE).date(), row.measures,
            row.done, row.late, row.review_on, row.before, row.after,
        )  # fmt: skip
        lines.append(cells)
    return csv_answer(lines, f"problems-{house.now.astimezone(ZONE):%Y%m%d}.csv")


def _page(request: HttpRequest, problem_id: UUID) -> ProblemPage:
    house = asked(request)
    return problem_page(problem_id=problem_id, viewer=house.viewer, at=house.now)


@signed_in
@require_safe
@never_cache
def problem(request: HttpRequest, problem_id: UUID) -> HttpResponse:
    """One problem."""
    return _shown(request, _page(request, problem_id))


def _shown(
    request: HttpRequest, page: ProblemPage, *, failed: MoveForm | None = None, wrong: str = "", status: int = 200
) -> HttpResponse:
    """The page; `failed`: the form that was refused; `wrong`: why a step beside its row was."""
    tongue, day = language(), today(request)
    steps = [
        failed if failed is not None and failed.key == key else move_form(key, page, tongue, day)
        for key in ORDER
        if key in page.may
    ]
    facts = page.facts
    points = [(c.lon, c.lat) for c in page.cases if c.lon is not None and c.lat is not None]
    if not points and page.lon is not None and page.lat is not None:
        points = [(page.lon, page.lat)]
    print_ = "print" in request.GET
    context = {
        "page": page, "facts": facts, "matter": matter_name(facts.matter_key),
        "status": status_of(facts.state, late=bool(facts.late)), "steps": steps, "wrong": wrong,
        "places": place_names(facts.area_code), "owner": office_name(page.owner), "cause": cause_words(page.cause),
        "life": life_steps(page.life, facts), "cases": _cases(page), "print": print_,
        "seats": [(seat, seat_name(seat), seat_kind(seat)) for seat in page.seats],
        "measures": [(one, seat_name(one.seat)) for one in page.measures],
        "sketch": cluster_sketch(facts.area_code, points, facts.proposed_at, tongue),
        "public_url": reverse("public-problem", args=[facts.number]) if _is_public(facts) else "",
        "may_drop": "plan" in page.may,
    }  # fmt: skip
    return render(request, "office/problem.html", frame(request) | context, status=status)


def _is_public(facts: ProblemFacts) -> bool:
    return facts.public and facts.state in {"open", "closed", "settled"}


def _cases(page: ProblemPage) -> list[tuple[Any, Words, Words | str]]:
    places = places_of([case.area_code for case in page.cases])
    return [(case, state_words(case.state), places[case.area_code]) for case in page.cases]


@signed_in
@require_POST
def move(request: HttpRequest, problem_id: UUID, key: str) -> HttpResponse:
    """Take one step; what stands in the way is said above its form."""
    key, page = known_move(key), _page(request, problem_id)
    return _beside(request, page, key) if key in INLINE else _by_form(request, page, key)


def _by_form(request: HttpRequest, page: ProblemPage, key: str) -> HttpResponse:
    house, tongue = asked(request), language()
    step = move_form(key, page, tongue, today(request), request.POST)
    if not step.form.is_valid() or step.asks:
        return _shown(request, page, failed=step, status=400)
    try:
        DEEDS[key](page.facts.id, step.form.cleaned_data, house.viewer, house.now)
    except Refusal as refusal:
        blame(step, refusal, tongue)
        lost = "" if key in page.may else step.problems[0]
        return _shown(request, page, failed=step, wrong=lost, status=refusal.status)
    return _done(request, page, key)


def _beside(request: HttpRequest, page: ProblemPage, key: str) -> HttpResponse:
    house = asked(request)
    try:
        DEEDS[key](page.facts.id, _given(request.POST), house.viewer, house.now)
    except Refusal as refusal:
        return _shown(request, page, wrong=say(refusal.words(), language()), status=refusal.status)
    return _done(request, page, key)


def _given(post: QueryDict) -> Mapping[str, str]:
    """What came with a step beside its row; refuses an id that is none."""
    given = {key: post.get(key, "") for key in ("seat", "measure", "case", "answer", "note")}
    for key in ("seat", "measure", "case"):
        try:
            UUID(given[key] or str(UUID(int=0)))
        except ValueError:
            raise refuse(NO_SEAT) from None
        given[key] = given[key] or str(UUID(int=0))
    return given


def _done(request: HttpRequest, page: ProblemPage, key: str) -> HttpResponse:
    messages.info(request, f"{page.facts.number}{colon()}{say(MOVES[key].did, language())}")
    return redirect("office-problem", page.facts.id)
