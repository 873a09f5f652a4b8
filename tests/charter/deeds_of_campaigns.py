"""The deeds of campaigns, of visits that come again and of signals, once each; and their looks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cases.orders.order_town import officer
from charter.deeds_by_two import Do
from collection.campaign_town import COUNTING, FIRST, FORM, LAST, MATTER, homes, plan, publish_calls
from gridcommons.access.identify import program
from gridcommons.access.rules import PUBLIC, Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.collection.campaigns import actions as campaigns
from gridcommons.collection.campaigns.models import Campaign
from gridcommons.collection.rounds import actions as rounds
from gridcommons.collection.rounds.rules import Rule
from gridcommons.collection.signals import actions as signals
from gridcommons.collection.signals import queries as seen
from gridcommons.collection.signals.rules import Said
from gridcommons.collection.visits import actions as visits
from gridcommons.collection.visits.queries import calls_at, own_visits, wishes_of
from gridcommons.kit.words import Words
from gridcommons.people.contacts import Contact
from stories.test_signal_story import desk
from town import AT, COUNTY, GRID, VILLAGE, Town

CAMPAIGN_LOOKS = frozenset({
    "look.calls", "look.visit_wishes", "look.signals", "look.signal", "look.own_signals", "look.own_visits",
})  # fmt: skip
"""Done here; who may not in `tests/stories/test_signal_story.py` and `tests/charter/test_article_13_calls.py`."""


def of_campaigns(town: Town, do: Do, said: str) -> None:
    """A village's campaign goes the whole way, another is withdrawn; a rule; a signal raised, judged and forgotten."""
    publish_calls(COUNTY)
    by, second = officer(VILLAGE), officer(VILLAGE, "second_person")
    own: dict[str, Any] = {"by": by, "at": AT}
    wanted = plan(area_code=VILLAGE)
    row = do("campaign.draft", lambda: campaigns.draft(plan=wanted, **own))
    other = campaigns.draft(plan=plan(area_code=VILLAGE, name=Words("另一次走访", "Another one")), **own)
    one: dict[str, Any] = {"campaign_id": row.pk}
    do("campaign.amend", lambda: campaigns.amend(plan=wanted, **one, **own))
    do("campaign.withdraw", lambda: campaigns.withdraw(campaign_id=other.pk, reason="不需要了", **own))
    do("campaign.announce", lambda: campaigns.announce(**one, **own))
    facts = {"village_code": VILLAGE, "subject": "time", "text": said, "by": PUBLIC, "at": AT}
    do("campaign.object", lambda: campaigns.object_to(**one, **facts))
    reach = {"contact": Contact(phone="10012345678"), "language": "zh-hans", "by": PUBLIC, "at": AT}
    do("campaign.ask_answer", lambda: campaigns.ask_answer(**one, **reach), within=("people.keep_contact",))
    objection = row.objections.get()
    answer = {"objection_id": objection.pk, "decision": "kept", "answer": "白天走访。"}
    do("campaign.answer_objection", lambda: campaigns.answer_objection(**answer, **own))
    assert do("campaign.tell", lambda: campaigns.tell(by=COUNTING, at=AT)) == 1
    now: dict[str, Any] = {"by": by, "at": AT + timedelta(days=(FIRST - AT.date()).days)}
    hand: dict[str, Any] = {"by": second, "at": now["at"]}
    do("campaign.approve", lambda: campaigns.approve(**one, **hand))
    do("campaign.unapprove", lambda: campaigns.unapprove(reason="看错了", **one, **hand))
    campaigns.approve(**one, **hand)
    do("campaign.start", lambda: campaigns.start(**one, **now), within=("order.send",))
    do("campaign.count", lambda: campaigns.count(**one, by=COUNTING, at=now["at"]))
    day: dict[str, Any] = {"day": FIRST, **one}
    silent = {"area_code": GRID, "reason": "off_duty", "by": town.supervisor, "at": now["at"]}
    do("campaign.explain", lambda: campaigns.explain(**silent, **day))
    do("campaign.confirm_day", lambda: campaigns.confirm_day(area_code=VILLAGE, **day, **now))
    do("campaign.stop", lambda: campaigns.stop(reason="台风", **one, **now), within=("order.withdraw",))
    do("campaign.hear", lambda: campaigns.hear(area_code=GRID, by=town.worker, at=now["at"], **one))
    do("campaign.resume", lambda: campaigns.resume(reason="台风已过", **one, **now), within=("order.send",))
    do("campaign.end", lambda: campaigns.end(reason="已全部走访", **one, **now), within=("order.withdraw",))
    under = _under_emergency(second, **own)
    over = {"by": COUNTING, "at": now["at"]}
    assert do("campaign.halt", lambda: campaigns.halt(**over), within=("order.recall",)) == [under]
    assert do("campaign.dissolve", lambda: campaigns.dissolve(**over)) == []
    do("campaign.lapse", lambda: campaigns.lapse(by=COUNTING, at=now["at"]))
    _of_rounds(town, do, own)
    _of_signals(town, do, said)


def _under_emergency(second: Viewer, **own: Any) -> Campaign:
    """A campaign that runs as if it had been announced inside an emergency, which no longer covers its area."""
    row = campaigns.draft(plan=plan(area_code=VILLAGE, name=Words("应急走访", "In an emergency")), **own)
    campaigns.announce(campaign_id=row.pk, **own)
    at = AT + timedelta(days=(FIRST - AT.date()).days)
    campaigns.approve(campaign_id=row.pk, by=second, at=at)
    row = campaigns.start(campaign_id=row.pk, by=own["by"], at=at)
    with scoped(Scope("^"), deed="test.emergency"):
        Campaign.objects.filter(pk=row.pk).update(emergency="E-1")
    return row


def _of_rounds(town: Town, do: Do, own: dict[str, Any]) -> None:
    rule = Rule(VILLAGE, MATTER, FORM, Words("每季走访", "Every quarter"), 90, AT.date(), LAST)
    row = do("round.begin", lambda: rounds.begin(rule=rule, **own))
    do("round.end", lambda: rounds.end(round_id=row.pk, reason="改为电话", **own))
    assert do("round.dissolve", lambda: rounds.dissolve(by=program("rounds"), at=AT)) == []
    home = homes(town, GRID, 1)[0]
    wish: dict[str, Any] = {"household_id": home, "area_code": GRID, "series": f"round:{row.pk}", "how": "said"}
    do("visit.stay_away", lambda: visits.stay_away(**wish, by=town.worker, at=AT))
    do("visit.come", lambda: visits.come(**wish, by=town.worker, at=AT))
    looking: dict[str, Any] = {"area_code": GRID, "viewer": town.worker, "at": AT}
    series = [wish["series"]]
    found = do("look.calls", lambda: calls_at(kinds=[FORM], series=series, since=AT.date(), **looking))
    assert found.wishes == {home: {wish["series"]: True}}
    own_days = {"kind": FORM, "first": AT.date(), "last": LAST, "viewer": town.worker, "at": AT}
    assert do("look.own_visits", lambda: own_visits(**own_days)) == {}
    assert do("look.visit_wishes", lambda: wishes_of(household_id=home, **looking)) == {wish["series"]: True}


def _of_signals(town: Town, do: Do, said: str) -> None:
    county = desk(COUNTY)
    what = Said(GRID, "water", "none", "桥下", said)
    first = do("signal.send", lambda: signals.send(said=what, by=town.worker, at=AT))
    second = signals.send(said=what, by=town.worker, at=AT)
    late = AT + timedelta(hours=3)
    assert len(do("signal.raise", lambda: signals.raise_late(by=COUNTING, at=late))) == 2
    looking: dict[str, Any] = {"viewer": county, "at": late}
    assert do("look.signals", lambda: seen.signals(**looking))[1] == 2
    assert do("look.signal", lambda: seen.signal(signal_id=first.pk, **looking)).is_late
    own = do("look.own_signals", lambda: seen.own_signals(viewer=town.worker, at=late))
    assert [line.id for line in own[0]] == [second.pk, first.pk]
    judged: dict[str, Any] = {"note": "请到桥下看看", "by": county, "at": late}
    do("signal.triage", lambda: signals.triage(signal_id=first.pk, outcome="site_check", **judged))
    do("signal.check", lambda: signals.check(signal_id=first.pk, outcome="verified", **judged))
    passed = {"signal_id": second.pk, "outcome": "passed_on", "matter_key": "water_quality"}
    do("signal.triage", lambda: signals.triage(**passed, **judged), within=("case.report",))
    do("signal.forget", lambda: signals.forget(by=COUNTING, at=AT + timedelta(days=400)))
