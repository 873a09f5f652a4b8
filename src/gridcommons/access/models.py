"""Tables of access: users, offices, grants, api keys, the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

SIDES = ("supervision", "command", "independent")
"""The two of the case machine, and those who review complaints or mediate: outside both, and of nobody's line."""
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)
"""Between these every moment of the ledger lies; `infinity` is no moment."""
ROW = Kept(Sensitivity.OFFICE, "tell rows apart", Retention.OFFICE_LIFE)
WORK = Kept(Sensitivity.OFFICE, "run the office", Retention.OFFICE_LIFE)
LOGIN = Kept(Sensitivity.SECRET, "log in", Retention.OFFICE_LIFE)
POSTED = Kept(Sensitivity.PUBLIC, "posting of who serves", Retention.OFFICE_LIFE)
PROOF = Kept(Sensitivity.SECRET, "proof of what was done", Retention.FOREVER)
TOLD = Kept(Sensitivity.PERSONAL, "tell the person concerned who did what", Retention.CASE_LIFE)


class Users(BaseUserManager["User"]):
    """Looks users up by name, as the login does."""


class User(AbstractBaseUser):
    """An account of a member of staff or of a resident; it holds no rights, grants do."""

    wall: ClassVar[Wall] = Wall.open(free_writes=True)
    privacy: ClassVar[dict[str, Kept]] = {
        "id": ROW, "username": LOGIN, "password": LOGIN, "last_login": LOGIN, "email": LOGIN, "is_active": WORK,
        "display_name": POSTED, "language": WORK, "created_at": WORK,
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(max_length=150, unique=True)
    email = models.EmailField(blank=True)
    display_name = models.CharField(max_length=100)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]
    objects = Users()

    def __str__(self) -> str:
        return self.display_name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Office(models.Model):
    """A body that answers for something at one place: a department, a command room, a village committee."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "key", "area_code", "kind", "side", "name_zh", "name_en", "phone", "valid_from", "valid_to"], POSTED
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=80, unique=True)
    area_code = models.CharField(max_length=20, db_index=True)
    kind = models.CharField(max_length=40)
    side = models.CharField(max_length=12, choices=[(side, side) for side in SIDES])
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    phone = models.CharField(max_length=30, blank=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="office_period"
            ),
            models.CheckConstraint(condition=Q(side__in=SIDES), name="office_side"),
            models.UniqueConstraint(
                fields=["area_code", "kind"], condition=Q(valid_to__isnull=True), name="office_one_of_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.name_en


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Grant(models.Model):
    """Role x included and excluded areas x purposes x period, given by somebody who holds as much."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "user", "office", "role", "included", "excluded", "purposes", "valid_from", "valid_to", "given_by",
         "reason", "revoked_at", "revoked_by"],
        WORK,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="grants")
    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, null=True, related_name="grants")
    role = models.CharField(max_length=40)
    included = ArrayField(models.CharField(max_length=20))
    excluded = ArrayField(models.CharField(max_length=20), default=list)
    purposes = ArrayField(models.CharField(max_length=40))
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    given_by = models.CharField(max_length=80)
    reason = models.CharField(max_length=300, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="grant_period"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by="") | (Q(revoked_at__isnull=False) & ~Q(revoked_by="")),
                name="grant_revoked_paired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {','.join(self.included)}"


class ApiKey(models.Model):
    """A key of a machine client; only its hash is kept, and it can be revoked."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "name", "door", "created_at", "revoked_at", "may_set_time"], WORK),
        "digest": LOGIN,
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100)
    door = models.CharField(max_length=20)
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    may_set_time = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class LedgerEntry(models.Model):
    """A salted commitment to one deed or look; `seq` is its place in the tree once it is sealed."""

    wall: ClassVar[Wall] = Wall.log(free_writes=True)
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "at", "kind", "commitment", "seq"], PROOF)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=4, choices=[("deed", "deed"), ("look", "look")])
    commitment = models.BinaryField(max_length=32)
    seq = models.BigIntegerField(null=True)

    class Meta:
        # Only numbered entries: a deed does not wait for an index that would hold nothing of its entry.
        constraints = [
            models.UniqueConstraint(fields=["seq"], condition=Q(seq__isnull=False), name="ledger_number"),
            # What the sealer or verification could not read would stop them.
            models.CheckConstraint(
                condition=Q(kind__in=["deed", "look"], at__gte=_FIRST, at__lt=_LAST)
                & Q(Exact(Func(F("commitment"), function="octet_length", output_field=models.IntegerField()), 32)),
                name="ledger_entry_whole",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(seq__isnull=True), name="ledger_unsealed")]

    def __str__(self) -> str:
        return str(self.id)


class LedgerDetail(models.Model):
    """What an entry commits to, readable; erasure removes this row and the log stays whole."""

    wall: ClassVar[Wall] = Wall.area("area_code", parties="parties", audited=True, grows_only=True, free_writes=True)
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["entry", "salt"], PROOF),
        **dict.fromkeys(["body", "area_code", "parties"], TOLD),
    }

    entry = models.UUIDField(primary_key=True)
    salt = models.BinaryField(max_length=16)
    body = models.TextField()
    area_code = models.CharField(max_length=20, blank=True)
    parties = ArrayField(models.CharField(max_length=100), default=list)

    class Meta:
        indexes = [GinIndex(fields=["parties"], name="detail_parties")]
        constraints = [
            models.CheckConstraint(
                condition=Q(Exact(Func(F("salt"), function="octet_length", output_field=models.IntegerField()), 16)),
                name="ledger_salt_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.entry)


class Checkpoint(models.Model):
    """A signed root of the ledger's tree at a size, with the tree's right edge to go on from."""

    wall: ClassVar[Wall] = Wall.log(free_writes=True)
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["size", "root", "edge", "at", "key_id", "signature"], PROOF)

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    edge = models.BinaryField()
    at = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    signature = models.BinaryField(max_length=64)

    def __str__(self) -> str:
        return str(self.size)


class Heard(models.Model):
    """How far a listener has heard the ledger: bookkeeping of a job, written outside deeds; a deed would be heard."""

    wall: ClassVar[Wall] = Wall.open(free_writes=True)
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["listener", "seq", "at"], WORK)

    listener = models.CharField(max_length=60, primary_key=True)
    seq = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.listener} {self.seq}"


class Missed(models.Model):
    """A deed that a listener was told of and could not use; `said` is a word of the program, never a value."""

    wall: ClassVar[Wall] = Wall.open(free_writes=True)
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "listener", "seq", "tries", "said", "since", "at", "next_at"], WORK
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    listener = models.CharField(max_length=60)
    seq = models.BigIntegerField()
    tries = models.PositiveSmallIntegerField(default=0)
    said = models.CharField(max_length=100)
    since = models.DateTimeField()
    at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["listener", "seq"], name="missed_once")]
        indexes = [models.Index(fields=["next_at"], name="missed_due")]

    def __str__(self) -> str:
        return f"{self.listener} {self.seq}"
