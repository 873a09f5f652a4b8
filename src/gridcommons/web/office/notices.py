"""The inbox of a member of staff: notices to them and to the offices they serve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.notices.actions import mark_read
from gridcommons.notices.queries import Told, inbox
from gridcommons.outlook.rules import require_staff
from gridcommons.web.staff import asked, frame, language, signed_in


@dataclass(frozen=True)
class Line:
    """One notice: its words, when, whether it was read, and the case it leads to."""

    id: UUID
    text: str
    at: datetime
    is_read: bool
    url: str


def _line(told: Told) -> Line:
    case = told.facts.get("case", "")
    order = told.facts.get("order", "")
    url = reverse("office-case", args=[UUID(case)]) if case else reverse("office-order", args=[order]) if order else ""
    return Line(told.id, told.text, told.at, told.is_read, url)


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
    return render(request, "office/notices.html", frame(request) | {"lines": lines, "unread": unread})


@signed_in
@require_POST
def read(request: HttpRequest, notice_id: UUID) -> HttpResponseRedirect:
    """Mark one as read; with `open` in the form, go on to its case."""
    house = asked(request)
    notice = mark_read(notice_id=notice_id, by=house.viewer, at=house.now)
    opened = notice.facts if request.POST.get("open") else {}
    if order := opened.get("order", ""):
        return redirect("office-order", UUID(order))
    case = opened.get("case", "")
    return redirect("office-case", UUID(case)) if case else redirect("office-notices")
