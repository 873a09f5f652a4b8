"""What phones send: HEAD tells that the door is there, POST brings a form with its pictures, whole or in pieces."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from gridcommons.collection.devices.queries import Device
from gridcommons.collection.inbox.actions import Taken, receive
from gridcommons.collection.inbox.receiving import sent_of
from gridcommons.web.front import HouseRequest
from gridcommons.web.openrosa.answers import told
from gridcommons.web.openrosa.door import call
from gridcommons.web.openrosa.taking import parts_of

_SHOWN: Final = 60


@call("HEAD", "POST", grace=True)
def submission(request: HouseRequest, device: Device) -> HttpResponse:
    """Take a submission in: it is on the disk before this answers, and understood afterwards."""
    if request.method == "HEAD":
        return HttpResponse(status=204)
    sent = sent_of(*parts_of(request), mentioned=True)
    taken = receive(sent=sent, device_id=device.id, by=device.viewer, at=request.now)
    said = said_of(taken)
    if sent.left:
        said += _(" Not kept, since no answer mentions them: %(names)s") % {
            "names": ", ".join(name[:_SHOWN] for name in sent.left)
        }
    return told(said, 202 if taken.waits else 201, "submit_success")


def said_of(taken: Taken) -> str:
    """What a phone is told of a form that was taken in."""
    if taken.waits:
        return _("Kept. You serve no grid today, so a person looks at it first.")
    if taken.missing:
        return _("Received. Pictures still to come: %(names)s") % {"names": ", ".join(taken.missing)}
    return _("Received.") if taken.is_new else _("Received before; nothing is there twice.")
