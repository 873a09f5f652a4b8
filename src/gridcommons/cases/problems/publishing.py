"""What of a problem everybody may see: its place on the public raster, who does what by when, and whether it helped."""

from __future__ import annotations

from typing import Final

from gridcommons.access.queries import OfficeFacts, offices
from gridcommons.cases.problems.models import Measure, Problem, ProblemCase, PublicProblem, Seat
from gridcommons.cases.problems.watching import OUT, compared_days
from gridcommons.cases.publishing import snapped

SHOWN: Final = ("open", "closed", "settled")


def publish(problem: Problem) -> None:
    """Bring the public row of a problem up to date; what is proposed, declined or never public has none."""
    if not problem.public or problem.state not in SHOWN or problem.owner_id is None or problem.accepted_at is None:
        PublicProblem.objects.filter(number=problem.number).delete()
        return
    seats = list(Seat.objects.filter(problem=problem).order_by("asked_at", "id"))
    known = offices([problem.owner_id, *(seat.office_id for seat in seats)])
    owner = known[problem.owner_id]
    names = {seat.pk: _name(seat, known.get(seat.office_id) if seat.office_id else None) for seat in seats}
    measures = Measure.objects.filter(problem=problem).exclude(state="dropped").order_by("due_date", "id")
    PublicProblem.objects.update_or_create(
        number=problem.number,
        defaults={
            "state": problem.state, "matter_key": problem.matter_key, "area_code": problem.area_code,
            "lon": snapped(problem.lon), "lat": snapped(problem.lat), "metres": problem.metres,
            "cases": ProblemCase.objects.filter(problem=problem).exclude(how=OUT).count(),
            "cause": problem.cause, "note": problem.note, "owner_zh": owner.name_zh, "owner_en": owner.name_en,
            "measures": [_row(measure, names[measure.seat_id]) for measure in measures],
            "table": [names[seat.pk] for seat in seats if seat.answer == "yes" and seat.office_id != problem.owner_id],
            "accepted_at": problem.accepted_at, "closed_at": problem.closed_at, "review_on": problem.review_on,
            "before": problem.before, "after": problem.after, "changed_at": problem.changed_at,
            "days": compared_days(problem),
        },
    )  # fmt: skip


def _name(seat: Seat, office: OfficeFacts | None) -> dict[str, str]:
    return {"zh": office.name_zh, "en": office.name_en} if office else {"zh": seat.name, "en": seat.name}


def _row(measure: Measure, who: dict[str, str]) -> dict[str, object]:
    return {
        "what": measure.what, "who": who, "due": measure.due_date.isoformat(), "state": measure.state,
        "ended": measure.ended_on.isoformat() if measure.ended_on else "",
    }  # fmt: skip
