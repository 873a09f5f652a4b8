"""Writes the forms that come with the program as workbooks (XLSForm): python tools/make_forms.py FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from gridcommons.collection.forms.shipping import shipped_forms


def main() -> None:
    """One file for each form."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for form in shipped_forms():
        (folder / f"{form.key}.xlsx").write_bytes(form.workbook())
        print(folder / f"{form.key}.xlsx")


if __name__ == "__main__":
    main()
