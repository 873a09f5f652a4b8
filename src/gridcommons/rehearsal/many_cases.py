"""Millions of synthetic cases of a province, made inside the database for measuring a search; no person in any of them.

Words are put together from phrases whose signatures are joined bit by bit: phrases are kept apart by marks, over which
no pair of signs goes, so that the joined signature is exactly the one that the cases' own trigger would write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, Final

import psycopg

from gridcommons.matters.queries import current

A_DAY: Final = 73_600
"""Reports of a province in a day."""
BYTES_EACH: Final = 1_250
"""Disk for one case with its two lines and their key, while it is made."""
TOWNSHIPS, _COUNTIES, OFFICES_EACH = 1_387, 90, 12
_CHUNK: Final = 250_000
KINDS: Final = {
    "subject": (
        "路灯不亮", "垃圾没人清", "道路塌陷", "井盖松动", "下水道堵了", "电动车占道", "树枝断了压着电线", "噪音扰民",
        "污水外溢", "墙皮脱落", "消防通道被堵", "充电桩坏了", "公厕没水", "绿化带被踩", "自来水发黄", "违章搭建",
        "流浪狗很多", "工地扬尘", "护栏被撞坏", "信号灯不变", "河里有死鱼", "电梯停运", "玻璃碎了", "楼道堆放杂物",
    ),
    "detail": (
        "老人走路不方便", "已经三天了", "晚上看不清", "孩子上学要经过", "下雨积水很深", "味道很大", "早上最严重",
        "物业说不归他们管", "上次修过又坏了", "旁边就是学校", "车子差点撞上", "影响出行", "大家都有意见", "有人摔倒过",
        "门口全是水", "看起来很危险",
    ),
    "wish": ("请尽快处理", "希望有人来看看", "麻烦派人维修", "请给个说法", "谢谢", "请相关部门核实", "望回复", "急"),
}  # fmt: skip
SELDOM: Final = (("存在安全隐患", 0.02), ("燃气有异味", 0.002), ("边坡有裂缝", 0.000_2))
STREETS: Final = "东南西北中新老上下前后大小长平安福兴和顺明清水山竹松梅兰桂柳"
HOUSES: Final = 60
COLUMNS: Final = tuple(f"s{n}" for n in range(8))
_PARTS: Final = """
CREATE UNLOGGED TABLE bench_part (kind text, n int, words text, {columns}, PRIMARY KEY (kind, n));
CREATE TABLE bench_office AS SELECT n, id, finding_scope('office:' || id) AS scope, ARRAY['office:' || id] AS parties
    FROM (SELECT n, gen_random_uuid() AS id FROM generate_series(0, {offices} - 1) AS n) AS made;
CREATE TABLE bench_town AS SELECT n, county, code, finding_scope('area:' || code) AS scope FROM (
    SELECT n, n % {counties} AS county,
        '33' || lpad((n % {counties})::text, 4, '0') || lpad((n / {counties})::text, 3, '0') AS code
    FROM generate_series(0, {towns} - 1) AS n) AS made;
"""
_PART: Final = """
INSERT INTO bench_part SELECT kind, n, words, s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8]
FROM unnest(%s::text[], %s::int[], %s::text[], %s::text[]) AS given(kind, n, words, mark),
    LATERAL finding_sign(finding_pairs(finding_plain(words)) || coalesce(string_to_array(mark, ';'), '{}')) AS s
"""
_TEXTS: Final = """
CREATE UNLOGGED TABLE bench_text AS
WITH drawn AS MATERIALIZED (
    SELECT i, floor(power(random(), 1.6) * {subjects})::int AS a, floor(random() * {details})::int AS b,
        floor(random() * {details})::int AS e, floor(random() * {wishes})::int AS c, random() AS luck,
        floor(random() * {streets})::int AS street, floor(random() * 1000)::int AS mark
    FROM generate_series(1, {texts}) AS i
)
SELECT i, drawn.a %% {each} AS kind, d.words AS address, {signs},
    a.words || '，' || b.words || '，' || e.words || coalesce('，' || s.words, '') || '，' || c.words AS words
FROM drawn JOIN bench_part AS a ON a.kind = 'subject' AND a.n = drawn.a
JOIN bench_part AS b ON b.kind = 'detail' AND b.n = drawn.b
JOIN bench_part AS e ON e.kind = 'detail' AND e.n = drawn.e
JOIN bench_part AS c ON c.kind = 'wish' AND c.n = drawn.c
JOIN bench_part AS d ON d.kind = 'street' AND d.n = drawn.street
JOIN bench_part AS m ON m.kind = 'mark' AND m.n = drawn.mark
LEFT JOIN bench_part AS s ON s.kind = 'seldom' AND s.n = CASE {seldom} END
"""
_FILL: Final = """
WITH drawn AS MATERIALIZED (
    SELECT i + %(before)s AS i, floor(power(random(), 1.5) * {towns})::int AS town, random() AS r,
        kind, words, address, {columns}
    FROM bench_text WHERE i <= %(rows)s
), picked AS MATERIALIZED (
    SELECT (lpad(to_hex(i), 12, '0') || '70008000' || lpad(to_hex(i), 12, '0'))::uuid AS id, r, t.scope AS here,
        %(end)s::timestamptz - (%(many)s - i) * interval '1 day' / {a_day} AS at,
        t.code || lpad((floor(r * 20) + 1)::text, 3, '0') || lpad((i %% 5 + 1)::text, 3, '0') AS area, o.id AS office,
        o.scope AS there, o.parties, (%(matters)s::text[])[kind + 1] AS matter, words, address,
        '26' || lpad(i::text, 10, '0') AS number, {columns}
    FROM drawn JOIN bench_town AS t ON t.n = town JOIN bench_office AS o ON o.n = t.county * {each} + kind
), cases AS (
    INSERT INTO cases_case (id, number, track_digest, matter_key, edition, area_code, state, channel, language, public,
        text, address, share_with_handler, parties, handler_office_id, reported_at, changed_at, ended_at, returns,
        reworks, reopens, external_id, lead_state, extension, extra_minutes, raised_level, appointed, ownerless, body,
        answer)
    SELECT id, number, uuid_send(id) || uuid_send(id), matter, %(edition)s, area, CASE WHEN r < 0.9 THEN 'closed' ELSE
        'handling' END, 'page', 'zh-hans', true, words, address, false, parties, office, at, at,
        CASE WHEN r < 0.9 THEN at END, 0, 0, 0, '', '', '', 0, '', false, false, '', '' FROM picked
)
INSERT INTO finding_line (scope, at, case_id, area_code, {columns})
SELECT scope, at, id, area, {columns} FROM picked, unnest(ARRAY[here, there]) AS scope
"""
_BY_SIZE: Final = "SELECT {what}, count(*) FROM cases_case TABLESAMPLE SYSTEM (1) GROUP BY 1 ORDER BY 2 DESC"
_RENUMBER: Final = """
UPDATE cases_case SET number = 'B' || number
WHERE id IN (SELECT id FROM cases_case TABLESAMPLE SYSTEM (0.1) LIMIT 60) RETURNING number, area_code
"""


@dataclass(frozen=True)
class Made:
    """What was made: townships and offices, the biggest first, and the numbers of some cases with their townships."""

    cases: int
    towns: tuple[str, ...]
    offices: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...]


def make_cases(url: str, many: int, end: datetime, *, workers: int, told: Callable[[int, int], None]) -> Made:
    """Fill an empty database of the owner with `many` cases up to a moment; only the keys and numbers are indexed.

    The list of matters must be published. Takes `BYTES_EACH` of disk for a case.
    """
    catalogue = current()
    matters = [matter.key for matter in catalogue.admitted()][:OFFICES_EACH]
    facts = {"many": many, "end": end, "edition": catalogue.version, "matters": matters}
    with psycopg.connect(url, autocommit=True) as owner:
        _make_room(owner)
        _make_parts(owner, matters)
    chunks = [(first, min(many - first, _CHUNK)) for first in range(0, many, _CHUNK)]
    with ThreadPoolExecutor(workers) as pool:
        for done in pool.map(lambda chunk: _fill(url, facts, *chunk), chunks):
            told(done, many)
    with psycopg.connect(url, autocommit=True) as owner:
        return _close(owner, many)


def _make_room(owner: psycopg.Connection[Any]) -> None:
    """Without triggers, checks and indexes that no search uses; unlogged, since nothing has to last."""
    owner.execute("TRUNCATE cases_case, finding_line CASCADE")
    held = owner.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f' AND "
        "'cases_case'::regclass IN (conrelid, confrelid) OR contype IN ('u', 'c') AND conrelid = 'cases_case'::regclass"
    ).fetchall()
    held.append(("finding_line", "finding_line_pkey"))
    for table, name in held:
        owner.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    rest = "SELECT indexname FROM pg_indexes WHERE tablename = 'cases_case' AND indexname <> 'cases_case_pkey'"
    for (name,) in owner.execute(rest).fetchall():
        owner.execute(f'DROP INDEX "{name}"')
    for table in ("cases_case", "finding_line"):
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner.execute(f"ALTER TABLE {table} SET UNLOGGED")
        owner.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")


def _make_parts(owner: psycopg.Connection[Any], matters: Sequence[str]) -> None:
    """The phrases with their signatures, the townships and the offices."""
    columns = ", ".join(f"{name} bigint" for name in COLUMNS)
    offices = _COUNTIES * OFFICES_EACH
    tables = _PARTS.format(columns=columns, offices=offices, counties=_COUNTIES, towns=TOWNSHIPS)
    for statement in filter(str.strip, tables.split(";")):
        owner.execute(statement)
    owner.execute(_PART, tuple(map(list, zip(*_phrases(matters), strict=True))))
    owner.execute("ANALYZE bench_part")
    owner.execute("SET work_mem = '256MB'; SET enable_nestloop = off; SELECT setseed(0.5)")
    owner.execute(
        _TEXTS.format(
            subjects=len(KINDS["subject"]), details=len(KINDS["detail"]), wishes=len(KINDS["wish"]), texts=_CHUNK,
            streets=len(STREETS) ** 2 * HOUSES, each=OFFICES_EACH, signs=_signs(), seldom=_seldom(),
        ).replace("%%", "%")
    )  # fmt: skip


def _signs() -> str:
    """The signatures of the parts, joined, column by column."""
    parts = [(*(f"{part}.{name}" for part in "abcdem"), f"coalesce(s.{name}, 0)") for name in COLUMNS]
    return ", ".join(f"{' | '.join(one)} AS {name}" for one, name in zip(parts, COLUMNS, strict=True))


def _seldom() -> str:
    """Which of the rare phrases a text gets, by its luck."""
    below = accumulate(part for _words, part in SELDOM)
    return " ".join(f"WHEN luck < {most} THEN {n}" for n, most in enumerate(below))


def _phrases(matters: Sequence[str]) -> Iterator[tuple[str, int, str, str | None]]:
    """Kind, number, words, further marks that are signed with them."""
    for kind, listed in (*KINDS.items(), ("seldom", tuple(words for words, _part in SELDOM))):
        for n, words in enumerate(listed):
            yield kind, n, words, f"matter:{matters[n % OFFICES_EACH]}" if kind == "subject" else None
    for n in range(len(STREETS) ** 2 * HOUSES):
        street, house = divmod(n, HOUSES)
        yield "street", n, f"{STREETS[street // len(STREETS)]}{STREETS[street % len(STREETS)]}路{house + 1}号", None
    for n in range(1_000):  # in place of the case's own number, with as many bits
        yield "mark", n, "", f"id:bench {n};id:bench too {n}"


def _fill(url: str, facts: Mapping[str, Any], before: int, rows: int) -> int:
    """One chunk: every text once, in a township drawn by chance; returns how many cases there are so far."""
    text = _FILL.format(towns=TOWNSHIPS, a_day=A_DAY, each=OFFICES_EACH, columns=", ".join(COLUMNS))
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("SET work_mem = '256MB'; SET enable_nestloop = off")
        owner.execute("SELECT setseed(%s)", (before % 1_000_003 / 1_000_003,))
        owner.execute(text, {**facts, "before": before, "rows": rows})
    return before + rows


def _close(owner: psycopg.Connection[Any], many: int) -> Made:
    """Build the key of the lines, mark all rows as seen, and let the triggers write the numbers of some cases."""
    owner.execute("SET maintenance_work_mem = '1GB'")
    owner.execute(
        "ALTER TABLE finding_line ADD CONSTRAINT finding_line_pkey PRIMARY KEY (scope, at, case_id) "
        f"INCLUDE (area_code, {', '.join(COLUMNS)})"
    )
    owner.execute("CREATE UNIQUE INDEX ON cases_case (number)")
    for table in ("cases_case", "finding_line"):
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        owner.execute(f"VACUUM (ANALYZE) {table}")
    numbers = owner.execute(_RENUMBER).fetchall()
    towns = owner.execute(_BY_SIZE.format(what="left(area_code, 9)")).fetchall()
    offices = owner.execute(_BY_SIZE.format(what="handler_office_id::text")).fetchall()
    return Made(
        many, tuple(code for code, _n in towns), tuple(one for one, _n in offices),
        tuple((number, area[:9]) for number, area in numbers),
    )  # fmt: skip
