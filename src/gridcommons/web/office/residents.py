"""The desk for a resident who comes with their papers: a private login, a guardian, a shield, a correction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.identify import staff_called
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.people.homes.actions import correct_person, offer_shield, shield, take_shield, unshield
from gridcommons.people.homes.queries import PersonPage, household_page, person_page
from gridcommons.people.homes.rules import NO_COLLEAGUE
from gridcommons.people.rights.actions import Handed, appoint_guardian, end_guardian, invite, unlink
from gridcommons.people.rights.queries import acting_for
from gridcommons.people.rights.rules import CHECKS, OF_AGE
from gridcommons.web.office.resident_form import CorrectForm
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import say
from gridcommons.web.public.held import ONCE, let_go, show_once, shown_once
from gridcommons.web.staff import asked, frame, language, signed_in

_LOGIN: Final = 150
_RIGHTS: Final = "rights"
SHIELD: Final = Sure(
    Words(
        "此人从所有住户名单、查找和走访任务中消失，只有本人和您一人可以打开。",
        "The person disappears from every list, search and visit; they and you alone come to them.",
    ),
    Words("账本只记办理，不记住址。", "The ledger keeps that it was done, and no address."),
    Words("由您解除后恢复原样；交接时由您指定同事。", "You end it or hand it to a colleague; then all is as before."),
    Words("确认保护", "Shield this person"),
)


@signed_in
@require_safe
@never_cache
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person, as the desk sees them."""
    shown = shown_once(request)
    if not shown:
        return _page(request, person_id)
    url = request.build_absolute_uri(f"{reverse('resident-open')}?code={shown['code']}")
    until = datetime.fromisoformat(shown["until"])
    answer = _page(request, person_id, handed=shown["code"], handed_until=until, handed_url=url)
    let_go(answer, ONCE)
    return answer


def _page(request: HttpRequest, person_id: UUID, **more: Any) -> HttpResponse:
    return _shown(request, _person(request, person_id), **more)


def _person(request: HttpRequest, person_id: UUID) -> PersonPage:
    house = asked(request)
    return person_page(person_id=person_id, viewer=house.viewer, at=house.now, purpose=_RIGHTS)


def _shown(request: HttpRequest, page: PersonPage, *, status: int = 200, **more: Any) -> HttpResponse:
    house = asked(request)
    acting = acting_for(person_id=page.id, viewer=house.viewer, at=house.now)
    home = None
    if page.household_id:
        home = household_page(household_id=page.household_id, viewer=house.viewer, at=house.now, purpose=_RIGHTS)
    names = {one.person_id: one.name for one in home.people} if home else {}
    context = {
        "page": page, "acting": acting, "checks": CHECKS.items(), "shield_sure": SHIELD,
        "others": [(key, name) for key, name in names.items() if key != page.id],
        "guardians": [(key, names.get(key, ""), until) for key, until in acting.guardians],
        "may_be_child": page.birth_year is None or house.now.year - page.birth_year <= OF_AGE,
        "asks_shield": request.GET.get("shield") == "1",
        "correcting": CorrectForm(page=page),
        "was_asked": house.viewer.key in page.officers[1:], "waits": len(page.officers) > 1,
    }  # fmt: skip
    answered = render(request, "office/resident.html", frame(request) | context | more, status=status)
    answered["Cache-Control"] = "no-store"
    return answered


@signed_in
@require_POST
@never_cache
def do(request: HttpRequest, person_id: UUID, what: str) -> HttpResponse:
    """One step at the desk; a code is shown once, on the page that follows."""
    if what == "shield" and request.POST.get(SURE) != "1":
        return redirect(f"{reverse('office-resident', args=[person_id])}?shield=1")
    if what == "correct":
        return _correct(request, person_id)
    try:
        done = _DOING[what](request, person_id) if what in _DOING else None
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.error(request, say(refusal.words(), language()))
        return redirect("office-resident", person_id)
    if isinstance(done, Handed):
        address = reverse("office-resident", args=[person_id])
        return show_once(address, code=done.code, until=done.expires_at.isoformat())
    messages.success(request, _("Done, at once."))
    return redirect("office-resident", person_id)


def _invite(request: HttpRequest, person_id: UUID) -> Handed:
    house = asked(request)
    return invite(person_id=person_id, checked=request.POST.get("checked", ""), by=house.viewer, at=house.now)


def _unlink(request: HttpRequest, person_id: UUID) -> object:
    return unlink(person_id=person_id, by=asked(request).viewer, at=asked(request).now)


def _guardian(request: HttpRequest, person_id: UUID) -> object:
    house, who = asked(request), UUID(request.POST.get("guardian") or str(UUID(int=0)))
    deed = end_guardian if request.POST.get("end") == "1" else appoint_guardian
    return deed(person_id=person_id, guardian_id=who, by=house.viewer, at=house.now)


def _shield(request: HttpRequest, person_id: UUID) -> object:
    return shield(person_id=person_id, by=asked(request).viewer, at=asked(request).now)


def _offer(request: HttpRequest, person_id: UUID) -> object:
    house, login = asked(request), request.POST.get("login", "").strip()[:_LOGIN]
    officer = staff_called(login)
    if officer is None:
        raise refuse(NO_COLLEAGUE)
    return offer_shield(person_id=person_id, officer=officer, by=house.viewer, at=house.now)


def _take(request: HttpRequest, person_id: UUID) -> object:
    return take_shield(person_id=person_id, by=asked(request).viewer, at=asked(request).now)


def _unshield(request: HttpRequest, person_id: UUID) -> object:
    return unshield(person_id=person_id, by=asked(request).viewer, at=asked(request).now)


def _correct(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What is held is put right; refused, the form stays open with what was typed and says it at the field."""
    house, page = asked(request), _person(request, person_id)
    form = CorrectForm(request.POST, page=page)
    if form.is_valid():
        try:
            correct_person(person_id=person_id, new=form.new, forget=form.forget, by=house.viewer, at=house.now)
        except Refusal as refusal:
            if refusal.status in {403, 404}:
                raise
            form.refused(refusal)
        else:
            messages.success(request, _("Done, at once."))
            return redirect("office-resident", person_id)
    return _shown(request, page, correcting=form, status=400)


_DOING: Final[dict[str, Callable[[HttpRequest, UUID], object]]] = {
    "invite": _invite, "unlink": _unlink, "guardian": _guardian, "shield": _shield, "unshield": _unshield,
    "offer": _offer, "take": _take,
}  # fmt: skip
