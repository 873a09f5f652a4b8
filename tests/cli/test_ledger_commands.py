"""`gridcommons ledger`: verify, checkpoint, prove and witness as people type them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from gridcommons.access.actions import open_office
from gridcommons.access.identify import program
from gridcommons.access.keeping import keep_note
from gridcommons.access.notes import cosign, objections, parse_note
from gridcommons.access.sealer import Signer, seal
from gridcommons.cli.main import run
from gridcommons.cli.places import Places

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Types a command and gives exit code, output and complaints."""
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    def typed(*words: object) -> tuple[int, str, str]:
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return typed


@pytest.fixture
def owner() -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(os.environ["GRIDCOMMONS_OWNER_DATABASE_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def grow(committed: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[int], Signer]:
    """A data folder with a key of its own; `grow(n)` does n deeds and seals them."""
    places = Places(tmp_path / "data").make()
    monkeypatch.setenv("GRIDCOMMONS_DATA", str(places.data))
    signer, serial = Signer.from_folder(places.keys), iter(range(1000))

    def more(count: int) -> Signer:
        for _ in range(count):
            open_office(
                key=f"331123:{(number := next(serial))}", area_code="331123", kind=f"test{number}", side="command",
                name_zh="测试", name_en="Test", by=program("test"), at=AT,
            )  # fmt: skip
        with psycopg.connect(os.environ["GRIDCOMMONS_SEALER_DATABASE_URL"], autocommit=True) as sealer:
            assert seal(sealer, signer, AT) == count
        return signer

    return more


def test_a_sound_ledger_is_said_to_be_sound(grow: Callable[[int], Signer], say: Say) -> None:
    grow(3)
    grow(4)
    code, out, err = say("ledger", "verify", "--quiet")
    assert (code, err) == (0, "")
    assert out.startswith("entries 7 · details 7 · missing 0 · checkpoints 2 · not yet sealed 0 · root ")
    assert out.endswith("The ledger is sound.\n")


def test_a_cut_end_is_found_by_the_checkpoint_kept_beside_the_key(
    grow: Callable[[int], Signer], say: Say, owner: psycopg.Connection[Any], tmp_path: Path
) -> None:
    grow(3)
    grow(4)
    assert keep_note(owner, tmp_path / "data" / "keys")
    assert say("ledger", "verify", "--quiet")[0] == 0
    owner.execute("DELETE FROM access_ledgerdetail WHERE entry IN (SELECT id FROM access_ledgerentry WHERE seq > 2)")
    owner.execute("DELETE FROM access_ledgerentry WHERE seq > 2")
    owner.execute("DELETE FROM access_checkpoint WHERE size > 3")
    code, out, _ = say("ledger", "verify", "--quiet")
    assert code == 1
    assert "entries removed from the end: 3" in out


def test_what_was_tampered_with_is_named(
    grow: Callable[[int], Signer], say: Say, owner: psycopg.Connection[Any]
) -> None:
    grow(5)
    owner.execute("UPDATE access_ledgerdetail SET body = replace(body, '331123:2', '331123:9')")
    code, out, _ = say("ledger", "verify", "--quiet")
    assert code == 1
    assert "detail changed, or the commitment to it: 2\n" in out
    assert "sound" not in out


@contextmanager
def unchecked(owner: psycopg.Connection[Any], table: str, check: str) -> Iterator[None]:
    """Without one of the database's own checks, as whoever owns the table can have it."""
    found = owner.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", (check,)).fetchone()
    assert found is not None
    owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {check}")
    try:
        yield
    finally:
        owner.execute(f"TRUNCATE {table}")
        owner.execute(f"ALTER TABLE {table} ADD CONSTRAINT {check} {found[0]}")


def test_a_malleable_entry_is_found(grow: Callable[[int], Signer], say: Say, owner: psycopg.Connection[Any]) -> None:
    """Letters moved from one column to the next give the same bytes in a row; lengths are held as well."""
    grow(3)
    moved = "kind = 'dee', commitment = convert_to('d', 'UTF8') || commitment"
    with unchecked(owner, "access_ledgerentry", "ledger_entry_whole"):
        owner.execute(f"UPDATE access_ledgerentry SET {moved} WHERE seq = 1")
        assert say("ledger", "verify", "--quiet")[0] == 1


@pytest.mark.parametrize("change", ["at = 'infinity'", "kind = 'abcd'", "commitment = ''"])
def test_an_entry_that_no_deed_writes_stops_no_verification(
    change: str, grow: Callable[[int], Signer], say: Say, owner: psycopg.Connection[Any]
) -> None:
    grow(3)
    with unchecked(owner, "access_ledgerentry", "ledger_entry_whole"):
        owner.execute(f"UPDATE access_ledgerentry SET {change} WHERE seq = 1")
        owner.execute("DELETE FROM access_ledgerdetail")
        code, out, _ = say("ledger", "verify", "--quiet")
    assert (code, out.startswith("entries 3")) == (1, True)


@pytest.mark.parametrize("body", ["no json", "{}", "[]", '{"what":"access.restored","facts":{"replaced":[{"x":1}]}}'])
def test_a_false_word_of_a_restore_stops_no_verification(
    body: str, grow: Callable[[int], Signer], say: Say, owner: psycopg.Connection[Any]
) -> None:
    """The web may add entries, and commit to any text: what no restore wrote says nothing of one."""
    grow(2)
    owner.execute("UPDATE access_ledgerdetail SET body = %s, parties = '{program:restore}'", (body,))
    owner.execute(
        "UPDATE access_ledgerentry e SET commitment = sha256(d.salt || convert_to(d.body, 'UTF8')) "
        "FROM access_ledgerdetail d WHERE d.entry = e.id"
    )
    code, out, err = say("ledger", "verify", "--quiet")
    assert (code, err) == (1, "")
    assert out.startswith("entries 2")


def test_a_detail_cut_at_another_place_is_found(
    grow: Callable[[int], Signer], say: Say, owner: psycopg.Connection[Any]
) -> None:
    grow(2)
    with unchecked(owner, "access_ledgerdetail", "ledger_salt_whole"):
        owner.execute(
            "UPDATE access_ledgerdetail SET salt = salt || convert_to(left(body, 1), 'UTF8'), body = substr(body, 2)"
        )
        assert say("ledger", "verify", "--quiet")[0] == 1


def test_history_rewritten_with_the_right_key_is_found_by_a_kept_checkpoint(
    grow: Callable[[int], Signer], say: Say, owner: psycopg.Connection[Any], tmp_path: Path
) -> None:
    grow(3)
    kept = tmp_path / "kept.txt"
    kept.write_text(say("ledger", "checkpoint")[1])
    assert say("ledger", "verify", "--quiet", "--against", kept)[0] == 0
    owner.execute("TRUNCATE access_ledgerentry, access_ledgerdetail, access_checkpoint")
    grow(3)
    assert say("ledger", "verify", "--quiet")[0] == 0
    code, out, _ = say("ledger", "verify", "--quiet", "--against", kept)
    assert code == 1
    assert "history was rewritten before: 3\n" in out


def test_a_ledger_shorter_than_a_kept_checkpoint_is_found(
    grow: Callable[[int], Signer], say: Say, owner: psycopg.Connection[Any], tmp_path: Path
) -> None:
    grow(3)
    grow(2)
    kept = tmp_path / "kept.txt"
    kept.write_text(say("ledger", "checkpoint")[1])
    owner.execute("DELETE FROM access_checkpoint WHERE size = 5")
    owner.execute("DELETE FROM access_ledgerentry WHERE seq >= 3")
    owner.execute(
        "DELETE FROM access_ledgerdetail d WHERE NOT EXISTS (SELECT 1 FROM access_ledgerentry e WHERE e.id = d.entry)"
    )
    assert say("ledger", "verify", "--quiet")[0] == 0
    assert say("ledger", "verify", "--quiet", "--against", kept)[0] == 1


def test_the_checkpoint_is_a_signed_note(grow: Callable[[int], Signer], say: Say) -> None:
    signer = grow(4)
    code, out, _ = say("ledger", "checkpoint")
    note = parse_note(out)
    assert (code, note.size, note.at) == (0, 4, AT)
    assert note.signed_by(signer.public)
    assert note.text() == out
    assert say("ledger", "checkpoint", "--key")[1].strip() == signer.public.public_bytes_raw().hex()


def test_nothing_sealed_is_one_clear_line(committed: None, say: Say) -> None:
    code, out, err = say("ledger", "checkpoint")
    assert (code, out) == (2, "")
    assert err == "Nothing is sealed yet: the sealer has to run.\n"


def test_an_entry_is_proved_and_the_proof_checked_without_a_database(
    grow: Callable[[int], Signer], say: Say, owner: psycopg.Connection[Any], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    grow(6)
    key = grow(5).public.public_bytes_raw().hex()
    row = owner.execute("SELECT id FROM access_ledgerentry WHERE seq = 7").fetchone()
    by_number, by_id = say("ledger", "prove", 7)[1], say("ledger", "prove", row[0] if row else "")[1]
    assert by_number == by_id
    file = tmp_path / "proof.json"
    file.write_text(by_number)
    for name in ("GRIDCOMMONS_DATABASE_URL", "GRIDCOMMONS_OWNER_DATABASE_URL"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("GRIDCOMMONS_DATA", str(tmp_path / "elsewhere"))
    assert say("ledger", "prove", "--check", file, "--key", key)[:2] == (0, "The entry is in the signed log.\n")
    assert not (tmp_path / "elsewhere").exists()
    assert say("ledger", "prove", "--check", file, "--key", "11" * 32)[0] in {1, 2}
    code, out, _ = say("ledger", "prove", "--check", file)
    assert code == 0
    assert key in out


@pytest.mark.parametrize("change", ["index", "commitment", "at", "proof", "size"])
def test_a_changed_proof_does_not_hold(change: str, grow: Callable[[int], Signer], say: Say, tmp_path: Path) -> None:
    key = grow(9).public.public_bytes_raw().hex()
    proof = json.loads(say("ledger", "prove", 3)[1])
    entry = proof["entry"]
    if change == "index":
        proof["index"] = 4
    elif change == "commitment":
        entry["commitment"] = "00" * 32
    elif change == "at":
        entry["at"] = (AT + timedelta(seconds=1)).isoformat()
    elif change == "proof":
        proof["proof"] = proof["proof"][:-1]
    else:
        proof["checkpoint"] = proof["checkpoint"].replace("\n9\n", "\n10\n")
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(proof))
    code, out, _ = say("ledger", "prove", "--check", file, "--key", key)
    assert code == 1
    assert out.strip()


def test_bad_input_to_prove_is_one_line(grow: Callable[[int], Signer], say: Say, tmp_path: Path) -> None:
    grow(2)
    (tmp_path / "no.json").write_text("{}")
    for words in (["prove", "99"], ["prove", "x"], ["prove"], ["prove", "--check", tmp_path / "no.json"],
                  ["prove", "--check", tmp_path / "missing"], ["checkpoint", "--since", "7"]):  # fmt: skip
        code, out, err = say("ledger", *words)
        assert (code, out, err.count("\n")) == (2, "", 1), words


@pytest.mark.parametrize(("part", "value"), [("kind", 5), ("checkpoint", 5), ("id", 5), ("proof", 5)])
def test_a_proof_of_another_form_is_one_line(
    part: str, value: object, grow: Callable[[int], Signer], say: Say, tmp_path: Path
) -> None:
    grow(3)
    proof = json.loads(say("ledger", "prove", 1)[1])
    (proof["entry"] if part in proof["entry"] else proof)[part] = value
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(proof))
    code, _, err = say("ledger", "prove", "--check", file, "--key", proof["public_key"])
    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith("This is no proof: ")


def _offer(say: Say, folder: Path, *words: object) -> Path:
    file = folder / "offer.txt"
    code, out, err = say("ledger", "checkpoint", *words)
    assert (code, err) == (0, "")
    file.write_text(out)
    return file


def test_a_witness_cosigns_a_ledger_that_only_grows(grow: Callable[[int], Signer], say: Say, tmp_path: Path) -> None:
    public = grow(3).public
    folder, key = tmp_path / "witness", public.public_bytes_raw().hex()
    words = ("--folder", folder, "--name", "county bar")
    first = say("ledger", "witness", _offer(say, tmp_path), *words, "--key", key)
    grow(4)
    second = say("ledger", "witness", _offer(say, tmp_path, "--since", 3), *words)
    assert (first[0], second[0]) == (0, 0)
    note, own = parse_note(second[1]), Signer.from_folder(folder).public
    assert (note.size, [c.name for c in note.cosignatures]) == (7, ["county-bar"])
    assert note.signed_by(public)
    assert note.cosigned_by(own)
    assert not note.cosigned_by(public)


@pytest.mark.parametrize("name", ["a\nb", "", "x" * 61, "a;b"])
def test_a_witness_with_a_name_that_breaks_its_note_signs_nothing(
    name: str, grow: Callable[[int], Signer], say: Say, tmp_path: Path
) -> None:
    key, folder = grow(3).public.public_bytes_raw().hex(), tmp_path / "witness"
    offer = _offer(say, tmp_path)
    assert say("ledger", "witness", offer, "--folder", folder, "--key", key, "--name", name)[0] == 2
    assert not (folder / "last.txt").exists()


def test_who_only_reads_makes_no_key(say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDCOMMONS_KEYS", str(tmp_path))
    code, _out, err = say("ledger", "verify", "--quiet")
    assert (code, "signing key is not in" in err or "没有账本的签名密钥" in err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_witness_refuses_a_ledger_that_was_rewritten(
    grow: Callable[[int], Signer], say: Say, owner: psycopg.Connection[Any], tmp_path: Path
) -> None:
    key = grow(3).public.public_bytes_raw().hex()
    words = ("--folder", tmp_path / "witness")
    assert say("ledger", "witness", _offer(say, tmp_path), *words, "--key", key)[0] == 0
    owner.execute("TRUNCATE access_ledgerentry, access_ledgerdetail, access_checkpoint")
    grow(3)
    split = say("ledger", "witness", _offer(say, tmp_path), *words)
    grow(2)
    rewritten = say("ledger", "witness", _offer(say, tmp_path, "--since", 3), *words)
    bare = say("ledger", "witness", _offer(say, tmp_path), *words)
    assert [code for code, _, _ in (split, rewritten, bare)] == [1, 1, 1]
    assert "two different trees of 3 entries" in split[1]
    assert "does not continue the tree of 3" in rewritten[1]
    assert "checkpoint --since 3" in bare[1]
    assert parse_note((tmp_path / "witness" / "last.txt").read_text()).size == 3


def test_a_witness_needs_the_key_once_and_refuses_another_ledgers(
    grow: Callable[[int], Signer], say: Say, tmp_path: Path
) -> None:
    grow(2)
    offer, words = _offer(say, tmp_path), ("--folder", tmp_path / "witness")
    assert say("ledger", "witness", offer, *words)[0] == 2
    other = Signer.from_folder(tmp_path).public.public_bytes_raw().hex()
    assert say("ledger", "witness", offer, *words, "--key", other)[:2] == (
        1, "the checkpoint is not signed by the ledger's key\n",
    )  # fmt: skip
    assert say("ledger", "witness", offer, *words, "--key", "zz")[0] == 2
    assert not (tmp_path / "witness" / "last.txt").exists()


def test_a_shrunken_ledger_is_objected_to(tmp_path: Path) -> None:
    signer = Signer.from_folder(tmp_path)

    def note(size: int) -> str:
        from gridcommons.access.notes import Note

        return Note(size, b"\x01" * 32, AT, signer.key_id, signer.sign(size, b"\x01" * 32, AT)).text()

    found = objections(parse_note(note(4)), parse_note(note(9)), signer.public)
    assert found == ["the ledger shrank from 9 to 4 entries"]


def test_a_witness_signing_again_replaces_its_own_signature_only(tmp_path: Path) -> None:
    from gridcommons.access.notes import Note

    signer = Signer.from_folder(tmp_path)
    note = Note(1, b"\x01" * 32, AT, signer.key_id, signer.sign(1, b"\x01" * 32, AT))
    for folder in ("a", "b", "a"):
        (tmp_path / folder).mkdir(exist_ok=True)
        note = cosign(note, Signer.from_folder(tmp_path / folder), folder, AT)
    assert [c.name for c in parse_note(note.text()).cosignatures] == ["b", "a"]


@pytest.mark.parametrize(
    "text",
    ["", "hello", "gridcommons ledger\n1\nzz\n2026-11-02T01:00:00+00:00\n\n— ledger a b\n",
     "other ledger\n1\n" + "00" * 32 + "\n2026-11-02T01:00:00+00:00\n\n— ledger a YQ==\n",
     "gridcommons ledger\n1\n" + "00" * 32 + "\n2026-11-02T01:00:00\n\n— ledger a YQ==\n",
     "gridcommons ledger\n1\n" + "00" * 32 + "\n0001-01-01T00:00:00+14:00\n\n— ledger a YQ==\n",
     "gridcommons ledger\n-1\n" + "00" * 32 + "\n2026-11-02T01:00:00+00:00\n\n— ledger a YQ==\n",
     "old 3\nYQ==\n\ngridcommons ledger\n1\n" + "00" * 32 + "\n2026-11-02T01:00:00+00:00\n\n— ledger a YQ==\n"],
)  # fmt: skip
def test_a_text_that_is_no_checkpoint_is_refused(
    text: str, say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "note.txt"
    file.write_text(text)
    code, _, err = say("ledger", "witness", file, "--folder", tmp_path / "w", "--key", "00" * 32)
    assert code == 2
    assert err.startswith("This is no checkpoint")
    Signer.from_folder(Places(tmp_path / "data").make().keys)
    monkeypatch.setenv("GRIDCOMMONS_DATA", str(tmp_path / "data"))
    assert say("ledger", "verify", "--quiet", "--against", file) == (code, "", err)
