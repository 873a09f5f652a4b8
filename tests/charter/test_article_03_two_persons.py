"""Charter 3, Bound: export and break-glass need a second person, are marked and announced to those concerned.

The attacks: one person alone by every way there is; a friend of the same office or line; an export that was not taken,
taken by another, taken long ago, with another filter; a glass that opens what only parties may see.
"""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from glass_town import NOW, REASON, handed
from gridcommons.access.deeds import REGISTRY
from gridcommons.access.handout.actions import ask, confirm, end, take
from gridcommons.access.handout.models import Handout
from gridcommons.access.handout.queries import handouts
from gridcommons.access.roles import CASE_READS, ROLES
from gridcommons.access.rules import BREAK_GLASS, Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.actions import Reported, report_case
from gridcommons.cases.beyond.queries import bound_of, exported_cases, filter_of
from gridcommons.cases.filing import Report
from gridcommons.cases.queries import Filter
from gridcommons.kit.errors import Refusal
from town import AT, FAR, HERE, Town

_APART = (
    {"glass.ask", "glass.confirm"}, {"glass.ask", "glass.review"}, {"glass.confirm", "glass.review"},
    {"handout.ask", "handout.confirm"},
)  # fmt: skip


@pytest.fixture
def town(standing_more: Town, db: None) -> Town:
    return standing_more


@pytest.fixture
def made(town: Town) -> Reported:
    report_case(report=Report("street_lamps", "远处", *FAR), channel="page", by=town.resident, at=AT)
    return report_case(report=Report("street_lamps", "路灯不亮", *HERE), channel="page", by=town.resident, at=AT)


def _codes(caught: pytest.ExceptionInfo[Refusal]) -> set[str]:
    return {reason.code for reason in caught.value.reasons}


def test_a_glass_reads_cases_and_nothing_else_whatever_comes() -> None:
    """Complaints, mediations, contacts have looks of their own, which no glass lists; it writes and gives nothing."""
    role = ROLES["glass_reader"]
    assert role.deeds == CASE_READS
    assert role.purposes == {BREAK_GLASS}
    assert [role.grantable, role.may_give, role.duties, role.everywhere] == [False, frozenset(), frozenset(), False]
    assert [key for key, other in ROLES.items() if BREAK_GLASS in other.purposes] == ["glass_reader"]


def test_who_asks_is_never_who_confirms() -> None:
    for role in ROLES.values():
        for pair in _APART:
            assert not pair <= role.deeds, role.key
    assert {"glass.ask", "glass.confirm", "handout.ask", "handout.confirm", "glass.review"} <= REGISTRY.keys()


def test_an_export_by_two_names_all_who_stand_in_it(town: Town, made: Reported) -> None:
    one = handed(town)
    take(handout_id=one, by=town.supervisor, at=NOW)
    page = exported_cases(handout_id=one, viewer=town.supervisor, at=NOW)
    assert [(row.number, row.text) for row in page.rows] == [(made.number, "路灯不亮")], "their own grant and no more"
    with scoped(Scope("^")), connection.cursor() as cursor:
        cursor.execute("SELECT body FROM access_ledgerdetail WHERE %s = ANY(parties)", [f"handout:{one}"])
        bodies = [json.loads(body) for (body,) in cursor.fetchall()]
    told = next(body for body in bodies if body["what"] == "look.export")
    assert {f"case:{made.case_id}", town.resident.key, f"handout:{one}"} <= set(told["subjects"])


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        ("supervisor", {"access.no_deed"}),
        ("dispatcher", {"access.no_deed"}),
        ("county_officer", {"access.no_deed"}),
        ("same_line", {"pair.same_office"}),
        ("same_office", {"pair.same_line"}),
        ("no_office", {"pair.no_office"}),
        ("stranger", {"access.no_deed"}),
        ("public", {"access.no_deed"}),
    ],
)
def test_who_is_no_second_person_lets_nothing_out(town: Town, made: Reported, who: str, codes: set[str]) -> None:
    one = ask(kind="queue", bound={}, reason=REASON, by=town.supervisor, at=NOW).pk
    with pytest.raises(Refusal) as caught:
        confirm(handout_id=one, by=getattr(town, who), at=NOW)
    assert _codes(caught) == codes
    with pytest.raises(Refusal):
        take(handout_id=one, by=town.supervisor, at=NOW)
    with pytest.raises(Refusal):
        exported_cases(handout_id=one, viewer=town.supervisor, at=NOW)


def test_it_is_taken_once_by_who_asked_in_its_time(town: Town, made: Reported) -> None:
    one = handed(town)
    with pytest.raises(Refusal):
        exported_cases(handout_id=one, viewer=town.supervisor, at=NOW)
    for who in ("dispatcher", "second_supervisor"):
        with pytest.raises(Refusal) as caught:
            take(handout_id=one, by=getattr(town, who), at=NOW)
        assert _codes(caught) == {"handout.not_yours"}
    take(handout_id=one, by=town.supervisor, at=NOW)
    with pytest.raises(Refusal) as caught:
        take(handout_id=one, by=town.supervisor, at=NOW)
    assert _codes(caught) == {"handout.not_ready"}
    for viewer, at in ((town.second_supervisor, NOW), (town.supervisor, NOW + timedelta(minutes=16))):
        with pytest.raises(Refusal):
            exported_cases(handout_id=one, viewer=viewer, at=at)
    late = handed(town)
    with pytest.raises(Refusal):
        take(handout_id=late, by=town.supervisor, at=NOW + timedelta(hours=25))


def test_a_request_is_taken_back_or_declined_and_then_over(town: Town) -> None:
    for who, purpose in (("supervisor", "service"), ("third", "oversight")):
        one = ask(kind="queue", bound={}, reason=REASON, by=town.supervisor, at=NOW).pk
        with pytest.raises(Refusal):
            end(handout_id=one, by=town.dispatcher, at=NOW)
        end(handout_id=one, by=getattr(town, who), at=NOW, purpose=purpose)
        with pytest.raises(Refusal):
            confirm(handout_id=one, by=town.second, at=NOW)


def test_without_a_reason_and_too_often_nothing_is_asked(town: Town) -> None:
    with pytest.raises(Refusal) as caught:
        ask(kind="queue", bound={}, reason="要", by=town.supervisor, at=NOW)
    assert _codes(caught) == {"handout.no_reason"}
    for _one in range(20):
        ask(kind="queue", bound={}, reason=REASON, by=town.supervisor, at=NOW)
    with pytest.raises(Refusal) as caught:
        ask(kind="queue", bound={}, reason=REASON, by=town.supervisor, at=NOW)
    assert _codes(caught) == {"handout.too_often"}


def test_names_and_phones_in_a_reason_are_masked(town: Town) -> None:
    row = ask(kind="queue", bound={}, reason="核对报告人电话 13812345678 反映的事", by=town.supervisor, at=NOW)
    assert "13812345678" not in row.reason


def test_the_database_refuses_one_person_and_a_taking_before_the_word(town: Town) -> None:
    one = ask(kind="queue", bound={}, reason=REASON, by=town.supervisor, at=NOW).pk
    rows = Handout.objects.filter(pk=one)
    with scoped(Scope(), "test"), pytest.raises(IntegrityError), transaction.atomic():
        rows.update(confirmed_by=town.supervisor.user_id, confirmed_at=NOW)
    with scoped(Scope(), "test"), pytest.raises(IntegrityError), transaction.atomic():
        rows.update(confirmed_by=town.second.user_id, confirmed_at=NOW, taken_at=AT)


def test_strangers_see_no_export(town: Town) -> None:
    one = handed(town)
    for who, purpose in {"dispatcher": "service", "handler": "service", "town_auditor": "audit"}.items():
        with pytest.raises(Refusal) as caught:
            handouts(viewer=getattr(town, who), at=NOW, only=one, purpose=purpose)
        assert _codes(caught) == {"handout.unknown"}
    for who in ("worker", "resident", "stranger", "public"):
        with pytest.raises(Refusal):
            handouts(viewer=getattr(town, who), at=NOW, purpose="service")
    with pytest.raises(Refusal):
        take(handout_id=uuid4(), by=town.supervisor, at=NOW)


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(states=("filed", "handled"), matter_key="street_lamps", area_code="331123001", words="灯,", to_do=True),
        Filter(handled_by_me=True, overdue_at=NOW),
    ],
)
def test_an_export_keeps_the_filter_that_was_confirmed(wanted: Filter) -> None:
    assert filter_of(bound_of(wanted, "due"), NOW) == wanted
