"""Append-only Merkle tree with RFC 6962 hashing: roots, inclusion and consistency proofs.

Source: RFC 6962 section 2.1 (leaf prefix 0x00, node prefix 0x01) and RFC 9162 section 2.1.3-2.1.4
for the verification of proofs. All hashes are 32 bytes, SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

HASH_SIZE = 32
_BLOCK = 1024


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf's data."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node from its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _fold(level: list[bytes]) -> bytes:
    """Root of a complete subtree: as many nodes as a power of two."""
    sha = hashlib.sha256
    while len(level) > 1:
        pairs = iter(level)
        level = [sha(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return level[0]


class Frontier:
    """The right edge of a growing tree: enough to append leaves and to name the root, O(log n) memory."""

    def __init__(self, size: int = 0, edge: Sequence[bytes] = ()) -> None:
        self.size = size
        self._edge = list(edge)

    @property
    def edge(self) -> tuple[bytes, ...]:
        """Roots of the complete subtrees from the largest to the smallest."""
        return tuple(self._edge)

    def append(self, leaf: bytes) -> None:
        """Append one leaf hash."""
        self._add(leaf, 1)

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append leaf hashes in order; whole blocks are folded level by level, which is twice as fast."""
        waiting = leaves if isinstance(leaves, list) else list(leaves)
        here = 0
        while here < len(waiting):
            whole = self.size % _BLOCK == 0 and len(waiting) - here >= _BLOCK
            count = _BLOCK if whole else 1
            self._add(_fold(waiting[here : here + count]), count)
            here += count

    def _add(self, node: bytes, count: int) -> None:
        """Append the root of a complete subtree of `count` leaves; the size is a multiple of `count`."""
        sha, edge, rest = hashlib.sha256, self._edge, self.size // count
        while rest & 1:
            node = sha(b"\x01" + edge.pop() + node).digest()
            rest >>= 1
        edge.append(node)
        self.size += count

    def root(self) -> bytes:
        """Root over all leaves so far; SHA-256 of nothing for the empty tree."""
        if not self._edge:
            return hashlib.sha256(b"").digest()
        root = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            root = node_hash(left, root)
        return root


def _split(size: int) -> int:
    """Largest power of two smaller than `size` (>= 2)."""
    return 1 << (size - 1).bit_length() - 1


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Root over a sequence of leaf hashes."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Path from leaf `index` to the root of the tree over `leaves`, from the bottom up."""
    if not 0 <= index < len(leaves):
        raise IndexError("no such leaf")
    if len(leaves) == 1:
        return []
    cut = _split(len(leaves))
    if index < cut:
        return [*inclusion_proof(leaves[:cut], index), root_of(leaves[cut:])]
    return [*inclusion_proof(leaves[cut:], index - cut), root_of(leaves[:cut])]


def siblings(index: int, size: int) -> list[tuple[int, int]]:
    """The stretches of leaves whose roots are the path of a leaf, from the bottom up: [first, last) each."""
    low, high, found = 0, size, list[tuple[int, int]]()
    while high - low > 1:
        cut = low + _split(high - low)
        found.append((cut, high) if index < cut else (low, cut))
        low, high = (low, cut) if index < cut else (cut, high)
    return found[::-1]


def proof_of_stream(leaves: Iterable[Sequence[bytes]], index: int, size: int) -> list[bytes]:
    """As `inclusion_proof`, from leaf hashes that come in order in pieces: O(log n) memory."""
    if not 0 <= index < size:
        raise IndexError("no such leaf")
    stretches = siblings(index, size)
    edges, here = [Frontier() for _ in stretches], 0
    for piece in leaves:
        for (first, last), edge in zip(stretches, edges, strict=True):
            edge.extend(list(piece[max(0, first - here) : max(0, last - here)]))
        here += len(piece)
    return [edge.root() for edge in edges]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows that `leaf` stands at `index` of the tree of `size` leaves with `root`."""
    if not 0 <= index < size:
        return False
    node, last, here = leaf, size - 1, index
    for sibling in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            node = node_hash(sibling, node)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and node == root


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Proof that the tree over the first `old_size` leaves is a prefix of the tree over all."""
    if not 0 < old_size <= len(leaves):
        raise IndexError("the older tree must hold between one and all leaves")
    return _subproof(leaves, old_size, whole=True)


def _subproof(leaves: Sequence[bytes], old: int, *, whole: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [root_of(leaves)]
    cut = _split(len(leaves))
    if old <= cut:
        return [*_subproof(leaves[:cut], old, whole=whole), root_of(leaves[cut:])]
    return [*_subproof(leaves[cut:], old - cut, whole=False), root_of(leaves[:cut])]


def verify_consistency(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether `proof` shows that the tree of `new_size` continues the tree of `old_size`."""
    if old_size == new_size:
        return old_root == new_root and not proof
    if not 0 < old_size < new_size:
        return False
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not path:
        return False
    here, last = old_size - 1, new_size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old_node = new_node = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old_node, new_node = node_hash(sibling, old_node), node_hash(sibling, new_node)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            new_node = node_hash(new_node, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and old_node == old_root and new_node == new_root
