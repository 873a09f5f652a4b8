"""What a form of a case page does when it is sent: its deed, and what is said afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.cases import actions
from gridcommons.cases.transitions import UNKNOWN_ACTION, Action, packaged
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words

Given = Mapping[str, Any]
Deed = Callable[[UUID, Given, Viewer, datetime], object]
NO_DAY = refusal_kind(
    "web.no_day",
    status=400,
    zh="“{text}”不是日期，请写成 2026-11-20 的样子。",
    en="“{text}” is no date; write it like 2026-11-20.",
)


def day_of(text: str) -> date:
    """A day as forms send it; refuses (`web.no_day`) what is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise refuse(NO_DAY, text=text[:20]) from None


def known_step(key: str) -> Action:
    """The step of a name; refuses (`case.unknown_action`) one that is none or no page takes."""
    row = packaged().action(key)
    if row.key not in DEEDS:
        raise refuse(UNKNOWN_ACTION, action=key[:40])
    return row


def _day(given: Given, name: str) -> date:
    """A day of a form; what is no day is refused in words, as a form that was never filled in may send it."""
    value = given[name]
    return value if isinstance(value, date) else day_of(str(value))


def _named(given: Given, name: str) -> tuple[str, str]:
    """Area and kind of an office, as the forms name it."""
    area, _colon, kind = str(given[name]).partition(":")
    return area, kind


def _file(case: UUID, given: Given, by: Viewer, at: datetime) -> object:
    return actions.file_case(
        case_id=case, matter_key=given["matter"], area_code=given["area"], note=given["words"], by=by, at=at
    )


def _dispatch(case: UUID, given: Given, by: Viewer, at: datetime) -> object:
    area, kind = _named(given, "office")
    return actions.dispatch(case_id=case, to_area=area, to_kind=kind, note=given["words"], by=by, at=at)


def _appoint(case: UUID, given: Given, by: Viewer, at: datetime) -> object:
    area, kind = _named(given, "office")
    return actions.appoint(case_id=case, to_area=area, to_kind=kind, note=given["words"], by=by, at=at)


def _involve(case: UUID, given: Given, by: Viewer, at: datetime) -> object:
    area, kind = _named(given, "assists")
    return actions.involve(case_id=case, to_area=area, to_kind=kind, part=given["part"], by=by, at=at)


def _park(case: UUID, given: Given, by: Viewer, at: datetime) -> object:
    area, kind = _named(given, "owner")
    review = _day(given, "review")
    return actions.park(
        case_id=case, owner_area=area, owner_kind=kind, reason=given["reason"], review=review, by=by, at=at
    )


def _ask_extension(case: UUID, given: Given, by: Viewer, at: datetime) -> object:
    until = _day(given, "until")
    return actions.ask_extension(case_id=case, reason=given["reason"], until=until, by=by, at=at)


def _grant_extension(case: UUID, given: Given, by: Viewer, at: datetime) -> object:
    until = _day(given, "until")
    return actions.grant_extension(case_id=case, note=given["words"], until=until, by=by, at=at)


def _contribute(case: UUID, given: Given, by: Viewer, at: datetime) -> object:
    done = given.get("done") in {True, "True", "on"}
    return actions.contribute(case_id=case, evidence=given["evidence"], is_done=done, by=by, at=at)


DEEDS: Final[Mapping[str, Deed]] = {
    "file": _file,
    "dispatch": _dispatch,
    "settle": lambda case, given, by, at: actions.settle(case_id=case, evidence=given["evidence"], by=by, at=at),
    "void": lambda case, given, by, at: actions.void(case_id=case, reason=given["reason"], by=by, at=at),
    "accept": lambda case, _given, by, at: actions.accept(case_id=case, by=by, at=at),
    "send_back": lambda case, given, by, at: actions.send_back(case_id=case, reason=given["reason"], by=by, at=at),
    "pass_on": lambda case, given, by, at: actions.pass_on(case_id=case, note=given["note"], by=by, at=at),
    "feed_back": lambda case, given, by, at: actions.feed_back(case_id=case, evidence=given["evidence"], by=by, at=at),
    "rework": lambda case, given, by, at: actions.rework(case_id=case, reason=given["reason"], by=by, at=at),
    "attempt": lambda case, given, by, at: actions.attempt(case_id=case, check=given["check"], by=by, at=at),
    "close": lambda case, given, by, at: actions.close(case_id=case, check=given["check"], by=by, at=at),
    "confirm": lambda case, _given, by, at: actions.confirm(case_id=case, by=by, at=at),
    "reopen": lambda case, given, by, at: actions.reopen(case_id=case, reason=given["reason"], by=by, at=at),
    "agree": lambda case, _given, by, at: actions.confirm(case_id=case, by=by, at=at),
    "leave": lambda case, given, by, at: actions.reopen(case_id=case, reason=given["reason"], by=by, at=at),
    "still_fine": lambda case, _given, by, at: actions.still_fine(case_id=case, by=by, at=at),
    "still_wrong": lambda case, given, by, at: actions.still_wrong(case_id=case, reason=given["reason"], by=by, at=at),
    "merge": lambda case, given, by, at: actions.merge(
        case_id=case, lead=given["lead"], note=given["words"], by=by, at=at
    ),
    "unmerge": lambda case, given, by, at: actions.unmerge(case_id=case, reason=given["reason"], by=by, at=at),
    "ask_extension": _ask_extension,
    "grant_extension": _grant_extension,
    "refuse_extension": lambda case, given, by, at: actions.refuse_extension(
        case_id=case, reason=given["reason"], by=by, at=at
    ),
    "park": _park,
    "unpark": lambda case, given, by, at: actions.unpark(case_id=case, note=given["words"], by=by, at=at),
    "appoint": _appoint,
    "ask_level": lambda case, given, by, at: actions.ask_level(case_id=case, reason=given["reason"], by=by, at=at),
    "involve": _involve,
    "contribute": _contribute,
    "entrust": lambda case, given, by, at: actions.entrust(case_id=case, reason=given["reason"], by=by, at=at),
    "name_body": lambda case, given, by, at: actions.name_body(case_id=case, body=given["body"], by=by, at=at),
}

DONE: Final[Mapping[str, Words]] = {
    "file": Words("已立案，转派遣员。如有不妥，派遣前请联系派遣员。", "Filed; the dispatcher has it now."),
    "void": Words("未予立案，理由已告知报告人。", "Not filed; the reporter reads your reason."),
    "settle": Words("已记为当场处置。", "Recorded as settled on the spot."),
    "dispatch": Words(
        "已派遣。如派错，由承办单位写明理由退回后改派。",
        "Dispatched. If it is not theirs they send it back, and you choose again.",
    ),
    "accept": Words(
        "已接收，计时继续。不属于本单位的请退回。", "Accepted; the clock runs. Send it back if it is not yours."
    ),
    "send_back": Words("已退回派遣员，理由已记入经过。", "Sent back to the dispatcher with your reason."),
    "pass_on": Words("已交回派遣员，转下一部门。", "Given back to the dispatcher for the next department."),
    "feed_back": Words(
        "已反馈，等待别的单位现场核查；核查不通过会要求返工。",
        "Fed back. Somebody else checks on site and may ask for rework.",
    ),
    "rework": Words("已要求返工，理由已告知承办单位。", "Rework asked for; the office reads your reason."),
    "attempt": Words("已记下这次没能核查，事项仍待核查。", "Noted: it could not be checked. It still waits."),
    "close": Words(
        "已核查结案。报告人如不满意可以要求重办。", "Verified and closed. The reporter may still reopen it."
    ),
    "confirm": Words("已确认办好。", "Confirmed."),
    "reopen": Words("已要求重办，转派遣员。", "Reopened; the dispatcher has it now."),
    "agree": Words("已认可结果。", "Agreed with the result."),
    "leave": Words("已要求单独办理。", "It will be handled by itself."),
    "still_fine": Words("已记下：仍然正常。谢谢。", "Noted: still in order. Thank you."),
    "still_wrong": Words("已要求重办，转派遣员。", "Reopened; the dispatcher has it now."),
    "merge": Words("已并入另一件。并错了，可以在这里撤销。", "Joined. If that was wrong, take it out again here."),
    "unmerge": Words("已撤销并入，恢复原来的状态和剩余时间。", "Taken out again, with the state and the time it had."),
    "ask_extension": Words(
        "已申请延期；答复之前期限不变。", "Asked for more time; the deadline stays until it is answered."
    ),
    "grant_extension": Words("已同意延期，新的期限已生效。", "More time granted; the new deadline holds."),
    "refuse_extension": Words("未同意延期，期限不变。", "More time refused; the deadline stays."),
    "park": Words(
        "已挂账，计时停止，到复核日期自动回到派遣。", "Parked: the clock stands until its review brings it back."
    ),
    "unpark": Words("已解除挂账，请派遣。", "The parking has ended; please dispatch it."),
    "appoint": Words("已指定承办单位，不能再退回。", "Appointed; the office cannot send it back."),
    "ask_level": Words("已向指定的上级请示。", "The level that appointed you has your question."),
    "involve": Words(
        "已增派协办单位，还可以再增加；只有承办单位能反馈。",
        "The office was asked to assist; you can add another. Only the office in charge reports the case as done.",
    ),
    "contribute": Words("协办情况已记入经过。", "What you did stands in the record."),
    "entrust": Words("已交属地政府协调。", "Entrusted to the government of the place."),
    "name_body": Words(
        "责任主体已登记，可以反馈了。", "The body in charge is recorded; the case can be reported as done."
    ),
}
