"""The texts of a question as a reader meets them, so that nothing hides in marks, expressions or between two cells."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

from gridcommons.matters.linting.question import Question

_TAG: Final = re.compile(r"<[^<>]{0,200}>")
_REFERENCE: Final = re.compile(r"\$\{[^{}]{0,200}\}|%\(\w+\)s")
_MARK: Final = re.compile(r"[*~`#\\|]+(?=\S)|(?<=\S)[*~`\\|]+")
_LITERAL: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"")

_SCRAP: Final = 4


def plain(text: str) -> str:
    """A text without the marks that a form draws and nobody reads: tags, entities, emphasis, references."""
    return _MARK.sub("", _REFERENCE.sub("", _TAG.sub("", html.unescape(text))))


def read_aloud(question: Question) -> Iterator[str]:
    """What a person at the door hears of a question: label, hint and choices, as read."""
    for language, label in question.labels.items():
        yield plain(label)
        yield plain(f"{label} {question.hint.get(language, '')}")
    yield from (plain(text) for text in question.hint.values())
    yield from (plain(text) for choice in question.choices for text in choice.labels.values())


def texts_of(question: Question) -> Iterator[str]:
    """Every text of a question: as written, as read, pieces of an expression joined, label and hint joined."""
    for text in question.said():
        if text:
            yield text
            yield plain(text)
            pieces = ["".join(pair) for pair in _LITERAL.findall(text)]
            if pieces:
                yield "".join(pieces)
                yield " ".join(pieces)
    for language, label in question.labels.items():
        yield from joined(label, question.hint.get(language, ""))


def joined(first: str, second: str) -> Iterator[str]:
    """Two texts that are read one after the other as one, where one of them is a scrap and may be half a word."""
    before, after = plain(first).strip(), plain(second).strip()
    if before and after and min(len(before), len(after)) <= _SCRAP:
        yield f"{before}{after}"
