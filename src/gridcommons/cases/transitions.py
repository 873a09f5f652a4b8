"""The transition table of a case: read from data, checked for sense, printed for the manual."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, get_args

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.shipped import shipped_text, understood
from gridcommons.kit.words import Words

UNSOUND = refusal_kind(
    "case.table_unsound",
    status=400,
    zh="办件流程表有误：{what}。请改正后重新发布。",
    en="The table of case steps is unsound: {what}. Correct it and publish it again.",
)
UNKNOWN_ACTION = refusal_kind(
    "case.unknown_action",
    status=404,
    zh="没有“{action}”这个步骤。",
    en="There is no step “{action}”.",
)

START = "new"
PROGRAM = "program"
SAME, BEFORE = "same", "before"
"""Targets that are no states: stay where it is; go back to where it was before it was joined with another case."""

CaseClock = Literal["off", "runs", "stands", "over"]
Side = Literal["supervision", "command", "outside"]
AtOffice = Literal["", "charge", "assisting", "raised", "steering"]


@dataclass(frozen=True)
class State:
    """A state of a case; `end`: a case may stay there for good."""

    key: str
    words: Words
    clock: CaseClock
    end: bool


@dataclass(frozen=True)
class Duty:
    """A duty in a case and the side it stands on."""

    key: str
    words: Words
    side: Side


@dataclass(frozen=True)
class Action:
    """One row: who may do what, from where to where, and what must come with it."""

    key: str
    words: Words
    by: tuple[str, ...]
    sources: tuple[str, ...]
    target: str
    side: Side
    needs: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    own: bool = False
    same_office: AtOffice = ""
    flag: str = ""
    unless: str = ""

    @property
    def stays(self) -> bool:
        """Whether the state remains what it is."""
        return self.target == SAME


@dataclass(frozen=True)
class Apart:
    """Two duties (or sides) that one person (or office) may not both have, save by the excepted actions."""

    pair: frozenset[str]
    excepted: frozenset[str] = field(default_factory=frozenset)

    def other(self, one: str) -> str | None:
        """The other of the two, None if `one` is neither."""
        return next(iter(self.pair - {one}), None) if one in self.pair else None


@dataclass(frozen=True)
class Transitions:
    """The whole machine."""

    version: str
    owner: Words
    states: dict[str, State]
    duties: dict[str, Duty]
    needs: dict[str, Words]
    flags: dict[str, Words]
    actions: dict[str, Action]
    persons_apart: tuple[Apart, ...]
    offices_apart: tuple[Apart, ...]

    def action(self, key: str) -> Action:
        """The row of an action; refuses (`case.unknown_action`) a strange one."""
        if key not in self.actions:
            raise refuse(UNKNOWN_ACTION, action=key[:40])
        return self.actions[key]

    def ways(self) -> Iterator[tuple[Action, str, str]]:
        """Every way from a state to a state with the action that goes it; "before" leads wherever it came from."""
        for row in self.actions.values():
            back = [
                source for other in self.actions.values() if other.target in row.sources for source in other.sources
            ]
            for source in row.sources:
                for target in back if row.target == BEFORE else [source if row.stays else row.target]:
                    yield row, source, target

    def actions_from(self, state: str) -> list[Action]:
        """The rows that leave a state, in the order of the table."""
        return [action for action in self.actions.values() if state in action.sources]


@cache
def packaged() -> Transitions:
    """The table that ships with the program."""
    return parse_transitions(shipped_text("gridcommons.cases", "transitions.toml"))


def parse_transitions(text: str) -> Transitions:
    """A table from TOML text; refuses (`case.table_unsound`) one that cannot be read or makes no sense."""
    table = understood(text, _read, UNSOUND)
    if found := faults(table):
        raise refuse(UNSOUND, what="; ".join(found))
    return table


def _read(raw: dict[str, Any]) -> Transitions:
    keys = [row["key"] for row in raw["actions"]]
    if twice := {key for key in keys if keys.count(key) > 1}:
        raise ValueError(f"{', '.join(sorted(twice))} twice")
    return Transitions(
        version=raw["version"],
        owner=Words(zh=raw["owner_zh"], en=raw["owner_en"]),
        states={key: State(key, _words(row), clock=row["clock"], end=row["end"]) for key, row in raw["states"].items()},
        duties={key: Duty(key, _words(row), side=row["side"]) for key, row in raw["duties"].items()},
        needs={key: _words(row) for key, row in raw["needs"].items()},
        flags={key: _words(row) for key, row in raw["flags"].items()},
        actions={row["key"]: _action(row) for row in raw["actions"]},
        persons_apart=tuple(_apart(row, "duties") for row in raw["persons_apart"]),
        offices_apart=tuple(_apart(row, "sides") for row in raw["offices_apart"]),
    )


def _words(row: dict[str, Any]) -> Words:
    return Words(zh=row["zh"], en=row["en"])


def _apart(row: dict[str, Any], name: str) -> Apart:
    return Apart(frozenset(row[name]), frozenset(row.get("except", ())))


def _action(row: dict[str, Any]) -> Action:
    return Action(
        key=row["key"],
        words=_words(row),
        by=tuple(row["by"]),
        sources=tuple(row["from"]),
        target=row["to"],
        side=row["side"],
        needs=tuple(row.get("needs", ())),
        holds=tuple(row["holds"]),
        own=row.get("own", False),
        same_office=row.get("same_office", ""),
        flag=row.get("flag", ""),
        unless=row.get("unless", ""),
    )


def faults(table: Transitions) -> list[str]:
    """What makes a table unsound: strange words, unreachable states, dead ends, ways out of an end."""
    return [*_strange_words(table), *_bad_ways(table)]


def _strange_words(table: Transitions) -> Iterator[str]:
    sides = set(get_args(Side))
    for row in table.actions.values():
        known_and_used: tuple[tuple[Set[str], tuple[str, ...]], ...] = (
            (table.states.keys() | {SAME, BEFORE}, (row.target,)),
            (table.states.keys(), row.sources),
            (table.duties.keys(), (*row.by, *row.holds)),
            (table.needs.keys(), row.needs),
            (sides, (row.side,)),
            (table.flags.keys() | {""}, (row.flag, row.unless)),
            (set(get_args(AtOffice)), (row.same_office,)),
        )
        yield from (f"{row.key}: {word}?" for known, used in known_and_used for word in used if word not in known)
        if not set(row.by) & set(row.holds) and row.by != (PROGRAM,):
            yield f"{row.key} records nobody"  # what is not recorded can never be held against a later step
    yield from _strange_pairs(table.persons_apart, table.duties.keys(), table)
    yield from _strange_pairs(table.offices_apart, sides, table)
    clocks = get_args(CaseClock)
    yield from (f"{state.key}: {state.clock}?" for state in table.states.values() if state.clock not in clocks)


def _strange_pairs(pairs: tuple[Apart, ...], known: Set[str], table: Transitions) -> Iterator[str]:
    for apart in pairs:
        yield from (f"apart: {word}?" for word in sorted(apart.pair - known))
        yield from (f"except: {word}?" for word in sorted(apart.excepted - table.actions.keys()))
        if len(apart.pair) != 2:  # noqa: PLR2004
            yield f"apart: {', '.join(sorted(apart.pair))} is no pair"


def _bad_ways(table: Transitions) -> Iterator[str]:
    """By walking the states alone; who may act is proved by tests/cases/test_walk.py."""
    ways = list(table.ways())
    reached = _closure({START}, [(source, target) for _row, source, target in ways])
    yield from (f"{state} is never reached" for state in table.states if state not in reached)
    ends = {state.key for state in table.states.values() if state.end}
    ending = _closure(ends, [(target, source) for _row, source, target in ways])
    yield from (f"{state} leads to no end" for state in table.states if state not in ending)
    for row, source, target in ways:
        if source in ends and source != target and row.by != ("reporter",):
            yield f"{row.key} leaves the end {source}"


def _closure(start: set[str], edges: list[tuple[str, str]]) -> set[str]:
    reached = set(start)
    while more := {target for source, target in edges if source in reached} - reached:
        reached |= more
    return reached


def transitions_table(table: Transitions | None = None) -> list[dict[str, Words]]:
    """The rows for the manual: action, who, side, from, to, with what; each cell in both languages."""
    machine = table or packaged()
    return [
        {
            "action": action.words,
            "by": _listed(machine.duties[duty].words for duty in action.by),
            "side": _SIDES[action.side],
            "from": _listed(machine.states[state].words for state in action.sources),
            "to": _TARGETS[action.target] if action.target in _TARGETS else machine.states[action.target].words,
            "needs": _listed(machine.needs[need] for need in action.needs),
        }
        for action in machine.actions.values()
    ]


_SIDES = {
    "supervision": Words("监督", "supervision"),
    "command": Words("指挥", "command"),
    "outside": Words("外部", "outside"),
}
_TARGETS = {SAME: Words("不变", "as it is"), BEFORE: Words("并入前的状态", "what it was before")}
_HEADS = {
    "action": Words("步骤", "step"),
    "by": Words("谁", "by"),
    "side": Words("哪一方", "side"),
    "from": Words("从", "from"),
    "to": Words("到", "to"),
    "needs": Words("须附", "needs"),
}


def _listed(words: Iterable[Words]) -> Words:
    several = list(words)
    return Words(zh="；".join(one.zh for one in several), en="; ".join(one.en for one in several))


def transitions_text(language: str, table: Transitions | None = None) -> str:
    """The table and the separations as Markdown in one language, for the manual."""
    machine = table or packaged()
    rows = [_HEADS, *transitions_table(machine)]
    lines = ["| " + " | ".join(cell.in_language(language) or "–" for cell in row.values()) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(_HEADS))
    apart = Words("不得由同一人承担", "never the same person").in_language(language)
    offices = Words("不得由同一单位承担", "never the same office").in_language(language)
    names = {key: duty.words for key, duty in machine.duties.items()}
    return "\n".join(
        [
            *lines,
            "",
            f"{apart}:",
            *(_pair_line(one, names, machine, language) for one in machine.persons_apart),
            "",
            f"{offices}:",
            *(_pair_line(one, _SIDES, machine, language) for one in machine.offices_apart),
            "",
        ]
    )


def _pair_line(apart: Apart, names: Mapping[str, Words], table: Transitions, language: str) -> str:
    pair = " – ".join(words.in_language(language) for key, words in names.items() if key in apart.pair)
    save = _listed(table.actions[key].words for key in sorted(apart.excepted)).in_language(language)
    but = Words("除", "save by").in_language(language)
    return f"- {pair}" + (f" ({but} {save})" if save else "")
