"""Rules of visits: how a household says that it wants none, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gridcommons.kit.errors import refusal_kind
from gridcommons.kit.words import Words

HOWS: Final[Mapping[str, Words]] = {
    "said": Words("当面告诉网格员", "told to the worker"),
    "paper": Words("在窗口书面提出", "on paper at the desk"),
    "own": Words("本人在网页上提出", "by their own page"),
}
"""How a household says that it wants no visit."""

UNKNOWN = refusal_kind(
    "visits.unknown",
    status=404,
    zh="没有这次走访，或者它不属于您的职责范围。",
    en="There is no such visit, or it is not yours to read.",
)
BAD_HOW = refusal_kind(
    "visits.bad_how",
    status=400,
    zh="请写明住户是怎样提出的：当面、书面或本人网页。",
    en="Say how the household asked for it: in person, on paper or by their own page.",
)
