"""Campaigns, visits that come again and signals in words: states, steps, what a step does that none takes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from gridcommons.collection.campaigns.disclosing import Coverage
from gridcommons.collection.campaigns.picturing import DayMark
from gridcommons.collection.campaigns.queries import CampaignFacts, ObjectionFacts, StepFacts
from gridcommons.collection.campaigns.rules import ANSWERS, STATES
from gridcommons.collection.rounds.queries import RoundFacts
from gridcommons.collection.signals.queries import SignalLine
from gridcommons.collection.signals.rules import STATES as SIGNAL_STATES
from gridcommons.kit.dates import day_words
from gridcommons.kit.disclosure import Mark, Shown
from gridcommons.kit.numbers import little, percent
from gridcommons.kit.words import Words
from gridcommons.web.office.sure import Sure
from gridcommons.web.pieces import Bar, Status, Step, bars
from gridcommons.web.program_words import told

_TONES: Final[Mapping[str, tuple[str, str]]] = {
    "draft": ("plain", "pencil"), "notice": ("now", "speakerphone"), "running": ("now", "player-play"),
    "stopped": ("parked", "player-pause"), "ended": ("done", "checks"), "withdrawn": ("done", "ban"),
}  # fmt: skip
_TO_COME: Final = (Words("尚未开始", "not begun yet"), "plain", "calendar-event")
_STEPS: Final[Mapping[str, Words]] = {
    "draft": Words("起草", "written"), "amend": Words("修改", "amended"), "announce": Words("公示", "put in notice"),
    "approve": Words("第二确认人确认", "confirmed by the second person"), "start": Words("开始", "started"),
    "unapprove": Words("收回确认", "confirmation taken back"),
    "stop": Words("暂停", "stopped"), "resume": Words("恢复", "resumed"), "end": Words("结束", "ended"),
    "withdraw": Words("撤回", "withdrawn"),
}  # fmt: skip
ENDED: Final[Mapping[str, Words]] = {
    "done": Words("见到", "met"), "declined": Words("谢绝", "declined"), "not_home": Words("不在家", "not at home"),
    "appointment": Words("另约", "another day"),
}  # fmt: skip
HEARD_WORDS: Final[Mapping[str, Words]] = {
    "stop": Words("已暂停：各级确认收到的情况", "It is stopped: who has acknowledged it"),
    "resume": Words("已恢复：各级确认收到的情况", "It goes on: who has acknowledged it"),
    "end": Words("已提前结束：各级确认收到的情况", "It has ended early: who has acknowledged it"),
}  # fmt: skip
DONE: Final[Mapping[str, Words]] = {
    "announce": Words("已公示，任何人都可以提出异议。", "The notice is up; anybody may object."),
    "approve": Words("已确认。", "Confirmed."),
    "unapprove": Words("已收回确认，须重新确认后才能开始。", "Taken back: it waits for a second person again."),
    "start": Words("已开始，任务已逐级下达。", "It runs, and the order goes down."),
    "stop": Words("已暂停，不再有应访户，任务已逐级撤回。", "Stopped; nothing is due, and the order is withdrawn."),
    "resume": Words("已恢复，任务重新逐级下达。", "It goes on, and the order goes down anew."),
    "end": Words("已结束。", "Ended."),
    "withdraw": Words("已撤回。", "Withdrawn."),
}  # fmt: skip
ASKS: Final[Mapping[str, Words]] = {
    "announce": Words("公示", "put up the notice"), "start": Words("开始", "start"),
    "end": Words("提前结束", "end it early"), "withdraw": Words("撤回", "withdraw it"),
}  # fmt: skip
_NO_BACK: Final = Words("不能撤销；经过留在公开记录里。", "It cannot be undone; the record is public.")
SURE: Final[Mapping[str, Sure]] = {
    "announce": Sure(
        Words("公示挂到公开页面，公示期从今天算起。", "The notice goes on the public page; its days begin today."),
        Words("任何人都能看到并提出异议。", "Everybody can read it and object."),
        Words("内容不能再改；需要改的，撤回后另行起草。", "It cannot be changed any more, only withdrawn."),
        Words("确认公示", "Put it up"),
    ),
    "start": Sure(
        Words("任务逐级下达，网格员的清单里出现应访户。", "The order goes down, and households become due."),
        Words("下级区域的任务专员会收到通知。", "The order officers of the areas below get a notice."),
        Words("可以随时暂停或提前结束。", "You can stop it or end it at any time."),
        Words("确认开始", "Start it"),
    ),
    "end": Sure(
        Words("不再有应访户；已走访的保留统计。", "Nothing is due any more; what was done stays counted."),
        Words("理由显示在公开页面。", "The reason stands on the public page."), _NO_BACK,
        Words("确认结束", "End it"),
    ),
    "withdraw": Sure(
        Words("集中走访不再进行。", "It does not take place."),
        Words("已公示的，公示页不再列出。", "Its notice is taken down."), _NO_BACK,
        Words("确认撤回", "Withdraw it"),
    ),
}  # fmt: skip


def status_of(state: str) -> Status:
    """The state of a campaign."""
    return Status(STATES[state], *_TONES[state])


def round_status(one: RoundFacts, day: date) -> Status:
    """The state of visits that come again."""
    if one.ended_at is not None:
        return Status(STATES["ended"], *_TONES["ended"])
    if one.last < day:
        return Status(Words("期限已过", "its last day has passed"), *_TONES["ended"])
    return Status(*_TO_COME) if one.first > day else Status(STATES["running"], *_TONES["running"])


def life_of(steps: Sequence[StepFacts], facts: CampaignFacts) -> list[Step]:
    """The life line: what was done, when and why; never by whom."""
    done = [
        Step(_STEPS[one.action], facts.area.name, role="office", at=one.at, note=told(one.note))
        for one in steps
        if one.action in _STEPS
    ]
    if facts.state == "notice" and facts.notice_until:
        day = day_words(facts.notice_until, this_year=facts.first.year)
        until = Words(f"公示到{day.zh}", f"notice until {day.en}")
        done.append(Step(Words("等待", "waits for"), until, role="office", state="next"))
    return done


_QUARTERS: Final = (
    Words("不到四分之一", "under a quarter"), Words("四分之一至一半", "a quarter to half"),
    Words("一半至四分之三", "half to three quarters"), Words("四分之三以上", "three quarters or more"),
)  # fmt: skip
_NOT_COUNTED: Final = Words("尚未统计", "not counted yet")
_NOT_SHOWN: Final = Words("不显示", "not shown")
_FEW: Final = Words("<5", "<5")


def covered_bar(one: Coverage) -> tuple[Bar, ...]:
    """The share of households that answered, as a bar; of a quarter the part that is sure, and hatched what may be."""
    if one.share is not None:
        return bars([("used", round(one.share * 1_000)), ("left", 1_000 - round(one.share * 1_000))])
    if one.quarter is None:
        return ()
    return bars([("used", one.quarter), ("parked", 1), ("left", len(_QUARTERS) - 1 - one.quarter)])


def covered_text(one: Coverage) -> Words:
    """The answered households in words."""
    if not one.is_counted:
        return _NOT_COUNTED
    if one.reached is not None:
        return Words(f"{one.reached:,}", f"{one.reached:,}")
    return _NOT_SHOWN if one.quarter is None else _QUARTERS[one.quarter]


def share_text(one: Coverage) -> Words | str:
    """The share in per cent, 0 only of none and 100 only of all; empty where it is not told."""
    if one.reached is None or not one.households.value:
        return ""
    said = f"{percent(one.reached, one.households.value)}%"
    return little(one.reached, one.households.value) or Words(said, said)


def is_silent(figures: Iterable[Shown]) -> bool:
    """Whether nothing at all may be told, not even that there were few."""
    return all(shown_text(one) == _NOT_SHOWN for one in figures)


def shown_text(shown: Shown) -> Words:
    """A number as it may be told."""
    if shown.value is not None:
        return Words(f"{shown.value:,}", f"{shown.value:,}")
    return _FEW if shown.mark is Mark.FEW else _NOT_SHOWN


_MANY: Final[Mapping[str, tuple[str, str]]] = {
    "city": ("个市", "cities"), "county": ("个县（市、区）", "counties"), "township": ("个乡镇（街道）", "townships"),
    "village": ("个村（社区）", "villages and communities"), "grid": ("个网格", "grids"),
}  # fmt: skip


def hidden_words(level: str, n: int) -> Words:
    """How many areas of a level are named together, since nothing may be told of each."""
    zh, en = _MANY.get(level, ("个区域", "areas"))
    return Words(f"{n}{zh}：住户或工作人员太少，不显示", f"{n} {en}: too few households or workers to be shown")


def objected(said: Sequence[ObjectionFacts]) -> Words | None:
    """How many objections there are of each kind: waiting, taken up, answered with nothing changed; None without any.

    None can be withdrawn: nobody knows whose it is.
    """
    if not said:
        return None
    waiting = sum(one.answered_at is None for one in said)
    kinds = [(sum(one.decision == key for one in said), words) for key, words in sorted(ANSWERS.items())]
    zh = [f"待答复{waiting}条", *(f"{words.zh}{n}条" for n, words in kinds)]
    en = [f"{waiting} not answered yet", *(f"{n} answered: {words.en}" for n, words in kinds)]
    return Words(f"共{len(said)}条：" + "；".join(zh), f"{len(said)} in all: " + "; ".join(en))


_SIGNAL_TONES: Final[Mapping[str, tuple[str, str]]] = {
    "open": ("now", "urgent"), "site_check": ("now", "walk"), "closed": ("done", "circle-check"),
}  # fmt: skip


def signal_status(line: SignalLine) -> Status:
    """The state of a signal, and that it is late."""
    tone, icon = _SIGNAL_TONES[line.state]
    words = SIGNAL_STATES[line.state]
    if line.is_late:
        words = Words(f"{words.zh}，超过2小时", f"{words.en}, over 2 hours")
        tone = "late" if line.state == "open" else tone
    return Status(words, tone, icon)


def mark_words(mark: DayMark, *, is_grid: bool, reasons: Mapping[str, Words]) -> Words:
    """A day of an area in words, with the day."""
    said, day = came_words(mark, is_grid=is_grid, reasons=reasons), f"{mark.day:%d %b}".lstrip("0")
    return Words(f"{mark.day.month}月{mark.day.day}日：{said.zh}", f"{day}: {said.en}")


def came_words(mark: DayMark, *, is_grid: bool, reasons: Mapping[str, Words]) -> Words:
    """What came on a day: of a grid whether it reported, and else why not."""
    if not is_grid:
        grids = "grid" if mark.grids == 1 else "grids"
        return Words(
            f"{mark.grids}个网格中{mark.reported}个已上报", f"{mark.reported} of {mark.grids} {grids} reported"
        )
    if mark.reported:
        return Words("已上报", "reported")
    why = reasons.get(mark.reason, Words("没有说明", "no reason given"))
    return Words(f"未上报，{why.zh}", f"not reported, {why.en}")
