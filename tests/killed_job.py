"""A job in a process of its own that is killed midway: while it lives no other takes its work, afterwards one does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

from django.conf import settings

PATIENCE = 20
"""Seconds until the database has surely noticed that a process is gone; it takes moments."""


def killed_and_taken_up(
    script: str, moment: str, data: Path, *, work: Callable[[], int], midway: Callable[[], None]
) -> None:
    """Run a script (its first argument a moment), kill it when it says `midway`, and work on until that is taken up.

    `work`: does what is next, returns how many were taken up. `midway`: what has to hold while the script is at it.
    """
    environment = os.environ | {"GRIDCOMMONS_DATA": str(data), "GRIDCOMMONS_KEYS": str(settings.KEY_FOLDER)}
    with subprocess.Popen(
        [sys.executable, "-c", script, moment], env=environment, stdout=subprocess.PIPE, text=True
    ) as job:
        try:
            assert job.stdout is not None
            assert job.stdout.readline() == "midway\n"
            midway()
            assert work() == 0  # the first one is at work
        finally:
            job.kill()
    midway()  # nothing was lost with it
    until = monotonic() + PATIENCE
    while not work():
        assert monotonic() < until
        sleep(0.05)
