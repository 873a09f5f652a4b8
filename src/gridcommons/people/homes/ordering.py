"""Addresses sorted by the database in the order in which people count, as `kit.natural` does it in memory."""

from __future__ import annotations

from typing import Final

from django.db.models import Func, TextField

from gridcommons.kit.natural import DIGITS

_SQL: Final = (
    "(SELECT string_agg(CASE WHEN m.part[1] ~ '^[0-9]' "
    "THEN lpad(m.part[1], greatest({digits}, length(m.part[1])), '0') ELSE m.part[1] END, '' ORDER BY m.n) "
    "FROM regexp_matches(normalize(%(expressions)s, NFKC), '[0-9]+|[^0-9]+', 'g') WITH ORDINALITY AS m(part, n))"
)


class Natural(Func):
    """A text column with each number filled up with zeros."""

    template = _SQL.format(digits=DIGITS)
    output_field = TextField()
