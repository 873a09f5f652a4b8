"""A small memory that several threads share: of more things than it holds, those asked for last stay."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """At most `most` things by their keys; the one that was not asked for the longest goes first."""

    def __init__(self, most: int) -> None:
        self._most, self._held, self._lock = most, OrderedDict[K, V](), threading.Lock()

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: K) -> V | None:
        """What is kept under a key."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def keep(self, key: K, value: V) -> None:
        """Keep a thing, for as long as it is among the last ones asked for."""
        with self._lock:
            self._held[key] = value
            self._held.move_to_end(key)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
