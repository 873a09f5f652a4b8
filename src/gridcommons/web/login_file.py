"""The house's own login (OpenID Connect), as a file in the data folder says it: name, issuer, client, secret's file.

Read by the settings, so it knows no Django. Without the file there is no such login.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from gridcommons.kit.errors import refusal_kind, refuse

PROVIDER: Final = "openid_connect"
HOUSE: Final = "house"
_ITEMS: Final = frozenset({"name", "issuer", "client_id", "secret_file", "second_factor"})
_LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})

UNREADABLE = refusal_kind(
    "login.file_unreadable",
    status=500,
    zh="统一登录的配置 login.toml 有误：{what}。请改正后重新启动。",
    en="The file of the house's login, login.toml, is wrong: {what}. Correct it and start again.",
)


def providers(path: Path) -> dict[str, Any]:
    """The settings of allauth; none without the file. Refuses a faulty file, which nobody should be let in by."""
    if not path.exists():
        return {}
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        _check(said)
        secret = (path.parent / said["secret_file"]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise refuse(UNREADABLE, what=error) from error
    app = {
        "provider_id": HOUSE, "name": said["name"], "client_id": said["client_id"], "secret": secret,
        "settings": {
            "server_url": said["issuer"].rstrip("/"), "oauth_pkce_enabled": True,
            "second_factor": said.get("second_factor", "here"),
        },
    }  # fmt: skip
    return {PROVIDER: {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}


def _check(said: dict[str, Any]) -> None:
    missing = sorted(_ITEMS - {"second_factor"} - said.keys())
    strange = sorted(said.keys() - _ITEMS)
    if missing or strange:
        raise refuse(UNREADABLE, what=", ".join([*(f"{one} ?" for one in missing), *(f"{one} !" for one in strange)]))
    wrong = [one for one in _ITEMS & said.keys() if not isinstance(said[one], str) or not said[one].strip()]
    if wrong or said.get("second_factor", "here") not in {"here", "issuer"}:
        raise refuse(UNREADABLE, what=", ".join(wrong) or "second_factor = here / issuer")
    parts = urlsplit(said["issuer"])
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
        raise refuse(UNREADABLE, what="issuer: https://")
