"""Whether an installed program really runs: started from its wheel, asked for a page and a style sheet, stopped.

`python tools/smoke.py COMMAND DATA`; exit code 1 with one line when something is missing.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

SECONDS = 90
PAGES = ("/healthz", "/", "/static/built/app.css", "/accounts/login/", "/open311/v2/discovery.json")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> int:
    """Run, ask, stop."""
    command, data = sys.argv[1], Path(sys.argv[2])
    port = free_port()
    program = subprocess.Popen([command, "run", "--port", str(port), "--data", str(data)], env={**os.environ})
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", program)
        for page in PAGES:
            with urlopen(f"http://127.0.0.1:{port}{page}", timeout=20) as answer:
                print(f"{answer.status} {page} {len(answer.read())} bytes")
    except HTTPError as failure:
        print(f"the installed program failed: {failure} at {failure.url}\n{failure.read().decode()}", file=sys.stderr)
        return 1
    except (URLError, TimeoutError) as failure:
        print(f"the installed program failed: {failure}", file=sys.stderr)
        return 1
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(timeout=60)
    return 0


def wait_for(url: str, program: subprocess.Popen[bytes]) -> None:
    """Wait until the address answers; TimeoutError when it does not, or when the program ended."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if program.poll() is not None:
            raise TimeoutError(f"it ended with {program.returncode}")
        try:
            with urlopen(url, timeout=5):
                return
        except URLError:
            time.sleep(0.3)
    raise TimeoutError(f"no answer in {SECONDS} s")


if __name__ == "__main__":
    raise SystemExit(main())
