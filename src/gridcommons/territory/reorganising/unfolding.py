"""From the lines of a plan to what becomes of every area: codes, pairs, figures, whose outline is whose. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from gridcommons.kit.codes import free_codes
from gridcommons.territory.reorganising.rules import Change, Ground, Outcome, Pair, Target, require_fit


class _Codes:
    """Codes given so far: what was ever used, and what this plan gives."""

    def __init__(self, ground: Ground) -> None:
        self.used = set(ground.used) | set(ground.nodes)

    def below(self, parent: str, wished: str) -> str:
        """A code below `parent`: the wished last digits where they are free, else the next free ones."""
        code = parent + wished
        if code in self.used:
            code = next(free_codes(parent, self.used, digits=len(wished)))
        self.used.add(code)
        return code


def unfold(changes: Sequence[Change], ground: Ground) -> Outcome:
    """What a plan does to every area it touches; refuses what `rules.obstacles` finds."""
    require_fit(changes, ground)
    codes, found = _Codes(ground), Outcome()
    codes.used |= {target.code for change in changes for target in change.into}
    for change in changes:
        found += _VERBS[change.verb](change, ground, codes)
    return found


def _rename(change: Change, _ground: Ground, _codes: _Codes) -> Outcome:
    return Outcome(renamed=((change.old[0], change.into[0].name),))


def _move(change: Change, ground: Ground, _codes: _Codes) -> Outcome:
    old, target = change.old[0], change.into[0]
    return _carry(old, target.code, ground.parent_of(target.code), ground, name=target.name)


def _carry(old: str, new: str, parent: str, ground: Ground, name: str = "") -> Outcome:
    """A whole subtree under another code; every tail is kept."""
    tree = list(ground.subtree(old))
    named = {old: new} | {node.code: new + node.code[len(old) :] for node in tree[1:]}
    made = [replace(node, code=named[node.code], parent=named.get(node.parent, parent)) for node in tree]
    made[0] = replace(made[0], name=name or made[0].name)
    shapes = tuple((named[node.code], (node.code,)) for node in tree)
    return Outcome(tuple(made), tuple(node.code for node in tree), pairs=(Pair(old, new),), shapes=shapes)


def _merge(change: Change, ground: Ground, codes: _Codes) -> Outcome:
    target, olds = change.into[0], sorted(set(change.old))
    nodes = [ground.nodes[code] for code in olds]
    households, residents = _sum(node.households for node in nodes), _sum(node.residents for node in nodes)
    gone = [code for code in olds if code != target.code]
    first = replace(
        ground.nodes[olds[0]], code=target.code, parent=ground.parent_of(target.code), name=target.name,
        households=households, residents=residents,
    )  # fmt: skip
    shapes = ((target.code, tuple(olds)),)
    if target.code in olds:
        kept = ground.nodes[target.code]
        renamed = ((target.code, target.name),) if target.name != kept.name else ()
        found = Outcome(renamed=renamed, figures=((target.code, households, residents),), shapes=shapes)
    else:
        found = Outcome(made=(first,), shapes=shapes)
    found += Outcome(ended=tuple(gone), pairs=tuple(Pair(code, target.code, whole=False) for code in gone))
    for code in gone:
        for child in ground.children(code):
            found += _carry(child, codes.below(target.code, child[len(code) :]), target.code, ground)
    return found


def _split(change: Change, ground: Ground, codes: _Codes) -> Outcome:
    old, node = change.old[0], ground.nodes[change.old[0]]
    shares = shares_of(change.into, ground)
    primary = old if old in shares else max(shares, key=lambda code: (shares[code], -int(code)))
    found = Outcome(pairs=tuple(Pair(old, code, share, code == primary, False) for code, share in shares.items()))
    for target in change.into:
        parts = [ground.nodes[part] for part in target.parts]
        households = _part([part.households for part in parts], node.households, shares[target.code])
        residents = _part([part.residents for part in parts], node.residents, shares[target.code])
        shape = (target.code, target.parts or (old,))
        if target.code == old:
            renamed = ((old, target.name),) if target.name != node.name else ()
            found += Outcome(renamed=renamed, figures=((old, households, residents),), shapes=(shape,))
            continue
        new = replace(
            node, code=target.code, parent=ground.parent_of(target.code), name=target.name, households=households,
            residents=residents,
        )  # fmt: skip
        found += Outcome(made=(new,), shapes=(shape,))
        for child in target.parts:
            found += _carry(child, codes.below(target.code, child[len(old) :]), target.code, ground)
    return found if old in shares else found + Outcome(ended=(old,))


def _part(parts: Sequence[int | None], whole: int | None, share: float) -> int | None:
    """A figure of one part: the sum of what goes there where that is known, else its share of the whole."""
    own = _sum(parts)
    return own if own is not None else None if whole is None else round(whole * share)


def shares_of(into: Sequence[Target], ground: Ground) -> dict[str, float]:
    """The share of each part: as given, else by the households below, else by the number of areas, else equal."""
    told = {target.code: target.share for target in into if target.share is not None}
    weights = {target.code: _weight(target, ground) for target in into if target.code not in told}
    left = 1.0 - sum(told.values())
    known = all(weights.values())
    total = sum(weights.values()) if known else float(len(weights))
    found = {code: left * (weight if known else 1.0) / total for code, weight in weights.items()}
    ordered = {target.code: told.get(target.code) or found[target.code] for target in into}
    rounded = {code: round(share, 6) for code, share in ordered.items()}
    last = next(reversed(rounded))
    rounded[last] = round(1.0 - sum(share for code, share in rounded.items() if code != last), 6)
    return rounded


def _weight(target: Target, ground: Ground) -> float:
    return float(_sum(ground.nodes[part].households for part in target.parts) or len(target.parts))


def _retire(change: Change, ground: Ground, _codes: _Codes) -> Outcome:
    return Outcome(ended=tuple(node.code for node in ground.subtree(change.old[0])))


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = list(numbers)
    return sum(n for n in known if n is not None) if known and all(n is not None for n in known) else None


_VERBS: Final[Mapping[str, Callable[[Change, Ground, _Codes], Outcome]]] = {
    "rename": _rename, "move": _move, "recode": _move, "merge": _merge, "split": _split, "retire": _retire,
}  # fmt: skip


def codes_touched(changes: Iterable[Change]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The codes that a plan takes and those it gives by its lines, each once and in order."""
    lines = list(changes)
    taken = set(chain.from_iterable(change.old for change in lines))
    given = {target.code for change in lines for target in change.into}
    return tuple(sorted(taken)), tuple(sorted(given - taken))
