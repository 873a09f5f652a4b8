"""A complaint about a worker, hidden from its subject: everybody who must not know looks everywhere and finds nothing.

The worker, a colleague, the worker's office, the office in command, the county officer, the auditor, the next township,
a mediator, a reporter with a code of their own, a neighbour, a stranger, the public: pages, lists, search, exports,
notices, ledger views, Open311, counts, and raw SQL as the web role within their scope.
"""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from gridcommons.access.identify import program
from gridcommons.access.models import LedgerDetail, User
from gridcommons.access.queries import who_looked
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.complaints.actions import answer, ask, reply, take_on, tally
from gridcommons.cases.complaints.keys import holder, voice_key
from gridcommons.cases.complaints.queries import (
    complainant_contact,
    complaint_page,
    complaints,
    own_complaint,
    questions_to_us,
)
from gridcommons.cases.complaints.tasks import JOB
from gridcommons.cases.mediation.actions import consent
from gridcommons.cases.mediation.actions import take_on as mediate
from gridcommons.cases.mediation.keys import holder as party
from gridcommons.cases.queries import with_code
from gridcommons.kit.errors import Refusal
from gridcommons.notices.models import Notice
from public_door import LOGIN
from quiet_town import NAMES, PHONES, SAID, Quiet, complained, joined, quieten, requested
from town import AT, COUNTY, GRID, TOWNSHIP, Town
from web.office_town import LATER, count, report, stop_clock, text_of, to_handled

QUESTION = "该网格十月下旬的入户走访如何安排？请附值班表。"
REASONS = "调取了走访记录和证人笔录，当事网格员确有辱骂居民的行为。"
REPLY = "走访由两名网格员进行，值班表附后，未发现异常。"
SECRETS = (SAID, REASONS, NAMES[0], PHONES[0])
OUTSIDERS = (
    "worker", "next_worker", "supervisor", "second_supervisor", "dispatcher", "handler", "other_handler",
    "far_supervisor", "county_officer", "auditor", "mediator", "resident", "neighbour", "stranger", "public",
)  # fmt: skip
"""Everybody but the reviewing office and the complainant."""
PAGES = (
    f"/?place={GRID}&q=骂人", f"/area/{GRID}", f"/area/{COUNTY}", f"/posting/{GRID}", "/cases?q=骂人",
    "/me/", "/me/notices", "/me/looks", "/me/looks.csv", "/me/export.json", "/field/", "/office/",
    f"/office/area/{GRID}", f"/office/area/{TOWNSHIP}", f"/office/area/{COUNTY}", "/office/queue?tab=all",
    "/office/queue?tab=all&q=骂", "/office/queue.csv?tab=all", "/office/notices", "/office/audit", "/office/complaints",
    "/office/complaints?tab=ended", "/office/mediations", "/complaint/mine", "/complaint/figures", "/track/case",
    "/open311/v2/requests.json", "/open311/v2/requests.xml", "/about/ledger", "/welcome",
)  # fmt: skip


@pytest.fixture(scope="module")
def standing(standing_town: Town) -> tuple[Quiet, UUID, str]:
    """A complaint that went the whole way: taken on, the office asked and replied, answered."""
    quiet = quieten(standing_town)
    made = complained(quiet)
    take_on(complaint_id=made.id, by=quiet.reviewer, at=AT)
    ask(complaint_id=made.id, question=QUESTION, by=quiet.reviewer, at=AT)
    question = questions_to_us(viewer=quiet.supervisor, at=AT)[0].id
    reply(question_id=question, text=REPLY, by=quiet.supervisor, at=AT)
    complainant_contact(complaint_id=made.id, viewer=quiet.reviewer, at=AT)
    answer(complaint_id=made.id, outcome="upheld", reasons=REASONS, by=quiet.reviewer, at=AT)
    count()
    return quiet, made.id, made.code


@pytest.fixture
def told(standing: tuple[Quiet, UUID, str], db: None, monkeypatch: pytest.MonkeyPatch) -> tuple[Quiet, UUID, str]:
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


def traces(quiet: Quiet, row: UUID, code: str) -> tuple[str, ...]:
    """All by which a complaint could be noticed: its words and names, ids, codes, keys."""
    label = complaints(ended=True, viewer=quiet.reviewer, at=LATER).rows[0].label
    return (*SECRETS, str(row), row.hex, code, code.replace("-", ""), voice_key(code), label)


def rows_seen(viewer: Viewer, tables: tuple[str, ...]) -> dict[str, int]:
    """Raw SQL of the web role in the viewer's own scope."""
    with viewing(viewer, LATER), connection.cursor() as cursor:
        found = {}
        for table in tables:
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


TABLES = ("complaints_complaint", "complaints_step", "complaints_question")


CLOSE = ("worker", "supervisor", "county_officer", "auditor")
"""Those nearest to it look in the quick run, all others in the slow one: what raw SQL does not show, no page can."""
EVERYBODY = [name if name in CLOSE else pytest.param(name, marks=pytest.mark.slow) for name in OUTSIDERS]


@pytest.mark.parametrize("name", EVERYBODY)
def test_no_page_says_a_word_of_it(told: tuple[Quiet, UUID, str], name: str) -> None:
    quiet, row, code = told
    client, signs = browser(quiet, name), traces(quiet, row, code)
    addresses = (*PAGES, f"/office/complaints/{row}")
    for address in addresses:
        body = text_of(client.get(address, follow=True))
        own = {str(row)} if str(row) in address else set()
        assert [sign for sign in signs if sign in body and sign not in own] == [], address


@pytest.mark.parametrize("name", EVERYBODY)
def test_no_door_opens_and_no_step_is_taken(told: tuple[Quiet, UUID, str], name: str) -> None:
    quiet, row, _code = told
    client = browser(quiet, name)
    for action in ("take_on", "recuse", "ask", "answer", "contact"):
        sent = {"sure": "1", "reason": REASONS, "question": QUESTION, "reasons": REASONS, "outcome": "not_upheld"}
        assert client.post(f"/office/complaints/{row}/do/{action}", sent).status_code in {403, 404}, action
    viewer = getattr(quiet, name)
    for look in (complaint_page, complainant_contact):
        with pytest.raises(Refusal):
            look(complaint_id=row, viewer=viewer, at=LATER, purpose="review")
    with pytest.raises(Refusal):
        complaints(ended=False, viewer=viewer, at=LATER)


@pytest.mark.parametrize("name", OUTSIDERS)
def test_raw_sql_within_their_scope_finds_no_row(told: tuple[Quiet, UUID, str], name: str) -> None:
    quiet, row, code = told
    viewer = getattr(quiet, name)
    asked = name in {"supervisor", "second_supervisor"}
    wanted = {"complaints_complaint": 0, "complaints_step": 0, "complaints_question": int(asked)}
    assert rows_seen(viewer, TABLES) == wanted, "the office asked sees the question, and nothing else"
    everything = whole_database(viewer)
    signs = [sign for sign in traces(quiet, row, code) if sign != str(row) or not asked]
    assert [sign for sign in signs if sign in everything] == []


@pytest.mark.parametrize("name", OUTSIDERS)
def test_the_ledger_tells_them_nothing_of_it(told: tuple[Quiet, UUID, str], name: str) -> None:
    quiet, row, code = told
    viewer = getattr(quiet, name)
    with viewing(viewer, LATER):
        bodies = [one.body for one in LedgerDetail.objects.all()]
    foreign = [body for body in bodies if '"what":"complaint.' in body and f'"by":"{viewer.key}"' not in body]
    assert foreign == []
    assert not [body for body in bodies if f"complaint:{row}" in body or voice_key(code) in body]
    if viewer.user_id is not None:
        looks = who_looked(about=viewer.key, viewer=viewer, at=LATER)
        assert not [one for one in looks if one.what.startswith(("complaint.", "look.compl")) and one.by != viewer.key]


def test_every_entry_about_it_names_no_place(told: tuple[Quiet, UUID, str]) -> None:
    _quiet, row, _code = told
    with connection.cursor() as cursor, viewing(program("test"), LATER):
        cursor.execute("SELECT area_code FROM access_ledgerdetail WHERE body LIKE %s", [f"%complaint:{row}%"])
        places = {place for (place,) in cursor.fetchall()}
    assert places == {""}


@pytest.mark.parametrize("name", OUTSIDERS)
def test_no_notice_says_anything(told: tuple[Quiet, UUID, str], name: str) -> None:
    quiet, _row, _code = told
    with viewing(getattr(quiet, name), LATER):
        keys = set(Notice.objects.values_list("text_key", flat=True))
    assert {key for key in keys if key.startswith("complaint")} <= (
        {"complaint.question"} if "supervisor" in name else set()
    )
    assert name != "worker" or not keys


def test_the_worker_is_not_told_of_the_question_though_it_went_to_their_own_office(
    told: tuple[Quiet, UUID, str],
) -> None:
    quiet, _row, _code = told
    with viewing(quiet.worker, LATER):
        assert not Notice.objects.filter(text_key="complaint.question").exists()
    body = text_of(browser(quiet, "worker").get("/office/questions"))
    assert QUESTION not in body


def test_the_programs_other_jobs_see_nothing(told: tuple[Quiet, UUID, str]) -> None:
    quiet, row, code = told
    for job in ("counting", "retention", "notices", "rehearsal"):
        assert rows_seen(program(job), TABLES) == dict.fromkeys(TABLES, 0)
    assert [s for s in SECRETS if s in whole_database(program("counting"))] == []
    assert own_complaint(code=code, viewer=holder(code), at=LATER).line.id == row
    assert complaints(ended=True, viewer=quiet.reviewer, at=LATER).total == 1


def test_the_tables_hold_no_readable_word_even_for_their_own_job(told: tuple[Quiet, UUID, str]) -> None:
    _quiet, _row, _code = told
    everything = whole_database(JOB)
    for secret in (*SECRETS, QUESTION, REPLY):
        assert secret not in everything
        assert secret.encode().hex() not in everything


def test_counts_do_not_move_by_one_complaint(told: tuple[Quiet, UUID, str]) -> None:
    quiet, _row, _code = told
    names = ("supervisor", "county_officer")
    addresses = (f"/office/area/{TOWNSHIP}", "/complaint/figures")
    before = {(name, a): text_of(browser(quiet, name).get(a)) for name in names for a in addresses}
    complained(quiet)
    tally(today=LATER.date(), by=JOB, at=LATER)
    after = {(name, a): text_of(browser(quiet, name).get(a)) for name in names for a in addresses}
    assert {key for key in before if _bare(before[key]) != _bare(after[key])} == set()


def _bare(page: str) -> str:
    """A page without the tokens that every answer has of its own."""
    unsigned = re.sub(' data-signed-in="[0-9a-f]*"', "", page)
    return "\n".join(line for line in unsigned.splitlines() if "csrf" not in line.lower())


def test_a_code_of_another_kind_opens_nothing(told: tuple[Quiet, UUID, str]) -> None:
    quiet, _row, code = told
    case = report(quiet.town)
    to_handled(quiet.town, case.case_id)
    assert rows_seen(with_code(quiet.public, case.code), TABLES) == dict.fromkeys(TABLES, 0)
    assert rows_seen(with_code(quiet.public, code), TABLES) == dict.fromkeys(TABLES, 0)
    assert rows_seen(holder(case.code), TABLES) == dict.fromkeys(TABLES, 0)
    assert rows_seen(holder(code), TABLES)["complaints_complaint"] == 1


def test_what_a_person_does_elsewhere_is_not_shown_beside_their_complaint(told: tuple[Quiet, UUID, str]) -> None:
    quiet, row, _code = told
    from gridcommons.people.contacts import Contact

    case = report(quiet.town, text="同一个人的另一件事", contact=Contact(name=NAMES[0], phone=PHONES[0]))
    mediation = requested(quiet)
    mediate(mediation_id=mediation.id, declared=True, by=quiet.mediator, at=AT)
    consent(mediation_id=mediation.id, wants=True, by=party(joined(quiet, mediation)), at=AT)
    body = text_of(browser(quiet, "reviewer").get(f"/office/complaints/{row}"))
    for sign in ("同一个人的另一件事", case.number, str(mediation.id)):
        assert sign not in body
