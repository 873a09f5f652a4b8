"""Every deed of admission, done once each: a chapter of the diary of article 14."""

from __future__ import annotations

from charter.deeds_of_tables import Diary
from collection.workbooks import xlsform
from gridcommons.collection.xlsform import read_xlsform
from gridcommons.load.admission import actions
from gridcommons.matters.actions import admit
from load.admitting import ENTRY, NOW, ROWS, UNTIL, admitting
from town import COUNTY


def of_admission(diary: Diary, said: str) -> None:
    """A matter goes the whole way, a form is withdrawn; what was said is public and lies in the register alone."""
    desk, do = admitting(), diary.do
    weight = {"per_year": 10, "reason": said, "by": desk.officer, "at": NOW}
    matter = do(
        "admission.propose_matter",
        lambda: actions.propose_matter(area_code=COUNTY, key="fire_lanes", entry=ENTRY, **weight),
    )
    do("admission.amend", lambda: actions.amend(proposal_id=matter.pk, **weight))
    do(
        "admission.review",
        lambda: actions.review(proposal_id=matter.pk, desk="law", answer="agrees", by=desk.law, at=NOW),
    )
    for one in ("staff_council", "data_protection"):
        actions.review(proposal_id=matter.pk, desk=one, answer="agrees", by=desk.cast[one], at=NOW)
    decided = {"proposal_id": matter.pk, "answer": "admit", "until": UNTIL, "by": desk.decider, "at": NOW}
    do("admission.decide", lambda: actions.decide(**decided), within=("matters.admit",))
    ends = {"fire_lanes": "2027-01-31"}
    do("matters.admit", lambda: admit(ends=ends, by=desk.decider, at=NOW))
    book = xlsform(*ROWS)
    form = do(
        "admission.propose_form",
        lambda: actions.propose_form(
            area_code=COUNTY, key="fire_visit", matter_key="dwellings_rentals", name_zh="走访", name_en="Visit",
            workbook=book, workbook_name="visit.xlsx", form=read_xlsform(book), known={}, **weight,
        ),
    )  # fmt: skip
    do("admission.withdraw", lambda: actions.withdraw(proposal_id=form.pk, reason="改期", by=desk.officer, at=NOW))
