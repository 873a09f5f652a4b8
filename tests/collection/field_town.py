"""The town with forms, phones and households: what workers of two grids collect with."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from collection.xlsforms import HOUSEHOLD, OUTCOME, OUTCOMES, ask, basics, workbook
from gridcommons.access.identify import program
from gridcommons.access.models import Office
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.collection import households as homes
from gridcommons.collection import listing, telling
from gridcommons.collection.devices.actions import make_own_device
from gridcommons.collection.forms.actions import Draft, draft_form, publish_form
from gridcommons.collection.forms.models import FormVersion
from gridcommons.collection.inbox.working import work_off
from gridcommons.collection.xlsform import read_rows
from gridcommons.kit.ids import uuid7
from gridcommons.kit.words import Words
from gridcommons.load.admission.forms import kept
from gridcommons.load.admission.models import Proposal
from gridcommons.people.homes.places import Lying
from gridcommons.people.homes.queries import HouseholdPlace
from town import AT, COUNTY, GRID, NEXT_GRID, Town

READING = program("inbox")
HEADERS = {"X-OpenRosa-Version": "1.0"}
FIRST, SECOND, NEXT = (UUID(int=7 << 76 | 2 << 62 | number) for number in (1, 2, 3))
HELD = {
    FIRST: homes.Household(FIRST, GRID, "腾龙路1号101 测试甲", {
        "household.size": homes.Known("3", date(2026, 5, 1), date(2027, 5, 1)),
        "dwelling.gas": homes.Known("gas", date(2026, 5, 1)),
    }),
    SECOND: homes.Household(SECOND, GRID, "腾龙路1号102 测试乙", {
        "household.size": homes.Known("2", date(2024, 5, 1), date(2025, 5, 1)),
    }),
    NEXT: homes.Household(NEXT, NEXT_GRID, "腾龙路9号 测试丙"),
}  # fmt: skip


@contextmanager
def lived_in(held: Mapping[UUID, homes.Household]) -> Iterator[list[telling.Told]]:
    """Households of the tests in place of the part that keeps them, and a taker that remembers what it was told."""
    told: list[telling.Told] = []

    def listed(*, grids: Sequence[str], viewer: Viewer, at: datetime, **_rest: Any) -> list[homes.Household]:
        assert all(any(grant.covers(grid) for grant in viewer.grants) for grid in grids)
        return [one for one in held.values() if one.area_code in grids]

    def places_of(*, household_ids: Collection[UUID], **_rest: Any) -> dict[UUID, HouseholdPlace]:
        return {one: HouseholdPlace(held[one].area_code, one) for one in household_ids if one in held}

    def keep(*, told: Sequence[telling.Told], kept: list[telling.Told] = told, **_rest: Any) -> tuple[()]:
        kept.extend(told)
        return ()

    def lying(household_ids: Collection[UUID]) -> dict[UUID, Lying]:
        return {one: Lying(HELD[one].area_code, held[one].area_code) for one in household_ids if one in held}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(homes, "lying", lying)
        patch.setattr(listing, "households", listed)
        patch.setattr(homes, "places_of", places_of)
        patch.setattr(telling, "tell", keep)
        patch.setattr(telling, "require_fit", lambda _told, _at: None)
        yield told


def draft(key: str, content: bytes, kind: str = "household", matter: str = "dwellings_rentals", **more: Any) -> Draft:
    """A form handed in for the county."""
    facts = {"area_code": COUNTY, "files": {}} | more
    return Draft(key, Words("住户基本情况", "Household basics"), matter, kind=kind, workbook=content, **facts)


def hazards() -> bytes:
    """A form about something dangerous: what, where, a picture, how the visit ended."""
    survey = [
        HOUSEHOLD, OUTCOME,
        ask("text", "wrong", "有什么隐患？", "What is wrong?", means="case.text"),
        ask("geopoint", "where", "在哪里", "Where is it", means="case.place"),
        ask("image", "photo", "照片", "Photo", means="case.photo"),
    ]  # fmt: skip
    return workbook(survey, OUTCOMES, version="2026-11", form_title="消防隐患")


@dataclass(frozen=True)
class Field:
    """What stands: the published versions, a key for each worker, facts told so far."""

    town: Town
    basics: FormVersion
    hazards: FormVersion
    key: str
    next_key: str

    def url(self, path: str, key: str = "") -> str:
        """An address of the door."""
        return f"/openrosa/key/{key or self.key}/{path}"

    def get(self, path: str, key: str = "", **headers: str) -> Any:
        """What the door answers."""
        address = path if path.startswith("http") else self.url(path, key)
        return Client().get(address.replace("http://testserver", ""), headers=HEADERS | headers)

    def post(self, xml: bytes | str, key: str = "", **files: bytes) -> Any:
        """Send a form as phones do."""
        return post(self.url("submission", key), xml, files)


def admit(*drafts: Draft, until: date = date(2027, 6, 30), pilot_area: str = "", area: str = COUNTY) -> None:
    """These forms stand as admitted, as if reviewed and decided: the way there is walked in `load/test_admission`."""
    with scoped(Scope("^"), deed="test.admit"):
        office = Office.objects.order_by("key").first()
        for made in drafts:
            read = read_rows(made.workbook)
            Proposal.objects.create(
                kind="form", key=made.key, matter_key=made.matter_key, area_code=area, office=office,
                name_zh=made.name.zh, name_en=made.name.en, matter_class="order", minutes=3, per_year=100, reason="-",
                questions=[kept(one) for one in read.questions], workbook=made.workbook, sha256=read.sha256,
                state="piloted" if pilot_area else "admitted", until=until, pilot_area=pilot_area, proposed_by="user:x",
                proposed_at=AT,
            )  # fmt: skip


def furnish(town: Town) -> Field:
    """Forms published by the county officer, and a phone for each worker."""
    versions = []
    drafts = (draft("basics", basics()), draft("hazards", hazards(), "hazard", "home_fire_safety"))
    admit(*drafts)
    for made in drafts:
        version = draft_form(draft=made, by=town.county_officer, at=AT)
        versions.append(publish_form(version_id=version.pk, by=town.county_officer, at=AT))
    keys = [make_own_device(name="手机", by=who, at=AT).text for who in (town.worker, town.next_worker)]
    return Field(town, *versions, *keys)


def post(address: str, xml: bytes | str, files: Mapping[str, bytes], client: Client | None = None) -> Any:
    """A multipart POST with the form and its pictures."""
    parts = [_part("xml_submission_file", "form.xml", xml if isinstance(xml, bytes) else xml.encode(), "text/xml")]
    parts += [_part(name, name, content, "image/jpeg") for name, content in files.items()]
    body = b"".join(parts) + b"--edge--\r\n"
    return (client or Client()).generic("POST", address, body, "multipart/form-data; boundary=edge", headers=HEADERS)


def _part(name: str, filename: str, content: bytes, kind: str) -> bytes:
    head = f'--edge\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
    head += f"Content-Type: {kind}\r\n\r\n"
    return head.encode() + content + b"\r\n"


def paper(form: str = "basics", version: str = "1", *, instance: str = "", deprecated: str = "", **answers: str) -> str:
    """A filled form of flat answers; `more/…` by `more__…`."""
    instance = instance or f"uuid:{uuid7()}"
    groups: dict[str, list[str]] = {}
    flat = []
    for name, value in answers.items():
        group, _sep, inner = name.rpartition("__")
        (groups.setdefault(group, []) if group else flat).append(f"<{inner}>{value}</{inner}>")
    inner = "".join(flat) + "".join(f"<{name}>{''.join(held)}</{name}>" for name, held in groups.items())
    former = f"<deprecatedID>{deprecated}</deprecatedID>" if deprecated else ""
    return (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="{form}" version="{version}">{inner}'
        f"<orx:meta><orx:instanceID>{instance}</orx:instanceID>{former}</orx:meta></data>"
    )


def read_all(at: datetime = AT) -> int:
    """Let the job of the inbox run once."""
    return work_off(by=READING, now=lambda: at)


def moved(household: UUID, to: str) -> dict[UUID, homes.Household]:
    """The households with one of them in another grid."""
    return {**HELD, household: replace(HELD[household], area_code=to)}
