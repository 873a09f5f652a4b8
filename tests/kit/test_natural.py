"""Addresses in the order in which people count, in memory and in the database alike."""

from __future__ import annotations

import random

from django.db import connection

from gridcommons.kit.natural import natural_key
from gridcommons.people.homes.ordering import Natural
from gridcommons.people.homes.queries import households
from people.merging.test_merging import add
from town import AT, GRID, Town

IN_ORDER = (
    "东街2号", "东街2号1幢2单元", "东街2号1幢11单元", "东街2号2幢1单元", "东街10号",
    "东街１００号", "东街101号", "西街1号",
)  # fmt: skip


def test_two_comes_before_ten() -> None:
    mixed = list(IN_ORDER)
    random.Random(1).shuffle(mixed)
    assert tuple(sorted(mixed, key=natural_key)) == IN_ORDER


def test_the_database_makes_the_same_key(town: Town) -> None:
    with connection.cursor() as cursor:
        for text in (*IN_ORDER, "", "无号", "7", "1234567890123456号"):
            cursor.execute("SELECT " + Natural.template % {"expressions": "%s"}, [text])
            assert (cursor.fetchone()[0] or "") == natural_key(text)


def test_a_list_of_households_is_in_that_order(town: Town) -> None:
    for address in reversed(IN_ORDER):
        add(town, GRID, address)
    lines = households(area_code=GRID, viewer=town.worker, at=AT).lines
    assert [natural_key(line.address) for line in lines] == [natural_key(address) for address in IN_ORDER]
