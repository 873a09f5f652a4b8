"""The forms of the demo county, by the way every form goes: proposed, read by three desks, decided, put in use.

Each form goes its whole way in one transaction, so that an interrupted building goes on where it stopped.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from gridcommons.access.identify import account
from gridcommons.access.rules import Viewer
from gridcommons.collection.forms.actions import Draft, draft_form, publish_form
from gridcommons.collection.forms.queries import forms_in
from gridcommons.collection.forms.shipping import ShippedForm, shipped_forms
from gridcommons.collection.known import facts_known
from gridcommons.collection.xlsform import read_xlsform
from gridcommons.kit.words import Words
from gridcommons.load.admission import actions
from gridcommons.matters.linting.knowing import known_by_key
from gridcommons.rehearsal.declared import declared
from gridcommons.rehearsal.site import Site
from gridcommons.rehearsal.staffing import proposer

_HOLDS: Final = timedelta(days=730)
_OFFICER: Final = "county"
_PROPOSER: Final = {"fire_rescue": "proposer"}
DESKS: Final = {"law": "law", "staff_council": "council", "data_protection": "privacy"}
"""Who of the demo reviews for which desk."""
DECIDER: Final = "admission"


def put_in_use(site: Site) -> int:
    """The forms that come with the program, admitted and in use; those that are there stay as they are."""
    there = {form.key for form in forms_in(site.county)}
    wanted = [form for form in shipped_forms() if form.key not in there]
    for form in wanted:
        with transaction.atomic():
            _one(site, form)
    return len(wanted)


def _one(site: Site, form: ShippedForm) -> None:
    book = form.workbook()
    by = proposer_of(site.county, site.catalogue.get(form.matter).owner)
    reason = declared().forms[form.key]
    held = propose(
        site.county, form.key, form.name, form.matter, book, per_year=reason.per_year, reason=reason.why, by=by,
        at=site.at,
    )  # fmt: skip
    agree(held, site.at)
    until = site.today + _HOLDS
    actions.decide(proposal_id=held, answer="admit", until=until, by=account(DECIDER), at=site.at)
    officer = account(_OFFICER)
    draft = Draft(form.key, form.name, form.matter, site.county, form.kind, book)
    publish_form(version_id=draft_form(draft=draft, by=officer, at=site.at).pk, by=officer, at=site.at)


def proposer_of(county: str, department: str) -> Viewer:
    """Who proposes for a department of the county."""
    return account(_PROPOSER.get(department) or proposer(county, department).username)


def propose(
    county: str, key: str, name: Words, matter_key: str, book: bytes, *, per_year: int, reason: str, **acting: Any
) -> UUID:
    """A workbook proposed in a department's name."""
    return actions.propose_form(
        area_code=county, key=key, matter_key=matter_key, name_zh=name.zh, name_en=name.en, workbook=book,
        workbook_name=f"{key}.xlsx", form=read_xlsform(book), known=known_by_key(facts_known()), per_year=per_year,
        reason=reason, **acting,
    ).pk  # fmt: skip


def agree(proposal_id: UUID, at: datetime, *, but: str = "", said: str = "") -> None:
    """The three desks agree, but for one that objects."""
    for desk, name in DESKS.items():
        answer = "objects" if desk == but else "agrees"
        actions.review(
            proposal_id=proposal_id, desk=desk, answer=answer, said=said if desk == but else "", by=account(name), at=at
        )
