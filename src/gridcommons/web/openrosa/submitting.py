"""What phones send: HEAD tells that the door is there, POST brings a form with its pictures, whole or in pieces."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from gridcommons.collection.devices.queries import Device
from gridcommons.collection.inbox.actions import Taken, receive
from gridcommons.collection.inbox.receiving import sent_of
from gridcommons.web.front import HouseRequest
from gridcommons.web.openrosa.answers import told
from gridcommons.web.openrosa.door import call
from gridcommons.web.openrosa.taking import parts_of


@call("HEAD", "POST", grace=True)
def submission(request: HouseRequest, device: Device) -> HttpResponse:
    """Take a submission in: it is on the disk before this answers, and understood afterwards."""
    if request.method == "HEAD":
        return HttpResponse(status=204)
    sent = sent_of(*parts_of(request))
    taken = receive(sent=sent, device_id=device.id, by=device.viewer, at=request.now)
    return told(said_of(taken), 202 if taken.waits else 201, "submit_success")


def said_of(taken: Taken) -> str:
    """What a phone is told of a form that was taken in."""
    if taken.waits:
        return _("Kept. You serve no grid today, so a person looks at it first.")
    if taken.missing:
        return _("Received. Pictures still to come: %(names)s") % {"names": ", ".join(taken.missing)}
    return _("Received.") if taken.is_new else _("Received before; nothing is there twice.")
