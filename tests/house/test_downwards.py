"""Tables point downwards too: foreign keys are strings to the same or a lower part, and migrations depend alike."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import models

from gridcommons.access.walls import house_models
from house.sources import (
    Module,
    aliases_of,
    dotted,
    height_of,
    imports_of,
    modules,
    part_of,
    parts,
    planted,
    room_of,
    rooms,
    written,
)

RELATIONS = ("ForeignKey", "OneToOneField", "ManyToManyField", "GenericForeignKey", "GenericRelation")


def relations_by_class(module: Module) -> list[str]:
    """Relations written with a class, and relations that need no table to point at (generic ones)."""
    known, found = aliases_of(module), []
    for node in module.nodes:
        if isinstance(node, ast.Call) and (kind := dotted(node.func, known).rpartition(".")[2]) in RELATIONS:
            target = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "to"), None)
            by_name = isinstance(target, ast.Constant) and isinstance(target.value, str) and "." in target.value
            if not by_name or kind.startswith("Generic"):
                found.append(f"{module.where(node)} {ast.unparse(node)[:60]}")
    return found


def pointing_up(tables: Iterable[type[models.Model]], heights: Mapping[str, int]) -> list[str]:
    """Relations that lead from a part to one that does not stand below it."""
    found = []
    for model in tables:
        part = home_of_label(model._meta.app_label)
        for field in (*model._meta.fields, *model._meta.many_to_many):
            target = field.related_model
            if isinstance(target, type) and not _is_below(home_of_label(target._meta.app_label), part, heights):
                found.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    return found


def home_of_label(label: str) -> str:
    """The home of an app of Django: a room by its label (`problems` -> `cases.problems`), else the label itself."""
    return next((room for room in rooms() if room.rpartition(".")[2] == label), label)


def _is_below(target: str, home: str, heights: Mapping[str, int]) -> bool:
    """Whether a home may point at another: itself, the core of its part, a lower part, or an app that is not ours."""
    part = target.partition(".")[0]
    return target in {home, home.partition(".")[0]} or part not in heights or heights[part] < _height(home, heights)


def _height(home: str, heights: Mapping[str, int]) -> int:
    return heights[home.partition(".")[0]]


def migrations_pointing_up(sources: Iterable[Module], heights: Mapping[str, int]) -> list[str]:
    """Dependencies of migrations on parts that do not stand below."""
    return [
        f"{module.where(node)} {part}"
        for module in sources
        for node, part in _dependencies(module)
        if not _is_below(home_of_label(part), room_of(module.name) or module.part, heights)
    ]


def _dependencies(module: Module) -> Iterator[tuple[ast.AST, str]]:
    for node in module.nodes:
        if isinstance(node, ast.Assign) and {ast.unparse(t) for t in node.targets} & {"dependencies", "run_before"}:
            for pair in ast.walk(node.value):
                if isinstance(pair, ast.Tuple) and isinstance(pair.elts[0], ast.Constant):
                    yield pair, str(pair.elts[0].value)


def _heights() -> dict[str, int]:
    return {part: height_of(part) for part in parts()}


def test_relations_are_written_as_strings() -> None:
    assert [line for module in written() for line in relations_by_class(module)] == []


def test_relations_point_downwards() -> None:
    assert pointing_up(house_models(), _heights()) == []


def test_migrations_depend_downwards() -> None:
    found = [module for module in modules() if module.is_migration and not module.is_package]
    assert {part_of(module.name) for module in found} >= {"access", "cases"}
    assert migrations_pointing_up(found, _heights()) == []


def test_no_migration_is_missing() -> None:
    said = StringIO()
    call_command("makemigrations", check=True, dry_run=True, verbosity=1, stdout=said, skip_checks=True)
    assert "No changes" in said.getvalue()


def test_no_migration_imports_what_changes_later() -> None:
    """A migration that imports the house's code would change its meaning with it."""
    allowed = ("gridcommons.kit.",)
    found = [
        f"{module.where(node)} {name}"
        for module in modules()
        if module.is_migration
        for node, name in imports_of(module)
        if part_of(name) and not name.startswith(allowed)
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "from django.db import models\nclass A:\n    b = models.ForeignKey(Case, on_delete=1)",
        "from django.db.models import OneToOneField\nb = OneToOneField(to=Case, on_delete=1)",
        "from django.db import models\nb = models.ForeignKey('Case', on_delete=1)",
        "from django.contrib.contenttypes.fields import GenericForeignKey\nb = GenericForeignKey('a.b')",
    ],
)
def test_a_planted_relation_by_class_is_found(text: str) -> None:
    assert relations_by_class(planted("people.models", text))


def test_a_planted_relation_upwards_is_found() -> None:
    relations = {(m._meta.app_label, m.__name__): m for m in house_models()}
    case = relations["cases", "Case"]
    assert pointing_up([case], _heights()) == []
    assert pointing_up([case], _heights() | {"people": 99}) == ["cases.Case.contact -> people.ReporterContact"]


def test_planted_migrations_upwards_are_found() -> None:
    up = planted("people.migrations.0009_x", "class M:\n    dependencies = [('cases', '0001_initial'), ('auth', '1')]")
    before = planted("people.migrations.0009_y", "class M:\n    run_before = [('web', '0001_initial')]")
    down = planted("cases.migrations.0009_x", "class M:\n    dependencies = [('people', '0001_initial')]")
    assert len(migrations_pointing_up([up, before, down], _heights())) == 2


def test_a_room_points_at_its_own_part_and_below_and_at_no_other_room(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("house.sources", __name__):
        monkeypatch.setattr(f"{module}.rooms", lambda: ("cases.cellar", "cases.attic"))
    heights = _heights()
    assert _is_below("cases", "cases.attic", heights)
    assert _is_below("access", "cases.attic", heights)
    assert not _is_below("cases.cellar", "cases.attic", heights)
    assert not _is_below("cases.cellar", "cases", heights)
    assert not _is_below("web", "cases.attic", heights)
    aside = planted("cases.attic.migrations.0001_x", "class M:\n    dependencies = [('cellar', '0001_initial')]")
    assert len(migrations_pointing_up([aside], heights)) == 1
