"""What a link carries is a kind of a table: a part above fills in another one, and the room needs no change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from cases.partners.partner_town import JOB, NOW, deliver, linked, outbox, pairing, says, secret, sent_out, terms
from cases.partners.systems import system
from gridcommons.access.queries import office_at
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.cases.partners import actions
from gridcommons.cases.partners.content import preview
from gridcommons.cases.partners.kinds import KINDS, Kind, Standing, carries
from gridcommons.cases.partners.models import Pairing
from gridcommons.cases.partners.policy import Field
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from town import COUNTY, Town

FIELDS = {key: Field(key, Words(key, key)) for key in ("number", "when")}
SAMPLE = {"number": "V1", "when": "2026-11-02"}


@pytest.fixture
def trips(town: Town) -> Iterator[dict[UUID, str]]:
    """A kind of things of a part above: which office has each."""
    held: dict[UUID, str] = {}
    office = office_at(COUNTY, "urban_management").id

    def standing(thing: UUID) -> Standing | None:
        return Standing("V7", "", office, is_held=held[thing] == "there") if thing in held else None

    def values(thing: UUID, _link: str, wanted: Any, _viewer: Viewer, _at: datetime) -> dict[str, Any]:
        return {key: {"number": "V7", "when": str(thing)[:8]}[key] for key in wanted.fields}

    carries(Kind("trip", FIELDS, SAMPLE, standing, values))
    yield held
    del KINDS["trip"]


def test_another_kind_goes_over_its_links_and_no_others(town: Town, trips: dict[UUID, str]) -> None:
    thing = uuid4()
    trips[thing] = "there"
    with system() as own:
        wanted = terms(
            url=f"{own.url}/in", kind="trip", fields=("number", "when"), mapping='{"columns":{"when":"day"}}'
        )
        link, cases = linked(town, wanted), linked(town, terms(url=f"{own.url}/in", name="事项系统"))
        own.secret = secret(link)
        tell: dict[str, Any] = {"case_id": thing, "who": "user:x", "kind": "trip", "by": JOB, "at": NOW}
        actions.post(what="trip.dispatch", heard=1, **tell)
        sent_out(town)
        deliver()
        trips[thing] = "elsewhere"
        actions.post(what="trip.pass_on", heard=2, **tell)
        deliver()
        events = [one for one in own.events.values() if one["link"] == link.key]
    assert [one["event"] for one in events] == ["trip.dispatched", "trip.withdrawn"]
    assert [one["trip"] for one in events] == [{"number": "V7", "day": str(thing)[:8]}, {"number": "V7"}]
    assert outbox(link) == [("trip.dispatched", "sent", ""), ("trip.withdrawn", "sent", "")]
    assert len(outbox(cases)) == 1
    assert '"trip"' in preview(wanted, NOW)
    assert says(link, number="V7", status="done", note="好了").reason == "asks_person"
    assert (pairing(link).case_id, pairing(link).thing) == (None, thing)


def test_a_kind_has_fields_of_its_own(trips: dict[UUID, str]) -> None:
    for bad in ({"fields": ("number", "text")}, {"fields": ("number",), "mapping": '{"columns":{"text":"t"}}'}):
        with pytest.raises(Refusal):
            terms(kind="trip", **bad)
    with pytest.raises(Refusal):
        terms(fields=("number", "when"))
    with pytest.raises(ValueError, match="already"):
        carries(KINDS["trip"])
    with pytest.raises(ValueError, match="number"):
        carries(Kind("bare", {}, {}, KINDS["trip"].standing, KINDS["trip"].values))
    assert "bare" not in KINDS


def test_a_pairing_is_of_one_thing(town: Town) -> None:
    link = linked(town, terms())
    for more in ({}, {"thing": uuid4(), "case_id": sent_out(town)}):
        with scoped(Scope("^"), deed="test"), pytest.raises(IntegrityError), transaction.atomic():
            Pairing.objects.create(link=link, number="X", since=NOW, **more)
