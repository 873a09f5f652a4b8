"""What visits that come again take of the week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from gridcommons.collection.fitting import Calls, Fit, calls_too, fit
from gridcommons.collection.rounds.models import Round
from gridcommons.collection.rounds.policy import policy
from gridcommons.collection.rounds.rules import Rule
from gridcommons.collection.selecting import Choice
from gridcommons.kit.words import Words
from gridcommons.matters.matter import Matter

_WEEK: Final = 7


def rule_of(row: Round) -> Rule:
    """The rule of a row."""
    return Rule(
        row.area_code, row.matter_key, row.form_key, Words(row.name_zh, row.name_en), row.every_days, row.first,
        row.last, Choice(row.choice_key, row.choice_operator, row.choice_value), row.expected,
    )  # fmt: skip


def calls_of(rule: Rule, minutes: int, key: str = "round") -> Calls:
    """Its calls: each household meant once in so many days."""
    return Calls(
        key, rule.name, rule.area_code, minutes, policy().calls_per_household, rule.every_days / _WEEK, rule.first,
        rule.last, rule.households,
    )  # fmt: skip


def weigh(rule: Rule, matter: Matter, day: date) -> Fit:
    """Hold it against the ceiling."""
    return fit(calls_of(rule, matter.minutes), day, owner=policy().owner, contest=policy().contest)


@calls_too
def standing() -> Iterator[Calls]:
    """The visits that come again and have not ended."""
    for row in Round.objects.filter(ended_at__isnull=True):
        yield calls_of(rule_of(row), row.minutes, f"round:{row.pk}")
