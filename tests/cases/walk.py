"""A walk over every case a small cast can make out of a table: what the separation of duties must never allow.

The rules looked for stand here in words of their own and are not read from the table, so that a hole in the table
is found by the walk.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from gridcommons.cases.rules import ActorFacts, CaseFacts, after
from gridcommons.cases.transitions import Action, Transitions
from gridcommons.kit.errors import Refusal

STRANGERS = {frozenset(pair) for pair in combinations(["filer", "dispatcher", "handler", "verifier"], 2)} | {
    frozenset({"finder", "filer"}),
    frozenset({"finder", "verifier"}),
    frozenset({"finder", "handler"}),
    frozenset({"reporter", "filer"}),
    frozenset({"reporter", "handler"}),
    frozenset({"reporter", "verifier"}),
    frozenset({"coordinator", "filer"}),
    frozenset({"coordinator", "handler"}),
    frozenset({"coordinator", "verifier"}),
}
SUPERVISION, COMMAND = {"finder", "filer", "verifier"}, {"dispatcher", "handler", "coordinator"}
EVERY_DUTY = frozenset({"finder", "filer", "dispatcher", "handler", "verifier", "reporter", "coordinator"})
GIVEN = {"reason": "because", "note": "next part", "evidence": "it is done", "check": "seen on the spot"}
GIVEN |= {"lead": "261102-AAAAAAA", "until": "2026-11-20", "review": "2026-12-20", "part": "the pipes"}
GIVEN |= {"body": "the company", "owner": "K", "assists": "K"}


def actor(person: str, office: str | None, *, is_reporter: bool = False) -> ActorFacts:
    """Someone whose grants allow every duty: only the separation can stop them."""
    return ActorFacts(person, office, EVERY_DUTY, is_reporter=is_reporter)


# A resident, two of one office, two of another, one who sits in both, and a resident who works in an office.
CAST = (
    actor("resident", None, is_reporter=True),
    actor("ann", "S"),
    actor("bo", "S"),
    actor("cai", "K"),
    actor("dan", "K"),
    actor("eve", "S"),
    actor("eve", "K"),
)
PROGRAM = ActorFacts("program", None, frozenset({"program"}))
OFFICES = ("S", "K")
SPOT = "settle_on_the_spot"


@dataclass(frozen=True)
class Move:
    action: str
    actor: ActorFacts
    office: str


def moves(table: Transitions, case: CaseFacts, cast: tuple[ActorFacts, ...]) -> Iterator[Move]:
    for row in table.actions_from(case.state):
        for who in (PROGRAM,) if row.by == ("program",) else cast:
            for office in OFFICES if "office" in row.needs else OFFICES[:1]:
                yield Move(row.key, who, office)


def moved(table: Transitions, case: CaseFacts, move: Move) -> CaseFacts | None:
    """The case after a move, None if the rules refuse it.

    Every flag that a row asks for holds, none that bars it does, both offices assist and were raised to, and anybody
    steers what was not raised: more may be done than ever could be, so that the separation alone stands in the way.
    """
    given, row = {**GIVEN, "office": move.office}, table.action(move.action)
    for raised in OFFICES if row.same_office == "raised" else (None,):
        open_to = replace(case, flags=_flags(row, case, table), assisting=frozenset(OFFICES), raised_to=raised)
        try:
            new = after(action=move.action, case=open_to, actor=move.actor, given=given, table=table)
        except Refusal:
            continue
        return replace(new, flags=case.flags, assisting=frozenset(), raised_to=None)
    return None


def _flags(row: Action, case: CaseFacts, table: Transitions) -> frozenset[str]:
    return (frozenset(table.flags) - {SPOT} | case.flags) - {row.unless}


def violations(case: CaseFacts) -> list[str]:
    """What must never be true of a case, however it came about."""
    found = []
    persons = {duty: {holder.person for holder in holders} for duty, holders in case.holders.items()}
    on_the_spot = {"finder", "handler", "reporter"} if case.state == "settled" else set()
    for pair in STRANGERS:
        one, other = sorted(pair)
        if not pair <= on_the_spot and persons.get(one, set()) & persons.get(other, set()):
            found.append(f"{one} = {other}")
    if case.state in {"closed", "confirmed"} and persons["handler"] & persons["verifier"]:
        found.append("the handler closed its own case")
    sides = [
        {h.office for duty in side for h in case.holders.get(duty, ()) if h.office} for side in (SUPERVISION, COMMAND)
    ]
    if case.state != "settled" and sides[0] & sides[1]:
        found.append("one office on both sides")
    return found


def walk(
    table: Transitions, *, cast: tuple[ActorFacts, ...] = CAST, flags: frozenset[str] = frozenset(), depth: int = 99
) -> Iterator[CaseFacts]:
    """Every different case within `depth` steps, breadth first; it ends by itself, since holders only grow."""
    edge = [CaseFacts(flags=flags)]
    seen = set()
    for _ in range(depth):
        following = []
        for case in edge:
            for move in moves(table, case, cast):
                new = moved(table, case, move)
                key = new and (new.state, new.before, new.office_in_charge, frozenset(new.holders.items()))
                if new is not None and key not in seen:
                    seen.add(key)
                    following.append(new)
                    yield new
        edge = following
    assert depth < 99 or not edge
