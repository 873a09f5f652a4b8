"""A small login service (OpenID Connect) on this machine: discovery, a code, a token, who it is; and its tricks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Service:
    """The service: its address, who signs in there, and whether it fails."""

    url: str = ""
    subject: str = "person-1"
    broken: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def login_service() -> Iterator[Service]:
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if "openid-configuration" in self.path:
                self.say({
                    "issuer": service.url, "authorization_endpoint": f"{service.url}/authorize",
                    "token_endpoint": f"{service.url}/token", "userinfo_endpoint": f"{service.url}/me",
                    "jwks_uri": f"{service.url}/keys", "token_endpoint_auth_methods_supported": ["client_secret_post"],
                })  # fmt: skip
            elif self.path.startswith("/me"):
                self.say({"sub": service.subject, "preferred_username": "admin", "email": "x@example.org"})

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            service.asked.append(form)
            if service.broken:
                self.say({"error": "invalid_grant"}, 400)
            else:
                self.say({"access_token": "t", "token_type": "Bearer", "expires_in": 60})

        def say(self, body: dict[str, Any], status: int = 200) -> None:
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()


def state_of(address: str) -> str:
    """The state that the program sent along to the service."""
    return parse_qs(urlsplit(address).query)["state"][0]
