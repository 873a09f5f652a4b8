"""Writes of the keyring: a key made with its terms, a key withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.apikeys import digest_of, new_key
from gridcommons.access.deeds import deed
from gridcommons.access.keyring.models import KeyTerms
from gridcommons.access.keyring.queries import UNKNOWN
from gridcommons.access.keyring.rules import OPEN311, Terms, missing_reason, missing_to_make
from gridcommons.access.models import ApiKey, Office
from gridcommons.access.rules import Place, Viewer, require
from gridcommons.kit.errors import refuse, require_none
from gridcommons.kit.masking import masked_text

_REASON: Final = 300


@dataclass(frozen=True)
class Made:
    """A key as it is handed over, once."""

    id: UUID
    name: str
    text: str


def _said(reason: str) -> str:
    return masked_text(reason, limit=_REASON)


def _first_area(facts: Mapping[str, Any]) -> Place:
    terms: Terms = facts["terms"]
    return Place(min(terms.areas, default=""))


def _subject(result: Made, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"apikey:{result.id}",)


@deed("key.make", on=_first_area, subjects=_subject, keeps=("name",))
def make_key(
    *, name: str, terms: Terms, reason: str, by: Viewer, at: datetime, purpose: str = "administration"
) -> Made:
    """Make a key for a machine client with what it may do; the key itself is returned once and kept nowhere."""
    office = Office.objects.filter(pk=terms.office_id, valid_to__isnull=True).first() if terms.office_id else None
    valid = ApiKey.objects.filter(door=OPEN311, revoked_at__isnull=True)
    known = frozenset(valid.values_list("name", flat=True))
    require_none(missing_to_make(name, reason, terms, office.side if office else "", known))
    for code in (*terms.areas, *([office.area_code] if office else [])):
        require(by, deed="key.make", place=Place(code), purpose=purpose, at=at)
    text = new_key()
    key = ApiKey.objects.create(name=name, door=OPEN311, digest=digest_of(text), created_at=at)
    KeyTerms.objects.create(
        key=key, areas=sorted(terms.areas), office=office, may_post=terms.may_post, may_update=terms.may_update,
        per_minute=terms.per_minute, made_by=by.key, reason=_said(reason),
    )  # fmt: skip
    return Made(key.pk, name, text)


def _of_key(facts: Mapping[str, Any]) -> Place:
    areas = KeyTerms.objects.filter(key=facts["key_id"]).values_list("areas", flat=True).first()
    return Place(min(areas or [], default=""))


def _withdrawn(result: ApiKey, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"apikey:{result.pk}",)


@deed("key.withdraw", on=_of_key, subjects=_withdrawn)
def withdraw_key(*, key_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "administration") -> ApiKey:
    """Withdraw a key at once and for good; one made on the command line as well: stopping is always allowed."""
    key = ApiKey.objects.select_for_update().filter(pk=key_id, door=OPEN311, revoked_at__isnull=True).first()
    if key is None:
        raise refuse(UNKNOWN)
    require_none(missing_reason(reason))
    key.revoked_at = at
    key.save(update_fields=["revoked_at"])
    KeyTerms.objects.filter(key=key).update(withdrawn_by=by.key, withdrawn_for=_said(reason))
    return key
