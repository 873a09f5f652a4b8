"""Reads of the room: what leaves of a case, contents and files for the office; links, lines and what is stuck."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from gridcommons.access.deeds import look
from gridcommons.access.rules import Place, Viewer
from gridcommons.access.scope import lying_in
from gridcommons.cases.models import UNCHECKED, Case, Photo
from gridcommons.cases.partners.acting import state_of, terms_of
from gridcommons.cases.partners.content import Value, is_open, values_of
from gridcommons.cases.partners.exporting import kept
from gridcommons.cases.partners.models import Arrival, File, Link, Paper, Picture, Sending
from gridcommons.cases.partners.pages import (
    MANAGES,
    WORKS,
    ArrivalLine,
    Crossing,
    LinkLine,
    LinkPage,
    PhotoCount,
    PictureLine,
    SendingLine,
    arrival_line,
    file_line,
    health_of,
    photo_count,
    picture_line,
    sending_line,
)
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.rules import Heard, Seen, State
from gridcommons.cases.partners.serving import following_into, is_with, keys_of, served_by, successor_of
from gridcommons.cases.partners.terms import Terms
from gridcommons.cases.stepping import UNKNOWN, place_of
from gridcommons.cases.storing import read
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words
from gridcommons.matters.queries import matter_as_of

PAGE: Final = 50


def _of_case(facts: Mapping[str, Any]) -> Place:
    return place_of(Case.objects.filter(pk=facts["case_id"]), opened=False)


def _persons(_found: object, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The case and who reported it: what leaves over a link they can read of."""
    parties = Case.objects.values_list("parties", flat=True).get(pk=facts["case_id"])
    return (f"case:{facts['case_id']}", *(party for party in parties if not party.startswith("office:")))


@look("look.partner_case", on=_of_case, subjects=_persons, keeps=("link",))
def case_for(
    *, case_id: UUID, link: str, terms: Terms, viewer: Viewer, at: datetime, purpose: str = "service"
) -> dict[str, Value]:
    """What of a case a link hands over now: its system reads it in its office's sight, and the reporter is told."""
    return values_of(Case.objects.get(pk=case_id), terms, viewer.key)


def _shown_photo(found: tuple[Photo, bytes], facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"photo:{found[0].pk}", *_persons(found, facts))


@look("look.partner_photo", on=_of_case, subjects=_shown_photo, keeps=("link",))
def photo_for(
    *, case_id: UUID, photo_id: UUID, link: str, viewer: Viewer, at: datetime, purpose: str = "service"
) -> tuple[Photo, bytes]:  # fmt: skip
    """A photo that a link hands over now, while the case is with its office; one that is gone is as unknown."""
    case = Case.objects.get(pk=case_id)
    photo = case.photos.filter(pk=photo_id).exclude(duty=UNCHECKED).exclude(by_key=viewer.key).first()
    row = Link.objects.filter(key=link).select_related("office").first()
    open_one = is_open(case, matter_as_of(case.edition, case.matter_key))
    if photo is None or not open_one or not is_with(case, served_by(row) if row else ()):
        raise refuse(UNKNOWN)
    try:
        return photo, read(photo.path)
    except FileNotFoundError:
        raise refuse(UNKNOWN) from None


def _of_paper(facts: Mapping[str, Any]) -> Place:
    row = Paper.objects.filter(pk=facts["paper_id"]).values_list("area_code", "parties").first()
    if row is None:
        raise refuse(UNKNOWN)
    return Place(row[0], frozenset(row[1]), personal=True)


def _about(_found: object, facts: Mapping[str, Any]) -> tuple[str, ...]:
    pk = facts["paper_id"]
    row = Sending.objects.filter(pk=pk).first() or Arrival.objects.filter(pk=pk).first()
    if row is None or row.pairing is None or row.pairing.case_id is None:
        return (f"paper:{pk}",)
    case = row.pairing.case_id
    held = Case.objects.filter(pk=case).values_list("parties", flat=True).first() or ()
    return (f"case:{case}", *(party for party in held if not party.startswith("office:")))


@look("look.partner_paper", on=_of_paper, subjects=_about)
def paper(*, paper_id: UUID, viewer: Viewer, at: datetime, purpose: str = "service") -> str:
    """The content of something that went out or came in, for the office whose system it is."""
    return Paper.objects.get(pk=paper_id).body


def _of_file(facts: Mapping[str, Any]) -> Place:
    row = File.objects.select_related("link__office").filter(pk=facts["file_id"]).first()
    return Place("", frozenset(keys_of(row.link) if row else ["nobody"]), personal=True)


def _in_file(found: tuple[File, bytes], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The cases of a table or of a ZIP, the photos in it, and who reported them."""
    row, _content = found
    inside = Picture.objects.filter(link=row.link_id, file=row.name)
    ids = set(Sending.objects.filter(link=row.link_id, receipt=row.name).values_list("pairing__case", flat=True))
    ids = (ids | set(inside.values_list("pairing__case", flat=True))) - {None}
    photos = [f"photo:{pk}" for pk in inside.order_by("photo").values_list("photo", flat=True)]
    held = {party for parties in Case.objects.filter(pk__in=ids).values_list("parties", flat=True) for party in parties}
    persons = sorted(party for party in held if not party.startswith("office:"))
    return (*(f"case:{pk}" for pk in sorted(ids)), *photos, *persons)


@look("look.partner_file", on=_of_file, subjects=_in_file)
def file_content(
    *, link_id: UUID, file_id: UUID, viewer: Viewer, at: datetime, purpose: str = "service"
) -> tuple[File, bytes]:  # fmt: skip
    """A file that waits to be fetched, for the office whose system it is for."""
    row = File.objects.select_related("link").filter(pk=file_id, link=link_id).first()
    content = kept(row.link.key, row.name) if row else None
    if row is None or content is None:
        raise refuse(UNKNOWN)
    return row, content


def sees(viewer: Viewer, at: datetime) -> QuerySet[Link]:
    """The links that a viewer answers for: those of their areas, or of the offices they work for."""
    found = Q(pk__in=())
    for role, grant in viewer.roles_at(at):
        if grant is None:
            continue
        if role.deeds & MANAGES:
            found |= lying_in("area_code", grant.included)
        elif role.deeds & WORKS and grant.office_id:
            found |= Q(office_id=grant.office_id) | Q(pk__in=following_into(grant.office_id))
    return Link.objects.filter(found)


def links_for(viewer: Viewer, at: datetime) -> list[LinkLine]:
    """The links that a viewer answers for, with how each fares."""
    rows = list(sees(viewer, at).select_related("office", "health").order_by("area_code", "name"))
    stuck = _numbers(Sending.objects.filter(link__in=rows, state=State.STUCK.value))
    waiting = _numbers(Sending.objects.filter(link__in=rows, state__in=[State.WAITING.value, State.SENDING.value]))
    look_at = _numbers(Arrival.objects.filter(link__in=rows, state=Heard.LOOK.value))
    return [
        LinkLine(
            row.pk, row.key, row.name, row.office.name_zh, row.office.name_en, row.way, state_of(row), row.edition,
            health_of(row), stuck.get(row.pk, 0), waiting.get(row.pk, 0), look_at.get(row.pk, 0),
        )
        for row in rows
    ]  # fmt: skip


def _numbers(rows: QuerySet[Any]) -> dict[UUID, int]:
    return dict(rows.values_list("link").annotate(n=Count("pk")).values_list("link", "n"))


def link_page(link_id: UUID, viewer: Viewer, at: datetime) -> LinkPage:
    """One link for those who answer for it; to others there is none."""
    row = sees(viewer, at).select_related("office", "health").filter(pk=link_id).first()
    if row is None:
        raise refuse(UNKNOWN)
    heir = successor_of(row)
    last = row.sendings.select_related("link", "pairing").order_by("-made_at", "-id")[:PAGE]
    files = row.files.order_by("-made_at")[:20]
    return LinkPage(
        id=row.pk, key=row.key, key_number=row.key_number, office_id=row.office_id, office_zh=row.office.name_zh,
        office_en=row.office.name_en, area_code=row.area_code, terms=terms_of(row), state=state_of(row),
        edition=row.edition, asked_by=row.asked_by_id, asked_at=row.asked_at, reason=row.reason,
        confirmed_at=row.confirmed_at, ended_at=row.ended_at, has_api_key=row.has_api_key, health=health_of(row),
        sendings=tuple(sending_line(one) for one in last), files=tuple(file_line(one) for one in files),
        waiting=row.sendings.filter(ended_at__isnull=True).count(),
        heir=Words(heir.name_zh, heir.name_en) if heir else None,
    )  # fmt: skip


def stuck_lines(viewer: Viewer, at: datetime, *, link: UUID | None = None) -> list[SendingLine]:
    """What does not go on by itself or fails at the moment, the oldest first."""
    rows = Sending.objects.filter(link__in=sees(viewer, at), ended_at__isnull=True)
    rows = rows.filter(Q(state=State.STUCK.value) | Q(state=State.WAITING.value) & ~Q(reason=""))
    rows = rows.filter(link=link) if link else rows
    return [sending_line(one) for one in rows.select_related("link", "pairing").order_by("made_at", "id")[: PAGE * 20]]


def arrivals_to_look_at(viewer: Viewer, at: datetime, *, link: UUID | None = None) -> list[ArrivalLine]:
    """What came in and was not understood, or asks for a person; the oldest first."""
    rows = Arrival.objects.filter(link__in=sees(viewer, at), state=Heard.LOOK.value)
    rows = rows.filter(link=link) if link else rows
    return [arrival_line(one) for one in rows.select_related("link", "pairing").order_by("got_at", "id")[: PAGE * 20]]


def stuck_pictures(viewer: Viewer, at: datetime, *, link: UUID | None = None) -> list[PictureLine]:
    """Photos that nobody fetched in time and pictures that were not taken in, the oldest first."""
    rows = _stuck_pictures(sees(viewer, at), at)
    rows = rows.filter(link=link) if link else rows
    return [picture_line(one) for one in rows.select_related("link", "pairing").order_by("at", "id")[: PAGE * 20]]


def _stuck_pictures(links: QuerySet[Link], at: datetime) -> QuerySet[Picture]:
    rows = Picture.objects.filter(link__in=links.filter(ended_at__isnull=True))
    late = Q(sending__state=State.SENT.value, sending__ended_at__lte=at - policy().photo_rules.opens_for)
    return rows.filter(Q(state=Seen.STUCK.value) | Q(back=False, state=Seen.TOLD.value) & late)


def photo_counts(case_id: UUID) -> list[PhotoCount]:
    """How the photos of a case fare over each link; the caller has looked at the case itself."""
    found: dict[str, list[tuple[bool, str]]] = {}
    rows = Picture.objects.filter(pairing__case=case_id).order_by("link__name")
    for name, back, state in rows.values_list("link__name", "back", "state"):
        found.setdefault(name, []).append((back, state))
    return [photo_count(name, states) for name, states in found.items()]


def how_many_stuck(viewer: Viewer, at: datetime) -> int:
    """How much waits for a person, for the header of those who answer for it."""
    mine = sees(viewer, at)
    out = _stuck_pictures(mine, at).count()
    out += Sending.objects.filter(link__in=mine, state=State.STUCK.value).count()
    return out + Arrival.objects.filter(link__in=mine, state=Heard.LOOK.value).count()


def crossings(case_id: UUID) -> list[Crossing]:
    """What of a case went out and came back over links, in order; the caller has looked at the case itself."""
    out = Sending.objects.filter(pairing__case=case_id).select_related("link", "pairing")
    back = Arrival.objects.filter(pairing__case=case_id).select_related("link", "pairing")
    found = [Crossing.of(sending_line(one)) for one in out] + [Crossing.of(arrival_line(one)) for one in back]
    return sorted(found, key=lambda one: one.at)


def counts() -> list[tuple[str, str, int, datetime | None]]:
    """For the operator's metrics: link, state, how many are open or stuck, and since when the oldest."""
    rows = Sending.objects.filter(ended_at__isnull=True).values_list("link__key", "state")
    return [tuple(row) for row in rows.annotate(n=Count("pk"), oldest=Min("made_at")).order_by("link__key", "state")]


def waiting_for_second(viewer: Viewer, at: datetime) -> Iterable[Link]:
    """The links whose present edition waits for a second person at the viewer's areas."""
    return sees(viewer, at).filter(confirmed_at__isnull=True, ended_at__isnull=True)


def names_by_key(keys: Iterable[str]) -> dict[str, str]:
    """The names of links by the keys that stand in the ledger (`partner:<id>`)."""
    ids = [key.removeprefix("partner:") for key in keys if key.startswith("partner:")]
    return {f"partner:{pk}": name for pk, name in Link.objects.filter(pk__in=ids).values_list("pk", "name")}
