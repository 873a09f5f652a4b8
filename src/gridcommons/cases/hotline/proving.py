"""What shows that a caller asks about their own case: its code, or its number and the telephone they left. No name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from gridcommons.access.rules import Viewer
from gridcommons.cases.codes import digest_of, track_key
from gridcommons.cases.models import Case
from gridcommons.kit.errors import Refusal
from gridcommons.people.queries import is_same_caller

_SERVICE: Final = "service"


@dataclass(frozen=True)
class Proof:
    """What a caller says: a code, else a number, perhaps with the telephone that they left then."""

    code: str = ""
    number: str = ""
    phone: str = ""

    def held_by(self, clerk: Viewer) -> Viewer:
        """The clerk, holding the caller's code for as long as the caller asks."""
        return replace(clerk, parties=clerk.parties | {track_key(self.code)}) if self.code else clerk


def case_of(proof: Proof) -> Case | None:
    """The case that a proof names, as far as the scope in force reaches."""
    if proof.code:
        return Case.objects.filter(track_digest=digest_of(proof.code)).first()
    return Case.objects.filter(number=proof.number).first() if proof.number else None


def is_proven(case: Case, proof: Proof, viewer: Viewer, at: datetime) -> str:
    """By what a caller proved that a case is theirs: `code`, `phone`, or empty. Each try at a phone is a look."""
    if proof.code:
        return "code" if bytes(case.track_digest) == digest_of(proof.code) else ""
    if not proof.phone or case.contact_id is None:
        return ""
    try:
        same = is_same_caller(
            contact_id=case.contact_id, phone=proof.phone, viewer=viewer, at=at, purpose=_SERVICE
        )  # fmt: skip
    except Refusal:
        return ""
    return "phone" if same else ""
