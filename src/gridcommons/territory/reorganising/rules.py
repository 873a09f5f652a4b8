"""What a plan may do: six verbs over areas, and everything that stands in its way. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

from gridcommons.kit.codes import CHINA, Scheme
from gridcommons.kit.digits import is_digits
from gridcommons.kit.errors import Reason, Refusal, worded
from gridcommons.kit.words import Words
from gridcommons.territory.names import english_name
from gridcommons.territory.reorganising.naming import LONGEST_NAME, name_faults
from gridcommons.territory.reorganising.refusals import (
    CODE_USED,
    DAY_PAST,
    EMPTY_PLAN,
    NAME_TAKEN,
    NO_CHANGE,
    NO_PARENT,
    NOT_STANDING,
    OTHER_PARENT,
    OVERLAP,
    PARTS_UNFIT,
    PENDING,
    PEOPLED,
    SAME_PARENT,
    SERIAL_ZERO,
    SHARES_UNFIT,
    TAKEN_TWICE,
    TOO_FEW,
    TOO_YOUNG,
    UNANSWERED,
    WRONG_LEVEL,
)

VERBS: Final[Mapping[str, Words]] = {
    "rename": Words("更名", "rename"),
    "move": Words("划转", "move"),
    "recode": Words("变更代码", "change the code"),
    "merge": Words("合并", "merge"),
    "split": Words("分设", "split"),
    "retire": Words("撤销", "dissolve"),
}
ASK: Final = "ask"
"""A change that was read from a file and is not certain: somebody has to say what it is before it can be proposed."""
_SHARE_ERROR: Final = 1e-3
_CODE: Final = 40


@dataclass(frozen=True)
class Node:
    """An area as a plan sees it."""

    code: str
    level: str
    parent: str
    name: str
    since: date = date.min
    households: int | None = None
    residents: int | None = None
    kind: str = ""


@dataclass(frozen=True)
class Target:
    """One area that a change leads to.

    `parts`: codes below the old area that go there (a division). `share`: of the households, None where it is to be
    reckoned. `outline`: its shape as WKB (WGS 84), for a grid that is cut.
    """

    code: str
    name: str = ""
    share: float | None = None
    parts: tuple[str, ...] = ()
    outline: bytes = b""


@dataclass(frozen=True)
class Change:
    """One line of a plan: a verb, the areas it takes, the areas it leads to."""

    verb: str
    old: tuple[str, ...]
    into: tuple[Target, ...] = ()


@dataclass(frozen=True)
class Pair:
    """One pair of the lineage that a change makes."""

    old: str
    new: str
    share: float = 1.0
    primary: bool = True
    whole: bool = True


@dataclass(frozen=True)
class Outcome:
    """What a plan does: areas made, ended and renamed, the pairs, the figures of those that keep their code.

    `shapes`: for each area made or grown, the old areas whose outlines together are its own.
    """

    made: tuple[Node, ...] = ()
    ended: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    pairs: tuple[Pair, ...] = ()
    figures: tuple[tuple[str, int | None, int | None], ...] = ()
    shapes: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(*(mine + its for mine, its in zip(self._all(), other._all(), strict=True)))

    def _all(self) -> tuple[tuple[Any, ...], ...]:
        return (self.made, self.ended, self.renamed, self.pairs, self.figures, self.shapes)


@dataclass(frozen=True)
class Ground:
    """The areas that a plan may touch, as they stand on its day.

    `nodes`: those that stand, with what lies above and below. `used`: every code ever given near by, and those that
    other plans will give. `pending`: areas in plans that are adopted and not yet in force, with the title. `names`:
    of every area near by, those that ended too.
    """

    day: date
    nodes: Mapping[str, Node]
    used: frozenset[str] = frozenset()
    pending: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Words] = field(default_factory=dict)

    @cached_property
    def _below(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for code, node in sorted(self.nodes.items()):
            found.setdefault(node.parent, []).append(code)
        return found

    def children(self, code: str) -> list[str]:
        """The areas directly below, by code."""
        return self._below.get(code, [])

    def subtree(self, code: str) -> Iterator[Node]:
        """The area and all below it, parents first."""
        yield self.nodes[code]
        for child in self.children(code):
            yield from self.subtree(child)

    def parent_of(self, code: str, scheme: Scheme = CHINA) -> str:
        """The lowest standing area above a code; empty where there is none."""
        above = [one for one in scheme.ancestors(code) if one in self.nodes]
        return above[-1] if above else ""

    def called(self, code: str, name: str = "") -> Words:
        """An area as refusals call it, by name and code; `name`: of one that is only to be made."""
        words = self.names.get(code) or (Words(name, english_name(name)) if name else None)
        return Words(f"{words.zh}（{code}）", f"{words.en} ({code})") if words else Words(code[:_CODE], code[:_CODE])


def obstacles(changes: Sequence[Change], ground: Ground) -> list[Reason]:
    """Everything that stands in the way of a plan, each once, in the order of its lines."""
    found = [reason for change in changes for reason in line_obstacles(change, ground)]
    found += _overlaps(changes, ground)
    found += _twice(changes)
    found += _alike(changes, ground)
    if not changes:
        found.append(Reason(EMPTY_PLAN))
    asked = sum(change.verb == ASK for change in changes)
    if asked:
        found.append(Reason(UNANSWERED, (("number", str(asked)),)))
    return list(dict.fromkeys(found))


def line_obstacles(change: Change, ground: Ground) -> list[Reason]:
    """What stands in the way of one line whatever the others are; a name may be free by another line of the plan."""
    return list(dict.fromkeys([*_of_one(change, ground), *_overlaps([change], ground), *_twice([change])]))


def require_fit(changes: Sequence[Change], ground: Ground) -> None:
    """Refuse a plan with everything that stands in its way."""
    found = obstacles(changes, ground)
    if found:
        raise Refusal(tuple(found))


def require_day(day: date, today: date) -> None:
    """Refuse a day that has passed."""
    if day < today:
        raise Refusal((Reason(DAY_PAST, (("day", str(day)),)),))


def _of_one(change: Change, ground: Ground) -> Iterator[Reason]:
    if change.verb == ASK:
        return
    standing = [code for code in change.old if code in ground.nodes]
    for code in change.old:
        node = ground.nodes.get(code)
        if node is None:
            yield worded(NOT_STANDING, area=ground.called(code), day=ground.day)
        elif node.since >= ground.day:
            yield worded(TOO_YOUNG, area=ground.called(code), since=node.since)
        yield from (
            worded(PENDING, area=ground.called(one), title=title)
            for one, title in ground.pending.items()
            if one.startswith(code) or code.startswith(one)
        )
    yield from _too_few(change)
    if len(standing) == len(change.old) and standing:
        for target in change.into:
            yield from _target(change, target, ground)
        yield from _by_verb(change, ground)


_LEAST: Final = {"merge": (2, 1), "split": (1, 2), "retire": (1, 0)}


def _too_few(change: Change) -> Iterator[Reason]:
    old, into = _LEAST.get(change.verb, (1, 1))
    for given, least in ((change.old, old), (change.into, into)):
        if len(set(given)) < least:
            words = VERBS[change.verb]
            facts = (("verb_zh", words.zh), ("verb_en", words.en), ("least", str(least)))
            yield Reason(TOO_FEW, facts)


def _target(change: Change, target: Target, ground: Ground) -> Iterator[Reason]:
    """What is wrong with one area that a change leads to."""
    code, kept = target.code, target.code in change.old
    level = ground.nodes[change.old[0]].level
    area = ground.called(code, target.name[:LONGEST_NAME])
    if not _fits(code, level):
        yield worded(WRONG_LEVEL, area=area, width=CHINA.width(level))
        return
    yield from name_faults(target.name, ground.called(code), {ground.nodes[old].name for old in change.old})
    if kept:
        return
    if code[-3:] == "000":
        yield worded(SERIAL_ZERO, code=code)
    if code in ground.used or code in ground.nodes:
        yield worded(CODE_USED, code=code)
    parent = ground.parent_of(code)
    own = [old for old in change.old if parent.startswith(old)]
    if not parent or own or ground.nodes[parent].level == level:
        yield worded(NO_PARENT, area=area, day=ground.day)


def _fits(code: str, level: str) -> bool:
    return is_digits(code) and len(code) == CHINA.width(level)


def _by_verb(change: Change, ground: Ground) -> Iterator[Reason]:
    first = ground.nodes[change.old[0]]
    levels = {ground.nodes[code].level for code in change.old}
    if len(levels) > 1:
        yield worded(WRONG_LEVEL, area=ground.called(change.old[-1]), width=CHINA.width(first.level))
    if change.verb == "rename" and change.into and change.into[0] == Target(first.code, first.name):
        yield worded(NO_CHANGE, area=ground.called(first.code))
    if change.verb in {"move", "recode"} and change.into:
        yield from _new_code(change, first, ground)
    if change.verb == "split":
        yield from _parts(change, ground)
    if change.verb == "retire" and any(node.households or node.residents for node in ground.subtree(first.code)):
        yield worded(PEOPLED, area=ground.called(first.code))


def _new_code(change: Change, first: Node, ground: Ground) -> Iterator[Reason]:
    code = change.into[0].code
    if code == first.code:
        yield worded(NO_CHANGE, area=ground.called(first.code))
    elif ground.parent_of(code) == first.parent and change.verb == "move":
        yield worded(SAME_PARENT, area=ground.called(first.code))
    elif ground.parent_of(code) != first.parent and change.verb == "recode":
        yield worded(OTHER_PARENT, area=ground.called(first.code))


def _parts(change: Change, ground: Ground) -> Iterator[Reason]:
    """Every area below goes to exactly one part, and the shares that are given add up."""
    old = change.old[0]
    below = ground.children(old)
    given = Counter(part for target in change.into for part in target.parts)
    for part in sorted({*below, *given}):
        if part not in below or given[part] != 1:
            yield worded(PARTS_UNFIT, area=ground.called(old), part=ground.called(part))
    shares = [target.share for target in change.into]
    told = [share for share in shares if share is not None]
    wrong = any(not 0 < share < 1 for share in told) or (len(told) == len(shares) and _off(told)) or sum(told) > 1
    if wrong or (told and len(told) < len(shares) and sum(told) >= 1):
        yield worded(SHARES_UNFIT, area=ground.called(old))


def _off(shares: Iterable[float]) -> bool:
    return abs(sum(shares) - 1) > _SHARE_ERROR


def _overlaps(changes: Sequence[Change], ground: Ground) -> Iterator[Reason]:
    """Two lines that take the same area, or one below the other; a parent that another line ends."""
    return (
        worded(TAKEN_TWICE, area=ground.called(first))
        if first == second
        else worded(OVERLAP, first=ground.called(first), second=ground.called(second))
        for first, second in _overlapping(changes)
    )


def _overlapping(changes: Sequence[Change]) -> Iterator[tuple[str, str]]:
    taken = sorted((code, place) for place, one in enumerate(changes) if one.verb != "rename" for code in set(one.old))
    ends: list[str] = []
    for code, _place in taken:
        while ends and not code.startswith(ends[-1]):
            ends.pop()
        if ends:
            yield ends[-1], code
        ends.append(code)
    renamed = Counter(code for one in changes if one.verb == "rename" for code in one.old)
    gone = {code for code, _place in taken}
    yield from ((code, code) for code, n in renamed.items() if n > 1 or code in gone)
    for place, change in enumerate(changes):
        for target in change.into:
            yield from ((code, target.code) for code, other in taken if other != place and target.code.startswith(code))
    made = [(target.code, place) for place, one in enumerate(changes) for target in one.into if target.code]
    for code, place in made:
        for above, other in made:
            if other != place and above != code and code.startswith(above) and above not in changes[other].old:
                yield above, code


def _twice(changes: Sequence[Change]) -> Iterator[Reason]:
    """Codes that are given more than once; one that an area keeps is not given, unless two parts would keep it."""
    new = Counter(target.code for change in changes for target in change.into if target.code not in change.old)
    kept = Counter((place, target.code) for place, one in enumerate(changes) for target in one.into)
    twice = {code for code, times in new.items() if times > 1} | {code for (_n, code), n in kept.items() if n > 1}
    yield from (worded(CODE_USED, code=code) for code in sorted(twice))


def _alike(changes: Sequence[Change], ground: Ground) -> Iterator[Reason]:
    """Areas that would be called as another one below the same area; what this plan takes frees its name."""
    real = [change for change in changes if change.verb != ASK]
    taken = {code for change in real for code in change.old}
    called: dict[tuple[str, str], str] = {}
    fresh: list[tuple[str, str, str]] = []
    for change in real:
        had = {(node.parent, node.name) for code in change.old if (node := ground.nodes.get(code)) is not None}
        for target in change.into:
            place = (_parent(target.code, ground), target.name)
            if place in had and place not in called:
                called[place] = target.code
            elif target.name and place[0]:
                fresh.append((*place, target.code))
    for parent, name, code in fresh:
        standing = (one for one in ground.children(parent) if one not in taken and ground.nodes[one].name == name)
        other = called.setdefault((parent, name), code)
        other = next(standing, "") if other == code else other
        if other:
            own = ground.called(code, name)
            yield worded(NAME_TAKEN, area=own, name=name[:LONGEST_NAME], other=ground.called(other, name))


def _parent(code: str, ground: Ground) -> str:
    """The area below which a code stands or will stand."""
    return ground.nodes[code].parent if code in ground.nodes else ground.parent_of(code)
