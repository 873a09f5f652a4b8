"""The reading calls: discovery, services, definitions, requests. No key is needed; only what is public is read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.conf import settings

from gridcommons.cases.queries import OPEN_STATES, public_cases
from gridcommons.cases.stepping import UNKNOWN as UNKNOWN_CASE
from gridcommons.kit.clock import local_day, w3c
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.matters.catalogue import Catalogue, shipped_catalogue
from gridcommons.matters.matter import Matter
from gridcommons.matters.queries import current
from gridcommons.matters.rules import require_admitted
from gridcommons.web.front import HouseRequest
from gridcommons.web.open311.answers import CONTENT_TYPES, Answer, Value
from gridcommons.web.open311.attributes import attributes_of, definition
from gridcommons.web.open311.door import listed, plain
from gridcommons.web.open311.moments import window
from gridcommons.web.open311.rows import CLOSED, ZONE, as_requests

MOST: Final = 1_000
SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
_STATES: Final = {"open": (*OPEN_STATES, "parked"), "closed": CLOSED}
_CONTACT: Final = Words(
    zh="县监督指挥中心。本接口的说明随程序提供（docs/manual/open311.md）。",
    en="The county's supervision centre. docs/manual/open311.md, which comes with the program, describes this door.",
)
_KEYS: Final = Words(
    zh="读取不需要密钥。提交需要密钥，由程序管理员发给；密钥只在发给时显示一次。",
    en="Reading needs no key. Posting needs one from the program's administrator; it is shown only once.",
)

NO_CODE = refusal_kind(
    "open311.no_service_code",
    status=400,
    zh="缺少service_code；可用的代码见services。",
    en="The service_code is missing; the codes are listed under services.",
)
NO_ID = refusal_kind(
    "open311.no_request_id",
    status=400,
    zh="缺少service_request_id。",
    en="The service_request_id is missing.",
)
NO_STATUS = refusal_kind(
    "open311.status",
    status=400,
    zh="status只能是open或closed，收到“{status}”。",
    en="The status is open or closed, not “{status}”.",
)


def discovery(request: HouseRequest, language: str) -> Answer:
    """Where the door is and what it speaks; answered even before the list of matters is published."""
    changeset = _changeset(shipped_catalogue())
    endpoint: Value = {
        "specification": SPECIFICATION,
        "url": request.build_absolute_uri("/open311/v2"),
        "changeset": changeset,
        "type": "test" if settings.DEMO else "production",
        "formats": [kind.partition(";")[0] for kind in CONTENT_TYPES.values()],
    }
    body = {
        "changeset": changeset,
        "contact": _CONTACT.in_language(language),
        "key_service": _KEYS.in_language(language),
        "endpoints": [endpoint],
    }
    return Answer("discovery", body)


def _changeset(catalogue: Catalogue) -> str:
    """The day on which the newest matter came into force."""
    newest = max(matter.valid_from for matter in catalogue)
    return w3c(datetime(newest.year, newest.month, newest.day, tzinfo=ZONE), ZONE)


def services(request: HouseRequest, language: str) -> Answer:
    """All admitted matters that take reports today."""
    today = local_day(request.now, ZONE)
    rows = [_service(matter, language) for matter in current().admitted() if matter.collects_on(today)]
    return Answer("services", rows)


def _service(matter: Matter, language: str) -> Value:
    keywords = matter.keywords_zh if language.startswith("zh") else matter.keywords_en
    first = f" {matter.call_first.in_language(language)}" if matter.call_first else ""
    return {
        "service_code": matter.key,
        "service_name": matter.name.in_language(language),
        "description": matter.description.in_language(language) + first,
        "metadata": bool(attributes_of(matter.key)),
        "type": "realtime" if matter.public else "blackbox",
        "keywords": ",".join(keywords),
        "group": matter.group.name.in_language(language),
    }


def service(request: HouseRequest, language: str, code: str) -> Answer:
    """The questions of one service; a service without any has an empty list."""
    matter = service_of(plain(code), local_day(request.now, ZONE))
    return Answer("service_definition", {"service_code": matter.key, "attributes": definition(matter.key, language)})


def service_of(code: str, today: date) -> Matter:
    """The admitted matter of a service code; refuses a missing, an unknown and a closed one, naming the way to go."""
    if not code:
        raise refuse(NO_CODE)
    return require_admitted(catalogue=current(), on=today, matter_key=code)


def requests(request: HouseRequest, language: str) -> Answer:
    """Public requests, newest first: by id, or by service, time and status; at most 1,000."""
    catalogue, asked = current(), request.GET
    wanted = listed(asked.get("service_request_id", ""))
    if wanted:
        return Answer("service_requests", _by_number(wanted, catalogue, language))
    first, last = window(asked.get("start_date", ""), asked.get("end_date", ""), request.now)
    states = _states(listed(asked.get("status", "")))
    keys = _keys(listed(asked.get("service_code", "")), catalogue)
    rows = public_cases(matter_keys=keys, first=first, last=last, states=states, limit=MOST) if keys else []
    return Answer("service_requests", as_requests(rows, catalogue, language))


def _states(wanted: tuple[str, ...]) -> tuple[str, ...]:
    for status in wanted:
        if status not in _STATES:
            raise refuse(NO_STATUS, status=status)
    return tuple(state for status in dict.fromkeys(wanted) for state in _STATES[status])


def _keys(wanted: tuple[str, ...], catalogue: Catalogue) -> tuple[str, ...]:
    """The public matters asked for; one that is not public and one that does not exist are the same: nothing."""
    public = [matter.key for matter in catalogue.public()]
    return tuple(key for key in public if not wanted or key in wanted)


def _by_number(numbers: tuple[str, ...], catalogue: Catalogue, language: str) -> Value:
    public = _keys((), catalogue)
    rows = [row for row in public_cases(codes=numbers, limit=MOST) if row.matter_key in public]
    return as_requests(sorted(rows, key=lambda row: (row.reported_at, row.number), reverse=True), catalogue, language)


def one_request(_request: HouseRequest, language: str, number: str) -> Answer:
    """One public request; one that is not public and one that does not exist are the same: 404."""
    wanted = plain(number)
    if not wanted:
        raise refuse(NO_ID)
    rows = _by_number((wanted,), current(), language)
    if not rows:
        raise refuse(UNKNOWN_CASE)
    return Answer("service_requests", rows)
