"""The demo's figures once its rooms are filled: what was done in days gone by counts, also where a room broke off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

import pytest

from gridcommons.access.identify import program
from gridcommons.cases.counting import count_changes
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.outlook.queries import sums_of
from gridcommons.rehearsal import lived_in
from gridcommons.rehearsal.lived_in import UNHEARD, live_in
from town import AT, COUNTY, TOWNSHIP, Town
from web.office_town import count, report

NOW = AT + timedelta(hours=5)


class Clock(datetime):
    """Stands at the moment of the filling."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return NOW.astimezone(tz or UTC)


def stands_open() -> int:
    return sums_of(TOWNSHIP, NOW.date(), NOW.date()).get("open", 0)


@pytest.mark.parametrize("breaks", [False, True])
def test_what_rooms_do_in_days_gone_by_is_counted(
    standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch, *, breaks: bool
) -> None:
    count(NOW - timedelta(minutes=10))

    def fill(*_args: object) -> list[str]:
        report(standing_town, at=AT)
        count_changes(by=program("counting"), at=NOW)
        assert stands_open() == 0, "for the count that goes on it is no change"
        if breaks:
            raise refuse(UNHEARD, seconds=60)
        return ["a room"]

    monkeypatch.setattr(lived_in, "fill_rooms", fill)
    monkeypatch.setattr(lived_in, "datetime", Clock)
    told: list[tuple[int, int]] = []
    facts = {"url": "", "since": AT.date(), "progress": lambda _words, done, total: told.append((done, total))}
    if breaks:
        with pytest.raises(Refusal):
            live_in(COUNTY, [], **facts)  # type: ignore[arg-type]
    else:
        assert live_in(COUNTY, [], **facts) == ["a room"]  # type: ignore[arg-type]
    assert stands_open() == 1
    assert told == [(0, 1), (1, 1)]
