"""Charter 14, Provable: who did what is in a ledger that cannot be rewritten unnoticed.

Every deed of the house is done once here and leaves exactly one entry; a new deed that is not tried fails the file.
The attacks on the log itself are in `test_article_14_sealed.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from shapely import box

from cases.orders.order_town import DUE, draft, officer
from charter.deeds_by_two import deeds_by_two
from charter.deeds_not_simple import of_not_simple
from charter.deeds_of_admission import of_admission
from charter.deeds_of_areas import of_outlines, of_plans
from charter.deeds_of_calls import of_calls
from charter.deeds_of_campaigns import of_campaigns
from charter.deeds_of_cautions import of_cautions
from charter.deeds_of_clients import of_clients
from charter.deeds_of_collection import of_collection
from charter.deeds_of_colours import of_colours
from charter.deeds_of_figures import of_counts, of_figures
from charter.deeds_of_links import deeds_of_links
from charter.deeds_of_mornings import of_mornings
from charter.deeds_of_people import of_people
from charter.deeds_of_releases import of_releases
from charter.deeds_of_tables import of_concerns, of_problems
from gridcommons.access import actions as access
from gridcommons.access.actions import NewMember, NewOffice
from gridcommons.access.deeds import REGISTRY
from gridcommons.access.identify import program
from gridcommons.access.joining import actions as joining
from gridcommons.access.ledger import commitment
from gridcommons.access.queries import office_at
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.cases import actions as cases
from gridcommons.cases.codes import track_key
from gridcommons.cases.filing import Report
from gridcommons.cases.finding.actions import drop_search, keep_search
from gridcommons.cases.former import CaseItem
from gridcommons.cases.founding import actions as founding
from gridcommons.cases.founding import actions as moving
from gridcommons.cases.founding.checked import Checked
from gridcommons.cases.orders import actions as orders
from gridcommons.cases.orders.models import OrderPart
from gridcommons.cases.queries import with_code
from gridcommons.kit.calendar import packaged_text
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.matters.actions import publish, switch_matter
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.notices import actions as notices
from gridcommons.notices.models import Notice
from gridcommons.outlook.actions import Count, add_event, drop_event, post_counts, roll_anew
from gridcommons.people import actions as people
from gridcommons.people.contacts import Contact
from gridcommons.territory import actions as territory
from gridcommons.territory.actions import NewArea
from gridcommons.workforce import actions as workforce
from gridcommons.workforce.actions import Recruit
from notices.telling_deeds import deeds_of_notices
from quiet_town import QUIET
from town import AT, COUNTY, GRID, HERE, NEXT_GRID, TOWNSHIP, Town
from web.office_town import picture

SETUP = program("test")
SAID = ("楼下的灯", "测试甲", "10012345678", "reporter@example.org")
CONTACT = Contact(name=SAID[1], phone=SAID[2], email=SAID[3])
Deed = Callable[[], Any]


@dataclass(frozen=True)
class Row:
    """One entry with its detail."""

    id: UUID
    kind: str
    commitment: bytes
    salt: bytes
    body: str

    @property
    def what(self) -> str:
        """The key of the deed or look."""
        return str(json.loads(self.body)["what"])


def _ids() -> set[UUID]:
    with scoped(Scope("^")), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM access_ledgerentry")
        return {row[0] for row in cursor.fetchall()}


def _ledger(ids: set[UUID] | None = None) -> list[Row]:
    """The entries with these ids, or all of them, each with its detail."""
    with scoped(Scope("^")), connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id, e.kind, e.commitment, d.salt, d.body FROM access_ledgerentry e "
            "JOIN access_ledgerdetail d ON d.entry = e.id WHERE %s::uuid[] IS NULL OR e.id = ANY(%s::uuid[]) "
            "ORDER BY e.id",
            [None if ids is None else list(ids)] * 2,
        )
        return [Row(i, kind, bytes(c), bytes(salt), body) for i, kind, c, salt, body in cursor.fetchall()]


@dataclass
class Diary:
    """Does deeds, and holds what each left in the ledger."""

    town: Town
    tried: set[str]

    def do(self, key: str, deed: Deed, *, within: tuple[str, ...] = ()) -> Any:
        """One deed: exactly one entry of its own, and one of each deed that it does within itself."""
        before = _ids()
        result = deed()
        new = _ledger(_ids() - before)
        assert sorted(row.what for row in new) == sorted([key, *within])
        own = next(row for row in new if row.what == key)
        assert own.kind == ("look" if key.startswith("look.") else "deed")
        assert commitment(own.salt, own.body) == own.commitment
        self.tried |= {key, *within}
        return result


@pytest.fixture
def diary(town: Town) -> Diary:
    return Diary(town, set())


def _of_access(diary: Diary) -> None:
    by, do = diary.town.county_officer, diary.do
    names = {"area_code": TOWNSHIP, "kind": "new", "side": "command", "name_zh": "新机构", "name_en": "New"}
    do("access.open_office", lambda: access.open_office(key="a:new", **names, by=by, at=AT))
    more = NewOffice("b:new", TOWNSHIP, "newer", "command", "新机构", "New")
    do("access.open_offices", lambda: access.open_offices(area_code=TOWNSHIP, offices=[more], by=by, at=AT))
    user = do("access.add_user", lambda: access.add_user(username="new", display_name="新人", by=by, at=AT))
    wanted = GrantFacts("handler", (TOWNSHIP,), (), ROLES["handler"].purposes, AT, None)
    given = do("access.grant", lambda: access.grant(to=user.pk, wanted=wanted, by=by, at=AT))
    do("access.revoke", lambda: access.revoke(grant_id=given.pk, reason="离职", by=by, at=AT))
    member = NewMember("newer", "新人", (wanted,))
    do("access.add_staff", lambda: access.add_staff(area_code=TOWNSHIP, members=[member], by=by, at=AT))
    do("access.add_key", lambda: access.add_api_key(name="door", door="open311", by=SETUP, at=AT))
    do("access.withdraw_keys", lambda: access.withdraw_api_keys(name="door", reason="lost", by=SETUP, at=AT))
    head = {"size": 9, "root": "00" * 32}
    facts = {"replaced": [head], "restored": head, "made_at": AT.isoformat()}
    do("access.restored", lambda: access.tell_of_restore(**facts, by=SETUP, at=AT))


def _of_place_and_staff(diary: Diary) -> None:
    by, do = diary.town.county_officer, diary.do
    code = f"{NEXT_GRID[:-3]}003"
    area = NewArea(code, "grid", "腾龙社区第3网格", code[:12], code)
    do("territory.load", lambda: territory.load_areas(areas=[area], issuer="t", valid_from=AT.date(), by=by, at=AT))
    figures = {code: territory.Figures(10, 30)}
    do("territory.count", lambda: territory.set_figures(figures=figures, source="test", by=SETUP, at=AT))
    shapes = {code: box(119.30, 28.58, 119.32, 28.60)}
    facts = {"crs": "EPSG:4490", "source": "test", "synthetic": True}
    do("territory.draw", lambda: territory.draw_boundaries(shapes=shapes, **facts, by=SETUP, at=AT))
    worker = do("workforce.add", lambda: workforce.add_worker(name="甲", employment="employed", by=by, at=AT))
    facts = {"worker_id": worker.pk, "grid_code": GRID, "post": "head", "since": AT.date()}
    held = do("workforce.assign", lambda: workforce.assign(**facts, by=by, at=AT))
    until = AT.date() + timedelta(days=9)
    do("workforce.end", lambda: workforce.end_assignment(assignment_id=held.pk, until=until, by=by, at=AT))
    recruits = [Recruit(name="乙", employment="volunteer", duties=())]
    do(
        "workforce.enlist",
        lambda: workforce.enlist(area_code=TOWNSHIP, recruits=recruits, since=AT.date(), by=by, at=AT),
    )
    do("matters.publish", lambda: publish(catalogue=shipped_catalogue(), by=by, at=AT))
    counts = [Count(GRID, AT.date(), "street_lamps", "reported", 1)]
    facts = {"counts": counts, "days": [AT.date()], "measures": ["reported"]}
    do("outlook.post", lambda: post_counts(**facts, by=SETUP, at=AT))
    do("outlook.roll", lambda: roll_anew(under=COUNTY, by=SETUP, at=AT))
    days = {"first": AT.date(), "last": AT.date()}
    event = do("outlook.add_event", lambda: add_event(area_code=COUNTY, name="台风", **days, by=by, at=AT))
    do("outlook.drop_event", lambda: drop_event(event_id=event.pk, by=by, at=AT))


def _new_case(diary: Diary, matter: str = "street_lamps", by: Viewer | None = None) -> Any:
    report = Report(matter, SAID[0], *HERE, contact=CONTACT, photos=(picture(),))
    return diary.do(
        "case.report",
        lambda: cases.report_case(report=report, channel="page", by=by or diary.town.resident, at=AT),
        within=("people.keep_contact", "notices.keep_wish"),
    )


def _of_cases(diary: Diary) -> None:
    town, do = diary.town, diary.do
    made = _new_case(diary)
    case, me = made.case_id, with_code(town.public, made.code)
    do("case.file", lambda: cases.file_case(case_id=case, by=town.supervisor, at=AT))

    def send(kind: str) -> Any:
        return cases.dispatch(case_id=case, to_area=COUNTY, to_kind=kind, by=town.dispatcher, at=AT)

    do("case.dispatch", lambda: send("housing_construction"))
    do("case.send_back", lambda: cases.send_back(case_id=case, reason="不是我们", by=town.other_handler, at=AT))
    do("case.dispatch", lambda: send("urban_management"))
    do("case.accept", lambda: cases.accept(case_id=case, by=town.handler, at=AT))
    do("case.pass_on", lambda: cases.pass_on(case_id=case, note="还差一步", by=town.handler, at=AT))
    do("case.dispatch", lambda: send("urban_management"))
    do("case.accept", lambda: cases.accept(case_id=case, by=town.handler, at=AT))
    do("case.add_photo", lambda: cases.add_photo(case_id=case, data=picture(), by=town.handler, at=AT))
    do("case.feed_back", lambda: cases.feed_back(case_id=case, evidence="修好了", by=town.handler, at=AT))
    do("case.rework", lambda: cases.rework(case_id=case, reason="没修好", by=town.worker, at=AT))
    do("case.feed_back", lambda: cases.feed_back(case_id=case, evidence="又修了", by=town.handler, at=AT))
    do("case.close", lambda: cases.close(case_id=case, check="看过了", by=town.worker, at=AT))
    do("case.reopen", lambda: cases.reopen(case_id=case, reason="又坏了", by=me, at=AT))


def _of_endings(diary: Diary) -> None:
    town, do = diary.town, diary.do
    void = _new_case(diary).case_id
    do("case.void", lambda: cases.void(case_id=void, reason="重复", by=town.supervisor, at=AT))
    found = Report("waste_litter", "垃圾", *HERE)
    litter = do(
        "case.report",
        lambda: cases.report_case(report=found, channel="worker", by=town.worker, at=AT, purpose="service"),
    )
    do("case.settle", lambda: cases.settle(case_id=litter.case_id, evidence="已清走", by=town.worker, at=AT))
    done = _new_case(diary)
    for step in (
        lambda: cases.file_case(case_id=done.case_id, by=town.supervisor, at=AT),
        lambda: cases.dispatch(
            case_id=done.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT
        ),
        lambda: cases.accept(case_id=done.case_id, by=town.handler, at=AT),
        lambda: cases.feed_back(case_id=done.case_id, evidence="修好了", by=town.handler, at=AT),
        lambda: cases.close(case_id=done.case_id, check="看过了", by=town.worker, at=AT),
    ):
        step()
    do("case.confirm", lambda: cases.confirm(case_id=done.case_id, by=town.resident, at=AT))
    deeds_of_notices(do, town, done.code)
    with scoped(Scope("^")):
        told = Notice.objects.filter(to=town.resident.key).first()
    assert told is not None
    do("notices.read", lambda: notices.mark_read(notice_id=told.pk, by=town.resident, at=AT))
    do("people.forget_contacts", lambda: people.forget_contacts(by=SETUP, at=AT + timedelta(days=99)))
    do("notices.forget", lambda: notices.forget_notices(by=SETUP, at=AT + timedelta(days=30)))
    do("case.forget", lambda: cases.forget_words(by=SETUP, at=AT + timedelta(days=730)))


def _of_joining(diary: Diary) -> None:
    town, do = diary.town, diary.do
    by, who = town.county_officer, town.far_supervisor.user_id
    assert who is not None
    made = do("joining.invite", lambda: joining.invite(user_id=who, by=by, at=AT))
    do("joining.accept", lambda: joining.accept(code=made.code, password="ein Wort nur 42", by=town.public, at=AT))
    again = do("joining.reset", lambda: joining.reset(user_id=who, by=by, at=AT))
    do("joining.link", lambda: joining.accept_by_login(code=again.code, by=town.public, at=AT))
    led = {"worker": "supervisor"}
    do("joining.set_managers", lambda: joining.set_managers(area_code=COUNTY, managers=led, by=by, at=AT))
    facts: dict[str, Any] = {"user_id": who, "until": AT.date(), "reason": "moved", "by": by, "at": AT}
    do("workforce.leave", lambda: workforce.leave_work(**facts), within=("joining.leave",))


def _of_founding(diary: Diary) -> None:
    by, do = diary.town.county_officer, diary.do
    facts: dict[str, Any] = {"county_code": COUNTY, "by": by, "at": AT}
    do("founding.send", lambda: founding.send_sheet(name="a.csv", content=SAID[1].encode(), **facts))
    move: dict[str, Any] = {"move_id": moving.check_again(**facts).pk, "by": SETUP, "at": AT}
    do("founding.check", lambda: moving.check_again(**facts))
    do("founding.begin", lambda: moving.begin(turn=3, **move))
    nothing: dict[str, Any] = {"checked": Checked(), "book": b"", "lines": b""}
    do("founding.keep_check", lambda: moving.keep_check(turn=3, **nothing, **move))
    do("founding.go", lambda: moving.carry_out(**facts))
    do("founding.begin", lambda: moving.begin(turn=4, **move))
    step = {"doing": Words("网格", "grids"), "done": 0, "total": 1}
    do("founding.reach", lambda: moving.reach(turn=4, **step, **move))
    do("founding.stop", lambda: moving.stop(**facts))
    do("founding.end", lambda: moving.end(turn=5, refused=Words("停", "stopped"), **move))
    do("founding.drop", lambda: founding.drop_sheets(**facts))
    do("founding.forget", lambda: founding.forget_sheets(by=SETUP, at=AT))
    case = CaseItem("YX-1", "street_lamps", GRID, SAID[0], "", AT, "", SAID[1], SAID[2])
    do("founding.carry", lambda: founding.carry_cases(cases=[case], **facts), within=("people.keep_contact",))
    do("founding.try", lambda: founding.try_case(area_code=GRID, matter_key="street_lamps", **facts))
    do("founding.lay_calendar", lambda: founding.lay_calendar(text=packaged_text(), digest="d", **facts))
    desk = office_at(COUNTY, "urban_management")
    named = {"name_zh": "城管局", "name_en": "Urban", "phone": "", "by": by, "at": AT}
    do("access.amend_office", lambda: access.amend_office(office_id=desk.id, **named))
    wanted: dict[str, Any] = {"matter_key": "noise", "area_code": COUNTY, "is_on": True, "since": AT.date()}
    do("matters.switch", lambda: switch_matter(**wanted, by=by, at=AT))


def _of_orders(diary: Diary) -> None:
    do, county, below = diary.do, officer(COUNTY), officer(TOWNSHIP)
    order, *_ended = do("order.send", lambda: orders.send_order(draft=draft(areas=(TOWNSHIP,)), by=county, at=AT))
    part = OrderPart.objects.get(order=order).pk
    do("order.lapse", lambda: orders.lapse(by=SETUP, at=AT))
    do("order.remind_due", lambda: orders.remind_due(by=SETUP, at=AT + timedelta(days=6)))
    do("order.acknowledge", lambda: orders.acknowledge(part_id=part, by=below, at=AT))
    do("order.send_back", lambda: orders.send_back(part_id=part, reason="不归本地", by=below, at=AT))
    do("order.resend", lambda: orders.resend(part_id=part, note="只点数", by=county, at=AT))
    facts = {"areas": [GRID], "due_date": DUE}
    do("order.break_down", lambda: orders.break_down(part_id=part, **facts, by=below, at=AT))
    do("order.answer", lambda: orders.answer(part_id=part, number=1, by=below, at=AT))
    do("order.remind", lambda: orders.remind(order_id=order.pk, by=county, at=AT + timedelta(days=8)))
    do("order.withdraw", lambda: orders.withdraw(order_id=order.pk, reason="不需要了", by=county, at=AT))


def _of_finding(diary: Diary) -> None:
    by = diary.town.supervisor
    kept = diary.do("finding.keep", lambda: keep_search(name=SAID[0], query=f"q={SAID[1]}", by=by, at=AT))
    diary.do("finding.drop", lambda: drop_search(search_id=kept, by=by, at=AT))


def _do_everything(diary: Diary) -> None:
    of_figures(diary)
    of_counts(diary)
    of_mornings(diary)
    # What is tried before the endings' forgetting would be forgotten with them.
    tried_first = (
        _of_access, _of_place_and_staff, of_problems, of_concerns, _of_founding, of_calls, _of_joining, _of_finding,
    )  # fmt: skip
    for chapter in (*tried_first, _of_cases, _of_orders, _of_endings):
        chapter(diary)
    deeds_by_two(diary.town, diary.do)
    of_not_simple(diary.town, diary.do)
    of_outlines(diary.town, diary.do)
    of_plans(diary.town, diary.do)
    deeds_of_links(diary.town, diary.do)
    of_clients(diary.town, diary.do, SAID[0])
    of_people(diary.town, diary.do)
    of_admission(diary, "每年一次")
    of_colours(diary.town, diary.do)
    of_releases(diary)
    of_cautions(diary)
    of_collection(diary.town, diary.do, SAID[0])
    of_campaigns(diary.town, diary.do, SAID[0])


@pytest.fixture(scope="module")
def whole(standing_town: Town) -> tuple[set[str], list[Row]]:
    """Every deed done once, in a transaction that is rolled back: the keys that were tried, and the whole ledger."""
    with transaction.atomic():
        diary = Diary(standing_town, set())
        _do_everything(diary)
        rows = _ledger()
        transaction.set_rollback(True)
    return diary.tried, rows


def test_every_deed_of_the_house_leaves_exactly_one_entry(whole: tuple[set[str], list[Row]]) -> None:
    tried, _rows = whole
    deeds = {
        k for k, one in REGISTRY.items() if one.kind == "deed" and one.function.__module__.startswith("gridcommons.")
    }
    done = {key for key in tried if not key.startswith("look.")}
    assert done == {key for key in deeds if not key.startswith(QUIET)}, "those are done in test_quiet_rooms"


def test_entries_hold_nothing_that_was_said_and_nobodys_contact(whole: tuple[set[str], list[Row]]) -> None:
    _tried, rows = whole
    assert len(rows) > 40
    assert [row.what for row in rows if any(said in row.body for said in (*SAID, "不是我们", "看过了"))] == []


def test_the_entry_names_who_did_what_when_where_and_to_which_case(diary: Diary) -> None:
    made = _new_case(diary)
    diary.do("case.file", lambda: cases.file_case(case_id=made.case_id, by=diary.town.supervisor, at=AT))
    body = json.loads(_ledger()[-1].body)
    assert (body["what"], body["by"], body["at"]) == ("case.file", diary.town.supervisor.key, AT.isoformat())
    assert (body["area"], body["purpose"]) == (GRID, "service")
    assert set(body["subjects"]) == {f"case:{made.case_id}", track_key(made.code), diary.town.resident.key}


def _file_and_fail(case_id: UUID, by: Viewer) -> None:
    with transaction.atomic():
        cases.file_case(case_id=case_id, by=by, at=AT)
        raise ZeroDivisionError


def test_what_is_refused_or_fails_leaves_no_entry(diary: Diary) -> None:
    made = _new_case(diary)
    before = _ledger()
    with pytest.raises(Refusal):
        cases.file_case(case_id=made.case_id, by=diary.town.worker, at=AT)
    with pytest.raises(Refusal):
        cases.void(case_id=made.case_id, reason="", by=diary.town.supervisor, at=AT)
    with pytest.raises(ZeroDivisionError):
        _file_and_fail(made.case_id, diary.town.supervisor)
    assert _ledger() == before


def test_equal_deeds_have_different_commitments(diary: Diary) -> None:
    for _ in range(2):
        diary.do("matters.publish", lambda: publish(catalogue=shipped_catalogue(), by=SETUP, at=AT))
    one, other = _ledger()[-2:]
    assert one.body == other.body
    assert one.commitment != other.commitment
    assert hashlib.sha256(one.body.encode()).digest() != one.commitment
