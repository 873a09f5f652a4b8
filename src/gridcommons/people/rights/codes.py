"""Codes of private logins: known by their hash alone, as the key of whoever holds one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gridcommons.access.joining.codes import digest_of
from gridcommons.access.rules import Viewer
from gridcommons.kit.errors import refuse
from gridcommons.people.rights.models import PrivateLogin
from gridcommons.people.rights.rules import UNKNOWN_CODE


def code_key(code: str) -> str:
    """The party key that a code gives."""
    return f"login:{digest_of(code).hex()}"


def holding(viewer: Viewer, code: str) -> Viewer:
    """A viewer who holds a code."""
    return replace(viewer, parties=viewer.parties | {code_key(code)})


def open_login(code: str, at: datetime) -> PrivateLogin:
    """The open login of a code, locked; unknown, used, ended and expired are the same."""
    rows = PrivateLogin.objects.select_for_update().filter(parties__contains=[code_key(code)])
    row = rows.filter(accepted_at__isnull=True, ended_at__isnull=True, expires_at__gt=at).first()
    if row is None:
        raise refuse(UNKNOWN_CODE)
    return row
