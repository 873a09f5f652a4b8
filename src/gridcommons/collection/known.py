"""What a county knows of households, as the linter takes it: the keys of facts that `people` lists."""

from __future__ import annotations

import importlib
import importlib.util
from functools import cache
from typing import Final

from gridcommons.matters.linting.knowing import KnownFact

_REGISTRY: Final = "gridcommons.people.facts"


@cache
def facts_known() -> tuple[KnownFact, ...]:
    """The facts that may be known; none where no part keeps facts."""
    if importlib.util.find_spec(_REGISTRY) is None:
        return ()
    listed = importlib.import_module(f"{_REGISTRY}.keys").fact_keys()
    return tuple(KnownFact(one.key, one.name) for one in (listed.values() if isinstance(listed, dict) else listed))
