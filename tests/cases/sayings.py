"""What people say in the town's villages over a week."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from gridcommons.access.identify import program
from gridcommons.cases.concerns.actions import ask_answer, gather, say
from gridcommons.cases.concerns.models import Digest
from gridcommons.people.contacts import Contact
from town import AT, VILLAGE, Town

GATHERER = program("concerns")
WEEK = date(2026, 11, 2)
MONDAY = AT + timedelta(days=7)
"""When the week of `AT` is over."""
SECRET = "夜里散步的路太黑了，希望多想想老人"


def said(town: Town, n: int = 6, subject: str = "traffic", at: datetime = AT, text: str = SECRET) -> None:
    """`n` people say something about one subject in one village."""
    for i in range(n):
        say(area_code=VILLAGE, subject=subject, text=f"{text}（{i}）", by=town.public, at=at + timedelta(hours=i))


def wished(town: Town, phone: str = "10012345678") -> str:
    """One of them wants to know the answer."""
    contact = Contact(name="测试甲", phone=phone) if phone else Contact()
    return ask_answer(area_code=VILLAGE, week=WEEK, contact=contact, language="zh-hans", by=town.public, at=AT)


def gathered(at: datetime = MONDAY) -> list[Digest]:
    """The digests that are made now."""
    return gather(by=GATHERER, at=at)
