"""Break-glass: asked for, confirmed by a second person of another office and line, read for hours, answered for.

The attacks: alone; with a friend of the same office or line; after the hours; on a reused connection; one glass after
another; wider than a township; to write, to export, to give on; by somebody who has lost their post.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from glass_town import NOW, REASON, asked, fresh, opened
from gridcommons.access.actions import grant, revoke
from gridcommons.access.glass.actions import ask, confirm, end, review
from gridcommons.access.glass.models import Glass
from gridcommons.access.glass.opening import glass_facts
from gridcommons.access.glass.queries import glass_of, glasses
from gridcommons.access.glass.rules import CALM, limits
from gridcommons.access.models import Grant
from gridcommons.access.rules import BREAK_GLASS, GrantFacts, Scope, Viewer, scope_of
from gridcommons.access.scope import scoped
from gridcommons.cases.actions import Reported, file_case, report_case
from gridcommons.cases.beyond.queries import opened_case
from gridcommons.cases.filing import Report
from gridcommons.cases.queries import Filter, case_page, queue
from gridcommons.kit.errors import Refusal
from gridcommons.people.queries import reporter_contact
from town import AT, COUNTY, FAR, FAR_GRID, HERE, OTHER_TOWNSHIP, VILLAGE, Town

LATE = NOW + timedelta(hours=3)


@pytest.fixture
def town(standing_more: Town, db: None) -> Town:
    return standing_more


@pytest.fixture
def far(town: Town) -> Reported:
    """A case in the other township, which the supervisor of this one cannot read."""
    return report_case(report=Report("street_lamps", "远处路灯不亮", *FAR), channel="page", by=town.resident, at=AT)


def _codes(caught: pytest.ExceptionInfo[Refusal]) -> set[str]:
    return {reason.code for reason in caught.value.reasons}


def _number(case: Reported) -> str:
    return case.number


def test_an_area_opened_by_two_is_read_and_nothing_else(town: Town, far: Reported) -> None:
    near = report_case(report=Report("street_lamps", "近处", *HERE), channel="page", by=town.resident, at=AT)
    with pytest.raises(Refusal):
        case_page(case_id=far.case_id, viewer=town.supervisor, at=NOW, purpose="service")
    opened(town)
    me = fresh(town.supervisor)
    page = case_page(case_id=far.case_id, viewer=me, at=NOW, purpose=BREAK_GLASS)
    assert page.text == "远处路灯不亮"
    rows = queue(wanted=Filter(), viewer=me, at=NOW, purpose=BREAK_GLASS).rows
    assert [row.number for row in rows] == [far.number]
    with pytest.raises(Refusal):
        case_page(case_id=near.case_id, viewer=me, at=NOW, purpose=BREAK_GLASS)


def test_the_glass_opens_nothing_for_an_ordinary_purpose(town: Town, far: Reported) -> None:
    opened(town)
    me = fresh(town.supervisor)
    assert far.number not in [row.number for row in queue(wanted=Filter(), viewer=me, at=NOW).rows]
    with pytest.raises(Refusal):
        case_page(case_id=far.case_id, viewer=me, at=NOW, purpose="service")


def test_a_single_case_opened_shows_that_case_alone(town: Town, far: Reported) -> None:
    other = report_case(report=Report("street_lamps", "另一盏", *FAR), channel="page", by=town.resident, at=AT)
    opened(town, number=far.number.lower())
    me = fresh(town.supervisor)
    assert opened_case(number=far.number, viewer=me, at=NOW) == far.case_id
    assert case_page(case_id=far.case_id, viewer=me, at=NOW, purpose=BREAK_GLASS).number == far.number
    for case in (other.case_id, uuid4()):
        with pytest.raises(Refusal):
            case_page(case_id=case, viewer=me, at=NOW, purpose=BREAK_GLASS)
    with pytest.raises(Refusal):
        queue(wanted=Filter(), viewer=me, at=NOW, purpose=BREAK_GLASS)


def test_a_case_outside_the_place_that_was_stated_is_not_opened(town: Town, far: Reported) -> None:
    opened(town, "dispatcher", area=f"{OTHER_TOWNSHIP}999", number=far.number)
    with pytest.raises(Refusal):
        case_page(case_id=far.case_id, viewer=fresh(town.dispatcher), at=NOW, purpose=BREAK_GLASS)


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        ("same_line", {"pair.same_office"}),
        ("same_office", {"pair.same_line"}),
        ("no_office", {"pair.no_office"}),
        ("elsewhere", {"access.not_there"}),
        ("supervisor", {"access.no_deed"}),
        ("county_officer", {"access.no_deed"}),
        ("auditor", {"access.no_deed"}),
        ("stranger", {"access.no_deed"}),
        ("public", {"access.no_deed"}),
    ],
)
def test_who_is_no_second_person_opens_nothing(town: Town, far: Reported, who: str, codes: set[str]) -> None:
    glass = asked(town)
    with pytest.raises(Refusal) as caught:
        confirm(glass_id=glass, by=getattr(town, who), at=NOW)
    assert _codes(caught) == codes
    with pytest.raises(Refusal):
        case_page(case_id=far.case_id, viewer=fresh(town.supervisor), at=NOW, purpose=BREAK_GLASS)


def test_nobody_confirms_for_themselves_whatever_they_hold(town: Town) -> None:
    own = replace(town.second.grants[0], office_id=town.third.grants[0].office_id)
    setup = Viewer("program:test", everywhere=True)
    assert town.supervisor.user_id is not None
    grant(to=town.supervisor.user_id, wanted=own, by=setup, at=AT)
    glass = asked(town)
    with pytest.raises(Refusal) as caught:
        confirm(glass_id=glass, by=fresh(town.supervisor), at=NOW)
    assert "pair.same_person" in _codes(caught)


def test_the_database_itself_refuses_one_person_and_more_than_three_hours(town: Town) -> None:
    glass = asked(town)
    user = town.supervisor.user_id
    for by, hours in ((user, 3), (town.second.user_id, 4)):
        with scoped(Scope(), "test"), pytest.raises(IntegrityError), transaction.atomic():
            Glass.objects.filter(pk=glass).update(
                confirmed_by=by, confirmed_at=NOW, valid_to=NOW + timedelta(hours=hours)
            )


def test_after_its_hours_it_is_closed(town: Town, far: Reported) -> None:
    opened(town)
    me = fresh(town.supervisor)
    just_before = LATE - timedelta(seconds=1)
    assert case_page(case_id=far.case_id, viewer=me, at=just_before, purpose=BREAK_GLASS).number == far.number
    for late in (LATE, LATE + timedelta(days=1)):
        with pytest.raises(Refusal):
            case_page(case_id=far.case_id, viewer=me, at=late, purpose=BREAK_GLASS)
        assert scope_of(me, late, purpose=BREAK_GLASS) == Scope()


@pytest.mark.parametrize("who", ["supervisor", "second"])
def test_either_of_the_two_ends_it_at_once(town: Town, far: Reported, who: str) -> None:
    glass = opened(town)
    purpose = "service" if who == "supervisor" else "oversight"
    end(glass_id=glass, by=getattr(town, who), at=NOW + timedelta(minutes=5), purpose=purpose)
    with pytest.raises(Refusal):
        case_page(
            case_id=far.case_id, viewer=fresh(town.supervisor), at=NOW + timedelta(minutes=5), purpose=BREAK_GLASS
        )


def test_nobody_else_ends_it_and_a_waiting_one_may_be_declined(town: Town) -> None:
    glass = opened(town)
    with pytest.raises(Refusal) as caught:
        end(glass_id=glass, by=town.third, at=NOW, purpose="oversight")
    assert _codes(caught) == {"glass.not_yours"}
    waiting = asked(town, "dispatcher")
    assert end(glass_id=waiting, by=town.third, at=NOW, purpose="oversight").ended_at == NOW
    with pytest.raises(Refusal):
        confirm(glass_id=waiting, by=town.second, at=NOW)


def test_whoever_loses_their_post_loses_the_glass(town: Town, far: Reported) -> None:
    opened(town)
    held = Grant.objects.get(user_id=town.supervisor.user_id)
    revoke(grant_id=held.pk, reason="离岗", by=town.county_officer, at=NOW)
    with pytest.raises(Refusal):
        case_page(case_id=far.case_id, viewer=fresh(town.supervisor), at=NOW, purpose=BREAK_GLASS)


def test_it_writes_nothing_exports_nothing_gives_nothing_on_and_shows_no_contact(town: Town, far: Reported) -> None:
    opened(town)
    me = fresh(town.supervisor)
    with pytest.raises(Refusal):
        file_case(case_id=far.case_id, by=me, at=NOW)
    with pytest.raises(Refusal):
        file_case(case_id=far.case_id, by=me, at=NOW, purpose=BREAK_GLASS)
    with pytest.raises(Refusal):
        reporter_contact(contact_id=uuid4(), viewer=me, at=NOW, purpose=BREAK_GLASS)
    with pytest.raises(Refusal):
        ask(area_code=COUNTY, reason=REASON, stated="service", by=me, at=NOW, purpose=BREAK_GLASS)
    passed_on = GrantFacts("glass_reader", (OTHER_TOWNSHIP,), (), frozenset({BREAK_GLASS}), NOW, None)
    assert town.stranger.user_id is not None
    for giver in (me, town.county_officer):
        with pytest.raises(Refusal):
            grant(to=town.stranger.user_id, wanted=passed_on, by=giver, at=NOW)


@pytest.mark.parametrize("who", ["worker", "county_officer", "auditor", "second", "resident", "stranger", "public"])
def test_only_posts_that_work_on_cases_may_ask(town: Town, who: str) -> None:
    with pytest.raises(Refusal):
        asked(town, who)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"area": COUNTY}, "glass.too_wide"),
        ({"area": "3311"}, "glass.too_wide"),
        ({"area": "33112300"}, "area.shape"),
        ({"area": "x"}, "area.shape"),
        ({"area": VILLAGE}, "glass.not_needed"),
        ({"number": "'; DROP"}, "glass.bad_number"),
        ({"reason": "急"}, "glass.no_reason"),
        ({"stated": "fun"}, "glass.bad_purpose"),
        ({"stated": BREAK_GLASS}, "glass.bad_purpose"),
    ],
)
def test_a_request_too_wide_needless_or_empty_is_refused(town: Town, changes: dict[str, str], code: str) -> None:
    facts = {"area": OTHER_TOWNSHIP, "number": "", "reason": REASON, "stated": "service"} | changes
    with pytest.raises(Refusal) as caught:
        ask(
            area_code=facts["area"], number=facts["number"], reason=facts["reason"], stated=facts["stated"],
            by=town.supervisor, at=NOW,
        )  # fmt: skip
    assert code in _codes(caught)


def test_a_request_waits_an_hour_and_one_person_has_one_at_a_time(town: Town) -> None:
    glass = asked(town)
    with pytest.raises(Refusal) as caught:
        asked(town)
    assert _codes(caught) == {"glass.one_at_a_time"}
    late = NOW + timedelta(minutes=limits().wait_minutes + 1)
    with pytest.raises(Refusal) as caught:
        confirm(glass_id=glass, by=town.second, at=late)
    assert _codes(caught) == {"glass.not_waiting"}


def test_one_glass_after_another_meets_both_limits(town: Town) -> None:
    bound, at = limits(), NOW
    for _one in range(bound.most_with_one_second):
        opened(town, at=at)
        at += timedelta(hours=4)
    glass = asked(town, at=at)
    with pytest.raises(Refusal) as caught:
        confirm(glass_id=glass, by=town.second, at=at)
    assert _codes(caught) == {"glass.pair_too_often"}
    confirm(glass_id=glass, by=town.third, at=at)
    for _one in range(bound.most_in_30_days - bound.most_with_one_second - 1):
        at += timedelta(hours=4)
        asked(town, at=at)
    with pytest.raises(Refusal) as caught:
        asked(town, at=at + timedelta(hours=4))
    assert _codes(caught) == {"glass.too_often"}
    assert asked(town, at=NOW + timedelta(days=31))


def test_the_auditor_answers_once_afterwards_and_the_two_never(town: Town) -> None:
    glass = opened(town)
    said = "险情属实，查看范围恰当，予以认可。"
    with pytest.raises(Refusal) as caught:
        review(glass_id=glass, right=True, answer=said, by=town.auditor, at=NOW)
    assert _codes(caught) == {"glass.not_over"}
    for who in ("supervisor", "second", "county_officer", "stranger"):
        with pytest.raises(Refusal):
            review(glass_id=glass, right=True, answer=said, by=getattr(town, who), at=LATE)
    for right, answer in ((None, said), (True, "好")):
        with pytest.raises(Refusal) as caught:
            review(glass_id=glass, right=right, answer=answer, by=town.auditor, at=LATE)
        assert _codes(caught) == {"glass.no_answer"}
    assert review(glass_id=glass, right=False, answer=said, by=town.auditor, at=LATE).right is False
    with pytest.raises(Refusal):
        review(glass_id=glass, right=True, answer=said, by=town.auditor, at=LATE)


def test_those_concerned_see_it_and_the_stranger_does_not(town: Town) -> None:
    glass = asked(town)
    seen = {
        "supervisor": "service", "second": "oversight", "auditor": "audit", "county_officer": "administration",
        "town_auditor": "audit",
    }  # fmt: skip
    for who, purpose in seen.items():
        found = glass_of(glass_id=glass, viewer=getattr(town, who), at=NOW, purpose=purpose)
        assert [line.state for line in found] == ["waiting"], who
    for who, purpose in {"dispatcher": "service", "elsewhere": "oversight"}.items():
        with pytest.raises(Refusal) as caught:
            glass_of(glass_id=glass, viewer=getattr(town, who), at=NOW, purpose=purpose)
        assert _codes(caught) == {"glass.unknown"}
    for who in ("worker", "resident", "stranger", "public"):
        with pytest.raises(Refusal):
            glasses(viewer=getattr(town, who), at=NOW, purpose="service")


def test_the_states_of_the_list_are_those_of_the_rules(town: Town) -> None:
    one = opened(town)
    asked(town, "dispatcher")
    declined = asked(town, "handler")
    end(glass_id=declined, by=town.third, at=NOW, purpose="oversight")
    reviewed = False
    for at in (NOW, NOW + timedelta(hours=2), LATE, LATE + timedelta(days=1)):
        if at > LATE and not reviewed:
            review(glass_id=one, right=True, answer="查看理由充分，范围恰当。", by=town.auditor, at=at)
            reviewed = True
        facts = [glass_facts(row) for row in Glass.objects.all()]
        for state in CALM:
            found = glasses(viewer=town.auditor, at=at, state=state, purpose="audit")
            assert {line.glass.id for line in found} == {f.id for f in facts if f.state_at(at) == state}, (at, state)


def test_the_entry_of_each_reading_names_the_glass_and_the_purpose(town: Town, far: Reported) -> None:
    glass = opened(town)
    me = fresh(town.supervisor)
    case_page(case_id=far.case_id, viewer=me, at=NOW, purpose=BREAK_GLASS)
    queue(wanted=Filter(), viewer=me, at=NOW, purpose=BREAK_GLASS)
    with scoped(Scope("^")), connection.cursor() as cursor:
        cursor.execute(
            "SELECT body::json->>'what', body::json->>'purpose', area_code FROM access_ledgerdetail "
            "WHERE %s = ANY(parties) AND body::json->>'what' LIKE 'look%%' ORDER BY entry", [f"glass:{glass}"],
        )  # fmt: skip
        assert cursor.fetchall() == [
            ("look.case", BREAK_GLASS, FAR_GRID), ("look.queue", BREAK_GLASS, OTHER_TOWNSHIP)
        ]  # fmt: skip
