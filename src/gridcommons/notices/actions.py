"""Writes of notices on their way: sorted, claimed, recorded, receipted, counted, forgotten; and reading them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.ids import uuid7
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.notices.inboxes import received_by
from gridcommons.notices.models import Attempt, DeliveryCount, Notice, Preference, Stop, Wording
from gridcommons.notices.policy import packaged_policy
from gridcommons.notices.ready import Ready
from gridcommons.notices.rules import ON_THE_WAY, STUCK, Decision, Outcome, State, Wish, after_receipt, after_try
from gridcommons.notices.signing import message_key, stop_key
from gridcommons.notices.sorting import WAY, decided, put, ready_of
from gridcommons.notices.texts import packaged_texts, version_of, wording_faults
from gridcommons.notices.wishes import NOTHING, columns_of, wishes_of
from gridcommons.notices.wording import COUNTY, unkept

NOTICE_LIFE: Final = timedelta(days=30)
"""How long a notice is kept (`Retention.BRIEF`); what it told stands in the case."""

NO_NOTICE = refusal_kind(
    "notices.no_such",
    status=404,
    zh="没有这条通知。",
    en="There is no such notice.",
)
NO_MESSAGE = refusal_kind(
    "notices.no_message",
    status=404,
    zh="没有发出过这条消息。",
    en="No such message was sent.",
)
NO_WISH = refusal_kind(
    "notices.no_wish",
    status=404,
    zh="没有找到可以设置的通知方式。",
    en="There is nothing here whose notices could be set.",
)
NOT_STUCK = refusal_kind(
    "notices.not_stuck",
    status=409,
    zh="只有未能送达或不确定是否送达的消息才能要求重发，其余的不会再发一次。请刷新页面，看看现在的状态。",
    en="Only what failed or is uncertain can be asked to be tried again; nothing else is sent twice. Load the page "
    "again to see how it stands now.",
)
NOT_A_COUNTY = refusal_kind(
    "notices.not_a_county",
    status=400,
    zh="通知文本只能由县（市、区）改写。",
    en="Only a county may word notices in its own way.",
)


def _ready_subjects(result: list[Ready], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"notice:{one.id}" for one in result)


@deed("notices.sort", subjects=_ready_subjects)
def sort_out(
    *, ways: frozenset[str], replaying: bool = False, most: int = 200, by: Viewer, at: datetime,
    purpose: str = "operation",
) -> list[Ready]:  # fmt: skip
    """What of the due notices goes out now; the others are held, end, or fail, each with its reason.

    `replaying`: the demo's notices of past days, each judged at its own moment instead of now.
    """
    due = Notice.objects.select_for_update(skip_locked=True).filter(state__in=ON_THE_WAY, next_at__lte=at)
    notices = list(due.order_by("next_at", "id")[:most])
    wishes = wishes_of(one.to for one in notices)
    ready = []
    for notice in notices:
        wish = wishes.get(notice.to, NOTHING)
        moment = (notice.next_at or at) if replaying else at
        decision = decided(notice, wish, moment, ways)
        if decision.state is State.WAITING:
            ready.append(ready_of(notice, wish, moment))
        else:
            put(notice, decision, at)
            notice.save(update_fields=WAY)
    return ready


@deed("notices.claim")
def claim(
    *, ids: Sequence[UUID], message: UUID, channel: str, by: Viewer, at: datetime, purpose: str = "operation"
) -> list[Notice]:
    """Take notices in hand as one message, so that no other process sends them; returns those that were free."""
    free = Notice.objects.select_for_update(skip_locked=True).filter(pk__in=ids, state__in=ON_THE_WAY)
    claimed = list(free.order_by("created_at", "id"))
    key = message_key(message)
    for notice in claimed:
        notice.state, notice.claimed_at, notice.message, notice.channel = State.SENDING, at, message, channel
        notice.tries += 1
        notice.parties = [*dict.fromkeys([*notice.parties, key])]
        notice.save(update_fields=["state", "claimed_at", "message", "channel", "tries", "parties"])
    Attempt.objects.bulk_create(
        Attempt(notice=notice, message=message, channel=channel, at=at, state=State.SENDING) for notice in claimed
    )
    return claimed


@deed("notices.record")
def record(
    *, ids: Sequence[UUID], message: UUID, outcome: Outcome, noise: float, by: Viewer, at: datetime,
    purpose: str = "operation",
) -> list[Notice]:  # fmt: skip
    """Keep what became of a try; what a receipt said meanwhile stands."""
    notices = list(Notice.objects.select_for_update().filter(pk__in=ids, message=message))
    for notice in notices:
        if notice.state == State.SENDING:
            put(notice, after_try(outcome, tries=notice.tries, at=at, noise=noise, policy=packaged_policy()), at)
            notice.save(update_fields=WAY)
    tried = Attempt.objects.filter(notice_id__in=ids, message=message, ended_at__isnull=True)
    tried.update(ended_at=at, state=outcome.state, code=outcome.code, reason=outcome.reason)
    return notices


@deed("notices.lay_aside")
def lay_aside(
    *, ids: Sequence[UUID], decision: Decision, by: Viewer, at: datetime, purpose: str = "operation"
) -> list[Notice]:
    """Put notices where they belong that are not tried now: given up, not wanted, or later."""
    notices = list(Notice.objects.select_for_update().filter(pk__in=ids, state__in=[*ON_THE_WAY, State.SENDING]))
    for notice in notices:
        put(notice, decision, at)
        notice.save(update_fields=WAY)
    return notices


@deed("notices.lose")
def lose(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[Notice]:
    """What a process claimed and never told the end of is uncertain from now on."""
    late = Notice.objects.select_for_update(skip_locked=True).filter(
        state=State.SENDING, claimed_at__lte=at - packaged_policy().lost
    )
    lost = list(late)
    for notice in lost:
        put(notice, Decision(State.UNCERTAIN, "lost", at), at)
        notice.save(update_fields=WAY)
    tried = Attempt.objects.filter(notice__in=lost, ended_at__isnull=True)
    tried.update(ended_at=at, state=State.UNCERTAIN, reason="lost")
    return lost


def _of_message(facts: Mapping[str, Any]) -> Place:
    key = message_key(facts["message"])
    if not Notice.objects.filter(message=facts["message"], parties__contains=[key]).exists():
        raise refuse(NO_MESSAGE)
    return Place(parties=frozenset({key}))


@deed("notices.receipt", on=_of_message, keeps=("told",))
def take_receipt(
    *, message: UUID, told: str, code: str = "", by: Viewer, at: datetime, purpose: str = "own_case"
) -> list[Notice]:
    """What a gateway says became of a message; the same again, or what cannot be true, changes nothing."""
    changed = []
    for notice in Notice.objects.select_for_update().filter(message=message):
        new = after_receipt(State(notice.state), told)
        if new is None:
            continue
        put(notice, Decision(new, "reported_failed" if new is State.FAILED else ""), at)
        notice.save(update_fields=WAY)
        changed.append(notice)
    return changed


def _to_me(facts: Mapping[str, Any]) -> Place:
    """A notice that stands in the viewer's inbox; any other is not there."""
    if not Notice.objects.filter(received_by(facts["by"], facts["at"]), pk=facts["notice_id"]).exists():
        raise refuse(NO_NOTICE)
    return Place()


@deed("notices.read", on=_to_me)
def mark_read(*, notice_id: UUID, by: Viewer, at: datetime, purpose: str = "own_case") -> Notice:
    """The receiver has read it."""
    notice = Notice.objects.get(pk=notice_id)
    notice.read_at = notice.read_at or at
    notice.save(update_fields=["read_at"])
    return notice


def _how_many(result: int, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


@deed("notices.read_all", subjects=_how_many)
def mark_all_read(*, by: Viewer, at: datetime, purpose: str = "own_case") -> int:
    """Everything in the viewer's inbox up to this moment is read; returns how many were not."""
    mine = Notice.objects.filter(received_by(by, at), channel="inside", read_at__isnull=True, created_at__lte=at)
    return mine.update(read_at=at)


@deed("notices.unread", subjects=_how_many)
def mark_unread(*, read_at: datetime, by: Viewer, at: datetime, purpose: str = "own_case") -> int:
    """Take back the marking of one moment: what was read then counts as new again."""
    return Notice.objects.filter(received_by(by, at), read_at=read_at).update(read_at=None)


@deed("notices.forget")
def forget_notices(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[UUID]:
    """Delete notices 30 days after they were made, whether they arrived or not; returns which, and their messages."""
    old = Notice.objects.filter(created_at__lte=at - NOTICE_LIFE)
    gone = {one for pair in old.values_list("pk", "message") for one in pair if one is not None}
    old.delete()
    return sorted(gone)


@deed("notices.count")
def count_deliveries(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Post how many notices that leave the program stand where; returns how many rows."""
    rows = list(
        Notice.objects.exclude(channel="inside").order_by().values_list("channel", "state", "failure")
        .annotate(n=Count("id"), oldest=Min("created_at"))
    )  # fmt: skip
    for channel, state, reason, n, oldest in rows:
        facts = {"n": n, "oldest_at": oldest, "counted_at": at}
        DeliveryCount.objects.update_or_create(channel=channel, state=state, reason=reason, defaults=facts)
    DeliveryCount.objects.filter(counted_at__lt=at).delete()
    return len(rows)


@deed("notices.retry")
def retry_asked(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[Notice]:
    """Put what an officer asked to have tried again back into the outbox, if its time is not over."""
    again: list[Notice] = []
    for asked in DeliveryCount.objects.filter(retry_asked_at__isnull=False, state__in=STUCK):
        stuck = Q(channel=asked.channel, state=asked.state, failure=asked.reason)
        young = Q(created_at__gt=at - packaged_policy().expires)
        again += Notice.objects.select_for_update(skip_locked=True).filter(stuck & young)
    for notice in again:
        known = notice.state == State.UNCERTAIN
        put(notice, Decision(State.UNCERTAIN if known else State.WAITING, notice.failure, at), at)
        notice.tries = 0
        if not known:
            notice.message = None  # under its old key a gateway would answer as it did, and send nothing
        notice.save(update_fields=[*WAY, "tries", "message"])
    DeliveryCount.objects.filter(retry_asked_at__isnull=False).update(retry_asked_at=None)
    return again


@deed("notices.remember")
def remember_texts(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Keep the program's present words, so that notices pinned to them can be told after the program has new ones."""
    new = unkept()
    for wording in new:
        wording.made_at, wording.made_by, wording.ended_at = at, by.key, None
        wording.save(force_insert=True)
    return len(new)


def _of_wish(facts: Mapping[str, Any]) -> Place:
    """One's own account, or a contact whose case one holds; any other is not there."""
    to, by = facts["to"], facts["by"]
    if to == by.key and by.user_id:
        return Place(parties=frozenset({to}))
    parties = Preference.objects.filter(to=to).values_list("parties", flat=True).first()
    if parties is None:
        raise refuse(NO_WISH)
    return Place(parties=frozenset(parties))


@deed("notices.keep_wish")
def keep_wish(
    *, contact_id: UUID, parties: Sequence[str], wish: Wish, by: Viewer, at: datetime, purpose: str = "own_case"
) -> UUID:
    """Keep how the reporter behind a new contact wants to be told; returns the row's id, which they may not read."""
    row, to = uuid7(), f"contact:{contact_id}"
    Preference.objects.create(
        id=row, to=to, contact_id=contact_id, parties=[*parties, to], changed_at=at, **columns_of(wish)
    )  # fmt: skip
    return row


@deed("notices.wish", on=_of_wish)
def set_wish(*, to: str, wish: Wish, by: Viewer, at: datetime, purpose: str = "own_case") -> Preference:
    """Change how somebody wants to be told; what waits goes out in the new way."""
    facts = columns_of(wish) | {"changed_at": at}
    row, _made = Preference.objects.update_or_create(to=to, defaults=facts, create_defaults=facts | {"parties": [to]})
    return row


def _of_link(facts: Mapping[str, Any]) -> Place:
    return Place(parties=frozenset({stop_key(facts["index"])}))


@deed("notices.stop", on=_of_link, keeps=("how",))
def stop(
    *, index: bytes, to: str = "", how: str, by: Viewer, at: datetime, purpose: str = "own_case"
) -> list[Preference]:
    """No more messages: about one report where `to` names it, else to this address at all."""
    if to:
        rows = list(Preference.objects.select_for_update().filter(to=to))
        for row in rows:
            row.unsubscribed_at = row.unsubscribed_at or at
            row.save(update_fields=["unsubscribed_at"])
        return rows
    Stop.objects.get_or_create(index=index, defaults={"parties": [stop_key(index)], "how": how, "at": at})
    return []


@deed("notices.resume", on=_of_link)
def resume(*, index: bytes, to: str = "", by: Viewer, at: datetime, purpose: str = "own_case") -> list[Preference]:
    """Messages again: to this address, and about the report that `to` names."""
    Stop.objects.filter(index=index).delete()
    rows = list(Preference.objects.select_for_update().filter(to=to)) if to else []
    for row in rows:
        row.unsubscribed_at = None
        row.save(update_fields=["unsubscribed_at"])
    return rows


def _in_county(facts: Mapping[str, Any]) -> Place:
    code = facts["area_code"]
    if CHINA.level_of(code).key != COUNTY:
        raise refuse(NOT_A_COUNTY)
    return Place(code)


def _worded(text_key: str, area_code: str) -> QuerySet[Wording]:
    """The county's own words that are in force for a text, whatever code the county had when it chose them."""
    known = in_force().known_as(area_code)
    return Wording.objects.filter(text_key=text_key, area_code__in=known, ended_at__isnull=True)


@deed("notices.word", on=_in_county, keeps=("text_key",))
def word(
    *, text_key: str, area_code: str, words: Words, reason: str, by: Viewer, at: datetime,
    purpose: str = "administration",
) -> Wording:  # fmt: skip
    """Word a text in the county's own way from now on; notices that were made keep the words they were made with."""
    text = packaged_texts().get(text_key)
    faults = wording_faults(words, text.facts)
    if faults:
        raise Refusal(faults)
    _worded(text_key, area_code).update(ended_at=at)
    facts = {
        "text_key": text_key, "area_code": area_code, "zh": words.zh, "en": words.en, "reason": reason[:300],
        "made_at": at, "made_by": by.key, "ended_at": None,
    }  # fmt: skip
    version = version_of(text_key, area_code, words)
    return Wording.objects.update_or_create(version=version, defaults=facts)[0]


@deed("notices.unword", on=_in_county, keeps=("text_key",))
def unword(
    *, text_key: str, area_code: str, by: Viewer, at: datetime, purpose: str = "administration"
) -> list[Wording]:
    """Go back to the program's own words for a text."""
    rows = list(_worded(text_key, area_code))
    Wording.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=at)
    return rows


@deed("notices.ask_retry", keeps=("channel", "state", "reason"))
def ask_retry(
    *, channel: str, state: str, reason: str, by: Viewer, at: datetime, purpose: str = "administration"
) -> list[DeliveryCount]:
    """Ask the program to try again what is stuck for a reason; it does so in its next round."""
    if state not in STUCK:
        raise refuse(NOT_STUCK)
    rows = list(DeliveryCount.objects.filter(channel=channel, state=state, reason=reason))
    DeliveryCount.objects.filter(pk__in=[row.pk for row in rows]).update(retry_asked_at=at)
    return rows
