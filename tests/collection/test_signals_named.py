"""Signals name nobody: what is hidden, what the sender sees first, and who learns nothing by it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.test import Client

from gridcommons.access.actions import grant
from gridcommons.access.identify import viewer_of
from gridcommons.access.models import User
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.cases.models import Case
from gridcommons.collection.signals import actions
from gridcommons.collection.signals.models import Signal
from gridcommons.collection.signals.queries import signal
from gridcommons.collection.signals.rules import Said
from gridcommons.people.homes.actions import add_home
from gridcommons.people.homes.rules import NewHome, NewPerson
from redrawn_town import SETUP, member
from stories.test_signal_story import desk
from town import AT, COUNTY, FAR_GRID, GRID, VILLAGE, Town
from web.office_town import client_of, stop_clock, text_of

HERE, THERE = "赫连如是", "柳如是非"
"""Names of no usual form: what hides them is the register alone."""
USUAL, USUAL_NOWHERE, NOWHERE = "范冬梅", "丁春秋", "淳于越然"
MARK = "〔姓名已隐去〕"


@pytest.fixture
def lived_in(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch, AT)
    desk(COUNTY)
    home = NewHome(GRID, "北街1号", people=(NewPerson(HERE), NewPerson(USUAL)))
    add_home(home=home, by=town.worker, at=AT)
    add_home(home=NewHome(FAR_GRID, "南街1号", people=(NewPerson(THERE),)), by=town.far_supervisor, at=AT)
    return town


def duty() -> Viewer:
    return viewer_of(User.objects.get(username=f"duty_officer-{COUNTY}").pk)


def kept() -> Signal:
    with scoped(Scope("^")):
        return Signal.objects.get()


def send(client: Client, text: str, **more: str) -> tuple[int, str]:
    facts = {"kind": "ill_together", "size": "few", "area": GRID, "place": "3号楼二单元", "text": text, **more}
    answer = client.post("/office/signals/send", facts)
    return answer.status_code, text_of(answer) if answer.status_code == 200 else ""


def test_a_known_name_and_a_form_of_address_are_hidden_with_a_preview(lived_in: Town) -> None:
    client = client_of(lived_in, "worker")
    status, shown = send(client, f"{HERE}和老王都说恶心")
    assert status == 200
    assert "发出后是这样" in shown
    assert "隐去了2处姓名或号码" in shown
    assert f"{MARK}和{MARK}都说恶心" in shown
    with scoped(Scope("^")):
        assert Signal.objects.count() == 0, "nothing is sent before it was seen"
    assert send(client, f"{HERE}和老王都说恶心", sure="1")[0] == 302
    assert kept().text == f"{MARK}和{MARK}都说恶心"


def test_what_names_nobody_is_sent_at_once_and_places_stay(lived_in: Town) -> None:
    said = "小王庄村口和老李村都有死鱼，井水发黄"
    assert send(client_of(lived_in, "worker"), said)[0] == 302
    assert kept().text == said


ATTACK = f"{HERE}，{NOWHERE}，{USUAL}，{USUAL_NOWHERE}"
LEFT = f"{HERE}，{NOWHERE}，{MARK}，{MARK}"
SENDERS = sorted(key for key, role in ROLES.items() if role.grantable and "signal.send" in role.deeds)
READERS = [key for key in SENDERS if "look.household" in ROLES[key].deeds]
"""Who may send and also reads the register where it sends: names it may read are hidden from those who read it next."""


def test_who_sends() -> None:
    assert set(SENDERS) - set(READERS) >= {"sentinel", "duty_officer"}


@pytest.mark.parametrize("role", [key for key in SENDERS if key not in READERS])
def test_who_sends_without_the_register_learns_nothing_by_trying_names(lived_in: Town, role: str) -> None:
    """Nothing that is hidden depends on who lives there: neither before it is sent nor read again afterwards."""
    other = member("taster", role, VILLAGE)
    client = client_of(replace(lived_in, cast={**lived_in.cast, "taster": other}), "taster")
    status, shown = send(client, ATTACK)
    assert (status, LEFT in shown) == (200, True)
    assert send(client, ATTACK, sure="1")[0] == 302
    assert kept().text == LEFT
    assert signal(signal_id=kept().pk, viewer=duty(), at=AT).text == LEFT


@pytest.mark.parametrize("outcome", ["false_alarm", "site_check"])
def test_nor_do_those_who_judge(lived_in: Town, outcome: str) -> None:
    made = actions.send(said=Said(GRID, "water", "none", ATTACK, ATTACK), by=duty(), at=AT)
    assert (made.place, made.text) == (LEFT, LEFT)
    judged = actions.triage(signal_id=made.pk, outcome=outcome, note=ATTACK, by=duty(), at=AT)
    assert judged.note == LEFT
    if outcome == "site_check":
        done = actions.check(signal_id=made.pk, outcome="verified", note=ATTACK, by=duty(), at=AT)
        assert done.note == LEFT
    assert signal(signal_id=made.pk, viewer=duty(), at=AT).note == LEFT


def test_a_second_post_that_reads_no_register_opens_none(lived_in: Town) -> None:
    """A worker of a grid elsewhere who is on duty for the county reads the register of the own grid alone."""
    both = member("both", "grid_worker", FAR_GRID)
    facts = GrantFacts("duty_officer", (COUNTY,), (), ROLES["duty_officer"].purposes, AT, None, None)
    grant(to=both.user_id, wanted=facts, by=SETUP, at=AT)
    made = actions.send(said=Said(GRID, "water", "none", "井边", ATTACK), by=viewer_of(both.user_id), at=AT)
    assert made.text == LEFT


def test_names_of_elsewhere_are_not_asked_for(lived_in: Town) -> None:
    assert send(client_of(lived_in, "worker"), f"{THERE}来过")[0] == 302
    assert kept().text == f"{THERE}来过"


def test_grounds_name_nobody_either(lived_in: Town) -> None:
    """Whoever reads the register hides of it what they may read there, in what they found on site as well."""
    made = actions.send(said=Said(GRID, "water", "none", "井边", "水发黄"), by=lived_in.worker, at=AT)
    actions.triage(signal_id=made.pk, outcome="site_check", note="请到现场看看", by=duty(), at=AT)
    note = f"{HERE}带路，{NOWHERE}和{USUAL_NOWHERE}也在"
    found = actions.check(signal_id=made.pk, outcome="verified", note=note, by=lived_in.supervisor, at=AT)
    assert found.note == f"{MARK}带路，{NOWHERE}和{MARK}也在"


def test_what_is_left_is_looked_for_once_more_before_it_is_sent(lived_in: Town) -> None:
    """The preview stays until somebody says so: hiding helps and proves nothing."""
    client = client_of(lived_in, "worker", "en")
    said = f"Old Wang, Mr Li and Zhang Wei cough; {NOWHERE} too"
    _status, shown = send(client, said)
    assert "Wang, Mr" not in shown.partition("<form")[2].partition("<textarea")[0]
    assert "Zhang Wei" not in shown.partition("<form")[2].partition("<textarea")[0]
    assert f"; {NOWHERE} too" in shown.partition("<textarea")[0], "of an unusual form: it stays, and the page says so"
    assert "Hiding names is a help and no proof" in shown
    assert 'name="look"' in shown
    _status, again = send(client, "some people cough", look="")
    assert "No further name or number was recognised" in again
    with scoped(Scope("^")):
        assert Signal.objects.count() == 0, "looked for once more, and not sent"
    assert send(client, "some people cough", look="", sure="1")[0] == 302
    assert kept().text == "some people cough"


@pytest.mark.parametrize(
    ("language", "said"), [("en", "600 characters at most, and there are 5000"), ("zh-hans", "5000")]
)
def test_a_text_too_long_is_refused_whole_and_none_of_it_is_lost(lived_in: Town, language: str, said: str) -> None:
    client = client_of(lived_in, "worker", language)
    facts = {"kind": "water", "size": "few", "area": GRID, "place": "井边", "text": "水" * 5000}
    answer = client.post("/office/signals/send", facts)
    page = text_of(answer)
    assert answer.status_code == 400
    assert said in page
    assert "水" * 5000 in page
    assert "maxlength" not in page.partition("<form")[2], "the browser would cut a text without a word"
    assert 'data-most="600"' in page
    assert 'data-counted="' in page


def test_a_place_too_long_is_refused_whole_too(lived_in: Town) -> None:
    facts = {"kind": "water", "size": "few", "area": GRID, "place": "井" * 121, "text": "水黄"}
    answer = client_of(lived_in, "worker", "en").post("/office/signals/send", facts)
    assert answer.status_code == 400
    assert "Too long: 120 characters at most, and there are 121" in text_of(answer)
    assert f'value="{"井" * 121}"' in text_of(answer)


def test_line_ends_count_as_the_browser_counts_them(lived_in: Town) -> None:
    said = "水\n" * 299 + "水色"
    assert len(said) == 600
    assert send(client_of(lived_in, "worker"), said.replace("\n", "\r\n"))[0] == 302
    assert kept().text == said


def test_what_hiding_makes_longer_than_what_may_be_typed_is_kept_whole(lived_in: Town) -> None:
    """The limit is for what one types: 600 signs, and a place of 120; it goes on whole as a case too."""
    facts = {"kind": "water", "size": "few", "area": GRID, "place": "老王，" * 40, "text": "老王，" * 200}
    assert client_of(lived_in, "worker", "en").post("/office/signals/send", facts | {"sure": "1"}).status_code == 302
    assert kept().text == f"{MARK}，" * 200
    assert kept().place == f"{MARK}，" * 40
    facts = {"signal_id": kept().pk, "outcome": "passed_on", "note": "老王，" * 200, "matter_key": "food_safety"}
    passed = actions.triage(**facts, by=duty(), at=AT)
    assert passed.note == f"{MARK}，" * 200
    with scoped(Scope("^")):
        assert f"{MARK}，" * 200 in Case.objects.get(pk=passed.case_id).text


def test_no_grid_is_chosen_before_somebody_chooses_it(lived_in: Town) -> None:
    """Who serves many grids chooses one; who serves a single one need not."""
    one = client_of(lived_in, "worker", "en").get("/office/signals/send")
    assert re.findall(r'<option value="([^"]*)"( selected)?', menu_of(text_of(one))) == [(GRID, "")]
    many = client_of(replace(lived_in, cast={**lived_in.cast, "county": duty()}), "county", "en")
    offered = menu_of(text_of(many.get("/office/signals/send")))
    assert re.search(r'<option value=""( selected)?>Choose …</option>', offered)
    assert offered.count("<option") > 2
    facts = {"kind": "water", "size": "few", "area": "", "place": "井边", "text": "水发黄"}
    answer = many.post("/office/signals/send", facts)
    assert answer.status_code == 400
    assert text_of(answer).count("Nothing is chosen yet. Choose one.") == 1
    assert "水发黄" in text_of(answer)
    with scoped(Scope("^")):
        assert Signal.objects.count() == 0


def menu_of(page: str) -> str:
    """The list of grids."""
    return page.partition('name="area"')[2].partition("</select>")[0]


def test_one_reads_what_one_sent_and_nobody_else_s(lived_in: Town) -> None:
    client = client_of(lived_in, "worker", "en")
    assert "You have sent none" in text_of(client.get("/office/signals/send"))
    actions.send(said=Said(GRID, "water", "none", "东井", "水黄"), by=duty(), at=AT)
    for number in range(12):
        assert send(client, f"第{number:02}次看到鱼死")[0] == 302
    page = text_of(client.get("/office/signals/send"))
    own = page.partition('id="own-title"')[2]
    assert "Sent: several people with the same complaint, no. " in page
    assert "12</span>" in own
    assert [number for number in range(12) if f"第{number:02}次" in own] == list(range(2, 12)), "newest first, by pages"
    assert "第00次看到鱼死" in text_of(client.get("/office/signals/send?page=2")).partition('id="own-title"')[2]
    assert "东井" not in own, "another's, of the same grid"
    with scoped(Scope("^")):
        marks = [row.pk.hex[-4:].upper() for row in Signal.objects.exclude(place="东井")]
    assert sum(f"no. {mark}" in own for mark in marks) >= 10
    other = member("other", "grid_worker", GRID)
    theirs = client_of(replace(lived_in, cast={**lived_in.cast, "other": other}), "other", "en")
    assert "You have sent none" in text_of(theirs.get("/office/signals/send"))
    assert "第11次" not in text_of(theirs.get("/office/signals/send"))


def test_the_stranger_reads_nobody_s_signals(lived_in: Town) -> None:
    assert send(client_of(lived_in, "worker"), "鱼死了一片")[0] == 302
    for name in ("public", "resident", "auditor", "county_officer"):
        answer = client_of(lived_in, name).get("/office/signals/send")
        assert answer.status_code == 403
        assert "鱼死了一片" not in answer.content.decode()


def test_two_signals_of_one_place_and_minute_are_told_apart(lived_in: Town) -> None:
    for _ in range(2):
        actions.send(said=Said(GRID, "ill_together", "one", "3号楼", ""), by=lived_in.worker, at=AT)
    county = duty()
    client = client_of(replace(lived_in, cast={**lived_in.cast, "county": county}), "county", "en")
    page = text_of(client.get("/office/signals"))
    with scoped(Scope("^")):
        rows = list(Signal.objects.all())
    for row in rows:
        assert f"no. {row.pk.hex[-4:].upper()}</span>" in page
        assert f"no. {row.pk.hex[-4:].upper()}" in text_of(client.get(f"/office/signals/{row.pk}"))
    assert "how many: one" in page
