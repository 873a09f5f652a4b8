"""Why a figure of a morning is what it is: where it was counted, by which rule, who answers for it. Pure."""

from __future__ import annotations

from typing import Final

from gridcommons.kit.dates import day_words
from gridcommons.kit.disclosure import THRESHOLD, Shown
from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words
from gridcommons.outlook.deciding.handed import Handed
from gridcommons.outlook.deciding.morning import CHANGES, Change
from gridcommons.outlook.deciding.partly import Partly
from gridcommons.outlook.reported.listing import listing

RULE: Final = "outlook.morning"
VERSION: Final = "2026.1"
OWNER: Final = Words("县社会治理中心", "the county's governance centre")
_CONTEST: Final = Words(
    "数字不对时，请告诉统计这一项的单位；它更正后，这里随之更正。",
    "If a figure is wrong, tell the office that counts it: once corrected there it is corrected here.",
)
_HIDDEN: Final = Because(
    Words(
        f"小于{THRESHOLD}的数，和用旁边的数能推出它的数，不显示",
        f"figures below {THRESHOLD}, and those by which one could be had, are not shown",
    ),
    Words("章程第四条", "charter, article 4"),
)
_COUNTED: Final = {
    "reported": Words("这一天上报的事项，按发生地所在区域计", "cases reported on the day, by the area where they lie"),
    "done": Words("这一天结案或当场办结的事项", "cases closed or settled on the spot on the day"),
    "turned_late": Words("这一天超过办理期限的事项", "cases whose time ran out on the day"),
    "reopened": Words("这一天被居民要求重办的事项", "cases that residents had reopened on the day"),
}


def _verdict(subject: Words, *because: Because, rule: str = RULE, owner: Words = OWNER) -> Verdict:
    return Verdict(Answer.YES, subject, because, rule, VERSION, owner, _CONTEST)


def why_change(one: Change) -> Verdict:
    """Of a figure of yesterday."""
    said = [Because(_COUNTED[one.key], Words("事项的步骤记录", "the steps recorded of cases"))]
    return _verdict(CHANGES[one.key], *said, *_hidden(one.now))


def _hidden(shown: Shown) -> tuple[Because, ...]:
    return () if shown.is_exact else (_HIDDEN,)


def why_handed(one: Handed) -> Verdict:
    """Of a count that was handed in."""
    day = day_words(one.as_of, this_year=0)
    said = Because(one.what.counts, Words(f"{day.zh}报来", f"handed in on {day.en}"))
    return _verdict(one.what.name, said, *_hidden(one.now), rule="outlook.reported", owner=listing().owner)


def why_partly(one: Partly) -> Verdict:
    """Of a count of which some parts are missing."""
    names = [part.name for part in one.lacking]
    lacking = Words("、".join(name.zh for name in names), ", ".join(name.en for name in names))
    return _verdict(
        one.what.name, Because(one.what.counts, Words("每日上报", "daily counts")),
        Because(
            Words(f"只加已报来的区域，未报：{lacking.zh}", f"the sum of the areas that are in; not from {lacking.en}"),
        ),
        rule="outlook.reported", owner=listing().owner,
    )  # fmt: skip


def why_capacity() -> Verdict:
    """Of who and what there is to act with."""
    return _verdict(
        Words("力量", "Capacity"),
        Because(
            Words(
                "未办结、超期：最后统计的一天结束时的事项", "open, overdue: cases at the end of the last day counted"
            ),
            Words("事项的步骤记录", "the steps recorded of cases"),
        ),
        Because(
            Words("走访：上一个已结清的整周，一户只计一次", "visits: the last whole week closed, each household once"),
            Words("外勤表单", "forms from the field"),
        ),
        Because(
            Words(
                "在岗：在网格有岗位的人数；不足五人的地方不显示",
                "serving: workers with posts in grids; none under five",
            ),
            Words("章程第十二条", "charter, article 12"),
        ),
    )


def why_signals() -> Verdict:
    """Of counts of signals."""
    return _verdict(
        Words("异常信号", "Signals"),
        Because(
            Words("七天内网格、诊所等报来的条数，不含误报；没有内容，也没有是谁报的",
                  "how many came in seven days, without false alarms; no words, and not from whom"),
            Words("章程第十二条", "charter, article 12"),
        ),
    )  # fmt: skip
