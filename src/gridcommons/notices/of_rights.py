"""Desks are told of a request that waits for them, residents what came of it, and where it went when late.

A notice to a desk names nobody and says nothing of what was asked: it leads there. What is answered, or asked no more,
is asked of no desk; what lies with another desk or officer by now is asked of them, and of nobody before them. Nothing
of it leaves the program by itself: a private login wants no letter that somebody else may open.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from gridcommons.access.queries import find_office
from gridcommons.kit.codes import CHINA
from gridcommons.kit.dates import day_text
from gridcommons.kit.words import Words
from gridcommons.notices.outbox import enqueue, keep_about, withdraw_about
from gridcommons.people.rights.news import ASKED, ERASED, LATE, MOVED, TAKEN_BACK, News, tells
from gridcommons.territory.queries import names_of

_ZH: Final = "zh-hans"
_ASKS: Final = ("rights.asked_here", "rights.asked_form", "rights.late_here", "rights.late_form")
"""What asks a desk for an answer: the desk's own, or of those alone who may set a form aside."""


@tells
def tell(news: News) -> None:
    """Tell the person what came of it, and the desk what waits for it, is late, or waits no more."""
    if news.request and news.key != MOVED:
        withdraw_about(about=_about(news), text_keys=_ASKS)  # told once, and not of what is over
    if news.key in {ASKED, LATE, MOVED}:
        _tell_desk(news)
    if news.key == LATE and news.area:
        _tell_above(news)
    facts = {} if news.key == ERASED else _facts(news)
    for account in news.accounts if news.key not in {ASKED, TAKEN_BACK, MOVED} else ():
        _put(account, _said_to_whom_asked(news), facts, "", news)


def _said_to_whom_asked(news: News) -> str:
    """What went up to nobody else is not said to have: it lies where it lay, with those who alone can grant it."""
    return "rights.late_still" if news.key == LATE and news.only_by else f"rights.{news.key}"


def _facts(news: News) -> dict[str, str]:
    own = {"person": news.person} if news.person else {}
    return own | _both("what", news.what) | _both("due", _day(news, news.due)) | _both("asked", _day(news, news.asked))


def _tell_desk(news: News) -> None:
    """Those who may answer it, with the way to it: the township's supervision office, or under a shield one officer."""
    late = news.raised if news.key == MOVED else news.key == LATE
    key = f"rights.{'late' if late else 'asked'}_{'form' if news.only_by else 'here'}"
    office = find_office(CHINA.cut(news.area, "township"), "supervision") if news.area else None
    facts = {"request": news.request} if news.request else {}
    desk = (*news.officers, *([office.party] if office is not None else ()))
    told = keep_about(about=_about(news), text_keys=_ASKS, to=desk) if news.key == MOVED else set[str]()
    for to in (one for one in desk if one not in told):
        _put(to, key, facts | _both("due", _day(news, news.due)), news.area, news)


def _tell_above(news: News) -> None:
    """The county's data protection office hears of the number alone."""
    place, county = CHINA.cut(news.area, "township"), CHINA.cut(news.area, "county")
    office, named = find_office(county, "data_office"), names_of([place]).get(place)
    if office is not None:
        said = named.name if named else Words(place, place)
        _put(office.party, "rights.late_below", _both("due", _day(news, news.due)) | _both("place", said), county, news)


def _about(news: News) -> str:
    return f"request:{news.request}" if news.request else ""


def _day(news: News, day: date) -> Words:
    zh, en = (day_text(day, tongue, this_year=news.at.year) for tongue in ("zh", "en"))
    return Words(zh, en)


def _both(name: str, words: Words) -> dict[str, str]:
    return {f"{name}_zh": words.zh, f"{name}_en": words.en}


def _put(to: str, key: str, facts: dict[str, str], area_code: str, news: News) -> None:
    about = _about(news) if key in _ASKS else ""
    enqueue(
        to=to, channel="inside", text_key=key, facts=facts, language=_ZH, area_code=area_code, at=news.at, about=about,
        private=True,
    )  # fmt: skip
