"""Tables of the inbox: that something was sent and how it stands; apart from it what was sent and what it says."""

from __future__ import annotations

from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q

from gridcommons.access.walls import Wall
from gridcommons.collection.inbox.rules import REVIEWS, STATES
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

WORK = Kept(Sensitivity.OFFICE, "take what is sent once", Retention.CASE_LIFE)
SAID = Kept(Sensitivity.PERSONAL, "understand what was sent", Retention.CASE_LIFE)
EMPTYING: Final = ("inbox.empty", "inbox.drop")
"""The deeds that come to the words of a form which waits to be emptied of what was erased; all others find none."""
WORDS: Final = Wall.through(
    "submission_id", "inbox_submission", shut="parent.empty_by IS NOT NULL", opened_by=EMPTYING
)  # fmt: skip


class Submission(models.Model):
    """That a form was sent: by its id, hash and state; nothing of what it says.

    `version_id`, `device_id`: rows of the rooms beside. `root`: the id of the first one of a chain of corrections.
    `reasons`: why it is held, codes with facts that hold no answer. `waived`: codes that a person let pass.
    `settled_at`: when it was first understood, or set aside; while it is read again it says that it was read before.
    `erased_at`: when answers were emptied since what they say was erased by right; `sha256` is then a keyed digest of
    the hash, so that the same bytes are known again and nobody finds the answer by trying.
    `empty_by`: the program could not empty it of what was erased; nobody reads its words until that is done, and on
    the day after this one all of them go. `held_at`: since when it is held, however often it was read again meanwhile.
    `pressed_at`: when its desk was told that this is too long.
    """

    wall: ClassVar[Wall] = Wall.area("area_code", parties="parties")
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "instance_id", "root", "replaced_by", "form_key", "version", "version_id", "sha256", "device_id",
         "by_key", "area_code", "parties", "received_at", "state", "reasons", "notes", "waived", "settled_at",
         "case_id", "told", "forgotten", "wait_until", "erased_at", "empty_by", "held_at", "pressed_at"],
        WORK,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    instance_id = models.CharField(max_length=249, unique=True)
    root = models.CharField(max_length=249, db_index=True)
    replaced_by = models.CharField(max_length=249, blank=True)
    form_key = models.CharField(max_length=60)
    version = models.CharField(max_length=60)
    version_id = models.UUIDField()
    sha256 = models.BinaryField(max_length=32)
    device_id = models.UUIDField(null=True)
    by_key = models.CharField(max_length=80)
    area_code = models.CharField(max_length=20, db_index=True)
    parties = ArrayField(models.CharField(max_length=80))
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=[(state, state) for state in STATES])
    reasons = models.JSONField(default=list)
    notes = ArrayField(models.CharField(max_length=40), default=list)
    waived = ArrayField(models.CharField(max_length=40), default=list)
    settled_at = models.DateTimeField(null=True)
    case_id = models.UUIDField(null=True)
    told = models.PositiveSmallIntegerField(default=0)
    forgotten = models.BooleanField(default=False)
    wait_until = models.DateTimeField(null=True)
    """Until when reading waits for pictures that it names and that have not come."""
    erased_at = models.DateTimeField(null=True)
    empty_by = models.DateField(null=True)
    held_at = models.DateTimeField(null=True)
    pressed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(state="held") | ~Q(reasons=[]), name="submission_held_for_reasons"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="received"), name="submission_to_read"),
            models.Index(fields=["form_key", "version", "state"], name="submission_version"),
            models.Index(
                fields=["id"], condition=Q(state__in=("held", "aside"), forgotten=False), name="submission_not_read"
            ),
            models.Index(fields=["id"], condition=Q(empty_by__isnull=False), name="submission_to_empty"),
            models.Index(
                fields=["held_at"],
                condition=Q(state="held", forgotten=False, empty_by__isnull=True),
                name="submission_held_since",
            ),
        ]

    def __str__(self) -> str:
        return self.instance_id


class Replay(models.Model):
    """That everything sent in a version is to be read once more, as somebody asked; `number`: how much it was."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "form_key", "version", "asked_by", "asked_at", "done_at", "number"], WORK
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form_key = models.CharField(max_length=60)
    version = models.CharField(max_length=60)
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.form_key} {self.version}"


class Paper(models.Model):
    """The bytes of a submission: number 0 as they were sent, then corrections by hand beside them."""

    wall: ClassVar[Wall] = WORDS
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "submission", "number", "by_key", "at"], WORK),
        **dict.fromkeys(["content", "reason"], SAID),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey("inbox.Submission", on_delete=models.CASCADE, related_name="papers")
    number = models.PositiveSmallIntegerField()
    content = models.BinaryField()
    by_key = models.CharField(max_length=80)
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "number"], name="paper_once")]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.number}"


class Attachment(models.Model):
    """A picture that came with a submission, written anew. `sent`: the hash of what came.

    Of a form that waits to be emptied too the row is seen: else its file would be swept, or kept a second time.
    """

    wall: ClassVar[Wall] = Wall.through("submission_id", "inbox_submission")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "submission", "sent", "size", "at"], WORK),
        **dict.fromkeys(["name", "path"], SAID),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey("inbox.Submission", on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=255)
    sent = models.BinaryField(max_length=32)
    size = models.PositiveIntegerField()
    path = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "name"], name="attachment_once")]

    def __str__(self) -> str:
        return str(self.pk)


def _chosen() -> Func:
    """The household that answers choose, wherever in the form it stands, in one spelling."""
    found = "jsonb_path_query_first(%(expressions)s, '$.**.household') #>> '{}'"
    return Func(F("values"), template=f"replace(lower({found}), '-', '')", output_field=models.TextField())


class Answered(models.Model):
    """The answers of an understood submission by the names of its form. `household`: in hex, whose home it is about."""

    wall: ClassVar[Wall] = WORDS
    privacy: ClassVar[dict[str, Kept]] = {"submission": WORK, "values": SAID, "household": SAID}

    submission = models.OneToOneField(
        "inbox.Submission", on_delete=models.CASCADE, primary_key=True, related_name="answered"
    )
    values = models.JSONField()
    household = models.GeneratedField(expression=_chosen(), output_field=models.TextField(null=True), db_persist=True)

    class Meta:
        indexes = [models.Index(fields=["household"], name="answered_household")]

    def __str__(self) -> str:
        return str(self.submission_id)


class Mention(models.Model):
    """That a submission names a home which its answers do not choose, or that nobody could read what they choose."""

    wall: ClassVar[Wall] = Wall.through("submission_id", "inbox_submission")
    privacy: ClassVar[dict[str, Kept]] = {**dict.fromkeys(["id", "submission"], WORK), "household_id": SAID}

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey("inbox.Submission", on_delete=models.CASCADE, related_name="mentions")
    household_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["household_id", "submission"], name="mention_once")]

    def __str__(self) -> str:
        return str(self.submission_id)


class Unemptied(models.Model):
    """That a form broke the program while it was emptied of what was erased: what is to go out of it, since when.

    `household_id`: whose home it is about, as far as that could be told. `out`: by key the households of which what it
    asks goes, and of which what a phone only showed; empty where not even that could be told.
    """

    wall: ClassVar[Wall] = Wall.through("submission_id", "inbox_submission")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["submission", "since", "fault", "tries", "tried_at"], WORK),
        **dict.fromkeys(["household_id", "out"], SAID),
    }

    submission = models.OneToOneField(
        "inbox.Submission", on_delete=models.CASCADE, primary_key=True, related_name="unemptied"
    )
    household_id = models.UUIDField(null=True)
    out = models.JSONField(default=dict)
    since = models.DateTimeField()
    fault = models.CharField(max_length=60)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["household_id"], name="unemptied_household")]

    def __str__(self) -> str:
        return str(self.submission_id)


class Comb(models.Model):
    """That what lies in the inbox is gone over once, home by home: for what, how far, how many forms were emptied."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["key", "up_to", "homes", "emptied", "begun_at", "done_at"], WORK
    )

    key = models.CharField(max_length=40, primary_key=True)
    up_to = models.UUIDField(null=True)
    homes = models.PositiveIntegerField(default=0)
    emptied = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


class Review(models.Model):
    """What whoever analyses answers says of a submission: approved, in doubt, rejected, edited. It stops no visit."""

    wall: ClassVar[Wall] = Wall.through("submission_id", "inbox_submission")
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["submission", "state", "by_key", "at"], WORK)

    submission = models.OneToOneField(
        "inbox.Submission", on_delete=models.CASCADE, primary_key=True, related_name="review"
    )
    state = models.CharField(max_length=10, choices=[(state, state) for state in REVIEWS])
    by_key = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.state


class Remark(models.Model):
    """A remark on a submission by an office; it goes with the answers."""

    wall: ClassVar[Wall] = WORDS
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "submission", "by_key", "at"], WORK),
        "body": SAID,
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey("inbox.Submission", on_delete=models.CASCADE, related_name="remarks")
    body = models.CharField(max_length=2_000)
    by_key = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)
