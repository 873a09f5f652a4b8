"""A part's tables are its own: nobody else imports its `models`, takes a model another way, or asks the registry."""

from __future__ import annotations

import ast
import functools
from collections.abc import Mapping

import pytest

from house.sources import NAME, Module, absolute, aliases_of, dotted, modules, part_of, planted, room_of, written

OWN_WAYS = {
    f"{NAME}.access.walls": "raises the walls of every model: it asks the registry for all of them",
}
_REGISTRY = ("get_model", "get_models")


@functools.cache
def model_names() -> Mapping[str, frozenset[str]]:
    """The classes of the `models.py` of every part and room."""
    found: dict[str, frozenset[str]] = {}
    for module in modules():
        if module.name == f"{NAME}.{home_of(module.name)}.models":
            found[home_of(module.name)] = frozenset(n.name for n in module.tree.body if isinstance(n, ast.ClassDef))
    return found


def home_of(name: str) -> str:
    """The room that a dotted name stands in, else its part."""
    return room_of(name) or part_of(name)


def foreign_models(module: Module, models: Mapping[str, frozenset[str]]) -> list[str]:
    """The places where a module takes another part's models."""
    known, found = aliases_of(module), []
    for node in module.nodes:
        if isinstance(node, ast.ImportFrom):
            base = absolute(node, module)
            taken = [f"{base}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            taken = [alias.name for alias in node.names]
        elif isinstance(node, ast.Attribute):
            taken = [dotted(node, known)]
        else:
            continue
        found += [f"{module.where(node)} {name}" for name in taken if _is_foreign(name, module, models)]
        if isinstance(node, ast.Attribute) and node.attr in _REGISTRY and module.name not in OWN_WAYS:
            found.append(f"{module.where(node)} {node.attr}")
    return sorted(set(found))


def _is_foreign(name: str, module: Module, models: Mapping[str, frozenset[str]]) -> bool:
    """Whether a name is a model of another home. A room may read its own part's core, never the other way round."""
    home = home_of(name)
    if not home or home in {home_of(module.name), module.part}:
        return False
    bits = name.removeprefix(f"{NAME}.{home}").split(".")
    return "models" in bits or bits[-1] in models.get(home, frozenset())


def test_no_part_takes_the_models_of_another() -> None:
    assert [line for module in written() for line in foreign_models(module, model_names())] == []


def test_models_are_found_in_the_parts_that_have_tables() -> None:
    assert "Case" in model_names()["cases"]
    assert "Area" in model_names()["territory"]


@pytest.mark.parametrize(
    "text",
    [
        "from gridcommons.cases.models import Case",
        "from gridcommons.cases import models",
        "import gridcommons.cases.models",
        "import gridcommons.cases.models as tables\ntables.Case",
        "import gridcommons.cases\nx = gridcommons.cases.models.Case",
        "from gridcommons import cases\nx = cases.models.Case",
        "from gridcommons.cases.queries import Case",
        "def late():\n    from ..cases.models import Case",
        "from django.apps import apps\napps.get_model('cases', 'Case')",
    ],
)
def test_a_planted_import_of_another_parts_models_is_found(text: str) -> None:
    assert foreign_models(planted("web.planted", text), model_names())


def test_a_room_reads_its_own_parts_core_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("house.sources.rooms", lambda: ("cases.cellar", "cases.attic"))
    from_room = planted("cases.attic.queries", "from gridcommons.cases.models import Case")
    next_room = planted("cases.attic.queries", "from gridcommons.cases.cellar.models import Barrel")
    core = planted("cases.queries", "from gridcommons.cases.cellar.models import Barrel")
    upper = planted("web.office.case", "from gridcommons.cases.cellar.models import Barrel")
    assert foreign_models(from_room, model_names()) == []
    assert [bool(foreign_models(module, model_names())) for module in (next_room, core, upper)] == [True] * 3


def test_a_part_may_import_its_own_models() -> None:
    own = planted(
        "cases.planted", "from gridcommons.cases.models import Case\nfrom gridcommons.access.queries import x"
    )
    assert foreign_models(own, model_names()) == []
