"""A mediation nobody else can see: not the office that handed it over, not the mediator's colleagues, not the auditor.

The whole way is gone - asked for, both consented, met, agreed, one promise kept - and then everybody but the mediator
and the two parties looks: pages, lists, search, exports, notices, ledger, and raw SQL as the web role in their scope.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from gridcommons.access.identify import program
from gridcommons.access.models import LedgerDetail, User
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import accept
from gridcommons.cases.mediation.actions import agree, consent, draft, hand_over, set_meeting, take_on, tell_kept
from gridcommons.cases.mediation.keys import holder, side_key
from gridcommons.cases.mediation.queries import mediation_page, mediations, own_mediation
from gridcommons.cases.mediation.rules import Promised
from gridcommons.cases.mediation.tasks import JOB
from gridcommons.cases.queries import case_page, with_code
from gridcommons.kit.errors import Refusal
from gridcommons.notices.models import Notice
from public_door import LOGIN
from quiet_town import NAMES, OWN_B, PHONES, TOLD, Quiet, dispute, granted, joined, quieten, requested
from town import AT, COUNTY, GRID, TOWNSHIP, Town
from web.office_town import LATER, count, report, stop_clock, text_of, to_dispatched

TEXT = "甲方拆除越界院墙，乙方补偿人工费三百元。"
WHERE, NOTE, WHAT = "村委会二楼谈心室", "甲方血压高，慢慢谈", "拆掉越界的半米院墙"
SECRETS = (TOLD, TEXT, WHERE, NOTE, WHAT, *NAMES, *PHONES)
OUTSIDERS = (
    "worker", "next_worker", "supervisor", "second_supervisor", "dispatcher", "handler", "other_handler",
    "far_supervisor", "county_officer", "auditor", "reviewer", "other_mediator", "resident", "neighbour", "stranger",
    "public",
)  # fmt: skip
PAGES = (
    "/?q=调解", "/cases?q=院墙", f"/area/{GRID}", f"/area/{COUNTY}", "/me/export.json", "/me/looks.csv", "/field/",
    f"/office/area/{TOWNSHIP}", f"/office/area/{COUNTY}", "/office/queue?tab=all&q=院墙", "/office/queue.csv?tab=all",
    "/office/notices", "/office/audit", "/office/complaints", "/office/mediations", "/office/mediations?tab=ended",
    "/mediation/mine", "/complaint/figures", "/open311/v2/requests.json",
)  # fmt: skip
CLOSE = ("other_mediator", "handler", "county_officer", "auditor")
EVERYBODY = [name if name in CLOSE else pytest.param(name, marks=pytest.mark.slow) for name in OUTSIDERS]
TABLES = (
    "mediation_mediation", "mediation_side", "mediation_meeting", "mediation_promise", "mediation_replaced",
)  # fmt: skip
Gone = tuple[Quiet, UUID, str]


@pytest.fixture(scope="module")
def standing(standing_town: Town) -> Gone:
    """A mediation that went the whole way."""
    quiet = quieten(standing_town)
    made = requested(quiet)
    take_on(mediation_id=made.id, declared=True, by=quiet.mediator, at=AT)
    joined(quiet, made)
    both = [holder(made.code), holder(OWN_B)]
    for one in both:
        consent(mediation_id=made.id, wants=True, by=one, at=AT)
    set_meeting(mediation_id=made.id, when=LATER, where=WHERE, note=NOTE, by=quiet.mediator, at=AT)
    promise = Promised(date(2026, 11, 20), "a", WHAT)
    draft(mediation_id=made.id, text=TEXT, promises=(promise,), by=quiet.mediator, at=AT)
    for one in both:
        agree(mediation_id=made.id, version=1, by=one, at=AT)
    first = mediation_page(mediation_id=made.id, viewer=quiet.mediator, at=AT).promises[0].id
    tell_kept(mediation_id=made.id, promise_id=first, kept=True, by=both[1], at=AT)
    count()
    return quiet, made.id, made.code


@pytest.fixture
def gone(standing: Gone, db: None, monkeypatch: pytest.MonkeyPatch) -> Gone:
    """The same; what a test does beside it is undone."""
    stop_clock(monkeypatch)
    return standing


def browser(quiet: Quiet, name: str) -> Client:
    client = Client()
    viewer = getattr(quiet, name)
    if viewer.user_id is not None:
        client.force_login(User.objects.get(pk=viewer.user_id), backend=LOGIN)
    client.cookies["language"] = "zh-hans"
    return client


def rows_seen(viewer: Viewer) -> dict[str, int]:
    """Raw SQL of the web role in the viewer's own scope."""
    found = {}
    with viewing(viewer, LATER), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


def whole_database(viewer: Viewer) -> str:
    """Every row of every table of the house as text, as far as the viewer's scope reaches."""
    tables = sorted(m._meta.db_table for m in apps.get_models() if m.__module__.startswith("gridcommons."))
    parts = []
    with viewing(viewer, LATER), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} AS t")
            parts += [row[0] for row in cursor.fetchall()]
    return "\n".join(parts)


def traces(row: UUID, code: str) -> tuple[str, ...]:
    return (*SECRETS, str(row), code, OWN_B, side_key(code), side_key(OWN_B))


@pytest.mark.parametrize("name", EVERYBODY)
def test_no_page_says_a_word_of_it(gone: Gone, name: str) -> None:
    quiet, row, code = gone
    client = browser(quiet, name)
    for address in (*PAGES, f"/office/mediations/{row}", f"/office/mediations/{row}/agreement"):
        body = text_of(client.get(address, follow=True))
        own = {str(row)} if str(row) in address else set()
        assert [sign for sign in traces(row, code) if sign in body and sign not in own] == [], address


@pytest.mark.parametrize("name", OUTSIDERS)
def test_raw_sql_the_ledger_and_notices_hold_nothing_for_them(gone: Gone, name: str) -> None:
    quiet, row, code = gone
    viewer = getattr(quiet, name)
    assert rows_seen(viewer) == dict.fromkeys(TABLES, 0)
    everything = whole_database(viewer)
    assert [sign for sign in traces(row, code) if sign in everything] == []
    with viewing(viewer, LATER):
        assert not LedgerDetail.objects.filter(body__contains='"what":"mediation.').exists()
        keys = set(Notice.objects.filter(text_key__startswith="mediation").values_list("text_key", flat=True))
    assert keys <= ({"mediation.to_take"} if name == "other_mediator" else set()), (
        "it waited; of what followed, nothing"
    )


@pytest.mark.parametrize("name", EVERYBODY)
def test_no_step_is_taken(gone: Gone, name: str) -> None:
    quiet, row, _code = gone
    client, viewer = browser(quiet, name), getattr(quiet, name)
    for action in ("take_on", "step_back", "invite", "paper", "meet", "draft", "perform", "close"):
        sent = {"sure": "1", "declared": "1", "letter": "a", "present": "某某", "when": "2026-11-05T15:00",
                "where": "x", "text": "x", "outcome": "performed", "promise": str(row)}  # fmt: skip
        assert client.post(f"/office/mediations/{row}/do/{action}", sent).status_code in {403, 404}, action
    with pytest.raises(Refusal):
        mediation_page(mediation_id=row, viewer=viewer, at=LATER)
    with pytest.raises(Refusal):
        consent(mediation_id=row, wants=False, by=viewer, at=LATER)
    assert mediation_page(mediation_id=row, viewer=quiet.mediator, at=LATER).state == "agreed"


def test_the_program_and_codes_of_other_kinds_see_nothing(gone: Gone) -> None:
    quiet, row, code = gone
    for job in ("counting", "retention", "notices", "complaints"):
        assert rows_seen(program(job)) == dict.fromkeys(TABLES, 0)
    assert rows_seen(with_code(quiet.public, code)) == dict.fromkeys(TABLES, 0)
    assert own_mediation(code=code, viewer=holder(code), at=LATER).id == row


def test_the_tables_hold_no_readable_word_even_for_their_own_job(gone: Gone) -> None:
    _quiet, _row, _code = gone
    everything = whole_database(JOB)
    assert [sign for sign in SECRETS if sign in everything or sign.encode().hex() in everything] == []


def test_entries_name_no_place_and_no_case(gone: Gone) -> None:
    _quiet, row, _code = gone
    with viewing(program("test"), LATER):
        entries = list(LedgerDetail.objects.filter(body__contains=str(row)))
    assert entries
    assert {entry.area_code for entry in entries} == {""}
    assert not [entry for entry in entries for key in entry.parties if key.startswith(("case:", "track:", "office:"))]


def test_who_handed_a_dispute_over_learns_nothing_more_of_it(gone: Gone) -> None:
    quiet, _row, _code = gone
    case = report(quiet.town, matter_key="dispute_mediation", text="隔壁吵架")
    to_dispatched(quiet.town, case.case_id)
    accept(case_id=case.case_id, by=quiet.handler, at=LATER)
    before = rows_seen(quiet.handler)
    made = hand_over(case_id=case.case_id, new=dispute(), told=True, by=quiet.handler, at=LATER)
    assert rows_seen(quiet.handler) == before
    page = str(case_page(case_id=case.case_id, viewer=quiet.handler, at=LATER, purpose="service"))
    reporter = str(own_page(quiet, case.code))
    for sign in (str(made.pk), made.label, *NAMES, TOLD):
        assert sign not in page
        assert sign not in reporter
    assert "已转人民调解" in page
    later = granted(quiet.handler, "mediator", TOWNSHIP, "mediation")
    assert mediations(ended=False, viewer=later, at=LATER).total == 0
    assert mediations(ended=False, viewer=quiet.other_mediator, at=LATER).total == 1


def own_page(quiet: Quiet, code: str) -> object:
    from gridcommons.cases.queries import tracked_case

    return tracked_case(code=code, viewer=with_code(quiet.public, code), at=LATER)
