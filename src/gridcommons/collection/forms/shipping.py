"""The forms that come with the program: written as readable files, made into workbooks (XLSForm) from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Final

from gridcommons.collection.forms.rules import UNKNOWN
from gridcommons.collection.workbooks import form_workbook
from gridcommons.kit.errors import refuse
from gridcommons.kit.shipped import UNSOUND, Raw, understood
from gridcommons.kit.words import Words

_PACKAGE: Final = "gridcommons.collection.forms"
_ZH, _EN = "中文 (zh)", "English (en)"
_WORDS: Final = {
    "zh": ("label", _ZH), "en": ("label", _EN), "hint_zh": ("hint", _ZH), "hint_en": ("hint", _EN),
    "wrong_zh": ("constraint_message", _ZH), "wrong_en": ("constraint_message", _EN),
}  # fmt: skip
Row = dict[str, str]


@dataclass(frozen=True)
class ShippedForm:
    """A form as its file says it: what it is, its rows, its choices."""

    key: str
    name: Words
    kind: str
    matter: str
    version: str
    survey: tuple[Row, ...]
    choices: tuple[Row, ...]

    def workbook(self) -> bytes:
        """The form as a workbook, as anybody could have written it in a spreadsheet."""
        return self._book

    @cached_property
    def _book(self) -> bytes:
        settings = {
            "form_title": self.name.zh, "form_id": self.key, "version": self.version, "default_language": _ZH,
        }  # fmt: skip
        return form_workbook(self.survey, self.choices, settings)


def shipped_forms() -> tuple[ShippedForm, ...]:
    """All of them, by key."""
    return tuple(_read(name) for name in sorted(_names()))


def shipped_form(key: str) -> ShippedForm:
    """One of them; refuses an unknown one."""
    found = next((one for one in shipped_forms() if one.key == key), None)
    if found is None:
        raise refuse(UNKNOWN)
    return found


def _names() -> Iterator[str]:
    folder = files(_PACKAGE).joinpath("data", "shipped")
    return (one.name for one in folder.iterdir() if one.name.endswith(".toml"))


@cache
def _read(name: str) -> ShippedForm:
    text = files(_PACKAGE).joinpath("data", "shipped", name).read_text(encoding="utf-8")
    return understood(text, _form, UNSOUND, name)


def _form(raw: Raw) -> ShippedForm:
    choices = tuple(_choice(of, key, said) for of, keys in raw["choices"].items() for key, said in keys.items())
    rows = tuple(_row(asked) for asked in raw["ask"])
    return ShippedForm(raw["key"], Words(**raw["name"]), raw["kind"], raw["matter"], raw["version"], rows, choices)


def _row(asked: Mapping[str, str]) -> Row:
    """Cells by column. `{root}` stands for the root of the list of households, as engines of forms name it."""
    return {
        ("::".join(_WORDS[name]) if name in _WORDS else name): text.replace("{root}", "root")
        for name, text in asked.items()
    }


def _choice(of_list: str, key: str, said: Sequence[str]) -> Row:
    return {"list_name": of_list, "name": key, f"label::{_ZH}": said[0], f"label::{_EN}": said[1]}
