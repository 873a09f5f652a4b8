"""What goes out: events lined up per case, taken in hand one at a time, recorded; called inside their deeds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, cast
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from gridcommons.access.rules import Viewer
from gridcommons.cases.models import Case
from gridcommons.cases.partners.acting import agreed_links, state_of, terms_of, viewer_for
from gridcommons.cases.partners.content import Shown, Value, envelope, mapped, open311_form, photos_of, with_media
from gridcommons.cases.partners.exporting import name_in_zip
from gridcommons.cases.partners.giving import addressed, own_address, told, unsay, untold, went_out
from gridcommons.cases.partners.kinds import CASE, KINDS, Standing
from gridcommons.cases.partners.models import Health, Link, Pairing, Paper, Sending
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.rules import Outcome, Seen, State, after_try, event_for, says_nothing, shut_until
from gridcommons.cases.partners.serving import keys_of, served_by
from gridcommons.cases.partners.terms import PHOTOS, Terms
from gridcommons.cases.partners.ways import Parcel
from gridcommons.kit.errors import Refusal, code_of

PHOTO_ADDED: Final = "case.add_photo"
_log = structlog.get_logger()
_FRESH: Final = frozenset({"dispatch", "appoint", "entrust"})


def carried(at: datetime, *, kind: str) -> bool:
    """Whether there is any link for things of a kind."""
    return any(link.kind == kind for link in agreed_links(at))


def concerned(thing_id: UUID, at: datetime, kind: str = CASE) -> bool:
    """Whether any link has to hear of a step of a case, or of another thing; asked before anything is written."""
    links = [link for link in agreed_links(at) if link.kind == kind]
    if not links:
        return False
    if Pairing.objects.filter(**{_column(kind): thing_id}, there=True, link__in=[link.pk for link in links]).exists():
        return True
    standing = KINDS[kind].standing(thing_id)
    return standing is not None and any(standing.office in served_by(link) for link in links)


def _column(kind: str) -> str:
    return "case_id" if kind == CASE else "thing"


def lined_up(thing_id: UUID, what: str, who: str, heard: int, at: datetime, kind: str = CASE) -> list[Sending]:
    """The events of one step, one for each link that it concerns; a link does not hear of its own step."""
    standing = KINDS[kind].standing(thing_id)
    if standing is None:
        return []
    links = [link for link in agreed_links(at) if link.kind == kind]
    made = [_event(link, thing_id, standing, what, who, heard, at) for link in links]
    return [one for one in made if one is not None]


def _event(
    link: Link, thing_id: UUID, standing: Standing, what: str, who: str, heard: int, at: datetime
) -> Sending | None:  # fmt: skip
    which = {_column(link.kind): thing_id}
    held = Pairing.objects.select_for_update().filter(link=link, **which).first()
    mine = standing.office in served_by(link) and standing.is_held
    wanted = not link.matters or standing.matter in link.matters
    there = held is not None and held.there
    fresh, over = what.removeprefix(f"{link.kind}.") in _FRESH, standing.is_over
    event = event_for(mine=mine and (wanted or there), was_there=there, fresh=fresh, ended=over)
    if what == PHOTO_ADDED and (PHOTOS not in link.fields or event != "case.changed"):
        return None
    if not event or Sending.objects.filter(link=link, heard=heard).exists():
        return None
    pairing = held or Pairing(link=link, number=standing.number, since=at, **which)
    pairing.there = event in {"case.dispatched", "case.changed"}
    if not pairing.there:
        pairing.next_poll_at = None
    own = who == viewer_for(link).key
    pairing.last_number += not own
    pairing.save()
    if own:
        return None
    event = event.replace(CASE, link.kind, 1)
    return Sending.objects.create(
        link=link, pairing=pairing, number=pairing.last_number, event=event, made_at=at, heard=heard, next_at=at
    )


def due_heads(link: Link, at: datetime) -> QuerySet[Sending]:
    """What of a link is due and the first of its line: what stands before it in the same case goes first."""
    before = Sending.objects.filter(
        link=link, pairing=OuterRef("pairing"), number__lt=OuterRef("number"), ended_at__isnull=True
    )
    waiting = Sending.objects.filter(link=link, state=State.WAITING.value, next_at__lte=at)
    return waiting.exclude(Q(pairing__isnull=False) & Exists(before)).order_by("made_at", "number", "id")


def due_polls(link: Link, at: datetime) -> QuerySet[Pairing]:
    """Of which requests over a link is to be asked how they stand, what waited longest first."""
    rows = link.pairings.filter(next_poll_at__lte=at, there=True).exclude(remote_id="", token="")
    return rows.select_related("link").order_by("next_poll_at", "id")


def take_in_hand(sending_id: UUID, at: datetime) -> Parcel | None:
    """Claim one event and write what it says, once; None where there is nothing to hand over (any more)."""
    rows = Sending.objects.select_for_update(skip_locked=True, of=("self",)).select_related("link", "pairing")
    row = rows.filter(pk=sending_id, state=State.WAITING.value).first()
    if row is None or state_of(row.link) != "live":
        return None
    body, reason = _safely_written(row, at)
    if not body:
        _end(row, Outcome("passed" if reason == "left_office" else "stuck", reason), "", at)
        return None
    row.state, row.claimed_at, row.tries = State.SENDING.value, at, row.tries + 1
    row.save()
    return Parcel(row.event, str(row.pk), body, row.pairing.remote_id if row.pairing else "")


def _safely_written(row: Sending, at: datetime) -> tuple[str, str]:
    """The text of an event, or why there is none; what nobody foresaw in it is for a person, and others go on."""
    try:
        with transaction.atomic():
            return _written(row, at)
    except Exception as error:  # noqa: BLE001 - one that is let through would hold up all that waits
        _log.error("partner.fault", link=row.link.key, error=code_of(error))
        return "", "unforeseen"


def _written(row: Sending, at: datetime) -> tuple[str, str]:
    """The text of an event, or why there is none: what is no longer the office's is not told again, kept or not."""
    terms = terms_of(row.link)
    if _left(row):
        return "", "left_office"
    kept = Paper.objects.filter(pk=row.pk).first()
    if kept is not None and row.edition == row.link.edition and not _stale(row, kept, at):
        return kept.body, ""
    Paper.objects.filter(pk=row.pk).delete()  # by terms that nobody agrees to any more, or with addresses that run out
    values = _values(row, terms, at)
    body, lacking = text_of(row, terms, values, at) if values else ("", "left_office")
    if lacking:
        return "", lacking
    row.fields, row.edition = list(values), row.link.edition
    Paper.objects.create(id=row.pk, body=body, area_code=row.link.area_code, parties=keys_of(row.link), made_at=at)
    return body, ""


def _stale(row: Sending, kept: Paper, at: datetime) -> bool:
    """Whether a kept text names addresses of photos that open for less than half of their time."""
    return at >= kept.made_at + policy().photo_rules.opens_for / 2 and row.pictures.exists()


def _left(row: Sending) -> bool:
    """Whether the case of an event is out of the office's sight; asked in the scope of who acts for it."""
    if row.pairing is None or says_nothing(row.event):
        return False
    return KINDS[row.link.kind].standing(_thing(row.pairing)) is None


def _thing(pairing: Pairing) -> UUID:
    """The id of the case or other thing."""
    found = pairing.case_id or pairing.thing
    if found is None:
        raise ValueError("a pairing is of one thing")
    return found


def _values(row: Sending, terms: Terms, at: datetime) -> dict[str, Value]:
    """What is said of the case of an event, by a look in the link's own sight; nothing where it sees none."""
    if row.pairing is None:
        return {"number": "TEST"}
    if says_nothing(row.event):
        return {"number": row.pairing.number}
    try:
        return KINDS[row.link.kind].values(_thing(row.pairing), row.link.key, terms, viewer_for(row.link), at)
    except Refusal:
        return {}


def body_as(row: Sending, terms: Terms, at: datetime) -> str:
    """A row of a file for an event; what left the office meanwhile is passed over, what lacks a code is stuck."""
    values = {} if _left(row) else _values(row, terms, at)
    body, lacking = text_of(row, terms, values, at) if values else ("", "left_office")
    row.fields, row.edition = list(values), row.link.edition
    if lacking:
        _end(row, Outcome("passed" if lacking == "left_office" else "stuck", lacking), "program", at)
    return body


def text_of(row: Sending, terms: Terms, values: Mapping[str, Value], at: datetime) -> tuple[str, str]:
    """What is handed over, as each way says it, and what it lacks."""
    named, lacking = mapped(values, terms)
    if "matter" in lacking:
        return "", "no_code"
    photos = cast(Sequence[Shown], values.get(PHOTOS) or ()) if terms.kind == CASE else ()
    house = own_address() if photos and terms.way != "export" else ""
    if photos and terms.way != "export" and not house:
        return "", "no_address"
    if photos:
        photos, said = _told(row, terms, photos, house, at)
        named[terms.mapping.column(PHOTOS)] = said
    if terms.way == "open311":
        form = with_media(open311_form(values, terms), [str(one["url"]) for one in photos])
        placed = "lat" in form or "address_string" in form or row.event != "case.dispatched"
        return (json.dumps(form, ensure_ascii=False), "") if placed else ("", "no_place")
    if terms.way == "export":
        return json.dumps({"event": row.event, "event_id": str(row.pk), **named}, ensure_ascii=False), ""
    remote = row.pairing.remote_id if row.pairing else ""
    text = envelope(
        event=row.event, event_id=str(row.pk), link=row.link.key, sequence=row.number, at=at, thing=named,
        remote_id=remote, kind=terms.kind,
    )  # fmt: skip
    return text, ""


def _told(
    row: Sending, terms: Terms, photos: Sequence[Shown], house: str, at: datetime
) -> tuple[Sequence[Shown], Value]:  # fmt: skip
    """The photos that an event tells of, and how it names them: with addresses, or as names in the ZIP beside a table.

    Open311 has one address a call: the rest follows as updates where they take them, else stands in the description.
    """
    if row.pairing is None or row.pairing.case_id is None:
        return (), None
    if terms.way == "export":
        told(row, photos, Seen.WAITING, at)
        names = [name_in_zip(row.pairing.number, str(one["id"])) for one in photos]
        return photos, names if terms.form == "json" else "; ".join(names)
    if terms.way == "open311":
        photos = untold(row, photos)[: 1 if terms.mapping.updates else None]
    told(row, photos, Seen.TOLD, at)
    photos = addressed(photos, row.link, row.pairing.case_id, house, at)
    return photos, photos


def noted(sending_id: UUID, outcome: Outcome, noise: float, by: Viewer, at: datetime) -> Sending | None:
    """Record what came of a try, of the event and of its link; what was ended meanwhile stays ended."""
    rows = Sending.objects.select_for_update(of=("self",)).select_related("link", "pairing")
    row = rows.filter(pk=sending_id, state=State.SENDING.value).first()
    if row is None:
        return None
    known = after_try(outcome, row.tries, at, noise)
    if known.state is State.WAITING:
        row.state, row.reason, row.code, row.next_at = known.state.value, known.reason, outcome.code, known.next_at
        row.save()
    else:
        _end(row, Outcome("stuck", known.reason, outcome.code) if known.state is State.STUCK else outcome, by.key, at)
    _learn(row, outcome, at)
    if outcome.kind == "sent":
        _rest(row, at)
    fared(row.link_id, outcome, at)
    return row


def _rest(row: Sending, at: datetime) -> None:
    """The photos that one call of Open311 had no room for follow as updates, one each."""
    updates = row.link.way == "open311" and terms_of(row.link).mapping.updates
    if not updates or PHOTOS not in row.fields or row.pairing is None or not row.pairing.there:
        return
    case = Case.objects.filter(pk=_thing(row.pairing)).first()
    if case is None or row.pairing.sendings.filter(ended_at__isnull=True).exists():
        return
    mine = {str(pk) for pk in row.pictures.values_list("photo", flat=True)}
    photos = [one for one in photos_of(case, viewer_for(row.link).key) if one["id"] not in mine]
    if untold(row, photos):
        lined_up_again(row, at)


def lined_up_again(row: Sending, at: datetime) -> Sending | None:
    """One more event of the case of an event: as it stands now, with its photos."""
    if row.pairing is None:
        return None
    pairing = Pairing.objects.select_for_update().get(pk=row.pairing.pk)
    pairing.last_number += 1
    pairing.save()
    return Sending.objects.create(
        link=row.link,
        pairing=pairing,
        number=pairing.last_number,
        event=f"{row.link.kind}.changed",
        made_at=at,
        next_at=at,
    )


def _learn(row: Sending, outcome: Outcome, at: datetime) -> None:
    """What the case is called over there, from now on."""
    if row.pairing is None or not (outcome.remote_id or outcome.token):
        return
    pairing = Pairing.objects.select_for_update().get(pk=row.pairing.pk)
    pairing.remote_id, pairing.token = outcome.remote_id or pairing.remote_id, outcome.token
    if row.link.way == "open311" and pairing.there:
        pairing.next_poll_at = at + policy().poll
    pairing.save()


def fared(link_id: UUID, outcome: Outcome, at: datetime, *, asked: bool = False) -> None:
    """Count how a call over a link went; where what goes out fails, an answer to a question (`asked`) mends nothing."""
    health = Health.objects.select_for_update().get(pk=link_id)
    health.last_try_at = at
    if outcome.shut:
        health.failures, health.reason = health.failures + 1, outcome.reason
        health.shut_until = shut_until(health.failures, at)
    elif outcome.code and not (asked and _fails(link_id)):
        health.failures, health.reason, health.shut_until, health.last_ok_at = 0, "", None, at
    health.save()


def _fails(link_id: UUID) -> bool:
    """Whether something was tried over a link and failed; its next try tells how the link fares."""
    rows = Sending.objects.filter(link=link_id, state=State.WAITING.value, ended_at__isnull=True)
    return rows.exclude(reason="").exists()


def _end(row: Sending, outcome: Outcome, by: str, at: datetime) -> None:
    """Bring an event to its end, or to a person."""
    states = {"sent": State.SENT, "passed": State.PASSED}
    state = states.get(outcome.kind, State.STUCK)
    row.state, row.reason, row.code, row.next_at = state.value, outcome.reason, outcome.code, None
    row.receipt = outcome.remote_id or outcome.token
    if state is not State.STUCK:
        row.ended_at, row.ended_by = at, by or "program"
    row.save()
    if state is State.SENT:
        went_out(row)
    if state is State.PASSED:
        unsay(row)


def ended(row: Sending, state: State, by: str, at: datetime) -> None:
    """Bring an event to an end that a person or a file gives it."""
    row.state, row.reason, row.next_at, row.ended_at, row.ended_by = state.value, "", None, at, by
    row.save()
    if state is State.GIVEN_UP:
        unsay(row)
    else:
        went_out(row)


def lost(at: datetime) -> list[Sending]:
    """What was taken in hand and never recorded: a webhook goes again under its id, a request waits for a person."""
    old = Sending.objects.filter(state=State.SENDING.value, claimed_at__lte=at - policy().lost)
    rows = list(old.select_for_update(skip_locked=True, of=("self",)).select_related("link", "pairing"))
    for row in rows:
        new = row.event == "case.dispatched" and not (row.pairing and row.pairing.remote_id)
        if row.link.way == "open311" and new:
            row.state, row.reason, row.next_at = State.STUCK.value, "uncertain", None
        else:
            row.state, row.reason, row.next_at = State.WAITING.value, "timeout", at
    Sending.objects.bulk_update(rows, ["state", "reason", "next_at"])
    return rows


def put_back(rows: Iterable[Sending], at: datetime) -> list[Sending]:
    """Try again now what a person asks for, as if it had not been tried; the link is no longer left alone."""
    held = [row for row in rows if row.state in {State.STUCK, State.WAITING}]
    for row in held:
        row.state, row.next_at, row.tries, row.reason = State.WAITING.value, at, 0, ""
    Sending.objects.bulk_update(held, ["state", "next_at", "tries", "reason"])
    Health.objects.filter(link__in={row.link_id for row in held}).update(shut_until=None)
    return held
