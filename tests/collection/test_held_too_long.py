"""Forms that nobody decides on: their desk is told, in time they are not taken; old copies are gone over once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from collection import erased_town
from collection.erased_town import DAY, ELDERS, SIZE, Home, neighbours, papers, sent
from collection.field_town import READING, read_all
from gridcommons.access.models import LedgerDetail
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.actions import comb, lapse, press
from gridcommons.collection.inbox import combing
from gridcommons.collection.inbox.actions import correct, hold, run_again
from gridcommons.collection.inbox.combing import is_combed
from gridcommons.collection.inbox.models import Comb, Paper, Submission
from gridcommons.collection.inbox.queries import own_submission
from gridcommons.collection.inbox.rules import FAULT, NOT_TAKEN, limits
from gridcommons.collection.inbox.working import empty_waiting
from gridcommons.collection.visits.models import Visit
from gridcommons.kit.errors import Reason, Refusal
from gridcommons.notices.models import Notice
from web.office_town import client_of, text_of

PRESS, LAPSE = (timedelta(days=days) for days in (limits().press_days, limits().lapse_days))


standing_field, home = erased_town.standing_field, erased_town.home


def program(home: Home) -> dict[str, Any]:
    return {"by": READING, "at": home.now}


def told(home: Home, key: str) -> list[dict[str, str]]:
    with scoped(Scope("^")):
        return [one.facts for one in Notice.objects.filter(to=key, text_key="inbox.pressing").order_by("created_at")]


def test_a_desk_is_told_once_of_what_it_holds_too_long_and_nobody_else_is(home: Home) -> None:
    for name in ("uuid:a", "uuid:b"):
        home.send(name, size="3", more__since="no day")
    home.send("uuid:good", size="3")
    home.later(PRESS)
    assert press(**program(home)).rows == ()
    home.later()
    assert len(press(**program(home)).rows) == 2
    assert press(**program(home)).rows == (), "once"
    town = home.field.town
    for key in (home.peopled.supervisor.key, town.second_supervisor.key):
        (facts,) = told(home, key)
        assert facts["n"] == "2"
    for name in ("worker", "county_officer", "far_supervisor", "dispatcher"):
        assert told(home, getattr(town, name).key) == []


def test_what_nobody_decides_on_is_not_taken_and_its_sender_is_told_so(home: Home) -> None:
    home.send("uuid:first", size="3")
    home.send("uuid:held", size="4", more__since="no day", deprecated="uuid:first")
    alone = home.send("uuid:alone", size="5", more__since="no day")
    assert (sent("uuid:first").replaced_by, alone.status_code) == ("uuid:held", 201)
    home.later(PRESS + DAY)
    press(**program(home))
    home.later(LAPSE - DAY)
    assert lapse(**program(home)).rows == ()
    home.later()
    assert set(lapse(**program(home)).rows) == {sent("uuid:held").pk, sent("uuid:alone").pk}
    row = sent("uuid:held")
    assert (row.state, row.notes, row.forgotten, row.reasons, row.parties) == ("aside", ["lapsed"], True, [], [])
    assert "<size>4" not in papers()
    assert "<size>5" not in papers()
    assert sent("uuid:first").replaced_by == "", "what it was to correct counts once more"
    read_all(home.now)
    with scoped(Scope("^")):
        assert Visit.objects.filter(root="uuid:first", is_current=True).count() == 1
        assert Submission.objects.count() == 3, "that it came is counted still"
        (entry,) = LedgerDetail.objects.filter(parties__contains=[f"submission:{row.pk}"], body__contains="inbox.lapse")
    assert json.loads(entry.body)["by"] == READING.key
    own = home.field.get("own/uuid:alone")
    assert (own.status_code, "没有人处理" in own.content.decode()) == (409, True)
    with pytest.raises(Refusal) as raised:
        own_submission(instance_id="uuid:alone", viewer=home.field.town.worker, at=home.now)
    assert raised.value.code == NOT_TAKEN
    assert home.field.get("own/uuid:held").status_code == 200, "of its chain the first one counts again"
    page = text_of(client_of(home.field.town, "supervisor").get(f"/office/inbox/{row.pk}"))
    assert "到期未采用" in page


def test_what_was_corrected_by_hand_meanwhile_has_its_time_anew(home: Home) -> None:
    home.send("uuid:held", size="4", more__since="no day")
    home.later(PRESS + DAY)
    press(**program(home))
    with scoped(Scope("^")):
        content = bytes(Paper.objects.get().content)
    row = sent("uuid:held").pk
    home.later(LAPSE - DAY)
    correct(
        submission_id=row, content=content.replace(b"no day", b"none either"), reason="再看",
        by=home.peopled.supervisor, at=home.now,
    )  # fmt: skip
    read_all(home.now)
    home.later(DAY + DAY)
    assert lapse(**program(home)).rows == ()
    assert sent("uuid:held").state == "held"


def test_a_reading_in_between_that_holds_it_again_begins_no_time_anew(home: Home) -> None:
    home.send("uuid:held", size="4", more__since="no day")
    home.later(PRESS - DAY)
    run_again(submission_id=sent("uuid:held").pk, by=home.peopled.supervisor, at=home.now)
    read_all(home.now)
    assert sent("uuid:held").state == "held"
    home.later(DAY + DAY)
    assert len(press(**program(home)).rows) == 1
    run_again(submission_id=sent("uuid:held").pk, by=home.peopled.supervisor, at=home.now)
    read_all(home.now)
    home.later(LAPSE)
    assert press(**program(home)).rows == (), "told once"
    assert len(lapse(**program(home)).rows) == 1


def test_what_is_held_once_more_is_told_of_anew_before_it_goes(home: Home) -> None:
    """A form that was told of, corrected and read, and that a later reading breaks on, is not lost within the hour."""
    home.send("uuid:held", size="4", more__since="no day")
    home.later(PRESS + DAY)
    press(**program(home))
    with scoped(Scope("^")):
        content = bytes(Paper.objects.get().content)
    correct(
        submission_id=sent("uuid:held").pk, content=content.replace(b"no day", b"2026-11-01"), reason="核对",
        by=home.peopled.supervisor, at=home.now,
    )  # fmt: skip
    read_all(home.now)
    assert sent("uuid:held").state == "understood"
    home.later(LAPSE + DAY)
    with scoped(Scope("^"), deed="test.replay"):
        Submission.objects.update(state="received")
    hold(submission_id=sent("uuid:held").pk, reasons=(Reason(FAULT, (("what", "KeyError"),)),), **program(home))
    assert lapse(**program(home)).rows == ()
    assert press(**program(home)).rows == (), "it is held since a moment, however long ago it came"
    home.later(PRESS + DAY)
    assert len(press(**program(home)).rows) == 1, "its desk is told of this time too"
    home.later(LAPSE - DAY)
    assert lapse(**program(home)).rows == ()
    home.later()
    assert len(lapse(**program(home)).rows) == 1


def test_what_waits_to_be_emptied_has_a_clock_of_its_own(home: Home) -> None:
    home.send("uuid:x", size="2")
    home.later()
    home.erase()
    home.later()
    home.send_breaking("uuid:odd", size="7", more__since="no day", today=(home.now - 2 * DAY).date().isoformat())
    home.later(PRESS + DAY)
    assert press(**program(home)).rows == ()
    assert empty_waiting(**program(home)) == 1


# --- gone over once -------------------------------------------------------------------------------------------------


def from_before(home: Home) -> None:
    """Papers as they lay there before copies of what is known were erased too: the copies stand in them again."""
    home.send("uuid:a", size="3", elders="1")
    home.later()
    home.send("uuid:shown", size_known="3", elders_known="1", outcome="not_home")
    home.send("uuid:held", size_known="3", more__since="no day")
    home.send("uuid:sure", elders_known="1", elders_still="yes")
    kept = dict(_contents())
    home.later()
    home.erase()
    home.erase(ELDERS)
    with scoped(Scope("^"), deed="test.before"):
        for paper in Paper.objects.all():
            if paper.submission.instance_id != "uuid:a":
                paper.content = kept[paper.pk]
                paper.save()
        Submission.objects.update(erased_at=None)
    home.later()


def _contents() -> list[tuple[UUID, bytes]]:
    with scoped(Scope("^")):
        return [(one.pk, bytes(one.content)) for one in Paper.objects.all()]


def test_old_copies_are_gone_over_once_and_what_was_said_stays(home: Home) -> None:
    other = neighbours(home)
    home.send("uuid:theirs", size_known="3", outcome="not_home", home=other)
    from_before(home)
    assert papers().count("size_known>3") == 3
    done = comb(**program(home))
    assert done.done
    assert set(done.rows) == {sent(name).pk for name in ("uuid:shown", "uuid:held")}
    assert (papers().count("size_known>3"), papers().count("elders_known>1")) == (1, 1)
    with scoped(Scope("^")):
        held = Comb.objects.get()
        assert (held.homes, held.emptied, held.done_at) == (1, 2, home.now)
    assert is_combed()
    assert comb(**program(home)).rows == (), "once"


def test_it_goes_on_where_it_was_cut_off(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    other = neighbours(home)
    from_before(home)
    with scoped(Scope("^"), deed="test.other"):
        from gridcommons.people.facts.models import Erased

        row = Erased.objects.filter(key=SIZE).first()
        assert row is not None
        row.pk, row.subject_id, row.said_in = None, other, None
        row._state.adding = True
        row.save()
    monkeypatch.setattr(combing, "_HOMES", 1)
    assert not comb(**program(home)).done
    with monkeypatch.context() as patched:
        patched.setattr(combing, "_forms_of", _cut)
        with pytest.raises(KeyboardInterrupt):
            comb(**program(home))
    with scoped(Scope("^")):
        assert (Comb.objects.get().homes, Comb.objects.get().done_at) == (1, None)
    assert not comb(**program(home)).done
    assert comb(**program(home)).done
    with scoped(Scope("^")):
        assert (Comb.objects.get().homes, papers().count("size_known>3")) == (2, 0)


def _cut(*_given: object) -> Any:
    raise KeyboardInterrupt


def test_an_old_paper_that_cannot_be_rewritten_waits_for_a_person(home: Home) -> None:
    home.send("uuid:a", size="3")
    home.later()
    home.erase()
    home.later()
    with scoped(Scope("^"), deed="test.before"):
        paper = Paper.objects.get()
        paper.content = bytes(paper.content).replace(b"<data ", b'<data xmlns="http://example.org/a form" ')
        paper.content = paper.content.replace(b"<outcome>", b"<size_known>3</size_known><outcome>")
        paper.save()
        Submission.objects.update(erased_at=None)
    assert len(comb(**program(home)).rows) == 1
    assert sent("uuid:a").empty_by is not None
    assert "size_known" not in papers()
