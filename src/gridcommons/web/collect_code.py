"""The code by which ODK Collect sets itself up: the server's address with a device key, as its settings read it."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gridcommons.web.squares import square_of


def code_of(request: HttpRequest, key: str) -> dict[str, Any]:
    """What a page shows of a new key, once: the address of the door, and a square for the phone's camera."""
    address = request.build_absolute_uri(f"/openrosa/key/{key}")
    general = {
        "server_url": address, "form_update_mode": "match_exactly", "autosend": "wifi_and_cellular",
        "delete_send": False,
    }  # fmt: skip
    said = json.dumps({"general": general, "admin": {}, "project": {"name": _("My grid")}}, ensure_ascii=False)
    return {"address": address, "square": square_of(b64encode(zlib.compress(said.encode())).decode())}
