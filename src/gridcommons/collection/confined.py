"""A child process with limits of time and memory: what loops or swells in a library that reads files ends there.

The child reads its matter from standard input and says JSON. It starts for each file, so it loads as little as it can.
"""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
from hashlib import sha256
from typing import Any, Final

from gridcommons.kit.recent import Recent

SECONDS: Final = 20
_MEMORY: Final = 1_500_000_000
_KEPT: Final = 32
_said: Final = Recent[tuple[str, ...], bytes](_KEPT)
"""The last answers: a workbook is asked about when it is looked at, when it is proposed and when it becomes a form."""
_NOT_NEEDED: Final = ("numpy",)
"""What the readers of workbooks load where they find it and do without where they do not: a fifth of a start."""


class Ended(Exception):
    """The child was ended for its time or memory."""


def ask(module: str, *words: str, content: bytes) -> Any:
    """What a module of the house, run as a child of its own, makes of a content; raises `Ended`.

    The answer hangs on nothing but what is given, so the last ones are kept. What was ended is tried anew.
    """
    asked = (module, *words, sha256(content).hexdigest())
    said = _said.get(asked)
    if said is None:
        said = _ask_child(module, *words, content=content)
        _said.keep(asked, said)
    return json.loads(said)


def _ask_child(module: str, *words: str, content: bytes) -> bytes:
    command = [sys.executable, "-m", __name__, module, *words]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - own module, no shell
        if done.returncode > 0:  # not ended from outside: a fault of ours, which must not pass for a slow file
            said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
            _log_fault(module, said.partition(":")[0][:60])
        json.loads(done.stdout)
        return done.stdout
    except (subprocess.TimeoutExpired, ValueError) as fault:
        raise Ended from fault


def _log_fault(module: str, error: str) -> None:
    import structlog  # only here: the child has no use for it, and it is a fourth of its start

    structlog.get_logger().error("confined.fault", module=module, error=error)


def main() -> None:
    """The child: takes the limits on, then loads its module and lets it make what it can of the content."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.modules.update(dict.fromkeys(_NOT_NEEDED))  # type: ignore[arg-type]
    module, *words = sys.argv[1:]
    made = importlib.import_module(module).confined(sys.stdin.buffer.read(), *words)
    sys.stdout.write(json.dumps(made))


if __name__ == "__main__":
    main()
