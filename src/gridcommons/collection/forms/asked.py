"""From the rows of a form to its questions: every row looked at, what may not be asked refused with its row. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from gridcommons.collection.asking import HOUSEHOLDS, MEANINGS, OUTCOMES, Choice, Question
from gridcommons.collection.forms.rules import (
    BAD_FACT,
    BAD_MEANING,
    BAD_OUTCOME,
    BROKEN,
    FACT_IN_REPEAT,
    FOREIGN,
    NO_HOUSEHOLD,
    PLACE_OF_WHAT,
    TWICE,
    WATCHES,
)
from gridcommons.collection.forms.sheets import Row, Sheets
from gridcommons.collection.xlsform_types import kind_of as spelled
from gridcommons.kit.errors import Reason, Refusal, refuse, require_none

PLAIN: Final = frozenset({"text", "integer", "decimal", "date", "time", "datetime", "note", "acknowledge", "barcode"})
UNSEEN: Final = frozenset({"calculate", "hidden", "today"})
SELECTS: Final = frozenset({"select_one", "select_multiple"})
_WATCHING: Final = frozenset({
    "start", "end", "deviceid", "subscriberid", "simserial", "phonenumber", "username", "email", "audit",
    "start-geopoint", "background-audio", "background-geopoint",
})  # fmt: skip
_FIRST: Final = 2
_SUBJECTS: Final = frozenset({"household", "dwelling", "person"})
_YES: Final = frozenset({"yes", "true", "true()", "TRUE"})


@dataclass
class _Place:
    """Where the reading stands: the groups it is in, and which of them are repeats."""

    groups: list[tuple[str, bool]] = field(default_factory=list)

    def path(self, name: str = "") -> str:
        """The path of a question here."""
        return "/".join([*(group for group, _repeats in self.groups), *([name] if name else [])])

    def repeats(self) -> tuple[str, ...]:
        """The paths of the repeats that it is in, the outermost first."""
        names = [name for name, _repeats in self.groups]
        return tuple("/".join(names[: at + 1]) for at, (_name, repeats) in enumerate(self.groups) if repeats)


def kind_of(text: str) -> tuple[str, str]:
    """The type of a row and what it chooses from: `select one outcome` is (`select_one`, `outcome`)."""
    kind, of_list, _other = spelled(text)
    return (kind, of_list) if kind else (" ".join(text.split()), "")


def questions_of(sheets: Sheets) -> tuple[Question, ...]:
    """The questions of a form in their order; refuses, in one refusal, every row that may not be asked so."""
    lists = _lists(sheets)
    place, found, faults = _Place(), list[Question](), list[Reason]()
    for number, row in enumerate(sheets.survey, _FIRST):
        kind, of_list = kind_of(row.get("type", ""))
        if kind in {"begin_group", "begin_repeat"}:
            place.groups.append((row.get("name", ""), kind == "begin_repeat"))
        elif kind in {"end_group", "end_repeat"}:
            _leave(place, number)
        elif kind:
            asked = _question(sheets, row, number, (kind, of_list), place, lists)
            faults += _faults(asked, of_list, found)
            found.append(asked)
    require_none(tuple(faults))
    return tuple(found)


def _leave(place: _Place, number: int) -> None:
    if not place.groups:
        raise refuse(BROKEN, what=f"row {number}: end group?")
    place.groups.pop()


def _lists(sheets: Sheets) -> dict[str, tuple[Choice, ...]]:
    found: dict[str, list[Choice]] = {}
    for row in sheets.choices:
        key = row.get("list_name") or row.get("list name") or ""
        found.setdefault(key, []).append(Choice(row.get("name", row.get("value", "")), sheets.said(row, "label")))
    return {key: tuple(choices) for key, choices in found.items()}


def _question(
    sheets: Sheets, row: Row, number: int, kind: tuple[str, str], place: _Place, lists: dict[str, tuple[Choice, ...]]
) -> Question:
    name = row.get("name", "") or (kind[0] if kind[0] == "today" else "")
    return Question(
        name=name, path=place.path(name), kind=kind[0], label=sheets.said(row, "label"),
        hint=sheets.said(row, "hint"), choices=lists.get(kind[1], ()) if kind[0] in SELECTS else (),
        fact=row.get("fact", ""), means=row.get("means", ""), repeat=(place.repeats() or ("",))[-1],
        required=row.get("required", "") in _YES, row=number, within=place.repeats(),
    )  # fmt: skip


def _faults(asked: Question, of_list: str, before: list[Question]) -> Iterator[Reason]:
    """Everything that is wrong with one question."""
    row = ("row", str(asked.row))
    kind = asked.kind
    if kind in _WATCHING:
        yield Reason(WATCHES, (row, ("kind", kind)))
    elif kind == "geopoint" and asked.means != "case.place":
        yield Reason(PLACE_OF_WHAT, (row,))
    elif kind not in PLAIN | UNSEEN | SELECTS | {"image", "geopoint", "select_one_from_file"}:
        yield Reason(FOREIGN, (row, ("kind", kind[:40])))
    elif kind == "select_one_from_file" and of_list != HOUSEHOLDS and not of_list.endswith(".csv"):
        yield Reason(FOREIGN, (row, ("kind", f"{kind} {of_list}"[:60])))
    if asked.means and asked.means not in MEANINGS:
        known = ", ".join(sorted(MEANINGS))
        yield Reason(BAD_MEANING, (row, ("means", asked.means[:40]), ("known", known)))
    if asked.means == "visit.outcome" and not {choice.key for choice in asked.choices} <= OUTCOMES.keys():
        yield Reason(BAD_OUTCOME, (row, ("known", ", ".join(OUTCOMES))))
    if any(asked.path == one.path for one in before):
        yield Reason(TWICE, (row, ("name", asked.name)))
    yield from _fact_faults(asked, before)


def _fact_faults(asked: Question, before: list[Question]) -> Iterator[Reason]:
    row = ("row", str(asked.row))
    subject, _dot, rest = asked.fact.partition(".")
    if asked.fact and (subject not in _SUBJECTS or not rest or not rest.replace("_", "").replace(".", "").isalnum()):
        yield Reason(BAD_FACT, (row, ("fact", asked.fact[:60])))
    elif asked.is_shown and asked.repeat:
        yield Reason(FACT_IN_REPEAT, (row,))
    elif asked.is_shown and not any(is_household(one) for one in before):
        yield Reason(NO_HOUSEHOLD, (row,))


def is_household(asked: Question) -> bool:
    """Whether a question chooses the household. The list behind it is checked when the form is compiled."""
    return asked.kind == "select_one_from_file" and asked.name == "household"


def require_household(sheets: Sheets) -> None:
    """Refuse a form whose question `household` chooses from another list, or that chooses from the list twice."""
    chosen = [(row.get("name", ""), number) for number, row in enumerate(sheets.survey, _FIRST) if _chooses(row)]
    for name, number in chosen:
        if name != "household" or len(chosen) > 1:
            raise Refusal((Reason(NO_HOUSEHOLD, (("row", str(number)),)),))


def _chooses(row: Row) -> bool:
    return kind_of(row.get("type", ""))[1] == HOUSEHOLDS


def files_of(sheets: Sheets) -> tuple[str, ...]:
    """The names of the files that a form uses, the list of households apart."""
    listed = [kind_of(row.get("type", "")) for row in sheets.survey]
    from_file = {of_list for kind, of_list in listed if kind == "select_one_from_file"}
    media = {
        value for row in (*sheets.survey, *sheets.choices) for key, value in row.items()
        if key.split("::")[0].strip() in {"media", "image", "big-image"}
    }  # fmt: skip
    return tuple(sorted((from_file | media) - {HOUSEHOLDS}))
