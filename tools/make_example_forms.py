"""Write the shipped forms as XLSForm workbooks from their readable sources.

Use: `python tools/make_example_forms.py [FOLDER]` (default the examples of `collection`); prints what it wrote.
"""

from __future__ import annotations

import sys
from pathlib import Path

from gridcommons.collection.workbooks import workbook_of

EXAMPLES = Path(__file__).parents[1] / "src" / "gridcommons" / "collection" / "data" / "examples"


def make_below(folder: Path) -> list[Path]:
    """Write a workbook beside every source of a folder."""
    written = []
    for source in sorted(folder.glob("*.toml")):
        target = source.with_suffix(".xlsx")
        target.write_bytes(workbook_of(source.read_text("utf-8")))
        written.append(target)
    return written


if __name__ == "__main__":
    for path in make_below(Path(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES):
        sys.stdout.write(f"{path.name}\n")
