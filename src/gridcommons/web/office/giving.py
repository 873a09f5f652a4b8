"""Giving a grant: the person and the role first, then only what the giver holds: areas, office, purposes, period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gridcommons.access.actions import grant
from gridcommons.access.book.queries import open_offices_in
from gridcommons.access.naming import deed_words
from gridcommons.access.queries import account_ids
from gridcommons.access.roles import PURPOSES, ROLES, Role
from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.territory.queries import AreaFacts, below, names_of
from gridcommons.web.case_words import office_name
from gridcommons.web.pieces import say
from gridcommons.web.staff import ZONE, asked, frame, language, purpose_of, require_can, signed_in

_MOST_AREAS: Final = 900
_REASON: Final = 300
"""More than these in a tree are shown a level less deep; whoever holds more opens a part of them first."""
NO_SUCH_ACCOUNT = refusal_kind(
    "web.no_such_account",
    status=404,
    zh="没有登录名为“{name}”的账号。请核对，或先新建账号。",
    en="There is no account of the login name “{name}”. Check it, or add the account first.",
)
BAD_DAY = refusal_kind(
    "web.bad_day",
    status=400,
    zh="日期应形如 2026-11-26。",
    en="A day looks like 2026-11-26.",
)


@dataclass
class Node:
    """An area of the tree with what lies below it."""

    area: AreaFacts
    below: list[Node] = field(default_factory=list)
    picked: bool = False
    open: bool = False


def tree(roots: Sequence[str], picked: set[str]) -> list[Node]:
    """The areas of a giver with up to three levels below, as many as fit on a page."""
    rows = list(names_of(roots).values())
    for root in roots:
        deeper = [level.key for level in CHINA.levels if level.width > len(root)][:3]
        for level in deeper:
            found = below(root, level)
            if len(rows) + len(found) > _MOST_AREAS:
                break
            rows += found
    nodes = {area.code: Node(area, picked=area.code in picked) for area in rows}
    children = defaultdict(list)
    for area in rows:
        if area.parent_code in nodes and area.code not in roots:
            children[area.parent_code].append(nodes[area.code])
    for code, held in children.items():
        nodes[code].below = held
    for code in picked & nodes.keys():
        for above in CHINA.ancestors(code):
            if above in nodes:
                nodes[above].open = True
    shown = [nodes[code] for code in roots if code in nodes]
    for node in shown:
        node.open = node.open or len(shown) == 1
    return shown


def roles_to_give(viewer: Viewer, at: datetime) -> list[Role]:
    """The roles that the viewer may give."""
    keys = {key for role, held in viewer.roles_at(at) if held is not None for key in role.may_give}
    return [role for role in ROLES.values() if role.key in keys]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def give(request: HttpRequest) -> HttpResponse:
    """The form; what it does not offer, the deed refuses as well."""
    house = asked(request)
    require_can(house.viewer, "access.grant", house.now)
    sent = request.POST if request.method == "POST" else request.GET
    offered = roles_to_give(house.viewer, house.now)
    role = next((one for one in offered if one.key == sent.get("role")), None)
    who, problem, status = sent.get("who", "").strip()[:150], "", 200
    if request.method == "POST" and role is not None:
        try:
            made = _given(request, who, role)
        except Refusal as refusal:
            problem, status = say(refusal.words(), language()), refusal.status
        else:
            messages.info(request, _("Given. It can be taken back on this page."))
            return redirect("office-grant", made)
    context = {
        "roles": offered, "role": role, "who": who, "problem": problem,
        **(_offered(request, role, house.viewer, house.now) if role else {}),
    }  # fmt: skip
    return render(request, "office/grant_give.html", frame(request) | context, status=status)


def _offered(request: HttpRequest, role: Role, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """What the second half of the form offers: the giver's own areas and offices, the role's purposes."""
    held = [g for r, g in viewer.roles_at(at) if g is not None and role.key in r.may_give]
    roots = sorted({code for one in held for code in one.areas_now})
    offices = [one for one in open_offices_in(roots) if not role.side or one.side == role.side]
    post = request.POST
    return {
        "tree": tree(roots, set(post.getlist("area"))), "deeds": [deed_words(key) for key in sorted(role.deeds)],
        "offices": [(str(one.id), office_name(one), str(one.id) == post.get("office")) for one in offices],
        "purposes": [
            (key, PURPOSES[key], not post or key in post.getlist("purpose")) for key in PURPOSES if key in role.purposes
        ],
        "first": post.get("first", ""), "last": post.get("last", ""), "reason": post.get("reason", ""),
        "latest": min((one.valid_to for one in held if one.valid_to), default=None),
        "local": Words("选到乡镇及以下才能查看具体事项。", "Only a township or below opens single cases."),
    }  # fmt: skip


def _given(request: HttpRequest, who: str, role: Role) -> Any:
    """The grant of the form."""
    house, post = asked(request), request.POST
    user = account_ids([who]).get(who)
    if user is None:
        raise refuse(NO_SUCH_ACCOUNT, name=who[:60])
    first, last = _day(post.get("first", "")), _day(post.get("last", ""))
    offices = {
        str(office.id): office.id
        for office in open_offices_in(sorted({c for g in house.viewer.grants for c in g.areas_now}))
    }
    wanted = GrantFacts(
        role.key, tuple(dict.fromkeys(post.getlist("area"))), (), frozenset(post.getlist("purpose")),
        _begin(first) if first else house.now, _begin(last + timedelta(days=1)) if last else None,
        offices.get(post.get("office", "")),
    )  # fmt: skip
    reason, purpose = clean_text(post.get("reason", ""), limit=_REASON), purpose_of(request, "access.grant")
    return grant(to=user, wanted=wanted, reason=reason, by=house.viewer, at=house.now, purpose=purpose).pk


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise refuse(BAD_DAY) from None


def _begin(day: date) -> datetime:
    """The first moment of a local day."""
    return datetime.combine(day, time(), ZONE)
