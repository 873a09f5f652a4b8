"""The zone of the house, as the headings of files say it."""

from __future__ import annotations

from typing import Final

from gridcommons.kit.dates import is_chinese
from gridcommons.kit.zones import zone_words
from gridcommons.territory.succession import ZONE

ZONE_WORDS: Final = zone_words(ZONE)


def timed(head: str, language: str) -> str:
    """A heading of moments, with the zone in which they are written."""
    zone = ZONE_WORDS.in_language(language)
    return f"{head}（{zone}）" if is_chinese(language) else f"{head} ({zone})"
