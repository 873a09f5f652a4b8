"""Sealed contacts open only with their key, for their purpose and row; indexes and pseudonyms cannot be joined."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.people.crypto import Context, KeyRing, blind_index, key_id_of, open_sealed, pseudonym, seal

RING = KeyRing({"k1": b"a" * 32, "k2": b"b" * 32}, active="k2")
HERE = Context("contact", "row-1")
PERSON = UUID("01890000-0000-7000-8000-000000000001")


def code_of(blob: bytes, ring: KeyRing = RING, context: Context = HERE) -> str:
    with pytest.raises(Refusal) as caught:
        open_sealed(blob, keyring=ring, context=context)
    return caught.value.code


@given(st.text(), st.text(), st.text())
def test_what_was_sealed_comes_back(text: str, purpose: str, row: str) -> None:
    context = Context(purpose, row)
    assert open_sealed(seal(text, keyring=RING, context=context), keyring=RING, context=context) == text


@given(st.data())
def test_any_altered_byte_is_found(data: st.DataObject) -> None:
    blob = seal("10012345678", keyring=RING, context=HERE)
    place = data.draw(st.integers(0, len(blob) - 1))
    altered = bytearray(blob)
    altered[place] ^= data.draw(st.integers(1, 255))
    assert code_of(bytes(altered)) in {"contact.unreadable", "contact.key_destroyed"}


@given(st.integers(0, 60))
def test_a_cut_blob_is_refused(length: int) -> None:
    blob = seal("10012345678", keyring=RING, context=HERE)
    assert code_of(blob[: min(length, len(blob) - 1)]) == "contact.unreadable"


@given(st.binary(max_size=100))
def test_other_bytes_are_refused(blob: bytes) -> None:
    assert code_of(blob) in {"contact.unreadable", "contact.key_destroyed"}


@pytest.mark.parametrize(
    "context", [Context("contact", "row-2"), Context("appeal", "row-1"), Context("contactrow", "-1"), Context("", "")]
)
def test_a_blob_moved_to_another_row_or_purpose_stays_shut(context: Context) -> None:
    assert code_of(seal("10012345678", keyring=RING, context=HERE), context=context) == "contact.unreadable"


def test_a_blob_relabelled_with_another_key_stays_shut() -> None:
    blob = seal("10012345678", keyring=RING, context=HERE)
    assert code_of(blob.replace(b"k2", b"k1", 1)) == "contact.unreadable"


def test_without_its_key_a_blob_is_destroyed_and_says_so() -> None:
    blob = seal("10012345678", keyring=RING, context=HERE)
    left = KeyRing({"k1": b"a" * 32}, active="k1")
    assert code_of(blob, ring=left) == "contact.key_destroyed"


def test_sealing_twice_gives_other_bytes_under_the_active_key() -> None:
    first, second = (seal("same", keyring=RING, context=HERE) for _ in range(2))
    assert first != second
    assert key_id_of(first) == "k2"
    assert b"same" not in first


def test_a_key_ring_does_not_print_its_keys() -> None:
    assert "aaaa" not in repr(RING)


@pytest.mark.parametrize(
    ("keys", "active"), [({"k1": b"short"}, "k1"), ({"k1": b"a" * 32}, "k2"), ({"K 1": b"a" * 32}, "K 1")]
)
def test_a_weak_key_ring_is_refused(keys: dict[str, bytes], active: str) -> None:
    with pytest.raises(Refusal) as caught:
        KeyRing(keys, active)
    assert caught.value.code == "contact.weak_key"


def test_equal_values_have_equal_indexes_however_they_are_written() -> None:
    key = b"i" * 32
    assert blind_index(" Name@Example.org", key=key) == blind_index("ｎame@example.ORG", key=key)
    assert len(blind_index("x", key=key)) == 16


@given(st.text("0123456789", min_size=1), st.text("0123456789", min_size=1))
def test_different_values_and_keys_have_different_indexes(one: str, other: str) -> None:
    assert (blind_index(one, key=b"i" * 32) == blind_index(other, key=b"i" * 32)) == (one == other)
    assert blind_index(one, key=b"i" * 32) != blind_index(one, key=b"j" * 32)


def test_pseudonyms_of_two_purposes_cannot_be_joined() -> None:
    key = b"p" * 32
    names = {pseudonym(PERSON, "brain", key), pseudonym(PERSON, "passes", key), pseudonym(PERSON, "brain", b"q" * 32)}
    assert len(names) == 3
    assert pseudonym(PERSON, "brain", key) == pseudonym(str(PERSON), "brain", key)
    assert pseudonym("b", "a", key) != pseudonym("", "ab", key)
    assert all(len(name) == 32 and str(PERSON)[:8] not in name for name in names)


def test_a_short_key_makes_no_index() -> None:
    with pytest.raises(Refusal):
        blind_index("x", key=b"short")
