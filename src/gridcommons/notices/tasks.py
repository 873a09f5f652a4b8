"""Jobs of notices: what waits in the outbox is delivered within a minute; old notices go."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.notices.actions import NOTICE_LIFE, Send, deliver_waiting, forget_notices
from gridcommons.notices.channels import file_sender, forget_files, no_sender
from gridcommons.notices.models import Notice
from gridcommons.people.queries import reporter_contact

_JOB: Final = program("notices")
_RETENTION: Final = program("retention")


def way_to(notice: Notice) -> tuple[str, str]:
    """Channel and address of a notice's receiver, read from the sealed contact: a look by the program."""
    kind, _, key = notice.to.partition(":")
    if kind != "contact":
        return notice.channel, ""
    contact = reporter_contact(contact_id=UUID(key), viewer=_JOB, at=datetime.now(UTC), purpose="operation")
    return ("sms", contact.phone) if contact.phone else ("email", contact.email)


def sender() -> Send:
    """The way out of this program: files in the demo, none elsewhere until a channel is set up."""
    return file_sender(Path(settings.NOTICE_FOLDER), way_to) if settings.DEMO else no_sender


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="notices", pass_context=False)
def deliver(timestamp: int) -> int:
    """Deliver what waits; returns how many were taken."""
    return len(deliver_waiting(send=sender(), by=_JOB, at=datetime.fromtimestamp(timestamp, UTC)))


@app.periodic(cron="47 * * * *")
@app.task(queueing_lock="forgetting-notices", pass_context=False)
def forget(timestamp: int) -> int:
    """Forget notices older than 30 days, and the files that the demo wrote of them; returns how many."""
    at = datetime.fromtimestamp(timestamp, UTC)
    gone = forget_notices(by=_RETENTION, at=at)
    forget_files(Path(settings.NOTICE_FOLDER), gone, before=at - NOTICE_LIFE)
    return len(gone)
