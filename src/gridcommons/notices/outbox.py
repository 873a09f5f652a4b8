"""The outbox: a notice is written in the transaction of the deed it tells of, or not at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from gridcommons.notices.models import Notice
from gridcommons.notices.policy import packaged_policy
from gridcommons.notices.wording import version_in_force

_CASE: Final = "case"


def enqueue(
    *, to: str, channel: str, text_key: str, facts: Mapping[str, str], language: str, area_code: str, at: datetime,
    about: str = "", private: bool = False,
) -> None:  # fmt: skip
    """Put a notice into the outbox; called inside the deed it tells of, whose ledger entry covers it.

    `about`: the key of what it tells of, `case:<id>` by the fact `case`. `private`: a matter inside a home, which no
    letter and no SMS may name: what leaves the program then says only that there is something to read.
    """
    inside = channel == "inside"
    about = about or (f"case:{facts[_CASE]}" if facts.get(_CASE) else "")
    Notice.objects.create(
        to=to, channel=channel, text_key=text_key, edition=version_in_force(text_key, area_code),
        facts=_kept(facts, spare=private and not inside), language=language, private=private, about=about,
        area_code=area_code, parties=[to], created_at=at, state="delivered" if inside else "waiting",
        next_at=None if inside else at, delivered_at=at if inside else None,
    )  # fmt: skip


def _kept(facts: Mapping[str, str], *, spare: bool) -> dict[str, str]:
    """The facts, each of a sensible length; of a private matter nothing that a message could let slip."""
    most = packaged_policy().fact_limit
    if spare:
        facts = {name: value for name, value in facts.items() if name == _CASE}
    return {name: value if len(value) <= most else f"{value[: most - 1]}…" for name, value in facts.items()}


def withdraw(*, to: str, text_key: str, case: str) -> None:
    """Take back the unread notices of a kind about a case, which asked for what is done already; inside a deed."""
    Notice.objects.filter(to=to, text_key=text_key, about=f"case:{case}", read_at__isnull=True).delete()


def keep_about(*, about: str, text_keys: Collection[str], to: Collection[str]) -> set[str]:
    """Take back the notices of these kinds about a thing from whoever is not among these, read ones too; inside a deed.

    For what others are asked from now on. Returns who of these was told already.
    """
    rows = Notice.objects.filter(about=about, text_key__in=list(text_keys))
    rows.exclude(to__in=list(to)).delete()
    return set(rows.values_list("to", flat=True))


def withdraw_about(*, about: str, text_keys: Collection[str]) -> None:
    """Take back, to whomever, the unread notices of these kinds about a thing that needs no more; inside a deed."""
    Notice.objects.filter(about=about, text_key__in=list(text_keys), read_at__isnull=True).delete()
