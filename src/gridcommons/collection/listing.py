"""The list of households that a phone gets with a form: those of its worker's grids, with what that form may know."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import StringIO

from gridcommons.access.rules import Viewer
from gridcommons.collection import households as homes
from gridcommons.collection.asking import Question
from gridcommons.collection.forms.queries import VersionFacts
from gridcommons.collection.households import Household, households
from gridcommons.kit.ids import as_uuid
from gridcommons.kit.natural import natural_key

_FIRST = ("name", "label", "__version", "area")


def household_list(version: VersionFacts, rows: Iterable[Household], day: date) -> bytes:
    """The list as CSV: `name` is the household's id, `label` what the worker may see, then a column for each fact.

    A fact that expired is empty, so that the form asks it. Of what is chosen from a list the words stand beside the
    key, in both languages (`<fact>_zh`, `<fact>_en`).
    """
    asked = [question for question in version.questions if question.is_shown]
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_FIRST, *(column for question in asked for column in _columns(question))])
    for row in sorted(rows, key=lambda one: (one.area_code, natural_key(one.label), str(one.id))):
        known = {key: held.on(day) for key, held in row.known.items()}
        cells = [cell for question in asked for cell in _cells(question, known.get(question.fact, ""))]
        writer.writerow([row.id, " ".join(row.label.split()), row.version, row.area_code, *cells])
    return out.getvalue().encode()


def households_on_phone(
    keys: Sequence[str], *, grids: Sequence[str], viewer: Viewer, at: datetime
) -> Sequence[Household]:
    """The households that a phone may hold today, with what is known of these facts."""
    return households(grids=grids, keys=keys, viewer=viewer, at=at, purpose="visit")


def _columns(asked: Question) -> tuple[str, ...]:
    column = asked.column
    return (column, f"{column}_zh", f"{column}_en") if asked.choices else (column,)


def _cells(asked: Question, value: str) -> tuple[str, ...]:
    """The value, and its words where it is chosen; a value that is no choice any more counts as unknown."""
    if not asked.choices:
        return (value,)
    labels = {choice.key: choice.label for choice in asked.choices}
    keys = value.split()
    if not keys or not set(keys) <= labels.keys():
        return ("", "", "")
    return value, "、".join(labels[key].zh for key in keys), ", ".join(labels[key].en for key in keys)


def held_here(ids: Sequence[str], grids: Sequence[str]) -> dict[str, bool]:
    """Which of these households lie in the worker's grids today; what left them is gone from the phone's list.

    By ids and codes alone: nothing is told of a home that the phone did not name itself, not even whether it exists.
    """
    named = {text: one for text in ids if (one := as_uuid(text)) is not None}
    lie = homes.lying(set(named.values()))
    here = {one for one, place in lie.items() if place.now in grids}
    return {text: named.get(text) in here for text in ids}
