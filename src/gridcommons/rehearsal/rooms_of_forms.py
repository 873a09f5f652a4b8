"""Room of forms from the field: what the demo's worker sent by phone, and what a person has to look at first.

Sent over the phones' own door. Held are those that offices meet: a household that is not on record, one that was put
into the next grid while the form waited on the phone, two answers where one was asked, a number written as a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from gridcommons.collection.asking import KNOWN, STILL
from gridcommons.collection.devices.actions import make_own_device
from gridcommons.collection.inbox.queries import standing
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.people.homes.queries import households
from gridcommons.rehearsal.doorstep import Blank, Row, habits, instance_id, said
from gridcommons.rehearsal.phones import TAKEN, Phone
from gridcommons.rehearsal.rooms import JOB, Room, Stage, texts
from gridcommons.rehearsal.rooms_of_people import beside
from gridcommons.territory.succession import ZONE

_SEED: Final = 71
_PLAIN: Final = 8
"""So many forms that could be read."""

NOT_SENT = refusal_kind(
    "rehearsal.not_sent",
    status=502,
    zh="手机端口没有收下演示表单（{status}）：{code}",
    en="The phones' door did not take a form of the demo ({status}): {code}",
)


def _forms(stage: Stage) -> None:
    worker, day = stage.who("worker"), local_day(stage.now, ZONE)
    phone = stage.phone(make_own_device(name=texts()["forms"]["phone"], by=worker, at=stage.now).text)
    got = phone.fetch(habits().form)
    blank, own = Blank.of(got.xform), [row for row in got.rows if row["area"] == stage.grid]
    if not own:
        return
    living = households(area_code=stage.grid, viewer=worker, at=stage.now, most=len(own)).lines
    members = {str(line.id): len(line.person_ids) for line in living}
    for row in own[:_PLAIN]:
        met = said(blank, row, seed=_SEED, today=day, how=habits(), members=members.get(row["name"], 0))
        _send(phone, blank, met, row["name"], day)
    for number, (row, answers) in enumerate(_held(stage, own)):
        _send(phone, blank, _told(blank, row, answers, day), f"{row['name']}/held/{number}", day)


def _held(stage: Stage, own: list[Row]) -> list[tuple[Row, Mapping[str, str]]]:
    """Forms that are held, each as a household's line and what was answered there."""
    told = texts()["forms"]["held"]
    rows = (own * 3)[-3:]
    strange = {**rows[0], "name": str(uuid5(NAMESPACE_OID, f"demo/{stage.grid}/gone"))}
    found = [(strange, told["gone"]), (rows[1], told["two_answers"]), (rows[2], told["in_words"])]
    moved = _moved(stage)
    return [*found, ({**rows[0], "name": moved}, told["handed_over"])] if moved else found


def _moved(stage: Stage) -> str:
    """The household that was put into the next grid; empty where none was."""
    there = beside(stage)
    if not there:
        return ""
    road = texts()["misfiled"]["road"]
    lines = households(area_code=there, words=road, viewer=stage.who("supervisor"), at=stage.now).lines
    return str(lines[0].id) if lines else ""


def _told(blank: Blank, row: Row, answers: Mapping[str, str], day: date) -> dict[str, str]:
    """A form with these answers; what was known of a question is put right by its answer."""
    found = {"household": row["name"], "today": f"{day}", **answers}
    found |= {name: row.get(column, "") for name, column in blank.shown.items()}
    for question in answers:
        if found.get(f"{question}{KNOWN}"):
            found[f"{question}{STILL}"] = "no"
    return found


def _send(phone: Phone, blank: Blank, answers: Mapping[str, str], what: str, day: date) -> None:
    ids = instance_id(_SEED, day, habits().form, what)
    answer = phone.send(blank.filled({**answers, "instanceID": ids}))
    if answer.status not in TAKEN:
        raise refuse(NOT_SENT, status=answer.status, code=answer.code)


def _has_forms(stage: Stage) -> bool:
    found = standing(form_key=habits().form, under=stage.grid, viewer=JOB, at=stage.now)
    return sum(found.states.values()) > 0


ROOMS: Final = (Room(Words("收到的表单", "forms from the field"), _has_forms, _forms, at_once=False),)
