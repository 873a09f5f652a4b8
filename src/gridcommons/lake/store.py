"""The folder of visits: a file for each county and day, replaced as a whole, and a manifest that says what is there.

`COUNTY/manifest.json` names for each day its file with counts and SHA-256; `COUNTY/visits/DAY.HASH.parquet` holds the
rows, with `.sealed` behind it in an envelope. A file bears its own hash in its name and is never written again: a
replaced day is a new file and then a new manifest, so that a power cut leaves the old day or the new one, whole.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

from gridcommons.kit.disk import put_whole
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.lake import parquet
from gridcommons.lake.envelope import opened, sealed
from gridcommons.lake.facts import Visits

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
_COUNTY: Final = re.compile(r"[0-9A-Za-z-]{1,20}", re.ASCII)
_NAMED: Final = 16
_SEALED: Final = ".sealed"

NO_COUNTY = refusal_kind(
    "lake.no_county",
    status=400,
    zh="“{county}”不能作为县的文件夹名：应为区划代码。",
    en="“{county}” cannot be a county's folder: it must be an area code.",
)
ELSEWHERE = refusal_kind(
    "lake.elsewhere",
    status=422,
    zh="网格{grid}不在{county}内，未作任何改动。",
    en="The grid {grid} does not lie in {county}; nothing was changed.",
)
NO_DAY = refusal_kind(
    "lake.no_day",
    status=404,
    zh="{county}没有{day}的访视记录。",
    en="There are no visits of {county} on {day}.",
)
ALTERED = refusal_kind(
    "lake.altered",
    status=409,
    zh="{county}在{day}的访视文件与清单不符（{file}），不予读取。请从备份恢复这一天。",
    en="The file of visits of {county} on {day} is not what the manifest says ({file}) and is not read. "
    "Restore that day from a backup.",
)
BROKEN_MANIFEST = refusal_kind(
    "lake.broken_manifest",
    status=422,
    zh="清单“{file}”无法读取。请从备份恢复。",
    en="The manifest “{file}” cannot be read. Restore it from a backup.",
)
KEY_NEEDED = refusal_kind(
    "lake.key_needed",
    status=403,
    zh="{county}在{day}的访视已加密，需要当日的密钥才能读取。",
    en="The visits of {county} on {day} are sealed; they open with the key of that day only.",
)


@dataclass(frozen=True)
class Entry:
    """What the manifest says of a county's day: its file, counts, size in bytes and SHA-256."""

    file: str
    visits: int
    grids: int
    minutes: int
    bytes: int
    sha256: str

    @property
    def is_sealed(self) -> bool:
        """Whether the file opens with a key only."""
        return self.file.endswith(_SEALED)


@dataclass(frozen=True)
class Lake:
    """The visits below one folder."""

    folder: Path

    def counties(self) -> list[str]:
        """The counties that have a manifest, in order."""
        return sorted(path.parent.name for path in self.folder.glob(f"*/{MANIFEST}"))

    def days(self, county: str) -> dict[date, Entry]:
        """The days of a county, in order; empty where it has none."""
        path = self._home(county) / MANIFEST
        try:
            listed = json.loads(path.read_text("utf-8"))["days"]
            return {date.fromisoformat(day): Entry(**listed[day]) for day in sorted(listed)}
        except FileNotFoundError:
            return {}
        except (ValueError, KeyError, TypeError) as error:
            raise refuse(BROKEN_MANIFEST, file=f"{county}/{MANIFEST}") from error

    def replace(self, county: str, visits: Visits, *, key: bytes | None = None) -> Entry:
        """Put a day of a county in place of what was there, in an envelope where a key is given.

        Refuses (422) a grid of another county. Readers see the old day or the new one, never half of it.
        """
        return self.replace_all(county, [visits], keys={visits.day: key} if key is not None else {})[0]

    def replace_all(
        self, county: str, visits: Iterable[Visits], *, keys: Mapping[date, bytes] = MappingProxyType({})
    ) -> list[Entry]:
        """The same for many days, one held at a time; they all appear at once, when the last one is laid down."""
        home, entries = self._home(county), {}
        with _alone(home):
            days = self.days(county)
            for one in visits:
                entries[one.day] = self._lay(county, one, keys.get(one.day))
            self._list(county, days | entries)
            _sweep(home, days | entries)
        return list(entries.values())

    def _lay(self, county: str, visits: Visits, key: bytes | None) -> Entry:
        """A day's file, not yet in the manifest."""
        strange = next((grid for grid in visits.grids if not grid.startswith(county)), None)
        if strange is not None:
            raise refuse(ELSEWHERE, grid=strange, county=county)
        data = parquet.written(visits)
        if key is not None:
            data = sealed(data, key=key, county=county, day=visits.day)
        digest = hashlib.sha256(data).hexdigest()
        name = f"{visits.day}.{digest[:_NAMED]}.parquet{_SEALED if key is not None else ''}"
        put_whole(self._home(county) / "visits" / name, data)
        return Entry(name, len(visits), len(visits.grids), int(visits.minutes.sum(dtype=int)), len(data), digest)

    def remove(self, county: str, day: date) -> None:
        """Take a day out, file and cube; refuses (404) one that is not there."""
        home = self._home(county)
        with _alone(home):
            days = self.days(county)
            if days.pop(day, None) is None:
                raise refuse(NO_DAY, county=county, day=day)
            self._list(county, days)
            _sweep(home, days)

    def read(self, county: str, day: date, *, key: bytes | None = None) -> Visits:
        """The visits of a county's day, opened in memory; refuses what is not there, altered, or sealed without key."""
        return parquet.read(self.content(county, day, self.entry(county, day), key=key), day, ours=True)

    def entry(self, county: str, day: date) -> Entry:
        """What the manifest says of a day; refuses (404) one that is not there."""
        found = self.days(county).get(day)
        if found is None:
            raise refuse(NO_DAY, county=county, day=day)
        return found

    def content(self, county: str, day: date, entry: Entry, *, key: bytes | None = None) -> bytes:
        """The bytes of a day's Parquet file, held against the manifest and opened where they are sealed."""
        try:
            data = self.path(county, entry).read_bytes()
        except FileNotFoundError as error:
            raise refuse(ALTERED, county=county, day=day, file=entry.file) from error
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            raise refuse(ALTERED, county=county, day=day, file=entry.file)
        if not entry.is_sealed:
            return data
        if key is None:
            raise refuse(KEY_NEEDED, county=county, day=day)
        return opened(data, key=key, county=county, day=day)

    def path(self, county: str, entry: Entry) -> Path:
        """Where the file of a day lies."""
        return self._home(county) / "visits" / entry.file

    def cube(self, county: str, entry: Entry) -> bytes | None:
        """The packed counts that were kept of exactly these visits, if there are any."""
        try:
            return self._cube(county, entry).read_bytes()
        except FileNotFoundError:
            return None

    def keep_cube(self, county: str, entry: Entry, packed: bytes) -> None:
        """Keep the packed counts of a day beside its visits; they go with them. Made again at will, so not synced."""
        put_whole(self._cube(county, entry), packed, sync=False)

    def _cube(self, county: str, entry: Entry) -> Path:
        return self._home(county) / "cubes" / f"{entry.file.split('.parquet')[0]}.cube"

    def _home(self, county: str) -> Path:
        if not _COUNTY.fullmatch(county):
            raise refuse(NO_COUNTY, county=county[:40])
        return self.folder / county

    def _list(self, county: str, days: dict[date, Entry]) -> None:
        listed = {str(day): asdict(days[day]) for day in sorted(days)}
        text = json.dumps({"format": FORMAT, "county": county, "days": listed}, indent=1)
        put_whole(self._home(county) / MANIFEST, text.encode())


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One writer of a county at a time, in whatever process."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sweep(home: Path, days: dict[date, Entry]) -> None:
    """Delete what no manifest names: days replaced or taken out, and what a cut left behind."""
    named = {entry.file.split(".parquet")[0] for entry in days.values()}
    for folder in ("visits", "cubes"):
        for path in (home / folder).glob("*"):
            if path.name.split(".parquet")[0].removesuffix(".cube") not in named:
                path.unlink(missing_ok=True)


def plain_files(lake: Lake) -> list[Path]:
    """The files of all days that other programs can read; refuses (403) a lake with sealed ones."""
    listed = []
    for county in lake.counties():
        for day, entry in lake.days(county).items():
            if entry.is_sealed:
                raise refuse(KEY_NEEDED, county=county, day=day)
            listed.append(lake.path(county, entry))
    return listed
