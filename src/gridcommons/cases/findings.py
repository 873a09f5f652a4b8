"""What was found in the sheets, and where: faults that stop, repairs and notes that do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from gridcommons.kit.errors import Reason
from gridcommons.kit.words import Words

Grade = Literal["fault", "repair", "note"]
GRADES: Final[dict[str, Words]] = {
    "fault": Words("错误", "error"),
    "repair": Words("已修正", "repaired"),
    "note": Words("提示", "note"),
}


@dataclass(frozen=True)
class Spot:
    """A place in what was sent in: file, sheet, row and column as the spreadsheet numbers them (0: the whole)."""

    file: str
    sheet: str = ""
    row: int = 0
    column: int = 0


@dataclass(frozen=True)
class Finding:
    """One thing found at one place."""

    spot: Spot
    reason: Reason
    grade: Grade = "fault"
    heading: Words = field(default_factory=lambda: Words("", ""))
    value: str = ""


@dataclass
class Findings:
    """All that was found, in the order of reading."""

    found: list[Finding] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    """Names, codes and logins of rows with a fault: what refers to them is not told as unknown as well."""

    def add(
        self, spot: Spot, reason: Reason, grade: Grade = "fault", heading: Words | None = None, value: str = ""
    ) -> None:
        """Note one."""
        self.found.append(Finding(spot, reason, grade, heading or Words("", ""), value))

    @property
    def faults(self) -> list[Finding]:
        """Those that stop the moving in."""
        return [one for one in self.found if one.grade == "fault"]

    def counts(self) -> dict[str, int]:
        """How many of each grade."""
        return dict(Counter(one.grade for one in self.found))


def sorted_by_place(found: Iterable[Finding]) -> list[Finding]:
    """By file, sheet, row and column."""
    return sorted(found, key=lambda one: (one.spot.file, one.spot.sheet, one.spot.row, one.spot.column))
