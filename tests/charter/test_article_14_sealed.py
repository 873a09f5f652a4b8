"""Charter 14, Provable: a sealed ledger against those who run the database.

The attacks: rows changed, removed, reordered, inserted; the end cut off; the whole log built anew and signed again; an
erased detail passed off as another; a proof bent.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from gridcommons.access import ledger
from gridcommons.access.audit import verify
from gridcommons.access.keeping import keep_note, kept_note, set_aside
from gridcommons.access.notes import cosign, objections, parse_note
from gridcommons.access.proofs import check_inclusion, latest, prove, since
from gridcommons.access.sealer import Signer, seal
from gridcommons.cases import actions as cases
from gridcommons.cases.filing import Report
from gridcommons.kit.errors import Refusal
from town import AT, HERE, build_town

SAID = "楼下的灯"


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return Signer.from_folder(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def sealed(committed_for_module: None, signer: Signer) -> int:
    """A committed town whose entries are sealed in two batches; returns how many there are."""
    town = build_town()
    with psycopg.connect(os.environ["GRIDCOMMONS_SEALER_DATABASE_URL"], autocommit=True) as sealer:
        first = seal(sealer, signer, AT)
        report = Report("street_lamps", SAID, *HERE)
        made = cases.report_case(report=report, channel="page", by=town.resident, at=AT)
        cases.file_case(case_id=made.case_id, by=town.supervisor, at=AT)
        second = seal(sealer, signer, AT + timedelta(minutes=1))
    assert first > 10
    assert second == 2
    return first + second


LOG = ("access_ledgerentry", "access_ledgerdetail", "access_checkpoint")


@pytest.fixture
def owner(sealed: int) -> Iterator[psycopg.Connection[Any]]:
    """Whoever runs the database; what they did to the log is put right after the test."""
    with psycopg.connect(os.environ["GRIDCOMMONS_OWNER_DATABASE_URL"], autocommit=True) as link:
        for table in LOG:
            link.execute(f"CREATE TEMPORARY TABLE kept_{table} AS SELECT * FROM {table}")
        yield link
        for table in LOG:
            link.execute(f"DELETE FROM {table}")
            link.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")


def test_an_untouched_ledger_is_sound(sealed: int, owner: psycopg.Connection[Any], signer: Signer) -> None:
    report = verify(owner, signer.public)
    assert report.sound, report.findings
    assert (report.entries, report.details, report.checkpoints, report.waiting) == (sealed, sealed, 2, 0)


TAMPERINGS = {
    "a commitment changed": ["UPDATE access_ledgerentry SET commitment = sha256('x') WHERE seq = 3"],
    "a moment changed": ["UPDATE access_ledgerentry SET at = at - interval '1 second' WHERE seq = 3"],
    "a deed passed off as a look": ["UPDATE access_ledgerentry SET kind = 'look' WHERE seq = 3"],
    "a detail rewritten": [
        "UPDATE access_ledgerdetail SET body = replace(body, 'case.file', 'case.void') WHERE body LIKE '%case.file%'"
    ],
    "a salt changed": [
        "UPDATE access_ledgerdetail SET salt = substr(sha256('x'), 1, 16) "
        "WHERE entry = (SELECT id FROM access_ledgerentry WHERE seq = 3)"
    ],
    "two details exchanged": [
        "UPDATE access_ledgerdetail d SET body = o.body, salt = o.salt FROM access_ledgerdetail o "
        "WHERE d.entry = (SELECT id FROM access_ledgerentry WHERE seq = 2) "
        "AND o.entry = (SELECT id FROM access_ledgerentry WHERE seq = 4)"
    ],
    "a look hidden from the person": ["UPDATE access_ledgerdetail SET parties = '{}' WHERE body LIKE '%case.file%'"],
    "a look shown to somebody else": [
        "UPDATE access_ledgerdetail SET parties = parties || '{user:x}' WHERE body LIKE '%case.file%'"
    ],
    "a detail moved to another area": ["UPDATE access_ledgerdetail SET area_code = '33' WHERE body LIKE '%case.file%'"],
    "a detail forged without an entry": [
        "INSERT INTO access_ledgerdetail (entry, salt, body, area_code, parties) "
        "SELECT gen_random_uuid(), salt, body, area_code, parties FROM access_ledgerdetail LIMIT 1"
    ],
    "an entry removed": ["DELETE FROM access_ledgerentry WHERE seq = 4"],
    "an entry removed and the gap closed": [
        "DELETE FROM access_ledgerentry WHERE seq = 4",
        "UPDATE access_ledgerentry SET seq = -seq WHERE seq > 4",
        "UPDATE access_ledgerentry SET seq = -seq - 1 WHERE seq < 0",
    ],
    "the last entry removed": ["DELETE FROM access_ledgerentry WHERE seq = (SELECT max(seq) FROM access_ledgerentry)"],
    "two entries exchanged": [
        "UPDATE access_ledgerentry SET seq = -1 WHERE seq = 5",
        "UPDATE access_ledgerentry SET seq = 5 WHERE seq = 6",
        "UPDATE access_ledgerentry SET seq = 6 WHERE seq = -1",
    ],
    "an entry inserted": [
        "UPDATE access_ledgerentry SET seq = -seq WHERE seq > 4",
        "UPDATE access_ledgerentry SET seq = 1 - seq WHERE seq < 0",
        "INSERT INTO access_ledgerentry (id, at, kind, commitment, seq) "
        "VALUES (gen_random_uuid(), now(), 'deed', sha256('x'), 5)",
    ],
    "an entry added at the end": [
        "INSERT INTO access_ledgerentry (id, at, kind, commitment, seq) "
        "SELECT gen_random_uuid(), now(), 'deed', sha256('x'), max(seq) + 1 FROM access_ledgerentry"
    ],
    "a root changed": ["UPDATE access_checkpoint SET root = sha256('x')"],
    "a checkpoint moved": ["UPDATE access_checkpoint SET at = at + interval '1 day'"],
    "all checkpoints removed": ["DELETE FROM access_checkpoint"],
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_tampering_is_found(how: str, owner: psycopg.Connection[Any], signer: Signer) -> None:
    touched = [owner.execute(statement).rowcount for statement in TAMPERINGS[how]]
    assert all(touched), "the attack must have done something"
    report = verify(owner, signer.public)
    assert not report.sound
    assert report.findings[0].what


def test_a_detail_that_is_gone_is_found_and_the_tree_stays_whole(
    owner: psycopg.Connection[Any], signer: Signer
) -> None:
    gone = owner.execute("DELETE FROM access_ledgerdetail WHERE body LIKE '%case.%'").rowcount
    report = verify(owner, signer.public)
    assert (gone, report.missing) == (2, 2)
    assert {one.what for one in report.findings} == {"detail missing: what this entry says is gone"}


def test_a_word_of_erasure_excuses_no_missing_detail(owner: psycopg.Connection[Any], signer: Signer) -> None:
    """Nobody may erase details yet, so an entry that says so was written by whoever took them away."""
    gone = owner.execute("DELETE FROM access_ledgerdetail WHERE body LIKE '%case.%' RETURNING entry").fetchall()
    entries = [str(entry) for (entry,) in gone]
    ledger.write(ledger.Record("deed", "access.erase_details", "x", "operation", AT, facts={"entries": entries}))
    with psycopg.connect(os.environ["GRIDCOMMONS_SEALER_DATABASE_URL"], autocommit=True) as sealer:
        assert seal(sealer, signer, AT + timedelta(minutes=2)) == 1
    assert not verify(owner, signer.public).sound


@pytest.mark.parametrize(
    "body",
    [
        "no json", "{}", "[]", '{"by":1,"area":"","subjects":2}',
        '{"area":"","by":"x"}', '{"area":"","by":"x","subjects":[7]}',
    ],
)  # fmt: skip
def test_a_detail_that_no_deed_wrote_stops_no_verification(
    body: str, sealed: int, owner: psycopg.Connection[Any], signer: Signer
) -> None:
    """Whoever holds the database can commit to any text; verification goes on to the end."""
    owner.execute(
        "UPDATE access_ledgerdetail SET body = %s, area_code = '', parties = '{x}' "
        "WHERE entry = (SELECT id FROM access_ledgerentry WHERE seq = 3)",
        (body,),
    )
    owner.execute(
        "UPDATE access_ledgerentry e SET commitment = sha256(d.salt || convert_to(d.body, 'UTF8')) "
        "FROM access_ledgerdetail d WHERE d.entry = e.id AND e.seq = 3"
    )
    report = verify(owner, signer.public)
    assert report.entries == sealed
    assert not report.sound, "the tree is not the signed one any more"


def test_a_missing_detail_cannot_be_replaced_by_another(owner: psycopg.Connection[Any], signer: Signer) -> None:
    entry = owner.execute("SELECT id FROM access_ledgerentry WHERE seq = 3").fetchone()
    assert entry is not None
    owner.execute("DELETE FROM access_ledgerdetail WHERE entry = %s", entry)
    owner.execute(
        "INSERT INTO access_ledgerdetail (entry, salt, body, area_code, parties) "
        "VALUES (%s, substr(sha256('x'), 1, 16), '{\"what\":\"case.close\"}', '', '{}')",
        entry,
    )
    report = verify(owner, signer.public)
    assert [one.what for one in report.findings] == ["detail changed, or the commitment to it"]


def test_a_log_cut_short_with_its_checkpoints_is_found_by_the_note_beside_the_key(
    sealed: int, owner: psycopg.Connection[Any], signer: Signer, tmp_path: Path
) -> None:
    """Who holds the database alone has no reach into the folder of keys."""
    assert keep_note(owner, tmp_path)
    _cut_short(owner, sealed - 2)
    assert verify(owner, signer.public).sound, "by itself it looks sound"
    with psycopg.connect(os.environ["GRIDCOMMONS_SEALER_DATABASE_URL"], autocommit=True) as sealer:
        ledger.write(ledger.Record("deed", "case.file", "user:x", "service", AT))
        assert seal(sealer, signer, AT + timedelta(minutes=3)) == 1
    assert not keep_note(owner, tmp_path), "the sealer goes on, the proof stays"
    kept = kept_note(tmp_path)
    assert kept is not None
    assert kept.size == sealed
    assert not verify(owner, signer.public, kept={kept.size: kept.root}).sound
    assert set_aside(tmp_path, AT) is not None
    assert keep_note(owner, tmp_path), "after a restore on purpose it goes on from there"


def test_a_log_cut_and_grown_again_to_the_same_size_is_not_kept(
    sealed: int, owner: psycopg.Connection[Any], signer: Signer, tmp_path: Path
) -> None:
    """A checkpoint of the size that was kept is there, but it is of another tree."""
    assert keep_note(owner, tmp_path)
    before = kept_note(tmp_path)
    _cut_short(owner, sealed - 2)
    with psycopg.connect(os.environ["GRIDCOMMONS_SEALER_DATABASE_URL"], autocommit=True) as sealer:
        for _ in range(2):
            ledger.write(ledger.Record("deed", "case.file", "user:x", "service", AT))
        assert seal(sealer, signer, AT + timedelta(minutes=3)) == 2
    now = latest(owner)
    assert before is not None
    assert (now.size, now.root == before.root) == (sealed, False)
    assert not keep_note(owner, tmp_path)
    assert kept_note(tmp_path) == before


def test_an_entry_is_proved_to_whoever_holds_the_public_key(
    sealed: int, owner: psycopg.Connection[Any], signer: Signer, tmp_path: Path
) -> None:
    for number in (0, 1, sealed // 2, sealed - 1):
        proof = json.loads(json.dumps(prove(owner, number, signer.public)))
        assert check_inclusion(proof, signer.public) == []
        assert check_inclusion(proof, Signer.from_folder(tmp_path).public)
    with pytest.raises(Refusal):
        prove(owner, sealed, signer.public)
    with pytest.raises(Refusal):
        prove(owner, UUID(int=0), signer.public)


BENT: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "another moment": lambda p: {**p, "entry": {**p["entry"], "at": "2026-11-02T02:00:00+00:00"}},
    "another entry": lambda p: {**p, "entry": {**p["entry"], "id": str(UUID(int=1))}},
    "another kind": lambda p: {**p, "entry": {**p["entry"], "kind": "look"}},
    "another commitment": lambda p: {**p, "entry": {**p["entry"], "commitment": "00" * 32}},
    "another place": lambda p: {**p, "index": p["index"] + 1},
    "a step left out": lambda p: {**p, "proof": p["proof"][:-1]},
    "a step added": lambda p: {**p, "proof": [*p["proof"], "00" * 32]},
    "the steps turned round": lambda p: {**p, "proof": p["proof"][::-1]},
    "another root": lambda p: {**p, "checkpoint": p["checkpoint"].replace(p["checkpoint"].split("\n")[2], "ab" * 32)},
    "another size": lambda p: {**p, "checkpoint": p["checkpoint"].replace("\n", "\n1", 1)},
}
FOREIGN: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "nothing": lambda p: {},
    "a kind that is a number": lambda p: {**p, "entry": {**p["entry"], "kind": 5}},
    "an id that is a number": lambda p: {**p, "entry": {**p["entry"], "id": 5}},
    "a checkpoint that is a number": lambda p: {**p, "checkpoint": 5},
    "a place without end": lambda p: {**p, "index": float("inf")},
}


@pytest.mark.parametrize("how", BENT)
def test_a_bent_proof_is_refused(how: str, owner: psycopg.Connection[Any], signer: Signer) -> None:
    assert check_inclusion(BENT[how](prove(owner, 3, signer.public)), signer.public)


@pytest.mark.parametrize("how", FOREIGN)
def test_what_is_no_proof_at_all_is_refused(how: str, owner: psycopg.Connection[Any], signer: Signer) -> None:
    with pytest.raises(Refusal) as refused:
        check_inclusion(FOREIGN[how](prove(owner, 3, signer.public)), signer.public)
    assert refused.value.code == "ledger.not_a_proof"


def test_the_ledger_is_proved_to_continue_what_a_witness_saw(
    sealed: int, owner: psycopg.Connection[Any], signer: Signer, tmp_path: Path
) -> None:
    witness = Signer.from_folder(tmp_path)
    old = replace(latest(owner), **_first_checkpoint(owner))
    now = parse_note(since(owner, old.size).text())
    assert (now.size, now.old) == (sealed, old.size)
    assert objections(now, old, signer.public) == []
    signed = parse_note(cosign(now, witness, "ombudsman", AT).text())
    assert signed.cosigned_by(witness.public)
    assert not signed.cosigned_by(signer.public)


def _first_checkpoint(owner: psycopg.Connection[Any]) -> dict[str, Any]:
    row = owner.execute("SELECT size, root, at, signature FROM access_checkpoint ORDER BY size LIMIT 1").fetchone()
    assert row is not None
    return {"size": row[0], "root": bytes(row[1]), "at": row[2], "signature": bytes(row[3])}


def test_a_log_built_anew_and_signed_again_is_refused_by_a_witness(
    sealed: int, owner: psycopg.Connection[Any], signer: Signer
) -> None:
    """Whoever holds the database and the key can make a sound log; not one that continues what was published."""
    seen = latest(owner)
    third = "(SELECT id FROM access_ledgerentry WHERE seq = 3)"
    owner.execute(
        'UPDATE access_ledgerdetail SET body = replace(body, \'"facts":{\', \'"facts":{"x":1,\') '
        f"WHERE entry = {third}"
    )
    owner.execute(
        "UPDATE access_ledgerentry e SET commitment = sha256(d.salt || convert_to(d.body, 'UTF8')) "
        f"FROM access_ledgerdetail d WHERE d.entry = e.id AND e.id = {third}"
    )
    owner.execute("DELETE FROM access_checkpoint")
    owner.execute("UPDATE access_ledgerentry SET seq = NULL")
    assert seal(owner, signer, AT + timedelta(days=1)) == sealed
    assert verify(owner, signer.public).sound, "by itself it looks sound"
    forged = parse_note(latest(owner).text())
    assert forged.signed_by(signer.public)
    assert objections(forged, seen, signer.public)


def _cut_short(owner: psycopg.Connection[Any], size: int) -> None:
    owner.execute("DELETE FROM access_ledgerentry WHERE seq >= %s", (size,))
    owner.execute("DELETE FROM access_checkpoint WHERE size > %s", (size,))
    owner.execute(
        "DELETE FROM access_ledgerdetail d WHERE NOT EXISTS (SELECT 1 FROM access_ledgerentry e WHERE e.id = d.entry)"
    )


def test_a_log_cut_short_and_signed_again_is_refused_by_a_witness(
    sealed: int, owner: psycopg.Connection[Any], signer: Signer
) -> None:
    seen = latest(owner)
    _cut_short(owner, sealed - 2)
    assert verify(owner, signer.public).sound
    assert objections(latest(owner), seen, signer.public)


def test_the_web_cannot_touch_the_ledger(sealed: int) -> None:
    with psycopg.connect(os.environ["GRIDCOMMONS_DATABASE_URL"], autocommit=True) as web:
        for statement in (
            "UPDATE access_ledgerentry SET at = now()",
            "UPDATE access_ledgerentry SET seq = NULL",
            "DELETE FROM access_ledgerentry",
            "UPDATE access_ledgerdetail SET body = '{}'",
            "DELETE FROM access_ledgerdetail",
            "DELETE FROM access_checkpoint",
            "TRUNCATE access_ledgerentry",
            "INSERT INTO access_ledgerentry (id, at, kind, commitment, seq) "
            "VALUES (gen_random_uuid(), now(), 'deed', sha256('x'), 1000)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(statement)
