"""The mapping of a link as lines to be filled in: names of fields, codes, words for a status, hosts of pictures."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict

from gridcommons.cases.partners.kinds import CASE, fields_of
from gridcommons.cases.partners.terms import COLUMN_LENGTH, NO_STEP, NOTHING, NamesThere, bad_mapping
from gridcommons.cases.transitions import packaged
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.web.partner_words import ACTS

COLUMNS: Final = ("columns_field", "columns_name")
CODES: Final = ("codes_field", "codes_ours", "codes_theirs")
STATUSES: Final = ("statuses_word", "statuses_step")
MEDIA: Final = ("media_host",)
MORE: Final = "more"
"""The name of the buttons that add lines; the form comes back with them and nothing is kept."""
_CODED: Final = ("matter", "state", "area_code")
_EMPTY, _MORE = 2, 3
_MOST: Final = 200
"""Cells of lines in all, below what the house takes of one form (`DATA_UPLOAD_MAX_NUMBER_FIELDS`); more go as JSON."""
_OTHERS: Final = "*"
_COLUMNS: Final = Words("字段名称", "names of fields")
_CODES: Final = Words("代码", "codes")
_STATUSES: Final = Words("状态用语", "words for a status")
_MEDIA: Final = Words("图片网站", "hosts of pictures")

Line = tuple[str, ...]


@dataclass(frozen=True)
class Parts:
    """The lines of the four parts that hold anything."""

    columns: Sequence[Line] = ()
    codes: Sequence[Line] = ()
    statuses: Sequence[Line] = ()
    media: Sequence[Line] = ()

    @property
    def is_too_much(self) -> bool:
        """Whether they hold more than a form of lines may."""
        return sum(len(line) for part in (self.columns, self.codes, self.statuses, self.media) for line in part) > _MOST


@dataclass(frozen=True)
class Lines:
    """The lines of the four parts, with empty ones at the end, and what is offered in them.

    `whole`: the mapping that stands, as JSON, where it is too much for lines; then there are empty ones alone.
    """

    columns: Sequence[Line]
    codes: Sequence[Line]
    statuses: Sequence[Line]
    media: Sequence[Line]
    updates: bool
    fields: Mapping[str, Words]
    coded: Mapping[str, Words]
    ours: Mapping[str, Words]
    steps: Mapping[str, Words]
    whole: str = ""
    longest: int = COLUMN_LENGTH


def lines_of(data: QueryDict | None, held: NamesThere | None, kind: str = CASE) -> Lines:
    """The lines as they were sent, or those of a mapping that stands. `kind`: of what the link carries."""
    names = {key: field.name for key, field in fields_of(kind).items()}
    parts, whole = (_sent(data), "") if data is not None else _held(held or NamesThere())
    more = data.get(MORE, "") if data is not None else ""
    return Lines(
        [*parts.columns, *_empty(COLUMNS, more == "columns")], [*parts.codes, *_empty(CODES, more == "codes")],
        [*parts.statuses, *_empty(STATUSES, more == "statuses")], [*parts.media, *_empty(MEDIA, more == "media")],
        updates="updates" in data if data is not None else bool(held and held.updates), fields=names,
        coded={key: names[key] for key in _CODED if key in names}, ours=_ours(), steps={**ACTS, NOTHING: NO_STEP},
        whole=whole,
    )  # fmt: skip


def _empty(cells: Sequence[str], wants_more: bool) -> list[Line]:
    """Empty lines at the end of a part: a few, and more where they were asked for."""
    return [("",) * len(cells)] * (_EMPTY + _MORE * wants_more)


def mapping_of(data: QueryDict) -> str:
    """The mapping that lines describe, as JSON; nothing for empty lines, nor where JSON counts instead of them.

    Refuses half of a line, one said twice, and more than a form may hold: no line is left out without a word.
    """
    if data.get("mapping", "").strip():
        return ""
    parts = _sent(data)
    if parts.is_too_much:
        too_much = Words(f"逐行填写的超过{_MOST}格，请改用JSON填写", f"over {_MOST} cells in lines; give it as JSON")
        raise bad_mapping([too_much])
    faults = [
        *_faults(_COLUMNS, parts.columns, 1), *_faults(_CODES, parts.codes, 2), *_faults(_STATUSES, parts.statuses, 1),
        *_faults(_MEDIA, parts.media, 1),
    ]  # fmt: skip
    if faults:
        raise bad_mapping(faults)
    said: dict[str, Any] = {
        "columns": {line[0]: line[1] for line in parts.columns},
        "codes": {},
        "statuses": {line[0]: line[1] for line in parts.statuses},
        "media": [line[0].lower() for line in parts.media],
    }
    for field, ours, theirs in parts.codes:
        said["codes"].setdefault(field, {})[ours] = theirs
    if not (parts.columns or parts.codes or parts.statuses or parts.media) and "updates" not in data:
        return ""
    return json.dumps(said | {"updates": "updates" in data}, ensure_ascii=False)


def _faults(part: Words, lines: Sequence[Line], keys: int) -> Iterator[Words]:
    """Lines that are filled in by half, and those whose first cells another line has too."""
    for line in lines:
        if not all(line):
            said = " · ".join(cell or "?" for cell in line)[:60]
            yield Words(f"{part.zh}有一行没填完：{said}", f"{part.en}: a line is filled in by half: {said}")
    for key, n in Counter(line[:keys] for line in lines if all(line)).items():
        if n > 1:
            said = " · ".join(key)[:60]
            yield Words(f"{part.zh}有{n}行重复：{said}", f"{part.en}: {n} lines for one thing: {said}")


def _sent(data: QueryDict) -> Parts:
    """The lines of the four parts that hold anything; a choice alone, beside empty cells, says nothing."""
    return Parts(
        _part(data, COLUMNS, (1,)), _part(data, CODES, (1, 2)), _part(data, STATUSES, (0,)), _part(data, MEDIA, (0,))
    )


def _part(data: QueryDict, names: Sequence[str], typed: Sequence[int]) -> list[Line]:
    cells = [[text.strip() for text in data.getlist(name)] for name in names]
    return [line for line in zip(*cells, strict=False) if any(line[place] for place in typed)]


def _held(held: NamesThere) -> tuple[Parts, str]:
    """The lines of a mapping that stands; where it is too much for them, none, and the mapping as JSON."""
    codes: list[Line] = [(field, ours, theirs) for field, pairs in held.codes.items() for ours, theirs in pairs.items()]
    parts = Parts(list(held.columns.items()), codes, list(held.statuses.items()), [(host,) for host in held.media])
    return (Parts(), held.as_text()) if parts.is_too_much else (parts, "")


def _ours() -> dict[str, Words]:
    """Our codes that a line may name, as the list of a box to type in offers them."""
    matters = {one.key: one.name for one in current() if one.for_grid}
    states = {key: state.words for key, state in packaged().states.items()}
    return {_OTHERS: Words("其余全部", "every other one")} | matters | states
