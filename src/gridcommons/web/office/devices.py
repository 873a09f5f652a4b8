"""Keys of workers' phones in a county: which there are, a new one, withdrawing one."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from gridcommons.access.identify import viewer_of
from gridcommons.access.queries import account_called
from gridcommons.collection.devices.actions import make_device, release_device, withdraw_device
from gridcommons.collection.devices.queries import DeviceLine, devices_in
from gridcommons.collection.devices.rules import NAME_LIMIT, NO_ACCOUNT
from gridcommons.kit.digits import as_page
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.territory.queries import names_of
from gridcommons.web.collect_code import code_of
from gridcommons.web.office.county import county_frame, own_county
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import Status
from gridcommons.web.staff import asked, signed_in

LOOKS: Final = "look.devices"
_NAME: Final = "office-devices"
_LONGEST: Final = 150
_PAGE: Final = 50
_STATES: Final = {"valid": Words("可用", "in use"), "withdrawn": Words("已停用", "withdrawn")}
_IN_USE: Final = Status(_STATES["valid"], "done", "circle-check")
WITHDRAW: Final = Sure(
    Words(
        "从此刻起，这部手机不能接收，也不能发送；上面的住户、表单和草稿在它下次联网时清除。",
        "From this moment the phone gets and sends nothing; households and forms on it go when it next connects.",
    ),
    Words(
        "手机上填好未送的表单还在；找回后，县里可以放行，让本人登录后送出。",
        "Forms that wait stay on it; if it is found, the county office can release it, and its worker sends them.",
    ),
    Words("密钥不能恢复，只能另做一个。", "The key cannot be given back; a new one has to be made."),
    Words("确认停用", "Withdraw the key"),
)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def devices(request: HttpRequest) -> HttpResponse:
    """The phones that may send; a key made here is shown once, on the answer."""
    own_county(request, LOOKS)
    if request.method != "POST":
        return _listed(request)
    house = asked(request)
    own_county(request, "device.make")  # whether an account is there is told to nobody else
    try:
        user = _called(request.POST.get("worker", "").strip()[:_LONGEST])
        name = request.POST.get("name", "")[:_LONGEST]
        made = make_device(user_id=user, name=name, by=house.viewer, at=house.now)
    except Refusal as refusal:
        return _listed(request, status=refusal.status, fault=refusal.words(), given=request.POST)
    context = {"made": made, **code_of(request, made.text), "back": _NAME}
    return render(request, "office/device_made.html", county_frame(request, _NAME) | context)


def _called(login: str) -> UUID:
    """The account of a login name; refuses an unknown one, and a resident's, which is nobody's to know of."""
    user = account_called(login)
    if user is None or not viewer_of(user).grants:
        raise refuse(NO_ACCOUNT, login=login)
    return user


def _listed(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    house = asked(request)
    lines = devices_in(area_code=own_county(request, LOOKS), viewer=house.viewer, at=house.now)
    words, state = request.GET.get("q", "").strip()[:_LONGEST], request.GET.get("state", "")
    found = [line for line in lines if _fits(line, words, state)]
    page = Paginator(found, _PAGE).get_page(as_page(request.GET.get("page", "")))
    names = names_of({grid for line in page for grid in line.grids})
    rows = [(line, [names[grid].name for grid in line.grids if grid in names]) for line in page]
    wanted = more.pop("asking", "")
    asking = next((line for line in lines if line.is_valid and str(line.id) == wanted), None)
    context = county_frame(request, _NAME) | {
        "rows": rows, "page": page, "total": len(found), "any": bool(lines), "q": words, "state": state,
        "states": _STATES, "in_use": _IN_USE,
        "filter": request.GET.urlencode(), "name_limit": NAME_LIMIT, "asking": asking, "sure": WITHDRAW,
    }  # fmt: skip
    return render(request, "office/devices.html", context | more, status=status)


def _back(request: HttpRequest) -> str:
    """The list as it was looked through."""
    return f"{reverse(_NAME)}?{request.GET.urlencode()}".removesuffix("?")


def _fits(line: DeviceLine, words: str, state: str) -> bool:
    """Whether a phone is looked for: by its worker or its name, and whether its key holds."""
    said = f"{line.worker} {line.name}".casefold()
    return words.casefold() in said and (state not in _STATES or line.is_valid == (state == "valid"))


@signed_in
@require_POST
def withdraw(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Withdraw a key; asked first, as it cannot be given back and a click may fall on the wrong line."""
    house, reason = asked(request), request.POST.get("reason", "")  # refused where it is too long, and never cut
    own_county(request, "device.withdraw")
    if request.POST.get(SURE) != "1":
        return _listed(request, status=409, asking=str(key_id), reason=reason)
    try:
        withdraw_device(key_id=key_id, reason=reason, by=house.viewer, at=house.now)
    except Refusal as refusal:
        return _listed(request, status=refusal.status, fault=refusal.words(), asking=str(key_id), reason=reason)
    messages.info(request, _("The key is withdrawn: the phone is answered 403 from now on."))
    return redirect(_back(request))


@signed_in
@require_POST
def release(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Let the worker open what waits on a withdrawn phone."""
    house = asked(request)
    own_county(request, "device.release")
    try:
        release_device(key_id=key_id, by=house.viewer, at=house.now)
    except Refusal as refusal:
        return _listed(request, status=refusal.status, fault=refusal.words())
    messages.info(request, _("Released: the worker can sign in on that phone and send what waits there."))
    return redirect(_back(request))
