"""Homes of my grids: the list, one household with its people and what is known, a person by the exact number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.kit.codes import CHINA
from gridcommons.kit.digits import as_page
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.people.facts.actions import confirm, record
from gridcommons.people.facts.keys import fact_keys
from gridcommons.people.facts.queries import Known, known
from gridcommons.people.facts.rules import Told, known_key
from gridcommons.people.homes.actions import Added, add_home, add_person, correct_home, end_home, move_out
from gridcommons.people.homes.queries import (
    PAGE,
    HouseholdPage,
    Households,
    find_person,
    household_page,
    households,
)
from gridcommons.people.homes.rules import HOUSEHOLD_KINDS, KIND_WORDS, RESIDENCE_KINDS, NewHome
from gridcommons.territory.queries import AreaFacts, below, names_of
from gridcommons.web.case_words import name_of
from gridcommons.web.office.household_forms import EndForm, FoldedForm, HomeForm, MoveOutForm, PersonForm
from gridcommons.web.office.household_visits import SAYING, visits_shown
from gridcommons.web.office.own_area import area_asked
from gridcommons.web.pieces import say
from gridcommons.web.public.held import ONCE, let_go, show_once, shown_once
from gridcommons.web.staff import asked, can, frame, language, purpose_of, require_can, signed_in, today

_LIST: Final = "look.households"
_LONGEST: Final = 60
_FINAL: Final = (403, 404)


NO_ONE_NAMED = refusal_kind(
    "web.no_one_named",
    status=400,
    zh="这一项说的是某个人：请选择是住在这里的哪一位。",
    en="This is told of one person: choose who of those living here it is.",
)


def opened_by(request: HttpRequest, look: str) -> set[str]:
    """The codes of the areas of today in which the viewer's grants open a look at homes."""
    house = asked(request)
    return {
        code
        for role, grant in house.viewer.roles_at(house.now)
        if grant is not None and look in role.deeds and grant.is_local
        for code in grant.areas_now
    }


def my_grids(request: HttpRequest) -> list[AreaFacts]:
    """The grids whose households the viewer's grants open, by code."""
    codes = opened_by(request, _LIST)
    grids = {area.code: area for area in names_of(codes).values() if area.level == "grid"}
    grids |= {area.code: area for code in codes - grids.keys() for area in below(code, "grid")}
    return [grids[code] for code in sorted(grids)]


def named_grids(grids: list[AreaFacts]) -> list[tuple[str, Words]]:
    """Grids by code, each with its village before it."""
    villages = names_of({CHINA.cut(grid.code, "village") for grid in grids})
    found = []
    for grid in grids:
        above, own = villages.get(CHINA.cut(grid.code, "village")), name_of(grid)
        both = Words(f"{above.name.zh} · {own.zh}", f"{above.name.en} · {own.en}") if above else own
        found.append((grid.code, both))
    return found


@signed_in
@require_safe
@never_cache
def homes(request: HttpRequest) -> HttpResponse:
    """The households of one grid, by address."""
    house = asked(request)
    require_can(house.viewer, _LIST, house.now)
    grids = my_grids(request)
    area = area_asked(request, [grid.code for grid in grids], grids[0].code if grids else "")
    words, number = " ".join(request.GET.get("q", "").split())[:_LONGEST], as_page(request.GET.get("page", ""))
    found = _found(request, area, words, number) if area else None
    page = Paginator(range(found.total if found else 0), PAGE).get_page(number)
    too_far = found is not None and found.total > 0 and page.number < number
    context = {
        "grids": named_grids(grids), "area": area, "words": words, "kinds": KIND_WORDS, "too_far": too_far,
        "found": _found(request, area, words, page.number) if too_far else found, "page": page,
        "finds": can(house.viewer, "look.person_found", house.now), "household_kinds": HOUSEHOLD_KINDS,
        "answers": can(house.viewer, "look.rights_requests", house.now),
        "puts_right": can(house.viewer, "homes.regrid", house.now),
    }  # fmt: skip
    return render(request, "office/homes.html", frame(request) | context)


def _found(request: HttpRequest, area: str, words: str, number: int) -> Households:
    house = asked(request)
    first = (max(number, 1) - 1) * PAGE
    return households(area_code=area, words=words, viewer=house.viewer, at=house.now, first=first)


@signed_in
@require_POST
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """A person by the exact number or phone; the number stands in no address and in no log."""
    house, fault, found = asked(request), None, None
    given = {key: request.POST.get(key, "").strip()[:_LONGEST] for key in ("number", "phone")}
    try:
        found = find_person(**given, viewer=house.viewer, at=house.now)
    except Refusal as refusal:
        if refusal.status in _FINAL:
            raise
        fault = refusal.words()
    context = {"found": found, "fault": fault, "kinds": KIND_WORDS}
    return render(request, "office/homes_found.html", frame(request) | context, status=400 if fault else 200)


@signed_in
@require_POST
@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """A household is added in a grid."""
    house, given = asked(request), request.POST
    new = NewHome(given.get("area", ""), given.get("address", ""), given.get("kind", "family"))
    made = add_home(home=new, by=house.viewer, at=house.now, purpose=purpose_of(request, "homes.add"))
    messages.success(request, _("The household is kept. Now say who lives there."))
    return redirect("office-household", made.households[0])


@signed_in
@require_http_methods(["GET", "HEAD"])
@never_cache
def household(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """One household: who lives there, what is known and until when."""
    shown = shown_once(request)
    if not shown:
        return _page(request, household_id)
    url = request.build_absolute_uri(f"{reverse('resident-consent')}?code={shown['code']}")
    answer = _page(request, household_id, consent_code=shown["code"], consent_url=url)
    let_go(answer, ONCE)
    return answer


def _page(
    request: HttpRequest, household_id: UUID, wrong: FoldedForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:  # fmt: skip
    house, day = asked(request), today(request)
    page = household_page(household_id=household_id, viewer=house.viewer, at=house.now)
    told = known(household_ids=[household_id], viewer=house.viewer, at=house.now)
    area = names_of([page.area_code]).get(page.area_code)
    context = {
        "page": page, "kinds": KIND_WORDS, "place": name_of(area) if area else page.area_code,
        "facts": [_fact(one, page, day) for one in told.facts], "keys": fact_keys().values(),
        "residence_kinds": [(kind, KIND_WORDS[kind]) for kind in RESIDENCE_KINDS],
        "wrong": wrong, **_folded(page, day, wrong),
        "opens_person": can(house.viewer, "look.person", house.now), "put_right": _put_right(page),
        "puts_right": can(house.viewer, "homes.regrid", house.now),
        "asked_key": fact_keys().get(request.GET.get("fact", "")), "visits": visits_shown(request, page),
    }  # fmt: skip
    answer = render(request, "office/household.html", frame(request) | context | more, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _folded(page: HouseholdPage, day: date, wrong: FoldedForm | None) -> dict[str, Any]:
    """The folded forms of the page; that which was refused stands in its place, as it was sent."""
    forms: list[FoldedForm] = [
        MoveOutForm(key=f"out-{one.residence_id}", day=day, initial={"residence": one.residence_id})
        for one in page.people
    ]
    forms += [
        PersonForm(key="add", day=day), EndForm(key="end", day=day),
        HomeForm(key="home", day=day, initial={"address": page.address, "kind": page.kind}),
    ]  # fmt: skip
    *out, add, end, home = [wrong if wrong and wrong.auto_id == form.auto_id else form for form in forms]
    return {"people": list(zip(page.people, out, strict=True)), "add": add, "end": end, "home": home}


def _put_right(page: HouseholdPage) -> list[tuple[datetime, Words, Words, str]]:
    """When its grid was put right, out of which and into which, and why."""
    names = names_of({code for one in page.put_right for code in (one.from_code, one.to_code)})
    return [(one.at, name_of(names[one.from_code]), name_of(names[one.to_code]), one.reason) for one in page.put_right]


def _fact(one: Known, page: HouseholdPage, day: date) -> dict[str, Any]:
    key = fact_keys()[one.key]
    chosen = [key.choice(name) for name in one.value.split()] if key.choices else []
    value = Words("、".join(w.zh for w in chosen), ", ".join(w.en for w in chosen)) if chosen else one.value
    whose = next((person.name for person in page.people if person.person_id == one.subject_id), "")
    return {"fact": one, "key": key, "value": value, "fresh": one.is_fresh(day), "whose": whose}


@signed_in
@require_POST
@never_cache
def do(request: HttpRequest, household_id: UUID, what: str) -> HttpResponse:
    """One change in a household; refused, the page stays, says why and keeps what was typed."""
    form = _form_of(request, what)
    if form is not None and not form.is_valid():
        return _page(request, household_id, form, 400)
    try:
        done = _done(request, household_id, what, form)
    except Refusal as refusal:
        if refusal.status in _FINAL:
            raise
        if form is not None:
            form.refused(refusal)
            return _page(request, household_id, form, refusal.status)
        if what == "record" and request.POST.get("key") in fact_keys():
            return _page(request, household_id, None, refusal.status, **_told(request, refusal))
        messages.error(request, say(refusal.words(), language()))
        return redirect("office-household", household_id)
    if isinstance(done, Added) and done.code:
        return show_once(reverse("office-household", args=[household_id]), code=done.code)
    return redirect("office-household", household_id)


def _form_of(request: HttpRequest, what: str) -> FoldedForm | None:
    """The folded form that was sent; None for what has none."""
    day, given = today(request), request.POST
    if what == "add-person":
        return PersonForm(given, key="add", day=day)
    if what == "move-out":
        return MoveOutForm(given, key=f"out-{_uuid(given.get('residence', ''))}", day=day)
    if what == "correct":
        return HomeForm(given, key="home", day=day)
    return EndForm(given, key="end", day=day) if what == "end" else None


def _done(request: HttpRequest, household_id: UUID, what: str, form: FoldedForm | None) -> object:
    house = asked(request)
    by: dict[str, Any] = {"by": house.viewer, "at": house.now}
    match form:
        case PersonForm():
            return add_person(household_id=household_id, new=form.person, since=form.since, **by)
        case MoveOutForm():
            return move_out(residence_id=_uuid(form.cleaned_data["residence"]), until=form.since, **by)
        case HomeForm():
            return correct_home(household_id=household_id, **form.home, **by)
        case EndForm():
            return end_home(household_id=household_id, until=form.since, **by)
        case _:
            return _DOING[what](request, household_id) if what in _DOING else None


def _told(request: HttpRequest, refusal: Refusal) -> dict[str, Any]:
    """What was told of a fact and refused, as it was typed, and why."""
    given = request.POST
    typed = {"values": given.getlist("value"), "value": given.get("value", "")}
    typed |= {name: given.get(name, "") for name in ("person", "said_by")}
    return {"asked_key": fact_keys()[given["key"]], "told": typed, "fault": refusal.words()}


def _confirm(request: HttpRequest, _household_id: UUID) -> object:
    house = asked(request)
    ids = [_uuid(one) for one in request.POST.getlist("fact")]
    return confirm(fact_ids=ids, by=house.viewer, at=house.now)


def _record(request: HttpRequest, household_id: UUID) -> object:
    house, key = asked(request), known_key(request.POST.get("key", ""))
    page = household_page(household_id=household_id, viewer=house.viewer, at=house.now)
    person = next((one.person_id for one in page.people if str(one.person_id) == request.POST.get("person")), None)
    if key.subject == "person" and person is None:
        raise refuse(NO_ONE_NAMED)
    subjects = {"household": household_id, "dwelling": page.dwelling_id, "person": person or household_id}
    said = request.POST.get("said_by", "")
    giver = f"person:{said}" if said in {str(one.person_id) for one in page.people} else ""
    value = " ".join(request.POST.getlist("value"))
    told = Told(key.subject, subjects[key.subject], key.key, value, "visit", today(request), giver)
    return record(told=[told], by=house.viewer, at=house.now)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


_DOING: Final[dict[str, Callable[[HttpRequest, UUID], object]]] = {
    "confirm": _confirm, "record": _record, **SAYING,
}  # fmt: skip
