"""Pure rules of checks: what a result is, which step it takes, every refusal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from gridcommons.kit.errors import refusal_kind
from gridcommons.kit.words import Words

NOTE_LIMIT: Final = 3_800
"""Of the 4,000 signs of a step: what is kept of a late check says first whose it is and of which day."""
MOST_PHOTOS: Final = 3
"""Pictures of the report that a phone keeps of one case."""


@dataclass(frozen=True)
class Meaning:
    """What a result says in words, and the step of the case that it takes."""

    words: Words
    step: str


RESULTS: Final[Mapping[str, Meaning]] = {
    "done": Meaning(Words("办好了", "done"), "close"),
    "undone": Meaning(Words("没办好", "not done"), "rework"),
    "not_found": Meaning(Words("没找到地方", "place not found"), "attempt"),
    "no_access": Meaning(Words("没人在，进不去", "nobody there, no access"), "attempt"),
}
_NO_PHOTO: Final = Words("照片未能附上：事项已经结束。", "The picture could not be added: the case has ended.")
STATES: Final = ("done", "waits", "kept", "gone")
"""The step was taken; it waits to be kept beside its case; it stands there; the case was none of that phone's."""

BAD_CHECK = refusal_kind(
    "check.bad",
    status=400,
    zh="核查结果的格式有误（要有编号、事项、结果和时间）；没有收取。",
    en="The result of the check is wrong (it has id, case, result, at); nothing was taken.",
)
TOO_LARGE = refusal_kind(
    "check.too_large",
    status=413,
    zh="照片太大：最多{photo}字节；没有收取。",
    en="The picture is too large: {photo} bytes at most. Nothing was taken.",
)
NO_NOTE = refusal_kind(
    "check.no_note",
    status=400,
    zh="请写明在现场看到了什么（至少两个字）。",
    en="Write what you saw there, two signs at least.",
)
OTHER_CONTENT = refusal_kind(
    "check.other_content",
    status=409,
    zh="这个编号的核查结果已经收到，内容不同；没有改动。",
    en="A result with this id was received before and says something else; nothing was changed.",
)
NOT_GIVEN = refusal_kind(
    "check.not_given",
    status=404,
    zh="这件事不在这部手机的核查名单里。",
    en="This case was never on this phone's list of checks.",
)


@dataclass(frozen=True)
class Sending:
    """A result as a phone sends it. `seen`: how far the case had come on the phone. `late`: keep it beside the case."""

    id: UUID
    case_id: UUID
    result: str
    note: str
    seen: str
    said_on: date
    late: bool = False
    photo: bytes = b""

    @property
    def sha256(self) -> bytes:
        """What tells identical content from other; on which day it is said does not."""
        photo = hashlib.sha256(self.photo).hexdigest()
        parts = [str(self.case_id), self.result, self.note, self.seen, self.late, photo]
        return hashlib.sha256(json.dumps(parts).encode()).digest()


def late_note(*, who: str, on: date, result: str, note: str, without_photo: bool) -> str:
    """What stands beside a case of a check that came late: whose, of which day, what was seen."""
    words = RESULTS[result].words
    said = f"{who} · {on:%Y-%m-%d} · {words.zh} / {words.en}\n{note}"
    return f"{said}\n{_NO_PHOTO.zh} / {_NO_PHOTO.en}" if without_photo else said


def step_note(result: str, note: str) -> str:
    """The note of the step: a try that failed says first why, in both languages."""
    meaning = RESULTS[result]
    return f"{meaning.words.zh} / {meaning.words.en}\n{note}" if meaning.step == "attempt" else note
