"""Rules of rights: when a child comes of age, when an answer is due, what is refused. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words
from gridcommons.people.homes.rules import Age
from gridcommons.people.identity import check_citizen_number

OF_AGE: Final = 18
_FRIDAY: Final = 5
INVITATION: Final = timedelta(days=3)
CHECKS: Final[dict[str, Words]] = {
    "card": Words("查验身份证件", "an identity card was shown"),
    "known": Words("工作人员当面认得本人", "staff know the person by sight"),
    "papers": Words("其他证明材料", "other papers"),
}
"""How identity was checked before a private login was handed out. Nothing of the papers is kept."""

UNKNOWN_CODE = refusal_kind(
    "rights.unknown_code",
    status=404,
    zh="开通码不对、已用过或已过期（三天）。请到乡镇（街道）服务窗口再领一个。",
    en="This code is not known, was used, or is older than three days. Ask for a new one at your township's desk.",
)
NOT_CHECKED = refusal_kind(
    "rights.not_checked",
    status=400,
    zh="请先核对身份，并选择核对的方式。",
    en="Check who the person is first, and say how.",
)
HAS_GRANTS = refusal_kind(
    "rights.staff_account",
    status=409,
    zh="工作账号不能作个人账号用。请另设一个个人账号。",
    en="An account of staff cannot be a private login. Make an account of your own for it.",
)
NOT_YOURS = refusal_kind(
    "rights.not_yours",
    status=404,
    zh="这里没有与您有关的这项内容。",
    en="There is no such thing about you here.",
)
NOT_CORRECTED = refusal_kind(
    "rights.not_corrected",
    status=400,
    zh="请写明正确的内容。",
    en="Say what would be right.",
)
NO_WORDS = refusal_kind(
    "rights.no_words",
    status=400,
    zh="请写明哪里不对，窗口才能核对。",
    en="Say what is not right, so that the desk can look at it.",
)
STILL_COUNTS = refusal_kind(
    "rights.still_counts",
    status=409,
    zh="这份表单还在起作用。说得对的，请打开表单把它搁置，搁置即为答复；说得不对的，请写明理由。",
    en="This form counts still. If they are right, open it and set it aside: that answers them. If not, give the "
    "reasons.",
)
ASKED_ALREADY = refusal_kind(
    "rights.asked_already",
    status=409,
    zh="您对这一项的异议已经在等答复，最迟{until}答复您。答复之前不用再提；有新情况，可以告诉窗口。",
    en="Your first objection to this is waiting, and is answered by {until}. There is no need to object again before; "
    "tell the desk what is new.",
)
TOO_MANY = refusal_kind(
    "rights.too_many_open",
    status=409,
    zh="您已有{n}项申请在等答复，最早一项最迟{until}答复。有了答复，就可以再提。",
    en="{n} requests of yours are waiting, and the first of them is answered by {until}. Ask again once one is "
    "answered.",
)
GROWN_UP = refusal_kind(
    "rights.grown_up",
    status=409,
    zh="此人已满18岁，由本人办理，不设监护人。",
    en="This person is of age and acts for themselves; no guardian is recorded.",
)
NO_AGE = refusal_kind(
    "rights.no_age",
    status=409,
    zh="没有记录出生年份，无法确定何时成年。请先补正孩子的出生年份。",
    en="No year of birth is held, so the day of coming of age is not known. Add the child's year of birth first.",
)
ANSWERED = refusal_kind(
    "rights.answered",
    status=409,
    zh="这项申请已经答复，或不在您的职责范围内。",
    en="This request was answered already, or is not yours to answer.",
)
BY_ITSELF = refusal_kind(
    "rights.by_itself",
    status=409,
    zh="这项删除不用手工答复：在“外勤表单”里把表单清空，或到{until}后由程序删除全部回答，即算办结，并告知本人。",
    en="This is answered by no hand: it is done when the form is emptied under “Forms from the field”, or when the "
    "program deletes all its answers after {until}; the person is then told.",
)
NOT_BY_THIS_DESK = refusal_kind(
    "rights.not_by_this_desk",
    status=403,
    zh="对表单的异议由监督岗答复：只有监督岗能搁置表单。监督岗已收到这项异议，答复的期限不变。",
    en="An objection to a form is answered by the supervision desk, which alone can set a form aside. It has this one "
    "already, and the day of the answer stays.",
)
NOT_WAITING = refusal_kind(
    "rights.not_waiting",
    status=409,
    zh="这项申请已经答复，或已经撤回，不用再撤回。",
    en="This was answered or taken back already; there is nothing to take back.",
)
NO_REQUEST = refusal_kind(
    "rights.no_request",
    status=404,
    zh="没有这项申请：可能已由本人撤回，或不在您的职责范围内。",
    en="There is no such request: the resident may have taken it back, or it is not yours to read.",
)
NO_REASON = refusal_kind(
    "rights.no_reason",
    status=400,
    zh="不同意的，请写明理由；没有理由的答复无效。",
    en="Give the reasons: an answer that says no without them is void.",
)
OTHERWISE = refusal_kind(
    "rights.otherwise",
    status=400,
    zh="您写的与居民要求的不同：请写明为什么不同，居民会看到。",
    en="What you write is not what was asked: say why it differs. The resident reads it.",
)
NOT_HERE = refusal_kind(
    "rights.not_here",
    status=409,
    zh="这一项已经没有了，或此人已不在您的服务范围内，无法在这里更正。请写明理由后答复。",
    en="This is held no more, or the person lies outside your areas by now, so it cannot be put right here. Answer "
    "with your reasons.",
)
STANDS_SO = refusal_kind(
    "rights.stands_so",
    status=409,
    zh="登记的正是您写的内容，不用更正。",
    en="This is how it stands already; there is nothing to put right.",
)
NOT_LATE = refusal_kind(
    "rights.not_late",
    status=409,
    zh="这项申请没有超期，或已经提交过。",
    en="This request is not overdue, or went up before.",
)
THINGS: Final[Mapping[str, Words]] = {
    "name": Words("姓名", "name"), "number": Words("身份证号", "citizen number"),
    "fact": Words("了解到的一项情况", "something that is known"),
    "submission": Words("一次走访或一份表单", "a visit or a form"),
}  # fmt: skip
"""What was asked about, where the thing itself is gone or out of sight, by its kind."""
SOMETHING: Final = Words("登记的一项内容", "something that is held")


@dataclass(frozen=True)
class Answering:
    """Within how many working days the desk answers, how much of one person waits at once, who answers for it."""

    version: str
    owner: Words
    answer_days: int
    most_open: int


def answering() -> Answering:
    """The packaged time."""
    return shipped("gridcommons.people.rights", "rights.toml", _answering)


def _answering(raw: Raw) -> Answering:
    return Answering(owner=Words(raw.pop("owner_zh"), raw.pop("owner_en")), **raw)


def answer_due(asked: date, days: int, calendar: WorkingCalendar) -> date:
    """The last day of an answer: so many working days after the day of asking, which does not count.

    In a year that the calendar has not yet, Mondays to Fridays count: nobody waits longer since its holidays are open.
    """
    day, left = asked, days
    while left:
        day += timedelta(days=1)
        left -= _works(day, calendar)
    return day


def working_days(after: date, until: date, calendar: WorkingCalendar) -> int:
    """Working days after a day up to another one, that one included; none where it lies before.

    In a year that the calendar has not yet, Mondays to Fridays count.
    """
    days = (after + timedelta(days=n) for n in range(1, (until - after).days + 1))
    return sum(_works(day, calendar) for day in days)


def _works(day: date, calendar: WorkingCalendar) -> bool:
    return calendar.is_working(day) if day.year in calendar.years else day.isoweekday() <= _FRIDAY


def comes_of_age(age: Age, today: date, *, demo: bool) -> date:
    """The day on which somebody is 18; of whom only the year is known, its first day. Refuses without either."""
    if age.number:
        birth = check_citizen_number(age.number, today=today, synthetic_only=demo).birth
    elif age.year:
        birth = date(age.year, 1, 1)
    else:
        raise refuse(NO_AGE)
    leap = (birth.month, birth.day) == (2, 29)
    return date(birth.year + OF_AGE, 3, 1) if leap else birth.replace(year=birth.year + OF_AGE)
