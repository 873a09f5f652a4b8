"""Logins of staff: the second factor before a desk opens, and the county's own login service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from gridcommons.access.joining.actions import invite
from gridcommons.access.models import Grant, User
from gridcommons.kit.errors import Refusal
from gridcommons.web.login_file import PROVIDER, providers
from town import Town
from web.office_town import LATER, client_of, stop_clock, text_of
from web.oidc_server import Service, login_service, state_of

PASSWORD = "ein eigenes Wort 42"


@pytest.fixture
def town(standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch)
    return standing_town


def signed_in(town: Town, name: str) -> Client:
    user = User.objects.get(pk=getattr(town, name).user_id)
    user.set_password(PASSWORD)
    user.save()
    client = Client()
    client.cookies["language"] = "en"
    client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    return client


def code_for(secret: str) -> str:
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


def test_staff_set_up_a_second_factor_before_their_desk_opens(town: Town, settings_on: None) -> None:
    client = signed_in(town, "supervisor")
    answer = client.get("/office/queue")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/accounts/2fa/totp/activate/"
    page = client.get(answer.headers["Location"])
    assert "Set up your second factor" in text_of(page)
    secret = client.session["mfa.totp.secret"]
    done = client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)})
    assert done.headers["Location"] == "/accounts/2fa/recovery-codes/"
    codes = text_of(client.get("/accounts/2fa/recovery-codes/"))
    assert "Keep these on paper" in codes
    assert codes.count('class="gc-code"') == 10
    assert client.get("/office/queue").status_code == 200
    stored = Authenticator.objects.get(user_id=town.supervisor.user_id, type="totp").data["secret"]
    assert secret not in stored  # sealed with a key outside the database


def test_a_password_alone_opens_nothing_once_the_factor_is_set(town: Town, settings_on: None) -> None:
    test_staff_set_up_a_second_factor_before_their_desk_opens(town, settings_on)
    thief = Client()
    answer = thief.post("/accounts/login/", {"login": "supervisor", "password": PASSWORD})
    assert answer.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert thief.get("/office/queue").status_code == 403
    thief.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert thief.get("/office/queue").status_code == 403
    secret = Authenticator.objects.get(user_id=town.supervisor.user_id, type="totp").wrap()
    assert secret is not None


def test_residents_and_the_public_are_asked_for_no_second_factor(town: Town, settings_on: None) -> None:
    assert signed_in(town, "resident").get("/me/").status_code == 200
    assert Client().get("/").status_code == 200


def test_without_the_setting_the_desk_opens(town: Town) -> None:
    assert client_of(town, "supervisor").get("/office/queue").status_code == 200


@pytest.fixture
def settings_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    monkeypatch.setattr(settings, "STAFF_SECOND_FACTOR", True)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Service]:
    """A login service, and the program set up for it by a file as an engineer writes it."""
    from django.conf import settings

    with login_service() as running:
        (tmp_path / "client.secret").write_text("s3cret\n")
        said = f'name = "政务统一登录"\nissuer = "{running.url}"\nclient_id = "grid"\nsecret_file = "client.secret"\n'
        (tmp_path / "login.toml").write_text(said)
        monkeypatch.setattr(settings, "SOCIALACCOUNT_PROVIDERS", providers(tmp_path / "login.toml"))
        yield running


def through(client: Client, code: str = "") -> object:
    """To the service and back, with an invitation in hand or without."""
    if code:
        client.get(f"/join/{code}/login")
    away = client.get("/accounts/oidc/house/login/")
    assert away.status_code == 302, away.content[:300]
    return client.get(f"/accounts/oidc/house/login/callback/?code=abc&state={state_of(away.headers['Location'])}")


def counts() -> tuple[int, int]:
    return User.objects.count(), Grant.objects.count()


def test_a_login_that_is_not_invited_gets_no_account_and_no_grant(town: Town, service: Service) -> None:
    before, client = counts(), Client()
    answer = through(client)
    assert answer.status_code == 403  # type: ignore[attr-defined]
    assert counts() == before
    assert SocialAccount.objects.count() == 0
    assert "_auth_user_id" not in client.session


def test_an_invited_person_links_their_login_and_comes_in_by_it_from_then_on(town: Town, service: Service) -> None:
    assert town.supervisor.user_id is not None
    made = invite(user_id=town.supervisor.user_id, by=town.county_officer, at=LATER)
    before, client = counts(), Client()
    assert through(client, made.code).status_code == 302  # type: ignore[attr-defined]
    assert client.session["_auth_user_id"] == str(town.supervisor.user_id)
    assert service.asked[0]["client_secret"] == ["s3cret"]
    assert "code_verifier" in service.asked[0]
    again = Client()
    assert through(again).status_code == 302  # type: ignore[attr-defined]
    assert again.get("/office/queue").status_code == 200
    assert counts() == before
    assert Client().get(f"/join/{made.code}").status_code == 404  # used up


def test_another_person_of_the_service_is_nobody_here(town: Town, service: Service) -> None:
    test_an_invited_person_links_their_login_and_comes_in_by_it_from_then_on(town, service)
    service.subject = "person-2"
    assert through(Client()).status_code == 403  # type: ignore[attr-defined]


def test_a_service_that_fails_is_told_in_words(town: Town, service: Service) -> None:
    service.broken = True
    answer = through(Client())
    assert answer.status_code == 502  # type: ignore[attr-defined]
    assert "login.failed" in text_of(answer)  # type: ignore[arg-type]


def test_a_forged_state_comes_to_nothing(town: Town, service: Service) -> None:
    answer = Client().get("/accounts/oidc/house/login/callback/?code=abc&state=forged")
    assert answer.status_code in {400, 502, 403}


@pytest.mark.parametrize(
    "said",
    ["name = 1", "[", 'name = "x"\nodd = 2',
     'name = "x"\nissuer = "http://far.example"\nclient_id = "a"\nsecret_file = "s"'],
)  # fmt: skip
def test_a_faulty_file_lets_nobody_in(tmp_path: Path, said: str) -> None:
    (tmp_path / "s").write_text("x")
    (tmp_path / "login.toml").write_text(said)
    with pytest.raises(Refusal) as refused:
        providers(tmp_path / "login.toml")
    assert refused.value.code == "login.file_unreadable"


def test_without_the_file_there_is_no_such_login(tmp_path: Path) -> None:
    assert providers(tmp_path / "login.toml") == {}
    assert Client().get("/accounts/oidc/house/login/").status_code == 404
    assert PROVIDER not in text_of(Client().get("/accounts/login/"))
