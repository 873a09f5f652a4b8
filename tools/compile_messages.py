"""Compile the committed message catalogues (.po) into what Django reads (.mo), with Babel: msgfmt may be missing.

Use: `python tools/compile_messages.py [FOLDER]` (default `src`); prints what it wrote.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_below(folder: Path) -> list[Path]:
    """Write a `.mo` beside every `.po` below `folder`, fuzzy entries left out; each file appears whole or not."""
    written = []
    for source in sorted(folder.rglob("LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        part = target.with_suffix(f".mo.{os.getpid()}")
        with source.open("rb") as po, part.open("wb") as mo:
            write_mo(mo, read_po(po))
        part.replace(target)
        written.append(target)
    return written


if __name__ == "__main__":
    root = Path(sys.argv[1] if len(sys.argv) > 1 else "src")
    for path in compile_below(root):
        sys.stdout.write(f"{path}\n")
