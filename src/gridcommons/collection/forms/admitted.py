"""May a form be used? Admission is asked where it is put in use, and again whenever phones ask for the list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from gridcommons.collection.forms.rules import ASKS_OTHERWISE, NOT_ADMITTED
from gridcommons.collection.known import facts_known
from gridcommons.collection.xlsform import ReadForm, read_rows
from gridcommons.kit.errors import Reason, worded
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.load.admission.forms import found_in, kept
from gridcommons.load.admission.queries import AdmittedForm, admitted_forms
from gridcommons.load.admission.refusals import FORM_REFUSED
from gridcommons.matters.linting.knowing import known_by_key
from gridcommons.matters.linting.question import Finding, Question

_STOPS: Final = frozenset({"fact_unknown", "fact_of_a_person"})
"""What the linter only tells a proposer, and what no form is used with: an answer that nobody keeps."""


def against_use(workbook: bytes, *, key: str, matter_key: str, area_code: str, day: date) -> tuple[Reason, ...]:
    """Why a form may not be put in use: what the linter refuses, facts nobody keeps, no admission, other questions."""
    read = read_rows(workbook)
    found = found_in(read, known_by_key(facts_known()))
    stopping = tuple(_said(one) for one in found if one.refuses or one.rule in _STOPS)
    standing = [
        one for one in admitted_forms(day, keys=[key]) if one.matter_key == matter_key and _meets(one, area_code)
    ]
    if not standing:
        return (*stopping, Reason(NOT_ADMITTED, (("key", key),)))
    return (*stopping, *_otherwise(read, standing))


def _said(one: Finding) -> Reason:
    return worded(FORM_REFUSED, row=one.row, name=one.name, said=one.message)


def _meets(one: AdmittedForm, area_code: str) -> bool:
    """Whether an admission is for an area, all of it or a part."""
    lineage = in_force()
    return lineage.covers(area_code, (one.area_code,), ()) or lineage.covers(one.area_code, (area_code,), ())


def _otherwise(read: ReadForm, standing: Iterable[AdmittedForm]) -> Iterator[Reason]:
    """Questions that were never admitted, or not so: leaving some out and asking in another order is free."""
    admitted = {_mark(one) for form in standing for one in form.questions}
    needed = {one["name"] for form in standing for one in form.questions if one["required"]}
    for question in read.questions:
        if not (question.is_asked or question.kind == "note"):
            continue
        is_harder = question.required and question.name not in needed
        if is_harder or _mark(kept(question)) not in admitted:
            yield worded(ASKS_OTHERWISE, row=question.row, name=_called(question))


def _called(question: Question) -> Words:
    return Words(question.name, question.name)


def _mark(row: object) -> str:
    """What makes a question this one: its name, kind, words, fact and choices."""
    assert isinstance(row, dict)
    return repr([row["name"], row["kind"], sorted(row["labels"].items()), row["fact"], [
        (choice["name"], sorted(choice["labels"].items())) for choice in row["choices"]
    ]])  # fmt: skip


def admission_of(key: str, matter_key: str, area_code: str, day: date) -> AdmittedForm | None:
    """The admission by which a form may be used on a day in an area or a part of it, if there is one."""
    held = (one for one in admitted_forms(day) if one.key == key and one.matter_key == matter_key)
    return next((one for one in held if _meets(one, area_code)), None)


def areas_admitted(day: date) -> dict[str, tuple[str, ...]]:
    """Where each form may be used on a day, by its key."""
    found: dict[str, tuple[str, ...]] = {}
    for one in admitted_forms(day):
        found[one.key] = (*found.get(one.key, ()), one.area_code)
    return found
