"""Jobs of notices: what waits in the outbox goes out within a minute; counts are posted; old notices go."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom
from typing import Final

import structlog
from django.conf import settings
from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.access.scope import viewing
from gridcommons.kit.errors import Refusal
from gridcommons.notices.actions import (
    NOTICE_LIFE,
    count_deliveries,
    forget_notices,
    remember_texts,
    retry_asked,
)
from gridcommons.notices.channels import Channels, demo_channels, forget_files, read_channels
from gridcommons.notices.delivery import Round
from gridcommons.notices.models import DeliveryCount
from gridcommons.notices.wording import unkept

_JOB: Final = program("notices")
_RETENTION: Final = program("retention")
_NOISE: Final = SystemRandom()
_log = structlog.get_logger()


def channels() -> Channels:
    """The ways out of this program: files in the demo, elsewhere what `channels.toml` says."""
    if not settings.DEMO:
        return read_channels(Path(settings.DATA))
    ran_at = Path(settings.DATA) / "run" / "address"
    address = ran_at.read_text(encoding="utf-8").strip() if ran_at.exists() else ""
    return demo_channels(Path(settings.NOTICE_FOLDER), address)


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="notices", pass_context=False)
def deliver(timestamp: int) -> int:
    """Deliver what is due; returns how many were taken in hand. Faulty settings leave everything waiting."""
    try:
        ways = channels()
    except Refusal as refusal:
        _log.error("notice.channels", code=refusal.code)
        return 0
    at = datetime.fromtimestamp(timestamp, UTC)
    return Round(ways, _JOB, at, _NOISE.random, replaying=settings.DEMO).run()


@app.periodic(cron="* * * * * 5")
@app.task(queueing_lock="counting-notices", pass_context=False)
def count(timestamp: int) -> int:
    """Count what stands where, once a minute, and put back what an officer asked to have tried again."""
    at = datetime.fromtimestamp(timestamp, UTC)
    with viewing(_JOB, at):
        asked = DeliveryCount.objects.filter(retry_asked_at__isnull=False).exists()
    if asked:
        retry_asked(by=_JOB, at=at)
    return count_deliveries(by=_JOB, at=at)


@app.periodic(cron="47 * * * *")
@app.task(queueing_lock="forgetting-notices", pass_context=False)
def forget(timestamp: int) -> int:
    """Forget notices older than 30 days, and the files that the demo wrote of them; returns how many."""
    at = datetime.fromtimestamp(timestamp, UTC)
    gone = forget_notices(by=_RETENTION, at=at)
    forget_files(Path(settings.NOTICE_FOLDER), gone, before=at - NOTICE_LIFE)
    return len(gone)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="remembering-texts", pass_context=False)
def remember(timestamp: int) -> int:
    """Keep the words of this version of the program, once; returns how many were new."""
    at = datetime.fromtimestamp(timestamp, UTC)
    with viewing(_JOB, at):
        new = bool(unkept())
    return remember_texts(by=_JOB, at=at) if new else 0
