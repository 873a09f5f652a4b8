"""Every deed of problems and of concerns, done once each: chapters of the diary of article 14."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from cases.drains import as_it_is, blocked, measure_of, seat_of
from cases.sayings import WEEK
from gridcommons.access.identify import program
from gridcommons.access.scope import viewing
from gridcommons.cases.concerns import actions as concerns
from gridcommons.cases.concerns.models import Concern
from gridcommons.cases.problems import actions as problems
from gridcommons.cases.problems.models import Problem, ProblemCase
from gridcommons.people.contacts import Contact
from town import AT, COUNTY, VILLAGE, Town

SETUP = program("test")
_DAY = timedelta(days=1)


class Diary(Protocol):
    """What tries deeds and watches what they leave."""

    town: Town

    def do(self, key: str, deed: Callable[[], Any], within: tuple[str, ...] = ()) -> Any:
        """Do a deed and see that it left one entry."""


def of_problems(diary: Diary) -> None:
    """Two proposals: one is declined, the other goes the whole way."""
    town, do = diary.town, diary.do
    blocked(town, 6)
    [problem] = do("problem.propose", lambda: problems.propose(by=SETUP, at=AT))
    one = {"problem_id": problem.pk, "by": town.supervisor, "at": AT}
    owned: dict[str, Any] = {
        "owner_area": COUNTY,
        "owner_kind": "urban_management",
        "cause": "worn",
        "note": "管径太小",
    }
    do("problem.decline", lambda: problems.decline(reason="再看看", **one))
    do("problem.accept", lambda: problems.accept(**owned, **one))
    do("problem.amend", lambda: problems.amend(**owned | {"cause": "upkeep"}, **one))
    do("problem.invite", lambda: problems.invite(name="议事会", kind="body", **one))
    seat = seat_of(town, problem, name="议事会")
    do("problem.excuse", lambda: problems.excuse(seat_id=seat, **one))
    problems.invite(office_area=COUNTY, office_kind="housing_construction", **one)
    seat = seat_of(town, problem, "housing_construction")
    answer = {**one, "by": town.other_handler}
    do("problem.reply", lambda: problems.reply(seat_id=seat, answer="yes", **answer))
    do("problem.meet", lambda: problems.meet(held_on=AT.date(), notes="议定换管", **one))
    do("problem.plan", lambda: problems.plan(what="换管", seat_id=seat, due_date=(AT + 9 * _DAY).date(), **one))
    measure = measure_of(town, problem, "换管")
    do("problem.finish", lambda: problems.finish(measure_id=measure, done=True, note="换好了", **answer))
    do("problem.publish", lambda: problems.publish(note="正在换管", **one))
    blocked(town, 1)
    do("problem.join", lambda: problems.join(by=SETUP, at=AT))
    _of_links_and_end(diary, problem, one)


def _of_links_and_end(diary: Diary, problem: Problem, one: dict[str, Any]) -> None:
    town, do = diary.town, diary.do
    with viewing(town.supervisor, AT):
        row = ProblemCase.objects.filter(problem=problem).select_related("case")[0]
    do("problem.unlink", lambda: problems.unlink(case_id=row.case_id, **one))
    do("problem.link", lambda: problems.link(number=row.case.number, **one))
    do("problem.close", lambda: problems.close(note="换好了", review_on=(AT + 30 * _DAY).date(), **one))
    do("problem.remind", lambda: problems.remind(by=SETUP, at=AT + 31 * _DAY))
    late = {**one, "at": AT + 31 * _DAY}
    do("problem.review", lambda: problems.review(note="不再积水", **late))
    assert as_it_is(town, problem).state == "settled"
    do("problem.forget", lambda: problems.forget(by=SETUP, at=AT + 900 * _DAY))


def of_concerns(diary: Diary) -> None:
    """Something is said, read, gathered, answered, told and destroyed."""
    town, do = diary.town, diary.do
    nobody = {"area_code": VILLAGE, "by": town.public, "at": AT}
    do("concern.say", lambda: concerns.say(subject="care", text="盼有托管", **nobody))
    contact = Contact(phone="10012345678")
    do(
        "concern.ask_answer",
        lambda: concerns.ask_answer(week=WEEK, contact=contact, language="zh-hans", **nobody),
        within=("people.keep_contact",),
    )
    with viewing(town.supervisor, AT):
        said = Concern.objects.get()
    do("concern.set_aside", lambda: concerns.set_aside(concern_id=said.pk, reason="person", by=town.supervisor, at=AT))
    [digest] = do("concern.gather", lambda: concerns.gather(by=SETUP, at=AT + 7 * _DAY))
    facts = {"digest_id": digest.pk, "summary": "居民盼托管", "answer": "明年试办", "by": town.supervisor}
    do("concern.answer", lambda: concerns.answer(**facts, at=AT + 8 * _DAY))
    do("concern.tell", lambda: concerns.tell(by=SETUP, at=AT + 8 * _DAY))
    do("concern.forget", lambda: concerns.forget(by=SETUP, at=AT + 60 * _DAY))
