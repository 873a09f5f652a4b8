"""The table of a problem: its row locked, who acts for which office, the step written, parties and public row kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gridcommons.access.queries import OfficeFacts, office_at
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.codes import ZONE
from gridcommons.cases.problems.models import Problem, ProblemStep, Seat
from gridcommons.cases.problems.moves import require
from gridcommons.cases.problems.patterns import packaged
from gridcommons.cases.problems.publishing import publish
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import within
from gridcommons.kit.errors import Refusal, refusal_kind, refuse, worded
from gridcommons.kit.lineage import in_force
from gridcommons.kit.masking import mask
from gridcommons.kit.words import Words

NOTE_LIMIT: Final = 4_000
LEAST: Final = 2

UNKNOWN = refusal_kind(
    "problem.unknown",
    status=404,
    zh="没有找到这个共性问题。请核对编号，或从列表打开。",
    en="No such problem was found. Check its number, or open it from the list.",
)
NO_WORDS = refusal_kind(
    "problem.no_words",
    status=400,
    zh="请写明{what_zh}。",
    en="Please say in words: {what_en}.",
)
NO_OWNER = refusal_kind(
    "problem.no_owner",
    status=409,
    zh="牵头单位须是本地或上级的处置单位，不能是监督单位；请另选。",
    en="The owner must be a handling office of this place or of one above it, not a supervising one; choose another.",
)
NO_CAUSE = refusal_kind(
    "problem.no_cause",
    status=400,
    zh="请从列表中选择原因；都不合适的，选“其他”并写明。",
    en="Choose a cause from the list; if none fits, take “other” and say it in words.",
)
BAD_DATE = refusal_kind(
    "problem.bad_date",
    status=400,
    zh="日期不对：应不早于{first}、不晚于{last}。",
    en="The date is wrong: it must lie between {first} and {last}.",
)
NOT_YOUR_SEAT = refusal_kind(
    "problem.not_your_seat",
    status=403,
    zh="这一席属于别的单位，应由该单位答复或报告；没有账号的组织，由会商的召集单位代录。",
    en="This seat is another's: that office answers and reports itself. For bodies without an account the office that "
    "keeps the table does.",
)


def of_problem(facts: Mapping[str, Any]) -> Place:
    """Where a problem lies and who is party to it; one that the viewer cannot see is not found."""
    row = Problem.objects.filter(pk=facts["problem_id"]).values_list("area_code", "parties").first()
    if row is None:
        raise refuse(UNKNOWN)
    return Place(row[0], frozenset(row[1]), personal=True)


def locked(problem_id: UUID, move: str) -> Problem:
    """The problem, locked, in a state from which the step starts."""
    problem = Problem.objects.select_for_update().filter(pk=problem_id).first()
    if problem is None:
        raise refuse(UNKNOWN)
    require(move, problem.state)
    return problem


def words(text: str, what: str, what_en: str, *, limit: int = NOTE_LIMIT, needed: bool = True) -> str:
    """A text made plain; refuses (`problem.no_words`) one that is needed and empty."""
    plain = clean_text(text, limit=limit)
    if needed and len(plain) < LEAST:
        raise Refusal((worded(NO_WORDS, what=Words(what, what_en)),))
    return plain


def open_words(text: str, what: str, what_en: str, *, limit: int = NOTE_LIMIT, needed: bool = True) -> str:
    """A text that will be public: made plain and masked."""
    return mask(words(text, what, what_en, limit=limit, needed=needed)).text


def day_between(day: date, first: date, last: date) -> date:
    """The day; refuses (`problem.bad_date`) one before the first or after the last."""
    if not first <= day <= last:
        raise refuse(BAD_DATE, first=first.isoformat(), last=last.isoformat())
    return day


def last_day(at: datetime) -> date:
    """The last day that anything at a table may be planned for: two years on."""
    return local_day(at, ZONE) + timedelta(days=730)


def owner_at(problem: Problem, area_code: str, kind: str) -> OfficeFacts:
    """The office that is to own a problem; refuses a supervising one and one of elsewhere."""
    office = office_at(area_code, kind)
    if office.side != "command" or not within(in_force().current(problem.area_code), (office.area_code,)):
        raise refuse(NO_OWNER)
    return office


def known_cause(key: str) -> str:
    """A cause of the list."""
    if key not in packaged().causes:
        raise refuse(NO_CAUSE)
    return key


def acting(by: Viewer, problem: Problem, deed: str, at: datetime) -> UUID | None:
    """The office for which a viewer takes a step: of the first grant in force that holds the deed and reaches."""
    for grant in by.grants:
        if not grant.holds_at(at) or grant.role not in ROLES or deed not in ROLES[grant.role].deeds:
            continue
        if grant.covers(problem.area_code) or f"office:{grant.office_id}" in problem.parties:
            return grant.office_id
    return None


def write_step(problem: Problem, move: str, by: Viewer, at: datetime, *, note: str = "", deed: str = "") -> None:
    """Move the problem, write its life line, keep its parties and its public row; saves the problem.

    Who sits at the table cannot take itself out of sight: the database lets nobody write a row that they then would
    not see. The keeper's next step does, or the program.
    """
    target = require(move, problem.state).target
    problem.state, problem.changed_at = target or problem.state, at
    if keeps_table(by, problem.area_code, at):
        problem.parties = _parties(problem)
    problem.save()
    ProblemStep.objects.create(
        problem=problem, action=move, at=at, by_key=by.key, by_name=by.name if by.user_id else "",
        office_id=acting(by, problem, deed or f"problem.{move}", at), note=note,
    )  # fmt: skip
    publish(problem)


def keep_parties(problem: Problem) -> None:
    """Take from sight of a problem who said no since its keeper's last step."""
    if problem.parties != (parties := _parties(problem)):
        problem.parties = parties
        problem.save(update_fields=["parties"])


def _parties(problem: Problem) -> list[str]:
    """The offices that see the problem wherever they are: its owner, and those asked that have not said no."""
    seated = Seat.objects.filter(problem=problem, office__isnull=False).exclude(answer="no")
    ids = {problem.owner_id, *seated.values_list("office_id", flat=True)} - {None}
    return sorted(f"office:{one}" for one in ids)


def seat_of_owner(problem: Problem, at: datetime) -> None:
    """The owner sits at the table without being asked."""
    assert problem.owner_id is not None
    Seat.objects.update_or_create(
        problem=problem, office_id=problem.owner_id, defaults={"answer": "yes", "answered_at": at},
        create_defaults={"kind": "office", "asked_at": at, "answer": "yes", "answered_at": at},
    )  # fmt: skip


def require_seat(seat: Seat, by: Viewer, at: datetime) -> None:
    """Refuse whoever neither serves the office of a seat nor, for one without an account, keeps the table."""
    own = f"office:{seat.office_id}" in by.office_keys_at(at)
    if not own and not (seat.office_id is None and keeps_table(by, seat.problem.area_code, at)):
        raise refuse(NOT_YOUR_SEAT)


def keeps_table(by: Viewer, area_code: str, at: datetime) -> bool:
    """Whether a viewer may ask others to the table here by their own area, not as one who was asked."""
    return any(
        grant.holds_at(at)
        and grant.is_local
        and grant.covers(area_code)
        and "problem.invite" in ROLES[grant.role].deeds
        for grant in by.grants
        if grant.role in ROLES
    )
