"""Charter 12, Workers are not tracked: no ranking, points, online time, mileage or position, no figure about a few.

Proved from four sides: what the tables can hold, what the sources name and ask, what the pages say, and what is in the
database after a worker's day. The attack: somebody above asks what one worker did.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import timedelta
from itertools import pairwise

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.db import connections
from django.test import Client

from gridcommons.access.deeds import REGISTRY
from gridcommons.access.identify import program
from gridcommons.access.queries import who_looked
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.actions import add_photo, close, report_case, settle
from gridcommons.cases.filing import Report
from gridcommons.cases.queries import Filter, case_page, queue
from gridcommons.kit.errors import Refusal
from gridcommons.workforce import queries as workforce
from gridcommons.workforce.actions import add_worker, assign
from house.sources import (
    PACKAGE,
    ROOT,
    Module,
    aliases_of,
    dotted,
    imports_of,
    modules,
    planted,
    top_functions,
    written,
)
from town import AT, COUNTY, FAR_GRID, GRID, HERE, NEXT_GRID, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import client_of, count, employ, picture, report, stop_clock, to_handled

LATER = AT + timedelta(hours=3)
FEWEST = 5

# What names say

WATCHING = frozenset({
    "online", "idle", "mileage", "kilometres", "kilometers", "km", "leaderboard", "ranking", "ranked", "rank",
    "scoreboard", "score", "scores", "points", "credits", "rating", "ratings", "badge", "badges", "streak", "heartbeat",
    "attendance", "timesheet", "checkin", "checkout", "gps", "tracker", "tracking", "trajectory", "position",
    "positions", "speed", "productivity", "performance", "efficiency", "utilisation", "lastseen", "lastactive",
    "presence", "walked", "punctuality", "kpi", "geofence", "whereabouts",
})  # fmt: skip
"""English words of watching a worker. Two or more in a row count together: last_seen, check_in."""
JOINED = (("last", "seen"), ("last", "active"), ("check", "in"), ("clock", "in"), ("time", "spent"), ("on", "line"))
WATCHING_ZH = (
    "排名", "排行", "积分", "在线时长", "在线时间", "里程", "轨迹", "打卡", "签到", "考勤", "步数", "绩效", "得分",
    "评分", "末位", "实时位置", "定位", "工时排", "活跃度", "巡查时长", "红黑榜", "通报批评",
)  # fmt: skip
ABOUT_WORKERS = ("access", "cases", "matters", "notices", "outlook", "people", "workforce", "web")
INNOCENT = {
    "tracking_code": "the reporter's code of a case",
    "points": "corners of a drawing",
    "_points": "corners of a drawing",
    "_positions": "corners of an outline",
    "position": "a place on a drawing",
    "score": "how well a matter fits a text",
    "_score": "how well a matter fits a text",
    "CLEAR_SCORE": "how well a matter fits a text",
    "scores": "how far counts of areas lie above what was expected",
    "score_of": "the likelihood ratio of a window of areas",
    "Position": "the place of a figure in a table",
    "Positions": "places of areas in an array",
    "positions": "points of areas on the map",
    "rank": "order of generated persons' ages",
}
"""Names of the sources that hold such a word and mean something else."""
NEVER_ASKED = "用于识别的人脸和指纹、评分"
"""From the list of what the program never asks or keeps."""
_TOKEN = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_SENTENCE = re.compile(r"[.。;；!！?？\n]")
_DENIED = re.compile(r"\b(no|not|never|nobody|without|nor)\b|没有|不得|不会|不|无|从不|禁止", re.IGNORECASE)


def watching(name: str) -> list[str]:
    """The words of watching in an identifier."""
    words = [word.lower() for word in _TOKEN.findall(name)]
    pairs = [" ".join(pair) for pair in JOINED if pair in set(pairwise(words))]
    return [*(word for word in words if word in WATCHING), *pairs, *(zh for zh in WATCHING_ZH if zh in name)]


def names_of(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """The names that a module gives: classes, functions, arguments, fields, variables."""
    for node in module.nodes:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node, node.name
        elif isinstance(node, ast.arg):
            yield node, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node, node.id


def watching_names(sources: Iterable[Module]) -> list[str]:
    """Names of watching in the parts that know workers."""
    return [
        f"{module.where(node)} {name}"
        for module in sources
        if module.part in ABOUT_WORKERS
        for node, name in names_of(module)
        if name not in INNOCENT and watching(name)
    ]


def watching_sentences(text: str) -> list[str]:
    """Sentences for people that speak of watching and do not deny it."""
    return [
        sentence.strip()
        for sentence in _SENTENCE.split(text)
        if not _DENIED.search(sentence) and NEVER_ASKED not in sentence
        if any(zh in sentence for zh in WATCHING_ZH) or _speaks(sentence)
    ]


_PHRASES = re.compile(
    r"\b(leaderboards?|rankings?|ranked|mileage|online time|time online|points earned|your points|score of the worker|"
    r"check[- ]in|clock[- ]in|attendance|productivity|performance of (the )?workers?|last seen|whereabouts|"
    r"position of (the|a) worker|track(s|ed|ing)? (the |a )?workers?)\b",
    re.IGNORECASE,
)


def _speaks(sentence: str) -> bool:
    return _PHRASES.search(sentence) is not None


# What tables can hold

PERSON_COLUMNS = re.compile(
    r"(^|_)(by_key|by_name|user|user_id|worker|worker_id|account|username|actor)$|^(given|made|taken|added|seen)_by$"
)
PLACE_COLUMNS = re.compile(
    r"(^|_)(lon|lat|longitude|latitude|location|position|point|geom|coordinates|accuracy|heading|speed|altitude)$"
)


def columns_of(cursor: object, *, tables: str = "%") -> dict[str, set[str]]:
    """The columns of every table, by table."""
    cursor.execute(  # type: ignore[attr-defined]
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name LIKE %s",
        (tables,),
    )
    found: dict[str, set[str]] = {}
    for table, column in cursor.fetchall():  # type: ignore[attr-defined]
        found.setdefault(table, set()).add(column)
    return found


PROCESSES = {"procrastinate_workers": "the program's own processes that do jobs, no people"}


def tables_that_watch(tables: dict[str, set[str]]) -> list[str]:
    """Tables with a name of watching, and tables that hold a person who works and a position together."""
    found = []
    for table, columns in tables.items():
        if table in PROCESSES:
            continue
        found += [f"{table}.{column}" for column in columns if watching(column)] + [table] * bool(watching(table))
        people = {column for column in columns if PERSON_COLUMNS.search(column)}
        places = {column for column in columns if PLACE_COLUMNS.search(column)}
        found += [f"{table}: {sorted(people)} with {sorted(places)}"] * bool(people and places)
    return found


# What queries ask

_PERSONS_IN_ORM = re.compile(r"(^|__)(by_key|by_name|worker|worker_id|worker__name|user|user_id|given_by|username)$")
_GROUPED = re.compile(r"group\s+by[^;]*\b(by_key|by_name|worker_id|user_id|username|given_by)\b", re.IGNORECASE)
_COUNTS = ("annotate", "aggregate", "Counter", "count")


def figures_per_person(module: Module) -> list[str]:
    """Counts and sums that a module makes by worker, in the ORM, in SQL or by hand."""
    found = []
    for node in module.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _GROUPED.search(node.value):
            found.append(f"{module.where(node)} groups by person")
        if isinstance(node, ast.Call) and dotted(node.func, aliases_of(module)).endswith("Counter"):
            found += [f"{module.where(node)} counts by person"] * _names_a_person(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "annotate":
            found += [f"{module.where(node)} sums by person"] * _groups_by_person(node.func.value)
    return found


def _names_a_person(node: ast.Call) -> bool:
    return any(
        isinstance(part, ast.Attribute) and _PERSONS_IN_ORM.search(part.attr)
        for argument in node.args
        for part in ast.walk(argument)
    )


def _groups_by_person(chain: ast.expr) -> bool:
    """Whether a chain of calls names, in `values` or `values_list`, a column that holds a person."""
    return any(
        isinstance(part, ast.Call)
        and isinstance(part.func, ast.Attribute)
        and part.func.attr in {"values", "values_list"}
        and any(isinstance(a, ast.Constant) and _PERSONS_IN_ORM.search(str(a.value)) for a in part.args)
        for part in ast.walk(chain)
    )


COUNTING = {
    *(f"gridcommons.workforce.queries.{name}" for name in ("count_workers", "count_by_employment")),
    "gridcommons.collection.visits.tallying.visitors_by_grid",
    "gridcommons.collection.visits.tallying.visitors_of",
}
SHOWS_FIGURES = {
    "gridcommons.collection.campaigns.counting": "keeps only whether five visited, before figures of a day are told",
    "gridcommons.collection.visits.closing": "keeps only whether five visited, before a week of visits is told",
    "gridcommons.rehearsal.county": "tells on the terminal how large the synthetic county became",
    "gridcommons.web.public.areas": "shows a number of workers from five on",
}
"""Who asks for numbers of workers, with what keeps them from being about a few."""


def counts_of_workers(sources: Iterable[Module]) -> set[str]:
    """The modules that ask how many workers there are."""
    return {module.name for module in sources for _node, name in imports_of(module) if name in COUNTING}


# The tests


def test_no_table_can_hold_what_watches_a_worker(db: None) -> None:
    with connections["owner"].cursor() as cursor:
        tables = columns_of(cursor)
    assert {"cases_step", "workforce_worker", "access_user"} <= tables.keys()
    assert tables_that_watch(tables) == []


def test_no_name_in_the_sources_speaks_of_watching() -> None:
    assert watching_names(module for module in modules() if module.part) == []


def test_no_figure_is_made_by_person() -> None:
    assert [line for module in written() for line in figures_per_person(module)] == []


def test_no_page_and_no_text_speaks_of_watching_but_to_deny_it() -> None:
    texts = {path.name: path.read_text("utf-8") for path in PACKAGE.rglob("templates/**/*.html")}
    with next(PACKAGE.rglob("django.po")).open("rb") as file:
        texts |= {f"po: {m.id}": f"{m.id}\n{m.string}" for m in read_po(file) if m.id}
    texts |= {m.name: "\n".join(_texts(m)) for m in written() if m.part in ABOUT_WORKERS}
    assert len(texts) > 100
    assert {name: found for name, text in texts.items() if (found := watching_sentences(text))} == {}


def _texts(module: Module) -> list[str]:
    """The texts of a module, without its docstrings and its SQL."""
    docs = {
        id(node.body[0].value)
        for node in module.nodes
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    strings = [node for node in module.nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [str(node.value) for node in strings if id(node) not in docs]


def test_the_page_itself_promises_it() -> None:
    with next(PACKAGE.rglob("django.po")).open("rb") as file:
        said = " ".join(str(message.string) for message in read_po(file))
    assert "没有排名、积分、在线时长和里程" in said


def test_the_browser_asks_for_a_position_only_for_the_thing_reported() -> None:
    scripts = {path.name: path.read_text("utf-8") for path in (ROOT / "frontend" / "src").rglob("*.js")}
    assert len(scripts) > 5
    assert [name for name, text in scripts.items() if "watchPosition" in text] == []
    assert [n for n, t in scripts.items() if "geolocation" in t and "[data-pin" not in t and n != "pin.js"] == []
    assert not [
        n for n, t in scripts.items() if re.search(r"sendBeacon|visibilitychange|setInterval", t) and "fetch" in t
    ]


def test_no_query_takes_a_worker_to_ask_about() -> None:
    persons = {"worker", "worker_id", "user", "user_id", "by_key", "account", "person", "username", "employee"}
    asked = {
        key: set(inspect.signature(one.function).parameters) for key, one in REGISTRY.items() if one.kind == "look"
    }
    assert asked
    assert {key: found for key, names in asked.items() if (found := names & persons)} == {}
    assert not {field.name for field in fields(Filter)} & persons
    outlook = [f for m in modules() if m.part == "outlook" for f in top_functions(m)]
    assert not [f.name for f in outlook if {a.arg for a in (*f.args.args, *f.args.kwonlyargs)} & persons]


def test_who_asks_for_numbers_of_workers_is_known() -> None:
    assert counts_of_workers(written()) - {"gridcommons.workforce.queries"} == SHOWS_FIGURES.keys()


def test_logins_are_not_kept_and_the_last_one_is_never_read() -> None:
    assert settings.AXES_DISABLE_ACCESS_LOG is True
    readers = [
        module.where(node)
        for module in written()
        for node in module.nodes
        if isinstance(node, ast.Attribute) and node.attr == "last_login"
    ]
    assert readers == []


# A worker's day


def _workers(count: int, grids: Iterable[str]) -> None:
    setup = program("test town")
    spots = list(grids)
    for n in range(count):
        made = add_worker(name=f"网格员{n}", employment="volunteer", work_phone=f"1000000001{n}", by=setup, at=AT)
        assign(worker_id=made.pk, grid_code=spots[n % len(spots)], post="part_time", since=AT.date(), by=setup, at=AT)


@pytest.fixture
def day(town: Town) -> Town:
    """A town after a worker's day: found, settled, checked, photographed, looked up."""
    employ(town)
    for _ in range(3):
        found = Report("waste_litter", "垃圾袋", *HERE)
        made = report_case(report=found, channel="worker", by=town.worker, at=AT, purpose="service")
        settle(case_id=made.case_id, evidence="已清走", by=town.worker, at=AT + timedelta(minutes=30))
    lamp = report(town)
    to_handled(town, lamp.case_id)
    add_photo(case_id=lamp.case_id, data=picture(), by=town.worker, at=LATER)
    close(case_id=lamp.case_id, check="看过了，亮了", by=town.worker, at=LATER)
    queue(wanted=Filter(), viewer=town.worker, at=LATER)
    case_page(case_id=lamp.case_id, viewer=town.worker, at=LATER, purpose="verification")
    count()
    return town


WHERE_A_WORKER_STANDS = {
    "access_user.id": "the account",
    "access_grant.user_id": "the account's right to act",
    "access_grantevent.user_id": "history of rights",
    "workforce_worker.user_id": "the public posting",
    "workforce_workerevent.user_id": "history of the posting",
    "cases_step.by_key": "who took a step of a case, for its life line",
    "cases_photo.by_key": "who added a photo as evidence",
    "access_ledgerdetail.body": "the proof of who did what",
    "access_ledgerdetail.parties": "so that the worker can read what is held of them",
    "django_session.session_data": "the login of a browser, if any; signed out it is gone",
}


def test_after_a_day_a_worker_stands_only_where_they_did_something(day: Town) -> None:
    key = str(day.worker.user_id)
    found = set()
    with scoped(Scope("^")):
        from django.db import connection

        with connection.cursor() as cursor:
            for table, columns in columns_of(cursor).items():
                for column in columns:
                    cursor.execute(f'SELECT 1 FROM "{table}" WHERE "{column}"::text LIKE %s LIMIT 1', (f"%{key}%",))
                    found |= {f"{table}.{column}"} if cursor.fetchone() else set()
    assert "cases_step.by_key" in found
    assert found - WHERE_A_WORKER_STANDS.keys() == set()


@pytest.mark.parametrize("name", ["county_officer", "auditor", "supervisor", "dispatcher"])
def test_nobody_above_reads_what_one_worker_did(name: str, day: Town) -> None:
    with pytest.raises(Refusal):
        who_looked(about=day.worker.key, viewer=getattr(day, name), at=LATER)


def test_a_supervisors_own_cases_are_not_the_workers(day: Town) -> None:
    assert queue(wanted=Filter(mine=True), viewer=day.worker, at=LATER).total == 4
    assert queue(wanted=Filter(mine=True), viewer=day.second_supervisor, at=LATER).total == 0
    assert queue(wanted=Filter(mine=True, words=day.worker.name), viewer=day.supervisor, at=LATER).total == 0


PAGES = ["/office/", f"/office/area/{TOWNSHIP}", f"/office/area/{GRID}", "/office/queue?tab=all", "/office/queue.csv"]
_LINE = re.compile(r"<(li|tr|div|dd)\b[^>]*>(?:(?!</?\1\b).)*</\1>", re.DOTALL)
_FIGURE = re.compile(r">\s*[\d,.]+\s*(件|次|个|小时|分钟|%|cases|hours|minutes)?\s*<")


def _lines_with(text: str, *names: str) -> list[str]:
    """The lists' lines of a page that name a worker."""
    lines = [found.group() for found in _LINE.finditer(text)]
    return [line for line in lines if any(f">{name}<" in line for name in names)]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("name", ["county_officer", "supervisor"])
def test_pages_of_officials_hold_no_figure_beside_a_worker(
    name: str, path: str, day: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_clock(monkeypatch)
    text = client_of(day, name).get(path, follow=True).getvalue().decode()
    assert text
    assert watching_sentences(re.sub(r"<[^>]+>", "\n", text)) == []
    lines = _lines_with(text, "测试网格员", day.worker.name)
    assert [line for line in lines if _FIGURE.search(line.replace("10000000001", ""))] == []
    if path == f"/office/area/{GRID}":
        assert lines, "the posting names the worker: the check has something to look at"


@pytest.mark.parametrize(("workers", "shown"), [(1, False), (4, False), (5, True), (7, True)])
@pytest.mark.parametrize("code", [OTHER_TOWNSHIP, COUNTY])
def test_a_number_of_workers_is_shown_from_five_on(code: str, workers: int, shown: bool, town: Town) -> None:
    _workers(workers, [FAR_GRID])
    assert workforce.count_workers(code, AT.date() + timedelta(days=1)) == workers
    page = _area_page(code)
    assert (f"{workers} people serve in the grids below" in page) == shown
    assert ("Fewer than five people serve" in page) != shown
    assert "Nobody is posted here" not in page


def _area_page(code: str) -> str:
    reader = Client()
    reader.cookies["language"] = "en"
    answer = reader.get(f"/area/{code}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_posting_is_in_the_order_of_posts_not_of_work(town: Town) -> None:
    setup = program("test town")
    for name, post in (("丙", "part_time"), ("乙", "full_time"), ("甲", "head"), ("丁", "full_time")):
        made = add_worker(name=name, employment="employed", by=setup, at=AT)
        assign(worker_id=made.pk, grid_code=NEXT_GRID, post=post, since=AT.date(), by=setup, at=AT)
    assert [p.post for p in workforce.posting(NEXT_GRID, AT.date())] == ["head", "full_time", "full_time", "part_time"]
    assert {field.name for field in fields(workforce.Posted)} == {"name", "post", "employment", "work_phone"}


# Each check can fail


@pytest.mark.parametrize(
    "name",
    [
        "online_minutes",
        "workerRank",
        "mileage_km",
        "points_total",
        "last_seen_at",
        "check_in_at",
        "heartbeat",
        "在线时长",
        "绩效分",
    ],
)
def test_a_planted_name_is_found(name: str) -> None:
    assert watching(name)
    assert watching_names([planted("workforce.models", f"class A:\n    {name}: int = 0")])
    assert tables_that_watch({"workforce_worker": {"id", name}})


def test_a_planted_figure_beside_a_worker_is_found() -> None:
    page = "<ul><li><b>甲</b> <span>17 件</span></li><li><b>乙</b> <span>10000000001</span></li></ul><p>3</p>"
    assert len(_lines_with(page, "甲", "乙")) == 2
    assert [line for line in _lines_with(page, "甲") if _FIGURE.search(line)]


def test_a_planted_table_with_a_worker_and_a_position_is_found() -> None:
    assert tables_that_watch({"workforce_visit": {"id", "worker_id", "lon", "lat"}})
    assert tables_that_watch({"cases_step": {"id", "by_key", "accuracy"}})
    assert tables_that_watch({"cases_case": {"id", "lon", "lat", "text"}}) == []


@pytest.mark.parametrize(
    "text",
    [
        "rows = Step.objects.values('by_key').annotate(n=Count('id'))",
        "rows = Step.objects.filter(x=1).values_list('worker__name').order_by().annotate(n=Sum('m'))",
        "SQL = 'SELECT by_key, count(*) FROM cases_step GROUP BY by_key'",
        "from collections import Counter\nrows = Counter(step.by_name for step in steps)",
    ],
)
def test_a_planted_figure_by_person_is_found(text: str) -> None:
    assert figures_per_person(planted("web.office.planted", text))


def test_a_count_of_things_is_no_figure_by_person() -> None:
    text = "rows = Case.objects.values_list('state').annotate(n=Count('id'))"
    assert figures_per_person(planted("cases.queries", text)) == []


@pytest.mark.parametrize(
    "text", ["网格员积分排行榜", "本月巡查里程：12公里", "Leaderboard of the month", "Online time: 3 h"]
)
def test_a_planted_sentence_is_found(text: str) -> None:
    assert watching_sentences(text)


@pytest.mark.parametrize("text", ["没有排名、积分和里程。", "No ranking, no mileage.", "The case was handled in time."])
def test_a_sentence_that_denies_it_passes(text: str) -> None:
    assert watching_sentences(text) == []


def test_a_planted_page_that_counts_workers_is_found() -> None:
    page = planted("web.office.planted", "from gridcommons.workforce.queries import count_workers")
    assert counts_of_workers([page]) - SHOWS_FIGURES.keys()
