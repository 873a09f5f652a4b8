"""Tables of the room: links, how cases stand over there, what goes out, what comes in, and their contents apart."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.cases.partners.kinds import CASE
from gridcommons.cases.partners.rules import OVER, Heard, Seen, State
from gridcommons.cases.partners.terms import ADDRESS_LENGTH, FORMS, WAYS
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

WORK = Kept(Sensitivity.OFFICE, "deliver once to many and answer for it", Retention.OFFICE_LIFE)
TRACE = Kept(Sensitivity.OFFICE, "show what went out and what came back", Retention.CASE_LIFE)
SAID = Kept(Sensitivity.PERSONAL, "deliver to the office in charge, understand what it says", Retention.BRIEF)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Link(models.Model):
    """A department's system: way out, address, fields that leave; two persons agreed to exactly this edition."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "key", "name", "kind", "office", "area_code", "way", "url", "form", "fields", "acts", "matters",
         "mapping",
         "edition", "asked_by", "asked_at", "reason", "confirmed_by", "confirmed_at", "ended_at", "ended_by",
         "key_number", "key_changed_at", "has_api_key"],
        WORK,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, default=CASE)
    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, related_name="+")
    area_code = models.CharField(max_length=20)
    way = models.CharField(max_length=8, choices=[(w, w) for w in WAYS])
    url = models.CharField(max_length=300, blank=True)
    form = models.CharField(max_length=4, choices=[(f, f) for f in FORMS])
    fields = ArrayField(models.CharField(max_length=20))
    acts = ArrayField(models.CharField(max_length=20), default=list)
    matters = ArrayField(models.CharField(max_length=40), default=list)
    mapping = models.TextField(blank=True)
    edition = models.PositiveSmallIntegerField(default=1)
    asked_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    confirmed_by = models.ForeignKey("access.User", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=80, blank=True)
    key_number = models.PositiveSmallIntegerField(default=1)
    key_changed_at = models.DateTimeField()
    has_api_key = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="link_confirmed_paired",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("asked_by")), name="link_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="link_ended_paired",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Health(models.Model):
    """How a link fares: failures in a row, until when it is left alone, when it last answered.

    `minute`, `calls`: how many photos were asked for or sent in the minute under way.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["link", "failures", "reason", "shut_until", "last_try_at", "last_ok_at", "minute", "calls"], WORK
    )

    link = models.OneToOneField(
        "partners.Link", on_delete=models.CASCADE, primary_key=True, related_name="health"
    )  # fmt: skip
    failures = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=20, blank=True)
    shut_until = models.DateTimeField(null=True, blank=True)
    last_try_at = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    minute = models.DateTimeField(null=True, blank=True)
    calls = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.link_id)


class Pairing(models.Model):
    """A case, or a `thing` of another kind, as it stands over a link.

    What it is called there, whether it is still there, the newest status that was used.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "link", "case", "thing", "number", "remote_id", "token", "there", "last_number", "status", "status_at",
         "seen", "next_poll_at", "since"],
        TRACE,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    link = models.ForeignKey("partners.Link", on_delete=models.CASCADE, related_name="pairings")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    thing = models.UUIDField(null=True, blank=True)
    number = models.CharField(max_length=20)
    remote_id = models.CharField(max_length=100, blank=True)
    token = models.CharField(max_length=100, blank=True)
    there = models.BooleanField(default=True)
    last_number = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=40, blank=True)
    status_at = models.DateTimeField(null=True, blank=True)
    seen = models.CharField(max_length=64, blank=True)
    next_poll_at = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link", "case"], name="pairing_once"),
            models.UniqueConstraint(fields=["link", "thing"], name="pairing_thing_once"),
            models.CheckConstraint(
                condition=Q(case__isnull=False, thing__isnull=True) | Q(case__isnull=True, thing__isnull=False),
                name="pairing_of_one",
            ),
        ]
        indexes = [
            models.Index(fields=["next_poll_at"], condition=Q(next_poll_at__isnull=False), name="pairing_poll"),
            models.Index(fields=["link", "remote_id"], name="pairing_remote"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.remote_id}"


class Sending(models.Model):
    """One event on its way out; its id is the event's id over there. `number`: its place in the case's line."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "link", "pairing", "number", "event", "made_at", "heard", "state", "next_at", "tries", "claimed_at",
         "reason", "code", "receipt", "fields", "edition", "ended_at", "ended_by", "said"],
        TRACE,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    link = models.ForeignKey("partners.Link", on_delete=models.CASCADE, related_name="sendings")
    pairing = models.ForeignKey("partners.Pairing", on_delete=models.CASCADE, null=True, related_name="sendings")
    number = models.PositiveIntegerField(default=0)
    event = models.CharField(max_length=20)
    made_at = models.DateTimeField()
    heard = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in State], default=State.WAITING.value)
    next_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=20, blank=True)
    receipt = models.CharField(max_length=100, blank=True)
    fields = ArrayField(models.CharField(max_length=20), default=list)
    edition = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=80, blank=True)
    said = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link", "pairing", "number"], condition=Q(pairing__isnull=False), name="sending_in_line"
            ),
            models.UniqueConstraint(
                fields=["link", "heard"], condition=Q(heard__isnull=False), name="sending_heard_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in OVER], ended_at__isnull=False)
                | (~Q(state__in=[s.value for s in OVER]) & Q(ended_at__isnull=True)),
                name="sending_ended_paired",
            ),
        ]
        indexes = [
            models.Index(fields=["link", "pairing", "number"], condition=Q(ended_at__isnull=True), name="sending_open")
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.number}"


class Picture(models.Model):
    """A photo that goes over a link, or a picture that came back (`back`): which, where it stands, never its content.

    `address`: where a picture of theirs is to be fetched, till that is over; `file`: the ZIP that a photo left in;
    `sending`: the last event that speaks of it; `went`: the last one among them that went out.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "link", "pairing", "photo", "back", "sending", "went", "state", "reason", "address", "at", "tries",
         "next_at", "changed_at", "file", "digest"],
        TRACE,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    link = models.ForeignKey("partners.Link", on_delete=models.CASCADE, related_name="pictures")
    pairing = models.ForeignKey("partners.Pairing", on_delete=models.CASCADE, related_name="pictures")
    photo = models.UUIDField(null=True, blank=True)
    back = models.BooleanField(default=False)
    sending = models.ForeignKey("partners.Sending", on_delete=models.SET_NULL, null=True, related_name="pictures")
    went = models.ForeignKey("partners.Sending", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in Seen])
    reason = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=ADDRESS_LENGTH, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    file = models.CharField(max_length=80, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pairing", "photo"], condition=Q(photo__isnull=False), name="picture_photo_once"
            ),
            models.UniqueConstraint(fields=["pairing", "digest"], condition=~Q(digest=""), name="picture_back_once"),
        ]
        indexes = [
            models.Index(
                fields=["link", "state"], condition=Q(state__in=["waiting", "told", "stuck"]), name="picture_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.photo} {self.state}"


class Arrival(models.Model):
    """One message from a partner, kept before it is understood; `event_id` is theirs and comes once."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "link", "event_id", "digest", "got_at", "state", "reason", "pairing", "status", "step", "looked_at",
         "looked_by", "said"],
        TRACE,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    link = models.ForeignKey("partners.Link", on_delete=models.CASCADE, related_name="arrivals")
    event_id = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    got_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in Heard], default=Heard.NEW.value)
    reason = models.CharField(max_length=60, blank=True)
    pairing = models.ForeignKey("partners.Pairing", on_delete=models.CASCADE, null=True, related_name="arrivals")
    status = models.CharField(max_length=40, blank=True)
    step = models.CharField(max_length=20, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.CharField(max_length=80, blank=True)
    said = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "event_id", "digest"], name="arrival_once")]
        indexes = [models.Index(fields=["got_at"], condition=Q(state__in=["new", "look"]), name="arrival_open")]

    def __str__(self) -> str:
        return self.event_id


class Paper(models.Model):
    """The content of something that went out or came in, under the same id: for the office, and gone after a month."""

    wall: ClassVar[Wall] = Wall.area("area_code", parties="parties")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "area_code", "parties", "made_at"], TRACE),
        "body": SAID,
    }

    id = models.UUIDField(primary_key=True)
    body = models.TextField()
    area_code = models.CharField(max_length=20)
    parties = ArrayField(models.CharField(max_length=100))
    made_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.id)


class File(models.Model):
    """A file that left by a link, or waits to be fetched; its content lies in the data folder for a week."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "link", "name", "made_at", "rows", "made_by", "fetched_at"], TRACE
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    link = models.ForeignKey("partners.Link", on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    made_by = models.CharField(max_length=80)
    fetched_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
