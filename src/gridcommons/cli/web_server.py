"""The web process: granian over the WSGI application, on this machine's own address only."""

from __future__ import annotations

import os
import sys
from typing import Final

from gridcommons.cli.supervisor import end_with_supervisor

ADDRESS: Final = "127.0.0.1"
TARGET: Final = "gridcommons.web.wsgi:application"
_MOST_WORKERS: Final = 2
_THREADS: Final = 40
"""Waiting is cheap: the hot door commits what many of these wait for at once. Views are let in eight at a time."""


def main() -> None:
    """Serve on the port given as the only argument until told to end."""
    end_with_supervisor()
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        TARGET, address=ADDRESS, port=int(sys.argv[1]), interface=Interfaces.WSGI, websockets=False,
        workers=min(_MOST_WORKERS, os.cpu_count() or 1), blocking_threads=_THREADS, respawn_failed_workers=True,
    ).serve()  # fmt: skip


if __name__ == "__main__":
    main()
