"""Answers in the shape that OData gives them: a row for each submission, a table for each repeat. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from gridcommons.collection.shapes import GROUP, REPEAT, Node
from gridcommons.kit.errors import refusal_kind, refuse

SYSTEM: Final[Mapping[str, str]] = {
    "submissionDate": "Edm.DateTimeOffset", "updatedAt": "Edm.DateTimeOffset", "submitterId": "Edm.String",
    "submitterName": "Edm.String", "attachmentsPresent": "Edm.Int64", "attachmentsExpected": "Edm.Int64",
    "status": "Edm.String", "reviewState": "Edm.String", "deviceId": "Edm.String", "edits": "Edm.Int64",
    "formVersion": "Edm.String",
}  # fmt: skip

NO_PROPERTY = refusal_kind(
    "central.no_property",
    status=400,
    zh="表里没有“{what}”这一栏，$select不能选它。",
    en="The table has no property “{what}” for $select.",
)


@dataclass(frozen=True)
class Way:
    """How a row is shown. `inline`: repeats in the row itself; `wkt`: places as well-known text."""

    inline: bool = False
    wkt: bool = False


def shown(node: Node, values: Mapping[str, Any], key: str, link: str, way: Way) -> dict[str, Any]:
    """The answers of a group, all its questions in their order: nothing where none was given."""
    found: dict[str, Any] = {}
    for one in node.inside.values():
        given = values.get(one.name)
        if one.kind == REPEAT:
            found[f"{one.name}@odata.navigationLink"] = f"{link}/{one.name}"
            if way.inline:
                found[one.name] = items(one, _listed(given), key, f"{link}/{one.name}", way)
        elif one.kind == GROUP:
            inner = given if isinstance(given, Mapping) else {}
            found[one.name] = shown(one, inner, key, f"{link}/{one.name}", way)
        else:
            found[one.name] = _point(given, way) if one.kind == "geopoint" else given
    return found


def items(repeat: Node, given: list[Mapping[str, Any]], key: str, link: str, way: Way) -> list[dict[str, Any]]:
    """The items of one repeat in one row."""
    return [
        {"__id": f"{key}-{at}", **shown(repeat, item, f"{key}-{at}", _item(link, f"{key}-{at}"), way)}
        for at, item in enumerate(given)
    ]


def _listed(given: Any) -> list[Mapping[str, Any]]:
    return [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []


def _point(given: Any, way: Way) -> Any:
    """A place as GeoJSON, or as well-known text; as it stands where it is none."""
    try:
        lat, lon, *more = [float(part) for part in str(given or "").split()]
    except ValueError:
        return given
    coordinates = [lon, lat, *more[:1]]
    if way.wkt:
        return f"POINT ({' '.join(f'{one:g}' if one == int(one) else repr(one) for one in coordinates)})"
    return {"type": "Point", "coordinates": coordinates, "properties": {"accuracy": more[1] if more[1:] else None}}


def linked(key: str) -> str:
    """The address of a submission among its table's rows."""
    doubled = key.replace("'", "''")
    return f"Submissions('{quote(doubled, safe='')}')"


def rows_of(shape: Node, repeat: str, values: Mapping[str, Any], key: str, way: Way) -> list[dict[str, Any]]:
    """The items of a repeat that one submission has, wherever the repeat stands, each with the row above it."""
    above = [(key, linked(key), values)]
    here, up, names = shape, "Submissions", repeat.split("/")
    for at, name in enumerate(names, 1):
        here = here.inside[name]
        if here.kind == GROUP:
            above = [(k, f"{link}/{name}", _inner(held, name)) for k, link, held in above]
            continue
        each = [
            (k, f"{k}-{n}", f"{link}/{name}", item)
            for k, link, held in above
            for n, item in enumerate(_listed(held.get(name)))
        ]
        if at == len(names):
            return [
                {"__id": own, f"__{up}-id": k, **shown(here, item, own, _item(link, own), way)}
                for k, own, link, item in each
            ]
        above = [(own, _item(link, own), item) for _k, own, link, item in each]
        up = f"Submissions-{'-'.join(names[:at])}"
    return []


def _item(link: str, key: str) -> str:
    return f"{link}('{quote(key, safe='')}')"


def _inner(held: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = held.get(name)
    return found if isinstance(found, Mapping) else {}


def selected(row: dict[str, Any], wanted: tuple[str, ...], path: str = "") -> dict[str, Any]:
    """The row with the wanted properties alone, by their paths."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        here = f"{path}{name.partition('@')[0]}"
        if any(here == one or here.startswith(f"{one}/") for one in wanted):
            found[name] = value
        elif "@" not in name and any(one.startswith(f"{here}/") for one in wanted):
            found[name] = _within(value, wanted, here)
    return found


def _within(value: Any, wanted: tuple[str, ...], here: str) -> Any:
    if isinstance(value, list):
        return [_within(one, wanted, here) for one in value]
    return selected(value, wanted, f"{here}/") if isinstance(value, dict) else value


def wanted_of(text: str, node: Node, repeat: str) -> tuple[str, ...]:
    """The paths that `$select` names within a table; refuses one that the table has not."""
    wanted = tuple(piece.strip() for piece in text.split(",") if piece.strip())
    own = {"__id", "meta", "meta/instanceID", "__system", *(f"__system/{name}" for name in SYSTEM)}
    for one in wanted:
        known = one in own or one == "*" or one.startswith("__Submissions") or node.at(one) is not None
        if not known or (repeat and one.startswith(("__system", "meta"))):
            raise refuse(NO_PROPERTY, what=one[:60])
    return () if "*" in wanted else wanted
