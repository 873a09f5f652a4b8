"""The demo county: built in parts, nothing twice, everything adds up, nobody holds more than a role allows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import pytest
import shapely
from django.contrib.auth.hashers import check_password, is_password_usable
from django.db import transaction

from gridcommons.access.models import Grant, LedgerEntry, Office, User
from gridcommons.access.queries import find_office
from gridcommons.access.roles import ROLES
from gridcommons.collection.forms.queries import open_forms
from gridcommons.collection.forms.shipping import shipped_forms
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal
from gridcommons.load.admission.queries import entries, forms_in_use
from gridcommons.load.ceiling.growth import growth
from gridcommons.load.ceiling.policy import ceiling_policy
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.matters.models import Edition
from gridcommons.people.identity import normalise_phone
from gridcommons.people.population import Residual
from gridcommons.rehearsal.county import SUICHANG, build_county
from gridcommons.rehearsal.county_report import CountyReport
from gridcommons.rehearsal.offices import ADMITS
from gridcommons.rehearsal.places import read_places
from gridcommons.rehearsal.province import DIVISIONS
from gridcommons.territory.models import Area, Boundary
from gridcommons.territory.queries import grid_locator
from gridcommons.web.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from gridcommons.workforce.models import EMPLOYMENTS, Assignment, Worker
from gridcommons.workforce.queries import posting

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
TODAY = AT.date()
CENTRE = "331123001"
RESIDENTS = 194_385
HOUSEHOLDS = 79_893


@dataclass
class Built:
    """The county built with few staff, then with all, then once more, and what progress heard the first time."""

    few: CountyReport
    whole: CountyReport
    again: CountyReport
    heard: list[tuple[str, int, int]]
    entries: tuple[int, int]


@pytest.fixture(scope="module")
def built() -> Iterator[Built]:
    with transaction.atomic():
        heard: list[tuple[str, int, int]] = []
        few = build_county(at=AT, staff="few", progress=lambda *step: heard.append((step[0].en, *step[1:])))
        whole = build_county(at=AT)
        before = LedgerEntry.objects.count()
        again = build_county(at=AT)
        yield Built(few, whole, again, heard, (before, LedgerEntry.objects.count()))
        transaction.set_rollback(True)


def _areas(level: str) -> dict[str, Area]:
    return {area.code: area for area in Area.objects.filter(level=level, code__startswith=SUICHANG)}


def test_all_zhejiang_is_loaded_with_its_levels_and_names(built: Built) -> None:
    counts = Counter(Area.objects.exclude(level="grid").values_list("level", flat=True))
    assert counts == {"province": 1, "city": 11, "county": 90, "township": 1387, "village": 25_547}
    assert sum(counts.values()) == DIVISIONS
    assert Area.objects.get(pk=CENTRE).name_en == "Miaogao Subdistrict"
    assert not Area.objects.filter(name_en="").exists()
    assert not Area.objects.exclude(level="grid").exclude(issuer="statistics bureau 2023").exists()


def test_grids_are_named_after_their_village(built: Built) -> None:
    grid = Area.objects.get(pk=f"{CENTRE}007001")
    assert (grid.name_zh, grid.name_en) == ("叶坦社区第1网格", "Yetan Community Grid 1")
    assert not Area.objects.filter(level="grid", name_zh__contains="委会").exists()


def test_every_official_total_is_met(built: Built) -> None:
    items = {item.item for item in built.whole.residuals}
    assert {"residents", "female", "age_65_plus", "grid_residents", "county_households"} <= items
    assert [item for item in built.whole.residuals if item.residual] == []


@pytest.mark.parametrize(("below", "above"), [("grid", "village"), ("village", "township"), ("township", "county")])
def test_the_areas_of_a_level_add_up_to_the_areas_above(built: Built, below: str, above: str) -> None:
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for code, area in _areas(below).items():
        assert area.households
        assert area.residents
        sums[CHINA.cut(code, above)][0] += area.households
        sums[CHINA.cut(code, above)][1] += area.residents
    assert sums == {code: [area.households, area.residents] for code, area in _areas(above).items()}


def test_the_county_has_the_official_figures_and_its_town_most_people(built: Built) -> None:
    county = Area.objects.get(pk=SUICHANG)
    assert (county.households, county.residents) == (HOUSEHOLDS, RESIDENTS)
    townships = {code: area.residents or 0 for code, area in _areas("township").items()}
    assert max(townships, key=lambda code: townships[code]) == CENTRE
    assert Area.objects.filter(residents__isnull=False).exclude(code__startswith=SUICHANG).count() == 0


def test_a_village_with_enough_households_has_grids_of_about_four_hundred(built: Built) -> None:
    grids = Counter(CHINA.cut(code, "village") for code in _areas("grid"))
    for code, village in _areas("village").items():
        assert village.households is not None
        assert grids[code] == max(1, (village.households + 200) // 400)


def test_outlines_below_the_county_are_marked_synthetic_and_no_other(built: Built) -> None:
    synthetic = dict(Boundary.objects.values_list("area_id", "synthetic"))
    assert Counter(synthetic.values()) == {False: 102, True: len(_areas("grid")) + 214 + 20}
    assert {code for code, drawn in synthetic.items() if drawn} == {
        code for level in ("township", "village", "grid") for code in _areas(level)
    }
    sources = {(row.synthetic, row.source) for row in Boundary.objects.filter(area__code__startswith=SUICHANG)}
    assert (True, "drawn by this program") in sources
    assert all("Tianditu" in source for drawn, source in sources if not drawn)


def test_cities_are_the_unions_of_their_counties(built: Built) -> None:
    shapes = {row.area_id: shapely.from_wkb(bytes(row.shape)) for row in Boundary.objects.filter(synthetic=False)}
    counties = [shape for code, shape in shapes.items() if len(code) == 6 and code.startswith("3311")]
    assert shapes["3311"].area == pytest.approx(sum(shape.area for shape in counties))
    assert shapes["33"].area == pytest.approx(sum(shape.area for code, shape in shapes.items() if len(code) == 6))
    assert all(shape.is_valid for shape in shapes.values())


def test_every_step_of_every_routing_table_leads_to_an_office_in_every_grid(built: Built) -> None:
    steps = {(step.level, step.office) for matter in shipped_catalogue() for step in matter.routes}
    steps |= {("township", "supervision"), ("township", "command"), ("county", "county_government")}
    keys = set(Office.objects.values_list("key", flat=True))
    missing = {f"{CHINA.cut(grid, level)}:{kind}" for grid in _areas("grid") for level, kind in steps} - keys
    assert missing == set()


def test_offices_keep_supervision_and_command_apart(built: Built) -> None:
    sides = {(office.kind, office.side) for office in Office.objects.all()}
    assert {kind for kind, side in sides if side == "supervision"} == {"supervision", "duty"}
    assert {kind for kind, side in sides if side == "independent"} == {"review", "mediation"}
    assert len(sides) == len({kind for kind, _side in sides})
    assert find_office(SUICHANG, "review") is not None


def test_office_names_are_the_local_ones_in_both_languages(built: Built) -> None:
    names = {row.key: (row.name_zh, row.name_en) for row in Office.objects.all()}
    assert names[f"{CENTRE}:township_government"] == ("妙高街道办事处", "Miaogao Subdistrict Office")
    assert names["331123102:township_government"] == ("新路湾镇人民政府", "Xinluwan Town Government")
    assert names[f"{CENTRE}:supervision"] == ("妙高街道网格监督岗", "Grid supervision desk, Miaogao Subdistrict")
    assert names[f"{CENTRE}200:village_committee"] == ("东红村村民委员会", "Donghong Village Committee")
    assert names[f"{CENTRE}007:village_committee"] == ("叶坦社区居民委员会", "Yetan Community Residents' Committee")
    assert names["331123:county_government"] == ("遂昌县人民政府", "Suichang County Government")


def test_every_grid_has_one_head_and_a_full_and_a_part_time_worker_and_a_mentor_today(built: Built) -> None:
    posts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for grid, post in Assignment.objects.filter(days__contains=TODAY).values_list("grid_code", "post"):
        posts[grid][post] += 1
    assert set(posts) == set(_areas("grid"))
    for of_grid in posts.values():
        assert of_grid["head"] == of_grid["mentor"] == 1
        assert of_grid["full_time"] in (1, 2)
        assert of_grid["part_time"] in (1, 2)


def test_nobody_holds_two_posts_in_a_grid(built: Built) -> None:
    pairs = Counter(Assignment.objects.values_list("worker_id", "grid_code"))
    assert pairs.most_common(1)[0][1] == 1


def test_about_a_thousand_workers_of_every_kind_of_employment(built: Built) -> None:
    assert set(built.whole.workers) == set(EMPLOYMENTS)
    assert sum(built.whole.workers.values()) == Worker.objects.count()
    assert 900 <= Worker.objects.count() <= 1200


def test_a_grant_holds_only_what_its_role_and_its_office_allow(built: Built) -> None:
    for grant in Grant.objects.select_related("office"):
        role = ROLES[grant.role]
        assert role.grantable
        assert set(grant.purposes) <= role.purposes
        assert len(grant.included) == 1
        assert grant.valid_to is None
        if grant.office is not None:
            assert role.side in {grant.office.side, ""}
            assert grant.included[0].startswith(grant.office.area_code)
        else:
            assert grant.role in {
                "county_officer",
                "auditor",
                "situation_reader",
                "order_officer",
                "sentinel",
                "health_officer",
            }
            assert grant.included == [SUICHANG] or grant.role in {"order_officer", "sentinel"}


def test_nobody_holds_grants_of_both_sides(built: Built) -> None:
    assert Counter(Grant.objects.values_list("user_id", flat=True)).most_common(1)[0][1] == 1


def test_a_post_stands_on_the_workers_own_grant_for_that_grid_and_a_mentors_on_none(built: Built) -> None:
    for post in Assignment.objects.select_related("grant", "worker"):
        if post.post == "mentor":
            assert post.grant is None
        else:
            assert post.grant is not None
            assert (post.grant.user_id, post.grant.included) == (post.worker.user_id, [post.grid_code])
            assert post.grant.role == ("handler" if post.post == "part_time" else "grid_worker")


def test_departments_have_four_to_six_handlers_one_who_proposes_and_desks_their_staff(built: Built) -> None:
    staff = Counter(Grant.objects.values_list("office__key", flat=True))
    for key in Office.objects.filter(area_code=SUICHANG, side="command").values_list("key", flat=True):
        alone = key.partition(":")[2] in {"command", *ADMITS}
        assert staff[key] == 1 if alone else 5 <= staff[key] <= 7, key
    for township in _areas("township"):
        supervision = Grant.objects.filter(office__key=f"{township}:supervision", role="supervisor")
        assert supervision.count() in (2, 3)
        assert staff[f"{township}:command"] == 2
        assert staff[f"{township}:township_government"] == 2
    assert all(staff[f"{village}:village_committee"] == 1 for village in _areas("village"))


def test_login_names_are_unique_and_only_the_demo_accounts_can_log_in(built: Built) -> None:
    accounts = {user.username: user for user in User.objects.all()}
    assert len(accounts) == User.objects.count() == built.whole.accounts
    listed = {account.username for account in DEMO_ACCOUNTS}
    assert {name for name, user in accounts.items() if is_password_usable(user.password)} == listed
    assert check_password(DEMO_PASSWORD, accounts["worker"].password)


def test_the_demo_accounts_are_who_the_login_page_says(built: Built) -> None:
    held: dict[str, list[tuple[str, str, str]]] = {account.username: [] for account in DEMO_ACCOUNTS}
    for grant in Grant.objects.filter(user__username__in=held).select_related("user", "office"):
        office = grant.office.kind if grant.office else ""
        held[grant.user.username].append((grant.role, grant.included[0], office))
    assert held == {
        "resident": [],
        "neighbour": [],
        "coordinator": [("coordinator", SUICHANG, "command")],
        "second": [("second_person", SUICHANG, "duty")],
        "worker": [("grid_worker", f"{CENTRE}007001", "supervision")],
        "worker2": [("grid_worker", f"{CENTRE}007002", "supervision")],
        "supervisor": [("supervisor", CENTRE, "supervision")],
        "clerk": [("clerk", CENTRE, "supervision")],
        "dispatcher": [("dispatcher", CENTRE, "command")],
        "handler": [("handler", SUICHANG, "urban_management")],
        "handler2": [("handler", CENTRE, "township_government")],
        "orders": [("order_officer", SUICHANG, "")],
        "orders2": [("order_officer", CENTRE, "")],
        "duty": [("duty_officer", SUICHANG, "duty")],
        "clinic": [("sentinel", CENTRE, "")],
        "health": [("health_officer", SUICHANG, "health")],
        "reader": [("situation_reader", SUICHANG, "")],
        "county": [("county_officer", SUICHANG, "")],
        "county2": [("county_officer", SUICHANG, "")],
        "auditor": [("auditor", SUICHANG, "")],
        "proposer": [("department_officer", SUICHANG, "fire_rescue")],
        "law": [("law_reviewer", SUICHANG, "legal_office")],
        "council": [("staff_reviewer", SUICHANG, "staff_council")],
        "privacy": [("data_reviewer", SUICHANG, "data_office")],
        "admission": [("admission_reviewer", SUICHANG, "admission_review")],
        "reviewer": [("reviewer", SUICHANG, "review")],
        "mediator": [("mediator", SUICHANG, "mediation")],
    }


def test_every_shipped_form_is_admitted_by_others_than_who_proposed_it_and_in_use(built: Built) -> None:
    forms = {form.key: form for form in shipped_forms()}
    assert built.few.added["forms"] == 0, "there is no time for a form before there are workers"
    assert built.whole.added["forms"] == len(forms)
    assert {one.form.key for one in open_forms([f"{CENTRE}007001"], on=TODAY)} == set(forms)
    for entry in entries(kind="form"):
        decided = entry.steps[-1]
        assert decided.what == "admit"
        assert decided.verdict is not None
        assert len({step.office.zh for step in entry.steps}) == 5, "proposer, three desks and who decides"
        assert not entry.proposal.findings or all(not one["again"] for one in entry.proposal.findings)
    points = growth([], forms_in_use(), TODAY, ceiling_policy())
    assert sum(points[-1].forms.values()) == len(forms)


def test_phones_are_synthetic_and_no_two_workers_share_one(built: Built) -> None:
    phones = [*Worker.objects.values_list("work_phone", flat=True), *_complaint_lines()]
    assert len(set(phones)) == len(phones) == Worker.objects.count() + 20
    assert all(normalise_phone(phone, synthetic_only=True) == phone for phone in phones)


def _complaint_lines() -> list[str]:
    return list(Office.objects.exclude(phone="").filter(kind="supervision").values_list("phone", flat=True))


def test_the_posting_of_a_grid_shows_its_head_first(built: Built) -> None:
    posted = posting(f"{CENTRE}007001", TODAY)
    assert posted[0].post == "head"
    assert all(line.name and line.work_phone for line in posted)


def test_with_few_staff_every_office_is_open_and_only_the_county_town_has_workers(built: Built) -> None:
    assert built.few.offices == built.whole.offices
    assert 0 < sum(built.few.workers.values()) < sum(built.whole.workers.values())
    assert built.few.accounts + built.whole.added["accounts"] == built.whole.accounts
    assert {key for key, number in built.whole.added.items() if number} == {"accounts", "workers", "forms"}


def test_a_second_call_adds_nothing_and_writes_no_entry(built: Built) -> None:
    assert not any(built.again.added.values())
    before, after = built.entries
    assert before == after
    assert (built.again.areas, built.again.workers) == (built.whole.areas, built.whole.workers)


def test_the_catalogue_is_published_once(built: Built) -> None:
    assert [edition.digest for edition in Edition.objects.all()] == [shipped_catalogue().version]


def test_progress_hears_every_step_and_the_end(built: Built) -> None:
    done = [step[1] for step in built.heard]
    assert done == list(range(len(done)))
    assert built.heard[-1] == ("done", len(done) - 1, len(done) - 1)
    assert all(step[1] <= step[2] for step in built.heard)


def test_another_seed_is_refused_and_changes_nothing(built: Built) -> None:
    before = LedgerEntry.objects.count()
    with pytest.raises(Refusal) as refusal:
        build_county(at=AT, seed=2)
    assert refusal.value.code == "rehearsal.other_seed"
    assert LedgerEntry.objects.count() == before


def test_a_county_without_official_figures_is_refused() -> None:
    with pytest.raises(Refusal) as refusal:
        build_county(county="331124", at=AT)
    assert refusal.value.code == "rehearsal.no_figures"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_report_reads_in_both_languages(built: Built, language: str) -> None:
    text = "\n".join(built.whole.lines(language))
    assert "_" not in text
    assert "331123" in text
    assert ("合成" if language == "zh-hans" else "synthetic") in text


def test_the_report_names_a_total_that_is_not_met(built: Built) -> None:
    wrong = replace(built.whole, residuals=(Residual("residents", 10, 7),))
    assert wrong.residual == 3
    assert any("residents 10 / 7" in line for line in wrong.lines("en"))


def test_places_of_the_plan_lie_in_the_grid_they_name_and_every_grid_gets_some(built: Built) -> None:
    places = read_places(SUICHANG, seed=1)
    steps = [(number + 0.5) / 60 for number in range(60)]
    spots = [places.at((u, v)) for u in steps for v in steps]
    located = grid_locator().locate(
        np.array([spot.lon for spot in spots], dtype=float), np.array([spot.lat for spot in spots], dtype=float)
    )
    assert located.tolist() == [spot.grid for spot in spots]
    assert {spot.grid for spot in spots} == set(_areas("grid"))
    assert all(spot.address.zh.startswith("遂昌县") and spot.address.en.endswith("Suichang County") for spot in spots)
