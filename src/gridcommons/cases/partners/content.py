"""What of a case leaves over a link: the fields of its list, masked, and nothing else, whoever asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from gridcommons.access.queries import offices
from gridcommons.cases.models import Case
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.terms import Terms
from gridcommons.cases.transitions import packaged
from gridcommons.kit.masking import mask
from gridcommons.kit.sheets import csv_text
from gridcommons.kit.words import Words
from gridcommons.matters.queries import matter_as_of
from gridcommons.territory.queries import names_of
from gridcommons.territory.succession import area_now

SCHEMA: Final = "gridcommons.partner/1"
Value = str | float | None
Values = Mapping[str, Value]
SAMPLE: Final[Values] = {
    "number": "261102-ABC2345", "matter": "street_lamps", "matter_name": "路灯、井盖、道路", "state": "dispatched",
    "state_name": "已派遣", "area_code": "331123001008001", "area_name": "妙高街道腾龙社区第1网格",
    "office": "县综合行政执法局", "reported_at": "2026-11-02T01:00:00+00:00",
    "dispatched_at": "2026-11-02T01:20:00+00:00", "due_at": "2026-11-05T09:30:00+00:00", "lon": 119.2705,
    "lat": 28.5905, "address": "示例路1号", "text": "路灯不亮（示例）", "note": "请今日查看（示例）",
}  # fmt: skip
"""A case that nobody reported, to show a mapping by."""


def values_of(case: Case, terms: Terms) -> dict[str, Value]:
    """The fields of a case that a link's terms let leave; words of a matter inside a home never do."""
    matter = matter_as_of(case.edition, case.matter_key)
    known = policy().fields
    allowed = [key for key in terms.fields if matter.public or not known[key].words]
    every = _all(case, matter.name)
    return {key: every[key] for key in allowed}


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
    *, event: str, event_id: str, link: str, sequence: int, at: datetime, case: Mapping[str, Value], remote_id: str
) -> str:  # fmt: skip
    """The very text of a webhook: the same for every try of one event."""
    said = {
        "schema": SCHEMA, "event": event, "event_id": event_id, "link": link, "sequence": sequence,
        "sent_at": _moment(at), "remote_id": remote_id or None, "case": dict(case),
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
    form["description"] = "\n".join(filter(None, [*lines, number]))[:4_000]
    return form


def preview(terms: Terms, at: datetime) -> str:
    """What a case of nobody would look like over there, as each way says it."""
    values = {key: SAMPLE[key] for key in terms.fields}
    named, lacking = mapped(values, terms)
    if "matter" in lacking:
        named[terms.mapping.column("matter")] = "?"
    if terms.way == "open311":
        form = {**open311_form(values, terms), "api_key": "…"}
        return "\n".join(f"{key} = {value}" for key, value in form.items())
    if terms.way == "export" and terms.form != "json":
        return csv_text([list(named), list(named.values())])
    if terms.way == "export":
        return json.dumps([named], ensure_ascii=False, indent=2)
    text = envelope(
        event="case.dispatched", event_id="01933b4e-0000-7000-8000-000000000000", link="…", sequence=1, at=at,
        case=named, remote_id="",
    )  # fmt: skip
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
