"""The steps of a problem: from which state each starts, where it leads, what it is called. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gridcommons.kit.errors import Refusal, refusal_kind, worded
from gridcommons.kit.words import Words

WRONG_STATE = refusal_kind(
    "problem.wrong_state",
    status=409,
    zh="这个共性问题现在是“{state_zh}”，不能“{move_zh}”。",
    en="This problem is “{state_en}” now, so “{move_en}” cannot be done.",
)

STATES: Final[Mapping[str, Words]] = {
    "proposed": Words("待研判", "proposed"),
    "declined": Words("未采纳", "declined"),
    "open": Words("整治中", "at the table"),
    "closed": Words("已办结，待回头看", "closed, to be reviewed"),
    "settled": Words("已见效", "settled"),
}


@dataclass(frozen=True)
class Move:
    """A step: what it is called on its button, what the life line says was done, and its states.

    `target` empty: the state stays.
    """

    key: str
    do: Words
    did: Words
    sources: tuple[str, ...]
    target: str = ""


_TABLE: Final = ("open",)
_BOTH: Final = ("proposed", "open")


def _move(key: str, zh: str, en: str, did: str, sources: tuple[str, ...], target: str = "") -> Move:
    """A step whose Chinese name says both what is to be done and what was done."""
    return Move(key, Words(zh, en), Words(zh, did), sources, target)


MOVES: Final[Mapping[str, Move]] = {
    move.key: move
    for move in (
        _move("propose", "系统提出", "propose", "proposed", ()),
        _move("accept", "采纳为共性问题", "take it up", "taken up", ("proposed", "declined"), "open"),
        _move("decline", "不予采纳", "decline", "declined", ("proposed",), "declined"),
        _move("amend", "变更牵头单位或原因", "change owner or cause", "owner or cause changed", _TABLE),
        _move("invite", "邀请参加会商", "ask to the table", "asked to the table", _TABLE),
        _move("excuse", "撤回邀请", "take the invitation back", "invitation taken back", _TABLE),
        _move("reply", "答复邀请", "answer", "answered", _TABLE),
        _move("said_yes", "同意参加", "agree", "takes part", _TABLE),
        _move("said_no", "不参加", "decline to take part", "does not take part", _TABLE),
        _move("meet", "记录会商", "note a meeting", "meeting noted", _TABLE),
        _move("plan", "增加措施", "add a measure", "measure agreed", _TABLE),
        _move("finish", "报告措施结果", "report on a measure", "measure reported", _TABLE),
        _move("publish", "更新公开说明", "write the public note", "public note written", ("open", "closed")),
        _move("link", "关联事项", "link a case", "case linked", _BOTH),
        _move("unlink", "移出事项", "take a case out", "case taken out", _BOTH),
        _move("close", "办结，待回头看", "close", "closed, review set", _TABLE, "closed"),
        _move("review", "回头看", "review", "reviewed: it helped", ("closed",), "settled"),
        _move("again", "未见效，重新会商", "back to the table", "did not help: back to the table", ("closed",), "open"),
    )
}


def require(key: str, state: str) -> Move:
    """The step, if it starts from this state; refuses (`problem.wrong_state`) any other."""
    move = MOVES[key]
    if state not in move.sources:
        raise Refusal((worded(WRONG_STATE, state=STATES[state], move=move.do),))
    return move


def open_moves(state: str) -> frozenset[str]:
    """The keys of the steps that start from a state."""
    return frozenset(key for key, move in MOVES.items() if state in move.sources)
