"""What a campaign may be, who may take its next step, and how its days are told. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from gridcommons.cases.orders.rules import barred_words
from gridcommons.collection.campaigns import refusals as say
from gridcommons.collection.campaigns.policy import Policy
from gridcommons.collection.selecting import ALL, Choice, admitted, against_choice
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.dates import day_words
from gridcommons.kit.errors import Reason, Refusal, require_none, worded
from gridcommons.kit.masking import mask
from gridcommons.kit.words import Words, is_in_chinese
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.matter import Matter
from gridcommons.people.facts.keys import FactKey

NAME_LENGTH: Final = 60
TEXT_LENGTH: Final = 600
STATES: Final[Mapping[str, Words]] = {
    "draft": Words("起草中", "draft"),
    "notice": Words("公示中", "public notice"),
    "running": Words("进行中", "running"),
    "stopped": Words("已暂停", "stopped"),
    "ended": Words("已结束", "ended"),
    "withdrawn": Words("已撤回", "withdrawn"),
}
MOVES: Final[Mapping[str, tuple[frozenset[str], str]]] = {
    "amend": (frozenset({"draft"}), "draft"),
    "announce": (frozenset({"draft"}), "notice"),
    "approve": (frozenset({"notice"}), "notice"),
    "unapprove": (frozenset({"notice"}), "notice"),
    "start": (frozenset({"notice"}), "running"),
    "stop": (frozenset({"running"}), "stopped"),
    "resume": (frozenset({"stopped"}), "running"),
    "end": (frozenset({"running", "stopped"}), "ended"),
    "withdraw": (frozenset({"draft", "notice"}), "withdrawn"),
}
"""From which states a step may be taken, and where it leads."""
HEARD: Final = frozenset({"stop", "resume", "end"})
"""Steps of which every area below takes note."""
PUBLIC_STATES: Final = ("notice", "running", "stopped", "ended")
OPEN_STATES: Final = ("notice", "running", "stopped")
"""Campaigns that stand in the public notice, and those that take time of workers."""
COUNTED_STATES: Final = ("running", "stopped", "ended")
EMERGENCY_ENDED: Final = Words(
    "公示时依据的应急状态已结束，程序自动暂停；继续走访须另行起草并先公示。",
    "The emergency under which it was announced is over, and the program stopped it. To go on, a new one needs its "
    "public notice first.",
)
"""Why the program itself stopped one; kept in Chinese and told in both languages by its wording."""
AREA_ENDED: Final = Words(
    "所辖区域因区划调整撤销，程序自动结束；已完成的走访照常计入，继续走访由调整后的区域另行起草并先公示。",
    "Its area was divided, merged or dissolved, and the program ended it. What was done stays counted; to go on, the "
    "areas that took its place write a new one with its public notice.",
)
"""Why the program itself ended one, or took it back; kept and told like the above."""
OVER_STATES: Final = ("ended", "withdrawn")
ANSWERS: Final[Mapping[str, Words]] = {
    "kept": Words("不改变", "nothing is changed"),
    "changed": Words("已采纳，相应调整", "taken up, and changed"),
}


@dataclass(frozen=True)
class Plan:
    """A campaign as it is written. `households`: how many are expected, where not all are meant."""

    area_code: str
    matter_key: str
    form_key: str
    name: Words
    purpose: Words
    first: date
    last: date
    choice: Choice = ALL
    households: int = 0


def clean_plan(plan: Plan) -> Plan:
    """A plan with cleaned texts; refuses missing words and whatever names a person."""
    name, purpose = (
        Words(clean_text(words.zh, limit=limit), clean_text(words.en, limit=limit))
        for words, limit in ((plan.name, NAME_LENGTH), (plan.purpose, TEXT_LENGTH))
    )
    if not all((name.zh, name.en, purpose.zh, purpose.en)):
        raise Refusal((Reason(say.NO_WORDS),))
    for text in (name.zh, name.en, purpose.zh, purpose.en):
        require_none(tuple(against_text(text)))
    return replace(plan, name=name, purpose=purpose)


def earliest_first(today: date, held: Policy, *, in_emergency: bool) -> date:
    """The first day that a campaign announced today can have: the one after its notice."""
    return today if in_emergency else today + timedelta(days=held.notice_days + 1)


def require_plan(
    plan: Plan, catalogue: Catalogue, keys: Mapping[str, FactKey], held: Policy, today: date, *, earliest: date
) -> Matter:  # fmt: skip
    """The admitted matter that a campaign stands on; refuses, all at once, what stands against it (charter 1, 2).

    `earliest`: the first day that it can have if its notice goes up today.
    """
    matter, reasons = admitted(plan.matter_key, catalogue, today)
    words = f"{plan.name.zh}。{plan.purpose.zh}"
    reasons += [*barred_words((words,), catalogue, today), *against_first(plan.first, held, today, earliest)]
    reasons += [*against_last(plan.first, plan.last, matter, held, today), *against_choice(plan.choice, keys)]
    if reasons or matter is None:
        raise Refusal(tuple(reasons))
    return matter


def ends_first(first: date, last: date, today: date) -> list[Reason]:
    """Why a last day before the first cannot stand; nothing where it does not lie before it."""
    days = {"first": day_words(first, this_year=today.year), "last": day_words(last, this_year=today.year)}
    return [worded(say.ENDS_FIRST, **days)] if last < first else []


def against_text(text: str) -> list[Reason]:
    """Why a name or a purpose cannot stand: it names a person."""
    return [Reason(say.PERSON)] if mask(text).findings else []


def against_first(first: date, held: Policy, today: date, earliest: date) -> list[Reason]:
    """Why a first day cannot stand. `earliest`: the first that it can be if the notice goes up today."""
    latest, since = today + timedelta(days=held.most_ahead), day_words(earliest, this_year=today.year)
    if today <= first < earliest:
        return [worded(say.BEFORE_NOTICE_ENDS, first=since, days=held.notice_days)]
    if not today <= first <= latest:
        return [worded(say.BAD_FIRST, first=since, latest=day_words(latest, this_year=today.year))]
    return []


def against_last(first: date | None, last: date, matter: Matter | None, held: Policy, today: date) -> list[Reason]:
    """Why a last day cannot stand; one thing of it beside an unknown first day or matter is judged all the same."""
    found = list[Reason]()
    if first is not None:
        found += ends_first(first, last, today)
        found += [worded(say.BAD_DAYS, days=held.most_days)] if (last - first).days >= held.most_days else []
    if matter is not None and last > matter.review_date:
        end = day_words(matter.review_date, this_year=today.year)
        found.append(worded(say.BEYOND_MATTER, name=matter.name, end=end))
    return found


def against_start(
    *, today: date, notice_until: date | None, open_objections: int, is_approved: bool, first: date, last: date
) -> tuple[Reason, ...]:  # fmt: skip
    """Everything that stands between a campaign and its start. `notice_until`: None inside a declared emergency."""
    reasons = []
    if notice_until is not None and today <= notice_until:
        reasons.append(worded(say.NOTICE_RUNS, until=day_words(notice_until, this_year=today.year)))
    if open_objections:
        reasons.append(Reason(say.UNANSWERED, (("n", str(open_objections)),)))
    if not is_approved:
        reasons.append(Reason(say.NOT_APPROVED))
    if today > last:
        reasons.append(worded(say.PAST, last=day_words(last, this_year=today.year)))
    elif today < first:
        reasons.append(worded(say.TOO_EARLY, first=day_words(first, this_year=today.year)))
    return tuple(reasons)


def against_approval(*, today: date, notice_until: date | None, open_objections: int) -> tuple[Reason, ...]:
    """What stands between a campaign and the second person's word: they judge what was objected, and how it was met.

    `notice_until`: None inside a declared emergency, where it may be confirmed at once.
    """
    if notice_until is None:
        return ()
    reasons = []
    if today <= notice_until:
        reasons.append(worded(say.APPROVED_EARLY, until=day_words(notice_until, this_year=today.year)))
    if open_objections:
        reasons.append(Reason(say.UNANSWERED_FIRST, (("n", str(open_objections)),)))
    return tuple(reasons)


def against_other(answer: str, other: str) -> list[Reason]:
    """Why an answer's second text cannot stand: it is in the language of the first."""
    is_same = bool(answer and other) and is_in_chinese(answer) == is_in_chinese(other)
    return [Reason(say.SAME_LANGUAGE)] if is_same else []


def wording(text: str) -> str:
    """What an objection says, without signs, spaces and capitals: the same words are answered together."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())
