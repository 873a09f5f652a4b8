"""Why a case has its deadline and its office, where that is not simple: as a decision with its reasons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from gridcommons.access.queries import OfficeFacts
from gridcommons.cases.codes import ZONE
from gridcommons.cases.limits import limits
from gridcommons.cases.queries import CasePage, StepLine
from gridcommons.kit.dates import day_text, moment_text
from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words
from gridcommons.web.program_words import told

_RULE: Final = "cases.limits"
_SOURCE: Final = Words("办理期限和逐级上报规则", "the rules of deadlines and levels")
_CONTEST: Final = Words(
    "如有异议，请向监督中心提出，由未参与此事的人复核。",
    "If this seems wrong, tell the supervision centre; somebody who took no part looks at it again.",
)


def why_it_stands_so(page: CasePage, now: datetime) -> Verdict | None:
    """The reasons of deadline, level and offices of a case; None for one that goes its simple way."""
    because = tuple(Because(words, _SOURCE) for words in (*_deadline(page, now), *_level(page), *_offices(page)))
    if not because:
        return None
    due = page.due_at if page.state != "parked" and page.ended_at is None else None
    subject = Words("期限和承办单位", "Deadline and office")
    if due is not None:
        subject = Words(
            f"应于{moment_text(due, 'zh', zone=ZONE, now=now)}前办结",
            f"Due by {moment_text(due, 'en', zone=ZONE, now=now)}",
        )
    known = limits()
    return Verdict(
        answer=Answer.YES, subject=subject, because=because, rule=_RULE, version=known.version, owner=known.owner,
        contest=_CONTEST,
    )  # fmt: skip


def _deadline(page: CasePage, now: datetime) -> Iterator[Words]:
    apart, limit = page.apart, page.matter.deadline.handle_words()
    if apart.first_due_at is not None:
        first = _moment(apart.first_due_at, now)
        yield Words(
            f"立案后{limit.zh}内办理，原期限是{first.zh}。",
            f"It had {limit.en} from filing and was due by {first.en} at first.",
        )
        granted = _last(page, "grant_extension")
        until = _moment(granted.until, now) if granted and granted.until else first
        yield Words(
            f"同意延期一次，延至{until.zh}；不能再延。",
            f"More time was granted once, until {until.en}; no more can be.",
        )
    if apart.wanted_until is not None:
        until = _moment(apart.wanted_until, now)
        yield Words(
            f"承办单位申请延至{until.zh}，等派遣员答复；答复之前期限不变。",
            f"The office in charge asked for time until {until.en}; until that is answered the deadline stays.",
        )
    if apart.extension == "refused":
        yield Words("申请延期未获同意，期限不变。", "More time was asked for and refused; the deadline stays.")
    if apart.review_date is not None:
        day = {tongue: day_text(apart.review_date, tongue, this_year=now.year) for tongue in ("zh", "en")}
        yield Words(
            f"已挂账：停止计时，单独统计，{day['zh']}复核。",
            f"It is parked: its clock stands, it is counted apart, and it is reviewed on {day['en']}.",
        )


def _level(page: CasePage) -> Iterator[Words]:
    apart = page.apart
    if apart.raised_to is not None:
        raised = _last(page, "raise")
        office, note = _name(apart.raised_to), told(raised.note) if raised else ""
        zh, en = (note.zh, note.en) if isinstance(note, Words) else (note, note)
        yield Words(f"已提级至{office.zh}：{zh}", f"It was raised to {office.en}: {en}")
    if apart.appointed:
        yield Words(
            "承办单位由上级指定，不能再退回。", "The office was appointed by the higher level and cannot send it back."
        )


def _offices(page: CasePage) -> Iterator[Words]:
    apart = page.apart
    if apart.ownerless:
        yield Words(
            "没有责任单位，由属地政府协调，不能退回；反馈之前须确定责任主体。",
            "It is nobody's remit: the government of the place coordinates, cannot send it back, and names the body in "
            "charge before it reports the case as done.",
        )
    if apart.body:
        yield Words(f"责任主体：{apart.body}。", f"The body in charge: {apart.body}.")
    helping = [_name(part.office) for part in apart.parts if part.office]
    if helping:
        yield Words(
            f"由承办单位负责并反馈，协办单位：{'、'.join(one.zh for one in helping)}。",
            f"The office in charge answers for it and reports back; assisting: {', '.join(one.en for one in helping)}.",
        )


def _last(page: CasePage, action: str) -> StepLine | None:
    return next((line for line in reversed(page.steps) if line.action == action), None)


def _moment(at: datetime, now: datetime) -> Words:
    return Words(moment_text(at, "zh", zone=ZONE, now=now), moment_text(at, "en", zone=ZONE, now=now))


def _name(office: OfficeFacts) -> Words:
    return Words(office.name_zh, office.name_en)
