"""Life lines read, measured and posted down to `outlook.indicators`; and measured again, to compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Min, Q

from gridcommons.access.queries import offices
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.casting import clock_kind, span_of
from gridcommons.cases.codes import ZONE
from gridcommons.cases.measuring.minutes import minutes
from gridcommons.cases.measuring.rules import Did, Frame, Life, measured
from gridcommons.cases.models import Case, Step
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.clock import local_day
from gridcommons.matters.matter import Matter, MatterClass
from gridcommons.matters.queries import matters_as_of
from gridcommons.outlook.indicators.actions import finish_recount, post_cells
from gridcommons.outlook.indicators.formulas import Formulas, formulas
from gridcommons.outlook.indicators.placing import areas_over
from gridcommons.outlook.indicators.queries import counted_terms, posted_cells
from gridcommons.outlook.indicators.standing import waiting_recounts
from gridcommons.outlook.indicators.tally import Counted, Mark, Total, add_up, digest_of
from gridcommons.outlook.indicators.terms import AGAIN_DAYS, Term, standing, term_of, terms_over
from gridcommons.territory.reorganising.queries import last_switch

_BATCH: Final = 2_000
_WAIT: Final = timedelta(days=15)
"""A dispatch or check falls due a day of working time after its step: the longest holidays lie between."""


@dataclass(frozen=True)
class _Case:
    """A case as it is read: the columns that measuring needs."""

    id: UUID
    area_code: str
    matter: Matter
    channel: str
    public: bool
    file_by: datetime | None
    extra: int
    desk: UUID | None


def measure(term: Term, *, by: Viewer, at: datetime) -> list[Total]:
    """The cells of a week or month from the life lines as they are now; nothing is written."""
    rules = formulas()
    frame = Frame(term.starts, min(term.ends, at), WorkingCalendar.load(), rules, minutes().recording)
    found: list[Counted] = []
    with viewing(by, at):
        for cases in _pieces(term, frame.until):
            found += _counted(cases, frame, rules)
        return add_up(found, areas_over({one.area_code for one in found}))


def _pieces(term: Term, until: datetime) -> Iterator[list[_Case]]:
    """The cases that can count in a period: reported before its end, and changed or due since its beginning."""
    since = Q(changed_at__gte=term.starts - _WAIT) | Q(due_at__gte=term.starts) | Q(file_by__gte=term.starts)
    rows = Case.objects.filter(since, reported_at__lt=until).order_by("id").values_list(
        "id", "area_code", "edition", "matter_key", "channel", "public", "file_by", "extra_minutes",
        "supervision_office_id",
    )  # fmt: skip
    batch: list[_Case] = []
    known: dict[tuple[str, str], Matter] = {}
    for id_, area, edition, key, channel, public, file_by, extra, desk in rows.iterator(chunk_size=_BATCH):
        if (edition, key) not in known:
            known |= matters_as_of([(edition, key)])
        batch.append(_Case(id_, area, known[edition, key], channel, public, file_by, extra, desk))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


def _counted(cases: Sequence[_Case], frame: Frame, rules: Formulas) -> Iterator[Counted]:
    steps = _steps([case.id for case in cases])
    desks = {key: office.key for key, office in offices({case.desk for case in cases}).items()}
    for case in cases:
        life = _life(case, tuple(steps.get(case.id, ())), desks.get(case.desk, "") if case.desk else "", rules)
        if marks := tuple(_with_numbers(measured(life, frame))):
            yield Counted(case.area_code, case.matter.key, case.channel, case.public, marks)


def _with_numbers(marks: Iterable[Mark]) -> Iterator[Mark]:
    return (mark for mark in marks if mark.n or mark.hands)


def _steps(ids: Sequence[UUID]) -> Mapping[UUID, list[Did]]:
    """The steps of cases in order, their offices by key."""
    rows = list(
        Step.objects.filter(case_id__in=ids).order_by("at", "id").values_list(
            "case_id", "action", "to_state", "at", "by_key", "office_id", "to_office_id", "duty"
        )
    )  # fmt: skip
    keys = {key: office.key for key, office in offices({id_ for row in rows for id_ in row[5:7]}).items()}
    found: dict[UUID, list[Did]] = {}
    for case, action, state, at, by, office, to_office, duty in rows:
        said = Did(action, state, at, by, keys.get(office, ""), keys.get(to_office, ""), duty)
        found.setdefault(case, []).append(said)
    return found


def _life(case: _Case, steps: tuple[Did, ...], desk: str, rules: Formulas) -> Life:
    matter, limit = case.matter, case.matter.deadline
    return Life(
        source=rules.source_of(case.channel), order=matter.matter_class is MatterClass.ORDER,
        component=matter.key in rules.components, minutes=matter.minutes, clock=clock_kind(limit.clock),
        limit=span_of(limit.handle_minutes, limit.clock), extra=case.extra, file_by=case.file_by, desk=desk,
        steps=steps,
    )  # fmt: skip


def post_terms(terms: Iterable[Term], *, by: Viewer, at: datetime) -> list[str]:
    """Measure and post weeks and months; returns the keys of those whose counts changed."""
    cells = {term.key: measure(term, by=by, at=at) for term in terms if term.starts <= at}
    return [row.term for row in post_cells(terms=cells, by=by, at=at)] if cells else []


def post_running(*, by: Viewer, at: datetime) -> list[str]:
    """Measure and post the running week and month, and what ended since they were counted last."""
    today = local_day(at, ZONE)
    held = counted_terms()
    if not held:
        first = _first_day(by, at)
        return post_terms(terms_over(first, today), by=by, at=at) if first else []
    last = min((row.counted_at for key, row in held.items() if row.counted_at < term_of(key).ends), default=at)
    return post_terms(terms_over(min(local_day(last, ZONE), today), today), by=by, at=at)


def post_again(*, by: Viewer, at: datetime) -> list[str]:
    """Measure and post the periods of the last hundred days anew; returns those whose counts changed.

    After a reorganisation of areas once all of them: older ones too are then told of the areas of today.
    """
    today, first = local_day(at, ZONE), _first_day(by, at)
    if first is None:
        return []
    again = {term.key: term for term in terms_over(max(first, today - timedelta(days=AGAIN_DAYS)), today)}
    if switched := last_switch():
        again |= {key: term_of(key) for key, row in counted_terms().items() if row.counted_at < switched}
    return post_terms(again.values(), by=by, at=at)


def post_asked(*, by: Viewer, at: datetime) -> int:
    """Measure and post the periods that somebody asked to be counted anew; returns how many recounts were done."""
    asked = waiting_recounts()
    for one in asked:
        stands, held = standing(one.term, local_day(at, ZONE)), counted_terms(one.term.parts)
        post_terms([term for term in stands if term.key in held], by=by, at=at)
        finish_recount(recount_id=one.id, term=one.term.key, by=by, at=at)
    return len(asked)


def _first_day(by: Viewer, at: datetime) -> date | None:
    with viewing(by, at):
        found: datetime | None = Case.objects.aggregate(first=Min("reported_at"))["first"]
    return local_day(found, ZONE) if found else None


@dataclass(frozen=True)
class Compared:
    """A posted week or month beside what its life lines come to now, by hash: noted, of the table, measured again."""

    term: str
    counted_at: datetime
    noted: str
    posted: str
    again: str
    cells: int

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs."""
        return self.noted == self.posted == self.again


def recompute(terms: Iterable[str] = (), *, by: Viewer) -> list[Compared]:
    """Measure posted periods again from the life lines, as of their last count, and compare the hashes."""
    held, wanted = counted_terms(), set(terms)
    found = []
    for key, row in sorted(held.items()):
        if wanted and key not in wanted:
            continue
        cells = measure(term_of(key), by=by, at=row.counted_at)
        posted = digest_of(posted_cells(key))
        found.append(Compared(key, row.counted_at, row.digest, posted, digest_of(cells), len(cells)))
    return found
