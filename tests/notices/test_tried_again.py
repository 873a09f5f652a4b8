"""What an officer has tried again really goes out again; letters to staff go, without a way to stop them by a link."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cases.reports.report_town import JOB as REPORTS
from cases.reports.report_town import MORNING, counted, defined, make
from gridcommons.access.models import User
from gridcommons.access.rules import PUBLIC
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import report_case
from gridcommons.cases.filing import Report
from gridcommons.notices.actions import ask_retry, count_deliveries, retry_asked, take_receipt
from gridcommons.notices.channels import Channels
from gridcommons.notices.delivery import Round
from gridcommons.notices.models import Notice
from gridcommons.notices.signing import holding, message_key
from gridcommons.notices.sms import Gateway, Sms
from gridcommons.people.contacts import Contact
from notices.gateway import SECRET, gateway
from notices.test_delivery import HOUSE, JOB, NOW, PHONE, Way
from town import AT, HERE, Town


def test_what_a_carrier_reported_lost_is_sent_again_under_a_new_key(town: Town) -> None:
    report = Report("street_lamps", "灯坏了", *HERE, contact=Contact(phone=PHONE))
    report_case(report=report, channel="page", by=town.public, at=AT)
    with gateway() as carrier:
        ways = Channels({"sms": Sms(Gateway(carrier.url, SECRET), now=lambda: datetime.now(UTC))}, "")
        assert Round(ways, JOB, NOW, lambda: 0.0).run() == 1
        with viewing(JOB, NOW):
            first = Notice.objects.exclude(channel="inside").get().message
        assert first is not None
        lost = NOW + timedelta(minutes=5)
        take_receipt(message=first, told="failed", by=holding(PUBLIC, frozenset({message_key(first)})), at=lost)
        count_deliveries(by=JOB, at=lost)
        ask_retry(channel="sms", state="failed", reason="reported_failed", by=town.county_officer, at=lost)
        assert len(retry_asked(by=JOB, at=lost)) == 1
        assert Round(ways, JOB, lost + timedelta(minutes=1), lambda: 0.0).run() == 1
        with viewing(JOB, lost):
            second = Notice.objects.exclude(channel="inside").get().message
        assert second not in {None, first}
        assert len(carrier.taken) == 2


def test_a_report_goes_to_staff_by_mail(town: Town) -> None:
    with viewing(REPORTS, AT, deed="access.add_user"):
        User.objects.filter(pk=town.dispatcher.user_id).update(email="dispatcher@example.org")
    counted()
    defined(town, by_mail=True)
    make(MORNING)
    way, at = Way(), MORNING.astimezone(UTC) + timedelta(hours=5)
    Round(Channels({"email": way}, HOUSE), JOB, at, lambda: 0.0).run()
    (letter,) = way.sent
    assert (letter.address, letter.link) == ("dispatcher@example.org", "")
    assert "/notices/stop/" not in letter.text
