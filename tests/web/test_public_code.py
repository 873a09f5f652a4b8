"""Where the tracking code is kept: sealed in the browser, in no table, and not for long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, override_settings

from gridcommons.access.models import User
from gridcommons.web.public.held import COOKIE
from gridcommons.web.tasks import clear_sessions
from open311_door import stop_clock, undone
from public_door import CODE, sent_by, visitor
from town import Town


@pytest.fixture
def town(standing_town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    stop_clock(monkeypatch)
    with undone():
        yield standing_town


def _code(client: Client) -> str:
    found = CODE.search(client.get("/report/sent").content.decode())
    assert found is not None
    return found[1]


def _held_in_the_database() -> str:
    return " ".join(str(one.get_decoded()) + one.session_data for one in Session.objects.all())


def test_the_code_lies_in_no_table_and_is_sealed_in_the_browser(town: Town) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=town.worker.user_id))
    sent_by(client)
    code = _code(client)
    client.post("/track", {"code": code})
    assert "_auth_user_id" in _held_in_the_database(), "the session is there, and the code is not in it"
    for written in (code, code.replace("-", "")):
        assert written not in _held_in_the_database()
        assert written not in client.cookies[COOKIE].value
    kept = client.cookies[COOKIE]
    assert (kept["httponly"], kept["samesite"], kept["max-age"], kept["expires"]) == (True, "Lax", "", "")


def test_the_cookie_of_another_secret_or_an_altered_or_old_one_holds_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = visitor()
    sent_by(client)
    good = client.cookies[COOKIE].value
    with override_settings(SECRET_KEY="another"):
        assert client.get("/track/case")["Location"] == "/track"
    for bad in ("", "x", "gäbe", good[:-3], good[:40] + ("A" if good[40] != "A" else "B") + good[41:]):
        client.cookies[COOKIE] = bad
        assert client.get("/track/case")["Location"] == "/track"
    client.cookies[COOKIE] = good
    assert client.get("/track/case").status_code == 200
    late = time.time() + 12 * 3600 + 60
    monkeypatch.setattr("time.time", lambda: late)
    assert client.get("/track/case")["Location"] == "/track"


def test_over_https_the_cookie_goes_over_https_alone(town: Town) -> None:
    client = visitor()
    with override_settings(SESSION_COOKIE_SECURE=True):
        sent_by(client)
    assert client.cookies[COOKIE]["secure"]


def test_who_signs_out_leaves_no_code_behind(town: Town) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=town.worker.user_id))
    sent_by(client)
    client.post("/accounts/logout/")
    assert client.get("/track/case")["Location"] == "/track"


def test_sessions_end_after_a_working_day_and_leave_the_table(town: Town) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=town.worker.user_id))
    row = Session.objects.get(session_key=client.session.session_key)
    assert row.expire_date - datetime.now(UTC) <= timedelta(hours=12)
    Session.objects.update(expire_date=datetime.now(UTC) - timedelta(seconds=1))
    clear_sessions.func(timestamp=0)
    assert not Session.objects.exists()
