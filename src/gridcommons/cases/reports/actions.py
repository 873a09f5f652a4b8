"""Writes of the room: a schedule made and ended, an edition kept, a failure noted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.identify import viewer_of
from gridcommons.access.queries import account_ids
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.codes import ZONE
from gridcommons.cases.reports.making import Made
from gridcommons.cases.reports.models import Edition, Failure, Schedule
from gridcommons.cases.reports.rules import ENDED, STRANGE_RECEIVER, UNKNOWN_REPORT, Draft, clean_draft
from gridcommons.cases.reports.telling import tell_failed, tell_lapsed, tell_made
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.outlook.rules import is_staff
from gridcommons.territory.queries import area_on


def _there(facts: Mapping[str, Any]) -> Place:
    return Place(facts["draft"].area_code)


def _of_schedule(facts: Mapping[str, Any]) -> Place:
    found = Schedule.objects.filter(pk=facts["schedule_id"]).first()
    if found is None:
        raise refuse(UNKNOWN_REPORT)
    return Place(found.area_code)


@deed("report.define", on=_there)
def define_report(*, draft: Draft, by: Viewer, at: datetime, purpose: str = "administration") -> Schedule:
    """Have a report made for every period, for named members of staff; the last period that ended is its first."""
    draft = clean_draft(draft)
    area_on(draft.area_code, local_day(at, ZONE))
    return Schedule.objects.create(
        name=draft.name, area_code=draft.area_code, indicators=list(draft.indicators), kind=draft.kind,
        form=draft.form, language=draft.language, hour=draft.hour, receivers=_receivers(draft.receivers, at),
        by_mail=draft.by_mail, made_at=at, made_by=by.key,
    )  # fmt: skip


def _receivers(names: tuple[str, ...], at: datetime) -> list[str]:
    """The keys of login names; refuses those that nobody has, or whose holder has no post."""
    ids = account_ids(names)
    strange = [name for name in names if name not in ids or not is_staff(viewer_of(ids[name]), at)]
    if strange:
        raise refuse(STRANGE_RECEIVER, names=", ".join(name[:40] for name in strange))
    return [f"user:{ids[name]}" for name in names]


@deed("report.end", on=_of_schedule)
def end_report(*, schedule_id: UUID, by: Viewer, at: datetime, purpose: str = "administration") -> Schedule:
    """Make no more of a report; what was made of it stays."""
    row = Schedule.objects.select_for_update().get(pk=schedule_id)
    if row.ended_at is not None:
        raise refuse(ENDED)
    row.ended_at, row.ended_by = at, by.key
    row.save(update_fields=["ended_at", "ended_by"])
    return row


@deed("report.lapse")
def lapse_report(*, schedule_id: UUID, by: Viewer, at: datetime, purpose: str = "operation") -> Schedule:
    """Make no more of a report whose area was divided, merged or dissolved, and tell everybody concerned."""
    row = Schedule.objects.select_for_update().get(pk=schedule_id)
    if row.ended_at is not None:
        raise refuse(ENDED)
    row.ended_at, row.ended_by = at, by.key
    row.save(update_fields=["ended_at", "ended_by"])
    tell_lapsed(row, at)
    return row


@deed("report.keep", keeps=("term", "sha256"))
def keep_edition(
    *, schedule_id: UUID, term: str, made: Made, sha256: str, house: str = "", by: Viewer, at: datetime,
    purpose: str = "operation",
) -> list[Edition]:  # fmt: skip
    """Keep a report that was made, and tell its receivers; one whose figures are those of the last is not kept again.

    `sha256`: of the file, for the ledger. `house`: this house's address, for the link in an e-mail.
    """
    row = Schedule.objects.select_for_update().get(pk=schedule_id)
    last = row.editions.defer("data").filter(term=term).order_by("-number").first()
    if last is not None and last.content == made.content:
        return []
    edition = Edition.objects.create(
        schedule=row, term=term, number=last.number + 1 if last else 1, made_at=at, as_of=made.as_of, data=made.data,
        sha256=sha256, content=made.content, version=made.version,
    )  # fmt: skip
    row.failures.filter(term=term, solved_at__isnull=True).update(solved_at=at)
    tell_made(row, edition, house, at)
    return [edition]


@deed("report.fail", keeps=("term", "reason"))
def note_failure(
    *, schedule_id: UUID, term: str, reason: str, by: Viewer, at: datetime, purpose: str = "operation"
) -> Failure:
    """Note that a report could not be made, and tell once who has it made; it is tried again every hour."""
    row = Schedule.objects.select_for_update().get(pk=schedule_id)
    found = row.failures.filter(term=term).first() or Failure(schedule=row, term=term, since=at, tries=0)
    is_new = found.tries == 0 or found.solved_at is not None
    found.reason, found.last_at, found.solved_at, found.tries = reason[:60], at, None, min(found.tries + 1, 9_999)
    found.save()
    if is_new:
        tell_failed(row, term, at)
    return found
