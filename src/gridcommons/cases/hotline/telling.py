"""Those who follow a case hear of its end; a desk hears of rows that wait for it to say where they lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from gridcommons.access.queries import keys_serving
from gridcommons.cases.hotline.models import Follower, Unplaced
from gridcommons.cases.models import Case
from gridcommons.cases.telling import facts_of_notice
from gridcommons.cases.transitions import packaged
from gridcommons.kit.codes import CHINA
from gridcommons.kit.lineage import in_force
from gridcommons.matters.queries import matter_as_of
from gridcommons.notices.outbox import enqueue
from gridcommons.people.following import follow_case
from gridcommons.territory.succession import area_now

PLACES = "hotline.place"
IMPORTS = "hotline.import"
ENDED_TEXT = "hotline.followed_ended"


def tell_desks(rows: Iterable[Unplaced], at: datetime) -> None:
    """One notice to each desk of how many wait for it; of what was told before the county's office hears, too."""
    here, again = Counter[tuple[str, str]](), Counter[str]()
    for row in rows:
        county = row.row.county_code
        town = CHINA.cut(row.area_code, "township") if CHINA.depth_at_least(row.area_code, "township") else ""
        desks = row.parties or keys_serving([town] if town else [], PLACES, at).get(_today(town), [])
        here.update((desk, row.area_code) for desk in desks)
        if row.told_at is not None or not desks:
            again[county] += 1
    for (desk, area), n in sorted(here.items()):
        _tell_waiting(desk, "hotline.to_place", n, area, at)
    for county, n in sorted(again.items()):
        for key in keys_serving([county], IMPORTS, at).get(_today(county), []):
            _tell_waiting(key, "hotline.unplaced", n, county, at)


def _today(code: str) -> str:
    return in_force().follow(code) or code


def _tell_waiting(to: str, key: str, n: int, area: str, at: datetime) -> None:
    enqueue(to=to, channel="inside", text_key=key, facts={"n": str(n)}, language="zh-hans", area_code=area, at=at)


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
