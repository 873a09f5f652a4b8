"""Charter 6, Rule-made, and 7: nobody sets a colour; an area's colour is no evidence about a person; passes are asked
only where a published package says so, and never at some places.

The attacks: signing another colour than the rules propose, an old one, one of elsewhere, alone for two; a part about
people that reads colours; a package that holds at once, for ever, or lets a home, work or vote ask for a pass.
"""

from __future__ import annotations

import inspect
from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from gridcommons.access.roles import ROLES
from gridcommons.access.rules import PUBLIC
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.painting import actions
from gridcommons.outlook.painting.models import Decision, Package, Reading, Stood
from gridcommons.outlook.painting.package_lines import package_for, published_packages
from gridcommons.outlook.painting.packages import Content, place_kinds, template, templates
from gridcommons.outlook.painting.queries import area_now
from house.sources import NAME, imports_of, modules
from outlook.painting.painted_town import DAY, Painted, cases, member, morning, paint_town, put_in_force, run_job
from town import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town

NOON = morning(DAY, 12)
NEVER = {"home", "work", "care", "food", "court", "complaint", "vote"}


@pytest.fixture
def painted(town: Town) -> Painted:
    made = paint_town(town)
    run_job(morning(DAY - timedelta(1)))
    cases(DAY - timedelta(1), {TOWNSHIP: 44, OTHER_TOWNSHIP: 0}, made.health, morning(DAY, 8))
    run_job(morning(DAY))
    return made


def _run(sql: str, *facts: object) -> None:
    """Statements as the web's role sends them, undone if they fail."""
    with transaction.atomic(), connection.cursor() as cursor:
        for n, statement in enumerate(sql.split("; ")):
            cursor.execute(statement, list(facts) if n else None)


def test_no_deed_takes_a_colour_from_whoever_does_it() -> None:
    for name in ("sign", "refuse_colour", "make_anew", "paint"):
        taken = set(inspect.signature(getattr(actions, name)).parameters)
        assert not taken & {"level", "colour", "letter", "until", "proposal", "state"}, name


def test_what_stands_is_what_the_rules_proposed_and_an_old_proposal_cannot_be_signed(painted: Painted) -> None:
    old = Reading.objects.get(area_code=TOWNSHIP, day=DAY)
    cases(DAY, {TOWNSHIP: 60, OTHER_TOWNSHIP: 0}, painted.health, morning(DAY + timedelta(1), 8))
    run_job(morning(DAY + timedelta(1)))
    at = morning(DAY + timedelta(1), 12)
    with pytest.raises(Refusal, match="read anew meanwhile"):
        actions.sign(reading_id=old.pk, reason="同意", by=painted.health, at=at)
    now = area_now(TOWNSHIP, viewer=painted.health, at=at)
    made = actions.sign(reading_id=now.reading_id, reason="同意", by=painted.health, at=at)
    assert (made.level, made.state) == (now.standing.proposal, "signed") == ("E", "signed")
    green = area_now(OTHER_TOWNSHIP, viewer=painted.health, at=at)
    with pytest.raises(Refusal, match="No colour waits"):
        actions.sign(reading_id=green.reading_id, reason="同意", by=painted.health, at=at)


def test_an_officer_of_no_office_or_of_an_office_elsewhere_cannot_sign(painted: Painted) -> None:
    now = area_now(TOWNSHIP, viewer=painted.health, at=NOON)
    elsewhere = member("visiting", "health_officer", COUNTY, "health", office_area=OTHER_TOWNSHIP)
    for by in (elsewhere, painted.far_health, painted.second, PUBLIC):
        with pytest.raises(Refusal):
            actions.sign(reading_id=now.reading_id, reason="同意", by=by, at=NOON)
    assert not Decision.objects.exists()


def test_one_person_alone_puts_no_scheme_and_no_package_in_force(painted: Painted) -> None:
    row = actions.ask_scheme(
        area_code=COUNTY, level="county", scheme="default", indicator="cases", reason="全县", by=painted.health, at=NOON
    )
    same_line = member("colleague", "second_person", COUNTY, "health")
    for by in (painted.health, same_line):
        with pytest.raises(Refusal):
            actions.confirm_scheme(scheme_id=row.pk, by=by, at=NOON)
    both = [key for key, role in ROLES.items() if {"colour.ask_scheme", "colour.confirm_scheme"} <= role.deeds]
    assert both == []


def test_rules_are_public_a_day_before_they_hold(painted: Painted) -> None:
    row = put_in_force(painted.health, painted.second, at=NOON, level="county")
    assert row.holds_from == NOON + timedelta(hours=24)
    with pytest.raises(Refusal):
        area_now(COUNTY, viewer=PUBLIC, at=NOON + timedelta(hours=23), public=True)
    one = template("default-D")
    package = actions.ask_package(
        area_code=COUNTY, scheme="default", level="D", content=one.content, basis=one.basis, first=DAY,
        last=DAY + timedelta(29), by=painted.health, at=NOON,
    )  # fmt: skip
    assert published_packages(COUNTY, NOON) == [], "what one person asked for is nothing yet"
    actions.confirm_package(package_id=package.pk, by=painted.second, at=NOON)
    assert [line.state(NOON) for line in published_packages(TOWNSHIP, NOON)] == ["ahead"]
    assert package_for(TOWNSHIP, "default", "D", NOON + timedelta(hours=23)) is None
    assert package_for(TOWNSHIP, "default", "D", NOON + timedelta(hours=25)) is not None
    assert package_for(TOWNSHIP, "default", "D", NOON + timedelta(days=30)) is None, "it expires by itself"


@pytest.mark.parametrize("days", [31, 60, 400])
def test_no_package_holds_for_more_than_thirty_days(painted: Painted, days: int) -> None:
    one = template("default-D")
    with pytest.raises(Refusal, match="30 days at most"):
        actions.ask_package(
            area_code=COUNTY, scheme="default", level="D", content=one.content, basis=one.basis, first=DAY,
            last=DAY + timedelta(days - 1), by=painted.health, at=NOON,
        )  # fmt: skip


def test_the_database_refuses_a_longer_package_too(painted: Painted) -> None:
    one = template("default-D")
    row = actions.ask_package(
        area_code=COUNTY, scheme="default", level="D", content=one.content, basis=one.basis, first=DAY,
        last=DAY + timedelta(29), by=painted.health, at=NOON,
    )  # fmt: skip
    longer = "SELECT set_config('app.deed', 'package.end', true); UPDATE painting_package SET last = %s WHERE id = %s"
    with pytest.raises(IntegrityError):
        _run(longer, DAY + timedelta(30), row.pk)
    assert Package.objects.get().last == DAY + timedelta(29)


@pytest.mark.parametrize("kind", sorted(NEVER))
def test_some_places_may_never_ask_for_a_pass(painted: Painted, kind: str) -> None:
    assert place_kinds()[kind].may_ask is False
    content = Content(support=template("default-A").content.support, places=(kind,))
    with pytest.raises(Refusal, match="may never ask for a pass"):
        actions.ask_package(
            area_code=COUNTY, scheme="default", level="D", content=content, basis="x", first=DAY, last=DAY,
            by=painted.health, at=NOON,
        )  # fmt: skip


def test_what_closes_comes_with_help_and_no_ready_package_breaks_a_rule() -> None:
    assert len(templates()) == 5
    for one in templates().values():
        assert set(one.content.places).isdisjoint(NEVER)
        assert one.content.support, one.key


def test_history_only_grows(painted: Painted) -> None:
    assert painted
    for model in (Reading, Stood, Decision):
        change = f"UPDATE {model._meta.db_table} SET level = 'A'"
        with pytest.raises(ProgrammingError, match="permission denied"):
            _run(f"SELECT set_config('app.deed', 'colour.paint', true); {change}")


def test_nothing_about_people_reads_the_colour_of_an_area() -> None:
    """Outlook lies below people; above it only pages, jobs and rehearsal may read colours, and no part of persons."""
    rooms = (f"{NAME}.outlook.painting", f"{NAME}.outlook.colours")
    allowed = {f"{NAME}.outlook", f"{NAME}.web", f"{NAME}.cli", f"{NAME}.rehearsal"}
    readers = {
        one.name for one in modules() for _node, name in imports_of(one) if name.startswith(rooms)
    }  # fmt: skip
    assert {name for name in readers if ".".join(name.split(".")[:2]) not in allowed} == set()
    assert readers, "the test looks at something"
    seen = {name for one in modules() if one.name.startswith(rooms[0]) for _node, name in imports_of(one)}
    below = {f"{NAME}.{part}" for part in ("kit", "outlook", "access", "territory")}
    own = {name for name in seen if name.startswith(f"{NAME}.")}
    assert {name for name in own if ".".join(name.split(".")[:2]) not in below} == set()


def test_colours_hold_no_key_of_a_person() -> None:
    for model in (Reading, Stood, Package):
        names = {field.name for field in model._meta.get_fields()}
        assert not names & {"person", "household", "resident", "case", "pass", "subject"}, model
