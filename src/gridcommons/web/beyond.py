"""Why something was read beyond the ordinary, for the lists of who looked: the reason that two persons agreed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from gridcommons.access.entries import Entry
from gridcommons.access.glass.queries import glass_named
from gridcommons.access.handout.queries import handout_named


def reasons_of(entries: Iterable[Entry]) -> Mapping[UUID, str]:
    """By entry, the reason of the glass or export that it was read by; other entries are absent."""
    marked = {entry.id: key for entry in entries for key in entry.subjects if key.startswith(("glass:", "handout:"))}
    found = {key: glass_named(key) or handout_named(key) for key in set(marked.values())}
    return {pk: told[1] for pk, key in marked.items() if (told := found[key]) is not None}
