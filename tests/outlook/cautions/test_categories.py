"""What a warning is about: by its series or template, or as its officer says; a hazard is not marked as an illness."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from defusedxml.ElementTree import fromstring
from django.db import IntegrityError, transaction

from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.outlook.actions import Count, post_counts
from gridcommons.outlook.alerts import Response, Urgency
from gridcommons.outlook.categories import Category, require_category
from gridcommons.outlook.cautions import actions
from gridcommons.outlook.cautions.actions import Draft
from gridcommons.outlook.cautions.grounds import WARNING, Ground, ground_of
from gridcommons.outlook.cautions.models import Caution
from gridcommons.outlook.cautions.queries import caution, message_files
from gridcommons.outlook.cautions.templates import filled, templates
from gridcommons.outlook.watching.actions import judge_warning
from gridcommons.outlook.watching.listing import watching
from gridcommons.outlook.watching.models import Alarm
from gridcommons.outlook.watching.watch import watch_days
from outlook.cap_rules import CAP, broken_rules
from outlook.cautions.warned_town import AT, NEXT, ask, colour_draft, hand_draft, issue, warned_town, words
from outlook.painting.painted_town import DAY, SETUP, Painted, morning
from outlook.watching.watch_town import WEEKS, quiet
from town import COUNTY, GRID, TOWNSHIP, Town

SECURITY = "Security"


@pytest.fixture
def painted(town: Town) -> Painted:
    return warned_town(town)


def said_of(row: Caution, tag: str) -> set[str]:
    """What a published message says at a place, in all its languages."""
    root = fromstring(message_files(row.identifier).message)
    return {one.text or "" for one in root.iterfind(f"{CAP}info/{CAP}{tag}")}


def rise_of(painted: Painted, matter: str, series: str) -> str:
    """Many reports of one matter on the last day, verified by an officer: the ground of a warning."""
    days = [DAY - timedelta(days=n) for n in range(WEEKS - 1, -1, -1)]
    counts = [*quiet(3, 2.0, WEEKS - 1), 60]
    posted = [Count(GRID, day, matter, "reported", n) for day, n in zip(days, counts, strict=True) if n]
    post_counts(counts=posted, days=days, measures=["reported"], by=SETUP, at=morning(NEXT, 7))
    watch_days(by=SETUP, at=morning(NEXT, 8))
    thread = Alarm.objects.get(indicator=series, area_code=TOWNSHIP, until__isnull=True).thread
    judge_warning(thread=thread, verdict="true", by=painted.health, at=AT)
    return f"{WARNING}:{thread}"


def drafted(painted: Painted, name: str, **changes: str) -> Draft:
    """The draft that the first fitting template makes."""
    ground = ground_of(name, (), painted.health, AT)
    last, template = NEXT + timedelta(2), ground.fitting()[0]
    said = filled(template, ground.slots, last)
    return replace(Draft(template.key, ground.codes, last, said, ground.name), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("matter", "series", "category", "response", "urgency"),
    [
        ("construction_sites", "hazards", "Safety", "Avoid", "Expected"),
        ("pests_rodents", "pests", "Env", "Monitor", "Future"),
        ("elder_visits", "needs", "Other", "Monitor", "Future"),
    ],
)
def test_a_rise_is_warned_of_by_what_it_is_about(
    painted: Painted, matter: str, series: str, category: str, response: str, urgency: str
) -> None:
    row = issue(painted, ask(painted, drafted(painted, rise_of(painted, matter, series))))
    assert broken_rules(message_files(row.identifier).message) == []
    assert said_of(row, "category") == {category}
    assert said_of(row, "responseType") == {response}
    assert said_of(row, "urgency") == {urgency}
    assert said_of(row, "certainty") == {"Observed"}
    told = "".join(said_of(row, "headline") | said_of(row, "description") | said_of(row, "instruction"))
    assert "illness" not in told
    assert "卫生健康" not in told, "no office of health verified a building site"


def test_the_words_of_an_illness_do_not_go_with_a_hazard(painted: Painted) -> None:
    name = rise_of(painted, "construction_sites", "hazards")
    with pytest.raises(Refusal) as caught:
        ask(painted, replace(drafted(painted, name), template="alarm"))
    assert {one.code for one in caught.value.reasons} == {"caution.wrong_template"}


def test_colours_and_templates_by_hand_have_their_own(painted: Painted) -> None:
    row = issue(painted, ask(painted))
    assert said_of(row, "category") == {"Health"}
    for key, category in (("water", "Health"), ("heat", "Met"), ("hazard", "Safety")):
        draft = hand_draft(NEXT, template=key, said=words(key))
        assert said_of(issue(painted, ask(painted, draft)), "category") == {category}


def test_the_officer_may_say_otherwise_and_an_update_corrects_it(painted: Painted) -> None:
    first = issue(painted, ask(painted, hand_draft(NEXT, category="Infra")))
    assert said_of(first, "category") == {"Infra"}
    update = actions.amend_caution(
        caution_id=first.pk, said=words("改"), last=NEXT, category="Env", by=painted.health, at=AT
    )
    update = issue(painted, update, AT + timedelta(minutes=1))
    assert said_of(update, "category") == {"Env"}
    late = AT + timedelta(minutes=2)
    same = actions.amend_caution(caution_id=update.pk, said=words("再"), last=NEXT, by=painted.health, at=late)
    assert same.category == "Env", "who says nothing of it leaves it"
    same = issue(painted, same, late)
    end = actions.call_off_caution(caution_id=same.pk, why=Words("合格", "good"), by=painted.health, at=late)
    end = issue(painted, end, late + timedelta(minutes=1))
    assert (said_of(end, "category"), said_of(end, "responseType")) == ({"Env"}, {"AllClear"})
    assert caution(caution_id=end.pk, viewer=painted.health, at=late).facts.category is Category.ENV


@pytest.mark.parametrize("word", [SECURITY, "security", "Gossip", "health", " "])
def test_words_that_are_none_are_refused_security_among_them(painted: Painted, word: str) -> None:
    for act in (
        lambda: ask(painted, colour_draft(painted, category=word)),
        lambda: require_category(word),
    ):
        with pytest.raises(Refusal) as caught:
            act()
        assert [one.code for one in caught.value.reasons] == ["outlook.category"]
        assert caught.value.status == 400
    assert not Caution.objects.exists()


def test_no_series_and_no_template_is_about_security_and_the_database_takes_none(
    painted: Painted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What people do together is no danger to be warned of: the word does not exist here (charter 2, 4, 10)."""
    assert SECURITY not in {one.value for one in Category}
    assert len(Category) == 11
    about = {one.key: one.category for one in watching().of.values()}
    assert (about["fever"], about["hazards"], about["pests"]) == (Category.HEALTH, Category.SAFETY, Category.ENV)
    monkeypatch.setattr(actions, "require_category", str)
    with pytest.raises(IntegrityError, match="caution_of_a_category"), transaction.atomic():
        ask(painted, colour_draft(painted, category=SECURITY))


def test_a_series_without_templates_of_its_own_is_spoken_of_by_the_general_one() -> None:
    ground = Ground(WARNING, "x", (COUNTY,), category=Category.FIRE)
    [general] = ground.fitting()
    assert (general.key, ground.category_of(general)) == ("alarm_other", Category.FIRE)
    by_hand = Ground("hand", "", (COUNTY,))
    assert {one.key for one in by_hand.fitting()} == {"water", "heat", "hazard", "health"}


def test_not_every_template_is_marked_alike() -> None:
    """Urgency and response are of the matter: boiling water is for now, smells are watched."""
    held = templates().of
    assert (held["water"].urgency, held["water"].response) == (Urgency.IMMEDIATE, Response.AVOID)
    assert (held["alarm_environment"].urgency, held["alarm_environment"].response) == (Urgency.FUTURE, Response.MONITOR)
    assert len({(one.urgency, one.severity, one.certainty, one.response) for one in held.values()}) > 5
