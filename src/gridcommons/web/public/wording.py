"""Words of this audience for codes that other parts keep: posts, kinds of work, levels, what was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gridcommons.kit.words import Words
from gridcommons.matters.matter import Kind, MatterClass, Place, Verify
from gridcommons.territory.queries import AreaFacts

LEVELS: Final[Mapping[str, Words]] = {
    "province": Words("省", "province"),
    "city": Words("市", "city"),
    "county": Words("县", "county"),
    "township": Words("乡镇、街道", "township"),
    "village": Words("村、社区", "village or community"),
    "grid": Words("网格", "grid"),
    "microgrid": Words("微网格", "micro-grid"),
}
POSTS: Final[Mapping[str, Words]] = {
    "head": Words("网格长", "head of the grid"),
    "full_time": Words("专职网格员", "full-time worker"),
    "part_time": Words("兼职网格员", "part-time worker"),
    "mentor": Words("网格指导员", "mentor"),
}
EMPLOYMENTS: Final[Mapping[str, Words]] = {
    "employed": Words("在编或聘用", "employed"),
    "purchased_service": Words("购买服务", "purchased service"),
    "all_round_social_worker": Words("全科社工", "all-round social worker"),
    "part_time": Words("兼职", "part-time"),
    "volunteer": Words("志愿", "volunteer"),
}
CLASSES: Final[Mapping[MatterClass, Words]] = {
    MatterClass.ORDER: Words("秩序类", "order"),
    MatterClass.CONVENIENCE: Words("便民类", "convenience"),
}
KINDS: Final[Mapping[Kind, Words]] = {
    Kind.MUST_DO: Words("必办", "must do"),
    Kind.ASSIST: Words("协助", "assist"),
    Kind.NOT_FOR_GRID: Words("不进网格", "not for the grid"),
}
PLACES: Final[Mapping[Place, Words]] = {
    Place.PUBLIC_SPACE: Words("公共场所", "public space"),
    Place.HOME: Words("家中（从不公开）", "inside a home (never public)"),
    Place.WORKPLACE: Words("经营场所", "place of work"),
    Place.NONE: Words("不涉及地点", "no place"),
}
CHECKS: Final[Mapping[Verify, Words]] = {
    Verify.ON_SITE: Words("由没有参与处置的人到现场核查", "somebody who did not handle it goes and looks"),
    Verify.BY_PHONE: Words("由没有参与处置的人电话回访", "somebody who did not handle it asks back by phone"),
}
LOOKS: Final[Mapping[str, Words]] = {
    "look.case": Words("打开了这件事的页面", "opened the page of the case"),
    "look.queue": Words("在待办列表中看到了这件事", "saw the case in a list of work"),
    "look.reporter": Words("打开了您的联系方式", "opened your contact"),
    "look.shared_reporter": Words("打开了您同意提供的联系方式", "opened the contact that you agreed to share"),
    "look.own_case": Words("凭账号或查询码打开", "opened with the account or the tracking code"),
    "look.own_looks": Words("查看了这份记录", "read this list"),
    "look.ledger": Words("审计时查阅", "read in an audit"),
}
ANY_LOOK: Final = Words("查看了有关内容", "looked at what is held about it")
PROGRAM: Final = Words("程序本身", "the program itself")
HOLDER: Final = Words("持有查询码的人，或本人", "whoever holds the code, or yourself")


def name_of(area: AreaFacts) -> Words:
    """The name of an area in both languages."""
    return Words(area.name_zh, area.name_en or area.name_zh)
