"""`/metrics` is the operator's: on the machine itself or with the token."""

from __future__ import annotations

import pytest
from django.test import Client

TOKEN = "the operator's token"


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "10.1.2.3"}, 404),
        ({"headers": {"X-Forwarded-For": "127.0.0.1"}}, 404),
        ({"REMOTE_ADDR": "10.1.2.3", "headers": {"Authorization": f"Bearer {TOKEN}"}}, 200),
        ({"REMOTE_ADDR": "10.1.2.3", "headers": {"Authorization": "Bearer guessed"}}, 404),
        ({"REMOTE_ADDR": "10.1.2.3", "headers": {"Authorization": "Bearer \u00fc"}}, 404),
    ],
)
def test_who_reads_the_counts(db: None, monkeypatch: pytest.MonkeyPatch, facts: dict[str, object], status: int) -> None:
    monkeypatch.setenv("GRIDCOMMONS_METRICS_TOKEN", TOKEN)
    answer = Client().get("/metrics", **facts)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert (b"django_http" in answer.content) == (status == 200)


def test_without_a_token_an_empty_one_opens_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRIDCOMMONS_METRICS_TOKEN", raising=False)
    assert Client().get("/metrics", REMOTE_ADDR="10.1.2.3", headers={"Authorization": "Bearer "}).status_code == 404
