"""The scheme that a row put in force: by the text that was kept with it, whatever the program ships by now.

Every record pins the version that it was made under. So a row keeps its scheme whole, old readings are explained by the
rules that made them, and another version comes in force only by two officers. Rows from before texts were kept, of a
version that is shipped no more, can be shown and no longer be read by: pages say so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.outlook.colours.scheme import Greyness, Scheme, scheme_named, scheme_of, text_of_version
from gridcommons.outlook.painting.models import SchemeInForce

TEXT_LOST = refusal_kind(
    "colour.text_lost",
    status=409,
    zh="方案“{scheme}”{version}版的全文没有保存，程序里也没有这一版了，不能再按它读数或签字。请由两人把现在的版本投入使用。",
    en="The text of version {version} of the scheme “{scheme}” was not kept and is shipped no more, so nothing is read "
    "or signed by it. Have two officers put the present version in force.",
)


def scheme_of_row(row: SchemeInForce) -> Scheme:
    """The scheme of a row, for showing what stands and stood; of a lost text, levels as they are called by now."""
    return _kept(row.text, row.scheme, row.version) or _bare(row.scheme, row.version)


def lost_words(row: SchemeInForce) -> Words | None:
    """What pages say of a row whose very rules are known no more; None where they are."""
    if _kept(row.text, row.scheme, row.version) is not None:
        return None
    label = f"{row.scheme}@{row.version}"
    if shipped_version(row.scheme):
        return Words(
            f"{label}的全文没有保存，级别按现在的叫法显示",
            f"the text of {label} was not kept; levels are called as they are now",
        )
    return Words(
        f"{label}的全文没有保存，程序里也没有这个方案了，级别显示为未知",
        f"the text of {label} was not kept, and no scheme of that name is shipped; its levels are shown as unknown",
    )


def rules_of_row(row: SchemeInForce) -> Scheme:
    """The scheme of a row, for reading and signing by it; refuses one whose text is lost."""
    found = _kept(row.text, row.scheme, row.version)
    if found is None:
        raise refuse(TEXT_LOST, scheme=row.scheme, version=row.version)
    return found


def text_of_row(row: SchemeInForce) -> str:
    """The whole text of a row's scheme; empty where it is lost."""
    return row.text or text_of_version(row.scheme, row.version)


def shipped_version(name: str) -> str:
    """The version of a scheme that the program ships; empty where it ships none."""
    try:
        return scheme_named(name).version
    except Refusal:
        return ""


def schemes_naming(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Scheme]:
    """A scheme for each pair of its name and a level, for calling that level by its name.

    The one put in force last that has the level, else the shipped one.
    """
    pairs = set(wanted)
    rows = SchemeInForce.objects.filter(scheme__in={name for name, _level in pairs}, confirmed_at__isnull=False)
    held = [scheme_of_row(row) for row in rows.order_by("-holds_from")]
    return {(name, level): _naming(held, name, level) for name, level in pairs}


def _naming(held: Iterable[Scheme], name: str, level: str) -> Scheme:
    found = (one for one in held if one.key == name and any(own.key == level for own in one.levels))
    return next(found, None) or _bare(name, shipped_version(name))


@lru_cache(maxsize=64)
def _kept(text: str, name: str, version: str) -> Scheme | None:
    held = text or text_of_version(name, version)
    try:
        return scheme_of(held) if held else None
    except Refusal:
        return None  # a text that this program reads no more


def _bare(name: str, version: str) -> Scheme:
    """What can still be told of a scheme whose text is lost: its number, and levels by their present names."""
    try:
        return replace(scheme_named(name), version=version)
    except Refusal:
        plain, nothing = Words(name, name), Greyness(0, 0, 0, (), 0, -1)
        return Scheme(
            key=name, version=version, name=plain, source=plain,
            owner=Words("县疾病预防控制中心", "County centre for disease control"),
            window=1, local=False, smoothed=False, raise_at=1, lower_at=0, band=0.8, one_step=False,
            valid_days=1, interval=None, needed=frozenset(), levels=(), rules=(), grey=nothing,
        )  # fmt: skip
