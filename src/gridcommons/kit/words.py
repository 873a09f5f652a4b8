"""A text in the two languages a person may read the program in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_HAN: Final = re.compile("[\u3400-\u9fff]")
_LATIN_WORD: Final = re.compile("[A-Za-z]+")


@dataclass(frozen=True)
class Words:
    """The same statement in Chinese (zh-Hans) and English."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The text for a language tag such as `zh-hans` or `en-GB`; Chinese for any `zh` tag, else English."""
        return self.zh if language.lower().startswith("zh") else self.en

    def as_dict(self) -> dict[str, str]:
        """Both texts by language, as the ledger and the API carry them."""
        return {"zh": self.zh, "en": self.en}


def apart(text: str) -> Words:
    """What somebody typed as `中文 | English`; without the bar it stands for readers of both."""
    zh, _bar, en = (part.strip() for part in text.partition("|"))
    return Words(zh or en, en or zh)


def is_in_chinese(text: str) -> bool:
    """Whether somebody wrote this in Chinese: more of its signs than words in letters, so that a name quoted in either
    language does not tell; what has neither is taken for English.
    """
    return len(_HAN.findall(text)) > len(_LATIN_WORD.findall(text))
