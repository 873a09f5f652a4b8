"""Checks that can fail: nothing is silenced without a code, skipped without a reason, or a test that asks nothing."""

from __future__ import annotations

import ast
import functools
import io
import re
import tokenize
from pathlib import Path

import pytest

from house.sources import ROOT, Function, Module

FOLDERS = ("src", "tests", "tools")
_SILENCED = (
    (re.compile(r"#\s*type:\s*ignore(?!\[[\w\-, ]+\])"), "type: ignore without a code"),
    (re.compile(r"#\s*noqa(?!:\s*[A-Z]+[0-9]+)", re.IGNORECASE), "noqa without a code"),
    (re.compile(r"#\s*(ruff|flake8|mypy):\s*(noqa|ignore-errors|disable)"), "a whole file is silenced"),
    (re.compile(r"#\s*pragma:\s*no cover"), "left out of coverage"),
)
_ASKS = ("assert", "check", "must", "expect", "raises", "fail", "refuses", "wait_for_url", "wait_for_selector")
"""A call whose name begins so asks something: somebody's own check, or a browser that gives up waiting."""


def silenced(path: str, text: str) -> list[str]:
    """Comments that silence a tool without naming what."""
    if not any(pattern.search(text) for pattern, _what in _SILENCED):  # taking every file apart costs seconds
        return []
    comments = (t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type == tokenize.COMMENT)
    return [f"{path}:{c.start[0]} {what}" for c in comments for pattern, what in _SILENCED if pattern.search(c.string)]


def unreasoned(module: Module) -> list[str]:
    """Skips and expected failures without a reason."""
    return [
        f"{module.where(node)} {ast.unparse(node)[:60]}"
        for node in module.nodes
        if isinstance(node, ast.Call | ast.Attribute) and _is_skip(node) and not _has_reason(node, module.tree)
    ]


def _is_skip(node: ast.Call | ast.Attribute) -> bool:
    name = ast.unparse(node.func if isinstance(node, ast.Call) else node)
    return re.fullmatch(r"(pytest\.)?(mark\.)?(skip|skipif|xfail)|pytest\.importorskip", name) is not None


def _has_reason(node: ast.Call | ast.Attribute, tree: ast.Module) -> bool:
    if isinstance(node, ast.Attribute):  # bare `@pytest.mark.skip`; where it is called, the call is judged
        return any(isinstance(call, ast.Call) and call.func is node for call in ast.walk(tree))
    reasons = [k.value for k in node.keywords if k.arg in {"reason", "msg"}]
    if ast.unparse(node.func) in {"pytest.skip", "pytest.xfail"}:
        reasons += node.args[:1]
    return any(not isinstance(one, ast.Constant) or len(str(one.value).split()) > 1 for one in reasons)


def asking_nothing(module: Module) -> list[str]:
    """Test functions without an assertion, in themselves or in the functions of their own file that they call."""
    own = {node.name: node for node in module.nodes if isinstance(node, Function)}
    return [
        f"{module.where(node)} {name}"
        for name, node in own.items()
        if name.startswith("test_") and not _asks(node, own, frozenset())
    ]


def _asks(node: ast.AST, own: dict[str, Function], seen: frozenset[str]) -> bool:
    for part in ast.walk(node):
        if isinstance(part, ast.Assert) and not _is_always_true(part.test):
            return True
        if isinstance(part, ast.Call):
            name = ast.unparse(part.func).rpartition(".")[2].lstrip("_")
            if name.startswith(_ASKS):
                return True
            full = ast.unparse(part.func)
            if full in own and full not in seen and _asks(own[full], own, seen | {full}):
                return True
    return False


def _is_always_true(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) or (isinstance(test, ast.Tuple) and bool(test.elts))


def unfound(paths: list[Path]) -> list[str]:
    """Files with tests that the runner does not collect, for their name."""
    return [
        str(path)
        for path in paths
        if not path.name.startswith("test_")
        and re.search(r"^(async )?def test_", path.read_text("utf-8"), re.MULTILINE)
    ]


def _files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@functools.cache
def _tests() -> tuple[Module, ...]:
    return tuple(Module(p.relative_to(ROOT).as_posix(), p.read_text("utf-8"), p) for p in _files("tests"))


def test_nothing_is_silenced_without_a_code() -> None:
    found = [line for path in _files(*FOLDERS) for line in silenced(path.name, path.read_text("utf-8"))]
    assert found == []


def test_nothing_is_skipped_without_a_reason() -> None:
    assert [line for module in _tests() for line in unreasoned(module)] == []


def test_every_test_asks_something() -> None:
    assert [line for module in _tests() for line in asking_nothing(module)] == []


def test_every_test_is_found_by_the_runner() -> None:
    assert len(_files("tests")) > 30
    assert unfound(_files("tests")) == []


@pytest.mark.parametrize(
    "comment",
    [
        "# type: ignore",
        "# type:ignore",
        "# noqa",
        "# NOQA",
        "# noqa: ",
        "# ruff: noqa",
        "# mypy: ignore-errors",
        "# pragma: no cover",
    ],
)
def test_a_planted_silence_is_found(comment: str) -> None:
    assert silenced("planted.py", f"x = 1  {comment}\n")


@pytest.mark.parametrize("comment", ["# type: ignore[arg-type]", "# noqa: S105 - no password", "# why"])
def test_a_named_silence_passes(comment: str) -> None:
    assert silenced("planted.py", f"x = 1  {comment}\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\n@pytest.mark.skip\ndef test_x(): assert f()",
        "import pytest\n@pytest.mark.skip()\ndef test_x(): assert f()",
        "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_x(): assert f()",
        "import pytest\n@pytest.mark.skipif(True, reason='')\ndef test_x(): assert f()",
        "import pytest\ndef test_x():\n    pytest.skip()",
        "import pytest\npytest.importorskip('duckdb')",
    ],
)
def test_a_planted_skip_without_a_reason_is_found(text: str) -> None:
    assert unreasoned(Module("planted", text))


def test_a_skip_with_a_reason_passes() -> None:
    text = "import pytest\n@pytest.mark.skipif(True, reason='no chromium')\ndef test_x(): pytest.skip('no data here')"
    assert unreasoned(Module("planted", text)) == []


@pytest.mark.parametrize(
    "body",
    ["f()", "assert True", "assert (f(), 'always true')", "x = f() == 1", "_look()", "page.wait_for_timeout(9)"],
)
def test_a_planted_test_that_asks_nothing_is_found(body: str) -> None:
    text = f"def _look(): return f()\ndef test_x():\n    {body}"
    assert asking_nothing(Module("planted", text))


@pytest.mark.parametrize(
    "body",
    ["assert f()", "with pytest.raises(E):\n        f()", "check_rows(f())", "_all_well()", "page.wait_for_url('x')"],
)
def test_a_test_that_asks_passes(body: str) -> None:
    text = f"def _all_well(): assert f()\ndef test_x():\n    {body}"
    assert asking_nothing(Module("planted", text)) == []


def test_a_planted_file_that_the_runner_misses_is_found(tmp_path: Path) -> None:
    (tmp_path / "journeys.py").write_text("def test_x():\n    assert True\n")
    assert unfound([tmp_path / "journeys.py"])
