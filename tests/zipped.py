"""A ZIP in memory."""

from __future__ import annotations

import io
import zipfile


def zipped(*files: tuple[str, bytes]) -> bytes:
    """Files by name and content, packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, raw in files:
            packed.writestr(name, raw)
    return out.getvalue()
