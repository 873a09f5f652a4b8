"""Whose it is to answer a request, and how much waits for whom: the desk's, but for what one deed alone takes back.

An objection to a form is the supervision desk's, which may set forms aside, from the moment that it is made. Who that
is follows from the roles, so that what was asked before lies with them too.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Q

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import lying_in, viewing
from gridcommons.people.rights.models import Request
from gridcommons.people.rights.registry import ERASE, OBJECT, only_by

ANSWER: Final = "rights.answer"


def deed_needed(row: Request) -> str:
    """The deed without which nobody can grant what was asked; empty where the desk's answer does."""
    if row.kind != OBJECT:
        return ""
    return next((deed for start, deed in only_by().items() if row.thing.startswith(start)), "")


def answerable(viewer: Viewer, at: datetime) -> Q:
    """Open requests that a viewer may answer, by the grants of the day; what needs no answer is none of them."""
    posts = [(role, grant) for role, grant in viewer.roles_at(at) if grant is not None and ANSWER in role.deeds]
    alone = Q(area_code="", parties__contains=[viewer.key])  # under a shield, whoever answers for the person
    mine = (
        (lying_in("area_code", grant.included, grant.excluded) | alone) & ~_beyond(role.deeds) for role, grant in posts
    )
    return reduce(or_, mine, Q(pk__in=())) & Q(state="open") & ~Q(kind=ERASE)


def _beyond(deeds: Collection[str]) -> Q:
    """What only a deed takes back that is not among these."""
    starts = (Q(kind=OBJECT, thing__startswith=start) for start, deed in only_by().items() if deed not in deeds)
    return reduce(or_, starts, Q(pk__in=()))


def is_theirs(row: Request, by: Viewer, at: datetime) -> bool:
    """Whether somebody may answer one."""
    return Request.objects.filter(answerable(by, at), pk=row.pk).exists()


def answers_requests(viewer: Viewer, at: datetime) -> bool:
    """Whether a post of the viewer answers what residents ask."""
    return any(grant is not None and ANSWER in role.deeds for role, grant in viewer.roles_at(at))


def how_many_wait(*, viewer: Viewer, at: datetime) -> int:
    """How many wait for the viewer's own answer; no row comes up."""
    with viewing(viewer, at):
        return wait_here(viewer, at)


def wait_here(viewer: Viewer, at: datetime) -> int:
    """The same within a scope that is the viewer's already."""
    return Request.objects.filter(answerable(viewer, at)).count()
