"""A night at the desk: a case of another township is read by two persons' word, told, proved and answered for.

Everything is committed, sealed by the sealer's own role and counted by the jobs, as in the running program.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from glass_town import REASON, more_cast
from gridcommons.access.book import tasks as book_jobs
from gridcommons.access.book.models import Check, DayCount, Mark
from gridcommons.access.book.queries import GrantFilter, grants
from gridcommons.access.identify import program
from gridcommons.access.proofs import check_inclusion
from gridcommons.access.scope import viewing
from gridcommons.access.sealer import Signer, seal
from gridcommons.cases.actions import Reported, report_case
from gridcommons.cases.beyond import tasks as telling_jobs
from gridcommons.cases.filing import Report
from gridcommons.notices.models import Notice
from gridcommons.people.contacts import Contact
from town import AT, FAR, HERE, OTHER_TOWNSHIP, Town, build_town
from web.office_town import LATER, client_of, stop_clock, text_of

WORDS = "远处第三盏灯不亮，老人摔了一跤"
SURE = {"sure": "1"}
NOW = int(LATER.timestamp())


@dataclass
class Night:
    """The committed town, its case, the key of its ledger."""

    town: Town
    far: Reported
    near: Reported
    signer: Signer

    def pass_by(self) -> None:
        """The sealer and the jobs come by."""
        with psycopg.connect(os.environ["GRIDCOMMONS_SEALER_DATABASE_URL"], autocommit=True) as link:
            while seal(link, self.signer, LATER):
                pass
        book_jobs.count.func(NOW)
        telling_jobs.tell.func(NOW)


@pytest.fixture(scope="module")
def night(committed_for_module: None, tmp_path_factory: pytest.TempPathFactory) -> Night:
    town = more_cast(build_town())
    contact = Contact(name="测试甲", phone="10012345678")
    far = report_case(
        report=Report("street_lamps", WORDS, *FAR, contact=contact), channel="page", by=town.resident, at=AT
    )
    near = report_case(report=Report("street_lamps", "=近处也不亮", *HERE), channel="page", by=town.resident, at=AT)
    return Night(town, far, near, Signer.from_folder(tmp_path_factory.mktemp("keys")))


@pytest.fixture(autouse=True)
def _standing_clock(monkeypatch: pytest.MonkeyPatch, night: Night, settings_folder: Path) -> None:
    stop_clock(monkeypatch)


@pytest.fixture
def settings_folder(monkeypatch: pytest.MonkeyPatch, night: Night, tmp_path: Path) -> Iterator[Path]:
    """The worker finds the ledger's key where the sealer has it."""
    monkeypatch.setattr(Signer, "from_folder", lambda *_args, **_more: night.signer)
    return tmp_path


def _told(key: str) -> list[Notice]:
    with viewing(program("test"), LATER):
        return list(Notice.objects.filter(text_key=key).order_by("to"))


def _ask(night: Night, who: str, number: str = "") -> str:
    sent = {"area": OTHER_TOWNSHIP, "number": number, "stated": "service", "reason": REASON}
    answer = client_of(night.town, who).post("/office/glass/ask", sent)
    assert answer.status_code == 302, text_of(answer)
    return str(answer["Location"])


def test_the_story_of_a_glass(night: Night) -> None:
    town, far = night.town, night.far
    page = _ask(night, "supervisor", far.number)
    night.pass_by()
    assert {n.to for n in _told("glass.asked")} == {town.second.key, town.third.key}, (
        "who is of another office and line"
    )

    second = client_of(town, "second")
    assert REASON in text_of(second.get(page))
    asked_first = second.post(f"{page}/do/confirm", {})
    assert asked_first.status_code == 400
    assert "确认，开放查看" in text_of(asked_first)
    assert second.post(f"{page}/do/confirm", SURE).status_code == 302
    night.pass_by()
    assert {n.to for n in _told("glass.opened")} == {town.county_officer.key, town.auditor.key, town.town_auditor.key}

    asker = client_of(town, "supervisor")
    answer = asker.get(f"{page}/read", follow=True)
    body = text_of(answer)
    assert WORDS in body
    assert "gc-watermark" in body
    assert "supervision办公室" in body
    assert "2026年11月2日 周一 15:00:00" in body or "Mon 2 Nov 2026 15:00:00" in body, "the moment of the reading"
    assert "10012345678" not in body
    night.pass_by()
    night.pass_by()
    notices = _told("glass.read")
    assert sorted(n.to.split(":")[0] for n in notices) == ["contact", "user"], "the reporter is told once, each way"
    assert all(n.facts["reason"] == REASON for n in notices)

    reporter = client_of(town, "resident", "en")
    looks = text_of(reporter.get("/me/looks"))
    assert "break-glass" in looks
    assert REASON in looks
    assert "beyond its grant" in text_of(reporter.get("/me/notices"))

    assert second.post(f"{page}/do/end", SURE | {"why": "已核实"}).status_code == 302
    assert asker.get(f"{page}/read").status_code == 403
    night.pass_by()
    assert {n.to for n in _told("glass.ended")} == {town.auditor.key, town.town_auditor.key}
    auditor = client_of(town, "auditor", "en")
    shown = text_of(auditor.get(page))
    assert "read a case" in shown
    assert WORDS not in shown
    sent = {"right": "yes", "answer": "险情属实，范围恰当，两人程序合规。"}
    assert auditor.post(f"{page}/do/review", sent).status_code == 302
    assert "it was right" in text_of(auditor.get(page))


def test_the_story_of_an_export(night: Night) -> None:
    town = night.town
    asker, second = client_of(town, "supervisor"), client_of(town, "second")
    form = "/office/exports/ask?tab=all"
    assert "所见的全部事项" in text_of(asker.get("/office/exports/ask?tab=all"))
    short = asker.post(form, {"reason": "要用"})
    assert short.status_code == 400
    page = str(asker.post(form, {"reason": REASON})["Location"])
    assert asker.post(f"{page}/do/take").status_code == 409
    assert asker.post(f"{page}/do/confirm", SURE).status_code == 403
    assert second.post(f"{page}/do/confirm", SURE).status_code == 302
    assert second.post(f"{page}/do/take").status_code == 403
    answer = asker.post(f"{page}/do/take")
    rows = list(csv.DictReader(StringIO(text_of(answer).removeprefix("\ufeff"))))
    number = answer["Content-Disposition"].split('"')[1].removesuffix(".csv")
    assert [(row["编号"], row["报告人原话"], row["导出编号"]) for row in rows] == [
        (night.near.number, "'=近处也不亮", number)
    ]
    again = asker.post(f"{page}/do/take")
    assert again.status_code == 409
    night.pass_by()
    assert {n.facts["case"] for n in _told("handout.read")} == {str(night.near.case_id)}
    assert {n.to for n in _told("handout.taken")} == {town.county_officer.key, town.auditor.key}
    looks = text_of(client_of(town, "resident", "en").get("/me/looks"))
    assert "put the words of the case into an export" in looks


def test_the_auditor_reads_the_ledger_and_takes_a_proof(night: Night) -> None:
    night.pass_by()
    auditor = client_of(night.town, "auditor", "en")
    body = text_of(auditor.get("/office/ledger"))
    assert "report something" in body
    assert "supervision office" in body
    for secret in (WORDS, "10012345678", str(night.far.case_id), "supervisor<"):
        assert secret not in body, secret
    filtered = text_of(auditor.get("/office/ledger?what=case.report&area=331123102"))
    assert filtered.count("<strong>Report something</strong>") == 1
    assert "No entry of your areas" in text_of(auditor.get("/office/ledger?day=2020-01-01"))
    assert "report something" in text_of(auditor.get("/office/ledger?day=2026-11-02"))
    assert auditor.get("/office/ledger?case=" + night.far.number).status_code == 404, "above the township: numbers"

    for sent in ({"first": "0", "last": "5"}, {"entry": "3"}):
        page = str(auditor.post("/office/ledger/check", sent)["Location"])
        assert "hx-get" in text_of(auditor.get(page))
        assert book_jobs.run_checks.func(NOW) == 1
        done = text_of(auditor.get(page))
        assert ("Sound" in done) or ("Take the proof" in done)
    proof = json.loads(text_of(auditor.get(f"{page}.json")))
    assert check_inclusion(proof, night.signer.public) == []
    assert proof["index"] == 3
    for sent in ({"first": "9", "last": "3"}, {"first": "0", "last": "99999999"}, {"first": "x", "last": "1"}, {}):
        assert auditor.post("/office/ledger/check", sent).status_code == 400


def test_a_township_s_auditor_finds_the_entries_of_a_case(night: Night) -> None:
    night.pass_by()
    auditor = client_of(night.town, "town_auditor", "en")
    body = text_of(auditor.get(f"/office/ledger?case={night.far.number}"))
    assert "read a case" in body
    assert f"case:{night.far.case_id}" in body
    assert WORDS not in body
    assert auditor.get(f"/office/ledger?case={night.near.number}").status_code == 404


def test_a_changed_entry_is_found_by_a_check_of_its_range(night: Night) -> None:
    night.pass_by()
    with psycopg.connect(os.environ["GRIDCOMMONS_OWNER_DATABASE_URL"]) as owner:
        before = owner.execute("SELECT d.entry, d.body FROM access_ledgerdetail d JOIN access_ledgerentry e ON "
                               "e.id = d.entry WHERE e.seq = 2").fetchone()  # fmt: skip
        assert before is not None
        owner.execute("UPDATE access_ledgerdetail SET body = body || ' ' WHERE entry = %s", (before[0],))
    auditor = client_of(night.town, "auditor", "en")
    page = str(auditor.post("/office/ledger/check", {"first": "1", "last": "4"})["Location"])
    book_jobs.run_checks.func(NOW)
    body = text_of(auditor.get(page))
    with psycopg.connect(os.environ["GRIDCOMMONS_OWNER_DATABASE_URL"]) as owner:
        owner.execute("UPDATE access_ledgerdetail SET body = %s WHERE entry = %s", (before[1], before[0]))
    assert "Something is wrong" in body
    assert "detail changed" in body


def test_counts_are_those_of_the_entries_and_marks_are_told_once(night: Night) -> None:
    night.pass_by()
    with psycopg.connect(os.environ["GRIDCOMMONS_OWNER_DATABASE_URL"]) as owner:
        row = owner.execute("SELECT count(*) FROM access_ledgerentry e WHERE e.seq < (SELECT size FROM "
                            "book_readsofar)").fetchone()  # fmt: skip
    assert row is not None
    assert sum(DayCount.objects.values_list("n", flat=True)) == row[0]
    assert Mark.objects.exists()
    assert not Mark.objects.filter(told_at__isnull=True).exists()
    assert book_jobs.run_checks.func(NOW) == 0
    assert not Check.objects.filter(state="waiting").exists()


def test_unused_grants_are_those_of_accounts_without_entries(night: Night) -> None:
    night.pass_by()
    later = LATER.replace(month=12, day=20)
    found = grants(
        wanted=GrantFilter(state="unused"), viewer=night.town.county_officer, at=later, most=100,
        purpose="administration",
    )  # fmt: skip
    every = grants(wanted=GrantFilter(), viewer=night.town.county_officer, at=later, most=100, purpose="administration")
    names = {line.username for line in found.lines}
    assert names == {line.username for line in every.lines if line.unused}
    assert "worker" in names
    assert not {"supervisor", "second", "auditor"} & names


def test_the_id_of_a_case_is_no_way_round(night: Night) -> None:
    other = UUID(int=night.far.case_id.int ^ 1)
    assert client_of(night.town, "town_auditor").get(f"/office/case/{other}").status_code in {403, 404}
