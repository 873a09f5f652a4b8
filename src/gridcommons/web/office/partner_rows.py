"""The mapping of a link as lines to be filled in: their names of fields, their codes, their words for a status."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict

from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.terms import BAD_MAPPING, COLUMN_LENGTH, NOTHING, NamesThere
from gridcommons.cases.transitions import packaged
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.web.partner_words import ACTS

COLUMNS: Final = ("columns_field", "columns_name")
CODES: Final = ("codes_field", "codes_ours", "codes_theirs")
STATUSES: Final = ("statuses_word", "statuses_step")
MORE: Final = "more"
"""The name of the buttons that add lines; the form comes back with them and nothing is kept."""
_CODED: Final = ("matter", "state", "area_code")
_EMPTY, _MORE = 2, 3
_MOST: Final = 200
_OTHERS: Final = "*"

Line = tuple[str, ...]


@dataclass(frozen=True)
class Lines:
    """The lines of the three parts, with empty ones at the end, and what is offered in them."""

    columns: Sequence[Line]
    codes: Sequence[Line]
    statuses: Sequence[Line]
    updates: bool
    fields: Mapping[str, Words]
    coded: Mapping[str, Words]
    ours: Mapping[str, Words]
    steps: Mapping[str, Words]
    longest: int = COLUMN_LENGTH


def lines_of(data: QueryDict | None, held: NamesThere | None) -> Lines:
    """The lines as they were sent, or those of a mapping that stands."""
    names = {key: field.name for key, field in policy().fields.items()}
    columns, codes, statuses = _sent(data) if data is not None else _held(held or NamesThere())
    more = data.get(MORE, "") if data is not None else ""
    return Lines(
        [*columns, *_empty(COLUMNS, more == "columns")], [*codes, *_empty(CODES, more == "codes")],
        [*statuses, *_empty(STATUSES, more == "statuses")],
        updates="updates" in data if data is not None else bool(held and held.updates), fields=names,
        coded={key: names[key] for key in _CODED if key in names}, ours=_ours(),
        steps={**ACTS, NOTHING: Words("不办理任何步骤", "no step")},
    )  # fmt: skip


def _empty(cells: Sequence[str], wants_more: bool) -> list[Line]:
    """Empty lines at the end of a part: a few, and more where they were asked for."""
    return [("",) * len(cells)] * (_EMPTY + _MORE * wants_more)


def mapping_of(data: QueryDict) -> str:
    """The mapping that lines describe, as JSON; nothing for empty lines; refuses half of a line, and one said twice."""
    columns, codes, statuses = _sent(data)
    if faults := [*_faults(columns, 1), *_faults(codes, 2), *_faults(statuses, 1)]:
        raise refuse(BAD_MAPPING, what="; ".join(faults[:5])[:300])
    said: dict[str, Any] = {
        "columns": {line[0]: line[1] for line in columns},
        "codes": {},
        "statuses": {line[0]: line[1] for line in statuses},
    }
    for field, ours, theirs in codes:
        said["codes"].setdefault(field, {})[ours] = theirs
    if not (columns or codes or statuses or "updates" in data):
        return ""
    return json.dumps(said | {"updates": "updates" in data}, ensure_ascii=False)


def _faults(lines: Sequence[Line], keys: int) -> Iterator[str]:
    """Lines that are filled in by half, and those whose first cells another line has too."""
    yield from (" · ".join(cell or "?" for cell in line)[:60] for line in lines if not all(line))
    told = Counter(line[:keys] for line in lines if all(line))
    yield from (f"{' · '.join(key)[:60]}: {n}×" for key, n in told.items() if n > 1)


def _sent(data: QueryDict) -> tuple[list[Line], list[Line], list[Line]]:
    """The lines of the three parts that hold anything; a choice alone, beside empty cells, says nothing."""
    return _part(data, COLUMNS, (1,)), _part(data, CODES, (1, 2)), _part(data, STATUSES, (0,))


def _part(data: QueryDict, names: Sequence[str], typed: Sequence[int]) -> list[Line]:
    cells = [[text.strip() for text in data.getlist(name)[:_MOST]] for name in names]
    return [line for line in zip(*cells, strict=False) if any(line[place] for place in typed)]


def _held(held: NamesThere) -> tuple[list[Line], list[Line], list[Line]]:
    codes: list[Line] = [(field, ours, theirs) for field, pairs in held.codes.items() for ours, theirs in pairs.items()]
    return list(held.columns.items()), codes, list(held.statuses.items())


def _ours() -> dict[str, Words]:
    """Our codes that a line may name, as the list of a box to type in offers them."""
    matters = {one.key: one.name for one in current() if one.for_grid}
    states = {key: state.words for key, state in packaged().states.items()}
    return {_OTHERS: Words("其余全部", "every other one")} | matters | states
