"""Refusals speak to residents: a code of its own, a sensible status, and the same sentence in Chinese and English.

Where a refusal is raised with its facts written out, they are held against the blanks in its sentences.
"""

from __future__ import annotations

import ast
import functools
import importlib
import re
import string
from collections.abc import Iterator, Mapping

import pytest

from gridcommons.kit.errors import RefusalKind, refusal_kind, refusal_kinds
from house.sources import NAME, Module, aliases_of, dotted, planted, written

STATUSES = {400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 501, 502, 503, 504}
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
HAN = re.compile("[\u4e00-\u9fff]")
ONE_LANGUAGE: dict[str, str] = {}
"""Codes whose blanks differ between the languages by more than the endings _zh and _en, with the reason."""
_KIND, _REFUSE, _REASON = (f"{NAME}.kit.errors.{name}" for name in ("refusal_kind", "refuse", "Reason"))


def blanks(sentence: str) -> set[str]:
    """The names of the blanks of a sentence."""
    return {name for _text, name, _spec, _how in string.Formatter().parse(sentence) if name is not None}


def faults(kind: RefusalKind) -> list[str]:
    """What is wrong with one kind of refusal."""
    found = []
    if not CODE.fullmatch(kind.code):
        found.append("its code is not part.reason")
    if kind.status not in STATUSES:
        found.append(f"status {kind.status}")
    if not HAN.search(kind.zh) or HAN.search(kind.en) or kind.zh == kind.en:
        found.append("it is not said once in Chinese and once in English")
    if not kind.zh.rstrip("”’」）").endswith(("。", "！", "？", "}")) or not kind.en.rstrip("”’)").endswith(
        (".", "!", "?", "}")
    ):
        found.append("it is no whole sentence")
    if _evened(kind.zh, "_zh") != _evened(kind.en, "_en") and kind.code not in ONE_LANGUAGE:
        found.append(f"blanks differ: {blanks(kind.zh) ^ blanks(kind.en)}")
    return [f"{kind.code}: {what}" for what in found]


def _evened(sentence: str, ending: str) -> set[str]:
    return {name.removesuffix(ending) for name in blanks(sentence)}


def unfilled(module: Module, kinds: Mapping[str, RefusalKind], constants: Mapping[str, str]) -> list[str]:
    """Raised refusals whose facts, written out at that place, leave a blank of the sentence empty."""
    known, found = aliases_of(module), []
    for node in module.nodes:
        if not isinstance(node, ast.Call) or dotted(node.func, known) not in {_REFUSE, _REASON} or not node.args:
            continue
        kind = kinds.get(constants.get(_full(node.args[0], module, known), ""))
        given = _facts(node, dotted(node.func, known))
        if kind is not None and given is not None:
            lacking = (blanks(kind.zh) | blanks(kind.en)) - given
            found += [f"{module.where(node)} {kind.code} lacks {name}" for name in sorted(lacking)]
    return found


def _full(node: ast.AST, module: Module, known: Mapping[str, str]) -> str:
    name = dotted(node, known)
    return name if name.startswith(f"{NAME}.") else f"{module.name}.{name}"


def _facts(node: ast.Call, function: str) -> set[str] | None:
    """The names of the facts given, None where they are not written out at this place."""
    if function == _REFUSE:
        names = [keyword.arg for keyword in node.keywords]
        return None if None in names else {name for name in names if name}
    facts = node.args[1] if len(node.args) > 1 else ast.Tuple([])
    if not isinstance(facts, ast.Tuple):
        return None
    pairs = [pair.elts[0] for pair in facts.elts if isinstance(pair, ast.Tuple)]
    names = [one.value for one in pairs if isinstance(one, ast.Constant)]
    return set(names) if len(names) == len(facts.elts) else None


def constants_of(module: Module) -> Iterator[tuple[str, str]]:
    """The constants that hold a code: dotted name -> code."""
    known = aliases_of(module)
    for node in module.tree.body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and dotted(node.value.func, known) == _KIND
        ):
            code = node.value.args[0]
            for target in node.targets:
                if isinstance(code, ast.Constant) and isinstance(target, ast.Name):
                    yield f"{module.name}.{target.id}", str(code.value)


@functools.cache
def _constants() -> dict[str, str]:
    return dict(pair for module in written() for pair in constants_of(module))


@pytest.fixture(scope="module")
def kinds() -> dict[str, RefusalKind]:
    """All kinds, with every module of the house imported that registers one."""
    for name in {constant.rpartition(".")[0] for constant in _constants()}:
        importlib.import_module(name)
    return refusal_kinds()


def test_every_refusal_is_a_sentence_in_both_languages_with_a_code_and_a_status(kinds: dict[str, RefusalKind]) -> None:
    assert [line for kind in kinds.values() for line in faults(kind)] == []


def test_every_code_in_the_sources_is_registered_once(kinds: dict[str, RefusalKind]) -> None:
    codes = list(_constants().values())
    assert sorted(codes) == sorted(set(codes))
    assert set(codes) == kinds.keys()


def test_a_code_is_refused_the_second_time(kinds: dict[str, RefusalKind]) -> None:
    taken = next(iter(kinds))
    with pytest.raises(ValueError, match="twice"):
        refusal_kind(taken, status=400, zh="再来一次。", en="Once more.")


def test_no_raised_refusal_leaves_a_blank_empty(kinds: dict[str, RefusalKind]) -> None:
    assert [line for module in written() for line in unfilled(module, kinds, _constants())] == []


@pytest.mark.parametrize(
    ("code", "status", "zh", "en"),
    [
        ("nodot", 400, "不行。", "No."),
        ("a.b", 200, "不行。", "No."),
        ("a.b", 400, "No.", "No."),
        ("a.b", 400, "不行。", "不行。"),
        ("a.b", 400, "没有{code}。", "There is none."),
        ("a.b", 400, "没有{code}。", "There is no {name}."),
        ("a.b", 400, "没有{code_zh}。", "There is no {name_en}."),
        ("a.b", 400, "不行", "No."),
        ("a.b", 400, "不行。", "No"),
    ],
)
def test_a_planted_bad_kind_is_found(code: str, status: int, zh: str, en: str) -> None:
    assert faults(RefusalKind(code, status, zh, en))


def test_blanks_in_two_languages_may_differ_by_their_endings() -> None:
    assert faults(RefusalKind("a.b", 400, "没有{what_zh}，共{n}。", "No {what_en} of {n}.")) == []
    assert faults(RefusalKind("a.b", 400, "没有{what}。", "No {what_en}.")) == []


@pytest.mark.parametrize(
    ("raised", "lacking"),
    [
        ("refuse(BAD, code=1)", 1),
        ("refuse(BAD)", 2),
        ("refuse(BAD, code=1, level=2)", 0),
        ("refuse(BAD, **facts)", 0),
        ("Reason(BAD, (('code', x),))", 1),
        ("Reason(BAD)", 2),
        ("Reason(BAD, facts)", 0),
    ],
)
def test_a_planted_refusal_with_an_empty_blank_is_found(raised: str, lacking: int) -> None:
    head = "from gridcommons.kit.errors import Reason, refusal_kind, refuse\nBAD = refusal_kind('a.b')\n"
    module = planted("cases.planted", f"{head}def f(): raise {raised}")
    kind = {"a.b": RefusalKind("a.b", 400, "没有{code}：{level}。", "No {code}: {level}.")}
    assert len(unfilled(module, kind, dict(constants_of(module)))) == lacking
