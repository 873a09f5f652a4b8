"""What may be ordered, by whom, and what it costs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

from gridcommons.access.rules import Viewer
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.codes import within
from gridcommons.kit.errors import Reason, Refusal, refusal_kind
from gridcommons.kit.lineage import in_force
from gridcommons.kit.masking import mask
from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.matter import Matter
from gridcommons.matters.rules import judge_report

ASKS: Final = ("number", "text", "none")
TITLE_LENGTH: Final = 80
TEXT_LENGTH: Final = 2_000
UNIT_LENGTH: Final = 20
MOST_NUMBER: Final = 10_000_000

NOT_BELOW = refusal_kind(
    "order.not_below",
    status=400,
    zh="{codes}不在{area}之内，或同时选了互相包含的区域。任务只能发给下级区域，各选一次。",
    en="{codes} do not lie below {area}, or one of them holds another. An order goes to areas below, each chosen once.",
)
NO_AREAS = refusal_kind(
    "order.no_areas",
    status=400,
    zh="请至少选择一个下级区域，最多{most}个。",
    en="Choose at least one area below, {most} at most.",
)
NO_WORDS = refusal_kind(
    "order.no_words",
    status=400,
    zh="请写明任务名称和要求。",
    en="Write what the order is called and what is to be done.",
)
PERSON = refusal_kind(
    "order.person",
    status=422,
    zh="文字里有电话、证件号或人名，任务和回复都不能写到个人。请删去后再提交；与个人有关的事请按案件办理。",
    en="The text holds a phone, a document number or a name. Orders and returns hold nothing about a person: take it "
    "out; what concerns a person is handled as a case.",
)
PAST = refusal_kind(
    "order.past",
    status=400,
    zh="期限{due}应在今天之后、{latest}之前。",
    en="The deadline {due} has to lie after today and before {latest}.",
)
OVERDUE = refusal_kind(
    "order.overdue",
    status=409,
    zh="这项任务的期限{due}已过，不能再次下达。请撤回，或以期限更晚的新任务替换。",
    en="The deadline of this order, {due}, has passed, so it cannot be sent again. Withdraw it, or replace it by a new "
    "one with a later deadline.",
)
BEYOND_MATTER = refusal_kind(
    "order.beyond_matter",
    status=422,
    zh="“{name}”只准入到{end}，期限不能晚于这一天。请先办理复审，或改早期限。",
    en="“{name_en}” is admitted until {end} only, and the deadline lies later. Have it reviewed first or set an "
    "earlier one.",
)
BEYOND_HIGHER = refusal_kind(
    "order.beyond_higher",
    status=400,
    zh="上级要求在{due}前回复，分解后的期限不能更晚。",
    en="The level above wants its return by {due}; yours cannot be later.",
)
TOO_MUCH = refusal_kind(
    "order.too_much",
    status=422,
    zh="这一周{area_zh}每个网格的任务将达到{minutes}分钟，上限是{most}分钟。请减少次数、改期，或先撤回别的任务。",
    en="In that week orders would take {minutes} minutes of each grid of {area_en}; the limit is {most}. Ask for less, "
    "for later, or withdraw another order first.",
)
BAD_NUMBER = refusal_kind(
    "order.bad_number",
    status=400,
    zh="请填写0到{most}之间的整数。",
    en="Give a whole number from 0 to {most}.",
)
NO_RETURN_TEXT = refusal_kind(
    "order.no_return_text",
    status=400,
    zh="请写明完成情况（最多{most}个字）。",
    en="Write what came of it, in {most} characters at most.",
)
NO_REASON = refusal_kind(
    "order.no_reason",
    status=400,
    zh="请写明理由。",
    en="Give your reason.",
)


BAD_KIND = refusal_kind(
    "order.bad_kind",
    status=400,
    zh="回复方式只能是数字、文字或不需回复。",
    en="A return is a number, a text or nothing.",
)


@dataclass(frozen=True)
class Limits:
    """What an order may cost, by the county's grid centre."""

    owner: Words
    version: str
    week_minutes_of_a_grid: int
    most_times: int
    most_days: int
    most_areas: int
    remind_days_before: int


def limits() -> Limits:
    """The limits as packaged."""
    return shipped("gridcommons.cases.orders", "limits.toml", _limits)


def _limits(raw: Raw) -> Limits:
    owner = raw.pop("owner")
    return Limits(owner=Words(owner["zh"], owner["en"]), **raw)


@dataclass(frozen=True)
class Draft:
    """An order as it is written."""

    area_code: str
    areas: tuple[str, ...]
    matter_key: str
    title: str
    text: str
    asks: str
    due_date: date
    times: int = 1
    unit: str = ""


def serves(viewer: Viewer, deed: str, at: datetime) -> frozenset[str]:
    """The areas, by today's codes, for which a viewer may do a deed as their own office: named in the grant."""
    return frozenset(
        code
        for role, grant in viewer.roles_at(at)
        if grant is not None and deed in role.deeds
        for code in grant.areas_now
    )


def area_now(code: str) -> str:
    """The code that the area of an order has today; one that ended keeps its last."""
    return in_force().follow(code) or code


def known_as(codes: Iterable[str]) -> frozenset[str]:
    """All codes by which orders name these areas."""
    return frozenset(known for code in codes for known in in_force().known_as(code))


def require_below(area: str, areas: Sequence[str], *, most: int) -> None:
    """Refuse areas that do not lie below the office's own, that hold one another, or too many."""
    if not areas or len(areas) > most:
        raise Refusal((Reason(NO_AREAS, (("most", str(most)),)),))
    wrong = [code for code in areas if code == area or not within(code, (area,))]
    ordered = sorted(areas)
    wrong += [b for a, b in pairwise(ordered) if b.startswith(a)]
    if wrong:
        raise Refusal((Reason(NOT_BELOW, (("codes", ", ".join(wrong[:5])), ("area", area))),))


def require_plain(*texts: str) -> None:
    """Refuse texts that hold a phone, a document number, an address of a chat, or an announced name."""
    if any(mask(text).findings for text in texts):
        raise Refusal((Reason(PERSON),))


def clean_draft(draft: Draft) -> Draft:
    """A draft with cleaned texts and ordered areas; refuses empty words, an unknown kind of return, persons."""
    title, text = clean_text(draft.title, limit=TITLE_LENGTH), clean_text(draft.text, limit=TEXT_LENGTH)
    unit = clean_text(draft.unit, limit=UNIT_LENGTH)
    if not title or not text:
        raise Refusal((Reason(NO_WORDS),))
    if draft.asks not in ASKS:
        raise Refusal((Reason(BAD_KIND),))
    require_plain(title, text, unit)
    times = min(max(1, draft.times), limits().most_times)
    return replace(draft, title=title, text=text, unit=unit, times=times, areas=tuple(sorted(set(draft.areas))))


def require_order(draft: Draft, catalogue: Catalogue, today: date) -> Matter:
    """The admitted matter that covers an order; refuses everything that stands against it, all at once.

    Its matter must be admitted until the deadline; its words may not name what is never a task: proof of presence,
    watching people, what is residents' own.
    """
    judged = judge_report(catalogue=catalogue, on=today, matter_key=draft.matter_key)
    reasons = [one.refusal for one in (judged,) if one.refusal is not None]
    reasons += barred_words((f"{draft.title}。{draft.text}", draft.unit), catalogue, today)
    latest = today + timedelta(days=limits().most_days)
    if not today < draft.due_date <= latest:
        reasons.append(Reason(PAST, (("due", str(draft.due_date)), ("latest", str(latest)))))
    elif judged.matter is not None and draft.due_date > judged.matter.review_date:
        reasons.append(_beyond(judged.matter))
    if reasons or judged.matter is None:
        raise Refusal(tuple(reasons))
    return judged.matter


def barred_words(texts: Iterable[str], catalogue: Catalogue, today: date) -> list[Reason]:
    """What stands against words that go down to a grid: what the negative list bars, at most once."""
    judged = (judge_report(catalogue=catalogue, on=today, text=text) for text in texts)
    return [one.refusal for one in judged if one.barrier is not None and one.refusal is not None][:1]


def require_note(note: str, order: str, catalogue: Catalogue, today: date) -> None:
    """Refuse a note that goes down with an order's words and names a person or, alone or with them, a barred task."""
    require_plain(note)
    reasons = barred_words((note, f"{order}\n{note}"), catalogue, today)
    if reasons:
        raise Refusal(tuple(reasons))


def _beyond(matter: Matter) -> Reason:
    facts = (("name", matter.name.zh), ("name_en", matter.name.en), ("end", str(matter.review_date)))
    return Reason(BEYOND_MATTER, facts)


@dataclass(frozen=True)
class Load:
    """What an order costs: grids, minutes of each, of all; and of each grid together with other orders that week."""

    grids: int
    minutes_each: int
    week_most: int
    week_area: str
    limit: int

    @property
    def minutes(self) -> int:
        """Minutes over all grids."""
        return self.grids * self.minutes_each

    @property
    def fits(self) -> bool:
        """Whether no grid gets more in the week than the limit allows."""
        return self.week_most <= self.limit


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of a day's week."""
    monday = day - timedelta(days=day.weekday())
    return (monday, monday + timedelta(days=6))


def load_of(areas: Iterable[str], minutes: int, grids: Mapping[str, int], others: Iterable[tuple[str, int]]) -> Load:
    """The load of an order; `others`: areas and minutes of what else is due in the week, of any level.

    A grid is asked by every order to its area, to one that holds it and to one that it holds.
    """
    asked, beside = sorted(areas), list(others)
    week = {code: minutes + _beside(code, beside) for code in asked}
    most = max(week, key=lambda code: (week[code], code), default="")
    return Load(
        sum(grids.get(code, 0) for code in asked), minutes, week.get(most, 0), most, limits().week_minutes_of_a_grid
    )


def _beside(code: str, others: Sequence[tuple[str, int]]) -> int:
    above = sum(minutes for area, minutes in others if code.startswith(area))
    below = [(area, minutes) for area, minutes in others if area.startswith(code) and area != code]
    by_area: dict[str, int] = {}
    for area, minutes in below:
        by_area[area] = by_area.get(area, 0) + minutes
    return above + max(by_area.values(), default=0)


_MAY_BE_SENT: Final = Words("可以下达", "It may be sent")


def why_allowed(matter: Matter, load: Load, week_area: Words) -> Verdict:
    """Why an order may be sent, or may not: matter, basis, minutes, the week's sum, until when."""
    held = limits()
    return Verdict(
        answer=Answer.YES if load.fits else Answer.NO,
        subject=_MAY_BE_SENT if load.fits else Words("这项任务能否下达", "May this order be sent"),
        because=(
            Because(
                Words(
                    f"“{matter.name.zh}”已准入：{matter.purpose.zh}",
                    f"“{matter.name.en}” is admitted: {matter.purpose.en}",
                ),
                matter.legal_basis,
            ),
            Because(
                Words(
                    f"{load.grids:,}个网格，每个{load.minutes_each:,}分钟，共{load.minutes:,}分钟。",
                    f"{load.grids:,} grids, {load.minutes_each:,} minutes of each, {load.minutes:,} minutes in all.",
                ),
                Words("事项清单的每件用时", "minutes per case of the catalogue"),
            ),
            Because(
                Words(
                    f"到期的那一周，连同其他任务，{week_area.zh}每个网格最多{load.week_most:,}分钟，上限{load.limit:,}分钟。",
                    f"With other orders due that week a grid of {week_area.en} gets {load.week_most:,} minutes at "
                    f"most; the limit is {load.limit:,}.",
                ),
                held.owner,
            ),
        ),
        rule="orders.admit",
        version=held.version,
        owner=held.owner,
        until=None,
        contest=Words(
            "下级区域可以写明理由退回；事项清单和上限由县社会治理中心负责。",
            "An area may send it back with its reasons; the county grid centre answers for the list and the limit.",
        ),
    )


@dataclass(frozen=True)
class Sum:
    """What came back: how many areas answered of how many, and the sum of their numbers.

    `growing`: of those who answered, how many gave the sum of areas below which have not all answered yet.
    """

    answered: int
    of: int
    number: int
    growing: int = 0

    @property
    def waits_for(self) -> int:
        """How many areas' returns are still to come or to grow."""
        return self.of - self.answered + self.growing

    @property
    def is_complete(self) -> bool:
        """Whether all answered, and nothing below them is still to come."""
        return self.waits_for == 0


def require_return(asks: str, number: int | None, text: str) -> None:
    """Refuse a return that is not of the kind asked for, or that holds anything about a person."""
    require_plain(text)
    if asks == "number" and (number is None or not 0 <= number <= MOST_NUMBER):
        raise Refusal((Reason(BAD_NUMBER, (("most", str(MOST_NUMBER)),)),))
    if asks == "text" and not text:
        raise Refusal((Reason(NO_RETURN_TEXT, (("most", str(TEXT_LENGTH)),)),))
