"""What is set aside causes nothing: its visit, its facts, its day in the lake, its part in counts are taken back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from collection import erased_town
from collection.campaign_town import campaigning, homes
from collection.erased_town import ELDERS, Home, facts, in_force, neighbours, sent
from collection.field_town import READING, read_all
from collection.test_central import Analyst
from gridcommons.access.identify import program
from gridcommons.access.models import LedgerDetail
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.campaigns.models import Goal
from gridcommons.collection.inbox.actions import forget, hold, set_aside
from gridcommons.collection.inbox.models import Remark, Submission
from gridcommons.collection.inbox.queries import own_submission, submission_called
from gridcommons.collection.inbox.rules import FAULT
from gridcommons.collection.visits.laying import write_changes
from gridcommons.collection.visits.models import Visit
from gridcommons.kit.errors import Reason, Refusal
from gridcommons.lake.rolling import rolled
from gridcommons.lake.store import Lake
from gridcommons.outlook.queries import sums_of
from gridcommons.people.facts.models import Fact
from gridcommons.people.rights.queries import held_page
from town import AT, COUNTY, GRID, Town
from web.office_town import client_of, text_of

COUNTING = program("counting")


standing_field, home = erased_town.standing_field, erased_town.home


def hold_back(home: Home, instance: str) -> None:
    """It is read once more, and the program fails at it."""
    with scoped(Scope("^"), deed="test.again"):
        Submission.objects.filter(instance_id=instance).update(state="received")
    hold(submission_id=sent(instance).pk, reasons=(Reason(FAULT, (("what", "x"),)),), by=program("inbox"), at=home.now)


def aside(home: Home, instance: str, **more: Any) -> None:
    facts = {"submission_id": sent(instance).pk, "reason": "填错了", "by": home.peopled.supervisor, "at": home.now}
    set_aside(**(facts | more))


def current() -> list[str]:
    """The submissions whose visits count."""
    with scoped(Scope("^")):
        ids = Visit.objects.filter(is_current=True).values_list("submission_id", flat=True)
        return sorted(Submission.objects.filter(pk__in=list(ids)).values_list("instance_id", flat=True))


@pytest.mark.parametrize("state", ["held", "understood"])
def test_what_is_set_aside_takes_its_visit_and_its_facts_back(home: Home, state: str) -> None:
    home.send("uuid:old", size="2")
    home.later()
    home.send("uuid:a", size="9", elders="1")
    assert (in_force(), current()) == (["9"], ["uuid:a", "uuid:old"])
    home.later()
    if state == "held":
        hold_back(home, "uuid:a")
        assert current() == ["uuid:a", "uuid:old"], "held, it waits for a person: nothing is decided yet"
    aside(home, "uuid:a")
    assert (in_force(), in_force(ELDERS), current()) == (["2"], [], ["uuid:old"])
    assert facts() == [("2", True), ("9", False)], "what was said stays as history"
    with scoped(Scope("^")):
        assert {row.withdrawn_at for row in Fact.objects.filter(said_in=sent("uuid:a").pk)} == {home.now}
        body = next(one for one in LedgerDetail.objects.values_list("body", flat=True) if '"inbox.set_aside"' in one)
    assert f"household:{home.peopled.home}" in body, "whoever lives there reads in the ledger that it was taken back"
    assert sent("uuid:a").told == 0
    home.replay()
    assert (in_force(), current(), sent("uuid:a").state) == (["2"], ["uuid:old"], "aside")


def test_the_page_says_what_is_taken_back_and_the_person_reads_it(home: Home) -> None:
    home.send("uuid:a", size="9")
    supervisor = client_of(home.field.town, "supervisor")
    at = f"/office/inbox/{sent('uuid:a').pk}"
    page = text_of(supervisor.get(at))
    assert "原先由它记下的走访和情况一并撤回" in page
    for name in ("worker", "county_officer", "stranger", "far_supervisor"):
        answer = client_of(home.field.town, name).post(f"{at}/do/aside", {"reason": "x", "sure": "1"})
        assert answer.status_code in {302, 403, 404}, name
        assert sent("uuid:a").state == "understood", name
    assert supervisor.post(f"{at}/do/aside", {"reason": " ", "sure": "1"}).status_code == 400
    assert supervisor.post(f"{at}/do/aside", {"reason": "填错了人家", "sure": "1"}).status_code == 302
    page = text_of(supervisor.get(at))
    assert "已撤回：表单已搁置" in page
    assert "记录了" not in page
    held = held_page(person_id=home.who, viewer=home.me, at=home.now)
    told = [one for _part, several in held.parts for one in several]
    assert not [one for one in told if one.key.startswith(("visit:", "fact:"))]
    (form,) = [one for one in told if one.key.startswith("submission:")]
    assert "it was set aside and counts for nothing" in str(form.value)
    with pytest.raises(Refusal):
        aside(home, "uuid:a")


def test_rows_lake_and_outlook_say_the_same_after_it(home: Home, tmp_path: Path) -> None:
    lake, other = Lake(tmp_path / "lake"), neighbours(home)
    home.send("uuid:a", size="3")
    home.send("uuid:b", outcome="not_home", home=other)

    def counted() -> tuple[dict[str, int], int]:
        write_changes(lake=lake, by=COUNTING, at=home.now)
        found = sums_of(COUNTY, AT.date(), AT.date())
        rows = sum(int(one.visits.sum()) for _day, _kinds, sums in rolled(lake) for one in sums if one.level == "grid")
        return {name: found.get(name, 0) for name in ("visits", "not_home", "reached")}, rows

    assert counted() == ({"visits": 2, "not_home": 1, "reached": 1}, 2)
    hold_back(home, "uuid:a")
    aside(home, "uuid:a")
    assert counted() == ({"visits": 1, "not_home": 1, "reached": 0}, 1)
    aside(home, "uuid:b")
    assert counted() == ({"visits": 0, "not_home": 0, "reached": 0}, 0)


def test_what_was_forgotten_is_set_aside_without_its_words(home: Home) -> None:
    home.send("uuid:a", size="3")
    home.later(timedelta(days=181))
    assert forget(by=READING, at=home.now) == 1
    row = sent("uuid:a")
    page = text_of(client_of(home.field.town, "supervisor").get(f"/office/inbox/{row.pk}"))
    assert "do/aside" in page
    set_aside(submission_id=row.pk, reason="填错了人家", by=home.peopled.supervisor, at=home.now)
    with scoped(Scope("^")):
        assert not Visit.objects.filter(root="uuid:a", is_current=True).exists()
        assert Remark.objects.get().body == "填错了人家"
    assert (sent("uuid:a").state, sent("uuid:a").forgotten, in_force()) == ("aside", True, [])
    home.later(timedelta(days=181))
    forget(by=READING, at=home.now)
    with scoped(Scope("^")):
        assert not Remark.objects.exists(), "why goes in its turn"


def test_a_visit_at_a_home_elsewhere_is_taken_back_too(home: Home) -> None:
    home.send("uuid:a", size="3")
    with scoped(Scope("^"), deed="test.moved"):
        Visit.objects.update(area_code="331123102001001")
    aside(home, "uuid:a")
    assert (current(), in_force()) == ([], [])


def test_a_correction_set_aside_gives_back_what_it_corrected_and_phones_are_told_of_that(home: Home) -> None:
    home.send("uuid:a", size="3")
    home.later()
    home.send("uuid:b", size="8", deprecated="uuid:a")
    aside(home, "uuid:b")
    read_all(home.now)
    assert (in_force(), current()) == (["3"], ["uuid:a"])
    own = own_submission(instance_id="uuid:a", viewer=home.peopled.worker, at=home.now)
    assert (own.instance_id, own.state) == ("uuid:a", "understood")
    looking: dict[str, Any] = {"form_key": "census", "viewer": home.peopled.supervisor, "at": home.now}
    assert submission_called(instance_id="uuid:b", **looking).instance_id == "uuid:a"
    analyst = Analyst()
    analyst.form = analyst.form.replace("basics", "census")
    row = analyst.client.get(f"{analyst.form}.svc/Submissions('uuid:a')").json()["value"]
    assert [(one["size"], one["meta"]["instanceID"]) for one in row] == [(3, "uuid:a")]
    home.later()
    home.send("uuid:c", size="4", deprecated=own.instance_id)
    assert (in_force(), current()) == (["4"], ["uuid:c"])


def test_one_in_the_middle_of_a_chain_brings_nothing_back(home: Home) -> None:
    home.send("uuid:a", size="3")
    home.send("uuid:b", size="many", deprecated="uuid:a")
    home.send("uuid:c", size="5", deprecated="uuid:b")
    assert (sent("uuid:b").state, in_force(), current()) == ("held", ["5"], ["uuid:c"])
    aside(home, "uuid:b")
    home.replay()
    assert (in_force(), current()) == (["5"], ["uuid:c"])
    assert sent("uuid:a").replaced_by == "uuid:c"


def test_an_objection_outlasts_what_is_taken_back(home: Home) -> None:
    home.send("uuid:old", size="2")
    home.later()
    home.send("uuid:a", size="9")
    with scoped(Scope("^"), deed="test.object"):
        Fact.objects.filter(value="9").update(held_back=True)
    aside(home, "uuid:a")
    with scoped(Scope("^")):
        assert list(Fact.objects.filter(superseded_at__isnull=True).values_list("value", "held_back")) == [("2", True)]


def test_a_campaign_counts_it_no_more_within_minutes(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = campaigning(town, monkeypatch)
    first, second = homes(town, GRID, 2)
    row = stage.started(area_code=COUNTY)
    wrong = stage.call(first, "done")
    stage.call(second, "done")
    stage.count(row)

    def reached() -> int:
        with scoped(Scope("^")):
            return Goal.objects.get(campaign=row, area_code=GRID).reached

    assert reached() == 2
    stage.now += timedelta(minutes=2)
    stage.clock(stage.now)
    set_aside(submission_id=sent(wrong).pk, reason="走错门", by=town.supervisor, at=stage.now)
    stage.count(row)
    assert reached() == 1
