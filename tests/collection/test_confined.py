"""What a child with limits says is kept; what was ended says nothing and is asked anew."""

from __future__ import annotations

import pytest

from collection.xlsforms import basics
from gridcommons.collection import confined
from gridcommons.collection.confined import Ended, ask

XLSFORM = "gridcommons.collection.xlsform"
pytestmark = pytest.mark.usefixtures("real_child")


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    asked: list[bytes] = []

    def child(*words: str, content: bytes) -> bytes:
        asked.append(content)
        return b'["said"]'

    monkeypatch.setattr(confined, "_ask_child", child)
    return asked


def test_what_was_ended_is_asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as hurried:
        hurried.setattr(confined, "SECONDS", 0.001)
        with pytest.raises(Ended):
            ask(XLSFORM, content=basics())
    assert ask(XLSFORM, content=basics()) == ""


def test_the_same_question_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _counted(monkeypatch)
    answers = [ask("a", "key", "1", content=b"one") for _time in range(3)]
    answers[0].append("changed by whoever asked")
    assert ask("a", "key", "1", content=b"one") == ["said"]
    assert asked == [b"one"]


def test_another_content_word_or_module_is_another_question(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _counted(monkeypatch)
    ask("a", "key", "1", content=b"one")
    ask("a", "key", "2", content=b"one")
    ask("b", "key", "1", content=b"one")
    ask("a", "key", "1", content=b"two")
    assert asked == [b"one", b"one", b"one", b"two"]


def test_only_the_last_answers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _counted(monkeypatch)
    many = [str(number).encode() for number in range(confined._KEPT + 1)]
    for content in many:
        ask("a", content=content)
    assert len(confined._said) == confined._KEPT
    ask("a", content=many[-1])
    assert len(asked) == len(many)
    ask("a", content=many[0])
    assert asked[-1] == many[0]
