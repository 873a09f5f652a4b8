"""Packages of measures as data: what a colour opens, closes and brings, and which kinds of places may ask for a pass.

Kinds of places are data with an owner. Some may never ask for a pass (charter 7); no package can name one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.errors import Refusal, refusal_kind, refuse, worded
from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words, apart
from gridcommons.outlook.painting.rules import NEVER_ASKED

PACKAGE: Final = "gridcommons.outlook.painting"
HEADS: Final[Mapping[str, Words]] = {
    "opens": Words("开放", "What is open"),
    "closes": Words("关闭", "What closes"),
    "support": Words("随之提供的帮助", "What help comes with it"),
}
_MOST_LINES, _LINE = 12, 200

UNKNOWN_PLACE = refusal_kind(
    "package.unknown_place",
    status=400,
    zh="没有“{what}”这一类场所。请从清单中选择。",
    en="There is no kind of place “{what}”. Choose from the list.",
)
EMPTY = refusal_kind(
    "package.empty",
    status=400,
    zh="这份措施什么都没有写：至少写明开放什么，或提供什么帮助。",
    en="This package says nothing: say at least what is open, or which help comes with it.",
)
NO_HELP = refusal_kind(
    "package.no_help",
    status=422,
    zh="关闭了场所，却没有写明随之提供什么帮助。请补上。",
    en="It closes something and says nothing of the help that comes with it. Add that.",
)
UNKNOWN_TEMPLATE = refusal_kind(
    "package.unknown_template",
    status=404,
    zh="没有“{key}”这份措施样本。",
    en="There is no ready package “{key}”.",
)


@dataclass(frozen=True)
class PlaceKind:
    """A kind of place; `may_ask`: whether it may ever ask for a pass."""

    key: str
    name: Words
    may_ask: bool


@dataclass(frozen=True)
class Content:
    """What a package says, line by line, and the kinds of places that may ask for a pass under it."""

    opens: tuple[Words, ...] = ()
    closes: tuple[Words, ...] = ()
    support: tuple[Words, ...] = ()
    places: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, list[dict[str, str]]]:
        """The lines as the table keeps them."""
        return {key: [one.as_dict() for one in getattr(self, key)] for key in HEADS}


@dataclass(frozen=True)
class Template:
    """A ready package as it ships: for a scheme and level, with its basis, owner and version."""

    key: str
    scheme: str
    level: str
    version: str
    owner: Words
    basis: str
    content: Content


def content_of(raw: Mapping[str, list[dict[str, str]]], places: Iterable[str]) -> Content:
    """The content as the table kept it."""
    lines = {key: tuple(Words(one["zh"], one["en"]) for one in raw.get(key, [])) for key in HEADS}
    return Content(**lines, places=tuple(places))


def place_kinds() -> dict[str, PlaceKind]:
    """All kinds of places by key."""
    return shipped(PACKAGE, "place_kinds.toml", _kinds)


def _kinds(raw: Raw) -> dict[str, PlaceKind]:
    return {one["key"]: PlaceKind(one["key"], Words(*one["name"]), bool(one["may_ask"])) for one in raw["kinds"]}


def lines_of(text: str) -> tuple[Words, ...]:
    """Lines that somebody typed, Chinese and English apart by `|`; without one a line is the same in both."""
    found = []
    for line in clean_text(text, limit=_MOST_LINES * _LINE * 2).splitlines()[:_MOST_LINES]:
        said = apart(line)
        if said.zh:
            found.append(Words(said.zh[:_LINE], said.en[:_LINE]))
    return tuple(found)


def require_sound(content: Content) -> None:
    """Refuse a package that says nothing, closes without help, or lets a place ask for a pass that never may."""
    kinds = place_kinds()
    for key in content.places:
        if key not in kinds:
            raise refuse(UNKNOWN_PLACE, what=key)
    if barred := [worded(NEVER_ASKED, what=kinds[key].name) for key in content.places if not kinds[key].may_ask]:
        raise Refusal(tuple(barred))
    if not (content.opens or content.closes or content.support):
        raise refuse(EMPTY)
    if content.closes and not content.support:
        raise refuse(NO_HELP)


def templates() -> dict[str, Template]:
    """The ready packages by key: every file in `data/packages`."""
    folder = files(PACKAGE).joinpath("data", "packages")
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".toml"))
    return {one.key: one for name in names for one in shipped(PACKAGE, f"packages/{name}", _templates)}


def template(key: str) -> Template:
    """One ready package; refuses an unknown key."""
    if key not in templates():
        raise refuse(UNKNOWN_TEMPLATE, key=key)
    return templates()[key]


def _templates(raw: Raw) -> list[Template]:
    owner, made = Words(*raw["owner"]), []
    for one in raw["packages"]:
        lines = {key: tuple(Words(*pair) for pair in one.get(key, [])) for key in HEADS}
        content = Content(**lines, places=tuple(one.get("places", [])))
        require_sound(content)
        key = f"{raw['scheme']}-{one['level']}"
        made.append(
            Template(key, raw["scheme"], one["level"], raw["version"], owner, raw["basis"], content)
        )  # fmt: skip
    return made
