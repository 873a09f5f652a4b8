"""Weeks, figures and summaries of concerns. Pure: values in, values out; no words are judged but for being copied."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from gridcommons.kit.disclosure import Mark, Shown, alone, suppress

_HAN: Final = re.compile("[\u3400-\u9fff]")
_BLANK: Final = re.compile(r"[\W_]+")
Line = tuple[str, str, int]
"""Village, subject, how many."""


def week_of(day: date) -> date:
    """The Monday of a day's week: the only time that is kept of what somebody said."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True)
class Figures:
    """What of a digest may leave the township: the whole, by subject, and by village within each subject."""

    total: Shown
    subjects: Mapping[str, Shown]
    villages: Mapping[str, Mapping[str, Shown]]

    def as_dict(self) -> dict[str, Any]:
        """As it is stored: a hidden figure carries nothing but its mark."""
        return {
            "total": _stored(self.total),
            "subjects": {key: _stored(one) for key, one in self.subjects.items()},
            "villages": {
                subject: {code: _stored(one) for code, one in rows.items()} for subject, rows in self.villages.items()
            },
        }


def _stored(shown: Shown) -> int | str:
    return shown.mark.value if shown.value is None else shown.value


def shown_of(stored: int | str) -> Shown:
    """A stored figure read back."""
    return Shown(Mark.EXACT, stored) if isinstance(stored, int) else Shown(Mark(stored))


def figures_of(lines: Iterable[Line]) -> Figures:
    """The figures of a digest with small ones hidden along both steps, so that subtraction gives nothing."""
    by_subject: dict[str, dict[str, int]] = defaultdict(dict)
    for village, subject, n in lines:
        by_subject[subject][village] = by_subject[subject].get(village, 0) + n
    sums = {subject: sum(rows.values()) for subject, rows in by_subject.items()}
    total = sum(sums.values())
    subjects = suppress(sums, total)
    villages = {
        subject: dict(suppress(rows, sums[subject], sealed=subjects[subject].mark is Mark.WITHHELD))
        for subject, rows in by_subject.items()
    }
    return Figures(alone(total), dict(subjects), villages)


def is_quote(summary: str, said: Iterable[str], *, han: int, letters: int) -> bool:
    """Whether a summary repeats somebody's words: a run of `han` Chinese signs, or of `letters` in other scripts.

    Blanks and signs between words do not count, nor capitals.
    """
    own = _plain(summary)
    return any(_shares_run(own, _plain(text), han, letters) for text in said)


def _plain(text: str) -> str:
    return _BLANK.sub("", text).casefold()


def _shares_run(own: str, other: str, han: int, letters: int) -> bool:
    for start in range(len(other) - min(han, letters) + 1):
        least = han if _HAN.search(other[start : start + han]) else letters
        run = other[start : start + least]
        if len(run) == least and run in own:
            return True
    return False
