"""Tables of the room: orders, the areas they are addressed to, and every step. No resident is in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.cases.orders.rules import ASKS
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

ORDER_STATES = ("sent", "withdrawn", "replaced")
PART_STATES = ("sent", "acknowledged", "sent_back", "answered", "withdrawn")
WORK = Kept(Sensitivity.OFFICE, "order work and show what came of it", Retention.FOREVER)


class Order(models.Model):
    """One order of an area's office to areas below; `part`: the part of a higher order that it breaks down."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "area_code", "part", "matter_key", "edition", "title", "text", "asks", "unit", "minutes", "times",
         "due_date", "state", "sent_at", "sent_by", "ended_at", "reason", "replaced_by", "reminded_at"],
        WORK,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20, db_index=True)
    part = models.ForeignKey("orders.OrderPart", on_delete=models.PROTECT, null=True, related_name="orders_below")
    matter_key = models.CharField(max_length=40)
    edition = models.CharField(max_length=64)
    title = models.CharField(max_length=80)
    text = models.TextField()
    asks = models.CharField(max_length=8, choices=[(a, a) for a in ASKS])
    unit = models.CharField(max_length=20, blank=True)
    minutes = models.PositiveSmallIntegerField()
    times = models.PositiveSmallIntegerField()
    due_date = models.DateField()
    state = models.CharField(max_length=12, choices=[(s, s) for s in ORDER_STATES])
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    replaced_by = models.ForeignKey("orders.Order", on_delete=models.PROTECT, null=True, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", ended_at__isnull=True) | (~Q(state="sent") & Q(ended_at__isnull=False)),
                name="order_ended_paired",
            ),
            models.CheckConstraint(condition=Q(minutes__gt=0, times__gt=0), name="order_costs"),
            models.UniqueConstraint(fields=["part"], condition=Q(state="sent"), name="order_breaks_down_once"),
        ]
        indexes = [models.Index(fields=["state", "due_date"], name="order_state_due")]

    def __str__(self) -> str:
        return self.title


class OrderPart(models.Model):
    """One area that an order is addressed to, and what it did with it."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "order", "area_code", "state", "acknowledged_at", "answered_at", "number", "text", "reason"], WORK
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="parts")
    area_code = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=[(s, s) for s in PART_STATES])
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    text = models.TextField(blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "area_code"], name="order_part_once"),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_at__isnull=False), name="order_part_answered_paired"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True)
                | Q(acknowledged_at__isnull=True)
                | Q(answered_at__gte=F("acknowledged_at")),
                name="order_part_order_of_time",
            ),
        ]
        indexes = [models.Index(fields=["area_code", "state"], name="order_part_area_state")]

    def __str__(self) -> str:
        return f"{self.area_code} {self.state}"


class OrderStep(models.Model):
    """One step of an order's life line: what was done by which area's office, when, and why."""

    wall: ClassVar[Wall] = Wall.log()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "order", "part", "action", "area_code", "at", "by_key", "note"], WORK
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="steps")
    part = models.ForeignKey("orders.OrderPart", on_delete=models.CASCADE, null=True, related_name="steps")
    action = models.CharField(max_length=12)
    area_code = models.CharField(max_length=20)
    at = models.DateTimeField()
    by_key = models.CharField(max_length=100)
    note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["order", "at"], name="order_step_at")]

    def __str__(self) -> str:
        return f"{self.action} {self.area_code}"
