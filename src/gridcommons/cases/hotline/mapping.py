"""The mapping of a hotline's file: which column means what, which of its words mean which of ours. Pure.

A mapping is a TOML file with a named owner. What it does not name is listed when a file is read, and never guessed.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gridcommons.cases.cells import even
from gridcommons.cases.hotline import faults
from gridcommons.kit.codes import CHINA
from gridcommons.kit.digits import is_digits
from gridcommons.kit.errors import Reason, Refusal, refuse
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.matters.barred import check_names
from gridcommons.territory.systems import system_of

LEFT: Final = "left"
"""The value by which a mapping says that a type or state of the hotline is not taken over."""
STATES: Final = ("open", "closed", LEFT)
NEEDED: Final = ("number", "reported", "state", "type", "text")
COLUMNS: Final = (
    *NEEDED, "closed", "area_code", "area", "address", "lon", "lat", "agency", "person", "phone",
)  # fmt: skip
MOST_BYTES: Final = 300_000
_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,19}")
_SECTIONS: Final = frozenset({"source", "columns", "dates", "places", "types", "states", "agencies"})
_LANGUAGES: Final = ("zh-hans", "en")
_NAME: Final = 60
_TRIED: Final = datetime(2026, 11, 23, 14, 5, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Scheme:
    """A mapping that was read. `columns`: by what it means, the column or columns; words are in their one form.

    `forms`: how dates are written, as `strptime` reads them, tried before the ways that mean one day only. `crs`: the
    declared system of coordinates, empty where none are read. `desk`: the office that places by hand what lies in no
    township that is known. `township_is_enough`: whether a row may be filed for its township alone.
    """

    source: str
    name: Words
    owner: str
    county: str
    language: str
    zone: ZoneInfo
    desk: str
    columns: Mapping[str, tuple[str, ...]]
    forms: tuple[str, ...] = ()
    crs: str = ""
    areas: Mapping[str, str] = field(default_factory=dict)
    township_is_enough: bool = False
    types: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    agencies: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    text: str = ""

    def today(self) -> Scheme:
        """The mapping with the codes that its county and its areas have today; one that ended keeps its last."""
        lineage = in_force()
        areas = {name: lineage.follow(code) or code for name, code in self.areas.items()}
        return replace(self, county=lineage.follow(self.county) or self.county, areas=areas)

    def matter_of(self, parts: Sequence[str]) -> str:
        """The matter of a type, by all its words or the first of them; `left`, or empty where nothing is said."""
        evened = [even(part) for part in parts]
        for upto in range(len(evened), 0, -1):
            found = self.types.get("/".join(evened[:upto]))
            if found is not None:
                return found
        return ""

    def state_of(self, text: str) -> str:
        """What a state of the hotline means; empty where nothing is said."""
        return self.states.get(even(text), "")


def read_scheme(content: bytes | str) -> Scheme:
    """Read a mapping, or refuse with everything that is wrong with it."""
    if len(content) > MOST_BYTES:
        raise refuse(faults.MAPPING_TOO_LARGE, most=MOST_BYTES // 1_000)
    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        raw = tomllib.loads(text.replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise refuse(faults.MAPPING_SIGNS) from error
    except tomllib.TOMLDecodeError as error:
        raise refuse(faults.MAPPING_NO_TOML, why=str(error)[:120]) from error
    wrong = list(_wrongs(raw))
    if wrong:
        raise Refusal(tuple(wrong))
    return _scheme(raw, text)


def _scheme(raw: Mapping[str, Any], text: str) -> Scheme:
    source, places = raw["source"], raw.get("places", {})
    return Scheme(
        source=source["key"],
        name=Words(source["zh"][:_NAME], source["en"][:_NAME]),
        owner=source["owner"],
        county=source["county"],
        language=source.get("language", _LANGUAGES[0]),
        zone=ZoneInfo(source.get("zone", "Asia/Shanghai")),
        desk=source["desk"],
        columns={key: _several(value) for key, value in raw["columns"].items()},
        forms=_several(raw.get("dates", {}).get("forms", ())),
        crs=system_of(places["crs"]) if places.get("crs") else "",
        areas={even(name): code for name, code in places.get("areas", {}).items()},
        township_is_enough=places.get("township_is_enough", False),
        types={_path(name): matter for name, matter in raw.get("types", {}).items()},
        states={even(name): state for name, state in raw.get("states", {}).items()},
        agencies={even(name): office for name, office in raw.get("agencies", {}).items()},
        version=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
    )


def _path(name: str) -> str:
    """A type of several columns, each in its one form."""
    return "/".join(even(part) for part in name.split("/"))


def _several(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


# --- What can be wrong ----------------------------------------------------------------------------------------------


def _wrongs(raw: Mapping[str, Any]) -> Iterator[Reason]:
    for key in sorted(raw.keys() - _SECTIONS):
        yield _said(faults.MAPPING_STRANGE, where=key)
    for key in ("source", "columns", "types", "states"):
        if not isinstance(raw.get(key), dict) or not raw[key]:
            yield _said(faults.MAPPING_LACKS, what=f"[{key}]")
    for key, section in raw.items():
        if key in _SECTIONS and not isinstance(section, dict):
            yield _said(faults.MAPPING_LACKS, what=f"[{key}]")
            return
    yield from _wrong_source(raw.get("source", {}))
    yield from _wrong_columns(raw.get("columns", {}))
    yield from _wrong_words(raw)
    yield from _wrong_places(raw.get("places", {}), raw.get("columns", {}))
    forms = raw.get("dates", {}).get("forms", ())
    if not _is_texts(forms):
        yield _said(faults.MAPPING_LACKS, what="dates.forms")
        return
    for form in _several(forms):
        if not _tells_day(form):
            yield _said(faults.MAPPING_FORM, form=form)


def _tells_day(form: str) -> bool:
    """Whether a form reads back the day that it writes; `strptime` compiles it, and breaks in its own ways."""
    try:
        return datetime.strptime(_TRIED.strftime(form), form).replace(tzinfo=UTC).date() == _TRIED.date()
    except (ValueError, re.error):
        return False


def _wrong_source(source: Mapping[str, Any]) -> Iterator[Reason]:
    for key in ("key", "zh", "en", "owner", "county", "desk"):
        if not (isinstance(source.get(key), str) and source[key].strip()):
            yield _said(faults.MAPPING_LACKS, what=f"source.{key}")
    if source.get("key") and not _SOURCE.fullmatch(str(source["key"])):
        yield _said(faults.MAPPING_KEY, key=source["key"])
    county = str(source.get("county", ""))
    if county and not (is_digits(county) and len(county) == CHINA.width("county")):
        yield _said(faults.MAPPING_COUNTY, county=county)
    if source.get("language", _LANGUAGES[0]) not in _LANGUAGES:
        yield _said(faults.MAPPING_LANGUAGE, language=source["language"])
    try:
        ZoneInfo(str(source.get("zone", "Asia/Shanghai")))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield _said(faults.MAPPING_ZONE, zone=source.get("zone"))


def _wrong_columns(columns: Mapping[str, Any]) -> Iterator[Reason]:
    for key in NEEDED:
        if columns and not columns.get(key):
            yield _said(faults.MAPPING_LACKS, what=f"columns.{key}")
    for key, value in columns.items():
        if key not in COLUMNS:
            yield _said(faults.MAPPING_STRANGE, where=f"columns.{key}")
        elif not _is_texts(value):
            yield _said(faults.MAPPING_LACKS, what=f"columns.{key}")
        else:
            yield from _barred(_several(value))
    if ("lon" in columns) != ("lat" in columns):
        yield _said(faults.MAPPING_LACKS, what="columns.lon, columns.lat")


def _barred(names: Sequence[str]) -> Iterator[Reason]:
    """A column about what charter 2 bars is not read, whatever it would be mapped to."""
    for name in names:
        try:
            check_names([name], opaque=False)
        except Refusal:
            yield _said(faults.MAPPING_BARRED, column=name)


def _wrong_words(raw: Mapping[str, Any]) -> Iterator[Reason]:
    for section in ("types", "states", "agencies"):
        for name, value in raw.get(section, {}).items():
            if not isinstance(value, str):
                yield _said(faults.MAPPING_WORD, section=section, name=name)
    for name, value in raw.get("states", {}).items():
        if isinstance(value, str) and value not in STATES:
            yield _said(faults.MAPPING_STATE, name=name, value=value)


def _wrong_places(places: Mapping[str, Any], columns: Mapping[str, Any]) -> Iterator[Reason]:
    if "lon" in columns and not places.get("crs"):
        yield _said(faults.MAPPING_NO_CRS)
    if places.get("crs"):
        try:
            system_of(str(places["crs"]))
        except Refusal as refusal:
            yield from refusal.reasons
    if not isinstance(places.get("township_is_enough", False), bool):
        yield _said(faults.MAPPING_YES_NO, what="places.township_is_enough")
    areas = places.get("areas", {})
    if not isinstance(areas, dict):
        yield _said(faults.MAPPING_LACKS, what="[places.areas]")
        return
    for name, code in areas.items():
        if not (isinstance(code, str) and is_digits(code)):
            yield _said(faults.MAPPING_WORD, section="places.areas", name=name)


def _is_texts(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list | tuple) and all(isinstance(one, str) for one in value))


def _said(code: str, **facts: object) -> Reason:
    return Reason(code, tuple((key, str(value)[:80]) for key, value in facts.items()))
