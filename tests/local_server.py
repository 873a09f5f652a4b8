"""A local HTTP server for the test doubles of other people's systems: on a port of its own, answering as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Answering(BaseHTTPRequestHandler):
    """What every double says in the same way; nothing is logged, and who hung up is let go."""

    def _say(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        self._raw(body.encode() if isinstance(body, str) else json.dumps(body).encode(), status, headers)

    def _raw(self, raw: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(raw)

    def log_message(self, *_args: object) -> None:
        """Nothing is logged."""


@contextmanager
def answering(handler: type[Answering], own: Any) -> Iterator[str]:
    """Serve a double that finds its state in `own`; yields its address. `own.ended` is set before the server ends."""
    bound = type("Handler", (handler,), {"own": own})
    server = ThreadingHTTPServer(("127.0.0.1", 0), bound)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        own.ended.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
