"""A form that breaks the program while it is emptied of what was erased: nobody reads its words until it is empty."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from collection.erased_town import (
    DAY,
    ELDERS,
    Home,
    at_home,
    census,
    facts,
    in_force,
    neighbours,
    sent,
)
from collection.field_town import READING, Field, paper, read_all
from collection.test_central import Analyst
from gridcommons.access.identify import program
from gridcommons.access.models import LedgerDetail
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.actions import drop, empty
from gridcommons.collection.inbox import actions, erasing, unemptied
from gridcommons.collection.inbox.actions import forget, remark, review, run_again, set_aside
from gridcommons.collection.inbox.counting import counts, counts_by_form, to_empty
from gridcommons.collection.inbox.models import Answered, Attachment, Mention, Paper, Remark, Submission, Unemptied
from gridcommons.collection.inbox.queries import (
    Wanted,
    inbox_page,
    own_submission,
    picture_of,
    said_in,
    submission_page,
)
from gridcommons.collection.inbox.rules import NOT_TO_EMPTY, TO_BE_EMPTIED
from gridcommons.collection.inbox.working import empty_waiting, sweep_pictures, work_off
from gridcommons.collection.visits.models import Visit
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.errors import Refusal
from gridcommons.notices.models import Notice
from gridcommons.people.homes.actions import shield
from gridcommons.people.homes.calling import shelter_all
from gridcommons.people.rights import asking
from gridcommons.people.rights.actions import answer, appoint_guardian, correct, erase
from gridcommons.people.rights.calling import raise_all
from gridcommons.people.rights.models import Request
from gridcommons.people.rights.queries import held_page
from gridcommons.people.rights.rules import BY_ITSELF, answer_due, answering
from people.people_town import CHILD, FATHER, MOTHER, private_login
from public_door import EN, visitor
from town import GRID, Town
from web.office_town import client_of, picture, text_of

WORD = "spoken-words"
"""Words that the breaking form holds beside the number that is to go."""
SIZES = {n: f"<size>{n}<" for n in ("37", "38")}


@pytest.fixture(scope="module")
def standing_field(standing_town: Town) -> Field:
    return census(standing_town)


@pytest.fixture
def home(standing_field: Field, town: Town, monkeypatch: pytest.MonkeyPatch) -> Home:
    return at_home(standing_field, town, monkeypatch)


def desk(home: Home, instance: str = "uuid:odd") -> dict[str, Any]:
    return {"submission_id": sent(instance).pk, "by": home.peopled.supervisor, "at": home.now}


def raw() -> str:
    """What lies in the tables, the wall taken away: for the test to see what is kept, not for any reader."""
    with scoped(Scope("^"), deed="inbox.empty"):
        said = "".join(bytes(one.content).decode() for one in Paper.objects.order_by("id"))
        rows = [json.dumps(one.values, ensure_ascii=False) for one in Answered.objects.order_by("submission_id")]
        return said + "".join(rows) + "".join(one.body for one in Remark.objects.all())


def stuck(home: Home) -> Any:
    """A form with the size of the household that cannot be emptied, and the size erased by the father."""
    home.send_breaking("uuid:odd", size="37", more__note=WORD)
    remark(body=f"备注{WORD}", **desk(home))
    home.later()
    return home.erase()


@pytest.fixture
def waiting(home: Home) -> Home:
    stuck(home)
    assert sent("uuid:odd").empty_by is not None
    return home


# --- it waits -------------------------------------------------------------------------------------------------------


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
        monkeypatch.setattr(erasing, "gone_of", _broken)
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
    monkeypatch.setattr(erasing, "gone_of", _broken)
    home.send_breaking("uuid:odd", size="37", more__since="no day")
    assert (sent("uuid:odd").state, sent("uuid:odd").empty_by) == ("held", None)


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refusal) as raised:
        yield
    assert raised.value.code == code


def _broken(*_given: object, **_more: object) -> Any:
    raise ValueError("broken")


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


# --- nobody reads it ------------------------------------------------------------------------------------------------


def readers(home: Home) -> dict[str, Callable[[], Any]]:
    """Every way by which words of a form come out of the inbox."""
    row = sent("uuid:odd").pk
    office: dict[str, Any] = {"viewer": home.peopled.supervisor, "at": home.now, "purpose": "forms"}
    mine: dict[str, Any] = {"viewer": home.field.town.worker, "at": home.now}
    me: dict[str, Any] = {"person_id": home.who, "viewer": home.me, "at": home.now}
    page = f"/office/inbox/{row}"
    client = client_of(home.field.town, "supervisor")
    analyst = Analyst()
    analyst.form = analyst.form.replace("basics", "census")
    return {
        "list": lambda: inbox_page(wanted=Wanted(), **office),
        "own list": lambda: inbox_page(wanted=Wanted(waits=True), **office),
        "page": lambda: submission_page(submission_id=row, **office),
        "table": lambda: said_in(wanted=Wanted(form_key="census"), count=True, **office),
        "phone": lambda: own_submission(instance_id="uuid:odd", **mine),
        "phone's door": lambda: home.field.get("own/uuid:odd").content,
        "phone's pack": lambda: home.field.get("pack").content,
        "held": lambda: held_page(**me),
        "held as JSON": lambda: json.dumps(held_page(**me).as_dict(), ensure_ascii=False),
        "list in the browser": lambda: client.get("/office/inbox").content,
        "page in the browser": lambda: client.get(page).content,
        "Central's rows": lambda: analyst.table().content,
        "Central's submissions": lambda: analyst.client.get(f"{analyst.form}/submissions").content,
        "Central's XML": lambda: analyst.client.get(analyst.at("uuid:odd", ".xml")).content,
        "Central's remarks": lambda: analyst.client.get(analyst.at("uuid:odd", "/comments")).content,
        "Central's pictures": lambda: analyst.client.get(analyst.at("uuid:odd", "/attachments")).content,
        "papers": lambda: _everything(Paper.objects.values_list("content", "reason")),
        "answers": lambda: _everything(Answered.objects.values_list("values", flat=True)),
        "remarks": lambda: _everything(Remark.objects.values_list("body", flat=True)),
        "raw SQL": _by_sql,
    }  # fmt: skip


def _everything(rows: Any) -> str:
    with scoped(Scope("^")):
        return str([tuple(map(_text, one)) if isinstance(one, tuple) else one for one in rows])


def _text(one: Any) -> Any:
    return bytes(one).decode() if isinstance(one, memoryview | bytes) else one


def _by_sql() -> str:
    found = []
    for deed in ("", "inbox.understand", "inbox.correct", "rights.erase"):
        with scoped(Scope("^"), deed=deed), connection.cursor() as cursor:
            cursor.execute(
                "SELECT convert_from(content, 'UTF8') FROM inbox_paper UNION ALL SELECT values::text "
                "FROM inbox_answered UNION ALL SELECT body FROM inbox_remark"
            )
            found += cursor.fetchall()
    return str(found)


def said(read: Callable[[], Any]) -> str:
    found = ""
    with suppress(Refusal):
        got = read()
        found = got.decode() if isinstance(got, bytes) else str(got)
    return found


def test_nobody_reads_it_while_it_waits_and_everybody_did_before(home: Home) -> None:
    home.send_breaking("uuid:odd", size="37", more__note=WORD)
    remark(body=f"备注{WORD}", **desk(home))
    silent = {"list", "own list", "phone's pack", "held", "held as JSON", "list in the browser"}
    silent |= {"Central's submissions", "Central's pictures"}
    before = {name for name, read in readers(home).items() if WORD in said(read) or SIZES["37"] in said(read)}
    assert before == readers(home).keys() - silent, "ways that are tried because they lead to its words"
    home.later()
    home.erase()
    assert WORD in raw()
    for name, read in readers(home).items():
        assert (WORD in said(read), SIZES["37"] in said(read)) == (False, False), name


def test_nothing_reads_it_anew_or_changes_it_while_it_waits(waiting: Home) -> None:
    waiting.replay()
    assert sent("uuid:odd").state == "understood"
    assert work_off(by=READING, now=lambda: waiting.now) == 0
    each: dict[str, Any] = {
        "remark": {"body": "备注"},
        "review": {"state": "approved"},
        "set_aside": {"reason": "重复"},
    }
    for name, verb in (("remark", remark), ("review", review), ("set_aside", set_aside), ("run", run_again)):
        with refused(TO_BE_EMPTIED):
            verb(**desk(waiting), **each.get(name, {}))
    waiting.later(timedelta(days=200))
    assert forget(by=READING, at=waiting.now) == 0
    assert WORD in raw(), "it is not forgotten by half: its words lie behind the wall still"


def test_the_same_bytes_are_known_again_and_a_picture_is_kept(waiting: Home) -> None:
    day = (waiting.now - DAY).date().isoformat()
    waiting.send_breaking("uuid:odd", size="37", more__note=WORD, today=day)
    assert sent("uuid:odd").empty_by is not None
    other = paper("census", household=str(waiting.peopled.home), outcome="done", size="9", instance="uuid:odd")
    assert waiting.field.post(other).status_code == 409


def test_a_picture_of_it_is_shown_to_nobody_and_its_file_stays(waiting: Home) -> None:
    with scoped(Scope("^"), deed="test.picture"):
        row = Attachment.objects.create(
            submission_id=sent("uuid:odd").pk, name="a.jpg", sent=b"x", size=1, path="collected/x.jpg", at=waiting.now
        )
    office: dict[str, Any] = {"viewer": waiting.peopled.supervisor, "at": waiting.now, "purpose": "forms"}
    assert submission_page(submission_id=sent("uuid:odd").pk, **office).pictures == ()
    assert {one.pictures for one in said_in(wanted=Wanted(form_key="census"), **office).rows} == {0}
    with pytest.raises(Refusal):
        picture_of(submission_id=sent("uuid:odd").pk, picture_id=row.pk, **office)
    with scoped(Scope("^")):
        assert Attachment.objects.filter(pk=row.pk).exists(), "else the sweep would take its file"


def test_the_lake_and_a_partner_are_told_of_the_visit_alone(waiting: Home, tmp_path: Path) -> None:
    with scoped(Scope("^")):
        (visit,) = Visit.objects.filter(root="uuid:odd")
    assert WORD not in str({field.name: getattr(visit, field.name) for field in Visit._meta.fields})


def test_a_shield_puts_it_away_as_well(waiting: Home) -> None:
    shield(person_id=waiting.peopled.people[MOTHER], by=waiting.peopled.supervisor, at=waiting.now)
    shelter_all(by=READING, at=waiting.now)
    assert sent("uuid:odd").area_code == ""


# --- it is emptied, or all of it goes -------------------------------------------------------------------------------


def mend(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program learns to rewrite such forms."""
    from gridcommons.collection.inbox import blanking, mending

    def plain(content: bytes, paths: Any) -> bytes:
        return mending.blanked(content.replace(b"http://example.org/a form", b"http://example.org/a-form"), paths)

    monkeypatch.setattr(blanking, "blanked", plain)


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
        patched.setattr("gridcommons.collection.inbox.understanding.gone_from", _broken)
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


# --- the resident ---------------------------------------------------------------------------------------------------


def asked_of(home: Home) -> list[tuple[str, str]]:
    page = held_page(person_id=home.who, viewer=home.me, at=home.now)
    return [(one.kind, one.state) for one in page.asked]


def told(home: Home) -> int:
    with scoped(Scope("^")):
        return Notice.objects.filter(to=home.me.key, text_key="rights.erased").count()


@pytest.mark.parametrize("end", ["emptied", "dropped by the desk", "dropped by the program"])
def test_the_wish_stands_open_until_it_is_done_and_then_whoever_asked_is_told(
    waiting: Home, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (asked_of(waiting), told(waiting)) == ([("erase", "open")], 0)
    page = held_page(person_id=waiting.who, viewer=waiting.me, at=waiting.now)
    form = next(one for _part, several in page.parts for one in several if one.code == "uuid:odd")
    assert "nobody can read it now" in str(form.value)
    assert form.may == frozenset()
    with scoped(Scope("^")):
        request = Request.objects.get()
    with refused(BY_ITSELF):
        answer(request_id=request.pk, done=True, by=waiting.peopled.supervisor, at=waiting.now)
    if end == "emptied":
        mend(waiting, monkeypatch)
        empty(**desk(waiting))
    elif end == "dropped by the desk":
        drop(reason="改不了", **desk(waiting))
    else:
        waiting.later(timedelta(days=40))
        empty_waiting(by=READING, at=waiting.now)
    assert (asked_of(waiting), told(waiting)) == ([("erase", "done")], 1)


def test_a_wish_goes_up_only_when_the_program_did_not_do_it_on_its_day(waiting: Home) -> None:
    due = sent("uuid:odd").empty_by
    assert due is not None
    waiting.later(due - waiting.now.date() + DAY)
    assert raise_all(by=program("raising"), at=waiting.now) == 0, "on this day all answers go by themselves"
    waiting.later()
    assert raise_all(by=program("raising"), at=waiting.now) == 1


def test_one_form_is_one_wish_and_bars_no_correction(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.send_breaking("uuid:odd", size="37", elders="1")
    home.later()
    home.erase()
    home.erase(ELDERS)
    assert asked_of(home) == [("erase", "open")]
    monkeypatch.setattr(asking, "answering", lambda: replace(answering(), most_open=1))
    assert correct(person_id=home.who, thing=f"name:{home.who}", value="测试改名", by=home.me, at=home.now).due


def test_desk_and_resident_read_that_it_is_a_deletion_and_nobody_is_asked_to_answer(waiting: Home) -> None:
    with scoped(Scope("^")):
        one = Request.objects.get()
    for tongue, says, never in (
        ("en", ("Deletion", "answers be deleted"), ("nobody may use it", "Objection", "They are right")),
        ("zh-hans", ("删除", "要求删除其中的回答"), ("要求不再使用", "异议", "说得对")),
    ):
        office = client_of(waiting.field.town, "supervisor", tongue)
        for url in ("/office/homes/requests", f"/office/homes/requests/{one.pk}"):
            page = text_of(office.get(url))
            assert all(word in page for word in says), (url, says)
        assert not any(word in page.partition("<h1")[2] for word in never), (url, never)
    assert "This needs no answer" in text_of(client_of(waiting.field.town, "supervisor", "en").get(url))
    mine = text_of(visitor(EN, waiting.me).get("/me/held"))
    assert "Deletion" in mine.partition("What you asked")[2]


def test_the_guardian_of_a_child_is_told_that_it_is_done(waiting: Home) -> None:
    child, mother = waiting.peopled.people[CHILD], waiting.peopled.people[MOTHER]
    guard = private_login(waiting.peopled, MOTHER, "jumin02")
    appoint_guardian(person_id=child, guardian_id=mother, by=waiting.peopled.supervisor, at=waiting.now)
    with scoped(Scope("^"), deed="test.child"):
        Request.objects.update(person_id=child)
    drop(reason="改不了", **desk(waiting))
    with scoped(Scope("^")):
        assert [one.to for one in Notice.objects.filter(text_key="rights.erased")] == [guard.key]


def test_whoever_has_everything_deleted_is_told_at_once_and_nothing_of_them_is_kept(home: Home) -> None:
    home.send_breaking("uuid:odd", size="37", more__note=WORD)
    with scoped(Scope("^"), deed="test.alone"):
        from gridcommons.people.homes.models import Residence

        Residence.objects.filter(household_id=home.peopled.home).exclude(person_id=home.who).delete()
    home.later()
    done = erase(person_id=home.who, thing="", by=home.me, at=home.now)
    assert (done.done, done.left) == (False, 1)
    with scoped(Scope("^")):
        assert not Request.objects.exists()
    assert sent("uuid:odd").empty_by is not None


def test_another_home_is_told_nothing_of_it(waiting: Home) -> None:
    neighbours(waiting)
    assert waiting.peopled.people[FATHER] == waiting.who
    page = held_page(person_id=waiting.who, viewer=waiting.me, at=waiting.now)
    assert [one.code for _part, several in page.parts for one in several if one.key.startswith("submission:")] == [
        "uuid:odd"
    ]


# --- the office -----------------------------------------------------------------------------------------------------


def test_numbers_beside_the_list(waiting: Home) -> None:
    scope: dict[str, Any] = {"viewer": waiting.peopled.supervisor, "at": waiting.now}
    assert (to_empty(**scope).number, to_empty(**scope).first) == (1, sent("uuid:odd").empty_by)
    assert counts(**scope) == {}
    assert counts_by_form(waits=True, **scope) == {"census": 1}
    assert to_empty(viewer=waiting.field.town.far_supervisor, at=waiting.now).number == 0


def test_the_page_of_the_desk_in_both_languages(waiting: Home) -> None:
    row = sent("uuid:odd").pk
    for tongue, words in (("zh-hans", "待人工清空"), ("en", "to be emptied by hand")):
        client = client_of(waiting.field.town, "supervisor", tongue)
        for page in ("/office/inbox?state=unemptied", f"/office/inbox/{row}", "/office/queue", "/office/more"):
            assert words in text_of(client.get(page)).lower(), (tongue, page)
    tried = client.post(f"/office/inbox/{row}/do/empty", follow=True)
    assert tried.status_code == 200
    assert sent("uuid:odd").empty_by is not None
    unsure = client.post(f"/office/inbox/{row}/do/drop", {"reason": "改不了"}, follow=True)
    assert (unsure.status_code, sent("uuid:odd").forgotten) == (422, False), "it asks once more"
    client.post(f"/office/inbox/{row}/do/drop", {"reason": "改不了", "sure": "1"}, follow=True)
    assert sent("uuid:odd").forgotten
    assert sent("uuid:odd").area_code == GRID


def test_the_page_is_no_strangers(waiting: Home) -> None:
    row = sent("uuid:odd").pk
    for name in ("worker", "county_officer", "far_supervisor"):
        client = client_of(waiting.field.town, name)
        for step in ("empty", "drop"):
            answer_ = client.post(f"/office/inbox/{row}/do/{step}", {"reason": "x", "sure": "1"})
            assert answer_.status_code in {403, 404}, (name, step)
        assert client.get(f"/office/inbox/{row}").status_code in {403, 404}
    assert (sent("uuid:odd").empty_by is not None, WORD in raw()) == (True, True)


def test_pictures_are_swept_no_sooner(waiting: Home) -> None:
    assert picture()
    assert sweep_pictures(by=READING, at=waiting.now) == 0
