"""A form as a proposal keeps it: held against the linter, with its questions, findings and minutes as plain values."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gridcommons.kit.errors import Reason, Refusal, refuse, worded
from gridcommons.load.admission import refusals as say
from gridcommons.matters.linting.knowing import Known, asks_again
from gridcommons.matters.linting.minutes import minutes_of
from gridcommons.matters.linting.policy import linting_policy
from gridcommons.matters.linting.question import Finding, Question
from gridcommons.matters.linting.rules import lint


class ReadWorkbook(Protocol):
    """What the reader of a workbook says of it."""

    @property
    def sha256(self) -> str:
        """Of the bytes that were read."""

    @property
    def head(self) -> Question:
        """The settings as a row."""

    @property
    def questions(self) -> Sequence[Question]:
        """In their order."""

    @property
    def broken(self) -> Sequence[Finding]:
        """What does not hold together."""


@dataclass(frozen=True)
class Judged:
    """A form that may be proposed: its questions and findings as plain values, its minutes."""

    questions: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    minutes: float


def found_in(form: ReadWorkbook, known: Known) -> list[Finding]:
    """Everything that stands against a form, in the order of its rows."""
    found = [*form.broken, *lint(form.questions, known=known, head=form.head)]
    return sorted(found, key=lambda one: one.row)


def judge(workbook: bytes, form: ReadWorkbook, known: Known) -> Judged:
    """Hold a form against the linter; refuses what no form passes with, row by row."""
    if hashlib.sha256(workbook).hexdigest() != form.sha256:
        raise refuse(say.OTHER_WORKBOOK)
    found = found_in(form, known)
    refusing = [_reason(one) for one in found if one.refuses]
    if refusing:
        raise Refusal(tuple(refusing))
    again = {question.row for question, _key in asks_again(form.questions, known)}
    return Judged(
        questions=[kept(question) for question in form.questions],
        findings=[one.as_dict() | {"again": one.rule == "known" and one.row in again} for one in found],
        minutes=minutes_of(form.questions, known, linting_policy()),
    )


def _reason(one: Finding) -> Reason:
    return worded(say.FORM_REFUSED, row=one.row, name=one.name, said=one.message)


def kept(question: Question) -> dict[str, Any]:
    """A question as a proposal keeps it."""
    return {
        "name": question.name, "row": question.row, "kind": question.kind, "labels": dict(question.labels),
        "hint": dict(question.hint), "fact": question.fact, "required": question.required,
        "relevant": question.relevant, "asked": question.is_asked,
        "choices": [{"name": choice.name, "labels": dict(choice.labels)} for choice in question.choices],
    }  # fmt: skip
