"""The walk: newest first along the lines of a township or office, past what the signatures rule out.

A walk goes along the key of the lines, which carries everything it needs, and stops at the hits that were wanted or
after a bounded number of lines; then it says how far it came. A signature rules out, it never finds: every case left
is read behind the wall of cases and its words compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from gridcommons.access.walls import part_sql
from gridcommons.cases.finding.models import SIGNS
from gridcommons.cases.finding.rules import Mark, Wish, Word
from gridcommons.kit.lineage import in_force

LINES: Final = 80_000
"""Lines that one search passes at most, over all townships and offices of its viewer; each gets an equal share."""
TOWNSHIP: Final = 9
"""Signs of a code by which lines of areas are kept, as `finding_scopes` has it."""

_PARTED: Final = "%(divided)s::text[]"
_LIES: Final = part_sql("w.area_code", "territory_placing", "w.case_id", divided=_PARTED)
"""Where a line leads to: the part of a divided area in which its case was placed, as the wall has it."""
_ALL_OF: Final = " AND "
_WALK: Final = """
SELECT w.at, w.case_id, w.n, coalesce(({signs}) AND ({cases}), false)
FROM (
    SELECT at, case_id, area_code, {columns}, row_number() OVER (ORDER BY at DESC, case_id DESC) AS n
    FROM finding_line WHERE scope = finding_scope(%(scope)s){bounds}
    ORDER BY at DESC, case_id DESC LIMIT %(lines)s
) AS w
LEFT JOIN cases_case AS c ON c.id = w.case_id
LEFT JOIN LATERAL (SELECT finding_plain(c.text || E'\\n' || c.address) AS words OFFSET 0) AS p ON true
WHERE (w.n = %(lines)s OR ({signs})) AND (w.n = %(lines)s OR ({cases}))
ORDER BY w.at DESC, w.case_id DESC LIMIT %(most)s
"""


@dataclass(frozen=True)
class Found:
    """Hits, newest first, and the place up to which they are all: None when there are no more."""

    hits: tuple[Mark, ...]
    until: Mark | None = None


@dataclass(frozen=True)
class Search:
    """What is walked for: the wish, and by word the matters whose names hold it."""

    wish: Wish
    matters: Mapping[Word, Sequence[str]]


def walk(search: Search, scopes: Sequence[str], *, after: Mark | None, most: int) -> Found:
    """The newest hits in the lists of these scopes (`area:<code>`, `office:<id>`) after a place, at most `most`."""
    if not scopes:
        return Found(())
    clauses = _Clauses(search)
    lines = max(1, LINES // len(scopes))
    return merged([_one(clauses, scope, after, most, lines) for scope in scopes], most)


def merged(walks: Iterable[Found], most: int) -> Found:
    """Several walks as one: nothing is shown that is older than what another walk has not come to yet."""
    listed = list(walks)
    ends = [one.until for one in listed if one.until is not None]
    until = max(ends, key=_order) if ends else None
    every = sorted({hit for one in listed for hit in one.hits}, key=_order, reverse=True)
    sure = [hit for hit in every if until is None or _order(hit) >= _order(until)]
    if len(sure) > most:
        return Found(tuple(sure[:most]), sure[most - 1])
    return Found(tuple(sure), until)


def _order(mark: Mark) -> tuple[Any, Any]:
    return mark.at, mark.case_id


def _one(clauses: _Clauses, scope: str, after: Mark | None, most: int, lines: int) -> Found:
    bounds = clauses.bounds(after)
    text = _WALK.format(signs=clauses.signs, cases=clauses.cases, bounds=bounds, columns=", ".join(SIGNS))
    facts = {**clauses.facts, "scope": scope, "lines": lines, "most": most + 1}
    if after is not None:
        facts |= {"after_at": after.at, "after_id": after.case_id}
    with connection.cursor() as cursor:
        cursor.execute(text, facts)
        rows = [(Mark(at, case_id), n, hit) for at, case_id, n, hit in cursor.fetchall()]
    hits = [mark for mark, _n, hit in rows if hit]
    if len(hits) > most:
        return Found(tuple(hits[:most]), hits[most - 1])
    last = next((mark for mark, n, _hit in rows if n == lines), None)
    return Found(tuple(hits), last)


class _Clauses:
    """The conditions of a search as SQL: `signs` of the lines, `cases` of the cases; values stand apart in `facts`."""

    def __init__(self, search: Search) -> None:
        self.facts: dict[str, Any] = {}
        self._wish = search.wish
        signs, cases = [], []
        for n, word in enumerate(search.wish.asked.words):
            keys = list(search.matters.get(word, ()))
            self.facts |= {f"word{n}": word.text, f"keys{n}": keys, f"id{n}": word.text}
            holds = (
                f"(strpos(p.words, finding_plain(%(word{n})s)) > 0 OR c.matter_key = ANY(%(keys{n})s) "
                f"OR %(id{n})s IN (lower(c.number), lower(split_part(c.number, '-', -1)), lower(c.external_id)))"
            )
            cases.append(f"NOT {holds}" if word.absent else holds)
            if word.is_pair and not word.absent:
                signs.append((n, keys))
        self.signs = _ALL_OF.join(["true", *self._signs(signs), *self._area()])
        self.cases = _ALL_OF.join(["c.id IS NOT NULL", *self._filters(), *cases])

    def _signs(self, words: Sequence[tuple[int, Sequence[str]]]) -> Iterator[str]:
        """For each word: its pairs, or it is a number, or a matter is called so; and the matter that is filtered by."""
        asked: list[str] = []
        groups: list[int] = []
        for n, keys in words:
            asked += [
                f"finding_sign(finding_pairs(finding_plain(%(word{n})s)))",
                f"finding_sign(ARRAY['id:' || %(id{n})s])",
            ]
            places = range(1, len(keys) + 1)
            asked += [f"finding_sign(ARRAY['matter:' || (%(keys{n})s::text[])[{m}]])" for m in places]
            groups.append(2 + len(keys))
        if self._wish.matter_key:
            self.facts["matter"] = self._wish.matter_key
            asked.append("finding_sign(ARRAY['matter:' || %(matter)s])")
            groups.append(1)
        if not asked:
            return
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(asked)}", self.facts)
            row = iter(cursor.fetchone() or ())
        for size in groups:
            yield "(" + " OR ".join(_holds(next(row)) for _ in range(size)) + ")"

    def _area(self) -> Iterator[str]:
        if self._wish.area_code:
            held = in_force()
            self.facts |= {
                "area": held.reach((self._wish.area_code,), ()).pattern or "^$", "divided": sorted(held.divided)
            }  # fmt: skip
            yield f"{_LIES if held.divided else 'w.area_code'} ~ %(area)s"

    def _filters(self) -> Iterator[str]:
        wish = self._wish
        for name, value, clause in (
            ("states", list(wish.states), "c.state = ANY(%(states)s)"),
            ("matter", wish.matter_key, "c.matter_key = %(matter)s"),
            ("office", wish.office_id, "c.handler_office_id = %(office)s"),
        ):  # fmt: skip
            if value:
                self.facts[name] = value
                yield clause

    def bounds(self, after: Mark | None) -> str:
        """What of a list is walked: a period, and what comes after a place."""
        self.facts |= {"first": self._wish.first, "last": self._wish.last}
        out = " AND at >= %(first)s" if self._wish.first else ""
        out += " AND at < %(last)s" if self._wish.last else ""
        return out + (" AND (at, case_id) < (%(after_at)s, %(after_id)s)" if after is not None else "")


def _holds(sign: Sequence[int]) -> str:
    """That a line has all bits of a signature: numbers from the database, set in as they are."""
    parts = [
        f"(w.{column} & '{bits}'::bigint) = '{bits}'::bigint" for column, bits in zip(SIGNS, sign, strict=True) if bits
    ]
    return "(" + _ALL_OF.join(parts or ["true"]) + ")"
