"""A message to a reporter's phone or mailbox about a case says whether the matter is private: else it names it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from house.sources import ROOT


def _messages() -> Iterator[tuple[str, ast.Call]]:
    """Calls of `enqueue` in the parts that know cases, whose receiver may be a contact."""
    for path in sorted((ROOT / "src" / "gridcommons" / "cases").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "enqueue":
                given = {one.arg: one.value for one in node.keywords}
                channel, facts, to = (ast.unparse(given[name]) for name in ("channel", "facts", "to"))
                if channel != "'inside'" and facts != "{}" and (to == "to" or "contact:" in to):
                    yield f"{path.parent.name}/{path.name}:{node.lineno}", node


def test_whoever_writes_to_a_contact_says_whether_it_is_private() -> None:
    found = dict(_messages())
    assert len(found) > 3, "they were found"
    silent = [where for where, call in found.items() if "private" not in {one.arg for one in call.keywords}]
    assert silent == []
