"""What a county knows of households, as the linter takes it: the keys of facts that `people` lists."""

from __future__ import annotations

from functools import cache

from gridcommons.matters.linting.knowing import KnownFact
from gridcommons.people.facts.keys import fact_keys


@cache
def facts_known() -> tuple[KnownFact, ...]:
    """The facts that may be known."""
    return tuple(KnownFact(one.key, one.words) for one in fact_keys().values())
