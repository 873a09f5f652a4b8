"""Text from outside made safe to store: line ends, control characters, length. Meaning is never touched.

HTML stays as the characters that came; pages escape it. Private-use characters stay too, since names of real
villages hold them.
"""

from __future__ import annotations

import re

from gridcommons.kit.errors import refusal_kind, refuse

TOO_LONG = refusal_kind(
    "text.too_long",
    status=413,
    zh="文字太长：最多{limit}个字，收到{length}个字。请缩短后再提交。",
    en="The text is too long: {limit} characters at most, {length} received. Shorten it and send it again.",
)

_LINE_ENDS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
# Danger: bidi overrides show a text in another order than it is stored; zero-width signs split words that
# filters look for; a lone surrogate or NUL breaks the database's encoding.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
    "\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff\U000e0001]"
)


def clean_text(text: str, *, limit: int) -> str:
    """Text with `\\n` line ends, without control signs and outer blanks; refuses (`text.too_long`) over `limit`.

    The end of a line counts as one sign, as it did where it was written.
    """
    text = _LINE_ENDS.sub("\n", text)
    if len(text) > limit:
        raise refuse(TOO_LONG, limit=limit, length=len(text))
    return _UNWANTED.sub("", text).strip()


def is_storable(text: str) -> bool:
    """Whether a database keeps a text as it is: no NUL in it and no half of a pair of signs."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
