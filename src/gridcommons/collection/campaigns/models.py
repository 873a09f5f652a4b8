"""Tables of campaigns: the campaign and its steps, objections and who waits for answers, numbers by area.

No household is in them.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.collection.campaigns.rules import ANSWERS, STATES
from gridcommons.collection.selecting import OPERATORS
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

NOTICE = Kept(Sensitivity.PUBLIC, "tell everybody who is to be called on, and why", Retention.FOREVER)
WORK = Kept(Sensitivity.OFFICE, "run a campaign and keep its hands apart", Retention.FOREVER)
WISH = Kept(Sensitivity.SECRET, "tell whoever objected that there are answers", Retention.CONTACT)
COUNT = Kept(Sensitivity.OFFICE, "see by area how far a campaign has come", Retention.FOREVER)


class Campaign(models.Model):
    """One campaign. `choice_key`: the fact by which households are meant, empty for all.

    `notice_until`: the last day of the public notice; None before it, and inside a declared emergency (`emergency`).
    `verdict`: the sum of the load as it was weighed when the notice was put up.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "area_code", "matter_key", "edition", "form_key", "name_zh", "name_en", "purpose_zh", "purpose_en",
             "choice_key", "choice_operator", "choice_value", "expected", "first", "last", "minutes", "state",
             "notice_until", "emergency", "verdict", "announced_at", "started_at", "ended_at", "reason"],
            NOTICE,
        ),
        **dict.fromkeys(
            ["drafted_by", "drafted_at", "announced_by", "approved_by", "approved_at", "order", "counted_at"], WORK
        ),
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20, db_index=True)
    matter_key = models.CharField(max_length=50)
    edition = models.CharField(max_length=64)
    form_key = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    purpose_zh = models.CharField(max_length=600)
    purpose_en = models.CharField(max_length=600)
    choice_key = models.CharField(max_length=60, blank=True)
    choice_operator = models.CharField(max_length=8, choices=[(o, o) for o in OPERATORS], default="is")
    choice_value = models.CharField(max_length=60, blank=True)
    expected = models.PositiveIntegerField(default=0)
    first = models.DateField()
    last = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=[(state, state) for state in STATES])
    notice_until = models.DateField(null=True, blank=True)
    emergency = models.CharField(max_length=60, blank=True)
    verdict = models.JSONField(default=dict)
    drafted_by = models.CharField(max_length=100)
    drafted_at = models.DateTimeField()
    announced_by = models.CharField(max_length=100, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=100, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=600, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="campaign_state"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="campaign_days"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by="")
                | (Q(approved_at__isnull=False) & ~Q(approved_by="") & ~Q(approved_by=F("announced_by"))),
                name="campaign_two_hands",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(notice_until__isnull=False) | ~Q(emergency=""),
                name="campaign_notice_or_emergency",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["running", "stopped"]) | Q(started_at__isnull=False, approved_at__isnull=False),
                name="campaign_started_by_two",
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh


class CampaignStep(models.Model):
    """One step of a campaign's life line; never changed."""

    wall: ClassVar[Wall] = Wall.log()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "campaign", "action", "at", "note"], NOTICE),
        "by_key": WORK,
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.CASCADE, related_name="steps")
    action = models.CharField(max_length=12)
    at = models.DateTimeField()
    by_key = models.CharField(max_length=100)
    note = models.CharField(max_length=600, blank=True)

    def __str__(self) -> str:
        return self.action


class Objection(models.Model):
    """What somebody has against a campaign, masked: village, subject, number, day. Nobody's name, account or hour.

    `answer_other`: the answer in the other language, where the office gave it.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "campaign", "number", "village_code", "subject", "day", "answer", "answer_other", "decision",
             "answered_at"],
            NOTICE,
        ),
        **dict.fromkeys(["text", "answered_by"], WORK),
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.CASCADE, related_name="objections")
    number = models.PositiveIntegerField()
    village_code = models.CharField(max_length=20)
    subject = models.CharField(max_length=12)
    text = models.TextField()
    day = models.DateField()
    decision = models.CharField(max_length=8, choices=[(key, key) for key in ANSWERS], blank=True)
    answer = models.CharField(max_length=600, blank=True)
    answer_other = models.CharField(max_length=600, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="objection_number"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, decision="", answer="")
                | (Q(answered_at__isnull=False) & ~Q(decision="") & ~Q(answer="")),
                name="objection_answered_with_reasons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.number}"


class AnswerWish(models.Model):
    """Somebody who objected wants to be told of the answers: no number, words or village lead from here.

    No area and no office finds it; the program does, to send the notice.
    """

    wall: ClassVar[Wall] = Wall.area("''", parties="parties")
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "campaign", "contact", "language", "parties", "told_on"], WISH
    )

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey("people.ReporterContact", on_delete=models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=10)
    parties = ArrayField(models.CharField(max_length=100), default=list)
    told_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.campaign_id)


class StepHeard(models.Model):
    """That an area's own office took note of a step: that it is stopped, goes on, or has ended early."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "step", "area_code", "at", "by_key"], WORK)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    step = models.ForeignKey("campaigns.CampaignStep", on_delete=models.CASCADE, related_name="heard")
    area_code = models.CharField(max_length=20)
    at = models.DateTimeField()
    by_key = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "area_code"], name="step_heard_once")]

    def __str__(self) -> str:
        return self.area_code


class Goal(models.Model):
    """How an area of a campaign stands, of every level: distinct households, never clicks.

    `by_day`: whether figures of a day may be told of it: who made its visits are not few. None before it is known.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "campaign", "area_code", "households", "reached", "appointment", "carded", "grids", "by_day"], COUNT
    )

    id = models.BigAutoField(primary_key=True)
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.CASCADE, related_name="goals")
    area_code = models.CharField(max_length=20)
    households = models.PositiveIntegerField(default=0)
    reached = models.PositiveIntegerField(default=0)
    appointment = models.PositiveIntegerField(default=0)
    carded = models.PositiveIntegerField(default=0)
    grids = models.PositiveIntegerField(default=0)
    by_day = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "area_code"], name="goal_once")]

    def __str__(self) -> str:
        return self.area_code


class DayCount(models.Model):
    """What a day brought in an area of a campaign, of every level. `grids`: how many of its grids reported."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "campaign", "area_code", "day", "visits", "done", "declined", "not_home", "appointment", "reached",
         "grids"],
        COUNT,
    )  # fmt: skip

    id = models.BigAutoField(primary_key=True)
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.CASCADE, related_name="days")
    area_code = models.CharField(max_length=20)
    day = models.DateField()
    visits = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    declined = models.PositiveIntegerField(default=0)
    not_home = models.PositiveIntegerField(default=0)
    appointment = models.PositiveIntegerField(default=0)
    reached = models.PositiveIntegerField(default=0)
    grids = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "area_code", "day"], name="day_count_once")]

    def __str__(self) -> str:
        return f"{self.area_code} {self.day}"


class SilentDay(models.Model):
    """Why a grid reported nothing on a day: a reason of the list, chosen by a person. About the grid, not a worker."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "campaign", "area_code", "day", "reason", "at", "by_key"], WORK
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.CASCADE, related_name="silences")
    area_code = models.CharField(max_length=20)
    day = models.DateField()
    reason = models.CharField(max_length=20)
    at = models.DateTimeField()
    by_key = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "area_code", "day"], name="silent_day_once")]

    def __str__(self) -> str:
        return f"{self.area_code} {self.day} {self.reason}"


class DayReturn(models.Model):
    """That an area's own office has read its day, with a note if it has one. The figures come from the visits."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "campaign", "area_code", "day", "note", "at", "by_key"], WORK
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.CASCADE, related_name="returns")
    area_code = models.CharField(max_length=20)
    day = models.DateField()
    note = models.CharField(max_length=600, blank=True)
    at = models.DateTimeField()
    by_key = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "area_code", "day"], name="day_return_once")]

    def __str__(self) -> str:
        return f"{self.area_code} {self.day}"
