"""Figures, signs and others' words inside sentences, as the reader's language writes them.

`{% load i18n pieces %}` brings these: `{% blocktranslate count n=… %}` marks the thousands of what it counts by itself,
`{{ n|counted }}` those of any other whole number, `{% colon %}` stands between a word and what it says,
`{{ text|as_written }}` says of what somebody wrote that it stands in the other language, and `{% room n %}` are the
attributes of a field of free words that takes so many signs.
"""

from __future__ import annotations

from typing import Any

from django.template import Library
from django.template.base import Parser, Token
from django.templatetags.i18n import BlockTranslateNode, do_block_translate
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext, pgettext

from gridcommons.kit.words import Words, is_in_chinese
from gridcommons.web.formats import figure_text
from gridcommons.web.house_form import room


class Counted(int):
    """A whole number that reads as a figure (1,371) and still counts as a number for the plural."""

    def __str__(self) -> str:
        return figure_text(int(self))


def counted(value: Any) -> Any:
    """A whole number with its thousands marked; anything else as it is."""
    return Counted(value) if isinstance(value, int) and not isinstance(value, bool) else value


def block_translate(parser: Parser, token: Token) -> BlockTranslateNode:
    """The framework's tag, whose count is a figure like every other."""
    node = do_block_translate(parser, token)
    if node.counter is not None:
        node.counter.filters.append((counted, []))
    return node


def colon() -> str:
    """A colon with what belongs around it: full width in Chinese, with a space after it in English."""
    return pgettext("label", ": ")


def as_written(text: Words | str) -> str:
    """What somebody wrote in one language: marked as such for whoever reads the other; words in both are just said."""
    tongue = get_language() or "zh-hans"
    if isinstance(text, Words):
        return text.in_language(tongue)
    is_zh = is_in_chinese(text)
    if not text or is_zh == tongue.startswith("zh"):
        return text
    sign = gettext("written in Chinese") if is_zh else gettext("written in English")
    return format_html(
        '<span lang="{}">{}</span> <span class="gc-quiet gc-small">{}</span>', "zh-Hans" if is_zh else "en", text, sign
    )


def room_attributes(most: int) -> str:
    """The attributes of a field of free words: its limit, and the words by which the page counts; nothing is cut."""
    return format_html_join(" ", '{}="{}"', room(most).items())


def put_into(register: Library) -> None:
    """Make these tags and filters part of a library."""
    register.tag("blocktranslate", block_translate)
    register.simple_tag(colon)
    register.simple_tag(room_attributes, name="room")
    register.filter(counted)
    register.filter(as_written)
