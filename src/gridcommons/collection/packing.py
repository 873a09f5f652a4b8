"""All that a phone holds for its worker's day in one pack: forms in use, households, what is due, where it lies.

What a form may show as known is told once for each household, by fact key; the phone makes of it the very list that
`listing` makes, for each form. What is expired is not in the pack.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.cases.codes import ZONE
from gridcommons.cases.queries import StepLine, ToCheck
from gridcommons.cases.transitions import packaged
from gridcommons.collection.asking import Question
from gridcommons.collection.checks.queries import checks_on_phone
from gridcommons.collection.checks.rules import MOST_PHOTOS
from gridcommons.collection.devices.policy import lock_minutes
from gridcommons.collection.due import Due, visits_due
from gridcommons.collection.forms.queries import VersionFacts
from gridcommons.collection.households import Household
from gridcommons.collection.listing import households_on_phone
from gridcommons.kit.clock import local_day
from gridcommons.kit.natural import natural_key
from gridcommons.kit.words import Words
from gridcommons.matters.queries import matter_name

MOST_DUE: Final = 2_000
_MOST_CASES: Final = 50
Row = dict[str, Any]


def homes_of(*, versions: Sequence[VersionFacts], grids: Sequence[str], viewer: Viewer, at: datetime) -> Row:
    """What of homes stands in the pack of a worker's grids, as JSON values: the households, and which are due."""
    day = local_day(at, ZONE)
    keys = sorted({key for version in versions for key in version.fact_keys})
    held = households_on_phone(keys, grids=grids, viewer=viewer, at=at)
    due = visits_due(grids=grids, viewer=viewer, at=at)
    return {
        "households": [_household(one, day) for one in sorted(held, key=_place)],
        "due": [_due(one) for one in due[:MOST_DUE]], "due_total": len(due),
    }  # fmt: skip


def beside_homes(*, device_id: UUID, versions: Sequence[VersionFacts], viewer: Viewer, at: datetime) -> Row:
    """The rest of the pack: day and zone, the forms, and by a look of its own the cases to check."""
    held = checks_on_phone(device_id=device_id, told=_case, viewer=viewer, at=at, most=_MOST_CASES)
    return {
        "day": local_day(at, ZONE).isoformat(), "zone": ZONE.key, "lock_minutes": lock_minutes(),
        "forms": [_form(version) for version in versions],
        "cases": [_case(one) for one in held.rows], "case_total": held.total,
    }  # fmt: skip


def words_of(words: Words) -> Row:
    """Words in both languages."""
    return {"zh": words.zh, "en": words.en}


def _place(one: Household) -> tuple[str, str, str]:
    return one.area_code, natural_key(one.label), str(one.id)


def _form(version: VersionFacts) -> Row:
    return {
        "id": str(version.id), "key": version.form.key, "version": version.version, "md5": version.md5,
        "kind": version.form.kind, "name": words_of(version.form.name),
        "matter": words_of(matter_name(version.form.matter_key)), "lists": version.lists_households,
        "files": [{"name": file.name, "md5": file.md5} for file in version.files],
        "asked": _asked(version.questions),
    }  # fmt: skip


def _asked(questions: Iterable[Question]) -> list[Row]:
    """The columns of the list of households, with the words of what is chosen."""
    return [
        {
            "fact": one.fact, "column": one.column, "path": f"/{one.path.strip('/')}", "label": words_of(one.label),
            "choices": {choice.key: words_of(choice.label) for choice in one.choices},
        }
        for one in questions
        if one.is_shown
    ]  # fmt: skip


def _household(one: Household, day: date) -> Row:
    known: Mapping[str, list[str]] = {
        key: [held.on(day), held.as_of.isoformat()] for key, held in sorted(one.known.items()) if held.on(day)
    }
    label = " ".join(one.label.split())
    point = None if one.lon is None or one.lat is None else [round(one.lon, 6), round(one.lat, 6)]
    return {
        "id": str(one.id), "area": one.area_code, "label": label, "version": one.version, "known": known, "at": point,
    }  # fmt: skip


def _due(one: Due) -> Row:
    return {
        "household": str(one.household_id), "area": one.area_code, "label": one.label, "form": one.form_key,
        "because": words_of(one.because), "until": one.until.isoformat(),
        "appointment": one.appointment_at.isoformat() if one.appointment_at else None,
    }  # fmt: skip


def _case(one: ToCheck) -> Row:
    row = one.row
    here = [round(one.lon, 6), round(one.lat, 6)] if one.lon is not None and one.lat is not None else None
    return {
        "id": str(row.id), "number": row.number, "matter": words_of(row.matter.name), "text": row.text,
        "area": row.area_code, "late": row.is_late, "due": row.due_at.isoformat() if row.due_at else None,
        "address": one.address, "at": here, "seen": one.seen, "public": row.public,
        "handler": words_of(Words(one.handler.name_zh, one.handler.name_en)) if one.handler else None,
        "steps": [step_told(step) for step in one.steps],
        "photos": [str(photo.id) for photo in one.photos if not photo.unchecked][:MOST_PHOTOS],
    }  # fmt: skip


def step_told(step: StepLine) -> Row:
    """A step of a case as a phone shows it: what, when, by whose office, with what words."""
    office = step.office
    return {
        "what": words_of(packaged().action(step.action).words), "at": step.at.isoformat(), "note": step.note,
        "who": words_of(Words(office.name_zh, office.name_en)) if office else None,
    }  # fmt: skip
