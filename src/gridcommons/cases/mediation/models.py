"""Tables of mediation. Only its mediator and its two parties come to a row, and one job that reminds and destroys.

No area opens them, no office once a mediator has taken it on, and never whoever handled a case of the parties.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

MEDIATE = Kept(Sensitivity.PERSONAL, "mediate between the parties", Retention.CASE_LIFE)
SAID = Kept(Sensitivity.SEALED, "mediate between the parties", Retention.CASE_LIFE)
LINK = Kept(Sensitivity.SECRET, "let a party follow its mediation", Retention.CASE_LIFE)
NUMBER = Kept(Sensitivity.PUBLIC, "show how many mediations there were", Retention.FOREVER)

STATES = ("requested", "invited", "talking", "passing", "agreed", "closed")
CONSENTS = ("", "given", "refused", "withdrawn")
HOW = ("", "code", "paper")


class Mediation(models.Model):
    """One dispute between two parties, and the person who mediates."""

    wall: ClassVar[Wall] = Wall.parties("parties", barred="barred")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "label", "subject", "area_code", "state", "outcome", "office", "mediator", "declared_at", "parties",
             "barred", "opened_at", "moved_at", "agreed_at", "ended_at", "version", "talked"],
            MEDIATE,
        ),
        **dict.fromkeys(["words_sealed", "agreement_sealed"], SAID),
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    label = models.CharField(max_length=20, unique=True)
    subject = models.CharField(max_length=20)
    area_code = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=[(s, s) for s in STATES])
    outcome = models.CharField(max_length=20, blank=True)
    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, related_name="+")
    mediator = models.CharField(max_length=100, blank=True)
    declared_at = models.DateTimeField(null=True, blank=True)
    parties = ArrayField(models.CharField(max_length=100))
    barred = ArrayField(models.CharField(max_length=100), default=list)
    opened_at = models.DateTimeField()
    moved_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    talked = models.BooleanField(default=False)
    version = models.PositiveSmallIntegerField(default=0)
    words_sealed = models.BinaryField(null=True)
    agreement_sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", ended_at__isnull=False) | (~Q(state="closed") & Q(ended_at__isnull=True)),
                name="mediation_ended_paired",
            ),
            models.CheckConstraint(
                condition=Q(mediator="", declared_at__isnull=True) | (~Q(mediator="") & Q(declared_at__isnull=False)),
                name="mediation_mediator_declared",
            ),
        ]
        indexes = [GinIndex(fields=["parties"], name="mediation_parties")]

    def __str__(self) -> str:
        return self.label


class Side(models.Model):
    """One of the two parties: name and contact sealed, consent and agreement as it gave them itself."""

    wall: ClassVar[Wall] = Wall.through("mediation_id", "mediation_mediation")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "mediation", "letter", "invited_at", "entered_at", "consent", "consent_how", "consent_at",
             "agreed_version", "agreed_how", "agreed_at", "replaced_at"],
            MEDIATE,
        ),
        **dict.fromkeys(["name_sealed", "contact_sealed", "present_sealed"], SAID),
        "code_digest": LINK,
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    mediation = models.ForeignKey("mediation.Mediation", on_delete=models.CASCADE, related_name="+")
    letter = models.CharField(max_length=1, choices=[("a", "a"), ("b", "b")])
    name_sealed = models.BinaryField(null=True)
    contact_sealed = models.BinaryField(null=True)
    code_digest = models.BinaryField(max_length=32, null=True, unique=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    entered_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    consent = models.CharField(max_length=12, blank=True, choices=[(c, c) for c in CONSENTS])
    consent_how = models.CharField(max_length=6, blank=True, choices=[(h, h) for h in HOW])
    consent_at = models.DateTimeField(null=True, blank=True)
    agreed_version = models.PositiveSmallIntegerField(null=True)
    agreed_how = models.CharField(max_length=6, blank=True, choices=[(h, h) for h in HOW])
    agreed_at = models.DateTimeField(null=True, blank=True)
    present_sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mediation", "letter"], name="side_once"),
            models.CheckConstraint(
                condition=Q(consent="", consent_at__isnull=True) | (~Q(consent="") & Q(consent_at__isnull=False)),
                name="side_consent_paired",
            ),
            models.CheckConstraint(
                condition=Q(agreed_version__isnull=True, agreed_at__isnull=True)
                | Q(agreed_version__isnull=False, agreed_at__isnull=False),
                name="side_agreed_paired",
            ),
        ]

    def __str__(self) -> str:
        return self.letter


class Replaced(models.Model):
    """A code that opens nothing any more because a mediator made another: whoever still holds it is told so."""

    wall: ClassVar[Wall] = Wall.parties("parties", barred="'{}'")
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "mediation", "parties", "at"], LINK)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    mediation = models.ForeignKey("mediation.Mediation", on_delete=models.CASCADE, related_name="+")
    parties = ArrayField(models.CharField(max_length=100))
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.at:%F %R}"


class Meeting(models.Model):
    """A meeting: when, and sealed where; the mediator's own note is for the mediator alone."""

    wall: ClassVar[Wall] = Wall.through("mediation_id", "mediation_mediation")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "mediation", "at"], MEDIATE),
        **dict.fromkeys(["place_sealed", "note_sealed"], SAID),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    mediation = models.ForeignKey("mediation.Mediation", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    place_sealed = models.BinaryField(null=True)
    note_sealed = models.BinaryField(null=True)

    def __str__(self) -> str:
        return f"{self.at:%F %R}"


class Promise(models.Model):
    """One promise of the agreement as it stands: by when, who, what; and what became of it."""

    wall: ClassVar[Wall] = Wall.through("mediation_id", "mediation_mediation")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "mediation", "version", "due_date", "who", "kept", "told_by", "told_at", "reminded_at"], MEDIATE
        ),
        "what_sealed": SAID,
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    mediation = models.ForeignKey("mediation.Mediation", on_delete=models.CASCADE, related_name="+")
    version = models.PositiveSmallIntegerField()
    due_date = models.DateField()
    who = models.CharField(max_length=4)
    what_sealed = models.BinaryField()
    kept = models.BooleanField(null=True)
    told_by = models.CharField(max_length=10, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kept__isnull=True, told_at__isnull=True) | Q(kept__isnull=False, told_at__isnull=False),
                name="promise_told_paired",
            )
        ]

    def __str__(self) -> str:
        return f"{self.who} {self.due_date}"


class Tally(models.Model):
    """A figure of an ended quarter as it may be seen by anybody: what is too small was never written."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "quarter", "area_code", "about", "mark", "n", "posted_at"], NUMBER
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    quarter = models.CharField(max_length=6)
    area_code = models.CharField(max_length=20)
    about = models.CharField(max_length=40)
    mark = models.CharField(max_length=10)
    n = models.PositiveIntegerField(null=True)
    posted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quarter", "area_code", "about"], name="mediation_tally_once"),
            models.CheckConstraint(
                condition=Q(mark="exact", n__isnull=False) | (~Q(mark="exact") & Q(n__isnull=True)),
                name="mediation_tally_says_no_more",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quarter} {self.area_code} {self.about}"
