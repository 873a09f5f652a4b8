"""The peer of the hot door: as little of Django as can keep a form, one call, one commit, one entry of the ledger.

Served by the same server with as many processes and threads; nothing is checked, asked or understood.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psycopg

from gridcommons.cli.benches.phones import ADDRESS
from gridcommons.cli.benches.setup import _free_port as free_port
from gridcommons.cli.django_setup import OWNER_URL, SEALER_URL

_TABLE: Final = "bench_bare_form"
_ANSWER: Final = b"<OpenRosaResponse></OpenRosaResponse>"
_SERVE: Final = (
    "import sys; from granian import Granian; from granian.constants import Interfaces; "
    "Granian('gridcommons.cli.benches.bare:application', address=sys.argv[1], port=int(sys.argv[2]), "
    "interface=Interfaces.WSGI, websockets=False, workers=2, blocking_threads=40).serve()"
)
_READY_SECONDS: Final = 60
urlpatterns: Final[list[Any]] = []


def application(environ: dict[str, Any], start_response: Any) -> Any:
    """The bare application, made with the first call."""
    return _made()(environ, start_response)


_held: Final[list[Any]] = []


def _made() -> Any:
    if not _held:
        import django
        from django.conf import settings
        from django.core.handlers.wsgi import WSGIHandler
        from django.urls import re_path

        django.setup()
        settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, []
        urlpatterns[:] = [re_path("", _keep)]
        _held.append(WSGIHandler())
    return _held[0]


def _keep(request: Any) -> Any:
    from django.db import connection, transaction
    from django.http import HttpResponse

    if request.method != "POST":
        return HttpResponse(status=204)
    form = request.FILES["xml_submission_file"].read()
    salt, row = secrets.token_bytes(16), secrets.token_hex(16)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {_TABLE} VALUES (%s, %s)", [row, form])  # noqa: S608 - a name from here
        cursor.execute(f"INSERT INTO {_TABLE}_entry VALUES (%s, now(), %s, %s)", [row, salt, '{"what":"bare"}'])  # noqa: S608 - as above
    return HttpResponse(_ANSWER, status=201, content_type="text/xml")


@contextmanager
def bare() -> Iterator[int]:
    """The port of the peer, with its two tables, for as long as the block lasts."""
    port = free_port()
    values = {**os.environ, "GRIDCOMMONS_POOL": "1", "DJANGO_SETTINGS_MODULE": "gridcommons.web.settings"}
    for name in (OWNER_URL, SEALER_URL):
        values.pop(name, None)
    with psycopg.connect(os.environ[OWNER_URL], autocommit=True) as owner:
        owner.execute(f"CREATE TABLE {_TABLE} (id uuid PRIMARY KEY, said bytea)".encode())
        owner.execute(
            f"CREATE TABLE {_TABLE}_entry (id uuid PRIMARY KEY, at timestamptz, salt bytea, body text)".encode()
        )
        owner.execute(f"GRANT INSERT ON {_TABLE}, {_TABLE}_entry TO gridcommons_web".encode())
        command = [sys.executable, "-c", _SERVE, ADDRESS, str(port)]
        server = subprocess.Popen(command, env=values, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(port, server)
            yield port
        finally:
            server.terminate()
            server.wait(timeout=20)
            owner.execute(f"DROP TABLE {_TABLE}, {_TABLE}_entry".encode())


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _READY_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(f"http://{ADDRESS}:{port}/", timeout=5):
                return
        except HTTPError as refused:
            raise RuntimeError("the peer refuses") from refused
        except (URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError("the peer does not answer")
