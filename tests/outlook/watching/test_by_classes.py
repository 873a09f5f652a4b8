"""Whoever reads classes learns no more than the classes, whatever page, file or picture they open (charter 4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import TypeVar

import pytest
from django.db import transaction

from gridcommons.access.rules import Viewer
from gridcommons.outlook.reported.actions import hand_in
from gridcommons.outlook.watching.models import Alarm
from gridcommons.outlook.watching.queries import Wish, history, warnings
from outlook.reported.counts_town import health_officer, sheet
from outlook.watching.watch_town import TODAY, lines, watch
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import client_of, stop_clock, text_of

NOW = AT + timedelta(hours=7)
LIST = f"/office/warnings/{COUNTY}"
DAYS = 84
Told = TypeVar("Told")
_NOT_TOLD = re.compile(r"<input[^>]*>|<html[^>]*>|<body[^>]*>|nonce=\"[^\"]*\"|\d\d:\d\d:\d\d\.\d+")


def outbreak(by: Viewer, *figures: int, other: int = 0) -> None:
    """Eighty-four days of noughts, which open data tell, with so many cases at the end."""
    first, second = [0] * (DAYS - len(figures)) + list(figures), [0] * (DAYS - 1) + [other]
    text = sheet(*lines(TOWNSHIP, first), *lines(OTHER_TOWNSHIP, second))
    hand_in(area_code=COUNTY, indicator="cases", text=text, by=by, at=AT)
    watch()


def read(town: Town, name: str) -> str:
    """All that one of the cast can read of it: list, card, picture, CSV, the morning's page, in both languages."""
    thread = Alarm.objects.filter(area_code=TOWNSHIP, until__isnull=True).latest("day").thread
    pages = [LIST, f"{LIST}?state=all", f"{LIST}.csv?state=all", f"/office/warnings/one?thread={thread}",
             f"/office/today/{COUNTY}"]  # fmt: skip
    said = [text_of(client_of(town, name, tongue).get(page)) for tongue in ("en", "zh-hans") for page in pages]
    assert all(said)
    return _NOT_TOLD.sub("", "\n".join(said))


@pytest.fixture
def read_of(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch, NOW)
    return town


@pytest.fixture
def officer(read_of: Town) -> Viewer:
    return health_officer()


def each_alone(by: Viewer, cases: Iterable[Sequence[int]], look: Callable[[], Told]) -> list[Told]:
    """What is seen after each of several outbreaks, of which none knows of another: in this township and the next."""
    found = []
    for one, other in cases:
        with transaction.atomic():
            outbreak(by, one, other=other)
            found.append(look())
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("name", ["auditor", "county_officer"])
def test_two_three_and_four_cases_read_alike_for_who_sees_classes(read_of: Town, officer: Viewer, name: str) -> None:
    two, three, four = each_alone(officer, [(2, 0), (3, 0), (4, 0)], lambda: read(read_of, name))
    assert ": 1–4, 0 expected" in two
    assert "≤0.1" in two
    assert "at most 10 % are expected to be false" in two
    assert two == three == four


@pytest.mark.parametrize(("cases", "share"), [(2, "0.1"), (4, "0.001")])
def test_who_reads_the_cases_sees_q_as_it_is(read_of: Town, officer: Viewer, cases: int, share: str) -> None:
    outbreak(officer, cases)
    alarm = Alarm.objects.get(area_code=TOWNSHIP, until__isnull=True)
    said = read(read_of, "supervisor")
    assert f"as strong as this at most {share} % are expected to be false" in said
    assert f",{alarm.q:.3g}," in said


def test_the_facts_themselves_carry_classes_alone(read_of: Town, officer: Viewer) -> None:
    outbreak(officer, 3, 7)
    wish = Wish(COUNTY, state="all")
    row = next(r for r in warnings(wish=wish, viewer=read_of.auditor, at=NOW, day=TODAY) if r.area.code == TOWNSHIP)
    assert (row.count, row.q, row.p, row.exact) == (5.0, 0.1, -1.0, False)
    assert row.evidence["counts"][-2:] == [1.0, 5.0]
    assert {float(one) for line in ("expected", "bound") for one in row.evidence[line]} <= {0.0, 1.0, 5.0}
    for one in history(thread=row.thread, viewer=read_of.auditor, at=NOW).versions:
        assert (one.count, one.q, one.p) == (5.0, 0.1, -1.0)


def test_the_order_of_the_list_tells_nothing_beyond_the_classes(read_of: Town, officer: Viewer) -> None:
    def listed(viewer: Viewer) -> list[str]:
        rows = warnings(wish=Wish(COUNTY, state="all"), viewer=viewer, at=NOW, day=TODAY)
        return [row.area.code for row in rows if row.area.code != COUNTY]

    both = [(2, 4), (4, 2)]
    one, other = each_alone(officer, both, lambda: listed(read_of.auditor))
    assert one == other
    assert set(one) == {TOWNSHIP, OTHER_TOWNSHIP}
    assert each_alone(officer, both, lambda: listed(officer)) == [
        [OTHER_TOWNSHIP, TOWNSHIP],
        [TOWNSHIP, OTHER_TOWNSHIP],
    ]
