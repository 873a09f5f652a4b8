"""The catalogue: which matters are admitted, who owns them, what never enters, read from public files.

The files stand in a folder: `departments.toml`, `negative.toml`, `vitality.toml` and `catalogue/*.toml` (a file per
group of matters). Its version is a hash of the content, so that a case can pin the edition it was filed under.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.matters import reading
from gridcommons.matters.barred import barred_words
from gridcommons.matters.matter import (
    LAST_RESORT,
    LAST_RESORT_WITHOUT_TOWNSHIP,
    Barrier,
    Department,
    Group,
    Kind,
    Matter,
    Near,
    Place,
)
from gridcommons.matters.reading import KEY, Entry, Faults, Table
from gridcommons.matters.search import Document, Hit, Index, build_index

SHIPPED: Final = Path(__file__).parent / "data"
VERSION_DIGITS: Final = 12
VITALITY_SOURCE: Final = Words(zh="章程第1条", en="Charter 1")

UNKNOWN = refusal_kind(
    "matter.unknown",
    status=404,
    zh="没有“{key}”这类事项，请从事项名单中选择。",
    en="There is no matter “{key}”; choose one from the list of matters.",
)
DUPLICATE = refusal_kind(
    "matter.key_twice",
    status=400,
    zh="代码“{key}”出现了不止一次。",
    en="The key “{key}” is used more than once.",
)
KEY_SHAPE = refusal_kind(
    "matter.key_shape",
    status=400,
    zh="代码“{key}”不合格式：小写字母、数字和下划线。",
    en="The key “{key}” has the wrong shape: small letters, digits and underscores.",
)
UNKNOWN_DEPARTMENT = refusal_kind(
    "matter.department_unknown",
    status=400,
    zh="“{where}”指向不存在的单位“{department}”。",
    en="“{where}” names an unknown department “{department}”.",
)
ROUTE_WRONG = refusal_kind(
    "matter.route_wrong",
    status=400,
    zh="“{where}”的流转表有误：各单位只出现一次，层级与单位一致，最后一站须是乡镇政府兜底。",
    en="The routes of “{where}” are wrong: each office once, at its own level, and the township government last.",
)
HOME_PUBLIC = refusal_kind(
    "matter.home_public",
    status=400,
    zh="“{where}”发生在家中，不得公开（章程第4条）。",
    en="“{where}” lies inside a home and may not be public (charter 4).",
)
DATES_WRONG = refusal_kind(
    "matter.dates_wrong",
    status=400,
    zh="“{where}”的复审日期须晚于生效日期。",
    en="The review date of “{where}” must be after its first day.",
)
WAY_MISSING = refusal_kind(
    "matter.way_missing",
    status=400,
    zh="“{where}”不进网格，须写明居民该去哪里（way）。",
    en="“{where}” is not for the grid and must say where to turn instead (way).",
)
UNKNOWN_RELATED = refusal_kind(
    "matter.related_unknown",
    status=400,
    zh="“{where}”的相关事项“{related}”不存在。",
    en="“{where}” names an unknown related matter “{related}”.",
)
WORD_BARRED = refusal_kind(
    "matter.word_barred",
    status=400,
    zh="“{where}”含有章程第2条禁止的内容：{word}。",
    en="“{where}” holds what charter 2 bars: {word}.",
)
VITALITY_ADMITTED = refusal_kind(
    "matter.vitality_admitted",
    status=400,
    zh="“{where}”是居民自己的生活（{word}），不得列入网格事项。",
    en="“{where}” is residents' own life ({word}) and may not be a matter of the grid.",
)


@dataclass(frozen=True)
class Catalogue:
    """All lists of one edition; `version` is the content hash, `owner` answers for the list."""

    edition: str
    version: str
    owner: Words
    contest: Words
    departments: tuple[Department, ...]
    groups: tuple[Group, ...]
    matters: tuple[Matter, ...]
    negative: tuple[Barrier, ...]
    vitality: tuple[Barrier, ...]
    _matter: Mapping[str, Matter] = field(repr=False, compare=False)
    _department: Mapping[str, Department] = field(repr=False, compare=False)
    _index: Index = field(repr=False, compare=False)
    base: str = ""
    """The version of the shipped list that a county's own edition changes; empty for the shipped one."""
    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What a county changed, by matter."""

    def get(self, key: str) -> Matter:
        """The matter of a key; refuses an unknown one with `matter.unknown` (404)."""
        found = self._matter.get(key)
        if found is None:
            raise refuse(UNKNOWN, key=key[:60])
        return found

    def __contains__(self, key: str) -> bool:
        return key in self._matter

    def __iter__(self) -> Iterator[Matter]:
        return iter(self.matters)

    def department(self, key: str) -> Department:
        """The department or territory office of a key; a catalogue that was loaded names only known ones."""
        return self._department[key]

    def public(self) -> tuple[Matter, ...]:
        """Matters whose cases may stand on a public page."""
        return tuple(matter for matter in self.matters if matter.public)

    def admitted(self) -> tuple[Matter, ...]:
        """Matters on the must-do and the assist list."""
        return tuple(matter for matter in self.matters if matter.for_grid)

    def barrier(self, key: str) -> Barrier | None:
        """The entry of the negative list or of vitality with this key, if there is one."""
        return next((entry for entry in (*self.negative, *self.vitality) if entry.key == key), None)

    def hits(self, text: str, language: str = "zh") -> list[Hit]:
        """Matters and vitality entries that a text may mean, best first, with scores for ordering."""
        return self._index.find(text, language)

    def search(self, text: str, language: str = "zh") -> tuple[Matter, ...]:
        """Matters that a text may mean, best first; none when nothing fits."""
        return tuple(self._matter[hit.key] for hit in self.hits(text, language) if hit.key in self._matter)


@cache
def shipped_catalogue() -> Catalogue:
    """The catalogue that comes with the program, read once."""
    return load_catalogue()


def load_catalogue(path: Path | None = None) -> Catalogue:
    """Read a catalogue folder (the shipped one by default); one refusal names every fault found in any of its files."""
    faults = Faults()
    return catalogue_of(read_files(path or SHIPPED, faults), faults)


def catalogue_of(files: Mapping[str, Table], faults: Faults) -> Catalogue:
    """The catalogue that these tables say, checked whole; refuses with every fault, those of reading included."""
    built = _build(files, faults)
    if not faults.found:  # cross-checks on half-read entries would only repeat the faults
        _check(built, faults)
    if faults.found:
        raise Refusal(tuple(faults.found))
    return built


def read_files(folder: Path, faults: Faults) -> dict[str, Table]:
    """All tables by file name; the groups in the order of their names."""
    shelves = sorted((folder / "catalogue").glob("*.toml"))
    if not shelves:
        faults.add(reading.MISSING, where=folder.name, item="catalogue/*.toml")
    lists = [folder / f"{name}.toml" for name in ("departments", "negative", "vitality", "nearness")]
    return {path.name: reading.read_table(path, faults) for path in (*lists, *shelves)}


def _build(files: Mapping[str, Table], faults: Faults) -> Catalogue:
    departments = reading.read_entries(
        files["departments.toml"], "department", "departments.toml", faults, reading.department
    )
    negative = reading.read_entries(files["negative.toml"], "negative", "negative.toml", faults, reading.barrier)
    vitality = reading.read_entries(files["vitality.toml"], "vitality", "vitality.toml", faults, _vitality)
    nearness = dict(reading.read_entries(files["nearness.toml"], "near", "nearness.toml", faults, reading.near))
    shelves = [_shelf(name, raw, nearness, faults) for name, raw in files.items() if "matter" in raw or "group" in raw]
    matters = [matter for _, held in shelves for matter in held]
    head = Entry("departments.toml", files["departments.toml"], faults).table("list")
    return Catalogue(
        edition=head.text("edition"),
        version=content_hash(files),
        owner=head.words("owner"),
        contest=head.words("contest"),
        departments=tuple(departments),
        groups=tuple(shelf for shelf, _ in shelves),
        matters=tuple(matters),
        negative=tuple(negative),
        vitality=tuple(vitality),
        _matter={matter.key: matter for matter in matters},
        _department={department.key: department for department in departments},
        _index=build_index((*map(_matter_document, matters), *map(_barrier_document, vitality))),
    )


def _shelf(name: str, raw: Table, nearness: Mapping[Place, Near], faults: Faults) -> tuple[Group, list[Matter]]:
    shelf = reading.group(Entry(name, raw, faults).table("group"))
    return shelf, reading.read_entries(
        raw, "matter", name, faults, lambda entry: reading.matter(entry, shelf, nearness)
    )


def _vitality(entry: Entry) -> Barrier:
    return reading.barrier(entry, source=VITALITY_SOURCE)


def content_hash(files: Mapping[str, Any]) -> str:
    """SHA-256 of what the files say (not of blanks or comments), 12 hex digits."""
    said = json.dumps(files, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:VERSION_DIGITS]


def _check(catalogue: Catalogue, faults: Faults) -> None:
    """What only shows when all files are read."""
    barriers = (*catalogue.negative, *catalogue.vitality)
    _check_keys([*(matter.key for matter in catalogue.matters), *(barrier.key for barrier in barriers)], faults)
    _check_keys([department.key for department in catalogue.departments], faults)
    _check_keys([group.key for group in catalogue.groups], faults)
    for key in (LAST_RESORT, LAST_RESORT_WITHOUT_TOWNSHIP):
        _check_department("departments.toml", key, catalogue, faults)
    for matter in catalogue.matters:
        _check_matter(matter, catalogue, faults)


def _check_keys(keys: Iterable[str], faults: Faults) -> None:
    for key, times in Counter(keys).items():
        if not KEY.fullmatch(key):
            faults.add(KEY_SHAPE, key=key[:60])
        if times > 1:
            faults.add(DUPLICATE, key=key)


def _check_department(where: str, key: str, catalogue: Catalogue, faults: Faults) -> None:
    if not any(department.key == key for department in catalogue.departments):
        faults.add(UNKNOWN_DEPARTMENT, where=where, department=key[:60])


def _check_matter(matter: Matter, catalogue: Catalogue, faults: Faults) -> None:
    for key in matter.related:
        if key not in catalogue:
            faults.add(UNKNOWN_RELATED, where=matter.key, related=key[:60])
    for key in {matter.owner: None, **{route.office: None for route in matter.routes}}:
        _check_department(matter.key, key, catalogue, faults)
    if not _routes_are_sound(matter, {office.key: office.level for office in catalogue.departments}):
        faults.add(ROUTE_WRONG, where=matter.key)
    if matter.public and matter.place is Place.HOME:
        faults.add(HOME_PUBLIC, where=matter.key)
    if matter.review_date <= matter.valid_from:
        faults.add(DATES_WRONG, where=matter.key)
    if matter.kind is Kind.NOT_FOR_GRID and matter.way is None:
        faults.add(WAY_MISSING, where=matter.key)
    _check_words(matter, catalogue, faults)


def _routes_are_sound(matter: Matter, levels: Mapping[str, str]) -> bool:
    """Each office once and at its own level, the last resort last; unknown offices are another fault."""
    offices = [route.office for route in matter.routes]
    at_home = all(levels.get(route.office, route.level) == route.level for route in matter.routes)
    return at_home and len(set(offices)) == len(offices) and offices[-1] == LAST_RESORT


def _check_words(matter: Matter, catalogue: Catalogue, faults: Faults) -> None:
    """No barred word in what a matter says of itself, and no word of residents' own life among its names."""
    texts = [matter.key, *_both(matter.name), *_both(matter.description), *_both(matter.purpose)]
    for found in barred_words("\n".join((*texts, *matter.keywords_zh, *matter.keywords_en))):
        faults.add(WORD_BARRED, where=matter.key, word=found.word)
    own = {word.lower() for entry in catalogue.vitality for word in (*entry.words_zh, *entry.words_en)}
    named = {word.lower() for word in (*_both(matter.name), *matter.keywords_zh, *matter.keywords_en)}
    keys = {entry.key for entry in catalogue.vitality} & {matter.key}
    for word in sorted(own & named | keys):
        faults.add(VITALITY_ADMITTED, where=matter.key, word=word)


def _both(words: Words) -> tuple[str, str]:
    return words.zh, words.en


def _matter_document(matter: Matter) -> Document:
    return Document(
        key=matter.key,
        keywords_zh=matter.keywords_zh,
        keywords_en=matter.keywords_en,
        name_zh=matter.name.zh,
        name_en=matter.name.en,
        description_zh=matter.description.zh,
        description_en=matter.description.en,
    )


def _barrier_document(entry: Barrier) -> Document:
    return Document(entry.key, entry.words_zh, entry.words_en, entry.name.zh, entry.name.en)
