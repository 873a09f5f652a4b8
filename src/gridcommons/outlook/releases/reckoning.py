"""What of a day may be told, and what of a correction: so that no release gives away what another hides. Pure.

A sheet is one table: a county and its townships by columns that add up, such as kinds of reports and all of them; it is
hidden over siblings, levels and columns at once. No sheet shares an equation with that of another day: neither running
totals nor sliding weeks nor sums over days leave.

A correction of a day that is out is told only where every figure that changes stood open and is still 0 or no small
number, and no sum told as small changes. Then the hidden figures and all that is told of their sums are the same as
before, so whoever reads both learns no more than from the first. Any other correction is held back, and the release
says that there is one.

What other doors tell counts too. Cases of public matters stand one by one in the public list, so their kinds are known
to every reader: a sum over all kinds is told only where the other kinds are told. And of what is handed in the county's
count alone is told once before the release (`early`): a sheet beside which that would give a hidden count away is held
back whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gridcommons.kit.counted import Counts, Flags, Table, table_of
from gridcommons.kit.disclosing import EXACT, FEW, WITHHELD, Marks, Release, release
from gridcommons.kit.disclosure import FEW as SMALL
from gridcommons.kit.disclosure import WITHHELD as HIDDEN
from gridcommons.kit.disclosure import Shown, exact
from gridcommons.kit.subtracting import attack, learned


@dataclass(frozen=True)
class Sheet:
    """Counts (areas, columns) of one day; `seen` where there is one."""

    codes: tuple[str, ...]
    columns: tuple[str, ...]
    values: Counts
    seen: Flags

    def table(self) -> Table:
        """The counts with their equations; columns stand where a table has days."""
        return table_of(self.codes, self.values, self.seen)


@dataclass(frozen=True)
class Told:
    """A sheet with how each cell leaves, in the order of its table; `sum_marks`: the same of the sums of columns."""

    sheet: Sheet
    marks: Marks
    sum_marks: Marks

    def as_dict(self) -> dict[str, Any]:
        """To be kept."""
        sheet = self.sheet
        return {
            "codes": list(sheet.codes), "columns": list(sheet.columns), "values": sheet.values.tolist(),
            "seen": sheet.seen.tolist(), "marks": self.marks.tolist(), "sum_marks": self.sum_marks.tolist(),
        }  # fmt: skip


def told_of(kept: Mapping[str, Any]) -> Told:
    """What `as_dict` gave."""
    shape = (len(kept["codes"]), len(kept["columns"]))
    sheet = Sheet(
        tuple(kept["codes"]), tuple(kept["columns"]), np.array(kept["values"], np.int64).reshape(shape),
        np.array(kept["seen"], np.bool_).reshape(shape),
    )  # fmt: skip
    return Told(sheet, np.array(kept["marks"], np.uint8), np.array(kept["sum_marks"], np.uint8))


def first_told(sheet: Sheet, threshold: int, known: frozenset[str] = frozenset()) -> Told:
    """How a sheet leaves that is told for the first time; `known`: columns that a reader has from another place."""
    shown = release(sheet.table(), threshold)
    secret = [place for place, key in enumerate(sheet.columns) if key not in known]
    is_bare = (shown.marks[:, secret] != EXACT).any(axis=1) if known else np.zeros(len(shown.marks), np.bool_)
    return Told(sheet, shown.marks, np.where(is_bare, WITHHELD, shown.sum_marks).astype(np.uint8))


def shown(told: Told, threshold: int) -> Release:
    """As the attacker of `kit.subtracting` reads it."""
    fresh, table = release(told.sheet.table(), threshold), told.sheet.table()
    sums = np.where(table.seen, table.values, 0).sum(axis=1)
    return replace(fresh, marks=told.marks, sums=sums, sum_marks=told.sum_marks)


def corrected(former: Told, new: Sheet, threshold: int, known: frozenset[str] = frozenset()) -> Told | None:
    """How the corrected sheet leaves; None where telling it could give a hidden figure away."""
    if not former.sheet.seen.any():
        return first_told(new, threshold, known)
    if not _same_frame(former.sheet, new):
        return None
    before, after = former.sheet.table(), new.table()
    if before.codes != after.codes:  # what lies in no township came or went: other equations than those that are out
        return None
    changed = before.values != after.values
    values = after.values[changed]
    open_before = bool(np.all(former.marks[changed] == EXACT))
    harmless = bool(np.all((values == 0) | (values >= threshold)))
    # A sum that was told as small may have grown past it.
    is_small_sum = bool(np.any(former.sum_marks[changed.any(axis=1)] == FEW))
    if not (open_before and harmless) or is_small_sum or before.apart.any() or after.apart.any():
        return former if not changed.any() else None
    return replace(former, sheet=new)


def cell_shown(told: Told, code: str) -> Shown | None:
    """The figure of an area in a sheet of one column as it leaves; None where the sheet has none."""
    table = told.sheet.table()
    place = table.codes.index(code) if code in told.sheet.codes else -1
    if place < 0 or not table.seen[place, 0]:
        return None
    mark, value = int(told.marks[place, 0]), int(table.values[place, 0])
    return exact(value) if mark == EXACT else SMALL if mark == FEW else HIDDEN


def gives_away(told: Told, early: Shown, threshold: int) -> bool:
    """Whether a sheet gives a hidden count away beside what was told of its county before.

    Where the count told then is another than that of today, the reader has one equation of other unknowns: it says
    nothing of these.
    """
    table = told.sheet.table()
    place = table.codes.index(told.sheet.codes[0])
    mark, value = told.marks[place, 0], int(table.values[place, 0])
    if not table.seen[place, 0] or mark == EXACT:
        return False
    marks = told.marks.copy()
    if early.value == value:
        marks[place, 0] = EXACT
    elif early == SMALL and 0 < value < threshold:
        marks[place, 0] = FEW
    else:
        return False
    both = replace(shown(told, threshold), marks=marks)
    return bool(learned(table, both, attack(table, both)).any())


def _same_frame(one: Sheet, other: Sheet) -> bool:
    same = (one.codes, one.columns) == (other.codes, other.columns)
    return same and np.array_equal(one.seen, other.seen)
