"""Room of warnings to the public: one of the signed colour in force, one called off, one that waits. All exercises."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from gridcommons.kit.clock import local_day
from gridcommons.kit.words import Words
from gridcommons.outlook.cautions import actions
from gridcommons.outlook.cautions.actions import Draft
from gridcommons.outlook.cautions.grounds import COLOUR, Ground, names_words
from gridcommons.outlook.cautions.queries import cautions_near, grounds_near
from gridcommons.outlook.cautions.templates import filled, templates
from gridcommons.outlook.periods import ZONE
from gridcommons.rehearsal.rooms import JOB, Room, Stage, texts

_BACK: Final = 9
"""Days since water was warned of; it was called off a day later."""
_LONG: Final = 12
"""Days that it would have held: more than any run of free days between, since officers act on working days."""


def _cautions(stage: Stage) -> None:
    """A past warning of water, called off by two; today's of the signed colour; one by hand that waits."""
    water = _issued(stage, _ask(stage, "water", stage.ago(days=_BACK), _LONG), stage.ago(days=_BACK, minutes=-40))
    said = texts()["cautions"]
    end = actions.call_off_caution(
        caution_id=water, why=Words(*said["called_off"]), by=stage.who("health"), at=stage.ago(days=_BACK - 1)
    )
    _issued(stage, end.pk, stage.ago(days=_BACK - 1, minutes=-30))
    near = grounds_near(stage.county, viewer=stage.who("health"), at=stage.now)
    for ground in [one for one in near if one.kind == COLOUR][:1]:
        at = stage.now - timedelta(minutes=25)
        _issued(stage, _of_ground(stage, ground, at), at + timedelta(minutes=15))
    _ask(stage, "heat", stage.now - timedelta(minutes=5), 4)


def _ask(stage: Stage, key: str, at: datetime, days: int) -> UUID:
    """A warning by hand for the township of the demo."""
    codes, last = (stage.township,), local_day(at, ZONE) + timedelta(days=days - 1)
    said = filled(templates().get(key), {"area": names_words(codes)}, last)
    return _asked(stage, Draft(key, codes, last, said, exercise=True), at)


def _of_ground(stage: Stage, ground: Ground, at: datetime) -> UUID:
    assert ground.until is not None
    last: date = ground.until - timedelta(days=1)
    template = ground.fitting()[0]
    said = filled(template, ground.slots, last)
    return _asked(stage, Draft(template.key, ground.codes, last, said, ground.name, exercise=True), at)


def _asked(stage: Stage, draft: Draft, at: datetime) -> UUID:
    return actions.ask_caution(draft=draft, by=stage.who("health"), at=at).pk


def _issued(stage: Stage, row: UUID, at: datetime) -> UUID:
    return actions.issue_caution(caution_id=row, house="", by=stage.who("second"), at=at).pk


def _is_warned(stage: Stage) -> bool:
    return cautions_near(stage.county, viewer=JOB, at=stage.now)[1] > 0


ROOMS: Final = (Room(Words("公众预警", "warnings to the public"), _is_warned, _cautions),)
