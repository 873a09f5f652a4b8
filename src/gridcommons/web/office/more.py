"""All pages of the office that a post opens, on shelves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridcommons.outlook.rules import require_staff
from gridcommons.web.office.inbox_list import forms_to_empty
from gridcommons.web.office.ways import shelves
from gridcommons.web.staff import asked, frame, signed_in


@signed_in
@require_safe
def more(request: HttpRequest) -> HttpResponse:
    """The shelves of whoever is signed in."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    roles = (role for role, grant in house.viewer.roles_at(house.now) if grant is not None)
    deeds = frozenset(deed for role in roles for deed in role.deeds)
    context = {"shelves": shelves(deeds), "to_empty": forms_to_empty(request)}
    return render(request, "office/more.html", frame(request) | context)
