"""The inbox of a member of staff: notices to them and to the offices they serve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.notices.actions import mark_read
from gridcommons.notices.queries import Told, inbox
from gridcommons.outlook.rules import require_staff
from gridcommons.web.staff import asked, can, frame, language, signed_in

_PAGES: Final = {
    "case": "office-case", "problem": "office-problem", "glass": "office-glass-one", "handout": "office-handout",
}  # fmt: skip
"""What a notice may be about, and the page that it leads to."""


@dataclass(frozen=True)
class Line:
    """One notice: its words, when, whether it was read, and the page it leads to."""

    id: UUID
    text: str
    at: datetime
    is_read: bool
    url: str


def _line(told: Told) -> Line:
    return Line(told.id, told.text, told.at, told.is_read, _url(told.facts))


def _url(facts: Mapping[str, str]) -> str:
    """The page that a notice leads to: of the thing it is about, or the weeks of concerns; none without one."""
    for name, page in _PAGES.items():
        if facts.get(name):
            return reverse(page, args=[UUID(facts[name])])
    return reverse("office-concerns") if facts.get("digest") else ""


@signed_in
@require_safe
@never_cache
def notices(request: HttpRequest) -> HttpResponse:
    """The newest notices, unread ones first."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    lines = [_line(told) for told in inbox(viewer=house.viewer, language=language(), at=house.now)]
    lines.sort(key=lambda line: line.is_read)
    unread = sum(not line.is_read for line in lines)
    context = {"lines": lines, "unread": unread, "may_be_asked": can(house.viewer, "look.questions", house.now)}
    return render(request, "office/notices.html", frame(request) | context)


@signed_in
@require_POST
def read(request: HttpRequest, notice_id: UUID) -> HttpResponseRedirect:
    """Mark one as read; with `open` in the form, go on to its case."""
    house = asked(request)
    notice = mark_read(notice_id=notice_id, by=house.viewer, at=house.now)
    return redirect((_url(notice.facts) if request.POST.get("open") else "") or "office-notices")
