"""Writes of signals: sent, looked at within two hours, checked on site, raised when nobody looks, forgotten in time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.actions import report_case
from gridcommons.cases.filing import Report
from gridcommons.collection.signals import rules as say
from gridcommons.collection.signals.models import Signal
from gridcommons.collection.signals.naming import cleaned, naming_of
from gridcommons.collection.signals.policy import policy
from gridcommons.collection.signals.rules import Said, next_raise, require_outcome
from gridcommons.collection.signals.telling import desks_of, tell_desks
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refuse
from gridcommons.territory.queries import area_on
from gridcommons.territory.succession import ZONE, area_now


def _where(facts: Mapping[str, Any]) -> Place:
    return Place(facts["said"].area_code)


def _of_signal(facts: Mapping[str, Any]) -> Place:
    row = Signal.objects.filter(pk=facts["signal_id"]).first()
    if row is None:
        raise refuse(say.UNKNOWN)
    return Place(area_now(row.area_code, row.pk), frozenset(row.parties), personal=True)


def _subject(result: Signal, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"signal:{result.pk}", *([f"case:{result.case_id}"] if result.case_id else []))


@deed("signal.send", on=_where, subjects=_subject)
def send(*, said: Said, source: str = "grid", by: Viewer, at: datetime, purpose: str = "service") -> Signal:
    """Say that something is unusual; it stands at the county's duty desk at once, and the clock runs."""
    said = cleaned(said, by, at).said
    if CHINA.level_of(said.area_code).key != "grid":
        raise refuse(say.BAD_PLACE)
    area_on(said.area_code, local_day(at, ZONE))
    county = CHINA.cut(said.area_code, "county")
    row = Signal.objects.create(
        area_code=said.area_code, parties=desks_of(county, at), kind=said.kind, size=said.size, place=said.place,
        text=said.text, source=source if source in say.SOURCES else "office", state="open", sent_at=at,
        next_at=next_raise(at, 0, policy()),
    )  # fmt: skip
    tell_desks(row, county, "signal.sent", at)
    return row


@deed("signal.triage", on=_of_signal, subjects=_subject, keeps=("outcome",))
def triage(
    *, signal_id: UUID, outcome: str, note: str, matter_key: str = "", by: Viewer, at: datetime,
    purpose: str = "service",
) -> Signal:  # fmt: skip
    """Say at the duty desk what it is and on which grounds; passed on, it becomes a case of a matter."""
    row = Signal.objects.select_for_update().get(pk=signal_id)
    if row.state != "open":
        raise refuse(say.NOT_NOW)
    row.note = _grounds(row, outcome, note, checked=False, by=by, at=at)
    row.outcome, row.triaged_at, row.next_at = outcome, at, None
    row.state = "site_check" if outcome == "site_check" else "closed"
    _pass_on(row, matter_key, by, at)
    row.save()
    return row


@deed("signal.check", on=_of_signal, subjects=_subject, keeps=("outcome",))
def check(
    *, signal_id: UUID, outcome: str, note: str, matter_key: str = "", by: Viewer, at: datetime,
    purpose: str = "service",
) -> Signal:  # fmt: skip
    """Say what was found on site; it ends there, or goes on as a case."""
    row = Signal.objects.select_for_update().get(pk=signal_id)
    if row.state != "site_check":
        raise refuse(say.NOT_NOW)
    row.note = _grounds(row, outcome, note, checked=True, by=by, at=at)
    row.outcome, row.checked_at, row.state = outcome, at, "closed"
    _pass_on(row, matter_key, by, at)
    row.save()
    return row


def _grounds(row: Signal, outcome: str, note: str, *, checked: bool, by: Viewer, at: datetime) -> str:
    """Why it is judged so, with names hidden."""
    naming = naming_of(area_now(row.area_code, row.pk), note, by, at)
    return require_outcome(outcome, note, checked=checked, held=policy(), naming=naming)


def _pass_on(row: Signal, matter_key: str, by: Viewer, at: datetime) -> None:
    if row.outcome != "passed_on":
        return
    words = f"{policy().kinds[row.kind].zh}（{policy().sizes[row.size].zh}）：{row.place}。{row.text}"
    report = Report(
        matter_key, words, area_code=area_now(row.area_code, row.pk),
        external_id=hashlib.sha256(f"signal:{row.pk}".encode()).hexdigest(),
    )  # fmt: skip
    row.case_id = report_case(report=report, channel="worker", by=by, at=at, purpose="service").case_id


@deed("signal.raise")
def raise_late(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[Signal]:
    """Raise what nobody looked at in time: the desk is told again, and one level higher each time; returns which."""
    due = Signal.objects.select_for_update(skip_locked=True).filter(state="open", next_at__lte=at)
    rows = list(due.order_by("next_at"))
    for row in rows:
        row.raises += 1
        row.next_at = next_raise(row.sent_at, row.raises, policy())
        county = CHINA.cut(row.area_code, "county")
        for area in (county, *reversed(CHINA.ancestors(county)))[: row.raises + 1]:
            row.parties = sorted({*row.parties, *desks_of(area, at)})
            tell_desks(row, area, "signal.late", at)
        row.save()
    return rows


@deed("signal.forget")
def forget(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Destroy the words of old signals; kind, place and days stay for the counts. Returns how many."""
    old = Signal.objects.filter(sent_at__lte=at - timedelta(days=policy().words_days)).exclude(place="")
    return old.exclude(state="open").update(place="", text="", note="")
