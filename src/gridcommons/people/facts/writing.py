"""Many facts at once: checked and sealed one by one, written in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.kit.ids import uuid7
from gridcommons.people.crypto import Context, open_sealed, seal
from gridcommons.people.facts.erasing import barred, steady
from gridcommons.people.facts.keys import FactKey, fact_list
from gridcommons.people.facts.models import Fact
from gridcommons.people.facts.rules import OWN, Told, Written, checked
from gridcommons.people.facts.standing import Known, Precedence, Thing, known_of, overtake, said_before, withdraw
from gridcommons.people.homes.places import one_person, seen
from gridcommons.people.homes.rules import NO_HOUSEHOLD, NO_PERSON, person_key
from gridcommons.people.homes.writing import insert
from gridcommons.people.keys import fact_keys_folder
from gridcommons.territory.succession import ZONE

_PURPOSE: Final = "fact"


@dataclass(frozen=True)
class _Line:
    """A fact to be written."""

    id: UUID
    told: Told
    key: FactKey
    value: str

    @property
    def forget_on(self) -> date:
        """The day on which it goes, if it stays in force so long."""
        return self.told.as_of + self.key.fresh + self.key.kept

    @property
    def thing(self) -> Thing:
        """What is spoken of."""
        return self.told.subject_id, self.key.key

    def precedence(self, at: datetime) -> Precedence:
        """By what it is told which of two is in force."""
        return self.told.as_of, self.told.source == OWN, self.told.said_at or at


def write_all(
    told: Sequence[Told], *, by: str, purpose: str, at: datetime, chains: Mapping[UUID, Collection[UUID]] | None = None
) -> Written:
    """Write facts about subjects that the viewer sees; the newest of each subject and key is in force afterwards.

    What is older than what is known stays as history: a phone may bring its day late. What was erased is left out.
    `chains`: the submissions that are read now, each with those that it corrects: what any of them said before and
    none says now is withdrawn, and what they say once more is not written twice.
    """
    steady()
    today, forms = local_day(at, ZONE), dict(chains or {})
    lines = [_Line(uuid7(), one, *checked(one, today)) for one in told]
    if told:
        _require_seen(told)
    over = barred(told, forms, at) if told else set()
    heard = _once([line for n, line in enumerate(lines) if n not in over and line.forget_on > today])
    left = _left(heard, forms, at)
    if left:
        _write([_as_given(line, giver) for line, giver in zip(left, _givers(left), strict=True)], by, purpose, at)
    return Written(len(left), tuple(one for n, one in enumerate(told) if n in over))


def _once(lines: Sequence[_Line]) -> list[_Line]:
    """Of what one form says of a thing under two questions, the last; everything else as it is."""
    found = {(line.told.said_in or line.id, line.key.key, line.told.subject_id): line for line in lines}
    return list(found.values())


def _left(lines: Sequence[_Line], forms: Mapping[UUID, Collection[UUID]], at: datetime) -> list[_Line]:
    """What has to be written, once what the same forms said before is left standing or withdrawn."""
    heads = {form: form for form in forms} | {former: form for form, several in forms.items() for former in several}
    said = {(line.told.said_in, line.key.key, line.told.subject_id): line for line in lines if line.told.said_in}
    gone, stands = [], set[UUID]()
    for row in said_before(heads) if heads else ():
        line = said.get((heads[row.said_in], row.key, row.subject_id)) if row.said_in else None
        if line is not None and line.id not in stands and _is_same(row, line):
            stands.add(line.id)
        else:
            gone.append(row)
    withdraw(gone, at)
    return [line for line in lines if line.id not in stands]


def _is_same(row: Fact, line: _Line) -> bool:
    return row.as_of == line.told.as_of and value_of(row.pk, row.value, row.value_sealed) == line.value


def _givers(lines: Sequence[_Line]) -> list[str]:
    """Who gave each: of what was only confirmed, whoever gave what is in force, where it is the same."""
    wanted = [line for line in lines if line.told.confirmed and not line.told.given_by]
    rows = Fact.objects.filter(subject_id__in={line.told.subject_id for line in wanted}, superseded_at__isnull=True)
    given = {
        (row.subject_id, row.key): (row.given_by, value_of(row.pk, row.value, row.value_sealed))
        for row in (rows.exclude(given_by="") if wanted else ())
    }
    asked = {line.id: given.get((line.told.subject_id, line.key.key)) for line in wanted}
    return [held[0] if (held := asked.get(line.id)) and held[1] == line.value else line.told.given_by for line in lines]


def _as_given(line: _Line, giver: str) -> _Line:
    return replace(line, told=replace(line.told, given_by=giver))


def _write(lines: Sequence[_Line], by: str, purpose: str, at: datetime) -> None:
    last = {line.thing: line for line in sorted(lines, key=lambda line: line.precedence(at))}
    known = known_of(last)
    ruling = {thing: line for thing, line in last.items() if not _is_over(line, known.get(thing), at)}
    overtake([held.fact_id for thing in ruling if (held := known.get(thing)) and held.fact_id], at)
    in_force = {line.id for line in ruling.values()}
    objected = {thing: held.objectors for thing, held in known.items() if held.held_back}
    _insert(lines, in_force, objected, by=by, purpose=purpose, at=at)


def _is_over(line: _Line, known: Known | None, at: datetime) -> bool:
    """Whether something newer is known than what is told now."""
    return known is not None and known.precedence is not None and known.precedence > line.precedence(at)


def _require_seen(told: Sequence[Told]) -> None:
    for kind in {one.subject_kind for one in told}:
        wanted = {one.subject_id for one in told if one.subject_kind == kind}
        if wanted - seen(kind, wanted):
            raise refuse(NO_PERSON if kind == "person" else NO_HOUSEHOLD)


def _insert(
    lines: Sequence[_Line],
    in_force: Collection[UUID],
    objected: Mapping[Thing, Collection[str]],
    *,
    by: str,
    purpose: str,
    at: datetime,
) -> int:
    """Write the lines; what somebody objects to stays held back, until they themselves say it otherwise."""
    held_back, objectors = zip(*(_objected(line, objected.get(line.thing)) for line in lines), strict=True)
    ring = fact_keys_folder().ring() if any(line.key.sealed for line in lines) else None
    history = local_day(at, ZONE) + fact_list().history
    sealed = [
        seal(line.value, keyring=ring, context=_context(line.id)) if ring is not None and line.key.sealed else None
        for line in lines
    ]
    return insert("facts_fact", {
        "id": ("uuid", [line.id for line in lines]), "subject_id": ("uuid", [line.told.subject_id for line in lines]),
        "subject_kind": ("text", [line.key.subject for line in lines]),
        "key": ("text", [line.key.key for line in lines]),
        "value": ("text", ["" if line.key.sealed else line.value for line in lines]),
        "value_sealed": ("bytea", sealed), "source": ("text", [line.told.source for line in lines]),
        "given_by": ("text", [line.told.given_by for line in lines]),
        "as_of": ("date", [line.told.as_of for line in lines]),
        "expires": ("date", [line.told.as_of + line.key.fresh for line in lines]),
        "superseded_at": ("timestamptz", [None if line.id in in_force else at for line in lines]),
        "forget_on": (
            "date", [line.forget_on if line.id in in_force else min(line.forget_on, history) for line in lines]
        ),
        "held_back": ("bool", held_back), "_objectors": ("text", objectors),
        "said_in": ("uuid", [line.told.said_in for line in lines]),
        "said_at": ("timestamptz", [line.told.said_at or at for line in lines]),
        "purpose": ("text", [purpose] * len(lines)), "made_by": ("text", [by] * len(lines)),
        "made_at": ("timestamptz", [at] * len(lines)),
    }, {"objectors": "string_to_array(g._objectors, ' ')"})  # fmt: skip


def _objected(line: _Line, objectors: Collection[str] | None) -> tuple[bool, str]:
    """Whether somebody objects to it, and who: not whoever says it themselves, and nobody else than they ends it."""
    if objectors is None:
        return False, ""
    if line.told.source != OWN:
        return True, " ".join(objectors)
    rest = [one for one in objectors if one not in _own_keys(line.told.given_by)]
    return bool(rest), " ".join(rest)


def _own_keys(key: str) -> set[str]:
    """The keys of all rows of whoever said it."""
    return {person_key(one) for one in one_person([UUID(key.removeprefix("person:"))])} if key else set()


def _context(fact_id: UUID) -> Context:
    return Context(_PURPOSE, f"{fact_id}:value")


def value_of(fact_id: UUID, value: str, sealed: bytes | memoryview | None) -> str:
    """The value of a fact, opened where it lies sealed."""
    return open_sealed(bytes(sealed), keyring=fact_keys_folder().ring(), context=_context(fact_id)) if sealed else value
