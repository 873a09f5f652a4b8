"""What the pages of a county officer share: their county, and the tabs of its set-up."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.urls import reverse

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.territory.queries import names_of
from gridcommons.web.staff import asked, frame

NO_COUNTY = refusal_kind(
    "web.no_county",
    status=403,
    zh="本页由县级管理员使用。您的岗位不包括它；人员和设置请找县级管理员。",
    en="This page is for the county officer. Your post does not include it; ask them about staff and set-up.",
)
_TABS: Final = (
    ("office-first-hour", Words("上线引导", "First hour")),
    ("office-move-in", Words("导入表格", "Spreadsheets")),
    ("office-people", Words("人员", "People")),
    ("office-matters", Words("事项启用", "Matters")),
    ("office-keys", Words("接口密钥", "Keys")),
    ("office-forms", Words("表单", "Forms")),
    ("office-devices", Words("手机密钥", "Phones")),
)


def own_county(request: HttpRequest, deed: str = "joining.invite") -> str:
    """The code of the area that the viewer answers for by a role with this deed; refuses everybody else."""
    house = asked(request)
    held = [
        code
        for role, grant in house.viewer.roles_at(house.now)
        if grant is not None and deed in role.deeds
        for code in grant.areas_now
    ]
    if not held:
        raise refuse(NO_COUNTY)
    return min(held, key=len)


def county_frame(request: HttpRequest, here: str) -> dict[str, object]:
    """The header's facts, the county's name and the tabs."""
    code = own_county(request)
    area = names_of([code]).get(code)
    tabs = [(words, reverse(name), name == here) for name, words in _TABS]
    return frame(request) | {"county": area.name if area else Words(code, code), "county_code": code, "tabs": tabs}
