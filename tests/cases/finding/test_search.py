"""What a search finds: the same as comparing texts one by one, of what the viewer may see and nothing else."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.finding.asking import find, numbers
from gridcommons.access.rules import PUBLIC, GrantFacts, Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.cases.finding import walking
from gridcommons.cases.finding.actions import FULL, MOST_KEPT, NAMELESS, drop_search, keep_search
from gridcommons.cases.finding.queries import found_cases, own_searches
from gridcommons.cases.finding.rules import TOO_SHORT, Mark, Wish, parse, plain, spans
from gridcommons.cases.finding.walking import LINES, Found, Search, merged, walk
from gridcommons.cases.models import Case
from gridcommons.kit.errors import Refusal
from gridcommons.matters.queries import current
from town import AT, TOWNSHIP, Town
from web.office_town import report, to_dispatched

SIGNS = st.sampled_from("路灯隐患𠮷😀aB1 ，。３-%_'\"")


def fill(town: Town, texts: list[str]) -> None:
    """Cases with these words, a minute apart, written as one would be imported."""
    made = report(town, text="起头")
    with scoped(Scope("^"), "test"):
        like = Case.objects.get(pk=made.case_id)
        rows = []
        for n, text in enumerate(texts):
            row = Case.objects.get(pk=like.pk)
            row.pk, row.number, row.track_digest = uuid.uuid4(), f"T-{n:04}", n.to_bytes(32, "big")
            row.text, row.address, row.reported_at = text, "", AT + timedelta(minutes=n)
            rows.append(row)
        Case.objects.bulk_create(rows)


def test_words_address_matter_and_numbers_are_searched(town: Town) -> None:
    made = report(town, text="三号楼有隐患", address="幸福路128号", external_id="HOT-2026/17")
    for words in (
        "隐患", "三号楼", "幸福路", "１２８号", "路灯", "lamp", "LAMP", made.number, made.number.lower(),
        made.number[7:],
        "HOT-2026/17", "hot-2026/17", "隐患 幸福路 路灯", "“号楼有隐”", "隐患 号", "隐患 -垃圾",
    ):  # fmt: skip
        assert numbers(find(town.supervisor, words)) == [made.number], words
    for words in (
        "垃圾",
        "隐患 垃圾",
        "隐患 -幸福路",
        "患隐",
        "128号三号",
        "隐患 -lamp",
        made.code,
        made.code[:9],
        "HOT-2026",
    ):
        assert find(town.supervisor, words).hits == (), words


@pytest.mark.parametrize("words", ["", "隐", "a", "隐 患", "-隐患", "，，", "“”", "%", "3"])
def test_single_signs_alone_are_refused(town: Town, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        find(town.supervisor, words)
    assert refused.value.code == TOO_SHORT


@pytest.mark.parametrize(
    "words",
    [
        "'; DROP TABLE cases_case; --",
        "%s%s",
        "%(word0)s",
        "a%' OR '1'='1",
        "$$;",
        "\\x00\\",
        "__",
        "{signs}",
        "\x00\x00",
    ],
)
def test_no_word_is_read_as_a_query(town: Town, words: str) -> None:
    report(town, text="三号楼有隐患")
    if not parse(words).is_findable:
        with pytest.raises(Refusal, match="two signs"):
            find(town.supervisor, words)
    else:
        assert find(town.supervisor, words).hits == ()


def test_rare_signs_and_long_texts(town: Town) -> None:
    for text in ("𠮷野家门口", "😀😀满意", "长" * 3_990 + "燃气泄漏"):
        report(town, text=text)
    for words in ("𠮷野", "😀😀", "燃气泄漏", "长长长"):
        assert len(find(town.supervisor, words).hits) == 1, words


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.text(SIGNS, max_size=14), max_size=12),
    words=st.lists(st.text(st.sampled_from("路灯隐患𠮷😀ab1-%_"), min_size=1, max_size=3), min_size=1, max_size=3),
    absent=st.text(st.sampled_from("路灯隐a1"), min_size=1, max_size=2),
)
def test_a_search_finds_what_comparing_finds(town: Town, texts: list[str], words: list[str], absent: str) -> None:
    asked = parse(" ".join([*words, f"-{absent}"]))
    with transaction.atomic():
        fill(town, texts)
        if asked.is_findable:
            found = {hit.row.text for hit in find(town.supervisor, " ".join([*words, f"-{absent}"])).hits}
            named = {word for word in asked.words if word.is_pair and any(word.text in name for name in _names())}
            expected = {
                text
                for text in [*texts, "起头"]
                if all(((word.text in plain(text)) or word in named) != word.absent for word in asked.words)
            }
            assert found == expected, asked
        transaction.set_rollback(True)


def _names() -> list[str]:
    lamp = current().get("street_lamps")
    return [plain(lamp.name.zh), plain(lamp.name.en)]


def test_pages_go_on_where_the_last_one_ended(town: Town) -> None:
    fill(town, [f"隐患{n}" for n in range(20)])
    seen: list[str] = []
    after: Mark | None = None
    while True:
        page = find(town.supervisor, "隐患", most=7, after=after)
        seen += numbers(page)
        if page.until is None:
            break
        after = page.until
    assert seen == [f"T-{n:04}" for n in range(19, -1, -1)]


def test_a_long_list_is_walked_a_bounded_piece_at_a_time(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "LINES", 5)
    fill(town, ["有隐患的老房子", *(f"别的事{n}" for n in range(12))])
    viewer = replace(town.supervisor, grants=tuple(replace(g, office_id=None) for g in town.supervisor.grants))
    page, turns = find(viewer, "隐患"), 1
    while not page.hits:
        assert page.is_bounded
        page, turns = find(viewer, "隐患", after=page.until), turns + 1
    assert numbers(page) == ["T-0000"]
    assert turns == 3


@pytest.mark.parametrize("scopes", [1, 16, 17, 46, 300])
def test_however_many_lists_are_walked_the_whole_stays_bounded(monkeypatch: pytest.MonkeyPatch, scopes: int) -> None:
    passed: list[int] = []

    def walked(_clauses: object, _scope: str, _after: object, _most: int, lines: int) -> Found:
        passed.append(lines)
        return Found(())

    monkeypatch.setattr(walking, "_one", walked)
    walk(Search(Wish(parse("隐患")), {}), [f"area:{n}" for n in range(scopes)], after=None, most=20)
    assert len(passed) == scopes
    assert min(passed) > 0
    assert sum(passed) <= LINES


def test_walks_are_joined_as_far_as_all_of_them_came() -> None:
    def mark(minute: int) -> Mark:
        return Mark(AT + timedelta(minutes=minute), uuid.UUID(int=minute))

    one, two = Found((mark(9), mark(5)), mark(4)), Found((mark(8), mark(3)), mark(3))
    assert merged([one, two], 10) == Found((mark(9), mark(8), mark(5)), mark(4))
    assert merged([one, two], 2) == Found((mark(9), mark(8)), mark(8))
    assert merged([Found((mark(9),)), Found((mark(9), mark(1)))], 10) == Found((mark(9), mark(1)))


def test_the_best_come_first_when_asked(town: Town) -> None:
    fill(town, ["隐患隐患隐患", "很久以前有人说过这里的某个地方好像有点隐患", "没有"])
    assert numbers(find(town.supervisor, "隐患", best=True)) == ["T-0000", "T-0001"]
    assert numbers(find(town.supervisor, "隐患")) == ["T-0001", "T-0000"]


def test_each_finds_what_is_theirs(town: Town) -> None:
    made = report(town, text="三号楼有隐患")
    to_dispatched(town, made.case_id)
    for name in ("worker", "supervisor", "dispatcher", "handler"):
        assert numbers(find(getattr(town, name), "隐患")) == [made.number], name
    for name in ("next_worker", "far_supervisor", "other_handler"):
        assert find(getattr(town, name), "隐患").hits == (), name
        assert find(getattr(town, name), made.number).hits == (), name
    for viewer in (town.county_officer, town.auditor, town.stranger, town.resident, PUBLIC):
        with pytest.raises(Refusal) as refused:
            find(viewer, "隐患")
        assert refused.value.code == "access.no_deed"


def test_a_grant_of_a_whole_county_finds_nothing(town: Town) -> None:
    """Levels above the township see numbers: a search is no way around that."""
    report(town, text="三号楼有隐患")
    wide = GrantFacts("supervisor", ("331123",), (), frozenset({"service"}), AT - timedelta(days=1), None)
    assert find(Viewer("user:wide", uuid.uuid4(), (wide,)), "隐患").hits == ()


def test_what_a_grant_leaves_out_is_not_found(town: Town) -> None:
    report(town, text="三号楼有隐患")
    without = tuple(replace(g, excluded=(f"{TOWNSHIP}008001",), office_id=None) for g in town.supervisor.grants)
    assert find(replace(town.supervisor, grants=without), "隐患").hits == ()


def test_after_another_scope_on_the_same_connection_the_next_one_holds(town: Town) -> None:
    made = report(town, text="三号楼有隐患")
    assert numbers(find(town.supervisor, "隐患")) == [made.number]
    assert find(town.far_supervisor, "隐患").hits == ()
    assert numbers(find(town.worker, "隐患")) == [made.number]
    assert find(town.next_worker, "隐患").hits == ()


def test_asking_for_other_lists_opens_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lists that are named only say where to walk: even named outright, those of others are empty."""
    made = report(town, text="三号楼有隐患")
    to_dispatched(town, made.case_id)
    office = next(iter(town.handler.office_keys_at(AT)))
    monkeypatch.setattr(
        "gridcommons.cases.finding.queries.scopes_of", lambda _viewer, _at: [f"area:{TOWNSHIP}", office]
    )
    for name in ("far_supervisor", "next_worker", "other_handler"):
        assert find(getattr(town, name), "隐患").hits == (), name


def test_filters_narrow(town: Town) -> None:
    made, late = report(town, text="有隐患"), AT + timedelta(days=1)
    to_dispatched(town, made.case_id)
    handler = next(iter(town.handler.office_keys_at(AT))).removeprefix("office:")
    wishes: list[tuple[Wish, bool]] = [
        (Wish(parse("隐患"), states=("dispatched",)), True), (Wish(parse("隐患"), states=("closed",)), False),
        (Wish(parse("隐患"), matter_key="street_lamps"), True), (Wish(parse("隐患"), matter_key="nothing"), False),
        (Wish(parse("隐患"), area_code=f"{TOWNSHIP}008"), True), (Wish(parse("隐患"), area_code="3"), True),
        (Wish(parse("隐患"), area_code=f"{TOWNSHIP}009"), False),
        (Wish(parse("隐患"), office_id=uuid.UUID(handler)), True),
        (Wish(parse("隐患"), office_id=uuid.uuid4()), False), (Wish(parse("隐患"), first=AT, last=late), True),
        (Wish(parse("隐患"), first=late), False), (Wish(parse("隐患"), last=AT), False),
        (Wish(parse(made.number), last=AT), False),
    ]  # fmt: skip
    for wish, is_found in wishes:
        page = found_cases(wish=wish, viewer=town.supervisor, at=late)
        assert bool(page.hits) is is_found, wish


def test_hits_are_where_the_words_are() -> None:
    assert spans("路灯，ＡＢ灯", parse("ab灯").words) == [(3, 6)]
    assert spans("有隐患。隐患", parse("隐患 有隐").words) == [(0, 3), (4, 6)]
    assert spans("下水道 堵了", parse("“下水道，堵了”").words) == [(0, 6)]
    assert spans("㈱隐患", parse("隐患").words) == [(1, 3)]
    assert spans("隐患", parse("-隐患").words) == []


def test_kept_searches_are_few_named_and_ones_own(town: Town) -> None:
    def keep(name: str, at: datetime = AT) -> uuid.UUID:
        return keep_search(name=name, query="q=x", by=town.supervisor, at=at)

    first = keep("一")
    assert keep("一") == first
    for n in range(MOST_KEPT - 1):
        keep(f"第{n}个")
    for name, code in (("多了", FULL), ("", NAMELESS), ("长" * 61, NAMELESS)):
        with pytest.raises(Refusal) as refused:
            keep(name)
        assert refused.value.code == code
    drop_search(search_id=first, by=town.dispatcher, at=AT)
    assert len(own_searches(viewer=town.supervisor, at=AT)) == MOST_KEPT
    drop_search(search_id=first, by=town.supervisor, at=AT)
    assert len(own_searches(viewer=town.supervisor, at=AT)) == MOST_KEPT - 1
    assert own_searches(viewer=town.dispatcher, at=AT) == ()
