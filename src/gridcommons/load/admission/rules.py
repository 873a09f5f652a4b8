"""Who may do what with a proposal, and when. Pure: plain values in, reasons out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from gridcommons.kit.errors import Reason, worded
from gridcommons.kit.words import Words
from gridcommons.load.admission import refusals as say

DESKS: Final[Mapping[str, Words]] = {
    "law": Words("合法性审查", "law"),
    "staff_council": Words("职工代表会", "staff council"),
    "data_protection": Words("个人信息保护", "data protection"),
}
ROLE_OF: Final = {"law": "law_reviewer", "staff_council": "staff_reviewer", "data_protection": "data_reviewer"}
"""The role that reviews for a desk."""
PROPOSER, DECIDER = "department_officer", "admission_reviewer"
STATES: Final[Mapping[str, Words]] = {
    "proposed": Words("已提出，评审中", "proposed, under review"),
    "piloted": Words("试点中", "on trial"),
    "admitted": Words("已准入", "admitted"),
    "refused": Words("未准入", "refused"),
    "withdrawn": Words("已撤回", "withdrawn"),
    "ended": Words("已终止", "ended"),
}
ANSWERS: Final[Mapping[str, Words]] = {
    "pilot": Words("试点", "a trial"),
    "admit": Words("准入", "admitted"),
    "refuse": Words("不予准入", "refused"),
    "end": Words("终止", "ended"),
}
MOVES: Final[Mapping[str, frozenset[str]]] = {
    "pilot": frozenset({"proposed"}),
    "admit": frozenset({"proposed", "piloted"}),
    "refuse": frozenset({"proposed", "piloted"}),
    "end": frozenset({"piloted", "admitted"}),
}
"""From which states each decision may be made."""
BECOMES: Final = {"pilot": "piloted", "admit": "admitted", "refuse": "refused", "end": "ended"}
LONGEST: Final = {"pilot": 180, "admit": 1_096}
"""Days that a trial or an admission may hold before somebody has to look again."""
MOST_A_YEAR: Final = 100_000
DECISION, AMENDMENT = "decision", "amendment"
"""What a proposal may wait for beside a desk: the county's decision; the proposer's next edition."""


@dataclass(frozen=True)
class Reviewed:
    """A review of the edition in question: desk, whether it agrees, by whom and from which office."""

    desk: str
    agrees: bool
    by: str
    office: str


@dataclass(frozen=True)
class Standing:
    """A proposal as far as the rules look at it; `again`: names of questions that ask what is known."""

    state: str
    proposed_by: str
    office: str
    reviews: tuple[Reviewed, ...] = ()
    again: tuple[str, ...] = ()


def awaits(standing: Standing) -> tuple[str, ...]:
    """What a proposal waits for now: desks by their keys, then `decision`, or `amendment` after an objection."""
    if standing.state != "proposed":
        return ()
    done = {one.desk for one in standing.reviews}
    missing = tuple(desk for desk in DESKS if desk not in done)
    if standing.again or any(not one.agrees for one in standing.reviews):
        return (*missing, AMENDMENT)
    return missing or (DECISION,)


def is_awaited(what: str, standing: Standing, by: str, office: str) -> bool:
    """Whether what a proposal waits for may come from somebody: not too near, and not a second part of one person."""
    if what == AMENDMENT:
        return office == standing.office
    return not any(_too_near(standing, by, office)) and not any(one.by == by for one in standing.reviews)


def against_review(standing: Standing, desk: str, by: str, office: str) -> tuple[Reason, ...]:
    """Why somebody may not review for a desk: it is over, done already, or they are too near."""
    found = list(_too_near(standing, by, office))
    if standing.state != "proposed":
        found.append(worded(say.NOT_NOW, state=STATES[standing.state]))
    if any(one.desk == desk for one in standing.reviews):
        found.append(worded(say.REVIEWED_ALREADY, desk=DESKS[desk]))
    if any(one.by == by for one in standing.reviews):
        found.append(worded(say.SAME_PERSON))
    return tuple(found)


def against_decision(standing: Standing, answer: str, by: str, office: str) -> tuple[Reason, ...]:
    """Why a decision may not be made: state, missing or objecting reviews, what asks again, or who decides."""
    found = list(_too_near(standing, by, office))
    if standing.state not in MOVES[answer]:
        found.append(worded(say.NOT_NOW, state=STATES[standing.state]))
    if any(one.by == by for one in standing.reviews):
        found.append(worded(say.SAME_PERSON))
    if answer in ("pilot", "admit"):
        found += _not_ready(standing)
    return tuple(found)


def _too_near(standing: Standing, by: str, office: str) -> Iterable[Reason]:
    if by == standing.proposed_by:
        yield worded(say.SAME_PERSON)
    if office == standing.office:
        yield worded(say.SAME_OFFICE)


def _not_ready(standing: Standing) -> Iterable[Reason]:
    done = {one.desk for one in standing.reviews}
    if missing := [words for desk, words in DESKS.items() if desk not in done]:
        yield worded(say.REVIEWS_MISSING, desks=_listed(missing))
    if objecting := [DESKS[one.desk] for one in standing.reviews if not one.agrees]:
        yield worded(say.OBJECTED, desks=_listed(objecting))
    if standing.again:
        yield worded(say.ASKS_AGAIN, names=", ".join(standing.again))


def _listed(words: Iterable[Words]) -> Words:
    each = list(words)
    return Words("、".join(one.zh for one in each), ", ".join(one.en for one in each))


def against_end_day(answer: str, until: date | None, today: date) -> tuple[Reason, ...]:
    """Why a last day cannot stand: missing, over already, or further away than anybody may decide."""
    longest = LONGEST[answer]
    if until is None or not today < until <= today + timedelta(days=longest):
        return (worded(say.NO_END, days=longest),)
    return ()
