"""What a warning rests on: a colour that was signed, an alarm that was judged true, or the officer's own word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from gridcommons.access.rules import Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refuse, worded
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.outlook.categories import Category
from gridcommons.outlook.cautions.rules import NO_GROUND, WRONG_TEMPLATE, require_area
from gridcommons.outlook.cautions.templates import Template, templates
from gridcommons.outlook.colours.scheme import HIGH
from gridcommons.outlook.painting.queries import AreaNow, area_now
from gridcommons.outlook.painting.rules import State
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.watching.queries import WarningFacts, history
from gridcommons.territory.queries import names_of

COLOUR: Final = "colour"
WARNING: Final = "warning"
HAND: Final = "hand"
_RED: Final = {"dark-red": "red"}
_COLOURS: Final = {"orange": Words("橙色", "orange"), "red": Words("红色", "red")}


@dataclass(frozen=True)
class Ground:
    """What a warning is drafted from: its areas, what fills the words, and for a colour what was signed until when.

    `category`: of an alarm, what its series is about.
    """

    kind: str
    key: str
    codes: tuple[str, ...]
    slots: Mapping[str, Words] = field(default_factory=dict)
    colour: str = ""
    decision: str = ""
    rule: str = ""
    until: date | None = None
    category: Category | None = None

    @property
    def name(self) -> str:
        """As it is kept: kind and key; empty for the officer's own word."""
        return "" if self.kind == HAND else f"{self.kind}:{self.key}"

    def fitting(self) -> list[Template]:
        """The templates that go with it."""
        held = templates()
        if self.kind == COLOUR:
            return [held.by_colour(self.colour)]
        if self.category is None:
            return held.by_ground(self.kind)
        return held.by_category(self.kind, self.category) or held.by_category(self.kind, Category.OTHER)

    def category_of(self, template: Template) -> Category:
        """What a warning is about unless its officer says otherwise: the series of an alarm, else the template."""
        return self.category or template.category


def names_words(codes: tuple[str, ...]) -> Words:
    """The names of areas in both languages, one after the other."""
    found = names_of(codes)
    names = [found[code].name for code in codes if code in found]
    return Words("、".join(one.zh for one in names), ", ".join(one.en for one in names))


def codes_now(codes: Sequence[str]) -> list[str]:
    """The areas of today in which those of a message lie; as they were where these are of several counties now."""
    found = list(dict.fromkeys(now for code in codes for now in in_force().spread(code)))
    return found if len({CHINA.cut(code, "county") for code in found}) == 1 else list(codes)


def named_now(name: str) -> str:
    """The name of a ground as it is called today: a colour is that of an area, whichever code it had then."""
    kind, _colon, key = name.partition(":")
    return f"{kind}:{in_force().follow(key) or key}" if kind == COLOUR else name


def ground_of(name: str, codes: tuple[str, ...], viewer: Viewer, at: datetime) -> Ground:
    """What a warning rests on, as it holds now; refuses one that does not. `codes`: of the officer's own word."""
    kind, _colon, key = named_now(name).partition(":")
    try:
        if kind == COLOUR:
            return of_colour(area_now(key, viewer=viewer, at=at))
        if kind == WARNING:
            return of_warning(history(thread=key, viewer=viewer, at=at).now)
    except Refusal as refusal:
        if refusal.status == 404:  # noqa: PLR2004 - HTTP: nothing there
            raise refuse(NO_GROUND) from refusal
        raise
    if name:
        raise refuse(NO_GROUND)
    require_area(codes)
    if set(names_of(codes)) < set(codes):
        raise refuse(NO_GROUND)
    return Ground(HAND, "", codes, {"area": names_words(codes)})


def of_colour(now: AreaNow) -> Ground:
    """A colour that stands signed; refuses one that does not, or is no orange or red."""
    decision = now.decision
    signed = now.standing.state is State.SIGNED and decision is not None and decision.answer == "signed"
    if not signed or decision is None or now.colour not in HIGH or now.standing.until is None:
        raise refuse(NO_GROUND)
    code = now.area.code
    day, colour = local_day(decision.at, ZONE), _RED.get(now.colour, now.colour)
    level = Words(f"{_COLOURS[colour].zh}（{now.name.zh}）", f"{_COLOURS[colour].en} ({now.name.en})")
    return Ground(
        COLOUR, code, (code,), {"area": names_words((code,)), "level": level}, colour,
        f"{code}-{day:%Y%m%d}-{now.standing.signed}", now.scheme.label, now.standing.until,
    )  # fmt: skip


def of_warning(row: WarningFacts) -> Ground:
    """An alarm or cluster that was judged true; refuses any other. Its areas are told as counties and townships."""
    if row.state != "true":
        raise refuse(NO_GROUND)
    own = in_force().spread(row.area.code)
    found = [one.code for one in row.areas] if row.is_cluster else own
    whole = CHINA.width("township")
    codes = tuple(dict.fromkeys(code[:whole] for code in found))
    codes = codes if len({CHINA.cut(code, "county") for code in codes}) == 1 else (own[0][:whole],)
    return Ground(WARNING, row.begun, codes, {"area": names_words(codes), "count": row.indicator.name},
                  category=row.indicator.category)  # fmt: skip


def require_fitting(template: Template, ground: Ground) -> None:
    """Refuse a template that speaks of something else than what the warning rests on."""
    if template.key not in {one.key for one in ground.fitting()}:
        raise Refusal((worded(WRONG_TEMPLATE, template=template.name),))
