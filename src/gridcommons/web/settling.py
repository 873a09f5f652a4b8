"""What a web process does once before it answers: it loads its pages and sets them apart from what comes and goes."""

from __future__ import annotations

import gc
from typing import Final

from django.urls import get_resolver

_ALLOCATIONS: Final = (10_000, 20, 20)
"""New objects before the collector looks at the youngest, and how often before it looks at older ones.

A page makes and drops some ten thousand; the preset of 700 would look through them over and over.
"""


def settle() -> None:
    """Load all addresses with their views, and keep the collector from walking over what stays for good.

    The program itself is some 200,000 objects: a full collection takes over 100 ms of a page that happens to meet it.
    """
    get_resolver().url_patterns  # noqa: B018 - reading it imports every view
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_ALLOCATIONS)
