"""OData's metadata document (EDMX): the tables of a form with the types of their properties. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import quoteattr

from gridcommons.collection.shapes import GROUP, REPEAT, Node, repeats_of
from gridcommons.web.central.shape import SYSTEM

_EDM: Final[Mapping[str, str]] = {
    "integer": "Edm.Int64", "decimal": "Edm.Decimal", "date": "Edm.Date", "today": "Edm.Date",
    "datetime": "Edm.DateTimeOffset", "geopoint": "Edm.GeographyPoint",
}  # fmt: skip


def described(form_key: str, shape: Node) -> str:
    """The metadata document of a form."""
    base = f"org.gridcommons.form.{_plain(form_key)}"
    tables = [("Submissions", shape, _property("__system", "org.opendatakit.submission.metadata"))]
    for path in repeats_of(shape):
        tables.append((_table(path), _at(shape, path), _property(f"__{_above(shape, path)}-id", "Edm.String")))
    types = "".join(_entity(base, name, node, first) for name, node, first in tables)
    groups = "".join(_complex(base, one) for one in shape.walk() if one.kind == GROUP)
    sets = "".join(f"<EntitySet Name={quoteattr(n)} EntityType={quoteattr(f'{base}.{n}')}/>" for n, _s, _p in tables)
    system = "".join(_property(name, kind) for name, kind in SYSTEM.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0"><edmx:DataServices>'
        '<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="org.opendatakit.submission">'
        f'<ComplexType Name="metadata">{system}</ComplexType></Schema>'
        f'<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace={quoteattr(base)}>{types}{groups}'
        f"<EntityContainer Name={quoteattr(_plain(form_key))}>{sets}</EntityContainer></Schema>"
        "</edmx:DataServices></edmx:Edmx>\n"
    )


def _at(shape: Node, path: str) -> Node:
    found = shape.at(path)
    return found if found is not None else shape


def _above(shape: Node, path: str) -> str:
    """The table above that of a repeat, as the name of the property that leads to it."""
    names = path.split("/")[:-1]
    for at in range(len(names), 0, -1):
        here = "/".join(names[:at])
        if _at(shape, here).kind == REPEAT:
            return f"Submissions-{here.replace('/', '-')}"
    return "Submissions"


def _table(path: str) -> str:
    return f"Submissions.{path.replace('/', '.')}"


def _plain(name: str) -> str:
    return "".join(sign if sign.isalnum() or sign == "_" else "_" for sign in name)


def _property(name: str, kind: str) -> str:
    return f"<Property Name={quoteattr(name)} Type={quoteattr(kind)}/>"


def _properties(base: str, node: Node) -> str:
    found = []
    for one in node.inside.values():
        if one.kind == REPEAT:
            kind = f"Collection({base}.{_table(one.path)})"
            found.append(f"<NavigationProperty Name={quoteattr(one.name)} Type={quoteattr(kind)}/>")
        else:
            own = f"{base}.{one.path.replace('/', '.')}" if one.kind == GROUP else _EDM.get(one.kind, "Edm.String")
            found.append(_property(one.name, own))
    return "".join(found)


def _entity(base: str, name: str, node: Node, first: str) -> str:
    key = '<Key><PropertyRef Name="__id"/></Key>' + _property("__id", "Edm.String")
    return f"<EntityType Name={quoteattr(name)}>{key}{first}{_properties(base, node)}</EntityType>"


def _complex(base: str, node: Node) -> str:
    return f"<ComplexType Name={quoteattr(node.path.replace('/', '.'))}>{_properties(base, node)}</ComplexType>"
