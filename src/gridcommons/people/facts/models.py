"""Tables of facts: what was told, and of what was told that it was erased."""

from __future__ import annotations

from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity
from gridcommons.people.facts.keys import SUBJECTS
from gridcommons.people.facts.rules import SOURCES

SAID = Kept(Sensitivity.PERSONAL, "ask once and serve", Retention.FACT)
AROUND = Kept(Sensitivity.OFFICE, "know how fresh it is and whose", Retention.FACT)
_OF: Final = "EXISTS (SELECT 1 FROM homes_{kind} AS subject WHERE subject.id = subject_id)"


def _of_a_subject() -> Wall:
    """Seen by whoever sees the subject, wherever that moves and however it is shielded."""
    ways = " ".join(f"WHEN '{kind}' THEN {_OF.format(kind=kind)}" for kind in SUBJECTS)
    return Wall(f"CASE subject_kind {ways} ELSE false END")


def _with_its_subject() -> Wall:
    """A fact is seen by whoever sees its subject, and by its giver."""
    return Wall(f"{_of_a_subject().reading} OR {Wall.own('given_by').reading}")


class Fact(models.Model):
    """One thing that was told of a subject. The newest of a subject and key is in force (`superseded_at` is empty).

    `held_back`: somebody it is about objects, so that nobody reads or uses it. `objectors`: who does, by their keys;
    nobody where they had themselves erased, or objected before it was noted. `given_by`: who said it (`person:<id>`).
    `said_in`: the submission it stands in, which says it once however often it is read. `said_at`: when it was said or
    came, which orders what was said of one day. `withdrawn_at`: the form that said it was corrected and says it no
    more, so that it stays as history and never comes into force again.
    """

    wall: ClassVar[Wall] = _with_its_subject()
    privacy: ClassVar[dict[str, Kept]] = {
        "value": SAID,
        "value_sealed": Kept(Sensitivity.SEALED, "ask once and serve", Retention.FACT),
        **dict.fromkeys(
            ["id", "subject_kind", "subject_id", "key", "source", "given_by", "as_of", "expires", "forget_on",
             "purpose", "made_by", "made_at", "superseded_at", "held_back", "objectors", "said_in", "said_at",
             "withdrawn_at", "changed_at"],
            AROUND,
        ),
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in SUBJECTS])
    subject_id = models.UUIDField()
    key = models.CharField(max_length=60)
    value = models.TextField(blank=True)
    value_sealed = models.BinaryField(null=True)
    source = models.CharField(max_length=10, choices=[(source, source) for source in SOURCES])
    given_by = models.CharField(max_length=100, blank=True)
    as_of = models.DateField()
    expires = models.DateField()
    forget_on = models.DateField(db_index=True)
    purpose = models.CharField(max_length=40)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    held_back = models.BooleanField(default=False)
    objectors = ArrayField(models.CharField(max_length=100), default=list)
    said_in = models.UUIDField(null=True)
    said_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(db_default=Now())
    """The database's own moment of the last change, kept by a trigger: by it a phone knows that its row is older."""

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "key"], name="fact_subject"),
            models.Index(fields=["given_by"], condition=~Q(given_by=""), name="fact_giver"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "key"], condition=Q(superseded_at__isnull=True), name="fact_one_in_force"
            ),
            models.CheckConstraint(condition=Q(expires__gte=F("as_of")), name="fact_expires_later"),
            models.CheckConstraint(
                condition=(Q(value="") & Q(value_sealed__isnull=False)) | (~Q(value="") & Q(value_sealed__isnull=True)),
                name="fact_value_once",
            ),
            models.UniqueConstraint(
                fields=["said_in", "key", "subject_id"],
                name="fact_said_once",
                condition=Q(said_in__isnull=False, withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(superseded_at__isnull=False), name="fact_withdrawn_is_over"
            ),
            models.CheckConstraint(condition=Q(objectors=[]) | Q(held_back=True), name="fact_objectors_held_back"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.subject_id}"


class Erased(models.Model):
    """That something was erased by right: of whom, under which key, never what. Nothing writes it again.

    `said_in`: what that submission says; empty for all that had been said until then.
    """

    wall: ClassVar[Wall] = _of_a_subject()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "subject_kind", "subject_id", "key", "said_in", "erased_at", "day", "forget_on", "changed_at"], AROUND
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in SUBJECTS])
    subject_id = models.UUIDField()
    key = models.CharField(max_length=60)
    said_in = models.UUIDField(null=True)
    erased_at = models.DateTimeField()
    day = models.DateField()
    forget_on = models.DateField(db_index=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["subject_id", "key"], name="erased_subject")]

    def __str__(self) -> str:
        return f"{self.key} {self.subject_id}"
