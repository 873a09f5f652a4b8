"""Charter 1, Listed: nothing is asked, recorded or ordered unless an admitted matter says so, and the list is public.

The attacks: a matter that is unknown, barred, vitality, not for the grid, past its review date or unpublished; the same
by refiling a case that came in under another name; a list that admits what it must not.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client

from gridcommons.access.scope import viewing
from gridcommons.cases.actions import file_case, report_case
from gridcommons.cases.filing import Report
from gridcommons.cases.models import Case, PublicCase
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.load.admission.queries import is_form_admitted
from gridcommons.matters import queries
from gridcommons.matters.catalogue import SHIPPED, Catalogue, load_catalogue, shipped_catalogue
from gridcommons.matters.matter import Kind, Matter, MatterClass
from gridcommons.matters.models import Edition
from gridcommons.matters.rules import require_admitted
from load.admitting import admitting
from town import AT, HERE, Town

CATALOGUE = shipped_catalogue()
ADMITTED = CATALOGUE.admitted()
ELSEWHERE = [matter.key for matter in CATALOGUE.matters if not matter.for_grid]
NEVER = [barrier.key for barrier in (*CATALOGUE.negative, *CATALOGUE.vitality)]


def _report(town: Town, matter: str) -> object:
    report = Report(matter, "试一试", *HERE)
    return report_case(report=report, channel="page", by=town.public, at=AT)


def _rows() -> list[int]:
    """How many rows there are where a report would leave some, walls apart."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.scope', '^', true)")
        counts = []
        for table in ("cases_case", "cases_step", "cases_publiccase", "notices_notice", "access_ledgerentry"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts.append(cursor.fetchone()[0])
        cursor.execute("SELECT set_config('app.scope', '', true)")
    return counts


def _refused(attempt: Callable[[], object]) -> str:
    """The code of the refusal, after which nothing is left behind."""
    before = _rows()
    with pytest.raises(Refusal) as refused, transaction.atomic():
        attempt()
    assert _rows() == before
    assert refused.value.words().zh
    return refused.value.code


@pytest.mark.parametrize("matter", CATALOGUE.matters, ids=lambda matter: matter.key)
def test_every_matter_says_all_that_the_charter_asks(matter: Matter) -> None:
    assert isinstance(matter.matter_class, MatterClass)
    assert isinstance(matter.kind, Kind)
    for said in (matter.name, matter.legal_basis, matter.purpose, matter.description):
        assert isinstance(said, Words)
        assert len(said.zh) >= 2
        assert len(said.en) >= 2
    assert CATALOGUE.department(matter.owner).name.zh
    assert matter.minutes > 0
    assert matter.valid_from < matter.review_date <= matter.valid_from + timedelta(days=3 * 366)


def test_there_is_a_list_worth_the_name() -> None:
    assert len(ADMITTED) >= 24
    assert {matter.matter_class for matter in ADMITTED} == set(MatterClass)
    assert len(NEVER) >= 10
    assert CATALOGUE.owner.zh


@pytest.mark.parametrize("key", [matter.key for matter in ADMITTED if matter.collects_on(AT.date())][:6])
def test_an_admitted_matter_makes_a_case_that_pins_its_edition(key: str, town: Town) -> None:
    _report(town, key)
    with viewing(town.supervisor, AT):
        case = Case.objects.get()
    assert (case.matter_key, case.edition) == (key, CATALOGUE.version)


@pytest.mark.parametrize("key", [*NEVER, *ELSEWHERE, "no_such_matter", "", "street_lamps "])
def test_what_is_not_admitted_makes_no_case(key: str, town: Town) -> None:
    assert _refused(lambda: _report(town, key)).startswith("matter.")


@pytest.mark.parametrize("key", [*NEVER[:3], *ELSEWHERE, "no_such_matter"])
def test_a_case_cannot_be_turned_into_one_that_is_not_admitted(key: str, town: Town) -> None:
    made = report_case(report=Report("street_lamps", "路灯不亮", *HERE), channel="page", by=town.public, at=AT)
    code = _refused(
        lambda: file_case(case_id=made.case_id, matter_key=key, by=town.supervisor, at=AT + timedelta(hours=1))
    )
    assert code.startswith("matter.")


def _with_dates(first: date, last: date) -> Catalogue:
    """The list with other days for one matter."""
    changed = {m.key: replace(m, valid_from=first, review_date=last) for m in ADMITTED if m.key == "street_lamps"}
    matters = tuple(changed.get(m.key, m) for m in CATALOGUE.matters)
    return replace(CATALOGUE, matters=matters, _matter={m.key: m for m in matters})


TODAY = AT.date()
OTHER_DAYS = {
    "past its review": (TODAY - timedelta(days=400), TODAY - timedelta(days=1)),
    "not yet in force": (TODAY + timedelta(days=1), TODAY + timedelta(days=400)),
}


@pytest.mark.parametrize("when", OTHER_DAYS)
def test_outside_its_days_a_matter_takes_nothing_new(when: str, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "shipped_catalogue", lambda: _with_dates(*OTHER_DAYS[when]))
    assert _refused(lambda: _report(town, "street_lamps")) == "matter.retired"


def test_on_its_last_day_a_matter_is_still_taken() -> None:
    listed = _with_dates(TODAY - timedelta(days=400), TODAY)
    assert require_admitted(catalogue=listed, on=TODAY, matter_key="street_lamps").key == "street_lamps"


def test_a_list_that_nobody_published_takes_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = replace(CATALOGUE, version="0" * 12)
    monkeypatch.setattr(queries, "shipped_catalogue", lambda: unknown)
    assert _refused(lambda: _report(town, "street_lamps")) == "matter.unpublished"


def test_the_edition_in_force_is_in_the_ledger_and_in_the_archive(town: Town) -> None:
    edition = Edition.objects.get(digest=CATALOGUE.version)
    assert {matter["key"] for matter in edition.content["matters"]} == {matter.key for matter in CATALOGUE.matters}
    with viewing(town.supervisor, AT), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.scope', '^', true)")
        cursor.execute("SELECT count(*) FROM access_ledgerdetail WHERE body LIKE '%%matters.publish%%'")
        assert cursor.fetchone() == (1,)


def test_the_list_is_public_with_what_is_never_admitted(town: Town) -> None:
    page = Client().get("/matters", headers={"Accept-Language": "zh-hans"})
    assert page.status_code == 200
    text = page.content.decode()
    assert [m.key for m in ADMITTED if m.name.zh not in text] == []
    lists = text + Client().get("/yours", headers={"Accept-Language": "zh-hans"}).content.decode()
    assert [barrier.key for barrier in CATALOGUE.vitality if barrier.name.zh not in lists] == []
    as_data = Client().get("/matters.json").content.decode()
    assert [m.key for m in ADMITTED if f'"{m.key}"' not in as_data] == []


def _planted_list(tmp_path: Path, file: str, old: str, new: str) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(SHIPPED, folder)
    target = folder / "catalogue" / file
    text = target.read_text("utf-8")
    assert old in text
    target.write_text(text.replace(old, new, 1), "utf-8")
    return folder


FILE = "streets_water.toml"


def _first(line: str) -> str:
    text = (SHIPPED / "catalogue" / FILE).read_text("utf-8")
    return next(found for found in text.splitlines() if found.startswith(line))


@pytest.mark.parametrize("line", ["class", "legal_basis", "purpose", "owner", "minutes", "review_date", "kind"])
def test_a_list_with_a_matter_that_says_less_is_refused(line: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal):
        load_catalogue(_planted_list(tmp_path, FILE, _first(line) + "\n", ""))


def test_a_list_that_admits_residents_own_life_is_refused(tmp_path: Path) -> None:
    key = CATALOGUE.vitality[0].key
    with pytest.raises(Refusal):
        load_catalogue(_planted_list(tmp_path, FILE, 'key = "roads"', f'key = "{key}"'))


def test_the_planted_list_is_sound_where_nothing_was_changed(tmp_path: Path) -> None:
    assert load_catalogue(_planted_list(tmp_path, FILE, "\n", "\n")).version == CATALOGUE.version


def test_a_case_under_a_private_name_is_never_published_by_refiling(town: Town) -> None:
    private = next(m.key for m in ADMITTED if not m.public and m.collects_on(TODAY))
    made = report_case(report=Report(private, "家里的事", *HERE), channel="page", by=town.public, at=AT)
    file_case(case_id=made.case_id, matter_key="street_lamps", by=town.supervisor, at=AT + timedelta(hours=1))
    assert not PublicCase.objects.exists()


def test_a_proposed_matter_is_listed_to_nobody_until_it_is_admitted(town: Town) -> None:
    """What a department would like done is no matter of the grid: no report is taken for it, no form is used."""
    desk = admitting()
    proposal = desk.propose()
    assert _refused(lambda: _report(town, "fire_lanes")) == "matter.unknown"
    desk.decide(desk.reviewed(proposal))
    assert queries.current().get("fire_lanes").for_grid
    form = desk.propose_form()
    assert not is_form_admitted("fire_visit", "331123001008001", AT.date())
    desk.decide(desk.reviewed(form))
    assert is_form_admitted("fire_visit", "331123001008001", AT.date())


def test_a_proposal_says_everything_that_charter_1_asks(town: Town) -> None:
    assert town
    desk = admitting()
    for item in ("legal_basis", "purpose", "owner", "minutes", "review_date", "class"):
        with pytest.raises(Refusal) as refused:
            desk.propose(**{item: ""})
        assert refused.value.status == 400, item
    with pytest.raises(Refusal) as refused:
        desk.propose(keywords={"zh": ["做志愿"], "en": ["volunteers"]})
    assert refused.value.code == "matter.vitality_admitted"
