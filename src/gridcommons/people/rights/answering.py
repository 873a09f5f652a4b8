"""What the desk's answer does: a correction is made in the same step, an objection upheld; or the reasons why not.

Called inside the deed of the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import over_all_areas
from gridcommons.kit.errors import refuse
from gridcommons.people.homes import places
from gridcommons.people.rights import registry
from gridcommons.people.rights.asking import asker, hold_back, words_of
from gridcommons.people.rights.models import Request
from gridcommons.people.rights.rules import NO_REASON, NOT_HERE, OTHERWISE, STILL_COUNTS


@dataclass(frozen=True)
class Given:
    """What the desk says: yes or no, its reasons, and for a correction what is put right; empty for what was asked."""

    done: bool
    reason: str = ""
    value: str = ""


def settle(row: Request, given: Given, by: Viewer, at: datetime) -> str:
    """Do what the answer says; returns the state of the request from now on.

    Refuses a no without reasons, and a correction otherwise than asked without them: what is not done is not
    called so.
    """
    if not given.done:
        if not given.reason:
            raise refuse(NO_REASON)
        return "refused"
    if row.kind == registry.CORRECT:
        return _put_right(row, given, by, at)
    if row.kind == registry.OBJECT:
        _uphold(row, by, at)
    return "done"


def _who(row: Request, by: Viewer, at: datetime) -> registry.Asker:
    with over_all_areas():  # they may have moved out of the desk's sight
        return asker(places.head_of(row.person_id), by, at)


def _put_right(row: Request, given: Given, by: Viewer, at: datetime) -> str:
    who, wanted = _who(row, by, at), words_of(row)
    value = given.value or wanted
    if value != wanted and not given.reason:
        raise refuse(OTHERWISE)
    if not places.seen("person", {who.person_id}) or not registry.put_right(who, row.thing, value):
        raise refuse(NOT_HERE)
    return "done" if value == wanted else "partly"


def _uphold(row: Request, by: Viewer, at: datetime) -> None:
    """The desk agrees: what was objected to is used by nobody any more, though a law wants it kept.

    A form that is not right is set aside in the inbox, where it stands, and that answers; until then it is not done,
    though a later one corrects it: it would count again with that one set aside.
    """
    who = _who(row, by, at)
    with over_all_areas():
        found = registry.meant(row.thing)
        if found is not None and found.counts:
            raise refuse(STILL_COUNTS)
        changed = hold_back(who, row.thing)
    if not changed and registry.meant(row.thing) is not None and not registry.desk_of(row.thing):
        raise refuse(NOT_HERE)  # it is there and is used still
