"""A child process with limits of time and memory: what loops or swells in a library that reads files ends there.

The child reads its matter from standard input and says JSON.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from typing import Any, Final

import structlog

_log = structlog.get_logger()
SECONDS: Final = 20
_MEMORY: Final = 1_500_000_000


class Ended(Exception):
    """The child was ended for its time or memory."""


def ask(module: str, *words: str, content: bytes) -> Any:
    """What a module of the house, run as a child of its own, makes of a content; raises `Ended`."""
    command = [sys.executable, "-m", module, *words]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - own module, no shell
        if done.returncode > 0:  # not ended from outside: a fault of ours, which must not pass for a slow file
            said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
            _log.error("confined.fault", module=module, error=said.partition(":")[0][:60])
        return json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as fault:
        raise Ended from fault


def confine() -> bytes:
    """In the child: take the limits on, and return the content."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    return sys.stdin.buffer.read()


def answer(said: Any) -> None:
    """In the child: say what was made."""
    sys.stdout.write(json.dumps(said))
