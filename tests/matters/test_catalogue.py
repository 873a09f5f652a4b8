"""The shipped catalogue keeps charter 1, 2 and 4; a faulty one is refused with every fault named."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from gridcommons.kit.errors import Refusal, refusal_kinds
from gridcommons.kit.words import Words
from gridcommons.matters import rules
from gridcommons.matters.barred import barred_words
from gridcommons.matters.catalogue import SHIPPED, load_catalogue, shipped_catalogue
from gridcommons.matters.matter import Clock, Deadline, Kind, MatterClass, Place, span_words

THE_40 = """
contact_data dwellings_rentals newcomer_registration home_fire_safety escape_routes small_workplace_safety
home_gas_electricity building_defects flood_typhoon_landslide roads street_lamps drains_water_supply
waste_litter bulky_waste water_quality food_safety street_stalls noise dispute_mediation elder_visits
disability_care children_help quarantine_support jobs_training health_vaccination law_policy fraud_warning stray_animals
extreme_weather parking_traffic housing_repairs construction_sites air_dust_smell trees_greening pests_rodents
abandoned_vehicles illegal_ads_graffiti public_facilities consumer_complaints public_transport_taxis
"""
THE_25 = """
emergency_management fire_rescue housing_construction urban_management transport public_security
market_supervision ecology_environment water_resources agriculture health civil_affairs human_resources
justice education disabled_persons_federation natural_resources power_supply water_utility township_government
township_public_safety township_public_service village_committee grid county_government
"""
CATALOGUE = shipped_catalogue()
each_matter = pytest.mark.parametrize("matter", CATALOGUE.matters, ids=lambda matter: matter.key)


def test_the_catalogue_holds_exactly_the_forty_matters() -> None:
    assert {matter.key for matter in CATALOGUE} == set(THE_40.split())
    assert len(CATALOGUE.matters) == 40


def test_the_departments_are_those_agreed() -> None:
    assert {department.key for department in CATALOGUE.departments} == set(THE_25.split())


def test_at_least_twenty_four_matters_are_on_the_must_do_or_assist_list() -> None:
    kinds = [matter.kind for matter in CATALOGUE]
    assert len(CATALOGUE.admitted()) >= 24
    assert kinds.count(Kind.MUST_DO) >= 10
    assert kinds.count(Kind.ASSIST) >= 10
    assert kinds.count(Kind.NOT_FOR_GRID) >= 2


def test_there_are_five_to_seven_groups_and_each_has_matters() -> None:
    assert 5 <= len(CATALOGUE.groups) <= 7
    assert {matter.group.key for matter in CATALOGUE} == {group.key for group in CATALOGUE.groups}


# ---- charter 1


@each_matter
def test_a_matter_meets_every_condition_of_charter_1(matter) -> None:
    assert matter.matter_class in set(MatterClass)
    assert "《" in matter.legal_basis.zh
    assert matter.legal_basis.en
    assert matter.purpose.zh
    assert matter.purpose.en
    assert CATALOGUE.department(matter.owner).name.zh
    assert 1 <= matter.minutes <= 240
    assert matter.review_date.year == 2027
    assert matter.valid_from == date(2026, 1, 1)
    assert matter.since_version == "1"


@each_matter
def test_a_matter_speaks_plainly_in_both_languages(matter) -> None:
    for words in (matter.name, matter.description, matter.purpose):
        assert any("\u4e00" <= sign <= "\u9fff" for sign in words.zh)
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in words.en)
    assert len(matter.name.zh) <= 16
    assert len(matter.description.en) <= 200
    assert len(matter.keywords_zh) >= 5
    assert len(matter.keywords_en) >= 5
    assert len(set(matter.keywords_zh)) == len(matter.keywords_zh)
    assert len(set(matter.keywords_en)) == len(matter.keywords_en)


@each_matter
def test_a_matter_is_filed_before_it_is_handled_and_within_twenty_working_days(matter) -> None:
    deadline = matter.deadline
    assert 0 < deadline.file_minutes <= deadline.handle_minutes <= 20 * 480


@each_matter
def test_a_route_ends_at_the_township_government(matter) -> None:
    assert matter.routes[-1].office == "township_government"
    assert all(CATALOGUE.department(step.office).level == step.level for step in matter.routes)


def test_emergencies_run_around_the_clock() -> None:
    around = {matter.key for matter in CATALOGUE if matter.deadline.clock is Clock.CALENDAR}
    assert {"home_gas_electricity", "flood_typhoon_landslide"} <= around
    assert CATALOGUE.get("home_gas_electricity").deadline == Deadline(Clock.CALENDAR, 15, 120)


# ---- charter 2 and vitality


@each_matter
def test_a_matter_holds_no_barred_word(matter) -> None:
    texts = (matter.key, matter.name.zh, matter.name.en, matter.description.zh, matter.description.en)
    assert barred_words("\n".join((*texts, *matter.keywords_zh, *matter.keywords_en))) == []


def test_no_vitality_is_admitted() -> None:
    own = {word for entry in CATALOGUE.vitality for word in (*entry.words_zh, *entry.words_en, entry.key)}
    held = {
        word for matter in CATALOGUE for word in (*matter.keywords_zh, *matter.keywords_en, matter.key, matter.name.zh)
    }
    assert own.isdisjoint(held)
    assert {entry.key for entry in CATALOGUE.vitality} >= {
        "public_spaces",
        "volunteers",
        "activities",
        "community_organisations",
    }


@pytest.mark.parametrize("entry", [*CATALOGUE.negative, *CATALOGUE.vitality], ids=lambda entry: entry.key)
def test_what_never_enters_has_reason_source_and_way_in_both_languages(entry) -> None:
    for words in (entry.name, entry.reason, entry.source, entry.way):
        assert words.zh
        assert words.en
    assert len(entry.words_zh) >= 5
    assert len(entry.words_en) >= 5


# ---- charter 4


@each_matter
def test_a_matter_inside_a_home_or_about_a_persons_care_is_never_public(matter) -> None:
    if matter.place is Place.HOME or matter.group.key == "care":
        assert not matter.public


@pytest.mark.parametrize(
    "key", ["noise", "dispute_mediation", "housing_repairs", "elder_visits", "home_gas_electricity"]
)
def test_what_points_to_a_home_is_not_public(key: str) -> None:
    assert key not in {matter.key for matter in CATALOGUE.public()}


def test_public_matters_lie_where_everybody_can_see() -> None:
    assert {matter.place for matter in CATALOGUE.public()} <= {Place.PUBLIC_SPACE, Place.WORKPLACE}
    assert len(CATALOGUE.public()) >= 15


# ---- reading


def test_an_unknown_key_is_refused_with_404() -> None:
    with pytest.raises(Refusal) as refused:
        CATALOGUE.get("nothing")
    assert (refused.value.code, refused.value.status) == ("matter.unknown", 404)


def test_the_version_is_of_the_content_not_of_blanks_and_comments(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    file = folder / "catalogue" / "trade.toml"
    file.write_text("# another comment\n\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_catalogue(folder).version == CATALOGUE.version
    _change(folder, "catalogue/trade.toml", "minutes = 12", "minutes = 13")
    assert load_catalogue(folder).version != CATALOGUE.version


def test_the_shipped_catalogue_is_read_once() -> None:
    assert shipped_catalogue() is shipped_catalogue()


FAULTS = [
    ("catalogue/trade.toml", 'owner = "transport"', 'owner = "airlines"', "matter.department_unknown"),
    ("catalogue/trade.toml", 'office = "education"', 'office = "academy"', "matter.department_unknown"),
    (
        "catalogue/trade.toml",
        'legal_basis = { zh = "《食品安全法》',
        'basis = { zh = "《食品安全法》',
        "matter.entry_incomplete",
    ),
    (
        "catalogue/homes.toml",
        'purpose = { zh = "房屋和电梯不伤人。", en',
        'purpose = { zh = "", en',
        "matter.entry_incomplete",
    ),
    ("catalogue/homes.toml", 'key = "noise"', 'key = "Noise!"', "matter.key_shape"),
    ("catalogue/homes.toml", 'key = "noise"', 'key = "roads"', "matter.key_twice"),
    ("catalogue/homes.toml", 'key = "noise"', 'key = "volunteers"', "matter.vitality_admitted"),
    ("catalogue/homes.toml", 'icon = "volume"', 'icon = "volume"\ncolour = "red"', "matter.entry_unknown"),
    ("catalogue/care.toml", "public = false", "public = true", "matter.home_public"),
    ("catalogue/care.toml", "public = false", 'public = "no"', "matter.entry_wrong"),
    ("catalogue/care.toml", "review_date = 2027-06-30\n", "", "matter.entry_incomplete"),
    ("catalogue/care.toml", "review_date = 2027-06-30", "review_date = 2025-06-30", "matter.dates_wrong"),
    ("catalogue/care.toml", "review_date = 2027-06-30", 'review_date = "soon"', "matter.entry_wrong"),
    ("catalogue/care.toml", "minutes = 37", "minutes = 0", "matter.entry_wrong"),
    ("catalogue/care.toml", "minutes = 37", "minutes = true", "matter.entry_wrong"),
    ("catalogue/care.toml", "minutes = 37\n", "", "matter.entry_incomplete"),
    ("catalogue/care.toml", 'class = "convenience"', 'class = "vitality"', "matter.entry_wrong"),
    ("catalogue/care.toml", 'kind = "must_do"', 'kind = "maybe"', "matter.entry_wrong"),
    ("catalogue/care.toml", 'handle_within = "3d"', 'handle_within = "soon"', "matter.entry_wrong"),
    ("catalogue/care.toml", 'handle_within = "3d"', 'handle_within = "-3d"', "matter.entry_wrong"),
    ("catalogue/care.toml", 'clock = "working"', 'clock = "lunar"', "matter.entry_wrong"),
    (
        "catalogue/care.toml",
        '{ level = "grid", office = "grid" }',
        '{ level = "county", office = "grid" }',
        "matter.route_wrong",
    ),
    ("catalogue/advice.toml", '  { level = "township", office = "township_government" },\n', "", "matter.route_wrong"),
    ("catalogue/advice.toml", 'office = "human_resources"', 'office = "township_public_service"', "matter.route_wrong"),
    ("catalogue/care.toml", 'kind = "must_do"', 'kind = "not_for_grid"', "matter.way_missing"),
    ("catalogue/advice.toml", '"找工作"', '"登记民族"', "matter.word_barred"),
    ("catalogue/advice.toml", '"找工作"', '"志愿者"', "matter.vitality_admitted"),
    ("catalogue/advice.toml", "[group]", "[group", "matter.file_unreadable"),
    ("catalogue/advice.toml", 'key = "advice"', 'key = "care"', "matter.key_twice"),
    ("departments.toml", 'key = "grid"', 'key = "cell"', "matter.department_unknown"),
    ("departments.toml", 'key = "health"', 'key = "justice"', "matter.key_twice"),
    ("departments.toml", 'edition = "1"', "", "matter.entry_incomplete"),
    ("departments.toml", 'kind = "territory"', 'kind = "party"', "matter.entry_wrong"),
    ("negative.toml", "way = {", "wai = {", "matter.entry_incomplete"),
    ("vitality.toml", 'words.zh = ["志愿者"', 'words.zh = [7, "志愿者"', "matter.entry_incomplete"),
]


@pytest.mark.parametrize(("file", "old", "new", "code"), FAULTS)
def test_a_fault_is_named(tmp_path: Path, file: str, old: str, new: str, code: str) -> None:
    folder = _copy(tmp_path)
    _change(folder, file, old, new)
    assert code in {reason.code for reason in _refusal(folder).reasons}


def test_all_faults_of_all_files_are_in_one_refusal(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    _change(folder, "catalogue/care.toml", "minutes = 37", "minutes = 0")
    _change(folder, "catalogue/trade.toml", 'icon = "bus"\n', "")
    _change(folder, "negative.toml", "reason = {", "raison = {")
    refusal = _refusal(folder)
    english = refusal.words().en
    assert {reason.code for reason in refusal.reasons} >= {
        "matter.entry_wrong",
        "matter.entry_incomplete",
        "matter.entry_unknown",
    }
    for named in ("elder_visits", "public_transport_taxis", "icon", "reason", "raison"):
        assert named in english
    assert refusal.status == 400


def test_cross_checks_name_several_faults_together(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    _change(folder, "catalogue/care.toml", "public = false", "public = true")
    _change(folder, "catalogue/trade.toml", 'owner = "transport"', 'owner = "airlines"')
    assert {reason.code for reason in _refusal(folder).reasons} == {"matter.home_public", "matter.department_unknown"}


def test_an_empty_or_missing_folder_is_refused_with_the_files_named(tmp_path: Path) -> None:
    english = _refusal(tmp_path / "nowhere").words().en
    for name in ("departments.toml", "negative.toml", "vitality.toml", "catalogue"):
        assert name in english


def test_a_file_of_other_bytes_is_refused(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    (folder / "vitality.toml").write_bytes(b"\xff\xfe\x00")
    assert "matter.file_unreadable" in {reason.code for reason in _refusal(folder).reasons}


@pytest.mark.parametrize(
    ("minutes", "clock", "words"),
    [
        (240, Clock.WORKING, Words("4个工作小时", "4 working hours")),
        (480, Clock.WORKING, Words("1个工作日", "1 working day")),
        (2400, Clock.WORKING, Words("5个工作日", "5 working days")),
        (30, Clock.WORKING, Words("30个工作分钟", "30 working minutes")),
        (120, Clock.CALENDAR, Words("2小时", "2 hours")),
        (1440, Clock.CALENDAR, Words("1天", "1 day")),
        (15, Clock.CALENDAR, Words("15分钟", "15 minutes")),
    ],
)
def test_a_span_is_said_in_its_largest_whole_unit(minutes: int, clock: Clock, words: Words) -> None:
    assert span_words(minutes, clock) == words


def test_the_refusals_promised_to_the_doors_exist_with_both_languages() -> None:
    kinds = refusal_kinds()
    promised = {
        rules.UNKNOWN: 404,
        rules.RETIRED: 410,
        rules.NOT_FOR_GRID: 422,
        rules.VITALITY: 422,
        rules.BARRED: 422,
        rules.UNCLEAR: 422,
    }
    assert {code: kinds[code].status for code in promised} == promised
    for kind in (kind for code, kind in kinds.items() if code.startswith("matter.")):
        assert any("\u4e00" <= sign <= "\u9fff" for sign in kind.zh)
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in kind.en)
        assert 400 <= kind.status < 500


def _copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "lists"))


def _change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, f"{file} no longer holds {old}"
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def _refusal(folder: Path) -> Refusal:
    with pytest.raises(Refusal) as refused:
        load_catalogue(folder)
    return refused.value
