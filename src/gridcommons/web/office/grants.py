"""Grants: who may do what, where, until when; taken back with a reason; what a person sees, and why they cannot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons import __version__
from gridcommons.access import actions
from gridcommons.access.book.queries import (
    PAGE,
    GrantFilter,
    GrantLine,
    GrantPage,
    grants,
    names_by_key,
    open_offices_in,
)
from gridcommons.access.book.rules import GRANT_STATES
from gridcommons.access.explaining import explain
from gridcommons.access.identify import viewer_of
from gridcommons.access.naming import deed_names, deed_words
from gridcommons.access.roles import PURPOSES, ROLES
from gridcommons.access.rules import Viewer, auditors, may_give, readers
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.digits import code_or_none
from gridcommons.kit.errors import Refusal
from gridcommons.kit.ids import as_uuid
from gridcommons.kit.sheets import Cell
from gridcommons.kit.verdict import Verdict
from gridcommons.kit.words import Words
from gridcommons.territory.queries import names_of
from gridcommons.web.case_words import listed, office_name
from gridcommons.web.csv_answer import csv_answer
from gridcommons.web.csv_heads import heads
from gridcommons.web.office.choosing import county_places, own_places
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import Status, say
from gridcommons.web.public.asking import page_number
from gridcommons.web.staff import ZONE, asked, can, frame, language, purpose_of, signed_in, today

_LOOK: Final = "look.grants"
_MOST: Final = 5_000
_LONGEST, _REASON = 60, 300
_HEADS: Final = (
    "username", "name", "role", "office", "areas", "area_codes", "without", "purposes",
    "from", "to", "state", "unused", "reason",
)  # fmt: skip
_YES: Final = Words("是", "yes")
_TONES: Final = {
    "in_force": ("now", "circle-check"), "soon": ("parked", "hourglass"), "coming": ("plain", "calendar"),
    "ended": ("plain", "clock"), "revoked": ("plain", "ban"),
}  # fmt: skip
FILTERS: Final = {**GRANT_STATES, "unused": Words("一个月以上未使用", "not used for a month")}
REVOKES: Final = Sure(
    Words("这条授权立即失效。", "The grant ends at once."),
    Words("其他授权不受影响；已经做的事留在账本里。", "Other grants stay; what was done under it stays in the ledger."),
    Words("收回后不能恢复，需要时重新授予。", "It cannot be taken up again; give a new one if need be."),
    Words("确认收回", "Take it back"),
)
ENDS_ALL: Final = Sure(
    Words(
        "此人在您权限内的授权全部立即失效。",
        "All grants of this person that you may take back end at once.",
    ),
    Words("此人之后只能以居民身份登录。", "They can then sign in as a resident only."),
    Words("不能恢复，需要时重新授予。", "It cannot be undone; give new grants if need be."),
    Words("确认全部收回", "Take all back"),
)


def areas_words(codes: Iterable[str], names: dict[str, Any]) -> Words:
    """The names of areas as one list."""
    found = [names[code].name if code in names else Words(code, code) for code in codes]
    return listed(found) if found else Words("无", "none")


def _filter(request: HttpRequest) -> GrantFilter:
    get = request.GET
    area, office = get.get("area", "").strip(), get.get("office", "")
    return GrantFilter(
        words=get.get("q", "").strip()[:_LONGEST], role=get.get("role", "") if get.get("role") in ROLES else "",
        area_code=code_or_none(area), office_id=as_uuid(office),
        state=get.get("state", "") if get.get("state") in FILTERS else "",
    )  # fmt: skip


def _found(request: HttpRequest, wanted: GrantFilter, first: int = 0, most: int = PAGE) -> GrantPage:
    house = asked(request)
    return grants(
        wanted=wanted, viewer=house.viewer, at=house.now, first=first, most=most, purpose=purpose_of(request, _LOOK)
    )


def _rows(lines: Iterable[GrantLine]) -> list[dict[str, Any]]:
    shown = list(lines)
    names = names_of({code for line in shown for code in (*line.facts.areas_named, *line.facts.left_out_now)})
    return [
        {
            "line": line, "facts": line.facts, "areas": areas_words(line.facts.areas_named, names),
            "without": areas_words(line.facts.left_out_now, names) if line.facts.left_out_now else "",
            "role": ROLES[line.facts.role].name if line.facts.role in ROLES else line.facts.role,
            "office": office_name(line.office), "status": Status(GRANT_STATES[line.state], *_TONES[line.state]),
            "purposes": listed(words for key, words in PURPOSES.items() if key in line.facts.purposes),
        }
        for line in shown
    ]  # fmt: skip


def own_areas(viewer: Viewer, at: datetime) -> list[str]:
    """The areas whose grants the viewer watches over or gives."""
    return sorted({code for grant in auditors(viewer, at) for code in grant.areas_now})


@signed_in
@require_safe
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """The list, filtered by the address."""
    house, wanted, number = asked(request), _filter(request), page_number(request)
    found = _found(request, wanted, (number - 1) * PAGE)
    codes = own_areas(house.viewer, house.now)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "rows": _rows(found.lines), "total": found.total, "page": Paginator(range(found.total), PAGE).get_page(number),
        "roles": [(role.key, role.name) for role in ROLES.values() if role.grantable], "states": FILTERS.items(),
        "offices": [(str(office.id), office_name(office)) for office in open_offices_in(codes)], "wanted": wanted,
        "places": own_places(codes, today(request), wanted.area_code, language()),
        "may_give": can(house.viewer, "access.grant", house.now), "query": query.urlencode(),
        "filtered": any(request.GET.get(key) for key in ("q", "role", "office", "area", "state")),
    }  # fmt: skip
    return render(request, "office/grants.html", frame(request) | context)


@signed_in
@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """All that the filter finds, for a spreadsheet."""
    found = _found(request, _filter(request), 0, _MOST)
    tongue = language()
    rows: list[tuple[Cell, ...]] = [tuple(heads(_HEADS, tongue))]
    for row in _rows(found.lines):
        line: GrantLine = row["line"]
        cells = (
            line.username, line.name, say(row["role"], tongue), say(row["office"], tongue), say(row["areas"], tongue),
            " ".join(line.facts.areas_named), " ".join(line.facts.left_out_now), say(row["purposes"], tongue),
            line.facts.valid_from, line.facts.valid_to, say(GRANT_STATES[line.state], tongue),
            say(_YES, tongue) if line.unused else "", line.reason,
        )  # fmt: skip
        rows.append(cells)
    return csv_answer(rows, f"grants-{asked(request).now.astimezone(ZONE):%Y%m%d}.csv")


@signed_in
@require_safe
@never_cache
def one(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """One grant with its history."""
    return _grant(request, grant_id)


def _grant(
    request: HttpRequest, grant_id: UUID, problem: str = "", status: int = 200, *, asks: bool = False
) -> HttpResponse:
    house = asked(request)
    found = _found(request, GrantFilter(grant_id=grant_id)).lines
    if not found:
        raise Http404
    line, role = found[0], ROLES.get(found[0].facts.role)
    who = names_by_key([line.given_by, line.revoked_by])
    context = _rows(found)[0] | {
        "given_by": who.get(line.given_by, _("the program")), "revoked_by": who.get(line.revoked_by, _("the program")),
        "deeds": [deed_words(key) for key in sorted(role.deeds)] if role else [], "problem": problem, "asks": asks,
        "may_revoke": line.facts.revoked_at is None and may_give(house.viewer, line.facts.role, house.now),
        "sure": REVOKES, "typed": request.POST.get("reason", ""),
    }  # fmt: skip
    return render(request, "office/grant.html", frame(request) | context, status=status)


@signed_in
@require_POST
def revoke_one(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Take a grant back, with a reason, after having been asked."""
    house, said = asked(request), request.POST.get("reason", "").strip()
    if SURE not in request.POST or not said:
        return _grant(request, grant_id, "" if said else _("Say why."), 400, asks=True)
    purpose = purpose_of(request, "access.revoke")
    try:
        reason = clean_text(said, limit=_REASON)
        actions.revoke(grant_id=grant_id, reason=reason, by=house.viewer, at=house.now, purpose=purpose)
    except Refusal as refusal:
        return _grant(request, grant_id, say(refusal.words(), language()), refusal.status)
    messages.info(request, _("Taken back. It holds from this moment on."))
    return redirect("office-grant", grant_id)


@signed_in
@require_safe
@never_cache
def person(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """All grants of a person, what they open, and why something stays shut."""
    return _person(request, user_id)


def _person(
    request: HttpRequest, user_id: UUID, problem: str = "", status: int = 200, *, asks: bool = False
) -> HttpResponse:
    house = asked(request)
    found = _found(request, GrantFilter(user_id=user_id)).lines
    if not found:
        raise Http404
    seen = viewer_of(user_id)
    context = {
        "rows": _rows(found), "name": found[0].name, "username": found[0].username, "user_id": user_id,
        "preview": preview(seen, house.now), "verdict": _why(request, seen), "problem": problem, "asks": asks,
        "deeds": [(key, words) for key, words in deed_names().items()], "purposes": PURPOSES.items(),
        "may_end": can(house.viewer, "access.end_all", house.now)
        and any(line.state in {"in_force", "soon", "coming"} for line in found),
        "places": county_places(house.viewer, house.now, language()), "sure": ENDS_ALL,
        "typed": request.POST.get("reason", ""),
    }  # fmt: skip
    return render(request, "office/grants_person.html", frame(request) | context, status=status)


def preview(viewer: Viewer, at: datetime) -> list[tuple[Words, Words]]:
    """What somebody sees and may do at a moment: areas, then deeds by role, in words."""
    held = [(role, grant) for role, grant in viewer.roles_at(at) if grant is not None]
    read = [code for grant in readers(viewer, at) for code in grant.areas_now]
    above = [code for _role, grant in held if not grant.is_local for code in grant.areas_now]
    names = names_of({*read, *above})
    found = [(Words("可查看具体事项的区域", "Reads the cases of"), areas_words(dict.fromkeys(read), names))]
    if above:
        found.append((Words("只看数字的区域", "Sees only numbers of"), areas_words(dict.fromkeys(above), names)))
    if any(not role.by_area for role, _grant in held):
        own = Words("派给本单位的事项，不论区域", "what is with their office, whatever the area")
        found.append((Words("另外", "Besides"), own))
    for role in dict.fromkeys(role for role, _grant in held):
        found.append((role.name, listed(deed_words(key) for key in sorted(role.deeds))))
    return found


def _why(request: HttpRequest, seen: Viewer) -> Verdict | None:
    """The card for the deed, area and purpose of the address."""
    get, house = request.GET, asked(request)
    deed, area = get.get("deed", ""), get.get("area", "").strip()
    if deed not in deed_names():
        return None
    area = code_or_none(area)
    purpose = get.get("purpose", "") if get.get("purpose") in PURPOSES else "service"
    codes = {area, *(code for grant in seen.grants for code in grant.areas_named)}
    names = names_of(codes)
    return explain(
        replace(seen, glasses=()), deed=deed, area_code=area, purpose=purpose, at=house.now, version=__version__,
        named=lambda code: names[code].name if code in names else Words(code, code),
    )  # fmt: skip


@signed_in
@require_POST
def end_person(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Take back everything of somebody who leaves, with a reason, after having been asked."""
    house, said = asked(request), request.POST.get("reason", "").strip()
    if SURE not in request.POST or not said:
        return _person(request, user_id, "" if said else _("Say why."), 400, asks=True)
    purpose = purpose_of(request, "access.end_all")
    try:
        reason = clean_text(said, limit=_REASON)
        taken = actions.end_all(user_id=user_id, reason=reason, by=house.viewer, at=house.now, purpose=purpose)
    except Refusal as refusal:
        return _person(request, user_id, say(refusal.words(), language()), refusal.status)
    messages.info(request, _("%(n)s grants taken back.") % {"n": len(taken)})
    return redirect("office-grants-person", user_id)
