"""Checkpoints as text that can be published, mailed and co-signed, and the witness who co-signs them.

A note is the four lines that the ledger's key signs, an empty line, and one line per signature:
`— ledger KEY_ID BASE64` and, from witnesses, `— NAME KEY_ID MOMENT BASE64`. Before it may stand a
consistency proof: `old SIZE`, one base64 hash per line, an empty line.
The form follows the signed notes of transparency logs (C2SP signed-note and tlog-witness).
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gridcommons.access.sealer import ORIGIN, Signer, key_id, note
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.merkle import HASH_SIZE, verify_consistency

_DASH: Final = "—"
_LEDGER: Final = "ledger"
_COSIGNED: Final = "gridcommons cosignature\ntime {at}\n"
_LEDGER_WORDS: Final = 4
_WITNESS_WORDS: Final = 5
_HEAD_LINES: Final = 4

BAD_NOTE = refusal_kind(
    "ledger.bad_note",
    status=400,
    zh="这不是一份检查点：{what}。",
    en="This is no checkpoint: {what}.",
)


@dataclass(frozen=True)
class Cosignature:
    """A witness's signature: who, with which key, when."""

    name: str
    key: str
    at: str
    signature: bytes


@dataclass(frozen=True)
class Note:
    """A signed checkpoint. `old` and `proof`: consistency from an older size, where the text brings one."""

    size: int
    root: bytes
    at: datetime
    key: str
    signature: bytes
    cosignatures: tuple[Cosignature, ...] = ()
    old: int = 0
    proof: tuple[bytes, ...] = ()

    def text(self) -> str:
        """The note as it is published."""
        before = [f"old {self.old}", *(_encode(node) for node in self.proof), ""] if self.old else []
        lines = [f"{_DASH} {_LEDGER} {self.key} {_encode(self.signature)}"]
        lines += [f"{_DASH} {c.name} {c.key} {c.at} {_encode(c.signature)}" for c in self.cosignatures]
        head = note(self.size, self.root, self.at).decode()
        return "".join(f"{line}\n" for line in before) + head + "\n" + "".join(f"{line}\n" for line in lines)

    def signed_by(self, public: Ed25519PublicKey) -> bool:
        """Whether the ledger's key signed it."""
        return _verifies(public, self.signature, note(self.size, self.root, self.at))

    def cosigned_by(self, public: Ed25519PublicKey) -> bool:
        """Whether a witness with this key co-signed it."""
        own = [c for c in self.cosignatures if c.key == key_id(public)]
        return any(_verifies(public, c.signature, _cosigned(self, c.at)) for c in own)


def parse_note(text: str) -> Note:
    """Read a note's text; refuses anything else."""
    try:
        return _parse(text)
    except (ValueError, IndexError, OverflowError, binascii.Error) as error:
        raise refuse(BAD_NOTE, what=str(error) or type(error).__name__) from None


def _parse(text: str) -> Note:
    blocks = [block.split("\n") for block in text.strip().split("\n\n")]
    old: int = 0
    proof: tuple[bytes, ...] = ()
    if blocks[0][0].startswith("old "):
        old, proof = int(blocks[0][0].removeprefix("old ")), tuple(_hash(line) for line in blocks[0][1:])
        blocks = blocks[1:]
    head, signatures = blocks[0], blocks[1]
    if len(head) != _HEAD_LINES or head[0] != ORIGIN:
        raise ValueError(f"it does not begin with “{ORIGIN}”")
    size, root, at = int(head[1]), bytes.fromhex(head[2]), datetime.fromisoformat(head[3])
    first = signatures[0].split(" ")
    if len(root) != HASH_SIZE or at.tzinfo is None or len(first) != _LEDGER_WORDS or first[1] != _LEDGER:
        raise ValueError("root, moment or signature line is malformed")
    if size < 1 or old < 0:
        raise ValueError("a checkpoint is of one entry at least")
    at.astimezone(UTC)  # a moment before the first year in UTC cannot be signed
    others = tuple(_cosignature(line) for line in signatures[1:])
    return Note(size, root, at, first[2], base64.b64decode(first[3], validate=True), others, old, proof)


def _cosignature(line: str) -> Cosignature:
    words = line.split(" ")
    if len(words) != _WITNESS_WORDS or words[0] != _DASH:
        raise ValueError(f"no signature line: {line[:60]}")
    return Cosignature(words[1], words[2], words[3], base64.b64decode(words[4], validate=True))


def _hash(line: str) -> bytes:
    node = base64.b64decode(line, validate=True)
    if len(node) != HASH_SIZE:
        raise ValueError("a hash of the proof has the wrong length")
    return node


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _verifies(public: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        public.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _cosigned(checkpoint: Note, at: str) -> bytes:
    return _COSIGNED.format(at=at).encode() + note(checkpoint.size, checkpoint.root, checkpoint.at)


def objections(checkpoint: Note, last: Note | None, public: Ed25519PublicKey) -> list[str]:
    """Why a witness must not co-sign: a foreign signature, or a tree that does not continue the last one."""
    found = [] if checkpoint.signed_by(public) else ["the checkpoint is not signed by the ledger's key"]
    if last is None:
        return found
    if checkpoint.size < last.size:
        found.append(f"the ledger shrank from {last.size} to {checkpoint.size} entries")
    elif checkpoint.size == last.size:
        found += [] if checkpoint.root == last.root else [f"two different trees of {last.size} entries: a split view"]
    elif checkpoint.old != last.size:
        found.append(f"a consistency proof from {last.size} entries is needed (checkpoint --since {last.size})")
    elif not verify_consistency(last.size, checkpoint.size, checkpoint.proof, last.root, checkpoint.root):
        found.append(f"the tree of {checkpoint.size} does not continue the tree of {last.size}: history was rewritten")
    return found


def cosign(checkpoint: Note, signer: Signer, name: str, at: datetime) -> Note:
    """The note with a witness's signature added; the caller has asked `objections` first."""
    moment = at.astimezone(UTC).isoformat(timespec="seconds")
    own = Cosignature(name, signer.key_id, moment, signer.key.sign(_cosigned(checkpoint, moment)))
    others = tuple(c for c in checkpoint.cosignatures if c.key != own.key)
    return Note(checkpoint.size, checkpoint.root, checkpoint.at, checkpoint.key, checkpoint.signature, (*others, own))
