"""Nobody has to go and look: whoever may review or decide is told, and their landing page says what waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.kit.ids import uuid7
from gridcommons.load.admission.actions import amend, review, withdraw
from gridcommons.load.admission.models import Proposal
from gridcommons.load.admission.queries import waiting_for
from gridcommons.load.admission.rules import DESKS, Reviewed, Standing, awaits, is_awaited
from gridcommons.notices.queries import inbox
from load.admitting import NOW, Admitting, admitting
from town import Town

LATER = NOW + timedelta(hours=2)


@pytest.fixture(scope="module")
def standing_desk(standing_town: Town) -> Admitting:
    assert standing_town
    return admitting()


@pytest.fixture
def desk(standing_desk: Admitting, db: None) -> Admitting:
    return standing_desk


def told(viewer: Viewer) -> list[str]:
    """The sentences of the inbox of somebody, the newest first."""
    return [one.text for one in inbox(viewer=viewer, language="zh-hans", at=LATER)]


def waits(viewer: Viewer) -> list[tuple[str, str]]:
    return [(one.name.zh, one.what) for one in waiting_for(viewer, LATER)]


def objected(desk: Admitting) -> Proposal:
    proposal = desk.propose()
    review(proposal_id=proposal.pk, desk="law", answer="objects", said="无依据", by=desk.law, at=NOW)
    return proposal


def test_each_desk_is_told_of_a_proposal_and_sees_it_waiting(desk: Admitting) -> None:
    desk.propose()
    for name, words in DESKS.items():
        assert told(desk.cast[name])[0].endswith(f"“消防通道检查”准入申请（第1稿），等您评审（{words.zh}）。")
        assert waits(desk.cast[name]) == [("消防通道检查", name)]


@pytest.mark.parametrize("name", ["own_law", "own_decider", "officer", "colleague", "other_officer", "decider"])
def test_who_may_not_review_is_not_asked(desk: Admitting, name: str) -> None:
    desk.propose()
    assert (told(desk.cast[name]), waits(desk.cast[name])) == ([], [])


def test_the_deciders_are_told_once_all_three_agree(desk: Admitting) -> None:
    desk.reviewed(desk.propose())
    assert told(desk.decider) == [told(desk.decider)[0]]
    assert told(desk.decider)[0].endswith("“消防通道检查”三方都已同意，等您决定。")
    assert waits(desk.decider) == [("消防通道检查", "decision")]
    assert waits(desk.law) == []


def test_what_was_decided_is_told_and_waits_no_more(desk: Admitting) -> None:
    desk.decide(desk.reviewed(desk.propose()))
    for name in ("officer", "colleague", "law", "staff_council", "data_protection"):
        assert told(desk.cast[name])[0] == "准入申请“消防通道检查”已作出决定：准入。"
        assert waits(desk.cast[name]) == []
    assert waits(desk.decider) == []


def test_an_objection_goes_to_the_proposers_with_what_to_do(desk: Admitting) -> None:
    objected(desk)
    assert told(desk.colleague)[0].startswith("合法性审查对准入申请“消防通道检查”提出反对")
    assert waits(desk.colleague) == [("消防通道检查", "amendment")]
    assert waits(desk.other_officer) == []
    assert waits(desk.decider) == []


def test_a_new_edition_asks_the_desks_anew(desk: Admitting) -> None:
    proposal = objected(desk)
    amend(proposal_id=proposal.pk, per_year=50, reason="减半", by=desk.colleague, at=LATER)
    assert "（第2稿）" in told(desk.law)[0]
    assert waits(desk.law) == [("消防通道检查", "law")]
    assert waits(desk.colleague) == []


def test_a_withdrawn_proposal_asks_nobody_any_more(desk: Admitting) -> None:
    withdraw(proposal_id=desk.propose().pk, reason="改期", by=desk.officer, at=LATER)
    assert told(desk.law)[0].endswith("“消防通道检查”已撤回，不用再评审或决定。")
    assert (waits(desk.law), told(desk.decider)) == ([], [])


def test_what_waits_is_asked_as_often_for_one_as_for_many(desk: Admitting) -> None:
    """Each keeps its own reviews: with thirty more the database is asked no more often."""
    proposal = desk.propose()
    with CaptureQueriesContext(connection) as of_one:
        assert waits(desk.law) == [("消防通道检查", "law")]
    review(proposal_id=proposal.pk, desk="law", answer="agrees", said="有依据", by=desk.law, at=NOW)
    with scoped(Scope("^"), deed="test.many"):
        row = Proposal.objects.get(pk=proposal.pk)
        for n in range(30):
            row.pk, row.key, row.name_zh, row._state.adding = uuid7(), f"other_{n}", f"其他{n}", True
            row.save()
    with CaptureQueriesContext(connection) as of_many:
        found = waits(desk.law)
    assert sorted(found) == sorted((f"其他{n}", "law") for n in range(30)), "the first has its review"
    assert len(of_many) == len(of_one)
    assert ("消防通道检查", "staff_council") in waits(desk.cast["staff_council"])


AGREED = tuple(Reviewed(desk, True, f"user:{desk}", desk) for desk in DESKS)


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing("proposed", "user:a", "fire"), tuple(DESKS)),
        (Standing("proposed", "user:a", "fire", AGREED[:1]), ("staff_council", "data_protection")),
        (Standing("proposed", "user:a", "fire", AGREED), ("decision",)),
        (Standing("proposed", "user:a", "fire", AGREED, ("gas",)), ("amendment",)),
        (Standing("admitted", "user:a", "fire", AGREED), ()),
    ],
)
def test_what_a_proposal_waits_for(standing: Standing, expected: tuple[str, ...]) -> None:
    assert awaits(standing) == expected


def test_one_person_does_one_part() -> None:
    standing = Standing("proposed", "user:a", "fire", AGREED)
    assert is_awaited("decision", standing, "user:d", "review")
    assert not is_awaited("decision", standing, "user:law", "review")
    assert not is_awaited("decision", standing, "user:a", "review")
    assert not is_awaited("decision", standing, "user:d", "fire")
    assert is_awaited("amendment", standing, "user:b", "fire")
