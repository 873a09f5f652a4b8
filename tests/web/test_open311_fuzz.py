"""Whatever is sent to the Open311 door, it answers in the format asked for and never falls over."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from open311_door import BASE, FORM, Door, new_key, parsed, stop_clock, undone
from town import GRID, HERE, Town

SOME = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
ODD = st.sampled_from([
    "", "0", "-1", "1e400", "nan", "١٢", "\x00", "\ud7ff", "\ufffe", "𝟙", "<a>", "'; --", "%", "%00",
    "2026-11-02T00:00:00Z", "2026-W01", "2026-11-02T00:00:00 08:00", "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00Z", "open", "closed", "street_lamps", "roads", "elder_visits", GRID, GRID[:9],
    str(HERE[0]), str(HERE[1]), "腾龙社区", "腾龙", ",", ",,,", "a" * 500, "长" * 5000,
])  # fmt: skip
VALUE = st.one_of(ODD, TEXT)
QUERIES = [
    "service_request_id", "service_code", "start_date", "end_date", "status", "jurisdiction_id", "lang", "page",
    "page_size", "bbox",
]  # fmt: skip
FIELDS = [
    "service_code", "lat", "long", "address_string", "address_id", "description", "first_name", "last_name",
    "phone", "email", "device_id", "account_id", "media_url", "jurisdiction_id", "attribute[lamps_affected]",
    "attribute[lamp_fault][]", "attribute[affected_ways][0]", "attribute[", "attribute[]", "attribute[x]",
    "api_key", "external_id", "media_url[]",
]  # fmt: skip
NEWS = [
    "service_request_id", "update_id", "updated_datetime", "status", "description", "media_url", "external_status_code",
    "jurisdiction_id", "api_key", "first_name", "email",
]  # fmt: skip
KINDS = [FORM, "multipart/form-data; boundary=x", "multipart/form-data", "text/xml", f"{FORM}; charset=utf-16"]
STATUSES = {200, 201, 400, 403, 404, 405, 413, 415}


@pytest.fixture
def door(standing_town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    stop_clock(monkeypatch)
    with undone():
        yield Door(new_key(may_set_time=True))


@SOME
@given(
    call=st.one_of(
        st.sampled_from(["requests", "services", "discovery", "servicerequestupdates"]),
        *(VALUE.map(lambda v, call=call: f"{call}/{quote(v)}") for call in ("requests", "services", "tokens")),
    ),
    query=st.dictionaries(st.sampled_from(QUERIES), VALUE, max_size=4),
    form=st.sampled_from(["json", "xml"]),
)  # fmt: skip
def test_every_question_gets_an_answer(door: Door, call: str, query: dict[str, str], form: str) -> None:
    response = door.client.get(f"{BASE}/{call}.{form}?{urlencode(query)}")
    assert response.status_code in STATUSES
    parsed(response, form)


@SOME
@given(
    fields=st.dictionaries(st.sampled_from(FIELDS), VALUE, max_size=8),
    likely=st.booleans(),
    moment=st.one_of(st.none(), ODD.filter(lambda v: v.isascii() and v.isprintable())),
    form=st.sampled_from(["json", "xml"]),
)
def test_every_form_gets_an_answer(
    door: Door, fields: dict[str, str], likely: bool, moment: str | None, form: str
) -> None:
    right = {"service_code": "street_lamps", "lat": str(HERE[1]), "long": str(HERE[0])} if likely else {}
    headers = {"X-Gridcommons-Demo-Time": moment} if moment is not None else None
    response = door.send(form, headers, **{**right, **fields})
    assert response.status_code in STATUSES
    parsed(response, form)


@SOME
@given(
    fields=st.dictionaries(st.sampled_from(NEWS), VALUE, max_size=8),
    likely=st.booleans(),
    form=st.sampled_from(["json", "xml"]),
)
def test_every_update_gets_an_answer(door: Door, fields: dict[str, str], likely: bool, form: str) -> None:
    with undone():
        right = {"service_request_id": door.report()["service_request_id"], "update_id": "u"} if likely else {}
        body = urlencode({"api_key": door.key, **right, **fields})
        response = door.client.post(f"{BASE}/servicerequestupdates.{form}", body, content_type=FORM)
    assert response.status_code in STATUSES
    parsed(response, form)


@SOME
@given(
    body=st.one_of(st.binary(max_size=200), st.binary(max_size=60).map(lambda b: b"api_key=%00&description=" + b)),
    kind=st.sampled_from(KINDS),
)  # fmt: skip
def test_every_body_gets_an_answer(door: Door, body: bytes, kind: str) -> None:
    for call in ("requests", "servicerequestupdates"):
        response = door.client.generic("POST", f"{BASE}/{call}.xml", body, kind)
        assert response.status_code in STATUSES - {200, 201}
        parsed(response, "xml")
