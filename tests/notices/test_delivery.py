"""On the way: held at night, one digest in the morning, tried again with patience, never twice, never too much said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from gridcommons.access.identify import program
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped, viewing
from gridcommons.cases.actions import Reported, file_case, report_case, void
from gridcommons.cases.filing import Report
from gridcommons.cases.models import Case
from gridcommons.cases.queries import with_code
from gridcommons.kit.errors import Refusal
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.matters.matter import Place
from gridcommons.notices.actions import (
    ask_retry,
    claim,
    count_deliveries,
    resume,
    retry_asked,
    set_wish,
    stop,
    take_receipt,
)
from gridcommons.notices.channels import Channels
from gridcommons.notices.delivery import Round
from gridcommons.notices.models import Attempt, DeliveryCount, Notice, Stop
from gridcommons.notices.outbox import enqueue
from gridcommons.notices.policy import packaged_policy
from gridcommons.notices.queries import link_state, notices_about, own_wish, standings
from gridcommons.notices.rules import Message, Outcome, State, Wish
from gridcommons.notices.signing import Link, holding, index_of, message_key, read_link, sign_link
from gridcommons.people.actions import forget_contacts
from gridcommons.people.contacts import Contact
from town import AT, HERE, Town

JOB = program("notices")
PHONE, MAIL = "10012345678", "anna@example.org"
HOUSE = "https://grid.example.org"
NOW = AT + timedelta(minutes=20)
NIGHT = AT.replace(hour=14)  # 22:00 in Zhejiang
MORNING = AT.replace(hour=0) + timedelta(days=1)  # 8:00 of the next day
HOME = next(m.key for m in shipped_catalogue().admitted() if m.place is Place.HOME and m.collects_on(AT.date()))
TAKEN = Outcome(State.HANDED, "202")


@dataclass
class Way:
    """A channel that keeps what it was given, and answers as it is told; the last answer again and again."""

    answers: list[Outcome | Exception] = field(default_factory=lambda: [TAKEN])
    sent: list[Message] = field(default_factory=list)
    asked: list[Message] = field(default_factory=list)
    knows: Outcome = field(default=TAKEN)

    def send(self, message: Message) -> Outcome:
        self.sent.append(message)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def ask(self, message: Message) -> Outcome:
        self.asked.append(message)
        return self.knows


def _round(at: datetime, sms: Way | None = None, email: Way | None = None, **more: object) -> int:
    ways = {name: way for name, way in (("sms", sms), ("email", email)) if way is not None}
    return Round(Channels(ways, HOUSE), JOB, at, lambda: 0.0, **more).run()  # type: ignore[arg-type]


def _reported(
    town: Town, *, wish: Wish | None = None, at: datetime = AT, by: Viewer | None = None, matter: str = "street_lamps",
    phone: str = PHONE, email: str = "",
) -> Reported:  # fmt: skip
    contact = Contact(phone=phone, email=email)
    report = Report(matter, "灯坏了", *HERE, contact=contact, wish=wish or Wish())
    return report_case(report=report, channel="page", by=by or town.public, at=at)


def _out(town: Town) -> list[Notice]:
    with viewing(town.supervisor, NOW):
        return list(Notice.objects.exclude(channel="inside").order_by("created_at", "id"))


def _states(town: Town) -> list[tuple[str, str]]:
    return [(one.state, one.failure) for one in _out(town)]


def _tries(town: Town) -> list[tuple[str, str, str]]:
    with viewing(town.supervisor, NOW):
        return list(Attempt.objects.order_by("at", "id").values_list("state", "code", "reason"))


def _to(town: Town) -> str:
    return _out(town)[0].to


def test_a_message_is_handed_over_once_with_the_way_to_stop_it(town: Town) -> None:
    _reported(town)
    way = Way()
    assert (_round(NOW, way), _round(NOW + timedelta(hours=1), way)) == (1, 0)
    (message,) = way.sent
    assert (message.channel, message.address, message.language) == ("sms", PHONE, "zh-hans")
    assert message.text.startswith("您反映的“路灯")
    assert message.text.endswith("回复TD退订")
    assert _states(town) == [("handed", "")]
    assert _tries(town) == [("handed", "202", "")]


def test_a_letter_carries_a_link_that_only_this_house_can_sign(town: Town) -> None:
    _reported(town, phone="", email=MAIL)
    way = Way()
    _round(NOW, email=way)
    link = way.sent[0].link
    assert link.startswith(f"{HOUSE}/notices/stop/")
    assert link in way.sent[0].text
    token = link.rpartition("/")[2]
    assert read_link(token) == Link(_to(town), index_of(MAIL))
    flipped = ("A" if token[5] != "A" else "B").join((token[:5], token[6:]))
    for bad in (flipped, token[:-4], "", "é", "A" * 64, token + "x" * 5000):
        with pytest.raises(Refusal) as refused:
            read_link(bad)
        assert refused.value.code == "notices.bad_link"


def test_at_night_nothing_goes_out_and_in_the_morning_one_digest(town: Town) -> None:
    first = _reported(town, at=NIGHT)
    second = _reported(town, at=NIGHT + timedelta(minutes=5))
    way = Way()
    assert _round(NIGHT + timedelta(minutes=6), way) == 0
    assert way.sent == []
    assert {(one.state, one.next_at) for one in _out(town)} == {("held", MORNING)}
    assert _round(MORNING - timedelta(seconds=1), way) == 0
    assert _round(MORNING, way) == 2
    (message,) = way.sent
    assert message.text.startswith("您有2条新消息：\n· ")
    assert first.number in message.text
    assert second.number in message.text
    assert _states(town) == [("handed", "")] * 2
    assert len({one.message for one in _out(town)}) == 1


def test_danger_to_life_waits_for_no_morning_and_is_no_digest(town: Town) -> None:
    _reported(town, at=NIGHT)
    urgent = {"channel": "sms", "language": "zh-hans", "area_code": _out(town)[0].area_code, "at": NIGHT}
    case = next(iter(_out(town))).about
    for note in ("山洪，立即转移到镇中心小学。", "再次提醒：立即转移。"):
        facts = {"note": note}
        _within_a_deed(lambda f=facts: enqueue(to=_to(town), text_key="safety.danger", facts=f, about=case, **urgent))
    way = Way()
    assert _round(NIGHT, way) == 2
    assert [message.text[:5] for message in way.sent] == ["紧急提醒："] * 2


def _within_a_deed(write: Callable[[], None]) -> None:
    from gridcommons.access.rules import Scope
    from gridcommons.access.scope import scoped

    with scoped(Scope("^"), "test"):
        write()


@pytest.mark.parametrize(
    ("quiet", "at", "goes"),
    [
        (None, AT.replace(hour=13), False),  # 21:00
        (None, AT.replace(hour=12, minute=59), True),
        (None, AT.replace(hour=23) - timedelta(days=1), False),  # 7:00
        ((9 * 60, 17 * 60), AT.replace(hour=2), False),  # at work by day, 10:00
        ((9 * 60, 17 * 60), AT.replace(hour=14), True),  # 22:00
        ((0, 0), AT.replace(hour=18), True),  # 2:00, at any hour
    ],
)
def test_everybody_has_quiet_hours_of_their_own(
    quiet: tuple[int, int] | None, at: datetime, goes: bool, town: Town
) -> None:
    _reported(town, wish=Wish(quiet=quiet), at=at)
    way = Way()
    _round(at, way)
    assert bool(way.sent) is goes


def test_neutral_words_name_nothing_and_several_of_them_are_one_sentence(town: Town) -> None:
    for _ in range(2):
        _reported(town, wish=Wish(neutral=True), phone="", email=MAIL)
    way = Way()
    _round(NOW, email=way)
    (message,) = way.sent
    assert message.text.startswith("您有2条新消息，请凭查询码查看。\n\n")
    assert message.subject == "新消息"
    assert "路灯" not in message.text + message.subject


def test_one_neutral_report_makes_the_whole_digest_neutral(town: Town) -> None:
    _reported(town)
    _reported(town, wish=Wish(neutral=True))
    way = Way()
    _round(NOW, way)
    assert [message.text for message in way.sent] == ["您有2条新消息，请凭查询码查看。回复TD退订"]


def test_a_matter_inside_a_home_is_never_named_outside_the_program_nor_kept_for_it(town: Town) -> None:
    made = _reported(town, matter=HOME)
    void(case_id=made.case_id, reason="他在家里打人，另案处理", by=town.supervisor, at=AT)
    for one in _out(town):
        assert one.facts.keys() == {"case"}
    way = Way()
    _round(NOW, way)
    assert [message.text for message in way.sent] == ["您有2条新消息，请凭查询码查看。回复TD退订"]


def test_no_message_holds_the_code_that_opens_the_case(town: Town) -> None:
    made = _reported(town, email=MAIL, by=town.resident)
    void(case_id=made.case_id, reason="重复", by=town.supervisor, at=AT)
    way = Way()
    _round(NOW, way)
    with viewing(town.supervisor, NOW):
        kept = [str(one.facts) for one in Notice.objects.all()]
    assert kept
    assert not [text for text in [*kept, *(m.text for m in way.sent)] if made.code in text or made.code[:4] in text]


@pytest.mark.parametrize(
    ("wish", "left", "went"),
    [
        (Wish(), {"phone": PHONE, "email": MAIL}, "sms"),
        (Wish(channel="email"), {"phone": PHONE, "email": MAIL}, "email"),
        (Wish(channel="email"), {"phone": PHONE}, "no_address"),
        (Wish(channel="inside"), {"phone": PHONE}, "chose_inside"),
        (Wish(channel="none"), {"phone": PHONE}, "chose_none"),
    ],
)
def test_the_reporter_chooses_the_channel(wish: Wish, left: dict[str, str], went: str, town: Town) -> None:
    _reported(town, wish=wish, **({"phone": ""} | left))
    sms, email = Way(), Way()
    _round(NOW, sms, email)
    gone = [message.channel for message in (*sms.sent, *email.sent)]
    assert gone == ([went] if went in {"sms", "email"} else [])
    assert went in {"sms", "email"} or _states(town)[0][1] == went


def test_a_report_follows_the_wish_of_its_account_where_it_has_none_of_its_own(town: Town) -> None:
    me = town.resident
    set_wish(to=me.key, wish=Wish(language="en", quiet=(0, 0)), by=me, at=AT)
    _reported(town, by=me, at=NIGHT)
    way = Way()
    _round(NIGHT, way)
    assert way.sent[0].text.startswith("Your report “")
    set_wish(to=me.key, wish=Wish(channel="inside", neutral=True), by=me, at=NIGHT)
    _reported(town, by=me, at=NIGHT)
    _round(MORNING, way)
    assert len(way.sent) == 1
    assert _states(town)[1] == ("unwanted", "chose_inside")


def test_only_the_reporter_sets_how_they_are_told(town: Town) -> None:
    made = _reported(town)
    to, holder = _to(town), with_code(town.public, made.code)
    set_wish(to=to, wish=Wish(neutral=True, channel="inside"), by=holder, at=NOW)
    assert own_wish(to=to, viewer=holder, at=NOW).safe
    for stranger in (town.public, town.stranger, town.neighbour, town.handler, town.county_officer):
        with pytest.raises(Refusal):
            set_wish(to=to, wish=Wish(), by=stranger, at=NOW)
        with pytest.raises(Refusal):
            own_wish(to=to, viewer=stranger, at=NOW)
    with pytest.raises(Refusal):
        set_wish(to=town.resident.key, wish=Wish(), by=town.stranger, at=NOW)


def test_whoever_unsubscribed_is_said_so_and_not_written_to_until_they_come_back(town: Town) -> None:
    made = _reported(town)
    link = Link(_to(town), index_of(PHONE))
    by = holding(town.public, link.parties)
    stop(index=link.index, to=link.to, how="link", by=by, at=NOW)
    way = Way()
    _round(NOW, way)
    assert (way.sent, _states(town)) == ([], [("unwanted", "unsubscribed")])
    assert link_state(link=link, viewer=by, at=NOW).this_stopped
    resume(index=link.index, to=link.to, by=by, at=NOW)
    file_case(case_id=made.case_id, by=town.supervisor, at=NOW)
    _round(NOW, way)
    assert len(way.sent) == 1


def test_a_stop_for_all_holds_for_every_report_of_this_address_and_for_no_other(town: Town) -> None:
    _reported(town)
    link = Link(_to(town), index_of(PHONE))
    by = holding(town.public, link.parties)
    stop(index=link.index, how="reply", by=by, at=NOW)
    stop(index=link.index, how="link", by=by, at=NOW)
    _reported(town)
    _reported(town, phone="10087654321")
    way = Way()
    _round(NOW, way)
    assert [message.address for message in way.sent] == ["10087654321"]
    assert link_state(link=link, viewer=by, at=NOW).all_stopped
    with viewing(JOB, NOW):
        assert Stop.objects.count() == 1


def test_a_stranger_stops_nobody(town: Town) -> None:
    _reported(town)
    link = Link(_to(town), index_of(PHONE))
    for stranger in (town.public, town.stranger, town.supervisor, holding(town.public, frozenset({"stop:00"}))):
        for deed in (lambda v=stranger: stop(index=link.index, how="link", by=v, at=NOW),
                     lambda v=stranger: resume(index=link.index, to=link.to, by=v, at=NOW)):  # fmt: skip
            with pytest.raises(Refusal):
                deed()
    with viewing(town.supervisor, NOW):
        assert Stop.objects.count() == 0


def test_a_busy_channel_is_tried_again_with_growing_pauses_and_then_given_up(town: Town) -> None:
    _reported(town)
    way, at, pauses = Way([Outcome(State.WAITING, "503", "busy")]), NOW, []
    while (due := _out(town)[0].next_at) is not None:
        at = max(at, due)
        assert _round(at, way) == 1
        later = _out(town)[0].next_at
        pauses += [] if later is None else [(later - at) // timedelta(minutes=1)]
    assert pauses == [1, 5, 30, 120, 360]
    assert _states(town) == [("failed", "busy")]
    assert len(way.sent) == len(_tries(town)) == 6
    assert len({message.id for message in way.sent}) == 1


def test_pauses_are_spread_and_a_wish_to_wait_longer_is_kept(town: Town) -> None:
    _reported(town)
    busy = Way([Outcome(State.WAITING, "429", "busy", wait=timedelta(minutes=40))])
    _round(NOW, busy)
    assert _out(town)[0].next_at == NOW + timedelta(minutes=40)
    spread = Round(Channels({"sms": Way([Outcome(State.WAITING)])}), JOB, NOW + timedelta(hours=1), lambda: 1.0)
    spread.run()
    assert _out(town)[0].next_at == NOW + timedelta(hours=1) + 1.2 * timedelta(minutes=5)


def test_one_bad_receiver_holds_up_nobody(town: Town) -> None:
    for serial in range(4):
        _reported(town, phone=f"1000000000{serial}")
    refused = Outcome(State.FAILED, "422", "bad_address")
    way = Way([TAKEN, refused, ZeroDivisionError(), TAKEN])
    assert _round(NOW, way) == 4
    assert sorted(_states(town)) == [
        ("failed", "bad_address"), ("handed", ""), ("handed", ""), ("uncertain", "fault"),
    ]  # fmt: skip


def test_a_shut_channel_costs_one_try_and_the_other_channel_nothing(town: Town) -> None:
    for serial in range(3):
        _reported(town, phone=f"1000000000{serial}")
    _reported(town, phone="", email=MAIL)
    shut, email = Way([Outcome(State.WAITING, "ConnectError", "unreachable", shut=True)]), Way()
    _round(NOW, shut, email)
    assert (len(shut.sent), len(email.sent)) == (1, 1)
    assert sorted(one.tries for one in _out(town)) == [0, 0, 1, 1]
    assert {one.failure for one in _out(town) if one.state == "waiting"} == {"unreachable"}
    _round(NOW + timedelta(minutes=1), Way(), email)
    assert {state for state, _failure in _states(town)} == {"handed"}


def _claimed(town: Town, at: datetime) -> UUID:
    """A process takes a notice in hand, and is gone."""
    message = UUID(int=7)
    claim(ids=[one.pk for one in _out(town)], message=message, channel="sms", by=JOB, at=at)
    return message


def test_after_a_crash_an_sms_is_asked_about_and_never_sent_blindly(town: Town) -> None:
    _reported(town)
    message = _claimed(town, NOW)
    way = Way()
    assert _round(NOW + timedelta(minutes=9), way) == 0, "it may still be on its way"
    assert _states(town) == [("sending", "")]
    assert _round(NOW + timedelta(minutes=10), way) == 1
    assert (way.sent, [one.id for one in way.asked]) == ([], [message])
    assert _states(town) == [("handed", "")]


def test_what_a_gateway_does_not_know_is_sent_again_under_its_first_key(town: Town) -> None:
    _reported(town)
    message = _claimed(town, NOW)
    way = Way(knows=Outcome(State.WAITING, "404", "lost"))
    at = NOW + timedelta(minutes=10)
    _round(at, way)
    _round(at + timedelta(minutes=5), way)
    assert [one.id for one in way.sent] == [message]
    assert _states(town) == [("handed", "")]


def test_a_gateway_that_stays_silent_leaves_it_uncertain_and_says_so(town: Town) -> None:
    _reported(town)
    silent = Outcome(State.UNCERTAIN, "timeout", "timeout")
    way, at = Way([silent], knows=silent), NOW
    while (due := _out(town)[0].next_at) is not None:
        at = max(at, due)
        _round(at, way)
    assert (len(way.sent), _states(town)) == (1, [("uncertain", "timeout")])


def test_after_a_crash_a_letter_goes_out_again_under_the_same_id(town: Town) -> None:
    from gridcommons.notices.mail import Mail

    _reported(town, phone="", email=MAIL)
    message = _claimed(town, NOW)
    way = Way()
    way.ask = lambda told: Mail.ask(Mail.__new__(Mail), told)  # type: ignore[method-assign]
    at = NOW + timedelta(minutes=10)
    _round(at, email=way)
    _round(at + timedelta(minutes=5), email=way)
    assert [one.id for one in way.sent] == [message]


def test_two_processes_never_send_the_same(town: Town) -> None:
    _reported(town)
    ids = [one.pk for one in _out(town)]
    first = claim(ids=ids, message=UUID(int=1), channel="sms", by=JOB, at=NOW)
    second = claim(ids=ids, message=UUID(int=2), channel="sms", by=JOB, at=NOW)
    assert ([one.pk for one in first], second) == (ids, [])


def test_what_is_too_old_is_not_sent_any_more(town: Town) -> None:
    _reported(town)
    way = Way()
    _round(AT + packaged_policy().expires + timedelta(hours=1), way)
    assert (way.sent, _states(town)) == ([], [("expired", "too_late")])


def test_the_demos_notices_of_past_days_go_out_at_their_own_hours(town: Town) -> None:
    _reported(town, at=NIGHT)
    way, today = Way([Outcome(State.DELIVERED, "file")]), NIGHT + timedelta(days=14)
    _round(today, way, replaying=True)
    _round(today, way, replaying=True)
    assert [one.delivered_at for one in _out(town)] == [MORNING]


def test_a_contact_that_is_gone_is_a_reason_and_no_fault(town: Town) -> None:
    made = _reported(town)
    void(case_id=made.case_id, reason="重复", by=town.supervisor, at=AT)
    forget_contacts(by=program("retention"), at=AT + timedelta(days=91))
    way = Way()
    _round(NOW, way)
    assert set(_states(town)) == {("failed", "contact_gone")}
    with viewing(JOB, NOW):
        assert not Case.objects.exclude(contact=None).exists()


def test_delivery_opens_a_contact_once_a_round_and_each_opening_is_a_look(town: Town) -> None:
    from gridcommons.access.models import LedgerDetail

    made = _reported(town)
    file_case(case_id=made.case_id, by=town.supervisor, at=AT)
    _round(NOW, Way())
    with viewing(JOB, NOW):
        looks = [row for row in LedgerDetail.objects.all() if '"what":"look.reporter"' in row.body]
    assert len(looks) == 1
    assert PHONE not in "".join(row.body for row in looks)


def _handed(town: Town) -> UUID:
    _reported(town)
    _round(NOW, Way())
    found = _out(town)[0].message
    assert found is not None
    return found


def _signed(town: Town, message: UUID) -> Viewer:
    return holding(town.public, frozenset({message_key(message)}))


def test_a_receipt_says_that_it_arrived_and_what_arrived_stays_arrived(town: Town) -> None:
    message = _handed(town)
    by = _signed(town, message)
    assert len(take_receipt(message=message, told="delivered", by=by, at=NOW)) == 1
    for told in ("delivered", "failed", "eaten"):
        assert take_receipt(message=message, told=told, by=by, at=NOW + timedelta(hours=1)) == []
    assert (_states(town), _out(town)[0].delivered_at) == ([("delivered", "")], NOW)


def test_a_receipt_for_what_was_never_sent_or_by_whoever_did_not_sign_is_refused(town: Town) -> None:
    message = _handed(town)
    for by in (town.public, town.supervisor, _signed(town, UUID(int=3))):
        with pytest.raises(Refusal):
            take_receipt(message=message, told="failed", by=by, at=NOW)
    with pytest.raises(Refusal) as refused:
        take_receipt(message=UUID(int=3), told="delivered", by=_signed(town, UUID(int=3)), at=NOW)
    assert refused.value.code == "notices.no_message"
    assert _states(town) == [("handed", "")]


def test_a_receipt_that_overtakes_our_own_record_stands(town: Town) -> None:
    _reported(town)

    class Quick(Way):
        def send(self, message: Message) -> Outcome:
            take_receipt(message=message.id, told="delivered", by=_signed(town, message.id), at=NOW)
            return super().send(message)

    _round(NOW, Quick())
    assert _states(town) == [("delivered", "")]


def test_the_office_sees_what_arrived_and_no_address(town: Town) -> None:
    made = _reported(town, email=MAIL)
    _round(NOW, Way([Outcome(State.WAITING, "503", "busy")]))
    about = f"case:{made.case_id}"
    told = notices_about(about=about, viewer=town.supervisor, at=NOW, purpose="service")
    reporter = next(one for one in told if one.to == "reporter")
    assert (reporter.state, reporter.reason, reporter.channel) == (State.WAITING, "busy", "sms")
    assert [(one.state, one.code) for one in reporter.tries] == [(State.WAITING, "503")]
    assert not [one for one in told if PHONE in repr(one) or MAIL in repr(one)]
    assert notices_about(about=about, viewer=town.far_supervisor, at=NOW, purpose="service") == []
    for stranger in (town.public, town.stranger, town.resident, town.county_officer, town.auditor):
        with pytest.raises(Refusal):
            notices_about(about=about, viewer=stranger, at=NOW, purpose="service")


def test_the_operator_sees_numbers_and_has_what_is_stuck_tried_again(town: Town) -> None:
    _reported(town)
    _reported(town, phone="10087654321")
    _round(NOW)
    assert _states(town) == [("failed", "channel_off")] * 2
    count_deliveries(by=JOB, at=NOW)
    (row,) = standings()
    assert (row.channel, row.state, row.reason, row.n) == ("sms", State.FAILED, "channel_off", 2)
    with pytest.raises(Refusal):
        ask_retry(channel="sms", state="failed", reason="channel_off", by=town.supervisor, at=NOW)
    ask_retry(channel="sms", state="failed", reason="channel_off", by=town.county_officer, at=NOW)
    assert len(retry_asked(by=JOB, at=NOW)) == 2
    way = Way()
    _round(NOW, way)
    assert len(way.sent) == 2
    count_deliveries(by=JOB, at=NOW + timedelta(minutes=1))
    assert [(one.state, one.n) for one in standings()] == [(State.HANDED, 2)]


@pytest.mark.parametrize("state", [one.value for one in State if one not in (State.FAILED, State.UNCERTAIN)])
def test_what_is_not_stuck_is_never_sent_twice(town: Town, state: str) -> None:
    """Neither the officer's asking nor the job that does it touches what arrived, was handed over or is on its way."""
    _reported(town)
    way = Way([Outcome(State.DELIVERED, "ok")])
    _round(NOW, way)
    with scoped(Scope("^"), "test"):
        Notice.objects.filter(channel="sms").update(state=state)
    count_deliveries(by=JOB, at=NOW)
    with pytest.raises(Refusal) as no:
        ask_retry(channel="sms", state=state, reason="", by=town.county_officer, at=NOW)
    assert no.value.code == "notices.not_stuck"
    with scoped(Scope("^"), "test"):
        DeliveryCount.objects.update(retry_asked_at=NOW)
    assert retry_asked(by=JOB, at=NOW + timedelta(minutes=1)) == []
    assert len(way.sent) == 1
    assert not DeliveryCount.objects.filter(retry_asked_at__isnull=False).exists()


def test_ten_thousand_signs_become_an_sms_of_its_limit_with_its_foot(town: Town) -> None:
    made = _reported(town)
    void(case_id=made.case_id, reason="很长" * 1_900, by=town.supervisor, at=AT)
    way = Way()
    _round(NOW, way)
    assert max(len(message.text) for message in way.sent) <= packaged_policy().sms_limit
    assert all(message.text.endswith("回复TD退订") for message in way.sent)


def test_a_fact_with_braces_or_markup_is_said_as_it_stands(town: Town) -> None:
    made = _reported(town)
    void(case_id=made.case_id, reason="{number} {x.__class__} <b>", by=town.supervisor, at=AT)
    way = Way()
    _round(NOW, way)
    assert "{number} {x.__class__} <b>" in way.sent[0].text


def test_a_link_is_of_one_receiver_and_one_address() -> None:
    link = Link(f"contact:{UUID(int=5)}", index_of(MAIL))
    assert read_link(sign_link(link)) == link
    assert read_link(sign_link(replace(link, index=index_of(PHONE)))) != link
