"""The field app when things go otherwise: a lost phone, a hand-over, two versions of one form, a picture, a clock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from playwright.sync_api import Playwright, expect

from browser.field_phone import PASSPHRASE, Phone, phone
from browser.field_stage import FORM, HOME, MISSING, OTHER, PASSWORD, aside, employed_field, fill, sent, served, wrong
from browser.pictures import shoot
from browser.test_pages import _serious
from collection.field_town import FIRST, HELD, SECOND, Field, lived_in, paper, post
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.storing import read
from gridcommons.collection import households as homes
from gridcommons.collection.devices.actions import release_device, withdraw_device, withdraw_own_device
from gridcommons.collection.devices.models import DeviceKey, DeviceLook
from gridcommons.collection.devices.queries import own_devices
from gridcommons.collection.inbox.actions import receive
from gridcommons.collection.inbox.models import Attachment, Paper, Submission
from gridcommons.collection.inbox.receiving import sent_of
from town import NEXT_GRID

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]
STILL_THERE = "还在手机里的话"


@pytest.fixture(scope="module")
def field(own_cluster: object) -> Field:
    return employed_field("worker")


@pytest.fixture(scope="module")
def stage(field: Field) -> Iterator[tuple[Playwright, str]]:
    with served() as both:
        yield both


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[UUID, homes.Household]]:
    """The households, to be changed while the server runs."""
    there = dict(HELD)
    with lived_in(there):
        yield there


@pytest.fixture
def mine(
    stage: tuple[Playwright, str], field: Field, held: dict[UUID, homes.Household], tmp_path: Path
) -> Iterator[Phone]:
    play, address = stage
    with phone(play, address, tmp_path) as made:
        yield made
    aside(lambda: withdraw_all(field))


def withdraw_all(field: Field) -> None:
    """Make room for the next test's phone: a worker has five at most."""
    worker, at = field.town.worker, datetime.now(UTC)
    for line in own_devices(worker, at):
        if line.is_valid and line.name == "蓝色手机":
            withdraw_own_device(key_id=line.id, reason="", by=worker, at=at)


def key_of_phone() -> DeviceKey:
    return aside(lambda: DeviceKey.objects.filter(name="蓝色手机").latest("made_at"))


def test_a_lost_phone_is_wiped_but_for_what_waits_and_the_office_can_release_it(mine: Phone, field: Field) -> None:
    mine.set_up("worker", PASSWORD)
    mine.offline()
    fill(mine, HOME, STILL_THERE)
    before, key, told = len(sent()), key_of_phone(), aside(DeviceLook.objects.count)
    officer: dict[str, Any] = {"by": field.town.county_officer, "at": datetime.now(UTC)}
    aside(lambda: withdraw_device(key_id=key.pk, reason="丢失", **officer))
    mine.offline(away=False)
    expect(mine.now.get_by_role("heading", name="这部手机的密钥已停用")).to_be_visible()
    expect(mine.now.get_by_text("有1份表单加密保存在手机里")).to_be_visible()
    kinds = mine.now.evaluate(KINDS)
    looks = kinds.count("look:0")
    assert kinds == ["look:0"] * looks + ["out:1"], "the form and the looks at that home stay, sealed; all else is gone"
    mine.now.reload()
    mine.now.fill("#fa-pass", PASSPHRASE)
    mine.now.click(".fa-button.is-first")
    expect(mine.now.get_by_role("alert")).to_contain_text("请县级管理员放行")
    assert len(sent()) == before
    aside(lambda: release_device(key_id=key.pk, **officer))
    mine.unlock()
    mine.in_step()
    assert mine.states() == ["received"]
    assert len(sent()) == before + 1
    assert aside(DeviceLook.objects.count) == told + looks > told, "the looks made before it was lost are told of"
    assert key_of_phone().pk != key.pk, "it goes on with a key of its own"


KINDS = """async () => {
  const db = await new Promise((ok) => {
    const r = indexedDB.open('gridcommons-field'); r.onsuccess = () => ok(r.result);
  });
  return new Promise((ok) => {
    const r = db.transaction('rows').objectStore('rows').getAll();
    r.onsuccess = () => { db.close(); ok(r.result.map((row) => `${row.kind}:${row.waits}`).sort()); };
  });
}"""


def test_a_household_handed_over_leaves_the_phone_and_what_was_filled_for_it_is_kept(
    mine: Phone, held: dict[UUID, homes.Household]
) -> None:
    mine.set_up("worker", PASSWORD)
    mine.offline()
    fill(mine, OTHER, "移交前填的")
    held[SECOND] = replace(held[SECOND], area_code=NEXT_GRID)
    mine.offline(away=False)
    mine.sync()
    assert mine.states() == ["kept"]
    assert "由工作人员先查看" in mine.now.locator("[data-out]").inner_text()
    mine.go("households")
    expect(mine.now.get_by_text("1户")).to_be_visible()
    assert OTHER not in mine.now.locator("main").inner_text()
    looked = aside(lambda: list(DeviceLook.objects.values_list("day", flat=True)))
    assert looked, "what was opened without a network is on record, also of who left"


def test_newer_facts_on_the_server_are_laid_beside_ones_own_and_a_person_decides(
    mine: Phone, held: dict[UUID, homes.Household]
) -> None:
    mine.set_up("worker", PASSWORD)
    mine.offline()
    mine.begin(HOME, FORM)
    mine.choose("已见面")
    mine.now.locator(".fa-form .question-container", has_text="几口人").get_by_text("正确", exact=True).click()
    mine.now.locator(".fa-form .question-container", has_text="用什么燃料").get_by_text("正确", exact=True).click()
    mine.finish()
    known = {**held[FIRST].known, "household.size": homes.Known("5", date(2026, 10, 30), None)}
    held[FIRST] = replace(held[FIRST], known=known, version=99)
    before = len(sent())
    mine.offline(away=False)
    mine.sync()
    assert mine.states() == ["conflict"]
    assert len(sent()) == before, "nothing goes before a person decided"
    mine.now.get_by_role("link", name="查看两个版本").click()
    row = mine.now.locator(".fa-pair tbody tr")
    expect(row).to_have_count(1)
    assert [cell.inner_text() for cell in row.locator("td").all()] == ["3", "5"]
    mine.now.get_by_role("button", name="我填写的是对的，照样发送").click()
    mine.has_state("received")
    assert len(sent()) == before + 1


def test_a_form_corrected_elsewhere_is_shown_in_both_versions_and_mine_is_sent_as_a_correction(
    mine: Phone, field: Field
) -> None:
    mine.set_up("worker", PASSWORD)
    fill(mine, OTHER, "第一版")
    mine.in_step()
    assert mine.states() == ["received"]
    first = sent()[-1]
    mine.offline()
    mine.now.get_by_role("button", name="更正").click()
    mine.form_is_open()
    mine.write("备注", "手机上的更正")
    mine.finish()
    elsewhere = paper(
        household=str(SECOND), outcome="declined", more__note="平板上的更正", deprecated=first.instance_id
    )
    assert aside(lambda: post(field.url("submission"), elsewhere, {}).status_code) == 201
    mine.offline(away=False)
    mine.sync()
    assert mine.states()[0] == "conflict"
    mine.now.get_by_role("link", name="查看两个版本").click()
    table = mine.now.locator(".fa-pair")
    expect(table).to_contain_text("手机上的更正")
    expect(table).to_contain_text("平板上的更正")
    expect(table).to_contain_text("不在家")
    expect(table).to_contain_text("谢绝")
    mine.now.get_by_role("button", name="以我填写的为准").click()
    mine.has_state("received")
    chain = sent(root=first.root)
    assert [bool(one.replaced_by) for one in chain] == [True, True, False]
    assert "手机上的更正" in aside(lambda: paper_of(chain[-1].pk))


def test_what_an_office_corrected_is_told_without_its_words_and_mine_goes_through(mine: Phone, field: Field) -> None:
    mine.set_up("worker", PASSWORD)
    fill(mine, OTHER, "第一版")
    mine.in_step()
    first = sent()[-1]
    mine.offline()
    mine.now.get_by_role("button", name="更正").click()
    mine.form_is_open()
    mine.write("备注", "手机上的更正")
    mine.finish()
    theirs = paper(household=str(SECOND), outcome="declined", more__note="街道的更正", deprecated=first.instance_id)
    aside(lambda: receive(sent=sent_of(theirs.encode(), {}), by=field.town.supervisor, at=datetime.now(UTC)))
    mine.offline(away=False)
    mine.sync()
    assert mine.states()[0] == "conflict"
    mine.now.get_by_role("link", name="查看两个版本").click()
    table = mine.now.locator(".fa-pair")
    expect(mine.now.locator("main")).to_contain_text("已由他人更正")
    expect(table).to_contain_text("我上次发送的")
    expect(table).to_contain_text("手机上的更正")
    expect(table).to_contain_text("第一版")
    expect(table).not_to_contain_text("街道的更正")
    mine.now.get_by_role("button", name="以我填写的为准").click()
    mine.has_state("received")
    assert [bool(one.replaced_by) for one in sent(root=first.root)] == [True, True, False]


def paper_of(submission: UUID) -> str:
    with scoped(Scope("^")):
        return bytes(Paper.objects.get(submission_id=submission).content).decode()


def test_a_picture_is_made_smaller_on_the_phone_and_a_restart_in_the_middle_keeps_it(mine: Phone) -> None:
    mine.set_up("worker", PASSWORD)
    mine.offline()
    mine.begin(OTHER, FORM)
    mine.choose("不在家")
    content = BytesIO()
    Image.effect_noise((3_000, 2_000), 60).convert("RGB").save(content, "JPEG")
    chooser = mine.now.locator(".fa-form input[type=file]").last
    chooser.set_input_files({"name": "door.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()})
    expect(mine.now.get_by_alt_text("已拍照片预览")).to_be_visible()
    mine.now.wait_for_timeout(2_500)
    mine.stop()
    mine.start()
    mine.open()
    mine.go("today")
    mine.now.get_by_role("link", name="草稿").click()
    mine.form_is_open()
    expect(mine.now.get_by_alt_text("已拍照片预览")).to_be_visible()
    mine.finish()
    mine.sync()
    assert mine.states() == ["received"]
    size = aside(lambda: size_of_picture(sent_last()))
    assert max(size) == 1_600, size
    assert wrong(mine) == []


def sent_last() -> UUID:
    with scoped(Scope("^")):
        found: UUID = Submission.objects.latest("received_at").pk
    return found


def size_of_picture(submission: UUID) -> tuple[int, int]:
    with scoped(Scope("^")):
        return Image.open(BytesIO(read(Attachment.objects.get(submission_id=submission).path))).size


@pytest.mark.parametrize(("language", "width", "theme"), [("zh-hans", 390, "light"), ("en", 1440, "dark")])
def test_every_view_is_whole_and_axe_finds_nothing_serious(mine: Phone, language: str, width: int, theme: str) -> None:
    mine.set_up("worker", PASSWORD)
    page = mine.now
    page.set_viewport_size({"width": width, "height": 844})
    for name, value in (("language", language[:2]), ("theme", theme)):
        page.evaluate("([name, value]) => localStorage.setItem(name, value)", [f"field-{name}", value])
    mine.locked()
    found = _serious(page)
    mine.unlock()
    mine.in_step()
    places = ["today", "households", f"household/{FIRST}", "map", "forms", "outbox", "settings"]
    for place in places:
        mine.go(place)
        expect(page.locator("h1")).to_be_visible()
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found += [f"{place}: {wide} px too wide"] * (wide > 0) + [f"{place}: {said}" for said in _serious(page)]
        shoot(page, f"field-app-{place.partition('/')[0]}-{language}-{width}.png")
    assert found == []
    assert wrong(mine) == []
