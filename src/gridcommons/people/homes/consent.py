"""A newcomer's own code: by it they consent to their registration or decline it, without account and without worker."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from gridcommons.access.joining.codes import new_code
from gridcommons.access.rules import PUBLIC, Place, Viewer
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.people.homes.models import Residence
from gridcommons.people.homes.rules import person_key

CONSENT_LIFE: Final = timedelta(days=14)
"""So long a registration waits for consent; then it is deleted."""

NO_CONSENT = refusal_kind(
    "homes.no_consent",
    status=404,
    zh="没有等您同意的登记：凭条码不对，或者登记已撤销、已按期删除。不登记不影响您办任何事。",
    en="No registration waits for you: the code is not known, or it was withdrawn or deleted in time. Not registering "
    "changes nothing for you.",
)


def new_consent() -> tuple[str, str]:
    """A code and the party key that it gives."""
    code = new_code()
    return code, consent_key(code)


def consent_key(code: str) -> str:
    """The party key of a code; blanks, dashes and small letters make no difference."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    return f"consent:{hashlib.sha256(signs.encode()).hexdigest()}"


def holder(code: str) -> Viewer:
    """Who holds a code: nobody by name."""
    return replace(PUBLIC, parties=frozenset({consent_key(code)}))


def consent_of(facts: Mapping[str, Any]) -> Place:
    """Where consent is given: the thing of whoever holds the code or is the person."""
    row = Residence.objects.filter(consent_key=facts["consent_key"] or "-").first()
    if row is None:
        raise refuse(NO_CONSENT)
    return Place(parties=frozenset({row.consent_key, person_key(row.person_id)}), personal=True)
