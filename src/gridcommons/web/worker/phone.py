"""The worker's own phones: a key made with its square, shown once; a key withdrawn."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from gridcommons.collection.devices.actions import make_own_device, withdraw_own_device
from gridcommons.collection.devices.queries import own_devices
from gridcommons.collection.devices.rules import NAME_LIMIT
from gridcommons.kit.errors import Refusal
from gridcommons.web.collect_code import code_of
from gridcommons.web.office.devices import WITHDRAW
from gridcommons.web.office.sure import SURE
from gridcommons.web.staff import asked, frame, signed_in
from gridcommons.web.worker.today import require_worker

_NAME: Final = "worker-phone"
_LONGEST: Final = 150


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    """My phones; a new key is shown once, on the answer."""
    require_worker(request)
    if request.method != "POST":
        return _listed(request)
    house = asked(request)
    try:
        made = make_own_device(name=request.POST.get("name", "")[:_LONGEST], by=house.viewer, at=house.now)
    except Refusal as refusal:
        return _listed(request, status=refusal.status, fault=refusal.words(), given=request.POST)
    context = frame(request) | {"made": made, **code_of(request, made.text)}
    return render(request, "worker/phone_made.html", context)


def _listed(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    house = asked(request)
    context = frame(request) | {
        "lines": own_devices(house.viewer, house.now), "name_limit": NAME_LIMIT, "sure": WITHDRAW,
    }  # fmt: skip
    return render(request, "worker/phone.html", context | more, status=status)


@signed_in
@require_POST
def withdraw(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Withdraw one of my keys; asked first, as it cannot be given back."""
    require_worker(request)
    house = asked(request)
    if request.POST.get(SURE) != "1":
        return _listed(request, status=409, asking=key_id)
    withdraw_own_device(key_id=key_id, reason=request.POST.get("reason", ""), by=house.viewer, at=house.now)
    messages.info(request, _("The key is withdrawn: the phone is answered 403 from now on."))
    return redirect(_NAME)
