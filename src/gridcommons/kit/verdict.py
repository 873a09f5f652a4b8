"""The one shape of a decision: answer, because, rule and version, until, contest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gridcommons.kit.words import Words


class Answer(StrEnum):
    """What a rule can say. `CANNOT_TELL` is an answer: missing facts never count as a no."""

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Because:
    """One reason in words, with the source it stands on: a law in words, or the name of a rule."""

    words: Words
    source: Words | str = ""


@dataclass(frozen=True)
class Verdict:
    """A decision with its reasons.

    `subject`: what was decided, in words ("may enter the grid"). `rule`, `version`, `owner`: which
    rule, which edition and who answers for it. `until`: how long it holds (aware UTC), None for
    "until changed". `contest`: what to do if it is wrong. `way`: where to go instead, on a no.
    """

    answer: Answer
    subject: Words
    because: tuple[Because, ...]
    rule: str
    version: str
    owner: Words
    contest: Words
    until: datetime | None = None
    way: Words | None = None

    @property
    def is_yes(self) -> bool:
        """True only for a plain yes."""
        return self.answer is Answer.YES

    def as_dict(self) -> dict[str, object]:
        """The verdict as the API and the ledger carry it."""
        return {
            "answer": self.answer.value,
            "subject": self.subject.as_dict(),
            "because": [{**b.words.as_dict(), "source": _source(b.source)} for b in self.because],
            "rule": self.rule,
            "version": self.version,
            "owner": self.owner.as_dict(),
            "until": self.until.isoformat() if self.until else None,
            "contest": self.contest.as_dict(),
            "way": self.way.as_dict() if self.way else None,
        }


def _source(source: Words | str) -> dict[str, str]:
    return source.as_dict() if isinstance(source, Words) else {"zh": source, "en": source}
