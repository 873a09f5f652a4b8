"""Reports by schedule: made when their period is counted, corrected by late data, failing visibly, for some."""

from __future__ import annotations

import hashlib
import re
import uuid
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from openpyxl import load_workbook

from cases.reports.report_town import JOB, MORNING, counted, defined, draft, make
from gridcommons.access.models import User
from gridcommons.access.scope import viewing
from gridcommons.cases.models import Case, Step
from gridcommons.cases.reports import editions, tasks
from gridcommons.cases.reports.actions import define_report, end_report
from gridcommons.cases.reports.editions import false_files
from gridcommons.cases.reports.models import Edition, Failure, Schedule
from gridcommons.cases.reports.queries import edition_file, kept_files, schedule_page, schedules
from gridcommons.cases.reports.rules import due_terms
from gridcommons.kit.errors import Refusal
from gridcommons.notices.models import Notice
from gridcommons.outlook.indicators.terms import term_of
from gridcommons.outlook.periods import ZONE
from tianmen import MONTH, count, day
from town import AT, COUNTY, TOWNSHIP, Town

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def notices(key: str) -> list[str]:
    with viewing(JOB, AT):
        return sorted(Notice.objects.filter(to=key).values_list("text_key", flat=True))


def test_a_report_is_made_told_kept_with_its_hash_and_made_once(town: Town) -> None:
    counted()
    schedule = defined(town)
    assert make(MORNING) == 1
    assert make(MORNING + _HOUR) == 0
    edition = Edition.objects.get()
    assert (edition.term, edition.number) == (MONTH.key, 1)
    assert edition.sha256 == hashlib.sha256(bytes(edition.data)).hexdigest()
    assert notices(town.dispatcher.key) == ["report.made"]
    file = edition_file(edition_id=edition.pk, viewer=town.dispatcher, at=MORNING)
    book = load_workbook(BytesIO(file.data))
    assert book.sheetnames == ["指标", "分项", "说明"]
    rows = {row[0].value: row for row in book["指标"].iter_rows(min_row=2)}
    assert float(rows["on_time_closing_rate"][2].value) == 83.33
    assert rows["on_time_closing_rate"][2].data_type == "n"
    codes = [row[0] for row in book["分项"].iter_rows(min_row=2)]
    assert {(cell.value, cell.data_type) for cell in codes} == {(TOWNSHIP, "s"), ("331123102", "s")}
    about = [cell.value for row in book["说明"].iter_rows() for cell in row]
    assert "(closed) / (due)" in about
    assert "合成的演示数据，不是真实情况。" in about
    assert false_files() == (1, [])
    assert schedules(viewer=town.dispatcher, at=MORNING)[0].id == schedule.pk


def test_a_report_waits_for_its_hour_and_for_the_count_of_its_period(town: Town) -> None:
    defined(town)
    early = datetime(2026, 11, 1, 5, 30, tzinfo=ZONE)
    assert make(early) == 0
    assert make(early + _HOUR) == 0
    assert not Failure.objects.exists(), "the count may still come"
    assert make(early + 6 * _HOUR) == 0
    assert make(early + 7 * _HOUR) == 0
    failure = Failure.objects.get()
    assert (failure.reason, failure.tries, failure.solved_at) == ("not_counted", 2, None)
    assert notices(town.county_officer.key) == ["report.failed"], "told once"
    counted()
    assert make(MORNING) == 1
    failure.refresh_from_db()
    assert failure.solved_at == MORNING


def test_late_data_make_a_corrected_edition_and_the_old_one_stays(town: Town) -> None:
    cases = counted()
    schedule = defined(town)
    make(MORNING)
    first = bytes(Edition.objects.get().data)
    with viewing(JOB, AT, deed="case.report"):
        Step.objects.create(
            case=cases[0], action="reopen", duty="reporter", from_state="closed", to_state="reopened", at=day(14),
            by_key="public",
        )  # fmt: skip
        Case.objects.filter(pk=cases[0].pk).update(changed_at=AT)
    count(at=MORNING + _HOUR)
    assert make(MORNING + 2 * _HOUR) == 1
    one, two = Edition.objects.order_by("number")
    assert (bytes(one.data), two.number) == (first, 2)
    assert one.content != two.content
    page = schedule_page(schedule_id=schedule.pk, viewer=town.county_officer, at=MORNING)
    assert [(e.number, e.current) for e in page.editions] == [(2, True), (1, False)]
    assert notices(town.dispatcher.key) == ["report.corrected", "report.made"]
    assert make(MORNING + 200 * _DAY) <= 6, "missed months are made up for, the old one is left"
    assert Edition.objects.filter(term=MONTH.key).count() == 2


def test_the_files_of_a_report_are_not_loaded_for_their_sizes(town: Town) -> None:
    counted()
    schedule = defined(town)
    make(MORNING)
    size = len(bytes(Edition.objects.get().data))
    with CaptureQueriesContext(connection) as asked:
        page = schedule_page(schedule_id=schedule.pk, viewer=town.county_officer, at=MORNING)
        schedules(viewer=town.county_officer, at=MORNING)
    assert [one.size for one in page.editions] == [size]
    loading = re.compile(r'(?<!LENGTH\()"reports_edition"\."data"')
    assert [one["sql"] for one in asked.captured_queries if loading.search(one["sql"])] == []


def test_files_are_checked_one_after_another_and_a_changed_one_is_found(town: Town) -> None:
    counted()
    defined(town)
    make(MORNING)
    files = kept_files()
    assert iter(files) is files, "not a list of all bytes"
    right = next(files)
    false = (uuid.uuid4(), right[1], right[2] + b" ")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(editions, "kept_files", lambda: iter([right, false]))
        assert false_files() == (2, [false[0]])


_ADDRESS = 'address = "https://grid.example.org"\n'


@pytest.mark.parametrize(
    ("channels", "mailed"),
    [(_ADDRESS + '[sms]\nurl = "https://sms.example"\nsecret_file = "missing"\n', 1), ("address = 7 =", 0)],
)
def test_a_fault_in_the_channels_stops_no_report(town: Town, tmp_path: Path, channels: str, mailed: int) -> None:
    counted()
    defined(town, by_mail=True)
    (tmp_path / "channels.toml").write_text(channels, encoding="utf-8")
    with override_settings(DATA=str(tmp_path), DEMO=False):
        assert tasks.make_reports.func(int(MORNING.timestamp())) == 1
    assert notices(town.dispatcher.key) == ["report.made", *["report.mailed"] * mailed]


def test_what_goes_wrong_with_one_report_holds_up_no_other(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    counted()
    defined(town, name="甲")
    defined(town, name="乙")
    right = editions.make

    def wrong(**facts: object) -> object:
        if Edition.objects.exists():
            raise ZeroDivisionError
        return right(**facts)  # type: ignore[arg-type]

    monkeypatch.setattr(editions, "make", wrong)
    assert make(MORNING) == 1
    assert Failure.objects.get().reason == "ZeroDivisionError"
    assert sorted(one.failing for one in schedules(viewer=town.county_officer, at=MORNING)) == [False, True]


def test_csv_opens_safely_and_codes_stay_text(town: Town) -> None:
    counted()
    defined(town, form="csv", indicators=("filed",), language="en")
    make(MORNING)
    text = bytes(Edition.objects.get().data).decode()
    assert text.startswith("\ufeffkey,indicator,value,unit,")
    assert "filed,Filed,60,cases,60," in text
    assert TOWNSHIP in text


def test_who_is_no_receiver_maker_or_auditor_does_not_find_it(town: Town) -> None:
    counted()
    schedule = defined(town)
    make(MORNING)
    edition = Edition.objects.get()
    for name in ("handler", "worker", "supervisor", "far_supervisor", "other_handler"):
        viewer = getattr(town, name)
        assert schedules(viewer=viewer, at=MORNING) == []
        for read in (
            lambda v=viewer: schedule_page(schedule_id=schedule.pk, viewer=v, at=MORNING),
            lambda v=viewer: edition_file(edition_id=edition.pk, viewer=v, at=MORNING),
        ):
            with pytest.raises(Refusal) as refused:
                read()
            assert refused.value.code == "reports.unknown"
    for name in ("stranger", "resident", "public"):
        with pytest.raises(Refusal):
            schedules(viewer=getattr(town, name), at=MORNING)
    assert schedules(viewer=town.auditor, at=MORNING)[0].mine is False
    names = schedule_page(schedule_id=schedule.pk, viewer=town.dispatcher, at=MORNING).receivers
    assert names == (), "only who makes it reads who receives it"


@pytest.mark.parametrize("name", ["dispatcher", "supervisor", "auditor", "stranger", "public"])
def test_only_a_county_officer_has_reports_made_and_ends_them(town: Town, name: str) -> None:
    schedule = defined(town)
    with pytest.raises(Refusal):
        define_report(draft=draft(), by=getattr(town, name), at=AT)
    with pytest.raises(Refusal):
        end_report(schedule_id=schedule.pk, by=getattr(town, name), at=AT)
    assert Schedule.objects.get().ended_at is None


def test_an_ended_report_is_made_no_more_and_ended_once(town: Town) -> None:
    counted()
    schedule = defined(town)
    end_report(schedule_id=schedule.pk, by=town.county_officer, at=AT)
    assert make(MORNING) == 0
    with pytest.raises(Refusal) as refused:
        end_report(schedule_id=schedule.pk, by=town.county_officer, at=AT)
    assert refused.value.code == "reports.ended"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"name": " "}, "reports.nameless"), ({"name": "找10012345678"}, "reports.person_in_name"),
        ({"receivers": ()}, "reports.no_receiver"), ({"receivers": ("stranger",)}, "reports.strange_receiver"),
        ({"receivers": ("nobody",)}, "reports.strange_receiver"), ({"kind": "hour"}, "reports.bad_choice"),
        ({"form": "pdf"}, "reports.bad_choice"), ({"hour": 24}, "reports.bad_hour"), ({"hour": -1}, "reports.bad_hour"),
        ({"indicators": ("rank",)}, "indicators.unknown"), ({"area_code": "331124"}, "access.not_there"),
    ],
)  # fmt: skip
def test_a_report_that_makes_no_sense_is_refused(town: Town, facts: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        define_report(draft=draft(**facts), by=town.county_officer, at=AT)
    assert refused.value.code == code
    assert not Schedule.objects.exists()


def test_by_mail_goes_a_link_and_no_figure(town: Town) -> None:
    with viewing(JOB, AT, deed="access.add_user"):
        User.objects.filter(pk=town.dispatcher.user_id).update(email="dispatcher@example.org")
    counted()
    schedule = defined(town, by_mail=True)
    make(MORNING)
    with viewing(JOB, AT):
        mail = Notice.objects.get(to=town.dispatcher.key, channel="email")
    assert mail.facts["link"] == f"https://grid.example.org/office/reports/{schedule.pk}"
    assert "83" not in "".join(value for key, value in mail.facts.items() if key not in {"link", "schedule"})
    from gridcommons.access.queries import mail_of

    assert mail_of(town.dispatcher.key) == "dispatcher@example.org"
    assert mail_of(town.resident.key) == ""


def test_missed_periods_are_made_up_for_from_the_one_before_the_schedule() -> None:
    since = day(2, 9, 11)
    keys = [t.key for t in due_terms("month", hour=6, since=since, at=since + 400 * _DAY, made=[])]
    assert keys == ["2027-06", "2027-07", "2027-08", "2027-09", "2027-10", "2027-11"]
    assert [t.key for t in due_terms("month", hour=6, since=since, at=since, made=[])] == ["2026-10"]
    assert due_terms("month", hour=6, since=since, at=since, made=["2026-10"]) == []
    monday = term_of("2026-W45").starts
    assert due_terms("week", hour=6, since=since, at=monday + 5 * _HOUR, made=[])[-1:] == []
    assert [t.key for t in due_terms("week", hour=6, since=since, at=monday + 6 * _HOUR, made=[])] == ["2026-W44"]
    assert COUNTY
