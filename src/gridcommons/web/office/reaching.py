"""Which area a page of the office is of, and whether its reader may do a deed there."""

from __future__ import annotations

from django.http import HttpRequest

from gridcommons.access.rules import Place, missing
from gridcommons.kit.codes import CHINA
from gridcommons.outlook.rules import require_staff
from gridcommons.web.office.choosing import widest_area
from gridcommons.web.staff import asked


def area_asked(request: HttpRequest) -> str:
    """The code of the area asked for, else of the reader's widest post; for staff, refuses what is no code."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    code = request.GET.get("area", "") or widest_area(house.viewer, house.now)
    CHINA.level_of(code)
    return code


def may(request: HttpRequest, deed: str, code: str, purpose: str = "overview") -> bool:
    """Whether the reader may do a deed at an area."""
    house = asked(request)
    return not missing(house.viewer, deed=deed, place=Place(code), purpose=purpose, at=house.now)
