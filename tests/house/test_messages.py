"""Every text of the pages is said in Chinese too: the tool that checks it, run here, and shown able to fail."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.pofile import read_po

from house.sources import ROOT


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """`tools/check_messages.py` as a module."""
    spec = importlib.util.spec_from_file_location("check_messages", ROOT / "tools" / "check_messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def used(tool: ModuleType) -> dict[tuple[str, str], Path]:
    """Every text that the program uses."""
    found: dict[tuple[str, str], Path] = tool.used_messages(ROOT / tool.SOURCES)
    return found


def _gaps(tool: ModuleType, used: dict[tuple[str, str], Path]) -> list[str]:
    with (ROOT / tool.CATALOGUE).open("rb") as file:
        found: list[str] = tool.gaps(used, read_po(file))
    return found


Used = dict[tuple[str, str], Path]


def test_every_text_has_its_chinese_and_every_chinese_its_text(tool: ModuleType, used: Used) -> None:
    assert len(used) > 100
    assert _gaps(tool, used) == []


def test_a_planted_text_without_chinese_is_found(tool: ModuleType, used: Used) -> None:
    assert len(_gaps(tool, used | {("A sentence nobody translated.", ""): Path("planted.html")})) == 1


def test_a_planted_translation_without_text_is_found(tool: ModuleType, used: Used) -> None:
    assert len(_gaps(tool, dict(list(used.items())[1:]))) == 1


def test_templates_and_python_are_both_read(tool: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "templates" / "page.html"
    page.parent.mkdir()
    page.write_text("{% load i18n %}{% translate 'One' %}{% blocktranslate %}Two {{ n }}{% endblocktranslate %}")
    (tmp_path / "view.py").write_text("from django.utils.translation import gettext\nx = gettext('Three')\n")
    assert {text for text, _context in tool.used_messages(tmp_path)} == {"One", "Two %(n)s", "Three"}


def test_no_text_stands_twice_and_a_planted_double_is_found(tool: ModuleType) -> None:
    text = (ROOT / tool.CATALOGUE).read_text(encoding="utf-8")
    assert tool.twice(text) == []
    assert len(tool.twice(f'{text}\n\nmsgid "Find"\nmsgstr "找"\n')) == 1
