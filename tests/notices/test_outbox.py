"""The outbox: written with the step or not at all, delivered once, a failure kept with its reason."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.test import override_settings

from gridcommons.access.identify import program
from gridcommons.access.queries import office_at
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Scope, Viewer
from gridcommons.access.scope import scoped, viewing
from gridcommons.cases.actions import file_case, report_case, settle, void
from gridcommons.cases.filing import Report
from gridcommons.kit.errors import Refusal
from gridcommons.notices.channels import demo_channels
from gridcommons.notices.delivery import Round
from gridcommons.notices.inboxes import received_by
from gridcommons.notices.models import Notice
from gridcommons.notices.queries import inbox
from gridcommons.notices.tasks import deliver, forget
from gridcommons.notices.texts import text_of
from gridcommons.people.contacts import Contact
from town import AT, GRID, HERE, NEXT_GRID, THERE, TOWNSHIP, Town

JOB = program("notices")
LATER = AT + timedelta(minutes=20)


def _report(town: Town, **contact: str) -> str:
    report = Report("street_lamps", "路灯坏了", HERE[0], HERE[1], contact=Contact(**contact))
    return str(report_case(report=report, channel="page", by=town.public, at=AT).case_id)


def _all(town: Town) -> list[Notice]:
    with viewing(town.supervisor, LATER):
        return list(Notice.objects.all())


def _deliver(folder: Path) -> int:
    return Round(demo_channels(folder), JOB, LATER, lambda: 0.0).run()


def _outside(town: Town) -> list[Notice]:
    return [one for one in _all(town) if one.channel != "inside"]


def test_a_letter_and_a_short_message_become_files_once(town: Town, tmp_path: Path) -> None:
    _report(town, email="anna@example.org")
    _report(town, phone="10012345678")
    assert _deliver(tmp_path) == 2
    assert {(one.channel, one.state) for one in _outside(town)} == {("email", "delivered"), ("sms", "delivered")}
    (letter,) = tmp_path.glob("*.eml")
    read = message_from_bytes(letter.read_bytes(), policy=policy.default)
    plain = read.get_body(("plain",))
    assert read["To"] == "anna@example.org"
    assert "路灯" in plain.get_content()
    (message,) = tmp_path.glob("*.txt")
    assert message.read_text("utf-8").startswith("10012345678\n")
    assert _deliver(tmp_path) == 0
    assert len(list(tmp_path.iterdir())) == 2


def test_a_refused_step_tells_nobody(town: Town, tmp_path: Path) -> None:
    case_id = _report(town, email="anna@example.org")
    _deliver(tmp_path)
    with pytest.raises(Refusal):
        file_case(case_id=case_id, by=town.handler, at=LATER)
    assert _deliver(tmp_path) == 0


def test_a_reason_of_several_lines_reaches_who_left_only_an_address(town: Town, tmp_path: Path) -> None:
    case_id = _report(town, email="anna@example.org")
    void(case_id=case_id, reason="重复件。\n见另一件。", by=town.supervisor, at=LATER)
    _report(town, email="bert@example.org")
    _deliver(tmp_path)
    assert {one.state for one in _outside(town)} == {"delivered"}
    letters = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in tmp_path.iterdir()]
    told = [letter.get_body(("plain",)).get_content().replace("\r\n", "\n") for letter in letters]
    assert any("重复件。\n见另一件。" in text for text in told)


def test_a_member_of_an_office_is_not_told_of_an_area_that_their_grant_excludes(town: Town) -> None:
    for place in (HERE, THERE):
        report_case(report=Report("street_lamps", "路灯坏了", *place), channel="page", by=town.public, at=AT)
    office = office_at(TOWNSHIP, "supervision").id
    wanted = GrantFacts("supervisor", (TOWNSHIP,), (NEXT_GRID,), ROLES["supervisor"].purposes, AT, None, office)
    half = replace(town.supervisor, grants=(wanted,))

    def told(viewer: Viewer) -> set[str]:
        """Asked behind the widest wall, so that the question itself has to leave out what is excluded."""
        with scoped(Scope("^")):
            return set(Notice.objects.filter(received_by(viewer, LATER)).values_list("area_code", flat=True))

    assert told(town.supervisor) == {GRID, NEXT_GRID}
    assert told(half) == {GRID}
    assert len(inbox(viewer=town.supervisor, language="en", at=LATER)) == 2
    assert len(inbox(viewer=half, language="en", at=LATER)) == 1


def test_a_receipt_says_by_when_and_the_desk_is_told_to_file(town: Town) -> None:
    _report(town, email="anna@example.org")
    texts = {one.text_key: text_of(one.text_key, one.facts, "en") for one in _all(town)}
    assert "It is to be accepted by Mon 2 Nov " in texts["case.reported"]
    assert texts["case.to_file"].startswith("Case ")
    assert "waits to be filed, by Mon 2 Nov " in texts["case.to_file"]
    assert not [text for text in texts.values() if "–" in text]


def _run(job: object, at: datetime) -> int:
    """A job as the worker runs it."""
    return job.func(timestamp=int(at.timestamp()))


@pytest.mark.parametrize("contact", [{"email": "anna@example.org"}, {"phone": "10012345678"}])
def test_outside_the_demo_nothing_is_written_and_nothing_counts_as_delivered(
    contact: dict[str, str], town: Town, tmp_path: Path
) -> None:
    _report(town, **contact)
    with override_settings(DEMO=False, NOTICE_FOLDER=tmp_path, DATA=tmp_path):
        assert _run(deliver, LATER) == 0
        assert _run(deliver, LATER) == 0, "it is not tried for ever"
    assert list(tmp_path.iterdir()) == []
    states = {(one.channel == "inside", one.state, one.failure, one.delivered_at) for one in _all(town)}
    assert states == {(True, "delivered", "", AT), (False, "failed", "channel_off", None)}


def test_the_files_of_the_demo_go_with_the_notices(town: Town, tmp_path: Path) -> None:
    _report(town, email="anna@example.org")
    with override_settings(DEMO=True, NOTICE_FOLDER=tmp_path):
        _run(deliver, LATER)
        assert _run(forget, AT + timedelta(days=29)) == 0
        (kept,) = tmp_path.iterdir()
        os.utime(kept, (LATER.timestamp(), (LATER + timedelta(days=90)).timestamp()))  # a replay runs behind the clock
        assert _run(forget, AT + timedelta(days=30)) > 0
        assert list(tmp_path.iterdir()) == []


def test_a_file_left_over_of_a_notice_forgotten_before_goes_by_its_age(db: None, tmp_path: Path) -> None:
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    for file, age in ((old, 30), (new, 29)):
        file.write_text("10012345678\n")
        os.utime(file, ((LATER - timedelta(days=age)).timestamp(),) * 2)
    with override_settings(DEMO=False, NOTICE_FOLDER=tmp_path):
        _run(forget, LATER)
    assert list(tmp_path.iterdir()) == [new]


def test_nobody_is_asked_to_file_what_was_settled_on_the_spot(town: Town) -> None:
    found = Report("waste_litter", "垃圾袋堆在路边", *HERE)
    made = report_case(report=found, channel="worker", by=town.worker, at=AT, purpose="service")
    assert "case.to_file" in {one.text_key for one in _all(town)}
    settle(case_id=made.case_id, evidence="已清走", by=town.worker, at=AT)
    assert "case.to_file" not in {one.text_key for one in _all(town)}


def test_who_has_an_account_is_sent_to_no_code() -> None:
    facts = {"matter_en": "Street lamps", "matter_zh": "路灯", "number": "1"}
    assert "code" in text_of("case.closed", facts, "en")
    assert "code" not in text_of("case.closed_account", facts, "en")
    assert "查询码" not in text_of("case.closed_account", facts, "zh-hans")
