"""How much the field app is to fetch: its built files, each pressed as a server presses them."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import gridcommons.web
from gridcommons.cli.benches import LIMIT, Row, bench
from gridcommons.kit.errors import refusal_kind, refuse

_BUILT: Final = Path(gridcommons.web.__file__).parent / "static" / "built" / "field"
_MOST_FIRST, _MOST_FORM = 2_000.0, 200.0
_SHELL: Final = ("field.js", "field.css", "part-preload-helper.js", "icons.svg")
"""What is read before the passphrase is asked for; the form engine comes while it is typed."""

NOT_BUILT = refusal_kind(
    "bench.field_not_built",
    status=409,
    zh="离线应用还没有构建，无法测量；请先运行 make run。",
    en="The field app has not been built, so it cannot be measured; run make run first.",
)


@bench("field-app")
def field_app() -> Iterable[Row]:
    """The sizes of the first load and of what stands before the passphrase; times are in the browser's own test."""
    if not (_BUILT / "worker.js").exists():
        raise refuse(NOT_BUILT)
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 6)) / 1_000 for path in _BUILT.iterdir() if path.is_file()}
    note = "all files with the form engine, pressed; kept by the service worker, so that later loads fetch nothing"
    yield Row("field-app first load", sum(sizes.values()), LIMIT, _MOST_FIRST, "kB", note)
    shell = sum(sizes[name] for name in _SHELL)
    yield Row("field-app before the passphrase", shell, LIMIT, _MOST_FORM, "kB", "the page, without the form engine")
