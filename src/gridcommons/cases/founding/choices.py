"""The closed lists that columns are chosen from, taken from where the program itself keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from gridcommons.access.roles import ROLES
from gridcommons.cases.cells import Choice
from gridcommons.kit.words import Words
from gridcommons.matters.catalogue import shipped_catalogue

_LEVELS: Final = (
    ("province", "省", "province", ("省级",)),
    ("city", "市", "city", ("地级市", "设区市", "市级")),
    ("county", "县", "county", ("县（市、区）", "县级", "区", "县级市", "县区")),
    ("township", "乡镇", "township", ("乡镇（街道）", "街道", "乡", "镇", "乡镇级", "乡镇街道", "town", "subdistrict")),
    ("village", "村", "village", ("村（社区）", "社区", "村级", "村社", "村社区", "行政村", "community")),
    ("grid", "网格", "grid", ("单元网格", "综合网格", "专属网格")),
    ("microgrid", "微网格", "micro-grid", ("微格",)),
)
_POSTS: Final = (
    ("head", "网格长", "head", ("网格长（兼）", "格长")),
    ("full_time", "专职网格员", "full-time worker", ("专职", "网格员")),
    ("part_time", "兼职网格员", "part-time worker", ("兼职",)),
    ("mentor", "网格指导员", "mentor", ("指导员",)),
)
_EMPLOYMENTS: Final = (
    ("employed", "在编或聘用", "employed", ("在编", "聘用", "编内", "事业编", "公务员", "合同制")),
    ("purchased_service", "购买服务", "purchased service", ("劳务派遣", "外包")),
    ("all_round_social_worker", "全科社工", "all-round social worker", ("社工", "社区工作者")),
    ("part_time", "兼职", "part time", ()),
    ("volunteer", "志愿者", "volunteer", ("义务",)),
)
_DESKS: Final = (
    ("supervision", "监督岗", "supervision", ("监督", "网格监督岗", "监督中心", "受理岗", "监督受理")),
    ("command", "指挥室", "command", ("指挥", "综合指挥室", "指挥中心", "派遣岗")),
    ("review", "复核办公室", "review office", ("独立复核办公室", "复核")),
)
_YES_NO: Final = (
    ("yes", "是", "yes", ("y", "true", "1", "√", "✓", "启用", "保留", "on", "有")),
    ("no", "否", "no", ("n", "false", "0", "×", "x", "停用", "取消", "off", "不", "无")),
)
_DAYS: Final = (
    ("off", "休息", "off", ("放假", "假日", "节假日", "休", "holiday")),
    ("worked", "上班", "worked", ("补班", "调休上班", "工作日", "班", "workday")),
    ("hours", "办公时间", "office hours", ("上班时间", "工作时间", "作息")),
)
SUPERVISION_KINDS: Final = frozenset({"supervision", "review"})
TOWNSHIP_NEEDS: Final = ("supervision", "command", "township_government")


def _choices(rows: tuple[tuple[str, str, str, tuple[str, ...]], ...]) -> tuple[Choice, ...]:
    return tuple(Choice(key, Words(zh, en), aliases) for key, zh, en, aliases in rows)


def _departments() -> tuple[Choice, ...]:
    return tuple(
        Choice(one.key, one.name, (one.name.zh.removeprefix("乡镇（街道）"), one.name.zh.partition("（")[0], one.key))
        for one in shipped_catalogue().departments
    )


def _roles() -> tuple[Choice, ...]:
    """The roles that a county officer may give; their own comes by invitation from the command line."""
    return tuple(
        Choice(key, ROLES[key].name, (key,)) for key in sorted(ROLES["county_officer"].may_give) if ROLES[key].grantable
    )


@cache
def lists() -> Mapping[str, tuple[Choice, ...]]:
    """All lists by the name that a column gives."""
    return {
        "levels": _choices(_LEVELS),
        "posts": _choices(_POSTS),
        "employments": _choices(_EMPLOYMENTS),
        "office_kinds": (*_choices(_DESKS), *_departments()),
        "departments": _departments(),
        "roles": _roles(),
        "yes_no": _choices(_YES_NO),
        "day_kinds": _choices(_DAYS),
        "matters": tuple(Choice(one.key, one.name) for one in shipped_catalogue().admitted()),
    }
