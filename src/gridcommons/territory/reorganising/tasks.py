"""The job of reorganising: what was adopted for today is put in force."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from django.db import transaction
from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Refusal
from gridcommons.territory.reorganising.actions import put_in_force, tell_of_problem
from gridcommons.territory.reorganising.queries import due_plans
from gridcommons.territory.succession import ZONE

_JOB: Final = program("reorganising")


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="reorganising", pass_context=False)
def switch(timestamp: int) -> int:
    """Put every adopted plan in force whose day has come; returns how many. One that cannot be says why on its page."""
    at, done = datetime.fromtimestamp(timestamp, UTC), 0
    for plan_id, problem in due_plans(local_day(at, ZONE)):
        try:
            with transaction.atomic():
                put_in_force(plan_id=plan_id, by=_JOB, at=at)
            done += 1
        except Refusal as refusal:
            words = refusal.words()
            said = f"{words.zh}\n{words.en}"
            if said != problem:
                tell_of_problem(plan_id=plan_id, problem=said, by=_JOB, at=at)
    return done
