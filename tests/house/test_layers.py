"""The house is read downwards: the layers contract holds, is exhaustive, and no modules import each other in a ring."""

from __future__ import annotations

import graphlib
from collections.abc import Iterable
from pathlib import Path

import pytest
from importlinter.api import read_configuration
from importlinter.application import use_cases
from importlinter.application.user_options import UserOptions

from house.sources import NAME, ROOT, Module, imports_of, layers, modules, parts, planted, room_of, written

CONTRACT = ROOT / "pyproject.toml"


def broken_contracts(root: str = NAME) -> list[str]:
    """The contracts that a package breaks, by the words of `pyproject.toml` with the package's name put in."""
    read = read_configuration(str(CONTRACT))
    contracts = [{**c, "containers": [root]} for c in read["contracts_options"]]
    options = UserOptions({**read["session_options"], "root_packages": [root]}, contracts)
    use_cases._register_contract_types(options)
    report = use_cases.create_report(options, cache_dir=None)
    refused = [name for name, _error in report.invalid_contract_options.items()]
    return refused + [contract.name for contract, check in report.get_contracts_and_checks() if not check.kept]


def rings(sources: Iterable[Module]) -> list[str]:
    """The first ring of imports among modules, wherever in the file the import stands."""
    listed = list(sources)
    names = {module.name for module in listed}
    graph = {module.name: _imported(module, names) - {module.name} for module in listed}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return [" -> ".join(error.args[1])]
    return []


def _imported(module: Module, names: set[str]) -> set[str]:
    found = set()
    for _node, dotted in imports_of(module):
        whole = [dotted, dotted.rpartition(".")[0]]
        found |= {next((name for name in whole if name in names), "")} - {""}
    return found


def test_the_contract_holds_and_lists_every_part() -> None:
    assert broken_contracts() == []


def test_the_contract_is_exhaustive_and_the_only_one_for_the_layers() -> None:
    contracts = [c for c in read_configuration(str(CONTRACT))["contracts_options"] if c["type"] == "layers"]
    assert [c["containers"] for c in contracts] == [[NAME]]
    assert contracts[0]["exhaustive"] == "True"
    assert not contracts[0].get("ignore_imports")
    assert not contracts[0].get("exhaustive_ignores")


def test_no_modules_import_each_other_in_a_ring() -> None:
    assert rings(written()) == []


def test_every_part_says_in_some_lines_what_it_holds_and_what_it_never_holds() -> None:
    for module in modules():
        if module.is_package and module.name in {f"{NAME}.{module.part}", f"{NAME}.{room_of(module.name)}"}:
            lines = module.text.strip().strip('"').strip().splitlines()
            assert 5 <= len(lines) <= 15, module.name
            assert "Never" in module.text, module.name


def _plant(folder: Path, root: str, files: dict[str, str]) -> None:
    for layer in layers():
        for part in layer.split("|"):
            if not part.strip().startswith("("):
                (folder / root / part.strip()).mkdir(parents=True, exist_ok=True)
    for path in (folder / root, *(folder / root).iterdir()):
        (path / "__init__.py").touch()
    for name, text in files.items():
        target = folder / root / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(text)


PLANTED = {
    "sound": ({}, []),
    "upwards": ({"kit/codes.py": "from planted_upwards import cases"}, ["The house: read downwards"]),
    "sideways": ({"matters/rules.py": "import planted_sideways.workforce"}, ["The house: read downwards"]),
    "hidden": ({"people/rules.py": "def f():\n    from planted_hidden.cases import x"}, ["The house: read downwards"]),
    "unlisted": ({"utils/__init__.py": ""}, ["The house: read downwards"]),
}


@pytest.mark.parametrize("how", PLANTED)
def test_a_planted_breach_of_the_layers_is_found(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, expected = PLANTED[how]
    root = f"planted_{how}"
    _plant(tmp_path, root, files)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert broken_contracts(root) == expected


def test_a_planted_ring_is_found() -> None:
    ring = [
        planted("cases.one", "from gridcommons.cases.two import b"),
        planted("cases.two", "def b():\n    from gridcommons.cases import three"),
        planted("cases.three", "import gridcommons.cases.one"),
    ]
    assert len(rings(ring)) == 1
    assert rings(ring[:2]) == []


def test_the_folders_are_the_parts_that_the_checks_run_over() -> None:
    assert {"kit", "access", "cases", "web", "cli"} <= set(parts())
