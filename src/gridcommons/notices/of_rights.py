"""Residents and desks are told what came of a request: in the accounts of the person, and where it went when late.

Nothing of it leaves the program by itself: a private login wants no letter that somebody else may open.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from gridcommons.access.queries import find_office
from gridcommons.kit.codes import CHINA
from gridcommons.kit.dates import day_text
from gridcommons.kit.words import Words
from gridcommons.notices.outbox import enqueue
from gridcommons.people.rights.news import ERASED, LATE, News, tells
from gridcommons.territory.queries import names_of

_ZH: Final = "zh-hans"
_GOES_TO: Final = (("township", "supervision", "rights.late_here"), ("county", "data_office", "rights.late_below"))
"""Who hears of a request that nobody answered in time: those who may answer it, and above them the number alone."""


@tells
def tell(news: News) -> None:
    """Tell the person, and of a request that is late the offices that see to it."""
    facts = {} if news.key == ERASED else _facts(news)
    for account in news.accounts:
        _put(account, f"rights.{news.key}", facts, "", news)
    if news.key == LATE:
        _tell_desks(news)


def _facts(news: News) -> dict[str, str]:
    return _both("what", news.what) | _both("due", _day(news, news.due)) | _both("asked", _day(news, news.asked))


def _tell_desks(news: News) -> None:
    for officer in news.officers:  # under a shield: whoever answers for the person alone
        _put(officer, "rights.late_here", _both("due", _day(news, news.due)), "", news)
    for level, kind, key in _GOES_TO if news.area else ():
        place = CHINA.cut(news.area, "township")
        office, named = find_office(CHINA.cut(news.area, level), kind), names_of([place]).get(place)
        facts = _both("due", _day(news, news.due)) | _both("place", named.name if named else Words(place, place))
        if office is not None:
            _put(office.party, key, facts, news.area if level == "township" else CHINA.cut(news.area, level), news)


def _day(news: News, day: date) -> Words:
    zh, en = (day_text(day, tongue, this_year=news.at.year) for tongue in ("zh", "en"))
    return Words(zh, en)


def _both(name: str, words: Words) -> dict[str, str]:
    return {f"{name}_zh": words.zh, f"{name}_en": words.en}


def _put(to: str, key: str, facts: dict[str, str], area_code: str, news: News) -> None:
    enqueue(
        to=to, channel="inside", text_key=key, facts=facts, language=_ZH, area_code=area_code, at=news.at, private=True
    )
