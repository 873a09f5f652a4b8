"""The peer of the door: a near-bare Django view that does the least a door must, and commits each form by itself.

It parses the multipart, checks the key by one SELECT and writes one row; no group, no ledger, no walls, no checks of
what was sent. A process of its own (`python -m gridcommons.cli.benches.bare_door PORT`), served like ours.
"""

from __future__ import annotations

import hashlib
import os
import sys
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from gridcommons.cli.benches.phones import ADDRESS
from gridcommons.cli.django_setup import OWNER_URL

TABLE: Final = "bench_bare_door"
_SAID: Final = b"<OpenRosaResponse><message>Received.</message></OpenRosaResponse>"
_THREADS: Final = 16
"""In each of two processes: with a connection for each it stays well below what the server allows."""


def submission(request: HttpRequest, key: str) -> HttpResponse:
    """Keep one form of a valid key, on the disk before the answer."""
    form = request.FILES.get("xml_submission_file")
    if not isinstance(form, UploadedFile):
        return HttpResponse(status=400)
    digest = hashlib.sha256(key.encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM devices_devicekey WHERE digest = %s AND withdrawn_at IS NULL", [digest])
        found = cursor.fetchone()
        if found is None:
            return HttpResponse(status=403)
        cursor.execute(f"INSERT INTO {TABLE} VALUES (%s, %s, %s)", [uuid4(), found[0], form.read()])  # noqa: S608 - a constant
    return HttpResponse(_SAID, "text/xml", 201, headers={"Content-Length": str(len(_SAID))})


def ready(_request: HttpRequest) -> HttpResponse:
    """It serves."""
    return HttpResponse()


urlpatterns = [path("openrosa/key/<key>/submission", submission), path("healthz", ready)]


def application() -> WSGIHandler:
    """A Django that has nothing but this view and its database."""
    from gridcommons.web.settings import database

    held = {**database(os.environ[OWNER_URL]), "CONN_MAX_AGE": None}
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], MIDDLEWARE=[], DATABASES={"default": held})
    return get_wsgi_application()


def main() -> None:
    """Serve on the port given as the only argument until told to end."""
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "gridcommons.cli.benches.bare_door:application", factory=True, address=ADDRESS, port=int(sys.argv[1]),
        interface=Interfaces.WSGI, websockets=False, workers=2, blocking_threads=_THREADS,
    ).serve()  # fmt: skip


if __name__ == "__main__":
    main()
