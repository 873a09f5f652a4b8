"""The people of a county's offices: names, posts, whether they can log in; invitations, resets, leaving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.joining.actions import Invited, invite, reset
from gridcommons.access.joining.queries import PAGE, Held, Member, People, member, people
from gridcommons.access.joining.rules import STATES
from gridcommons.access.roles import ROLES
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.digits import as_page, is_digits
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.sheets import Cell
from gridcommons.kit.words import Words
from gridcommons.territory.queries import below, names_of
from gridcommons.web.csv_answer import csv_answer
from gridcommons.web.csv_heads import heads
from gridcommons.web.office.county import county_frame, own_county
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import Status, say
from gridcommons.web.staff import ZONE, asked, language, signed_in, today
from gridcommons.workforce.actions import leave_work

_LONGEST, _REASON = 60, 300
_PIECE: Final = 500
_TONES: Final = {
    "none": ("plain", "circle-dashed"), "invited": ("now", "mail"), "active": ("done", "circle-check"),
    "left": ("private", "logout"),
}  # fmt: skip
_HEADS: Final = ("name", "login", "state", "posts", "invited_until", "second_factor")
NO_REASON = refusal_kind(
    "web.leave_reason",
    status=400,
    zh="请写明离岗的原因，它会记入账本。",
    en="Say why they leave: it goes into the ledger.",
)
RESET: Final = Sure(
    Words(
        "旧密码、验证器和统一登录立即失效，此人须凭新的邀请重新设置。",
        "The old password, authenticator and linked login stop at once; a new invitation sets them up again.",
    ),
    Words(
        "请当面或通过可靠的渠道把新邀请交给本人。",
        "Hand the new invitation to the person, face to face or by a way you trust.",
    ),
    Words(
        "不能撤回；已登录的设备立即退出。", "It cannot be taken back, and devices that are signed in are signed out."
    ),
    Words("确认重置", "Reset"),
)
LEAVE: Final = Sure(
    Words(
        "所有授权收回，网格岗位到今天为止，登录立即关闭。",
        "All grants are revoked, posts in grids end today, and the login closes at once.",
    ),
    Words(
        "账本记录办理人和原因；公示牌上不再有此人。",
        "The ledger keeps who did it and why; the posting no longer names them.",
    ),
    Words(
        "不能撤回；回来工作的，用新的登录名新建账号。",
        "It cannot be taken back; whoever comes back gets a new account.",
    ),
    Words("确认离岗", "Let them go"),
)


@dataclass(frozen=True)
class Line:
    """One member as a row: state as a pill, posts in words, why the viewer may do nothing here."""

    member: Member
    status: Status
    posts: tuple[tuple[Words, Words], ...]
    why_not: tuple[Words, ...]


def _line(one: Member, names: dict[str, Words]) -> Line:
    tone, icon = _TONES[one.state]
    posts = tuple((ROLES[held.role].name, _where(held, names)) for held in one.posts if held.role in ROLES)
    return Line(one, Status(STATES[one.state], tone, icon), posts, tuple(r.words() for r in one.objections))


def _where(held: Held, names: dict[str, Words]) -> Words:
    area = names.get(held.area_code, Words(held.area_code, held.area_code))
    if held.office is None:
        return area
    office = Words(held.office.name_zh, held.office.name_en)
    return Words(f"{area.zh} · {office.zh}", f"{area.en} · {office.en}")


def _lines(found: People | list[Member]) -> list[Line]:
    listed = list(found.lines) if isinstance(found, People) else found
    names = {code: area.name for code, area in names_of(h.area_code for m in listed for h in m.posts).items()}
    return [_line(one, names) for one in listed]


def _found(request: HttpRequest, first: int, most: int = PAGE) -> People:
    house, get = asked(request), request.GET
    county, area = own_county(request), get.get("area", "")
    inside = area if is_digits(area) and area.startswith(county) else county
    state = get.get("state", "")
    return people(
        area_code=inside, words=get.get("q", "").strip()[:_LONGEST], state=state if state in STATES else "",
        viewer=house.viewer, at=house.now, first=first, most=most,
    )  # fmt: skip


@signed_in
@require_safe
@never_cache
def people_list(request: HttpRequest) -> HttpResponse:
    """One page of the list."""
    page = request.GET.get("page", "1")
    number = as_page(page)
    found = _found(request, (max(1, number) - 1) * PAGE)
    county = own_county(request)
    context = {
        "lines": _lines(found), "total": found.total, "page": Paginator(range(found.total), PAGE).get_page(number),
        "states": [(key, words, found.states.get(key, 0)) for key, words in STATES.items()],
        "townships": _townships(county),
        "filtered": any(request.GET.get(key) for key in ("q", "state", "area")), "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "office/people.html", county_frame(request, "office-people") | context)


def _townships(county: str) -> list[tuple[str, Words]]:
    return [(area.code, area.name) for area in below(county, "township")]


@signed_in
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """All that the filter finds, as CSV; a look for every piece."""
    rows: list[tuple[Cell, ...]] = [tuple(heads(_HEADS, language()))]
    first = 0
    while (found := _found(request, first, _PIECE)).lines:
        rows += [_cells(line) for line in _lines(found)]
        first += _PIECE
    return csv_answer(rows, f"people-{own_county(request)}-{today(request)}.csv")


def _cells(line: Line) -> tuple[Cell, ...]:
    tongue, one = language(), line.member
    posts = "; ".join(f"{say(role, tongue)} {say(where, tongue)}" for role, where in line.posts)
    until = local_day(one.invited_until, ZONE) if one.invited_until else None
    factor = Words("有", "yes") if one.second_factor else Words("无", "no")
    return one.name, one.login, say(STATES[one.state], tongue), posts, until, say(factor, tongue)


@signed_in
@require_POST
@never_cache
def invite_many(request: HttpRequest) -> HttpResponse:
    """Invitations for those picked, on slips that are shown and printed once; who may not be invited is said."""
    house, made = asked(request), []
    own_county(request)
    for text in request.POST.getlist("person")[:PAGE]:
        try:
            made.append(invite(user_id=UUID(text), by=house.viewer, at=house.now))
        except ValueError:
            continue
        except Refusal as refusal:
            messages.error(request, say(refusal.words(), language()))
    return _slips(request, made) if made else redirect("office-people")


def _slips(request: HttpRequest, made: list[Invited]) -> HttpResponse:
    context = {"slips": [(one, request.build_absolute_uri(f"/join/{one.code}")) for one in made]}
    answer = render(request, "office/slips.html", county_frame(request, "office-people") | context)
    answer["Cache-Control"] = "no-store"
    return answer


def _member(request: HttpRequest, user_id: UUID) -> Member:
    house = asked(request)
    return member(area_code=own_county(request), user_id=user_id, viewer=house.viewer, at=house.now)


@signed_in
@require_safe
@never_cache
def person(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """One member: posts, state, what can be done."""
    return _person_page(request, user_id)


def _let_go(request: HttpRequest, user_id: UUID) -> None:
    house, reason = asked(request), clean_text(request.POST.get("reason", ""), limit=_REASON)
    if not reason:
        raise refuse(NO_REASON)
    leave_work(user_id=user_id, until=today(request), reason=reason, by=house.viewer, at=house.now)


def _person_page(
    request: HttpRequest, user_id: UUID, asked_for: str = "", status: int = 409, **more: Any
) -> HttpResponse:
    line = _lines([_member(request, user_id)])[0]
    context: dict[str, Any] = {"line": line, "reset": RESET, "leave": LEAVE, "asked_for": asked_for, **more}
    context |= {"asked_for_reset": asked_for == "reset", "asked_for_leave": asked_for == "leave"}
    status = status if asked_for else 200
    return render(request, "office/person.html", county_frame(request, "office-people") | context, status=status)


@signed_in
@require_POST
@never_cache
def do(request: HttpRequest, user_id: UUID, what: str) -> HttpResponse:
    """Invite, reset or let go; the last two are asked about first."""
    house = asked(request)
    one = _member(request, user_id)
    if what == "invite":
        return _slips(request, [invite(user_id=user_id, by=house.viewer, at=house.now)])
    if request.POST.get(SURE) != "1":
        return _person_page(request, user_id, asked_for=what, reason=request.POST.get("reason", ""))
    if what == "reset":
        return _slips(request, [reset(user_id=user_id, by=house.viewer, at=house.now)])
    try:
        _let_go(request, user_id)
    except Refusal as refusal:
        more = {"fault": refusal.words(), "reason": request.POST.get("reason", "")}
        return _person_page(request, user_id, asked_for=what, status=refusal.status, **more)
    messages.info(request, _("%(name)s has left: grants revoked, login closed.") % {"name": one.name})
    return redirect("office-people")
