"""What is stuck between systems: by link, the oldest first, why in plain words, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.rules import NO_DEED, Viewer
from gridcommons.cases.partners import actions
from gridcommons.cases.partners.pages import ArrivalLine, PictureLine, SendingLine
from gridcommons.cases.partners.queries import arrivals_to_look_at, links_for, paper, stuck_lines, stuck_pictures
from gridcommons.cases.partners.settling import shown
from gridcommons.kit.digits import as_page
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.sheets import Cell
from gridcommons.kit.words import Words
from gridcommons.web.csv_answer import csv_answer
from gridcommons.web.csv_heads import heads
from gridcommons.web.office.partners import require_some, tabs
from gridcommons.web.partner_words import back_status, event_words, out_status, why
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, can, frame, language, purposes_for, signed_in

Act = Callable[[UUID, HttpRequest, Viewer, datetime, str], object]
_PAGE: Final = 50
_HEADS: Final = ("direction", "link", "case_number", "what", "since", "state", "why", "tries")


def _purpose(viewer: Viewer, deed: str, at: datetime) -> str:
    """The purpose that the viewer's grants cover: administration for county officers, service for handlers."""
    return next(iter(purposes_for(viewer, deed, at)), "service")


def _about(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("link", "")) if request.GET.get("link") else None
    except ValueError:
        return None


@signed_in
@require_safe
@never_cache
def stuck(request: HttpRequest) -> HttpResponse:
    """Both directions, filtered by the address."""
    require_some(request)
    return _shown(request)


def _shown(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    house, only = asked(request), _about(request)
    out = stuck_lines(house.viewer, house.now, link=only)
    back = arrivals_to_look_at(house.viewer, house.now, link=only)
    pictures = stuck_pictures(house.viewer, house.now, link=only)
    page = as_page(request.GET.get("page", ""))
    first = (page - 1) * _PAGE
    context = {
        "out": [(one, event_words(one.event), out_status(one), why(one.reason)) for one in out[first : first + _PAGE]],
        "back": [(one, back_status(one), why(one.reason)) for one in back[first : first + _PAGE]],
        "pictures": [(one, why(one.reason)) for one in pictures[first : first + _PAGE]], "n_pictures": len(pictures),
        "less": page - 1, "more": page + 1 if max(len(out), len(back), len(pictures)) > first + _PAGE else 0,
        "n_out": len(out), "n_back": len(back), "only": str(only or ""), "query": request.GET.urlencode(),
        "links": [(str(one.id), one.name, one.id == only) for one in links_for(house.viewer, house.now)],
        "tabs": tabs(request, "stuck"), "may_hand": can(house.viewer, "partner.by_hand", house.now),
        "may_read": can(house.viewer, "look.partner_paper", house.now),
        "reads_cases": can(house.viewer, "look.case", house.now),
    }  # fmt: skip
    return render(request, "office/partners_stuck.html", frame(request) | context | more, status=status)


@signed_in
@require_safe
@never_cache
def export(request: HttpRequest) -> HttpResponse:
    """The same as a table; no content is in it."""
    require_some(request)
    house, only, tongue = asked(request), _about(request), language()
    rows: list[tuple[Cell, ...]] = [tuple(heads(_HEADS, tongue))]
    rows += [_out_row(one, tongue) for one in stuck_lines(house.viewer, house.now, link=only)]
    rows += [_back_row(one, tongue) for one in arrivals_to_look_at(house.viewer, house.now, link=only)]
    rows += [_picture_row(one, tongue) for one in stuck_pictures(house.viewer, house.now, link=only)]
    return csv_answer(rows, "partners-stuck.csv")


def _out_row(one: SendingLine, tongue: str) -> tuple[Cell, ...]:
    way = say(Words("发出", "out"), tongue)
    return (
        way, one.link_name, one.case_number, say(event_words(one.event), tongue), one.made_at,
        say(out_status(one).words, tongue), say(why(one.reason), tongue), one.tries,
    )  # fmt: skip


def _back_row(one: ArrivalLine, tongue: str) -> tuple[Cell, ...]:
    way = say(Words("收到", "in"), tongue)
    return (
        way, one.link_name, one.case_number, one.status, one.got_at, say(back_status(one).words, tongue),
        say(why(one.reason), tongue), None,
    )  # fmt: skip


def _picture_row(one: PictureLine, tongue: str) -> tuple[Cell, ...]:
    way = say(Words("收到", "in") if one.back else Words("发出", "out"), tongue)
    what = say(Words("照片", "photo"), tongue)
    state = say(Words("卡住，待人处理", "stuck: needs a person"), tongue)
    return way, one.link_name, one.case_number, what, one.at, state, say(why(one.reason), tongue), None


_OUT: Final[Mapping[str, tuple[str, Act]]] = {
    "retry": ("partner.retry", lambda pk, r, by, at, p: actions.retry(
        link_id=UUID(r.POST.get("link", "")), ids=[pk], by=by, at=at, purpose=p)),
    "give-up": ("partner.give_up", lambda pk, r, by, at, p: actions.give_up(
        sending_id=pk, reason=r.POST.get("reason", ""), by=by, at=at, purpose=p)),
    "pair": ("partner.pair", lambda pk, r, by, at, p: actions.pair(
        sending_id=pk, remote_id=r.POST.get("remote_id", ""), by=by, at=at, purpose=p)),
    "by-hand": ("partner.by_hand", lambda pk, r, by, at, p: actions.by_hand(
        link_id=UUID(r.POST.get("link", "")), ids=[pk], by=by, at=at, purpose=p)),
    "retry-all": ("partner.retry", lambda pk, _r, by, at, p: actions.retry(link_id=pk, by=by, at=at, purpose=p)),
    "picture-again": ("partner.picture_again", lambda pk, _r, by, at, p: actions.picture_again(
        picture_id=pk, by=by, at=at, purpose=p)),
    "picture-aside": ("partner.picture_aside", lambda pk, _r, by, at, p: actions.picture_aside(
        picture_id=pk, by=by, at=at, purpose=p)),
    "rerun": ("partner.rerun", lambda pk, _r, by, at, p: actions.rerun(arrival_id=pk, by=by, at=at, purpose=p)),
    "set-aside": ("partner.set_aside", lambda pk, r, by, at, p: actions.set_aside(
        arrival_id=pk, reason=r.POST.get("reason", ""), by=by, at=at, purpose=p)),
}  # fmt: skip
_WITH_REASON: Final = frozenset({"give-up", "set-aside"})
_TOLD: Final[Mapping[str, str]] = {"by-hand": "file"}


@signed_in
@require_POST
@never_cache
def settle(request: HttpRequest, thing_id: UUID, action: str) -> HttpResponse:
    """Try again, give up, carry over by hand, enter their number; run again, set aside."""
    require_some(request)
    house = asked(request)
    if action not in _OUT:
        raise refuse(NO_DEED)
    key, do = _OUT[action]
    try:
        made = do(thing_id, request, house.viewer, house.now, _purpose(house.viewer, key, house.now))
    except ValueError:
        return _shown(request, 400, problem=_("That request was incomplete. Load the page again."))
    except Refusal as refusal:
        wrong = thing_id if action in _WITH_REASON else None
        return _shown(request, refusal.status, problem=say(refusal.words(), language()), wrong=wrong)
    if action in _TOLD:
        messages.info(request, _("The table is ready under the files of the link; fetch it and carry it over."))
        return redirect("office-partner", made.link_id)  # type: ignore[attr-defined]
    messages.info(request, _("Done. Within a few seconds the next try or reading follows."))
    query = request.GET.urlencode()
    return redirect(f"{reverse('office-partners-stuck')}{f'?{query}' if query else ''}")


@signed_in
@require_safe
@never_cache
def content(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """What was sent or came in, for the office whose system it is; each reading is a look."""
    house = asked(request)
    body = paper(paper_id=paper_id, viewer=house.viewer, at=house.now)
    context = {"body": shown(body), "tabs": tabs(request, "stuck")}
    return render(request, "office/partner_paper.html", frame(request) | context)
