"""`gridcommons keys` and `demo` as people type them: made, withdrawn, refused early."""

from __future__ import annotations

import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from django.test import override_settings

from gridcommons.access.models import ApiKey
from gridcommons.access.queries import valid_key
from gridcommons.cli.holding import only_one
from gridcommons.cli.main import run
from gridcommons.cli.places import Places
from gridcommons.kit.errors import Refusal
from gridcommons.rehearsal.door import Door
from serving import serving


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("GRIDCOMMONS_DATA", str(tmp_path))


def test_a_key_is_shown_once_and_withdrawn_for_good(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["keys", "open311", "hotline"]) == 0
    key = capsys.readouterr().out.splitlines()[-1]
    assert valid_key(key, "open311").name == "hotline"
    assert run(["keys", "withdraw", "hotline", "--reason", "lost"]) == 0
    assert capsys.readouterr().out == "Withdrew 1 key of “hotline”.\n"
    with pytest.raises(Refusal):
        valid_key(key, "open311")
    assert run(["keys", "withdraw", "hotline"]) == 2
    assert capsys.readouterr().err.startswith("There is no valid key of the name “hotline”")
    assert ApiKey.objects.count() == 1, "what was withdrawn stays on record"


@pytest.mark.parametrize("name", ["", "  ", "\udcff", "a\nb", "\u200b"])
@pytest.mark.parametrize(("tongue", "word"), [("en_GB.UTF-8", "needs a name"), ("zh_CN.UTF-8", "要有名称")])
def test_a_key_without_a_readable_name_is_not_made(
    name: str, tongue: str, word: str, db: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", tongue)
    assert run(["keys", "open311", name]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert word in said.err
    assert not ApiKey.objects.exists()


def test_withdrawing_takes_bytes_that_are_no_text_as_usage(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["keys", "withdraw", "\udcff"]) == 2
    assert run(["keys", "withdraw", "hotline", "--reason", "\udcff"]) == 2
    assert capsys.readouterr().err.count("\n") == 2


@pytest.mark.parametrize("url", ["foo", "ftp://x", "file:///tmp", "http://", "http://[", "http://a:b", "http://a b/",
                                 "http://a..b", "http://\udcff", "http://遂昌 "])  # fmt: skip
def test_an_address_that_is_none_is_one_line(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRIDCOMMONS_URL", url)
    assert run(["demo", "--quiet"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "is no address" in said.err


BAD = {
    "a strange county": (["--county", "110101"], "110101"),
    "no requests": (["--per-day", "0"], "cannot be planned"),
    "not a number of requests": (["--per-day", "nan"], "cannot be planned"),
    "a negative seed": (["--seed", "-1"], "cannot be planned"),
    "time backwards": (["--speed", "-1"], "--speed"),
    "no days": (["--days", "0"], "--days"),
    "a file that is not there": (["--requests", "nowhere.csv"], "nowhere.csv"),
    "a program that does not run": ([], "does not run at http://127.0.0.1:9"),
}


@pytest.mark.parametrize("how", BAD)
def test_a_demo_that_cannot_be_is_one_line_before_anything_is_built(
    how: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRIDCOMMONS_URL", "http://127.0.0.1:9")
    arguments, word = BAD[how]
    assert run(["demo", "--quiet", *arguments]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert word in said.err


@pytest.mark.parametrize("is_demo", [False, True])
def test_a_program_that_is_no_demo_is_not_filled(
    is_demo: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    built: list[str] = []
    monkeypatch.setattr("gridcommons.cli.demo._fill", lambda *_given: built.append("a county") or ([], 1.0))
    with override_settings(DEMO=is_demo), serving() as url:
        monkeypatch.setenv("GRIDCOMMONS_URL", url)
        assert run(["demo", "--quiet"]) == (0 if is_demo else 2)
    said = capsys.readouterr().err
    assert built == (["a county"] if is_demo else [])
    assert Places(tmp_path).holds_demo is is_demo
    assert (said.count("\n"), "is no demo" in said) == ((0, False) if is_demo else (1, True))


@pytest.mark.parametrize(
    "answer", [b"ok", b"[]", b"{}", b'{"endpoints": []}', b'{"endpoints": [{"type": "production"}]}']
)
def test_what_does_not_say_that_it_is_for_tests_is_no_demo(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridcommons.rehearsal.door.urlopen", lambda *_given, **_more: BytesIO(answer))
    with pytest.raises(Refusal) as caught:
        Door("http://127.0.0.1:9", "").require_demo()
    assert caught.value.code == "rehearsal.no_demo"


def test_two_demos_do_not_fill_at_the_same_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with only_one(Places(tmp_path), "demo.lock"):
        assert run(["demo", "--quiet"]) == 2
    assert "is filling" in capsys.readouterr().err


def test_the_filling_waits_for_a_program_that_is_only_starting() -> None:
    """`run --demo` starts the web and the filling at the same time."""
    answer = json.dumps({"endpoints": [{"type": "test"}]}).encode()

    class Late(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_said: object) -> None:
            pass

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with ThreadPoolExecutor(1) as waiting:
        waits = waiting.submit(Door(f"http://127.0.0.1:{port}", "").require_demo, 60.0)
        time.sleep(0.2)
        assert not waits.done()
        with HTTPServer(("127.0.0.1", port), Late) as server:
            serving = threading.Thread(target=server.serve_forever, daemon=True)
            serving.start()
            assert waits.result(30) is None
            server.shutdown()
            serving.join()
