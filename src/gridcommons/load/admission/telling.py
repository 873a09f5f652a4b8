"""Who is told of a proposal: the persons who may review it or decide, and the office that proposed it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from gridcommons.access.identify import staff_with_role
from gridcommons.access.queries import keys_serving
from gridcommons.kit.words import Words
from gridcommons.load.admission.models import Proposal, Review
from gridcommons.load.admission.queries import standing_of
from gridcommons.load.admission.rules import ANSWERS, DECIDER, DECISION, DESKS, PROPOSER, ROLE_OF, awaits
from gridcommons.notices.outbox import enqueue
from gridcommons.territory.queries import names_of

_PUTS_IN_USE: Final = "form.publish"
"""Admission alone brings no form onto a phone: whoever may do this puts it in use."""


def tell_desks(proposal: Proposal, at: datetime) -> None:
    """Each desk is told of a proposal and of each new edition of it."""
    for desk, words in DESKS.items():
        _tell(proposal, "admission.to_review", _holders(ROLE_OF[desk], proposal, at), at, desk=words)


def tell_of_review(proposal: Proposal, review: Review, at: datetime) -> None:
    """An objection goes to the proposers; once nothing is missing, the deciders are told."""
    if review.answer != "agrees":
        _tell(proposal, "admission.objected", _proposers(proposal, at), at, desk=DESKS[review.desk])
    if DECISION in awaits(standing_of(proposal)):
        _tell(proposal, "admission.to_decide", _holders(DECIDER, proposal, at), at)


def tell_of_decision(proposal: Proposal, answer: str, at: datetime) -> None:
    """The proposers and the desks read what was decided."""
    desks = {key for role in ROLE_OF.values() for key in _holders(role, proposal, at)}
    told = sorted({*_proposers(proposal, at), *desks})
    _tell(proposal, "admission.decided", told, at, answer=ANSWERS[answer])
    if proposal.kind == "form" and answer in ("pilot", "admit"):
        ready = keys_serving([proposal.area_code], _PUTS_IN_USE, at).get(proposal.area_code, [])
        _tell(proposal, "admission.form_ready", ready, at)


def tell_of_withdrawal(proposal: Proposal, at: datetime) -> None:
    """Whoever was asked for a review or a decision reads that it is asked no more."""
    _tell(proposal, "admission.withdrawn", _asked(proposal, at), at)


def _asked(proposal: Proposal, at: datetime) -> list[str]:
    """The desks, and the deciders once the proposal was before them."""
    roles = (*ROLE_OF.values(), DECIDER) if DECISION in awaits(standing_of(proposal)) else tuple(ROLE_OF.values())
    return sorted({key for role in roles for key in _holders(role, proposal, at)})


def _holders(role: str, proposal: Proposal, at: datetime) -> list[str]:
    """Whoever may act in a role here; the proposing office and whoever proposed may not, so they are not asked."""
    return sorted(
        {
            viewer.key
            for viewer, grant, _office in staff_with_role(role, at)
            if grant.office_id not in (None, proposal.office_id) and grant.covers(proposal.area_code)
        }
        - {proposal.proposed_by}
    )


def _proposers(proposal: Proposal, at: datetime) -> list[str]:
    """The office that proposed it, by its people: any of them may amend or withdraw."""
    held = staff_with_role(PROPOSER, at)
    return sorted({viewer.key for viewer, grant, _office in held if grant.office_id == proposal.office_id})


def _tell(proposal: Proposal, key: str, to: Iterable[str], at: datetime, **words: Words) -> None:
    area = names_of([proposal.area_code]).get(proposal.area_code)
    place = area.name if area else Words(proposal.area_code, proposal.area_code)
    said = {
        "title": Words(proposal.name_zh, proposal.name_en), "place": place,
        "edition": Words(*[str(proposal.edition)] * 2), **words,
    }  # fmt: skip
    facts = {f"{name}_{tongue}": text for name, one in said.items() for tongue, text in one.as_dict().items()}
    for party in to:
        enqueue(
            to=party, channel="inside", text_key=key, facts={"proposal": str(proposal.pk), **facts},
            language="zh-hans", area_code=proposal.area_code, at=at, about=f"proposal:{proposal.pk}",
        )  # fmt: skip
