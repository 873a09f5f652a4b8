"""The case page: words, place, photos, life line, and exactly the steps that its reader may take."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.roles import PURPOSES
from gridcommons.cases.actions import add_photo
from gridcommons.cases.filing import PHOTO_BYTES
from gridcommons.cases.mediation.policy import policy
from gridcommons.cases.partners.actions import check_photo
from gridcommons.cases.partners.queries import crossings, photo_counts
from gridcommons.cases.problems.queries import problems_of_case
from gridcommons.cases.queries import CasePage, case_page, looks_at_case, photo_of
from gridcommons.cases.storing import read
from gridcommons.cases.transitions import packaged
from gridcommons.kit.errors import Refusal
from gridcommons.notices.queries import wish_of_reporter
from gridcommons.people.queries import reporter_contact, shared_contact
from gridcommons.web.case_clock import page_clock
from gridcommons.web.case_why import why_it_stands_so
from gridcommons.web.case_words import life_steps, office_name, status_of, thrown_back
from gridcommons.web.counted import colon
from gridcommons.web.office import routes
from gridcommons.web.office.apart import apart_of, same_of
from gridcommons.web.office.doing import DEEDS, DONE, known_step
from gridcommons.web.office.looks import shown_looks
from gridcommons.web.office.news import news_shown
from gridcommons.web.office.places import place_names, place_sketch
from gridcommons.web.office.queue import place_in_queue
from gridcommons.web.office.steps import StepForm, blame, given_in, step_form
from gridcommons.web.partner_words import crossing_lines, with_crossings
from gridcommons.web.pieces import say
from gridcommons.web.public.wishing import hours_words
from gridcommons.web.staff import asked, can, frame, language, purpose_of, purposes_for, signed_in, today

_LOOK: Final = "look.case"


def _page(request: HttpRequest, case_id: UUID) -> CasePage:
    house = asked(request)
    return case_page(case_id=case_id, viewer=house.viewer, at=house.now, purpose=purpose_of(request, _LOOK))


@signed_in
@require_safe
@never_cache
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case."""
    return _shown(request, _page(request, case_id))


def _shown(
    request: HttpRequest, page: CasePage, *, failed: StepForm | None = None, status: int = 200, **more: object
) -> HttpResponse:
    """The page of a case; `failed`: the form that was refused, with its reasons."""
    house, tongue = asked(request), language()
    offered = routes.offered(page, today(request), tongue)
    forms = [failed if failed and failed.action == row else step_form(row, offered) for row in page.may]
    forms.sort(key=lambda one: not one.leads_on)
    usual, rare = [one for one in forms if not one.is_rare], [one for one in forms if one.is_rare]
    held = purposes_for(house.viewer, _LOOK, house.now)
    found = crossings(page.id)
    life = with_crossings(life_steps(page), found)
    context = {
        "page": page, "status": status_of(page.state, overdue=page.is_late),
        "places": place_names(page.area_code), "sketch": place_sketch(page, tongue),
        "life": life, **crossing_lines(found), "photo_counts": photo_counts(page.id),
        "awaited": life[-1] if life[-1].state == "next" else None,
        "clock": page_clock(page, house.now), "handler": office_name(page.handler),
        "back": thrown_back(page),
        "supervision": office_name(page.supervision), "steps": usual, "rare": rare,
        "rare_open": failed in rare, "lost": failed if failed not in forms else None,
        **apart_of(page), **same_of(request, page), "why_so": why_it_stands_so(page, house.now),
        "verdict": routes.verdict_for(page, today(request)),
        "may_photo": can(house.viewer, "case.add_photo", house.now) and not packaged().states[page.state].end,
        "may_notices": can(house.viewer, "look.case_notices", house.now),
        "may_check": can(house.viewer, "partner.check_photo", house.now),
        "may_hand_over": page.matter.key in policy().matters and any(one.key == "feed_back" for one in page.may),
        "reach": _reach(request, page), "print": "print" in request.GET,
        "purposes": [(key, PURPOSES[key], key == purpose_of(request, _LOOK)) for key in held],
        "problems": problems_of_case(case_id=page.id, viewer=house.viewer, at=house.now),
        "news": news_shown(request, page.id),
        "ways": place_in_queue(request, page.id), "channel": routes.CHANNELS[page.channel],
    }  # fmt: skip
    return render(request, "office/case.html", frame(request) | context | more, status=status)


def _reach(request: HttpRequest, page: CasePage) -> str:
    """Which look shows how to reach the reporter: none without a contact, or where it was not shared."""
    house = asked(request)
    if page.contact_id is None:
        return ""
    if can(house.viewer, "look.reporter", house.now):
        return "reporter"
    shared = page.share_with_handler and can(house.viewer, "look.shared_reporter", house.now)
    return "shared" if shared else ""


@signed_in
@require_POST
def step(request: HttpRequest, case_id: UUID, action: str) -> HttpResponse:
    """Take one step; what stands in the way is said beside its field."""
    house, tongue = asked(request), language()
    row, page = known_step(action), _page(request, case_id)
    form = step_form(row, routes.offered(page, today(request), tongue), request.POST)
    if row in page.may and (form.asks or not form.form.is_valid()):
        return _shown(request, page, failed=form, status=400)
    try:
        DEEDS[row.key](case_id, given_in(form), house.viewer, house.now)
    except Refusal as refusal:
        return _shown(request, page, failed=blame(form, refusal, tongue), status=refusal.status)
    messages.info(request, f"{page.number}{colon()}{say(DONE[row.key], tongue)}")
    return redirect("office-case", case_id)


@signed_in
@require_POST
def photo(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Add a photo as evidence."""
    house, sent = asked(request), request.FILES.get("photo")
    page = _page(request, case_id)
    if sent is None:
        return _shown(request, page, photo_problem=_("Choose a photo first."), status=400)
    try:
        add_photo(case_id=case_id, data=sent.read(PHOTO_BYTES + 1), by=house.viewer, at=house.now)
    except Refusal as refusal:
        return _shown(request, page, photo_problem=say(refusal.words(), language()), status=refusal.status)
    messages.info(request, _("The photo is added. What the camera knew about place and time was removed."))
    return redirect(f"{reverse('office-case', args=[case_id])}#photos")


@signed_in
@require_POST
def check_picture(request: HttpRequest, case_id: UUID, photo_id: UUID) -> HttpResponse:
    """Let whoever reported see a picture of a department's system, or remove it."""
    house, is_good = asked(request), "show" in request.POST
    if not is_good and "remove" not in request.POST:
        return redirect(f"{reverse('office-case', args=[case_id])}#photos")
    try:
        check_photo(case_id=case_id, photo_id=photo_id, is_good=is_good, by=house.viewer, at=house.now)
    except Refusal as refusal:
        page = _page(request, case_id)
        return _shown(request, page, photo_problem=say(refusal.words(), language()), status=refusal.status)
    done = _("Whoever reported sees the picture now.") if is_good else _("The picture is removed.")
    messages.info(request, done)
    return redirect(f"{reverse('office-case', args=[case_id])}#photos")


@signed_in
@require_safe
def picture(request: HttpRequest, case_id: UUID, photo_id: UUID) -> HttpResponse:
    """One photo; each showing is a look."""
    house = asked(request)
    found = photo_of(
        case_id=case_id, photo_id=photo_id, viewer=house.viewer, at=house.now, purpose=purpose_of(request, _LOOK)
    )
    answer = HttpResponse(read(found.path), content_type="image/jpeg")
    answer["Content-Disposition"] = f'inline; filename="{found.pk}.jpg"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, max-age=300"
    return answer


@signed_in
@require_POST
@never_cache
def contact(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """How to reach the reporter: read once, for one purpose, and written down."""
    house = asked(request)
    page = _page(request, case_id)
    reach = _reach(request, page)
    if not reach or page.contact_id is None:
        return _shown(request, page, contact_problem=_("There is no contact that you may see here."), status=403)
    purpose = request.POST.get("purpose", "") or purpose_of(request, f"look.{reach}")
    show = reporter_contact if reach == "reporter" else shared_contact
    try:
        found = show(contact_id=page.contact_id, viewer=house.viewer, at=house.now, purpose=purpose)
    except Refusal as refusal:
        return _shown(request, page, contact_problem=say(refusal.words(), language()), status=refusal.status)
    wish = (
        wish_of_reporter(contact_id=page.contact_id, viewer=house.viewer, at=house.now, purpose=purpose)
        if (reach == "reporter")
        else None
    )
    return _shown(request, page, contact=found, wish=wish, hours=hours_words(wish.quiet) if wish else "")


@signed_in
@require_safe
@never_cache
def looks(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who looked at a case."""
    house = asked(request)
    purpose = purpose_of(request, _LOOK)
    found = looks_at_case(case_id=case_id, viewer=house.viewer, at=house.now, purpose=purpose)
    context: dict[str, Any] = {"looks": shown_looks(found), "case_url": reverse("office-case", args=[case_id])}
    return render(request, "office/looks.html", frame(request) | context)
