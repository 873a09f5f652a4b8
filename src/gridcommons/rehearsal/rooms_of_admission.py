"""Room of admission: a form on trial, one that a desk objects to, one that was refused with its reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from gridcommons.access.identify import account
from gridcommons.collection.workbooks import form_workbook
from gridcommons.kit.clock import local_day
from gridcommons.kit.words import Words
from gridcommons.load.admission.actions import decide
from gridcommons.load.admission.queries import Entry, entries, entry_of
from gridcommons.matters.queries import current
from gridcommons.rehearsal.admitting import DECIDER, agree, propose, proposer_of
from gridcommons.rehearsal.rooms import Room, Stage, texts
from gridcommons.rehearsal.site import ZONE

_TRIAL: Final = timedelta(days=90)
_ZH, _EN = "label::中文 (zh)", "label::English (en)"
_YES_NO: Final = (("yes", "是", "yes"), ("no", "否", "no"))


def _admission(stage: Stage) -> None:
    said = texts()["admission"]
    books = {one["key"]: _book(one) for one in said["form"]}
    asked = {name: _proposed(stage, said[name], books, days) for name, days in _DAYS.items()}
    agree(asked["trial"], stage.ago(days=20))
    decide(
        proposal_id=asked["trial"], answer="pilot", until=local_day(stage.now, ZONE) + _TRIAL,
        pilot_area=stage.township, reason=said["trial"]["decision"], by=account(DECIDER), at=stage.ago(days=18),
    )  # fmt: skip
    agree(asked["refused"], stage.ago(days=9))
    decide(
        proposal_id=asked["refused"], answer="refuse", reason=said["refused"]["decision"], by=account(DECIDER),
        at=stage.ago(days=8),
    )  # fmt: skip
    at = stage.ago(days=2)
    objects = _reckoned(stage, entry_of(asked["objected"]), said["objected"]["said"], local_day(at, ZONE))
    agree(asked["objected"], at, but="staff_council", said=objects)


def _reckoned(stage: Stage, entry: Entry, said: str, day: date) -> str:
    """What the staff council says, with the sum that the proposal itself comes to."""
    form, homes = entry.proposal, stage.area(stage.county).households or 0
    hours = form.minutes * form.per_year * homes / 1_000 / 60
    return said.format(
        day=f"{day.month}月{day.day}日", minutes=f"{form.minutes:g}", per_year=f"{form.per_year:g}",
        hours=f"{round(hours, -2):,.0f}",
    )  # fmt: skip


_DAYS: Final = {"trial": 24, "refused": 12, "objected": 4}


def _proposed(stage: Stage, said: dict[str, Any], books: dict[str, bytes], days: int) -> UUID:
    by = proposer_of(stage.county, current().get(said["matter"]).owner)
    return propose(
        stage.county, said["key"], Words(**said["name"]), said["matter"], books[said["key"]],
        per_year=said["per_year"], reason=said["reason"], by=by, at=stage.ago(days=days),
    )  # fmt: skip


def _book(form: dict[str, Any]) -> bytes:
    survey = [{"type": kind, "name": name, _ZH: zh, _EN: en} for kind, name, zh, en in form["rows"]]
    choices = [{"list_name": "yes_no", "name": name, _ZH: zh, _EN: en} for name, zh, en in _YES_NO]
    return form_workbook(survey, choices, {"form_id": form["key"], "form_title": form["key"], "version": "1"})


def _is_proposed(_stage: Stage) -> bool:
    wanted = {one["key"] for one in texts()["admission"]["form"]}
    return bool(wanted & {one.proposal.key for one in entries(kind="form")})


ROOMS: Final = (Room(Words("事项与表单的准入", "admission of matters and forms"), _is_proposed, _admission),)
