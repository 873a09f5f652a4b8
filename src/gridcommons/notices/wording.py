"""Which words a notice is told in: the program's, or a county's own, by the version that the notice pins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from gridcommons.kit.codes import CHINA
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.notices.models import Notice, Wording
from gridcommons.notices.texts import fill, packaged_texts

COUNTY: Final = "county"


def version_in_force(key: str, area_code: str) -> str:
    """The version of a text that a new notice at a place is told in."""
    lineage = in_force()
    county = CHINA.cut(lineage.current(area_code), COUNTY)
    rows = Wording.objects.filter(text_key=key, area_code__in=lineage.known_as(county), ended_at__isnull=True)
    own = rows.values_list("version", flat=True).first() if county else None
    return own or packaged_texts().get(key).version


def words_of(versions: Iterable[str]) -> Mapping[str, Words]:
    """The words of versions that are not the program's present ones; those that nobody kept are absent."""
    known = {text.version for text in packaged_texts().by_key.values()}
    wanted = {version for version in versions if version} - known
    rows = Wording.objects.filter(pk__in=wanted) if wanted else ()
    return {row.version: Words(row.zh, row.en) for row in rows}


def told(notice: Notice, kept: Mapping[str, Words], language: str = "") -> str:
    """The sentence of a notice in the words that it pins; where those are gone, in the program's present ones."""
    words = kept.get(notice.edition) or packaged_texts().get(notice.text_key).words
    return fill(words, notice.facts, language or notice.language)


def unkept() -> list[Wording]:
    """The program's present words that are not kept yet, so that a later version can still tell what was said."""
    texts = packaged_texts().by_key.values()
    held = set(Wording.objects.filter(pk__in=[text.version for text in texts]).values_list("pk", flat=True))
    return [
        Wording(version=text.version, text_key=text.key, zh=text.words.zh, en=text.words.en)
        for text in texts
        if text.version not in held
    ]
