"""No sequence of steps, by any cast, breaks the separation of duties; and the walk finds a hole that is planted."""

from dataclasses import replace
from functools import cache
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cases.walk import CAST, GIVEN, STRANGERS, Move, actor, moved, violations, walk
from gridcommons.cases.rules import ActorFacts, CaseFacts, open_actions
from gridcommons.cases.transitions import packaged

TABLE = packaged()
SPOT = frozenset({"settle_on_the_spot"})


SEVEN = {"report", "settle", "file", "void", "dispatch", "accept", "send_back", "pass_on", "feed_back", "rework"}
SEVEN |= {"close", "confirm", "reopen"}
FEW = (CAST[0], CAST[1], CAST[3], *CAST[5:])
"""A resident, one of each office, and one who sits in both."""


def steps_with(pair: list[str]) -> set[str]:
    """The seven steps, and the one of a higher level where a pair of duties speaks of it."""
    return SEVEN | ({"appoint"} if "coordinator" in pair else set())


@cache
def all_cases() -> tuple[CaseFacts, ...]:
    """Everything that few can ever make by the whole table: the walk goes on until nothing new appears."""
    return tuple(walk(TABLE, cast=FEW, flags=SPOT))


def test_no_case_of_the_whole_table_breaks_the_separation() -> None:
    assert len(all_cases()) > 1000
    assert {case.state for case in all_cases()} == set(TABLE.states) - {"new"}
    assert [(case, found) for case in all_cases() if (found := violations(case))] == []


def test_no_case_of_the_seven_steps_breaks_the_separation_whoever_takes_them() -> None:
    steps = replace(TABLE, actions={key: row for key, row in TABLE.actions.items() if key in SEVEN})
    found = list(walk(steps, flags=SPOT))
    assert len(found) > 1000
    assert [(case, wrong) for case in found if (wrong := violations(case))] == []


@pytest.mark.slow
def test_no_case_of_the_whole_table_breaks_the_separation_whoever_takes_its_steps() -> None:
    assert [(case, wrong) for case in walk(TABLE, flags=SPOT) if (wrong := violations(case))] == []


@pytest.mark.parametrize("pair", sorted(map(sorted, STRANGERS)))
def test_the_walk_finds_a_pair_of_duties_that_was_taken_out(pair: list[str]) -> None:
    kept = tuple(apart for apart in TABLE.persons_apart if apart.pair != frozenset(pair))
    assert len(kept) == len(TABLE.persons_apart) - 1
    steps = {key: row for key, row in TABLE.actions.items() if key in steps_with(pair)}
    holed = replace(TABLE, persons_apart=kept, offices_apart=(), actions=steps)
    cast = FEW[1:] if "coordinator" in pair else CAST[1:]
    everyone = (*cast, actor("resident", "S", is_reporter=True))
    found = (word for case in walk(holed, cast=everyone, depth=7) for word in violations(case))
    assert " = ".join(pair) in found


def test_the_walk_finds_the_missing_separation_of_offices() -> None:
    steps = {key: row for key, row in TABLE.actions.items() if key in SEVEN}
    holed = replace(TABLE, offices_apart=(), actions=steps)
    assert any("one office on both sides" in violations(case) for case in walk(holed, depth=4))


@pytest.mark.parametrize("action", ["close", "rework"])
def test_the_walk_finds_an_exception_that_lets_the_handler_check_its_own_work(action: str) -> None:
    loosened = tuple(
        replace(apart, excepted=frozenset({action})) if apart.pair == {"handler", "verifier"} else apart
        for apart in TABLE.persons_apart
    )
    steps = {key: row for key, row in TABLE.actions.items() if key in SEVEN}
    holed = replace(TABLE, persons_apart=loosened, actions=steps)
    assert any("handler = verifier" in violations(case) for case in walk(holed, depth=7))


def fresh(duty: str, case: CaseFacts) -> ActorFacts:
    """Someone who never touched the case, of a proper office."""
    offices = {"filer": "S9", "verifier": "S9", "dispatcher": "C9", "handler": case.office_in_charge, "reporter": None}
    return ActorFacts(f"fresh {duty}", offices[duty], frozenset({duty}), is_reporter=duty == "reporter")


ONWARD = {"reported": "file", "filed": "dispatch", "returned": "dispatch", "reopened": "dispatch"}
ONWARD |= {"parked": "unpark", "review": "dispatch", "merged": "unmerge"}
ONWARD |= {"dispatched": "accept", "handling": "feed_back", "rework": "feed_back", "handled": "close"}


def test_every_case_of_the_walk_can_still_be_brought_to_an_end() -> None:
    for start in all_cases():
        case = start
        for _ in range(8):
            if TABLE.states[case.state].end:
                break
            row = TABLE.actions[ONWARD[case.state]]
            following = moved(TABLE, case, Move(row.key, fresh(row.by[0], case), "K9"))
            assert following is not None, (start, row.key)
            case = following
        assert TABLE.states[case.state].end, start


def test_only_the_reporter_leaves_a_closed_case_and_nobody_leaves_any_other_end() -> None:
    for case in all_cases():
        if TABLE.states[case.state].end:
            now = replace(case, flags=case.flags | {"in_time"})
            leaving = {row.key for who in CAST for row in open_actions(case=now, actor=who)}
            assert leaving <= {"closed": {"confirm", "reopen"}}.get(case.state, set())


def test_the_question_after_four_weeks_alone_leads_out_of_what_was_confirmed() -> None:
    for row, source, target in TABLE.ways():
        if TABLE.states[source].end and source != target:
            assert row.by == ("reporter",)
            assert row.flag in {"in_time", "asked", ""}
            assert source == "closed" or (source, row.flag) == ("confirmed", "asked")


def following(case: CaseFacts) -> list[CaseFacts]:
    """Every case that one step of anybody makes of this one."""
    people = (*CAST, actor("fay", "S2"), actor("gus", "K2"), actor("hal", "C"))
    return [
        new
        for row in TABLE.actions_from(case.state)
        for who in people
        for office in (("S", "K", "K2") if "office" in row.needs else ("",))
        if (new := moved(TABLE, case, Move(row.key, who, office)))
    ]


class AnyHistory(RuleBasedStateMachine):
    """Long random histories with reopenings, passes to further departments and rework."""

    onward: ClassVar[dict[object, list[CaseFacts]]] = {}
    """What follows on a case, asked once: many histories come by the same one."""

    @initialize(flags=st.sampled_from([frozenset(), SPOT]), who=st.sampled_from(CAST))
    def begin(self, flags: frozenset[str], who: ActorFacts) -> None:
        self.case = moved(TABLE, CaseFacts(flags=flags), Move("report", who, "K"))
        assert self.case is not None

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        case = self.case
        key = (case.state, case.flags, case.before, case.office_in_charge, frozenset(case.holders.items()))
        if key not in self.onward:
            self.onward[key] = following(self.case)
        if self.onward[key]:
            self.case = data.draw(st.sampled_from(self.onward[key]))

    @invariant()
    def duties_stay_apart(self) -> None:
        assert not hasattr(self, "case") or violations(self.case) == []


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_the_given_of_the_walk_holds_every_need_but_the_office() -> None:
    assert set(GIVEN) | {"office"} == set(TABLE.needs)
