"""Writes of the inbox: taken in, understood or held, corrected by hand, read again, set aside, forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from gridcommons.access.deeds import Outcome, deed, deeds
from gridcommons.access.rules import NO_DEED, Place, Viewer
from gridcommons.access.scope import by_key
from gridcommons.collection.devices.opening import require_open
from gridcommons.collection.forms.queries import form_called, published_version
from gridcommons.collection.inbox.attaching import complete
from gridcommons.collection.inbox.erasing import empty_what_goes, is_same, without_erased
from gridcommons.collection.inbox.forgetting import delete_words
from gridcommons.collection.inbox.keeping import (
    Arrival,
    keep_new,
    plain_place,
    sender_areas,
    version_filled_in,
    versions_of,
)
from gridcommons.collection.inbox.mentioning import note_read, note_unread
from gridcommons.collection.inbox.models import (
    Paper,
    Remark,
    Replay,
    Review,
    Submission,
)
from gridcommons.collection.inbox.papers import envelope_of, pictures_named, tree_of
from gridcommons.collection.inbox.receiving import Sent
from gridcommons.collection.inbox.rules import (
    LAPSED,
    NO_REASON,
    NO_REMARK,
    NO_REVIEW,
    NOT_HELD,
    NOT_TAKEN,
    OTHER_CONTENT,
    OTHER_FORM,
    REVIEWS,
    SET_ASIDE,
    STATES,
    TO_BE_EMPTIED,
    UNKNOWN,
    UNKNOWN_VERSION,
    limits,
)
from gridcommons.collection.inbox.sending import as_ever, keep_once, note_why, sent_before
from gridcommons.collection.inbox.settling import settle
from gridcommons.collection.inbox.understanding import Meant, refusals, understood
from gridcommons.collection.inbox.undoing import answer_objections, give_back_former, lay_aside, undo
from gridcommons.collection.intake import areas_of
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Reason, Refusal, refuse, worded
from gridcommons.people.facts.erasing import steady

_REASON: Final = 300
_REMARK: Final = 2_000
_VERSION: Final = 60


@dataclass(frozen=True)
class Taken:
    """What became of a sending. `missing`: pictures that have not come. `waits`: a person looks at it first."""

    submission_id: UUID
    is_new: bool
    missing: tuple[str, ...] = ()
    waits: bool = False


def _of_sender(facts: Mapping[str, Any]) -> Place:
    """In the sender's own name; who serves nowhere, and did not of late, sends nothing."""
    by, at = facts["by"], facts["at"]
    areas = sender_areas(by, at)
    if not areas:
        raise refuse(NO_DEED)
    return Place(areas[0], parties=frozenset({by.key}))


def _taken_subject(result: Taken, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"submission:{result.submission_id}",)


@deed("inbox.receive", on=_of_sender, subjects=_taken_subject)
def receive(*, sent: Sent, device_id: UUID | None = None, by: Viewer, at: datetime, purpose: str = "service") -> Taken:
    """Take a submission in, once: stored whole before it is answered, whatever becomes of it afterwards.

    The same id with the same bytes brings what was missing; with other bytes it is refused.
    """
    require_open(device_id)
    held = sent_before(sent.envelope.instance_id, by, by_phone=device_id is not None)
    version = version_filled_in(sent, by, at, is_known=held is not None)
    if held is None:
        held, is_new = keep_once(sent, version, device_id, by, at)
    else:
        is_new = False
    if not sent.as_kept and not is_same(held, sent.sha256):
        raise refuse(OTHER_CONTENT)
    if held.state == "aside":
        raise refuse(NOT_TAKEN if LAPSED in held.notes else SET_ASIDE)
    if held.forgotten:
        return Taken(held.pk, is_new)
    with as_ever(held):
        missing = complete(held, sent.pictures, pictures_named(sent.tree, version.questions), at)
    if is_new and missing:  # it is read later than what comes whole
        note_unread([held])
    return Taken(held.pk, is_new, missing, waits=not areas_of(by, at))


def _of_arrival(one: Arrival, at: datetime) -> Place:
    return _of_sender({"by": one.by, "at": at})


def _arrived(taken: Taken) -> tuple[str, ...]:
    return (f"submission:{taken.submission_id}",)


@deeds("inbox.receive", on=_of_arrival, subjects=_arrived)
def receive_each(*, each: Sequence[Arrival], at: datetime, purpose: str = "service") -> list[Outcome[Taken]]:
    """Take in what different senders sent in the same moment, as far as it is new and plain; the rest goes alone."""
    return [Taken(row, is_new=True) if row else None for row in keep_new(each, versions_of(each), at)]


def _taken_subjects(result: list[Outcome[Taken]], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"submission:{one.submission_id}" for one in result if isinstance(one, Taken))


@deed("inbox.receive_batch", on=_of_sender, subjects=_taken_subjects)
def receive_batch(
    *, sent: Sequence[Sent], device_id: UUID, by: Viewer, at: datetime, purpose: str = "service"
) -> list[Outcome[Taken]]:
    """Take in what one phone kept while it had no network, in one transaction and one entry; the rest goes alone.

    What was received before with the same bytes is received, and not there twice.
    """
    require_open(device_id)
    arrivals = [Arrival(one, by, device_id) for one in sent]
    versions = versions_of(arrivals)
    kept = keep_new(arrivals, versions, at)
    answers: list[Outcome[Taken]] = [Taken(row, is_new=True) if row else None for row in kept]
    left = {one.envelope.instance_id for one, row in zip(sent, kept, strict=True) if row is None}
    held = {row.instance_id: row for row in Submission.objects.filter(instance_id__in=left, by_key=by.key)}
    for number, (one, row) in enumerate(zip(arrivals, kept, strict=True)):
        known = held.get(one.sent.envelope.instance_id)
        if row is None and known is not None and _is_same(one, known) and plain_place(one, versions, at):
            answers[number] = Taken(known.pk, is_new=False)
    return answers


def _is_same(one: Arrival, held: Submission) -> bool:
    """Whether the very same bytes were kept before, and were not set aside."""
    return is_same(held, one.sent.sha256) and held.state != "aside"


def _of_submission(facts: Mapping[str, Any]) -> Place:
    """Where it lies; what the viewer cannot see is not found."""
    area = Submission.objects.filter(pk=facts["submission_id"]).values_list("area_code", flat=True).first()
    if area is None:
        raise refuse(UNKNOWN)
    return Place(area, personal=True)


def _locked(submission_id: UUID) -> Submission:
    return Submission.objects.select_for_update().get(pk=submission_id)


@dataclass(frozen=True)
class Read:
    """Which submissions were understood, and why others were not: these are then held."""

    understood: tuple[UUID, ...]
    refused: Mapping[UUID, Refusal]


def _of_submissions(facts: Mapping[str, Any]) -> Place:
    """The area that holds all of them; what the viewer cannot see is not found."""
    areas = set(Submission.objects.filter(pk__in=facts["submission_ids"]).values_list("area_code", flat=True))
    if not areas:
        raise refuse(UNKNOWN)
    return Place(CHINA.above_all(areas), personal=True)


def _read_subjects(result: Read, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"submission:{one}" for one in result.understood)


@deed("inbox.understand", on=_of_submissions, subjects=_read_subjects)
def understand(*, submission_ids: Sequence[UUID], by: Viewer, at: datetime, purpose: str = "operation") -> Read:
    """Read received submissions and do what they cause; those that cannot be understood are told with their reasons.

    Refuses where none can be understood.
    """
    by_key()
    steady()
    ready = Submission.objects.filter(pk__in=submission_ids, state="received", empty_by__isnull=True)
    rows = ready.select_for_update().order_by("id")
    found = understood(list(rows), by, at)
    meant = without_erased([one for one in found.values() if isinstance(one, Meant)], at)
    read = Read(settle(meant, at), dict(refusals(found)))
    note_read(meant)
    if read.refused and not read.understood:
        raise Refusal(next(iter(read.refused.values())).reasons)
    return read


@deed("inbox.hold", on=_of_submission)
def hold(
    *, submission_id: UUID, reasons: tuple[Reason, ...], by: Viewer, at: datetime, purpose: str = "operation"
) -> Submission:
    """Hold what could not be understood for a person to repair; refuses what was settled meanwhile.

    What had been erased before it came or was read goes out of it, though nobody could ask it.
    """
    steady()
    held = _standing(submission_id, "received")
    empty_what_goes(held, at)
    held.state, held.held_at = "held", held.held_at or at
    held.reasons = [[reason.code, [list(fact) for fact in reason.facts]] for reason in reasons]
    held.save(update_fields=["state", "reasons", "held_at"])
    note_unread([held])
    return held


def _standing(submission_id: UUID, *states: str, forgotten: bool = False) -> Submission:
    """One in one of these states; refuses others, and one that waits to be emptied. `forgotten`: its words may be."""
    held = _locked(submission_id)
    if held.empty_by is not None:
        raise refuse(TO_BE_EMPTIED)
    if held.state not in states or (held.forgotten and not forgotten):
        raise Refusal((worded(NOT_HELD, state=STATES[held.state]),))
    return held


def _said(reason: str) -> str:
    said = clean_text(reason, limit=_REASON)
    if not said:
        raise refuse(NO_REASON)
    return said


def _again(held: Submission) -> Submission:
    held.state, held.reasons = "received", []
    held.save(update_fields=["state", "reasons", "waived", "held_at", "pressed_at"])
    return held


@deed("inbox.correct", on=_of_submission)
def correct(
    *, submission_id: UUID, content: bytes, reason: str, by: Viewer, at: datetime, purpose: str = "service"
) -> Submission:
    """Put corrected bytes beside what was sent, which stays as it was; it is read again from them."""
    held, said = _standing(submission_id, "held"), _said(reason)
    envelope = envelope_of(tree_of(content))
    if (envelope.form_key, envelope.version, envelope.instance_id) != (held.form_key, held.version, held.instance_id):
        raise refuse(OTHER_FORM)
    number = Paper.objects.filter(submission=held).count()
    Paper.objects.create(submission=held, number=number, content=content, by_key=by.key, at=at, reason=said)
    held.held_at = held.pressed_at = None  # somebody decided: its time begins anew
    return _again(held)


@deed("inbox.run_again", on=_of_submission)
def run_again(
    *, submission_id: UUID, waive: bool = False, by: Viewer, at: datetime, purpose: str = "service"
) -> Submission:
    """Read a held submission once more. `waive`: what holds it was looked at and may pass, such as a hand-over."""
    held = _standing(submission_id, "held")
    if waive:
        held.waived = sorted({*held.waived, *(code for code, _facts in held.reasons)})
    return _again(held)


@dataclass(frozen=True)
class SetAside:
    """A submission that was set aside, what it had caused before, and the objections that this answers.

    Both as the ledger names them.
    """

    submission: Submission
    undone: tuple[str, ...]
    answered: tuple[str, ...] = ()


def _aside_subjects(result: SetAside, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"submission:{result.submission.pk}", *result.undone, *result.answered)


@deed("inbox.set_aside", on=_of_submission, subjects=_aside_subjects)
def set_aside(*, submission_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> SetAside:
    """Set a submission aside: kept, not taken again; what it was to correct counts once more.

    What it caused is taken back, if it was understood: whoever lives there may object that it is not right, and is
    answered by this, with the reason. That goes without its words too, when these were forgotten, and before it is
    read.
    """
    steady()
    held, said = _standing(submission_id, "received", "held", "understood", forgotten=True), _said(reason)
    undone = (*undo(held, at), *give_back_former(held, at))
    note_why(held, said, by.key, at)
    lay_aside(held, at)
    return SetAside(held, undone, answer_objections(held, said, by.key, at))


def _of_form(facts: Mapping[str, Any]) -> Place:
    return Place(form_called(facts["form_key"]).area_code)


@deed("inbox.ask_replay", on=_of_form)
def ask_replay(*, form_key: str, version: str, by: Viewer, at: datetime, purpose: str = "administration") -> Replay:
    """Ask that all that was sent in a version is read once more; whoever asks need not see any of it."""
    if published_version(form_key, version) is None:
        raise refuse(UNKNOWN_VERSION, form=form_key[:_VERSION], version=version[:_VERSION])
    return Replay.objects.create(form_key=form_key, version=version, asked_by=by.key, asked_at=at)


@deed("inbox.replay", subjects=lambda _number, _facts: ())
def replay(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Have everything read once more that was asked for; returns how many submissions.

    What was understood once keeps the moment of it: being read again prolongs no retention.
    """
    total = 0
    for wish in Replay.objects.select_for_update().filter(done_at__isnull=True):
        rows = Submission.objects.filter(form_key=wish.form_key, version=wish.version, forgotten=False)
        read = rows.filter(state__in=("understood", "held"), empty_by__isnull=True)
        wish.number = read.update(state="received", reasons=[])
        wish.done_at = at
        wish.save(update_fields=["number", "done_at"])
        total += wish.number
    return total


@deed("inbox.forget", subjects=lambda _number, _facts: ())
def forget(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Forget what was said long ago: papers, pictures and answers go, that something came stays. Returns how many."""
    before = at - timedelta(days=limits().keep_days)
    over = Q(settled_at__lt=before, state__in=("understood", "aside"), forgotten=False, empty_by__isnull=True)
    ids = list(Submission.objects.filter(over).values_list("id", flat=True)[:5_000])
    Remark.objects.filter(submission__forgotten=True, at__lt=before).delete()
    delete_words(ids)
    return Submission.objects.filter(pk__in=ids).update(forgotten=True, reasons=[], parties=[])


def _of_marked(result: Review | Remark, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"submission:{result.submission_id}",)


@deed("inbox.review", on=_of_submission, subjects=_of_marked)
def review(*, submission_id: UUID, state: str, by: Viewer, at: datetime, purpose: str = "service") -> Review:
    """Say of a submission whether its answers are good for analysis; what it caused stands as it is."""
    if state not in REVIEWS:
        raise refuse(NO_REVIEW, known=", ".join(REVIEWS))
    held = _standing(submission_id, "received", "understood")
    found, _is_new = Review.objects.update_or_create(
        submission=held, defaults={"state": state, "by_key": by.key, "at": at}
    )  # fmt: skip
    return found


@deed("inbox.remark", on=_of_submission, subjects=_of_marked)
def remark(*, submission_id: UUID, body: str, by: Viewer, at: datetime, purpose: str = "service") -> Remark:
    """Put a remark beside a submission; it goes when its answers go."""
    said = clean_text(body, limit=_REMARK)
    if not said:
        raise refuse(NO_REMARK, most=_REMARK)
    held = _standing(submission_id, *STATES)
    return Remark.objects.create(submission=held, body=said, by_key=by.key, at=at)
