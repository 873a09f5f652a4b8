"""What is said at a door of a rehearsed campaign, and the form as the phone then writes it. Pure, by seed."""

from __future__ import annotations

import functools
import random
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5
from xml.etree.ElementTree import Element, fromstring, tostring

from gridcommons.collection.asking import KNOWN, STILL
from gridcommons.rehearsal.mapping import DATA

_FORMS: Final = "{http://www.w3.org/2002/xforms}"
_LOOKED_UP: Final = re.compile(r"/item\[[^]]*\]/(\w+)$")
_SIZE, _MOST = "size", 40
"""The question how many live there, and the most that it takes."""
Row = Mapping[str, str]


@dataclass(frozen=True)
class Habits:
    """How doors are answered: shares of outcomes, of what still holds, of answers by question, of notes."""

    form: str
    minutes_between: float
    confirmed: float
    outcome: Mapping[str, float]
    answers: Mapping[str, Mapping[str, float]]
    note_share: float
    notes: tuple[str, ...]


@functools.cache
def habits() -> Habits:
    """The declared ones."""
    raw: dict[str, Any] = tomllib.loads((DATA / "campaign.toml").read_text(encoding="utf-8"))
    notes = raw.pop("notes")
    return Habits(note_share=notes["share"], notes=tuple(notes["words"]), **raw)


@dataclass(frozen=True)
class Blank:
    """A form not filled in: its bare instance, and which column of the households' list each shown answer is from."""

    instance: bytes
    shown: Mapping[str, str]

    @classmethod
    def of(cls, xform: bytes) -> Blank:
        """Out of an XForm as it was downloaded."""
        model = next(fromstring(xform).iter(f"{_FORMS}model"))  # noqa: S314 - the program's own form
        instance = next(iter(next(iter(model.iter(f"{_FORMS}instance")))))
        shown = {}
        for bind in model.iter(f"{_FORMS}bind"):
            column = _LOOKED_UP.search(bind.get("calculate", ""))
            if column:
                shown[bind.get("nodeset", "").rpartition("/")[2]] = column[1]
        return cls(tostring(instance), shown)

    def filled(self, answers: Mapping[str, str]) -> bytes:
        """The form with these answers by name, as a phone sends it; what was not asked stays empty."""
        root = fromstring(self.instance)  # noqa: S314 - the program's own form
        for node in root.iter():
            name = _bare(node)
            if name in answers:
                node.text = answers[name]
        made: bytes = tostring(root, encoding="utf-8")
        return made


def _bare(node: Element) -> str:
    return node.tag.rpartition("}")[2]


def address_of(row: Row) -> str:
    """The address of a line of the phone's list, without the household's number."""
    return row["label"].rpartition(" · ")[0]


def instance_id(seed: int, day: date, form: str, household: str) -> str:
    """The id of a filled form: the same however often the campaign of a day is taken up again."""
    return f"uuid:{uuid5(NAMESPACE_OID, f'campaign/{seed}/{day}/{form}/{household}')}"


def said(blank: Blank, row: Row, *, seed: int, today: date, how: Habits, members: int = 0) -> dict[str, str]:
    """What is said at the door of a household, given its line of the phone's list; the same for the same seed.

    `members`: how many live there, who then say so; 0 where nobody knows.
    """
    dice = random.Random(f"{seed}/{row['name']}")  # noqa: S311 - a rehearsal
    outcome = _drawn(dice, how.outcome)
    found = {"household": row["name"], "outcome": outcome, "today": f"{today}"}
    found |= {name: row.get(column, "") for name, column in blank.shown.items()}
    if outcome == "done":
        for question, shares in how.answers.items():
            lives_there = {str(min(members, _MOST)): 1.0} if question == _SIZE and members else shares
            found |= _answered(question, found.get(f"{question}{KNOWN}", ""), lives_there, dice, how.confirmed)
        for name in blank.shown:
            still = f"{name.removesuffix(KNOWN)}{STILL}"
            if name.endswith(KNOWN) and found[name] and still not in found:
                found[still] = "yes"
        if dice.random() < how.note_share:
            found["note"] = dice.choice(how.notes)
    return found


def _answered(
    question: str, known: str, shares: Mapping[str, float], dice: random.Random, confirmed: float
) -> dict[str, str]:
    """What is known is confirmed or put right; what is not known is asked."""
    new = _drawn(dice, shares)
    if not known:
        return {question: new}
    if new == known or (len(shares) > 1 and dice.random() < confirmed):
        return {f"{question}{STILL}": "yes"}
    return {f"{question}{STILL}": "no", question: new}


def _drawn(dice: random.Random, shares: Mapping[str, float]) -> str:
    return dice.choices(list(shares), list(shares.values()))[0]
