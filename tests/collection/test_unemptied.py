"""A form that breaks the program while it is emptied of what was erased: it waits, is emptied, or all of it goes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from collection import erased_town, unemptied_town
from collection.erased_town import (
    DAY,
    ELDERS,
    Home,
    facts,
    in_force,
    sent,
)
from collection.field_town import READING, read_all
from collection.unemptied_town import SIZES, WORD, broken, desk, mend, raw, refused, stuck
from gridcommons.access.models import LedgerDetail
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.actions import drop, empty
from gridcommons.collection.inbox import actions, erasing, unemptied
from gridcommons.collection.inbox.models import Answered, Mention, Paper, Submission, Unemptied
from gridcommons.collection.inbox.queries import (
    submission_page,
)
from gridcommons.collection.inbox.rules import NOT_TO_EMPTY
from gridcommons.collection.inbox.working import empty_waiting
from gridcommons.collection.visits.models import Visit
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.errors import Refusal
from gridcommons.people.rights.rules import answer_due, answering

standing_field, home = erased_town.standing_field, erased_town.home
waiting = unemptied_town.waiting


def test_what_cannot_be_emptied_stops_neither_the_resident_nor_the_other_forms(home: Home) -> None:
    home.send("uuid:plain", size="38")
    done = stuck(home)
    due = answer_due(home.now.date(), answering().answer_days, WorkingCalendar.load())
    assert (done.done, done.left, done.due) == (False, 1, due)
    assert facts() == [], "what is known of the home is gone at once"
    assert (SIZES["38"] in raw(), SIZES["37"] in raw()) == (False, True)
    row = sent("uuid:odd")
    assert (row.state, row.empty_by, row.erased_at) == ("understood", due, home.now)
    with scoped(Scope("^")):
        (kept,) = Unemptied.objects.all()
        assert (kept.household_id, kept.fault, kept.since) == (home.peopled.home, "inbox.not_mended", home.now)
        assert Visit.objects.filter(is_current=True).count() == 2
    assert "37" not in str(kept.out).replace(home.peopled.home.hex, "")


def test_a_late_form_that_cannot_be_emptied_is_understood_and_its_visit_counts(home: Home) -> None:
    home.send("uuid:x", size="2")
    home.later()
    home.erase()
    home.later()
    home.send_breaking("uuid:odd", size="37", elders="1", today=(home.now - 2 * DAY).date().isoformat())
    row = sent("uuid:odd")
    assert (row.state, row.empty_by is not None) == ("understood", True)
    assert (in_force(), in_force(ELDERS)) == ([], ["1"])
    with scoped(Scope("^")):
        assert Visit.objects.filter(is_current=True).count() == 2
        assert not Answered.objects.filter(submission=row).exists()


@pytest.mark.parametrize("breaks", ["its emptying", "finding out what goes"])
def test_a_held_form_that_cannot_be_emptied_waits(home: Home, breaks: str, monkeypatch: pytest.MonkeyPatch) -> None:
    home.send("uuid:x", size="2")
    home.later()
    home.erase()
    if breaks == "finding out what goes":
        monkeypatch.setattr(erasing, "gone_of", broken)
    home.later()
    day = (home.now - 2 * DAY).date().isoformat()
    home.send_breaking("uuid:odd", size="37", more__since="no day", today=day, read=False)
    home.send("uuid:good", elders="1")
    row = sent("uuid:odd")
    assert (row.state, row.empty_by is not None, in_force(ELDERS)) == ("held", True, ["1"])
    assert row.reasons[0][0] == "inbox.wrong_type", "why it is held stays what it was"


def test_a_held_form_about_a_home_of_which_nothing_was_erased_waits_for_nobody(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "gone_of", broken)
    home.send_breaking("uuid:odd", size="37", more__since="no day")
    assert (sent("uuid:odd").state, sent("uuid:odd").empty_by) == ("held", None)


def test_one_of_five_hundred_read_together_stops_no_other(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.send("uuid:x", size="2")
    home.later()
    home.erase()
    home.later()
    day = (home.now - 2 * DAY).date().isoformat()
    home.send_many([f"uuid:n{number}" for number in range(250)], elders="1")
    home.send_breaking("uuid:odd", size="37", today=day, read=False)
    home.send_many([f"uuid:n{number}" for number in range(250, 499)], elders="1")
    asked: list[int] = []
    understand = actions.understand
    monkeypatch.setattr(
        "gridcommons.collection.inbox.working.understand",
        lambda **given: (asked.append(len(given["submission_ids"])), understand(**given))[1],
    )
    assert read_all(home.now) == 500
    assert asked == [500], "one transaction took all of them"
    with scoped(Scope("^")):
        assert Submission.objects.filter(state="understood").count() == 501
        assert list(Submission.objects.filter(empty_by__isnull=False)) == [sent("uuid:odd")]


def test_cut_off_in_between_nothing_is_half_done(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.send_breaking("uuid:odd", size="37", more__note=WORD)
    home.send("uuid:plain", size="38")
    before, known = raw(), facts()
    home.later()
    with monkeypatch.context() as patched:
        patched.setattr(unemptied, "digests", _cut)
        with pytest.raises(KeyboardInterrupt):
            home.erase()
    assert (raw(), facts(), sent("uuid:odd").empty_by) == (before, known, None), "all of the erasure is undone"
    assert home.erase().left == 1
    monkeypatch.setattr(unemptied, "answers_of", _cut)
    monkeypatch.setattr(unemptied, "emptied_chain", lambda *_given: {})
    with pytest.raises(KeyboardInterrupt):
        empty(**desk(home))
    assert sent("uuid:odd").empty_by is not None
    with scoped(Scope("^")):
        assert Unemptied.objects.get().tries == 0


def _cut(*_given: object) -> Any:
    raise KeyboardInterrupt


def test_what_is_erased_afterwards_goes_with_it_when_it_is_emptied(
    waiting: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting.send("uuid:later", elders="1")
    waiting.later()
    with scoped(Scope("^"), deed="inbox.empty"):
        paper_ = Paper.objects.get(submission__instance_id="uuid:odd")
        paper_.content = bytes(paper_.content).replace(b"<size>", b"<elders>8</elders><size>")
        paper_.save()
    waiting.erase(ELDERS)
    mend(waiting, monkeypatch)
    assert empty(**desk(waiting)).done
    assert (SIZES["37"] in raw(), "<elders>8" in raw(), WORD in raw()) == (False, False, True)


def test_the_desk_tries_again_in_vain_and_then_it_works(waiting: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not empty(**desk(waiting)).done
    with scoped(Scope("^")):
        assert (Unemptied.objects.get().tries, Unemptied.objects.get().tried_at) == (1, waiting.now)
    mend(waiting, monkeypatch)
    done = empty(**desk(waiting))
    assert (done.done, done.rows) == (True, (sent("uuid:odd").pk,))
    assert (SIZES["37"] in raw(), WORD in raw()) == (False, True)
    office: dict[str, Any] = {"viewer": waiting.peopled.supervisor, "at": waiting.now, "purpose": "forms"}
    page = submission_page(submission_id=sent("uuid:odd").pk, **office)
    assert page.values is not None
    assert (page.values["size"], page.values["more"]["note"]) == (None, WORD)
    with refused(NOT_TO_EMPTY):
        empty(**desk(waiting))


def test_what_only_its_emptying_held_is_read_by_itself_afterwards(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.send("uuid:x", size="2")
    home.later()
    home.erase()
    home.later()
    day = (home.now - 2 * DAY).date().isoformat()
    with monkeypatch.context() as patched:
        patched.setattr("gridcommons.collection.inbox.understanding.gone_from", broken)
        home.send("uuid:odd", size="37", elders="1", today=day)
    assert (sent("uuid:odd").state, sent("uuid:odd").empty_by is not None) == ("held", True)
    assert empty_waiting(by=READING, at=home.now) == 1
    read_all(home.now)
    assert (sent("uuid:odd").state, in_force(ELDERS), SIZES["37"] in raw()) == ("understood", ["1"], False)


def test_the_program_tries_every_day_and_lets_all_answers_go_when_the_days_are_over(waiting: Home) -> None:
    due = sent("uuid:odd").empty_by
    assert due is not None
    for _day in range((due - waiting.now.date()).days):
        waiting.later()
        assert empty_waiting(by=READING, at=waiting.now) == 0
        assert sent("uuid:odd").empty_by == due
    assert waiting.now.date() == due, "on the last day it waits still"
    waiting.later()
    assert empty_waiting(by=READING, at=waiting.now) == 1
    row = sent("uuid:odd")
    assert (row.state, row.forgotten, row.empty_by) == ("understood", True, None)
    assert WORD not in raw()
    with scoped(Scope("^")):
        assert Visit.objects.filter(root="uuid:odd", is_current=True).count() == 1, "that a visit was made stays"
        assert not Mention.objects.filter(submission=row).exists()
        (entry,) = LedgerDetail.objects.filter(parties__contains=[f"submission:{row.pk}"], body__contains="inbox.drop")
    said = json.loads(entry.body)
    assert (said["by"], said["at"]) == ("program:inbox", waiting.now.isoformat())


def test_the_desk_drops_all_answers_with_a_reason(waiting: Home) -> None:
    with pytest.raises(Refusal):
        drop(reason=" ", **desk(waiting))
    drop(reason="改不了", **desk(waiting))
    row = sent("uuid:odd")
    assert (row.state, row.forgotten, WORD in raw()) == ("understood", True, False)
    with scoped(Scope("^")):
        (entry,) = LedgerDetail.objects.filter(parties__contains=[f"submission:{row.pk}"], body__contains="inbox.drop")
    assert "改不了" in entry.body


def test_a_held_form_that_lost_its_answers_is_set_aside_and_not_taken_again(home: Home) -> None:
    home.send("uuid:x", size="2")
    home.later()
    home.erase()
    home.later()
    day = (home.now - 2 * DAY).date().isoformat()
    home.send_breaking("uuid:odd", size="37", more__since="no day", today=day)
    drop(reason="改不了", **desk(home))
    row = sent("uuid:odd")
    assert (row.state, row.notes, row.forgotten, row.reasons) == ("aside", ["dropped"], True, [])


def test_strangers_neither_try_nor_drop(waiting: Home) -> None:
    town = waiting.field.town
    for name in ("worker", "next_worker", "far_supervisor", "county_officer", "resident", "handler"):
        facts_ = desk(waiting) | {"by": getattr(town, name)}
        with pytest.raises(Refusal):
            empty(**facts_)
        with pytest.raises(Refusal):
            drop(reason="x", **facts_)
    assert (sent("uuid:odd").empty_by is not None, WORD in raw()) == (True, True)
