"""The queue: tabs by duty, filters in the address, kept filters, bulk acceptance, export, keys, few questions asked."""

from __future__ import annotations

import csv
import dataclasses
import json
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridcommons.access.models import LedgerDetail
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import dispatch, file_case, rework, void
from gridcommons.cases.models import Case
from gridcommons.cases.queries import PAGE, Filter, case_page, queue
from gridcommons.cases.waiting import waiting
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.web.case_clock import page_clock
from gridcommons.web.public.tracked import clock_face
from pressing import form_to
from town import AT, COUNTY, FAR, GRID, THERE, Town
from web.office_town import ESCAPED, HTML, LATER, client_of, report, stop_clock, text_of, to_dispatched, to_handled


@pytest.fixture
def town(standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch)
    return standing_town


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["supervisor", "dispatcher", "handler", "worker"])
def test_the_queue_opens_to_whoever_works_on_cases(town: Town, name: str, language: str) -> None:
    to_handled(town, report(town).case_id)
    for tab in ("", "open", "overdue", "all", "nonsense"):
        assert client_of(town, name, language).get(f"/office/queue?tab={tab}").status_code == 200


@pytest.mark.parametrize(
    ("name", "tabs"),
    [
        ("supervisor", ["file", "check"]),
        ("dispatcher", ["dispatch"]),
        ("handler", ["accept", "handle"]),
        ("worker", ["check"]),
    ],
)
def test_the_tabs_are_those_of_the_duty(town: Town, name: str, tabs: list[str]) -> None:
    body = text_of(client_of(town, name).get("/office/queue"))
    for tab in ("file", "check", "dispatch", "accept", "handle"):
        assert (f'href="?tab={tab}"' in body) == (tab in tabs)
    for tab in ("open", "overdue", "all"):
        assert f'href="?tab={tab}"' in body


@pytest.mark.parametrize(("name", "page"), [("supervisor", "/office/queue?tab=all"), ("worker", "/field/")])
def test_lists_go_by_the_published_matters_alone(
    town: Town, name: str, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(town)
    assert client_of(town, name).get(page).status_code == 200
    other = dataclasses.replace(shipped_catalogue(), version="never published")
    monkeypatch.setattr("gridcommons.matters.queries.shipped_catalogue", lambda: other)
    assert client_of(town, name).get(page).status_code == 409


def test_each_state_stands_in_its_tab(town: Town) -> None:
    new, filed, sent, done = (report(town, text=text) for text in ("甲灯不亮", "乙灯不亮", "丙灯不亮", "丁灯不亮"))
    file_case(case_id=filed.case_id, by=town.supervisor, at=AT + timedelta(minutes=1))
    to_dispatched(town, sent.case_id)
    to_handled(town, done.case_id)
    for name, tab, there in (
        ("supervisor", "file", new), ("dispatcher", "dispatch", filed), ("handler", "accept", sent),
        ("second_supervisor", "check", done), ("worker", "check", done),
    ):  # fmt: skip
        body = text_of(client_of(town, name).get(f"/office/queue?tab={tab}"))
        shown = [case for case in (new, filed, sent, done) if case.number in body]
        assert shown == [there], (name, tab)


def test_filters_stand_in_the_address(town: Town) -> None:
    lamp = report(town, text="三号路灯不亮")
    litter = report(town, matter_key="waste_litter", text="垃圾堆在路口", lon=THERE[0], lat=THERE[1])
    client = client_of(town, "supervisor")
    for query, there in (
        ("matter=street_lamps", [lamp]), ("q=垃圾", [litter]), (f"area={GRID}", [lamp]),
        (f"q={litter.number}", [litter]), ("state=filed", []), ("matter=nonsense", []),
        ("area=99", []), ("area=<b>", [lamp, litter]),
    ):  # fmt: skip
        body = text_of(client.get(f"/office/queue?tab=all&{query}"))
        assert [case for case in (lamp, litter) if case.number in body] == there, query


def test_keys_and_rows_are_marked(town: Town) -> None:
    made = report(town)
    body = text_of(client_of(town, "supervisor").get("/office/queue"))
    assert "data-keys" in body
    assert "<tr data-row" in body
    assert f'data-open href="/office/case/{made.case_id}"' in body
    assert "data-search" in body
    assert "<kbd>j</kbd>" in body
    file_case(case_id=made.case_id, by=town.supervisor, at=LATER)
    body = text_of(client_of(town, "dispatcher").get("/office/queue"))
    assert f'data-assign href="/office/case/{made.case_id}#dispatch"' in body


def test_html_comes_out_escaped(town: Town) -> None:
    report(town, text=f"路灯{HTML}", address=HTML)
    client = client_of(town, "supervisor")
    client.post("/office/queue/keep", {"name": HTML, "query": f"tab=all&q={HTML}"})
    body = text_of(client.get("/office/queue", {"tab": "all", "q": "路灯"}))
    assert "<script>alert" not in body
    assert ESCAPED in body
    body = text_of(client.get("/office/queue", {"tab": "all", "q": HTML, "order": HTML, "area": HTML, "state": HTML}))
    assert "<script>alert" not in body


def test_a_filter_is_kept_and_let_go(town: Town) -> None:
    client = client_of(town, "supervisor")
    kept = client.post(
        "/office/queue/keep", {"name": "路灯", "query": "tab=all&matter=street_lamps&evil=1"}, follow=True
    )
    assert 'href="?tab=all&amp;matter=street_lamps">路灯</a>' in text_of(kept)
    assert "evil" not in text_of(kept)
    gone = client.post("/office/queue/forget", {"name": "路灯"}, follow=True)
    assert ">路灯</a>" not in text_of(gone)
    again = form_to(gone, "/office/queue/keep")
    client.post(again.action, {**again.fields, "name": "路灯"})
    assert 'href="?tab=all&amp;matter=street_lamps">路灯</a>' in text_of(client.get("/office/queue"))


def test_the_handler_accepts_many_and_is_told_of_what_is_not_theirs(town: Town) -> None:
    mine = [report(town) for _ in range(3)]
    for case in mine:
        to_dispatched(town, case.case_id)
    other = report(town)
    to_dispatched(town, other.case_id, "housing_construction")
    client = client_of(town, "handler", "en")
    assert text_of(client.get("/office/queue?tab=accept")).count("data-pick") == 3
    ids = [str(case.case_id) for case in (*mine[:2], other)] + ["nonsense"]
    told = text_of(client.post("/office/queue/accept", {"case": ids}, follow=True))
    assert "2 accepted" in told
    assert "No such case" in told
    with viewing(town.supervisor, LATER):
        states = {case.pk: case.state for case in Case.objects.all()}
    assert [states[case.case_id] for case in (*mine, other)] == ["handling", "handling", "dispatched", "dispatched"]


def test_nobody_else_has_boxes(town: Town) -> None:
    to_dispatched(town, report(town).case_id)
    for name in ("supervisor", "dispatcher", "worker"):
        assert "data-pick" not in text_of(client_of(town, name).get("/office/queue?tab=all"))


def test_the_export_holds_no_words_and_no_contacts(town: Town) -> None:
    made = report(town, text="请打13812345678找老王", address="三幢二单元")
    answer = client_of(town, "supervisor", "en").get("/office/queue.csv?tab=all")
    body = text_of(answer)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert made.number in body
    for word in ("13812345678", "老王", "三幢二单元"):
        assert word not in body


def exported(town: Town, language: str, query: str = "tab=all") -> list[dict[str, str]]:
    answer = client_of(town, "supervisor", language).get(f"/office/queue.csv?{query}")
    return list(csv.DictReader(StringIO(text_of(answer).removeprefix("\ufeff"))))


def test_the_export_is_the_whole_filtered_queue_in_pieces_each_a_look(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [report(town, at=AT + timedelta(seconds=number)) for number in range(35)]
    report(town, matter_key="waste_litter", text="垃圾堆在路口")
    monkeypatch.setattr("gridcommons.web.office.export.PIECE", 10)
    rows = exported(town, "en", "tab=all&matter=street_lamps&order=old&page=2")
    assert [row["number"] for row in rows] == [one.number for one in made]
    with viewing(town.supervisor, LATER):
        bodies = [json.loads(body) for body in LedgerDetail.objects.values_list("body", flat=True)]
    looks = [set(body["subjects"]) for body in bodies if body["what"] == "look.queue"]
    assert len(looks) == 4
    assert set.union(*looks) >= {f"case:{one.case_id}" for one in made}


def test_the_export_says_matters_in_words_and_moments_in_local_time(town: Town) -> None:
    made = report(town)
    (row,) = exported(town, "zh-hans")
    assert (row["事项代码"], row["事项"]) == ("street_lamps", "路灯照明")
    zone = "（北京时间 UTC+08:00）"
    assert row[f"上报时间{zone}"] == "2026-11-02 09:00"
    assert row[f"立案期限{zone}"] == "2026-11-02 15:00"
    assert (row[f"办理期限{zone}"], row["承办单位"]) == ("", "")
    to_dispatched(town, made.case_id)
    (row,) = exported(town, "en")
    zone = " (Beijing time, UTC+08:00)"
    assert (row["matter"], row["state"], row[f"file_by{zone}"]) == ("Street lamps", "dispatched", "")
    assert row[f"due_at{zone}"].startswith("2026-11-")


def test_the_pager_turns_and_a_far_page_is_empty(town: Town) -> None:
    for number in range(35):
        report(town, at=AT + timedelta(seconds=number))
    client = client_of(town, "supervisor", "en")
    assert "31 to 35 of 35" in text_of(client.get("/office/queue?tab=all&page=2"))
    assert client.get("/office/queue?tab=all&page=999").status_code == 200
    assert client.get("/office/queue?tab=all&page=-1").status_code == 200


def test_a_case_of_another_township_is_not_in_the_queue(town: Town) -> None:
    far = report(town, lon=FAR[0], lat=FAR[1])
    assert far.number not in text_of(client_of(town, "supervisor").get("/office/queue?tab=all"))
    assert far.number in text_of(client_of(town, "far_supervisor").get("/office/queue?tab=all"))


def test_the_page_asks_the_database_little_with_more_cases_than_a_page_holds(town: Town) -> None:
    for number in range(2 * PAGE):
        report(town, at=AT + timedelta(seconds=number))
    asked = {}
    for name in ("supervisor", "dispatcher", "worker"):
        client = client_of(town, name)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/office/queue?tab=all").status_code == 200
        asked[name] = len(queries)
    assert max(asked.values()) <= 41, asked  # one of them the requests of residents that wait, beside "More"


def test_the_most_urgent_stand_first_and_what_ended_last(town: Town) -> None:
    made = [report(town, at=AT + timedelta(minutes=minute)) for minute in range(4)]
    file_case(case_id=made[0].case_id, by=town.supervisor, at=AT + timedelta(hours=3))
    file_case(case_id=made[1].case_id, by=town.supervisor, at=AT + timedelta(hours=1))
    void(case_id=made[2].case_id, reason="重复件", by=town.supervisor, at=AT + timedelta(hours=1))
    rows = queue(wanted=Filter(), viewer=town.supervisor, at=AT + timedelta(hours=4)).rows
    assert [row.number for row in rows] == [made[n].number for n in (3, 1, 0, 2)]


def test_the_most_urgent_first_goes_by_the_deadline_of_the_step_at_hand(town: Town) -> None:
    """Of the filing while nobody filed it; late ones first; what waits for its check in time runs out of nothing."""
    done, sent = report(town, text="甲灯不亮"), report(town, text="乙灯不亮")
    to_handled(town, done.case_id)
    to_dispatched(town, sent.case_id)
    slow = report(town, at=AT + timedelta(minutes=1), text="丙树枯", matter_key="trees_greening")
    quick = report(town, at=AT + timedelta(minutes=2), text="丁车乱停", matter_key="parking_traffic")
    days = [LATER, AT + timedelta(days=20)]
    for at in days:
        found = queue(wanted=Filter(), viewer=town.supervisor, at=at).rows
        assert [row.number for row in found] == [one.number for one in (quick, slow, sent, done)], at
    body = text_of(client_of(town, "supervisor").get("/office/queue.csv?tab=open"))
    assert sorted((quick, slow, sent, done), key=lambda one: body.index(one.number)) == [quick, slow, sent, done]


def test_what_one_filed_does_not_wait_for_ones_own_check(town: Town) -> None:
    done = report(town)
    to_handled(town, done.case_id)
    for name, may in (("supervisor", False), ("second_supervisor", True), ("worker", True)):
        body = text_of(client_of(town, name).get("/office/queue?tab=check"))
        assert (done.number in body) == may, name
        assert "To check" in text_of(client_of(town, name, "en").get("/office/queue?tab=check")), name
        assert waiting(viewer=getattr(town, name), at=LATER).to_do.get("handled", 0) == may, name
        assert waiting(viewer=getattr(town, name), at=LATER).states["handled"] == 1, name
    page = text_of(client_of(town, "supervisor", "en").get(f"/office/case/{done.case_id}"))
    assert "You are already the filer of this case" in page
    assert "It waits for this: report" not in page
    assert "It waits for this: " in page


@pytest.mark.parametrize(("language", "said", "wrong"), [("en", "due since", "left"), ("zh-hans", "已到期", "剩余")])
def test_out_of_hours_what_was_due_says_since_when(
    town: Town, monkeypatch: pytest.MonkeyPatch, language: str, said: str, wrong: str
) -> None:
    """Filed on a Sunday, its time ends with a working day: that evening no minute is over, and it is late."""
    sunday = AT - timedelta(days=1)
    case = report(town, sunday).case_id
    file_case(case_id=case, by=town.supervisor, at=sunday + timedelta(minutes=10))
    dispatch(
        case_id=case, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=sunday + timedelta(minutes=20)
    )
    due = case_page(case_id=case, viewer=town.dispatcher, at=AT, purpose="service").due_at
    assert due is not None
    evening = due + timedelta(hours=2)
    page = case_page(case_id=case, viewer=town.dispatcher, at=evening, purpose="service")
    assert page.is_late
    for clock in (page_clock(page, evening), clock_face(page, evening)):
        assert clock is not None
        assert (clock.left, clock.over, clock.is_late, clock.is_over_by_none) == (0, 0, True, True)
    early = page_clock(case_page(case_id=case, viewer=town.dispatcher, at=due, purpose="service"), due)
    assert early is not None
    assert not early.is_late
    stop_clock(monkeypatch, evening)
    row = text_of(client_of(town, "dispatcher", language).get("/office/queue?tab=overdue")).partition("<tr data-row")[2]
    assert row.startswith(' class="is-late"')
    whole = text_of(client_of(town, "dispatcher", language).get(f"/office/case/{case}"))
    for words in (
        row.partition("gc-hidden")[2].partition("</td>")[0],
        whole.partition('<p class="gc-clock-words">')[2].partition("</p>")[0],
    ):
        assert said in words
        assert wrong not in words


def test_the_clock_stands_on_every_page_while_the_check_is_waited_for(town: Town) -> None:
    """From its first minute on, for office and reporter alike; after a rework it runs on for both."""
    done, at = report(town), AT + timedelta(hours=2)
    to_handled(town, done.case_id)
    for moment in (at, at + timedelta(days=9)):
        page = case_page(case_id=done.case_id, viewer=town.worker, at=moment, purpose="verification")
        office, reporter = page_clock(page, moment), clock_face(page, moment)
        assert office is not None
        assert reporter is not None
        assert office.is_parked
        assert reporter.is_parked
        assert office.left == reporter.left
    row = queue(wanted=Filter(), viewer=town.worker, at=at + timedelta(days=9)).rows[0]
    assert (row.paused, row.due_at) == (True, None)
    assert "clock paused" in text_of(client_of(town, "worker", "en").get("/office/queue?tab=check"))
    assert "clock paused" in text_of(client_of(town, "worker", "en").get("/field/"))
    rework(case_id=done.case_id, reason="灯还不亮", by=town.worker, at=at + timedelta(hours=1))
    page = case_page(case_id=done.case_id, viewer=town.worker, at=at + timedelta(hours=2), purpose="verification")
    face = clock_face(page, at + timedelta(hours=2))
    assert face is not None
    assert not face.is_parked
