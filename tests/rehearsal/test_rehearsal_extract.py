"""The packaged extract and the import gate: facts only, dirt named, nothing dropped in silence."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.rehearsal.chains import CLOSED_NEVER_CREATED, CREATED_NEVER_CLOSED, convert_chains
from gridcommons.rehearsal.convert import NEEDED, convert_rows, half_of, ranks, read_rows
from gridcommons.rehearsal.extract import Extract, load_extract, write_requests
from gridcommons.rehearsal.legs import source_legs
from gridcommons.rehearsal.mapping import DATA, load_mapping

RAW = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "requests"
needs_raw = pytest.mark.skipif(not RAW.is_dir(), reason="the raw request files are not beside this checkout")
GOOD = {
    "unique_key": "1",
    "created_date": "06/26/2018 10:58:54 AM",
    "closed_date": "06/26/2018 12:58:54 PM",
    "agency": "DOT",
    "complaint_type": "Street Condition",
    "descriptor": "Pothole",
    "latitude": "40.69",
    "longitude": "-73.84",
    "due_date": "06/27/2018 10:58:54 AM",
    "open_data_channel_type": "PHONE",
}
PERSONAL = {
    "telephone": re.compile(r"(?<!\d)(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)|(?<!\d)1\d{10}(?!\d)"),
    "e-mail": re.compile(r"[\w.+-]+@[\w-]+\.\w"),
    "citizen number": re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"),
    "street number": re.compile(
        r"\b\d+(?:-\d+)?\s+(?:[A-Z0-9]+\s+){1,4}(?:STREET|ST|AVENUE|AVE|ROAD|RD|BLVD|PLACE|PL)\b", re.I
    ),
    "Chinese street number": re.compile(r"[路街巷道]\s*\d+\s*号"),
}


def csv_file(path: Path, rows: Iterable[dict[str, str]]) -> Path:
    lines = [",".join(GOOD), *(",".join(row.values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def converted(*changes: dict[str, str]) -> Extract:
    rows = ({**GOOD, "unique_key": str(serial), **change} for serial, change in enumerate(changes))
    requests, gate = convert_rows(rows, load_mapping(), source="file")
    return Extract(requests, (), gate, gate)


def texts_of_the_extract() -> list[str]:
    extract = load_extract()
    kinds = [(r.kind.complaint_type, r.kind.descriptor, r.kind.location_type, r.kind.agency) for r in extract.requests]
    works = [(c.complaint_type, *(s.work for s in c.steps), *(s.department for s in c.steps)) for c in extract.chains]
    return [text for row in (*kinds, *works) for text in row]


def test_the_packaged_extract_holds_a_thousand_requests_and_twenty_five_chains() -> None:
    extract = load_extract()
    assert len(extract.requests) == extract.gate.rows_in - extract.gate.refused == 1000
    assert len(extract.chains) == extract.chain_gate.rows_in == 25
    assert [r.id for r in extract.requests] == list(range(1, 1001))


@pytest.mark.parametrize("name", ["requests", "chains"])
def test_gate_counts_sum_up(name: str) -> None:
    extract = load_extract()
    gate = extract.gate if name == "requests" else extract.chain_gate
    assert gate.rows_in == gate.accepted + gate.repaired + gate.refused
    assert sum(gate.refusals.values()) == gate.refused
    assert max(gate.repairs.values()) <= gate.repaired <= sum(gate.repairs.values())


def test_the_dirt_of_the_source_is_kept_and_named() -> None:
    extract = load_extract()
    backwards = [r for r in extract.requests if r.closed_before_created]
    assert len(backwards) == extract.gate.repairs["closed.before_created"] == 10
    assert all(r.hours_to_close is None for r in backwards)
    placeless = [r for r in extract.requests if r.x is None]
    assert len(placeless) == extract.gate.repairs["place.missing"] == 107
    assert all(r.y is None for r in placeless)
    assert sum(r.hours_to_close == 0.0 for r in extract.requests) == 48
    assert sum(r.hours_to_close is None for r in extract.requests) == 24


def test_places_are_ranks_in_the_unit_square() -> None:
    for pick in ("x", "y"):
        values = [v for r in load_extract().requests if (v := getattr(r, pick)) is not None]
        assert 0.0 <= min(values) < 0.01
        assert 0.99 < max(values) <= 1.0
        assert 0.49 < sum(values) / len(values) < 0.51


def test_every_fact_of_a_request_is_within_its_bounds() -> None:
    for r in load_extract().requests:
        assert 0 <= r.minute < 24 * 60
        assert 0 <= r.weekday < 7
        assert r.day >= 0
        assert r.half in {"a", "b"}
        assert r.channel in {"phone", "online", "mobile", "unknown"}
        assert r.hours_to_close is None or r.hours_to_close >= 0
        assert r.due_hours is None or r.due_hours >= 0


@pytest.mark.parametrize("name", sorted(PERSONAL))
def test_no_personal_data_stands_in_the_extract(name: str) -> None:
    assert [text for text in texts_of_the_extract() if PERSONAL[name].search(text)] == []


@pytest.mark.parametrize("name", sorted(PERSONAL))
def test_the_scanner_for_personal_data_would_find_it(name: str) -> None:
    planted = {
        "telephone": "call 212-555-0100",
        "e-mail": "someone@example.org",
        "citizen number": "99000019900101001X",
        "street number": "123-45 WEST 81ST ST",
        "Chinese street number": "人民路12号",
    }
    assert PERSONAL[name].search(planted[name])


def test_the_kinds_are_short_words_and_no_sentences() -> None:
    assert max(len(text) for text in texts_of_the_extract()) <= 70
    assert [text for text in texts_of_the_extract() if text.endswith(".")] == []


def test_chains_begin_opened_end_closed_and_rise_in_time() -> None:
    departments = load_mapping().departments
    for chain in load_extract().chains:
        assert chain.steps[0].kind == "opened"
        assert chain.steps[-1].kind == "closed"
        hours = [step.hours for step in chain.steps]
        assert hours == sorted(hours)
        assert {step.department for step in chain.steps} <= departments


def test_the_chain_with_crossed_follow_ons_keeps_both_facts_and_still_gets_whole_legs() -> None:
    dirty = [chain for chain in load_extract().chains if chain.dirt]
    assert [set(chain.dirt) for chain in dirty] == [{CLOSED_NEVER_CREATED, CREATED_NEVER_CLOSED}]
    legs = source_legs(dirty[0])
    assert {leg.department for leg in legs} == {"transport", "power_supply"}
    assert all(0 <= leg.starts <= leg.ends <= dirty[0].hours_to_close for leg in legs)


@needs_raw
def test_the_packaged_files_are_what_the_raw_files_give() -> None:
    raw = (RAW / "nyc_311_2018_2019.csv").read_text(encoding="utf-8-sig")
    requests, gate = convert_rows(read_rows(raw), load_mapping(), source="nyc")
    chains, chain_gate = convert_chains(
        json.loads((RAW / "chicago_routed_25.json").read_text(encoding="utf-8")), load_mapping()
    )
    packaged = load_extract()
    assert gzip.decompress(write_requests(requests)) == gzip.decompress((DATA / "requests.csv.gz").read_bytes())
    assert (chains, gate, chain_gate) == (packaged.chains, packaged.gate, packaged.chain_gate)


@needs_raw
def test_no_address_street_or_key_of_the_raw_files_stands_in_the_extract() -> None:
    rows = list(read_rows((RAW / "nyc_311_2018_2019.csv").read_text(encoding="utf-8-sig")))
    barred = {row[name] for row in rows for name in ("unique_key", "incident_address", "street_name", "bbl")} - {""}
    assert len(barred) > 2000
    assert barred.isdisjoint(texts_of_the_extract())


def test_a_larger_file_is_read_through_the_same_converter(tmp_path: Path) -> None:
    rows = [{**GOOD, "unique_key": str(n), "longitude": f"{-73 - n / 9000:.5f}"} for n in range(3000)]
    extract = load_extract(csv_file(tmp_path / "larger.csv", rows))
    assert extract.gate.rows_in == extract.gate.accepted == len(extract.requests) == 3000
    assert {r.matter for r in extract.requests} == {"roads"}
    assert {r.source for r in extract.requests} == {"file"}
    assert (extract.requests[0].hours_to_close, extract.requests[0].due_hours) == (2.0, 24.0)
    assert len(extract.chains) == 25


def test_a_gzipped_file_with_a_byte_order_mark_and_spaced_names_is_read(tmp_path: Path) -> None:
    header = ",".join(name.replace("_", " ").title() for name in GOOD)
    text = "\ufeff" + header + "\r\n" + ",".join(GOOD.values()) + "\r\n"
    path = tmp_path / "one.csv.gz"
    path.write_bytes(gzip.compress(text.encode("utf-8")))
    assert len(load_extract(path).requests) == 1


@pytest.mark.parametrize(
    ("content", "code", "named"),
    [
        (b"Unique Key,Agency\n1,DOT\n", "rehearsal.columns_missing", "created_date, closed_date, complaint_type"),
        (b"", "rehearsal.columns_missing", "unique_key"),
        (b"\xff\xfe\x00", "rehearsal.file_unreadable", "UnicodeDecodeError"),
        (b"\x1f\x8bnot really", "rehearsal.file_unreadable", "BadGzipFile"),
        ((",".join(NEEDED) + "\n" + "x" * 4_000_000).encode(), "rehearsal.file_unreadable", "field larger"),
        ((",".join(NEEDED) + "\n").encode(), "rehearsal.nothing_usable", "0 rows"),
        ((",".join(NEEDED) + "\n" + "," * 7 + "\n").encode(), "rehearsal.nothing_usable", "key.missing 1"),
    ],
)
def test_a_bad_file_is_refused_in_one_clear_line(tmp_path: Path, content: bytes, code: str, named: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(Refusal) as refusal:
        load_extract(path)
    assert refusal.value.code == code
    assert named in refusal.value.words().en
    assert "\n" not in refusal.value.words().en + refusal.value.words().zh


def test_a_missing_file_is_refused_without_showing_its_folder(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refusal:
        load_extract(tmp_path / "nowhere.csv")
    assert refusal.value.code == "rehearsal.file_missing"
    assert str(tmp_path) not in refusal.value.words().en


@pytest.mark.parametrize(
    ("change", "repair"),
    [
        ({"closed_date": "06/25/2018 10:58:54 AM"}, "closed.before_created"),
        ({"closed_date": "soon"}, "closed.unreadable"),
        ({"latitude": ""}, "place.missing"),
        ({"longitude": "nan"}, "place.missing"),
        ({"longitude": "0", "latitude": "0"}, "place.missing"),
        ({"latitude": "4069"}, "place.missing"),
        ({"due_date": "06/25/2018 10:58:54 AM"}, "due.unusable"),
        ({"descriptor": "call 212-555-0100"}, "words.personal_or_long"),
        ({"descriptor": "x" * 500}, "words.personal_or_long"),
    ],
)
def test_dirt_in_a_row_is_repaired_and_named(change: dict[str, str], repair: str) -> None:
    extract = converted({}, change)
    assert extract.gate.repairs == {repair: 1}
    assert (extract.gate.accepted, extract.gate.repaired, len(extract.requests)) == (1, 1, 2)


def test_what_was_personal_in_a_kind_is_gone() -> None:
    kind = converted({"descriptor": "write to me@example.org"}).requests[0].kind
    assert (kind.complaint_type, kind.descriptor) == ("Street Condition", "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"unique_key": ""}, "key.missing"),
        ({"unique_key": "0"}, "key.repeated"),
        ({"created_date": "yesterday"}, "created.unreadable"),
        ({"complaint_type": ""}, "type.missing"),
        ({"complaint_type": "me@example.org"}, "type.personal_or_long"),
        ({"": "ragged"}, "cells.ragged"),
    ],
)
def test_an_unusable_row_is_refused_with_its_reason(change: dict[str, str], reason: str) -> None:
    extract = converted({}, change)
    assert extract.gate.refusals == {reason: 1}
    assert (extract.gate.rows_in, extract.gate.refused, len(extract.requests)) == (2, 1, 1)


def test_an_open_request_is_no_dirt() -> None:
    extract = converted({"closed_date": ""})
    assert extract.gate.accepted == 1
    assert extract.requests[0].hours_to_close is None
    assert not extract.requests[0].closed_before_created


def test_a_row_with_too_few_cells_is_ragged(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "ragged.csv", [GOOD])
    path.write_text(path.read_text(encoding="utf-8") + "2,half a row\n", encoding="utf-8")
    assert load_extract(path).gate.refusals == {"cells.ragged": 1}


@given(
    st.lists(
        st.fixed_dictionaries({}, optional={name: st.sampled_from(["", "0", "1", "nan", "x"]) for name in GOOD}),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_the_dirt_every_row_is_counted_once(changes: list[dict[str, str]]) -> None:
    extract = converted({}, *changes)
    gate = extract.gate
    assert gate.rows_in == len(changes) + 1 == gate.accepted + gate.repaired + gate.refused
    assert len(extract.requests) == gate.accepted + gate.repaired
    assert sum(gate.refusals.values()) == gate.refused


@given(st.lists(st.one_of(st.none(), st.floats(-180, 180)), max_size=30))
def test_ranks_keep_the_order_and_stay_in_the_unit_interval(values: list[float | None]) -> None:
    found = ranks(values)
    pairs = sorted((v, r) for v, r in zip(values, found, strict=True) if v is not None and r is not None)
    assert [v is None for v in values] == [r is None for r in found]
    assert all(0 <= r <= 1 for _, r in pairs)
    assert [r for _, r in pairs] == sorted(r for _, r in pairs)


def test_halves_are_disjoint_and_follow_the_key() -> None:
    counts = Counter(r.half for r in load_extract().requests)
    assert counts == {"a": 534, "b": 466}
    assert [half_of(key) for key in ("1", "2", "3", "4")] == ["b", "b", "a", "a"]
