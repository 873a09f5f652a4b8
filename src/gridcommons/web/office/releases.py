"""Releases of open data as officers see them: withdrawn by one who asks and another who confirms."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gridcommons.kit.codes import CHINA
from gridcommons.kit.digits import whole
from gridcommons.outlook.releases.actions import ask_withdrawal, confirm_withdrawal
from gridcommons.outlook.releases.queries import PAGE, releases
from gridcommons.territory.queries import area_on
from gridcommons.web.case_words import name_of
from gridcommons.web.office.reaching import area_asked, may
from gridcommons.web.staff import asked, signed_in, today

_DIGITS = 4


@signed_in
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The releases of the viewer's county, with what may be done about each."""
    code = area_asked(request)
    code = CHINA.cut(code, "county") if CHINA.depth_at_least(code, "county") else code
    number = max(whole(request.GET.get("page", ""), digits=_DIGITS), 1)
    rows, count = releases(code, (number - 1) * PAGE)
    context = {
        "area": area_on(code, today(request)), "name": name_of(area_on(code, today(request))), "rows": rows,
        "page": Paginator(range(count), PAGE).get_page(number),
        "may_ask": may(request, "release.ask_withdrawal", code, "overview"),
        "may_confirm": may(request, "release.confirm_withdrawal", code, "oversight"),
    }  # fmt: skip
    return render(request, "office/releases.html", context)


@signed_in
@require_POST
def ask(request: HttpRequest, release_id: UUID) -> HttpResponseRedirect:
    """Ask to withdraw a release."""
    house = asked(request)
    row = ask_withdrawal(release_id=release_id, why=request.POST.get("why", ""), by=house.viewer, at=house.now)
    messages.info(request, _("Asked. The release stays out until a second person confirms."))
    return redirect(f"{reverse('office-releases')}?area={row.area_code}")


@signed_in
@require_POST
def confirm(request: HttpRequest, release_id: UUID) -> HttpResponseRedirect:
    """Withdraw a release as the second person."""
    house = asked(request)
    row = confirm_withdrawal(release_id=release_id, by=house.viewer, at=house.now)
    messages.info(request, _("Withdrawn. It stays listed with its reason."))
    return redirect(f"{reverse('office-releases')}?area={row.area_code}")
