"""How one wants to be told about one's report: by the code in this browser, or by the account that reported it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gridcommons.access.rules import Viewer
from gridcommons.cases.queries import own_case, tracked_case, with_code
from gridcommons.notices.actions import set_wish
from gridcommons.notices.queries import own_wish
from gridcommons.web.public.asking import asked
from gridcommons.web.public.held import held
from gridcommons.web.public.wishing import WishForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code_wish(request: HttpRequest) -> HttpResponse:
    """For the case whose code this browser holds."""
    code = held(request).code
    if not code:
        return redirect("public-track")
    viewer = with_code(asked(request).viewer, code)
    page = tracked_case(code=code, viewer=viewer, at=asked(request).now)
    to = f"contact:{page.contact_id}" if page.contact_id else ""
    return _page(request, to, viewer, back=reverse("public-track-case"), about=page.number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def case_wish(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """For one of the account's own cases."""
    house = asked(request)
    page = own_case(case_id=case_id, viewer=house.viewer, at=house.now)
    to = f"contact:{page.contact_id}" if page.contact_id else ""
    return _page(request, to, house.viewer, back=reverse("resident-case", args=[case_id]), about=page.number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def account_wish(request: HttpRequest) -> HttpResponse:
    """For all reports of the account that have no wish of their own."""
    viewer = asked(request).viewer
    return _page(request, viewer.key, viewer, back=reverse("resident-inbox"), about="")


def _page(request: HttpRequest, to: str, viewer: Viewer, *, back: str, about: str) -> HttpResponse:
    """Show the wish, or keep another; without a contact there is nobody to tell and nothing to choose."""
    if not to:
        return render(request, "public/telling.html", {"form": None, "back": back, "about": about})
    now = asked(request).now
    wish = own_wish(to=to, viewer=viewer, at=now)
    form = WishForm(request.POST or None, wish=wish)
    if request.method == "POST" and form.is_valid():
        set_wish(to=to, wish=form.wish, by=viewer, at=now)
        messages.info(request, _("Kept. It holds from now on, for messages that wait as well."))
        return redirect(request.path)
    context = {"form": form, "back": back, "about": about, "wish": wish}
    return render(request, "public/telling.html", context, status=400 if form.errors else 200)
