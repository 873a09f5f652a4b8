"""Resolve the locks anew: `python tools/lock.py`. Hashes are written, names of hosts are not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "requirements"
LOCKS = {
    "runtime": (),
    "analysis": ("runtime",),
    "dev": ("runtime", "analysis"),
    "spark": ("runtime", "analysis", "dev"),
    "node": (),
}
FLAGS = (
    "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate",
    "--python-version", "3.11", "--quiet",
)  # fmt: skip


def main() -> int:
    """Write each `.txt` from its `.in`; the later ones are held to the earlier ones."""
    beside = str(Path(sys.executable).parent)
    uv = shutil.which("uv", path=beside) or shutil.which("uv")
    if uv is None:
        print("uv is missing: run `make dev` first", file=sys.stderr)
        return 2
    for name, held_to in LOCKS.items():
        bounds = [part for other in held_to for part in ("-c", f"{other}.txt")]
        command = [uv, "pip", "compile", *FLAGS, *bounds, f"{name}.in", "-o", f"{name}.txt"]
        subprocess.run(command, cwd=FOLDER, check=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
