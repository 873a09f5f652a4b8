"""The reading of a day: what the rules say of every area, going on from how each stood by the rules the day before.

Colours go on from what was read before, and not from a history that later figures made anew: what was shown stays as it
was shown. An area that was never read begins with what is known of the ninety days before.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from gridcommons.kit.words import Words
from gridcommons.outlook.colours.colouring import Coloured
from gridcommons.outlook.colours.measures import NEVER, Bools, measures
from gridcommons.outlook.colours.rules import GAP, UNSET, Standing, hatched, readings, stand
from gridcommons.outlook.colours.scheme import Scheme
from gridcommons.outlook.painting.inputs import Inputs
from gridcommons.outlook.painting.rules import step_of


@dataclass(frozen=True)
class Before:
    """How an area stood by the rules when it was read last on an earlier day, and the last report known then."""

    held: str
    run: int
    as_of: date | None


@dataclass(frozen=True)
class Read:
    """What the rules read of one area, as the table keeps it."""

    area_code: str
    level: str
    held: str
    run: int
    rule: str
    step: str
    hatched: bool
    facts: Mapping[str, Any]
    inputs: Mapping[str, float | None]
    because: tuple[Mapping[str, Any], ...]
    as_of: date | None
    review_on: date

    def is_like(self, other: Any) -> bool:
        """Whether a kept row says the same: then nothing is written."""
        return all(
            getattr(self, name) == getattr(other, name)
            for name in ("level", "held", "run", "rule", "hatched", "inputs", "facts", "as_of")
        )


def read_day(scheme: Scheme, given: Inputs, before: Mapping[str, Before]) -> list[Read]:
    """Read the last day of the counts by a scheme, every area going on from how it stood."""
    counts = given.counts
    whole = measures(counts, scheme)
    read = readings(scheme, whole)
    standing = stand(scheme, read, whole.fresh)
    found = Coloured(scheme, whole, read, standing, hatched(scheme, whole, read))
    last = len(found.days) - 1
    since = _since(scheme, counts.areas, before)
    fresh = _fresh(whole.fresh[last], counts.areas, given, before)
    here = replace(
        read, certain=read.certain[last:], possible=read.possible[last:], open=read.open[last:], rule=read.rule[last:],
        grey=read.grey[last:],
    )  # fmt: skip
    on = stand(scheme, here, fresh[None, :], since)
    goes_on = np.array([code in before for code in counts.areas])
    standing.level[last] = np.where(goes_on, on.level[0], standing.level[last])
    standing.run[last] = np.where(goes_on, on.run[0], standing.run[last])
    return [_row(found, last, place, given, before.get(code)) for place, code in enumerate(counts.areas)]


def _since(scheme: Scheme, areas: tuple[str, ...], before: Mapping[str, Before]) -> Standing:
    places = {one.key: n for n, one in enumerate(scheme.levels)}
    held = [before.get(code) for code in areas]
    level = np.array([[places.get(one.held, UNSET) if one else UNSET for one in held]], dtype=np.int8)
    return Standing(level, np.array([[one.run if one else 0 for one in held]], dtype=np.int16))


def _fresh(on_day: Bools, areas: tuple[str, ...], given: Inputs, before: Mapping[str, Before]) -> Bools:
    """Whether an area has a report that it had not when it was read last.

    Counts of a day come in the morning after: on the day itself no area would ever have one.
    """
    made = on_day.copy()
    for place, code in enumerate(areas):
        if (was := before.get(code)) is not None:
            last = given.as_of[place]
            made[place] = last is not None and (was.as_of is None or last > was.as_of)
    return made


def _row(found: Coloured, last: int, place: int, given: Inputs, before: Before | None) -> Read:
    one = found.colour_at(last, place)
    held = int(found.standing.level[last, place])
    key = found.scheme.levels[held].key if held != UNSET else ""
    return Read(
        area_code=one.area, level=one.level.key, held=key, run=int(found.standing.run[last, place]), rule=one.rule,
        step=step_of(found.scheme, before.held if before else "", key), hatched=one.hatched,
        facts=_facts(found, last, place), inputs={name: _kept(value) for name, value in one.inputs.items()},
        because=tuple({**because.words.as_dict(), "source": _source(because.source)} for because in one.because),
        as_of=given.as_of[place], review_on=one.until,
    )  # fmt: skip


def _facts(found: Coloured, last: int, place: int) -> dict[str, Any]:
    """What was read, so that it can be told without its small figures."""
    rule, age = int(found.read.rule[last, place]), int(found.known.age[last, place])
    return {
        "grey": int(found.read.grey[last, place]), "certain": int(found.read.certain[last, place]),
        "rule": found.scheme.rules[rule].key if rule >= 0 else "gap" if rule == GAP else "lowest",
        "missing": int(found.known.missing[last, place]), "age": None if age >= NEVER else age,
        "people": int(found.known.population[place]),
    }  # fmt: skip


def _kept(value: float | None) -> float | None:
    """A figure as JSON keeps it, to six digits: what a rerun reckons in another order is the same."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.6g}")


def _source(source: Words | str) -> dict[str, str]:
    return source.as_dict() if isinstance(source, Words) else {"zh": source, "en": source}
