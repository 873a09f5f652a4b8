"""Tables of what machine clients sent: that it came, and news of cases."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

WORK = Kept(Sensitivity.OFFICE, "take what a machine sends twice only once", Retention.CASE_LIFE)
MARK = Kept(Sensitivity.SECRET, "take what a machine sends twice only once", Retention.CASE_LIFE)
HANDLE = Kept(Sensitivity.OFFICE, "handle the case", Retention.CASE_LIFE)
WORDS = Kept(Sensitivity.PERSONAL, "handle the case", Retention.CASE_LIFE)

KINDS = ("request", "news")
OUTCOMES = ("step", "note", "already", "late")


class Sending(models.Model):
    """One sending of a client, known by digests. `number`: of a case that is public, else empty."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "key", "kind", "number", "outcome", "at"], WORK),
        **dict.fromkeys(["name_digest", "content", "token_digest"], MARK),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.ForeignKey("access.ApiKey", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=[(k, k) for k in KINDS])
    name_digest = models.BinaryField(max_length=32, null=True)
    content = models.BinaryField(max_length=32)
    token_digest = models.BinaryField(max_length=32, null=True, unique=True)
    number = models.CharField(max_length=20, blank=True)
    outcome = models.CharField(max_length=8, blank=True, choices=[(o, o) for o in OUTCOMES])
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "kind", "name_digest"], condition=Q(name_digest__isnull=False), name="sending_once"
            ),
        ]
        indexes = [models.Index(fields=["number", "key"], condition=~Q(number=""), name="sending_number")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%F %T}"


class News(models.Model):
    """That a client spoke of a case: its own status word, and what became of it here."""

    wall: ClassVar[Wall] = Wall.through("case_id", "cases_case", grows_only=True)
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "case", "key", "by_name", "office", "status", "said_at", "at", "pictures", "outcome"], HANDLE
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="news")
    key = models.ForeignKey("access.ApiKey", on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=100)
    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=40, blank=True)
    said_at = models.DateTimeField()
    at = models.DateTimeField()
    pictures = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=8, choices=[(o, o) for o in OUTCOMES])

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="news_case_at")]

    def __str__(self) -> str:
        return f"{self.status} {self.at:%F %T}"


class NewsWords(models.Model):
    """What it said: read by a look alone, and emptied when the words of the case are."""

    wall: ClassVar[Wall] = Wall.through("news_id", "clients_news", grows_only=True, blanks=("words",))
    privacy: ClassVar[dict[str, Kept]] = {"news": HANDLE, "words": WORDS}

    news = models.OneToOneField("clients.News", on_delete=models.CASCADE, primary_key=True, related_name="+")
    words = models.TextField(blank=True)

    def __str__(self) -> str:
        return str(self.news_id)
