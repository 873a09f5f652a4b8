"""How long a form takes at the door: seconds by kind of question, as the policy has them. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from gridcommons.matters.linting.knowing import Known, fact_asked
from gridcommons.matters.linting.policy import Policy
from gridcommons.matters.linting.question import Question

_READ_AT_A_GLANCE: Final = 5
_MINUTE: Final = 60


def seconds_of(question: Question, known: Known, policy: Policy) -> float:
    """Seconds that one question takes once; what is known is shown and confirmed only."""
    if not question.is_asked and question.kind != "note":
        return 0.0
    if question.fact and fact_asked(question, known) == question.fact and not known[question.fact].is_of_a_person:
        return policy.seconds["known"]
    base = policy.seconds.get(question.kind, policy.seconds["other"])
    return base + policy.seconds["per_choice"] * max(0, len(question.choices) - _READ_AT_A_GLANCE)


def minutes_of(questions: Iterable[Question], known: Known, policy: Policy) -> float:
    """Minutes of the longest way through a form, to a tenth; those of a repeat count as the policy says."""
    seconds = sum(seconds_of(one, known, policy) * _times(one, policy) for one in questions)
    return math.ceil(seconds / _MINUTE * 10) / 10


def _times(question: Question, policy: Policy) -> float:
    repeats = sum(1 for group in question.inside if group.startswith("repeat:"))
    return float(policy.seconds["repeats"] ** repeats)
