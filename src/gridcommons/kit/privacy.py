"""Classification of stored fields: how sensitive, for what purpose, kept how long."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sensitivity(StrEnum):
    """How much harm a leak of the field does."""

    PUBLIC = "public"
    """May stand on a public page."""
    OFFICE = "office"
    """About work, not about residents; for those who work here."""
    PERSONAL = "personal"
    """About a person, or free text in which a person may be named: read by a look only."""
    SEALED = "sealed"
    """Encrypted at rest; opened field by field."""
    SECRET = "secret"  # noqa: S105 - a class of fields, no password
    """Never shown to anybody: hashes, salts, keys' names."""


class Retention(StrEnum):
    """How long a field is kept; the periods in days are policy data of the part that deletes."""

    FOREVER = "forever"
    """Law or the ledger wants it kept: areas, checkpoints, counts without persons."""
    OFFICE_LIFE = "office_life"
    """While the office, post or account exists, and five years after."""
    CASE_LIFE = "case_life"
    """Two years after the case ended; then text and places of persons are removed, counts remain."""
    RESIDENCE = "residence"
    """While somebody lives there and two years after; at once when they ask and nothing stands against it."""
    FACT = "fact"
    """Until the day that its fact key names; what was said before is kept a year more."""
    CONTACT = "contact"
    """90 days after the case ended: nobody needs to call back any more."""
    BRIEF = "brief"
    """30 days, or as long as a phone may be late: messages, technical rows."""


@dataclass(frozen=True)
class Kept:
    """The classification of one field."""

    sensitivity: Sensitivity
    purpose: str
    retention: Retention
