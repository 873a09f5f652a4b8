"""Rules are pure: `kit` and every `rules.py` know no Django, no database and no clock; time comes in as an argument."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

import pytest

from house.sources import NAME, Function, Module, aliases_of, dotted, imports_of, planted, written

OUTER = ("django", "psycopg", "procrastinate", "pghistory", "pgtrigger", "requests", "urllib.request", "subprocess")
CLOCKS = frozenset({
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
    "time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns",
    "time.process_time", "time.localtime", "time.gmtime", "time.ctime", "time.asctime", "time.sleep",
    "django.utils.timezone.now", "django.utils.timezone.localtime", "django.utils.timezone.localdate",
})  # fmt: skip
READS_THE_CLOCK = {
    (f"{NAME}.kit.ids", "uuid7"): "a UUIDv7 carries the moment it was made, by RFC 9562",
}


def pure_modules(sources: Iterable[Module]) -> list[Module]:
    """The modules that must be pure: all of `kit`, and the rules of every part."""
    return [m for m in sources if m.part == "kit" or m.name.endswith(".rules")]


def outer_imports(module: Module, sources: Mapping[str, Module]) -> list[str]:
    """Ways by which a module comes to Django or the like: its own imports and those of our modules that it imports."""
    found, seen, ahead = [], {module.name}, [module]
    while ahead:
        here = ahead.pop()
        for _node, name in imports_of(here):
            if name.split(".")[0] in OUTER or name.startswith("urllib.request"):
                found.append(f"{module.name} by {here.name}: {name}")
            inner = sources.get(name) or sources.get(name.rpartition(".")[0])
            if inner is not None and inner.name not in seen:
                seen.add(inner.name)
                ahead.append(inner)
    return found


def clock_readings(module: Module) -> list[str]:
    """The places where a module reads the clock, called or handed on, by whatever name it was imported."""
    known = aliases_of(module)
    excused = {id(part) for node in _excused(module) for part in ast.walk(node)}
    return [
        f"{module.where(node)} {dotted(node, known)}"
        for node in module.nodes
        if isinstance(node, ast.Attribute | ast.Name) and dotted(node, known) in CLOCKS and id(node) not in excused
    ]


def _excused(module: Module) -> list[Function]:
    return [
        node for node in module.tree.body if isinstance(node, Function) and (module.name, node.name) in READS_THE_CLOCK
    ]


def _by_name() -> dict[str, Module]:
    return {module.name: module for module in written()}


def test_kit_and_rules_come_to_no_framework_not_even_through_others() -> None:
    sources = _by_name()
    assert [line for module in pure_modules(written()) for line in outer_imports(module, sources)] == []


def test_kit_and_rules_read_no_clock() -> None:
    assert [line for module in pure_modules(written()) for line in clock_readings(module)] == []


def test_the_pure_modules_are_there() -> None:
    names = {module.name for module in pure_modules(written())}
    assert {f"{NAME}.kit.merkle", f"{NAME}.access.rules", f"{NAME}.cases.rules", f"{NAME}.matters.rules"} <= names


def test_the_one_function_that_reads_the_clock_is_named_and_still_does() -> None:
    sources = _by_name()
    for name, function in READS_THE_CLOCK:
        module = sources[name]
        node = next(n for n in module.tree.body if isinstance(n, Function) and n.name == function)
        alone = Module("elsewhere", f"{module.text.split('def ', 1)[0]}\n{ast.unparse(node)}")
        assert clock_readings(alone), function


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\nx = datetime.now()",
        "import datetime as d\nx = d.datetime.utcnow()",
        "from datetime import date as day\nx = day.today()",
        "import time\nx = time.time_ns()",
        "from time import monotonic as tick\nx = tick()",
        "from django.utils import timezone\nx = timezone.now",
        "from dataclasses import field\nfrom datetime import datetime\nx = field(default_factory=datetime.now)",
        "def late():\n    from datetime import datetime\n    return datetime.now()",
    ],
)
def test_a_planted_reading_of_the_clock_is_found(text: str) -> None:
    assert clock_readings(planted("kit.planted", text))


def test_a_moment_given_as_an_argument_is_no_reading_of_the_clock() -> None:
    assert (
        clock_readings(planted("kit.planted", "from datetime import datetime\ndef f(now: datetime): return now")) == []
    )


def test_a_planted_framework_is_found_also_behind_another_module() -> None:
    behind = planted("cases.casting", "from django.db import models")
    direct = planted("kit.one", "import django.utils.timezone")
    around = planted("cases.rules", "from gridcommons.cases.casting import facts_of")
    sources = {m.name: m for m in (behind, direct, around)}
    assert outer_imports(direct, sources)
    assert outer_imports(around, sources)
    assert outer_imports(planted("kit.two", "import math"), sources) == []
