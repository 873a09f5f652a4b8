"""Who is told of a report: its receivers when it is made, whoever has it made when it fails."""

from __future__ import annotations

from datetime import datetime

from gridcommons.cases.reports.models import Edition, Schedule
from gridcommons.kit.words import Words
from gridcommons.notices.outbox import enqueue
from gridcommons.outlook.indicators.terms import term_of
from gridcommons.territory.queries import names_of


def tell_made(schedule: Schedule, edition: Edition, house: str, at: datetime) -> None:
    """A notice to every receiver; by e-mail too where the schedule says so: the way to the program, no figure."""
    text = "report.made" if edition.number == 1 else "report.corrected"
    facts = _facts(schedule, edition.term)
    for key in schedule.receivers:
        enqueue(
            to=key, channel="inside", text_key=text, facts=facts, language=schedule.language,
            area_code=schedule.area_code, at=at,
        )  # fmt: skip
        if schedule.by_mail and house:
            enqueue(
                to=key, channel="email", text_key="report.mailed", language=schedule.language,
                facts={**facts, "link": f"{house}/office/reports/{schedule.pk}"}, area_code=schedule.area_code, at=at,
            )  # fmt: skip


def tell_failed(schedule: Schedule, term: str, at: datetime) -> None:
    """A notice to whoever had the report made."""
    enqueue(
        to=schedule.made_by, channel="inside", text_key="report.failed", facts=_facts(schedule, term),
        language=schedule.language, area_code=schedule.area_code, at=at,
    )  # fmt: skip


def tell_lapsed(schedule: Schedule, at: datetime) -> None:
    """A notice to whoever had the report made and to its receivers: its area is no more."""
    area = names_of([schedule.area_code]).get(schedule.area_code)
    name = area.name if area else Words(schedule.area_code, schedule.area_code)
    facts = {"schedule": str(schedule.pk), "title": schedule.name, "area_zh": name.zh, "area_en": name.en}
    for key in dict.fromkeys((schedule.made_by, *schedule.receivers)):
        enqueue(
            to=key, channel="inside", text_key="report.lapsed", facts=facts, language=schedule.language,
            area_code=schedule.area_code, at=at,
        )  # fmt: skip


def _facts(schedule: Schedule, term: str) -> dict[str, str]:
    words = term_of(term).words
    return {"schedule": str(schedule.pk), "title": schedule.name, "period_zh": words.zh, "period_en": words.en}
