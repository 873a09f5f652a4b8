"""Forms understood many at once: the same rows and entries as one by one, and one at fault stops no other."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction

from collection.field_town import Field, furnish, paper, read_all
from gridcommons.access.models import LedgerDetail
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.inbox import actions, settling, working
from gridcommons.collection.inbox.models import Answered, Submission
from gridcommons.collection.visits.models import Visit
from gridcommons.people.facts.models import Fact
from people.people_town import people_in
from town import AT, FAR_GRID, GRID, NEXT_GRID, Town
from web.office_town import stop_clock

CAUSED = {"visits": Visit, "facts": Fact, "answers": Answered, "submissions": Submission}
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}")


@pytest.fixture
def field(town: Town, monkeypatch: pytest.MonkeyPatch) -> Field:
    stop_clock(monkeypatch, AT)
    return furnish(town)


def send_all(town: Town, field: Field) -> None:
    """What phones send on one day: plain, twice of a household, held, corrected, dangerous, of no household."""
    peopled = people_in(town)
    home = {"household": str(peopled.home), "outcome": "done"}
    for xml in (
        paper(**home, size="3", instance="uuid:a"),
        paper(**home, size="4", instance="uuid:b"),
        paper(household=str(peopled.far_home), outcome="done", size="3", instance="uuid:far"),
        paper(household="nonsense", outcome="done", instance="uuid:none"),
        paper(outcome="not_home", instance="uuid:nowhere"),
        paper(**home, size="many", instance="uuid:wrong"),
        paper(**home, instance="uuid:c"),
        paper(**home, size="5", instance="uuid:d", deprecated="uuid:c"),
        paper("hazards", "2026-11", household=str(peopled.home), outcome="done", wrong="楼道堆物", instance="uuid:e"),
    ):  # fmt: skip
        assert field.post(xml).status_code == 201


def _plain(row: Any) -> str:
    """A row but for its id and moments; ids of rows made here stand for no more than that they are there."""
    skipped = {"id", "made_at", "changed_at", "settled_at", "superseded_at", "value_sealed"}
    facts = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if one.attname not in skipped}
    return _ID.sub("id", json.dumps(facts, default=str, sort_keys=True, ensure_ascii=False))


def _state() -> dict[str, Any]:
    with scoped(Scope("^")):
        found: dict[str, Any] = {name: Counter(map(_plain, model.objects.all())) for name, model in CAUSED.items()}
        found["in force"] = Counter(Fact.objects.filter(superseded_at__isnull=True).values_list("key", "value"))
        told: Counter[tuple[str, str]] = Counter()
        for body in map(json.loads, LedgerDetail.objects.values_list("body", flat=True)):
            told.update((body["what"], subject) for subject in body["subjects"] if not subject.startswith("visit:"))
        return found | {"told": told}


def _read(together: int) -> dict[str, Any]:
    with transaction.atomic():
        with patch.object(working, "TOGETHER", together):
            read_all()
        found = _state()
        transaction.set_rollback(True)
    return found


def test_many_at_once_leave_what_one_by_one_leaves(town: Town, field: Field) -> None:
    send_all(town, field)
    singly, together = _read(1), _read(200)
    for name in CAUSED:
        assert together[name] == singly[name], name
    assert together["in force"] == singly["in force"]
    cases = {what for what, _subject in singly["told"] if what.startswith("case.")}
    kept = {pair for pair in singly["told"] if pair[0] not in cases}
    told = {pair for pair in together["told"] if pair[0] not in cases}
    assert kept <= told
    # where a household lies was looked up for a held form too: alone its entry is rolled back with the form's own
    assert {what for what, _subject in told - kept} <= {"look.household_place"}
    assert sum(one["visits"].total() for one in (singly, together)) == 2 * 5


def test_one_at_fault_is_held_and_stops_no_other(town: Town, field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    send_all(town, field)

    def breaks(done: Any, at: Any) -> Any:
        if any(one.row.instance_id == "uuid:b" for one in done):
            raise RuntimeError("planted")
        return settling.settle(done, at)

    monkeypatch.setattr(actions, "settle", breaks)
    read_all()
    with scoped(Scope("^")):
        states = dict(Submission.objects.values_list("instance_id", "state"))
        assert Submission.objects.get(instance_id="uuid:b").reasons[0][0] == "inbox.fault"
    held = {"uuid:b", "uuid:far", "uuid:none", "uuid:wrong"}
    assert {name for name, state in states.items() if state == "held"} == held
    assert set(states.values()) == {"held", "understood"}


def test_an_entry_of_many_is_read_by_who_may_read_all_of_them_and_by_each_of_them(town: Town, field: Field) -> None:
    peopled = people_in(town)
    assert field.post(paper(household=str(peopled.home), outcome="done", instance="uuid:a")).status_code == 201
    there = paper(household=str(peopled.next_home), outcome="done", instance="uuid:b")
    assert field.post(there, key=field.next_key).status_code == 201
    read_all()
    with scoped(Scope("^")):
        ids = {f"submission:{pk}" for pk in Submission.objects.values_list("pk", flat=True)}
        (entry,) = LedgerDetail.objects.filter(parties__contains=list(ids))
    assert set(json.loads(entry.body)["subjects"]) == ids
    for one in ids:
        assert _reads(Scope("", (one,)), entry)
    assert _reads(Scope(f"^{entry.area_code}"), entry)
    assert all(grid.startswith(entry.area_code) for grid in (GRID, NEXT_GRID))
    for stranger in (
        Scope(f"^{GRID}"),
        Scope(f"^{NEXT_GRID}"),
        Scope(f"^{FAR_GRID}"),
        Scope("", ("submission:other",)),
    ):
        assert not _reads(stranger, entry)


def _reads(scope: Scope, entry: LedgerDetail) -> bool:
    with scoped(scope):
        return LedgerDetail.objects.filter(pk=entry.pk).exists()
