"""What the signature pieces show, as plain values: a page fills these, `templatetags/pieces.py` renders them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import Final, Literal

from gridcommons.kit.verdict import Verdict
from gridcommons.kit.words import Words
from gridcommons.web.drawing import Sketch

Text = Words | str
Figure = int | float | Decimal

ROLE_ICONS: Final[Mapping[str, str]] = {
    "resident": "user",
    "worker": "walk",
    "office": "building",
    "department": "building-bank",
    "verifier": "clipboard-check",
    "reviewer": "scale",
    "health": "stethoscope",
    "body": "users-group",
    "auditor": "shield-check",
    "program": "settings",
}


def say(text: Text, language: str) -> str:
    """A text in the reader's language; a plain string (a name) is the same in both."""
    return text.in_language(language) if isinstance(text, Words) else text


# --- Because card ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BecauseCard:
    """A verdict in one language, as its card shows it. `until` None: until the rule is changed."""

    answer: str
    subject: str
    because: tuple[tuple[str, str], ...]
    rule: str
    version: str
    owner: str
    until: datetime | None
    contest: str
    way: str

    @property
    def basis(self) -> str:
        """What the decision stands on before all: the source of its first reason, a law as a rule."""
        return self.because[0][1]


def because_card(verdict: Verdict | Mapping[str, object], language: str) -> BecauseCard:
    """The card of a verdict, or of what `Verdict.as_dict` wrote; refuses (ValueError) one without reasons."""
    fact = verdict.as_dict() if isinstance(verdict, Verdict) else verdict
    reasons = fact["because"]
    if not isinstance(reasons, list | tuple) or not reasons:
        raise ValueError("a decision without a reason is not shown: it is void")
    until = fact.get("until")
    return BecauseCard(
        answer=str(fact["answer"]).replace("_", "-"),
        subject=_said(fact["subject"], language),
        because=tuple((_said(reason, language), _said(reason["source"], language)) for reason in reasons),
        rule=str(fact["rule"]),
        version=str(fact["version"]),
        owner=_said(fact["owner"], language),
        until=datetime.fromisoformat(until) if isinstance(until, str) else None,
        contest=_said(fact["contest"], language),
        way=_said(fact["way"], language) if fact.get("way") else "",
    )


def _said(words: object, language: str) -> str:
    if not isinstance(words, Mapping):
        raise TypeError("words come in both languages")
    return Words(zh=str(words["zh"]), en=str(words["en"])).in_language(language)


# --- Life line ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One step of a life line. `role` is a key of `ROLE_ICONS`; `at` None for what is still to come."""

    did: Text
    who: Text
    office: Text = ""
    role: str = "program"
    at: datetime | None = None
    note: Text = ""
    private: bool = False
    state: Literal["done", "now", "next"] = "done"
    url: str = ""

    @property
    def icon(self) -> str:
        """The icon of the role."""
        return ROLE_ICONS[self.role]


@dataclass(frozen=True)
class Stretch:
    """A stretch of a clock, in working minutes: `used`, or `parked` with its reason."""

    kind: Literal["used", "parked"]
    minutes: int
    reason: Text = ""


@dataclass(frozen=True)
class Bar:
    """A part of a bar, in per cent of its width."""

    kind: str
    start: float
    width: float


@dataclass(frozen=True)
class Promise:
    """What a clock measures: the step, what was promised for it ("3 working days"), the minutes of one such day."""

    step: Text
    length: Text
    per_day: int
    working: bool = True


@dataclass(frozen=True)
class Clock:
    """Working time allowed (`limit`, minutes) and spent; parked stretches stop it. Not `running`: settled.

    With its `promise` lengths are said in the unit of what was promised, else in hours and minutes. `passed`: its
    moment is over; on a day off no minute is.
    """

    limit: int
    stretches: tuple[Stretch, ...] = ()
    due_at: datetime | None = None
    running: bool = True
    promise: Promise | None = None
    passed: bool = False

    @property
    def used(self) -> int:
        """Working minutes used."""
        return sum(stretch.minutes for stretch in self.stretches if stretch.kind == "used")

    @property
    def left(self) -> int:
        """Working minutes left, never negative."""
        return max(0, self.limit - self.used)

    @property
    def over(self) -> int:
        """Working minutes over the limit, never negative."""
        return max(0, self.used - self.limit)

    @property
    def is_late(self) -> bool:
        """Whether more was used than allowed, or the moment is over."""
        return self.passed or self.used > self.limit

    @property
    def is_over_by_none(self) -> bool:
        """Whether its moment is over, and not a minute of the clock yet: then it is said since when."""
        return self.passed and not self.over

    @property
    def parked(self) -> tuple[Stretch, ...]:
        """The parked stretches."""
        return tuple(stretch for stretch in self.stretches if stretch.kind == "parked")

    @property
    def is_parked(self) -> bool:
        """Whether it stands still now."""
        return bool(self.stretches) and self.running and self.stretches[-1].kind == "parked"

    @property
    def bars(self) -> tuple[Bar, ...]:
        """The stretches in order, what was used beyond the limit as `over`, and what is left; widths sum to 100."""
        parts: list[tuple[str, int]] = []
        budget = self.limit
        for stretch in self.stretches:
            if stretch.kind == "parked":
                parts.append(("parked", stretch.minutes))
                continue
            within = min(stretch.minutes, budget)
            budget -= within
            parts += [("used", within), ("over", stretch.minutes - within)]
        return bars([*parts, ("left", self.left)])


def bars(parts: list[tuple[str, int]]) -> tuple[Bar, ...]:
    """Parts (kind, amount) laid end to end over 100 per cent; empty parts are left out, no parts give no bars."""
    kept = [(kind, amount) for kind, amount in parts if amount > 0]
    whole = sum(amount for _, amount in kept)
    ends = list(accumulate(amount for _, amount in kept))
    return tuple(
        Bar(kind=kind, start=100 * (end - amount) / whole, width=100 * amount / whole)
        for (kind, amount), end in zip(kept, ends, strict=True)
    )


# --- Level trail ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TrailArea:
    """An area of a trail: the name of its level, its own name, and where it leads."""

    level: Text
    name: Text
    url: str = ""


@dataclass(frozen=True)
class Trail:
    """Areas from the top down, the last is here; its siblings, its first child, and a small drawing."""

    areas: tuple[TrailArea, ...]
    before: TrailArea | None = None
    after: TrailArea | None = None
    below: TrailArea | None = None
    sketch: Sketch | None = None

    @property
    def above(self) -> TrailArea | None:
        """The area one level up that a reader may open."""
        return self.areas[-2] if len(self.areas) > 1 and self.areas[-2].url else None


# --- Figure tile ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tile:
    """A figure with all that makes it honest.

    `value` None says "no figure yet", with `suppressed` "<5", with `withheld` that a neighbour would be told by it,
    with `uncounted` that nothing was counted yet; `hidden`: why else a withheld one is not shown. `said`: the value in
    words, with its unit, where a number would not be true.
    `denominator` says out of what ("of 1,387 townships")
    and is required. `reported`: (how many have reported, of how many). A suppressed tile carries neither value nor
    change (ValueError): what is not in the page cannot be read out of it.
    """

    label: Text
    value: Figure | None
    denominator: Text
    as_of: datetime | date
    unit: Text = ""
    change: Figure | None = None
    since: Text = ""
    reported: tuple[int, int] | None = None
    suppressed: bool = False
    withheld: bool = False
    uncounted: bool = False
    url: str = ""
    because: Verdict | None = None
    hidden: Text | None = None
    said: Text | None = None

    def __post_init__(self) -> None:
        said = self.denominator
        texts = (said.zh, said.en) if isinstance(said, Words) else (said,)
        if not all(isinstance(text, str) and text.strip() for text in texts):
            raise ValueError("no tile without its denominator")
        if (self.suppressed or self.withheld) and (self.value is not None or self.change is not None):
            raise ValueError("a suppressed figure comes without value and change")


# --- Who looked, queue, navigation ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Thing:
    """A thing that a line is about, with its page."""

    words: Text
    url: str


@dataclass(frozen=True)
class Look:
    """One look at a person's data: when, which office, for what, what. `offline`: logged later from a phone.

    `things`: the reader's own things that it was about. `by_program`: no person saw anything. `why`: the reason that
    was given where two persons had to agree (break-glass, export).
    """

    at: datetime
    office: Text
    purpose: Text
    what: Text
    role: Text = ""
    offline: bool = False
    question_url: str = ""
    things: tuple[Thing, ...] = ()
    by_program: bool = False
    why: Text = ""


@dataclass(frozen=True)
class Status:
    """A state in words. `tone`: plain, now, late, parked, private or done; `icon` a name of icons.txt."""

    words: Text
    tone: str = "plain"
    icon: str = "circle"


@dataclass(frozen=True)
class QueueRow:
    """One line of an office queue; `assign_url` empty where the reader may not assign.

    `pick`: what the box before the row sends; in a queue with boxes, empty where this row has none. `due_for`: what is
    due then, where it is not the end of the handling, or why nothing is. `day`: one without
    an hour, as of a review. `marks`: what else is to be known beside the state.
    """

    code: str
    what: Text
    url: str
    place: Text
    status: Status
    due_at: datetime | None = None
    clock: Clock | None = None
    with_whom: Text = ""
    assign_url: str = ""
    private: bool = False
    pick: str = ""
    due_for: Text = ""
    day: date | None = None
    marks: tuple[Status, ...] = ()


@dataclass(frozen=True)
class NavItem:
    """An entry of the header."""

    label: Text
    url: str
    current: bool = False
    count: int = 0


# --- Colours of areas and passes ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Colour:
    """A colour that never stands alone: a sign (letter or mark), a pattern, words."""

    key: str
    sign: str
    words: Words
    on: Literal["deep", "bright", "unknown"]


AREA_COLOURS: Final[Mapping[str, Colour]] = {
    "A": Colour("a", "A", Words("绿色", "green"), "deep"),
    "B": Colour("b", "B", Words("蓝色", "blue"), "deep"),
    "C": Colour("c", "C", Words("黄色", "yellow"), "bright"),
    "D": Colour("d", "D", Words("橙色", "orange"), "bright"),
    "E": Colour("e", "E", Words("红色", "red"), "deep"),
    "X": Colour("x", "?", Words("未知", "unknown"), "unknown"),
}
PASS_COLOURS: Final[Mapping[str, Colour]] = {
    "G": Colour("g", "●", Words("绿码", "green"), "deep"),
    "Y": Colour("y", "▲", Words("黄码", "yellow"), "bright"),
    "R": Colour("r", "■", Words("红码", "red"), "deep"),
}
