"""Whether a matter is taken in an area on a day: the decision made last for it or an area above. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from gridcommons.kit.errors import Reason, refusal_kind
from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.matter import Matter
from gridcommons.matters.wording import edition_of

SWITCH_RULE: Final = "matters.switch"
SWITCHED_OFF = refusal_kind(
    "matter.switched_off",
    status=422,
    zh="“{name}”自{since}起在这里不通过网格受理：{reason}。请联系{owner}，或拨打12345。",
    en="Since {since} the grid takes no “{name_en}” here: {reason_en}. Turn to {owner_en}, or call 12345.",
)


@dataclass(frozen=True)
class Decided:
    """One decision: a matter taken (`is_on`) in an area from a day on, or no longer."""

    matter_key: str
    area_code: str
    is_on: bool
    since: date
    reason: str


def in_force(decisions: Iterable[Decided], key: str, area_code: str, on: date) -> Decided | None:
    """The decision that holds for a matter in an area on a day, None where nobody decided; oldest come first.

    Who decided last is followed, for the area itself or one above it.
    """
    fitting = [
        one for one in decisions if one.matter_key == key and one.since <= on and area_code.startswith(one.area_code)
    ]
    return fitting[-1] if fitting else None


def off_at(decisions: Iterable[Decided], key: str, area_code: str, on: date) -> Decided | None:
    """The decision by which a matter is not taken in an area on a day; None where it is."""
    held = in_force(decisions, key, area_code, on)
    return held if held is not None and not held.is_on else None


def switched_off_reason(matter: Matter, catalogue: Catalogue, off: Decided) -> Reason:
    """The refusal of a report, with since when, why, and where to turn."""
    owner = catalogue.department(matter.owner).name
    reason = off.reason.rstrip("。.")
    facts = {
        "name": matter.name.zh, "name_en": matter.name.en, "since": off.since.isoformat(), "reason": reason,
        "reason_en": reason, "owner": owner.zh, "owner_en": owner.en,
    }  # fmt: skip
    return Reason(SWITCHED_OFF, tuple(facts.items()))


def off_verdict(matter: Matter, catalogue: Catalogue, off: Decided) -> Verdict:
    """The same as a decision with its reasons, for a page."""
    said = switched_off_reason(matter, catalogue, off).words()
    owner = catalogue.department(matter.owner).name
    return Verdict(
        answer=Answer.NO,
        subject=Words(zh="是否属于网格事项？", en="Is this a matter for the grid?"),
        because=(Because(said, catalogue.owner),),
        rule=SWITCH_RULE,
        version=edition_of(catalogue, matter),
        owner=catalogue.owner,
        contest=catalogue.contest,
        way=Words(zh=f"请联系{owner.zh}，或拨打12345。", en=f"Turn to {owner.en}, or call 12345."),
    )
