"""Reads of checks: the cases that go onto a phone, how one of them stands now, looks that a phone made offline."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from gridcommons.access.deeds import Outcome, look, looks
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.codes import ZONE
from gridcommons.cases.queries import ChecksHeld, ToCheck, cases_to_check
from gridcommons.collection.checks.models import PhoneCase
from gridcommons.collection.checks.rules import NOT_GIVEN
from gridcommons.collection.devices.noting import note_looks
from gridcommons.collection.devices.opening import opening
from gridcommons.collection.devices.packs import take_note
from gridcommons.collection.devices.rules import BAD_KEY, own_place
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Refusal, refuse


def checks_on_phone(
    *, device_id: UUID, told: Callable[[ToCheck], Any], viewer: Viewer, at: datetime, most: int
) -> ChecksHeld:
    """The cases to check, one look; that they went onto a phone of this worker is noted, once a day.

    `told`: what the phone is sent of a case. Every sync is an entry; it names the cases of which this is new today.
    """
    day = local_day(at, ZONE)

    def news(cases: Sequence[ToCheck]) -> set[UUID]:
        return take_note(device_id, "cases", {one.row.id: told(one) for one in cases}, day)

    found = cases_to_check(news=news, viewer=viewer, at=at, most=most)
    ids = {one.row.id for one in found.rows}
    known = PhoneCase.objects.filter(by_key=viewer.key, day=day, case_id__in=ids).values_list("case_id", flat=True)
    new = [PhoneCase(by_key=viewer.key, case_id=one, day=day) for one in sorted(ids - set(known))]
    PhoneCase.objects.bulk_create(
        new, update_conflicts=True, unique_fields=["by_key", "case_id"], update_fields=["day"]
    )
    return found


def was_given(by_key: str, case_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these cases went onto a phone of this worker."""
    rows = PhoneCase.objects.filter(by_key=by_key, case_id__in=list(case_ids))
    return set(rows.values_list("case_id", flat=True))


def require_given(by_key: str, case_id: UUID) -> None:
    """Refuses a case that never went onto a phone of this worker."""
    if not was_given(by_key, [case_id]):
        raise refuse(NOT_GIVEN)


@dataclass(frozen=True)
class CaseSeen:
    """A case opened on a phone without a network: on which day."""

    id: UUID
    case_id: UUID
    day: date


@dataclass(frozen=True)
class CaseLook:
    """A look at a case without a network: by which worker and phone; `grace`: how late it is still told."""

    seen: CaseSeen
    by: Viewer
    device_id: UUID
    grace: timedelta


def _made(facts: Mapping[str, Any]) -> CaseLook:
    return CaseLook(facts["seen"], facts["viewer"], facts["device_id"], facts["grace"])


def _of_holder(facts: Mapping[str, Any]) -> Place:
    return _of_looker(_made(facts), facts["at"])


def _of_looker(one: CaseLook, at: datetime) -> Place:
    return own_place(one.by, at, one.grace)


def _seen(_result: object, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return _shown(_made(facts))


def _shown(one: CaseLook) -> tuple[str, ...]:
    return (f"case:{one.seen.case_id}", f"devicekey:{one.device_id}")


@look("look.on_phone", on=_of_holder, subjects=_seen)
def case_seen_offline(
    *, seen: CaseSeen, device_id: UUID, grace: timedelta, viewer: Viewer, at: datetime, purpose: str = "service"
) -> CaseSeen:
    """A look at a case that a phone made without a network, put on record now; refuses what no phone of theirs had."""
    (done,) = _on_record([CaseLook(seen, viewer, device_id, grace)])
    if isinstance(done, Refusal):
        raise done
    return seen


@looks("look.on_phone", on=_of_looker, subjects=_shown)
def cases_seen_offline(*, each: Sequence[CaseLook], at: datetime, purpose: str = "service") -> list[Outcome[CaseLook]]:
    """Looks of phones at cases put on record together, each once; None for what stands there already.

    A case that never went onto a phone of the worker is refused; so is all that comes by a key withdrawn meanwhile.
    """
    return _on_record(each)


def _on_record(each: Sequence[CaseLook]) -> list[Outcome[CaseLook]]:
    keys, ids = {one.by.key for one in each}, {one.seen.case_id for one in each}
    given = set(PhoneCase.objects.filter(by_key__in=keys, case_id__in=ids).values_list("by_key", "case_id"))
    valid = opening(one.device_id for one in each)
    found = [_refusal(one, valid, given) for one in each]
    noted = [one for one, refusal in zip(each, found, strict=True) if refusal is None]
    new = note_looks([(one.seen.id, one.device_id, one.seen.day) for one in noted])
    done: list[Outcome[CaseLook]] = []
    for one, refusal in zip(each, found, strict=True):
        is_new = refusal is None and one.seen.id in new
        new -= {one.seen.id} if is_new else set()
        done.append(refusal or (one if is_new else None))
    return done


def _refusal(one: CaseLook, valid: Collection[UUID], given: Collection[tuple[str, UUID]]) -> Refusal | None:
    if one.device_id not in valid:
        return refuse(BAD_KEY)
    return None if (one.by.key, one.seen.case_id) in given else refuse(NOT_GIVEN)
