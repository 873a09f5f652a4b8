"""Facts of one person who stood in two rows: all are kept, the newest of each key in force, objections hold on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from gridcommons.people.facts.keys import fact_list
from gridcommons.people.facts.models import Fact
from gridcommons.people.facts.rules import OWN
from gridcommons.people.rights.registry import Changed, Joining

_STATE: Final = ("subject_id", "superseded_at", "forget_on", "held_back", "objectors")


def join(joining: Joining) -> list[Changed]:
    """Carry the facts of the row that goes; what both knew stays in both words, the newer in force."""
    moving = list(Fact.objects.filter(subject_kind="person", subject_id=joining.gone))
    held = {row.key: row for row in Fact.objects.filter(subject_id=joining.kept, superseded_at__isnull=True)}
    changed = [_changed(row) for row in _touched(moving, held)]
    overtaken = [_settled(row, held[row.key], joining) for row in moving if _is_rival(row, held)]
    for row in overtaken:
        row.save(update_fields=["superseded_at", "forget_on"])
    for row in moving:
        row.subject_id = joining.kept
        row.save(update_fields=["subject_id", "held_back", "objectors"])
    for one in held.values():
        one.save(update_fields=["held_back", "objectors"])
    rows = {str(row.pk): row for row in (*moving, *held.values())}
    return [one | {"after": _state(rows[one["id"]])} for one in changed]


def _is_rival(row: Fact, held: dict[str, Fact]) -> bool:
    return row.superseded_at is None and row.key in held


def _touched(moving: Iterable[Fact], held: dict[str, Fact]) -> Iterable[Fact]:
    rivals = [row for row in moving if _is_rival(row, held)]
    return (*moving, *(held[row.key] for row in rivals))


def _changed(row: Fact) -> Changed:
    return {"id": str(row.pk), "before": _state(row)}


def _state(row: Fact) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _STATE}
    return {
        name: value if isinstance(value, bool | list) or value is None else str(value) for name, value in values.items()
    }


def _settled(row: Fact, other: Fact, joining: Joining) -> Fact:
    """The older of two in force, overtaken; the newer is held back if either was."""
    newer, older = sorted(
        (row, other), key=lambda one: (one.as_of, one.source == OWN, one.said_at, one.pk), reverse=True
    )
    newer.held_back = newer.held_back or older.held_back
    newer.objectors = sorted({*newer.objectors, *older.objectors})
    older.superseded_at = joining.at
    older.forget_on = min(older.forget_on, _forgotten(joining.today))
    return older


def _forgotten(today: date) -> date:
    return today + fact_list().history


def part(_joining: Joining, changed: list[Changed]) -> int | None:
    """Put the facts back as they stood, those that are left; not where something newer was told since.

    Who objected since the join still objects.
    """
    rows = {str(row.pk): row for row in Fact.objects.filter(pk__in=[one["id"] for one in changed])}
    there = [one for one in changed if one["id"] in rows]
    if any(not _as_left(rows[one["id"]], one) for one in there):
        return None
    if any(_overtaken(rows[one["id"]], one["before"], rows) for one in there):
        return None
    for one in sorted(there, key=lambda one: one["before"]["superseded_at"] is None):
        before = {"objectors": []} | one["before"]
        if _is_objected_since(rows[one["id"]], one):
            since = _objectors_since(rows[one["id"]], one)
            before |= {"held_back": True, "objectors": sorted({*before["objectors"], *since})}
        Fact.objects.filter(pk=one["id"]).update(**before)
    return len(changed) - len(there)


def _overtaken(row: Fact, before: dict[str, Any], known: dict[str, Fact]) -> bool:
    """Whether something newer is in force where a fact was in force before the join."""
    rivals = Fact.objects.filter(subject_id=before["subject_id"], key=row.key, superseded_at__isnull=True)
    return before["superseded_at"] is None and rivals.exclude(pk__in=list(known)).exists()


def _is_objected_since(row: Fact, one: Changed) -> bool:
    return (row.held_back and not one["after"]["held_back"]) or bool(_objectors_since(row, one))


def _objectors_since(row: Fact, one: Changed) -> set[str]:
    return {*row.objectors} - {*one["after"].get("objectors", ())}


def _as_left(row: Fact, one: Changed) -> bool:
    """Whether it stands as the join left it; an objection since is no other state of a fact."""
    now, since = _state(row), _objectors_since(row, one)
    if _is_objected_since(row, one):
        left = [key for key in row.objectors if key not in since]
        now |= {"held_back": one["after"]["held_back"], "objectors": left}
    left_so: dict[str, Any] = {"objectors": []} | one["after"]
    return left_so == now
