"""What people wish, as values: one row's, and that of a contact joined with its account's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gridcommons.notices.models import Preference as Row
from gridcommons.notices.rules import Wish

NOTHING = Wish()


def wish_of(row: Row) -> Wish:
    """A row as a plain value."""
    quiet = None
    if row.quiet_from is not None and row.quiet_to is not None:
        quiet = (row.quiet_from, row.quiet_to)
    return Wish(row.channel, row.language, row.neutral, quiet, row.unsubscribed_at is not None)


def columns_of(wish: Wish) -> dict[str, object]:
    """The columns of a row that say a wish; whether they unsubscribed is a deed of its own."""
    start, end = wish.quiet or (None, None)
    return {
        "channel": wish.channel, "language": wish.language, "neutral": wish.neutral, "quiet_from": start,
        "quiet_to": end,
    }  # fmt: skip


def wishes_of(receivers: Iterable[str]) -> Mapping[str, Wish]:
    """What each receiver wishes, joined with the wish of the account behind it; whoever said nothing is absent."""
    rows = {row.to: row for row in Row.objects.filter(to__in=set(receivers))}
    accounts = {party for row in rows.values() for party in row.parties if party.startswith("user:")} - rows.keys()
    above = {row.to: wish_of(row) for row in Row.objects.filter(to__in=accounts)}
    above |= {to: wish_of(row) for to, row in rows.items() if to.startswith("user:")}
    return {to: _joined(row, above) for to, row in rows.items()}


def _joined(row: Row, above: Mapping[str, Wish]) -> Wish:
    wish = wish_of(row)
    for party in row.parties:
        if party in above and party != row.to:
            wish = wish.over(above[party])
    return wish
