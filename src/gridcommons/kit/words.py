"""A text in the two languages a person may read the program in."""

from __future__ import annotations

from dataclasses import dataclass


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
