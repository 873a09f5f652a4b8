"""A week of concerns becomes a digest, the office answers in public, and nobody can be found in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.sayings import GATHERER, MONDAY, SECRET, WEEK, gathered, said, wished
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped, viewing
from gridcommons.cases.concerns.actions import answer, ask_answer, forget, say, set_aside, tell
from gridcommons.cases.concerns.models import Concern, DigestLine, Wish
from gridcommons.cases.concerns.policy import packaged
from gridcommons.cases.concerns.queries import digests, lines_of, own_wish, words_of_week
from gridcommons.cases.queries import with_code
from gridcommons.kit.disclosure import Mark
from gridcommons.kit.errors import Refusal
from gridcommons.notices.queries import inbox
from gridcommons.people.contacts import Contact
from gridcommons.people.models import ReporterContact
from town import AT, TOWNSHIP, VILLAGE, Town

SUMMARY = "居民关心晚间步行道照明，盼着照顾到上了年纪的人。"
ANSWER = "十二月前在步行道加装路灯二十盏，进度在本页公布。"


def _words(town: Town) -> list[str]:
    week = words_of_week(township_code=TOWNSHIP, week=WEEK, viewer=town.supervisor, at=MONDAY)
    return [row.text for row in week.rows]


def test_from_what_people_say_to_the_published_answer(town: Town) -> None:
    said(town, 6)
    said(town, 2, "care", text="想要一间托育点，电话13812345678")
    code, silent = wished(town), wished(town, phone="")
    assert gathered(AT + timedelta(days=2)) == [], "the week is not over"
    [digest] = gathered()
    assert gathered() == []
    assert any("居民关切已汇总" in one.text for one in inbox(viewer=town.supervisor, language="zh-hans", at=MONDAY))

    # The office reads masked words; upwards and outside small counts are hidden.
    assert len(_words(town)) == 8
    assert not [text for text in _words(town) if "13812345678" in text]
    [public] = digests()
    assert (public.total.value, public.subjects["care"].mark, public.subjects["traffic"].value) == (
        8,
        Mark.WITHHELD,
        None,
    )
    exact = lines_of(digest=public, viewer=town.supervisor, at=MONDAY)
    assert exact["care"][VILLAGE].value == 2
    for name in ("county_officer", "far_supervisor", "worker", "stranger", "public"):
        seen = lines_of(digest=public, viewer=getattr(town, name), at=MONDAY)
        assert not [n for rows in seen.values() for n in rows.values() if n.is_exact], name

    # An unanswered digest is shown as such; the code says that it is owed.
    assert public.answered_at is None
    assert own_wish(code=code, viewer=with_code(town.public, code), at=MONDAY).digest == public
    with pytest.raises(Refusal) as quoted:
        answer(digest_id=digest.pk, summary=f"有人说：{SECRET}", answer=ANSWER, by=town.supervisor, at=MONDAY)
    assert quoted.value.code == "concern.quote"
    with pytest.raises(Refusal) as named:
        answer(digest_id=digest.pk, summary=SUMMARY, answer="请打13812345678", by=town.supervisor, at=MONDAY)
    assert named.value.code == "concern.names"
    late = MONDAY + timedelta(days=9)
    answer(digest_id=digest.pk, summary=SUMMARY, answer=ANSWER, by=town.supervisor, at=late)
    [told] = digests()
    assert (told.answer, told.is_late(late), told.office is not None) == (ANSWER, True, True)
    assert tell(by=GATHERER, at=late) == 2
    assert tell(by=GATHERER, at=late) == 0
    assert own_wish(code=silent, viewer=with_code(town.public, silent), at=late).digest == told

    # Words, wishes and contacts go; numbers and the answer stay.
    end = MONDAY + timedelta(days=40)
    assert forget(by=GATHERER, at=end) == 8 + 2
    with scoped(Scope("^")):
        assert (Concern.objects.count(), Wish.objects.count(), DigestLine.objects.count()) == (0, 0, 2)
        assert ReporterContact.objects.get().forget_at == late + timedelta(days=90)
    assert digests()[0].summary == SUMMARY
    with pytest.raises(Refusal):
        own_wish(code=code, viewer=with_code(town.public, code), at=end)


def test_words_about_a_person_are_destroyed_at_once(town: Town) -> None:
    said(town, 1, text="三号楼的测试甲天天吵架")
    with viewing(town.supervisor, AT):
        concern = Concern.objects.get()
    set_aside(concern_id=concern.pk, reason="person", by=town.supervisor, at=AT)
    assert _words(town) == [""]
    [digest] = gathered()
    assert digest.figures["total"] == "few"
    with scoped(Scope("^")), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM concerns_concern WHERE text LIKE '%测试甲%'")
        assert cursor.fetchone() == (0,)


def test_what_is_an_advertisement_is_not_counted_and_the_same_twice_is_once(town: Town) -> None:
    for _ in range(2):
        say(area_code=VILLAGE, subject="other", text="出售沙发", by=town.public, at=AT)
    with viewing(town.supervisor, AT):
        concern = Concern.objects.get()
    set_aside(concern_id=concern.pk, reason="empty", by=town.supervisor, at=AT)
    assert gathered() == []


@pytest.mark.parametrize("name", ["resident", "worker", "supervisor"])
def test_an_account_is_refused(town: Town, name: str) -> None:
    by = getattr(town, name)
    with pytest.raises(Refusal) as refused:
        say(area_code=VILLAGE, subject="care", text=SECRET, by=by, at=AT)
    assert refused.value.code == "concern.nameless"
    with pytest.raises(Refusal):
        ask_answer(area_code=VILLAGE, week=WEEK, contact=Contact(), language="en", by=by, at=AT)


def test_forgetting_asks_once_however_many_digests_there_are(town: Town) -> None:
    counts = []
    for weeks in (1, 3):
        for n in range(weeks):
            said(town, 6, at=AT + timedelta(weeks=n), text=f"第{weeks}轮{SECRET}")
        end = MONDAY + timedelta(weeks=weeks)
        gathered(end)
        late = end + timedelta(days=packaged().words_days)
        with CaptureQueriesContext(connection) as asked:
            assert forget(by=GATHERER, at=late) >= 6 * weeks
        counts.append(len([one for one in asked if "concerns_concern" in one["sql"]]))
    assert counts[0] == counts[1]
