"""What a signal may say, when it is late, and what it can turn out to be. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from gridcommons.collection.signals.policy import Policy
from gridcommons.kit.addressing import Hidden, hide_names
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.errors import Reason, Refusal, refusal_kind, refuse
from gridcommons.kit.words import Words

TEXT_LENGTH: Final = 600
PLACE_LENGTH: Final = 120
"""What may be typed; what hiding a name makes longer is kept whole."""
_MARK: Final = 4
SOURCES: Final[Mapping[str, Words]] = {
    "grid": Words("网格", "the grid"),
    "sentinel": Words("诊所、药店、学校等监测点", "a clinic, pharmacy or school"),
    "office": Words("街道、窗口", "an office"),
}
"""From where a signal came: of which kind of post, never of whom."""
STATES: Final[Mapping[str, Words]] = {
    "open": Words("待研判", "to be looked at"),
    "site_check": Words("待现场核实", "to be checked on site"),
    "closed": Words("已研判", "looked at"),
}
AFTER_CHECK: Final = frozenset({"verified", "false_alarm", "known", "passed_on"})

UNKNOWN = refusal_kind(
    "signal.unknown",
    status=404,
    zh="没有找到这条异常信号，或它不属于您的职责范围。",
    en="There is no such signal, or it is not yours to see.",
)
INCOMPLETE = refusal_kind(
    "signal.incomplete",
    status=400,
    zh="请选择是什么异常、大约多少，并写明在哪里。",
    en="Choose what it is and roughly how many, and say where.",
)
BAD_PLACE = refusal_kind(
    "signal.bad_place",
    status=400,
    zh="请选择一个网格。",
    en="Choose a grid.",
)
NOT_NOW = refusal_kind(
    "signal.not_now",
    status=409,
    zh="这条信号已经研判过，请刷新页面。",
    en="Somebody has looked at this signal already. Load the page again.",
)
BAD_OUTCOME = refusal_kind(
    "signal.bad_outcome",
    status=400,
    zh="请从列表中选择研判结果，并写明依据。",
    en="Choose from the list what it turned out to be, and say on what grounds.",
)


@dataclass(frozen=True)
class Said:
    """A signal as it is sent. `place`: words for where in the grid."""

    area_code: str
    kind: str
    size: str
    place: str
    text: str = ""


@dataclass(frozen=True)
class Naming:
    """What is known where words are written: names of people who live there, and names of places, which stay."""

    people: Collection[str] = ()
    places: Collection[str] = ()

    def hidden(self, words: str, limit: int) -> Hidden:
        """Words with names and numbers hidden; refuses more than `limit` signs as typed. Hiding may make it longer."""
        return hide_names(clean_text(words, limit=limit), known=self.people, places=self.places)


@dataclass(frozen=True)
class Cleaned:
    """A signal as it will stand, and how many names and numbers were hidden in it."""

    said: Said
    hidden: int


def clean(said: Said, held: Policy, naming: Naming) -> Cleaned:
    """A signal with its words masked; refuses one that does not say what, how many and where."""
    place, text = naming.hidden(said.place, PLACE_LENGTH), naming.hidden(said.text, TEXT_LENGTH)
    if said.kind not in held.kinds or said.size not in held.sizes or not place.text:
        raise refuse(INCOMPLETE)
    made = Said(said.area_code, said.kind, said.size, place.text, text.text)
    return Cleaned(made, place.count + text.count)


def require_outcome(outcome: str, note: str, *, checked: bool, held: Policy, naming: Naming) -> str:
    """The grounds, masked; refuses an unknown outcome and one without grounds. `checked`: after somebody went there."""
    words = naming.hidden(note, TEXT_LENGTH).text
    if outcome not in held.outcomes or not words or (checked and outcome not in AFTER_CHECK):
        raise Refusal((Reason(BAD_OUTCOME),))
    return words


def mark_of(signal_id: UUID) -> str:
    """A few signs by which people tell signals apart that came from one place in one minute: the end of the id."""
    return signal_id.hex[-_MARK:].upper()


def next_raise(sent_at: datetime, raises: int, held: Policy) -> datetime | None:
    """When a signal that nobody looked at is raised next; None once it was raised often enough."""
    return sent_at + (raises + 1) * held.within if raises < held.most_raises else None


def is_late(sent_at: datetime, triaged_at: datetime | None, at: datetime, held: Policy) -> bool:
    """Whether it waited, or waits, longer than it may."""
    return (triaged_at or at) - sent_at > held.within


def left(sent_at: datetime, at: datetime, held: Policy) -> timedelta:
    """How long is left; nothing once it is late."""
    return max(timedelta(0), sent_at + held.within - at)
