"""The second factor of staff: its secrets are sealed with keys outside the database; without one no desk opens."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Final

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from gridcommons.access.joining.queries import has_second_factor
from gridcommons.access.rules import Viewer
from gridcommons.people.crypto import Context, open_sealed, seal
from gridcommons.people.keyfolder import KeyFolder

_CONTEXT: Final = Context("second-factor", "secret")
_DESKS: Final = ("/office", "/field")
_CHECKED: Final = "second_factor.account"
TRUSTED: Final = "second_factor.issuer"


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets and seeds of recovery codes lie sealed: who has a backup of the database has none of them."""

    def encrypt(self, text: str) -> str:
        """A secret as it is stored."""
        return base64.b64encode(seal(text, keyring=_folder().ring(), context=_CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """A stored secret, opened."""
        return open_sealed(base64.b64decode(encrypted_text), keyring=_folder().ring(), context=_CONTEXT)


def _folder() -> KeyFolder:
    return KeyFolder(Path(settings.KEY_FOLDER) / "logins")


def wanting(request: HttpRequest, viewer: Viewer) -> HttpResponse | None:
    """The way to set up a second factor, for staff who come to a desk without one; None for everybody else."""
    at_desk = any(request.path == desk or request.path.startswith(f"{desk}/") for desk in _DESKS)
    if not settings.STAFF_SECOND_FACTOR or not at_desk or viewer.user_id is None or not viewer.grants:
        return None
    account = str(viewer.user_id)
    if account in (request.session.get(_CHECKED), request.session.get(TRUSTED)):
        return None
    if not has_second_factor(viewer.user_id):
        return redirect("mfa_activate_totp")
    request.session[_CHECKED] = account
    return None
