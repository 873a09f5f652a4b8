"""What officers typed for everybody, in the language of whoever reads it."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from gridcommons.kit.words import apart
from gridcommons.web.pieces import say

register = template.Library()


@register.filter
def typed(text: str | None) -> str:
    """What was typed as `中文 | English`, in the reader's language; as it stands where it is in one alone."""
    return "" if text is None else say(apart(text), get_language() or "zh-hans")
