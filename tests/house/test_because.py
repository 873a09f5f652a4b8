"""What a reason stands on is said in words: no key of a rule is shown as its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from house.sources import modules

MACHINES = {"gridcommons.cases.rules"}
"""Reasons whose sources are codes of refusals, read by machines and tests and shown on no card."""


def keys_shown(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and text of each source of a `Because` that is a bare string, written there or in a constant beside it."""
    texts = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
        if isinstance(node.value.value, str)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Because":
            given = [*node.args[1:2], *(one.value for one in node.keywords if one.arg == "source")]
            for source in given:
                bare = isinstance(source, ast.JoinedStr) or (
                    isinstance(source, ast.Constant) and isinstance(source.value, str)
                )
                if bare or (isinstance(source, ast.Name) and source.id in texts):
                    yield node.lineno, ast.unparse(source)


def test_every_source_that_is_shown_has_words_in_both_languages() -> None:
    read = [one for one in modules() if one.name not in MACHINES]
    assert len(read) > 100
    found = {f"{one.name}:{line}": text for one in read for line, text in keys_shown(one.tree)}
    assert found == {}


@pytest.mark.parametrize("source", ['"cases.limits"', 'f"{RULE}/near"', "RULE", 'source="cases.limits"'])
def test_a_bare_key_is_found(source: str) -> None:
    tree = ast.parse(f'RULE: Final = "cases.limits"\nBecause(words, {source})')
    assert len(list(keys_shown(tree))) == 1
    assert not list(keys_shown(ast.parse('Because(words, Words("期限", "deadlines"))')))
