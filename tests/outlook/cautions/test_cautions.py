"""Warnings to the public: from a signed colour, a true alarm or by hand; by two; valid, signed, followed, ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from defusedxml.ElementTree import fromstring

from gridcommons.kit.dates import day_words
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.outlook.alerts import is_signed
from gridcommons.outlook.cautions import actions
from gridcommons.outlook.cautions.actions import Draft
from gridcommons.outlook.cautions.models import Caution
from gridcommons.outlook.cautions.queries import (
    alerts_out,
    caution,
    grounds_near,
    message_files,
    warning_out,
    warnings_out,
)
from gridcommons.outlook.cautions.rules import KEPT, State
from gridcommons.outlook.feeds import Feed, atom
from gridcommons.outlook.reported.actions import hand_in
from gridcommons.outlook.watching.actions import judge_warning
from gridcommons.outlook.watching.models import Alarm
from gridcommons.outlook.watching.watch import watch_days
from outlook.cap_rules import CAP, broken_rules
from outlook.cautions.warned_town import (
    AT,
    COLOUR,
    HOUSE,
    NEXT,
    ask,
    colour_draft,
    hand_draft,
    issue,
    warned_town,
    words,
)
from outlook.painting.painted_town import DAY, SETUP, Painted, morning
from outlook.reported.counts_town import sheet
from outlook.watching.watch_town import lines, quiet
from town import COUNTY, GRID, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town

STRANGERS = ("public", "resident", "stranger", "worker", "supervisor", "county_officer", "auditor")


@pytest.fixture
def painted(town: Town) -> Painted:
    return warned_town(town)


def text_at(root: Element, path: str) -> list[str]:
    return [one.text or "" for one in root.iterfind("/".join(f"{CAP}{bit}" for bit in path.split("/")))]


def refused(code: str, act: Callable[[], Any]) -> None:
    with pytest.raises(Refusal) as caught:
        act()
    assert code in {reason.code for reason in caught.value.reasons}


def test_a_signed_orange_becomes_a_valid_signed_message_of_two(painted: Painted) -> None:
    row = ask(painted)
    assert warnings_out(COUNTY, AT) == [], "nothing is public before the second person"
    done = issue(painted, row)
    held = message_files(done.identifier)
    assert broken_rules(held.message) == []
    root = fromstring(held.message)
    zh, en = text_at(root, "info/headline")
    assert zh.startswith("妙高街道转为橙色（")
    assert " turns orange (" in en
    assert text_at(root, "identifier") == [f"GC-{COUNTY}-{NEXT:%Y%m%d}-0001"]
    assert text_at(root, "info/expires") == [f"{DAY + timedelta(8)}T00:00:00+08:00"] * 2
    assert text_at(root, "info/parameter/value")[:2] == ["orange", f"{TOWNSHIP}-{NEXT:%Y%m%d}-D"]
    assert text_at(root, "info/area/geocode/value") == [TOWNSHIP] * 2
    assert text_at(root, "info/web") == [f"{HOUSE}/warnings/{done.identifier}"] * 2
    ring = text_at(root, "info/area/polygon")[0].split()
    assert ring[0] == ring[-1]
    assert {pair.split(",")[0] for pair in ring} == {"28.5", "28.6"}, "latitude first"
    key = load_pem_public_key(held.pem)
    assert isinstance(key, Ed25519PublicKey)
    assert is_signed(held.message, held.signature, key)
    [shown] = warnings_out(COUNTY, AT)
    assert (shown.state, shown.last, shown.office.zh) == (State.IN_FORCE, DAY + timedelta(7), "health办公室")


def test_every_house_signs_with_one_key(painted: Painted) -> None:
    first = issue(painted, ask(painted))
    second = issue(painted, ask(painted, hand_draft(NEXT)))
    assert bytes(first.key) == bytes(second.key)
    assert second.identifier.endswith("-0002")


def test_it_expires_by_itself_is_shown_as_expired_and_then_goes(painted: Painted) -> None:
    done = issue(painted, ask(painted))
    after = done.expires + timedelta(minutes=1)
    assert [one.state for one in warnings_out(COUNTY, done.expires - timedelta(minutes=1))] == [State.IN_FORCE]
    assert [one.state for one in warnings_out(COUNTY, after)] == [State.EXPIRED]
    assert warnings_out(COUNTY, after + KEPT) == []
    assert warning_out(done.identifier, after + KEPT)[0].state is State.EXPIRED, "its address stays"
    refused("caution.not_in_force", lambda: actions.call_off_caution(
        caution_id=done.pk, why=Words("好了", "over"), by=painted.health, at=after))  # fmt: skip


def test_update_and_cancel_name_those_before_them_and_one_entry_stands_in_the_feed(painted: Painted) -> None:
    first = issue(painted, ask(painted, hand_draft(NEXT)))
    update = actions.amend_caution(
        caution_id=first.pk, said=words("改"), last=NEXT + timedelta(2), by=painted.health, at=AT + timedelta(hours=1)
    )
    assert [one.state for one in warnings_out(COUNTY, AT + timedelta(hours=1))] == [State.IN_FORCE]
    update = issue(painted, update, AT + timedelta(hours=2))
    refused("caution.not_in_force", lambda: actions.amend_caution(
        caution_id=first.pk, said=words("再"), last=NEXT, by=painted.health, at=AT + timedelta(hours=2)))  # fmt: skip
    end = actions.call_off_caution(
        caution_id=update.pk, why=Words("检测合格", "tests are good"), by=painted.health, at=AT + timedelta(hours=3)
    )
    end = issue(painted, end, AT + timedelta(hours=4))
    roots = [fromstring(message_files(one.identifier).message) for one in (first, update, end)]
    assert [text_at(root, "msgType") for root in roots] == [["Alert"], ["Update"], ["Cancel"]]
    assert [broken_rules(message_files(one.identifier).message) for one in (first, update, end)] == [[], [], []]
    named = text_at(roots[2], "references")[0].split()
    assert [one.split(",")[1] for one in named] == [first.identifier, update.identifier]
    assert text_at(roots[2], "sender") == text_at(roots[0], "sender") == [f"{COUNTY}@grid.example"]
    [shown] = warnings_out(COUNTY, AT + timedelta(hours=5))
    assert (shown.state, shown.kind) == (State.CANCELLED, "Cancel")
    assert [one.state for one in warning_out(end.identifier, AT + timedelta(hours=5))[1]] == [
        State.CANCELLED, State.UPDATED,
    ]  # fmt: skip
    text = atom(Feed(Words("预", "w"), Words("县", "c"), f"{HOUSE}/f", f"{HOUSE}/warnings"),
                alerts_out(COUNTY, AT + timedelta(hours=5)), "en", AT + timedelta(hours=5)).decode()  # fmt: skip
    assert text.count("<entry>") == 1
    assert "(cancelled)" in text
    assert f"{HOUSE}/warnings/{first.identifier}.xml" in text


def test_one_person_or_one_office_is_not_enough(painted: Painted) -> None:
    row = ask(painted)
    for by in (painted.health, painted.far_health):
        with pytest.raises(Refusal):
            actions.issue_caution(caution_id=row.pk, house=HOUSE, by=by, at=AT)
    issue(painted, row)
    refused("caution.not_waiting", lambda: issue(painted, row))
    refused("caution.not_waiting", lambda: actions.drop_caution(
        caution_id=row.pk, why="改", by=painted.health, at=AT))  # fmt: skip


def test_what_is_not_signed_warns_nobody(town: Town) -> None:
    unsigned = warned_town(town, signed=False)
    assert grounds_near(COUNTY, viewer=unsigned.health, at=AT) == []
    draft = Draft("orange", (TOWNSHIP,), DAY + timedelta(7), words("橙"), COLOUR)
    refused("caution.no_ground", lambda: ask(unsigned, draft))
    refused("caution.no_ground", lambda: ask(unsigned, replace(draft, ground="colour:331199")))
    refused("caution.no_ground", lambda: ask(unsigned, replace(draft, ground="warning:none")))
    refused("caution.no_ground", lambda: ask(unsigned, replace(draft, ground="gossip:1")))
    refused("caution.wrong_template", lambda: ask(unsigned, replace(draft, ground="")))


def test_a_ground_that_fell_away_meanwhile_is_not_issued(painted: Painted) -> None:
    row = ask(painted)
    late = morning(DAY + timedelta(8), 9)
    refused("caution.not_waiting", lambda: issue(painted, row, late))
    other = ask(painted, hand_draft(NEXT))
    issue(painted, other)
    assert Caution.objects.exclude(identifier="").count() == 1


BAD = {
    "caution.bad_days": [{"last": NEXT - timedelta(1)}, {"last": DAY + timedelta(8)}],
    "caution.wrong_area": [{"codes": (TOWNSHIP, OTHER_TOWNSHIP)}, {"codes": (VILLAGE,)}, {"codes": ()}],
    "caution.wrong_template": [{"template": "red"}, {"template": "water"}],
    "caution.unknown_template": [{"template": "gossip"}],
}  # fmt: skip


@pytest.mark.parametrize("code", BAD)
def test_bad_drafts_are_refused_with_a_sentence(painted: Painted, code: str) -> None:
    for changes in BAD[code]:
        refused(code, lambda changes=changes: ask(painted, colour_draft(painted, **changes)))
    assert not Caution.objects.exists()


def test_words_are_said_in_both_languages_and_name_nobody(painted: Painted) -> None:
    said = hand_draft(NEXT).said
    for code, changed in (
        ("caution.not_said", replace(said, headline=Words("标题", " "))),
        ("caution.person_said", replace(said, description=Words("联系人电话13812345678", "call 13812345678"))),
        ("publish.long_number", replace(said, description=Words(f"网格{GRID}", "x"))),
        ("text.too_long", replace(said, event=Words("长" * 61, "x"))),
    ):
        refused(code, lambda changed=changed: ask(painted, hand_draft(NEXT, said=changed)))
    assert not Caution.objects.exists()


def test_words_that_name_another_last_day_are_refused(painted: Painted) -> None:
    def until(*days: date) -> Draft:
        zh, en = ("、".join(day_words(day, this_year=0).as_dict()[tongue] for day in days) for tongue in ("zh", "en"))
        said = replace(hand_draft(NEXT).said, description=Words(f"有效至{zh}。", f"Holds until {en}."))
        return hand_draft(NEXT, said=said)

    refused("caution.other_day", lambda: ask(painted, until(NEXT + timedelta(1))))
    half = replace(until(NEXT + timedelta(1)).said.description, zh="有效至另行通知。")
    draft = hand_draft(NEXT, said=replace(hand_draft(NEXT).said, description=half))
    refused("caution.other_day", lambda: ask(painted, draft))
    assert not Caution.objects.exists()
    ask(painted, until(NEXT - timedelta(9), NEXT, NEXT + timedelta(1)))


def test_one_ground_has_one_warning_and_a_dropped_one_makes_room(painted: Painted) -> None:
    [ground] = grounds_near(COUNTY, viewer=painted.health, at=AT)
    assert (ground.name, ground.colour, ground.until) == (COLOUR, "orange", DAY + timedelta(8))
    row = ask(painted)
    assert grounds_near(COUNTY, viewer=painted.health, at=AT) == []
    refused("caution.waits_already", lambda: ask(painted))
    actions.drop_caution(caution_id=row.pk, why="改写", by=painted.health, at=AT)
    assert caution(caution_id=row.pk, viewer=painted.health, at=AT).facts.state is State.DROPPED
    issue(painted, ask(painted))
    refused("caution.waits_already", lambda: ask(painted))


def test_an_alarm_that_was_judged_true_is_a_ground(painted: Painted) -> None:
    here, there = quiet(1), quiet(2)
    here[-1] = 60
    text = sheet(*lines(TOWNSHIP, here, DAY), *lines(OTHER_TOWNSHIP, there, DAY))
    hand_in(area_code=COUNTY, indicator="fever", text=text, by=painted.health, at=morning(NEXT, 7))
    watch_days(by=SETUP, at=morning(NEXT, 8))
    thread = Alarm.objects.get(indicator="fever", area_code=TOWNSHIP, until__isnull=True).thread
    draft = Draft("alarm", (TOWNSHIP,), NEXT + timedelta(2), words("热"), f"warning:{thread}")
    refused("caution.no_ground", lambda: ask(painted, draft))
    judge_warning(thread=thread, verdict="true", by=painted.health, at=AT)
    [ground] = [one for one in grounds_near(COUNTY, viewer=painted.health, at=AT) if one.kind == "warning"]
    assert (ground.codes, ground.slots["count"].en) == ((TOWNSHIP,), "visits to fever clinics")
    row = ask(painted, draft)
    judge_warning(thread=thread, verdict="false", by=painted.health, at=AT)
    refused("caution.no_ground", lambda: issue(painted, row))
    judge_warning(thread=thread, verdict="true", by=painted.health, at=AT + timedelta(minutes=1))
    done = issue(painted, row, AT + timedelta(minutes=2))
    assert broken_rules(message_files(done.identifier).message) == []
    said = [text for part in ("headline", "description") for text in text_at(
        fromstring(message_files(done.identifier).message), f"info/{part}")]  # fmt: skip
    assert not any("60" in text for text in said), "no figure leaves"


@pytest.mark.parametrize(
    "name", ["public", "resident", "stranger", "worker", "supervisor", "county_officer", "auditor"]
)
def test_the_stranger_must_not_warn_nor_issue_nor_take_down(painted: Painted, name: str) -> None:
    by = getattr(painted.town, name)
    waiting = ask(painted)
    out = issue(painted, ask(painted, hand_draft(NEXT)))
    for act in (
        lambda: actions.ask_caution(draft=hand_draft(NEXT, codes=(OTHER_TOWNSHIP,)), by=by, at=AT),
        lambda: actions.issue_caution(caution_id=waiting.pk, house=HOUSE, by=by, at=AT),
        lambda: actions.drop_caution(caution_id=waiting.pk, why="无", by=by, at=AT),
        lambda: actions.amend_caution(caution_id=out.pk, said=words("改"), last=NEXT, by=by, at=AT),
        lambda: actions.call_off_caution(caution_id=out.pk, why=Words("无", "none"), by=by, at=AT),
    ):
        with pytest.raises(Refusal):
            act()
    assert Caution.objects.count() == 2


def test_an_officer_of_elsewhere_does_not_warn_here(painted: Painted) -> None:
    with pytest.raises(Refusal):
        actions.ask_caution(draft=hand_draft(NEXT), by=painted.far_health, at=AT)
    assert actions.ask_caution(draft=hand_draft(NEXT, codes=(OTHER_TOWNSHIP,)), by=painted.far_health, at=AT)
