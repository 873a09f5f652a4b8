"""The engine of ODK Web Forms as a phone has it: one process fills in forms of a served town, one after another."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from conftest import ROOT

SCRIPT = ROOT / "tests" / "node" / "openrosa_client.mjs"
Fill = Callable[[str, Mapping[str, str]], dict[str, Any]]


@contextmanager
def web_forms(server: str) -> Iterator[Fill]:
    """Fills in a form of that server by its answers and says what was asked, sent and answered."""
    command = [shutil.which("node") or "node", str(SCRIPT), server]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as engine:  # fmt: skip
        assert engine.stdin
        assert engine.stdout
        assert engine.stderr
        to_engine, from_engine, faults = engine.stdin, engine.stdout, engine.stderr

        def fill(form: str, answers: Mapping[str, str]) -> dict[str, Any]:
            to_engine.write(json.dumps({"form": form, "answers": answers}) + "\n")
            to_engine.flush()
            line = from_engine.readline()
            assert line, faults.read()[-2_000:]
            said: dict[str, Any] = json.loads(line)
            assert "error" not in said, said["error"][-2_000:]
            return said

        yield fill
        to_engine.close()
        assert engine.wait(60) == 0
