"""Who is told what about a digest: the office that owes an answer, and those who asked for it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from gridcommons.access.queries import find_office
from gridcommons.cases.codes import ZONE
from gridcommons.cases.concerns.models import Digest, Wish
from gridcommons.kit.clock import local_day
from gridcommons.kit.dates import day_text
from gridcommons.kit.words import Words
from gridcommons.notices.outbox import enqueue
from gridcommons.territory.queries import names_of


def tell_office(digest: Digest, at: datetime) -> None:
    """The supervision office of the township owes an answer."""
    office = find_office(digest.township_code, "supervision")
    if office is None:
        return
    facts = {**_facts(digest.township_code, digest.week, at), "digest": str(digest.pk)}
    due = local_day(digest.due_at, ZONE)
    facts |= {f"due_{tongue}": day_text(due, tongue, this_year=due.year) for tongue in ("zh", "en")}
    enqueue(
        to=office.party, channel="inside", text_key="concern.digest", facts=facts, language="zh-hans",
        area_code=digest.township_code, at=at,
    )  # fmt: skip


def tell_askers(wish: Wish, at: datetime) -> None:
    """One who asked for the answer and left a contact; with the code alone they look for themselves."""
    if wish.contact_id is None:
        return
    enqueue(
        to=f"contact:{wish.contact_id}", channel="sms", text_key="concern.answered",
        facts=_facts(wish.township_code, wish.week, at), language=wish.language, area_code="", at=at,
        private=False,  # it names a township and a week, no subject
    )  # fmt: skip


def _facts(township: str, week: date, at: datetime) -> dict[str, str]:
    """Township and week in words; the week by its Monday."""
    area, year = names_of([township]).get(township), local_day(at, ZONE).year
    name = area.name if area else Words(township, township)
    last = week + timedelta(days=6)
    zh, en = (f"{day_text(week, t, this_year=year)}–{day_text(last, t, this_year=year)}" for t in ("zh", "en"))
    return {"place_zh": name.zh, "place_en": name.en, "week_zh": zh, "week_en": en}
