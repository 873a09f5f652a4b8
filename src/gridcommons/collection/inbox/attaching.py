"""Pictures that come with a submission: kept once under their name, and waited for a little. Called inside deeds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from gridcommons.cases.storing import store
from gridcommons.collection.inbox.models import Attachment, Submission
from gridcommons.collection.inbox.receiving import Picture
from gridcommons.collection.inbox.rules import NOT_NAMED, OTHER_CONTENT, PICTURES, limits
from gridcommons.kit.errors import refuse


def complete(held: Submission, pictures: Iterable[Picture], named: tuple[str, ...], at: datetime) -> tuple[str, ...]:
    """Keep the pictures that came for a submission; returns those that it names and that have not come yet."""
    for picture in pictures:
        keep_picture(held, picture, named, at)
    there = set(Attachment.objects.filter(submission=held).values_list("name", flat=True))
    missing = tuple(name for name in named if name not in there)
    wait_for(held, at if missing else None)
    return missing


def keep_picture(held: Submission, picture: Picture, named: tuple[str, ...], at: datetime) -> None:
    """Keep a picture with its submission, once; another one under the same name is refused."""
    if picture.name not in named:
        raise refuse(NOT_NAMED, name=picture.name)
    path = store(picture.jpeg, picture.sha256, PICTURES)
    row, is_new = Attachment.objects.get_or_create(
        submission=held, name=picture.name,
        defaults={"sent": picture.sent, "size": len(picture.jpeg), "path": path, "at": at},
    )  # fmt: skip
    if not is_new and bytes(row.sent) != picture.sent:
        raise refuse(OTHER_CONTENT)


def wait_for(held: Submission, since: datetime | None) -> None:
    """Let reading wait a little for pictures that are still to come, and no longer once they are there."""
    until = (held.wait_until or since + timedelta(minutes=limits().wait_minutes)) if since else None
    if held.wait_until != until:
        held.wait_until = until
        held.save(update_fields=["wait_until"])
