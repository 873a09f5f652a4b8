"""The address of this house, as the operator set it up, else as it was asked for."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest

from gridcommons.kit.errors import Refusal
from gridcommons.notices.channels import read_channels


def house_address(request: HttpRequest) -> str:
    """Scheme and host without a slash at the end; the demo knows only that of the request."""
    try:
        house = "" if settings.DEMO else read_channels(Path(settings.DATA)).address
    except Refusal:
        house = ""
    return house or request.build_absolute_uri("/").rstrip("/")
