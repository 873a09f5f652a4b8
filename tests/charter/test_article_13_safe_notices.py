"""Charter 13, Free, its part on notices: safe ones for a person under threat, and declining them changes nothing.

The attacks: every step of a case tries to write to somebody who asked for silence; a matter inside a home tries to get
into an SMS or an e-mail, with its name, its office's note or its code; whoever picks up the phone reads along.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from gridcommons.access.identify import program
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import Reported, accept, close, dispatch, feed_back, file_case, reopen, report_case
from gridcommons.cases.filing import Report
from gridcommons.cases.models import Case
from gridcommons.cases.queries import with_code
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.matters.matter import Matter, Place
from gridcommons.notices.channels import Channels
from gridcommons.notices.delivery import Round
from gridcommons.notices.models import Notice
from gridcommons.notices.rules import Message, Outcome, State, Wish
from gridcommons.people.contacts import Contact
from town import AT, COUNTY, HERE, Town

SAFE = Wish(channel="inside", neutral=True)
SECRETS = ("他每晚打人", "办理说明甲", "核查说明乙")
HOMES = [m for m in shipped_catalogue().admitted() if m.place is Place.HOME and m.collects_on(AT.date())]
LAMPS = shipped_catalogue().get("street_lamps")


@dataclass
class Way:
    """A channel that takes everything and shows what it took."""

    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> Outcome:
        self.sent.append(message)
        return Outcome(State.HANDED, "202")

    def ask(self, message: Message) -> Outcome:
        return Outcome(State.HANDED, "202")


def _walked(town: Town, matter: Matter, wish: Wish, **contact: str) -> tuple[Reported, list[Message]]:
    """A report whose case takes every step that tells its reporter something; delivery runs after each."""
    sms, email = Way(), Way()
    report = Report(matter.key, SECRETS[0], *HERE, contact=Contact(**contact), wish=wish)
    made = report_case(report=report, channel="page", by=town.public, at=AT)
    case = made.case_id
    steps = (
        lambda at: file_case(case_id=case, note=SECRETS[1], by=town.supervisor, at=at),
        lambda at: dispatch(case_id=case, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=at),
        lambda at: accept(case_id=case, by=town.handler, at=at),
        lambda at: feed_back(case_id=case, evidence=SECRETS[1], by=town.handler, at=at),
        lambda at: close(case_id=case, check=SECRETS[2], by=town.second_supervisor, at=at),  # who filed does not check
        lambda at: reopen(case_id=case, reason=SECRETS[0], by=with_code(town.public, made.code), at=at),
    )  # fmt: skip
    for hour, step in enumerate(steps):
        step(AT + timedelta(hours=hour))
        now = AT + timedelta(hours=hour, minutes=1)
        ways = Channels({"sms": sms, "email": email}, "https://grid.example.org")
        Round(ways, program("notices"), now, lambda: 0.0).run()
    return made, [*sms.sent, *email.sent]


@pytest.mark.parametrize("contact", [{"phone": "10012345678"}, {"email": "anna@example.org"}])
def test_nothing_at_all_leaves_the_program_for_a_person_who_asked_for_a_safe_way(
    contact: dict[str, str], town: Town
) -> None:
    _made, sent = _walked(town, LAMPS, SAFE, **contact)
    assert sent == []
    with viewing(town.supervisor, AT):
        told = set(Notice.objects.exclude(channel="inside").values_list("state", "failure"))
    assert told == {("unwanted", "chose_inside")}


@pytest.mark.parametrize("matter", HOMES[:3], ids=lambda matter: matter.key)
@pytest.mark.parametrize("contact", [{"phone": "10012345678"}, {"email": "anna@example.org"}])
def test_no_message_names_a_matter_inside_a_home_at_any_step(
    contact: dict[str, str], matter: Matter, town: Town
) -> None:
    made, sent = _walked(town, matter, Wish(), **contact)
    assert sent
    for message in sent:
        said = message.subject + message.text.partition("\n\n")[0]
        for secret in (*SECRETS, matter.name.zh, matter.name.en, made.number, made.code):
            assert secret not in said, secret


def test_who_wants_no_message_is_served_like_everybody_else(town: Town) -> None:
    quiet, _none = _walked(town, LAMPS, Wish(channel="none"), phone="10012345678")
    loud, sent = _walked(town, LAMPS, Wish(), phone="10087654321")
    assert sent
    with viewing(town.supervisor, AT):
        facts = [
            Case.objects.values_list("state", "due_at", "handler_office", "file_by").get(pk=one.case_id)
            for one in (quiet, loud)
        ]
    assert facts[0] == facts[1]
