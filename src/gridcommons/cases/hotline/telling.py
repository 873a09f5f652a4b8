"""Those who follow a case hear of its end, as far as they left a way to tell them."""

from __future__ import annotations

from datetime import datetime

from gridcommons.cases.hotline.models import Follower
from gridcommons.cases.models import Case
from gridcommons.cases.telling import facts_of_notice
from gridcommons.cases.transitions import packaged
from gridcommons.matters.queries import matter_as_of
from gridcommons.notices.outbox import enqueue
from gridcommons.people.following import follow_case
from gridcommons.territory.succession import area_now

ENDED_TEXT = "hotline.followed_ended"


def tell_of(case: Case, follower: Follower, at: datetime) -> None:
    """Tell one follower; their contact is forgotten like the reporter's."""
    if follower.contact_id is None:
        return
    here = area_now(case.area_code, case.pk)
    if case.ended_at is not None:
        stands = case.lead_state or case.state  # a joined case has the end of the one it is joined with
        facts = facts_of_notice(case, matter_as_of(case.edition, case.matter_key), "", at)
        facts |= {f"state_{tongue}": said for tongue, said in packaged().states[stands].words.as_dict().items()}
        enqueue(
            to=f"contact:{follower.contact_id}", channel="sms", text_key=ENDED_TEXT, facts=facts,
            language=follower.language, area_code=here, at=at, private=not case.public,
        )  # fmt: skip
    follow_case(contact_id=follower.contact_id, area_code=here, office_party="", ended_at=case.ended_at)
