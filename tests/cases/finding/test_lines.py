"""Lines and signatures: kept by the cases' own writes, behind their own wall, and no way around it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import Error

from cases.finding.asking import find, numbers
from gridcommons.access.identify import program
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.actions import accept, dispatch, feed_back, forget_words, send_back
from gridcommons.cases.finding.models import SIGNS, Line
from gridcommons.cases.finding.rules import plain
from gridcommons.cases.models import Case
from town import AT, COUNTY, Town
from web.office_town import report, to_dispatched

_PAIRS = "SELECT finding_pairs(finding_plain(%s))"


def rows(sql: str, *facts: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        return cursor.fetchall()


def lines(case_id: uuid.UUID) -> int:
    with scoped(Scope("^")):
        return Line.objects.filter(case_id=case_id).count()


def wrong() -> list[uuid.UUID]:
    """Cases whose lines are not exactly those that they should have."""
    sql = """
    WITH wanted AS (
        SELECT k, c.reported_at, c.id, c.area_code,
            finding_sign(finding_marks(c.text, c.address, c.matter_key, c.number, c.external_id)) AS s
        FROM cases_case AS c, unnest(finding_scopes(c.area_code, c.parties::text[])) AS k
    ), held AS (
        SELECT scope, at, case_id, area_code, ARRAY[s0, s1, s2, s3, s4, s5, s6, s7] FROM finding_line
    )
    SELECT id FROM ((TABLE wanted EXCEPT TABLE held) UNION ALL (TABLE held EXCEPT TABLE wanted)) AS differing
    """
    with scoped(Scope("^")):
        return [one for (one,) in rows(sql)]


def test_pairs_are_neighbours_and_go_over_no_mark(db: None) -> None:
    assert set(rows(_PAIRS, "路灯，不亮 A3")[0][0]) == {"路灯", "不亮", "a3"}
    assert rows(_PAIRS, "")[0][0] == rows(_PAIRS, "，。！")[0][0] == []
    assert set(rows(_PAIRS, "𠮷野家😀😀")[0][0]) == {"𠮷野", "野家", "家😀", "😀😀"}


@pytest.mark.parametrize(
    "text",
    [
        "ＡＢＣ１２８号",
        "「消防」——通道…",
        "a\tb\nc\u3000d",
        "《通知》（第３号）",
        "100%$5=x&y",
        "㈱①ﬁ",
        "É é",
        "",
        "  ",
    ],
)
def test_the_plain_form_is_one_in_database_and_program(db: None, text: str) -> None:
    assert rows("SELECT finding_plain(%s)", text) == [(plain(text),)]


def test_a_report_has_the_line_of_its_township_and_offices_come_and_go(town: Town) -> None:
    made = report(town, text="有隐患")
    assert lines(made.case_id) == 1
    to_dispatched(town, made.case_id)
    assert lines(made.case_id) == 2
    send_back(case_id=made.case_id, reason="不归我们", by=town.handler, at=AT + timedelta(hours=1))
    assert numbers(find(town.handler, "隐患")) == [made.number]
    dispatch(
        case_id=made.case_id, to_area=COUNTY, to_kind="housing_construction", by=town.dispatcher,
        at=AT + timedelta(hours=2),
    )  # fmt: skip
    assert lines(made.case_id) == 2
    assert wrong() == []
    assert find(town.handler, "隐患").hits == ()
    assert numbers(find(town.other_handler, "隐患")) == [made.number]


def test_another_township_is_another_line(town: Town) -> None:
    made = report(town, text="有隐患")
    with scoped(Scope("^"), "test"):
        Case.objects.filter(pk=made.case_id).update(area_code="331123102200001", text="没有问题了")
    assert lines(made.case_id) == 1
    assert wrong() == []
    assert numbers(find(town.far_supervisor, "没有问题")) == [made.number]
    assert find(town.supervisor, "没有问题").hits == ()


def test_words_that_are_forgotten_are_found_no_more(town: Town) -> None:
    made = report(town, text="有隐患", address="幸福路128号")
    to_dispatched(town, made.case_id)
    accept(case_id=made.case_id, by=town.handler, at=AT + timedelta(minutes=30))
    feed_back(case_id=made.case_id, evidence="好了", by=town.handler, at=AT + timedelta(hours=2))
    late = AT + timedelta(days=2000)
    with scoped(Scope("^"), "test"):
        Case.objects.filter(pk=made.case_id).update(state="closed", ended_at=AT + timedelta(days=1))
        before = Line.objects.filter(case_id=made.case_id).values_list(*SIGNS)[0]
    forgotten = forget_words(by=program("retention"), at=late)
    assert [case.pk for case in forgotten] == [made.case_id]
    with scoped(Scope("^")):
        after = Line.objects.filter(case_id=made.case_id).values_list(*SIGNS)[0]
    assert sum(word.bit_count() for word in map(abs, after)) < sum(word.bit_count() for word in map(abs, before))
    assert find(town.supervisor, "隐患").hits == find(town.supervisor, "128号").hits == ()
    assert wrong() == []


def test_a_case_that_goes_takes_its_lines(town: Town) -> None:
    made = report(town, text="有隐患")
    with scoped(Scope("^")):
        copy = Case.objects.get(pk=made.case_id)
    with transaction.atomic("owner"):
        copy.pk, copy.number, copy.track_digest = uuid.uuid4(), "C-1", b"c" * 32
        copy.save(using="owner", force_insert=True)
        held = Line.objects.using("owner").filter(case_id=copy.pk)
        assert held.count() == 1
        Case.objects.using("owner").filter(number="C-1").delete()
        assert held.count() == 0
        transaction.set_rollback(True, "owner")


def test_many_rows_at_once_get_their_lines(town: Town) -> None:
    made = report(town, text="有隐患")
    with scoped(Scope("^"), "test"):
        copies = []
        for n in range(20):
            copy = Case.objects.get(pk=made.case_id)
            copy.pk, copy.number, copy.track_digest, copy.text = uuid.uuid4(), f"B-{n}", bytes([n]) * 32, f"隐患第{n}处"
            copies.append(copy)
        Case.objects.bulk_create(copies)
        Case.objects.filter(number__startswith="B-").update(text="全部改了", address="新地址")
    assert wrong() == []
    assert len(find(town.supervisor, "全部改了").hits) == 20


@pytest.fixture
def two(town: Town) -> tuple[Town, uuid.UUID]:
    made = report(town, text="有隐患")
    to_dispatched(town, made.case_id)
    return town, made.case_id


def test_lines_stand_behind_a_wall_of_their_own(two: tuple[Town, uuid.UUID]) -> None:
    town, case_id = two
    office = next(iter(town.handler.office_keys_at(AT)))
    for scope, seen in (
        (Scope(), 0), (Scope("^331123102"), 0), (Scope("^331123001008002"), 0), (Scope("^331123001008001"), 2),
        (Scope("", (office,)), 1), (Scope("", ("office:nobody", "user:x")), 0), (Scope("", ("",)), 0),
    ):  # fmt: skip
        with scoped(scope):
            assert Line.objects.filter(case_id=case_id).count() == seen, scope


def test_a_connection_used_before_shows_nothing_by_itself(two: tuple[Town, uuid.UUID]) -> None:
    town, _case = two
    assert find(town.supervisor, "隐患").hits
    assert rows("SELECT count(*) FROM finding_line") == [(0,)]
    rows("SELECT set_config('app.scope', '', true), set_config('app.parties', '', true)")
    assert rows("SELECT count(*) FROM finding_line") == [(0,)]


def test_the_web_cannot_write_lines_outside_a_deed(two: tuple[Town, uuid.UUID]) -> None:
    for statement in ("DELETE FROM finding_line", "UPDATE finding_line SET scope = 1", "INSERT INTO finding_saved "
                      "(id, owner, name, query, at) VALUES (gen_random_uuid(), 'x', 'x', 'x', now())"):  # fmt: skip
        with pytest.raises(Error, match="outside a deed"), transaction.atomic():
            rows(statement)


def test_what_the_walk_calls_lends_no_rights(db: None) -> None:
    lent = rows("SELECT proname FROM pg_proc WHERE proname LIKE 'finding%%' AND prosecdef")
    assert lent == []
    assert len(rows("SELECT proname FROM pg_proc WHERE proname LIKE 'finding%%'")) == 7


def test_a_search_is_walked_by_the_key_alone(two: tuple[Town, uuid.UUID]) -> None:
    with scoped(Scope("^331123001")), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(
            "EXPLAIN SELECT case_id, s0, s7 FROM finding_line WHERE scope = 7 AND (at, case_id) < (now(), %s) "
            "ORDER BY at DESC, case_id DESC LIMIT 10", [uuid.uuid4()],
        )  # fmt: skip
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Only Scan Backward using finding_line_pkey" in plan
    assert "Index Cond: ((scope = 7)" in plan
    assert "Sort Key: at" not in plan
    assert "Sort Key: finding_line" not in plan
