"""The same forms many times at once by every way into the house: each is there once, whoever was answered how."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth import get_user_model
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client

from collection.field_town import HEADERS, HELD, Field, furnish, lived_in, paper
from collection.test_hot_door import ask, call
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.inbox.models import Paper, Submission
from gridcommons.web.central.door import token_of
from gridcommons.web.openrosa.hot import HotDoor
from town import TOWNSHIP, build_town

FORMS = 60


@pytest.fixture(scope="module")
def field(committed_for_module: None) -> Iterator[Field]:
    with lived_in(HELD):
        yield furnish(build_town())
    connections.close_all()


def test_fifty_times_at_once_by_all_doors_is_there_once(field: Field) -> None:
    """Two hot doors with the view behind them, the batch door and Central, with the same forms in other orders."""
    views = get_wsgi_application()
    doors = [HotDoor(views), HotDoor(views)]
    for door in doors:
        assert ask(door, call(field, paper(outcome="done", instance="uuid:first")))[0] == "201 Created"
    forms = {f"uuid:crowd{n}": paper(outcome="done", instance=f"uuid:crowd{n}") for n in range(FORMS)}
    token = token_of(get_user_model().objects.get(username="supervisor"))
    analyst = Client(headers={"Authorization": f"Bearer {token}"})
    answers, faults = list[tuple[str, int]](), list[str]()

    def hot(door: HotDoor, order: list[str]) -> None:
        for one in order:
            answers.append((one, int(ask(door, call(field, forms[one]))[0][:3])))

    def batch(order: list[str]) -> None:
        for first in range(0, len(order), 20):
            body = json.dumps({"items": [{"xml": forms[one]} for one in order[first : first + 20]]}).encode()
            answer = Client().generic("POST", field.url("batch"), body, "application/json", headers=HEADERS)
            answers.extend((one["id"], one["status"]) for one in json.loads(answer.content)["items"])

    def central(order: list[str]) -> None:
        for one in order:
            answer = analyst.post(f"/v1/projects/{TOWNSHIP}/forms/basics/submissions", forms[one], "application/xml")
            answers.append((one, {200: 201}.get(answer.status_code, answer.status_code)))

    def safely(work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as fault:  # noqa: BLE001 - told below, in the thread of the test
            faults.append(repr(fault))
        finally:
            connections.close_all()

    there = list(forms)
    back, half = there[::-1], there[FORMS // 2 :] + there[: FORMS // 2]
    works: list[Callable[[], None]] = [  # as many as there are connections: a real server lets no more in
        lambda: hot(doors[0], there), lambda: hot(doors[1], back), lambda: batch(half), lambda: central(back),
    ]  # fmt: skip
    threads = [threading.Thread(target=safely, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(240)
    assert faults == []
    assert len(answers) == len(works) * FORMS
    # A form that another account was faster with is somebody else's by its id: 409 for those who lost, never a fault.
    assert {status for _one, status in answers} <= {201, 409}
    assert {one for one, status in answers if status == 201} == set(forms)
    with scoped(Scope("^")):
        kept = Counter(Submission.objects.filter(instance_id__in=forms).values_list("instance_id", flat=True))
        assert kept == Counter(forms.keys())
        assert Paper.objects.filter(submission__instance_id__in=forms).count() == FORMS
