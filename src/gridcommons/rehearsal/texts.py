"""Report texts: our own words in Chinese and English, chosen by matter and by the words of the source's kind."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from gridcommons.rehearsal.mapping import DATA


@dataclass(frozen=True)
class Family:
    """Texts for one kind of trouble within a matter; no `words` means: the rest of the matter."""

    matter: str
    words: frozenset[str]
    texts: dict[str, tuple[str, ...]]

    def fits(self, kind: str) -> bool:
        """Whether one of the family's words stands in a lower-cased kind as whole words."""
        return not self.words or any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", kind) for word in self.words)


@dataclass(frozen=True)
class Texts:
    """All families and the openers, by language `zh` or `en`."""

    openers: dict[str, tuple[str, ...]]
    families: tuple[Family, ...]

    def family_of(self, matter: str, kind: str) -> Family:
        """The first family of a matter that fits a kind (`type descriptor`); KeyError for a matter without texts."""
        lowered = kind.lower()
        found = next((f for f in self.families if f.matter == matter and f.fits(lowered)), None)
        if found is None:
            raise KeyError(f"no report texts for the matter {matter!r}")
        return found

    def write(self, family: Family, language: str, draws: tuple[float, float]) -> str:
        """One report text of a family in a language; two draws in [0, 1) choose the opener and the text."""
        opener, text = (
            _pick(choices, draw)
            for choices, draw in zip((self.openers[language], family.texts[language]), draws, strict=True)
        )
        return opener + text


def _pick(choices: tuple[str, ...], draw: float) -> str:
    return choices[int(draw * len(choices))]


@cache
def load_texts() -> Texts:
    """The report texts that the package carries."""
    raw = tomllib.loads((DATA / "texts.toml").read_text(encoding="utf-8"))
    families = tuple(
        Family(item["matter"], frozenset(item["words"]), {language: tuple(item[language]) for language in ("zh", "en")})
        for item in raw["family"]
    )
    return Texts({language: tuple(lines) for language, lines in raw["openers"].items()}, families)
