"""A hotline's file and its mapping, as the tests write them; the clerks of two townships."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from gridcommons.access.actions import grant
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.queries import office_at
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.cases.hotline.carrying_out import carry_out, read_file
from gridcommons.cases.hotline.entries import Reading
from gridcommons.cases.hotline.mapping import Scheme, read_scheme
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town, _user

SETUP = program("hotline test")
NOW = AT + timedelta(days=1)
HEADS = (
    "工单编号", "来电时间", "工单状态", "一级分类", "二级分类", "诉求内容", "办结时间", "乡镇", "村社区", "诉求地址",
    "承办单位", "来电人", "联系电话", "经度", "纬度", "备注",
)  # fmt: skip
MAPPING = """
[source]
key = "12345"
zh = "遂昌热线"
en = "Suichang hotline"
owner = "县政务服务中心"
county = "331123"
desk = "331123001:supervision"
[columns]
number = "工单编号"
reported = "来电时间"
state = "工单状态"
type = ["一级分类", "二级分类"]
text = "诉求内容"
closed = "办结时间"
area = ["乡镇", "村社区"]
address = "诉求地址"
agency = "承办单位"
person = "来电人"
phone = "联系电话"
lon = "经度"
lat = "纬度"
[places]
crs = "WGS84"
[types]
"城市管理/路灯" = "street_lamps"
"城市管理" = "waste_litter"
"矛盾纠纷" = "dispute_mediation"
"咨询" = "left"
[states]
"办理中" = "open"
"已办结" = "closed"
[agencies]
"县执法局" = "331123:urban_management"
"""
ROW: Mapping[str, str] = {
    "工单编号": "20261101000000000001", "来电时间": "2026-11-01 08:30", "工单状态": "办理中", "一级分类": "城市管理",
    "二级分类": "路灯", "诉求内容": "广场东侧路灯不亮", "乡镇": "妙高街道", "村社区": "腾龙社区",
    "诉求地址": "广场东路3号", "来电人": "测试乙", "联系电话": "10012345679",
}  # fmt: skip


def csv_of(*rows: Mapping[str, str], heads: Iterable[str] = HEADS, encoding: str = "utf-8") -> bytes:
    """A file of the hotline; each row is the usual one but for what is said, numbered by itself."""
    out = io.StringIO(newline="")
    listed = list(heads)
    writer = csv.DictWriter(out, listed, extrasaction="ignore")
    writer.writeheader()
    for n, row in enumerate(rows):
        writer.writerow({**ROW, "工单编号": f"202611010000000000{n:02}", **row})
    return out.getvalue().encode(encoding)


def scheme(**changes: str) -> Scheme:
    """The usual mapping, with pieces of its text replaced."""
    text = MAPPING
    for before, after in changes.items():
        text = text.replace(before, after)
    return read_scheme(text)


def read(*rows: Mapping[str, str], at: datetime = NOW, **more: Any) -> Reading:
    """What the usual mapping makes of rows."""
    return read_file(csv_of(*rows, **more), scheme(), at)


def take(reading: Reading, by: Viewer = SETUP, at: datetime = NOW) -> int:
    """Take them over."""
    return carry_out(reading, by=by, at=at)


def clerk_of(name: str, township: str = TOWNSHIP, office_area: str = "", area: str = "") -> Viewer:
    """A clerk at the supervision office of a township."""
    user = _user(name)
    office = office_at(office_area or township, "supervision").id
    held = GrantFacts("clerk", (area or township,), (), ROLES["clerk"].purposes, AT - timedelta(days=10), None, office)
    grant(to=user, wanted=held, by=SETUP, at=AT - timedelta(days=10))
    return viewer_of(user)


def with_clerks(town: Town) -> Town:
    """The town with a clerk in each township."""
    return Town({**town.cast, "clerk": clerk_of("clerk"), "far_clerk": clerk_of("far_clerk", OTHER_TOWNSHIP)})


__all__ = ["COUNTY", "HEADS", "MAPPING", "NOW", "ROW", "clerk_of", "csv_of", "read", "scheme", "take", "with_clerks"]
