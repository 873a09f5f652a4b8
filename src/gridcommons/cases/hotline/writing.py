"""Rows of a hotline's file as rows here: open ones as cases, past ones as days and counts, others sealed for a desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gridcommons.access.queries import OfficeFacts
from gridcommons.access.rules import Viewer
from gridcommons.cases.carried import carry
from gridcommons.cases.former import CaseItem, Source
from gridcommons.cases.hotline.entries import Entry
from gridcommons.cases.hotline.mapping import read_scheme
from gridcommons.cases.hotline.models import CallRow, Import, Unplaced
from gridcommons.cases.hotline.shutting import shut_item
from gridcommons.cases.models import Case
from gridcommons.kit.codes import CHINA, within
from gridcommons.kit.ids import uuid7
from gridcommons.matters.catalogue import Catalogue


def carry_item(
    item: CaseItem, run: Import, offices: Mapping[str, OfficeFacts], catalogue: Catalogue, by: Viewer, at: datetime
) -> Case:
    """An open row as a case; the office that the hotline named has it only where it serves that place."""
    office = offices.get(item.office_key)
    if office is not None and not within(item.area, (office.area_code,)):
        office = None
    source = Source(f"{run.source}:", run.name_zh)
    return carry(item, office=office, catalogue=catalogue, source=source, by=by, at=at)


@dataclass
class Rows:
    """The rows of one import, written inside its deed."""

    run: Import
    offices: Mapping[str, OfficeFacts]
    catalogue: Catalogue
    by: Viewer
    at: datetime

    def take(self, entries: Sequence[Entry]) -> list[Case]:
        """Write rows that are new, or changed where nothing began here; what another import wrote is left."""
        digests = [one.digest for one in entries]
        known = {bytes(row.digest): row for row in CallRow.objects.select_for_update().filter(digest__in=digests)}
        fresh = [one for one in entries if one.digest not in known]
        made = {one.digest: self._case(one) for one in fresh if one.outcome == "open"}
        CallRow.objects.bulk_create([self._row(one, made.get(one.digest)) for one in fresh])
        self._shut([one for one in fresh if one.outcome == "unplaced"])
        again = [self._again(known[one.digest], one) for one in entries if one.digest in known]
        return [*made.values(), *(case for case in again if case is not None)]

    def _case(self, one: Entry) -> Case:
        assert one.item is not None
        return carry_item(one.item, self.run, self.offices, self.catalogue, self.by, self.at)

    def _row(self, one: Entry, case: Case | None) -> CallRow:
        assert one.reported_date is not None
        return CallRow(
            digest=one.digest, county_code=self.run.county_code, source=self.run.source, kind=one.outcome,
            marks=dict(one.marks), case=case, matter_key=one.matter, area_code=case.area_code if case else one.area,
            reported_date=one.reported_date, closed_date=one.closed_date, first_import=self.run, last_import=self.run,
        )  # fmt: skip

    def _shut(self, entries: Sequence[Entry]) -> None:
        """Seal what is to be placed by hand, for the desk of the township, else for the desk that the mapping names."""
        desk = self.offices.get(read_scheme(self.run.mapping).desk) if entries else None
        rows = []
        for one in entries:
            assert one.item is not None
            row, in_town = uuid7(), CHINA.depth_at_least(one.area, "township")
            rows.append(
                Unplaced(
                    id=row, row_id=one.digest, area_code=one.area, parties=[desk.party] if desk and not in_town else [],
                    matter_key=one.matter, reported_at=one.item.reported_at, why=one.why,
                    sealed=shut_item(one.item, row), at=self.at,
                )
            )  # fmt: skip
        Unplaced.objects.bulk_create(rows)

    def _again(self, row: CallRow, one: Entry) -> Case | None:
        """A row that came before and says something else now: its history is brought up to date, no case is."""
        if row.kind == "open" or row.marks == dict(one.marks):
            return None
        waiting = Unplaced.objects.filter(row=row)
        if row.kind == "unplaced" and not waiting.exists():
            return None  # it waits at a desk that this officer does not see into, and keeps its words there
        waiting.delete()
        case = self._case(one) if one.outcome == "open" else None
        row.kind, row.marks, row.case = one.outcome, dict(one.marks), case
        row.matter_key, row.area_code = one.matter, case.area_code if case else one.area
        if one.reported_date is not None:
            row.reported_date = one.reported_date
        row.closed_date, row.last_import = one.closed_date, self.run
        row.save()
        self._shut([one] if one.outcome == "unplaced" else [])
        return case
