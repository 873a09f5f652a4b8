"""Orders on their pages: cost shown before sending, steps of each level, returns, exports, what strangers must not."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from cases.orders.order_town import DUE, draft, officers
from gridcommons.cases.orders.actions import answer, break_down, send_order
from gridcommons.cases.orders.models import Order, OrderPart
from town import AT, COUNTY, GRID, NEXT_GRID, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town
from web.office_town import ESCAPED, HTML, client_of, stop_clock, text_of

FORM = {
    "matter": "street_lamps", "title": "查看路灯", "text": "请回复损坏的盏数。", "times": "1", "due": DUE.isoformat(),
    "asks": "number", "unit": "盏", "areas": [TOWNSHIP, OTHER_TOWNSHIP], "from": COUNTY,
}  # fmt: skip


@pytest.fixture(scope="module")
def standing_cast(standing_town: Town) -> Town:
    return Town(standing_town.cast | {f"{name}_orders": viewer for name, viewer in officers().items()})


@pytest.fixture
def cast(standing_cast: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch)
    return standing_cast


def sent(cast: Town, **more: object) -> Order:
    return send_order(draft=draft(**more), by=cast.county_orders, at=AT)[0]


def part_of(order: Order, area: str) -> UUID:
    return OrderPart.objects.get(order=order, area_code=area).pk


def do(client: Client, order: Order, action: str, **given: object) -> int:
    return client.post(f"/office/orders/{order.pk}/do/{action}", given).status_code


def test_what_it_costs_is_shown_before_anything_is_sent(cast: Town) -> None:
    client = client_of(cast, "county_orders")
    page = text_of(client.get("/office/orders/new"))
    assert "妙高街道" in page
    shown = client.post("/office/orders/new", FORM)
    assert 'id="load-title" tabindex="-1" autofocus data-answer' in text_of(shown), "gone to, however low it stands"
    assert (shown.status_code, Order.objects.count()) == (200, 0)
    body = text_of(shown)
    assert "3个网格，每个" in body
    assert "确认下达" in body
    done = client.post("/office/orders/new", FORM | {"sure": "1"})
    order = Order.objects.get()
    assert done.headers["Location"] == f"/office/orders/{order.pk}"
    assert order.parts.count() == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": "每天打卡拍照留痕"}, "打卡"), ({"text": "联系13812345678"}, "不能写到个人"),
        ({"due": "2026-11-01"}, "期限"), ({"due": "2036-11-01"}, "期限"), ({"due": "soon"}, "gc-wrong"),
        ({"areas": []}, "gc-wrong"), ({"areas": ["331124001"]}, "gc-wrong"), ({"matter": "no_such"}, "gc-wrong"),
        ({"matter": ""}, "请选择事项。"),
        ({"times": "51"}, "gc-wrong"), ({"title": ""}, "gc-wrong"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sure", [{}, {"sure": "1"}])
def test_a_bad_order_is_told_so_with_what_was_typed(
    cast: Town, change: dict[str, object], said: str, sure: dict[str, str]
) -> None:
    answer_ = client_of(cast, "county_orders").post("/office/orders/new", FORM | change | sure)
    assert 400 <= answer_.status_code < 500
    assert said in text_of(answer_)
    assert Order.objects.count() == 0


def test_an_order_over_the_ceiling_is_shown_and_has_no_button(cast: Town) -> None:
    body = text_of(client_of(cast, "county_orders", "en").post("/office/orders/new", FORM | {"times": "50"}))
    assert "It cannot be sent like this" in body
    assert 'name="sure"' not in body.partition('id="load-title"')[2].partition("</section>")[0].replace(
        'details class="gc-sure" name="sure"', ""
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_level_sees_its_own_view_in_both_languages(cast: Town, language: str) -> None:
    order = sent(cast, text=f"看灯{HTML}")
    below = break_down(part_id=part_of(order, TOWNSHIP), areas=[GRID], due_date=DUE, by=cast.township_orders, at=AT)
    pages = {
        name: text_of(client_of(cast, name, language).get(f"/office/orders/{which.pk}"))
        for name, which in (("county_orders", order), ("township_orders", order), ("worker", below))
    }
    assert all(ESCAPED in page and "<script>alert" not in page for page in pages.values())
    assert ("尚未回复" if language == "zh-hans" else "Not answered yet") in pages["county_orders"]
    assert "新路湾" not in pages["township_orders"].partition("<main")[2], "the open list is the sender's"
    for name in ("county_orders", "township_orders", "worker"):
        assert client_of(cast, name, language).get("/office/orders").status_code == 200


def test_taking_note_returning_and_correcting(cast: Town) -> None:
    order, client = sent(cast), client_of(cast, "township_orders")
    assert do(client, order, "acknowledge") == 302
    assert do(client, order, "acknowledge") == 409
    assert do(client, order, "answer", number="x") == 400
    assert do(client, order, "answer", number="") == 400
    assert do(client, order, "answer", number="12") == 302
    assert do(client, order, "answer", number="13", text="复核后更正") == 302
    assert OrderPart.objects.get(pk=part_of(order, TOWNSHIP)).number == 13
    assert "13" in text_of(client_of(cast, "county_orders").get(f"/office/orders/{order.pk}"))


def test_what_ends_something_is_asked_about_first(cast: Town) -> None:
    order = sent(cast)
    township, county = client_of(cast, "township_orders"), client_of(cast, "county_orders")
    assert do(township, order, "send_back", **{"back-reason": "路灯归城管"}) == 400
    assert do(township, order, "send_back", **{"back-reason": "路灯归城管", "sure": "1"}) == 302
    assert "路灯归城管" in text_of(county.get(f"/office/orders/{order.pk}"))
    part = str(part_of(order, TOWNSHIP))
    assert do(county, order, "resend", part=part, **{"resend-reason": "只点数"}) == 302
    assert do(county, order, "withdraw", **{"withdraw-reason": "不需要了"}) == 400
    assert do(county, order, "withdraw", **{"withdraw-reason": "", "sure": "1"}) == 400
    assert do(county, order, "withdraw", **{"withdraw-reason": "不需要了", "sure": "1"}) == 302
    assert do(township, order, "answer", number="1") == 409


def test_no_matter_is_chosen_by_chance(cast: Town) -> None:
    page = text_of(client_of(cast, "county_orders").get("/office/orders/new"))
    assert re.search(r'<select name="matter"[^>]* required[^>]*>\s*<option value="" selected>请选择……', page)


def test_areas_stand_by_village_and_one_box_stands_for_many(cast: Town) -> None:
    order, township = sent(cast), client_of(cast, "township_orders")
    page = text_of(township.get(f"/office/orders/{order.pk}"))
    village = page.partition(f'name="areas" value="{VILLAGE}"')[2].partition("</fieldset>")[0]
    assert f'value="{GRID}"' in village.partition("<details>")[2], "its grids are folded in"
    grids = set(re.findall(rf'name="areas" value="({VILLAGE}\d+)"', village))
    assert f'name="whole" value="{VILLAGE}"' in village
    given = {"due": DUE.isoformat(), "whole": [VILLAGE], "areas": [GRID]}
    assert do(township, order, "break_down", **given) == 302
    assert set(OrderPart.objects.filter(order__part__order=order).values_list("area_code", flat=True)) == grids
    assert len(grids) > 1


def test_one_box_stands_for_every_area_below(cast: Town) -> None:
    order, township = sent(cast), client_of(cast, "township_orders")
    assert do(township, order, "break_down", due=DUE.isoformat(), whole=["every", "nonsense"]) == 302
    got = OrderPart.objects.filter(order__part__order=order).values_list("area_code", flat=True)
    assert VILLAGE in got
    assert {len(code) for code in got} == {len(VILLAGE)}


def test_handing_on_and_replacing_by_forms(cast: Town) -> None:
    order, township = sent(cast), client_of(cast, "township_orders")
    assert do(township, order, "break_down", areas=[GRID], due=(DUE + timedelta(days=3)).isoformat()) == 400
    assert do(township, order, "break_down", areas=[GRID], due=DUE.isoformat(), note="晚上看") == 302
    below = Order.objects.get(part__order=order)
    assert do(client_of(cast, "worker"), below, "answer", number="2") == 302
    assert do(township, order, "answer", number="") == 302
    county = client_of(cast, "county_orders")
    form = text_of(county.get(f"/office/orders/new?from={COUNTY}&replaces={order.pk}"))
    assert 'value="查看路灯"' in form
    done = county.post("/office/orders/new", FORM | {"replaces": str(order.pk), "sure": "1"})
    assert done.status_code == 302
    order.refresh_from_db()
    assert order.state == "replaced"
    assert "不用再办理" in text_of(client_of(cast, "other_township_orders").get("/office/notices"))


def test_a_returned_sum_says_how_far_it_has_come_and_is_left_open_by_the_form(cast: Town) -> None:
    order, township = sent(cast, areas=(TOWNSHIP,)), client_of(cast, "township_orders")
    assert do(township, order, "break_down", areas=[GRID, NEXT_GRID], due=DUE.isoformat()) == 302
    assert do(client_of(cast, "worker"), Order.objects.get(part__order=order), "answer", number="2") == 302
    form = text_of(township.get(f"/office/orders/{order.pk}"))
    assert "目前2，2个中1个已回复" in re.sub(r"<[^>]+>", "", form)
    assert not re.search(r'name="number"[^>]*value=', form)
    assert do(township, order, "answer", number="") == 302
    assert "下级合计：2个中1个已回复" in text_of(township.get(f"/office/orders/{order.pk}"))
    county = text_of(client_of(cast, "county_orders").get(f"/office/orders/{order.pk}"))
    assert "其中1个为下级合计，尚未收齐" in county
    assert do(client_of(cast, "next_worker"), Order.objects.get(part__order=order), "answer", number="3") == 302
    county = text_of(client_of(cast, "county_orders").get(f"/office/orders/{order.pk}"))
    assert "尚未收齐" not in county
    assert "目前合计： 5" in re.sub(r"<[^>]+>", "", county)


@pytest.mark.parametrize("due", ["2026-11-0", "11月5日", ""])
def test_an_unreadable_deadline_is_asked_for_again_and_no_other_is_taken(cast: Town, due: str) -> None:
    order, township = sent(cast), client_of(cast, "township_orders")
    given = {"areas": [GRID], "due": due, "note": "晚上看"}
    answered = township.post(f"/office/orders/{order.pk}/do/break_down", given)
    assert answered.status_code == 400
    shown = answered.content.decode()
    assert not Order.objects.filter(part__order=order).exists()
    assert re.search(r'name="due"[^>]*aria-invalid="true"', shown)
    assert "晚上看" in shown


def test_returns_leave_as_a_file_that_opens_safely_for_the_sender_alone(cast: Town) -> None:
    order = sent(cast, asks="text")
    answer(part_id=part_of(order, TOWNSHIP), text="=cmd|1", by=cast.township_orders, at=AT)
    url = f"/office/orders/{order.pk}/returns.csv"
    file = text_of(client_of(cast, "county_orders", "en").get(url))
    assert "'=cmd|1" in file
    assert client_of(cast, "township_orders").get(url).status_code == 404


@pytest.mark.parametrize(
    "name",
    ["other_handler", "supervisor", "county_officer", "auditor", "village_orders", "worker", "stranger", "public"],
)
def test_strangers_see_and_do_nothing(cast: Town, name: str) -> None:
    order, client = sent(cast), client_of(cast, name)
    for path in (f"/office/orders/{order.pk}", f"/office/orders/{order.pk}/returns.csv"):
        answer_ = client.get(path)
        assert answer_.status_code in {403, 404}
        assert "查看路灯" not in text_of(answer_)
    assert do(client, order, "answer", number="1") in {403, 404}
    assert do(client, order, "withdraw", **{"withdraw-reason": "x", "sure": "1"}) in {403, 404}
    assert OrderPart.objects.filter(state="sent").count() == 2


@pytest.mark.parametrize("name", ["supervisor", "worker", "stranger", "public"])
def test_who_writes_no_orders_gets_no_form(cast: Town, name: str) -> None:
    assert client_of(cast, name).get("/office/orders/new").status_code == 403
    assert client_of(cast, name).post("/office/orders/new", FORM | {"sure": "1"}).status_code == 403
    assert Order.objects.count() == 0


@pytest.mark.parametrize("query", ["tab=x", "page=0", "page=-3", "page=99999999999", "page=x"])
def test_nonsense_in_the_address_is_the_usual_list(cast: Town, query: str) -> None:
    assert client_of(cast, "county_orders").get(f"/office/orders?{query}").status_code == 200


def test_an_unknown_step_or_order_is_told_so(cast: Town) -> None:
    order, client = sent(cast), client_of(cast, "county_orders")
    assert do(client, order, "rank") == 404
    assert client.get("/office/orders/0190f000-0000-7000-8000-000000000000").status_code == 404


def test_the_header_leads_to_orders_for_those_who_have_any(cast: Town) -> None:
    assert 'href="/office/orders"' in text_of(client_of(cast, "county_orders").get("/office/orders"))
    assert 'href="/office/orders"' not in text_of(client_of(cast, "handler").get("/office/notices"))


def test_the_box_for_all_stays_ticked_and_the_areas_are_what_they_show(cast: Town) -> None:
    client, form = client_of(cast, "county_orders"), FORM | {"areas": [], "whole": ["every"]}
    shown = text_of(client.post("/office/orders/new", form))
    assert 'name="whole" value="every" checked' in shown
    every = re.findall(r'name="areas" value="(\d+)" checked', shown)
    assert len(every) == len(re.findall(r'name="areas" value="\d+"', shown)) > 1
    box = {"whole_shown": ["every"]}
    fewer = text_of(client.post("/office/orders/new", FORM | box | {"areas": every[1:], "whole": ["every"]}))
    assert re.findall(r'name="areas" value="(\d+)" checked', fewer) == every[1:], "one was taken out again"
    assert 'value="every" checked' not in fewer
    none = client.post("/office/orders/new", FORM | box | {"areas": every})
    assert none.status_code == 400, "the box for all was emptied"


def test_the_card_answers_and_one_button_sends(cast: Town) -> None:
    body = text_of(client_of(cast, "county_orders").post("/office/orders/new", FORM))
    card = body.partition('id="load-title"')[2].partition("</section>")[0]
    assert "可以下达" in card
    assert "能否下达" not in card
    assert "<details" not in card
    assert re.findall(r"<button[^>]*>([^<]*)</button>", card) == ["确认下达"]
