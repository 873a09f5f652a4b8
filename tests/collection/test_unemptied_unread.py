"""A form that waits to be emptied of what was erased: nobody reads its words, by whatever way."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from collection import erased_town, unemptied_town
from collection.erased_town import (
    DAY,
    Home,
    sent,
)
from collection.field_town import READING, paper
from collection.test_central import Analyst
from collection.unemptied_town import SIZES, WORD, desk, raw, refused
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.inbox.actions import forget, remark, review, run_again, set_aside
from gridcommons.collection.inbox.models import Answered, Attachment, Paper, Remark
from gridcommons.collection.inbox.queries import (
    Wanted,
    inbox_page,
    own_submission,
    picture_of,
    said_in,
    submission_page,
)
from gridcommons.collection.inbox.rules import TO_BE_EMPTIED
from gridcommons.collection.inbox.working import work_off
from gridcommons.collection.visits.models import Visit
from gridcommons.kit.errors import Refusal
from gridcommons.people.homes.actions import shield
from gridcommons.people.homes.calling import shelter_all
from gridcommons.people.rights.queries import held_page
from people.people_town import MOTHER
from web.office_town import client_of

standing_field, home = erased_town.standing_field, erased_town.home
waiting = unemptied_town.waiting


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
