"""A check that came late is told to the office that checks the case, and to the one that works on it just now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from collection.field_town import HELD, Field, lived_in
from collection.test_field_doors import pack
from gridcommons.access.identify import program
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.actions import close, rework
from gridcommons.collection.checks.carrying import carry_all
from gridcommons.kit.ids import uuid7
from gridcommons.notices.models import Notice
from town import Town
from web.office_town import LATER, client_of, employ, report, stop_clock, text_of, to_handled

JOB = program("checks")


@pytest.fixture
def field(standing_field: Field, town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Field]:
    stop_clock(monkeypatch, LATER)
    employ(town)
    with lived_in(HELD):
        yield standing_field


@pytest.fixture
def late(field: Field) -> dict[str, Any]:
    """A result for a case on the phone, to be kept beside it."""
    made = report(field.town, text="路灯要去看看")
    to_handled(field.town, made.case_id)
    (held,) = pack(field)["cases"]
    return {
        "id": str(uuid7()), "case": held["id"], "result": "undone", "note": "第三盏还是暗的", "seen": held["seen"],
        "at": LATER.isoformat(), "late": True,
    }  # fmt: skip


def carried(field: Field, row: dict[str, Any]) -> list[Notice]:
    """Send it, let the job keep it beside its case, and see who was told."""
    headers = {"X-OpenRosa-Version": "1.0"}
    sent = Client().post(field.url("checks"), json.dumps(row), content_type="application/json", headers=headers)
    assert sent.status_code == 202
    assert (carry_all(by=JOB, at=LATER), carry_all(by=JOB, at=LATER)) == (1, 0)
    with scoped(Scope("^")):
        return list(Notice.objects.filter(text_key="case.late_check").order_by("id"))


def test_the_office_that_checks_is_told_once_and_reads_it_among_its_notices(field: Field, late: dict[str, Any]) -> None:
    close(case_id=UUID(late["case"]), check="亮了", by=field.town.second_supervisor, at=LATER - timedelta(hours=1))
    (told,) = carried(field, late)
    assert told.to.startswith("office:")
    shown = text_of(client_of(field.town, "supervisor", "en").get("/office/notices"))
    assert "A check on the spot of case" in shown
    assert "暗" not in shown, "what was seen is read beside the case alone"
    assert "A check on the spot" not in text_of(client_of(field.town, "handler", "en").get("/office/notices"))


def test_the_office_that_works_on_it_again_is_told_too(field: Field, late: dict[str, Any]) -> None:
    by = field.town.second_supervisor
    rework(case_id=UUID(late["case"]), reason="还是暗的", by=by, at=LATER - timedelta(hours=1))
    assert len({one.to for one in carried(field, late)}) == 2
    for name in ("supervisor", "handler"):
        assert "A check on the spot of case" in text_of(client_of(field.town, name, "en").get("/office/notices")), name
    assert "A check on the spot" not in text_of(client_of(field.town, "neighbour", "en").get("/me/notices"))
