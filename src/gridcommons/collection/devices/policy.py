"""The policy of phones, read from `data/devices.toml`, with its owner."""

from __future__ import annotations

from dataclasses import dataclass

from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words


@dataclass(frozen=True)
class Policy:
    """Minutes; explained in the file."""

    version: str
    owner: Words
    lock_minutes: int


def lock_minutes() -> int:
    """After how many minutes without a touch a phone locks."""
    return policy().lock_minutes


def policy() -> Policy:
    """The policy as packaged."""
    return shipped("gridcommons.collection.devices", "devices.toml", _read)


def _read(raw: Raw) -> Policy:
    return Policy(owner=Words(raw.pop("owner_zh"), raw.pop("owner_en")), **raw)
