"""The program's own files as the checks of the house read them: parts, modules, syntax trees, names resolved."""

from __future__ import annotations

import ast
import functools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "gridcommons"
NAME = "gridcommons"


def room_of(dotted: str) -> str:
    """`gridcommons.cases.problems.rules` -> `cases.problems`; empty for what stands in no room."""
    bits = dotted.split(".")
    room = ".".join(bits[1:3])
    return room if len(bits) > 2 and bits[0] == NAME and room in rooms() else ""


@functools.cache
def rooms() -> tuple[str, ...]:
    """The rooms: folders of a part that hold tables of their own (`part.room`), each an app of Django (ADR 0011)."""
    found = (path.parent.relative_to(PACKAGE).parts for path in PACKAGE.glob("*/*/apps.py"))
    return tuple(sorted(".".join(bits) for bits in found))


@dataclass(frozen=True)
class Module:
    """One Python file: its dotted name and its text. Planted modules in tests have no file."""

    name: str
    text: str
    path: Path | None = None
    is_package: bool = False

    @functools.cached_property
    def tree(self) -> ast.Module:
        """The syntax tree, parsed once."""
        return ast.parse(self.text)

    @functools.cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes of the tree, walked once: many checks ask."""
        return tuple(ast.walk(self.tree))

    @property
    def part(self) -> str:
        """The part that the module belongs to; empty for the root package."""
        return part_of(self.name)

    @property
    def is_migration(self) -> bool:
        """Whether it is a migration, which Django writes."""
        return ".migrations" in self.name

    def where(self, node: ast.AST) -> str:
        """The place of a node, for a finding."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}"


def planted(name: str, text: str) -> Module:
    """A module that is not there, to show that a check finds what it is for."""
    return Module(f"{NAME}.{name}", text)


def part_of(dotted: str) -> str:
    """`gridcommons.cases.rules` -> `cases`; empty for what is not ours."""
    bits = dotted.split(".")
    return bits[1] if len(bits) > 1 and bits[0] == NAME else ""


@functools.cache
def modules() -> tuple[Module, ...]:
    """All modules below `src/gridcommons`, migrations included."""
    return tuple(_module(path) for path in sorted(PACKAGE.rglob("*.py")))


def _module(path: Path) -> Module:
    bits = list(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    package = bits[-1] == "__init__"
    return Module(".".join(bits[:-1] if package else bits), path.read_text("utf-8"), path, package)


def written() -> list[Module]:
    """The modules that people write: no migrations."""
    return [module for module in modules() if not module.is_migration]


@functools.cache
def layers() -> tuple[str, ...]:
    """The layers of the contract from the top down, as `pyproject.toml` gives them: `a | b` stays one layer."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contract = next(c for c in settings["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    return tuple(contract["layers"])


def height_of(part: str) -> int:
    """How high a part stands: 0 for the lowest layer. Parts of one layer have one height."""
    for height, layer in enumerate(reversed(layers())):
        if part in {name.strip(" ()") for name in layer.split("|")}:
            return height
    raise LookupError(f"{part} stands in no layer")


@functools.cache
def parts() -> tuple[str, ...]:
    """The parts that exist as folders."""
    return tuple(sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py")))


@functools.cache
def aliases_of(module: Module) -> dict[str, str]:
    """Local name -> dotted name, from every import of the module, at whatever depth."""
    known: dict[str, str] = {}
    for node in module.nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                known[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            base = absolute(node, module)
            known |= {alias.asname or alias.name: f"{base}.{alias.name}" for alias in node.names}
    return known


def absolute(node: ast.ImportFrom, module: Module) -> str:
    """The dotted name an import is from, relative imports resolved."""
    if not node.level:
        return node.module or ""
    above = module.name.split(".")
    above = above[: len(above) - node.level + (1 if module.is_package else 0)]
    return ".".join([*above, *([node.module] if node.module else [])])


@functools.cache
def imports_of(module: Module) -> tuple[tuple[ast.AST, str], ...]:
    """Every imported dotted name with its node: `from a import b` gives `a.b`."""
    return tuple(_imports(module))


def _imports(module: Module) -> Iterator[tuple[ast.AST, str]]:
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(node, module)
            yield from ((node, f"{base}.{alias.name}") for alias in node.names)


def dotted(node: ast.AST, known: Mapping[str, str]) -> str:
    """The dotted name of `a.b.c` or `a`, its first name resolved by the imports; empty for other expressions."""
    bits: list[str] = []
    while isinstance(node, ast.Attribute):
        bits.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([known.get(node.id, node.id), *reversed(bits)])


Function = ast.FunctionDef | ast.AsyncFunctionDef


def top_functions(module: Module) -> list[Function]:
    """The functions at the top of a module."""
    return [node for node in module.tree.body if isinstance(node, Function)]


def all_functions(module: Module) -> list[Function]:
    """Every function and method, nested ones included."""
    return [node for node in module.nodes if isinstance(node, Function)]


def is_public(name: str) -> bool:
    """Whether a name is meant for others."""
    return not name.startswith("_")
