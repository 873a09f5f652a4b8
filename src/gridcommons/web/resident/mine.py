"""About me: one's own reports and notices."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.entries import Entry
from gridcommons.access.queries import who_looked
from gridcommons.cases.actions import confirm, reopen, still_fine, still_wrong
from gridcommons.cases.queries import PAGE, CasePage, QueueRow, my_cases, own_case, own_photo
from gridcommons.notices.actions import mark_read
from gridcommons.notices.inboxes import Asked
from gridcommons.notices.queries import inbox
from gridcommons.notices.texts import packaged_texts
from gridcommons.notices.unread import how_many_new
from gridcommons.territory.queries import names_of
from gridcommons.web.inbox import UNDO, read_everything, shown, take_back
from gridcommons.web.public.asking import asked, language, page_number
from gridcommons.web.public.looks import MOST_LOOKS
from gridcommons.web.public.track import photo_answer
from gridcommons.web.public.tracked import Doors, case_context, status_of
from gridcommons.web.public.wording import name_of

_NEWEST: Final = 3
"""Notices that stand above one's reports: the newest unread ones."""


@never_cache
@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """One's own reports, and what is new."""
    house = asked(request)
    page = page_number(request)
    held = my_cases(viewer=house.viewer, at=house.now, first=(page - 1) * PAGE)
    told = inbox(viewer=house.viewer, language=language(), at=house.now, most=_NEWEST, asked=Asked(unread=True))
    context = {
        "rows": _lines(held.rows),
        "total": held.total,
        "page": page,
        "more": held.total > page * PAGE,
        "unread": told,
        "unread_count": how_many_new(viewer=house.viewer, at=house.now) or "",
        "of_held": _of_held(),
        "person": house.viewer.name,
    }
    return render(request, "resident/me.html", context)


def _of_held() -> frozenset[str]:
    """The texts that tell of what was asked on “Held about me”, and so lead there."""
    of_rights = ((key, text) for key, text in packaged_texts().by_key.items() if key.startswith("rights."))
    return frozenset(key for key, text in of_rights if text.to == "reporter")


def _lines(rows: tuple[QueueRow, ...]) -> list[dict[str, Any]]:
    places = names_of(row.area_code for row in rows)
    return [
        {
            "row": row,
            "matter": row.matter.name,
            "status": status_of(row.state),
            "place": name_of(places[row.area_code]) if row.area_code in places else row.area_code,
        }
        for row in rows
    ]


@never_cache
@require_safe
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """What the program told this account, newest first, filtered and page by page."""
    house = asked(request)
    box = shown(request, house.viewer, language(), house.now, to="reporter")
    context = {
        "box": box, "unread_count": box.numbers.unread or "", "undo": UNDO in request.session,
        "of_reporters": frozenset(key for key, text in packaged_texts().by_key.items() if text.to == "reporter"),
        "of_held": _of_held(),
    }  # fmt: skip
    return render(request, "resident/notices.html", context)


@require_POST
@login_required
def read_page(request: HttpRequest) -> HttpResponseRedirect:
    """Mark everything as read."""
    read_everything(request, asked(request).viewer, asked(request).now)
    return redirect("resident-inbox")


@require_POST
@login_required
def unread(request: HttpRequest) -> HttpResponseRedirect:
    """Take that back."""
    take_back(request, asked(request).viewer, asked(request).now)
    return redirect("resident-inbox")


@require_POST
@login_required
def read_notice(request: HttpRequest, notice_id: UUID) -> HttpResponseRedirect:
    """Mark a notice as read."""
    mark_read(notice_id=notice_id, by=asked(request).viewer, at=asked(request).now)
    return redirect("resident-inbox")


def _case(request: HttpRequest, case_id: UUID) -> CasePage:
    house = asked(request)
    return own_case(case_id=case_id, viewer=house.viewer, at=house.now)


def _looks_at(request: HttpRequest, page: CasePage) -> list[Entry]:
    """Who looked at one of one's own cases or at the contact left for it, newest first."""
    house = asked(request)
    things = (f"case:{page.id}", *([f"contact:{page.contact_id}"] if page.contact_id else []))
    found = {
        entry.id: entry
        for thing in things
        for entry in who_looked(
            about=house.viewer.key, thing=thing, viewer=house.viewer, at=house.now, most=MOST_LOOKS, by_others=True
        )
    }
    return sorted(found.values(), key=lambda entry: entry.at, reverse=True)


@never_cache
@require_safe
@login_required
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One of one's own cases, as the tracking code shows it."""
    page = _case(request, case_id)
    photos = reverse("resident-photo", args=[case_id, case_id]).removesuffix(str(case_id))
    ways = [reverse(f"resident-{w}", args=[case_id]) for w in ("confirm", "reopen", "still-fine", "still-wrong")]
    doors = Doors(ways[0], ways[1], ways[2], ways[3], photos)
    context = case_context(page, now=asked(request).now, looks=_looks_at(request, page), doors=doors) | {
        "by_code": False
    }
    return render(request, "public/case.html", context)


@require_POST
@login_required
def confirmed(request: HttpRequest, case_id: UUID) -> HttpResponseRedirect:
    """It is settled, says who reported it."""
    confirm(case_id=case_id, by=asked(request).viewer, at=asked(request).now)
    return redirect("resident-case", case_id=case_id)


@require_POST
@login_required
def reopened(request: HttpRequest, case_id: UUID) -> HttpResponseRedirect:
    """It is not settled, says who reported it, and why."""
    reopen(case_id=case_id, reason=request.POST.get("reason", ""), by=asked(request).viewer, at=asked(request).now)
    return redirect("resident-case", case_id=case_id)


@require_POST
@login_required
def fine(request: HttpRequest, case_id: UUID) -> HttpResponseRedirect:
    """Four weeks later it is still in order, says who reported it."""
    still_fine(case_id=case_id, by=asked(request).viewer, at=asked(request).now)
    return redirect("resident-case", case_id=case_id)


@require_POST
@login_required
def wrong(request: HttpRequest, case_id: UUID) -> HttpResponseRedirect:
    """Four weeks later it is not, and who reported it says why."""
    reason = request.POST.get("reason", "")
    still_wrong(case_id=case_id, reason=reason, by=asked(request).viewer, at=asked(request).now)
    return redirect("resident-case", case_id=case_id)


@never_cache
@require_safe
@login_required
def photo(request: HttpRequest, case_id: UUID, photo_id: UUID) -> HttpResponse:
    """One photo of one's own case."""
    house = asked(request)
    return photo_answer(own_photo(case_id=case_id, photo_id=photo_id, viewer=house.viewer, at=house.now).path)
