"""The statements by which sealed entries are counted: one pass over a stretch of numbers, in the database."""

from __future__ import annotations

from typing import Final

_FROM: Final = """
FROM access_ledgerentry e JOIN access_ledgerdetail d ON d.entry = e.id WHERE e.seq >= %(first)s AND e.seq < %(last)s
"""
WHAT: Final = """substring(d.body from '"what":"([^"]+)"}$')"""
BY: Final = """substring(d.body from '"by":"([^"]*)"')"""
"""Bodies are canonical JSON with sorted keys: `by` is the first of its name, `what` the last key."""

DAYS: Final = f"""
INSERT INTO book_daycount (day, area_code, what, n)
SELECT (e.at AT TIME ZONE %(zone)s)::date, left(d.area_code, 9), {WHAT}, count(*) {_FROM} AND {WHAT} IS NOT NULL
GROUP BY 1, 2, 3
ON CONFLICT (day, area_code, what) DO UPDATE SET n = book_daycount.n + EXCLUDED.n
"""
MONTHS: Final = f"""
INSERT INTO book_used (account, month)
SELECT {BY}, max(date_trunc('month', e.at AT TIME ZONE %(zone)s))::date {_FROM} AND {BY} LIKE 'user:%%' GROUP BY 1
ON CONFLICT (account) DO UPDATE SET month = greatest(book_used.month, EXCLUDED.month)
"""
MARKS: Final = f"""
INSERT INTO book_mark (seq, mark, what, at, cases)
SELECT e.seq, m.mark, {WHAT}, e.at, ARRAY(SELECT p FROM unnest(d.parties) AS p WHERE p LIKE 'case:%%')
FROM access_ledgerentry e JOIN access_ledgerdetail d ON d.entry = e.id, unnest(d.parties) AS m(mark)
WHERE e.seq >= %(first)s AND e.seq < %(last)s AND (m.mark LIKE 'glass:%%' OR m.mark LIKE 'handout:%%')
  AND {WHAT} LIKE 'look.%%'
ON CONFLICT (seq, mark) DO NOTHING
"""  # noqa: S608 - put together from constants
