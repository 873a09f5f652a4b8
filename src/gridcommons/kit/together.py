"""Work that costs little more for many than for one: threads hand their piece in, one thread does what has gathered.

Whoever hands a piece in waits until the work with it is done. While a group is at work the next one gathers, and in a
crowd for a moment longer, so that a group is as large as the crowd makes it. Whoever comes alone waits for nobody.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

_PAUSE: Final = 1.0
_GATHERING: Final = 0.04
"""Seconds for which a group gathers in a crowd: half of what it costs does not grow with it."""
_ENOUGH: Final = 16
"""Pieces that wait for no more."""
T = TypeVar("T")
R = TypeVar("R")


@dataclass
class _Piece(Generic[T, R]):
    item: T
    answer: R | None = None
    done: threading.Lock = field(default_factory=threading.Lock)


class Together(Generic[T, R]):
    """One group after the other, in a thread of its own that begins with the first piece.

    `work` answers each in the same order. Where it fails, all of its group are answered with None. `rest`: called in
    the same thread once nothing has come for a second. A crowd is where several came in the last group, or while it was
    at work.
    """

    def __init__(
        self, work: Callable[[Sequence[T]], Sequence[R | None]], most: int, rest: Callable[[], object] = lambda: None
    ) -> None:
        self._work, self._most, self._rest = work, most, rest
        self._waiting: deque[_Piece[T, R]] = deque()
        self._news, self._enough = threading.Semaphore(0), threading.Event()
        self._begun = threading.Lock()
        self._thread: threading.Thread | None = None

    def __call__(self, item: T) -> R | None:
        """Have it done with whatever else has gathered; returns when it is done."""
        piece = _Piece[T, R](item)
        piece.done.acquire()
        self._waiting.append(piece)
        self._news.release()
        if len(self._waiting) >= _ENOUGH:
            self._enough.set()
        self._begin()
        piece.done.acquire()
        return piece.answer

    def _begin(self) -> None:
        """The thread of this process: one that was forked off brings none along."""
        if self._thread is None or not self._thread.is_alive():
            with self._begun:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._run, name="together", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        is_crowd = False
        while True:
            if not self._news.acquire(timeout=_PAUSE):
                self._rest()
                self._news.acquire()
            if is_crowd:
                self._gather()
            group = [self._waiting.popleft()]
            while len(group) < self._most and self._news.acquire(blocking=False):
                group.append(self._waiting.popleft())
            self._do(group)
            is_crowd = len(group) > 1 or bool(self._waiting)

    def _gather(self) -> None:
        self._enough.clear()
        if len(self._waiting) < _ENOUGH:  # whoever comes from here on says so when there are enough
            self._enough.wait(_GATHERING)

    def _do(self, group: Sequence[_Piece[T, R]]) -> None:
        try:
            for piece, answer in zip(group, self._work([piece.item for piece in group]), strict=True):
                piece.answer = answer
        except Exception:  # noqa: BLE001 - a fault of one must not leave the others waiting for ever
            for piece in group:
                piece.answer = None
        finally:
            for piece in group:
                piece.done.release()
