"""A family at home: a worker visits it and sends forms, the father has a login of his own and has things erased."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from collection.field_town import HEADERS, Field, admit, draft, furnish, paper, read_all
from collection.xlsforms import ask, basics
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.collection.forms.actions import draft_form, publish_form
from gridcommons.collection.inbox.actions import ask_replay
from gridcommons.collection.inbox.models import Answered, Paper, Submission
from gridcommons.people.facts.models import Fact
from gridcommons.people.homes.models import Household
from gridcommons.people.rights.actions import erase
from people.people_town import FATHER, Peopled, people_in, private_login
from town import AT, GRID, Town
from web.office_town import stop_clock

SIZE, ELDERS = "household.size", "household.elders"
DAY = timedelta(days=1)


@dataclass
class Home:
    """A family whose household a worker visits, the father's account, the moment that it is."""

    field: Field
    peopled: Peopled
    me: Viewer
    set_clock: Callable[[datetime], None]
    now: datetime = AT

    @property
    def who(self) -> UUID:
        return self.peopled.people[FATHER]

    def later(self, step: timedelta = DAY) -> None:
        self.now += step
        self.set_clock(self.now)

    def send(
        self, instance: str, *, read: bool = True, deprecated: str = "", home: UUID | None = None, **said: str
    ) -> Any:
        answers = {"household": str(home or self.peopled.home), "outcome": "done", "today": self.now.date().isoformat()}
        sent = self.field.post(paper("census", **(answers | said), instance=instance, deprecated=deprecated))
        assert sent.status_code == 201, sent.content.decode()
        if read:
            read_all(self.now)
        return sent

    def send_many(self, instances: Sequence[str], **said: str) -> None:
        """Send forms together, as a phone does that was away for long; nobody reads them yet."""
        answers = {"household": str(self.peopled.home), "outcome": "done", "today": self.now.date().isoformat()}
        items = [{"xml": paper("census", **(answers | said), instance=one)} for one in instances]
        content = json.dumps({"items": items})
        sent = Client().post(self.field.url("batch"), content, "application/json", headers=HEADERS)
        assert [one["status"] for one in sent.json()["items"]] == [201] * len(items), sent.content.decode()

    def send_breaking(self, instance: str, *, read: bool = True, **said: str) -> None:
        """Send a form that is read as any other and cannot be rewritten: its names have a blank in their address."""
        answers = {"household": str(self.peopled.home), "outcome": "done", "today": self.now.date().isoformat()}
        sent = paper("census", **(answers | said), instance=instance)
        odd = sent.replace("<data ", '<data xmlns="http://example.org/a form" ', 1)
        assert odd != sent
        answer = self.field.post(odd)
        assert answer.status_code == 201, answer.content.decode()
        if read:
            read_all(self.now)

    def replay(self) -> None:
        ask_replay(form_key="census", version="1", by=self.field.town.county_officer, at=self.now)
        read_all(self.now)

    def erase(self, key: str = SIZE) -> Any:
        with scoped(Scope("^")):
            fact = Fact.objects.get(key=key, subject_id=self.peopled.home, superseded_at__isnull=True)
        return erase(person_id=self.who, thing=f"fact:{fact.pk}", by=self.me, at=self.now)


def census(standing_town: Town) -> Field:
    """The forms of the town, with one that asks for the size of the household and for who is old."""
    field = furnish(standing_town)
    made = draft("census", basics(ask("integer", "elders", "老人几位？", "How many are old?", fact=ELDERS)))
    admit(made)
    version = draft_form(draft=made, by=standing_town.county_officer, at=AT)
    publish_form(version_id=version.pk, by=standing_town.county_officer, at=AT)
    return field


def at_home(field: Field, town: Town, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The family, settled, at a moment that stands still."""

    def set_clock(now: datetime) -> None:
        stop_clock(monkeypatch, now)

    set_clock(AT)
    peopled = people_in(town)
    return Home(field, peopled, private_login(peopled, FATHER), set_clock)


def facts(key: str = SIZE) -> list[tuple[str, bool]]:
    """The values kept under a key in the order in which they were written, and which is in force."""
    with scoped(Scope("^")):
        rows = Fact.objects.filter(key=key).order_by("made_at", "id")
        return [(row.value, row.superseded_at is None) for row in rows]


def in_force(key: str = SIZE) -> list[str]:
    """What is in force under a key."""
    return [value for value, stands in facts(key) if stands]


def held_back(key: str = SIZE) -> list[tuple[str, bool]]:
    """What is in force under a key, and whether somebody objects to it."""
    with scoped(Scope("^")):
        return list(Fact.objects.filter(key=key, superseded_at__isnull=True).values_list("value", "held_back"))


def thing_of(key: str = SIZE) -> str:
    """What is in force under a key, as a resident names it."""
    with scoped(Scope("^")):
        return f"fact:{Fact.objects.get(key=key, superseded_at__isnull=True).pk}"


def papers() -> str:
    """All that lies in the inbox, as it was sent and corrected."""
    with scoped(Scope("^")):
        return "".join(bytes(row.content).decode() for row in Paper.objects.all())


def answers() -> list[Any]:
    """What was understood, form by form."""
    with scoped(Scope("^")):
        return [row.values for row in Answered.objects.order_by("submission_id")]


def sent(instance: str) -> Submission:
    """A form by its instance."""
    with scoped(Scope("^")):
        return Submission.objects.get(instance_id=instance)


def neighbours(home: Home) -> UUID:
    """Another household in the same grid."""
    with scoped(Scope("^"), deed="test.move"):
        Household.objects.filter(pk=home.peopled.next_home).update(area_code=GRID)
    return home.peopled.next_home


@pytest.fixture(scope="module")
def standing_field(standing_town: Town) -> Field:
    """The census in use in the town, for a whole file. A file of tests takes this and `home` by these names."""
    return census(standing_town)


@pytest.fixture
def home(standing_field: Field, town: Town, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The family at home, for one test."""
    return at_home(standing_field, town, monkeypatch)
