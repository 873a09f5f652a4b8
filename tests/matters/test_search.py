"""Residents' everyday words find the right matter first, in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.matters.search import Hit, stem, worth_showing

CHINESE = [
    ("路灯不亮", "street_lamps"),
    ("小区门口的灯坏了好几天，晚上太黑", "street_lamps"),
    ("红绿灯坏了", "street_lamps"),
    ("楼上漏水", "housing_repairs"),
    ("我家天花板一直渗水，房东不修", "housing_repairs"),
    ("暖气不热", "housing_repairs"),
    ("电瓶车上楼充电", "escape_routes"),
    ("有人把电动车推进电梯里，电动车进电梯", "escape_routes"),
    ("楼道堆满杂物，消防通道被堵", "escape_routes"),
    ("井盖", "drains_water_supply"),
    ("路边的井盖不见了", "drains_water_supply"),
    ("下水道堵了，污水冒出来", "drains_water_supply"),
    ("家里停水两天了", "drains_water_supply"),
    ("半夜装修", "noise"),
    ("广场舞太吵", "noise"),
    ("隔壁半夜唱歌吵得睡不着", "noise"),
    ("马路上有个大坑，路面有坑", "roads"),
    ("人行道地砖松动绊倒人", "roads"),
    ("垃圾没人收", "waste_litter"),
    ("垃圾桶满了好几天", "waste_litter"),
    ("旧沙发怎么处理", "bulky_waste"),
    ("河水发臭，有死鱼", "water_quality"),
    ("闻到煤气味", "home_gas_electricity"),
    ("整栋楼停电了", "home_gas_electricity"),
    ("车堵住了我家车库门口", "parking_traffic"),
    ("小区里有僵尸车", "abandoned_vehicles"),
    ("外墙瓷砖掉落差点砸到人", "building_defects"),
    ("楼上高空抛物", "building_defects"),
    ("电梯困人", "building_defects"),
    ("大树倒了压到车", "trees_greening"),
    ("饭店油烟太大", "air_dust_smell"),
    ("小区里老鼠很多", "pests_rodents"),
    ("流浪狗咬人", "stray_animals"),
    ("遛狗不牵绳", "stray_animals"),
    ("电线杆上贴满小广告", "illegal_ads_graffiti"),
    ("烧烤摊占道经营", "street_stalls"),
    ("吃了外卖食物中毒", "food_safety"),
    ("和邻居吵架，想找人调解", "dispute_mediation"),
    ("隔壁独居老人好几天没出门", "elder_visits"),
    ("轮椅怎么申请", "disability_care"),
    ("隔壁孩子没人管，天天饿肚子", "children_help"),
    ("哪里可以打流感疫苗", "health_vaccination"),
    ("居家隔离在家没菜吃了", "quarantine_support"),
    ("想找工作", "jobs_training"),
    ("低保补贴怎么申请", "law_policy"),
    ("接到诈骗电话", "fraud_warning"),
    ("山体裂缝怕滑坡", "flood_typhoon_landslide"),
    ("门口积雪没人扫雪", "extreme_weather"),
    ("工地没有围挡", "construction_sites"),
    ("小作坊里住人", "small_workplace_safety"),
    ("家里想装烟感报警器", "home_fire_safety"),
    ("我换手机号了", "contact_data"),
    ("刚搬来，要办居住证", "newcomer_registration"),
    ("出租房怎么登记", "dwellings_rentals"),
    ("健身器材坏了", "public_facilities"),
    ("健身房跑路不退钱", "consumer_complaints"),
    ("公交车总是不来", "public_transport_taxis"),
]

ENGLISH = [
    ("pothole", "roads"),
    ("There is a big hole in the road", "roads"),
    ("broken paving stones on the sidewalk", "roads"),
    ("the street light outside my house is out", "street_lamps"),
    ("traffic signal not working", "street_lamps"),
    ("water leaking from the flat above", "housing_repairs"),
    ("no heat and no hot water", "housing_repairs"),
    ("mould on the bedroom wall", "housing_repairs"),
    ("my neighbour charges his e-bike in the stairwell", "escape_routes"),
    ("fire exit is locked", "escape_routes"),
    ("manhole cover missing", "drains_water_supply"),
    ("the sewer is overflowing", "drains_water_supply"),
    ("no water since this morning", "drains_water_supply"),
    ("loud music at night", "noise"),
    ("neighbours are drilling at midnight", "noise"),
    ("dog barking all night", "noise"),
    ("garbage not collected", "waste_litter"),
    ("overflowing rubbish bins", "waste_litter"),
    ("please pick up an old mattress", "bulky_waste"),
    ("dead fish in the river", "water_quality"),
    ("I smell gas", "home_gas_electricity"),
    ("power cut in our building", "home_gas_electricity"),
    ("a car is blocking my driveway", "parking_traffic"),
    ("illegally parked cars", "parking_traffic"),
    ("abandoned car without plates", "abandoned_vehicles"),
    ("tiles falling from the facade", "building_defects"),
    ("stuck in the elevator", "building_defects"),
    ("a tree fell on the path", "trees_greening"),
    ("black smoke from a chimney", "air_dust_smell"),
    ("rats in the yard", "pests_rodents"),
    ("stray dogs near the school", "stray_animals"),
    ("graffiti on the wall", "illegal_ads_graffiti"),
    ("street vendors blocking the pavement", "street_stalls"),
    ("food poisoning after a restaurant", "food_safety"),
    ("a dispute with my neighbour, can someone mediate", "dispute_mediation"),
    ("an old woman living alone needs company", "elder_visits"),
    ("how do I get a wheelchair", "disability_care"),
    ("a child left alone every day", "children_help"),
    ("where can I get a flu vaccination", "health_vaccination"),
    ("we are quarantined and need food", "quarantine_support"),
    ("looking for work", "jobs_training"),
    ("got a scam call", "fraud_warning"),
    ("the river is rising, flood", "flood_typhoon_landslide"),
    ("crane at the construction site looks unsafe", "construction_sites"),
    ("smoke alarm check at home", "home_fire_safety"),
    ("I just moved in", "newcomer_registration"),
    ("the playground equipment is broken", "public_facilities"),
    ("shop refuses a refund", "consumer_complaints"),
    ("taxi driver took a detour", "public_transport_taxis"),
]


@pytest.mark.parametrize(("said", "meant"), CHINESE)
def test_chinese_everyday_words_find_the_matter_first(said: str, meant: str) -> None:
    found = [matter.key for matter in shipped_catalogue().search(said, "zh-hans")]
    assert found[:1] == [meant], found[:4]


@pytest.mark.parametrize(("said", "meant"), ENGLISH)
def test_english_everyday_words_find_the_matter_first(said: str, meant: str) -> None:
    found = [matter.key for matter in shipped_catalogue().search(said, "en")]
    assert found[:1] == [meant], found[:4]


def test_every_matter_is_met_by_a_phrase_in_chinese() -> None:
    assert {meant for _, meant in CHINESE} == {matter.key for matter in shipped_catalogue()}


@pytest.mark.parametrize("matter", shipped_catalogue().matters, ids=lambda matter: matter.key)
def test_a_matter_is_found_by_its_own_name_in_both_languages(matter) -> None:
    catalogue = shipped_catalogue()
    assert catalogue.search(matter.name.zh, "zh")[0].key == matter.key
    assert catalogue.search(matter.name.en, "en")[0].key == matter.key


def test_words_of_the_other_language_are_found_too() -> None:
    catalogue = shipped_catalogue()
    assert catalogue.search("pothole", "zh")[0].key == "roads"
    assert catalogue.search("路灯不亮", "en")[0].key == "street_lamps"


@pytest.mark.parametrize(("said", "meant"), [*CHINESE, *ENGLISH])
def test_what_only_shares_a_word_by_chance_does_not_stand_beside_the_right_matter(said: str, meant: str) -> None:
    hits = shipped_catalogue().hits(said, "en" if said.isascii() else "zh")
    shown = [hit.key for hit in worth_showing(hits)]
    assert shown[:1] == [meant]
    assert len(shown) <= 3, shown


def test_the_cut_leaves_what_is_near_the_best_and_takes_what_is_far() -> None:
    hits = [Hit("a", 6.0, ("x",)), Hit("b", 3.0, ()), Hit("c", 2.0, ())]
    assert [hit.key for hit in worth_showing(hits)] == ["a", "b"]
    assert worth_showing([Hit("a", 0.5, ())]) == []
    assert worth_showing([]) == []


@pytest.mark.parametrize("nothing", ["", "   ", "？？！", "zzzz qqqq", "的了吗", "<script>alert(1)</script>"])
def test_words_that_mean_nothing_find_nothing(nothing: str) -> None:
    assert shipped_catalogue().search(nothing, "zh") == ()


def test_blanks_wide_letters_and_case_do_not_matter() -> None:
    catalogue = shipped_catalogue()
    assert catalogue.search("路 灯 不 亮", "zh")[0].key == "street_lamps"
    assert catalogue.search("ＰＯＴＨＯＬＥ", "en")[0].key == "roads"


def test_four_megabytes_of_text_are_answered_by_their_beginning() -> None:
    assert shipped_catalogue().search("路灯不亮" + "啊" * 4_000_000, "zh")[0].key == "street_lamps"


@given(st.text(max_size=200), st.sampled_from(["zh-hans", "en"]))
def test_any_text_gives_an_ordered_answer_without_repeats(text: str, language: str) -> None:
    hits = shipped_catalogue().hits(text, language)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.key for hit in hits}) == len(hits)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lamps", "lamp"),
        ("parked", "parking"),
        ("batteries", "battery"),
        ("trees", "tree"),
        ("charges", "charging"),
        ("dropped", "drop"),
        ("boxes", "box"),
    ],
)
def test_kin_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_gas_and_glass_keep_their_last_letter() -> None:
    assert stem("gas") == "gas"
    assert stem("glass") == "glass"
