"""Keys of machine clients in a county: which there are, a new one with its terms, and withdrawing one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.access.keyring.actions import make_key, withdraw_key
from gridcommons.access.keyring.queries import PAGE, KeyLine, keys_of
from gridcommons.access.keyring.rules import NAME_LIMIT, Terms, limits
from gridcommons.access.queries import OfficeFacts, offices_in
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.digits import whole
from gridcommons.kit.errors import Refusal
from gridcommons.kit.sheets import Cell
from gridcommons.kit.words import Words
from gridcommons.territory.queries import below, names_of
from gridcommons.web.csv_answer import csv_answer
from gridcommons.web.csv_heads import heads
from gridcommons.web.office.county import county_frame, own_county
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import Status, say
from gridcommons.web.staff import ZONE, asked, language, signed_in, today

_NAME: Final = "office-keys"
_REASON: Final = 300
_VALID: Final = Status(Words("有效", "valid"), "done", "circle-check")
_WITHDRAWN: Final = Status(Words("已停用", "withdrawn"), "parked", "ban")
_EVERYWHERE: Final = Words("全部区域", "the whole house")
_HEADS: Final = ("label", "state", "may", "areas", "office", "per_minute", "made", "last_used")
WITHDRAW: Final = Sure(
    Words(
        "密钥立即失效：用它提交事项、发送进展的系统会收到403。",
        "The key stops at once: the system that posts or updates with it is answered 403.",
    ),
    Words(
        "程序不另行通知；请先告诉使用这把密钥的单位。",
        "Nobody is told by the program; tell whoever uses the key first.",
    ),
    Words("不能撤回；以后需要的，另发一把。", "It cannot be taken back; a new key takes its place if it is needed."),
    Words("确认停用", "Withdraw the key"),
)


@dataclass(frozen=True)
class Line:
    """A key as a row: its state as a pill, what it may in words, where."""

    key: KeyLine
    status: Status
    may: tuple[Words, ...]
    where: tuple[Words, ...]
    office: Words | None


def _lines(found: list[KeyLine]) -> list[Line]:
    names = names_of(code for one in found for code in one.terms.areas)
    return [_line(one, {code: area.name for code, area in names.items()}) for one in found]


def _line(one: KeyLine, names: dict[str, Words]) -> Line:
    may = [Words("提交事项", "post requests")] if one.terms.may_post else []
    may += [Words("发送进展", "send updates")] if one.terms.may_update else []
    where = tuple(names.get(code, Words(code, code)) for code in one.terms.areas) or (_EVERYWHERE,)
    office = Words(one.office.name_zh, one.office.name_en) if one.office else None
    return Line(one, _VALID if one.is_valid else _WITHDRAWN, tuple(may), where, office)


def _found(request: HttpRequest) -> list[KeyLine]:
    house, wanted = asked(request), request.GET.get("state", "")
    rows = keys_of(area_code=own_county(request, "look.keys"), viewer=house.viewer, at=house.now)
    return [row for row in rows if not wanted or row.is_valid == (wanted == "valid")]


@signed_in
@require_safe
@never_cache
def keys(request: HttpRequest) -> HttpResponse:
    """The keys that reach into the county, valid ones first."""
    found = _found(request)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": _lines(list(page.object_list)), "page": page, "total": len(found), "query": request.GET.urlencode(),
        "states": [("valid", _VALID.words), ("withdrawn", _WITHDRAWN.words)],
    }  # fmt: skip
    return render(request, "office/keys.html", county_frame(request, _NAME) | context)


@signed_in
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same as CSV; no key is in it, for none is kept."""
    rows: list[tuple[Cell, ...]] = [
        tuple(heads(_HEADS, language())),
        *(_cells(line) for line in _lines(_found(request))),
    ]
    return csv_answer(rows, f"keys-{own_county(request)}-{today(request)}.csv")


def _cells(line: Line) -> tuple[Cell, ...]:
    tongue, one = language(), line.key
    several = ["; ".join(say(words, tongue) for words in listed) for listed in (line.may, line.where)]
    office, made = say(line.office, tongue) if line.office else "", local_day(one.made_at, ZONE)
    return one.name, say(line.status.words, tongue), *several, office, one.terms.per_minute, made, one.last_day


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new key; the key is shown once, on the answer to it."""
    county, fault = own_county(request, "key.make"), None
    handling = [one for one in offices_in(county) if one.side == "command"]
    if request.method == "POST":
        try:
            return _made(request, handling)
        except Refusal as refusal:
            fault = refusal
    given = request.POST if request.method == "POST" else _first(county)
    picked = set(given.getlist("area"))
    places = [*names_of([county]).values(), *below(county, "township")]
    offices = [(str(one.id), Words(one.name_zh, one.name_en)) for one in handling]
    context = {
        "fault": fault.words() if fault else None, "given": given, "limits": limits(), "name_limit": NAME_LIMIT,
        "places": [(area.code, area.name, area.code in picked) for area in places],
        "offices": [(key, name, key == given.get("office")) for key, name in offices],
    }  # fmt: skip
    return render(
        request, "office/key_new.html", county_frame(request, _NAME) | context, status=fault.status if fault else 200
    )


def _first(county: str) -> QueryDict:
    """What stands in the form at first."""
    first = QueryDict(mutable=True)
    first.setlist("area", [county])
    first["post"], first["per_minute"] = "1", str(limits().per_minute)
    return first


def _made(request: HttpRequest, handling: list[OfficeFacts]) -> HttpResponse:
    house, post = asked(request), request.POST
    office = next((one.id for one in handling if str(one.id) == post.get("office")), None)
    rate = post.get("per_minute", "").strip()
    terms = Terms(
        areas=tuple(dict.fromkeys(post.getlist("area"))), office_id=office if post.get("update") else None,
        may_post=bool(post.get("post")), may_update=bool(post.get("update")),
        per_minute=whole(rate, digits=5),
    )  # fmt: skip
    name, reason = (clean_text(post.get(field, ""), limit=_REASON) for field in ("name", "reason"))
    made = make_key(name=name, terms=terms, reason=reason, by=house.viewer, at=house.now)
    facts: dict[str, Any] = {"made": made, "address": request.build_absolute_uri("/open311/v2")}
    answer = render(request, "office/key_made.html", county_frame(request, _NAME) | facts)
    answer["Cache-Control"] = "no-store"
    return answer


@signed_in
@require_safe
@never_cache
def one_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """One key: what it may, when it was last used, and the way to withdraw it."""
    return _shown(request, key_id)


def _shown(request: HttpRequest, key_id: UUID, *, status: int = 200, **more: object) -> HttpResponse:
    house, county = asked(request), own_county(request, "look.keys")
    (found,) = keys_of(area_code=county, only=key_id, viewer=house.viewer, at=house.now)
    context = {"line": _line(found, {c: a.name for c, a in names_of(found.terms.areas).items()}), "sure": WITHDRAW}
    return render(request, "office/key.html", county_frame(request, _NAME) | context | more, status=status)


@signed_in
@require_POST
def withdraw(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Withdraw a key; asked first."""
    house, reason = asked(request), request.POST.get("reason", "")  # refused where too long, never cut
    own_county(request, "key.withdraw")
    if request.POST.get(SURE) != "1":
        return _shown(request, key_id, status=409, ask=True, reason=reason)
    try:
        withdraw_key(key_id=key_id, reason=reason, by=house.viewer, at=house.now)
    except Refusal as refusal:
        return _shown(request, key_id, status=refusal.status, fault=refusal.words(), reason=reason)
    messages.info(request, _("The key is withdrawn."))
    return redirect("office-key", key_id)
