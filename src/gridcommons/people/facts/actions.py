"""Writes of facts: told in batches, confirmed, forgotten."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.people.facts.erasing import steady
from gridcommons.people.facts.models import Erased, Fact
from gridcommons.people.facts.rules import NO_FACT, Told, Written
from gridcommons.people.facts.writing import value_of, write_all
from gridcommons.territory.succession import ZONE


def _of_told(_result: Written, facts: Mapping[str, Any]) -> tuple[str, ...]:
    told: Sequence[Told] = facts["told"]
    return tuple(dict.fromkeys(f"{one.subject_kind}:{one.subject_id}" for one in told))


def _of_facts(result: list[Fact], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{one.subject_kind}:{one.subject_id}" for one in result))


@deed("facts.record", subjects=_of_told)
def record(
    *, told: Sequence[Told], chains: Mapping[UUID, Collection[UUID]] | None = None, by: Viewer, at: datetime,
    purpose: str = "service",
) -> Written:  # fmt: skip
    """Keep what was told, in one transaction and one entry; subjects that the viewer does not see are refused.

    `chains`: the submissions that are read now, each with those that it corrects; what they no longer say is withdrawn.
    """
    return write_all(told, by=by.key, purpose=purpose, at=at, chains=chains)


@deed("facts.confirm", subjects=_of_facts)
def confirm(
    *, fact_ids: Sequence[UUID], given_by: str = "", by: Viewer, at: datetime, purpose: str = "service"
) -> list[Fact]:
    """It is still so, somebody says: the same values as of today, until they expire again."""
    steady()
    rows = list(Fact.objects.filter(pk__in=list(fact_ids), superseded_at__isnull=True, held_back=False))
    if len(rows) != len(set(fact_ids)):
        raise refuse(NO_FACT)
    today = local_day(at, ZONE)
    told = [
        Told(row.subject_kind, row.subject_id, row.key, value_of(row.pk, row.value, row.value_sealed), row.source,
             today, given_by or row.given_by)
        for row in rows
    ]  # fmt: skip
    write_all(told, by=by.key, purpose=purpose, at=at)
    return rows


@deed("facts.forget")
def forget_facts(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Delete what may not be kept any longer: facts past their time, what was said before, that one was erased."""
    over = {"forget_on__lte": local_day(at, ZONE)}
    return sum(table.objects.filter(**over).delete()[0] for table in (Fact, Erased))
