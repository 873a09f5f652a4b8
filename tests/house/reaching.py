"""Which rows about persons a function can come to: its own names, and all the functions it names in turn.

A reading stops at a deed or a look: those ask, scope and log by themselves.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gridcommons.access.walls import house_models
from gridcommons.kit.privacy import Sensitivity
from house.sources import NAME, Function, Module, aliases_of, dotted, part_of

GUARDS = frozenset(f"{NAME}.access.deeds.{guard}" for guard in ("deed", "deeds", "look", "looks"))


@dataclass(frozen=True)
class Table:
    """A table with rows about persons: its model's dotted name, its name in SQL, the relations that lead to it."""

    model: str
    sql: str
    accessors: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Named:
    """What a definition names: dotted names with imports resolved, attributes, and the words of its texts."""

    names: frozenset[str]
    attributes: frozenset[str]
    words: frozenset[str]


class Reach:
    """All definitions at the top of the house's modules, and the tables about persons that each can come to."""

    def __init__(self, sources: Iterable[Module], tables: Iterable[Table]) -> None:
        self._tables = tuple(tables)
        self._defined: dict[str, tuple[Module, ast.stmt]] = {}
        self._aliases: dict[str, Mapping[str, str]] = {}
        for module in sources:
            self._aliases[module.name] = aliases_of(module)
            for node in module.tree.body:
                self._defined |= {f"{module.name}.{name}": (module, node) for name in _names_defined(node)}
        self._named = functools.cache(self._read)
        self._tables_at = functools.cache(self._look_for_tables)

    def defines(self, name: str) -> bool:
        """Whether a dotted name is a function, class or constant of the house."""
        return name in self._defined

    def guarded(self, name: str) -> bool:
        """Whether a dotted name is a deed or a look."""
        module, node = self._defined[name]
        known = self._aliases[module.name]
        return isinstance(node, Function) and any(
            isinstance(d, ast.Call) and dotted(d.func, known) in GUARDS for d in node.decorator_list
        )

    def persons_in(self, name: str) -> dict[str, str]:
        """The tables about persons that a definition comes to unguarded: model -> the definition that names it."""
        found: dict[str, str] = {}
        seen, ahead = {name}, [name]
        while ahead:
            here = ahead.pop()
            named = self._named(here)
            found |= dict.fromkeys(self._tables_at(here), here)
            new = {n for n in named.names if n in self._defined and ".models." not in n and not self.guarded(n)} - seen
            seen |= new
            ahead += new
        return found

    def _look_for_tables(self, name: str) -> tuple[str, ...]:
        named, part = self._named(name), part_of(name)
        return tuple(table.model for table in self._tables if _is_named(table, named, part))

    def _read(self, name: str) -> Named:
        module, node = self._defined[name]
        known = self._aliases[module.name]
        inside = list(ast.walk(node))
        names = {dotted(part, known) for part in inside if isinstance(part, ast.Name | ast.Attribute)} - {""}
        return Named(
            frozenset(names | {f"{module.name}.{n}" for n in names if f"{module.name}.{n}" in self._defined}),
            frozenset(part.attr for part in inside if isinstance(part, ast.Attribute)),
            frozenset(
                word
                for part in inside
                if isinstance(part, ast.Constant) and isinstance(part.value, str | bytes)
                for word in _text(part.value).split()
            ),
        )


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode(errors="replace")


def _names_defined(node: ast.stmt) -> list[str]:
    if isinstance(node, Function | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _is_named(table: Table, named: Named, part: str) -> bool:
    own = part == part_of(table.model)
    by_name = any(name == table.model or name.startswith(f"{table.model}.") for name in named.names)
    return by_name or (own and bool(named.attributes & table.accessors)) or table.sql in named.words


@functools.cache
def personal_tables() -> tuple[Table, ...]:
    """The tables that hold a field of class personal or sealed."""
    held = {Sensitivity.PERSONAL, Sensitivity.SEALED}
    return tuple(
        Table(f"{model.__module__}.{model.__name__}", model._meta.db_table, _accessors(model))
        for model in house_models()
        if held & {kept.sensitivity for kept in getattr(model, "privacy", {}).values()}
    )


def _accessors(model: type) -> frozenset[str]:
    remotes = [f.remote_field for f in model._meta.concrete_fields if f.remote_field]  # type: ignore[attr-defined]
    return frozenset(r.get_accessor_name() for r in remotes if not r.hidden)
