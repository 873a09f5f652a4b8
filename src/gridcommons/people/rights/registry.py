"""What each part owes to the person it holds something of: to tell, to correct, to hold back, to erase, to join.

A part registers at start. Its functions run inside a look or deed of this room, behind the walls of whoever asks, so
that they see what is that person's and nothing else. A plain list: no signals. Erasing goes from the last registered
to the first, and the person's own row goes last of all: what hangs on it is seen only as long as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.kit.words import Words

CORRECT, OBJECT, ERASE = "correct", "object", "erase"
LONGEST: Final = 500
"""So many signs are taken of anything that somebody says is right."""
CONTEST = "contest"
"""An objection that somebody at the desk has to look at: to what an office wrote down of what it did."""
ALLOW = "allow"
"""An objection that held at once is taken back: what it was about is used again."""


@dataclass(frozen=True)
class Left:
    """A thing that could not be erased at once: it is kept from everybody, and gone on the day after `until`.

    `desk`: the area whose desk sees to it before that.
    """

    thing: str
    until: date
    desk: str = ""


@dataclass(frozen=True)
class Asker:
    """Who asks for what: the person whose things are meant, whoever acts, the moment.

    `left`: what a part that was asked to erase could not erase at once; each part adds its own.
    """

    person_id: UUID
    by: Viewer
    at: datetime
    today: date
    doubles: tuple[UUID, ...] = ()
    """Rows that stood for the same person until they were joined with this one."""
    left: list[Left] = field(default_factory=list, compare=False)

    @property
    def key(self) -> str:
        """The key by which the person is party."""
        return f"person:{self.person_id}"

    @property
    def rows(self) -> tuple[UUID, ...]:
        """The person's row and those that were joined with it."""
        return (self.person_id, *self.doubles)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all of them: what somebody gave before two rows were joined is theirs afterwards."""
        return tuple(f"person:{one}" for one in self.rows)


@dataclass(frozen=True)
class Held:
    """One thing that is held: what, from whom, since and until when, for what.

    `key` names it (`fact:<id>`). `value`: None where somebody else said it: to them alone it is shown back.
    `may`: what can be asked of it (correct, object, erase, contest). `code`: its value as data, for the export.
    `stands_in`: the key of another thing held in which it was written down, which is then named as its source.
    `desk`: the area whose desk answers an objection to it; empty for that of the person's home. `longest`: so many
    signs a right value has at most. `looked_at`: the desk looks before a correction holds. `against`: what stands
    against an objection, so that the desk looks at it. `objected`, `allowed`: what an objection does, and what it does
    to take one back, said beforehand. `by_you`: of what is held back, that it is by the reader's own objection.
    """

    key: str
    what: Words
    value: Words | str | None
    source: Words
    since: date
    until: date | None
    purpose: Words
    may: frozenset[str] = frozenset()
    kind: str = "text"
    choices: tuple[tuple[str, Words], ...] = ()
    code: str = ""
    held_back: bool = False
    stands_in: str = ""
    desk: str = ""
    longest: int = LONGEST
    looked_at: bool = False
    against: tuple[Against, ...] = ()
    objected: Words | None = None
    allowed: Words | None = None
    by_you: bool = True


@dataclass(frozen=True)
class Against:
    """What stands against erasing or objecting: why, and until when; None while it lasts."""

    why: Words
    until: date | None


@dataclass(frozen=True)
class Meant:
    """A thing that somebody asked about, as the desk reads it: what it is called, how it stands, of which day it is.

    `value`: None where nothing of it is shown. `kind`: how a right value is written (text, date, …). `counts`: it
    counts still, or would again, and ends where it lies, not by an answer.
    """

    what: Words
    value: Words | str | None = None
    day: date | None = None
    kind: str = "text"
    counts: bool = False


Changed = dict[str, Any]
"""One thing that joining changed, as JSON: what, of which row, how it stood before and after."""


@dataclass(frozen=True)
class Joining:
    """Two rows of one person: `gone` is joined with `kept`, by whom, when."""

    kept: UUID
    gone: UUID
    by: Viewer
    at: datetime
    today: date


Tell = Callable[[Asker], Iterable[Held]]
Weigh = Callable[[Asker, str], Iterable[Against]]
Do = Callable[[Asker, str], int]
Correct = Callable[[Asker, str, str], int]
Lies = Callable[[str], str]
Mean = Callable[[str], Meant | None]
Join = Callable[[Joining], list[Changed]]
Part = Callable[[Joining, list[Changed]], int | None]


def _nothing(_asker: Asker, _thing: str) -> Iterable[Against]:
    return ()


def _no_change(_asker: Asker, _thing: str, _value: str = "") -> int:
    return 0


def _with_the_person(_thing: str) -> str:
    return ""


def _not_meant(_thing: str) -> Meant | None:
    return None


def _not_joined(_joining: Joining) -> list[Changed]:
    return []


def _parted(_joining: Joining, _changed: list[Changed]) -> int:
    return 0


@dataclass(frozen=True)
class Duty:
    """What one part answers for.

    `against`, `erase`, `hold_back`: of the thing with a key, or of all where the key is empty; they answer how many
    things they changed, 0 for a key of another part. `join`: carries what hangs on a row to the one that stands for the
    same person, and says what it changed; `part` puts exactly that back and answers how many of these things are gone
    (deleted in time, or erased); None where later writes forbid it. `goes_last`: it erases after all others.
    `lies`: the area of whoever can take back a thing that an office wrote down, wherever its person lives by now;
    empty for a thing of another part, and for one that lies nowhere. `means`: a thing with a key as the desk that looks
    at it reads it, behind the desk's walls; None for one of another part, and for one that the desk does not see.
    `put_right`: what the desk puts right at a person's wish after it has looked. `allow`: takes an objection back that
    holds. `only_by`: by how the keys of its things begin the deed that alone takes such a thing back: whoever may not
    do it could refuse an objection and never grant it, and so does not answer it.
    """

    name: Words
    tell: Tell
    erase: Do
    against: Weigh = _nothing
    correct: Correct = _no_change
    hold_back: Do = _no_change
    join: Join = _not_joined
    part: Part = _parted
    lies: Lies = field(default=_with_the_person, kw_only=True)
    means: Mean = field(default=_not_meant, kw_only=True)
    put_right: Correct = field(default=_no_change, kw_only=True)
    allow: Do = field(default=_no_change, kw_only=True)
    only_by: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    key: str = field(default="", kw_only=True)
    goes_last: bool = field(default=False, kw_only=True)


_duties: Final[dict[str, Duty]] = {}


def owes(duty: Duty) -> Duty:
    """Register what a part answers for, under its key; once more changes nothing."""
    _duties.setdefault(duty.key, duty)
    return duty


def duties() -> Iterator[Duty]:
    """What all parts answer for, in the order of registration."""
    yield from _duties.values()


def all_held(asker: Asker) -> list[tuple[Words, list[Held]]]:
    """What every part holds of a person, by part; parts that hold nothing are left out."""
    told = [(duty.name, list(duty.tell(asker))) for duty in duties()]
    by_key = {one.key: one for _name, held in told for one in held}
    return [(name, [_sourced(one, by_key) for one in held]) for name, held in told if held]


def _sourced(one: Held, by_key: Mapping[str, Held]) -> Held:
    """The same with what it was written down in, as the part says it that keeps that."""
    paper = by_key.get(one.stands_in)
    if paper is None:
        return one
    zh = f"{one.source.zh}：{paper.what.zh}（{paper.source.zh}）"
    en = f"{one.source.en}: {paper.what.en} ({paper.source.en})"
    return replace(one, source=Words(zh, en), desk=paper.desk)


def all_against(asker: Asker, thing: str) -> list[Against]:
    """All that stands against erasing a thing, or everything."""
    return [one for duty in duties() for one in duty.against(asker, thing)]


def desk_of(thing: str) -> str:
    """The area whose desk alone can take a thing back; empty where it is that of the person's home."""
    return next((area for duty in duties() if (area := duty.lies(thing))), "")


def only_by() -> dict[str, str]:
    """By how the key of a thing begins, the deed that alone takes it back."""
    return {start: deed for duty in duties() for start, deed in duty.only_by.items()}


def meant(thing: str) -> Meant | None:
    """A thing as the part that holds it shows it to the desk; None where it is gone or out of the desk's sight."""
    return next((found for duty in duties() if (found := duty.means(thing)) is not None), None)


def put_right(asker: Asker, thing: str, value: str) -> int:
    """Let the part that holds a thing put it right for the desk; returns how many things changed."""
    return sum(duty.put_right(asker, thing, value) for duty in duties())


def allow(asker: Asker, thing: str) -> int:
    """Let the part that holds a thing back for a person use it again; returns how many things changed."""
    return sum(duty.allow(asker, thing) for duty in duties())


def join_all(joining: Joining) -> dict[str, list[Changed]]:
    """Let every part carry over what hangs on a row; the person's own row comes last, as with erasing."""
    return {duty.key: duty.join(joining) for duty in reversed(_duties.values())}


def part_all(joining: Joining, changed: Mapping[str, list[Changed]]) -> list[tuple[Words, int | None]]:
    """Let every part put it back; by its name, how much of it is gone, None where it cannot."""
    return [(duty.name, duty.part(joining, changed.get(duty.key, []))) for duty in duties()]


def erase_all(asker: Asker, thing: str) -> int:
    """Let every part erase a thing, or everything; returns how many things went."""
    from_above = [*reversed(_duties.values())]
    ordered = sorted(from_above, key=lambda duty: duty.goes_last)
    return sum(duty.erase(asker, thing) for duty in ordered)
