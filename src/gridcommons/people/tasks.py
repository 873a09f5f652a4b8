"""Jobs of people: what has come to its time is deleted, what waits too long goes up; households are counted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.people.actions import forget_contacts
from gridcommons.people.facts.actions import forget_facts
from gridcommons.people.homes.actions import forget as forget_homes
from gridcommons.people.homes.calling import shelter_all
from gridcommons.people.homes.posting import count_homes
from gridcommons.people.merging.actions import forget_joins
from gridcommons.people.rights.actions import forget as forget_rights
from gridcommons.people.rights.calling import raise_all

_JOB: Final = program("retention")
_SHELTER: Final = program("shelter")
_COUNTING: Final = program("counting")
_RAISING: Final = program("raising")


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="retention", pass_context=False)
def forget(timestamp: int) -> int:
    """Forget contacts; returns how many."""
    return forget_contacts(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="47 2 * * *")
@app.task(queueing_lock="people-retention", pass_context=False)
def forget_people(timestamp: int) -> int:
    """Each night delete facts past their time, logins, requests and joins that are over, who moved away long ago."""
    at = datetime.fromtimestamp(timestamp, UTC)
    return sum(one(by=_JOB, at=at) for one in (forget_facts, forget_rights, forget_joins, forget_homes))


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="counting-homes", pass_context=False)
def count(timestamp: int) -> int:
    """Post how many households every grid has, once an hour; returns how many counts were posted."""
    return count_homes(by=_COUNTING, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="sheltering", pass_context=False)
def shelter_persons(timestamp: int) -> int:
    """Put away what leads to persons under threat still; returns of how many."""
    return shelter_all(by=_SHELTER, at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="29 * * * *")
@app.task(queueing_lock="raising-requests", pass_context=False)
def raise_requests(timestamp: int) -> int:
    """Let residents' requests go up that nobody answered in time; returns how many."""
    return raise_all(by=_RAISING, at=datetime.fromtimestamp(timestamp, UTC))
