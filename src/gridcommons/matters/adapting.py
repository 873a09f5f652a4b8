"""A county's own edition: the shipped list with other times, routes or owners, checked by the same rules as the list.

Nothing else of a matter can be changed here: its legal basis, purpose and class are the list's. What is not in the
list comes in by the act of admission alone, whole, as `admitted`; `ends` is the last day of a matter that is dropped or
that admission gave another end.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.matters.catalogue import SHIPPED, UNKNOWN, Catalogue, catalogue_of, read_files, shipped_catalogue
from gridcommons.matters.reading import Faults, Table

Changes = Mapping[str, Mapping[str, Any]]
ITEMS: Final = ("handle_within", "file_within", "owner", "routes")
"""What a county may change of a matter; `routes` is a list of offices in order."""
ADMITTED, ENDS = "admitted", "ends"
"""What only the act of admission writes: a whole matter of the county's own, and the last day of one."""
OWN_GROUP: Final = {"key": "county_own", "name": {"zh": "本县准入的事项", "en": "Admitted by this county"}}
_OWN_FILE: Final = "admitted"
_DAYS: Final = ("valid_from", "review_date")
_OWN: Final = "local"

NOT_CHANGEABLE = refusal_kind(
    "matter.not_changeable",
    status=400,
    zh="“{key}”的“{item}”不能由县里改：只能改期限、流转和牵头单位。",
    en="A county cannot change “{item}” of “{key}”: only times, routes and the owner.",
)


def adapted(changes: Changes) -> Catalogue:
    """The shipped catalogue with these changes; refuses with every fault, as the reading of the list does."""
    if not changes:
        return shipped_catalogue()
    return _adapted(json.dumps(changes, sort_keys=True))


@functools.lru_cache(maxsize=8)
def _adapted(changes_text: str) -> Catalogue:
    changes: Changes = json.loads(changes_text)
    faults = Faults()
    files = copy.deepcopy(read_files(SHIPPED, faults))
    head = files["departments.toml"]["list"]
    head["edition"] = f"{head['edition']}-{_OWN}"
    levels = {one["key"]: one["level"] for one in files["departments.toml"]["department"]}
    if own := [_entry(key, change[ADMITTED]) for key, change in changes.items() if ADMITTED in change]:
        files[_OWN_FILE] = {"group": copy.deepcopy(OWN_GROUP), "matter": own}
    listed = {matter["key"]: matter for table in files.values() for matter in table.get("matter", ())}
    for key, change in changes.items():
        if key not in listed:
            raise refuse(UNKNOWN, key=key[:60])
        _change(listed[key], change, levels)
    return dataclasses.replace(catalogue_of(files, faults), base=shipped_catalogue().version, changes=changes)


def by_admission(changes: Changes) -> dict[str, dict[str, Any]]:
    """What of these changes only the act of admission may write."""
    own = {key: {item: change[item] for item in (ADMITTED, ENDS) if item in change} for key, change in changes.items()}
    return {key: change for key, change in own.items() if change}


def _entry(key: str, admitted: Mapping[str, Any]) -> Table:
    """A matter of the county's own as the files of the list write one."""
    days = {item: _day(admitted.get(item)) for item in _DAYS}
    return {**copy.deepcopy(dict(admitted)), **days, "key": key}


def _day(written: object) -> object:
    """A day as the files of the list have one; what is none stays as it is and is told as a fault."""
    try:
        return date.fromisoformat(written) if isinstance(written, str) else written
    except ValueError:
        return written


def _change(matter: Table, change: Mapping[str, Any], levels: Mapping[str, str]) -> None:
    for item, value in change.items():
        if item == ADMITTED:
            continue
        if item == ENDS:
            matter["review_date"] = date.fromisoformat(value)
            continue
        if item not in ITEMS:
            raise refuse(NOT_CHANGEABLE, key=matter["key"], item=item[:40])
        matter[item] = _routes(matter["routes"], value, levels) if item == "routes" else value
    matter["since_version"] = f"{matter['since_version']}-{_OWN}"


def _routes(standing: Sequence[Table], offices: Sequence[str], levels: Mapping[str, str]) -> list[Table]:
    """Routes through these offices; what the list notes of one it knows stays with it."""
    known = {route["office"]: route for route in standing}
    return [known.get(office, {"level": levels.get(office, "county"), "office": office}) for office in offices]
