"""The program served on a free port of this machine, in a thread of the test."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from wsgiref.simple_server import WSGIServer

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from gridcommons.web.wsgi import application


class _Quiet(WSGIRequestHandler):
    def parse_request(self) -> bool:
        """Read a body in chunks whole: the server of the framework, unlike the program's own, does not."""
        is_read = bool(super().parse_request())
        if is_read and self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            self.rfile = BytesIO(body)
            self.headers["Content-Length"] = str(len(body))
        return is_read

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    """The address of the program, for as long as the block lasts."""
    server: WSGIServer = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
    assert isinstance(server, socketserver.ThreadingMixIn)
    server.set_app(application)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
