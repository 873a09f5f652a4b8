"""Accounts: staff are given theirs by an administrator, so nobody signs up by themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.http import HttpRequest

from gridcommons.access.joining.queries import second_factor_since

_FACTORS: Final = "allauth.mfa"
_FRESH: Final = timedelta(minutes=10)


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes the sign-up door; reporting needs no account (charter 13)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the adapter's interface
        """Never: accounts come from grants."""
        return False

    def is_reauthentication_required(self, *, app: str, **_more: object) -> bool:
        """Not while somebody who has just come in sets up their first second factor and reads its codes."""
        request: HttpRequest | None = context.request
        if app == _FACTORS and request is not None and request.user.is_authenticated:
            held = second_factor_since(request.user.pk)
            return held is not None and datetime.now(UTC) - held > _FRESH
        return bool(super().is_reauthentication_required(app=app))
