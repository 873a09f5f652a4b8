"""Words of warnings as data: templates with their urgency and severity, filled in for an area. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from gridcommons.kit.dates import day_words
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words
from gridcommons.outlook.alerts import Certainty, Response, Severity, Urgency
from gridcommons.outlook.categories import Category

PACKAGE: Final = "gridcommons.outlook.cautions"
PARTS: Final[Mapping[str, Words]] = {
    "event": Words("事件", "event"), "headline": Words("标题", "headline"),
    "description": Words("说明", "description"), "instruction": Words("请这样做", "what to do"),
}  # fmt: skip
GROUNDS: Final = ("colour", "warning", "hand")

UNKNOWN_TEMPLATE = refusal_kind(
    "caution.unknown_template",
    status=404,
    zh="没有“{key}”这个预警样本。请从清单中选择。",
    en="There is no template of warnings “{key}”. Choose one from the list.",
)


@dataclass(frozen=True)
class Said:
    """What a warning says, in both languages."""

    event: Words
    headline: Words
    description: Words
    instruction: Words

    def as_dict(self) -> dict[str, dict[str, str]]:
        """To be kept."""
        return {key: getattr(self, key).as_dict() for key in PARTS}


def said_of(kept: Mapping[str, Mapping[str, str]]) -> Said:
    """What `as_dict` gave."""
    return Said(**{key: Words(kept[key]["zh"], kept[key]["en"]) for key in PARTS})


@dataclass(frozen=True)
class Template:
    """One template; `ground`: from what it is drafted, `colour`: the colour that it speaks of, `category`: about what.

    Of an alarm those of its own category are offered; the one of Other speaks of any that has none of its own.
    """

    key: str
    ground: str
    colour: str
    name: Words
    category: Category
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    response: Response
    said: Said


@dataclass(frozen=True)
class Templates:
    """One edition of all templates; `most_days`: the longest a warning holds."""

    version: str
    owner: Words
    most_days: int
    of: Mapping[str, Template]

    def get(self, key: str) -> Template:
        """One template; refuses an unknown key."""
        if key not in self.of:
            raise refuse(UNKNOWN_TEMPLATE, key=key[:40])
        return self.of[key]

    def by_colour(self, colour: str) -> Template:
        """The template that speaks of a colour; dark red is spoken of as red."""
        wanted = "red" if colour == "dark-red" else colour
        found = next((one for one in self.of.values() if one.colour == wanted), None)
        if found is None:
            raise refuse(UNKNOWN_TEMPLATE, key=colour)
        return found

    def by_ground(self, ground: str) -> list[Template]:
        """The templates that are drafted from one kind of ground."""
        return [one for one in self.of.values() if one.ground == ground]

    def by_category(self, ground: str, category: Category) -> list[Template]:
        """Those of them that speak of one category."""
        return [one for one in self.by_ground(ground) if one.category is category]


def templates() -> Templates:
    """What ships with the program."""
    return shipped(PACKAGE, "cautions.toml", _read)


def _read(raw: Raw) -> Templates:
    held = [_one(row) for row in raw["templates"]]
    if len({one.key for one in held}) < len(held):
        raise ValueError("a key stands twice")
    return Templates(raw["version"], Words(*raw["owner"]), int(raw["most_days"]), {one.key: one for one in held})


def _one(row: Raw) -> Template:
    if row["ground"] not in GROUNDS:
        raise ValueError(f"{row['key']}: ground?")
    return Template(
        row["key"], row["ground"], row.get("colour", ""), Words(*row["name"]), Category(row["category"]),
        Urgency(row["urgency"]), Severity(row["severity"]), Certainty(row["certainty"]), Response(row["response"]),
        Said(**{key: Words(*row[key]) for key in PARTS}),
    )  # fmt: skip


def filled(template: Template, slots: Mapping[str, Words], last: date) -> Said:
    """The words of a template with the names of an area, a level, a count and the last day put in."""
    facts = {**dict.fromkeys(("area", "level", "count"), Words("", "")), **slots, "until": day_words(last, this_year=0)}
    by_tongue = {tongue: {key: one.as_dict()[tongue] for key, one in facts.items()} for tongue in ("zh", "en")}
    return Said(**{
        key: Words(*(getattr(template.said, key).as_dict()[tongue].format_map(by_tongue[tongue]).strip()
                     for tongue in ("zh", "en")))
        for key in PARTS
    })  # fmt: skip
