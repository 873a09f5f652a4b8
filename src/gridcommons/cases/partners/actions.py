"""Writes of the room: links agreed on by two, events lined up and handed over, what comes in, what a person settles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.evidence import check
from gridcommons.cases.models import Case, Photo
from gridcommons.cases.partners import giving, incoming, linking, settling, taking
from gridcommons.cases.partners.acting import state_of
from gridcommons.cases.partners.giving import Given
from gridcommons.cases.partners.keeping import keep_api_key, own_secret
from gridcommons.cases.partners.kinds import CASE
from gridcommons.cases.partners.models import Arrival, File, Link, Pairing, Picture, Sending
from gridcommons.cases.partners.outgoing import fared, lined_up, lost, noted, put_back, take_in_hand
from gridcommons.cases.partners.rules import Outcome, unless_state
from gridcommons.cases.partners.serving import keys_of
from gridcommons.cases.partners.taking import Taken
from gridcommons.cases.partners.telling import tell_seconds
from gridcommons.cases.partners.terms import Terms
from gridcommons.cases.partners.ways import Parcel
from gridcommons.cases.stepping import place_of
from gridcommons.kit.errors import refuse, require_none


def _place(link: Link | None) -> Place:
    if link is None:
        raise refuse(linking.UNKNOWN)
    return Place(link.area_code, frozenset({*keys_of(link), f"partner:{link.pk}"}))


def _of_link(facts: Mapping[str, Any]) -> Place:
    return _place(Link.objects.filter(pk=facts["link_id"]).first())


def _of_office(facts: Mapping[str, Any]) -> Place:
    return Place(linking.office_of(facts["office_id"]).area_code)


def _of_sending(facts: Mapping[str, Any]) -> Place:
    row = Sending.objects.select_related("link").filter(pk=facts["sending_id"]).first()
    return _place(row.link if row else None)


def _of_arrival(facts: Mapping[str, Any]) -> Place:
    row = Arrival.objects.select_related("link").filter(pk=facts["arrival_id"]).first()
    return _place(row.link if row else None)


def _key_of(pairing: Pairing) -> str:
    """The thing of a pairing as the ledger names it."""
    return f"case:{pairing.case_id}" if pairing.case_id else f"{pairing.link.kind}:{pairing.thing}"


def _case_of(result: Any, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The event or message, and the case that it is about."""
    rows = result if isinstance(result, list) else [result]
    held = [row for row in rows if isinstance(row, Sending | Arrival | Picture)]
    cases = dict.fromkeys(_key_of(row.pairing) for row in held if row.pairing)
    return (*(f"{row._meta.model_name}:{row.pk}" for row in held), *cases)


@deed("partner.draft", on=_of_office, keeps=("office_id",))
def draft(
    *, office_id: UUID, terms: Terms, reason: str, by: Viewer, at: datetime, purpose: str = "administration"
) -> Link:
    """Propose a link; nothing leaves before a second person of another office agrees."""
    link = linking.made(office_id, terms, reason, by, at)
    tell_seconds(link, at)
    return link


@deed("partner.amend", on=_of_link, keeps=("link_id",))
def amend(
    *, link_id: UUID, terms: Terms, reason: str, by: Viewer, at: datetime, purpose: str = "administration"
) -> Link:
    """Propose other terms; what waits is kept, and nothing leaves before a second person agrees anew."""
    link = linking.changed(link_id, terms, reason, by, at)
    tell_seconds(link, at)
    return link


@deed("partner.confirm", on=_of_link, keeps=("link_id", "edition"))
def confirm(*, link_id: UUID, edition: int, by: Viewer, at: datetime, purpose: str = "oversight") -> Link:
    """Agree as the second person to the edition that was read."""
    return linking.agreed(link_id, edition, by, at)


@deed("partner.decline", on=_of_link, keeps=("link_id",))
def decline(*, link_id: UUID, by: Viewer, at: datetime, purpose: str = "oversight") -> Link:
    """Decline as the second person: the link ends, and a better one has to be proposed."""
    require_none(unless_state(state_of(linking.locked(link_id)), "waiting"))
    return linking.over(link_id, by, at)


@deed("partner.end", on=_of_link, keeps=("link_id",))
def end(*, link_id: UUID, by: Viewer, at: datetime, purpose: str = "administration") -> Link:
    """End a link for good."""
    return linking.over(link_id, by, at)


@deed("partner.rotate", on=_of_link, keeps=("link_id",))
def rotate(*, link_id: UUID, by: Viewer, at: datetime, purpose: str = "administration") -> Link:
    """Change the secret that both sides sign with."""
    return linking.new_key(link_id, at)


@deed("partner.show_key", on=_of_link, subjects=lambda _text, facts: (f"link:{facts['link_id']}",))
def show_key(*, link_id: UUID, by: Viewer, at: datetime, purpose: str = "administration") -> str:
    """Show the secret of a link to whoever hands it over; each showing is in the ledger."""
    link = linking.locked(link_id)
    return own_secret(link.pk, link.key_number).decode()


@deed("partner.keep_key", on=_of_link, keeps=("link_id",))
def keep_key(*, link_id: UUID, text: str, by: Viewer, at: datetime, purpose: str = "administration") -> Link:
    """Keep the api key that a department gave, in the key folder alone."""
    link = linking.locked(link_id)
    keep_api_key(link.pk, linking.checked_api_key(text))
    link.has_api_key = True
    link.save(update_fields=["has_api_key"])
    return link


@deed("partner.try", on=_of_link, keeps=("link_id",))
def try_link(*, link_id: UUID, by: Viewer, at: datetime, purpose: str = "administration") -> Sending:
    """Send a test message, which speaks of no case."""
    return linking.test_message(link_id, by, at)


@deed("partner.post", subjects=_case_of, keeps=("what",))
def post(
    *,
    case_id: UUID,
    what: str,
    who: str,
    heard: int,
    kind: str = CASE,
    by: Viewer,
    at: datetime,
    purpose: str = "operation",
) -> list[Sending]:
    """Line up what the links concerned have to be told of a step; `heard`: its number in the log.

    `kind`: of a thing that is no case; `case_id` is its id then.
    """
    return lined_up(case_id, what, who, heard, at, kind)


@deed("partner.claim", on=_of_sending, subjects=lambda _parcel, facts: (f"sending:{facts['sending_id']}",))
def claim(*, sending_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Parcel | None:
    """Take one event in hand, its text written and kept before anything leaves."""
    return take_in_hand(sending_id, at)


@deed("partner.record", on=_of_sending, subjects=_case_of)
def record(
    *, sending_id: UUID, outcome: Outcome, noise: float, by: Viewer, at: datetime, purpose: str = "service"
) -> Sending | None:
    """Record what came of handing an event over."""
    return noted(sending_id, outcome, noise, by, at)


@deed("partner.lose", subjects=_case_of)
def lose(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[Sending]:
    """Deal with what was taken in hand and never recorded."""
    return lost(at)


@deed("partner.arrive", on=_of_link, subjects=lambda result, facts: _case_of(result[0], facts))
def arrive(
    *, link_id: UUID, raw: str, event_id: str, by: Viewer, at: datetime, purpose: str = "service"
) -> tuple[Arrival, bool]:
    """Keep what a partner sent, before it is understood; the same again is known."""
    return incoming.kept(linking.locked(link_id), raw, event_id, at)


@deed("partner.understand", on=_of_arrival, subjects=_case_of)
def understand(*, arrival_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Arrival | None:
    """Understand what came in and take the office's own steps that it asks for."""
    return incoming.understood(arrival_id, at)


@deed("partner.poll", on=_of_link, subjects=_case_of)
def poll(
    *, link_id: UUID, pairing_id: UUID, row: Mapping[str, str], outcome: Outcome, next_at: datetime, by: Viewer,
    at: datetime, purpose: str = "service",
) -> Arrival | None:  # fmt: skip
    """Note what a department's Open311 says of a request, or that it said nothing: either way it has had its turn.

    Another word than the last comes in as a message.
    """
    pairing = Pairing.objects.select_related("link").get(pk=pairing_id, link=link_id)
    arrival = incoming.polled(pairing, row, at) if outcome.kind == "sent" else None
    Pairing.objects.filter(pk=pairing_id, there=True).update(next_poll_at=next_at)
    fared(link_id, outcome, at, asked=True)
    return arrival


def _of_picture(result: Any, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The case and the photo that are spoken of; the link's own entry where a case is not known."""
    pairing = Pairing.objects.filter(link=facts["link_id"], number=facts.get("number", "")).first()
    photo = getattr(result, "photo", None)
    return (*([f"case:{pairing.case_id}"] if pairing else []), *([f"photo:{photo}"] if photo else []))


@deed(
    "partner.hand_photo", on=_of_link, keeps=("link_id",),
    subjects=lambda _given, facts: (f"case:{facts['case_id']}", f"photo:{facts['photo_id']}"),
)  # fmt: skip
def hand_photo(
    *, link_id: UUID, case_id: UUID, photo_id: UUID, by: Viewer, at: datetime, purpose: str = "service"
) -> Given:  # fmt: skip
    """Hand out the photo that a signed address opens, by a look of its own; or say why not."""
    return giving.given(link_id, case_id, photo_id, by, at)


@deed("partner.take_photo", on=_of_link, subjects=_of_picture, keeps=("link_id",))
def take_photo(
    *, link_id: UUID, number: str, data: bytes, by: Viewer, at: datetime, purpose: str = "service"
) -> Taken:  # fmt: skip
    """Take in a picture that a department's system posted to a case, once, written anew, unchecked."""
    return taking.sent_in(link_id, number, data, by, at)


@deed("partner.fetch_photo", on=_of_link, subjects=_case_of)
def fetch_photo(
    *, link_id: UUID, picture_id: UUID, data: bytes, reason: str, noise: float, by: Viewer, at: datetime,
    purpose: str = "service",
) -> Picture | None:  # fmt: skip
    """Take in a picture that was fetched where a department's system named it, or note why it could not be."""
    return taking.came(picture_id, data, reason, noise, by, at)


def _of_case(facts: Mapping[str, Any]) -> Place:
    return place_of(Case.objects.filter(pk=facts["case_id"]), opened=False)


def _checked(photo: Photo, facts: Mapping[str, Any]) -> tuple[str, ...]:
    parties = Case.objects.values_list("parties", flat=True).get(pk=facts["case_id"])
    shown = [party for party in parties if not party.startswith("office:")] if facts["is_good"] else []
    return (f"photo:{photo.pk}", f"case:{facts['case_id']}", *shown)


@deed("partner.check_photo", on=_of_case, subjects=_checked, keeps=("is_good",))
def check_photo(
    *, case_id: UUID, photo_id: UUID, is_good: bool, by: Viewer, at: datetime, purpose: str = "service"
) -> Photo:  # fmt: skip
    """Look at a picture of a department's system: let whoever reported see it, or remove it."""
    return check(case_id, photo_id, is_good=is_good)


def _of_open_picture(facts: Mapping[str, Any]) -> Place:
    row = Picture.objects.select_related("link").filter(pk=facts["picture_id"]).first()
    return _place(row.link if row else None)


@deed("partner.picture_again", on=_of_open_picture, subjects=_case_of)
def picture_again(*, picture_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Picture:
    """Tell of a photo once more, which nobody fetched; or fetch a picture once more."""
    return settling.picture_again(picture_id, at)


@deed("partner.picture_aside", on=_of_open_picture, subjects=_case_of)
def picture_aside(*, picture_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Picture:
    """Let a photo or picture that is stuck be."""
    return settling.picture_aside(picture_id, at)


@deed("partner.make_file", on=_of_link, keeps=("link_id",))
def make_file(*, link_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> File:
    """Write what waits of an export link into a file."""
    return settling.file_of_waiting(link_id, by, at)


@deed("partner.retry", on=_of_link, subjects=_case_of)
def retry(
    *, link_id: UUID, ids: Sequence[UUID] = (), by: Viewer, at: datetime, purpose: str = "service"
) -> list[Sending]:
    """Have what is stuck tried again now; without ids everything of the link that failed."""
    rows = Sending.objects.filter(link=link_id, ended_at__isnull=True).exclude(reason="")
    rows = rows.filter(pk__in=ids) if ids else rows
    return put_back(list(rows.select_for_update(of=("self",)).select_related("pairing")), at)


@deed("partner.give_up", on=_of_sending, subjects=_case_of)
def give_up(*, sending_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Sending:
    """Give an event up, with a reason."""
    return settling.given_up(sending_id, reason, by, at)


@deed("partner.pair", on=_of_sending, subjects=_case_of)
def pair(*, sending_id: UUID, remote_id: str, by: Viewer, at: datetime, purpose: str = "service") -> Sending:
    """Enter the number that a request got over there, where nobody knew whether it arrived."""
    return settling.named(sending_id, remote_id, by, at)


@deed("partner.by_hand", on=_of_link, keeps=("link_id",))
def by_hand(*, link_id: UUID, ids: Sequence[UUID], by: Viewer, at: datetime, purpose: str = "service") -> File:
    """Write what could not be delivered into a table that a person carries over."""
    return settling.file_by_hand(link_id, ids, by, at)


@deed("partner.set_aside", on=_of_arrival, subjects=_case_of)
def set_aside(*, arrival_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Arrival:
    """Set something that came in aside, with a reason."""
    return settling.set_aside(arrival_id, reason, by, at)


@deed("partner.rerun", on=_of_arrival, subjects=_case_of)
def rerun(*, arrival_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Arrival:
    """Have something that came in understood again, after a mapping or a case was put right."""
    row = settling.open_arrival(arrival_id)
    row.state, row.reason = "new", ""
    row.looked_at, row.looked_by = at, by.key
    row.save()
    return row


@deed("partner.forget")
def forget(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Remove contents, files and rows whose time is over."""
    return settling.forgotten(at)
