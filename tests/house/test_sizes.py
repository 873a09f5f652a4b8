"""Small: rule 10 of the style, measured over the sources. Run with `-s` to see the figures."""

from __future__ import annotations

import math
import statistics
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from house.sources import Module, all_functions, planted, written

LONGEST_FUNCTION, LONGEST_MODULE = 50, 400
MEDIAN_BELOW, NINTH_TENTH_BELOW = 10, 25


@dataclass(frozen=True)
class Sizes:
    """Lines of every function (`def` to its end, decorators apart) and of every module."""

    functions: dict[str, int]
    modules: dict[str, int]

    @property
    def median(self) -> float:
        """The middle length of a function."""
        return statistics.median(self.functions.values())

    @property
    def ninth_tenth(self) -> int:
        """The length that nine of ten functions do not exceed."""
        ordered = sorted(self.functions.values())
        return ordered[math.ceil(0.9 * len(ordered)) - 1]

    def faults(self) -> list[str]:
        """Everything that is larger than rule 10 allows."""
        found = [f"{name}: {n} lines" for name, n in self.functions.items() if n > LONGEST_FUNCTION]
        found += [f"{name}: {n} lines" for name, n in self.modules.items() if n > LONGEST_MODULE]
        found += [f"median {self.median}"] * (self.median >= MEDIAN_BELOW)
        return found + [f"90th percentile {self.ninth_tenth}"] * (self.ninth_tenth >= NINTH_TENTH_BELOW)


def sizes_of(sources: Iterable[Module]) -> Sizes:
    """The sizes of modules and of all their functions, methods and nested functions."""
    listed = list(sources)
    functions = {
        f"{module.where(node)} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for module in listed
        for node in all_functions(module)
    }
    return Sizes(functions, {module.name: len(module.text.splitlines()) for module in listed})


def test_functions_and_modules_are_small() -> None:
    sizes = sizes_of(written())
    sys.stdout.write(
        f"\n{len(sizes.functions)} functions in {len(sizes.modules)} modules, {sum(sizes.modules.values())} lines: "
        f"median {sizes.median:g}, 90th percentile {sizes.ninth_tenth}, longest {max(sizes.functions.values())}; "
        f"longest module {max(sizes.modules.values())}\n"
    )
    assert sizes.faults() == []


def _function(lines: int) -> str:
    return "def f():\n" + "    x = 1\n" * (lines - 1)


def test_a_planted_giant_is_found() -> None:
    small = [planted(f"kit.m{n}", _function(3)) for n in range(20)]
    assert sizes_of(small).faults() == []
    assert len(sizes_of([*small, planted("kit.long", _function(51))]).faults()) == 1
    assert sizes_of([*small, planted("kit.long", _function(50))]).faults() == []
    assert len(sizes_of([*small, planted("kit.wide", "x = 1\n" * 401)]).faults()) == 1
    method = "class A:\n    def f(self):\n" + "        x = 1\n" * 50
    assert len(sizes_of([*small, planted("kit.method", method)]).faults()) == 1


def test_planted_swollen_figures_are_found() -> None:
    assert sizes_of([planted(f"kit.m{n}", _function(10)) for n in range(9)]).faults() == ["median 10"]
    tail = [
        *(planted(f"kit.m{n}", _function(3)) for n in range(8)),
        *(planted(f"kit.t{n}", _function(25)) for n in "ab"),
    ]
    assert sizes_of(tail).faults() == ["90th percentile 25"]
