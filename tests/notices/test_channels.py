"""The channels against servers that take, refuse, hang, greylist, lie: every answer has one meaning."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gridcommons.kit.errors import Refusal
from gridcommons.notices.channels import read_channels
from gridcommons.notices.letters import From, letter, mail_address
from gridcommons.notices.mail import Mail, Server
from gridcommons.notices.rules import Message, Outcome, State
from gridcommons.notices.sms import Gateway, Sms
from notices.gateway import SECRET, gateway
from notices.smtp_server import SmtpServer, certificate, smtp

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
ID = UUID("01933b4e-0000-7000-8000-000000000001")
LINK = "https://grid.example.org/notices/stop/abc"
LETTER = Message(ID, "email", "anna@example.org", "新消息", "您反映的“路灯”已立案。\n" + LINK, "zh-hans", AT, LINK)
TEXT = Message(ID, "sms", "10012345678", "", "您有一条新消息。", "zh-hans", AT)
WRITER = From("grid@example.org", "遂昌网格", "Suichang grids")


def _server(own: SmtpServer, **facts: Any) -> Server:
    usual: dict[str, Any] = {"security": "none", "writer": WRITER, "seconds": 10}
    return Server("127.0.0.1", own.port, **(usual | facts))


def _sent(own: SmtpServer, message: Message = LETTER, **facts: Any) -> Outcome:
    return Mail(_server(own, **facts)).send(message)


def test_a_letter_arrives_with_all_that_mail_programs_want() -> None:
    with smtp() as own:
        assert _sent(own) == Outcome(State.HANDED, "250")
    (taken,) = own.letters
    assert (taken.sender, taken.to) == ("grid@example.org", "anna@example.org")
    read = message_from_bytes(taken.data, policy=policy.default)
    assert (read["To"], read["From"]) == ("anna@example.org", "遂昌网格 <grid@example.org>")
    assert read["Message-ID"] == f"<{ID}@example.org>"
    assert read["Date"].datetime == AT
    assert (read["Auto-Submitted"], read["Content-Language"]) == ("auto-generated", "zh-Hans")
    assert (read["List-Unsubscribe"], read["List-Unsubscribe-Post"]) == (f"<{LINK}>", "List-Unsubscribe=One-Click")
    assert read.get_content_type() == "multipart/alternative"
    plain, html = (read.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert "您反映的“路灯”已立案。" in plain.get_content()
    assert f'<a href="{LINK}">' in html.get_content()


def test_what_looks_like_markup_stays_text_and_leads_nowhere() -> None:
    nasty = replace(LETTER, text='<a href="http://evil.example">click</a> & <script>', link="")
    body = letter(nasty, WRITER).get_body(("html",))
    assert body is not None
    assert "&lt;a href=&quot;http://evil.example&quot;&gt;" in body.get_content()
    assert "<script>" not in body.get_content()


@pytest.mark.parametrize(
    "address",
    ["anna@example.org\r\nBcc: eve@example.org", "anna@example.org\nX: y", "anna", "@example.org", "a b@example.org",
     "anna@example.org,eve@example.org", "anna@" + "x" * 70 + ".org", "anna@a..b", "<anna@example.org>", ""],
)  # fmt: skip
def test_an_address_with_a_line_break_or_none_at_all_is_never_spoken(address: str) -> None:
    with smtp() as own:
        assert _sent(own, replace(LETTER, address=address)) == Outcome(State.FAILED, reason="bad_address")
    assert own.commands == []


def test_a_subject_and_a_name_with_line_breaks_stay_on_their_line() -> None:
    made = letter(replace(LETTER, subject="a\r\nBcc: eve@example.org"), replace(WRITER, name_zh="x\r\nBcc: eve"))
    assert made["Bcc"] is None
    assert made["Subject"] == "a Bcc: eve@example.org"


def test_a_domain_in_chinese_is_written_in_ascii_and_a_name_in_chinese_needs_a_server_that_can() -> None:
    assert mail_address("anna@例子.测试") == "anna@xn--fsqu00a.xn--0zwm56d"
    with smtp() as plain, smtp(utf8=True) as modern:
        assert _sent(plain, replace(LETTER, address="安娜@example.org")).reason == "unsupported"
        assert _sent(modern, replace(LETTER, address="安娜@example.org")).state is State.HANDED
    assert modern.letters[0].to == "安娜@example.org"


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"answers": {"RCPT": ["450 greylisted, try later"]}}, Outcome(State.WAITING, "450", "busy")),
        ({"answers": {"RCPT": ["550 no such user"]}}, Outcome(State.FAILED, "550", "refused")),
        ({"answers": {"DOT": ["554 looks like spam"]}}, Outcome(State.FAILED, "554", "refused")),
        ({"answers": {"DOT": ["452 full"]}}, Outcome(State.WAITING, "452", "busy")),
        ({"answers": {"MAIL": ["421 closing"]}}, Outcome(State.WAITING, "421", "busy")),
        ({"answers": {"MAIL": ["530 who are you"]}}, Outcome(State.WAITING, "530", "login_refused", shut=True)),
        ({"hangs_at": "DATA"}, Outcome(State.WAITING, "timeout", "timeout", shut=True)),
        ({"hangs_at": "DOT"}, Outcome(State.WAITING, "timeout", "timeout", shut=True)),
        ({"hangs_at": "EHLO"}, Outcome(State.WAITING, "timeout", "timeout", shut=True)),
        ({"answers": {"QUIT": ["500 what"]}}, Outcome(State.HANDED, "250")),
    ],
)
def test_every_answer_of_a_mail_server_has_one_meaning(facts: dict[str, Any], outcome: Outcome) -> None:
    with smtp(**facts) as own:
        assert _sent(own, seconds=0.3 if "hangs_at" in facts else 10) == outcome


def test_a_greylisted_letter_is_taken_the_second_time() -> None:
    with smtp(answers={"RCPT": ["451 try later"]}) as own:
        assert [_sent(own).state, _sent(own).state] == [State.WAITING, State.HANDED]
    assert len(own.letters) == 1


def test_nothing_goes_out_unencrypted_or_to_a_server_that_cannot_prove_itself(tmp_path: Path) -> None:
    made = certificate(tmp_path)
    with smtp() as bare, smtp(certificate=made) as able:
        assert _sent(bare, security="starttls").reason == "tls_missing"
        assert _sent(able, security="starttls").reason == "tls_missing", "nobody vouches for its certificate"
        assert _sent(able, security="starttls", ca_file=str(made)).state is State.HANDED
    with smtp(certificate=made, tls=True) as wrapped:
        assert _sent(wrapped, security="tls", ca_file=str(made)).state is State.HANDED
    assert "MAIL" not in bare.commands


def test_a_refused_login_and_a_dead_server_shut_the_channel(tmp_path: Path) -> None:
    with smtp(password="right") as own:
        assert _sent(own, user="grid", password="wrong") == Outcome(State.WAITING, "535", "login_refused", shut=True)
        assert _sent(own, user="grid", password="right").state is State.HANDED
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    dead = Mail(Server("127.0.0.1", port, "none", WRITER, seconds=1)).send(LETTER)
    assert (dead.state, dead.reason, dead.shut) == (State.WAITING, "unreachable", True)


def _sms(url: str, seconds: float = 10, secret: bytes = SECRET) -> Sms:
    return Sms(Gateway(url, secret, "https://grid.example.org/notices/receipts", seconds))


def test_a_message_reaches_the_gateway_signed_and_once_however_often_it_is_sent() -> None:
    with gateway() as own:
        assert _sms(own.url).send(TEXT) == Outcome(State.HANDED, "202")
        assert _sms(own.url).send(TEXT) == Outcome(State.HANDED, "202")
        assert _sms(own.url).ask(TEXT) == Outcome(State.HANDED, "200")
        own.states[str(ID)] = "delivered"
        assert _sms(own.url).ask(TEXT).state is State.DELIVERED
    (taken,) = own.taken.values()
    assert taken == {
        "id": str(ID), "to": "10012345678", "text": "您有一条新消息。", "language": "zh-hans",
        "receipts": "https://grid.example.org/notices/receipts",
    }  # fmt: skip
    assert own.calls[0] == ("POST", str(ID))


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        ((422, {"code": "bad_number"}), Outcome(State.FAILED, "422", "bad_address")),
        ((422, {"code": "stopped"}), Outcome(State.UNWANTED, "422", "unsubscribed")),
        ((400, {"code": "malformed"}), Outcome(State.WAITING, "400", "bad_answer")),
        ((403, {}), Outcome(State.WAITING, "403", "login_refused", shut=True)),
        ((404, "<html>"), Outcome(State.WAITING, "404", "bad_answer", shut=True)),
        ((429, {}, ("Retry-After", "90")), Outcome(State.WAITING, "429", "busy", wait=timedelta(seconds=90))),
        ((503, ""), Outcome(State.WAITING, "503", "busy")),
        ((500, "boom"), Outcome(State.WAITING, "500", "bad_answer")),
        ((409, {"state": "accepted"}), Outcome(State.HANDED, "409")),
        ((200, {"state": "failed"}), Outcome(State.FAILED, "200", "reported_failed")),
        ((200, "<html>thanks</html>"), Outcome(State.UNCERTAIN, "200", "bad_answer")),
        ((200, "[]"), Outcome(State.UNCERTAIN, "200", "bad_answer")),
        ((302, "", ("Location", "http://127.0.0.1:1/")), Outcome(State.WAITING, "302", "bad_answer")),
        ("hang", Outcome(State.UNCERTAIN, "timeout", "timeout", shut=True)),
        ("drip", Outcome(State.UNCERTAIN, "timeout", "timeout", shut=True)),
        ("drop", Outcome(State.UNCERTAIN, "RemoteProtocolError", "unreachable")),
        ("flood", Outcome(State.UNCERTAIN, "unreadable", "bad_answer")),
    ],
)
def test_every_answer_of_a_gateway_has_one_meaning(script: Any, outcome: Outcome) -> None:
    with gateway(script) as own:
        assert _sms(own.url, 0.3 if script in ("hang", "drip") else 10).send(TEXT) == outcome


def test_a_gateway_that_does_not_know_us_or_is_not_there_shuts_the_channel() -> None:
    with gateway() as own:
        stranger = _sms(own.url, secret=b"another secret altogether").send(TEXT)
        assert (stranger.reason, stranger.shut, own.taken) == ("login_refused", True, {})
        unknown = _sms(own.url).ask(TEXT)
        assert (unknown.state, unknown.reason, unknown.shut) == (State.WAITING, "lost", False)
    gone = _sms(own.url, 1).send(TEXT)
    assert (gone.state, gone.reason, gone.shut) == (State.WAITING, "unreachable", True)
    assert _sms(own.url).send(replace(TEXT, address="110; DROP")).reason == "bad_address"


def _data(folder: Path, text: str, mode: int = 0o600) -> Path:
    (folder / "channels.toml").write_text(text, encoding="utf-8")
    for name in ("smtp", "sms"):
        (folder / name).write_text("a secret of enough signs\n")
        (folder / name).chmod(mode)
    return folder


GOOD = """
address = "https://grid.example.org"
[email]
host = "mail.example.org"
user = "grid"
password_file = "smtp"
from = "grid@example.org"
[sms]
url = "https://sms.example.org/messages/"
secret_file = "sms"
"""


def test_the_settings_say_which_ways_there_are(tmp_path: Path) -> None:
    assert read_channels(tmp_path).ways == {}
    found = read_channels(_data(tmp_path, GOOD))
    assert set(found.ways) == {"email", "sms"}
    mail, sms = found.ways["email"], found.ways["sms"]
    assert isinstance(mail, Mail)
    assert isinstance(sms, Sms)
    assert (mail.server.port, mail.server.security, mail.server.password) == (587, "starttls", found.secret.decode())
    assert sms.gateway.receipts == "https://grid.example.org/notices/receipts"
    assert set(read_channels(_data(tmp_path, 'address = "https://grid.example.org"')).ways) == set()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("address =", "adress =", "adress"),
        ('address = "https://grid.example.org"', "", "address is missing"),
        ("https://grid.example.org", "http://grid.example.org", "https://"),
        ("https://grid.example.org", "grid.example.org", "https://host"),
        ('host = "mail.example.org"', "", "host is missing"),
        ('user = "grid"', 'user = "grid"\nsecurity = "none"', "on this machine only"),
        ('user = "grid"', 'user = "grid"\nsecurity = "ssl"', "tls, starttls or none"),
        ('user = "grid"', 'user = "grid"\nport = 70000', "65535"),
        ('user = "grid"', 'user = "grid"\npasword = "x"', "knows no pasword"),
        ('user = "grid"', 'user = "grid"\nseconds = 900', "60"),
        ('password_file = "smtp"', "", "password_file is missing"),
        ('password_file = "smtp"', 'password_file = "nowhere"', "nowhere"),
        ('from = "grid@example.org"', 'from = "grid"', "no e-mail address"),
        ("https://sms.example.org", "http://sms.example.org", "https://"),
        ("[sms]", "[sms", "at line 8"),
    ],
)
def test_a_fault_in_the_settings_is_told_in_one_clear_line(old: str, new: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        read_channels(_data(tmp_path, GOOD.replace(old, new)))
    assert said in str(refused.value) or said in refused.value.words().zh
    assert "\n" not in str(refused.value)


def test_a_secret_that_others_can_read_or_that_is_short_is_not_used(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="mode to 0600"):
        read_channels(_data(tmp_path, GOOD, 0o644))
    _data(tmp_path, GOOD)
    (tmp_path / "sms").write_text("short")
    with pytest.raises(Refusal, match="shorter than 16"):
        read_channels(tmp_path)
