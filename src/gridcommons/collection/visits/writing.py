"""Visits written many at once: one for each submission, and of each chain of corrections the last one in force."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import NAMESPACE_OID, UUID, uuid5

from gridcommons.collection.visits.models import Visit
from gridcommons.kit.ids import uuid7
from gridcommons.people.homes.writing import insert

_TYPES: Final = {
    "household_id": "uuid", "area_code": "text", "day": "date", "kind": "text", "outcome": "text", "minutes": "int",
    "worker_id": "uuid", "submission_id": "uuid", "root": "text", "matter_key": "text", "chain": "uuid",
    "wanted_at": "timestamptz", "no_more": "bool", "counted_in": "text",
    "_owner": "uuid",
}  # fmt: skip
_PARTIES: Final = "CASE WHEN g._owner IS NULL THEN '{}'::text[] ELSE ARRAY['office:' || g._owner] END"


@dataclass(frozen=True)
class Called:
    """A visit as a submission says it. `worker_id`: of `workforce`, None for an account without one.

    `owner`: the office that owns the matter in that county, None where there is none.
    """

    household_id: UUID | None
    area_code: str
    day: date
    kind: str
    outcome: str
    minutes: int
    worker_id: UUID | None
    submission_id: UUID
    root: str
    matter_key: str = ""
    owner: UUID | None = None
    wanted_at: datetime | None = None
    no_more: bool = False


@dataclass(frozen=True)
class Recorded:
    """A visit that stands; `chain`: the same for it and all that it replaced."""

    id: UUID
    chain: UUID


def chain_of(root: str) -> UUID:
    """The id of all visits that a chain of corrections led to."""
    return uuid5(NAMESPACE_OID, root)


def areas_of_visits(roots: Collection[str]) -> dict[str, str]:
    """Where the visits of these chains were recorded, for papers that are read again and lie in no area since."""
    rows = Visit.objects.filter(root__in=roots, is_current=True) if roots else Visit.objects.none()
    return dict(rows.values_list("root", "area_code"))


def write_visits(called: Sequence[Called]) -> list[Recorded]:
    """Write visits, once for each submission; what a correction replaces is in force no more."""
    current = {row.root: row for row in Visit.objects.filter(root__in={one.root for one in called}, is_current=True)}
    over = [row.pk for one in called if (row := current.get(one.root)) and row.submission_id != one.submission_id]
    if over:
        Visit.objects.filter(pk__in=over).update(is_current=False)
    found, fresh = list[Recorded](), list[tuple[UUID, Called]]()
    for one in called:
        row = current.get(one.root)
        again = row is not None and row.submission_id == one.submission_id
        pk = row.pk if row is not None and again else uuid7()
        found.append(Recorded(pk, chain_of(one.root)))
        if again:
            Visit.objects.filter(pk=pk).update(parties=_parties(one), **_facts(one, row))
        else:
            fresh.append((pk, one))
    if fresh:
        rows = [_facts(one, current.get(one.root)) | {"_owner": one.owner} for _pk, one in fresh]
        columns = {name: (kind, [row[name] for row in rows]) for name, kind in _TYPES.items()}
        ids = ("uuid", [pk for pk, _one in fresh])
        insert("visits_visit", {"id": ids, **columns}, {"parties": _PARTIES, "is_current": "true"})
    return found


def take_back(root: str, submission_id: UUID) -> list[Recorded]:
    """The visit of a submission counts no more, and no link is party to it; nothing where it counts not already."""
    rows = list(Visit.objects.filter(root=root, submission_id=submission_id, is_current=True))
    Visit.objects.filter(pk__in=[row.pk for row in rows]).update(is_current=False, parties=[])
    return [Recorded(row.pk, chain_of(row.root)) for row in rows]


def give_back(root: str, submission_id: UUID) -> None:
    """The visit of a submission counts once more that a correction stood in the place of, where it was counted."""
    chain = Visit.objects.filter(chain=chain_of(root))
    last = chain.filter(submission_id=submission_id).order_by("-id").first()
    if last is not None and not chain.filter(is_current=True).exists():
        Visit.objects.filter(pk=last.pk).update(is_current=True)


def _counted_in(one: Called, former: Visit | None) -> str:
    """Where a visit stays counted that was made before its home was put into its right grid, corrected or read again.

    One at another home counts where that one lies.
    """
    if former is None or former.household_id != one.household_id or former.counted_in == one.area_code:
        return ""
    return former.counted_in


def _facts(one: Called, former: Visit | None) -> dict[str, Any]:
    return {
        "household_id": one.household_id, "area_code": one.area_code, "day": one.day, "kind": one.kind,
        "outcome": one.outcome, "minutes": one.minutes, "worker_id": one.worker_id, "root": one.root,
        "matter_key": one.matter_key, "chain": chain_of(one.root), "submission_id": one.submission_id,
        "wanted_at": one.wanted_at, "no_more": one.no_more, "counted_in": _counted_in(one, former),
    }  # fmt: skip


def _parties(one: Called) -> list[str]:
    return [f"office:{one.owner}"] if one.owner else []
