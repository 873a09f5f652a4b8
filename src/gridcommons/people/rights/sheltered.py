"""What somebody under threat asked, their login and their guardians: in no area, for whoever answers for them alone.

What they asked says what they are called, and all of it in which grid they live. The person comes to it as ever. Called
inside the deeds of the shield and of `homes.shelter`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from gridcommons.access.scope import covered
from gridcommons.people.homes.own import filed_where
from gridcommons.people.homes.sheltering import Threatened, puts_away
from gridcommons.people.rights.models import Guardian, PrivateLogin, Request
from gridcommons.people.rights.registry import desk_of
from gridcommons.people.rights.telling import lies_elsewhere

_Row = PrivateLogin | Guardian | Request
_PERSON, _OFFICER = "person:", "user:"
_OF: Final[Mapping[str, tuple[Any, str]]] = {
    "login": (PrivateLogin, "person_id"), "guardian": (Guardian, "child_id"), "request": (Request, "person_id"),
}  # fmt: skip


def _open(who: Threatened) -> Iterator[tuple[str, _Row]]:
    """What lies in an area still, each with the name under which it is put away."""
    persons = [UUID(key.removeprefix(_PERSON)) for key in who.keys if key.startswith(_PERSON)]
    for kind, (table, of) in _OF.items():
        rows = table.objects.filter(**{f"{of}__in": persons}).exclude(area_code="").order_by("pk")
        yield from ((f"{kind}:{row.pk}", row) for row in rows)


def _officers(keys: Collection[str]) -> list[str]:
    return [key for key in keys if key.startswith(_OFFICER)]


def away(who: Threatened) -> dict[str, list[Any]]:
    """Put it away; returns where each lay and whose it was."""
    held: dict[str, list[Any]] = {}
    for name, row in _open(who):
        held[name] = [row.area_code, list(row.parties)]
        _put(row, "", [*row.parties, *_officers(who.keys)])
        _tell(row)
    return held


def since(person_id: UUID, area: str) -> dict[str, Any]:
    """What they asked under the shield, the logins and guardians of that time; the keys of officers are taken off."""
    held: dict[str, Any] = {}
    for kind, (table, of) in _OF.items():
        for row in table.objects.filter(**{of: person_id}, area_code="").order_by("pk"):
            held[f"{kind}:{row.pk}"] = [area, _own(row)]
    return held


def _own(row: _Row) -> list[str]:
    account = f"{_OFFICER}{row.user_id}" if isinstance(row, PrivateLogin) else ""
    return [key for key in row.parties if not key.startswith(_OFFICER) or key == account]


def left(who: Threatened) -> bool:
    """Whether anything of it lies in an area still."""
    return next(_open(who), None) is not None


def back(held: Mapping[str, Any]) -> dict[str, Any]:
    """Put it back where the person lives, whose home may have been put into its right grid meanwhile.

    What was asked of a form goes to the form's desk.
    """
    rest, rows = dict(held), dict(_away(held))
    places = {name: _desk(row) or _lives(row) or held[name][0] for name, row in rows.items()}
    reached = covered(set(places.values()))
    for name, row in rows.items():
        if places[name] in reached:
            _area, parties = rest.pop(name)
            _put(row, places[name], parties)
            _tell(row)
    return rest


def hand(held: Mapping[str, Any], keys: Collection[str]) -> None:
    """From now on these officers come to it."""
    for name, row in _away(held):
        _put(row, "", [*held[name][1], *_officers(keys)])
        _tell(row)


def _tell(row: _Row) -> None:
    """Whoever answers a request from now on is asked, and nobody else any more."""
    if isinstance(row, Request):
        lies_elsewhere([row])


def _away(held: Collection[str]) -> Iterator[tuple[str, _Row]]:
    """What is put away under these names and is there still."""
    for kind, (table, _of) in _OF.items():
        ids = [name.removeprefix(f"{kind}:") for name in held if name.startswith(f"{kind}:")]
        yield from ((f"{kind}:{row.pk}", row) for row in table.objects.filter(pk__in=ids, area_code=""))


def _desk(row: _Row) -> str:
    return desk_of(row.thing) if isinstance(row, Request) else ""


def _lives(row: _Row) -> str:
    return filed_where(row.child_id if isinstance(row, Guardian) else row.person_id)


def _put(row: _Row, area: str, parties: Collection[str]) -> None:
    row.area_code, row.parties = area, list(dict.fromkeys(parties))
    row.save(update_fields=["area_code", "parties"])


puts_away("rights", away=away, back=back, left=left, hand=hand, since=since)
