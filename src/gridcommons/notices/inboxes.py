"""Whose inbox a notice stands in, and what of it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Q, QuerySet

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import lying_in
from gridcommons.notices.models import Notice
from gridcommons.notices.texts import packaged_texts


@dataclass(frozen=True)
class Asked:
    """What an inbox is filtered by; empty parts do not filter."""

    unread: bool = False
    text_key: str = ""
    words: str = ""


EVERYTHING: Final = Asked()


def received_by(viewer: Viewer, at: datetime) -> Q:
    """Notices to the viewer, and those to an office they serve about the areas that they serve it for.

    What asks an office for a deed is told to the posts that may do it: others could only look on.
    """
    mine = Q(to=viewer.key) if viewer.user_id else Q(pk__in=())
    for role, grant in viewer.roles_at(at):
        if grant is not None and grant.office_id:
            there = lying_in("area_code", grant.included, grant.excluded)
            mine |= Q(to=f"office:{grant.office_id}") & there & ~Q(text_key__in=_for_others(role.deeds))
    return mine


def _for_others(deeds: frozenset[str]) -> list[str]:
    """The texts that ask for a deed which is not among these."""
    return sorted(text.key for text in packaged_texts().by_key.values() if text.deed and text.deed not in deeds)


def _called_alike(key: str) -> list[str]:
    """The texts that people know by one name: the same with a date and without, for an account and for a code."""
    texts = packaged_texts().by_key
    chosen = texts.get(key)
    return [one.key for one in texts.values() if chosen and (one.name, one.to) == (chosen.name, chosen.to)]


def filtered(received: QuerySet[Notice], asked: Asked) -> QuerySet[Notice]:
    """An inbox as far as it was asked for; words are looked for in number, matter and note."""
    if asked.unread:
        received = received.filter(read_at__isnull=True)
    if asked.text_key:
        received = received.filter(text_key__in=_called_alike(asked.text_key))
    if asked.words:
        names = ("number", "matter_zh", "matter_en", "note")
        received = received.filter(reduce(or_, (Q(**{f"facts__{name}__icontains": asked.words}) for name in names)))
    return received
