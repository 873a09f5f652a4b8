"""Adding a line to a plan: pick areas by going down the levels, then say what becomes of them; or read a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import StringIO
from typing import Final
from uuid import UUID

import shapely
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from gridcommons.kit.codes import CHINA
from gridcommons.kit.digits import whole
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.numbers import decimal_of
from gridcommons.kit.words import Words
from gridcommons.territory.editions import COLUMNS, read_difference
from gridcommons.territory.queries import AreaFacts, area_on, children, names_of, shapes_of, trail
from gridcommons.territory.reorganising.actions import add_lines, draft_plan
from gridcommons.territory.reorganising.from_difference import lines_of
from gridcommons.territory.reorganising.ground import ground_for
from gridcommons.territory.reorganising.outlines import cut_outline
from gridcommons.territory.reorganising.queries import PlanFacts, free_codes_below
from gridcommons.territory.reorganising.rules import VERBS, Change, Target
from gridcommons.web.case_words import LEVELS, name_of
from gridcommons.web.office.doing import day_of
from gridcommons.web.office.plans import areas_of, back_to, held_plan, listed
from gridcommons.web.program_words import in_both
from gridcommons.web.staff import asked, frame, language, signed_in, today

NO_VERB = refusal_kind(
    "web.no_verb",
    status=404,
    zh="没有“{verb}”这种变更。",
    en="There is no change called “{verb}”.",
)
NOT_A_LIST = refusal_kind(
    "web.not_a_list",
    status=400,
    zh="这个文件不是变更清单：应为UTF-8编码的CSV，列为{columns}。",
    en="This file is no list of changes: it has to be CSV in UTF-8 with the columns {columns}.",
)
BAD_SHARE = refusal_kind(
    "web.bad_share",
    status=400,
    zh="户数占比“{share}”不是1到99之间的数。",
    en="The share “{share}” is no number from 1 to 99.",
)
_MOST_PARTS: Final = 6
_MOST_BYTES: Final = 5_000_000
_WHOLE: Final = 100
_QUESTION: Final = 500
"""Room of a question in a line of a plan, both languages together."""


@dataclass(frozen=True)
class Part:
    """One row of the form: an area that comes of the change."""

    number: int
    code: str
    name: str
    share: str = ""
    keeps: bool = False


@signed_in
@never_cache
def add(request: HttpRequest, plan_id: UUID, verb: str) -> HttpResponse:
    """Pick areas, then say what becomes of them; a refusal stands above the form with what was typed."""
    if verb not in VERBS:
        raise refuse(NO_VERB, verb=verb[:20])
    plan = held_plan(request, plan_id)
    picked = _picked(request, plan)
    if request.method == "POST":
        try:
            change = _change(request, plan, verb, picked)
            add_lines(plan_id=plan.id, changes=[change], by=asked(request).viewer, at=asked(request).now)
        except Refusal as refusal:
            return _form(request, plan, verb, picked, refusal.words().in_language(language()))
        return back_to(plan.id)
    if not picked or (verb == "merge" and len(picked) < len("ab")):
        return _picker(request, plan, verb, picked)
    return _form(request, plan, verb, picked)


def _picked(request: HttpRequest, plan: PlanFacts) -> list[AreaFacts]:
    """The areas named in the address or the form, in order; those outside the plan's area are not there."""
    source = request.POST if request.method == "POST" else request.GET
    codes = dict.fromkeys(code for code in source.getlist("of") if code.startswith(plan.area_code))
    names = names_of(codes)
    return [names[code] for code in codes if code in names]


def _picker(request: HttpRequest, plan: PlanFacts, verb: str, picked: Sequence[AreaFacts]) -> HttpResponse:
    """The areas of one level below another, to be picked; links lead down."""
    under = request.GET.get("under", "") or (picked[0].parent_code if picked else plan.area_code)
    if not under.startswith(plan.area_code):
        under = plan.area_code
    way = [area for area in trail(under) if area.code.startswith(plan.area_code)]
    rows = [(area, name_of(area), LEVELS[area.level]) for area in children(under, today(request))]
    context = {
        "plan": plan, "verb": verb, "words": VERBS[verb], "rows": rows, "way": [(a.code, name_of(a)) for a in way],
        "many": verb == "merge", "picked": {area.code for area in picked}, "few": bool(picked),
    }  # fmt: skip
    return render(request, "office/plan_pick.html", frame(request) | context)


def _form(
    request: HttpRequest, plan: PlanFacts, verb: str, picked: Sequence[AreaFacts], wrong: str = ""
) -> HttpResponse:
    parts = _parts(request, plan, verb, picked)
    below = children(picked[0].code, today(request)) if verb == "split" and picked else []
    context = {
        "plan": plan, "verb": verb, "words": VERBS[verb], "picked": [(area, name_of(area)) for area in picked],
        "parts": parts, "below": [(area, name_of(area), request.POST.get(f"goes-{area.code}", "")) for area in below],
        "wrong": wrong, "given": request.POST, "parents": _parents(plan, picked) if verb == "move" else [],
        "cuts": verb == "split" and not below and bool(shapes_of(area.code for area in picked)),
        "more": len(parts) + 1 if verb == "split" and len(parts) < _MOST_PARTS else 0,
    }  # fmt: skip
    return render(request, "office/plan_line.html", frame(request) | context, status=400 if wrong else 200)


def _parents(plan: PlanFacts, picked: Sequence[AreaFacts]) -> list[tuple[str, Words]]:
    """The areas that an area may move under: those of its parent's level in the plan's area, but for its own."""
    above = names_of([picked[0].parent_code]).get(picked[0].parent_code) if picked else None
    if above is None:
        return []
    found, ahead = [], [plan.area_code]
    while ahead:
        rows = [area for code in ahead for area in children(code, plan.on_day)]
        found += [area for area in rows if area.level == above.level and area.code != above.code]
        ahead = [area.code for area in rows if CHINA.width(area.level) < CHINA.width(above.level)]
    return [(area.code, name_of(area)) for area in found]


def _parts(request: HttpRequest, plan: PlanFacts, verb: str, picked: Sequence[AreaFacts]) -> list[Part]:
    """The rows of the form, with what was typed or with what is free."""
    wanted = request.POST.get("number", "") or request.GET.get("parts", "")
    number = whole(wanted, digits=1, otherwise=2)
    number = max(2, min(number, _MOST_PARTS)) if verb == "split" else 1
    first = picked[0]
    free = free_codes_below(first.parent_code, first.level, number, plan.id) if verb != "rename" else []
    given = request.POST
    return [
        Part(
            n, given.get(f"code-{n}", free[n - 1] if free and verb != "move" else ""),
            given.get(f"name-{n}", "" if verb == "split" else first.name_zh), given.get(f"share-{n}", ""),
            keeps=given.get("keeps", "") == str(n),
        )
        for n in range(1, number + 1)
    ]  # fmt: skip


def _change(request: HttpRequest, plan: PlanFacts, verb: str, picked: Sequence[AreaFacts]) -> Change:
    """The change that a form describes."""
    old = tuple(area.code for area in picked)
    parts = _parts(request, plan, verb, picked)
    if verb == "retire":
        return Change(verb, old)
    if verb == "rename":
        return Change(verb, old, (Target(old[0], parts[0].name.strip()),))
    if verb == "split":
        return Change(verb, old, tuple(_halves(request, picked[0], parts)))
    code = parts[0].code.strip()
    if verb == "move" and not code:
        parent = request.POST.get("parent", "")
        area_on(parent, plan.on_day)
        code = free_codes_below(parent, picked[0].level, 1, plan.id)[0]
    kept = request.POST.get("keeps", "")
    code = kept if verb == "merge" and kept in old else code
    return Change(verb, old, (Target(code, parts[0].name.strip()),))


def _halves(request: HttpRequest, whole: AreaFacts, parts: Sequence[Part]) -> list[Target]:
    """The parts of a division: what goes where, the shares, and outlines where a line cuts a grid."""
    given = request.POST
    goes = {area.code: given.get(f"goes-{area.code}", "") for area in children(whole.code, today(request))}
    targets = [
        Target(
            whole.code if part.keeps else part.code.strip(), part.name.strip(), _share(part.share),
            tuple(code for code, where in goes.items() if where == str(part.number)),
        )
        for part in parts
    ]  # fmt: skip
    line = given.get("line", "").strip()
    if not line or goes:
        return targets
    pieces = cut_outline(shapes_of([whole.code])[whole.code], line, len(targets))
    total = sum(piece.area for piece in pieces)
    return [
        replace(target, outline=shapely.to_wkb(piece), share=target.share or round(piece.area / total, 6))
        for target, piece in zip(targets, pieces, strict=True)
    ]


def _share(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        share = decimal_of(text.strip().rstrip("%％"))
    except ValueError:
        share = 0.0
    if not 0 < share < _WHOLE:
        raise refuse(BAD_SHARE, share=text[:20])
    return share / _WHOLE


@signed_in
@require_POST
def from_list(request: HttpRequest) -> HttpResponse:
    """A plan made of a list of changes, as `gridcommons areas diff` writes it."""
    house, given = asked(request), request.POST
    areas_of(request)
    area = given.get("area", "")
    try:
        rows = read_difference(_rows(request))
        day = day_of(given.get("day", ""))
        changes = [Change("ask", tuple(filter(None, (row.old_code,))), _new(row.new_code)) for row in rows]
        drawn = lines_of(rows, area, ground_for(changes, day))
        upload = request.FILES.get("list")
        plan = draft_plan(
            area_code=area, title=given.get("title", ""), on_day=day, source=(upload and upload.name) or "",
            by=house.viewer, at=house.now,
        )  # fmt: skip
        questions = {place: in_both(words, _QUESTION) for place, words in drawn.questions.items()}
        add_lines(plan_id=plan.pk, changes=drawn.changes, questions=questions, by=house.viewer, at=house.now)
    except Refusal as refusal:
        return listed(request, "list", refusal.words().in_language(language()))
    told = _("%(lines)d lines read, %(asked)d of them have to be answered; %(elsewhere)d rows concern other areas.")
    facts = {"lines": len(drawn.changes), "asked": len(questions), "elsewhere": drawn.elsewhere}
    messages.info(request, told % facts)
    return redirect("office-plan", plan.pk)


def _new(code: str) -> tuple[Target, ...]:
    return (Target(code, code),) if code else ()


def _rows(request: HttpRequest) -> list[dict[str, str]]:
    """The rows of the uploaded list; refuses what is no such list."""
    import csv

    upload = request.FILES.get("list")
    try:
        raw = upload.read(_MOST_BYTES) if upload is not None else b""
        reader = csv.DictReader(StringIO(raw.decode("utf-8-sig"), newline=""))
        rows = [dict(row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise refuse(NOT_A_LIST, columns=", ".join(COLUMNS)) from error
    if not rows or any(set(COLUMNS) - row.keys() or None in row.values() for row in rows):
        raise refuse(NOT_A_LIST, columns=", ".join(COLUMNS))
    return rows
