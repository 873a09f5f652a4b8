"""Tables of matters: the published editions of the catalogue."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from gridcommons.access.walls import Wall
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

LISTED = Kept(Sensitivity.PUBLIC, "public list of what may enter the grid", Retention.FOREVER)


class Edition(models.Model):
    """One published edition of the catalogue, whole; cases name the edition they were made under."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["digest", "content", "published_at", "published_by"], LISTED)

    digest = models.CharField(max_length=64, primary_key=True)
    content = models.JSONField()
    published_at = models.DateTimeField(db_index=True)
    published_by = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.digest[:12]
