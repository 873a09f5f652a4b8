"""What of a case leaves over a link: the fields of its list, masked, and nothing else, whoever asks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, cast

from gridcommons.access.queries import offices
from gridcommons.cases.models import UNCHECKED, Case
from gridcommons.cases.partners.kinds import CASE, KINDS
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.terms import PHOTOS, Terms
from gridcommons.cases.storing import size
from gridcommons.cases.transitions import packaged
from gridcommons.kit.masking import mask
from gridcommons.kit.sheets import Cell, csv_text
from gridcommons.kit.words import Words
from gridcommons.matters.matter import Matter
from gridcommons.matters.queries import matter_as_of
from gridcommons.territory.queries import names_of
from gridcommons.territory.succession import area_now

DESCRIPTION: Final = 4_000
SCHEMA: Final = "gridcommons.partner/1"
Shown = Mapping[str, str | int]
"""A photo as it is told of: id, sha256, bytes, type, uploaded_at; by its way also url and until."""
Value = str | float | Sequence[Shown] | Sequence[str] | None
Values = Mapping[str, Value]
SAMPLE_PHOTO: Final[Shown] = {
    "id": "01933b4e-0000-7000-8000-000000000001", "sha256": "9f86d081…", "bytes": 184_320, "type": "image/jpeg",
    "uploaded_at": "2026-11-02T01:00:00+00:00",
}  # fmt: skip
SAMPLE: Final[Values] = {
    "number": "261102-ABC2345", "matter": "street_lamps", "matter_name": "路灯、井盖、道路", "state": "dispatched",
    "state_name": "已派遣", "area_code": "331123001008001", "area_name": "妙高街道腾龙社区第1网格",
    "office": "县综合行政执法局", "reported_at": "2026-11-02T01:00:00+00:00",
    "dispatched_at": "2026-11-02T01:20:00+00:00", "due_at": "2026-11-05T09:30:00+00:00", "lon": 119.2705,
    "lat": 28.5905, "address": "示例路1号", "text": "路灯不亮（示例）", "note": "请今日查看（示例）",
    "photos": [SAMPLE_PHOTO],
}  # fmt: skip
"""A case that nobody reported, to show a mapping by."""


def values_of(case: Case, terms: Terms, reader: str = "") -> dict[str, Value]:
    """The fields of a case that a link's terms let leave; words and photos from inside a home never do.

    `reader`: the key of the link, whose own pictures do not go back to it.
    """
    matter = matter_as_of(case.edition, case.matter_key)
    known = policy().fields
    allowed = [key for key in terms.fields if is_open(case, matter) or not known[key].words]
    every = _all(case, matter.name) | ({PHOTOS: photos_of(case, reader)} if PHOTOS in allowed else {})
    return {key: every[key] for key in allowed}


def is_open(case: Case, matter: Matter) -> bool:
    """Whether words and photos of a case may leave: what was reported of a home stays so, whatever it is filed as."""
    return case.public and matter.public


def _all(case: Case, matter: Words) -> dict[str, Value]:
    sent = case.steps.filter(action__in=["dispatch", "appoint", "entrust"]).order_by("-at", "-id").first()
    office = offices([case.handler_office_id]).get(case.handler_office_id) if case.handler_office_id else None
    here = area_now(case.area_code, case.pk)
    area = names_of([here]).get(here)
    return {
        "number": case.number, "matter": case.matter_key, "matter_name": matter.zh, "state": case.state,
        "state_name": packaged().states[case.state].words.zh, "area_code": here,
        "area_name": area.name.zh if area else here, "office": office.name_zh if office else "",
        "reported_at": _moment(case.reported_at), "dispatched_at": _moment(sent.at if sent else None),
        "due_at": _moment(case.due_at), "lon": case.lon, "lat": case.lat, "address": mask(case.address).text,
        "text": mask(case.text).text, "note": mask(sent.note).text if sent else "",
    }  # fmt: skip


def photos_of(case: Case, reader: str) -> list[Shown]:
    """The photos of a case that still lie here, oldest first; no picture that nobody of the office looked at."""
    rows = case.photos.exclude(duty=UNCHECKED).exclude(by_key=reader).order_by("at", "id")
    return [
        {"id": str(row.pk), "sha256": bytes(row.sha256).hex(), "bytes": held, "type": "image/jpeg",
         "uploaded_at": row.at.isoformat(timespec="seconds")}
        for row in rows if (held := size(row.path)) is not None
    ]  # fmt: skip


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def mapped(values: Values, terms: Terms) -> tuple[dict[str, Value], list[str]]:
    """The values under their names and codes over there, and the fields whose code list lacks the value."""
    named: dict[str, Value] = {}
    lacking = []
    for key, value in values.items():
        code = terms.mapping.code(key, value) if isinstance(value, str) else value
        lacking += [key] if code is None and value is not None else []
        named[terms.mapping.column(key)] = code
    return named, lacking


def envelope(
    *, event: str, event_id: str, link: str, sequence: int, at: datetime, thing: Mapping[str, Value], remote_id: str,
    kind: str = CASE,
) -> str:  # fmt: skip
    """The very text of a webhook: the same for every try of one event."""
    said = {
        "schema": SCHEMA, "event": event, "event_id": event_id, "link": link, "sequence": sequence,
        "sent_at": _moment(at), "remote_id": remote_id or None, kind: dict(thing),
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, allow_nan=False)


def open311_form(values: Mapping[str, Value], terms: Terms) -> dict[str, str]:
    """A case as GeoReport v2 asks for it: their code of the matter, the place, the words with our number."""
    said = {key: str(value) for key, value in values.items() if value not in (None, "")}
    form = {"service_code": terms.mapping.code("matter", said.get("matter", "")) or said.get("matter", "")}
    if "lon" in said and "lat" in said:
        form |= {"lat": said["lat"], "long": said["lon"]}
    form |= {"address_string": said["address"]} if "address" in said else {}
    lines = [said.get("text") or said.get("matter_name", ""), said.get("note", ""), said.get("state_name", "")]
    number = f"[{said.get('number', '')}]"
    form["description"] = "\n".join(filter(None, [*lines, number]))[:DESCRIPTION]
    return form


def with_media(form: dict[str, str], addresses: Sequence[str]) -> dict[str, str]:
    """A form of Open311 with its one `media_url`; further addresses stand in the description as far as it reaches."""
    if addresses:
        form["media_url"] = addresses[0]
    for n, address in enumerate(addresses[1:], start=2):
        line = f"\n照片{n}：{address}"
        form["description"] += line if len(form["description"]) + len(line) <= DESCRIPTION else ""
    return form


def preview(terms: Terms, at: datetime) -> str:
    """What a case of nobody would look like over there, as each way says it."""
    sample = SAMPLE if terms.kind == CASE else KINDS[terms.kind].sample
    values = {key: sample[key] for key in terms.fields}
    address = "https://…/partners/…/photo/…?case=…&until=…&sign=…"
    if terms.with_photos and terms.way == "export":
        values[PHOTOS] = "261102-ABC2345-00000001.jpg"
    elif terms.with_photos and terms.way == "webhook":
        values[PHOTOS] = [{**SAMPLE_PHOTO, "url": address, "until": "2026-11-02T07:21:00+00:00"}]
    named, lacking = mapped(values, terms)
    if "matter" in lacking:
        named[terms.mapping.column("matter")] = "?"
    if terms.way == "open311":
        form = {**with_media(open311_form(values, terms), [address] if terms.with_photos else []), "api_key": "…"}
        return "\n".join(f"{key} = {value}" for key, value in form.items())
    if terms.way == "export" and terms.form != "json":
        return csv_text([list(named), [cast(Cell, value) for value in named.values()]])
    if terms.way == "export":
        return json.dumps([named], ensure_ascii=False, indent=2)
    text = envelope(
        event=f"{terms.kind}.dispatched", event_id="01933b4e-0000-7000-8000-000000000000", link="…", sequence=1, at=at,
        thing=named, kind=terms.kind, remote_id="",
    )  # fmt: skip
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
