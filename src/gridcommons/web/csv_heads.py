"""Headings of tables that leave: Chinese in a Chinese session, else short names; those of moments say the zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from gridcommons.kit.dates import is_chinese
from gridcommons.web.zone_words import timed

MOMENTS: Final = frozenset({
    "reported_at", "file_by", "due_at", "ended_at", "since", "answered_at", "as_of", "from", "to", "at",
})  # fmt: skip
"""Columns of moments; days need no zone."""
_ZH: Final[Mapping[str, str]] = {
    "after_m2": "新面积（平方米）", "answer": "决定", "answered": "已覆盖", "answered_at": "回复时间",
    "area": "区域", "area_code": "区域代码", "area_codes": "区域代码", "areas": "区域", "as_of": "统计截至",
    "at": "时间", "before_m2": "原面积（平方米）", "case_number": "事项编号", "cases": "您反映的事",
    "class": "类别（秩序或便民）", "clock": "计时方式", "code": "区域代码", "codes": "区域代码",
    "confirmed": "已确认", "day": "日期", "direction": "方向", "due_at": "办理期限", "ended_at": "办结时间",
    "export_number": "导出编号", "figure": "数字", "file_by": "立案期限", "file_minutes": "立案期限（分钟）",
    "from": "起", "grids": "网格数", "grids_reported": "已报网格数", "group": "分组",
    "handle_minutes": "办理期限（分钟）", "households": "户数", "invited_until": "邀请到期", "key": "事项代码",
    "kind": "类别", "label": "名称", "last_used": "最后使用日期", "lat": "纬度", "legal_basis_en": "依据（英文）",
    "legal_basis_zh": "依据（中文）", "level": "层级", "link": "对接", "login": "登录名", "lon": "经度",
    "made": "新建日期", "matter": "事项", "matter_code": "事项代码", "may": "权限", "meant": "应覆盖",
    "minutes": "办理用时（分钟）", "name": "姓名", "name_en": "英文名称", "name_zh": "中文名称", "new_code": "新代码",
    "new_name": "新名称", "number": "编号", "office": "单位", "old_code": "原代码", "old_name": "原名称",
    "on_day": "实施日期", "owner": "负责部门代码", "owner_zh": "负责部门", "parent": "上级代码",
    "per_minute": "每分钟次数", "place": "地点", "plan": "方案", "posts": "岗位", "public": "是否公开",
    "purpose": "目的", "purpose_en": "目的（英文）", "purpose_zh": "目的（中文）", "purposes": "目的",
    "reason": "理由", "reported_at": "上报时间", "residents": "人数", "review_date": "复审日期", "role": "岗位",
    "routes": "流转", "scheme": "编码体系", "scheme_code": "体系内代码", "second_factor": "第二因素",
    "settle_on_spot": "可当场处理", "share": "占比", "share_changed": "变化占比", "since": "时间",
    "square_metres": "面积（平方米）", "state": "状态", "text": "文字", "to": "止", "to_decide": "待决定",
    "tries": "尝试次数", "unused": "一个月以上未使用", "username": "登录名", "valid_from": "生效日期",
    "verb": "变更", "verify": "核查方式", "version": "版本", "what": "内容", "why": "原因", "with": "承办单位",
    "without": "除外的区域", "words": "报告人原话",
}  # fmt: skip


def heads(names: Iterable[str], language: str) -> list[str]:
    """The headings of these columns in a language; a name that has no Chinese stands as it is."""
    return [head(name, language) for name in names]


def head(name: str, language: str) -> str:
    """One heading."""
    said = _ZH.get(name, name) if is_chinese(language) else name
    return timed(said, language) if name in MOMENTS else said
