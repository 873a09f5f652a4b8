"""The county's own login service as the settings hold it, for pages that name it; the login library is not needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from gridcommons.web.login_file import PROVIDER


def service() -> Mapping[str, Any]:
    """The one service that is set up; empty where none is."""
    apps = getattr(settings, "SOCIALACCOUNT_PROVIDERS", {}).get(PROVIDER, {}).get("APPS", [])
    found: Mapping[str, Any] = apps[0] if apps else {}
    return found


def house_login_name() -> str:
    """The name of the login service as its button says it; empty where none is set up."""
    return str(service().get("name", ""))
