"""A walk over every case a small cast can make out of a table: what the separation of duties must never allow.

The rules looked for stand here in words of their own and are not read from the table, so that a hole in the table
is found by the walk.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from gridcommons.cases.rules import ActorFacts, CaseFacts, after
from gridcommons.cases.transitions import Transitions
from gridcommons.kit.errors import Refusal

STRANGERS = {frozenset(pair) for pair in combinations(["filer", "dispatcher", "handler", "verifier"], 2)} | {
    frozenset({"finder", "filer"}),
    frozenset({"finder", "verifier"}),
    frozenset({"finder", "handler"}),
    frozenset({"reporter", "filer"}),
    frozenset({"reporter", "handler"}),
    frozenset({"reporter", "verifier"}),
}
SUPERVISION, COMMAND = {"finder", "filer", "verifier"}, {"dispatcher", "handler"}
EVERY_DUTY = frozenset({"finder", "filer", "dispatcher", "handler", "verifier", "reporter"})
GIVEN = {"reason": "because", "note": "next part", "evidence": "it is done", "check": "seen on the spot"}


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
OFFICES = ("S", "K")


@dataclass(frozen=True)
class Move:
    action: str
    actor: ActorFacts
    office: str


def moves(table: Transitions, case: CaseFacts, cast: tuple[ActorFacts, ...]) -> Iterator[Move]:
    for row in table.actions_from(case.state):
        for who in cast:
            for office in OFFICES if "office" in row.needs else OFFICES[:1]:
                yield Move(row.key, who, office)


def moved(table: Transitions, case: CaseFacts, move: Move) -> CaseFacts | None:
    """The case after a move, None if the rules refuse it."""
    given = {**GIVEN, "office": move.office}
    try:
        return after(action=move.action, case=case, actor=move.actor, given=given, table=table)
    except Refusal:
        return None


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
                key = new and (new.state, new.office_in_charge, frozenset(new.holders.items()))
                if new is not None and key not in seen:
                    seen.add(key)
                    following.append(new)
                    yield new
        edge = following
    assert depth < 99 or not edge
