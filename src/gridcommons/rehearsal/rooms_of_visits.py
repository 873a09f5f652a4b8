"""Rooms of visits: a campaign that runs, one in public notice, a visit that comes again, signals at the duty desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from gridcommons.access.identify import program
from gridcommons.collection.campaigns import actions as campaigns
from gridcommons.collection.campaigns.policy import policy
from gridcommons.collection.campaigns.queries import public_campaigns
from gridcommons.collection.campaigns.rules import Plan
from gridcommons.collection.rounds import actions as rounds
from gridcommons.collection.rounds.queries import public_rounds
from gridcommons.collection.rounds.rules import Rule
from gridcommons.collection.selecting import Choice
from gridcommons.collection.signals import actions as signals
from gridcommons.collection.signals.queries import signals as signals_seen
from gridcommons.collection.signals.rules import Said
from gridcommons.collection.visits.actions import record_visit
from gridcommons.collection.visits.writing import Called
from gridcommons.kit.clock import local_day
from gridcommons.kit.ids import uuid7
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.people.homes.queries import households
from gridcommons.rehearsal.objecting import objected
from gridcommons.rehearsal.rooms import Room, Stage, texts
from gridcommons.territory.succession import ZONE
from gridcommons.workforce.queries import worker_ids

_RAN: Final = 14
"""Days for which the campaign of the demo has run."""
_OUTCOMES: Final = ("done", "done", "not_home", "done", "declined", "done", "appointment", "done")
_VISITED: Final = 3
"""Of four households of the demo's grids so many were called on."""


def _day(stage: Stage, days: int) -> date:
    return local_day(stage.now, ZONE) + timedelta(days=days)


def _plan(stage: Stage, area: str, said: dict[str, Any], first: int, last: int) -> Plan:
    return Plan(
        area, said["matter"], said["form"], Words(*said["name"]), Words(*said["purpose"]), _day(stage, first),
        _day(stage, last),
    )  # fmt: skip


def _campaigns(stage: Stage) -> None:
    """The township's campaign runs since two weeks, after notice and objection; the county's stands in notice."""
    said, by = texts()["campaign_running"], stage.who("orders2")
    announced = stage.ago(days=_RAN + 19)
    heard = local_day(announced, ZONE) + timedelta(days=policy().notice_days + 1)
    approved = max(stage.ago(days=_RAN + 3), stage.opening(heard))
    began = max(stage.ago(days=_RAN), approved + timedelta(minutes=30))
    plan = replace(_plan(stage, stage.township, said, -_RAN, 60), first=local_day(began, ZONE))
    row = campaigns.draft(plan=plan, by=by, at=stage.ago(days=_RAN + 20))
    campaigns.announce(campaign_id=row.pk, by=by, at=announced)
    objected(row.pk, said["objections"], stage.village, by, (stage.ago(_RAN + 17), stage.ago(_RAN + 15)))
    campaigns.approve(campaign_id=row.pk, by=stage.who("second"), at=approved)
    campaigns.start(campaign_id=row.pk, by=by, at=began)
    for place, name in enumerate(("worker", "worker2")):
        _call(stage, row, name, place)
    campaigns.count(campaign_id=row.pk, by=program("campaigns"), at=stage.now)
    _in_notice(stage)


def _in_notice(stage: Stage) -> None:
    said, by = texts()["campaign_notice"], stage.who("orders")
    row = campaigns.draft(plan=_plan(stage, stage.county, said, 20, 130), by=by, at=stage.ago(days=4))
    campaigns.announce(campaign_id=row.pk, by=by, at=stage.ago(days=3))
    objected(row.pk, said["objections"], stage.village, by, (stage.ago(days=1), None))


def _call(stage: Stage, row: Any, name: str, place: int) -> None:
    """Calls at most households of a worker's grid, some a day, each ended in one of the usual ways."""
    who = stage.who(name)
    grid = next(code for grant in who.grants for code in grant.included)
    found = households(area_code=grid, viewer=who, at=stage.now, most=120).lines
    minutes = current().get(row.matter_key).minutes
    worker = worker_ids({who.user_id}).get(who.user_id) if who.user_id else None
    for number, home in enumerate(found):
        if number % (_VISITED + 1) == place:
            continue
        day, submission = _day(stage, -((number * 5 + number // len(_OUTCOMES) + place) % _RAN)), uuid7()
        called = Called(
            home.id, grid, day, row.form_key, _OUTCOMES[number % len(_OUTCOMES)], minutes, worker, submission,
            f"uuid:{submission}", row.matter_key,
        )  # fmt: skip
        record_visit(called=called, by=program("inbox"), at=stage.now)


def _round(stage: Stage) -> None:
    """Households with elders are called on every month, where they said that they want it."""
    said = texts()["round"]
    rule = Rule(
        stage.township, said["matter"], said["form"], Words(*said["name"]), 30, _day(stage, 0), _day(stage, 150),
        Choice("household.elders", "at_least", "1"), 300,
    )  # fmt: skip
    rounds.begin(rule=rule, by=stage.who("orders2"), at=stage.now)


def _signals(stage: Stage) -> None:
    """One waits since half an hour, one was known, one is to be checked on site."""
    desk = stage.who("duty")
    for one in texts()["signals"]:
        said = Said(stage.grid, one["kind"], one["size"], one["place"], one["text"])
        by = stage.who("clinic" if one["source"] == "sentinel" else "worker")
        row = signals.send(said=said, source=one["source"], by=by, at=stage.ago(minutes=one["minutes"]))
        if one.get("outcome"):
            judged = {"outcome": one["outcome"], "note": one["note"], "by": desk}
            signals.triage(signal_id=row.pk, at=stage.ago(minutes=one["minutes"] - 40), **judged)


def _has_signals(stage: Stage) -> bool:
    looking: dict[str, Any] = {"viewer": stage.who("duty"), "at": stage.now}
    return signals_seen(states=("open", "site_check", "closed"), **looking)[1] > 0


ROOMS: Final = (
    Room(Words("集中走访", "campaigns"), lambda _stage: bool(public_campaigns()), _campaigns),
    Room(Words("定期走访", "visits that come again"), lambda stage: bool(public_rounds(_day(stage, 0))), _round),
    Room(Words("异常信号", "signals"), _has_signals, _signals),
)
