"""Reads of the keyring: the client behind a key, and the keys of an area for whoever answers for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from gridcommons.access.deeds import look
from gridcommons.access.keyring.models import KeyTerms, KeyUse
from gridcommons.access.keyring.rules import MAY_NOT, OPEN311, UNBOUND, Terms
from gridcommons.access.models import ApiKey
from gridcommons.access.queries import OfficeFacts, offices, valid_key
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Place, Viewer
from gridcommons.kit.errors import Refusal, refusal_kind, refuse, worded
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words

PAGE: Final = 50
SYSTEM_ROLE: Final = "office_system"
UNKNOWN = refusal_kind(
    "key.unknown",
    status=404,
    zh="没有这把密钥。",
    en="There is no such key.",
)


@dataclass(frozen=True)
class Client:
    """A machine client behind a valid key. `viewer` acts for its office, where the key has one and may update."""

    key_id: UUID
    viewer: Viewer
    terms: Terms
    may_set_time: bool

    def require(self, may: bool, what: Words) -> None:
        """Refuse what the key may not do."""
        if not may:
            raise Refusal((worded(MAY_NOT, what=what),))


def client_of(text: str, at: datetime) -> Client:
    """The client of a key as text; refuses an unknown or withdrawn one without telling which."""
    key = valid_key(text, OPEN311)
    row = KeyTerms.objects.filter(key=key).first()
    terms = _terms(row) if row else UNBOUND
    grants = (_system_grant(terms, key.created_at),) if terms.may_update else ()
    return Client(key.pk, Viewer(f"key:{key.pk}", grants=grants, name=key.name), terms, key.may_set_time)


def _terms(row: KeyTerms) -> Terms:
    return Terms(tuple(row.areas), row.office_id, row.may_post, row.may_update, row.per_minute)


def _system_grant(terms: Terms, since: datetime) -> GrantFacts:
    """What a key may do in the name of its office: the role of an office's system, and nothing by area."""
    return GrantFacts(SYSTEM_ROLE, terms.areas, (), ROLES[SYSTEM_ROLE].purposes, since, None, terms.office_id)


@dataclass(frozen=True)
class KeyLine:
    """A key as whoever answers for it reads it; the key itself is kept nowhere."""

    id: UUID
    name: str
    terms: Terms
    office: OfficeFacts | None
    made_at: datetime
    withdrawn_at: datetime | None
    last_day: date | None
    by_command_line: bool
    reason: str
    withdrawn_for: str

    @property
    def is_valid(self) -> bool:
        """Whether it still opens the door."""
        return self.withdrawn_at is None


def _of_area(facts: Mapping[str, Any]) -> Place:
    return Place(facts["area_code"])


def _subjects(found: list[KeyLine], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"apikey:{line.id}" for line in found)


@look("look.keys", on=_of_area, subjects=_subjects)
def keys_of(
    *, area_code: str, only: UUID | None = None, viewer: Viewer, at: datetime, purpose: str = "administration"
) -> list[KeyLine]:
    """The keys that reach into an area, valid ones first, then the newest; `only` that one, refused if it does not."""
    rows = [row for row in _rows(only) if _concerns(row, area_code)]
    if only and not rows:
        raise refuse(UNKNOWN)
    last = dict(KeyUse.objects.filter(key__in=rows).values_list("key_id", "day"))
    known = offices(row.terms.office_id for row in rows if hasattr(row, "terms") and row.terms.office_id)
    lines = [_line(row, last.get(row.pk), known) for row in rows]
    return sorted(lines, key=lambda line: (not line.is_valid, -line.made_at.timestamp()))


def _rows(only: UUID | None) -> QuerySet[ApiKey]:
    rows = ApiKey.objects.filter(door=OPEN311).select_related("terms")
    return rows.filter(pk=only) if only else rows


def _concerns(row: ApiKey, area_code: str) -> bool:
    """Whether a key reaches into an area: one of its areas lies there, or it is for the whole house."""
    areas = row.terms.areas if hasattr(row, "terms") else []
    return not areas or any(in_force().covers(area, (area_code,), ()) for area in areas)


def _line(row: ApiKey, last: date | None, known: Mapping[UUID, OfficeFacts]) -> KeyLine:
    held = row.terms if hasattr(row, "terms") else None
    terms = _terms(held) if held else UNBOUND
    return KeyLine(
        row.pk, row.name, terms, known.get(terms.office_id) if terms.office_id else None, row.created_at,
        row.revoked_at, last, held is None, held.reason if held else "", held.withdrawn_for if held else "",
    )  # fmt: skip
