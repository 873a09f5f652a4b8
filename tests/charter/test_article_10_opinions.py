"""Charter 10: what people say is kept with place and subject; whoever says it cannot be found in any table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from cases.sayings import GATHERER, MONDAY, SECRET, WEEK, gathered, said, wished
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped, viewing
from gridcommons.access.walls import house_models
from gridcommons.cases.concerns.actions import answer, tell
from gridcommons.cases.concerns.models import Concern, Wish
from gridcommons.people.models import ReporterContact
from town import AT, TOWNSHIP, VILLAGE, Town

SUMMARY = "居民关心晚间步行道照明。"
ANSWER = "十二月前在步行道加装路灯二十盏。"


def _rows() -> Iterator[tuple[str, dict[str, Any]]]:
    with scoped(Scope("^")), connection.cursor() as cursor:
        for model in house_models():
            table = model._meta.db_table
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            yield from ((table, json.loads(text)) for (text,) in cursor.fetchall())


def test_no_row_outside_names_a_row_of_what_was_said(town: Town) -> None:
    said(town, 6)
    wished(town)
    gathered()
    rows = list(_rows())
    ids = {row["id"] for table, row in rows if table in {"concerns_concern", "concerns_digestline"}}
    assert len(ids) == 7
    elsewhere = [(table, row) for table, row in rows if table not in {"concerns_concern", "concerns_digestline"}]
    assert not [table for table, row in elsewhere for one in ids if one in json.dumps(row)]


def test_a_wish_and_its_contact_know_no_subject_no_village_and_no_words(town: Town) -> None:
    said(town, 1)
    code = wished(town)
    [digest] = gathered()
    answer(digest_id=digest.pk, summary=SUMMARY, answer=ANSWER, by=town.supervisor, at=MONDAY)
    tell(by=GATHERER, at=MONDAY)
    about = [
        (table, json.dumps(row, ensure_ascii=False))
        for table, row in _rows()
        if table in {"concerns_wish", "people_reportercontact"}
        or (table == "notices_notice" and row["text_key"] == "concern.answered")
    ]
    assert {table for table, _text in about} == {"concerns_wish", "people_reportercontact", "notices_notice"}
    for table, text in about:
        assert not [word for word in (VILLAGE, "traffic", SECRET, code, "10012345678", "测试甲") if word in text], table


def test_the_ledger_knows_a_saying_by_township_alone(town: Town) -> None:
    said(town, 1)
    entries = [
        json.loads(row["body"])
        for table, row in _rows()
        if table == "access_ledgerdetail" and "concern.say" in row["body"]
    ]
    assert [(e["by"], e["area"], e["subjects"], e["facts"]) for e in entries] == [("public", TOWNSHIP, [], {})]


def test_a_saying_keeps_no_moment_and_no_order(town: Town) -> None:
    said(town, 12)
    with viewing(town.supervisor, AT):
        rows = list(Concern.objects.all())
    assert {row.week for row in rows} == {WEEK}
    assert {row.id.version for row in rows} == {4}
    fields = {field.name for field in Concern._meta.concrete_fields}
    assert not {name for name in fields if name.endswith(("_at", "by", "key", "channel"))}


@pytest.mark.parametrize(
    "name", ["supervisor", "worker", "county_officer", "auditor", "resident", "stranger", "public"]
)
def test_no_office_finds_a_wish_or_its_contact(town: Town, name: str) -> None:
    wished(town)
    with viewing(getattr(town, name), MONDAY):
        assert not Wish.objects.exists()
        assert not ReporterContact.objects.exists()


def test_a_thousand_words_of_one_worker_are_no_figure_of_that_worker(town: Town) -> None:
    said(town, 9)
    keys = {town.worker.key, f"user:{town.worker.user_id}"}
    told = [json.dumps(row) for table, row in _rows() if table.startswith("concerns_") or "concern." in json.dumps(row)]
    assert told
    assert not [text for text in told if any(key in text for key in keys)]
