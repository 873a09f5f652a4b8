"""`gridcommons notices`: a test message over a real channel, and clear words where none is set up."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridcommons.cli.main import run
from notices.gateway import SECRET, gateway
from notices.smtp_server import smtp


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRIDCOMMONS_DATA", str(tmp_path))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    return tmp_path


def _write(data: Path, text: str) -> None:
    (data / "channels.toml").write_text(f'address = "http://localhost"\n{text}', encoding="utf-8")
    (data / "sms").write_bytes(SECRET)
    (data / "sms").chmod(0o600)


def test_a_test_letter_and_a_test_message_arrive(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with smtp() as mail, gateway() as sms:
        _write(
            data,
            f'[email]\nhost = "127.0.0.1"\nport = {mail.port}\nsecurity = "none"\nfrom = "grid@example.org"\n'
            f'[sms]\nurl = "{sms.url}"\nsecret_file = "sms"\n',
        )
        assert run(["notices", "check", "--to", "anna@example.org"]) == 0
        assert run(["notices", "check", "--to", "10012345678", "--language", "en"]) == 0
    assert capsys.readouterr().out == "handed over (answer: 250)\nhanded over (answer: 202)\n"
    assert len(mail.letters) == 1
    assert [one["text"][:14] for one in sms.taken.values()] == ["This is a test"]


def test_a_refusal_is_told_and_the_exit_code_says_so(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with gateway((422, {"code": "bad_number"})) as sms:
        _write(data, f'[sms]\nurl = "{sms.url}"\nsecret_file = "sms"\n')
        assert run(["notices", "check", "--to", "10012345678"]) == 1
    assert capsys.readouterr().out == "failed: the address or number cannot be one (answer: 422)\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "holds no channels.toml"),
        ("", "sets up no [sms]"),
        ('[sms]\nurl = "http://sms.example.org"\nsecret_file = "sms"\n', "https://"),
        ('[sms]\nurl = "https://sms.example.org"\nsecret_file = "nowhere"\n', "nowhere"),
        ("[sms", "table declaration"),
    ],
)
def test_what_is_missing_or_wrong_is_one_line_and_exit_code_2(
    text: str | None, said: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        _write(data, text)
    assert run(["notices", "check", "--to", "10012345678"]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
