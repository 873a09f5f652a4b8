"""The outbox: written with the step or not at all, delivered once, a failure kept with its reason."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from gridcommons.access.identify import program
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import file_case, report_case, settle, void
from gridcommons.cases.filing import Report
from gridcommons.kit.errors import Refusal
from gridcommons.notices.actions import deliver_waiting
from gridcommons.notices.channels import file_sender
from gridcommons.notices.models import Notice
from gridcommons.notices.tasks import way_to
from gridcommons.notices.texts import text_of
from gridcommons.people.contacts import Contact
from town import AT, HERE, Town

JOB = program("notices")
LATER = AT + timedelta(minutes=20)


def _report(town: Town, **contact: str) -> str:
    report = Report("street_lamps", "路灯坏了", HERE[0], HERE[1], contact=Contact(**contact))
    return str(report_case(report=report, channel="page", by=town.public, at=AT).case_id)


def _all(town: Town) -> list[Notice]:
    with viewing(town.supervisor, LATER):
        return list(Notice.objects.all())


def _deliver(folder: Path) -> list[Notice]:
    return deliver_waiting(send=file_sender(folder, way_to), by=JOB, at=LATER)


def test_a_letter_and_a_short_message_become_files_once(town: Town, tmp_path: Path) -> None:
    _report(town, email="anna@example.org")
    _report(town, phone="10012345678")
    delivered = _deliver(tmp_path)
    assert {(one.channel, one.state) for one in delivered} == {("email", "delivered"), ("sms", "delivered")}
    (letter,) = tmp_path.glob("*.eml")
    read = message_from_bytes(letter.read_bytes(), policy=policy.default)
    assert read["To"] == "anna@example.org"
    assert "路灯" in read.get_content()
    (message,) = tmp_path.glob("*.txt")
    assert message.read_text("utf-8").startswith("10012345678\n")
    assert _deliver(tmp_path) == []
    assert len(list(tmp_path.iterdir())) == len(delivered)


def test_a_refused_step_tells_nobody(town: Town, tmp_path: Path) -> None:
    case_id = _report(town, email="anna@example.org")
    _deliver(tmp_path)
    with pytest.raises(Refusal):
        file_case(case_id=case_id, by=town.handler, at=LATER)
    assert _deliver(tmp_path) == []


@pytest.mark.parametrize(
    ("error", "kept"),
    [(OSError("no room on the disk"), "no room on the disk"), (ZeroDivisionError(), "ZeroDivisionError")],
)
def test_a_failure_of_any_kind_is_kept_with_its_reason_and_stops_no_other(
    error: Exception, kept: str, town: Town
) -> None:
    _report(town, email="anna@example.org")
    _report(town, email="bert@example.org")
    tried: list[Notice] = []

    def send(notice: Notice) -> None:
        tried.append(notice)
        if len(tried) == 1:
            raise error

    deliver_waiting(send=send, by=JOB, at=LATER)
    assert [(one.state, one.failure) for one in tried] == [("failed", kept), ("delivered", "")]
    assert [one.delivered_at for one in tried] == [None, LATER]


def test_a_reason_of_several_lines_reaches_who_left_only_an_address(town: Town, tmp_path: Path) -> None:
    case_id = _report(town, email="anna@example.org")
    void(case_id=case_id, reason="重复件。\n见另一件。", by=town.supervisor, at=LATER)
    _report(town, email="bert@example.org")
    assert {one.state for one in _deliver(tmp_path)} == {"delivered"}
    subjects = [message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"] for file in tmp_path.iterdir()]
    assert any("重复件。 见另一件。" in subject for subject in subjects)


def test_a_receipt_says_by_when_and_the_desk_is_told_to_file(town: Town) -> None:
    _report(town, email="anna@example.org")
    texts = {one.text_key: text_of(one.text_key, one.facts, "en") for one in _all(town)}
    assert "It is to be accepted by Mon 2 Nov " in texts["case.reported"]
    assert texts["case.to_file"].startswith("Case ")
    assert "waits to be filed, by Mon 2 Nov " in texts["case.to_file"]
    assert not [text for text in texts.values() if "–" in text]


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
