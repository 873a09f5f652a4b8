"""Jobs of the room: hand over what is due, ask how it stands, understand what came in, write files, forget."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom
from typing import Final

import structlog
from django.conf import settings
from django.db.models import Q
from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.access.scope import viewing
from gridcommons.cases.codes import ZONE
from gridcommons.cases.partners.acting import live_links, viewer_on
from gridcommons.cases.partners.actions import forget as forget_old
from gridcommons.cases.partners.actions import make_file
from gridcommons.cases.partners.calling import Caller, read_house
from gridcommons.cases.partners.delivery import Round, understand_new
from gridcommons.cases.partners.models import Arrival, Link, Picture, Sending
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.rules import Heard
from gridcommons.cases.partners.taking import due_pictures
from gridcommons.kit.errors import Refusal

_JOB: Final = program("partners")
_RETENTION: Final = program("retention")
_NOISE: Final = SystemRandom()
_log = structlog.get_logger()


def _round(timestamp: int) -> Round | None:
    """A round by the operator's list; none where it is faulty: nothing is sent then."""
    try:
        house = read_house(Path(settings.DATA))
    except (ValueError, OSError) as error:
        _log.error("partner.settings", error=str(error)[:120])
        return None
    return Round(Caller(house), _JOB, datetime.fromtimestamp(timestamp, UTC), _NOISE.random)


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="partners", pass_context=False)
def deliver(timestamp: int) -> int:
    """Hand over what is due; returns how many events were tried."""
    at = datetime.fromtimestamp(timestamp, UTC)
    with viewing(_JOB, at):
        waits = Sending.objects.filter(ended_at__isnull=True, link__in=live_links(at)).exists()
    made = _round(timestamp) if waits else None
    return made.run() if made else 0


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="understanding-partners", pass_context=False)
def understand(timestamp: int) -> int:
    """Understand what came in; returns how much."""
    at = datetime.fromtimestamp(timestamp, UTC)
    with viewing(_JOB, at):
        new = Arrival.objects.filter(state=Heard.NEW.value).exists()
    return understand_new(_JOB, at) if new else 0


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="polling-partners", pass_context=False)
def poll(timestamp: int) -> int:
    """Ask departments' Open311 how their requests stand; returns how many were asked."""
    at = datetime.fromtimestamp(timestamp, UTC)
    with viewing(_JOB, at):
        asks = Link.objects.filter(way="open311", confirmed_at__isnull=False, ended_at__isnull=True).exists()
    made = _round(timestamp) if asks else None
    return made.poll() if made else 0


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="partner-pictures", pass_context=False)
def fetch_pictures(timestamp: int) -> int:
    """Fetch pictures that departments' systems named; returns how many were tried."""
    at = datetime.fromtimestamp(timestamp, UTC)
    with viewing(_JOB, at):
        waits = bool(due_pictures(at, 1))
    made = _round(timestamp) if waits else None
    return made.pictures() if made else 0


@app.periodic(cron="2 * * * *")
@app.task(queueing_lock="partner-files", pass_context=False)
def write_files(timestamp: int) -> int:
    """At the hours of the policy, write what waits of each export link into a file; returns how many files."""
    at = datetime.fromtimestamp(timestamp, UTC)
    if at.astimezone(ZONE).hour not in policy().export_hours:
        return 0
    with viewing(_JOB, at):
        waiting = Sending.objects.filter(ended_at__isnull=True, state="waiting").values("link")
        links = [link for link in live_links(at) if link.way == "export"]
        photos = Picture.objects.filter(back=False, state="waiting").values("link")
        mine = Link.objects.filter(pk__in=[link.pk for link in links])
        due = list(mine.filter(Q(pk__in=waiting) | Q(pk__in=photos)))
    return sum(_written(link, at) for link in due)


def _written(link: Link, at: datetime) -> int:
    try:
        make_file(link_id=link.pk, by=viewer_on(link, at), at=at)
    except Refusal as refusal:
        _log.warning("partner.file", link=link.key, code=refusal.code)
        return 0
    return 1


@app.periodic(cron="53 2 * * *")
@app.task(queueing_lock="forgetting-partners", pass_context=False)
def forget(timestamp: int) -> int:
    """Remove contents, files and rows whose time is over; returns how many."""
    return forget_old(by=_RETENTION, at=datetime.fromtimestamp(timestamp, UTC))
