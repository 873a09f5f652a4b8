"""All pages of the office that a post opens, on shelves."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridcommons.kit.words import Words
from gridcommons.outlook.rules import require_staff
from gridcommons.web.news import waiting_behind
from gridcommons.web.office.inbox_list import forms_to_empty
from gridcommons.web.office.ways import Shelf, Way, shelves
from gridcommons.web.staff import asked, frame, signed_in


@signed_in
@require_safe
def more(request: HttpRequest) -> HttpResponse:
    """The shelves of whoever is signed in."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    roles = (role for role, grant in house.viewer.roles_at(house.now) if grant is not None)
    deeds = frozenset(deed for role in roles for deed in role.deeds)
    counts = waiting_behind(house.viewer, house.now)
    context = {"shelves": [_counted(one, counts) for one in shelves(deeds)], "to_empty": forms_to_empty(request)}
    return render(request, "office/more.html", frame(request) | context)


def _counted(shelf: Shelf, counts: Mapping[str, int]) -> tuple[Words, list[tuple[Way, int]]]:
    """A shelf's label and its ways, each with how much waits there for the reader."""
    return shelf.label, [(way, counts.get(way.name, 0)) for way in shelf.ways]
