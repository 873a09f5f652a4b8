"""Which names of those who live somewhere stand in words that somebody writes about that place; no row comes out."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from gridcommons.people.homes.models import Person
from gridcommons.people.homes.sealing import Opener
from gridcommons.territory.succession import things_in


def names_in_words(words: str, areas: Collection[str]) -> tuple[str, ...]:
    """The names of people of these areas, within the scope of whoever asks, that stand in these words.

    What comes out stood in the words already: it is hidden before anybody else reads them. Whom the scope does not
    show is not found, so that nobody learns by it who lives somewhere. A person under threat lies in no area.

    It opens the name of everybody there for one check, and keeps none. A blind index over names would open fewer, at
    the price of what is sealed: names repeat as numbers and phones do not, so that equal names would stand as equal
    bytes, and their public frequencies tell a stolen table which is 王伟 and who is of one family, without any key. One
    keyed by village would have to be written anew wherever an area moves. Words that look like names alone would miss
    those of no usual form, for which the register is asked at all.
    """
    if not words.strip():
        return ()
    opener, said = Opener.now(), _even(words)
    rows = things_in(Person.objects.filter(canonical_id__isnull=True), areas)
    names = {opener.read(sealed, row, "name") for row, sealed in rows.values_list("id", "name_sealed")}
    return tuple(sorted(name for name in names if name and _even(name) in said))


def _even(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
