"""A form after its last day: what was filled in by then and comes soon is understood, the rest is held for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from gridcommons.kit.codes import within
from gridcommons.kit.dates import day_text
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.load.admission.queries import LastDay

FILLED_AFTER = refusal_kind(
    "intake.filled_after_sunset",
    status=422,
    zh="这份表单是在表单停用（最后一天{last_zh}）之后填写的，或没有写明哪天填写。请核对后放行；不应采用的，请搁置。",
    en="It was filled in after the last day of the form ({last_en}), or does not say on which day. Check it and let it "
    "pass, or set it aside if it is not to count.",
)
CAME_LATE = refusal_kind(
    "intake.came_after_grace",
    status=422,
    zh="这份表单在停用（最后一天{last_zh}）后超过{grace}天才收到。请核对后放行；不应采用的，请搁置。",
    en="It came more than {grace} days after the last day of the form ({last_en}). Check it and let it pass, or set "
    "it aside if it is not to count.",
)
PASSABLE = frozenset({FILLED_AFTER, CAME_LATE})
"""What a person may let pass after a look."""


def require_in_time(
    ends: Sequence[LastDay], area_code: str, *, filled: date | None, came: date, grace: int, waived: Iterable[str]
) -> None:
    """Refuse what was filled in at a place after the form's last day there, or came too long after it.

    `filled`: the day that the phone says; None where it says none that can be believed. Who never had an admission
    has no last day.
    """
    here = [one.last for one in ends if within(area_code, (one.area_code,))]
    last = max(here, default=came)
    if came <= last:
        return
    said = {tongue: day_text(last, tongue, this_year=0) for tongue in ("zh", "en")}
    facts: dict[str, object] = {f"last_{tongue}": text for tongue, text in said.items()}
    if (filled is None or filled > last) and FILLED_AFTER not in waived:
        raise refuse(FILLED_AFTER, **facts)
    if came > last + timedelta(days=grace) and CAME_LATE not in waived and FILLED_AFTER not in waived:
        raise refuse(CAME_LATE, grace=grace, **facts)
