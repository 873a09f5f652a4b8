"""Pure rules of what machine clients send: what a status word asks for, and every way in which it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.shipped import shipped

NAME_LIMIT: Final = 100
WORDS_LIMIT: Final = 4_000
Means = Literal["note", "accept", "done", "decline"]
Standing = Literal["charge", "assisting", "other"]
Outcome = Literal["step", "note", "already", "late"]

OTHER_CONTENT = refusal_kind(
    "client.other_content",
    status=409,
    zh="这个编号（{name}）已经用过，内容却不同；没有收取。内容变了请换一个编号。",
    en="The id {name} was sent before with other content; nothing was taken. New content needs a new id.",
)
NOT_PARTY = refusal_kind(
    "client.not_party",
    status=403,
    zh="这把密钥不能对这件事发送进展：只有承办、协办单位的密钥，或当初提交它的密钥可以。",
    en="This key has no part in this request: only a key of an office that has it in hand, or the key that posted it, "
    "can send updates.",
)
NO_UPDATE_ID = refusal_kind(
    "client.no_update_id",
    status=400,
    zh="缺少update_id（最多{most}个字）：重发时凭它认出是同一条。",
    en="The update_id is missing ({most} signs at most): by it the same update is known when it comes again.",
)
UNKNOWN_STATUS = refusal_kind(
    "client.unknown_status",
    status=400,
    zh="不认识状态“{status}”；可用：{known}。",
    en="The status “{status}” is not known; there are: {known}.",
)
NOTHING_SAID = refusal_kind(
    "client.nothing_said",
    status=400,
    zh="这条进展没有内容；请给出status、description或照片。",
    en="This update says nothing; give a status, a description or a picture.",
)
NOT_IN_JURISDICTION = refusal_kind(
    "client.not_in_jurisdiction",
    status=400,
    zh="这个地方（{area}）不在所指的辖区（{jurisdiction}）内，没有收取。",
    en="That place ({area}) does not lie in the jurisdiction {jurisdiction}; nothing was taken.",
)


@dataclass(frozen=True)
class Statuses:
    """How status words are understood, and which services give out their number later."""

    version: str
    means: Mapping[str, Means]
    batch: frozenset[str]


def statuses() -> Statuses:
    """The packaged table."""
    return shipped("gridcommons.cases.clients", "statuses.toml", parse_statuses)


def parse_statuses(raw: Mapping[str, Any]) -> Statuses:
    """The table from its data; a word that means two things is an error."""
    pairs = [(word, means) for means, words in raw["means"].items() for word in words]
    if len({word for word, _means in pairs}) != len(pairs):
        raise ValueError("a status word means two things")
    return Statuses(raw["version"], dict(pairs), frozenset(raw["batch"]["services"]))


def meaning(status: str) -> Means:
    """What a status word asks for, case and separators aside; an empty one asks for nothing; refuses unknown ones."""
    word = "_".join(status.lower().replace("-", " ").replace("_", " ").split())
    if not word:
        return "note"
    known = statuses().means
    if word not in known:
        raise refuse(UNKNOWN_STATUS, status=status[:40], known=", ".join(known))
    return known[word]


def steps_for(means: Means, state: str, standing: Standing, *, says: bool) -> tuple[tuple[str, ...], Outcome]:
    """The steps that a status asks for in a state, in order, and what becomes of it where there are none.

    `says`: whether it comes with words, which an assisting office's word needs.
    """
    if standing == "assisting" and says and state in _WORKED_ON:
        return ("contribute",), "step"
    if standing != "charge" or means == "note":
        return (), "note"
    steps = _STEPS[means].get(state)
    return (steps, "step") if steps else ((), "already" if state in _BEYOND[means] else "note")


_WORKED_ON: Final = frozenset({"dispatched", "handling", "handled", "rework"})
_STEPS: Final[Mapping[Means, Mapping[str, tuple[str, ...]]]] = {
    "note": {},
    "accept": {"dispatched": ("accept",)},
    "done": {"dispatched": ("accept", "feed_back"), "handling": ("feed_back",), "rework": ("feed_back",)},
    "decline": {"dispatched": ("send_back",), "handling": ("send_back",)},
}
_BEYOND: Final[Mapping[Means, frozenset[str]]] = {
    "note": frozenset(),
    "accept": frozenset({"handling", "rework", "handled", "closed", "confirmed"}),
    "done": frozenset({"handled", "closed", "confirmed"}),
    "decline": frozenset({"returned"}),
}


@dataclass(frozen=True)
class Linked:
    """A picture that a client sends, or names by its address; `data`: None until, and unless, it is fetched."""

    address: str = ""
    data: bytes | None = None


@dataclass(frozen=True)
class Posted:
    """What a client gets back for a request: a number or a token, and the code for whoever reported."""

    number: str
    token: str
    code: str
    is_new: bool


@dataclass(frozen=True)
class Sent:
    """A piece of news as a client sends it. `said_at`: the client's own moment of it."""

    number: str
    update_id: str
    status: str
    said_at: datetime
    words: str = ""
    linked: tuple[Linked, ...] = field(default_factory=tuple)


def came(linked: tuple[Linked, ...]) -> tuple[bytes, ...]:
    """The pictures that are here: what was sent, and what was fetched."""
    return tuple(one.data for one in linked if one.data is not None)
