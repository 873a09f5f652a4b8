"""The number of unread notices beside the entry of the header that leads to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.urls import reverse

from gridcommons.access.rules import Viewer
from gridcommons.notices.unread import how_many_new
from gridcommons.web.pieces import NavItem


def with_news(items: Iterable[NavItem], viewer: Viewer, at: datetime) -> tuple[NavItem, ...]:
    """The entries, that of the office's inbox with its number; without such an entry the database is not asked."""
    held = tuple(items)
    if viewer.user_id is None or not any(item.url == reverse("office-notices") for item in held):
        return held
    new = how_many_new(viewer=viewer, at=at)
    return tuple(replace(item, count=new if item.url == reverse("office-notices") else 0) for item in held)
