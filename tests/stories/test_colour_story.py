"""A rising township: warning on day t, signed and public on t + 1, due for review on t + 8, never green by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridcommons.access.rules import PUBLIC
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.awaiting import awaited
from gridcommons.outlook.cautions.actions import Draft, ask_caution, issue_caution
from gridcommons.outlook.cautions.grounds import ground_of
from gridcommons.outlook.cautions.queries import message_files, warnings_out
from gridcommons.outlook.cautions.templates import filled, templates
from gridcommons.outlook.painting import actions
from gridcommons.outlook.painting.queries import area_now, areas_now, history
from gridcommons.outlook.painting.rules import State
from gridcommons.outlook.reported.actions import hand_in
from outlook.cap_rules import broken_rules
from outlook.painting.painted_town import DAY, Painted, cases, morning, paint_town, run_job
from town import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town


@pytest.fixture
def painted(town: Town) -> Painted:
    return paint_town(town)


def public_colour(at_day: int, code: str = TOWNSHIP) -> tuple[str, str]:
    """The colour and its state as everybody sees them, at noon so many days after t."""
    one = area_now(code, viewer=PUBLIC, at=morning(DAY + timedelta(at_day), 12), public=True)
    return one.colour, one.standing.state.value


def public_warning(at_day: int) -> str:
    """How the only warning to the public stands at noon so many days after t."""
    [one] = warnings_out(COUNTY, morning(DAY + timedelta(at_day), 12))
    return one.state.value


def warn_public(painted: Painted) -> None:
    """Day t + 1: the public is warned; asked for by the health officer, issued by a second person, valid and signed."""
    noon = morning(DAY + timedelta(1), 12)
    ground = ground_of(f"colour:{TOWNSHIP}", (), painted.health, noon)
    said = filled(templates().get("orange"), ground.slots, DAY + timedelta(7))
    draft = Draft("orange", ground.codes, DAY + timedelta(7), said, ground.name)
    asked = ask_caution(draft=draft, by=painted.health, at=noon)
    assert warnings_out(COUNTY, noon) == [], "one person alone warns nobody"
    out = issue_caution(caution_id=asked.pk, house="https://grid.example", by=painted.second, at=noon)
    assert public_warning(1) == "in_force"
    message = message_files(out.identifier).message
    assert broken_rules(message) == []
    assert b"47" not in message.replace(out.identifier.encode(), b"")


def test_a_warning_is_signed_made_public_and_runs_out_to_review(painted: Painted) -> None:
    run_job(morning(DAY - timedelta(1)))
    assert public_colour(-1) == ("green", "rule")

    # Day t: yesterday's count comes in, 44 in 40,000; the rules propose orange, and the public sees no orange yet.
    cases(DAY - timedelta(1), {TOWNSHIP: 44, OTHER_TOWNSHIP: 0}, painted.health, morning(DAY, 8))
    run_job(morning(DAY))
    waiting, _schemes = areas_now(COUNTY, viewer=painted.health, at=morning(DAY, 10))
    risen = next(one for one in waiting if one.area.code == TOWNSHIP)
    assert (risen.standing.state, risen.standing.level, risen.standing.proposal) == (State.WAITING, "C", "D")
    assert public_colour(0) == ("yellow", "waiting"), "it stands at the highest level that needs no signature"
    assert public_colour(0, OTHER_TOWNSHIP) == ("green", "rule")

    # Day t + 1: a named officer of an office that serves the township signs; a stranger of elsewhere cannot.
    cases(DAY, {TOWNSHIP: 3, OTHER_TOWNSHIP: 0}, painted.health, morning(DAY + timedelta(1), 8))
    run_job(morning(DAY + timedelta(1)))
    now = area_now(TOWNSHIP, viewer=painted.health, at=morning(DAY + timedelta(1), 10))
    signing = {"reading_id": now.reading_id, "at": morning(DAY + timedelta(1), 11)}
    for stranger in (painted.far_health, painted.second, painted.town.county_officer, painted.town.supervisor):
        with pytest.raises(Refusal):
            actions.sign(reason="同意", by=stranger, **signing)
    with pytest.raises(Refusal, match="Give a reason"):
        actions.sign(reason="  ", by=painted.health, **signing)
    actions.sign(reason="病例集中在两个社区，流调支持", by=painted.health, **signing)
    assert public_colour(1) == ("orange", "signed")
    shown = area_now(TOWNSHIP, viewer=PUBLIC, at=morning(DAY + timedelta(1), 12), public=True)
    assert shown.standing.until == DAY + timedelta(8)
    assert shown.decision is not None
    assert (shown.decision.name, shown.decision.office.zh) == ("health", "health办公室")
    assert "47" not in " ".join(one.words.zh for one in shown.verdict.because), "no figure of a township leaves"

    warn_public(painted)
    with pytest.raises(Refusal, match="No colour waits"):
        actions.sign(reason="再签一次", by=painted.health, **signing)

    # Until t + 8 it stands; then review is due, whether the job ran that morning or not.
    for n in range(1, 7):
        day = DAY + timedelta(n)
        cases(day, {TOWNSHIP: 2, OTHER_TOWNSHIP: 0}, painted.health, morning(day + timedelta(1), 8))
        run_job(morning(day + timedelta(1)))
    assert (public_colour(7), public_warning(7)) == (("orange", "signed"), "in_force")
    assert public_colour(8) == ("orange", "review"), "by the clock alone"
    assert public_warning(8) == "expired", "the warning ends by itself on the day on which review is due"
    run_job(morning(DAY + timedelta(8)))
    assert public_colour(8) == ("orange", "review")
    late = area_now(TOWNSHIP, viewer=painted.health, at=morning(DAY + timedelta(8)))
    assert late.standing.proposal == "D", "it asks to be signed anew"
    assert public_colour(9) == ("orange", "review")
    assert public_colour(20) == ("grey", "unknown"), "without a reading it is unknown, and never green by itself"

    steps, number = history(TOWNSHIP)
    assert number == 4
    assert [(one.level, one.state.value) for one in reversed(steps)] == [
        ("A", "rule"), ("C", "waiting"), ("D", "signed"), ("D", "review"),
    ]  # fmt: skip


def test_an_orange_is_signed_anew_though_red_was_refused_beside_it(painted: Painted) -> None:
    run_job(morning(DAY - timedelta(1)))
    cases(DAY - timedelta(1), {TOWNSHIP: 44, OTHER_TOWNSHIP: 0}, painted.health, morning(DAY, 8))
    run_job(morning(DAY))
    now = area_now(TOWNSHIP, viewer=painted.health, at=morning(DAY, 10))
    actions.sign(reading_id=now.reading_id, reason="病例集中", by=painted.health, at=morning(DAY, 11))

    # Day 3: red is read and refused, until day 10; the orange stands as it was signed, and may ground a warning.
    for n in range(6):
        day = DAY + timedelta(n)
        cases(day, {TOWNSHIP: 120 if n == 2 else 1, OTHER_TOWNSHIP: 0}, painted.health, morning(day + timedelta(1), 8))
        run_job(morning(day + timedelta(1)))
        if n == 2:
            high = area_now(TOWNSHIP, viewer=painted.health, at=morning(DAY + timedelta(3), 10))
            assert (high.standing.level, high.standing.proposal) == ("D", "E")
            refusing = {"reason": "数字有误", "by": painted.health, "at": morning(DAY + timedelta(3), 11)}
            actions.refuse_colour(reading_id=high.reading_id, **refusing)
    held = area_now(TOWNSHIP, viewer=painted.health, at=morning(DAY + timedelta(6), 12))
    assert (held.standing.state, held.standing.proposal) == (State.SIGNED, "")
    assert held.decision is not None
    assert (held.decision.answer, held.decision.level) == ("signed", "D"), "by the signature, not by the refusal of red"
    assert ground_of(f"colour:{TOWNSHIP}", (), painted.health, morning(DAY + timedelta(6), 12)).colour == "orange"

    # Day 7, before the job: the orange is due for review and waits for a word, and red is not asked for again.
    noon = morning(DAY + timedelta(7), 0)
    due = area_now(TOWNSHIP, viewer=painted.health, at=noon)
    assert (due.standing.level, due.standing.state, due.standing.proposal) == ("D", State.REVIEW, "D")
    assert due.proposed is not None
    assert "was read and not signed" in due.proposed.because[0].words.en
    assert [one.what.en for one in awaited(noon)] == ["a colour to be reviewed"]
    told = [one.key for one in awaited(noon)]
    cases(DAY + timedelta(6), {TOWNSHIP: 1, OTHER_TOWNSHIP: 0}, painted.health, morning(DAY + timedelta(7), 8))
    run_job(morning(DAY + timedelta(7)))
    assert [one.key for one in awaited(morning(DAY + timedelta(7), 10))] == told, (
        "told once, by the clock and by the job"
    )
    signing = {"reason": "续签", "by": painted.health, "at": morning(DAY + timedelta(7), 11)}
    latest = area_now(TOWNSHIP, viewer=painted.health, at=morning(DAY + timedelta(7), 10)).reading_id
    with pytest.raises(Refusal, match="No colour waits"):
        actions.sign(reading_id=latest, shown="E", **signing)
    actions.sign(reading_id=latest, shown="D", **signing)
    assert public_colour(7) == ("orange", "signed")
    cases(DAY + timedelta(7), {TOWNSHIP: 1, OTHER_TOWNSHIP: 0}, painted.health, morning(DAY + timedelta(8), 8))
    run_job(morning(DAY + timedelta(8)))
    assert public_colour(9) == ("orange", "signed")
    still = area_now(TOWNSHIP, viewer=painted.health, at=morning(DAY + timedelta(9)))
    assert still.standing.proposal == "", "red stays refused until its own day"
    later = area_now(TOWNSHIP, viewer=painted.health, at=morning(DAY + timedelta(10), 0))
    assert later.standing.proposal == "E"


def test_without_figures_a_signed_colour_turns_grey_and_comes_back_as_it_was(painted: Painted) -> None:
    run_job(morning(DAY - timedelta(1)))
    cases(DAY - timedelta(1), {TOWNSHIP: 44, OTHER_TOWNSHIP: 0}, painted.health, morning(DAY, 8))
    run_job(morning(DAY))
    now = area_now(TOWNSHIP, viewer=painted.health, at=morning(DAY, 10))
    actions.sign(reason="病例集中", by=painted.health, reading_id=now.reading_id, at=morning(DAY, 11))
    for n in range(1, 5):
        run_job(morning(DAY + timedelta(n)))
    grey = area_now(TOWNSHIP, viewer=PUBLIC, at=morning(DAY + timedelta(4)), public=True)
    assert (grey.colour, grey.standing.state, grey.standing.signed) == ("grey", State.UNKNOWN, "D")
    assert any("5 days old" in one.words.en for one in grey.verdict.because)
    days = "\n".join(f"{TOWNSHIP},{DAY + timedelta(n)},2" for n in range(5))

    hand_in(
        area_code=COUNTY, indicator="cases", text=f"area,date,count\n{days}\n", by=painted.health,
        at=morning(DAY + timedelta(5), 8),
    )  # fmt: skip
    run_job(morning(DAY + timedelta(5)))
    assert public_colour(5) == ("orange", "signed")
