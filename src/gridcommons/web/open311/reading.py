"""The reading calls: services, definitions, requests, tokens. No key is needed; only what is public is read."""

from __future__ import annotations

from datetime import date
from typing import Final

from gridcommons.cases.clients.queries import number_of
from gridcommons.cases.clients.rules import statuses
from gridcommons.cases.queries import OPEN_STATES, public_cases
from gridcommons.cases.stepping import UNKNOWN as UNKNOWN_CASE
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.matter import Matter
from gridcommons.matters.queries import current
from gridcommons.matters.rules import require_admitted
from gridcommons.web.front import HouseRequest
from gridcommons.web.open311.answers import Answer, Value
from gridcommons.web.open311.attributes import attributes_of, definition
from gridcommons.web.open311.door import listed, plain
from gridcommons.web.open311.jurisdictions import jurisdiction_of
from gridcommons.web.open311.moments import window
from gridcommons.web.open311.paging import box_of, headers_of, page_of
from gridcommons.web.open311.rows import CLOSED, ZONE, as_requests

MOST: Final = 1_000
_STATES: Final = {"open": (*OPEN_STATES, "parked"), "closed": CLOSED}

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
        "type": _type(matter),
        "keywords": ",".join(keywords),
        "group": matter.group.name.in_language(language),
    }


def _type(matter: Matter) -> str:
    """Whether a number comes at once, later by the token, or never."""
    if not matter.public:
        return "blackbox"
    return "batch" if matter.key in statuses().batch else "realtime"


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
    """Public requests, newest first: by id, or by service, time, status and place; at most 1,000 a page."""
    catalogue, asked, page = current(), request.GET, page_of(request, MOST)
    area_code = jurisdiction_of(asked.get("jurisdiction_id", ""))
    wanted = listed(",".join(asked.getlist("service_request_id")))
    if wanted:
        return Answer("service_requests", _by_number(wanted, catalogue, language))
    span = window(asked.get("start_date", ""), asked.get("end_date", ""), request.now)
    states, box = _states(listed(asked.get("status", ""))), box_of(asked.get("bbox", ""))
    keys = public_keys(listed(asked.get("service_code", "")), catalogue)
    found = public_cases(
        matter_keys=keys, states=states, area_code=area_code, box=box, first=span[0], last=span[1],
        limit=page.size + 1, offset=page.first,
    ) if keys else []  # fmt: skip
    rows = as_requests(page.cut(found), catalogue, language)
    return Answer("service_requests", rows, headers=headers_of(request, page, len(found), span))


def _states(wanted: tuple[str, ...]) -> tuple[str, ...]:
    for status in wanted:
        if status not in _STATES:
            raise refuse(NO_STATUS, status=status)
    return tuple(state for status in dict.fromkeys(wanted) for state in _STATES[status])


def public_keys(wanted: tuple[str, ...], catalogue: Catalogue) -> tuple[str, ...]:
    """The public matters asked for; one that is not public and one that does not exist are the same: nothing."""
    public = [matter.key for matter in catalogue.public()]
    return tuple(key for key in public if not wanted or key in wanted)


def _by_number(numbers: tuple[str, ...], catalogue: Catalogue, language: str) -> Value:
    public = public_keys((), catalogue)
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


def token(_request: HouseRequest, _language: str, token: str) -> Answer:
    """The number that a token stands for; none for a service whose cases are not public."""
    wanted = plain(token)
    return Answer("service_requests", [{"service_request_id": number_of(wanted) or None, "token": wanted}])
