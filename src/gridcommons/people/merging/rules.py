"""May two rows be one person? Pure: what is known of both goes in, a likeness with reasons comes out, never a yes."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from gridcommons.kit.errors import refusal_kind
from gridcommons.kit.words import Words
from gridcommons.people.homes.traits import Trait

SAME_NUMBER: Final = Words("身份证号完全相同", "the same citizen number")
SAME_NAME: Final = Words("姓名相同", "the same name")
SAME_BIRTH: Final = Words("出生日期相同", "born on the same day")
SAME_YEAR: Final = Words("出生年份相同", "born in the same year")
SAME_PHONE: Final = Words("电话相同", "the same phone")
SAME_HOME: Final = Words("登记在同一户", "in the same household")
NEAR: Final = Words("住在同一网格", "in the same grid")
CERTAIN, LIKELY = "certain", "likely"
GRADES: Final = {
    CERTAIN: Words("号码相同", "same number"),
    LIKELY: Words("可能是同一人", "perhaps the same person"),
}
_MOST: Final = 200

NO_PAIR = refusal_kind(
    "merging.no_pair",
    status=404,
    zh="没有这样的两条记录，或者不在您的职责范围内。",
    en="There are no such two rows, or they are not yours to read.",
)
OTHER_PEOPLE = refusal_kind(
    "merging.other_people",
    status=409,
    zh="两条记录的身份证号或出生日期不同，是两个人，不能合并。登错的，请先更正。",
    en="The two have different citizen numbers or birth dates, so they are two persons. If one was written wrongly, "
    "correct it first.",
)
NO_REASON = refusal_kind(
    "merging.no_reason",
    status=400,
    zh="请写明怎样核实是同一个人（例如当面看过证件），或为什么要拆开。",
    en="Say how you made sure that it is one person (such as a card seen), or why they are parted again.",
)
UNDONE = refusal_kind(
    "merging.undone",
    status=409,
    zh="没有这次合并，或已经拆开。",
    en="There is no such join, or it was undone already.",
)
TOO_LATE = refusal_kind(
    "merging.too_late",
    status=409,
    zh="合并之后又有新的登记（{parts_zh}），不能原样拆开：什么也没有改动。请登记一位新居民，把属于他的内容更正过去。",
    en="Something was written since ({parts_en}), so the two cannot be put back as they were, and nothing was changed. "
    "Add the second person anew and correct what belongs to them.",
)


@dataclass(frozen=True)
class Likeness:
    """How two rows are alike: the grade and every reason."""

    one: Trait
    other: Trait
    grade: str
    because: tuple[Words, ...]


def likeness(one: Trait, other: Trait) -> Likeness | None:
    """Why two rows may be one person; nothing where two numbers say that they are not, or too little is alike."""
    if one.number and other.number:
        return _alike(one, other, CERTAIN, (SAME_NUMBER, *_further(one, other))) if one.number == other.number else None
    reasons = tuple(_further(one, other))
    if SAME_NAME not in reasons or contradict(one, other):
        return None
    sure_enough = {SAME_BIRTH, SAME_YEAR, SAME_PHONE, SAME_HOME} & set(reasons)
    near = {NEAR, SAME_HOME, SAME_PHONE} & set(reasons)
    return _alike(one, other, LIKELY, reasons) if sure_enough and near else None


def contradict(one: Trait, other: Trait) -> bool:
    """Whether two rows say that they are two persons: other numbers, or other days or years of birth."""
    if one.number and other.number:
        return one.number != other.number
    years = {_year(one), _year(other)} - {None}
    return len(years) > 1


def _year(one: Trait) -> int | None:
    return int(one.birth[:4]) if one.birth else one.year


def _alike(one: Trait, other: Trait, grade: str, because: Sequence[Words]) -> Likeness:
    first, second = sorted((one, other), key=lambda trait: (trait.since, trait.person_id))
    return Likeness(first, second, grade, tuple(because))


def _further(one: Trait, other: Trait) -> Iterator[Words]:
    if plain_name(one.name) == plain_name(other.name):
        yield SAME_NAME
    if one.birth and one.birth == other.birth:
        yield SAME_BIRTH
    elif _year(one) and _year(one) == _year(other):
        yield SAME_YEAR
    if one.phone and one.phone == other.phone:
        yield SAME_PHONE
    if one.households & other.households:
        yield SAME_HOME
    elif one.area_code and one.area_code == other.area_code:
        yield NEAR


def plain_name(name: str) -> str:
    """A name without what nobody says aloud: blanks, dots, full-width and capital letters."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", name).casefold() if sign.isalnum())


def doubles(traits: Iterable[Trait]) -> list[Likeness]:
    """The pairs that may be one person, certain ones first; rows that share a number, phone or name are compared."""
    people = list(traits)
    found: dict[tuple[str, str], Likeness] = {}
    marks: tuple[Callable[[Trait], str], ...] = (
        lambda one: one.number, lambda one: one.phone, lambda one: plain_name(one.name),
    )  # fmt: skip
    for mark in marks:
        groups: defaultdict[str, list[Trait]] = defaultdict(list)
        for one in people:
            if mark(one):
                groups[mark(one)].append(one)
        for same in groups.values():
            for pair in combinations(same, 2):
                if alike := likeness(*pair):
                    found[str(alike.one.person_id), str(alike.other.person_id)] = alike
    return sorted(found.values(), key=lambda one: (one.grade != CERTAIN, one.one.name, one.other.person_id))[:_MOST]
