"""Writes of matters: publishing an edition of the catalogue, switching a matter on or off in an area."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.matters.adapting import ADMITTED, ENDS, adapted, by_admission
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.models import Edition, Switch
from gridcommons.matters.queries import (
    as_document,
    changes_in_force,
    current,
    dropped_by,
    is_in_force,
    latest_moment,
)
from gridcommons.matters.rules import CHINA_TIME

DROPS = refusal_kind(
    "matter.dropped",
    status=409,
    zh="新清单漏掉了仍被事项引用的：{matters}。请保留它们并写明停止日期。",
    en="The new list leaves out matters that cases were made under: {matters}. Keep them and give them an end date.",
)
ADMISSION_ONLY = refusal_kind(
    "matter.admission_only",
    status=409,
    zh="事项的新增和终止只能通过准入评审：{matters}。",
    en="What comes into the list or ends is decided by admission alone: {matters}.",
)
SWITCH_LEVEL = refusal_kind(
    "matter.switch_level",
    status=400,
    zh="事项只能按县或乡镇启用、停用：请选县或乡镇的代码。",
    en="A matter is switched on or off for a county or township: choose one of these.",
)
SWITCH_PAST = refusal_kind(
    "matter.switch_past",
    status=400,
    zh="启用、停用只能从今天或以后的日期开始：请改日期。",
    en="A matter is switched on or off from today on or later: change the day.",
)
SWITCH_REASON = refusal_kind(
    "matter.switch_reason",
    status=400,
    zh="停用须写明理由，理由会公开，报告人也会看到。",
    en="Switching a matter off needs a reason: it is public, and whoever reports reads it.",
)
_TICK: Final = timedelta(microseconds=1)
"""Of two editions published at one moment the second one holds."""
REASON_LIMIT: Final = 300
SWITCHED_AT: Final = ("county", "township")


@deed("matters.publish")
def publish(*, catalogue: Catalogue, by: Viewer, at: datetime, purpose: str = "administration") -> Edition:
    """Publish an edition, whole and by its hash; publishing the same again changes nothing.

    A matter is retired by its end, never left out: cases are made under it.
    """
    mine, standing = by_admission(catalogue.changes), by_admission(changes_in_force())
    if apart := sorted(key for key in mine.keys() | standing.keys() if mine.get(key) != standing.get(key)):
        raise refuse(ADMISSION_ONLY, matters=", ".join(apart[:10]))
    return _put_in_force(catalogue, by, at)


@deed("matters.admit", keeps=("admitted_key", "ends"))
def admit(
    *, admitted_key: str = "", entry: Mapping[str, Any] | None = None, ends: Mapping[str, str] | None = None,
    by: Viewer, at: datetime, purpose: str = "admission",
) -> Edition:  # fmt: skip
    """Publish an edition with one more matter (`entry`, whole) and with the last days of others (`ends`, by key).

    Only the act of admission calls it; the entry is held against the same rules as the shipped list.
    """
    changes: dict[str, dict[str, Any]] = {key: dict(change) for key, change in changes_in_force().items()}
    if admitted_key and entry is not None:
        changes[admitted_key] = {**changes.get(admitted_key, {}), ADMITTED: dict(entry)}
        changes[admitted_key].pop(ENDS, None)
    for key, day in (ends or {}).items():
        changes[key] = {**changes.get(key, {}), ENDS: day}
    return _put_in_force(adapted(changes), by, at)


def _put_in_force(catalogue: Catalogue, by: Viewer, at: datetime) -> Edition:
    if gone := dropped_by(catalogue):
        raise refuse(DROPS, matters=", ".join(gone[:10]))
    last = latest_moment()
    in_force = max(at, last + _TICK) if last else at
    edition, made = Edition.objects.get_or_create(
        digest=catalogue.version,
        defaults={
            "content": as_document(catalogue), "published_at": at, "published_by": by.key, "base": catalogue.base,
            "changes": catalogue.changes, "in_force_at": in_force,
        },
    )  # fmt: skip
    if not made and not is_in_force(catalogue):
        edition.in_force_at = in_force
        edition.save(update_fields=["in_force_at"])
    return edition


def _at_area(facts: Mapping[str, Any]) -> Place:
    CHINA.level_of(facts["area_code"])
    return Place(facts["area_code"])


@deed("matters.switch", on=_at_area, keeps=("matter_key", "is_on", "since", "reason"))
def switch_matter(
    *, matter_key: str, area_code: str, is_on: bool, since: date, reason: str = "", by: Viewer, at: datetime,
    purpose: str = "administration",
) -> Switch:  # fmt: skip
    """Take a matter in a county or township from a day on, or no longer; what is off needs a reason, which is public.

    Nothing is decided for days that are over: what came in was taken by the rule of its day.
    """
    current().get(matter_key)
    if CHINA.level_of(area_code).key not in SWITCHED_AT:
        raise refuse(SWITCH_LEVEL)
    if since < at.astimezone(CHINA_TIME).date():
        raise refuse(SWITCH_PAST)
    said = clean_text(reason, limit=REASON_LIMIT)
    if not is_on and not said:
        raise refuse(SWITCH_REASON)
    return Switch.objects.create(
        matter_key=matter_key, area_code=area_code, is_on=is_on, since=since, reason=said, at=at, by_key=by.key
    )
