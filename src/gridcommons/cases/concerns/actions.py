"""Writes of concerns: said by nobody in particular, gathered by week, answered in public, destroyed in time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef

from gridcommons.access.deeds import deed
from gridcommons.access.queries import find_office, office_at
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.codes import ZONE, digest_of, track_key, tracking_code
from gridcommons.cases.concerns.models import Concern, Digest, DigestLine, Wish
from gridcommons.cases.concerns.policy import packaged
from gridcommons.cases.concerns.rules import figures_of, is_quote, week_of
from gridcommons.cases.concerns.telling import tell_askers, tell_office
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.masking import mask
from gridcommons.kit.span import Span
from gridcommons.people.actions import keep_contact
from gridcommons.people.contacts import Contact
from gridcommons.people.following import CONTACT_LIFE, follow_case
from gridcommons.territory.queries import area_on

ANSWER_LIMIT: Final = 4_000
_LEAST: Final = 2
_WEEK: Final = timedelta(days=7)

NAMELESS = refusal_kind(
    "concern.nameless",
    status=403,
    zh="关切不记在任何账户名下，没有任何内容被保存；请从“居民关切”页面提交，不需要登录。",
    en="What people say is kept under no account, and nothing was kept: say it on the page “What people say”, which "
    "asks for no login.",
)
NO_WORDS = refusal_kind(
    "concern.no_words",
    status=400,
    zh="请写几句您想说的话。",
    en="Please say in a few words what is on your mind.",
)
NO_SUBJECT = refusal_kind(
    "concern.no_subject",
    status=400,
    zh="请选择与什么有关；都不合适的，选“其他”。",
    en="Please choose what it is about; if nothing fits, take “other”.",
)
NO_PLACE = refusal_kind(
    "concern.no_place",
    status=400,
    zh="请选择所在的村、社区。",
    en="Please choose the village or community.",
)
NOT_SERVED = refusal_kind(
    "concern.not_served",
    status=422,
    zh="本平台还没有这个地方的受理单位，没有任何内容被保存；请拨打当地12345。",
    en="No office here reads what is said about this place yet, and nothing was kept; call 12345 there.",
)
UNKNOWN = refusal_kind(
    "concern.unknown",
    status=404,
    zh="没有找到。代码可能有误，或已按期销毁。",
    en="Nothing was found: the code may be wrong, or its time is over and it was destroyed.",
)
NO_REASON = refusal_kind(
    "concern.no_reason",
    status=400,
    zh="请从列表中选择理由。",
    en="Choose a reason from the list.",
)
NO_ANSWER = refusal_kind(
    "concern.no_answer",
    status=400,
    zh="请用自己的话写明大家关心什么，以及答复。",
    en="Please write in your own words what people care about, and the answer.",
)
QUOTE = refusal_kind(
    "concern.quote",
    status=422,
    zh="这段话照抄了居民的原话，可能让人认出是谁说的；请用自己的话概括。",
    en="This repeats what somebody said, word for word, and could tell who it was; sum it up in your own words.",
)
NAMES = refusal_kind(
    "concern.names",
    status=422,
    zh="这段话里有姓名、电话或证件号码之类的内容，公开前请删去。",
    en="This holds a name, a phone or a number of papers; take it out before it is published.",
)


def _there(facts: Mapping[str, Any]) -> Place:
    """The township alone: the ledger does not know the village."""
    return Place(CHINA.cut(str(facts["area_code"]), "township"))


def _nobody(_result: Any, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The entry of a saying names nothing: not even the row, which could then be told by its moment."""
    return ()


@deed("concern.say", on=_there, subjects=_nobody)
def say(*, area_code: str, subject: str, text: str, by: Viewer, at: datetime, purpose: str = "own_case") -> date:
    """Keep what somebody said, masked, under village, subject and week; returns the week. Refuses an account."""
    if by.user_id is not None:
        raise refuse(NAMELESS)
    policy = packaged()
    words = mask(clean_text(text, limit=policy.text_limit)).text
    if len(words) < _LEAST:
        raise refuse(NO_WORDS)
    if subject not in policy.subjects:
        raise refuse(NO_SUBJECT)
    township, village = _place(area_code, at)
    week = week_of(local_day(at, ZONE))
    row = Concern(
        township_code=township, village_code=village, subject=subject, week=week, text=words,
        mark=hashlib.sha256(words.encode()).digest(),
    )  # fmt: skip
    Concern.objects.bulk_create([row], ignore_conflicts=True)
    return week


def _place(area_code: str, at: datetime) -> tuple[str, str]:
    """Township and village of a place; a grid is cut to its village, so that nobody is told by a smaller one."""
    if not CHINA.depth_at_least(area_code, "township"):
        raise refuse(NO_PLACE)
    code = area_on(CHINA.cut(area_code, "village"), local_day(at, ZONE)).code
    township = CHINA.cut(code, "township")
    if find_office(township, "supervision") is None:
        raise refuse(NOT_SERVED)
    return township, code if CHINA.depth_at_least(code, "village") else ""


@deed("concern.ask_answer", on=_there, subjects=_nobody)
def ask_answer(
    *, area_code: str, week: date, contact: Contact, language: str, by: Viewer, at: datetime, purpose: str = "own_case"
) -> str:
    """Note that somebody wants to know the answer to a township's week; returns the code that opens it.

    A deed and a transaction of its own, so that the database itself cannot join it to what was said.
    """
    if by.user_id is not None:
        raise refuse(NAMELESS)
    code = tracking_code()
    parties = [track_key(code)]
    contact_id = None
    if not contact.is_empty:
        # No area: no office finds it; only the program does, to send the notice.
        contact_id = keep_contact(
            contact=contact, area_code="", parties=parties, language=language, share_with_handler=False, by=by, at=at
        )
    Wish(
        township_code=_place(area_code, at)[0], week=week_of(week), code_digest=digest_of(code), contact_id=contact_id,
        language=language, parties=parties,
    ).save(force_insert=True)  # fmt: skip
    return code


@deed("concern.gather")
def gather(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[Digest]:
    """Make the digests of all weeks that are over, and tell the offices that owe an answer."""
    today = week_of(local_day(at, ZONE))
    weeks = Concern.objects.filter(week__lt=today).values_list("township_code", "week").distinct()
    known = set(Digest.objects.values_list("township_code", "week"))
    made = [_gathered(township, week, at) for township, week in weeks.order_by("week") if (township, week) not in known]
    return [digest for digest in made if digest is not None]


def _gathered(township: str, week: date, at: datetime) -> Digest | None:
    policy = packaged()
    uncounted = policy.asides.keys() - policy.counted
    rows = Concern.objects.filter(township_code=township, week=week).exclude(aside__in=uncounted)
    counts = Counter(rows.values_list("village_code", "subject"))
    if not counts:
        return None
    lines = sorted((village, subject, n) for (village, subject), n in counts.items())
    digest = Digest.objects.create(
        township_code=township, week=week, figures=figures_of(lines).as_dict(), gathered_at=at,
        due_at=Span(days=policy.answer_days).due(WorkingCalendar.load(), at),
    )  # fmt: skip
    DigestLine.objects.bulk_create(
        DigestLine(digest=digest, township_code=township, village_code=village, subject=subject, n=n)
        for village, subject, n in lines
    )
    tell_office(digest, at)
    return digest


def _of_concern(facts: Mapping[str, Any]) -> Place:
    row = Concern.objects.filter(pk=facts["concern_id"]).values_list("township_code", flat=True).first()
    if row is None:
        raise refuse(UNKNOWN)
    return Place(row, personal=True)


@deed("concern.set_aside", on=_of_concern)
def set_aside(*, concern_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Concern:
    """Destroy words that must not stay, as about a person; why is kept, what was said is not."""
    if reason not in packaged().asides:
        raise refuse(NO_REASON)
    concern = Concern.objects.select_for_update().get(pk=concern_id)
    concern.text, concern.aside = "", reason
    concern.save(update_fields=["text", "aside"])
    return concern


def _of_digest(facts: Mapping[str, Any]) -> Place:
    row = Digest.objects.filter(pk=facts["digest_id"]).values_list("township_code", flat=True).first()
    if row is None:
        raise refuse(UNKNOWN)
    return Place(row, personal=True)


@deed("concern.answer", on=_of_digest)
def answer(*, digest_id: UUID, summary: str, answer: str, by: Viewer, at: datetime, purpose: str = "service") -> Digest:
    """Publish the office's own summary and its answer; a second time corrects it. The program then tells who asked."""
    digest = Digest.objects.select_for_update().get(pk=digest_id)
    own, reply = (clean_text(text, limit=ANSWER_LIMIT) for text in (summary, answer))
    _check_answer(digest, own, reply)
    digest.summary, digest.answer, digest.answered_at = own, reply, digest.answered_at or at
    digest.office_id = office_at(digest.township_code, "supervision").id
    digest.save()
    return digest


def _check_answer(digest: Digest, summary: str, reply: str) -> None:
    policy = packaged()
    if min(len(summary), len(reply)) < _LEAST:
        raise refuse(NO_ANSWER)
    said = Concern.objects.filter(township_code=digest.township_code, week=digest.week).exclude(text="")
    texts = list(said.values_list("text", flat=True))
    for text in (summary, reply):
        if mask(text).findings:
            raise refuse(NAMES)
        if is_quote(text, texts, han=policy.quote_han, letters=policy.quote_letters):
            raise refuse(QUOTE)


@deed("concern.tell", subjects=_nobody)
def tell(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Tell whoever asked for an answer that it is there; by the program, for no office may find them."""
    waiting = Wish.objects.select_for_update(skip_locked=True).filter(told_on__isnull=True)
    answered = set(Digest.objects.filter(answered_at__isnull=False).values_list("township_code", "week"))
    told = [wish for wish in waiting if (wish.township_code, wish.week) in answered]
    for wish in told:
        wish.told_on = local_day(at, ZONE)
        wish.save(update_fields=["told_on"])
        tell_askers(wish, at)
        if wish.contact_id is not None:
            follow_case(contact_id=wish.contact_id, area_code="", office_party="", ended_at=at)
    return len(told)


@deed("concern.forget", subjects=_nobody)
def forget(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Destroy words whose digest is old enough, and wishes that were met or waited too long; returns how many."""
    policy, today = packaged(), local_day(at, ZONE)
    old = Digest.objects.filter(gathered_at__lte=at - timedelta(days=policy.words_days))
    digested = old.filter(township_code=OuterRef("township_code"), week=OuterRef("week"))
    gone = Concern.objects.filter(Exists(digested)).delete()[0]
    # A week of which nothing was counted has no digest.
    gone += Concern.objects.filter(week__lte=today - timedelta(days=policy.words_days) - 2 * _WEEK).delete()[0]
    tired = Wish.objects.filter(told_on__isnull=True, week__lte=today - timedelta(days=policy.wish_days))
    for contact_id in tired.exclude(contact=None).values_list("contact_id", flat=True):
        follow_case(contact_id=contact_id, area_code="", office_party="", ended_at=at - CONTACT_LIFE)
    gone += tired.delete()[0]
    return gone + Wish.objects.filter(told_on__lte=today - timedelta(days=policy.told_days)).delete()[0]
