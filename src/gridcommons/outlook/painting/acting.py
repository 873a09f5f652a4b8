"""Who stands by a scheme or a package: the name of an account, and the office it served."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from gridcommons.access.queries import names_of_accounts, offices
from gridcommons.kit.words import Words


@dataclass(frozen=True)
class Officer:
    """Who did something: the name of the account, and the office it served."""

    name: str
    office: Words


_Who = tuple[UUID | None, UUID | None]


def officers(pairs: Iterable[_Who]) -> dict[_Who, Officer]:
    """Officers by account and office."""
    known = set(pairs)
    names = names_of_accounts(f"user:{user}" for user, _office in known if user)
    held = offices({office for _user, office in known if office})
    return {
        (user, office): Officer(
            names.get(f"user:{user}", ""),
            Words(held[office].name_zh, held[office].name_en or held[office].name_zh)
            if office in held
            else Words("", ""),
        )
        for user, office in known
    }  # fmt: skip
