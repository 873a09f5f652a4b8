"""Jobs of campaigns: counted, objectors told, stopped with their emergency, ended with their area or their days."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from procrastinate.contrib.django import app

from gridcommons.access.apart import each_apart
from gridcommons.access.identify import program
from gridcommons.access.scope import viewing
from gridcommons.collection.campaigns import actions
from gridcommons.collection.campaigns.queries import to_count

_COUNTING: Final = program("campaigns")


@app.periodic(cron="*/2 * * * *")
@app.task(queueing_lock="counting-campaigns", lock="counting-campaigns", pass_context=False)
def count_campaigns(timestamp: int) -> int:
    """Count every campaign that runs, stands still or has just ended; returns how many. One that breaks stops none."""
    at = datetime.fromtimestamp(timestamp, UTC)

    def count(campaign_id: UUID) -> object:
        return actions.count(campaign_id=campaign_id, by=_COUNTING, at=at)

    with viewing(_COUNTING, at):
        ids = to_count(at)
    return len(each_apart(ids, count, fault="campaign.count_fault", named="campaign"))


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="telling-askers", pass_context=False)
def tell_askers(timestamp: int) -> int:
    """Tell those who asked that objections were answered; returns how many."""
    return actions.tell(by=_COUNTING, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="halting-campaigns", pass_context=False)
def halt_campaigns(timestamp: int) -> int:
    """Stop campaigns whose emergency is over; returns how many."""
    return len(actions.halt(by=_COUNTING, at=datetime.fromtimestamp(timestamp, UTC)))


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="dissolving-campaigns", pass_context=False)
def dissolve_campaigns(timestamp: int) -> int:
    """End campaigns whose area was divided, merged or dissolved; returns how many."""
    return len(actions.dissolve(by=_COUNTING, at=datetime.fromtimestamp(timestamp, UTC)))


@app.periodic(cron="7 0 * * *")
@app.task(queueing_lock="ending-campaigns", pass_context=False)
def end_campaigns(timestamp: int) -> int:
    """End campaigns whose last day is over; returns how many."""
    return len(actions.lapse(by=_COUNTING, at=datetime.fromtimestamp(timestamp, UTC)))
