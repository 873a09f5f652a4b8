"""What a hotline's file asks for: each row as open, past, to be placed by hand, or left out with its reason. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Literal

from gridcommons.cases.cell_faults import DIGITS_LOST
from gridcommons.cases.cells import SCIENTIFIC, even, moment_of, phone_of, year_fault
from gridcommons.cases.cells import Reading as Read
from gridcommons.cases.filing import ADDRESS_LIMIT, TEXT_LIMIT
from gridcommons.cases.findings import Spot as Cell
from gridcommons.cases.former import CaseItem, Status
from gridcommons.cases.hotline import faults
from gridcommons.cases.hotline.entries import GROUPS, TAKEN, WHAT, Entry, Ground, Reading
from gridcommons.cases.hotline.lines import Line
from gridcommons.cases.hotline.mapping import LEFT, Scheme
from gridcommons.cases.hotline.placing import Spot, spot_of
from gridcommons.kit.cleaning import TOO_LONG
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA, within
from gridcommons.kit.errors import Reason, refuse, require_none, worded
from gridcommons.kit.masking import mask
from gridcommons.kit.words import Words

_CELLS: Final[Mapping[str, tuple[str, ...]]] = {
    "reported": ("reported",), "closed": ("closed",), "state": ("state",), "type": ("type",),
    "place": ("area_code", "area", "address", "lon", "lat"), "agency": ("agency",), "words": ("text",),
    "person": ("person", "phone"),
}  # fmt: skip
_MARK: Final = 12
_PHONE: Final = "phone"
_LONGEST_NUMBER: Final = 80
_NAME: Final = 100
_COMMAND: Final = "command"


def understand(lines: Sequence[Line], scheme: Scheme, ground: Ground) -> Reading:
    """Understand every line; refuses a mapping that names what the county does not have."""
    require_none(tuple(_against(scheme, ground)))
    ground = replace(ground, places=replace(ground.places, declared=scheme.areas))
    reading = Reading(scheme)
    seen: dict[bytes, Entry] = {}
    for line in lines:
        entry = _entry(line, scheme, ground, reading)
        before = seen.get(entry.digest) if entry.number else None
        if before is not None:
            entry = _again(entry, before, reading)
        elif entry.number:
            seen[entry.digest] = entry
        reading.entries.append(entry)
    _compare(reading, ground)
    return reading


def digest_of(county: str, source: str, number: str) -> bytes:
    """By what a row is known again: county, hotline and its number there, hashed."""
    return hashlib.sha256(f"{county}\n{source}\n{number.strip().casefold()}".encode()).digest()


def _against(scheme: Scheme, ground: Ground) -> Iterator[Reason]:
    """What a mapping names that is not there."""
    on = local_day(ground.now, scheme.zone)
    for name, matter in scheme.types.items():
        known = matter == LEFT or (
            matter in ground.catalogue
            and ground.catalogue.get(matter).for_grid
            and ground.catalogue.get(matter).collects_on(on)
        )
        if not known:
            yield refuse(faults.MAPPING_MATTER, name=name, matter=matter[:40]).reasons[0]
    for name, code in scheme.areas.items():
        if code not in ground.places.names:
            yield refuse(faults.MAPPING_AREA, name=name, code=code[:20]).reasons[0]
    for name, office in (*scheme.agencies.items(), ("source.desk", scheme.desk)):
        if office not in ground.desks:
            yield refuse(faults.MAPPING_OFFICE, name=name, office=office[:60]).reasons[0]


# --- One line -------------------------------------------------------------------------------------------------------


@dataclass
class _Told:
    """Notes what is found in one line."""

    line: Line
    reading: Reading

    def fault(self, code: str, column: str = "", **facts: object) -> None:
        self._add(refuse(code, **facts).reasons[0], "fault", column)

    def note(self, code: str, column: str = "", **facts: object) -> None:
        self._add(refuse(code, **facts).reasons[0], "note", column)

    def reason(self, reason: Reason, column: str = "", *, fault: bool = False) -> None:
        self._add(reason, "fault" if fault else "note", column)

    def unmapped(self, what: str, value: str) -> None:
        """A word of the hotline that the mapping does not know, counted."""
        self.reading.unmapped[what][value[:_NAME]] += 1

    def _add(self, reason: Reason, grade: Literal["fault", "note"], column: str) -> None:
        names = self.reading.scheme.columns.get(column, ())
        heading = Words("、".join(names), ", ".join(names))
        value = self.line.joined(column, " ")[:_NAME] if column else ""
        self.reading.findings.add(
            Cell(self.line.first("number")[:_NAME], "", self.line.row), reason, grade, heading, value
        )


def _entry(line: Line, scheme: Scheme, ground: Ground, reading: Reading) -> Entry:
    told, number = _Told(line, reading), line.first("number")
    entry = Entry(line.row, number, digest_of(scheme.county, scheme.source, number), "faulty", _marks(line, ground.key))
    if line.short:
        told.fault(faults.SHORT)
        return entry
    if not number or len(number) > _LONGEST_NUMBER:
        told.fault(faults.NO_NUMBER, "number")
        return entry
    if SCIENTIFIC.fullmatch(number):
        told.fault(DIGITS_LOST, "number", value=number)
        return entry
    parts = [part for part in line.cells["type"] if part]
    matter, state = scheme.matter_of(parts), scheme.state_of(line.first("state"))
    if LEFT in {matter, state}:
        return replace(entry, outcome="left")
    if not matter or not state:
        return _unmapped(entry, told, parts, matter, state)
    return _timed(replace(entry, matter=matter), told, state, scheme, ground)


def _unmapped(entry: Entry, told: _Told, parts: Sequence[str], matter: str, state: str) -> Entry:
    for what, value, known in (("type", " / ".join(parts), matter), ("state", told.line.first("state"), state)):
        if not known:
            told.unmapped(what, value or "–")
            reason = worded(faults.UNMAPPED, what=WHAT[what])
            told.reason(Reason(reason.code, (*reason.facts, ("value", value[:60] or "–"))), what, fault=True)
    return replace(entry, outcome="unmapped")


def _timed(entry: Entry, told: _Told, state: str, scheme: Scheme, ground: Ground) -> Entry:
    """Its moments, then what becomes of it."""
    reported = _moment(told, "reported", scheme, ground, fault=True)
    if reported is None:
        if not told.line.first("reported"):
            told.fault(faults.NO_REPORTED, "reported")
        return entry
    closed = _moment(told, "closed", scheme, ground, fault=False)
    entry = replace(entry, reported_date=local_day(reported, scheme.zone))
    if state == "closed":
        return _past(entry, told, reported, closed, scheme, ground)
    if closed is not None:
        told.note(faults.CLOSED_OPEN, "closed")
    return _open(entry, told, reported, scheme, ground)


def _moment(told: _Told, key: str, scheme: Scheme, ground: Ground, *, fault: bool) -> datetime | None:
    """A moment as the file writes it, in UTC; what cannot be read, or lies ahead, is told."""
    text = told.line.first(key)
    if not text:
        return None
    local = _by_form(text, scheme.forms)
    read = moment_of(text, zone=scheme.zone) if local is None else Read(local, year_fault(local, text))
    if read.fault is not None:
        told.reason(read.fault, key, fault=fault)
        return None
    local = read.value
    at = local if local.tzinfo is not None else local.replace(tzinfo=scheme.zone)
    if at > ground.now:
        told.reason(refuse(faults.FUTURE, at=f"{local:%Y-%m-%d %H:%M}").reasons[0], key, fault=fault)
        return None
    found: datetime = at.astimezone(UTC)
    return found


def _by_form(text: str, forms: Sequence[str]) -> datetime | None:
    for form in forms:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the mapping's zone is put on it
        except ValueError:
            continue
    return None


def _past(
    entry: Entry, told: _Told, reported: datetime, closed: datetime | None, scheme: Scheme, ground: Ground
) -> Entry:
    """History: counted by days and area, without words; of a matter inside homes by township alone."""
    spot, unknown = spot_of(told.line, scheme, ground.places)
    for name in unknown:
        told.unmapped("area", name)
    level = "village" if ground.catalogue.get(entry.matter).public else "township"
    area = CHINA.cut(spot.area or spot.near, level)
    if closed is not None and closed < reported:
        facts = {
            key: f"{at.astimezone(scheme.zone):%Y-%m-%d %H:%M}"
            for key, at in (("closed", closed), ("reported", reported))
        }
        told.note(faults.CLOSED_FIRST, "closed", **facts)
        closed = None
    ended = local_day(closed, scheme.zone) if closed is not None else None
    return replace(entry, outcome="past", area=area, closed_date=ended)


def _open(entry: Entry, told: _Told, reported: datetime, scheme: Scheme, ground: Ground) -> Entry:
    """A case to be: with its words, its place, its office where the mapping knows it."""
    line, text = told.line, told.line.joined("text")
    for key, found, most in (("text", text, TEXT_LIMIT), ("address", line.joined("address", " "), ADDRESS_LIMIT)):
        if len(found) > most:
            told.fault(TOO_LONG, key, limit=most, length=len(found))
            return entry
    if not text:
        told.fault(faults.NO_WORDS, "text")
        return entry
    if any(one.kind == _PHONE for one in mask(text).findings):
        told.note(faults.PHONE_IN_WORDS, "text")
    spot, unknown = spot_of(line, scheme, ground.places)
    for name in unknown:
        told.unmapped("area", name)
    for reason in spot.notes:
        told.reason(reason, "lon")
    item = CaseItem(
        entry.number, entry.matter, spot.area, text, line.joined("address", " "), reported,
        _office(told, spot, scheme, ground), line.first("person")[:_NAME], _phone(told), lon=spot.lon, lat=spot.lat,
        language=scheme.language,
    )  # fmt: skip
    if spot.why is not None:
        told.reason(spot.why, "area" if "area" in line.cells else "address")
        return replace(entry, outcome="unplaced", area=spot.near, why=spot.why.code, item=item)
    return replace(entry, outcome="open", area=spot.area, item=item)


def _phone(told: _Told) -> str:
    text = told.line.first("phone")
    read = phone_of(text)
    if read.fault is not None:
        told.note(faults.PHONE_LEFT, value=f"{text[:4]}…")
        return ""
    return str(read.value or "")


def _office(told: _Told, spot: Spot, scheme: Scheme, ground: Ground) -> str:
    """The office that has it: by the mapping, else by its very name; none is guessed."""
    name = told.line.first("agency")
    if not name:
        return ""
    key = scheme.agencies.get(even(name)) or next(
        (d.key for d in ground.desks.values() if even(d.name) == even(name)), ""
    )
    if not key:
        told.unmapped("agency", name)
        told.note(faults.AGENCY_UNKNOWN, "agency", name=name[:60])
        return ""
    desk = ground.desks[key]
    if desk.side != _COMMAND or (spot.area and not within(spot.area, (desk.area_code,))):
        told.note(faults.AGENCY_NOT_THERE, "agency", name=name[:60])
        return ""
    return key


def _marks(line: Line, key: bytes) -> dict[str, str]:
    """Keyed fingerprints of what a row says, by group; without the key nobody can try what fits."""
    said = {group: [line.cells.get(meaning, ()) for meaning in meanings] for group, meanings in _CELLS.items()}
    number = line.first("number")
    return {
        group: hashlib.blake2b(repr((number, group, cells)).encode(), key=key, digest_size=_MARK).hexdigest()
        for group, cells in said.items()
        if any(map(any, cells))
    }


# --- Beside other rows ----------------------------------------------------------------------------------------------


def _again(entry: Entry, before: Entry, reading: Reading) -> Entry:
    """The same number a second time: the same row counts once, another one is a fault."""
    spot = Cell(entry.number[:_NAME], "", entry.row)
    if entry.marks == before.marks:
        reading.findings.add(spot, refuse(faults.NUMBER_AGAIN, row=before.row).reasons[0], "note")
        return replace(entry, outcome="again")
    reading.findings.add(spot, refuse(faults.NUMBER_TWICE, row=before.row).reasons[0])
    return replace(entry, outcome="faulty")


def _compare(reading: Reading, ground: Ground) -> None:
    """How each row stands to what came before; what changed where the work goes on here is told."""
    source = reading.scheme.source
    ways = {
        one.digest: [one.digest, *(digest_of(code, source, one.number) for code in ground.former)]
        for one in reading.entries
        if one.outcome in TAKEN
    }
    known = ground.known([digest for listed in ways.values() for digest in listed])
    for at, one in enumerate(reading.entries):
        kept = next((digest for digest in ways.get(one.digest, ()) if digest in known), None)
        if kept is None or one.outcome not in TAKEN:
            continue
        before = known[kept]
        changed = tuple(group for group in GROUPS if one.marks.get(group) != before.marks.get(group))
        status: Status = "changed" if changed else "same"
        reading.entries[at] = replace(one, digest=kept, status=status, changed=changed, was=before.kind)
        if changed and before.kind == "open":
            _tell_change(reading, one, changed)


def _tell_change(reading: Reading, one: Entry, changed: Sequence[str]) -> None:
    spot = Cell(one.number[:_NAME], "", one.row)
    if one.outcome == "past":
        reading.findings.add(spot, refuse(faults.CLOSED_THERE).reasons[0], "note")
        return
    what = Words("、".join(GROUPS[key].zh for key in changed), ", ".join(GROUPS[key].en for key in changed))
    reading.findings.add(spot, worded(faults.CHANGED_THERE, what=what), "note")
