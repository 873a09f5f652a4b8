"""Tables of finding: lines that lead to cases, and the searches that somebody keeps."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

SIGNS: Final = tuple(f"s{n}" for n in range(8))
"""The columns of a signature: 512 bits, three for each pair of signs (`finding_sign` in the first migration)."""
LEADS: Final = Kept(Sensitivity.OFFICE, "lead to the case", Retention.CASE_LIFE)
OWN: Final = Kept(Sensitivity.PERSONAL, "repeat one's own search", Retention.OFFICE_LIFE)


class Line(models.Model):
    """One case in the list of its township or of one office that is party to it; kept by triggers of the cases.

    `scope`: the mark of that township or office. `s0` to `s7`: the signature of its words. Only its key is an index,
    which carries all columns: a search walks it newest first and touches no row that the signature rules out.
    """

    wall: ClassVar[Wall] = Wall.lines(
        "area_code", scope="scope", mark="finding_scope", placed="territory_placing", row="case_id"
    )  # fmt: skip
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["scope", "at", "case", "area_code"], LEADS),
        **dict.fromkeys(SIGNS, Kept(Sensitivity.SECRET, "rule out cases without the words", Retention.CASE_LIFE)),
    }

    pk = models.CompositePrimaryKey("scope", "at", "case")
    scope = models.BigIntegerField()
    at = models.DateTimeField()
    case = models.ForeignKey(
        "cases.Case", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    area_code = models.CharField(max_length=20)
    s0 = models.BigIntegerField()
    s1 = models.BigIntegerField()
    s2 = models.BigIntegerField()
    s3 = models.BigIntegerField()
    s4 = models.BigIntegerField()
    s5 = models.BigIntegerField()
    s6 = models.BigIntegerField()
    s7 = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.scope} {self.at:%F %T}"


class Saved(models.Model):
    """A search that somebody keeps under a name; nobody else reads it."""

    wall: ClassVar[Wall] = Wall.own("owner")
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "owner", "name", "query", "at"], OWN)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.CharField(max_length=100, db_index=True)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_once_a_name")]

    def __str__(self) -> str:
        return self.name
