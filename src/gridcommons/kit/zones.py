"""The zone of the times that a file holds, as people call it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Final

from gridcommons.kit.words import Words

_NAMES: Final[Mapping[str, Words]] = {"Asia/Shanghai": Words("北京时间 UTC+08:00", "Beijing time, UTC+08:00")}


def zone_words(zone: tzinfo) -> Words:
    """A zone by its name, with its distance from UTC where that is always the same; its key where it has no name."""
    return _NAMES.get(str(zone), Words(str(zone), str(zone)))
