"""The policy of the room as data: limits, fields that may leave, words of statuses and reasons. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gridcommons.kit.shipped import shipped
from gridcommons.kit.words import Words


@dataclass(frozen=True)
class Field:
    """A field that may leave. `careful`: a place or words; `words`: never of a matter inside a home."""

    key: str
    name: Words
    careful: bool = False
    words: bool = False


@dataclass(frozen=True)
class Limits:
    """Limits of one call, in seconds and bytes; `round_seconds`: after which a round begins no further call."""

    connect_seconds: float
    read_seconds: float
    total_seconds: float
    most_bytes: int
    round_seconds: float


@dataclass(frozen=True)
class Photos:
    """How photos go over links: how long an address opens, calls a minute, bytes of a file, pictures that come back."""

    opens_for: timedelta
    per_minute: int
    file_bytes: int
    most_back: int
    fetch_seconds: float


@dataclass(frozen=True)
class Policy:
    """The whole file."""

    version: str
    owner: Words
    pauses: tuple[timedelta, ...]
    jitter: float
    lost: timedelta
    failures: int
    shut: tuple[timedelta, ...]
    call: Limits
    inbox_bytes: int
    inbox_wait: timedelta
    secret_life: timedelta
    poll: timedelta
    photo_rules: Photos
    paper_life: timedelta
    file_life: timedelta
    row_life: timedelta
    export_hours: tuple[int, ...]
    most_rows: int
    fields: Mapping[str, Field]
    statuses: Mapping[str, str]
    reasons: Mapping[str, Words]


def policy() -> Policy:
    """The policy that ships with the program."""
    return shipped("gridcommons.cases.partners", "partners.toml", _read)


def _read(raw: dict[str, Any]) -> Policy:
    tries, breaker, inbox, keeping = raw["tries"], raw["breaker"], raw["inbox"], raw["keeping"]
    return Policy(
        version=raw["version"], owner=Words(raw["owner_zh"], raw["owner_en"]),
        pauses=_minutes(tries["pauses_minutes"]), jitter=tries["jitter"], lost=timedelta(minutes=tries["lost_minutes"]),
        failures=breaker["failures"], shut=_minutes(breaker["shut_minutes"]), call=Limits(**raw["call"]),
        inbox_bytes=inbox["most_bytes"], inbox_wait=timedelta(hours=inbox["wait_hours"]),
        secret_life=timedelta(days=inbox["secret_days"]), poll=timedelta(minutes=raw["open311"]["poll_minutes"]),
        photo_rules=_photos(raw["photos"]),
        paper_life=timedelta(days=keeping["paper_days"]), file_life=timedelta(days=keeping["file_days"]),
        row_life=timedelta(days=keeping["row_days"]), export_hours=tuple(raw["export"]["hours"]),
        most_rows=raw["export"]["most_rows"], statuses=raw["statuses"],
        fields={
            key: Field(key, _words(row), row.get("careful", False), row.get("words", False))
            for key, row in raw["fields"].items()
        },
        reasons={key: _words(row) for key, row in raw["reasons"].items()},
    )  # fmt: skip


def _photos(raw: Mapping[str, Any]) -> Photos:
    life = timedelta(hours=raw["address_hours"])
    return Photos(life, raw["per_minute"], raw["file_bytes"], raw["most_back"], raw["fetch_seconds"])


def _minutes(several: list[int]) -> tuple[timedelta, ...]:
    return tuple(timedelta(minutes=n) for n in several)


def _words(row: Mapping[str, Any]) -> Words:
    return Words(row["zh"], row["en"])


def reason_words(key: str) -> Words:
    """A reason in words; a refusal's own code where the file has none."""
    return policy().reasons.get(key, Words(key, key))
