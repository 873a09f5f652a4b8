"""Reads of the room: what waits and what is out for members of staff; what everybody may read, and its files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from gridcommons.access.rules import Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.outlook.alerts import Alert
from gridcommons.outlook.awaited import Awaited, Declined, user_named
from gridcommons.outlook.categories import Category
from gridcommons.outlook.cautions import rules
from gridcommons.outlook.cautions.grounds import Ground, named_now, names_words, of_colour, of_warning
from gridcommons.outlook.cautions.keeping import pem_of
from gridcommons.outlook.cautions.messages import alert_of, before
from gridcommons.outlook.cautions.models import Caution
from gridcommons.outlook.cautions.rules import State
from gridcommons.outlook.cautions.templates import Said, Template, said_of, templates
from gridcommons.outlook.painting.acting import Officer, officers
from gridcommons.outlook.painting.following import once
from gridcommons.outlook.painting.queries import areas_now
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.rules import require_staff
from gridcommons.outlook.watching.queries import Wish, warnings

PAGE: Final = 20


@dataclass(frozen=True)
class CautionFacts:
    """A message as pages show it. `state`: at the moment asked; `last`: the last day on which it holds."""

    id: UUID
    kind: str
    state: State
    area_code: str
    codes: tuple[str, ...]
    area: Words
    said: Said
    template: Template | None
    category: Category
    colour: str
    decision: str
    rule: str
    exercise: bool
    last: date
    identifier: str
    asked_at: datetime
    office: Words
    issued_at: datetime | None
    key_id: str
    sha256: str

    @property
    def is_open(self) -> bool:
        """Whether it may be followed or issued."""
        return self.state in {State.IN_FORCE, State.WAITING}


@dataclass(frozen=True)
class CautionPage:
    """One message for members of staff: who asked, who issued it, on what it rests, and the others of its warning."""

    facts: CautionFacts
    ground: str
    asked: Officer
    issued: Officer | None
    declined: Officer | None
    dropped_at: datetime | None
    dropped_why: str
    thread: tuple[CautionFacts, ...]


def _facts(rows: Iterable[Caution], at: datetime) -> list[CautionFacts]:
    held = list(rows)
    if not held:
        return []
    follow = Caution.objects.filter(former__in=[row.pk for row in held], issued_at__isnull=False)
    followers = dict(follow.values_list("former_id", "kind"))
    return [_one(row, followers.get(row.pk, ""), at) for row in held]


def _one(row: Caution, follower: str, at: datetime) -> CautionFacts:
    state = rules.state_of(
        issued=row.issued_at is not None, dropped=row.dropped_at is not None,
        declined=row.declined_office is not None, kind=row.kind, follower=follower, expires=row.expires, at=at,
    )  # fmt: skip
    codes = tuple(row.codes)
    return CautionFacts(
        row.pk, row.kind, state, row.area_code, codes, names_words(codes), said_of(row.said),
        templates().of.get(row.template), Category(row.category), row.colour, row.decision, row.rule, row.exercise,
        rules.last_day(row.expires), row.identifier, row.asked_at, Words(row.office_zh, row.office_en or row.office_zh),
        row.issued_at, bytes(row.key).hex()[:16], row.sha256,
    )  # fmt: skip


def _near(code: str) -> QuerySet[Caution]:
    """The messages of a county or township, or of the counties of a higher area, whichever codes these had then.

    What was said of an area that was divided or merged since is said of what came of it: nobody is warned no more
    because a border was drawn.
    """
    if CHINA.depth_at_least(code, "township"):
        county, town = CHINA.cut(code, "county"), CHINA.cut(code, "township")
        return Caution.objects.filter(Q(codes__overlap=[*once(county), *once(town)]))
    within = reduce(or_, (Q(county_code__startswith=raw) for raw in once(code)))
    return Caution.objects.filter(within)


def cautions_near(code: str, *, viewer: Viewer, at: datetime, first: int = 0) -> tuple[list[CautionFacts], int]:
    """All messages of an area, those that wait among them, the latest first, and how many; for members of staff."""
    require_staff(viewer, at)
    rows = _near(code).order_by("-asked_at", "-pk")
    return _facts(rows[first : first + PAGE], at), rows.count()


def caution(*, caution_id: UUID, viewer: Viewer, at: datetime) -> CautionPage:
    """One message whole, for members of staff; refuses one that is none."""
    require_staff(viewer, at)
    row = Caution.objects.filter(pk=caution_id).first()
    if row is None:
        raise refuse(rules.UNKNOWN)
    second = user_named(row.dropped_by), row.declined_office
    who = officers([(row.asked_by, row.asked_office), (row.issued_by, row.issued_office), second])
    begun = row.first_id or row.pk
    others = Caution.objects.filter(Q(pk=begun) | Q(first_id=begun)).exclude(pk=row.pk).order_by("-asked_at")
    return CautionPage(
        _facts([row], at)[0], row.ground, who[row.asked_by, row.asked_office],
        who[row.issued_by, row.issued_office] if row.issued_by else None, who[second] if second[1] else None,
        row.dropped_at, row.dropped_why, tuple(_facts(others, at)),
    )  # fmt: skip


def grounds_near(code: str, *, viewer: Viewer, at: datetime) -> list[Ground]:
    """What a warning could rest on in an area: signed colours, alarms judged true, of which none waits or holds."""
    require_staff(viewer, at)
    found: list[Ground] = []
    for now in areas_now(code, viewer=viewer, at=at)[0]:
        try:
            found.append(of_colour(now))
        except Refusal:
            continue
    rows = warnings(wish=Wish(code, state="true"), viewer=viewer, at=at, day=local_day(at, ZONE))
    found += [of_warning(row) for row in rows if row.state == "true"]
    rows_out = Caution.objects.filter(dropped_at__isnull=True, expires__gt=at).exclude(kind="Cancel")
    taken = {named_now(one.ground) for one in _rows_open(rows_out, at)}
    return [one for one in found if one.name not in taken and all(map(_is_told, one.codes))]


def _is_told(code: str) -> bool:
    """Whether a warning may be for an area: a county or what lies in one."""
    return CHINA.depth_at_least(code, "county")


def _rows_open(rows: QuerySet[Caution], at: datetime) -> list[Caution]:
    held = list(rows)
    states = {one.id: one.is_open for one in _facts(held, at)}
    return [row for row in held if states[row.pk]]


def cautions_awaited(at: datetime) -> list[Awaited]:
    """The messages that wait for their second person, of every county."""
    rows = Caution.objects.filter(issued_at__isnull=True, dropped_at__isnull=True, expires__gt=at)
    return [
        Awaited(f"caution:{row.pk}", row.area_code, "caution.issue",
                Words("公众预警的签发", "issuing a public warning"), row.asked_by, row.asked_office)
        for row in rows.order_by("asked_at", "pk")
    ]  # fmt: skip


def cautions_declined(since: datetime) -> list[Declined]:
    """The messages that a second person did not issue, of every county."""
    rows = Caution.objects.filter(declined_office__isnull=False, dropped_at__gt=since).order_by("dropped_at", "pk")
    what = Words("公众预警", "public warning")
    return [Declined(f"caution:{row.pk}", row.area_code, what, row.asked_by, row.dropped_why) for row in rows]


# --- What everybody reads -------------------------------------------------------------------------------------------


def warnings_out(code: str, at: datetime) -> list[CautionFacts]:
    """The warnings of an area that everybody may read, each as its last message: in force first, then what is over."""
    rows = _near(code).filter(issued_at__isnull=False, expires__gt=at - rules.KEPT).order_by("-issued_at", "-pk")
    shown = [one for one in _facts(rows, at) if one.state is not State.UPDATED and not _is_followed_cancel(one)]
    return sorted(shown, key=lambda one: one.state is not State.IN_FORCE)


def warnings_in_force(code: str, at: datetime, most: int = 3) -> list[CautionFacts]:
    """The warnings that hold now in an area, the latest first; calling off is none."""
    rows = _near(code).filter(issued_at__isnull=False, expires__gt=at).exclude(kind="Cancel").order_by("-issued_at")
    return [one for one in _facts(rows, at) if one.state is State.IN_FORCE][:most]


def _is_followed_cancel(one: CautionFacts) -> bool:
    """Whether a cancellation tells of its end already: the last message of a warning stands for it."""
    return one.state is State.CANCELLED and one.kind != "Cancel"


def warning_out(identifier: str, at: datetime) -> tuple[CautionFacts, list[CautionFacts]]:
    """One published message, and the others of its warning, the latest first; refuses one that is none."""
    row = _published(identifier)
    begun = row.first_id or row.pk
    others = Caution.objects.filter(Q(pk=begun) | Q(first_id=begun), issued_at__isnull=False).exclude(pk=row.pk)
    return _facts([row], at)[0], _facts(others.order_by("-issued_at"), at)


def _published(identifier: str) -> Caution:
    row = Caution.objects.filter(identifier=identifier[:40], issued_at__isnull=False).first() if identifier else None
    if row is None:
        raise refuse(rules.UNKNOWN)
    return row


@dataclass(frozen=True)
class MessageFiles:
    """A published message as files: the very bytes, their signature and hash, the public key."""

    message: bytes
    signature: bytes
    sha256: str
    pem: bytes


def message_files(identifier: str) -> MessageFiles:
    """The files of a published message; refuses one that is none."""
    row = _published(identifier)
    return MessageFiles(bytes(row.message), bytes(row.signature), row.sha256, pem_of(bytes(row.key)))


def alerts_out(code: str, at: datetime) -> list[Alert]:
    """The published messages of an area for its feed, without outlines; those that ended long ago are left out."""
    rows = _near(code).filter(issued_at__isnull=False, expires__gt=at - rules.KEPT)
    return [alert_of(row, row.issued_at, outlines=(), former=before(row)) for row in rows if row.issued_at is not None]
