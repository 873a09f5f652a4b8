"""What travels upwards is heard, not called: jobs read committed ledger entries and tell those who listen.

A part or room may have `hears.py`: it registers under a name a table *deed -> function*. The sealer numbers what is
committed, so that reading on by number misses nothing, however long a transaction took. What a function does and how
far was heard are committed together: an entry is heard once. A function that fails does not hold up the others: what
it missed is kept and tried again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.module_loading import autodiscover_modules

from gridcommons.access.models import Heard, LedgerDetail, LedgerEntry, Missed
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.kit.errors import code_of

BATCH: Final = 100
"""Entries heard in one transaction: what their functions lock is soon free again."""
TRIES: Final = 12
_FIRST_WAIT: Final = timedelta(seconds=30)


@dataclass(frozen=True)
class Told:
    """A committed deed as a listener is told of it: never more than the ledger's detail says."""

    seq: int
    what: str
    by: str
    at: datetime
    area_code: str
    subjects: tuple[str, ...]
    facts: Mapping[str, Any]

    def subject(self, kind: str) -> UUID | None:
        """The id of the first subject of a kind (`case` of `case:<id>`); None where there is none."""
        found = next((key for key in self.subjects if key.startswith(f"{kind}:")), "")
        return UUID(found.partition(":")[2]) if found else None


Hears = Mapping[str, Callable[[Told, Viewer, datetime], object]]
LISTENERS: Final[dict[str, Hears]] = {}


def _always(_at: datetime) -> bool:
    return True


_awake: Final[dict[str, Callable[[datetime], bool]]] = {}


def listens(name: str, hears: Hears, *, awake: Callable[[datetime], bool] = _always) -> None:
    """Register who listens: a name that stays, and what is done on which deed.

    `awake`: whether anything would be done with what is heard now; while it would not, entries are passed by unread.
    """
    if name in LISTENERS:
        raise ValueError(f"{name} listens already")
    LISTENERS[name], _awake[name] = hears, awake


def hear_all(*, by: Viewer, at: datetime) -> int:
    """Let every listener hear what is new and what it missed and is due again; returns how many deeds were told."""
    autodiscover_modules("hears")
    return sum(hear(name, by=by, at=at) + hear_again(name, by=by, at=at) for name in sorted(LISTENERS))


def hear(name: str, *, by: Viewer, at: datetime) -> int:
    """Let one listener hear all that was sealed since; a new one begins with what comes. Returns how many were told."""
    told = 0
    while True:
        with transaction.atomic(), viewing(by, at):
            place = _place_of(name, at)
            if place is None:
                return told
            news = list(LedgerEntry.objects.filter(seq__gt=place.seq).order_by("seq")[:BATCH])
            for deed in _deeds_of(news) if news and _awake.get(name, _always)(at) else ():
                told += _tell(name, deed, by, at)
            if news:
                place.seq, place.at = _number(news[-1]), at
            place.save()
        if len(news) < BATCH:
            return told


def hear_again(name: str, *, by: Viewer, at: datetime) -> int:
    """Try again what a listener missed and is due; returns how many succeeded."""
    done = 0
    with transaction.atomic(), viewing(by, at):
        due = Missed.objects.filter(listener=name, next_at__lte=at).order_by("seq")
        for missed in due.select_for_update(skip_locked=True)[:BATCH]:
            deeds = _deeds_of(LedgerEntry.objects.filter(seq=missed.seq))
            said = "".join(_said(name, deed, by, at) for deed in deeds if deed.what in LISTENERS[name])
            if said:
                _put_off(missed, said, at)
            else:
                missed.delete()
                done += 1
    return done


def _place_of(name: str, at: datetime) -> Heard | None:
    """How far a listener is, locked; None while another process hears for it."""
    if not Heard.objects.filter(pk=name).exists():
        last = LedgerEntry.objects.filter(seq__isnull=False).order_by("-seq").first()
        newest = last.seq if last is not None and last.seq is not None else -1
        Heard.objects.bulk_create([Heard(listener=name, seq=newest, at=at)], ignore_conflicts=True)
    return Heard.objects.select_for_update(skip_locked=True).filter(pk=name).first()


def _number(entry: LedgerEntry) -> int:
    """The place of a sealed entry in the log."""
    if entry.seq is None:
        raise ValueError("an entry that is not sealed is not heard")
    return entry.seq


def _tell(name: str, deed: Told, by: Viewer, at: datetime) -> bool:
    """Tell a listener of one deed, if it is what it listens for; what goes wrong is kept for later."""
    if deed.what not in LISTENERS[name]:
        return False
    said = _said(name, deed, by, at)
    if said:
        _put_off(Missed(listener=name, seq=deed.seq, since=at), said, at)
    return True


def _deeds_of(entries: Iterable[LedgerEntry]) -> list[Told]:
    """What sealed entries say of deeds, in order; looks and what was erased say nothing."""
    numbers = {entry.id: _number(entry) for entry in entries if entry.kind == "deed"}
    bodies = LedgerDetail.objects.filter(entry__in=list(numbers)).values_list("entry", "body")
    return sorted((_told_of(numbers[entry], json.loads(body)) for entry, body in bodies), key=lambda deed: deed.seq)


def _told_of(seq: int, body: Mapping[str, Any]) -> Told:
    return Told(
        seq, body["what"], body["by"], datetime.fromisoformat(body["at"]), body["area"], tuple(body["subjects"]),
        body["facts"],
    )  # fmt: skip


def _said(name: str, deed: Told, by: Viewer, at: datetime) -> str:
    """Let a listener do what it does; returns what went wrong in a word of the program, else nothing."""
    try:
        with transaction.atomic():
            LISTENERS[name][deed.what](deed, by, at)
    except Exception as error:  # noqa: BLE001 - one that is let through would stop the listener for good
        return code_of(error)
    return ""


def _put_off(missed: Missed, said: str, at: datetime) -> None:
    """Keep what was missed; each try waits twice as long, and after the twelfth nobody tries by himself."""
    missed.tries += 1
    missed.said, missed.at = said[:100], at
    missed.next_at = at + _FIRST_WAIT * 2**missed.tries if missed.tries < TRIES else None
    missed.save()
