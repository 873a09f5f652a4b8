"""What a person asked who stands in two rows of two townships: it lies with the row that stays, and back on undo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from gridcommons.access.identify import viewer_of
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.kit.errors import Refusal
from gridcommons.notices.queries import inbox
from gridcommons.people.homes import actions as homes
from gridcommons.people.homes.models import Person, Residence
from gridcommons.people.homes.rules import NewHome, NewPerson
from gridcommons.people.merging.actions import join, undo
from gridcommons.people.merging.models import Join
from gridcommons.people.rights.actions import accept, answer, correct, invite
from gridcommons.people.rights.codes import holding
from gridcommons.people.rights.models import Request
from gridcommons.people.rights.queries import one_request, open_requests
from people.people_town import PASSWORD
from town import AT, FAR_GRID, GRID, NEXT_GRID, Town

NAME = "测试奶奶"


@dataclass(frozen=True)
class Apart:
    """One person in two rows of two townships, whose second row has asked for another name; who serves both."""

    town: Town
    both: Viewer
    kept: UUID
    gone: UUID
    asked: UUID

    def join(self) -> Join:
        return join(kept_id=self.kept, gone_id=self.gone, reason="看过身份证", by=self.both, at=AT)

    def part(self, made: Join) -> list[object]:
        return list(undo(join_id=made.pk, reason="是两个人", by=self.both, at=AT).missing)

    def seen_by(self) -> dict[str, bool]:
        """Which of the two desks has it on its list."""
        desks = {"near": self.town.supervisor, "far": self.town.far_supervisor}
        return {name: len(open_requests(viewer=desk, at=AT)) == 1 for name, desk in desks.items()}


def _row(town: Town, grid: str, by: Viewer) -> UUID:
    return homes.add_home(home=NewHome(grid, "北街12号", people=(NewPerson(NAME),)), by=by, at=AT).people[0]


@pytest.fixture
def apart(town: Town) -> Apart:
    kept, gone = _row(town, GRID, town.supervisor), _row(town, FAR_GRID, town.far_supervisor)
    with scoped(Scope("^"), deed="test.moved"):
        Residence.objects.filter(person_id=gone).update(kind="moved")
    code = invite(person_id=gone, checked="card", by=town.far_supervisor, at=AT).code
    made = accept(code=code, username="jumin61", password=PASSWORD, by=holding(town.public, code), at=AT)
    assert made.user_id is not None
    correct(person_id=gone, thing=f"name:{gone}", value="测试奶奶子", by=viewer_of(made.user_id), at=AT)
    both = replace(town.supervisor, grants=(*town.supervisor.grants, *town.far_supervisor.grants))
    return Apart(town, both, kept, gone, open_requests(viewer=town.far_supervisor, at=AT)[0].id)


def lies() -> tuple[str, str]:
    with scoped(Scope("^")):
        row = Request.objects.get()
        return row.area_code, row.state


def test_an_open_request_goes_to_the_desk_of_the_row_that_stays_and_back(apart: Apart) -> None:
    assert (apart.seen_by(), lies()) == ({"near": False, "far": True}, (FAR_GRID, "open"))
    made = apart.join()
    assert (apart.seen_by(), lies()) == ({"near": True, "far": False}, (GRID, "open"))
    found = one_request(request_id=apart.asked, viewer=apart.town.supervisor, at=AT)
    assert (found.here, found.who, found.words) == (True, NAME, "测试奶奶子")
    with pytest.raises(Refusal):
        one_request(request_id=apart.asked, viewer=apart.town.far_supervisor, at=AT)
    assert apart.part(made) == []
    assert (apart.seen_by(), lies()) == ({"near": False, "far": True}, (FAR_GRID, "open"))


def test_the_desk_that_has_it_is_told_and_the_other_no_more(apart: Apart) -> None:
    def told() -> list[int]:
        desks = (apart.town.supervisor, apart.town.far_supervisor)
        return [len(inbox(viewer=one, language="en", at=AT)) for one in desks]

    assert told() == [0, 1]
    made = apart.join()
    assert told() == [1, 0]
    assert apart.part(made) == []
    assert told() == [0, 1]


def test_answered_by_the_desk_of_the_row_that_stays_it_lies_with_its_own_after_parting(apart: Apart) -> None:
    made = apart.join()
    answer(request_id=apart.asked, done=False, reason="须出示户口簿", by=apart.town.supervisor, at=AT)
    assert apart.part(made) == []
    assert lies() == (FAR_GRID, "refused")


def test_whoever_moved_meanwhile_has_it_with_the_own_row_again(apart: Apart) -> None:
    """The joined person moves within the township; parted, the other row lies where it lay, and what it asked too."""
    made = apart.join()
    with scoped(Scope("^"), deed="test.moves"):
        Request.objects.update(area_code=NEXT_GRID)
    assert apart.part(made) == []
    assert lies() == (FAR_GRID, "open")


def test_one_deleted_in_its_time_stands_against_nothing(apart: Apart) -> None:
    made = apart.join()
    with scoped(Scope("^"), deed="test.forget"):
        Request.objects.all().delete()
    assert apart.part(made) == []


def test_what_was_asked_of_a_form_stays_with_its_desk(apart: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridcommons.people.rights.joining.desk_of", lambda _thing: FAR_GRID)
    apart.join()
    assert lies() == (FAR_GRID, "open")


@pytest.mark.parametrize("which", ["kept", "gone"])
def test_under_a_shield_over_either_it_lies_nowhere(apart: Apart, which: str) -> None:
    homes.shield(person_id=getattr(apart, which), by=apart.both, at=AT)
    made = apart.join()
    assert (apart.seen_by(), lies()[0]) == ({"near": True, "far": False}, ""), "whoever answers for them alone"
    homes.unshield(person_id=apart.kept, by=apart.both, at=AT)
    assert apart.part(made) == []
    with scoped(Scope("^")):
        assert Person.objects.get(pk=apart.gone).area_code == FAR_GRID
    assert lies() == (FAR_GRID, "open")
